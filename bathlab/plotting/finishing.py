"""What every figure gets before it is written: size, letters, a note on its errors."""

from __future__ import annotations

import re
import string
import textwrap
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import Formatter, FuncFormatter, LogLocator, NullFormatter

from bathlab.checks import as_text, require_kind

#: Inches: one column of a page, both, and the highest figure that it holds.
SINGLE, DOUBLE, HIGHEST = 3.4, 7.0, 9.2
#: So many panels stand side by side on a page; figures with more are for a page turned round.
MOST = 3
#: Height of panels over their width, by the number of columns.
SHAPES = {1: 0.72, 2: 0.7, 3: 0.8}
SHAPE = 0.9
#: Width of a letter over the size of its type, on average.
LETTER = 0.55
#: Inches of a panel's share of the width that its title does not have.
BESIDE = 0.5
#: What is spelt in letters, and as a formula.
SPELT = (
    (r"\beps_c\b", r"$\\epsilon_c$"),
    (r"\b(rho|alpha|xi|eta|zeta|tau|omega)\b", r"$\\\1$"),
    (r"\beps\b", r"$\\epsilon$"),
    (r"\blog 2\b", r"$\\log 2$"),
    (r"\bDelta D\b", r"$\\Delta D$"),
    (r"\b(rho|alpha|xi|eta|zeta|tau)_(\w)\b", r"$\\\1_{\2}$"),
    (r" x (?=\d)", r" $\\times$ "),
    (r"\+- (?:= )?(?=\d)", "\N{PLUS-MINUS SIGN} "),
    (r"\b([A-Za-z])([_^])(\w+)\b", r"$\1\2{\3}$"),
    (r"^([A-Za-z])$|\b([A-Za-z])(?= ?[=<>] ?[-+\d])", r"$\1\2$"),
    (r"(?<![\w}])-(?=\d)", "\N{MINUS SIGN}"),
)
FORMULA = re.compile(r"\$[^$]*\$")
#: Where letters begin that no text has.
PRIVATE = 0xE000
NOTE: dict[str, Any] = {"fontsize": 6, "color": "0.3"}


def note(figure: Figure, text: str) -> None:
    """A small line under a figure: N, and what the error bars are.

    Parameters
    ----------
    figure : Figure
        Which has none yet, or another, which is replaced.
    text : str
        The note; it is broken into lines when the figure is written.

    Raises
    ------
    ValueError
        If there is no figure or no text.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from bathlab.plotting import note
    >>> figure = Figure()
    >>> note(figure, "N = 100; bars: standard errors")
    >>> figure.get_supxlabel()
    'N = 100; bars: standard errors'
    """
    require_kind("figure", figure, Figure, "Make one with bathlab.plotting.figure.")
    as_text("text", text)
    figure.supxlabel(text, **NOTE)


def said_of(table: pd.DataFrame) -> str:
    """N and the meaning of errors, from a table of means; "" if it has no errors."""
    if not any(str(name).endswith("_error") for name in table):
        return ""
    words = "bars, bands: standard errors"
    count = table["realisations"] if "realisations" in table else pd.Series(dtype=float)
    count = count[count > 0]  # a point of another kind than those counted has none
    if count.empty:
        return words
    low, high = int(count.min()), int(count.max())
    return f"N = {low}{f' to {high}' if high > low else ''} realisations; {words} over these"


def finish(figure: Figure, width: float | None, height: float | None) -> None:
    """Letters, notes in lines, and the size that was not given."""
    panels = panels_of(figure)
    columns = max([1, *(spec_of(axes).get_gridspec().ncols for axes in panels)])
    usual = SINGLE if columns == 1 else DOUBLE * max(1, columns / MOST)
    width = width or usual
    figure.set_size_inches(width, height or 0.75 * width)
    for each in figure.findobj(Text):
        assert isinstance(each, Text)
        each.set_text(in_maths(each.get_text()))
    for axes in panels:
        for axis in (axes.xaxis, axes.yaxis):
            _log_ticks(axis)
            _ticks_in_maths(axis)
    if panels and height is None:
        _letter(panels, width)
        _break(figure, width)
        for _ in range(2):  # the layout answers to the size
            _heighten(figure, panels, SHAPES.get(columns, SHAPE))
    else:
        _letter(panels, width)
        _break(figure, width)


def panels_of(figure: Figure) -> list[Axes]:
    """Axes in the order of reading, without scales of colour, twins and insets."""
    found: list[Axes] = []
    for axes in figure.axes:
        spec = axes.get_subplotspec()
        known = [each.get_subplotspec() for each in found]
        if spec is not None and axes.get_visible() and axes.axison and spec not in known:
            if axes.get_label() != "<colorbar>":
                found.append(axes)
    return found


def spec_of(axes: Axes) -> Any:
    spec = axes.get_subplotspec()
    assert spec is not None
    return spec.get_topmost_subplotspec()


def _letter(panels: list[Axes], width: float) -> None:
    """(a), (b), … before the titles, which stand at the left and keep to their panels."""
    for letter, axes in zip(string.ascii_lowercase, panels):
        title, size = axes.get_title(), axes.title.get_fontsize()
        mark = rf"$\mathbf{{({letter})}}$ " if len(panels) > 1 else ""
        spec = spec_of(axes)
        share = len(spec.colspan) / spec.get_gridspec().ncols
        lines = broken(f"{mark}{title}", share * width - BESIDE, size)
        axes.set_title("")
        axes.set_title(lines, loc="left", fontsize=size)


def _log_ticks(axis: Axis) -> None:
    """Numbers at 1, 2 and 5, or 1 and 3, of each decade where there are fewer than two, at the
    decades alone elsewhere: those in between would be written over each other."""
    if axis.get_scale() != "log" or not isinstance(axis.get_major_locator(), LogLocator):
        return
    axis.set_minor_formatter(NullFormatter())
    low, high = sorted(axis.get_view_interval())
    if high < 100 * low:
        subs = (1.0, 2.0, 5.0) if high < 12 * low else (1.0, 3.0)
        axis.set_major_locator(LogLocator(subs=subs))
        axis.set_major_formatter(FuncFormatter(_plain))


def _plain(value: float, place: int | None = None) -> str:
    """A number without a power of ten where that is short."""
    return f"{value:g}" if 1e-3 <= value < 1e4 else power_of_ten(value)


def power_of_ten(value: float) -> str:
    """A number of one digit as a formula.

    >>> print(power_of_ten(1e-5), power_of_ten(4e-3))
    $10^{-5}$ $4\\times 10^{-3}$
    """
    digits, power = f"{value:.0e}".split("e")
    times = "" if digits == "1" else rf"{digits}\times "
    return rf"${times}10^{{{int(power)}}}$"


def _ticks_in_maths(axis: Axis) -> None:
    """Names at ticks, which their formatter writes anew whenever they are drawn."""
    formatter = axis.get_major_formatter()
    if isinstance(formatter, FuncFormatter):
        axis.set_major_formatter(FuncFormatter(partial(_in_maths_at, formatter)))


def _in_maths_at(formatter: Formatter, value: float, place: int | None = None) -> str:
    return in_maths(formatter(value, place))


def in_maths(text: str) -> str:
    """What names of cases spell in letters, as formulae; what is one already stays."""
    parts = FORMULA.split(text)
    kept = [*FORMULA.findall(text), ""]
    return "".join(_formulae(part) + formula for part, formula in zip(parts, kept))


def _formulae(text: str) -> str:
    for spelt, formula in SPELT:
        text = re.sub(spelt, formula, text)
    return text


def _break(figure: Figure, width: float) -> None:
    """Notes and titles over the whole figure, in lines as wide as it."""
    for get, put in (
        (figure.get_supxlabel, figure.supxlabel),
        (figure.get_suptitle, figure.suptitle),
    ):
        if text := get():
            put(broken(text, width - 0.2, NOTE["fontsize"]), **NOTE)
    for legend in figure.legends:
        title = legend.get_title()
        if title.get_text():
            title.set_text(broken(title.get_text(), width - 0.2, title.get_fontsize()))


def broken(text: str, width: float, size: Any) -> str:
    """Text in lines of some inches, formulae and what a name is equal to kept whole."""
    text = text.replace(" = ", "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}")
    formulae = FORMULA.findall(text)
    numbers = iter(range(len(formulae)))
    whole = FORMULA.sub(lambda found: _stand_in(found.group(), next(numbers)), text)
    most = max(12, int(72 * width / (LETTER * size)))
    lines = [
        line
        for part in whole.split("\n")
        for line in textwrap.wrap(part, most, break_long_words=False) or [""]
    ]
    found = "\n".join(lines)
    for number, formula in enumerate(formulae):
        found = re.sub(f"{chr(PRIVATE + number)}+", formula.replace("\\", r"\\"), found)
    return found


def _stand_in(formula: str, number: int) -> str:
    """As many letters of a number's own as a formula is wide."""
    letters = re.sub(r"\\math\w+", "", formula)
    letters = re.sub(r"[{}$_^ ]", "", re.sub(r"\\[a-zA-Z]+", "x", letters))
    return chr(PRIVATE + number) * max(1, len(letters))


def _heighten(figure: Figure, panels: list[Axes], shape: float) -> None:
    """As high as gives the panels their shape, up to a page."""
    if layout := figure.get_layout_engine():
        layout.execute(figure)  # which is all of a drawing that moves panels
    width, height = figure.get_size_inches()
    boxes = [axes.get_position() for axes in panels]
    rows = max(spec_of(axes).get_gridspec().nrows for axes in panels)
    wide = float(np.median([box.width for box in boxes])) * width
    high = float(np.mean([box.height for box in boxes])) * height
    wanted = height + rows * (shape * wide - high)
    figure.set_size_inches(width, float(np.clip(wanted, 1.8, HIGHEST)))
