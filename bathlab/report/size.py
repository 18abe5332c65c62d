"""Pages that stay small: of pictures fewer points, then of tables fewer rows, as it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator, Sequence

import numpy as np

from bathlab.report.contents import Health, Panel, Report, Standing, Table

#: The longest page, in bytes: one that can be mailed and opened on a phone.
MOST_BYTES = 1_500_000
#: Cells of a table of data, and of any other table where a page would be too long.
MOST_CELLS = 4000
#: Points that a picture of points may have, tried in turn until a page fits.
FEWER_POINTS = (150, 75, 38)


def spread(curves: Sequence[str], most: int) -> list[int]:
    """Which of many points are kept: of each curve its share, evenly and with both ends.

    Parameters
    ----------
    curves : sequence of str
        The curve of each point.
    most : int
        So many are kept in all; a curve with less than one keeps one.

    Returns
    -------
    list of int
        Places in ``curves``, in order.
    """
    if len(curves) <= most:
        return list(range(len(curves)))
    places: dict[str, list[int]] = {}
    for place, curve in enumerate(curves):
        places.setdefault(curve, []).append(place)
    kept: list[int] = []
    for own in places.values():
        share = max(1, most * len(own) // len(curves))
        steps = np.linspace(0, len(own) - 1, share).round().astype(int)
        kept += [own[step] for step in steps]
    return sorted(kept)


def shorter(reports: Sequence[Report]) -> Iterator[list[Report]]:
    """The same reports with fewer and fewer points in their pictures, tables whole, and at last
    with their tables cut too. Bars and lines, in which a gap would mislead, stay."""
    for most in FEWER_POINTS:
        thin = [_with_points(report, most) for report in reports]
        yield thin
    yield [_with_rows(report) for report in thin]


def too_long(length: int, reports: Sequence[Report]) -> ValueError:
    """What is said of a page that does not fit, with a way out."""
    baths = any(report.baths for report in reports)
    if len(reports) > 1:
        way = "Give fewer of them, each a page of its own by -o"
        way += ", or draw no baths (--no-baths)." if baths else "."
    elif baths:
        way = "Draw no baths (--no-baths)."
    else:
        way = "Sweep over less in one store, or read it with bl.load or `bathlab export`."
    names = ", ".join(report.study for report in reports[:3]) + ", …" * (len(reports) > 3)
    return ValueError(
        f"{len(reports)} reports were given ({names}), which make a page of {length / 1e6:.1f} "
        f"MB; expected at most {MOST_BYTES / 1e6:g} MB, also with {FEWER_POINTS[-1]} points a "
        f"picture and {MOST_CELLS} cells a table. {way}"
    )


def _with_points(report: Report, most: int) -> Report:
    return replace(
        report,
        panels=tuple(_thinned(panel, most) for panel in report.panels),
        convergence=tuple(_thinned(panel, most) for panel in report.convergence),
    )


def _thinned(panel: Panel, most: int) -> Panel:
    if panel.kind != "points":
        return panel
    kept = spread([point["curve"] for point in panel.points], most)
    count, left = f"{len(panel.points)} points", len(panel.points) - len(kept)
    return replace(
        panel,
        description=panel.description.replace(count, f"{len(kept)} points"),
        points=tuple(panel.points[place] for place in kept),
        more=panel.more + left,
    )


def _with_rows(report: Report) -> Report:
    standing, health = report.standing, report.health
    return replace(
        report,
        convergence_table=cut(report.convergence_table),
        standing=standing and _of_cases(standing),
        health=health and _of_checks(health),
    )


def _of_cases(standing: Standing) -> Standing:
    return replace(standing, cases=cut(standing.cases))


def _of_checks(health: Health) -> Health:
    return replace(health, checks=cut(health.checks))


def cut(table: Table) -> Table:
    """A table with as many of its first rows as ``MOST_CELLS`` has room for."""
    most = max(1, MOST_CELLS // max(1, len(table.columns)))
    left = max(0, len(table.rows) - most)
    return replace(table, rows=table.rows[:most], more=table.more + left)
