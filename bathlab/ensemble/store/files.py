"""What a store does to the disk: a file is written whole or not at all, and nothing is lost.

Every change goes through :mod:`os`, where the tests count the operations and kill the process
at each of them in turn.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path

TEMPORARY = ".tmp"
_BINARY = getattr(os, "O_BINARY", 0)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``, which is on disk before its name appears."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}{TEMPORARY}")
    try:
        descriptor = create(temporary)
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(temporary, path)
        sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def create(path: Path) -> int:
    """The descriptor of a new file, to append to."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | _BINARY
    return os.open(path, flags, 0o666)


def write_all(descriptor: int, content: bytes) -> None:
    """Write every byte, however many calls that takes."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def make_folder(path: Path) -> None:
    """Make a folder that may be there already, its name on disk."""
    if not path.is_dir():
        with contextlib.suppress(FileExistsError):
            os.mkdir(path)
            sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in ``folder`` on disk too, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def usable_folder(path: Path) -> Path:
    """``path``, or with a number if something else than a folder is there."""
    number, found = 0, path
    while wrong_kind(found, folder=True):
        number += 1
        found = path.with_name(f"{path.name}.{number}")
    return found


def set_aside(path: Path, folder: Path) -> Path:
    """Move whatever is at ``path`` into ``folder``, under a name that is free there."""
    make_folder(folder)
    number, target = 0, folder / path.name
    while os.path.lexists(target):
        number += 1
        target = folder / f"{path.name}.{number}"
    os.rename(path, target)
    sync_folder(folder)
    return target


def is_lost(path: Path) -> bool:
    """Whether nothing has this name, not even a link that leads nowhere."""
    return not os.path.lexists(path)


def wrong_kind(path: Path, folder: bool) -> str:
    """Why what is at ``path``, if anything, is no folder, or no file; empty if it is."""
    if is_lost(path):
        return ""
    wanted, is_wanted = ("folder", stat.S_ISDIR) if folder else ("file", stat.S_ISREG)
    try:
        if not is_wanted(os.stat(path).st_mode):
            return f"{path.name}: not a {wanted}"
    except OSError as error:
        return f"{path.name}: not a {wanted} ({error.strerror})"
    needed = os.R_OK | (os.X_OK if folder else 0)
    return "" if os.access(path, needed) else f"{path.name}: no permission to read it"
