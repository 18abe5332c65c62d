"""What is said of one grain with more and more LIOMs: where curves of several totals cross."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Iterator, Sequence

import pandas as pd

from bathlab.experiments.crossover_places import spread
from bathlab.experiments.sun_laws import CROSSED, crossings, sized
from bathlab.findings.quantum_sun import CRITICAL, crossing
from bathlab.statistics.estimates import Estimate
from bathlab.workbench import Claim
from bathlab.workbench.claims import state

#: Which rows tell of which quantity.
KINDS = {"gap_ratio": "levels", "log_rate": "levels", "farthest": "states"}
IDS = "G3 G42"


def all_claims(table: pd.DataFrame, alphas: Sequence[float]) -> Iterator[Claim]:
    """Crossings of neighbouring totals by grain and quantity, and all of the largest."""
    found: dict[str, Estimate] = {}
    for grain, rows in table.groupby("grain", sort=False):
        for name, kind in KINDS.items():
            places = crossings(sized(rows[rows["kind"] == kind], name, alphas))
            for pair, one in places.items():
                said = f"alpha at which curves of {CROSSED[name]} cross"
                yield replace(crossing(said, pair, one).at(str(grain)), id=IDS)
            held = [places[pair] for pair in sorted(places) if places[pair].holds]
            if held:
                last = held[-1]
                window = 0.0 if math.isnan(last.window) else last.window
                error = math.hypot(last.place.error, window)
                place = Estimate(last.place.mean, error, last.place.realisations)
                found[f"{grain}, {CROSSED[name]}"] = place
    if len(found) > 1:
        yield together(found)


def together(found: dict[str, Estimate]) -> Claim:
    """Mean of the crossings of the largest totals, the largest error, and half the range."""
    value, statistical, systematic = spread(list(found.values()))
    error = math.hypot(statistical, systematic)
    off = [(value - each) / error for each in (CRITICAL, 1.0)]
    word = f"{off[0]:+.1f} of all errors from 1/sqrt 2, {off[1]:+.1f} from naive"
    names = ", ".join(f"{key} {each.mean:.2f}" for key, each in found.items())
    count = min(each.realisations for each in found.values())
    text = f"{value:.2f} +- {statistical:.2f} +- {systematic:.2f} (syst)"
    more = {"expected": CRITICAL, "effect": value - CRITICAL, "verdict": word, "note": names}
    said = f"alpha_c, {len(found)} crossings, of the largest totals that have one"
    return state(
        said, "0.707, 1 naive", Estimate(value, error, count), text=text, id=IDS, **more
    )
