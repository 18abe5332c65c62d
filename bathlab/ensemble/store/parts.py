"""Parts of a store: written whole or not at all, and known to be whole when read.

A *part* is a Parquet file whose name ends in the first 16 digits of the SHA-256 of its bytes
(``sha256sum`` shows them): a truncated, altered or renamed part is seen before it is parsed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from bathlab.ensemble.store.files import make_folder, write_atomically
from bathlab.errors import Damaged

DIGITS = 16
STUDY_KEY, CASES_KEY = b"bathlab.study", b"bathlab.cases"
#: How many rows a part was written with; parts of formats 2 and 3 do not say.
ROWS_KEY = b"bathlab.rows"
#: Columns that order a table and tell realisations apart; the rest of the columns follow.
KEYS = ["case", "realisation"]
#: Columns that tell how a row was made, not what it says: the only ones that two runs of the
#: same spec and seed do not share.
CIRCUMSTANCES = ["run_seconds", "run_host", "run_finished"]
#: Columns that tell which code made a row: digest of the measure, version that its study says.
CODE = ["code_digest", "code_version"]
#: Columns that tell the versions of what decides the last bits begin so.
VERSION = "version_"
#: The column that stands for both where a table is worked with, see
#: :mod:`bathlab.ensemble.store.provenance`.
PROVENANCE = "provenance"
#: The code of rows of bathlab 0.1, which knew a measure by its name only.
UNKNOWN = ("unknown", "")


@dataclass(frozen=True)
class Origin:
    """What rows belong to: the identity of their study, and those of their cases by name."""

    study: str
    cases: Mapping[str, str]

    def holds(self, other: Origin) -> bool:
        """Whether rows of ``other`` may stand among rows of this origin."""
        return self.study == other.study and all(
            self.cases.get(name) == case for name, case in other.cases.items()
        )

    def signed(self, table: pa.Table) -> pa.Table:
        """``table`` with its origin in the metadata of its schema."""
        return table.replace_schema_metadata(
            {STUDY_KEY: self.study.encode(), CASES_KEY: json.dumps(dict(self.cases)).encode()}
        )

    @classmethod
    def of(cls, table: pa.Table) -> Origin:
        """What :meth:`signed` has put into ``table``."""
        metadata = table.schema.metadata or {}
        cases = json.loads(metadata.get(CASES_KEY, b"{}"))
        return cls(metadata.get(STUDY_KEY, b"").decode(), dict(cases))


def write_part(folder: Path, label: str, table: pa.Table, origin: Origin) -> Path:
    """Write ``LABEL-CHECKSUM.parquet`` into ``folder``; all of it or, if killed, nothing."""
    sink = pa.BufferOutputStream()
    signed = origin.signed(table)
    counted = {**signed.schema.metadata, ROWS_KEY: str(len(table)).encode()}
    pq.write_table(signed.replace_schema_metadata(counted), sink)
    content = sink.getvalue().to_pybytes()
    path = folder / f"{label}-{checksum(content)}.parquet"
    make_folder(folder)
    write_atomically(path, content)
    return path


def read_part(path: Path, columns: Sequence[str] | None = None) -> tuple[pa.Table, Origin]:
    """The rows of a part (only some columns, if named) and what they belong to.

    Raises
    ------
    Damaged
        If it is not what was written, or was written by something else.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Damaged(f"{path.name}: cannot be read ({error.strerror})") from None
    written = path.stem.rpartition("-")[2]
    if checksum(content) != written:
        raise Damaged(
            f"{path.name}: {len(content)} bytes with checksum {checksum(content)}, "
            f"not {written}"
        )
    try:
        # A third of the time of pq.read_table, which looks for data sets and starts threads.
        table = pq.ParquetFile(pa.BufferReader(content)).read(columns, use_threads=False)
        require_rows(table)
        return table, Origin.of(table)
    except Exception as error:  # pyarrow says in many ways that a file is none of its own
        raise Damaged(f"{path.name}: holds no rows of a study ({error})") from None


def require_rows(table: pa.Table) -> None:
    """Raise a ValueError unless each row has its case and realisation, and none was added."""
    for name, is_wanted in zip(KEYS, (pa.types.is_string, pa.types.is_integer)):
        if name not in table.column_names or not is_wanted(table.schema.field(name).type):
            raise ValueError(f"no column {name!r} as a study writes it")
        if table[name].null_count:
            raise ValueError(f"rows without {name}")
    written = (table.schema.metadata or {}).get(ROWS_KEY)
    if written is not None and int(written) != len(table):
        raise ValueError(f"{len(table)} rows, of which {int(written)} were written")


def with_code(table: pa.Table) -> pa.Table:
    """``table`` with the columns ``CODE``, which those of bathlab 0.1 lack."""
    if CODE[0] in table.column_names:
        return table
    for name, value in zip(CODE, UNKNOWN):
        table = table.append_column(name, pa.array([value] * len(table), pa.string()))
    return table


def pack(table: pa.Table) -> bytes:
    """Rows as an Arrow stream, in a tenth of the time of pickling them."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def unpack(content: bytes) -> pa.Table:
    """The rows that :func:`pack` made into bytes."""
    return pa.ipc.open_stream(content).read_all()


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]
