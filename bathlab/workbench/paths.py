"""Paths, text and files of text as users have them, whatever the locale."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Any

import click

from bathlab.ensemble.store.specification import SPEC_FILE

#: So many stores are named where one was given that is not there.
MOST_NAMED = 4


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


class StorePath(UserPath):
    """A store, or what stands for one, that is there; if not, those that are are named."""

    def __init__(self, **how: Any) -> None:
        super().__init__(exists=True, **how)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            told = f"{error.message} {_stores_here(os.fspath(value))}"
            raise click.BadParameter(told, ctx, param) from None


def _stores_here(given: str) -> str:
    """Where stores are found, those first whose name is most like the given one."""
    found = sorted(path.parent.as_posix() for path in Path("results").glob(f"*/*/{SPEC_FILE}"))
    if not found:
        return "`bathlab run NAME` makes a store, in results/NAME of the folder it is run in."

    def likeness(store: str) -> float:
        return difflib.SequenceMatcher(None, given, store).ratio()

    named = sorted(found, key=likeness, reverse=True)[:MOST_NAMED]
    more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return f"Stores here: {', '.join(named)}{more}."


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
