"""What each convention of a quantum sun changes in its gap ratio."""

from __future__ import annotations

from typing import Iterator

import pandas as pd

from bathlab.statistics.estimates import estimate
from bathlab.workbench import Claim
from bathlab.workbench.claims import pm

#: That beside which the others stand.
FIRST = "suntajs-vidmar"


def conventions(table: pd.DataFrame) -> Iterator[Claim]:
    """What each convention changes in the gap ratio, draws being shared."""
    size = int(table["spins"].iloc[0])
    keyed = table.set_index(["realisation", "alpha"])
    first = keyed[keyed["convention"] == FIRST]["gap_ratio"]
    for convention, part in keyed.groupby("convention", sort=False):
        values = []
        for alpha, own in part.groupby("alpha"):
            mean = estimate(own["gap_ratio"], own.index.get_level_values("realisation"))
            shift = (own["gap_ratio"] - first).dropna()
            gap = estimate(shift, shift.index.get_level_values("realisation"))
            values.append((float(str(alpha)), mean, gap))
        text = ", ".join(f"{pm(mean, 4)} at {alpha:g}" for alpha, mean, _ in values)
        said = f"gap ratio with {convention}, L = {size}, alpha = "
        said += ", ".join(f"{alpha:g}" for alpha, *_ in values)
        count = values[0][1].realisations
        if convention == FIRST:
            yield Claim(said, "-", text=text, N=count, verdict="the default")
            continue
        widest = max((gap for *_, gap in values), key=lambda gap: abs(gap.mean))
        word = f"moved by up to {pm(widest, 4)} from the default"
        yield Claim(said, "-", text=text, N=count, verdict=word, effect=widest.mean)
