"""Of which realisation a system is."""

from __future__ import annotations

from dataclasses import dataclass

from bathlab.checks import as_integer, settle
from bathlab.facts import Fact


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
        settle(
            self,
            seed=as_integer("seed", self.seed, 0),
            realisation=as_integer("realisation", self.realisation, 0),
            lioms=as_integer("lioms", self.lioms, 0),
        )

    def facts(self) -> list[Fact]:
        """Seed and realisation, which a table shows and a line leaves out."""
        return [
            Fact("seed", str(self.seed), ""),
            Fact("realisation", str(self.realisation), ""),
        ]
