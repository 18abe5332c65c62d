"""Which xi and lambda of the static resonance model a measured C(t) allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2 as chi_square

from bathlab.conventions import Array, RealArray
from bathlab.experiments.cells import cell_array
from bathlab.theory.resonance_model.hamiltonian import Hamiltonian

#: Early times, before which a spin turns about its neighbours; in 1/J.
EARLY = 3.0
#: Means over so many times are compared, lest coherent turns of single rings count.
TOGETHER = 4
#: Where the model is tried; 1/xi = 0 is left out.
XI_INVERSE = np.linspace(-0.55, 3.05, 13)
LAMBDA = np.geomspace(1.0, 2000.0, 26)
#: Allowed is what has a chi^2 that is larger than the least by no more: 2 sigma of one number.
ALLOWED = 4.0
#: A model is rejected that chance makes as bad less often.
REJECTED = 1e-3


@dataclass(frozen=True, eq=False)
class ModelRegion:
    """chi^2 of the static model on a grid of xi and lambda.

    Attributes
    ----------
    chi2
        (xi, lambda), with the covariance of the means over times; its expectation, for few
        realisations, is that of known covariances (Hartlap, Simon & Schneider, Astron.
        Astrophys. 464, 399 (2007)).
    largest
        how far the model that is nearest by least squares lies from a mean at most.
    points, realisations
        how many means over times, of how many realisations.
    """

    chi2: RealArray
    largest: float
    points: int
    realisations: int

    @property
    def chi2_dof(self) -> float:
        return float(self.chi2.min()) / (self.points - 2)

    @property
    def chance(self) -> float:
        """How often chance makes so large a chi^2."""
        return float(chi_square.sf(self.chi2.min(), self.points - 2))

    @property
    def holds(self) -> bool:
        return self.chance > REJECTED

    @property
    def best(self) -> tuple[float, float]:
        """1/xi and lambda of the least chi^2."""
        i, j = np.unravel_index(np.argmin(self.chi2), self.chi2.shape)
        return float(XI_INVERSE[i]), float(LAMBDA[j])

    @property
    def allowed(self) -> Array:
        """(xi, lambda) which are allowed."""
        return self.chi2 <= self.chi2.min() + ALLOWED

    @property
    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Least and largest allowed 1/xi, and lambda."""
        inverse, lam = XI_INVERSE[self.allowed.any(axis=1)], LAMBDA[self.allowed.any(axis=0)]
        return (float(inverse[0]), float(inverse[-1])), (float(lam[0]), float(lam[-1]))

    def plateaus(self, sites: int) -> tuple[float, float]:
        """Least and largest C at infinite time, of L sites, that is allowed."""
        i, j = np.nonzero(self.allowed)
        found = np.asarray(Hamiltonian(1 / XI_INVERSE[i], LAMBDA[j], sites).order_parameter)
        return float(found.min()), float(found.max())


def model_region(
    part: pd.DataFrame, times: Sequence[float], sites: int, J: float = 1.0, skipped: int = 0
) -> ModelRegion | None:
    """chi^2 of C(t) from EARLY on, in means over TOGETHER times; None for too few realisations.

    ``skipped`` of the first means are left out; J is the model's, in the unit of the times.
    """
    at = np.asarray(times)
    first = int(np.searchsorted(at, EARLY)) + skipped * TOGETHER
    last = first + (len(at) - first) // TOGETHER * TOGETHER
    cells = cell_array(part, "memory", (len(at),))[:, first:last]
    by_ring = pd.DataFrame(cells).groupby(part["realisation"].to_numpy()).mean().to_numpy()
    samples = by_ring.reshape(len(by_ring), -1, TOGETHER).mean(axis=2)
    N, points = samples.shape
    if N < 2 * points or points < 4:
        return None
    covariance = np.cov(samples.T) / N
    inverse = np.linalg.pinv(covariance, hermitian=True) * (N - points - 2) / (N - 1)
    off = models(tuple(at[first:last].tolist()), sites, J) - samples.mean(axis=0)
    nearest = np.unravel_index(np.argmin((off**2).sum(axis=2)), off.shape[:2])
    chi2 = np.einsum("xli,ij,xlj->xl", off, inverse, off)
    return ModelRegion(chi2, float(np.abs(off[nearest]).max()), points, N)


@lru_cache(maxsize=32)
def models(times: tuple[float, ...], sites: int, J: float) -> RealArray:
    """(xi, lambda, points) means of the model's C over TOGETHER times each."""
    xi, lam = 1 / XI_INVERSE[:, None, None], LAMBDA[None, :, None]
    found = np.asarray(Hamiltonian(xi, lam, sites, J).correlator(np.array(times)))
    return np.asarray(found.reshape(*found.shape[:2], -1, TOGETHER).mean(axis=3))


def said(limits: tuple[float, float], digits: int = 2) -> str:
    """A range in words; at an end of the grid it is open."""
    low, high = limits
    ends = (XI_INVERSE[0], LAMBDA[0]), (XI_INVERSE[-1], LAMBDA[-1])
    words = [
        "below" if any(math.isclose(low, end) for end in ends[0]) else f"{low:.{digits}f}",
        "above" if any(math.isclose(high, end) for end in ends[1]) else f"{high:.{digits}f}",
    ]
    return " to ".join(words)
