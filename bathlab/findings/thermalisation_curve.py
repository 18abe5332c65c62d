"""What the thermalisation curve says of section V B: one curve, its limits, and the G of it."""

from __future__ import annotations

import math
from typing import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.experiments.driven import OTHERS
from bathlab.findings.catch_up import NEAR_ONE, completed, deficits, near_one
from bathlab.statistics import (
    Estimate,
    SampledCurve,
    SharedDistance,
    estimate,
    estimate_of,
    sampled_curve,
    shared_distance,
)
from bathlab.theory.random_matrices import goe_doubling
from bathlab.workbench import Claim
from bathlab.workbench.claims import apart, compare, state

LOG2 = math.log(2)
PERCENT = 100 / LOG2


def below_scale(means: pd.DataFrame, label: str) -> pd.DataFrame:
    """The points of a curve where the coupling still probes the bath."""
    return means[(means["bath"] == label) & ~means["proximity"].astype(bool)]


def rows_at(table: pd.DataFrame, label: str, couplings: Iterable[float]) -> pd.DataFrame:
    return table[(table["bath"] == label) & table["g"].isin(list(couplings))]


def mean_of(rows: pd.DataFrame, column: str = "delta_log_ipr") -> Estimate:
    return estimate(rows[column], rows["realisation"])


def quiet(rows: pd.DataFrame) -> pd.DataFrame:
    """Delta D with D before a mean over many states in place of that of one, as ``quiet``: its
    mean over disorder is the same, its scatter less."""
    before = (rows["log_ipr_reference"] + OTHERS * rows["log_ipr_others"]) / (OTHERS + 1)
    return rows.assign(quiet=rows["log_ipr"] - before)


def limits(
    table: pd.DataFrame, means: pd.DataFrame, dimensions: Mapping[str, int]
) -> Iterator[Claim]:
    """Delta D where G is large, where it is small, and where it is half of log 2; dimensions
    are those of the baths, by label."""
    for label, dimension in dimensions.items():
        curve = below_scale(means, label)
        if curve.empty:
            continue
        rows = rows_at(table, label, curve.loc[curve["G"] >= 1, "g"])
        if not rows.empty:
            wanted, note = (
                goe_doubling(dimension),
                f"log 2 itself: {verdict_of(rows):+.1f} sigma",
            )
            said = f"{label}: Delta D for G >= 1"
            paper = f"log 2, GOE: log 2 - 7/(6n) = {wanted:.4f}"
            yield compare(said, paper, wanted, mean_of(rows), note=note, id="G75 G16")
        low = curve.sort_values("G").iloc[0]
        here = mean_of(rows_at(table, label, [low["g"]]))
        verdict = f"{here.mean / LOG2:.2f} of log 2"
        said = f"{label}: Delta D at G = {low['G']:.3f}"
        yield state(said, "to 0 with G", here, verdict=verdict, id="G75")
        yield from crossings(table, curve, label)


def verdict_of(rows: pd.DataFrame) -> float:
    """How many standard errors Delta D is off log 2."""
    here = mean_of(rows)
    return (here.mean - LOG2) / here.error if here.error > 0 else math.nan


def crossings(table: pd.DataFrame, curve: pd.DataFrame, label: str) -> Iterator[Claim]:
    """G at which Delta D is a half of log 2."""
    rows = rows_at(table, label, curve["g"])
    wide = rows.pivot_table(
        index="realisation", columns="g", values=["G", "delta_log_ipr"]
    ).dropna()
    columns = [wide[name].to_numpy() for name in ("G", "delta_log_ipr")]
    if len(wide) < 2:
        return
    here = estimate_of(half_way, *columns, clusters=wide.index.to_numpy())
    said = f"{label}: G at which Delta D is half of log 2"
    verdict = f"{here.mean:.2f}: far below 1"
    if not here.mean < 0.5:
        verdict = "not far below 1"
    yield state(said, "of order 1", here, verdict=verdict, id="G16")


def half_way(G: np.ndarray, delta: np.ndarray) -> float:
    """First G at which a curve reaches log(2)/2, linear in log G; nan if it does not."""
    above = np.flatnonzero(delta >= LOG2 / 2)
    if len(above) == 0 or above[0] == 0:
        return math.nan
    right = int(above[0])
    left, span = right - 1, delta[right] - delta[right - 1]
    share = (LOG2 / 2 - delta[left]) / span
    return float(math.exp((1 - share) * math.log(G[left]) + share * math.log(G[right])))


def collapse(
    table: pd.DataFrame,
    means: pd.DataFrame,
    labels: Sequence[str],
    more: Sequence[str],
    wrong: tuple[str, str, float],
) -> Iterator[Claim]:
    """How far each curve is from the others, in per cent of log 2, by a joint bootstrap; Delta
    D is that of :func:`quiet`.

    ``labels`` are the baths of the paper, ``more`` others held against them, ``wrong`` the
    contrast: its name, the curve whose data it has, and the factor on G.
    """
    curves = {
        label: curve
        for label in (*labels, *more)
        if (curve := sampled(table, below_scale(means, label), label)) is not None
    }
    for label, curve in curves.items():
        others = [curves[name] for name in labels if name in curves and name != label]
        ids = "G78 G2" if label in labels else "G78 G76"
        if meets(curve, others):
            far = shared_distance(curve, others)
            yield effect(f"{label}: distance from the others", far, ids)
    name, source, factor = wrong
    if source in curves:
        data = curves[source]
        moved = SampledCurve(data.x * factor, data.y, data.labels)
        others = [curves[label] for label in labels if label in curves]
        if meets(moved, others):
            far = shared_distance(moved, others)
            yield effect(f"{name}: distance from the others", far, "G81 G2", "off")


def meets(curve: SampledCurve, others: Sequence[SampledCurve]) -> bool:
    """Whether another curve reaches a point of this one."""
    x = curve.x.mean(axis=0)
    ends = [each.x.mean(axis=0)[[0, -1]] for each in others]
    return any(bool(((x >= low) & (x <= high)).any()) for low, high in ends)


def sampled(table: pd.DataFrame, curve: pd.DataFrame, label: str) -> SampledCurve | None:
    """A curve of every realisation; None for fewer than two points or realisations."""
    rows = rows_at(table, label, curve["g"])
    if len(curve) < 2 or rows["realisation"].nunique() < 2:
        return None
    return sampled_curve(quiet(rows), "g", "G", "quiet")


def effect(said: str, far: SharedDistance, ids: str, paper: str = "one curve: 0") -> Claim:
    """A claim on the size of a distance, with its interval."""
    mean, low, high = (PERCENT * size for size in (far.mean, far.low, far.high))
    found = Estimate(mean, PERCENT * far.error, far.realisations)
    largest, apart = max(abs(low), abs(high)), low > 0 or high < 0
    known = f"within {largest:.0f} % of log 2" if not apart else f"{mean:+.1f} % of log 2"
    text = f"{mean:+.1f} [{low:+.1f}, {high:+.1f}] % of log 2"
    note = (
        f"95 % intervals; point by point {PERCENT * far.rms:.1f} % rms beyond noise, at most "
        f"{PERCENT * far.rms_high:.1f} %, over {far.points} points"
    )
    return compare(said, paper, 0.0, found, text=text, verdict=known, note=note, id=ids)


def passing(table: pd.DataFrame, means: pd.DataFrame, label: str) -> Iterator[Claim]:
    """Whether Delta D of a bath passes log 2: all points near G = 1 together, and all beyond;
    the same with D before taken from many states, which is less noisy."""
    curve = below_scale(means, label)
    places = {
        f"G = {NEAR_ONE[0]} to {NEAR_ONE[1]}": near_one(curve),
        "G >= 0.7": curve.loc[curve["G"] >= NEAR_ONE[0], "g"].tolist(),
    }
    for where, couplings in places.items():
        rows = rows_at(table, label, couplings)
        if rows.empty:
            continue
        said, paper = f"{label}: Delta D, {where} together", "slightly > log 2 = 0.693"
        note = f"{len(couplings)} couplings of each realisation averaged first"
        yield apart(said, paper, LOG2, "log 2", mean_of(rows), note=note, id="G79")
        here = mean_of(quiet(rows), "quiet")
        said = f"{said}, D before of {OTHERS + 1} states"
        yield apart(said, paper, LOG2, "log 2", here, note=note, id="G79")


def catching_up(table: pd.DataFrame, means: pd.DataFrame, label: str) -> Iterator[Claim]:
    """What the LIOMs inside lack before, and gain."""
    rows = rows_at(table, label, near_one(below_scale(means, label)))
    if "entropy_before" not in rows or rows.empty or rows["entropy_before"].isna().any():
        return
    lacking = mean_of(rows.assign(lack=LOG2 - rows["entropy_others"]), "lack")
    verdict = f"{lacking.mean / LOG2:.2f} of log 2 is missing"
    said = f"{label}: entropy that the LIOMs inside lack before (nats each)"
    yield state(said, "> 0", lacking, verdict=verdict, id="G80")
    yield completed(rows, "entropy_others", "entropy_lioms").at(label)
    columns = {
        "D before of the same state": "log_ipr_reference",
        "D before of other states": "log_ipr_others",
        "entropy of the LIOMs before, other states": "entropy_others",
    }
    if rows["realisation"].nunique() > len(columns):
        for claim in deficits(rows, "delta_log_ipr", columns):
            yield claim.at(label)
