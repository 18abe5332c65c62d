"""Interface of a grain with LIOMs, and growth of a bath: what measures each, by its spec."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.conventions import SIGMA_X, Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.growth import Growth, growth_rows
from bathlab.experiments.interfaces import Interface, interface_rows
from bathlab.model.matrices import BathMatrices
from bathlab.streams import goe, stream

MEASURES: Measures = {
    Interface: (interface_rows, "log_ipr"),
    Growth: (growth_rows, "log_ipr"),
}


def interfacial_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is its D.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "Interface(bath, chain)")


def split_spin(seed: int, realisation: int, *, splitting: float) -> BathMatrices:
    """A single spin of two levels +-splitting/2 in the eigenbasis of a random real matrix;
    contact and probe are its sigma^x."""
    vectors = np.linalg.eigh(goe(2, 1.0, stream(seed, realisation, "split spin")))[1]
    H = vectors @ np.diag([-splitting / 2, splitting / 2]) @ vectors.T
    return BathMatrices(H, SIGMA_X, SIGMA_X, (2,))
