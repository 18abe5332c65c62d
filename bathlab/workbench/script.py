"""A study as a program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import click

from bathlab.workbench.design import Design, P
from bathlab.workbench.flags import Flags, study_command
from bathlab.workbench.running import perform


@dataclass(frozen=True)
class Script(Design[P]):
    """A study that is a program: ``sys.exit(study())`` runs it with the flags that all share.

    Its fields are those of :class:`bathlab.workbench.design.Design`.

    Examples
    --------
    >>> import bathlab as bl
    >>> class Mine(bl.workbench.Parameters):
    ...     spins: int = bl.workbench.parameter(5, "of the chain", ge=2)
    ...     realisations: tuple[int, ...] = bl.workbench.parameter((3,), "of each case", ge=1)
    >>> def cases(p):
    ...     yield bl.Case("chain", bl.LocalChainBath(p.spins), p.realisations[0])
    >>> def measure(bath, seed, realisation):
    ...     return [{"r": bl.mean_gap_ratio(bath.sample(seed, realisation).energies)}]
    >>> presets = {"default": Mine(), "quick": Mine(spins=4)}
    >>> ratios = bl.workbench.Script("ratios", "Do levels repel?", presets, cases, measure, "r")
    >>> print(ratios.build(Mine(spins=6)).cases[0].columns)  # ratios("--spins", "6") runs it
    {'spins': 6}
    """

    @cached_property
    def command(self) -> click.Command:
        """The command line."""

        def call(flags: Flags[P]) -> None:
            perform(self, flags)

        return study_command(self.name, self.question, self.presets, call)

    def __call__(self, *arguments: str) -> Any:
        """Run the command line, with the process's own arguments unless some are given."""
        return self.command(args=list(arguments) or None)
