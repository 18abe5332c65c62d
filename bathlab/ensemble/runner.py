"""Runs what a store still lacks of its study, on any engine.

A row is a pure function of (case, seed, realisation): workers, their number and their order
change nothing but the time.
"""

from __future__ import annotations

import math
import os
import warnings
from contextlib import AbstractContextManager, ExitStack
from typing import Callable, Mapping, Sequence

import pandas as pd
import pyarrow as pa

from bathlab.checks import as_flag, as_path, as_real, require_integer, require_kind
from bathlab.ensemble import log
from bathlab.ensemble.engines import CLUSTER_WAIT, Engine, Where, engine
from bathlab.ensemble.outcomes import outcomes
from bathlab.ensemble.progress import Progress
from bathlab.ensemble.realisation import Failure, Task, ship
from bathlab.ensemble.results import complete, missing, table_of
from bathlab.ensemble.store.contents import as_frame
from bathlab.ensemble.store.parts import KEYS
from bathlab.ensemble.store.reader import Store
from bathlab.ensemble.store.specification import written
from bathlab.ensemble.store.writer import Writer, writing
from bathlab.ensemble.study import Case, Study
from bathlab.ensemble.watched import Watched
from bathlab.ensemble.worker import is_measuring
from bathlab.errors import DamagedStore, OtherKind, TargetMissed
from bathlab.statistics.stopping import (
    FIRST_CHECKPOINT,
    MOST_REALISATIONS,
    Target,
    largest_error,
)

#: Rows that vanish while a study runs are computed again once; then it says so.
ATTEMPTS = 2


def run(
    study: Study,
    store: str | os.PathLike[str],
    workers: int = 1,
    progress: bool = True,
    *,
    cluster: str | None = None,
    retry_failed: bool = False,
    target_error: float | None = None,
    most_realisations: int = MOST_REALISATIONS,
    accept_code: bool = False,
    timeout: float | None = None,
    cluster_wait: float = CLUSTER_WAIT,
) -> pd.DataFrame:
    """Compute the missing realisations of ``study`` and return its rows.

    Parameters
    ----------
    study
        what to run.
    store
        folder of its rows; made if new, extended if it holds this study, with more
        realisations or more cases, never fewer.
    workers
        local processes, each on one BLAS thread; 1 runs in this process. A run within a
        measure always does.
    progress
        whether to draw the bar with rate, ETA and the running estimates.
    cluster
        address of a Dask scheduler (``tcp://HOST:PORT``) that computes instead.
    retry_failed
        whether to try realisations again that raised in an earlier run.
    target_error
        go on until the standard error of ``study.watch`` is at most this in every
        case and row, see :mod:`bathlab.statistics.stopping`.
    most_realisations
        of a case that ``target_error`` adds to; beyond its own number none is
        added past this.
    accept_code
        whether to add to rows that other code made; each row tells which.
    timeout
        seconds that a realisation may take; then it is recorded as failed and its worker
        replaced. Every worker is a process of its own then, also if it is the only one, which
        takes about two seconds to start. Not with a cluster.
    cluster_wait
        seconds that a cluster may be without any worker.

    Returns
    -------
    DataFrame
        The table of :func:`bathlab.load`, of the cases and realisations asked for. Those that
        raised, or took too long, are missing in it, recorded in the store, and warned of
        (:class:`FailedRealisations`). A target error that was not reached is warned of too
        (:class:`TargetMissed`).

    Raises
    ------
    ValueError
        If an argument is out of range, a spec cannot be written down, the store holds other
        rows, is damaged, in use, or cannot be written, or the cluster does not answer.
    OtherCode
        (a ValueError) If the measure, or ``study.version``, is not that of the store's rows.
    NoRows
        (a ValueError and a RuntimeError) If every realisation raised.
    FailedRealisations
        If a measure raised what would have ended the process, such as SystemExit, after all
        the others are computed. Its ``table`` is what would have been returned.
    RuntimeError
        If the cluster is lost, or has no worker.

    Examples
    --------
    >>> import bathlab as bl
    >>> def top_level(bath, seed, realisation):
    ...     return [{"E_max": bath.sample(seed, realisation).energies[-1]}]
    >>> def study(realisations):
    ...     bath = bl.RandomMatrixBath(spins=5, bandwidth=4.0)
    ...     return bl.Study("edges", top_level, [bl.Case("5 spins", bath, realisations)])
    >>> first = bl.run(study(3), "store", progress=False)
    >>> more = bl.run(study(6), "store", progress=False)  # three of them are there
    >>> print(more["E_max"].round(4).tolist())
    [1.8146, 1.8771, 1.9483, 1.7246, 1.7422, 1.6302]
    >>> print(more["E_max"][:3].equals(first["E_max"]))
    True
    """
    require_kind("study", study, Study, "Make one with bathlab.Study.")
    flags = {"progress": progress, "retry_failed": retry_failed, "accept_code": accept_code}
    for name, flag in flags.items():
        as_flag(name, flag)
    where = Where(workers, cluster, timeout, cluster_wait)
    path = as_path(store, "store")
    target = _target(study, target_error, most_realisations)
    written(study), ship(study, study.cases[0])  # or refused, before there is a folder
    if not retry_failed and target is None:
        if held := complete(path, study, accept_code):
            counts = {case.name: case.realisations for case in study.cases}
            return table_of(held, held.sound(), counts)
    for attempt in range(ATTEMPTS):
        with (
            log.told(study, path),
            writing(path, study, accept_code) as rows,
            Progress(study, _held(rows.store, study), progress and not is_measuring()) as shown,
        ):
            wanted = _fill(
                study,
                rows,
                lambda: engine(where, study.measure),
                shown,
                retry_failed and attempt == 0,
                target,
            )
        found = rows.store.sound()
        lost = missing(rows.store, found, wanted)
        if not lost:
            return table_of(rows.store, found, wanted)
    raise DamagedStore(
        f"{len(lost)} realisation(s) were written to {rows.store.path} and are not there, "
        f"{min(lost)} for one, although they were computed {ATTEMPTS} times; expected that "
        "nobody else changes its files while a study runs. Find out who does, or choose "
        "another folder with --store."
    )


def _target(study: Study, error: float | None, most: int) -> Target | None:
    """The target error, if there is one to be reached; ValueError if it cannot be."""
    require_integer("most_realisations", most, minimum=FIRST_CHECKPOINT)
    if error is None:
        return None
    error = as_real("target_error", error, above=0)
    if not study.watch:
        raise ValueError(
            f"target_error = {error} was given, but the study {study.name!r} watches no "
            "column. Give it watch=COLUMN."
        )
    return Target(error, most)


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
    target: Target | None,
) -> dict[str, int]:
    """Compute what is missing; how many realisations of each case that makes."""
    skipped = (
        set()
        if retry_failed
        else {(failure["case"], failure["realisation"]) for failure in rows.store.failures()}
    )
    wanted = {case.name: case.realisations for case in study.cases}
    if target is not None:
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
            log.planned(study, len(settled), len(tasks))
            shown.expect(tasks)
            if tasks:
                started = started or stack.enter_context(start())
                skipped |= _compute(started, study, tasks, rows, shown)
            extended = (
                wanted if target is None else _extended(rows.store, study, wanted, target)
            )
            if extended == wanted:
                return wanted
            wanted = extended


def _compute(
    engine: Engine, study: Study, tasks: Sequence[Task], rows: Writer, shown: Progress
) -> set[tuple[str, int]]:
    """Write what becomes of the tasks; the (case, realisation) of those that failed."""
    failed = set()
    watched = Watched(study.watch, rows.store)
    for task, result in outcomes(engine, study, tasks):
        case, realisation = task
        outcome = _written(rows, task, result)
        shown.saw(case, outcome)
        if isinstance(outcome, Failure):
            record = outcome.record(case.name, realisation, study.seed)
            rows.fail(case.name, realisation, record)
            log.failed(study, task, outcome)
            failed.add((case.name, realisation))
        else:
            watched.saw(outcome)
    watched.require()
    return failed


def _written(rows: Writer, task: Task, outcome: pa.Table | Failure) -> pa.Table | Failure:
    """What was written of a task; a failure if its rows do not fit among the others."""
    if isinstance(outcome, Failure):
        return outcome
    case, realisation = task
    try:
        rows.write(case.name, realisation, outcome)
    except OtherKind as error:
        return Failure.of(error)
    return outcome


def _held(store: Store, study: Study) -> pd.DataFrame:
    """Keys and watched column of the rows that are there."""
    return as_frame(store.sound([*KEYS, *filter(None, [study.watch])]).tables)


def _extended(
    store: Store, study: Study, wanted: Mapping[str, int], target: Target
) -> dict[str, int]:
    """How many realisations of each case to look at next, see
    :mod:`bathlab.statistics.stopping`; with a word on cases that may not have more."""
    errors: dict[str, float] = {}
    table = as_frame(store.sound([*KEYS, study.watch]).tables)
    for name, count in wanted.items():
        rows = table[(table["case"] == name) & (table["realisation"] < count)]
        error = largest_error(rows[study.watch], rows["realisation"])
        if math.isnan(error):
            raise RuntimeError(
                f"Case {name!r} has too few realisations with a number in {study.watch!r} to "
                "tell its error. Look at its failures first."
            )
        errors[name] = error
    extended = {name: target.next_checkpoint(n, errors[name]) for name, n in wanted.items()}
    missed = [
        f"{name!r} has {error:.3g} after {wanted[name]}"
        for name, error in errors.items()
        if error > target.error
    ]
    log.looked_at(study, target.error, errors, None if extended == wanted else extended)
    if missed and extended == wanted:
        warnings.warn(
            f"The standard error of {study.watch!r} is not down to {target.error:g}: case "
            f"{', '.join(missed)} realisations, and more than {target.most} were not allowed. "
            "Raise --most-realisations (most_realisations=...), or --target-error.",
            TargetMissed,
            stacklevel=4,
        )
    return extended
