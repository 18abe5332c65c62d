"""Compiled kernels, kept on the disk for the next process: beside the package, or in the user's
cache, or, where neither can be written (a container), in a temporary folder."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache
from typing import Any, Callable, TypeVar

import numba

from bathlab.errors import KernelsNotKept

F = TypeVar("F", bound=Callable[..., Any])
#: Where numba keeps what it compiles, if set; worker processes inherit it.
VARIABLE = "NUMBA_CACHE_DIR"


def kept(**options: Any) -> Callable[[F], Any]:
    """``numba.njit(cache=True, ...)`` that also works where numba finds no place to write."""

    def compiled(function: F) -> Any:
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no place for the cache of this file
            found = _temporary_place()
            return numba.njit(cache=found, **options)(function)

    return compiled


@cache
def _temporary_place() -> bool:
    """Have numba keep kernels until this process ends; whether that can be."""
    try:
        folder = tempfile.mkdtemp(prefix="bathlab-kernels-")
    except OSError:
        folder = ""
    how = f"for the time of this process, in {folder}" if folder else "nowhere"
    warnings.warn(
        "Compiled kernels cannot be kept: neither the folder of the package nor the cache in "
        f"the home directory can be written. They are kept {how}; compiling takes about twenty "
        f"seconds. Set {VARIABLE} to a folder that can be written.",
        KernelsNotKept,
        stacklevel=3,
    )
    if folder:
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ[VARIABLE] = folder
        numba.config.reload_config()
    return bool(folder)
