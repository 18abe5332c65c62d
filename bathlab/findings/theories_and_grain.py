"""Where the theories of four papers agree at one grain, where they cannot, and which number
decides."""

from __future__ import annotations

import math
from typing import Iterator

import pandas as pd

from bathlab.experiments.memory_laws import (
    MOMENTS,
    RESONANT,
    THEORIES,
    deviation,
    half_memory,
    mean_ratio,
    memory_factor,
    misfit,
    strengthening,
)
from bathlab.statistics.estimates import Estimate
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, apart, compare, state

#: Mean memories that are told apart: of LIOMs that the bath has swallowed, half of it, not.
SWALLOWED, PARTLY, FREE = (0.0, 0.2), (0.3, 0.7), (0.85, 1.0)
RANGES = {"swallowed": SWALLOWED, "partly": PARTLY, "free": FREE}
#: A number of LIOMs with a larger error is none.
UNSURE = 0.5
#: Mean over rms of the modulus of a real Gaussian number.
GAUSSIAN = math.sqrt(2 / math.pi)


def bounds(window: tuple[float, float]) -> str:
    return f"memory {window[0]:g} to {window[1]:g}"


def memories(table: pd.DataFrame) -> Iterator[Claim]:
    """c of memory = exp(-c rho v-bar), where resonances are rare and where they are not."""
    for name, window in RANGES.items():
        found = memory_factor(table, *window)
        said = f"c of memory = exp(-c rho v-bar), LIOM {name}, {bounds(window)}"
        off = ", ".join(
            f"{100 * (found.mean / wanted - 1):+.0f} % from {word}"
            for word, wanted in (("2 pi", 2 * math.pi), ("2", 2.0))
        )
        more = {"verdict": off, "equation": "(128)", "id": "R99", "digits": 2}
        yield compare(said, "2", 2.0, found, **more)


def measures(table: pd.DataFrame) -> Iterator[Claim]:
    """G against rho v-bar on the same pairs, and which moment knows the memory."""
    for name, liom, paper in (("bare grain", 1, GAUSSIAN), ("last LIOM", None, None)):
        found = mean_ratio(table, liom)
        said = f"rho v-bar over G, {name}"
        if paper is None:
            verdict = f"{100 * (found.mean / GAUSSIAN - 1):+.0f} % from Gaussian elements"
            yield state(said, f"{GAUSSIAN:.3f} if the ETH holds", found, verdict=verdict)
        else:
            yield compare(said, f"{paper:.3f}", paper, found, id="R101")
    far = {moment: misfit(table, moment) for moment in MOMENTS}
    best = min(far, key=lambda moment: far[moment].mean)
    for moment, found in far.items():
        said = f"distance of memories from one function of x, {NAMES[moment]}"
        beyond = found.mean - far[best].mean
        verdict = "the least" if moment == best else f"{beyond:+.4f} beyond the least"
        yield state(said, "-", found, verdict=verdict, digits=4, id="R101")


#: What each mean of the elements is called.
NAMES = {
    "rms": "G, rms |V|",
    "mean": "rho v-bar, mean |V|",
    "typical": "|V|/spacing, geometric mean |V|",
}


def strengthenings(table: pd.DataFrame) -> Iterator[Claim]:
    """Is a thermalised LIOM part of the bath, a localised one not? By all three moments."""
    for name, window in RANGES.items():
        for moment in MOMENTS:
            found = strengthening(table, *window, moment)
            said = f"eta after a LIOM that is {name}, {bounds(window)}, by {NAMES[moment]}"
            paper, reference = ("0", 0.0) if name == "free" else ("1 (16), 0 naive", 1.0)
            more = {"equation": "(16)", "digits": 2, "id": "R101"}
            yield apart(said, paper, reference, f"{reference:g}", found, **more)


def numbers(table: pd.DataFrame) -> Iterator[Claim]:
    """How many LIOMs each theory foretells, less how many there are."""
    for theory in THEORIES:
        found = deviation(table, theory)
        said = f"thermalised LIOMs, foretold less measured: {theory.name}"
        yield compare(said, "0", 0.0, found, verdict=side(found), digits=2, id="R101")
        if theory.threshold is None:
            known = theory.at(table)
            for alpha, part in table.groupby("alpha"):
                far = deviation(part, known)
                more = {"verdict": side(far), "digits": 2, "id": "R101"}
                yield compare(said, "0", 0.0, far, **more).at(f"alpha = {alpha:g}")


def side(found: Estimate) -> str:
    if not found.error < UNSURE:
        return "the realisations do not tell"
    if abs(found.mean) < OFF * found.error:
        return "agrees"
    return f"{'too many' if found.mean > 0 else 'too few'}, {abs(found.mean):.1f} LIOMs"


def halves(table: pd.DataFrame) -> Iterator[Claim]:
    """x at which half of the memory is lost, by all three moments."""
    wanted = {
        "rms": (1.0, "about 1"),
        "mean": (RESONANT, "(log 2)/2 pi"),
        "typical": (1.0, "1"),
    }
    for moment in MOMENTS:
        expected, paper = wanted[moment]
        found = half_memory(table, moment)
        verdict = f"{found.mean / expected:.2f} times"
        said = f"x at which memory is 1/2, {NAMES[moment]}"
        yield compare(said, paper, expected, found, verdict=verdict, id="R99 R101")
