"""Systems that follow from one drawn grain, each solved once."""

from __future__ import annotations

from typing import Iterator

from bathlab.model.coupled import CoupledSystem, Grain
from bathlab.model.lioms import NO_LIOMS, Chain
from bathlab.operators.system import System
from bathlab.spectrum.choice import is_full
from bathlab.spectrum.dense import Eigensystem, diagonalise_hermitian


def grown(grain: Grain, chain: Chain) -> Iterator[CoupledSystem]:
    """``grain`` with the first 0, 1, ..., ``chain.count`` LIOMs.

    The grain of each system is the system before it, so that whatever was solved of that is
    at hand.
    """
    lioms = grain.attach(chain).lioms[grain.system.lioms.count :]
    system = grain.attach(NO_LIOMS)
    yield system
    for liom in range(lioms.count):
        system = system.as_grain().attach(lioms[liom : liom + 1])
        yield system


def solved(system: System) -> System | Eigensystem:
    """``system``, diagonalised if its spectral measures will be taken from all levels."""
    return diagonalise_hermitian(system) if is_full(system) else system
