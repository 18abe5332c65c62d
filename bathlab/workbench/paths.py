"""Paths, text and files of text as users have them, whatever the locale."""

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


def read_toml(path: Path) -> str:
    """The text of a TOML file: UTF-8 in any locale, with or without a byte-order mark.

    Raises
    ------
    ValueError
        If it is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not UTF-8 ({error.reason} at byte {error.start}); expected TOML, which "
            "always is. Save it as UTF-8."
        ) from None


def as_utf8(word: str) -> str:
    """A word of the command line, which a locale without UTF-8 has taken apart."""
    return os.fsencode(word).decode("utf-8", "replace")
