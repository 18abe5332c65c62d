"""What baths of all kinds say of the elements that thermalise a spin: which moment counts."""

from __future__ import annotations

import math
from typing import Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.element_laws import (
    HALF,
    PREDICTORS,
    RESAMPLINGS,
    Judged,
    judged,
    resampled,
    samples_of,
    spread,
)
from bathlab.statistics import Estimate, estimate
from bathlab.theory.random_matrices import CHAOTIC_RATIO, GOE, POISSON_RATIO
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, state

#: What the predictors are called.
WORDS = {
    "rms": "g rho rms |V|",
    "mean": "g rho mean |V|",
    "median": "g rho median |V|",
    "typical": "g rho exp <log |V|>",
    "G": "G, |V|^2 from the nearest products",
    "density": "g rho, no elements",
}
#: Fewer baths have no order to speak of.
FEWEST = 4
LOG2 = 2 * HALF


def of_each(table: pd.DataFrame) -> Iterator[Claim]:
    """Levels, elements and Delta D of each bath by itself."""
    for label, rows in table.groupby("bath", sort=False):
        name, ratio = str(label), estimate(rows["gap_ratio"], rows["realisation"])
        share = (ratio.mean - POISSON_RATIO) / (GOE.gap_ratio - POISSON_RATIO)
        said = f"{share:.2f} of the way from uncorrelated levels to the GOE"
        yield state(f"{name}: gap ratio", "-", ratio, verdict=said)
        yield elements_of(name, rows)
        yield overshoot(name, rows)


def elements_of(name: str, rows: pd.DataFrame) -> Claim:
    """Mean over rms |V| at the flip, beside that of Gaussian elements."""
    found = estimate(rows["mean"] / rows["rms"], rows["realisation"])
    less = found.mean / GOE.shape - 1
    even = abs(found.mean - GOE.shape) < OFF * found.error
    text = "as Gaussian elements" if even else f"{100 * less:+.0f} % of Gaussian elements"
    zeros = float(rows["zeros"].mean())
    note = f"{100 * zeros:.0f} % of the elements are forbidden" if zeros else ""
    more = {"verdict": text, "note": note, "expected": GOE.shape}
    return state(f"{name}: mean over rms |V| at the flip", "0.798 (Gaussian)", found, **more)


def overshoot(name: str, rows: pd.DataFrame) -> Claim:
    """The largest mean Delta D, and whether it is more than the spin can hold."""
    curves = np.stack(rows["delta_log_ipr"].to_list())
    top = int(curves.mean(axis=0).argmax())
    found = estimate(curves[:, top], rows["realisation"])
    off = found.mean - LOG2
    far = abs(off) > OFF * found.error
    verdict = ("more" if off > 0 else "less") + " than log 2" if far else "log 2"
    if far and off > 0:
        verdict += ": the coupling changes the bath itself"
    said = f"{name}: largest Delta D, at g = {rows['g'].iloc[0][top]:g}"
    return state(said, "log 2 = 0.693", found, expected=LOG2, verdict=verdict)


def of_moments(table: pd.DataFrame, words: str = "all baths") -> Iterator[Claim]:
    """The order that each moment puts the baths in, and how far they are from one curve."""
    samples, g = samples_of(table), np.asarray(table["g"].iloc[0], float)
    if len(samples) < FEWEST:
        return
    found, draws = judged(samples, g), list(resampled(samples, g))
    count = len(samples)
    errors = spread(lambda draw: draw.ranks, draws), spread(lambda draw: draw.distances, draws)
    of = {"of": "baths", "N": count}
    for index, name in enumerate(PREDICTORS):
        rank = Estimate(found.ranks[index], errors[0][index], count)
        verdict = order(rank)
        said = f"{words}: rank correlation of {WORDS[name]} with the onset of Delta D"
        yield state(said, "1 if it decides", rank, verdict=verdict, **of)
    noise = chance(table)
    for index, name in enumerate(PREDICTORS):
        far = Estimate(found.distances[index], errors[1][index], count)
        verdict = f"{far.mean / found.distances[-1]:.2f} of that without elements"
        note = f"errors of the points alone: at most {noise:.3f}"
        said = f"{words}: distance of Delta D from one curve in {WORDS[name]} (nats)"
        yield state(said, "0 if it decides", far, verdict=verdict, note=note, **of)
    yield nearest(found, draws, words)


def bars(table: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """The distances of :func:`of_moments` with their errors, by short names."""
    samples, g = samples_of(table), np.asarray(table["g"].iloc[0], float)
    errors = spread(lambda draw: draw.distances, list(resampled(samples, g)))
    names = (*PREDICTORS[:-1], "no V")
    pairs = zip(names, judged(samples, g).distances, errors)
    return {name: (float(value), float(error)) for name, value, error in pairs}


def order(rank: Estimate) -> str:
    """What a rank correlation amounts to."""
    if not math.isfinite(rank.mean) or abs(rank.mean) < OFF * rank.error:
        return "no order beyond errors"
    return "orders them" if rank.mean > 0 else "orders them the wrong way"


def chance(table: pd.DataFrame) -> float:
    """Root mean square standard error of the points: a curve is not nearer by itself."""
    errors = [
        np.stack(rows["delta_log_ipr"].to_list()).std(axis=0, ddof=1) / math.sqrt(len(rows))
        for _, rows in table.groupby("bath", sort=False)
        if len(rows) > 1
    ]
    return float(np.sqrt(np.mean(np.square(errors)))) if errors else math.nan


def nearest(found: Judged, draws: Sequence[Judged], words: str) -> Claim:
    """The moment that comes nearest to one curve, and by how much it beats the rms."""

    def gain(judged: Judged, best: int) -> RealArray:
        return judged.distances[PREDICTORS.index("rms")] - judged.distances[best]

    best = int(found.distances.argmin())
    value = float(gain(found, best))
    error = float(np.std([gain(draw, best) for draw in draws], ddof=1))
    share = np.mean([draw.distances.argmin() == best for draw in draws])
    clear = "clear of the rms" if value > OFF * error else "not clear of the rms"
    verdict = f"{WORDS[PREDICTORS[best]]}, {clear}; nearest in {share:.0%} of resamplings"
    said = f"{words}: the predictor nearest to one curve; by how much it beats the rms (nats)"
    note = f"{RESAMPLINGS} bootstrap samples over realisations"
    gained = Estimate(value, error, len(found.onsets))
    return state(said, "-", gained, verdict=verdict, note=note, of="baths")


def split(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """All baths, those in which no element is forbidden, and those with the levels of the
    GOE."""
    groups = table.groupby("bath", sort=False)
    yield "all baths", table
    allowed = groups["zeros"].transform("mean") == 0
    if not allowed.all():
        yield "no forbidden elements", table[allowed]
    yield "chaotic levels", table[groups["gap_ratio"].transform("mean") > CHAOTIC_RATIO]
