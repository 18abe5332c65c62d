"""A circuit that is given to a measure, and its eigen-data."""

from __future__ import annotations

from typing import Any

from bathlab.checks import require_kind
from bathlab.model.circuit import BrickworkCircuit
from bathlab.operators.eigensystem import UnitaryEigensystem
from bathlab.operators.system import System
from bathlab.spectrum.dense import diagonalise


def require_circuit(circuit: Any, *others: type) -> None:
    """Raise ValueError unless it is a :class:`~bathlab.BrickworkCircuit`, or of another class
    that the measure takes."""
    kinds = (BrickworkCircuit, *others)
    require_kind("circuit", circuit, kinds, "Make one, as BrickworkCircuit(8, 0.02).")


def solved(sample: System) -> UnitaryEigensystem:
    """All eigen-data of a unitary, found once and kept by it."""
    found = diagonalise(sample)
    assert isinstance(found, UnitaryEigensystem)
    return found
