"""Curves of chains for pictures: figure 10's axes, theta(W), growth in L, W*(L)."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments.chain_criteria import growth, resolved, sweeps
from bathlab.experiments.chain_laws import law_fit, ordinates, spectrum, windowed
from bathlab.statistics.estimates import Estimate

#: A point with a larger relative error is not drawn.
VAGUE = 0.3


def figure_ten(
    table: pd.DataFrame, chosen: Sequence[tuple[float, int]], lower: float, upper: float
) -> pd.DataFrame:
    """(S omega W)^-2 against 1/(W omega) of some (W, L), and the line of (111) in a window.

    One row each: ``W``, ``sites``, ``realisations`` and the arrays ``x``, ``y``, ``error``,
    ``fit_x``, ``fit_y``, the last two empty where there is no fit.
    """
    rows: list[dict[str, Any]] = []
    for W, sites in chosen:
        part = table[np.isclose(table["W"], W) & (table["sites"] == sites)]
        if part.empty:
            continue
        S = spectrum(part)
        wide = windowed(part, S, 0.3, np.inf)
        x, y = ordinates(S, W, "(111)", wide)
        clear = np.asarray(y.error) < VAGUE * y.value
        fit = law_fit(S, W, "(111)", windowed(part, S, lower, upper))
        ends = np.array(fit.window if fit else ())
        terms = [term.mean for term in fit.terms] if fit else [0.0]
        row = {"W": W, "sites": sites, "realisations": len(part)}
        row |= {"x": np.exp(x)[clear], "y": y.value[clear], "error": np.asarray(y.error)[clear]}
        rows.append(row | {"fit_x": ends, "fit_y": np.polyval(terms, np.log(ends))})
    return pd.DataFrame(rows)


def growth_curves(table: pd.DataFrame, columns: Mapping[str, float]) -> pd.DataFrame:
    """Slope of a column (of rho_v its logarithm) in L over a unit, at each W: ``quantity``,
    ``W``, ``value``, ``error``."""
    rows = []
    for name, unit in columns.items():
        known = resolved(table) if name == "rho_v" else table.dropna(subset=name)
        function = np.log if name == "rho_v" else np.asarray
        for each in growth(sweeps(known, name), function):
            share: Estimate = each.slope / unit
            rows.append(
                {"quantity": name, "W": each.W, "value": share.mean, "error": share.error}
            )
    return pd.DataFrame(rows)


def place_curves(found: Mapping[str, Mapping[float, Estimate]]) -> pd.DataFrame:
    """W*(L) by what it is of: ``quantity``, ``L``, ``value``, ``error``."""
    return pd.DataFrame(
        [
            {"quantity": name, "L": float(L), "value": W.mean, "error": W.error}
            for name, places in found.items()
            for L, W in places.items()
        ]
    )
