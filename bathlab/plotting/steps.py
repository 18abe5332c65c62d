"""A curve above, and its steps below."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import require_kind, select
from bathlab.plotting.tidy_curves import curves


def stepped_curves(
    figure: Figure, means: pd.DataFrame, x: str, y: str, by: str, *, hero: Any = None
) -> tuple[Axes, Axes]:
    """Curves on the upper axes; on the lower what each gains from one x to the next, between
    the two; the curve of ``hero``, a value of ``by``, is thicker.

    ``means`` are those of :func:`bathlab.statistics.summarise_steps`, x being whole numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> means = {"bath": "chain", "lioms": [0, 1, 2], "D": [4.1, 4.7, 5.4], "D_error": 0.02}
    >>> means |= {"step": [None, 0.6, 0.7], "step_error": [None, 0.03, 0.03]}
    >>> above, below = bl.plotting.stepped_curves(
    ...     Figure(), pd.DataFrame(means), "lioms", "D", "bath"
    ... )
    >>> print(below.lines[0].get_xdata().tolist())
    [0.5, 1.5]
    """
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(means, [x, y, by, "step"])
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    curves(means, x, y, by, above, hero=hero)
    above.set(xlabel="")
    above.legend(loc="upper left", fontsize="small")
    steps = means.dropna(subset="step")
    curves(steps.assign(**{x: steps[x] - 0.5}), x, "step", by, below, hero=hero, legend=False)
    return above, below
