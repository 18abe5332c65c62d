"""How the watched mean of each case settles as realisations are added."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.report.contents import Panel, Table
from bathlab.report.numbers import concise
from bathlab.statistics.estimates import by_place

#: So many values of N are shown, in equal ratios, and the first that has an error.
STEPS, FIRST = 24, 2
#: So many cases are drawn; the table has all.
MOST_CASES = 8
#: What ``Store`` calls the columns that tell rows apart.
CASE, REALISATION = "case", "realisation"


def convergence(
    table: pd.DataFrame, watch: str, target: float | None = None
) -> tuple[tuple[Panel, ...], Table]:
    """Mean and standard error of ``watch`` over the first N realisations of each case.

    Of several rows of a realisation (couplings, say) it is that at the place where the mean is
    largest, as in ``bathlab status``.

    Parameters
    ----------
    table : DataFrame
        The rows of a store.
    watch : str
        The column.
    target : float or None
        A standard error to reach: the table then says how many realisations that takes,
        (error/target)^2 N, and the errors are drawn above a line at the target.

    Returns
    -------
    tuple of Panel, Table
        The means against N, their errors if there is a target, and where each case stands;
        nothing if no row has the column.
    """
    columns: tuple[str, ...] = ("case", "N", watch, "standard error")
    columns += (f"N for an error of {target:g}",) if target is not None else ()
    if watch not in table:
        return (), Table((), ())
    shown: list[tuple[str, int, float, float]] = []
    rows = []
    for number, (case, of_case) in enumerate(table.groupby(CASE, sort=False)):
        values = settled(of_case, watch)
        if not len(values):
            continue
        steps = list(running(values))
        if number < MOST_CASES:
            shown += [(str(case), *step) for step in steps]
        rows.append(_row(str(case), *steps[-1], target) if steps else (str(case), "1"))
    rows = [row + ("",) * (len(columns) - len(row)) for row in rows]
    standing = Table(columns, tuple(rows))
    if not shown:
        return (), standing
    panels = [_means(shown, watch, len(rows))]
    if target is not None and any(error > 0 for *_, error in shown):
        panels.append(_errors(shown, watch, target))
    return tuple(panels), standing


def settled(of_case: pd.DataFrame, watch: str) -> RealArray:
    """One value a realisation, in their order: that at the place where the mean is largest."""
    values = pd.to_numeric(of_case[watch], errors="coerce")
    of_case = of_case.assign(**{watch: values})
    means = by_place(values, of_case[REALISATION])["mean"]
    if means.isna().all():
        return np.array([])
    place = of_case.groupby(REALISATION).cumcount()
    at = of_case[place == int(means.argmax())].sort_values(REALISATION)[watch]
    return np.asarray(at.dropna().to_numpy(float))


def running(values: RealArray) -> Iterator[tuple[int, float, float]]:
    """(N, mean, standard error) of the first N values, N in equal ratios up to all of them."""
    count = len(values)
    if count < FIRST:
        return
    steps = np.unique(np.geomspace(FIRST, count, STEPS).round().astype(int))
    for n in steps.tolist():
        some = values[:n]
        yield n, float(some.mean()), float(some.std(ddof=1) / math.sqrt(n))


def _point(case: str, watch: str, n: int, mean: float, error: float) -> dict[str, Any]:
    tip = {"N": str(n), watch: concise(mean, error), "standard error": f"{error:.2g}"}
    ends = {"low": mean - error, "high": mean + error} if error > 0 else {}
    return {"x": n, "y": mean, "low": None, "high": None, "curve": case, "tip": tip} | ends


def _row(case: str, n: int, mean: float, error: float, target: float | None) -> tuple[str, ...]:
    row = (case, str(n), concise(mean, error), f"{error:.2g}")
    if target is None:
        return row
    return *row, str(max(n, math.ceil((error / target) ** 2 * n)) if error > target else n)


def _means(shown: list[tuple[str, int, float, float]], watch: str, count: int) -> Panel:
    cases = list(dict.fromkeys(case for case, *_ in shown))
    return Panel(
        title="" if len(cases) == count else f"{len(cases)} of {count} cases",
        description=f"mean of {watch} over the first N realisations, with its standard error, "
        f"for {', '.join(cases)}",
        x_title="N, realisations",
        y_title=f"mean of {watch}",
        points=tuple(_point(case, watch, n, mean, error) for case, n, mean, error in shown),
        log_x=True,
    )


def _errors(shown: list[tuple[str, int, float, float]], watch: str, target: float) -> Panel:
    points = [
        {**_point(case, watch, n, mean, error), "y": error, "low": None, "high": None}
        for case, n, mean, error in shown
        if error > 0
    ]
    return Panel(
        title="",
        description=f"standard error of the mean of {watch} over the first N realisations; "
        f"the run is to bring it to {target:g}, the dashed line",
        x_title="N, realisations",
        y_title="standard error",
        points=tuple(points),
        log_x=True,
        log_y=True,
        level=target,
        level_title=f"target {target:g}",
    )
