"""Files of a store: written whole or not at all, and known to be whole when read.

A *part* is a Parquet file whose name ends in the first 16 digits of the SHA-256 of its bytes
(``sha256sum`` shows them): a truncated, altered or renamed part is seen before it is parsed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from bathlab.errors import Damaged

DIGITS = 16
STUDY_KEY, CASES_KEY = b"bathlab.study", b"bathlab.cases"
TEMPORARY = ".tmp"
#: Columns that tell which code made a row: digest of the measure, version that its study says.
CODE = ["code_digest", "code_version"]
#: Both in rows of bathlab 0.1, which knew a measure by its name only.
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
        return cls(
            metadata.get(STUDY_KEY, b"").decode(), json.loads(metadata.get(CASES_KEY, b"{}"))
        )


def write_part(folder: Path, label: str, table: pa.Table, origin: Origin) -> Path:
    """Write ``LABEL-CHECKSUM.parquet`` into ``folder``; all of it or, if killed, nothing."""
    sink = pa.BufferOutputStream()
    pq.write_table(origin.signed(table), sink)
    content = sink.getvalue().to_pybytes()
    path = folder / f"{label}-{checksum(content)}.parquet"
    write_atomically(path, content)
    return path


def read_part(path: Path, columns: Sequence[str] | None = None) -> tuple[pa.Table, Origin]:
    """The rows of a part (only some columns, if named) and what they belong to.

    Raises
    ------
    Damaged
        If its bytes are not those that were written.
    """
    content = path.read_bytes()
    written = path.stem.rpartition("-")[2]
    if checksum(content) != written:
        raise Damaged(
            f"{path.name}: {len(content)} bytes with checksum {checksum(content)}, "
            f"not {written}"
        )
    # A third of the time of pq.read_table, which looks for data sets and starts threads.
    table = pq.ParquetFile(pa.BufferReader(content)).read(columns, use_threads=False)
    return table, Origin.of(table)


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


def write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``, which is on disk before its name appears."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        _sync(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Have the names in ``folder`` on disk too, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]
