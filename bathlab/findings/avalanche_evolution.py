"""What chains that are followed act by act say of figures 2 and 3 and of fractal patterns."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import evolution_sums as sums
from bathlab.experiments.core_patterns import CLASSES
from bathlab.statistics.arithmetic import ratio
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.workbench.claims import Claim, compare, state

LOG2 = math.log(2)
#: Boxes between which the dimension is taken, well above the distance of cores and well below
#: the regions; and other windows, for its error.
WINDOW, OTHERS = (32, 128), ((16, 64), (64, 256))
#: Regions from here on are large.
LARGE = 512
RANGE = f"{LARGE} to {CLASSES[-1] - 1}"
#: Fusions of each generation without which none are told of.
FEWEST = 20


def start_claims(part: pd.DataFrame, epsilon: float, length: int) -> Iterator[Claim]:
    """Couplings at the start, and what is resonant at the borders of bare spots."""
    labels = part["realisation"]
    bonds = estimate(part["bonds_per_cell"], labels)
    yield compare("share of resonant bonds at the start", "eps", epsilon, bonds, id="A16")
    cores = part["spots"] * length
    idle = ratio(cores - part["began"], cores, labels)
    said = "share of bare spots that never do anything themselves"
    yield state(said, "-", idle, verdict=f"{100 * idle.mean:.0f} %", id="A16 A17")
    if not part["began"].any():
        return
    rested = ratio(part["rested"], part["began"], labels)
    said = "share of the others at rest, all couplings gone, before they fuse themselves"
    yield state(said, "some", rested, verdict=f"{100 * rested.mean:.0f} %", id="A17")


def fusion_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """What is resonant after a fusion."""
    counts = np.sum(list(part["fusions"]), axis=0).astype(int)
    count = int(counts.sum())
    if counts.min() < FEWEST:
        said = "share of fusions after which a border is newly resonant"
        ids = "A18 A19 A21"
        yield Claim(said, "some", verdict="too few fusions", N=count, of="fusions", id=ids)
        return
    names = [(None, ""), (1, ", generation 1"), (3, ", generation 3 and more")]
    more: dict[str, Any] = {"N": count, "of": "fusions"}
    for generation, name in names:
        found = sums.fusion_share(part, "renewed", generation)
        said = f"share of fusions after which a border is newly resonant{name}"
        known = f"{100 * found.mean:.0f} %"
        yield state(said, "some", found, verdict=known, id="A18", **more)
    found = sums.fusion_share(part, "renewed")
    none = Estimate(1 - found.mean, found.error, found.realisations)
    said = "share of fusions after which nothing is newly resonant"
    yield state(said, "some", none, verdict=f"{100 * none.mean:.0f} %", id="A19", **more)
    found = sums.fusion_share(part, "resonant")
    rest = Estimate(1 - found.mean, found.error, found.realisations)
    said = "share of fusions after which nothing is resonant"
    yield state(said, "some", rest, verdict=f"{100 * rest.mean:.1f} %", id="A19 A17", **more)


def crossing_claims(part: pd.DataFrame, expected: float) -> Iterator[Claim]:
    """Couplings that go across spots at rest."""
    labels = part["realisation"]
    if part["crossed"].sum() < FEWEST:
        return
    fusions = [float(np.sum(each)) for each in part["fusions"]]
    share = ratio(part["across"], fusions, labels)
    said = "share of fusions after which a coupling goes across one spot at rest"
    yield state(said, "some", share, verdict=f"{100 * share.mean:.0f} %", id="A21")
    found = ratio(part["decayed"], part["crossed"], labels)
    count = int(part["crossed"].sum())
    known = "exact" if found.mean == expected and not found.error > 0 else "another rule"
    said = "decay across a thermal cell of a spot at rest, over 1/zeta_1"
    more: dict[str, Any] = {"N": count, "of": "cells", "verdict": known, "id": "A21 A46"}
    yield compare(said, f"{expected:g}", expected, found, **more)


def pattern_claims(part: pd.DataFrame) -> Iterator[Claim]:
    """Whether the bare cores of large regions are fractal."""
    regions = int(sums.large_regions(part, LARGE).sum())
    if regions < sums.FEWEST:
        said = f"box dimension of bare cores, regions of {RANGE} cells"
        yield Claim(said, "below 1", verdict="too few regions", N=regions, id="A69")
        return
    found = sums.box_dimension(part, LARGE, WINDOW)
    apart = sums.dimension_apart(part, LARGE, WINDOW)
    moved = [sums.dimension_apart(part, LARGE, each).mean for each in (WINDOW, *OTHERS)]
    window = float(np.ptp(moved)) / 2
    boxes = f"r from {WINDOW[0]} to {WINDOW[1]}, regions of {RANGE} cells"
    yield compare(
        f"box dimension of bare cores less that of as many at random, {boxes}",
        "below 0: fractal",
        0.0,
        apart,
        text=f"{apart.mean:+.4f} +- {apart.error:.4f} +- {window:.4f} (window)",
        note=f"dimension {found.mean:.4f} +- {found.error:.4f}",
        verdict=_fractal(apart, window),
        id="A69",
        N=regions,
        of="regions",
    )
    for excess, name in ((False, "cores"), (True, "cores beyond as many as anywhere")):
        power, ends = sums.core_power(part, excess)
        said = f"power of its size in the {name} of a region, {ends[0]} to {ends[1] - 1} cells"
        off = f"{power.mean - 1:+.3f} from 1"
        yield compare(said, "below 1: fractal", 1.0, power, verdict=off, id="A69")


def _fractal(apart: Estimate, window: float) -> str:
    off = apart.mean / math.hypot(apart.error, window)
    return "fractal" if apart.mean < -0.05 and off < -3 else "as at random within 0.05"


def one_core_claims(part: pd.DataFrame, epsilon: float, K: float) -> Iterator[Claim]:
    """The largest core of large regions beside the one that could melt them alone."""
    if sums.large_regions(part, LARGE).sum() < sums.FEWEST:
        return
    decay = math.log(K / epsilon)
    collar = LOG2 / 2 / (decay - LOG2)
    size = sums.region_mean(part, "cells", LARGE)
    largest = sums.region_mean(part, "largest", LARGE)
    needed = size.mean / (1 + 2 * collar)
    share = largest / needed
    said = f"largest order in regions of {RANGE} cells, over that of one core alone"
    rare = needed * math.log10(epsilon)
    note = f"{largest.mean:.2f} of {needed:.0f}; a core of that order has density 10^{rare:.0f}"
    known = "low orders act as one" if share.mean + 3 * share.error < 0.5 else "one large core"
    yield compare(said, "<< 1", 1.0, share, verdict=known, note=note, id="A69", digits=4)
    cores = sums.region_mean(part, "cores", LARGE)
    said = f"bare cores of regions of {RANGE} cells"
    known = f"{cores.mean:.0f} cores"
    yield compare(said, "1 in the mean field", 1.0, cores, verdict=known, id="A69 A50")
    steps = sums.region_mean(part, "generations", LARGE)
    said = f"fusions after one another in regions of {RANGE} cells"
    yield state(said, "-", steps, verdict=f"{steps.mean:.1f}", id="A69")
