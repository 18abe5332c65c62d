"""Whether the writer of a journal still runs, told by the journal's name alone.

A name is ``HOST-PROCESS-RANDOM``. Nothing is locked or written to find out, so that looking is
never in the way of a writer.
"""

from __future__ import annotations

import os
import platform
import re
import secrets
from pathlib import Path

import psutil

#: The clock of the processes and that of the files agree to this many seconds.
CLOCKS = 2.0
#: Names of the journals that this process writes now.
_own: set[str] = set()


def new_name() -> str:
    """A name for a journal of this process, unlike every other."""
    return f"{_host()}-{os.getpid()}-{secrets.token_hex(4)}"


def enter(journal: Path) -> None:
    """This process writes the journal from now on."""
    _own.add(journal.stem)


def leave(journal: Path) -> None:
    """This process writes it no longer."""
    _own.discard(journal.stem)


def is_written(journal: Path) -> bool | None:
    """Whether the process that a journal is named after still runs; None if on another host, or
    if the name tells of none."""
    host, _, rest = journal.stem.rpartition("-")[0].rpartition("-")
    if host != _host() or not rest.isdecimal():
        return None
    if int(rest) == os.getpid():
        return journal.stem in _own
    return _runs(int(rest), journal)


def _runs(number: int, journal: Path) -> bool:
    """Whether the process is alive and is not a later one that was given the same number."""
    try:
        process = psutil.Process(number)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.create_time() <= journal.stat().st_mtime + CLOCKS
    except (psutil.NoSuchProcess, FileNotFoundError):
        return False
    except psutil.AccessDenied:
        return True


def _host() -> str:
    return re.sub(r"[^\w.]", "_", platform.node()) or "host"
