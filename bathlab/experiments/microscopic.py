"""The microscopic inputs of the avalanche: what measures each of them, by its spec."""

from __future__ import annotations

from typing import Any

from bathlab.conventions import Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.eliminated import (
    Elimination,
    elimination_rows,
    liom_rows,
)
from bathlab.experiments.hybridised import Coupling, width_rows
from bathlab.experiments.resonant_pairs import SitePair, pair_rows
from bathlab.experiments.rotated import Rotation, rotation_rows
from bathlab.experiments.treated import TreatedSpot, treated_rows
from bathlab.model.baths import LocalChainBath

MEASURES: Measures = {
    TreatedSpot: (treated_rows, "norm"),
    Rotation: (rotation_rows, "kurtosis"),
    SitePair: (pair_rows, "partners"),
    Coupling: (width_rows, "halfwidth"),
    Elimination: (elimination_rows, "created"),
    LocalChainBath: (liom_rows, "log_part"),
}


def input_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is a copy of one of
    their columns.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "TreatedSpot(6, 1, 1, 1.0)")
