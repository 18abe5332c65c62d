"""What systems say of themselves: factors, dimension, kind of numbers, memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bathlab.facts import Fact, counted, in_bytes, only_told

if TYPE_CHECKING:
    from bathlab.operators.system import System


def size_facts(system: System) -> list[Fact]:
    """What every system says of its size; of its memory what it holds already."""
    entries = "complex" if system.dtype.kind == "c" else "real"
    found = [counted("states", system.dimension), only_told("entries", entries)]
    if system.kind != "hermitian":
        found.append(only_told("kind", system.kind))
    if held := system.held():
        found.append(only_told("memory", in_bytes(held)))
    if system.solution.eigensystem is not None or system.solution.unitary is not None:
        found.append(Fact("eigen-data", "all levels and vectors", "solved"))
    return found


def factor_facts(within: tuple[int, ...], attached: int = 0) -> list[Fact]:
    """The tensor factors, if they are spins, or a bath with ``attached`` spins."""
    spins = all(size == 2 for size in within)
    if not spins and not attached:
        return []
    first = f"{len(within)}" if spins else f"a bath of {math.prod(within)} states"
    return [counted("spins", f"{first} + {attached}" if attached else first)]
