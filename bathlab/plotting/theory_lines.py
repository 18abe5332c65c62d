"""Lines of theory beside curves, and what their axes get at the end."""

from __future__ import annotations

from typing import Any, Callable, Iterator, Mapping

import numpy as np
from matplotlib.axes import Axes

from bathlab.checks import as_array, as_real, refusal, require_kind, require_mapping, shown
from bathlab.conventions import RealArray

#: What a curve of theory may be: a number, a function of x, or both coordinates.
Theory = float | Callable[[RealArray], Any] | tuple[Any, Any]
#: How theories look, one after the other: grey, so that data stand before them.
THEORY: tuple[dict[str, Any], ...] = tuple(
    {"color": colour, "linestyle": line, "linewidth": 1.1, "zorder": 1.5}
    for colour, line in (
        ("0.25", (0, (1, 1))),
        ("0.45", (0, (5, 2))),
        ("0.25", (0, (3, 1, 1, 1))),
        ("0.45", "-"),
    )
)
#: Points of a function of theory.
FINE = 200


def theory_lines(
    theory: Mapping[str, Theory] | None, x: Any
) -> list[tuple[str, float | tuple[RealArray, RealArray]]]:
    """Theories by name, as a level or both coordinates."""
    found: list[tuple[str, float | tuple[RealArray, RealArray]]] = []
    for name, line in ({} if theory is None else require_mapping("theory", theory)).items():
        require_kind("theory", name, str, "Name each line by text.")
        said = f"theory[{name!r}]"
        if callable(line):
            values = np.asarray(x, dtype=float)
            low, high = np.nanmin(values), np.nanmax(values)
            at = np.geomspace(low, high, FINE) if low > 0 else np.linspace(low, high, FINE)
            found.append((name, (at, as_array(said, line(at), shape=at.shape))))
        elif isinstance(line, (tuple, list)):
            if len(line) != 2:
                raise refusal(said, shown(line), "a pair (x, y)", "Pass both.")
            at = as_array(f"x of {said}", line[0])
            found.append((name, (at, as_array(f"y of {said}", line[1], shape=at.shape))))
        else:
            found.append((name, as_real(said, line)))
    return found


def finished(axes: Axes, x: str, y: str, lines: list[Any], legend: bool) -> None:
    """Theory, labels and legend."""
    for (name, line), style in zip(lines, _theory_styles()):
        if isinstance(line, tuple):
            axes.plot(*line, label=name, **style)
        else:
            axes.axhline(line, label=name, **style)
    axes.set(xlabel=axes.get_xlabel() or x, ylabel=axes.get_ylabel() or y)
    if legend:
        axes.legend()


def _theory_styles() -> Iterator[dict[str, Any]]:
    while True:
        yield from THEORY
