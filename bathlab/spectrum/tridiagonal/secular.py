"""The eigensystem of a diagonal matrix after an update of rank one.

The secular equation is solved by models with two poles and a constant (Li, LAPACK Working Note
89 (1993)); the update vector is then recomputed from the roots by Loewner's formula, so that
the eigenvectors are orthogonal to rounding (Gu & Eisenstat, SIAM J. Matrix Anal. Appl. 15
(1994) 1266). Sums and products over far poles come from
:mod:`bathlab.spectrum.tridiagonal.multipole`.
"""

from __future__ import annotations

import math

import numpy as np

from bathlab.conventions import RealArray
from bathlab.operators.simd import LANES as WIDTH
from bathlab.spectrum.tridiagonal.multipole import (
    add_interpolated,
    far_field,
    hidden,
    ratio_charges,
    sums_at_trials,
    sums_for_vectors,
    weight_charges,
)
from bathlab.spectrum.tridiagonal.sums import (
    CUBE,
    FREE,
    GROUPS,
    LANES,
    ORIGIN,
    PLACE,
    SHIFT,
    SIZE,
    SKIP,
    SQUARE,
    SUMS,
    A,
    B,
    Roots,
    products,
)
from bathlab.spectrum.tridiagonal.tree import (
    CHILD,
    FIRST_NEAR,
    NEXT,
    NODES,
    SOURCE,
    START,
    STOP,
    Tree,
    build_tree,
    compiled,
)

#: The secular function is known to this share of the sum of its absolute terms, not better.
RESIDUAL = 2 * float(np.finfo(float).eps)
#: Convergence is cubic in units of the distance to the nearest pole: after a step this small
#: the next one is below rounding and need not be evaluated.
STEP = 1e-6
#: Three or four steps are usual; the cap only ends a walk in the rounding noise.
MAXIMAL_STEPS = 60

# Rows of lanes while roots are sought: distance u of a root from its ORIGIN, the nearer pole,
# in the direction SIGN; bounds of it; the interval; weights of the poles at its ends.
SIGN, U, LOWER, UPPER, GAP, NEAR, FAR, DONE = (FREE + NODES * row for row in range(8))
#: What moves when the lanes close up.
_MOVED = np.array([ORIGIN, SKIP, SIGN, U, LOWER, UPPER, GAP, NEAR, FAR])


@compiled
def rank_one(system: RealArray, rho: float) -> None:
    """Replace diag(system[0]) by the eigensystem of its update by rho system[3] system[3]^T.

    Rows 1 and 2 are rows of the eigenvector matrix, row 3 is left as it is. Eigenvalues must
    ascend and, like the entries of the update, not be deflatable.
    """
    size = len(system[0])
    # The last root is at most rho |update|^2 above its pole. A pole of zero weight three times
    # as far makes its interval like the others, with the root in the lower half.
    rows, poles = np.zeros((3, size + 1)), np.empty(size + 1)
    rows[0, :size] = system[3] ** 2
    poles[:size] = system[0]
    gaps = np.empty(size)
    gaps[:-1] = poles[1:size] - poles[: size - 1]
    gaps[-1] = 3.0 * rho * rows[0].sum()
    poles[size] = poles[size - 1] + gaps[-1]
    tree = build_tree(poles, gaps)
    rows[2] = rows[0]
    roots = _roots(tree, poles, rows, gaps, 1.0 / rho)
    squares = _loewner(tree, poles, roots)
    # Loewner's constant factor is left out: eigenvectors are normalised anyway.
    rows[2, :size] = squares
    for j in range(size):
        rows[:2, j] = system[1:3, j] * math.copysign(math.sqrt(squares[j]), system[3, j])
    _vectors(tree, poles, roots, rows, system)


@compiled
def _fill(
    lanes: RealArray,
    origins: RealArray,
    shifts: RealArray,
    start: int,
    stop: int,
    low: float,
    width: float,
) -> None:
    """Points start:stop of an interval into the lanes, the last one also into idle lanes."""
    for k in range(NODES):
        j = min(start + k, stop - 1)
        lanes[ORIGIN + k], lanes[SHIFT + k] = origins[j], shifts[j]
        lanes[PLACE + k] = ((origins[j] - low) + shifts[j]) / width


@compiled
def _roots(
    tree: Tree, poles: RealArray, rows: RealArray, gaps: RealArray, inverse: float
) -> RealArray:
    """Roots of inverse + sum rows[0] / (poles - x), as nearest pole and shift from it."""
    nodes, width = tree.nodes, tree.width
    field = far_field(tree, poles, weight_charges(tree, poles, rows))
    roots, lanes = np.empty((2, gaps.size)), np.zeros(LANES)
    for leaf in range(len(nodes)):
        if nodes[leaf, CHILD]:
            continue
        start, stop = nodes[leaf, START], nodes[leaf, STOP]
        _begin(lanes, poles, rows, gaps, start, stop)
        open_, count = stop - start, 0
        while open_:
            groups = (open_ + WIDTH - 1) // WIDTH
            for k in range(WIDTH * groups):
                lanes[SHIFT + k] = lanes[SIGN + k] * lanes[U + k]
                distance = (lanes[ORIGIN + k] - poles[start]) + lanes[SHIFT + k]
                lanes[PLACE + k] = distance / width[leaf]
            sums_at_trials(lanes, tree, leaf, poles, rows, field, groups)
            if count == 0:
                _choose_origins(lanes, poles, inverse)
            _step(lanes, inverse)
            count += 1
            open_ = _closed_up(lanes, roots, open_, count == MAXIMAL_STEPS)
    return roots


@compiled
def _closed_up(lanes: RealArray, roots: RealArray, count: int, all_: bool) -> int:
    """Roots that are reached, or all, are taken out; how many lanes are left, in front."""
    left = 0
    for k in range(count):
        if all_ or lanes[DONE + k] > 0.0:
            place = int(lanes[SKIP + k])
            roots[0, place] = lanes[ORIGIN + k]
            roots[1, place] = lanes[SIGN + k] * lanes[U + k]
        else:
            if left < k:
                for row in _MOVED:
                    lanes[row + left] = lanes[row + k]
            left += 1
    return left


@compiled
def _begin(
    lanes: RealArray, poles: RealArray, rows: RealArray, gaps: RealArray, start: int, stop: int
) -> None:
    """The middles of the gaps above poles start:stop into the lanes, the last one also into
    idle lanes."""
    for k in range(NODES):
        j = min(start + k, stop - 1)
        lanes[SKIP + k], lanes[ORIGIN + k], lanes[GAP + k] = j, poles[j], gaps[j]
        lanes[NEAR + k], lanes[FAR + k] = rows[0, j], rows[0, j + 1]
        lanes[SIGN + k], lanes[U + k] = 1.0, 0.5 * gaps[j]
        lanes[LOWER + k], lanes[UPPER + k] = 0.0, gaps[j]


@compiled
def _choose_origins(lanes: RealArray, poles: RealArray, inverse: float) -> None:
    """Measure the root from the pole above if that is nearer, with the sums at the midpoint."""
    for k in range(NODES):
        u, near, far = lanes[U + k], lanes[NEAR + k], lanes[FAR + k]
        if inverse + lanes[A + k] - near / u + far / u < 0.0:
            lanes[SIGN + k], lanes[ORIGIN + k] = -1.0, poles[int(lanes[SKIP + k]) + 1]
            lanes[NEAR + k], lanes[FAR + k] = far, near


@compiled
def _step(lanes: RealArray, inverse: float) -> None:
    """One step towards each root, and whether it has been reached."""
    for k in range(hidden(lanes)):
        sign, u, near, far = lanes[SIGN + k], lanes[U + k], lanes[NEAR + k], lanes[FAR + k]
        gap, slope, curve = lanes[GAP + k], lanes[SQUARE + k], sign * lanes[CUBE + k]
        v = gap - u
        below, above = near / u, far / v
        total = sign * (inverse + lanes[A + k]) - below + above
        noise = RESIDUAL * (inverse + lanes[SIZE + k] + below + above)
        lower = lanes[LOWER + k] if total > 0.0 else u
        upper = u if total > 0.0 else lanes[UPPER + k]
        # Model c - s/x + r/(gap - x): the weights of the two poles, plus what matches slope and
        # curvature of all others. That is never negative, so the root is within the gap.
        s = near + max(0.0, slope - v * curve) * u * u * (u / gap)
        r = far + max(0.0, slope + u * curve) * v * v * (v / gap)
        a = total * (v - u) + u * v * (slope + below / u + above / v)
        b, c = total * u * v, total + s / u - r / v
        d = math.sqrt(max(0.0, a * a + 4.0 * b * c))
        # Two forms of the same solution: the one free of cancellation.
        step = (-2.0 * b if a > 0.0 else a - d) / (a + d if a > 0.0 else 2.0 * c)
        moved = u + step
        last = abs(step) <= STEP * u
        inside = moved > lower and moved < upper
        kept = abs(total) <= noise
        lanes[LOWER + k], lanes[UPPER + k] = lower, upper
        lanes[U + k] = u if kept else moved if last or inside else 0.5 * (lower + upper)
        lanes[DONE + k] = 1.0 if kept or last else 0.0


@compiled
def _loewner(tree: Tree, poles: RealArray, roots: RealArray) -> RealArray:
    """Squares, up to a factor, of the update vector for which the computed roots are exact."""
    nodes, width, near = tree.nodes, tree.width, tree.near
    size = roots.shape[1]
    field = far_field(tree, poles, ratio_charges(tree, poles, roots))
    squares, lanes, zeros = np.empty(size), np.zeros(LANES), np.zeros(size)
    for leaf in range(len(nodes)):
        if nodes[leaf, CHILD]:
            continue
        start, stop = nodes[leaf, START], nodes[leaf, STOP]
        _fill(lanes, poles, zeros, start, stop, poles[start], width[leaf])
        lanes[A : A + SUMS] = 0.0
        if len(tree.far):
            add_interpolated(lanes, field[leaf], GROUPS)
        for k in range(NODES):
            lanes[B + k] = math.exp(lanes[A + k])
        pair = nodes[leaf, FIRST_NEAR]
        while pair >= 0:
            source = near[pair, SOURCE]
            first, last = nodes[source, START], nodes[source, STOP]
            products(Roots(lanes, poles, roots, size, first, last))
            pair = near[pair, NEXT]
        squares[start:stop] = lanes[B : B + stop - start]
    return squares


@compiled
def _vectors(
    tree: Tree, poles: RealArray, roots: RealArray, rows: RealArray, system: RealArray
) -> None:
    """Eigenvalues and normalised components from weights first * z, last * z and z^2."""
    nodes, width = tree.nodes, tree.width
    field, lanes = far_field(tree, poles, weight_charges(tree, poles, rows)), np.zeros(LANES)
    for leaf in range(len(nodes)):
        if nodes[leaf, CHILD]:
            continue
        start, stop = nodes[leaf, START], nodes[leaf, STOP]
        _fill(lanes, roots[0], roots[1], start, stop, poles[start], width[leaf])
        sums_for_vectors(lanes, tree, leaf, poles, rows, field)
        for k in range(stop - start):
            norm = math.sqrt(lanes[SQUARE + k])
            system[0, start + k] = lanes[ORIGIN + k] + lanes[SHIFT + k]
            system[1, start + k] = lanes[A + k] / norm
            system[2, start + k] = lanes[B + k] / norm
