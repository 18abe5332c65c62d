"""What a run returns: every row that was asked for, each realisation once, or why not.

This is the last look at a store: whatever a run has counted on, it reads back from the disk.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any, Mapping

import pandas as pd

from bathlab.ensemble.store import failures, files, journal
from bathlab.ensemble.store.codes import entry, joined
from bathlab.ensemble.store.contents import Contents, as_frame
from bathlab.ensemble.store.parts import CODE, KEYS
from bathlab.ensemble.store.provenance import presented
from bathlab.ensemble.store.reader import SPEC_FILE, Store
from bathlab.ensemble.store.specification import merged
from bathlab.ensemble.store.writer import writing
from bathlab.ensemble.study import Study
from bathlab.errors import FailedRealisations, NoRows, StoreInUse, StoreNotWritable

#: (case, realisation).
Keys = set[failures.Key]


def keys_of(wanted: Mapping[str, int]) -> Keys:
    """All realisations of so many of each case."""
    return {(name, index) for name, count in wanted.items() for index in range(count)}


def missing(store: Store, found: Contents, wanted: Mapping[str, int]) -> Keys:
    """What was asked for, and is neither in the store nor recorded as failed."""
    return keys_of(wanted) - found.done() - set(map(failures.key, store.failures()))


def complete(path: Path, study: Study, accept_code: bool) -> Store | None:
    """The store, if it lacks nothing of the study: it need not be writable then, nor free.

    Raises
    ------
    ValueError
        If the study cannot join it.
    """
    if files.is_lost(path / SPEC_FILE):
        return None
    store = Store(path)
    merged(store.spec, study, path)
    found = store.contents([*KEYS, *CODE])
    joined(store.codes, found.codes(), entry(study), accept_code, path)
    wanted = {case.name: case.realisations for case in study.cases}
    if missing(store, store.require_sound(found), wanted):
        return None
    if accept_code or journal.paths(path):
        with suppress(StoreNotWritable, StoreInUse), writing(path, study, accept_code):
            pass  # so that the next run need not be told again, and others see all rows
    return store


def table_of(store: Store, found: Contents, wanted: Mapping[str, int]) -> pd.DataFrame:
    """The rows that were asked for, with a word on those that failed.

    Raises
    ------
    NoRows
        If there is none.
    FailedRealisations
        If one failed by what would have ended the process: a script must not end as if nothing
        had happened.
    """
    raised = set(map(failures.key, store.failures())) - found.done()
    failed = [
        record
        for record in store.failures()
        if failures.key(record) in raised & keys_of(wanted)
    ]
    words = _words(store, failed) if failed else ""
    frame = as_frame(found.tables)
    frame = frame[frame["realisation"] < frame["case"].map(wanted).fillna(0)]
    if frame.empty:
        raise NoRows(f"There is no row. {words}")
    frame = presented(frame).reset_index(drop=True)
    if any(_ends_process(record) for record in failed):
        raise FailedRealisations(words, frame)
    if failed:
        warnings.warn(FailedRealisations(words, frame), stacklevel=3)
    return frame


def _words(store: Store, failed: list[dict[str, Any]]) -> str:
    """How many failed, the worst of them in words, and what to do."""
    shown = next(filter(_ends_process, failed), failed[0])
    which = "the first of them" if shown is failed[0] else "among them"
    ending = ", which would have ended the process" if _ends_process(shown) else ""
    return (
        f"{len(failed)} realisation(s) raised, {which} {shown['realisation']} of case "
        f"{shown['case']!r}: {shown['error']}: {shown['message'].rstrip('.')}{ending}. Their "
        f"tracebacks are in {store.path / failures.FOLDER}; --retry-failed "
        "(retry_failed=True) computes them again."
    )


def _ends_process(record: Mapping[str, Any]) -> bool:
    return bool(record.get("ends_process"))
