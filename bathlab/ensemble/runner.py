"""Runs what a store still lacks of its study, over local processes.

A row is a pure function of (case, seed, realisation): workers and their order change nothing
but the time. BLAS and OpenMP are pinned to one thread per worker.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections import defaultdict
from concurrent.futures import as_completed
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Iterator, Sequence

import loky
import numpy as np
import pandas as pd
from threadpoolctl import threadpool_info, threadpool_limits
from tqdm import tqdm

from bathlab.conventions import require_integer
from bathlab.ensemble.estimates import estimate
from bathlab.ensemble.store import Store, load
from bathlab.ensemble.study import Case, Measure, Row, Study
from bathlab.spectrum.lanczos import QUIET

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                                     "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}
#: An idle worker leaves after this time, so that a killed driver leaves no processes behind.
IDLE_SECONDS = 30
LIBRARIES = ("bathlab", "numpy", "scipy", "numba")

Task = tuple[Case, int]


def run(study: Study, store: str | os.PathLike[str], workers: int = 1,
        progress: bool = True) -> pd.DataFrame:
    """Compute the missing realisations of ``study`` and return all its rows.

    Parameters
    ----------
    study : what to run.
    store : folder of its rows; made if new, extended if it holds the same study.
    workers : local processes, each on one BLAS thread; 1 runs in this process.
    progress : whether to draw the bar with ETA and the running estimate.

    Returns
    -------
    The table of :func:`bathlab.load`, including realisations computed earlier.

    Raises
    ------
    ValueError
        If workers < 1 or the store holds another study's rows.
    """
    require_integer("workers", workers, minimum=1)
    rows = Store(store, study)
    done = rows.done()
    tasks = [task for task in ordered(study.cases) if (task[0].name, task[1]) not in done]
    watcher = _Watcher(study.watch)
    with tqdm(total=sum(case.cost for case, _ in tasks), disable=not progress or not tasks,
              desc=study.name, smoothing=0.05, mininterval=0.2 if sys.stderr.isatty() else 15,
              bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}") as bar:
        bar.set_postfix_str("no row yet (the first use of a kernel compiles it)")
        for (case, realisation), measured in _results(study, tasks, workers):
            shown = watcher.saw(case, measured)
            rows.write(case.name, realisation, measured)
            bar.set_postfix_str(shown, refresh=False)
            bar.update(case.cost)
    return load(store)


def ordered(cases: Sequence[Case]) -> list[Task]:
    """All tasks, every case advancing in proportion to its number of realisations."""
    tasks = [(case, realisation) for case in cases for realisation in range(case.realisations)]
    return sorted(tasks, key=lambda task: (task[1] / task[0].realisations, -task[0].cost))


def _results(study: Study, tasks: list[Task], workers: int) -> Iterator[tuple[Task, list[Row]]]:
    """The rows of each task as it ends, in any order."""
    if workers == 1:
        with threadpool_limits(limits=1):
            for task in tasks:
                yield task, _compute(study.measure, *task, study.seed)
        return
    with loky.ProcessPoolExecutor(min(workers, max(1, len(tasks))), env=ONE_THREAD | {QUIET: "1"},
                                  timeout=IDLE_SECONDS) as pool:
        pending = {pool.submit(_compute, study.measure, *task, study.seed): task
                   for task in tasks}
        try:
            for future in as_completed(list(pending)):
                yield pending.pop(future), future.result()
        except BaseException:
            pool.shutdown(wait=False, kill_workers=True)
            raise


def _compute(measure: Measure, case: Case, realisation: int, seed: int) -> list[Row]:
    """The rows of one task with their provenance."""
    start = time.perf_counter()
    measured = measure(case.spec, seed, realisation)
    seconds = time.perf_counter() - start
    if not measured:
        raise ValueError(f"The measure of case {case.name!r} returned no row for realisation "
                         f"{realisation}; expected at least one. Return a list of dicts.")
    return [{"case": case.name, "realisation": realisation, "seed": seed, **row,
             "seconds": seconds, **provenance()} for row in measured]


@cache
def provenance() -> dict[str, str]:
    """Versions of everything that decides the last bits of a row.

    MKL, whose Pardiso is loaded when a factorisation first needs it, is named by its package: what
    a process has loaded so far depends on the tasks that fell to it.
    """
    versions = {f"version_{name}": version(name) for name in LIBRARIES}
    blas = sorted({f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}"
                   for pool in threadpool_info()
                   if pool["user_api"] == "blas" and pool["internal_api"] != "mkl"})
    try:
        mkl = version("mkl")
    except PackageNotFoundError:
        mkl = ""
    return {"version_python": platform.python_version(), **versions,
            "version_blas": "; ".join(blas), "version_mkl": mkl}


class _Watcher:
    """Running mean of one column per case; of its rows, shows the one with the largest mean."""

    def __init__(self, column: str) -> None:
        self._column = column
        self._seen: dict[str, list[list[float]]] = defaultdict(list)

    def saw(self, case: Case, measured: Sequence[Row]) -> str:
        """Take in the rows of one realisation and say how its case stands."""
        if not self._column:
            return case.name
        if self._column not in measured[0]:
            raise ValueError(f"watch = {self._column!r} was given; expected a column that the "
                             f"measure returns, one of {list(measured[0])}. Choose one of these.")
        seen = self._seen[case.name]
        seen.append([float(row[self._column]) for row in measured])
        best = int(np.argmax(np.mean(seen, axis=0)))
        values = [rows[best] for rows in seen]
        now = estimate(values, range(len(values)))
        return (f"{case.name}: max {self._column} = {now.mean:.3f} +- {now.error:.3f} "
                f"(N = {now.realisations})")
