"""Panels that any study can draw: tidy rows on axes."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from bathlab.checks import require_kind, require_numbers, select
from bathlab.plotting.figures import AXES, COLOURS, MARKERS


def point_panel(axes: Axes, table: pd.DataFrame, column: str) -> None:
    """The mean of a column in each case with its standard error, realisations being
    independent."""
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
    ``by``."""
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
