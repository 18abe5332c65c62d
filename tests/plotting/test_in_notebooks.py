"""Figures of a notebook: the first must not keep the later ones from being shown."""

import matplotlib
import pandas as pd
from matplotlib import pyplot

from bathlab.plotting import curves


def test_a_backend_that_turns_interactive_with_its_first_figure_stays_so(monkeypatch):
    made = pyplot.subplots

    def first_of_a_notebook(*given, **more):
        matplotlib.interactive(True)
        return made(*given, **more)

    before = matplotlib.is_interactive()
    monkeypatch.setattr(pyplot, "subplots", first_of_a_notebook)
    try:
        matplotlib.interactive(False)
        axes = curves(pd.DataFrame({"x": [0.0, 1.0], "y": [1.0, 2.0]}), "x", "y")
        assert matplotlib.is_interactive()
        pyplot.close(axes.get_figure())
    finally:
        matplotlib.interactive(before)
