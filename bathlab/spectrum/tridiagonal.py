"""Eigenvalues and outer eigenvector components of a symmetric tridiagonal matrix.

Divide and conquer for matrices of order 10^5 full of "ghosts" (eigenvalues equal to rounding),
as Lanczos without reorthogonalisation produces them. Only the first and the last row of the
eigenvector matrix are carried along, so memory stays O(K).

The matrix is torn into rank-one perturbed halves (Cuppen, Numer. Math. 36 (1981) 177), down to
order one. A merge deflates, solves the secular equation (models with two poles and a constant:
Li, LAPACK Working Note 89 (1993)) and recomputes the update vector from the roots by Loewner's
formula (Gu & Eisenstat, SIAM J. Matrix Anal. Appl. 15 (1994) 1266 and 16 (1995) 172). Sums and
products over distant poles are interpolated to rounding across short intervals of roots: O(k^1.5)
work per merge instead of O(k^2), a one-level form of the multipole idea of the latter.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import RealArray

#: Roots start:stop, the poles low:high near them, and the width of the roots' interval.
Block: TypeAlias = tuple[int, int, int, int, float]

#: Entries of the update, or those left by rotating one away, are dropped below this share of
#: the norm: an error like that of rounding the matrix. LAPACK makes the same choice.
DEFLATION = 8 * float(np.finfo(float).eps)
#: The secular function is known to this share of the sum of its absolute terms, not better.
RESIDUAL = 2 * float(np.finfo(float).eps)
#: Convergence is cubic in units of the distance to the nearest pole: after a step this small
#: the next one is below rounding and need not be evaluated.
STEP = 1e-6
#: Three or four steps are usual; the cap only ends a walk in the rounding noise.
MAXIMAL_STEPS = 60
#: Far poles are an interval width or more away, outside the Bernstein ellipse of parameter
#: 3 + sqrt(8); its -24th power is 4e-19, which leaves room for double poles.
NODES = 24
#: Roots per interval in units of sqrt(k): the flat, measured optimum between NODES terms per far
#: pole and interval, and some five terms per near pole and root.
BLOCK = 1.5
#: With fewer far poles than this the interpolation costs more than it saves.
FAR_MINIMUM = 4 * NODES

_ANGLES = np.pi * (np.arange(NODES) + 0.5) / NODES
_NODES = 0.5 + 0.5 * np.cos(_ANGLES)
_WEIGHTS = np.sin(_ANGLES) * (-1.0) ** np.arange(NODES)

_strict = numba.njit(cache=True, error_model="numpy", fastmath=False)
#: Sums and products vectorise only if they may be reordered. Callees inherit fastmath unless
#: theirs is set, hence the explicit False above, on which :func:`_offset` relies.
_vector = numba.njit(cache=True, error_model="numpy", forceinline=True,
                     fastmath={"reassoc", "contract", "nsz"})
#: Whatever calls those is inlined too. Else each would exist both by itself and optimised with
#: its caller, summing in another order, and a process that compiles would use the one copy, a
#: process that loads from the cache the other: the last bits would differ between workers.
_caller = numba.njit(cache=True, error_model="numpy", fastmath=False, forceinline=True)


def tridiagonal_rows(
        diagonal: RealArray, offdiagonal: RealArray) -> tuple[RealArray, RealArray, RealArray]:
    """All eigenvalues, with the first and last component of each normalised eigenvector.

    Time is O(K^1.5) for spread-out eigenvalues, O(K^2) at worst; memory O(K); one thread.
    Sources: Cuppen 1981; Gu & Eisenstat 1994, 1995; Li 1993 (see the module).

    Parameters
    ----------
    diagonal : (K,) real array, K >= 1, in any unit of energy.
    offdiagonal : (K - 1,) real array in the same unit; any sign, zeros allowed.

    Returns
    -------
    theta : (K,) eigenvalues, ascending, same unit, to some rounding units of the norm of the
        matrix after its diagonal is centred.
    first, last : (K,) components; their relative sign is meaningful, the common one is not. Of
        eigenvalues equal to rounding only the sums of their products are determined.

    Raises
    ------
    ValueError
        If the lengths do not fit, or an entry is not a finite real number.
    """
    diagonal, offdiagonal = _real("diagonal", diagonal), _real("offdiagonal", offdiagonal)
    if len(diagonal) == 0 or len(offdiagonal) != len(diagonal) - 1:
        raise ValueError(
            f"{len(diagonal)} diagonal and {len(offdiagonal)} off-diagonal entries were given; "
            "expected K >= 1 and K - 1. Drop the residual norm that ends a Lanczos recurrence.")
    centre = diagonal.min() / 2 + diagonal.max() / 2
    centred = diagonal - centre
    scale = max(np.abs(centred).max(), np.abs(offdiagonal).max(initial=0)) or 1.0
    theta, first, last, _ = _conquer(centred / scale, np.abs(offdiagonal) / scale)
    # A diagonal matrix of signs turns |T| into T; only its last entry touches the result.
    if np.count_nonzero(offdiagonal < 0) % 2:
        last = -last
    return centre + scale * theta, first, last


def _real(name: str, given: RealArray) -> RealArray:
    array = np.asarray(given)
    if array.ndim != 1 or array.dtype.kind not in "fiu":
        raise ValueError(f"{name} of shape {array.shape} and type {array.dtype} was given; "
                         "expected a one-dimensional array of real numbers. Convert it first.")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise ValueError(f"{name}[{bad[0]}] = {array[bad[0]]} was given; expected finite numbers. "
                         "Check the recurrence that produced them.")
    return array.astype(np.float64)


@_strict
def _conquer(diagonal: RealArray, offdiagonal: RealArray) -> RealArray:
    """Rows theta, first, last and one of scratch; offdiagonal must not be negative."""
    system = np.ones((4, diagonal.size))
    system[0] = diagonal
    system[0, :-1] -= offdiagonal
    system[0, 1:] -= offdiagonal
    width = 1
    while width < diagonal.size:
        for start in range(0, diagonal.size - width, 2 * width):
            stop = min(start + 2 * width, diagonal.size)
            _merge(system[:, start:stop], width, 2.0 * offdiagonal[start + width - 1])
        width *= 2
    return system


@_caller
def _merge(system: RealArray, width: int, rho: float) -> None:
    """Replace the eigensystems of two neighbouring blocks by that of their union."""
    for j in range(system.shape[1]):
        inner = 2 if j < width else 1
        system[3, j] = system[inner, j] * math.sqrt(0.5)  # the normalised update vector
        system[inner, j] = 0.0
    ordered = system[:, np.argsort(system[0], kind="mergesort")]
    moved = np.flatnonzero(_deflate(ordered, rho))
    if moved.size:
        updated = ordered[:, moved]
        _rank_one(updated, rho)
        ordered[:, moved] = updated
    system[:] = ordered[:, np.argsort(ordered[0], kind="mergesort")]


@_strict
def _deflate(system: RealArray, rho: float) -> NDArray[np.bool_]:
    """Which eigenvalues the update moves, after rotating it out of pairs that are too close."""
    poles, update = system[0], system[3]
    tolerance = DEFLATION * max(abs(poles[0]), abs(poles[-1]), np.abs(update).max())
    moved = rho * np.abs(update) > tolerance
    i = -1
    for j in range(poles.size):
        if not moved[j]:
            continue
        length = math.hypot(update[i], update[j])
        s, c, gap = update[i] / length, update[j] / length, poles[j] - poles[i]
        if i >= 0 and gap * abs(c * s) <= tolerance:
            moved[i], update[j] = False, length
            poles[i], poles[j] = poles[i] + s * s * gap, poles[i] + c * c * gap
            for row in system[1:3]:
                row[i], row[j] = c * row[i] - s * row[j], s * row[i] + c * row[j]
        i = j
    return moved


@_caller
def _rank_one(system: RealArray, rho: float) -> None:
    """Replace diag(system[0]) by the eigensystem of its update by rho system[3] system[3]^T."""
    poles, size = system[0].copy(), len(system[0])
    # The last root is at most rho |update|^2 above its pole. A pole of zero weight three times
    # as far makes its interval like the others, with the root in the lower half.
    rows = np.zeros((3, size + 1))
    rows[0, :size] = system[3] ** 2
    gaps = np.empty(size)
    gaps[:-1] = poles[1:] - poles[:-1]
    gaps[-1] = 3.0 * rho * rows[0].sum()
    roots = np.empty((2, size))
    blocks = _blocks(poles, gaps)
    for block in blocks:
        far, bound = _far_sums(poles, rows, block)
        for j in range(block[0], block[1]):
            roots[0, j], roots[1, j] = _root(j, poles, rows, gaps[j], 1.0 / rho, bound, block, far)
    for block in blocks:
        _loewner(poles, roots, block, rows[0])
    # Loewner's constant factor is left out: eigenvectors are normalised anyway.
    for j in range(size):
        rows[1:, j] = system[1:3, j] * math.copysign(math.sqrt(rows[0, j]), system[3, j])
    for block in blocks:
        far, bound = _far_sums(poles, rows, block)
        for j in range(block[0], block[1]):
            _, first, last, norm, _, _ = _sums(
                poles, rows, block[2], block[3], 0, 0, roots[0, j], roots[1, j])
            f = _interpolate(far, ((roots[0, j] - poles[block[0]]) + roots[1, j]) / block[4])
            system[0, j] = roots[0, j] + roots[1, j]
            system[1, j] = (first + f[1]) / math.sqrt(norm + f[3])
            system[2, j] = (last + f[2]) / math.sqrt(norm + f[3])


@_strict
def _blocks(poles: RealArray, gaps: RealArray) -> list[Block]:
    """Intervals of about equally many roots."""
    size, count = poles.size, max(1, int(math.sqrt(poles.size) / BLOCK))
    blocks = []
    for m in range(count):
        start, stop = m * size // count, (m + 1) * size // count
        width = poles[stop - 1] - poles[start] + gaps[stop - 1]
        # One more below, because a root belongs to the pole below it.
        low = max(0, np.searchsorted(poles, poles[start] - width, side="right") - 1)
        high = np.searchsorted(poles, poles[start] + 2.0 * width)
        few = size - (high - low) < FAR_MINIMUM
        blocks.append((start, stop, 0 if few else low, size if few else high, width))
    return blocks


@_strict
def _offset(pole: float, origin: float, shift: float) -> float:
    """pole - (origin + shift) without cancellation, which any other order would bring in."""
    return (pole - origin) - shift


@_strict
def _ratio(x: float, y: float) -> float:
    """x / y, kept together: products of all x and of all y would over- or underflow."""
    return x / y


@_strict
def _interpolate(values: RealArray, x: float) -> RealArray:
    """Functions with these values at the nodes (rows), by the barycentric formula; 0 if none."""
    result, total = np.zeros(len(values)), 0.0
    for p in range(values.shape[1]):
        if x == _NODES[p]:
            return values[:, p].copy()
        weight = _WEIGHTS[p] / (x - _NODES[p])
        total += weight
        for row in range(len(values)):
            result[row] += weight * values[row, p]
    return result / total if total != 0.0 else result


@_vector
def _sums(poles: RealArray, rows: RealArray, a: int, b: int, c: int, d: int, origin: float,
          shift: float) -> tuple[float, float, float, float, float, float]:
    """Sums of (rows t, rows[0] t^2, rows[0] t^3, |rows[0] t|), t = 1/offset, over a:b and c:d."""
    value = first = last = slope = curve = size = 0.0
    for start, stop in ((a, b), (c, d)):
        part = 0.0
        for i in range(start, stop):
            inverse = 1.0 / _offset(poles[i], origin, shift)
            term = rows[0, i] * inverse
            part += term
            slope += term * inverse
            curve += term * inverse * inverse
            first += rows[1, i] * inverse
            last += rows[2, i] * inverse
        value += part
        size += abs(part)
    return value, first, last, slope, curve, size


@_caller
def _far_sums(poles: RealArray, rows: RealArray, block: Block) -> tuple[RealArray, float]:
    """The sums over the far poles of a block at the nodes, and a bound of the last one."""
    start, _, low, high, width = block
    values = np.empty((6, NODES if high - low < poles.size else 0))
    for p in range(values.shape[1]):
        values[:, p] = np.array(_sums(
            poles, rows, 0, low, high, poles.size, poles[start], width * _NODES[p]))
    return values[:5], values[5].max() if values.size else 0.0


@_caller
def _root(j: int, poles: RealArray, rows: RealArray, gap: float, inverse: float, bound: float,
          block: Block, distant: RealArray) -> tuple[float, float]:
    """Root j of inverse + sum rows[0] / (poles - x) as nearest pole and shift, sign * u."""
    start, _, low, high, width = block
    sign, origin, near, far = 1.0, poles[j], rows[0, j], rows[0, j + 1]
    u, lower, upper = 0.5 * gap, 0.0, gap
    for count in range(MAXIMAL_STEPS):
        value, _, _, slope, curve, size = _sums(poles, rows, low, j, j + 2, high, origin, sign * u)
        f = _interpolate(distant, ((origin - poles[start]) + sign * u) / width)
        value, slope, curve = inverse + value + f[0], slope + f[3], curve + f[4]
        if count == 0 and value - near / u + far / u < 0.0:
            sign, origin, near, far = -1.0, poles[j + 1], far, near
        v = gap - u
        total = sign * value - near / u + far / v
        if abs(total) <= RESIDUAL * (inverse + bound + size + near / u + far / v):
            break
        lower, upper = (lower, u) if total > 0.0 else (u, upper)
        # Model c - s/x + r/(gap - x): the weights of the two poles, plus what matches slope and
        # curvature of all others. That is never negative, so the root is within the gap.
        s = near + max(0.0, slope - v * sign * curve) * u * u * (u / gap)
        r = far + max(0.0, slope + u * sign * curve) * v * v * (v / gap)
        a = total * (v - u) + u * v * (slope + near / u**2 + far / v**2)
        b, c = total * u * v, total + s / u - r / v
        d = math.sqrt(max(0.0, a * a + 4.0 * b * c))
        # Two forms of the same solution: the one free of cancellation.
        step = -2.0 * b / (a + d) if a > 0.0 else 0.5 * (a - d) / c
        if abs(step) <= STEP * u:
            u += step
            break
        u = u + step if lower < u + step < upper else 0.5 * (lower + upper)
    return origin, sign * u


@_caller
def _loewner(poles: RealArray, roots: RealArray, block: Block, squares: RealArray) -> None:
    """Squares, up to a factor, of the update vector for which the computed roots are exact."""
    start, stop, low, high, width = block
    values = np.empty((1, NODES if high - low < poles.size else 0))
    for p in range(values.size):
        values[0, p] = _product(
            poles, roots, 0, low, high, poles.size, poles[start], width * _NODES[p])
    for i in range(start, stop):
        squares[i] = _offset(roots[0, i], poles[i], -roots[1, i]) * _product(
            poles, roots, low, i, i + 1, high, poles[i], 0.0)
        if values.size:
            squares[i] *= _interpolate(values, (poles[i] - poles[start]) / width)[0]


@_vector
def _product(poles: RealArray, roots: RealArray, a: int, b: int, c: int, d: int,
             origin: float, shift: float) -> float:
    """Product of (root - x) / (pole - x) over a:b and c:d, x = origin + shift.

    Each root is paired with the pole below it: partial products then stay in range.
    """
    product = 1.0
    for start, stop in ((a, b), (c, d)):
        for j in range(start, stop):
            root = _offset(roots[0, j], origin, -roots[1, j])
            product *= _ratio(_offset(root, 0.0, shift), _offset(poles[j], origin, shift))
    return product
