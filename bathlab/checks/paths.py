"""Paths as users write them."""

from __future__ import annotations

import os
from pathlib import Path

from bathlab.checks.refusals import refusal, shown


def as_path(path: str | os.PathLike[str], name: str = "path") -> Path:
    """An absolute path; ``~`` is the home directory. It names the same place whatever becomes
    of the working directory. Raises ValueError unless it is text or a path."""
    if not isinstance(path, (str, os.PathLike)) or not str(path):
        raise refusal(name, shown(path), "a path", "Name a folder, as 'results/one'.")
    return Path(path).expanduser().resolve()
