"""Baths side by side: one curve or point for each in every panel."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bathlab.checks import as_real, as_text, require_kind, select
from bathlab.plotting.bands import structure_factors
from bathlab.plotting.figures import (
    AXES,
    curve_style,
    reference_line,
)
from bathlab.plotting.legends import legend_above
from bathlab.plotting.tidy_curves import curves
from bathlab.theory.random_matrices import GOE, GUE, POISSON_RATIO

DOTTED = (0, (1, 1))
LOG2 = float(np.log(2))
SYMBOLS = (
    "open symbols: g at or above the contact's own energy scale; thin dotted curves: "
    "Lorentzian of the golden rule"
)
OMEGA, V = r"$\omega = E_b - E_{b'}$", r"$v(\omega)$"
SHIFT, K = r"$\omega = E(s, b) - E$", r"$k(\omega)$"
#: Abscissa, quantity, their labels and the title of each panel of curves.
CURVES = (
    ("energies", "share", "$E$", r"$\rho(E)/n$", "density of states"),
    ("energies", "v_contact", OMEGA, V, "structure factor, contact"),
    ("energies", "v_probe", OMEGA, V, "structure factor, probe"),
    ("omega", "k", SHIFT, K, "hybridisation of one spin"),
)
#: Columns of Delta D(G), arrays over the couplings.
SWEPT = ["G", "G_error", "delta_log_ipr", "delta_log_ipr_error", "proximity"]


def bath_panels(figure: Figure, means: pd.DataFrame) -> None:
    """Six panels with all baths in each: curves, Delta D(G), statistics of levels and elements.

    ``means`` has a row for each bath, as :func:`bathlab.experiments.compared_means` makes it.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.2,), 0.5, 0.1, 1)
    >>> spec = bl.experiments.Comparison(sweep, 0.2, 3.0, 3.0, 3.0, bins=24)
    >>> rows = [bl.experiments.comparison_rows(spec, 1, r)[0] for r in range(5)]
    >>> table = pd.DataFrame(rows).assign(realisation=range(5))
    >>> figure = Figure()
    >>> bl.plotting.bath_panels(figure, bl.experiments.compared_means(table))
    >>> len(figure.axes)
    6
    """
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    select(means, ["bath", "omega", "k_golden_rule", *SWEPT])
    panels = figure.subplots(2, 3).flat
    for axes, (x, y, xlabel, ylabel, title) in zip(panels, CURVES):
        labels = {"xlabel": xlabel, "ylabel": ylabel, "title": title}
        band_panel(axes, means, x, y, "bath", **labels)
    dotted_curves(panels[3], means, "omega", "k_golden_rule")
    thermalisation_panel(panels[4], means[["bath", *SWEPT]].explode(SWEPT).infer_objects())
    statistics_panel(panels[5], means)
    legend_above(figure, panels[4], SYMBOLS)


def band_panel(axes: Axes, means: pd.DataFrame, x: str, y: str, by: str, **labels: str) -> None:
    """One curve with its band for each row, over the stretch where any is above a hundredth of
    the highest; the abscissa is the same in all rows. ``labels`` are those of ``axes.set``.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> omega = np.linspace(-4, 4, 33)
    >>> k = bl.analysis.lorentzian(omega, 0.4)
    >>> rows = [{"bath": name, "omega": omega, "k": k, "k_error": 0.1 * k} for name in "ab"]
    >>> axes = Figure().subplots()
    >>> bl.plotting.band_panel(axes, pd.DataFrame(rows), "omega", "k", "bath", ylabel="k")
    >>> print(f"drawn to {axes.get_xlim()[1]:.2f}, where k is a hundredth of its height")
    drawn to 3.75, where k is a hundredth of its height
    """
    require_kind("axes", axes, Axes, AXES)
    as_text("by", by)
    structure_factors(means, x, y, by, axes, legend=False)
    grid = means[x].iloc[0]
    height = np.max(np.stack(means[y].to_list()), axis=0)
    widest = np.abs(grid[height > height.max() / 100]).max()
    axes.set(xlim=(-widest, widest), ylim=(0, None), **labels)


def crossed_points(axes: Axes, means: pd.DataFrame, x: str, y: str) -> None:
    """A point with both error bars for each row, in the style of its curve elsewhere, hollow
    and the larger the earlier, so that all are seen where they coincide.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> points = {"shape": [0.78, 0.31], "shape_error": 0.01, "r": [0.53, 0.39]}
    >>> axes = Figure().subplots()
    >>> table = pd.DataFrame(points).assign(r_error=0.01)
    >>> bl.plotting.crossed_points(axes, table, "shape", "r")
    >>> len(axes.containers)
    2
    """
    require_kind("axes", axes, Axes, AXES)
    select(means, [x, y, f"{x}_error", f"{y}_error"])
    for index, mean in enumerate(means.to_dict("records")):
        axes.errorbar(
            mean[x],
            mean[y],
            xerr=mean[f"{x}_error"],
            yerr=mean[f"{y}_error"],
            markersize=max(3.0, 9.0 - 1.5 * index),
            markerfacecolor="none",
            markeredgewidth=1.2,
            capsize=2,
            **curve_style(index) | {"linestyle": "none"},
        )


def upright_line(axes: Axes, value: float, name: str) -> None:
    """A vertical dotted line with its name to its left.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> axes = Figure().subplots()
    >>> bl.plotting.upright_line(axes, 2.0, r"$2h$")
    >>> axes.texts[0].get_text()
    '$2h$'
    """
    require_kind("axes", axes, Axes, AXES)
    value = as_real("value", value)
    as_text("name", name)
    axes.axvline(value, color="0.4", linewidth=0.8, linestyle=(0, (1, 1)))
    axes.annotate(
        name,
        (value, 0.4),
        xycoords=("data", "axes fraction"),
        ha="right",
        xytext=(-4, 3),
        textcoords="offset points",
        rotation=90,
        color="0.3",
        size="small",
    )


def dotted_curves(axes: Axes, means: pd.DataFrame, x: str, y: str) -> None:
    """A thin dotted curve for each row, in the colour of its curve elsewhere.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> omega = np.linspace(-4, 4, 33)
    >>> k = bl.analysis.lorentzian(omega, 0.4)
    >>> rows = [{"bath": name, "omega": omega, "k": k, "k_error": 0.1 * k} for name in "ab"]
    >>> axes = Figure().subplots()
    >>> bl.plotting.dotted_curves(axes, pd.DataFrame(rows), "omega", "k")
    >>> len(axes.lines)
    2
    """
    require_kind("axes", axes, Axes, AXES)
    select(means, [x, y])
    for index, mean in enumerate(means.to_dict("records")):
        colour = curve_style(index)["color"]
        axes.plot(mean[x], mean[y], color=colour, linewidth=0.8, linestyle=DOTTED)


def thermalisation_panel(axes: Axes, points: pd.DataFrame) -> None:
    """Delta D(G) of each bath, open symbols where column "proximity" is true.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> points = {"bath": "chain", "G": [0.1, 0.4, 1.6], "G_error": 0.01, "proximity": False}
    >>> points |= {"delta_log_ipr": [0.05, 0.4, 0.69], "delta_log_ipr_error": 0.01}
    >>> axes = Figure().subplots()
    >>> bl.plotting.thermalisation_panel(axes, pd.DataFrame(points))
    >>> print(axes.get_xscale(), axes.texts[0].get_text())
    log log 2
    """
    require_kind("axes", axes, Axes, AXES)
    select(points, ["bath", *SWEPT])
    curves(points, "G", "delta_log_ipr", "bath", axes, open_where="proximity", legend=False)
    reference_line(axes, LOG2, "log 2")
    axes.set(
        xscale="log",
        xlabel=r"$G = g\,\rho\,\sqrt{M}$",
        ylim=(max(-0.3, points["delta_log_ipr"].min() - 0.05), 0.9),
        ylabel=r"$\Delta D(O_B)$ (nats)",
        title="is a spin thermalised?",
    )


def statistics_panel(axes: Axes, means: pd.DataFrame) -> None:
    """Gap ratio against the shape of the matrix elements: baths are where the lines cross.

    The lines of the GUE are there where a gap ratio is nearer to it than to the GOE.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> import bathlab as bl
    >>> columns = {"bath": ["chain", "free"], "shape": [0.78, 0.31], "gap_ratio": [0.53, 0.39]}
    >>> columns |= {"shape_error": [0.01, 0.02], "gap_ratio_error": [0.004, 0.006]}
    >>> axes = Figure().subplots()
    >>> bl.plotting.statistics_panel(axes, pd.DataFrame(columns))
    >>> print(axes.get_ylabel())
    gap ratio $r$
    """
    crossed_points(axes, means, "shape", "gap_ratio")
    reference_line(axes, GOE.gap_ratio, "GOE")
    reference_line(axes, POISSON_RATIO, "Poisson")
    upright_line(axes, GOE.shape, "Gaussian")
    unitary = means["gap_ratio"].max() > (GOE.gap_ratio + GUE.gap_ratio) / 2
    if unitary:
        reference_line(axes, GUE.gap_ratio, "GUE")
        upright_line(axes, GUE.shape, "complex Gaussian")
    axes.set(
        xlim=(0, 1),
        ylim=(0.34, 0.64 if unitary else 0.58),
        xlabel=r"mean / rms of $|V_{ab}|$",
        ylabel=r"gap ratio $r$",
        title="levels and elements",
    )
