"""The matrix elements of a bath without spins: the ETH of De Roeck & Huveneers, section II A.

Energies are in units of the rms level sigma where one bath is set beside another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.analysis.eth import ElementRows
from bathlab.analysis.pair_spectra import pair_spectrum
from bathlab.checks import as_array, as_integer, as_real, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.model.baths import Bath
from bathlab.statistics.histograms import log_edges

#: rho is counted in bins of E/sigma, up to this.
PLACES = np.linspace(-1.5, 1.5, 31)
#: And in three bins of this width in energy side by side, the middle one about 0.
FLIP = 2.0
#: V_bb is fitted by a cubic up to so many sigma; its fluctuations are those of the inner half.
DIAGONAL_REACH, DEGREE = 1.5, 3
#: The bins of omega: linear ones, and from the slowest on some to a decade.
STEP, SLOWEST, PER_DECADE = 0.25, 0.02, 6
#: Times of <V(t)V>, as multiples of the density of states rho = n/(sqrt(2 pi) sigma).
TIMES = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.14, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
#: Baths of up to so many spins have draws of their own.
MOST_SPINS = 64
#: Nearest neighbours of a level on either side, for the elements beside the diagonal.
NEAR = 3


@dataclass(frozen=True)
class BareBath:
    """A bath by itself.

    Attributes
    ----------
    bath
        any bath, of 2^``spins`` levels.
    sigma
        rms of its levels about 0, of the ensemble.
    window
        full width of the energies about 0 of which v and <V(t)V> are those.
    reach
        largest |omega| of v.
    """

    bath: Bath
    spins: int
    sigma: float
    window: float
    reach: float

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        settle(
            self,
            spins=as_integer("spins", self.spins, 3),
            sigma=as_real("sigma", self.sigma, above=0),
            window=as_real("window", self.window, above=0),
            reach=as_real("reach", self.reach, above=2 * STEP),
        )

    @property
    def density(self) -> float:
        """rho = n/(sqrt(2 pi) sigma)."""
        return 2.0**self.spins / (math.sqrt(2 * math.pi) * self.sigma)


def bare_rows(bare: BareBath, seed: int, realisation: int) -> list[Row]:
    """One row: density of states, diagonal of the contact, v on both scales, and <V(t)V>."""
    require_kind("bare", bare, BareBath, "Make one with bathlab.experiments.")
    # Sizes that share no disorder make independent points.
    number = as_integer("realisation", realisation, 0) * MOST_SPINS + bare.spins
    grain = bare.bath.sample(seed, number)
    energies, rows = grain.energies, grain.element_rows("contact")
    counts, _ = np.histogram(energies / bare.sigma, PLACES)
    return [
        {
            "spins": bare.spins,
            "sigma": bare.sigma,
            "density": bare.density,
            "rms_level": float(np.sqrt(np.mean(energies**2))),
            "third": float(np.mean(energies**3)),
            "place": (PLACES[1:] + PLACES[:-1]) / 2,
            "levels": counts / (len(energies) * np.diff(PLACES)),
            **{
                name: float(np.mean(np.abs(energies - at * FLIP) <= FLIP / 2))
                for name, at in (("below", -1), ("middle", 0), ("above", 1))
            },
            **diagonal_part(energies, rows, bare.sigma),
            **structure_part(energies, rows, bare),
        }
    ]


def diagonal_part(energies: RealArray, rows: ElementRows, sigma: float) -> Row:
    """V_bb as a smooth function of energy, and what is left of it.

    ``at_zero`` and ``slope`` are value and derivative at E = 0 of a cubic through |E| <= 1.5
    sigma, ``left`` the mean square that it leaves over in the inner half, ``near`` the mean of
    |V_bb'|^2 between levels at most three places apart there.
    """
    energies = as_array("energies", energies)
    sigma = as_real("sigma", sigma, above=0)
    chosen = np.flatnonzero(np.abs(energies) <= DIAGONAL_REACH * sigma)
    elements = np.real(rows[chosen])
    own = elements[np.arange(len(chosen)), chosen]
    x = energies[chosen] / sigma
    fit = np.polynomial.Polynomial.fit(x, own, DEGREE, domain=[-1, 1])
    inner = np.flatnonzero(np.abs(x) <= DIAGONAL_REACH / 2)
    off = own[inner] - fit(x[inner])
    beside = [elements[inner[:-k], chosen[inner[:-k]] + k] for k in range(1, NEAR + 1)]
    freedom = 1 - (DEGREE + 1) / len(chosen)
    return {
        "at_zero": float(fit(0.0)),
        "slope": float(fit.deriv()(0.0)) / sigma,
        "left": float(np.mean(off**2)) / freedom,
        "near": float(np.mean(np.concatenate(beside) ** 2)),
        "fourth": float(np.mean(np.concatenate(beside) ** 4)),
    }


def structure_part(energies: RealArray, rows: ElementRows, bare: BareBath) -> Row:
    """v by |omega| in equal bins and in bins of equal ratio, without the diagonal; <V(t)V>."""
    chosen = np.flatnonzero(np.abs(energies) <= bare.window / 2)
    elements = np.real(rows[chosen])
    edges = np.arange(0.0, bare.reach + STEP / 2, STEP)
    slow = log_edges(SLOWEST, 2.0, PER_DECADE)
    found = {
        name: pair_spectrum(energies, chosen, [elements], bins)
        for name, bins in (("v", edges), ("slow_v", slow), ("fine", fine_edges(bare)))
    }
    v = {name: each.squares / each.exposure for name, each in found.items()}
    return {
        "states": len(chosen),
        "omega": (edges[1:] + edges[:-1]) / 2,
        "v": v["v"],
        "slow": np.sqrt(slow[1:] * slow[:-1]),
        "slow_v": v["slow_v"],
        **correlator(energies, chosen, elements, v["fine"], bare),
    }


def fine_edges(bare: BareBath) -> RealArray:
    """Bins of |omega| that hold all pairs, fine beside 1 over the shortest times."""
    count = math.ceil(8 * bare.sigma / (STEP / 2))
    return np.asarray(np.arange(count + 1) * (STEP / 2), dtype=np.float64)


def correlator(
    energies: RealArray, chosen: Array, elements: RealArray, v: RealArray, bare: BareBath
) -> Row:
    """The sum over b' other than b of |V_bb'|^2 cos((E_b - E_b') t), mean over the b of the
    window and its scatter among them, beside the Fourier transform of v on fine bins."""
    weights = elements**2
    weights[np.arange(len(chosen)), chosen] = 0.0
    omega = energies[chosen, np.newaxis] - energies
    times = np.array(TIMES) * bare.density
    each = np.array([np.sum(weights * np.cos(omega * t), axis=1) for t in times])
    edges = fine_edges(bare)
    middle, step = (edges[1:] + edges[:-1]) / 2, STEP / 2
    cosines = 2 * step * np.cos(np.outer(times, middle))
    smooth = np.sinc(step * times / (2 * math.pi)) * (cosines @ v)
    # Elements i.i.d. with variance v/rho scatter so: cos^2 = (1 + cos(2 omega t))/2 in a bin.
    twice = 2 * step * np.cos(2 * np.outer(times, middle))
    twice *= np.sinc(step * times / math.pi)[:, np.newaxis]
    scatter = (step * 2 * np.sum(v**2) + twice @ v**2) / bare.density
    return {
        "time": np.array(TIMES),
        "exact": each.mean(axis=1),
        "transform": smooth,
        "scatter": each.var(axis=1, ddof=1),
        "expected_scatter": scatter,
        "square": float(2 * step * np.sum(v**2)),
    }
