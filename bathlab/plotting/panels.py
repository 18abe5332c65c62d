"""Panels that any study can draw: tidy rows on axes."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from bathlab.checks import require_kind, require_numbers, select
from bathlab.plotting.figures import AXES, COLOURS, MARKERS


def point_panel(axes: Axes, table: pd.DataFrame, column: str) -> None:
    """The mean of a column in each case with its standard error, realisations being
    independent.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> rows = {"case": ["chain"] * 3 + ["GOE"] * 3, "realisation": [0, 1, 2] * 2}
    >>> rows |= {"log_ipr": [5.1, 5.2, 5.0, 5.4, 5.5, 5.3]}
    >>> axes = Figure().subplots()
    >>> bl.plotting.point_panel(axes, pd.DataFrame(rows), "log_ipr")
    >>> [each.get_text() for each in axes.get_yticklabels()]
    ['chain', 'GOE']
    """
    require_kind("axes", axes, Axes, AXES)
    select(table, ["case", "realisation", column])
    require_numbers(table, [column])
    sns.pointplot(
        _by_realisation(table, ["case"], column),
        x=column,
        y="case",
        errorbar="se",
        linestyle="none",
        color=COLOURS[0],
        capsize=0.15,
        ax=axes,
    )
    axes.set(ylabel="")


def sweep_panel(axes: Axes, table: pd.DataFrame, x: str, column: str, by: str) -> None:
    """The mean of a column against a swept parameter ``x``, one curve for each value of
    ``by``.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> rows = [
    ...     {"bath": "chain", "g": g, "realisation": r, "D": 5 + g + 0.1 * r}
    ...     for g in (0.1, 0.2, 0.4)
    ...     for r in range(3)
    ... ]
    >>> axes = Figure().subplots()
    >>> bl.plotting.sweep_panel(axes, pd.DataFrame(rows), "g", "D", "bath")
    >>> print(axes.get_xlabel(), axes.get_legend().get_texts()[0].get_text())
    g chain
    """
    require_kind("axes", axes, Axes, AXES)
    select(table, [by, x, "realisation", column])
    require_numbers(table, [column])
    labels = list(dict.fromkeys(table[by]))
    sns.lineplot(
        _by_realisation(table, [by, x], column),
        x=x,
        y=column,
        hue=by,
        style=by,
        hue_order=labels,
        style_order=labels,
        palette=[COLOURS[index % len(COLOURS)] for index in range(len(labels))],
        markers=[MARKERS[index % len(MARKERS)] for index in range(len(labels))],
        errorbar="se",
        err_style="bars",
        err_kws={"capsize": 2},
        ax=axes,
    )
    sns.move_legend(axes, "upper left", bbox_to_anchor=(1, 1), title=None, fontsize="small")


def _by_realisation(table: pd.DataFrame, by: list[str], column: str) -> pd.DataFrame:
    """One value for each realisation, the mean over its rows."""
    groups = table.groupby([*by, "realisation"], sort=False, dropna=False)
    return groups[column].mean().reset_index()
