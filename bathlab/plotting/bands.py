"""Structure factors and hybridisation functions: lines with a band of their errors."""

from __future__ import annotations

from typing import Any, Mapping

import pandas as pd
from matplotlib.axes import Axes

from bathlab.checks import as_flag
from bathlab.plotting.figures import on
from bathlab.plotting.theory_lines import Theory, finished, theory_lines
from bathlab.plotting.tidy_curves import by_point, look_of, parts_of

BAND: dict[str, Any] = {"alpha": 0.25, "linewidth": 0}


def structure_factors(
    table: pd.DataFrame,
    omega: str,
    v: str,
    by: str | None = None,
    axes: Axes | None = None,
    *,
    hero: Any = None,
    theory: Mapping[str, Theory] | None = None,
    legend: bool = True,
) -> Axes:
    """v(omega) or k(omega): lines with a band of one standard error, beside theory.

    Parameters
    ----------
    table : DataFrame
        A row for each frequency, or one for each curve whose cells of ``omega``, ``v`` and
        ``v_error`` are arrays, as :func:`bathlab.statistics.summarise_curves` makes it.
    omega, v : str
        Columns of frequency and structure factor.
    by : str, optional
        Column whose values tell curves apart and name them.
    axes : Axes, optional
        Where to draw; a new figure in the style if not given.
    hero : optional
        The value of ``by`` whose curve the figure is about.
    theory : mapping, optional
        Grey lines by name: a number, a function of omega, or a pair (omega, v) of arrays.
    legend : bool, default True
        Whether the axes get a legend.

    Returns
    -------
    matplotlib.axes.Axes
        With the curves, labels where there were none, and a legend of what is named.

    Raises
    ------
    ValueError
        If a column is not there or holds no numbers, or a name or theory is none.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from bathlab.plotting import structure_factors
    >>> omega = np.linspace(-3, 3, 61)
    >>> k = np.exp(-(omega**2))
    >>> one = pd.DataFrame({"omega": [omega], "k": [k], "k_error": [0.1 * k], "bath": "GOE"})
    >>> axes = structure_factors(one, "omega", "k", by="bath", theory={"0.5": 0.5})
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['GOE', '0.5']
    """
    named = [] if by is None else [by]
    rows = by_point(table, omega, v, named)
    legend = as_flag("legend", legend)
    parts = parts_of(rows, by, None, hero)
    lines = theory_lines(theory, rows[omega])
    with on(axes, rows) as axes:
        for index, (name, part) in enumerate(parts):
            _band(axes, part.sort_values(omega), omega, v, look_of(index, name, hero))
        finished(axes, omega, v, lines, legend and bool(named or lines))
    return axes


def _band(axes: Axes, curve: pd.DataFrame, x: str, y: str, style: dict[str, Any]) -> None:
    style = {**style, "marker": "none"}
    axes.plot(curve[x], curve[y], **style)
    if f"{y}_error" in curve:
        low, high = (curve[y] + sign * curve[f"{y}_error"] for sign in (-1, 1))
        axes.fill_between(curve[x], low, high, color=style["color"], **BAND)
