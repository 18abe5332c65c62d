"""Runs what a store still lacks of its study, on any engine.

A row is a pure function of (case, seed, realisation): workers, their number and their order
change nothing but the time.
"""

from __future__ import annotations

import math
import os
import warnings
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from typing import Callable, Mapping, Sequence

import pandas as pd
import pyarrow as pa

from bathlab.checks import require_finite, require_integer
from bathlab.ensemble.engines import Engine, engine
from bathlab.ensemble.outcomes import outcomes
from bathlab.ensemble.progress import Progress
from bathlab.ensemble.realisation import Failure, Task
from bathlab.ensemble.store import journal
from bathlab.ensemble.store.codes import entry, joined
from bathlab.ensemble.store.parts import CODE
from bathlab.ensemble.store.reader import (
    CIRCUMSTANCES,
    FAILURES_FOLDER,
    KEYS,
    SPEC_FILE,
    Store,
    as_frame,
)
from bathlab.ensemble.store.specification import merged, written
from bathlab.ensemble.store.writer import Writer, writing
from bathlab.ensemble.study import Case, Study
from bathlab.errors import FailedRealisations, NoRows, StoreInUse, StoreNotWritable
from bathlab.statistics.stopping import FIRST_CHECKPOINT, largest_error, next_checkpoint


def run(
    study: Study,
    store: str | os.PathLike[str],
    workers: int = 1,
    progress: bool = True,
    *,
    cluster: str | None = None,
    retry_failed: bool = False,
    target_error: float | None = None,
    accept_code: bool = False,
) -> pd.DataFrame:
    """Compute the missing realisations of ``study`` and return its rows.

    Parameters
    ----------
    study : what to run.
    store : folder of its rows; made if new, extended if it holds this study, with more
        realisations or more cases, never fewer.
    workers : local processes, each on one BLAS thread; 1 runs in this process.
    progress : whether to draw the bar with rate, ETA and the running estimates.
    cluster : address of a Dask scheduler (``tcp://HOST:PORT``) that computes instead.
    retry_failed : whether to try realisations again that raised in an earlier run.
    target_error : go on until the standard error of ``study.watch`` is at most this in every
        case and row, see :mod:`bathlab.statistics.stopping`.
    accept_code : whether to add to rows that other code made; each row tells which.

    Returns
    -------
    The table of :func:`bathlab.load`, of the cases and realisations asked for. Those that
    raised are missing in it, recorded in the store, and warned of
    (:class:`FailedRealisations`).

    Raises
    ------
    ValueError
        If an argument is out of range, a spec cannot be written down, the store holds other
        rows, is damaged, in use, or cannot be written, or the cluster does not answer.
    OtherCode
        (a ValueError) If the measure, or ``study.version``, is not that of the store's rows.
    NoRows
        (a ValueError and a RuntimeError) If every realisation raised.
    RuntimeError
        If the cluster is lost.
    """
    require_integer("workers", workers, minimum=1)
    if target_error is not None:
        require_finite("target_error", target_error, above=0)
        if not study.watch:
            raise ValueError(
                f"target_error = {target_error} was given, but the study "
                f"{study.name!r} watches no column. Give it watch=COLUMN."
            )
    written(study)  # or it is refused, before there is a folder
    if not retry_failed and target_error is None:
        if held := _complete(Path(store), study, accept_code):
            if accept_code:
                with suppress(StoreNotWritable, StoreInUse), writing(store, study, True):
                    pass  # so that the next run need not be told again
            return _table(held, {case.name: case.realisations for case in study.cases})
    with (
        writing(store, study, accept_code) as rows,
        Progress(study, _held(rows.store, study), progress) as shown,
    ):
        wanted = _fill(
            study,
            rows,
            lambda: engine(workers, cluster, study.measure),
            shown,
            retry_failed,
            target_error,
        )
    return _table(rows.store, wanted)


def _complete(path: Path, study: Study, accept_code: bool) -> Store | None:
    """The store, if it lacks nothing of the study: it need not be writable then, nor free.

    Raises
    ------
    ValueError
        If the study cannot join it.
    """
    if not (path / SPEC_FILE).exists() or (path / journal.FILE).exists():
        return None
    store = Store(path)
    merged(store.spec, study, path)
    found = store.sound([*KEYS, *CODE])
    joined(store.codes, found.codes(), entry(study), accept_code, path)
    done = found.done() | {
        (failure["case"], failure["realisation"]) for failure in store.failures()
    }
    wanted = {
        (case.name, realisation)
        for case in study.cases
        for realisation in range(case.realisations)
    }
    return store if wanted <= done else None


def ordered(cases: Sequence[Case], wanted: Mapping[str, int]) -> list[Task]:
    """All tasks, every case advancing in proportion to its number of realisations."""
    tasks = [(case, realisation) for case in cases for realisation in range(wanted[case.name])]
    return sorted(tasks, key=lambda task: (task[1] / wanted[task[0].name], -task[0].cost))


def _fill(
    study: Study,
    rows: Writer,
    start: Callable[[], AbstractContextManager[Engine]],
    shown: Progress,
    retry_failed: bool,
    target_error: float | None,
) -> dict[str, int]:
    """Compute what is missing; how many realisations of each case that makes."""
    skipped = (
        set()
        if retry_failed
        else {(failure["case"], failure["realisation"]) for failure in rows.store.failures()}
    )
    wanted = {case.name: case.realisations for case in study.cases}
    if target_error is not None:
        wanted = {name: max(count, FIRST_CHECKPOINT) for name, count in wanted.items()}
    with ExitStack() as stack:
        started = None
        while True:
            settled = rows.done | skipped
            tasks = [
                (case, realisation)
                for case, realisation in ordered(study.cases, wanted)
                if (case.name, realisation) not in settled
            ]
            shown.expect(tasks)
            if tasks:
                started = started or stack.enter_context(start())
                skipped |= _compute(started, study, tasks, rows, shown)
            extended = (
                wanted
                if target_error is None
                else _extended(rows.store, study, wanted, target_error)
            )
            if extended == wanted:
                return wanted
            wanted = extended


def _compute(
    engine: Engine, study: Study, tasks: Sequence[Task], rows: Writer, shown: Progress
) -> set[tuple[str, int]]:
    """Write what becomes of the tasks; the (case, realisation) of those that failed."""
    failed = set()
    for (case, realisation), outcome in outcomes(engine, study, tasks):
        if isinstance(outcome, Failure):
            record = outcome.record(case.name, realisation, study.seed)
            rows.fail(case.name, realisation, record)
            failed.add((case.name, realisation))
        else:
            _require_watched(study, outcome)
            rows.write(case.name, realisation, outcome)
        shown.saw(case, outcome)
    return failed


def _held(store: Store, study: Study) -> pd.DataFrame:
    """Keys and watched column of the rows that are there."""
    tables = store.sound().tables
    for table in tables:
        _require_watched(study, table)
    return as_frame([table.select([*KEYS, *filter(None, [study.watch])]) for table in tables])


def _extended(
    store: Store, study: Study, wanted: Mapping[str, int], target: float
) -> dict[str, int]:
    """How many realisations of each case to look at next, see
    :mod:`bathlab.statistics.stopping`."""
    table = as_frame(store.sound([*KEYS, study.watch]).tables)
    extended = {}
    for name, count in wanted.items():
        rows = table[(table["case"] == name) & (table["realisation"] < count)]
        error = largest_error(rows[study.watch], rows["realisation"])
        if math.isnan(error):
            raise RuntimeError(
                f"Case {name!r} has too few realisations that did not raise to tell "
                f"the error of {study.watch!r}. Look at its failures first."
            )
        extended[name] = next_checkpoint(count, error, target)
    return extended


def _require_watched(study: Study, rows: pa.Table) -> None:
    numbers = [
        field.name
        for field in rows.schema
        if pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
    ]
    if study.watch and study.watch not in numbers:
        raise ValueError(
            f"watch = {study.watch!r} was given; expected a column of numbers that "
            f"the measure returns, one of {numbers}. Choose one of these."
        )


def _table(store: Store, wanted: Mapping[str, int]) -> pd.DataFrame:
    """The rows that were asked for, with a word on those that raised."""
    failures = [
        failure
        for failure in store.failures()
        if failure["realisation"] < wanted.get(failure["case"], 0)
    ]
    first = (
        ""
        if not failures
        else (
            f"{len(failures)} realisation(s) raised, the first of them "
            f"{failures[0]['realisation']} of "
            f"case {failures[0]['case']!r}: {failures[0]['error']}: {failures[0]['message']}. "
            "Their "
            f"tracebacks are in {store.path / FAILURES_FOLDER}; --retry-failed "
            "(retry_failed=True) "
            "computes them again."
        )
    )
    frame = as_frame(store.sound().tables)
    frame = frame[frame["realisation"] < frame["case"].map(wanted).fillna(0)]
    if frame.empty:
        raise NoRows(f"There is no row. {first}")
    if failures:
        warnings.warn(first, FailedRealisations, stacklevel=3)
    return frame.drop(columns=CIRCUMSTANCES).reset_index(drop=True)
