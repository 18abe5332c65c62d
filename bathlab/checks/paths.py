"""Paths as users write them."""

from __future__ import annotations

import os
from pathlib import Path


def as_path(path: str | os.PathLike[str]) -> Path:
    """An absolute path; ``~`` is the home directory. It names the same place whatever becomes
    of the working directory."""
    return Path(path).expanduser().resolve()
