"""Why Delta D passes log 2: do the LIOMs inside the bath lack something, and do they get it?"""

from __future__ import annotations

from typing import Any, Iterator, Mapping

import pandas as pd

from bathlab.statistics import Estimate, estimate_of
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, apart, state

#: G near 1, where the paper sees Delta D pass log 2.
NEAR_ONE = (0.7, 1.5)


def near_one(means: pd.DataFrame) -> list[float]:
    """The couplings of a curve whose mean G is near 1."""
    low, high = NEAR_ONE
    return means.loc[means["G"].between(low, high), "g"].tolist()


def regression(x: pd.Series, y: pd.Series, clusters: pd.Series) -> Estimate:
    """Slope of y against x over realisations, with its error (jackknife)."""
    x, y = x - x.mean(), y - y.mean()  # so that nothing cancels
    return estimate_of(
        lambda xy, xx, x, y: (xy - x * y) / (xx - x * x),
        *(column.to_numpy() for column in (x * y, x * x, x, y)),
        clusters=clusters.to_numpy(),
    )


def deficits(rows: pd.DataFrame, change: str, before: Mapping[str, str]) -> Iterator[Claim]:
    """Slopes of the ``change`` of D against what was there ``before``, by its words: the
    deficit of the same state says nothing, as chance that is low before is not low after."""
    table = rows.groupby("realisation", as_index=False)[[change, *before.values()]].mean()
    for words, column in before.items():
        found = regression(table[column], table[change], table["realisation"])
        chance = "same state" in words
        known = (
            "regression to the mean: shows nothing"
            if chance
            else "no catch-up seen in it"
            if found.mean > -OFF * found.error
            else "catch-up"
        )
        off = f"{found.mean / found.error:+.1f} sigma" if found.error > 0 else "no error bar"
        yield state(
            f"slope of Delta D against {words}",
            "-1/2 by chance alone" if chance else "< 0: catch-up",
            found,
            verdict=f"{known}, {off}",
            id="G80",
        )


def completed(rows: pd.DataFrame, before: str, after: str, **more: Any) -> Claim:
    """What the entropy of the LIOMs inside gains when the next one is coupled."""
    table = rows.groupby("realisation", as_index=False)[[before, after]].mean()
    gained = estimate_of(
        lambda a, b: b - a,
        table[before].to_numpy(),
        table[after].to_numpy(),
        clusters=table["realisation"].to_numpy(),
    )
    said = "entropy that the LIOMs inside gain (nats each)"
    return apart(said, "> 0: catch-up", 0.0, "0", gained, id="G80", **more)
