"""Studies whose cases are of several kinds: the measure of each, by its spec."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from bathlab.checks import require_kind
from bathlab.conventions import Row

#: The measure of each kind of spec, and the column that says how far a run is.
Measures = Mapping[type, tuple[Callable[[Any, int, int], list[Row]], str]]


def rows_by_kind(
    measures: Measures, spec: Any, seed: int, realisation: int, example: str
) -> list[Row]:
    """The rows of the measure of ``spec``; ``watched`` is a copy of one of their columns.

    Raises
    ------
    ValueError
        If there is no measure of it, with an ``example`` of what there is, or as its measure.
    """
    require_kind("spec", spec, tuple(measures), f"Make one, as {example}.")
    measure, watched = measures[type(spec)]
    return [{**row, "watched": row[watched]} for row in measure(spec, seed, realisation)]
