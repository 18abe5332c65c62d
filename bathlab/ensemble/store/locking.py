"""One process at a time adds to a store, and sees it when another may.

The lock is the system's, on a file that somebody may remove. So who holds it looks whether the
file still is the one that was locked, and who takes it looks for journals of writers that are
alive.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import filelock

from bathlab.ensemble.store import files, journal, presence
from bathlab.ensemble.store.journal import Journal
from bathlab.errors import DamagedStore, StoreInUse, StoreNotWritable

LOCK_FILE = ".lock"


class Lock:
    """The lock of a store, held."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._held = os.stat(store / LOCK_FILE)

    def is_held(self) -> bool:
        """Whether the file that was locked is still there, under its name."""
        try:
            return os.path.samestat(self._held, os.stat(self._store / LOCK_FILE))
        except OSError:
            return False


@contextmanager
def lock(path: Path) -> Iterator[Lock]:
    """Hold the lock of a store; the system frees it when the process ends, however it ends.

    Raises
    ------
    StoreInUse
        If another process holds it, or writes although it does not.
    DamagedStore
        If something else has the name of the lock.
    """
    if fault := files.wrong_kind(path / LOCK_FILE, folder=False):
        raise DamagedStore(
            f"The store {path} cannot be locked ({fault}); expected a file. Run `bathlab "
            f"repair {path}`, which moves it away."
        )
    held = filelock.FileLock(path / LOCK_FILE)
    try:
        held.acquire(timeout=0)
    except filelock.Timeout:
        raise _in_use(path) from None
    try:
        if is_running(path):
            raise _in_use(path)
        yield Lock(path)
    finally:
        held.release()


def require_alone(store: Path, own: Journal) -> None:
    """Refuse to write beside another process: two that took the lock at once, since somebody
    removed it, see each other's journals.

    Raises
    ------
    StoreInUse
        If another process has a journal.
    """
    others = [path for path in journal.paths(store) if path != own.path]
    if any(presence.is_written(path) for path in others):
        raise _in_use(store)


def is_running(store: Path) -> bool | None:
    """Whether a process is adding rows now; None if one of another host, or of another version
    of bathlab, may be. The lock is not touched."""
    found = [presence.is_written(path) for path in journal.paths(store)]
    return True if True in found else None if None in found else False


@contextmanager
def complaining(path: Path) -> Iterator[None]:
    """Say of a store what the system says of its disk.

    Raises
    ------
    StoreNotWritable
        If the system does not do what it is asked for.
    """
    try:
        yield
    except OSError as error:
        raise StoreNotWritable(
            f"The store {path} cannot be written: {error.strerror or error}. Rows written "
            "before are intact and can be read. Make room or give permission (or copy the "
            "folder elsewhere and name that with --store), then run the same command again; "
            "it goes on from there."
        ) from error


def _in_use(path: Path) -> StoreInUse:
    return StoreInUse(
        f"The store {path} is in use by another process; expected to be the only one that "
        "adds to it. Wait for it, or choose another folder with --store. (Reading, "
        f"`bathlab status {path}`, is always possible.)"
    )
