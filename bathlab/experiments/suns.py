"""Spectra and eigenstates of drawn quantum suns, along alpha."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterator, Sequence

import numpy as np

from bathlab.analysis.entanglement import entanglement_entropy, spin_entropies
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.spectral_correlations import spectral_form_factor
from bathlab.checks import as_array, as_integer, refusal, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.model.coupled import CoupledSystem
from bathlab.model.quantum_sun import QuantumSun
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.every_level import levels
from bathlab.spectrum.targets import INFINITE

#: Times of the form factor, in units of the Heisenberg time.
TIMES = np.append(0.0, np.geomspace(1e-3, 3.0, 120))
#: Levels in the middle whose gap ratio is a row's ``gap_ratio_middle``: as many as papers take.
MIDDLE = 500
#: Edges of energy windows, as shares of the band from its lower end; each stands for the one
#: at the same distance from the upper end as well.
WINDOWS = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
#: Smallest spectrum that is unfolded.
UNFOLDED = 200
#: States whose half-system entropy is measured, and states nearest to the mean level.
HALVED = 32
#: Draws of suns with up to so many spins have numbers of their own.
MOST_SPINS = 64


@dataclass(frozen=True)
class SunSweep:
    """Suns along alpha; each alpha and number of spins has draws of its own.

    Parameters
    ----------
    sun
        all but alpha.
    alphas
        ascending, in (0, 1].

    Raises
    ------
    ValueError
        If it is no sun, or an alpha is out of its range.
    """

    sun: QuantumSun
    alphas: tuple[float, ...]

    def __post_init__(self) -> None:
        require_kind("sun", self.sun, QuantumSun, "Make one, as bathlab.QuantumSun(lioms=5).")
        found = as_array("alphas", self.alphas, above=0, ascending=True).tolist()
        settle(self, alphas=tuple(found))
        for alpha in found:
            replace(self.sun, alpha=alpha)  # refuses what is out of range

    def drawn(self, seed: int, realisation: int) -> Iterator[tuple[float, CoupledSystem]]:
        """Alpha with its draw; no two share random numbers, so that points of a fit are
        independent, while conventions share them all."""
        first = as_integer("realisation", realisation, 0) * len(self.alphas)
        for place, alpha in enumerate(self.alphas):
            number = (first + place) * MOST_SPINS + self.sun.spins
            yield alpha, replace(self.sun, alpha=alpha).sample(seed, number)


@dataclass(frozen=True)
class SunLevels(SunSweep):
    """All levels of suns along alpha."""


@dataclass(frozen=True)
class SunStates(SunSweep):
    """Eigenstates of suns along alpha, from full diagonalisation."""


@dataclass(frozen=True)
class SunMiddle(SunSweep):
    """The :data:`HALVED` eigenstates nearest to the mean level, of suns along alpha."""


def level_rows(spec: SunLevels, seed: int, realisation: int) -> list[Row]:
    """Gap ratios and form factor of all levels, a row for each alpha.

    Returns
    -------
    list of dict
        Rows with ``alpha``; ``gap_ratio``, its mean over all levels; ``gap_ratio_middle``, over
        the :data:`MIDDLE` levels in the middle; ``windows``, (w,) over those in each window of
        :data:`WINDOWS`, nan where there are fewer than three; ``log_density``, the logarithm of
        levels per energy in the middle half; and of the form factor at :data:`TIMES` ``real``,
        ``imaginary`` and ``weight``, unless there are fewer than :data:`UNFOLDED` levels.

    Raises
    ------
    ValueError
        If it is no such spec, or the suns do not fit.
    """
    require_kind("spec", spec, SunLevels, "Make one with bathlab.experiments.")
    return [
        {"alpha": alpha, **of_levels(sample)} for alpha, sample in spec.drawn(seed, realisation)
    ]


def of_levels(sample: CoupledSystem) -> Row:
    """Gap ratios and form factor of all levels of a system, as :func:`level_rows` has them."""
    found = levels(sample)
    energies, count = found.energies, len(found.energies)
    cut, quarter = max(0, (count - MIDDLE) // 2), count // 4
    middle = energies[quarter : count - quarter]
    row: dict[str, Any] = {
        "gap_ratio": mean_gap_ratio(energies),
        "gap_ratio_middle": mean_gap_ratio(energies[cut : count - cut]),
        "windows": windowed_ratios(energies),
        "log_density": float(np.log((len(middle) - 1) / (middle[-1] - middle[0]))),
    }
    if count >= UNFOLDED:
        form = spectral_form_factor(found, TIMES)
        row |= {"real": form.sums.real, "imaginary": form.sums.imag, "weight": form.weight}
    return row


def windowed_ratios(energies: Any) -> RealArray:
    """(w,) mean gap ratio in each window of :data:`WINDOWS` and its mirror image; nan where
    neither has three levels."""
    found = np.sort(as_array("energies", energies, least=3))
    place = (found - found[0]) / (found[-1] - found[0])
    ratios = []
    for low, high in zip(WINDOWS[:-1], WINDOWS[1:]):
        sides = [found[(each >= low) & (each < high)] for each in (place, 1 - place)]
        known = [side for side in sides if len(side) >= 3]
        ratios.append(mean_gap_ratio(known) if known else np.nan)
    return np.array(ratios)


def state_rows(spec: SunStates, seed: int, realisation: int) -> list[Row]:
    """Entanglement of eigenstates, a row for each alpha.

    Returns
    -------
    list of dict
        Rows with ``alpha``; ``farthest``, the entropy of the last spin in units of log 2, mean
        over the middle half of all eigenstates; ``half``, that of the last half of all spins
        over that of random vectors (Page), mean over :data:`HALVED` states of the middle half.

    Raises
    ------
    ValueError
        If it is no such spec, there is no spin around the grain, or the suns do not fit.
    """
    return [
        {"alpha": alpha, **_of_states(sample)}
        for alpha, sample in _around(spec, SunStates, seed, realisation)
    ]


def middle_rows(spec: SunMiddle, seed: int, realisation: int) -> list[Row]:
    """Entanglement of the :data:`HALVED` eigenstates nearest to the mean level, without the
    others, a row for each alpha.

    Returns
    -------
    list of dict
        Rows with ``alpha``, ``farthest`` and ``half`` as of :func:`state_rows`, means over
        those.

    Raises
    ------
    ValueError
        As :func:`state_rows`.
    """
    rows: list[Row] = []
    for alpha, sample in _around(spec, SunMiddle, seed, realisation):
        count = min(HALVED, sample.dimension)
        nearest = eigenstates_near(sample, INFINITE, count)
        vectors = np.column_stack([state.vector for state in nearest])
        rows.append({"alpha": alpha, **_entropies(vectors, vectors, sample.dims)})
    return rows


def _around(
    spec: SunSweep, kind: type, seed: int, realisation: int
) -> Iterator[tuple[float, CoupledSystem]]:
    """The draws of a spec of that kind, which has spins around its grain."""
    require_kind("spec", spec, kind, "Make one with bathlab.experiments.")
    if not spec.sun.lioms:
        raise refusal("lioms", "0", "at least 1, whose entropy is taken", "Add spins.")
    return spec.drawn(seed, realisation)


def _of_states(sample: CoupledSystem) -> Row:
    vectors = diagonalise(sample).vectors
    count = vectors.shape[1]
    inside = vectors[:, count // 4 : count - count // 4]
    some = inside[:, np.unique(np.linspace(0, inside.shape[1] - 1, HALVED).astype(int))]
    return _entropies(inside, some, sample.dims)


def _entropies(inside: RealArray, some: RealArray, dims: Sequence[int]) -> Row:
    """Of the last spin in the states ``inside``, and of half of the spins in ``some``."""
    spins = len(dims)
    halves = [
        entanglement_entropy(each, dims, range(spins - spins // 2, spins)) for each in some.T
    ]
    return {
        "farthest": float(np.mean(spin_entropies(inside, dims, -1))) / np.log(2),
        "half": float(np.mean(halves)) / page_entropy(spins // 2, spins),
    }


def page_entropy(part: int, spins: int) -> float:
    """Mean entropy in nats of ``part`` of ``spins`` spins, at most half, in random states:
    part log 2 - 2^(2 part - spins)/2 (Page, Phys. Rev. Lett. 71, 1291 (1993))."""
    part = as_integer("part", part, 1)
    spins = as_integer("spins", spins, 2 * part)
    return part * float(np.log(2)) - 2.0 ** (2 * part - spins) / 2


MEASURES: Measures = {
    SunLevels: (level_rows, "gap_ratio"),
    SunStates: (state_rows, "farthest"),
    SunMiddle: (middle_rows, "farthest"),
}


def sun_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is a copy of one of
    their columns.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "SunLevels(sun, (0.7, 0.8))")
