"""What thresholds of chains say of the transition, rule by rule."""

from __future__ import annotations

import math
from typing import Any, Mapping

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.avalanches import SIZES
from bathlab.experiments.cells import cell_array
from bathlab.experiments.thresholds import STEPS
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.finite_sizes import approach, rate_law, side_law
from bathlab.statistics.power_tails import PowerTail, power_tail
from bathlab.streams import stream

#: To which thresholds are known.
RESOLUTION = 2.0**-STEPS
#: Thresholds that fall into one interval of the bisection still have its width.
ROUNDING = RESOLUTION / math.sqrt(12)
#: Chains shorter than this are not in fits: their thresholds lie at few values.
SHORTEST = 100
#: Regions in a window from which on tau is given.
FEWEST = 100
NOTHING = Estimate(math.nan, math.nan, 0)
#: Resamples of a bootstrap.
RESAMPLES = 100


def part_of(table: pd.DataFrame, rule: str, length: int | None = None) -> pd.DataFrame:
    """The rows of one rule, or of one of its lengths."""
    chosen = table["rule"] == rule
    return table[chosen if length is None else chosen & (table["length"] == length)]


def lengths_of(table: pd.DataFrame, rule: str) -> list[int]:
    return sorted(int(length) for length in part_of(table, rule)["length"].unique())


def thresholds_of(table: pd.DataFrame, rule: str) -> dict[float, RealArray]:
    """All thresholds by length."""
    return {
        float(length): np.concatenate(part_of(table, rule, length)["thresholds"].to_list())
        for length in lengths_of(table, rule)
    }


def rule_means(
    table: pd.DataFrame, reference: str, window: tuple[float, float]
) -> pd.DataFrame:
    """One row for each rule and length.

    Columns: ``epsilon`` at which chains were followed; ``median``, ``width`` (between the
    quartiles) of the thresholds with errors; ``shift``, the mean difference from the reference
    in the same chains; ``fraction`` of ``followed`` chains thermal at epsilon; ``returned``,
    the share thermal at their threshold and not at 1.02 times it; ``decay``, the median
    zeta_c/zeta at epsilon of chains that are not thermal, ``beyond``, the share of them with
    zeta beyond zeta_c, of ``localised``; ``edge``, ``edge_beyond``, the same just below the
    threshold of each chain; of the rule as a whole, beside each length: ``limit`` and ``power``
    (1/nu) of the quartiles, ``beta`` of the fraction, ``tau`` of the regions of the longest
    chains, each with what its fit says; nan of too few regions.
    """
    rows = []
    for rule in table["rule"].unique():
        whole = _of_rule(table, rule, window)
        for length in lengths_of(table, rule):
            here = part_of(table, rule, length)
            row = {"rule": rule, "length": length, "epsilon": float(here["epsilon"].iloc[0])}
            base = part_of(table, reference, length)
            rows.append(row | _of_length(here) | _shift(here, base) | whole)
    return pd.DataFrame(rows)


def tail_of(rows: pd.DataFrame, window: tuple[float, float], edge: bool = False) -> PowerTail:
    """tau of regions at epsilon, or just below each chain's own threshold; nan of few."""
    counts = cell_array(rows, "edge_sizes" if edge else "sizes", (len(SIZES) - 1,))
    inside = (window[0] <= SIZES[:-1]) & (SIZES[1:] <= window[1])
    if counts[:, inside].sum() < FEWEST:
        count = int(counts[:, inside].sum())
        return PowerTail(NOTHING, math.nan, (0, 0), count, math.nan, math.nan)
    return power_tail(SIZES, counts, *window)


def median_of(values: RealArray) -> Estimate:
    """The median; its error is half the range between the order statistics of numbers N/2 +-
    sqrt(N)/2; nan of none."""
    count = len(values)
    if count == 0:
        return NOTHING
    shares = 0.5 + np.array([-0.5, 0.5]) / math.sqrt(count)
    error = float(np.diff(np.quantile(values, shares))[0]) / 2
    return Estimate(float(np.median(values)), math.hypot(error, ROUNDING), count)


def width_of(values: RealArray) -> Estimate:
    """The range between the quartiles, with its bootstrap error."""
    source = stream(0, 0, "bootstrap of widths")
    again = [_width(source.choice(values, len(values))) for _ in range(RESAMPLES)]
    error = math.hypot(float(np.std(again, ddof=1)), ROUNDING)
    return Estimate(_width(values), error, len(values))


def _width(values: RealArray) -> float:
    return float(np.diff(np.quantile(values, (0.25, 0.75)))[0])


def rule_approach(table: pd.DataFrame, rule: str) -> Any:
    """How the quartiles of the thresholds move with the length."""
    found = thresholds_of(table, rule)
    return approach({L: x for L, x in found.items() if L >= SHORTEST}, RESOLUTION)


def drifts_of(rows: pd.DataFrame) -> list[Estimate]:
    """Relative change of the median of one rule by decade of L, from 1000 cells on."""
    known, found = rows.set_index("length"), []
    for length in known.index:
        if length >= 10 * SHORTEST and 10 * length in known.index:
            a, b = known.loc[length], known.loc[10 * length]
            ratio = float(b["median"] / a["median"])
            parts = [each["median_error"] / each["median"] for each in (a, b)]
            found.append(Estimate(ratio - 1, ratio * math.hypot(*parts), int(b["N"])))
    return found


def side_power(
    samples: Mapping[float, Any], limit: float, off: float, above: bool
) -> tuple[Estimate, float, float, float]:
    """1/nu of one side of a limit, half its range over limit +- off, chi^2 per degree of
    freedom and how often chance makes that as large."""
    power, chi2_dof, chance = side_law(samples, limit, above)
    ends = [side_law(samples, limit + x, above)[0].mean for x in (-off, off)]
    return power, float(np.ptp([power.mean, *ends])) / 2, chi2_dof, chance


def _of_length(rows: pd.DataFrame) -> dict[str, Any]:
    values = np.concatenate(rows["thresholds"].to_list())
    edges = np.concatenate(rows["edge_decays"].to_list())
    decays = np.concatenate(rows["decays"].to_list())
    hits, trials = float(rows["thermal"].sum()), float(rows["followed"].sum())
    smooth = (hits + 1) / (trials + 2)  # an error that is not 0 without a hit
    return {
        **_columns("median", median_of(values)),
        **_columns("width", width_of(values)),
        "N": len(values),
        "fraction": hits / trials,
        "fraction_error": math.sqrt(smooth * (1 - smooth) / trials),
        "followed": int(trials),
        "returned": float(rows["returned"].sum() / len(values)),
        **_columns("decay", median_of(decays)),
        "beyond": float(np.mean(decays < 1)) if len(decays) else math.nan,
        "localised": len(decays),
        **_columns("edge", median_of(edges)),
        "edge_beyond": float(np.mean(edges < 1)),
        "rho": float(np.median(np.concatenate(rows["edge_densities"].to_list()))),
    }


def _shift(rows: pd.DataFrame, base: pd.DataFrame) -> dict[str, Any]:
    """Mean difference of the thresholds of the same chains."""
    if len(base) == 0:
        return {"shift": math.nan, "shift_error": math.nan}
    pairs = rows.merge(base, on="realisation", suffixes=("", "_base"))
    least = min(map(len, [*pairs["thresholds"], *pairs["thresholds_base"]]))
    apart = np.array(
        [a[:least] - b[:least] for a, b in zip(pairs["thresholds"], pairs["thresholds_base"])]
    )
    return _columns("shift", estimate(apart.ravel(), np.arange(apart.size)))


def _of_rule(table: pd.DataFrame, rule: str, window: tuple[float, float]) -> dict[str, Any]:
    found = rule_approach(table, rule)
    lengths = [each for each in lengths_of(table, rule) if each >= SHORTEST]
    sums = [part_of(table, rule, L)[["thermal", "followed"]].sum() for L in lengths]
    rate = rate_law(lengths, [x["thermal"] for x in sums], [x["followed"] for x in sums])
    longest = part_of(table, rule, max(lengths))
    row: dict[str, Any] = {
        **_columns("limit", found.limit),
        "limit_window": found.limit_window,
        **_columns("power", found.power),
        "power_window": found.power_window,
        "approach_chi2": found.chi2_dof,
        "approach_chance": found.chance,
        **_columns("beta", rate.power),
        "beta_chi2": rate.chi2_dof,
        "beta_chance": rate.chance,
    }
    for name, edge in (("tau", False), ("edge_tau", True)):
        tail = tail_of(longest, window, edge)
        row |= _columns(name, tail.exponent)
        row |= {f"{name}_window": tail.window_error, f"{name}_count": tail.count}
        row |= {f"{name}_chi2": tail.chi2_dof, f"{name}_chance": tail.chance}
    return row


def _columns(name: str, found: Estimate) -> dict[str, float]:
    return {name: found.mean, f"{name}_error": found.error}
