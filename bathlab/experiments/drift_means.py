"""The table of how everything drifts with J: one row for each coupling, size and quantity."""

from __future__ import annotations

import math
from typing import Any, Iterator, Mapping

import numpy as np
import pandas as pd

from bathlab.experiments.cells import cell_array
from bathlab.experiments.drift import TIMES
from bathlab.experiments.drift_laws import (
    LAWS,
    POOR,
    TIME_BINS,
    amplitude,
    fitted,
    predicted,
    smooth_decay,
)
from bathlab.experiments.drift_levels import closeness, range_growth
from bathlab.statistics.estimates import Estimate, estimate, grouped
from bathlab.theory.circuit_laws import largest_scale, spin_amplitude

#: |omega| below which repulsion is told, in mean spacings.
NEAR = 0.1


def drift_means(table: pd.DataFrame, within: tuple[float, float]) -> pd.DataFrame:
    """Each quantity at each coupling and size, with its errors and what theory makes of the a
    of p_Omega there.

    Parameters
    ----------
    table
        rows of :func:`bathlab.experiments.drift_rows` with ``coupling``, ``sites`` and
        ``realisation``.
    within
        window of Omega/(2 pi J) of the fits.

    Returns
    -------
    DataFrame
        Columns ``coupling``, ``sites``, ``quantity``, ``value``, ``error`` (standard),
        ``window_error``, ``chi2_dof``, ``expected``, ``expected_error`` (nan where there is
        none), ``one_power``, false where chi^2 tells that a fit is none, and ``realisations``.
        Quantities are "gap ratio", "D", the mean depolarisation over (3 pi/2) J, "edge", the
        largest Omega over 2 pi J, "closeness", the density of pairs within ``NEAR`` spacings
        over that of independent levels, "amplitude" of p_Z, "a by range", "median Omega" and
        "mean Z" of the pairs of each range, "d = 0", "d = 1" and so on, and the exponents
        "Omega", "chi", "kappa" and "C", the last three also rearranged.
    """
    rows = []
    for (coupling, sites), part in grouped(table, ["coupling", "sites"]):
        for name, found in _numbers(part, coupling, within):
            point = {"coupling": coupling, "sites": sites, "quantity": name}
            rows.append(point | found)
    return pd.DataFrame(rows)


def decay_curves(
    parts: Mapping[float, pd.DataFrame], within: tuple[float, float]
) -> pd.DataFrame:
    """C - C(infinity) of the rows of each coupling: its means over the times of each bin of
    time, and averaged over times with a Gaussian weight, with what is expected of its
    exponent."""
    rows = []
    for coupling, part in parts.items():
        off = cell_array(part, "correlation", (len(TIMES),))
        off -= cell_array(part, "plateau")[:, np.newaxis]
        bins = np.searchsorted(TIME_BINS, TIMES, side="right")
        used = np.unique(bins)
        values = np.array([off[:, bins == place].mean(axis=1) for place in used]).T
        found = estimate(values, part["realisation"])
        known = predicted(fitted(part, "Omega", coupling, within), LAWS["C"].expected)
        rows.append(
            {
                "coupling": coupling,
                "sites": int(part["sites"].iloc[0]),
                "time": np.array([TIMES[bins == place].mean() for place in used]),
                "value": found.mean,
                "error": found.error,
                "smooth_time": TIME_BINS,
                "smooth": smooth_decay(part, TIME_BINS).mean,
                "window": 1 / (largest_scale(coupling) * np.array(within[::-1])),
                "expected": math.nan if known is None else known.value,
            }
        )
    return pd.DataFrame(rows)


def range_curves(
    parts: Mapping[float, pd.DataFrame], within: tuple[float, float]
) -> pd.DataFrame:
    """Median Omega by range of the rows of each coupling, and the a of p_Omega."""
    rows = []
    for coupling, part in parts.items():
        found = range_growth(part)
        known = predicted(fitted(part, "Omega", coupling, within), LAWS["Omega"].expected)
        rows.append(
            {
                "coupling": coupling,
                "sites": int(part["sites"].iloc[0]),
                "median": found.median.mean,
                "error": found.median.error,
                "a": math.nan if known is None else known.value,
            }
        )
    return pd.DataFrame(rows)


def _numbers(
    part: pd.DataFrame, coupling: float, within: tuple[float, float]
) -> Iterator[tuple[str, dict[str, Any]]]:
    labels, scale = part["realisation"], fitted(part, "Omega", coupling, within)
    yield "gap ratio", _row(estimate(part["gap_ratio"], labels))
    unit = 1.5 * math.pi * coupling
    yield "D", _row(estimate(part["depolarisation"] / unit, labels), expected=1.0)
    edge = estimate(part["largest"] / largest_scale(coupling), labels)
    yield "edge", _row(edge, expected=1.0)
    yield "closeness", _row(closeness(part, NEAR))
    size = amplitude(part, coupling)
    if size is not None:
        known = predicted(scale, spin_amplitude)
        yield "amplitude", _row(size, **_expected(known))
    growth = range_growth(part)
    yield "a by range", _row(growth.exponent)
    for name, each in (("median Omega", growth.median), ("mean Z", growth.weight)):
        for distance, (value, error) in enumerate(zip(each.mean, each.error)):
            yield f"{name}, d = {distance}", _row(Estimate(value, error, len(part)))
    for name, law in LAWS.items():
        for moved in (False,) if math.isnan(law.control) else (False, True):
            found = fitted(part, name, coupling, within, moved)
            if found is None:
                continue
            quality = {
                "window_error": found.law.window_error,
                "chi2_dof": found.law.chi2_dof,
            }
            known = None if name == "Omega" else predicted(scale, law.expected)
            theory = {"expected": law.control} if moved else _expected(known)
            title = f"{name}, z rearranged" if moved else name
            yield title, _row(found.exponent, **quality, **theory)


def _expected(known: Any) -> dict[str, float]:
    return {} if known is None else {"expected": known.value, "expected_error": known.error}


def _row(found: Estimate, **more: float) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("window_error", "chi2_dof", "expected", "expected_error"), float(np.nan)
    )
    own = {"value": found.mean, "error": found.error, "realisations": found.realisations}
    row = own | empty | more
    return row | {"one_power": not row["chi2_dof"] > POOR}
