"""What bare baths say of section II A of De Roeck & Huveneers: rho, V_bb, v, <V(t)V>."""

from __future__ import annotations

import math
from typing import Iterator, Mapping

import numpy as np
import pandas as pd

from bathlab.experiments.bare_elements import STEP
from bathlab.experiments.bare_laws import (
    bends,
    curves,
    departure,
    fitted,
    gaussian_bend,
    number,
    rise,
    root,
    scatter_ratio,
    third_moment,
)
from bathlab.findings.fitted import of_curve, of_points
from bathlab.model.baths import LocalChainBath
from bathlab.statistics import Estimate, estimate_of, ratio
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, compare, pm, state

#: v is fitted by an exponential from here on, and in windows of this width.
TAIL, WINDOW = 4.0, 2.0
#: v below this share of its mean near 0 is that of a few states of a few realisations.
SMALLEST = 1e-8
#: Windows of omega for the power at small ones.
SLOW = {"0.05 to 0.3": (0.05, 0.3), "0.3 to 2": (0.3, 2.0)}
Sizes = Mapping[int, pd.DataFrame]


def density(rows: pd.DataFrame, spins: int) -> Iterator[Claim]:
    """Slope and curvature of log rho at E = 0 of a chain."""
    sigma = float(rows["sigma"].iloc[0])
    slope, bend = bends(rows)
    said = "log rho(2)/rho(-2) at E = 0"
    law = -2 * third_moment(LocalChainBath(spins)) / sigma**4
    verdict = f"{pm(slope / law, 2)} of -2 mu_3/sigma^4"
    yield compare(said, "0", 0.0, slope, verdict=verdict, id="G9")
    law = gaussian_bend(sigma)
    said = "log rho(0)^2/rho(-2)rho(2)"
    verdict = f"{pm(bend / law, 2)} of a Gaussian's"
    yield compare(said, f"{law:.3f} (Gaussian)", law, bend, verdict=verdict, id="G9")
    fit = fitted(rows, "levels", -1.0, 1.0, 2)
    if fit is not None:
        said = "second derivative of log rho, times sigma^2"
        yield of_curve(said, "-1 (Gaussian)", -1.0, fit, 0, 2.0, id="G9")


def flatness(sizes: Sizes) -> Iterator[Claim]:
    """How the curvature of log rho falls with the length of the chain."""
    points = [bends(rows)[1] for rows in sizes.values()]
    said = "power of N in log rho(0)^2/rho(-2)rho(2)"
    text = ", ".join(pm(each) for each in points)
    yield of_points(said, "-1", -1.0, list(sizes), points, id="G9", note=text)


def diagonal(rows: pd.DataFrame, spins: int) -> Iterator[Claim]:
    """The smooth part of V_bb of a chain at E = 0."""
    bath, sigma = LocalChainBath(spins), float(rows["sigma"].iloc[0])
    value, slope = number(rows, "at_zero"), number(rows, "slope")
    first = -bath.transverse * bath.coupling / sigma**2
    said = "smooth part of V_bb at E = 0"
    note = f"-J J'/sigma^2 = {first:.4f} of high temperatures"
    size = f"{100 * abs(value.mean):.1f} % of |V|"
    yield compare(said, "0", 0.0, value, verdict=size, note=note, digits=4, id="G6")
    law = bath.transverse / sigma**2
    over = f"{pm(slope / law, 2)} of tr HV/tr H^2"
    said = "d V_bb/dE at E = 0"
    paper = f"{law:.4f} (high temperatures)"
    yield compare(said, paper, law, slope, verdict=over, digits=4, id="G6")
    yield fluctuation(rows)


def fluctuation(rows: pd.DataFrame) -> Claim:
    """Diagonal elements about their smooth part beside neighbouring ones."""
    found = ratio(rows["left"], rows["near"], rows["realisation"])
    said = "fluctuation of V_bb over neighbouring elements, squares"
    return compare(said, "2 (GOE)", 2.0, found, id="G6")


def smoothness(sizes: Sizes) -> Iterator[Claim]:
    """How fluctuations of V_bb, and its smooth part at E = 0, fall with the length."""
    levels = [2.0**size for size in sizes]
    left = [root(rows, "left") for rows in sizes.values()]
    said = "power of 2^N in the fluctuations of V_bb"
    yield of_points(said, "-0.5", -0.5, levels, left, id="G6")
    shape = [
        estimate_of(
            lambda a, rho=float(rows["density"].iloc[0]): math.sqrt(a * rho),
            rows["left"],
            clusters=rows["realisation"],
        )
        for rows in sizes.values()
    ]
    said = "power of 2^N in the fluctuations of V_bb times rho^(1/2)"
    note = ", ".join(f"{each.mean:.3f}" for each in shape)
    yield of_points(said, "0", 0.0, levels, shape, id="G6", note=note)
    value = [-number(rows, "at_zero") for rows in sizes.values()]
    said = "power of N in the smooth part of V_bb at E = 0"
    yield of_points(said, "vanishes", None, list(sizes), value, id="G6")


def decay(rows: pd.DataFrame, sigma: float) -> Iterator[Claim]:
    """Slope of log v from omega = 4 on, whole and in windows."""
    omega = np.asarray(rows["omega"].iloc[0], float)
    mean = curves(rows, "v").mean(axis=0)
    seen = omega[(mean > SMALLEST * mean[0])]
    last = float(seen.max())
    whole = fitted(rows, "v", TAIL, last)
    if whole is None:
        return
    said = f"1/xi: -slope of log v, omega = {TAIL:g} to {last:.3g}"
    yield of_curve(said, "one exponential", None, whole, scale=-1.0, id="G10", digits=2)
    parts = {
        low: fitted(rows, "v", low, low + WINDOW - STEP / 2)
        for low in np.arange(TAIL, last - WINDOW + STEP, WINDOW)
    }
    known = {low: -1 * fit.terms[0] for low, fit in parts.items() if fit is not None}
    if not known:
        return
    text = ", ".join(f"{pm(each, 2)} from {low:g}" for low, each in known.items())
    least = min(known.values(), key=lambda each: each.mean)
    slowest = f"v <= C exp(-omega/xi) there with 1/xi = {least.mean:.2f}"
    spins = int(rows["spins"].iloc[0])
    note = f"energy per site {sigma / math.sqrt(spins):.2f}, xi = {1 / least.mean:.2f}"
    said = f"-slope of log v in windows of {WINDOW:g}"
    more = {"text": text, "verdict": slowest, "note": note, "id": "G10"}
    yield state(said, "at least 1/xi", least, **more)


def edge(rows: pd.DataFrame, bandwidth: float, window: float) -> Claim:
    """A random matrix: v ends at the edge of the band, it has no tail."""
    omega = np.asarray(rows["omega"].iloc[0], float)
    beyond = (bandwidth + window) / 2
    share = 2 * STEP * curves(rows, "v")[:, omega > beyond + STEP].sum(axis=1)
    found = estimate_of(lambda x: x, share, clusters=rows["realisation"])
    said = f"weight of v beyond its edge R + window/2 = {beyond:g}"
    verdict = "an edge, no exponential" if found.mean < 1e-3 else "a tail"
    return state(said, "-", found, verdict=verdict, digits=5, id="G10")


def slow(rows: pd.DataFrame) -> Iterator[Claim]:
    """Powers of omega in v at small omega."""
    said = "v at omega = 0.05 to 0.1 over v at 0.5 to 1"
    found = rise(rows, (0.05, 0.1), (0.5, 1.0))
    paper = "10^(1/2) (diffusion, d = 1), 1 (flat)"
    verdict = f"as omega^{-math.log10(found.mean):.2f}"
    yield state(said, paper, found, verdict=verdict, id="G11")
    spacing = 1 / float(rows["density"].iloc[0])
    for words, (lower, upper) in SLOW.items():
        fit = fitted(rows, "slow_v", max(lower, 2 * spacing), upper, logarithmic=True)
        if fit is None:
            continue
        said = f"power of omega in v, omega = {words}"
        yield of_curve(said, "-0.5 (diffusion, d = 1)", -0.5, fit, id="G11")


def slow_drift(sizes: Sizes) -> Claim:
    """Whether the power goes to -1/2 with the length of the chain."""
    lower, upper = SLOW["0.05 to 0.3"]
    found: dict[int, Estimate] = {}
    for size, rows in sizes.items():
        spacing = 1 / float(rows["density"].iloc[0])
        fit = fitted(rows, "slow_v", max(lower, 2 * spacing), upper, logarithmic=True)
        if fit is not None and fit.holds:
            found[size] = fit.terms[0]
    text = ", ".join(f"{pm(each, 2)} at N = {size}" for size, each in found.items())
    said = f"power of omega in v, {lower:g} to {upper:g}, against N"
    few = min((each.realisations for each in found.values()), default=0)
    if len(found) < 2:
        return Claim(said, "-0.5", N=few, text=text, verdict="sizes too small", id="G11")
    first, last = list(found.values())[0], list(found.values())[-1]
    away = abs(last.mean + 0.5)
    reached = away < OFF * last.error
    nearer = abs(first.mean + 0.5) - away > math.hypot(first.error, last.error)
    verdict = "reached" if reached else "nearer with N" if nearer else "not seen to come nearer"
    more = {"text": text, "verdict": f"{verdict}: no window of diffusion at these sizes"}
    return state(
        said,
        "-0.5",
        last,
        **(more if not reached else more | {"verdict": verdict}),
        expected=-0.5,
        id="G11",
    )


def fourier(rows: pd.DataFrame) -> Iterator[Claim]:
    """<V(t)V> of eigenstates beside the transform of v, at times before rho and after."""
    rho = float(rows["density"].iloc[0])
    for words, first, last, paper in (
        ("t < 0.2 rho", 0.0, 0.2, "0"),
        ("t = 0.5 rho to 2 rho", 0.5, 2.0, "levels are resolved"),
    ):
        far = departure(rows, first, last)
        said = f"rms of mean <V(t)V> less the transform of v, {words}"
        verdict = f"{far.mean * rho:.2f}/rho, of <V^2> = 1"
        note = f"v on bins of {STEP / 2:g}"
        yield state(said, paper, far, verdict=verdict, note=note, digits=5, id="G8")
    scatter = scatter_ratio(rows, 0.1, 0.2)
    said = "scatter of <V(t)V> between eigenstates over that of i.i.d. elements, t < 0.2 rho"
    yield compare(said, "1", 1.0, scatter, verdict=f"{scatter.mean:.2f} of it", id="G8")


def fourier_growth(sizes: Sizes) -> Iterator[Claim]:
    """Departure and scatter against the dimension."""
    levels = [2.0**size for size in sizes]
    scatter = [
        estimate_of(
            math.sqrt,
            curves(rows, "scatter")[:, 5:8].mean(axis=1),
            clusters=rows["realisation"],
        )
        for rows in sizes.values()
    ]
    said = "power of 2^N in the scatter of <V(t)V> at t = 0.1 to 0.2 rho"
    yield of_points(said, "-0.5", -0.5, levels, scatter, id="G8")
