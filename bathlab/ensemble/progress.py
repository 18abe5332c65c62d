"""What a running study shows: how far, how fast, how long, and each case's mean so far."""

from __future__ import annotations

import math
from types import TracebackType
from typing import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

from bathlab.conventions import RealArray
from bathlab.ensemble.displays import display
from bathlab.ensemble.pace import Pace
from bathlab.ensemble.realisation import Failure, Task
from bathlab.ensemble.study import Case, Study
from bathlab.ensemble.watched import has_numbers, watched_by_place


class Progress:
    """How far all work is, counted in cost, and how each case stands.

    Both start from ``held``, the keys and watched column of the rows that are there. Of the
    rows of a realisation, the one with the largest mean of ``study.watch`` is shown.
    """

    def __init__(self, study: Study, held: pd.DataFrame, shown: bool = True) -> None:
        self._watch = study.watch
        self._seen = {case.name: _Running() for case in study.cases}
        self._failed = 0
        there = held.groupby("case")["realisation"].nunique()
        counts = {case.name: int(there.get(case.name, 0)) for case in study.cases}
        self._pace = Pace(sum(case.cost * counts[case.name] for case in study.cases))
        total = sum(counts.values())
        standing = f"{total} realisations in the store" if total else "no row yet"
        standing = f"{standing} (the first use of a kernel compiles it)"
        self._display = display(study.name, standing, self._pace, counts, shown)
        if self._watch in held:
            for name, seen in self._seen.items():
                rows = held[held["case"] == name]
                seen.resume(watched_by_place(rows, self._watch))

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._display.close()

    def expect(self, tasks: Iterable[Task]) -> None:
        """More work is to be done."""
        counts: dict[str, int] = {}
        for case, _ in tasks:
            self._pace.expect(case.cost)
            counts[case.name] = counts.get(case.name, 0) + 1
        for name, count in counts.items():
            self._display.expect(name, count)

    def saw(self, case: Case, outcome: pa.Table | Failure) -> None:
        """A realisation has ended."""
        failed = isinstance(outcome, Failure)
        self._failed += failed
        shown = outcome.error if isinstance(outcome, Failure) else self._standing(case, outcome)
        self._pace.saw(case.cost)
        lost = [f"{self._failed} failed"] if self._failed else []
        rate = self._pace.rate
        speed = [] if math.isnan(rate) else [f"{rate:.2g} realisations/s"]
        self._display.show(case.name, shown, [*speed, *lost])

    def _standing(self, case: Case, rows: pa.Table) -> str:
        if not has_numbers(rows, self._watch):
            return ""
        seen = self._seen[case.name]
        seen.add(rows[self._watch].cast(pa.float64()).to_numpy())
        mean, error, count = seen.largest()
        uncertain = f" +- {error:.3f}" if count > 1 else ""
        return f"max {self._watch} = {mean:.3f}{uncertain} (N = {count})"


class _Running:
    """Running count, mean and scatter of each row of a realisation, by its place (Welford
    1962)."""

    def __init__(self) -> None:
        self._count = self._mean = self._squares = np.zeros(0)

    def resume(self, places: pd.DataFrame) -> None:
        """Start from :func:`bathlab.statistics.estimates.by_place`."""
        self._count, self._mean = (
            np.nan_to_num(places[name].to_numpy(dtype=np.float64)) for name in ("count", "mean")
        )
        scatter = np.nan_to_num(places["std"].to_numpy() ** 2)
        self._squares = np.maximum(self._count - 1, 0) * scatter

    def add(self, values: RealArray) -> None:
        """Take note of a realisation; what is not a number is missing."""
        more = max(0, len(values) - len(self._count))  # realisations may differ in length
        self._count, self._mean, self._squares = (
            np.pad(kept, (0, more)) for kept in (self._count, self._mean, self._squares)
        )
        own = np.flatnonzero(~np.isnan(values))
        self._count[own] += 1
        before = values[own] - self._mean[own]
        self._mean[own] += before / self._count[own]
        self._squares[own] += before * (values[own] - self._mean[own])

    def largest(self) -> tuple[float, float, int]:
        """Mean, error (nan if of one) and number at the place with the largest mean."""
        if not self._count.any():
            return math.nan, math.nan, 0
        best = int(np.argmax(np.where(self._count > 0, self._mean, -math.inf)))
        count = int(self._count[best])
        error = math.sqrt(self._squares[best] / (count - 1) / count) if count > 1 else math.nan
        return float(self._mean[best]), error, count
