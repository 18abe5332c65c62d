"""One process at a time adds to a store."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import filelock

from bathlab.errors import StoreInUse

LOCK_FILE = ".lock"


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the lock of a store; the system frees it when the process ends, however it ends.

    Raises
    ------
    StoreInUse
        If another process holds it.
    """
    held = filelock.FileLock(path / LOCK_FILE)
    try:
        held.acquire(timeout=0)
    except filelock.Timeout:
        raise StoreInUse(
            f"The store {path} is in use by another process; expected to be the only one that "
            "adds to it. Wait for it, or choose another folder with --store. (Reading, "
            f"`bathlab status {path}`, is always possible.)"
        ) from None
    try:
        yield
    finally:
        held.release()
