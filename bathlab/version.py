"""The version that rows and claims record: of a clone, that of its last commit.

An installed package has the version that it was built with. A clone that is imported where it
lies has that of git, in the form which a build from it would have: ``0.2.0.dev71+g1a2b3c4``,
and ``.d20261126`` behind it if tracked files were changed since.
"""

from __future__ import annotations

import os
import subprocess
from datetime import datetime, timezone
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
#: What commits before the first tag count towards.
FIRST = "0.2.0"
#: Where worker processes find the version of their driver: FOLDER=VERSION.
VARIABLE = "BATHLAB_VERSION"
TAGS = ("--match", "v[0-9]*.[0-9]*")
#: Digits of a commit, as in the version that a build writes down: one commit, one name.
LENGTH = ("--abbrev=9",)
GIT_SECONDS = 10


@cache
def version() -> str:
    """The version, found out once in each process."""
    folder, _, known = os.environ.get(VARIABLE, "").rpartition("=")
    if known and folder == str(PACKAGE):
        return known
    try:
        return _of_clone(PACKAGE.parent) or installed("bathlab")
    except PackageNotFoundError:
        return "unknown"


def inherited() -> dict[str, str]:
    """Environment of a worker process, which need not ask git again."""
    return {VARIABLE: f"{PACKAGE}={version()}"}


def _of_clone(folder: Path) -> str:
    """What git says of a clone; nothing if it is none, or git does not answer."""
    if not (folder / ".git").exists():
        return ""
    try:
        said = git(
            folder, "describe", "--long", "--tags", "--always", "--dirty", *LENGTH, *TAGS
        )
        said, dirty = said.removesuffix("-dirty"), said.endswith("-dirty")
        tag, distance, commit = said.rsplit("-", 2) if "-" in said else ("", "", f"g{said}")
        if not tag:
            distance = git(folder, "rev-list", "--count", "HEAD")
    except (OSError, subprocess.SubprocessError):
        return ""
    if tag and distance == "0" and not dirty:
        return tag.removeprefix("v")
    day = f".d{datetime.now(timezone.utc):%Y%m%d}" if dirty else ""
    return f"{_following(tag)}.dev{distance}+{commit}{day}"


def _following(tag: str) -> str:
    """The version that commits after a tag count towards: its last number plus one."""
    start, _, last = tag.removeprefix("v").rpartition(".")
    return f"{start}.{int(last) + 1}" if tag else FIRST


def git(folder: Path, *arguments: str) -> str:
    """What git says in ``folder``; an OSError or SubprocessError if it does not."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "--no-optional-locks", "-C", str(folder), *arguments],
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=True,
        timeout=GIT_SECONDS,
        env=own,
    )
    return done.stdout.strip()
