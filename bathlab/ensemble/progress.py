"""What a running study shows: how far, how fast, how long, and each case's mean so far."""

from __future__ import annotations

import math
import sys
import time
from types import TracebackType
from typing import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa
from tqdm import tqdm

from bathlab.conventions import RealArray
from bathlab.ensemble.realisation import Failure, Task
from bathlab.ensemble.study import Case, Study
from bathlab.statistics.estimates import by_place

#: A log file gets a line so often; a terminal is drawn five times a second.
LOG_SECONDS, TERMINAL_SECONDS = 15, 0.2


class Progress:
    """A bar over all work, counted in cost, and on a terminal a line for each case.

    Both start from ``held``, the keys and watched column of the rows that are there. Of the
    rows of a realisation, the one with the largest mean of ``study.watch`` is shown.
    """

    def __init__(self, study: Study, held: pd.DataFrame, shown: bool = True) -> None:
        self._watch = study.watch
        self._seen = {case.name: _Running() for case in study.cases}
        self._done = self._failed = 0
        self._start = time.monotonic()
        self._terminal = terminal = sys.stderr.isatty()
        interval = TERMINAL_SECONDS if terminal else LOG_SECONDS
        there = held.groupby("case")["realisation"].nunique()
        counts = {case.name: int(there.get(case.name, 0)) for case in study.cases}
        work = sum(case.cost * counts[case.name] for case in study.cases)
        self._bar = tqdm(  # first drawn by expect(), when its total is known
            total=work,
            initial=work,
            disable=not shown,
            desc=study.name,
            smoothing=0.05,
            mininterval=interval,
            delay=1e-9,
            bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}",
        )
        standing = f"{sum(counts.values())} realisations in the store" if work else "no row yet"
        self._bar.set_postfix_str(f"{standing} (the first use of a kernel compiles it)", False)
        width = max(len(case.name) for case in study.cases)
        self._lines = {
            case.name: tqdm(
                total=counts[case.name],
                initial=counts[case.name],
                disable=not (shown and terminal),
                desc=f"  {case.name:{width}}",
                position=position,
                mininterval=interval,
                leave=True,
                bar_format="{desc} {n_fmt:>6}/{total_fmt} {rate_fmt:>12}{postfix}",
            )
            for position, case in enumerate(study.cases, start=1)
        }
        if self._watch in held:
            for name, seen in self._seen.items():
                rows = held[held["case"] == name]
                values = rows[self._watch].astype(np.float64)  # if all of them are missing too
                seen.resume(by_place(values, rows["realisation"]))

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in [self._bar, *self._lines.values()]:
            line.close()

    def expect(self, tasks: Iterable[Task]) -> None:
        """More work is to be done."""
        for case, _ in tasks:
            for bar, amount in ((self._bar, case.cost), (self._lines[case.name], 1)):
                bar.total = (bar.total or 0) + amount
        self._bar.refresh()

    def saw(self, case: Case, outcome: pa.Table | Failure) -> None:
        """A realisation has ended."""
        if isinstance(outcome, Failure):
            self._failed += 1
            shown = f"{case.name}: {outcome.error}"
        else:
            shown = self._standing(case, outcome)
        line = self._lines[case.name]
        line.set_postfix_str(shown.removeprefix(f"{case.name}: "), refresh=False)
        line.update()
        self._done += 1
        rate = f"{self._done / (time.monotonic() - self._start):.2g} realisations/s"
        failed = f"{self._failed} failed" if self._failed else ""
        words = (
            rate,
            failed,
            "" if self._terminal else shown,
        )  # a terminal has a line for each
        self._bar.set_postfix_str(", ".join(filter(None, words)), refresh=False)
        self._bar.update(case.cost)

    def _standing(self, case: Case, rows: pa.Table) -> str:
        if not self._watch:
            return case.name
        seen = self._seen[case.name]
        seen.add(rows[self._watch].cast(pa.float64()).to_numpy())
        mean, error, count = seen.largest()
        uncertain = f" +- {error:.3f}" if count > 1 else ""
        return f"{case.name}: max {self._watch} = {mean:.3f}{uncertain} (N = {count})"


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
