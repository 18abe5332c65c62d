"""What is measured on full spectra of chains: the measure of each kind of spec."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from bathlab.checks import require_kind
from bathlab.conventions import Row
from bathlab.experiments.chain_cats import Perturbed, cat_rows
from bathlab.experiments.level_times import LevelTimes, level_rows
from bathlab.experiments.light_cones import LightCone, cone_rows
from bathlab.experiments.portraits import Portrait, portrait_rows
from bathlab.experiments.site_memory import SiteMemory, memory_rows

#: The measure of each kind of spec, and the column that says how far a run is.
MEASURES: Mapping[type, tuple[Callable[[Any, int, int], list[Row]], str]] = {
    SiteMemory: (memory_rows, "plateau"),
    LightCone: (cone_rows, "reach"),
    LevelTimes: (level_rows, "gap_ratio"),
    Portrait: (portrait_rows, "gap_ratio"),
    Perturbed: (cat_rows, "largest"),
}


def chain_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is a copy of one of
    their columns.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.
    """
    require_kind("spec", spec, tuple(MEASURES), "Make one, as Portrait(bl.SpinChain(8)).")
    measure, watched = MEASURES[type(spec)]
    return [{**row, "watched": row[watched]} for row in measure(spec, seed, realisation)]
