"""Curves with their steps, and legends above them."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.plotting import legend_above, stepped_curves


def test_steps_stand_between_their_points():
    rows = [
        {"bath": bath, "realisation": r, "lioms": n, "D": height * n + r}
        for bath, height in (("a", 0.5), ("b", 0.1))
        for r in range(5)
        for n in range(3)
    ]
    means = bl.statistics.summarise_steps(pd.DataFrame(rows), "bath", "lioms", "D")
    above, below = stepped_curves(Figure(), means, "lioms", "D", by="bath")
    curve, step = above.containers[0].lines[0], below.containers[0].lines[0]
    assert curve.get_xdata().tolist() == [0, 1, 2]
    assert step.get_xdata().tolist() == [0.5, 1.5] and np.allclose(step.get_ydata(), 0.5)
    assert [text.get_text() for text in above.get_legend().get_texts()] == ["a", "b"]


def test_a_legend_above_names_the_curves_of_its_axes():
    figure = Figure(layout="constrained")
    axes = figure.subplots()
    for name in "abc":
        axes.plot([0, 1], label=name)
    legend_above(figure, axes, "all of them", columns=2, fontsize="x-small")
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b", "c"]
    assert legend.get_title().get_text() == "all of them" and axes.get_legend() is None
