"""``bathlab export``: the rows of a store as a file for other programs."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, Callable, Sequence

import click
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bathlab.checks import as_path, select
from bathlab.ensemble.store import files
from bathlab.ensemble.store.contents import as_frame
from bathlab.ensemble.store.parts import CIRCUMSTANCES
from bathlab.ensemble.store.reader import Store, find_store
from bathlab.ensemble.store.specification import SPEC_FILE
from bathlab.workbench.paths import UserPath
from bathlab.workbench.store_commands import STORE
from bathlab.workbench.voice import plain_errors

#: A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
#: What makes a spreadsheet take it for text.
AS_TEXT = "'"


@click.command("export", short_help="Rows as .csv, .json or .parquet.")
@STORE
@click.argument("file", type=UserPath(dir_okay=False, allow_dash=True))
@click.option("--columns", metavar="A,B,...", help="Only these columns, in this order.")
@click.option(
    "--circumstances", is_flag=True, help="Also how long each row took, where and when."
)
def export_command(store: Path, file: Path, columns: str | None, circumstances: bool) -> None:
    """Write the rows to FILE, whose ending says how: .csv, .json or .parquet. FILE - is the
    screen, as CSV.

    CSV is UTF-8, with all digits of numbers and curves as JSON. Text that a spreadsheet would
    run as a formula has ' before it there, and in no other format. JSON is a list of rows; nan
    is null there, and an infinity the text "Infinity".
    """
    with plain_errors():
        written = _format(file)
        names = columns.split(",") if columns else None
        rows = _rows(store, names, circumstances)
        content = written(rows)
        if str(file) == "-":
            click.echo(content, nl=False)
            return
        target = as_path(file)
        _require_outside(target)
        try:
            files.write_atomically(target, content)
        except OSError as error:
            raise ValueError(
                f"{file} cannot be written: {error.strerror or error}. What was there is as it "
                "was. Make room, give permission, or choose another place."
            ) from None
    click.echo(f"{file}: {len(rows)} rows of {rows.shape[1]} columns")


def _rows(path: Path, names: Sequence[str] | None, circumstances: bool) -> pd.DataFrame:
    """The rows of a store; whole numbers and truth values stay so where some are missing."""
    store = Store(find_store(path))
    tables = store.sound().tables
    if not tables:
        raise ValueError(f"The store {path} holds no rows yet; expected at least one.")
    frame = as_frame(tables)
    if names is not None:
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            raise ValueError(
                f"The columns {twice} were asked for twice; expected each once. Leave one out."
            )
        frame = select(frame, names)
    elif not circumstances:
        frame = frame.drop(columns=CIRCUMSTANCES, errors="ignore")
    _warn_of_case(list(frame.columns))
    schema = pa.unify_schemas([each.schema for each in tables], promote_options="permissive")
    kinds = {
        field.name: "Int64" if pa.types.is_integer(field.type) else "boolean"
        for field in schema
        if pa.types.is_integer(field.type) or pa.types.is_boolean(field.type)
    }
    lacking = {name: kind for name, kind in kinds.items() if name in frame}
    return frame.astype({name: lacking[name] for name in lacking if frame[name].hasnans})


def _warn_of_case(names: Sequence[str]) -> None:
    """Names that differ only by case are one column to SQL and to some spreadsheets."""
    counts = Counter(name.casefold() for name in names)
    alike = [name for name in names if counts[name.casefold()] > 1]
    if alike:
        click.echo(f"The columns {', '.join(alike)} differ only by case.", err=True)


def _format(file: Path) -> Callable[[pd.DataFrame], bytes]:
    ending = ".csv" if str(file) == "-" else file.suffix.lower()
    if ending not in FORMATS:
        raise ValueError(
            f"{file} was given; expected a file ending in {', '.join(FORMATS)}, or - for the "
            "screen. Choose one of these endings."
        )
    return FORMATS[ending]


def _require_outside(target: Path) -> None:
    """Refuse to write into a store, over what is no file, or where there is no folder."""
    for folder in target.parents:
        if (folder / SPEC_FILE).exists():
            raise ValueError(
                f"{target} was given, which is within the store {folder}; expected a place "
                "outside of it, whose files belong to the study. Choose another folder."
            )
    if fault := files.wrong_kind(target, folder=False):
        raise ValueError(f"{target} was given ({fault}); expected a file. Choose another.")
    if not target.parent.is_dir():
        raise ValueError(
            f"{target} was given, but there is no folder {target.parent}; expected one. Make "
            "it first."
        )


def _csv(frame: pd.DataFrame) -> bytes:
    shown = frame.apply(
        lambda column: column.map(_cell) if column.dtype.kind == "O" else column
    )
    shown.columns = [_cell(name) for name in frame.columns]
    text: str = shown.to_csv(None, index=False, lineterminator="\n")
    if "\r" in text:  # which is put in quotes only where it belongs to the end of a line
        text = shown.to_csv(None, index=False, lineterminator="\r\n")
    return text.encode()


def _cell(value: Any) -> Any:
    """A cell of a CSV file: curves as JSON, and no text that a spreadsheet runs."""
    if isinstance(value, (np.ndarray, list, tuple)):
        value = json.dumps(_plain(value), ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA):
        return AS_TEXT + value
    return value


def _json(frame: pd.DataFrame) -> bytes:
    rows = (
        json.dumps(dict(zip(frame.columns, map(_plain, row))), ensure_ascii=False)
        for row in frame.itertuples(index=False, name=None)
    )
    return ("[\n" + ",\n".join(rows) + "\n]\n").encode()


def _plain(value: Any) -> Any:
    """A cell as JSON holds it."""
    if isinstance(value, (np.ndarray, list, tuple)):
        return [_plain(item) for item in value]
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def _parquet(frame: pd.DataFrame) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content


FORMATS = {".csv": _csv, ".json": _json, ".parquet": _parquet}
