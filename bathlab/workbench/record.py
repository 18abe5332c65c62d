"""What lies beside a figure: command, version, parameters and claims, as JSON.

Tables and the pages of results are renderings of these records.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping

from bathlab.ensemble.store.files import write_atomically
from bathlab.facts import html_table
from bathlab.workbench.claims import Claim, Claims, as_table

#: What comes of a file that is not there, or holds something else.
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Record:
    """A run of a study: the command that repeats it, what it ran with, and what it found."""

    study: str
    command: str
    version: str
    parameters: Mapping[str, Any]
    claims: tuple[Claim, ...]
    sweep: Mapping[str, list[Any]] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The claims as a table of text."""
        return as_table(self.claims)

    @property
    def text(self) -> str:
        """The command and the table."""
        return f"{self.command}  (bathlab {self.version})\n\n{self.table}\n"

    def _repr_html_(self) -> str:
        told = {"study": self.study, "command": self.command, "bathlab": self.version}
        head = html_table([*told.items()])
        return f"{head}\n{Claims(self.claims)._repr_html_()}"

    def write(self, path: Path) -> None:
        """As JSON."""
        content = {**vars(self), "claims": [claim.record() for claim in self.claims]}
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        write_atomically(path, text.encode())

    @classmethod
    def read(cls, path: Path) -> Record:
        """The record in a file.

        Raises
        ------
        ValueError
            If the file is not there or holds something else.
        """
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            claims = tuple(map(Claim.of_record, content.pop("claims")))
            return cls(**content, claims=claims)
        except UNREADABLE as error:
            raise ValueError(
                f"{path} holds no record of a study ({error!r}); expected the JSON that a "
                "study writes beside its figure. Run the study again."
            ) from error
