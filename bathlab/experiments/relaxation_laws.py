"""What rows of relaxing LIOMs say: rates from mean curves, plateaus by G.

Tables are those of :func:`bathlab.experiments.relaxation_rows`.
"""

from __future__ import annotations

import math
from typing import Callable, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.relaxations import FALL, LATE
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.curves import summarise_curves
from bathlab.statistics.estimates import Estimate

#: What tells means apart.
BY = ["kind", "lioms", "alpha", "g1", "liom"]
CURVES = ["z", "kinetic_z", "x", "kinetic_x"]
NUMBERS = ["golden_rule", "narrow_rule", "G", "plateau", "eth_plateau", "late"]
#: Between these values a curve is before its plateau and after what no rate describes, the
#: first 1/band; the rate is taken there. The others say how much it matters.
EARLY, OTHERS = (0.9, 0.7), ((0.95, 0.75), (0.85, 0.65))
#: LIOMs whose rate is missing in more than this share of realisations are left out.
MISSING = 0.1
#: Edges of the bins of G.
BINS = (0.05, 0.1, 0.15, 0.22, 0.32, 0.46, 0.68, 1.0, 1.5)


def relaxation_table(table: pd.DataFrame) -> pd.DataFrame:
    """Mean curves and numbers of each LIOM of each case."""
    return summarise_curves(table, BY, "tau", [*CURVES, *NUMBERS])


def reached(tau: RealArray, curve: RealArray, level: float) -> float:
    """The first tau before ``LATE`` at which a curve has come down to ``level``, between the
    times on a straight line; NaN if it has not. Late curves scatter about their plateau."""
    below = np.flatnonzero((curve <= level) & (tau < LATE))
    if len(below) == 0 or below[0] == 0:
        return math.nan
    last = below[0]
    share = (curve[last - 1] - level) / (curve[last - 1] - curve[last])
    return float(tau[last - 1] + share * (tau[last] - tau[last - 1]))


def taken(tau: RealArray, curve: RealArray, window: tuple[float, float] = EARLY) -> float:
    """The time that a curve takes from the first to the second value of a window."""
    return reached(tau, curve, window[1]) - reached(tau, curve, window[0])


def early_ratio(
    rows: pd.DataFrame, axis: str = "z", window: tuple[float, float] = EARLY
) -> Estimate:
    """How fast the mean curve comes down through ``window``, over that of the golden rule."""
    tau = rows["tau"].iloc[0]

    def ratio(found: RealArray, theory: RealArray) -> float:
        return taken(tau, theory, window) / taken(tau, found, window)

    return _of_curves(ratio, rows, axis, f"kinetic_{axis}")


def window_error(rows: pd.DataFrame, axis: str = "z") -> float:
    """Half the range of :func:`early_ratio` over the windows ``OTHERS``, where it has both."""
    found = [early_ratio(rows, axis, window).mean for window in OTHERS]
    return float(np.ptp(found)) / 2


def falling_ratio(rows: pd.DataFrame) -> Estimate:
    """One over the time at which (z - plateau)/(1 - plateau) has come down to 1/e, over that
    of the golden rule, which has no plateau."""
    tau = rows["tau"].iloc[0]

    def ratio(found: RealArray, theory: RealArray, plateau: float) -> float:
        share = (found - plateau) / (1 - plateau)
        return reached(tau, theory, FALL) / reached(tau, share, FALL)

    return _of_curves(ratio, rows, "z", "kinetic_z", "plateau")


def _of_curves(function: Callable[..., float], rows: pd.DataFrame, *columns: str) -> Estimate:
    clusters = rows["realisation"]
    return estimate_of(function, *(rows[name] for name in columns), clusters=clusters)


def log_rates(rows: pd.DataFrame, bare: bool = False) -> dict[int, RealArray]:
    """Of each LIOM the logarithm of its rate, log(9/7) over the time that z takes from 0.9 to
    0.7, in the realisations where it does; without LIOMs that too often have not."""
    fall, found = math.log(EARLY[0] / EARLY[1]), {}
    for liom, part in rows.groupby("liom"):
        times = np.array([taken(tau, z) for tau, z in zip(part["tau"], part["z"])])
        unit = 4 * math.pi * part["g"] ** 2 if bare else part["golden_rule"]
        rates = np.log(unit.to_numpy() * fall / times)
        if np.isnan(rates).mean() <= MISSING:
            found[int(str(liom))] = rates[~np.isnan(rates)]
    return found


def rate_table(table: pd.DataFrame) -> pd.DataFrame:
    """Mean logarithms of the rate of each LIOM at each alpha, and of the golden rule."""
    rows = []
    for alpha, part in table.groupby("alpha"):
        for liom, rates in log_rates(part).items():
            rules = np.log(part.loc[part["liom"] == liom, "golden_rule"])
            error = float(rates.std(ddof=1) / math.sqrt(len(rates)))
            means = {
                "log_rate": rates.mean(),
                "log_rate_error": error,
                "log_rule": rules.mean(),
            }
            rows.append({"alpha": alpha, "liom": liom, **means})
    return pd.DataFrame(rows)


def by_strength(table: pd.DataFrame, edges: Sequence[float] = BINS) -> pd.DataFrame:
    """Mean plateau, that of ETH, and G of all LIOMs in bins of G; empty bins are left out."""
    place = np.digitize(table["G"], edges) - 1
    rows = []
    for k in range(len(edges) - 1):
        part = table[place == k]
        if part["realisation"].nunique() < 2:
            continue
        row: dict[str, float] = {"low": edges[k], "high": edges[k + 1], "lioms": len(part)}
        for name in ("G", "plateau", "eth_plateau"):
            mean = estimate_of(lambda x: x, part[name], clusters=part["realisation"])
            row |= {name: mean.mean, f"{name}_error": mean.error}
        over = estimate_of(
            lambda a, b: a / b,
            part["plateau"],
            part["eth_plateau"],
            clusters=part["realisation"],
        )
        rows.append(
            {**row, "ratio": over.mean, "ratio_error": over.error, "N": over.realisations}
        )
    return pd.DataFrame(rows)


def half_way(table: pd.DataFrame, edges: Sequence[float] = BINS) -> Estimate:
    """The G at which the mean plateau is 1/2, between bins on a straight line of log G."""
    place = np.digitize(table["G"], edges) - 1
    inside = np.equal.outer(place, np.arange(len(edges) - 1)).astype(float)
    columns = (
        list(inside),
        list(inside * table["plateau"].to_numpy()[:, np.newaxis]),
        list(inside * np.log(table["G"].to_numpy().clip(1e-300))[:, np.newaxis]),
    )

    def place_of(counts: RealArray, plateaus: RealArray, logs: RealArray) -> float:
        there = counts > 0
        means, at = plateaus[there] / counts[there], logs[there] / counts[there]
        below = np.flatnonzero(means <= 0.5)
        if len(below) == 0 or below[0] == 0:
            return math.nan
        k = below[0]
        share = (means[k - 1] - 0.5) / (means[k - 1] - means[k])
        return math.exp(at[k - 1] + share * (at[k] - at[k - 1]))

    return estimate_of(place_of, *columns, clusters=table["realisation"])
