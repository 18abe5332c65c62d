"""Block Krylov spaces of a filter: what they find, and a bound on what they miss.

A space starts from a block X of independent Gaussian vectors, without their part P' X along the
states that are locked already. Let B be the filter in the complement, theta its largest Ritz
value in a space of m blocks, and u an eigenvector there with f(u) > theta. For every
polynomial p below degree m and every c the vector p(B) P X c lies in the space, so its Rayleigh
quotient is at most theta, and with the Chebyshev polynomial T of [lowest f, theta]

    |X^dagger u| <= ||P X|| sqrt((theta - lowest)/(f - theta)) / T_(m-1)(f).

|X^dagger u|^2 is of a chi-squared distribution with as many degrees as X has columns (twice
that of complex ones), since X was drawn after the states were locked; the chance that any of n
such u is so small bounds that of a missed level (after Kuczynski & Wozniakowski, SIAM J. Matrix
Anal. Appl. 13 (1992) 1094).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, NamedTuple

import numpy as np
import scipy.special

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.operators.simd import LANES
from bathlab.spectrum.chebyshev.peak import Peak
from bathlab.spectrum.chebyshev.product import Report, Scaled
from bathlab.spectrum.direct.nearest import outside, rayleigh_ritz
from bathlab.spectrum.krylov.blocks import BlockSpace, random_block

#: Columns of a block, as many as the compiled recurrence takes at a time: four would need a
#: seventh fewer columns, each of them at more than twice the price.
WIDTH = LANES
#: A Ritz pair of the filter is settled at this residual, the peak being 1.
SETTLED = 1e-12
#: A new block below this share is the rounding of the filter.
CLOSED = 1e-9
#: What of X a space that has closed may still lack.
EMPTY = 1e-7
#: Locked vectors have at most this residual under H, relative to the spectral radius: sums of
#: two states to which the filter gives one value do not pass.
LOCKED = 1e-9
#: A space ends once the chance of a missed level is below this.
MISSED = 1e-10
#: Filtered vectors that grow beyond this show levels outside the scale.
GROWN = 1e3


@dataclass(frozen=True, eq=False)
class Locked:
    """States found: energies ascending with their orthonormal vectors, (n, found)."""

    energies: RealArray
    vectors: Array

    def joined(self, scaled: Scaled, vectors: Array) -> Locked:
        """With ``vectors``, as far as they are eigenvectors of H."""
        both = np.hstack([self.vectors, vectors])
        energies, both, residuals = rayleigh_ritz(scaled.system, both)
        kept = residuals <= LOCKED * scaled.radius
        return Locked(energies[kept], both[:, kept])


class Explored(NamedTuple):
    """Vectors that settled in one space; if there are none, the chance of a miss, 1 if the
    space was not sure."""

    vectors: Array
    missed: float


class Plan(NamedTuple):
    """Columns before the first look and at most."""

    first: int
    most: int


def explore(
    scaled: Scaled,
    peak: Peak,
    locked: Locked,
    level: float,
    wanted: int | None,
    plan: Plan,
    generator: np.random.Generator,
    report: Report,
) -> Explored:
    """Eigenvectors in the complement of ``locked`` to which the filter gives ``level`` or more.

    One space is grown until its ``wanted`` largest Ritz values there (None: all) have settled,
    or until it is sure that there are none.

    Raises
    ------
    NotConverged
        If none settles within ``plan.most`` columns.
    """
    n = scaled.system.dimension
    block = random_block(scaled.system.dimension, WIDTH, scaled.system.dtype, generator)
    freedom = WIDTH * (2 if np.iscomplexobj(block) else 1)
    start, triangle = np.linalg.qr(outside(block, locked.vectors))
    norm, lowest = float(np.linalg.norm(triangle, 2)), peak.lowest()
    most = min(plan.most, (n - len(locked.energies)) // WIDTH * WIDTH)
    space = BlockSpace(start, most, locked.vectors, 2, CLOSED)
    apply = _filter(scaled, peak, report)
    while True:
        image = space.next_block(apply)
        full = image is None or space.size + WIDTH > most
        if full or space.size >= plan.first:
            ritz, rotation, errors = space.ritz()
            above = np.flatnonzero(ritz >= level)[::-1][:wanted]
            if len(above):
                if full or errors[above].max() <= SETTLED:
                    return _settled(space, ritz, rotation, errors, level)
            else:
                overlap = norm * EMPTY
                if not errors.max() <= CLOSED:
                    degree = space.size // WIDTH - 1
                    overlap = _overlap(norm, level, ritz[-1], lowest, degree)
                missed = n * float(scipy.special.chdtr(freedom, overlap**2))
                if full or missed <= MISSED:
                    return Explored(start[:, :0], missed if missed <= MISSED else 1.0)
        assert image is not None
        space.append(image)


def _filter(scaled: Scaled, peak: Peak, report: Report) -> Callable[[Array], Array]:
    coefficients = peak.coefficients()

    def apply(block: Array) -> Array:
        image: Array = scaled.series(coefficients, block, report)
        if not np.abs(image).max() < GROWN:
            raise NotConverged("the filter grows: levels lie outside the estimated spectrum")
        return image

    return apply


def _settled(
    space: BlockSpace, ritz: RealArray, rotation: Array, errors: RealArray, level: float
) -> Explored:
    """What has settled, also somewhat below the level: the next space need not see it."""
    good = np.flatnonzero((ritz >= level / 2) & (errors <= SETTLED))
    if not np.any(ritz[good] >= level):
        raise NotConverged(f"no state has settled in {space.size} columns")
    return Explored(space.basis[:, : space.size] @ rotation[:, good], 1.0)


def _overlap(norm: float, level: float, top: float, lowest: float, degree: int) -> float:
    """The largest |X^dagger u| of a missed u, see above."""
    relative = (level - top) / (top - lowest)
    growth = math.cosh(min(300.0, degree * math.acosh(1 + 2 * relative)))
    return norm / math.sqrt(relative) / growth
