"""One realisation: its rows with their provenance, or the record of its failure."""

from __future__ import annotations

import pickle
import platform
import time
import traceback
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import Any, Collection, Iterable, Mapping, Sequence

import cloudpickle
import numpy as np
import pandas as pd
import pyarrow as pa
from threadpoolctl import threadpool_info

from bathlab.conventions import Row
from bathlab.ensemble.store.parts import CODE, PROVENANCE, pack
from bathlab.ensemble.study import Case, Measure, Study
from bathlab.ensemble.worker import isolated, stops_the_run
from bathlab.spectrum.backend import usual
from bathlab.version import version

LIBRARIES = ("numpy", "scipy", "numba")
#: Vector extensions, the widest first: which of them a kernel uses decides its last bits.
VECTORS = ("avx512f", "avx2", "avx", "sve2", "sve", "neon", "vsx", "sse4.2", "sse2")

Task = tuple[Case, int]


#: A realisation is recorded as failed when so many workers died on it while it ran alone.
DEATHS = 3


@dataclass(frozen=True)
class Failure:
    """What became of a realisation that gave no rows.

    Attributes
    ----------
    error, message, traceback
        of the exception.
    ends_process
        whether it is one that Python does not call an error, such as SystemExit:
        it would have ended the process, perhaps with status 0.
    """

    error: str
    message: str
    traceback: str = ""
    ends_process: bool = False

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        try:
            message = str(error)
        except Exception:
            message = "(its text cannot be told)"
        return cls(
            type(error).__name__,
            message,
            "".join(traceback.format_exception(error)),
            not isinstance(error, Exception),
        )

    @classmethod
    def of_worker(cls, error: BaseException) -> Failure:
        """Of a task on which DEATHS workers died alone."""
        return cls(
            "WorkerDied",
            f"{DEATHS} workers died while they computed it alone, perhaps for want of memory. "
            f"{error}",
        )

    @classmethod
    def of_time(cls, seconds: float) -> Failure:
        """Of a task that took too long."""
        return cls(
            "TimedOut",
            f"it took more than {seconds:g} s (timeout), and its worker was ended",
        )

    def record(self, case: str, realisation: int, seed: int) -> dict[str, Any]:
        """The failure with what it takes to repeat it."""
        return {
            "case": case,
            "realisation": realisation,
            "seed": seed,
            "error": self.error,
            "message": self.message,
            "traceback": self.traceback,
            "ends_process": self.ends_process,
            "run_host": platform.node(),
            "run_finished": now(),
            **provenance(),
        }


def ship(study: Study, case: Case) -> bytes:
    """What a worker needs for a case. A script's functions and classes go with it.

    Raises
    ------
    ValueError
        If the measure, or the spec, cannot be pickled.
    """
    try:
        content: bytes = cloudpickle.dumps((study.measure, case, code_columns(study)))
    except Exception as error:
        raise ValueError(
            f"The measure {study.measure!r} with the spec of case {case.name!r} cannot be sent "
            f"to a worker ({error!r}); expected what pickle takes. Keep open files, locks and "
            "caches out of both: make them within the measure."
        ) from None
    return content


def code_columns(study: Study) -> dict[str, str]:
    """What tells the rows of one code from those of another."""
    return dict(zip(CODE, (study.code.digest, study.version)))


@lru_cache(maxsize=64)
def _unpacked(shipped: bytes) -> tuple[Measure, Case, dict[str, str]]:
    """Kept in the worker: making a script's classes anew would cost more than many a
    measure."""
    measure, case, code = pickle.loads(shipped)
    return measure, case, code


def realise_shipped(shipped: bytes, realisation: int, seed: int) -> bytes | Failure:
    """:func:`realise` in a worker."""
    try:
        measure, case, code = _unpacked(shipped)
    except BaseException as error:
        if stops_the_run(error):
            raise
        return Failure.of(error)
    return realise(measure, case, realisation, seed, code)


def realise(
    measure: Measure, case: Case, realisation: int, seed: int, code: Mapping[str, str]
) -> bytes | Failure:
    """The rows of one realisation, packed: keys, the case's columns, what was measured, the
    code, versions, circumstances.

    Whatever the measure raises comes back as a :class:`Failure`, so that it ends no ensemble,
    and what it changes of the process is undone, see :func:`isolated`.
    """
    start = time.perf_counter()
    try:
        with isolated(seed, realisation):
            measured = as_rows(measure(case.spec, seed, realisation))
        keys = {"case": case.name, "realisation": realisation, "seed": _storable(seed)}
        circumstances = {
            "run_seconds": time.perf_counter() - start,
            "run_host": platform.node(),
            "run_finished": now(),
        }
        known = {**code, **provenance(), **circumstances}
        _require_free(measured, {**keys, **known, PROVENANCE: ""})
        shown = _shown(case.columns, measured)
        return pack(_table([{**keys, **shown, **row, **known} for row in measured]))
    except BaseException as error:
        if stops_the_run(error):
            raise
        return Failure.of(error)


def as_rows(measured: Any) -> list[Row]:
    """What a measure returned as rows: a dict is one row, a frame has one in each line, and
    rows may come one by one.

    Raises
    ------
    ValueError
        If it is something else, holds no row, or a column has no name.
    """
    if isinstance(measured, pd.DataFrame):
        if any(measured.index.names):  # an index that has names is data
            measured = measured.reset_index()
        measured = measured.to_dict("records")
    rows = [measured] if isinstance(measured, Mapping) else measured
    if not isinstance(rows, Iterable) or isinstance(rows, (str, bytes, np.ndarray)):
        raise ValueError(
            f"The measure returned {measured!r}, a {type(measured).__name__}; expected a dict, "
            "a list of dicts or a DataFrame. Return one dict for each row."
        )
    rows = list(rows)
    for row in rows:
        if not isinstance(row, Mapping) or not all(isinstance(name, str) for name in row):
            raise ValueError(
                f"The measure returned the row {row!r}; expected a dict from names of columns "
                "(text) to values. Return one dict for each row."
            )
    if not any(rows):
        raise ValueError(
            "The measure returned no row; expected at least one with a column. Return one "
            "dict for each row."
        )
    return rows


def _storable(seed: int) -> int | str:
    """A seed that no 64-bit column holds is written as text."""
    return seed if seed <= np.iinfo(np.int64).max else str(seed)


def _require_free(measured: Sequence[Row], taken: Collection[str]) -> None:
    """Refuse rows with a column that the store fills itself: it would be lost, or tell lies."""
    wrong = sorted({name for row in measured for name in row if name in taken})
    if wrong:
        raise ValueError(
            f"The measure returned the column(s) {', '.join(wrong)}, which the store fills "
            "itself; expected other names. Rename them."
        )


def _shown(columns: Row, measured: Sequence[Row]) -> Row:
    """The parameters of a case under their own names, or as ``parameter_NAME`` beside a
    measured column of that name which holds something else."""

    def is_free(name: str) -> bool:
        return all(
            np.array_equal(row.get(name, columns[name]), columns[name]) for row in measured
        )

    return {
        name if is_free(name) else f"parameter_{name}": value for name, value in columns.items()
    }


def _table(rows: Sequence[Row]) -> pa.Table:
    """Rows as columns; a column that a row lacks is empty there."""
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {}
    for name in names:
        values = [_scalar(row.get(name)) for row in rows]
        try:
            columns[name] = pa.array(values)
        except (pa.ArrowException, OverflowError) as error:
            raise ValueError(
                f"Column {name!r} of the measure holds {values[0]!r} ({error}); "
                "expected one number, text, truth value or one-dimensional array in "
                "each row. Split it into such columns."
            ) from None
    return pa.table(columns)


def _scalar(value: Any) -> Any:
    """A value; an array of no dimension as the number that it is."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


@cache
def provenance() -> dict[str, str]:
    """Versions of everything that decides the last bits of a row.

    MKL, whose Pardiso is loaded when a factorisation first needs it, is named by its package:
    what a process has loaded so far depends on the tasks that fell to it. The BLAS of numpy and
    that of scipy are both loaded here.
    """
    import scipy.linalg  # noqa: F401

    versions = {f"version_{name}": installed(name) for name in LIBRARIES}
    blas = sorted(
        {
            f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}"
            for pool in threadpool_info()
            if pool["user_api"] == "blas" and pool["internal_api"] != "mkl"
        }
    )
    try:
        mkl = installed("mkl")
    except PackageNotFoundError:
        mkl = ""
    return {
        "version_python": platform.python_version(),
        "version_bathlab": version(),
        **versions,
        "version_blas": "; ".join(blas),
        "version_mkl": mkl,
        "version_cpu": processor(),
        **({} if usual() == "cpu" else {"version_backend": usual()}),
    }


@cache
def processor() -> str:
    """The processor and its widest vector extension, such as ``skylake-avx512 avx512f``."""
    # llvmlite is what numba compiles for; importing it at once would slow down the import.
    from llvmlite.binding import get_host_cpu_features, get_host_cpu_name

    features = get_host_cpu_features()
    widest = next((name for name in VECTORS if features.get(name)), "")
    return f"{get_host_cpu_name()} {widest}".strip()


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
