"""What made a row, out of its way: one column of names, and a table that says what they are.

A row keeps, on the disk, the digest of its measure and the version of all that decides its last
bits. In a table to work with these are one column, ``provenance``, whose values point to the
rows of :func:`bathlab.ensemble.provenance`. A name is a function of what it stands for alone:
it is the same in every store.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Mapping, Sequence

import pandas as pd

from bathlab.ensemble.store.parts import CIRCUMSTANCES, CODE, PROVENANCE, VERSION

#: Digits of either half of a name: 1e-8 is the chance that two of ten halves are the same.
HALF = 8


def folded(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """The name of what made each row, of the columns that tell it."""
    told = rows[list(columns)]
    group = told.groupby(list(columns), sort=False, dropna=False).ngroup()
    firsts = told.loc[~group.duplicated()].to_dict("records")
    return group.map(dict(enumerate(map(_name, firsts)))).astype(object)


def told_columns(rows: pd.DataFrame) -> list[str]:
    """The columns that tell what made a row."""
    return [name for name in map(str, rows) if name in CODE or name.startswith(VERSION)]


def presented(
    rows: pd.DataFrame, provenance: bool = False, circumstances: bool = False
) -> pd.DataFrame:
    """Rows of a store as a table to work with: what was asked and found, then who made it.

    With ``provenance`` the columns that tell it stay as they are; with ``circumstances`` those
    of time and place. A store of an older bathlab may have a measured column of that name:
    then it stays, and the columns too.
    """
    timed = [name for name in CIRCUMSTANCES if name in rows]
    told = told_columns(rows)
    kept = rows.drop(columns=timed)
    if told and not provenance and PROVENANCE not in rows:
        kept = kept.drop(columns=told).assign(**{PROVENANCE: folded(rows, told)})
    return pd.concat([kept, rows[timed]], axis=1) if circumstances and timed else kept


def _name(told: Mapping[Any, Any]) -> str:
    """What stands for a code and its versions; what is missing counts as not there."""
    there = {name: value for name, value in told.items() if not pd.isna(value)}
    code = {name: value for name, value in there.items() if name in CODE}
    versions = {name: value for name, value in there.items() if name not in CODE}
    return f"{_half(code)}-{_half(versions)}"


def _half(values: Mapping[Any, Any]) -> str:
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:HALF]
