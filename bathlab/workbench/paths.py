"""Paths on the command line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class UserPath(click.Path):
    """A path in which ``~`` is the home directory, also after "=", where no shell sees it."""

    def __init__(self, **how: Any) -> None:
        super().__init__(path_type=Path, **how)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        if value not in ("-", b"-"):
            value = os.path.expanduser(value)
        return super().convert(value, param, ctx)
