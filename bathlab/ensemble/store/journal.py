"""Journals of a store: rows that are safe but not yet in a part.

Each writer has a journal of its own, ``journals/HOST-PROCESS-RANDOM.bin``, so that no two can
write into one file, whatever became of the lock. It grows by one record for each realisation: a
mark, the length, a checksum, and the rows as an Arrow stream. Appending takes a tenth of the
time of a Parquet file. A kill in the midst of it leaves a torn last record, which is left out;
any other damage is seen by the checksum. Up to format 3 all writers shared one ``journal.bin``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
from pathlib import Path
from typing import Iterator, NamedTuple

import pyarrow as pa

from bathlab.ensemble.store import files, presence
from bathlab.ensemble.store.parts import pack, unpack
from bathlab.errors import Damaged

FOLDER, SUFFIX = "journals", ".bin"
#: Of formats 2 and 3.
SHARED_FILE = "journal.bin"
MARK = b"ROWS"
#: Mark, length of the rows in bytes, SHA-256 of length and rows.
_HEADER = struct.Struct("<4sQ32s")


class Journal:
    """A new journal in the folder of a store, to append to."""

    def __init__(self, store: Path) -> None:
        files.make_folder(store / FOLDER)
        self.path = store / FOLDER / f"{presence.new_name()}{SUFFIX}"
        self._descriptor = files.create(self.path)
        self._size = 0
        files.sync_folder(self.path.parent)
        presence.enter(self.path)

    def append(self, table: pa.Table) -> None:
        """Add rows; on disk when this returns, or nothing of them is ever read."""
        record = _record(table)
        try:
            files.write_all(self._descriptor, record)
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._size += len(record)

    def is_intact(self) -> bool:
        """Whether its file still is the one that was opened, with all that was written."""
        held = os.fstat(self._descriptor)
        try:
            there = os.stat(self.path)
        except OSError:
            return False
        return os.path.samestat(held, there) and held.st_size == self._size

    def clear(self) -> None:
        """Forget all rows, which are in a part now."""
        os.ftruncate(self._descriptor, 0)
        self._size = 0

    def close(self, settled: bool = False) -> None:
        """Close the file, and remove it if nothing is in it that is not settled."""
        is_done = settled or self._size == 0
        os.close(self._descriptor)
        presence.leave(self.path)
        if is_done:
            remove(self.path)


class Record(NamedTuple):
    """What is at one place of a journal: rows, or damage."""

    path: Path
    content: pa.Table | Damaged


def paths(store: Path) -> list[Path]:
    """Every journal of a store, whoever writes it or has written it."""
    shared = store / SHARED_FILE
    own = sorted((store / FOLDER).glob(f"*{SUFFIX}"))
    return own if files.is_lost(shared) else [shared, *own]


def records(store: Path) -> Iterator[Record]:
    """Every record of the journals of a store; damage in its place."""
    for path in paths(store):
        for content in _records(path):
            yield Record(path, content)


def remove(path: Path) -> None:
    """Remove a journal whose rows are in a part, and the folder with the last of them."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    with contextlib.suppress(OSError):  # not empty: another writer's, or somebody's file
        if path.parent.name == FOLDER:
            os.rmdir(path.parent)


def _records(path: Path) -> Iterator[pa.Table | Damaged]:
    try:
        content = path.read_bytes()
    except OSError as error:
        if not files.is_lost(path):  # or its writer has just moved the rows to a part
            yield Damaged(f"{path.name}: cannot be read ({error.strerror})")
        return
    place = 0
    while place < len(content):
        try:
            table, place = _read(content, place)
            yield table
        except Damaged as damaged:
            following = _next_whole(content, place + 1)
            if following == len(content) and _is_torn(content, place):
                return
            yield Damaged(f"{path.name}, byte {place}: {damaged}")
            place = following


def _record(table: pa.Table) -> bytes:
    rows = pack(table)
    return _HEADER.pack(MARK, len(rows), _digest(rows)) + rows


def _read(content: bytes, place: int) -> tuple[pa.Table, int]:
    """The record at ``place`` and where the next one starts."""
    start = place + _HEADER.size
    if start > len(content):
        raise Damaged("a header that ends too soon")
    mark, length, digest = _HEADER.unpack_from(content, place)
    rows = content[start : start + length]
    if mark != MARK or len(rows) < length or _digest(rows) != digest:
        raise Damaged("a record whose checksum does not fit")
    try:
        table = unpack(rows)
        table.validate(full=True)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise Damaged(f"a record that holds no rows ({error})") from None
    return table, start + length


def _next_whole(content: bytes, place: int) -> int:
    """Where the next record that is whole starts, or the end."""
    while (place := content.find(MARK, place)) >= 0:
        try:
            _read(content, place)
            return place
        except Damaged:
            place += 1
    return len(content)


def _is_torn(content: bytes, place: int) -> bool:
    """Whether the bytes from ``place`` on are the beginning of a record, cut off."""
    left = len(content) - place
    if left < _HEADER.size:
        return MARK.startswith(content[place : place + len(MARK)])
    mark, length, _ = _HEADER.unpack_from(content, place)
    return bool(mark == MARK and left < _HEADER.size + length)


def _digest(rows: bytes) -> bytes:
    return hashlib.sha256(len(rows).to_bytes(8, "little") + rows).digest()
