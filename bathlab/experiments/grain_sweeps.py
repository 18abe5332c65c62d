"""Levels and eigenstates of a grain with LIOMs, along alpha."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterator

from bathlab.checks import as_array, as_integer, as_real, refusal, require_kind, settle
from bathlab.conventions import Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.crossover import SHARE, require_grain, seen
from bathlab.experiments.suns import MOST_SPINS, of_levels
from bathlab.model.baths import LocalChainBath, RandomMatrixBath
from bathlab.model.coupled import CoupledSystem
from bathlab.model.lioms import LiomChain, require_chain, require_plain


@dataclass(frozen=True)
class GrainSweep:
    """A grain with LIOMs along alpha; each alpha and number of spins has draws of its own.

    Parameters
    ----------
    chain
        all but alpha.
    alphas
        ascending, above 0.
    share
        of the levels, of which the states nearest E = 0 are averaged over.

    Raises
    ------
    ValueError
        If these are no grain and no chain with a LIOM, or a number is out of its range.
    """

    bath: RandomMatrixBath | LocalChainBath
    chain: LiomChain
    alphas: tuple[float, ...]
    share: float = SHARE

    def __post_init__(self) -> None:
        require_grain(self.bath)
        require_chain(self.chain)
        require_plain("chain", self.chain)
        if not self.chain.count:
            raise refusal("chain", "one of no LIOM", "one LIOM at least", "Raise its count.")
        found = as_array("alphas", self.alphas, above=0, ascending=True).tolist()
        share = as_real("share", self.share, above=0, below=1)
        settle(self, alphas=tuple(found), share=share)

    def drawn(self, seed: int, realisation: int) -> Iterator[tuple[float, CoupledSystem]]:
        """Alpha with its draw; no two share random numbers, so that points of a fit are
        independent."""
        first = as_integer("realisation", realisation, 0) * len(self.alphas)
        spins = self.bath.spins + self.chain.count
        for place, alpha in enumerate(self.alphas):
            number = (first + place) * MOST_SPINS + spins
            chain = replace(self.chain, alpha=alpha)
            yield alpha, self.bath.sample(seed, number).attach(chain)


@dataclass(frozen=True)
class GrainLevels(GrainSweep):
    """All levels along alpha."""


@dataclass(frozen=True)
class GrainStates(GrainSweep):
    """Eigenstates near E = 0 along alpha."""


def grain_level_rows(spec: GrainLevels, seed: int, realisation: int) -> list[Row]:
    """Rows of :func:`bathlab.experiments.suns.level_rows`, of a grain with LIOMs.

    Raises
    ------
    ValueError
        If it is no such spec, or the systems do not fit.
    """
    require_kind("spec", spec, GrainLevels, "Make one with bathlab.experiments.")
    return [{"alpha": alpha, **of_levels(x)} for alpha, x in spec.drawn(seed, realisation)]


def grain_state_rows(spec: GrainStates, seed: int, realisation: int) -> list[Row]:
    """``farthest``, the entropy of the last LIOM in units of log 2, a mean over states near
    E = 0; a row for each alpha.

    Raises
    ------
    ValueError
        If it is no such spec, or the systems do not fit.
    """
    require_kind("spec", spec, GrainStates, "Make one with bathlab.experiments.")
    return [
        {"alpha": alpha, "farthest": float(seen(system, spec).entropies()[-1].mean())}
        for alpha, system in spec.drawn(seed, realisation)
    ]


MEASURES: Measures = {
    GrainLevels: (grain_level_rows, "gap_ratio"),
    GrainStates: (grain_state_rows, "farthest"),
}


def grain_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is a copy of one of
    their columns.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "GrainLevels(bath, chain, (0.7,))")
