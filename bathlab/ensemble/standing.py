"""How a store stands: done, missing, failed, time left, means so far."""

from __future__ import annotations

import math
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bathlab.checks import as_path
from bathlab.ensemble.store.codes import key
from bathlab.ensemble.store.contents import Contents, as_frame
from bathlab.ensemble.store.locking import is_running
from bathlab.ensemble.store.parts import VERSION
from bathlab.ensemble.store.reader import Store, find_store
from bathlab.ensemble.watched import watched_by_place

#: So many of the latest realisations tell the pace.
LATEST = 50


@dataclass(frozen=True)
class Status:
    """How a store stands.

    Attributes
    ----------
    store
        its folder.
    study, seed
        what it holds.
    running
        whether a process adds rows now; None if one of another host, or of an older
        bathlab, may be.
    cases
        one row per case: done, missing, failed (realisations), seconds (mean of one),
        left (seconds of one worker's time for what is missing), and the mean and standard error
        of the watched column, of the row of a realisation where it is largest.
    pace
        workers that were busy, on average, while the latest rows were computed; nan if
        unknown.
        ``cases["left"].sum() / pace`` is the time left at that pace.
    faults
        files that cannot be used, in words.
    mixed
        versions that differ between rows, column name to values.
    codes
        one row per code that the store lists or a row tells of, the oldest first: name,
        digest ("unknown" for rows of bathlab 0.1), version, and how many realisations it made.
    """

    store: Path
    study: str
    seed: int
    running: bool | None
    cases: pd.DataFrame
    pace: float
    faults: list[str]
    mixed: dict[str, list[str]]
    codes: pd.DataFrame

    @property
    def has_mixed_code(self) -> bool:
        """Whether different code made its rows."""
        return int((self.codes["realisations"] > 0).sum()) > 1


def status(path: str | os.PathLike[str]) -> Status:
    """How the store at ``path`` stands. It only reads, also while a study runs.

    Parameters
    ----------
    path
        folder of a store, or a folder that holds exactly one.

    Returns
    -------
    Status
        ``cases``, a table of what is done, missing and failed of each; whether a process adds
        rows; which files are damaged.

    Raises
    ------
    ValueError
        If there is no store, or more than one.

    Examples
    --------
    >>> import bathlab as bl
    >>> def top_level(bath, seed, realisation):
    ...     return [{"E_max": bath.sample(seed, realisation).energies[-1]}]
    >>> case = bl.Case("5 spins", bl.RandomMatrixBath(spins=5, bandwidth=4.0), realisations=3)
    >>> table = bl.run(bl.Study("edges", top_level, [case]), "store", progress=False)
    >>> print(bl.status("store").cases[["case", "done", "missing", "failed"]])
          case  done  missing  failed
    0  5 spins     3        0       0
    """
    store = Store(find_store(as_path(path)))
    contents = store.contents()
    table = as_frame(contents.tables)
    recorded, done = store.recorded_failures(), contents.done()
    failed = Counter(case for case, index in recorded.paths() if (case, index) not in done)
    watch = store.spec["watch"]
    rows = []
    for name, case in store.spec["cases"].items():
        of_case = table[table["case"] == name]
        once = of_case.drop_duplicates("realisation")
        missing = max(
            0, case["realisations"] - int((once["realisation"] < case["realisations"]).sum())
        )
        seconds = float(once["run_seconds"].mean()) if len(once) else float("nan")
        row = {
            "case": name,
            "done": len(once),
            "missing": missing,
            "failed": failed[name],
            "seconds": seconds,
            "left": seconds * missing,
        }
        rows.append(row | (_standing(of_case, watch) if watch in of_case and len(once) else {}))
    versions = {
        column: sorted(map(str, table[column].unique()))
        for column in table.columns
        if column.startswith(VERSION)
    }
    return Status(
        store.path,
        store.spec["study"],
        store.spec["seed"],
        is_running(store.path),
        pd.DataFrame(rows),
        _pace(table),
        [*(fault.words for fault in contents.faults), *recorded.faults.values()],
        {name: values for name, values in versions.items() if len(values) > 1},
        _codes(store, contents),
    )


def _codes(store: Store, contents: Contents) -> pd.DataFrame:
    made = contents.codes()
    listed = {key(code): code["name"] for code in store.codes}
    return pd.DataFrame(
        {
            "name": listed.get(code, ""),
            "digest": code[0],
            "version": code[1],
            "realisations": len(made.get(code, ())),
        }
        for code in dict.fromkeys([*listed, *made])
    )


def _pace(table: pd.DataFrame) -> float:
    """Busy workers during the latest rows: their seconds over the time from first start to
    end."""
    if table.empty:
        return math.nan
    once = table.drop_duplicates(["case", "realisation"])
    finished = pd.to_datetime(once["run_finished"])
    latest = finished.sort_values().index[-LATEST:]
    seconds = once["run_seconds"].loc[latest]
    started = finished.loc[latest] - pd.to_timedelta(seconds, unit="s")
    span = (finished.loc[latest].max() - started.min()).total_seconds()
    return float(seconds.sum() / span) if span > 0 else math.nan


def _standing(table: pd.DataFrame, watch: str) -> dict[str, float]:
    """Mean and error of the watched column at the place in a realisation where it is
    largest."""
    places = watched_by_place(table, watch)
    if places["mean"].isna().all():  # every number is missing
        return {f"max {watch}": math.nan, "error": math.nan}
    best = int(places["mean"].argmax())
    return {f"max {watch}": places["mean"].iloc[best], "error": places["error"].iloc[best]}
