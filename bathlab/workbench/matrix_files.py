"""Matrices from files of strangers: every number is checked before it is used as an index.

scipy takes the indices of a stored matrix at their word, and reads and writes wherever they
point.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, Callable, Mapping

import numpy as np
from scipy import sparse

from bathlab.conventions import Array
from bathlab.operators.memory import require_memory

#: Bytes of a row of a matrix in compressed form, whatever is in it.
ROW_BYTES = 16


def arrays(path: Path) -> dict[str, Array]:
    """The arrays of an .npz file (``numpy.savez``), by name; no objects, which could be any
    program.

    Raises
    ------
    ValueError
        If it is not there, no such file, or damaged.
    DoesNotFit
        (a ValueError) If its arrays do not fit in memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
        require_memory(size, f"Unpacking {path.name}", "Use a larger machine.")
        with np.load(path, allow_pickle=False) as content:
            return {name: content[name] for name in content.files}
    except Exception as error:  # zipfile, zlib and numpy have many ways to say it
        words = getattr(error, "strerror", None) or error or type(error).__name__
        raise ValueError(
            f"{path.name} cannot be read ({words}); expected an intact .npz file of numbers. "
            "Write it again with numpy.savez or scipy.sparse.save_npz."
        ) from error


def sparse_matrix(path: Path) -> Any:
    """The matrix of an .npz file (``scipy.sparse.save_npz``) of any of its formats.

    Raises
    ------
    ValueError
        If there is none, or its indices are not those of a matrix of its shape.
    DoesNotFit
        (a ValueError) If it does not fit in memory.
    """
    found = arrays(path)
    try:
        name = np.array(found["format"]).item()
        name = name.decode("ascii") if isinstance(name, bytes) else str(name)
        shape = _integers("shape", found["shape"], (2,))
        rows, columns = (int(length) for length in shape)
        if min(rows, columns) < 1:
            raise ValueError(f"shape = {(rows, columns)}")
        require_memory(
            ROW_BYTES * max(rows, columns),
            f"A matrix of {rows} rows",
            "Write one that holds fewer rows.",
        )
        if found["data"].dtype.kind not in "biufc":
            raise ValueError(f"data of type {found['data'].dtype}")
        return FORMATS[name](found, (rows, columns))
    except (KeyError, TypeError, ValueError, OverflowError, UnicodeError) as error:
        words = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise ValueError(
            f"{path.name} holds no sparse matrix ({words}); expected one written by "
            "scipy.sparse.save_npz. Write it again."
        ) from error


Shape = tuple[int, int]


def _compressed(kind: Callable[..., Any], across: int) -> Callable[..., Any]:
    """Reader of a compressed format whose pointers run along the other axis than ``across``."""

    def read(found: Mapping[str, Array], shape: Shape) -> Any:
        return kind(_compressed_parts(found, shape[1 - across], shape[across]), shape=shape)

    return read


def _blocks(found: Mapping[str, Array], shape: Shape) -> Any:
    data = found["data"]
    if (
        data.ndim != 3
        or 0 in data.shape[1:]
        or any(length % block for length, block in zip(shape, data.shape[1:]))
    ):
        raise ValueError(f"blocks of shape {data.shape} in a matrix of shape {shape}")
    rows, columns = (length // block for length, block in zip(shape, data.shape[1:]))
    return sparse.bsr_array(_compressed_parts(found, rows, columns), shape=shape)


def _compressed_parts(
    found: Mapping[str, Array], rows: int, columns: int
) -> tuple[Array, Array, Array]:
    """Data, indices and pointers, once these are known to lie inside."""
    pointers = _integers("indptr", found["indptr"], (rows + 1,))
    data = found["data"]
    indices = _integers("indices", found["indices"], (len(data),), columns)
    if pointers[0] != 0 or pointers[-1] != len(data) or np.any(np.diff(pointers) < 0):
        raise ValueError(f"indptr that does not ascend from 0 to {len(data)}")
    return data, indices, pointers


def _coordinates(found: Mapping[str, Array], shape: Shape) -> Any:
    both = found["coords"] if "coords" in found else (found["row"], found["col"])
    size = (len(found["data"]),)
    row, column = (
        _integers(name, indices, size, length)
        for name, indices, length in zip(("row", "col"), both, shape, strict=True)
    )
    return sparse.coo_array((found["data"], (row, column)), shape=shape)


def _diagonals(found: Mapping[str, Array], shape: Shape) -> Any:
    data = found["data"]
    if data.ndim != 2:
        raise ValueError(f"diagonals of shape {data.shape}")
    offsets = _integers("offsets", found["offsets"], (len(data),))
    outside = (offsets <= -shape[0]) | (offsets >= shape[1])
    if np.any(outside) or len(set(offsets.tolist())) < len(offsets):
        raise ValueError(f"offsets = {offsets[:5].tolist()} in a matrix of shape {shape}")
    return sparse.dia_array((data, offsets), shape=shape)


def _integers(
    name: str, values: Array, shape: tuple[int, ...], limit: int | None = None
) -> Array:
    """``values`` as int64 of a shape; with a limit, from 0 to one below it."""
    if values.dtype.kind not in "iu" or values.shape != shape:
        raise ValueError(f"{name} of type {values.dtype} and shape {values.shape}")
    least, most = (values.min(), values.max()) if values.size else (0, 0)
    if most > np.iinfo(np.int64).max or limit is not None and not 0 <= least <= most < limit:
        raise ValueError(f"{name} from {least} to {most}, where {limit} are possible")
    return values.astype(np.int64)


FORMATS: Mapping[str, Callable[..., Any]] = {
    "csr": _compressed(sparse.csr_array, across=1),
    "csc": _compressed(sparse.csc_array, across=0),
    "bsr": _blocks,
    "coo": _coordinates,
    "dia": _diagonals,
}
