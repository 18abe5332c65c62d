"""Of which realisation a system is."""

from __future__ import annotations

from dataclasses import dataclass

from bathlab.checks import require_integer


@dataclass(frozen=True)
class Draw:
    """Which realisation a system belongs to, and how many LIOMs have been drawn for it.

    Raises
    ------
    ValueError
        If seed or realisation is not an integer >= 0.
    """

    seed: int
    realisation: int
    lioms: int = 0

    def __post_init__(self) -> None:
        require_integer("seed", self.seed, minimum=0)
        require_integer("realisation", self.realisation, minimum=0)
