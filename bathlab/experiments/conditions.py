"""When avalanches run: the measure of each case, by its spec; and the first coupling alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bathlab.checks import as_real, require_kind, settle
from bathlab.conventions import Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.expanded_contacts import ExpandedContact, expansion_rows
from bathlab.experiments.free_grains import FreeGrain, free_rows
from bathlab.experiments.surrounded import Surrounded, couplings_of, surrounded_rows
from bathlab.model.baths import Bath
from bathlab.model.lioms import LiomChain


@dataclass(frozen=True)
class FirstCoupling:
    """A grain and the first LIOM, which is not attached.

    Raises
    ------
    ValueError
        If it is no bath, or a number is out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(6, bandwidth=4.0)
    >>> for g in (0.1, 0.2):  # G is proportional to g
    ...     spec = bl.experiments.FirstCoupling(grain, g=g, field=0.5, disorder=0.1)
    ...     [row] = bl.experiments.condition_rows(spec, seed=1, realisation=0)
    ...     print(f"{row['G']:.3f}, by the modulus {row['G_modulus']:.3f}")
    0.214, by the modulus 0.188
    0.428, by the modulus 0.376
    """

    bath: Bath
    g: float = 0.2
    field: float = 1.0
    disorder: float = 0.5

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.RandomMatrixBath(4, 10.0).")
        settle(
            self,
            g=as_real("g", self.g),
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
        )


def first_coupling_rows(spec: FirstCoupling, seed: int, realisation: int) -> list[Row]:
    """G of the LIOM by each of :data:`bathlab.experiments.surrounded.MOMENTS`.

    Raises
    ------
    ValueError
        If it is no such spec, or the grain does not fit.
    """
    require_kind("spec", spec, FirstCoupling, "Make one with bathlab.experiments.")
    chain = LiomChain(1, 1.0, spec.g, spec.field, spec.disorder)
    grain = spec.bath.sample(seed, realisation)
    return [couplings_of(grain, chain.sample(seed, realisation))]


MEASURES: Measures = {
    Surrounded: (surrounded_rows, "gap_ratio"),
    FreeGrain: (free_rows, "core_orbitals"),
    FirstCoupling: (first_coupling_rows, "G"),
    ExpandedContact: (expansion_rows, "overlap"),
}


def condition_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is a copy of one of
    their columns.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> spec = bl.experiments.Surrounded(grain, (0.4, 0.01), (1, 2), field=0.5, disorder=0.1)
    >>> for row in bl.experiments.condition_rows(spec, seed=1, realisation=0):
    ...     print(row["stage"], row["entropies"].round(2))  # of the LIOMs, over log 2
    1 [0.92]
    2 [0.94 0.28]
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "FirstCoupling(bath)")
