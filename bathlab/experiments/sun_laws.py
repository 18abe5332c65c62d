"""Sums over the rows of :func:`bathlab.experiments.suns.sun_rows`: curves along alpha, where
they cross, how they scale, and the Thouless rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.chain_criteria import fall
from bathlab.experiments.chain_thouless import (
    CRITERIA,
    RESAMPLES,
    bootstrapped,
    log_rate,
)
from bathlab.experiments.chain_thouless import FORM as BY_FORM
from bathlab.experiments.suns import TIMES, WINDOWS
from bathlab.statistics.collapse import Curve
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.statistics.fits import Line, fit_line
from bathlab.statistics.intersections import Intersection, intersection
from bathlab.streams import stream
from bathlab.theory.random_matrices import CHAOTIC_RATIO

#: What has curves that cross, by column, with its name.
CROSSED = {
    "gap_ratio": "gap ratio of all levels",
    "gap_ratio_middle": "gap ratio of the middle 500",
    "farthest": "entropy of the farthest spin",
    "half": "entropy of half of the spins",
    "log_rate": "t_H/t_Th",
}
#: Columns of the form factor, as they are called where a Thouless time is made of them.
FORM = {name: f"form_{name}" for name in ("real", "imaginary", "weight")}
#: K of uncorrelated levels comes near to that of a random matrix at t_H/t_Th of about e: where
#: log t_H/t_Th is not above this, it says nothing of a rate.
FLOOR = 1.2
#: Draws of a bootstrap.
DRAWN = 200
#: A point of a size needs so many draws.
FEWEST = 3


@dataclass(frozen=True, eq=False)
class Sized:
    """One quantity of one size along alpha, and the fewest draws of its points."""

    curve: Curve
    count: int


def points(table: pd.DataFrame, name: str) -> dict[int, dict[float, Estimate]]:
    """Number of spins, alpha to the mean of a column; "log_rate" is log t_H/t_Th of the form
    factor. Points without a number or an error are left out."""
    found: dict[int, dict[float, Estimate]] = {}
    needed = "weight" if name == "log_rate" else name
    if needed not in table:
        return found
    known = table.dropna(subset=needed)
    for (spins, alpha), part in known.groupby(["spins", "alpha"]):
        if part["realisation"].nunique() < FEWEST:
            continue
        if name == "log_rate":
            value = thouless(part)
        else:
            value = estimate(part[name], part["realisation"])
        if math.isfinite(value.mean) and value.error > 0:
            found.setdefault(int(str(spins)), {})[float(str(alpha))] = value
    return found


def thouless(part: pd.DataFrame) -> Estimate:
    """log t_H/t_Th of suns of one kind, K to 0.2 decades, with the error of a bootstrap over
    them."""
    rate = log_rate(part.rename(columns=FORM), CRITERIA[BY_FORM], TIMES)
    count, draw = len(part), stream(0, len(part), "bootstrap of form factors")
    again = [rate(chosen) for chosen in draw.integers(0, count, (RESAMPLES, count))]
    return bootstrapped(rate(np.arange(count)), np.array(again), count)


def sized(
    table: pd.DataFrame, name: str, alphas: Sequence[float], fewest: int = 4
) -> dict[int, Sized]:
    """Curves of a column at these alphas, by number of spins, of at least ``fewest`` points."""
    found = {}
    for spins, own in points(table, name).items():
        used = {a: e for a, e in own.items() if np.isclose(a, alphas).any()}
        if len(used) >= fewest:
            mean, error = (
                np.array([getattr(e, k) for e in used.values()]) for k in ("mean", "error")
            )
            count = min(e.realisations for e in used.values())
            found[spins] = Sized(Curve(np.array(list(used)), mean, error), count)
    return found


def crossings(found: dict[int, Sized]) -> dict[tuple[int, int], Intersection]:
    """Where the larger of two neighbouring sizes comes to lie above the smaller."""
    places = {}
    for short, long in pairwise(sorted(found)):
        one, two = found[short], found[long]
        if len(np.intersect1d(one.curve.x, two.curve.x)) >= 4:
            places[short, long] = intersection(one.curve, two.curve, min(one.count, two.count))
    return places


def limit(crossed: dict[tuple[int, int], Intersection]) -> Line | None:
    """The places of crossings that hold against 1/L, L the mean of each pair, as a straight
    line; None for fewer than three."""
    held = {sum(pair) / 2: one.place for pair, one in crossed.items() if one.holds}
    if len(held) < 3:
        return None
    sizes = sorted(held, reverse=True)
    mean, error = (np.array([getattr(held[L], k) for L in sizes]) for k in ("mean", "error"))
    return fit_line(
        1 / np.array(sizes), mean, error, min(e.realisations for e in held.values())
    )


def scaled(found: dict[int, Sized]) -> dict[float, Curve]:
    """The curves against 1/zeta = -log alpha, of which the logarithm of t_H/t_Th of the last
    spin is a linear function: 2 L (1/zeta_c - 1/zeta)."""
    return {
        float(spins): Curve(
            -np.log(each.curve.x)[::-1], each.curve.y[::-1], each.curve.error[::-1]
        )
        for spins, each in found.items()
        if each.curve.x[-1] < 1
    }


def rate_lines(table: pd.DataFrame, alphas: Sequence[float]) -> dict[float, Line]:
    """log Gamma against the number of spins at each alpha, Gamma = 2 pi/t_Th, of those alphas
    and sizes where t_H/t_Th tells a rate, log t_H/t_Th > ``FLOOR``; three sizes or more."""
    rates = points(table, "log_rate")
    density = table.groupby(["spins", "alpha"])["log_density"].mean()
    lines = {}
    for alpha in alphas:
        own = {
            spins: (each[alpha], float(density[spins, alpha]))
            for spins, each in rates.items()
            if alpha in each and each[alpha].mean > FLOOR
        }
        if len(own) < 3:
            continue
        L = np.array(sorted(own), dtype=float)
        y = np.array([own[int(n)][0].mean - own[int(n)][1] for n in L])
        error = np.array([own[int(n)][0].error for n in L])
        lines[alpha] = fit_line(L, y, error, min(e.realisations for e, _ in own.values()))
    return lines


def window_tables(table: pd.DataFrame) -> Iterator[tuple[float, pd.DataFrame]]:
    """Middle of each energy window, as a share of the band, with the rows whose ``gap_ratio``
    is that of the window."""
    known = table.dropna(subset="gap_ratio")
    cells: RealArray = cell_array(known, "windows", (len(WINDOWS) - 1,))
    for place, values in enumerate(cells.T):
        yield float(WINDOWS[place : place + 2].mean()), known.assign(gap_ratio=values)


def half_ways(
    table: pd.DataFrame, alphas: Sequence[float]
) -> tuple[int, dict[float, Estimate]]:
    """The largest number of spins with all alphas, and the last alpha at which its gap ratio
    rises through the middle between both limits in each energy window, by the window's share of
    the band; on straight lines of log alpha between points, with a bootstrap by their errors;
    without those that a fifth of the bootstrap lacks."""
    found: dict[int, dict[float, Estimate]] = {}
    for share, rows in window_tables(table):
        for spins, own in sized(rows, "gap_ratio", alphas, len(alphas)).items():
            found.setdefault(spins, {})
            place = _half_way(own)
            if place.error > 0:
                found[spins][share] = place
    largest = max(found, default=0)
    return largest, found.get(largest, {})


def _half_way(own: Sized) -> Estimate:
    curve, draw = own.curve, stream(0, len(own.curve.x), "bootstrap of a half-way point")
    noise = draw.standard_normal((DRAWN, len(curve.x))) * curve.error
    places = [fall(curve.x, -(curve.y + each), -CHAOTIC_RATIO) for each in noise]
    return bootstrapped(fall(curve.x, -curve.y, -CHAOTIC_RATIO), np.array(places), own.count)


def entropy_share(place: float) -> float:
    """Entropy per spin, in nats, of free spins in equal fields at a share of their band:
    -e log e - (1 - e) log(1 - e)."""
    return -place * math.log(place) - (1 - place) * math.log(1 - place)


def sun_means(table: pd.DataFrame) -> pd.DataFrame:
    """Mean and ``error`` of each quantity by kind, convention, spins and alpha."""
    rows: list[dict[str, Any]] = []
    for (kind, convention), part in table.groupby(["kind", "convention"], sort=False):
        for name in CROSSED:
            if kind == "conventions" and name == "log_rate":
                continue
            for spins, own in points(part, name).items():
                rows += [
                    {"kind": kind, "convention": convention, "spins": spins, "alpha": alpha}
                    | {"quantity": name, "mean": e.mean, "error": e.error, "N": e.realisations}
                    for alpha, e in own.items()
                ]
    return pd.DataFrame(rows)


def place_table(
    table: pd.DataFrame, names: Sequence[str], alphas: Sequence[float]
) -> pd.DataFrame:
    """Crossings that hold: ``name``, ``L`` the mean of both sizes, ``place`` and ``error``."""
    rows = [
        {"name": name, "L": sum(pair) / 2, "place": one.place.mean, "error": one.place.error}
        for name in names
        for pair, one in crossings(sized(table, name, alphas)).items()
        if one.holds
    ]
    return pd.DataFrame(rows, columns=["name", "L", "place", "error"])


def rate_table(table: pd.DataFrame, alphas: Sequence[float]) -> pd.DataFrame:
    """``alpha``, ``slope`` and ``error`` of :func:`rate_lines`."""
    rows = [
        {"alpha": alpha, "slope": line.slope.mean, "error": line.slope.error}
        for alpha, line in rate_lines(table, alphas).items()
    ]
    return pd.DataFrame(rows, columns=["alpha", "slope", "error"])


def window_table(table: pd.DataFrame, alphas: Sequence[float]) -> pd.DataFrame:
    """Crossings of the two largest sizes with all alphas that hold, and where the largest of
    these is half-way: ``share`` of the band, ``place``, ``error`` and ``name``."""
    size, halves = half_ways(table, alphas)
    rows: list[dict[str, Any]] = [
        {"share": share, "place": one.mean, "error": one.error}
        | {"name": f"half-way, L = {size}"}
        for share, one in halves.items()
    ]
    for share, part in window_tables(table):
        crossed = crossings(sized(part, "gap_ratio", alphas, len(alphas)))
        if crossed and (one := crossed[max(crossed)]).holds:
            row = {"share": share, "place": one.place.mean, "error": one.place.error}
            rows.append(row | {"name": "crossing, L = {} and {}".format(*max(crossed))})
    return pd.DataFrame(rows, columns=["share", "place", "error", "name"])
