"""Where the numbers come from: command, commit, versions, hosts and seconds."""

from __future__ import annotations

import re

import pandas as pd

from bathlab.report.numbers import duration

#: How a version of a clone writes down its commit.
COMMIT = re.compile(r"\+g([0-9a-f]{7,40})")
#: How it says that files were changed since.
CHANGED = re.compile(r"\.d\d{8}$")
VERSION = "version_"


def of_rows(table: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """What the rows of a store tell of where they were made.

    Parameters
    ----------
    table : DataFrame
        Rows with versions and circumstances.

    Returns
    -------
    tuple of pair of str
        What, and its value.
    """
    found = [("rows", str(len(table)))]
    if f"{VERSION}bathlab" in table:
        found.append(("commit", _commits(_values(table[f"{VERSION}bathlab"]))))
    if "run_host" in table:
        found.append(("hosts", ", ".join(_values(table["run_host"]))))
    once = table.drop_duplicates(["case", "realisation"])
    if "run_seconds" in once:
        found.append(("time of one worker", duration(float(once["run_seconds"].sum()))))
    if "run_finished" in once:
        ends = sorted(_values(once["run_finished"]))
        found.append(("finished", ends[0] if len(ends) == 1 else f"{ends[0]} to {ends[-1]}"))
    for column in table:
        if str(column).startswith(VERSION):
            name = str(column).removeprefix(VERSION)
            found.append((name, ", ".join(_values(table[column]))))
    return tuple((what, value) for what, value in found if value)


def of_version(version: str) -> tuple[tuple[str, str], ...]:
    """What a record tells: the version that made it, and the commit in that."""
    commit = _commits([version])
    return (*((("commit", commit),) if commit else ()), ("bathlab", version))


def _commits(versions: list[str]) -> str:
    """The commits in versions, with a word if files were changed since."""
    said = []
    for version in versions:
        match = COMMIT.search(version)
        if match:
            changed = (
                ", with changes that were not committed" if CHANGED.search(version) else ""
            )
            said.append(match[1] + changed)
    return "; ".join(dict.fromkeys(said))


def _values(column: pd.Series) -> list[str]:
    return [str(value) for value in column.dropna().unique()]
