"""Where a Lanczos run may stop early: rigorous bounds of sum w^2 from a part of the levels.

A run that is too short to resolve every level still gives some of them exactly. Let c_j be the
certified weight of level j, d_j its possible loss, and eps the weight on no certified level.

* Below: sum w^2 >= sum (c_j - d_j)^2, whatever becomes of eps.
* Above: sum w^2 <= sum c_j^2 + 2 sum_R max_R(c) a_R + eps^2, as eps at one level gives most.
  The cross term is there since open weight may belong to a certified level, as a second copy
  (ghost) of it on its way. By the separation theorem of Chebyshev, Markov and Stieltjes the
  weight between two Ritz values is at most the sum of the Gauss weights from the one to the
  other, so a run R of neighbouring certified levels can gain no more than the weights a_R of
  the two open Ritz values that enclose it.
* A Ritz vector of residual r has a component of at most t = r/s on levels farther than s, so
  sqrt(w) >= sqrt(c (1 - t^2)) - t sqrt(u) for the levels within s, which count as one, with u
  the weight beyond s. Of that only what is between the enclosing Ritz values may be so near.

Rounding is that of an exact run on levels that are tight clusters (Greenbaum, Linear Alg. Appl.
113 (1989) 7), and a backward error of H, which turns near levels into each other. The
separation theorem: Szegoe, Orthogonal Polynomials, section 3.41.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from bathlab.conventions import RealArray
from bathlab.spectrum.krylov.lanczos import Lanczos
from bathlab.spectrum.scale import spacing_at

#: A run that stops early takes levels within this share of the width for one, and within this
#: share of the distance of the Ritz values around where those are denser: so near another a
#: level is by chance only. A complete run tells apart what rounding leaves apart.
RESOLUTION = 1e-10
RESOLVED_SHARE = 1e-4
#: A Ritz value with a residual below this share of the width may be certified: less than what
#: tells clusters apart, so that the level lies between the neighbours. The possible loss
#: follows from the residual itself, so the choice decides only where the weight is counted.
CERTAIN = 5e-13
#: Backward error of H in units of the width: the rounding unit with room for the sums of a
#: product and their growth over a run.
BACKWARD_ERROR = 32 * float(np.finfo(float).eps)
#: Rounds in which the bounds of the losses improve each other: the logarithm halves its
#: distance from where it ends in each.
ROUNDS = 6
#: Steps of the first look in units of the dimension, and the growth from one look to the next:
#: a look costs some solutions of T, a hundredth of what the steps between cost.
FIRST_LOOK = 0.125
GROWTH = 1.3
#: Past this share of the steps of a complete run, stopping early saves less than looking costs.
LAST_LOOK = 0.76
#: Share of the weight beside the heaviest level that is typically still open when that level
#: has converged (between 0.03 and 1, measured for LIOMs of all couplings).
OPEN_SHARE = 0.25
#: Failed closer looks after which an automatic choice completes the run: each costs as much as
#: a tenth of it.
MOST_TRIALS = 1
#: Inverse iterations for one level; convergence is cubic, two or three are usual.
MOST_SOLUTIONS = 8


@dataclass(frozen=True)
class Bounds:
    """Bounds of sum w^2 for weights of sum 1, and the certified share of the weight."""

    lower: float
    upper: float
    captured: float

    @property
    def width(self) -> float:
        """Width of the bracket of D = -log sum w^2; infinite if nothing is certified."""
        return math.log(self.upper / self.lower) if self.lower > 0 else math.inf


def square_bounds(
    ritz: RealArray,
    first: RealArray,
    reach: RealArray,
    starts: NDArray[np.intp],
    resolution: float,
) -> Bounds:
    """Rigorous bounds of sum w^2 from a Lanczos run of any length.

    Parameters
    ----------
    ritz
        (K,) ascending Ritz values; ``starts`` says where each cluster of copies begins.
    first
        (K,) first components of their vectors, squares summing to 1.
    reach
        (K,) signed residuals beta_K times last component, in the unit of ``ritz``.
    resolution
        levels within this share of the width count as one.
    """
    width = float(ritz[-1] - ritz[0])
    sums, certified, residuals = _certified(ritz, first, reach, starts)
    known = residuals <= CERTAIN * width
    if not known.any():
        return Bounds(0.0, 1.0, 0.0)
    certified = np.where(known, certified, 0.0)
    free = sums - certified
    levels = ritz[starts][known]
    fence = ~known & (_distance(ritz[starts], levels) > resolution * width * 2)
    run, room = _runs(fence, sums, free)
    # Levels within half the resolution of a Ritz value are within the resolution of each other.
    loss = _losses(
        levels,
        certified[known],
        residuals[known],
        resolution * width / 2,
        _distance(levels, ritz[starts][fence]),
        room,
        run[known],
        float(free.sum()),
    )
    rest = float(free.sum() + loss.sum())
    kept = certified[known] - loss
    # Which neighbours count as one is blurred by rounding: surely those at half the resolution,
    # at most those at twice.
    low = _grouped(levels, kept, resolution * width / 2)
    high = _grouped(levels, certified[known], resolution * width * 2)
    cross = _cross_term(high, loss, run[known], room, rest)
    turned = _turned(levels, certified[known], width)
    # Weights of sum 1, known to rounding, have squares of sum 1 at most.
    above = float(high @ certified[known]) + cross + rest**2 + turned
    return Bounds(
        max(0.0, float(low @ kept) - turned),
        min(1 + BACKWARD_ERROR, above),
        min(1.0, float(certified.sum())),
    )


def _runs(
    fence: NDArray[np.bool_], sums: RealArray, free: RealArray
) -> tuple[NDArray[np.intp], RealArray]:
    """The run of each cluster, and how much weight each run may gain (see the module).

    Fences are open Ritz values that are not near a certified one; run number k starts behind
    the k-th of them.
    """
    run = np.cumsum(fence, dtype=np.intp)
    enclosing = np.concatenate([[0.0], sums[fence], [0.0]])
    room = enclosing[:-1] + enclosing[1:]
    room += np.bincount(run[~fence], free[~fence], minlength=len(room))
    return run, room


def _cross_term(
    high: RealArray, loss: RealArray, run: NDArray[np.intp], room: RealArray, rest: float
) -> float:
    """2 sum_R max_R(c) a_R, with what the levels of a run may lose added to its room."""
    heaviest = np.zeros(len(room))
    np.maximum.at(heaviest, run, high)
    gained = room + np.bincount(run, loss, minlength=len(room))
    return 2 * float(heaviest @ np.minimum(gained, rest))


def _grouped(levels: RealArray, weights: RealArray, gap: float) -> RealArray:
    """For each of the ascending levels the weight of its chain of neighbours within ``gap``."""
    group = np.concatenate([[0], np.cumsum(np.diff(levels) > gap)])
    return np.asarray(np.bincount(group, weights)[group], dtype=np.float64)


def _distance(points: RealArray, levels: RealArray) -> RealArray:
    """How far each point is from the nearest of the ascending levels."""
    fenced = np.concatenate([[-np.inf], levels, [np.inf]])
    above = np.searchsorted(fenced, points)
    return np.minimum(points - fenced[above - 1], fenced[above] - points)


def _certified(
    ritz: RealArray, first: RealArray, reach: RealArray, starts: NDArray[np.intp]
) -> tuple[RealArray, RealArray, RealArray]:
    """Weight of each cluster, the certified part of it, and the residual it is certain to.

    One vector of a cluster of copies carries the whole residual; the combinations orthogonal to
    it have none beyond the spread of the cluster, and their weight is certain.
    """
    last = np.append(starts[1:], len(ritz)) - 1
    sums = np.add.reduceat(first**2, starts)
    squares = np.add.reduceat(reach**2, starts)
    overlap = np.add.reduceat(first * reach, starts) ** 2
    spread = ritz[last] - ritz[starts]
    several = last > starts
    whole = np.sqrt(squares) <= np.maximum(spread, CERTAIN * (ritz[-1] - ritz[0]))
    part = sums - np.divide(overlap, squares, out=np.zeros_like(sums), where=squares > 0)
    certified = np.where(whole, sums, np.where(several, np.clip(part, 0.0, sums), 0.0))
    residuals = np.where(
        whole, np.hypot(np.sqrt(squares), spread), np.where(several, spread, np.inf)
    )
    return sums, certified, residuals


def _losses(
    levels: RealArray,
    certified: RealArray,
    residuals: RealArray,
    separation: float,
    reach: RealArray,
    room: RealArray,
    run: NDArray[np.intp],
    free: float,
) -> RealArray:
    """How far each level's weight may lie below its certified one (see the module).

    What the Ritz vector has of other levels is at most residual/distance: of certified ones at
    their distance, of those beyond the fences at ``reach``, of unseen ones between the fences
    at the separation, but those have no more weight than the ``room`` of their run and what it
    loses. A first round bounds the losses, the others use what the one before found.
    """
    if separation == 0:
        return np.zeros_like(certified)
    gap = np.diff(levels)
    gap = np.where(gap > separation, gap, np.inf)
    gap = np.minimum(np.append(gap, np.inf), np.append(np.inf, gap))
    sine = np.minimum(1.0, residuals / separation)
    others = np.sqrt(np.maximum(0.0, 1 - certified))
    loss, beside = certified, sine * others
    for _ in range(ROUNDS):
        least = np.maximum(0.0, np.sqrt(certified * (1 - sine**2)) - beside)
        loss = np.clip(certified - least**2, 0.0, loss)
        rest = min(1.0, free + float(loss.sum()))
        inside = np.minimum(room + np.bincount(run, loss, minlength=len(room)), rest)[run]
        far = residuals * (others / gap + np.sqrt(rest) / reach)
        beside = np.minimum(sine * others, sine * np.sqrt(inside) + far)
    return loss


def _turned(levels: RealArray, weights: RealArray, width: float) -> float:
    """Change of sum w^2 when the backward error turns neighbouring levels into each other."""
    angle = np.minimum(1.0, BACKWARD_ERROR * width / np.diff(levels))
    pair = np.sqrt(weights[1:] * weights[:-1]) * np.abs(weights[1:] - weights[:-1])
    rounding = BACKWARD_ERROR * float(weights @ weights)
    return 4 * float(pair @ angle + (weights[1:] * weights[:-1]) @ angle**2) + rounding


def resolution_near(ritz: RealArray, energy: float) -> float:
    """The share of the width within which levels around ``energy`` count as one."""
    width = float(ritz[-1] - ritz[0])
    if width == 0:
        return RESOLUTION
    spacing = spacing_at(ritz, energy, RESOLUTION * width)
    least = max(2 * BACKWARD_ERROR, RESOLVED_SHARE * spacing / width)
    return float(min(RESOLUTION, least))


def looks(n: int, complete: int) -> list[int]:
    """The numbers of steps after which a run that takes ``complete`` steps may be stopped."""
    steps, found = FIRST_LOOK * n, []
    while steps < LAST_LOOK * complete:
        found.append(int(steps) + 1)
        steps *= GROWTH
    return found


def promising(weight: float, tolerance: float) -> bool:
    """Whether a heaviest level of this weight leaves so little that D may soon be known."""
    return bool((OPEN_SHARE * (1 - weight)) ** 2 <= tolerance * weight**2)


def settled(residual: float, tolerance: float, separation: float) -> bool:
    """Whether a level's residual lets D be known; all but the tolerance in units of the width.

    Where a level has little beside it the possible loss tends to the square of twice the sine.
    """
    return residual <= min(CERTAIN, max(separation * math.sqrt(tolerance) / 2, BACKWARD_ERROR))


def heavy_level(run: Lanczos, near: float) -> tuple[float, float, float]:
    """The Ritz value that inverse iteration from ``near`` finds, its weight and its residual.

    O(K) work: y = (T - theta)^-1 e_1 prefers what has weight. A guess, for deciding whether to
    look closer; nothing rigorous rests on it.
    """
    blur = BACKWARD_ERROR * float(np.abs(run.diagonal).max() + 2 * run.offdiagonal.max())
    theta = near
    for _ in range(MOST_SOLUTIONS):
        y = _pulled(run, theta)
        # (T - theta) y is along e_1, so what is left is the shift to the Rayleigh quotient.
        shift = float(
            (run.diagonal - theta) @ y**2 + 2 * run.offdiagonal[:-1] @ (y[1:] * y[:-1])
        )
        theta += shift
        if abs(shift) <= blur:
            break
    # From a little beside the level all its copies look alike, and y is their sum.
    y = _pulled(run, theta + 2 * blur)
    return theta, float(y[0] ** 2), float(run.offdiagonal[-1] * abs(y[-1]))


def _pulled(run: Lanczos, theta: float) -> RealArray:
    """(T - theta)^-1 e_1 of unit norm."""
    bands, start = np.zeros((3, len(run.diagonal))), np.zeros(len(run.diagonal))
    bands[0, 1:] = bands[2, :-1] = run.offdiagonal[:-1]
    bands[1], start[0] = run.diagonal - theta, 1.0
    try:
        y = scipy.linalg.solve_banded(
            (1, 1), bands, start, overwrite_ab=True, check_finite=False
        )
    except np.linalg.LinAlgError:  # theta is a Ritz value to the last bit
        return _pulled(run, float(np.nextafter(theta, np.inf)))
    return np.asarray(y / np.linalg.norm(y), dtype=np.float64)
