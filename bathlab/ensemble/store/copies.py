"""Realisations that a store holds more than once: equal copies count once, others are told.

A kill between writing a part and clearing the journal leaves a realisation in both; parts of
two hosts may be copied together. The rows are pure functions of case, seed and realisation, so
copies are equal unless something is wrong: other bits of another processor, or an edited file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Mapping, NamedTuple, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from bathlab.ensemble.store.parts import CIRCUMSTANCES, CODE, KEYS

#: Beginnings of the columns in which copies may differ: which program made them, and where.
MADE_BY = ("version_", *CODE, *CIRCUMSTANCES)


class Place(NamedTuple):
    """Some rows that follow each other: the number of their table, the first, and how many."""

    table: int
    start: int
    length: int


@dataclass(frozen=True)
class Conflict:
    """Two copies of a realisation that differ: where they are, and in what."""

    case: str
    realisation: int
    tables: tuple[int, int]
    column: str
    values: tuple[Any, Any]

    def words(self, names: Sequence[str]) -> str:
        """What is wrong, with the name of each table."""
        there, here = (names[table] for table in self.tables)
        where = f"{there} and {here}" if there != here else f"{there} (twice)"
        return (
            f"{where}: realisation {self.realisation} of case {self.case!r} has "
            f"{self.column} = {self.values[0]!r} and {self.values[1]!r}"
        )


@dataclass(frozen=True)
class Copies:
    """What of some tables is to be left out: how many rows were copies, and the conflicts."""

    count: int
    conflicts: tuple[Conflict, ...]
    left_out: Mapping[int, Sequence[Place]]

    def without(self, number: int, table: pa.Table) -> pa.Table:
        """``table``, the one of this number, without the rows that are to be left out."""
        if number not in self.left_out:
            return table
        kept = np.ones(len(table), dtype=bool)
        for place in self.left_out[number]:
            kept[place.start : place.start + place.length] = False
        return table.filter(pa.array(kept))


def copies(tables: Sequence[pa.Table], full: Any = None) -> Copies:
    """The copies among the realisations of some tables: all but the first of equal ones are to
    be left out, and all of those that differ.

    ``full(number)`` is the table of a number with all of its columns, where ``tables`` have
    only some.
    """
    found, conflicts = 0, list[Conflict]()
    left_out: dict[int, list[Place]] = {}
    for (case, realisation), places in doubles(tables).items():
        first, *others = places
        found += len(others)
        wholes = {
            place: (full(place.table) if full else tables[place.table]) for place in places
        }
        rows = [wholes[place].slice(place.start, place.length) for place in places]
        differing = [
            Conflict(case, realisation, (first.table, place.table), *difference)
            for place, there in zip(others, rows[1:])
            if (difference := first_difference(rows[0], there))
        ]
        conflicts += differing
        for place in places if differing else others:
            left_out.setdefault(place.table, []).append(place)
    return Copies(found, tuple(conflicts), left_out)


def doubles(tables: Sequence[pa.Table]) -> dict[tuple[str, int], list[Place]]:
    """The places of each realisation whose rows do not stand together in one place."""
    filled = [number for number, table in enumerate(tables) if len(table)]
    if not filled:
        return {}
    columns = [
        np.concatenate([tables[number][name].to_numpy() for number in filled]) for name in KEYS
    ]
    case, realisation = (pd.factorize(column)[0] for column in columns)
    key = case * (realisation.max() + 1) + realisation
    lengths = [len(tables[number]) for number in filled]
    table, row = (np.repeat(filled, lengths), np.concatenate([np.arange(n) for n in lengths]))
    starts = np.flatnonzero(np.r_[True, (np.diff(key) != 0) | (np.diff(table) != 0)])
    _, group, count = np.unique(key[starts], return_inverse=True, return_counts=True)
    if len(count) == len(starts):
        return {}
    stops = np.r_[starts[1:], len(key)]
    found: dict[tuple[str, int], list[Place]] = {}
    for start, stop in zip(starts[count[group] > 1], stops[count[group] > 1]):
        name = (str(columns[0][start]), int(columns[1][start]))
        place = Place(int(table[start]), int(row[start]), int(stop - start))
        found.setdefault(name, []).append(place)
    return found


def first_difference(there: pa.Table, here: pa.Table) -> tuple[str, tuple[Any, Any]] | None:
    """The first column in which two copies differ, with the values; None if in no column that
    the measure decides."""
    if len(there) != len(here):
        return "number of rows", (len(there), len(here))
    for name in dict.fromkeys([*there.column_names, *here.column_names]):
        if name.startswith(MADE_BY):
            continue
        for values in zip(_values(there, name), _values(here, name)):
            if not _same(*values):
                return name, values
    return None


def _values(table: pa.Table, name: str) -> list[Any]:
    """A column; one that is not there holds nothing."""
    return table[name].to_pylist() if name in table.column_names else [None] * len(table)


def _same(there: Any, here: Any) -> bool:
    """Whether two values are one: not a number is itself, and a truth value is no number."""
    if isinstance(there, list) and isinstance(here, list):
        return len(there) == len(here) and all(map(_same, there, here))
    if isinstance(there, bool) or isinstance(here, bool):
        return there is here
    if isinstance(there, float) and isinstance(here, float) and math.isnan(there):
        return math.isnan(here)
    return bool(there == here)
