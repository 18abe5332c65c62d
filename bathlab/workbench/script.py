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
