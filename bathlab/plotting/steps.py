"""A curve above, and its steps below."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import require_kind, select
from bathlab.plotting.tidy_curves import curves


def stepped_curves(
    figure: Figure, means: pd.DataFrame, x: str, y: str, by: str
) -> tuple[Axes, Axes]:
    """Curves on the upper axes; on the lower what each gains from one x to the next, between
    the two.

    ``means`` are those of :func:`bathlab.statistics.summarise_steps`, x being whole numbers.
    """
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(means, [x, y, by, "step"])
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    curves(means, x, y, by, above)
    above.set(xlabel="")
    above.legend(loc="upper left", fontsize="small")
    steps = means.dropna(subset="step")
    curves(steps.assign(**{x: steps[x] - 0.5}), x, "step", by, below, legend=False)
    return above, below
