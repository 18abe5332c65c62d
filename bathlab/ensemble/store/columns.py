"""Kinds of the columns of a store: a realisation whose rows do not fit is refused by itself.

Numbers may be whole in one realisation and not in another, and a value or a column may be
missing; all else, a truth value among numbers, say, or text, is another kind. A whole number
that no float holds (2^53 + 1) does not fit among floats, nor they among such.
"""

from __future__ import annotations

from typing import Callable

import pyarrow as pa

from bathlab.errors import OtherKind

#: The rows so far, of one column.
Held = Callable[[str], list[pa.Table]]


class Columns:
    """The columns of the rows of a store, to which those of more realisations are fitted."""

    def __init__(self) -> None:
        self._known = pa.schema([])
        self._last: pa.Schema | None = None

    def fit(self, table: pa.Table, held: Held) -> pa.Table:
        """``table``, its whole numbers as floats where the column holds floats.

        Parameters
        ----------
        table
            rows of one or more realisations.
        held
            the rows so far that have a column, asked for only when its kind widens.

        Raises
        ------
        OtherKind
            (a ValueError) If they do not fit; nothing is changed then.
        """
        if self._last is not None and table.schema.equals(self._last):
            return table
        fitted, known = [], self._known
        for name in table.column_names:
            kind = _kind(known, name)
            column, wider = _joined(name, kind, table[name])
            if kind is not None and wider != kind:
                _require_exact(name, held(name), wider, table[name])
            fitted.append(column)
            known = _with(known, name, wider)
        made = pa.table(fitted, names=table.column_names)
        self._known = known
        self._last = table.schema if made.schema.equals(table.schema) else None
        return made.replace_schema_metadata(table.schema.metadata)


def _kind(schema: pa.Schema, name: str) -> pa.DataType | None:
    place = schema.get_field_index(name)
    return None if place < 0 else schema.field(place).type


def _with(schema: pa.Schema, name: str, kind: pa.DataType) -> pa.Schema:
    place = schema.get_field_index(name)
    field = pa.field(name, kind)
    return schema.append(field) if place < 0 else schema.set(place, field)


def _joined(
    name: str, kind: pa.DataType | None, column: pa.ChunkedArray
) -> tuple[pa.ChunkedArray, pa.DataType]:
    """A column as one of a kind, and the kind that both are of."""
    if kind is None or kind == column.type:
        return column, column.type
    schemas = [pa.schema([pa.field(name, type_)]) for type_ in (kind, column.type)]
    try:
        wider = pa.unify_schemas(schemas, promote_options="permissive").field(name).type
        fitted = column if pa.types.is_null(column.type) else column.cast(wider)
        return fitted, wider
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise _other_kind(name, column, kind, error) from None


def _require_exact(
    name: str, held: list[pa.Table], wider: pa.DataType, column: pa.ChunkedArray
) -> None:
    """Refuse a column for which one of the values so far would be rounded."""
    for table in held:
        try:
            table[name].cast(wider)
        except pa.ArrowInvalid as error:
            raise _other_kind(name, column, table[name].type, error) from None


def _other_kind(
    name: str, column: pa.ChunkedArray, kind: pa.DataType, error: Exception
) -> OtherKind:
    given = next((value for value in column.to_pylist() if value is not None), None)
    return OtherKind(
        f"The column {name!r} holds {given!r}, of type {column.type}, where the other "
        f"realisations have {kind} ({error}); expected one kind of value in each column. "
        "Let the measure return it as they do, or under another name."
    )
