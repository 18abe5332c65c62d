"""The store of a study: one Parquet part per case and realisation, written atomically.

A folder ``study.json`` + ``rows/CASE-REALISATION.parquet`` that any Parquet reader opens without
this package. A part is written under a temporary name and renamed, so a kill at any moment
leaves whole parts only.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bathlab.ensemble.study import Row, Study

SPEC_FILE = "study.json"
ROWS_FOLDER = "rows"
IDENTITY_KEY = b"bathlab.study"
#: Columns that order a table; the rest of the columns follow.
KEYS = ["case", "realisation"]


class Store:
    """The rows of one study on disk.

    Raises
    ------
    ValueError
        If the folder holds another study's rows, or files that are no store.
    """

    def __init__(self, path: str | os.PathLike[str], study: Study) -> None:
        self.path = Path(path)
        self._study = study
        self._rows = self.path / ROWS_FOLDER
        # By name, as in the identity: the order of the cases is not part of a study.
        self._number = {name: index for index, name in
                        enumerate(sorted(case.name for case in study.cases))}
        spec_file = self.path / SPEC_FILE
        if self.path.exists() and not self.path.is_dir():
            raise ValueError(f"The file {self.path} was given; expected a folder for the store. "
                             "Choose another with --store.")
        if spec_file.exists():
            held = read_spec(self.path)
            if held["identity"] != study.identity:
                raise ValueError(
                    f"The store {self.path} holds rows of study {held['study']!r} (identity "
                    f"{held['identity'][:12]}: {_differences(held, study.describe())}); expected "
                    f"those of {study.name!r} ({study.identity[:12]}). Choose another folder "
                    "with --store, or restore the parameters and the seed.")
        elif self.path.exists() and any(self.path.iterdir()):
            raise ValueError(f"The folder {self.path} is not empty and not a store; expected a "
                             "new folder or a store of this study. Choose another with --store.")
        self._rows.mkdir(parents=True, exist_ok=True)
        if not spec_file.exists():
            spec = {"identity": study.identity, **study.describe()}
            _write_atomically(spec_file, json.dumps(spec, indent=2).encode())

    def done(self) -> set[tuple[str, int]]:
        """(case, realisation) of every row that is there, read off the names of the parts."""
        names = list(self._number)
        return {(names[int(number)], int(realisation)) for number, realisation in
                (part.stem.split("-") for part in self._rows.glob("*.parquet"))}

    def write(self, case: str, realisation: int, rows: Sequence[Row]) -> None:
        """Add the rows of one realisation; all of them or, if killed, none."""
        table = pa.Table.from_pylist([dict(row) for row in rows])
        table = table.replace_schema_metadata({IDENTITY_KEY: self._study.identity.encode()})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        name = f"{self._number[case]:03d}-{realisation:07d}.parquet"
        _write_atomically(self._rows / name, sink.getvalue().to_pybytes())


def load(path: str | os.PathLike[str], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The rows of a store as a tidy pandas table, one row per case and realisation.

    Parameters
    ----------
    path : folder of a store, or a folder that holds exactly one.
    columns : only these, in this order; default all.

    Raises
    ------
    ValueError
        If there is no store or no row, more than one store, an unknown column, or a part that
        belongs to another study.
    """
    folder = _find_store(Path(path))
    identity = read_spec(folder)["identity"].encode()
    tables = []
    for part in sorted((folder / ROWS_FOLDER).glob("*.parquet")):
        table = pq.read_table(part)
        if (table.schema.metadata or {}).get(IDENTITY_KEY) != identity:
            raise ValueError(f"The part {part} belongs to another study; expected rows of the one "
                             f"in {folder / SPEC_FILE}. Move the part out of the store.")
        tables.append(table)
    if not tables:
        raise ValueError(f"The store {folder} holds no rows yet; expected at least one. "
                         "Run its study first.")
    frame = pa.concat_tables(tables, promote_options="default").to_pandas()
    frame = frame.sort_values(KEYS, kind="stable", ignore_index=True)
    return frame if columns is None else select(frame, columns)


def select(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """``table[columns]``, with a ValueError that lists the known columns for an unknown one."""
    unknown = [column for column in columns if column not in table.columns]
    if unknown:
        raise ValueError(f"Unknown columns {unknown} were asked for; expected some of "
                         f"{list(table.columns)}. Choose from these.")
    return table[list(columns)]


def read_spec(folder: Path) -> dict[str, Any]:
    """The study description of the store in ``folder``."""
    try:
        spec = json.loads((folder / SPEC_FILE).read_text())
        spec["identity"], spec["study"]
    except (ValueError, KeyError) as error:
        raise ValueError(f"{folder / SPEC_FILE} cannot be read ({error}); expected the JSON that "
                         "the study wrote. Restore it, or start a new store.") from None
    return spec


def _find_store(path: Path) -> Path:
    if (path / SPEC_FILE).exists():
        return path
    inside = sorted(file.parent for file in path.glob(f"*/{SPEC_FILE}"))
    if len(inside) != 1:
        found = ", ".join(map(str, inside)) or "none"
        raise ValueError(f"{path} was given; expected a store, or a folder holding exactly one "
                         f"(found: {found}). Pass the folder with {SPEC_FILE} in it.")
    return inside[0]


def _differences(held: dict[str, Any], wanted: dict[str, Any]) -> str:
    names = [key for key in ("study", "measure", "seed", "cases") if held.get(key) != wanted[key]]
    return f"differs in {', '.join(names)}"


def _write_atomically(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
