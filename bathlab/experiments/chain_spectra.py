"""What is measured on full spectra of chains: the measure of each kind of spec."""

from __future__ import annotations

from typing import Any

from bathlab.conventions import Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.chain_cats import Perturbed, cat_rows
from bathlab.experiments.floquet_states import FloquetStates, floquet_state_rows
from bathlab.experiments.level_times import LevelTimes, level_rows
from bathlab.experiments.light_cones import LightCone, cone_rows
from bathlab.experiments.portraits import Portrait, portrait_rows
from bathlab.experiments.site_memory import SiteMemory, site_rows

MEASURES: Measures = {
    SiteMemory: (site_rows, "plateau"),
    LightCone: (cone_rows, "reach"),
    LevelTimes: (level_rows, "gap_ratio"),
    Portrait: (portrait_rows, "gap_ratio"),
    Perturbed: (cat_rows, "largest"),
    FloquetStates: (floquet_state_rows, "gap_ratio"),
}


def chain_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is a copy of one of
    their columns.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.

    Examples
    --------
    >>> import bathlab as bl
    >>> for disorder in (1.0, 20.0):
    ...     spec = bl.experiments.Portrait(bl.SpinChain(6, disorder=disorder))
    ...     [row] = bl.experiments.chain_rows(spec, seed=1, realisation=0)
    ...     print(f"{row['entropy_1']:.2f}, {row['resonant']:.2f}")  # over log 2; of states
    0.88, 0.90
    0.14, 0.00
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "Portrait(bl.SpinChain(8))")
