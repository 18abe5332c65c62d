"""What the loss-diffusion equation and drawn resonances say of the resonance model."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd
from scipy.integrate import quad
from scipy.special import erfcx

from bathlab.conventions import RealArray
from bathlab.experiments.element_draws import ElementDraws
from bathlab.experiments.resonance_curves import RANGES, reached
from bathlab.findings.resonance_model import held, near, one, told
from bathlab.statistics import estimate, estimate_of
from bathlab.workbench import Claim
from bathlab.workbench.claims import compare

INF = math.inf
#: lambda |dF/dr| of figure 11 at r/lambda = 0.1, 1, 10, 100 for lambda -> infinity.
FIGURE_11 = {0.1: 0.8854, 1.0: 0.1702, 10.0: 0.01191, 100.0: 8.08e-5}


def curve(row: pd.Series, name: str) -> RealArray:
    """A curve of a row."""
    return np.asarray(row[name], dtype=float)


def broad(rows: pd.DataFrame) -> Iterator[Claim]:
    """(C2) at xi = infinity: figures 11 and 12, the early law and the late one."""
    rows = rows[(rows["kappa"] == 1) & (rows["power"] == 0) & np.isinf(rows["xi"])]
    lam = float(rows["lam"].max())
    row = one(rows, lam=lam, sign=1)
    for at, expected in FIGURE_11.items():
        value = near(curve(row, "p"), RANGES, at)
        said = f"lambda = {lam:g}: lambda |dF/dr| at r/lambda = {at:g}"
        yield held(said, f"{expected:g}", expected, value, id="R118")
    early = -math.log(near(curve(row, "F"), RANGES, 0.1)) / math.sqrt(0.1)
    note = "1/sqrt 2 if q is averaged over the Gaussian of energies"
    said = f"lambda = {lam:g}: -log F over sqrt(r/lambda) at r = 0.1 lambda"
    yield held(said, "1", 1, early, id="R59 R78", note=note)
    slope = np.diff(np.log(curve(row, "F"))) / np.diff(np.log(RANGES))
    for low, high in ((30.0, 100.0), (300.0, 1000.0), (3000.0, 1e4)):
        inside = (RANGES[:-1] >= 0.99 * low) & (RANGES[1:] <= 1.01 * high)
        value = -float(slope[inside].mean())
        said = f"lambda = {lam:g}: -d log F/d log r, r/lambda from {low:g} to {high:g}"
        yield held(said, "2", 2, value, int(inside.sum()), of="points", id="R115 R118")
    late = near(curve(row, "adiabatic"), RANGES, 1e4)
    own = near(curve(row, "slope"), RANGES, 1e4)
    said = f"lambda = {lam:g}: -d log F/d log r at 1e4 lambda over the lowest eigenvalue"
    yield told(said, "-", own / late, f"{late:.2f} there", "R115")
    yield from emptied(row)
    yield from both_signs(rows)


def emptied(row: pd.Series) -> Iterator[Claim]:
    """The density at e = 0 over that of a normal distribution, at growing ranges."""
    centre = curve(row, "centre")
    falls = bool(np.all(np.diff(centre[RANGES >= 0.1]) < 0))
    for at in (1.0, 100.0, 1e4):
        verdict = "falls with r" if falls else "not so"
        value = near(centre, RANGES, at)
        said = f"f(0, r) s_e sqrt(2 pi) over F at r/lambda = {at:g}"
        yield told(said, "emptied", value, verdict, "R62 R119")


def both_signs(rows: pd.DataFrame) -> Iterator[Claim]:
    """F for sigma = 1 over that for -1."""
    down = rows[rows["sign"] == -1]
    for _, row in down.iterrows():
        up = curve(one(rows, lam=row["lam"], sign=1), "F")
        ratio = float(np.max(up / curve(row, "F")))
        said = f"lambda = {row['lam']:g}: F for sigma = 1 over sigma = -1, at most"
        yield held(said, "1", 1, ratio, len(RANGES), of="points", id="R58")


def narrow(rows: pd.DataFrame) -> Iterator[Claim]:
    """(C5): exponents, the bound of energy conservation, and erfc."""
    for kappa, group in rows[(rows["kappa"] < 1) & np.isinf(rows["xi"])].groupby("kappa"):
        row = group.iloc[0]
        F, exact = curve(row, "F"), curve(row, "narrow")
        own, late = curve(row, "slope"), curve(row, "adiabatic")
        value = float(own[-1])
        side = "within" if value <= 1 else "beyond"
        said = f"kappa = {kappa:g}: -d log F/d log r at r = 1e4 lambda"
        note = f"{side} the bound 1 of (B2)"
        yield held(said, "1/2", 0.5, value, id="R117 R114", note=note)
        grows = "still grows" if late[-1] > late[-9] + 0.01 else "settles"
        said = f"kappa = {kappa:g}: lowest eigenvalue at 1e4 lambda"
        yield told(said, "1/2 for good", float(late[-1]), grows, "R117")
        for at in (1.0, 10.0):
            ratio = near(F, RANGES, at) / near(exact, RANGES, at)
            said = f"kappa = {kappa:g}: F over e^(r/l) erfc sqrt(r/l) at r = {at:g} lambda"
            short = erfcx(math.sqrt(at * math.pi**2 * kappa / 4))
            printed = near(F, RANGES, at) / short
            note = f"l = 4 W^2/gamma^2; with the printed pi {printed:.3g}"
            yield held(said, "1", 1, ratio, id="R120", note=note)


def powers(rows: pd.DataFrame) -> Iterator[Claim]:
    """v r^(-a): whether hydrodynamics comes back."""
    for power, group in rows[rows["power"] > 0].groupby("power"):
        late = curve(group.iloc[0], "adiabatic")
        value = near(curve(group.iloc[0], "slope"), RANGES, 1e4)
        grows = late[-1] > late[-9] + 0.01
        verdict = (
            "exponent grows" if grows else "one exponent" if late[-1] > 0.01 else "no decay"
        )
        said = f"v r^-{power:g}: -d log F/d log r at r = 1e4 lambda"
        yield told(said, "1 at most", value, verdict, "R116")


def lengths(rows: pd.DataFrame) -> Iterator[Claim]:
    """The order parameter against xi, by the full equation."""
    rows = rows[np.isfinite(rows["xi"]) & (rows["xi"] > 0)]
    for kappa, group in rows.groupby("kappa"):
        group = group.sort_values("xi")
        xi = group["xi"].to_numpy()
        order = np.array([curve(row, "F")[-1] for _, row in group.iterrows()])
        slope = -np.diff(np.log(order)) / np.diff(np.log(xi))
        verdict = "grows" if np.all(np.diff(slope) > 0) else "does not grow"
        paper = "faster than any power" if kappa == 1 else "1/2"
        text = ", ".join(f"{each:.2f}" for each in slope)
        said = f"kappa = {kappa:g}: -d log C/d log xi, xi/lambda from "
        said += f"{xi[0] / group['lam'].iloc[0]:g} to {xi[-1] / group['lam'].iloc[0]:g}"
        ids = "R20 R79" if kappa == 1 else "R79"
        yield told(said, paper, float(slope[-1]), verdict, ids, text=text)


def trajectories(rows: pd.DataFrame, walks: pd.DataFrame) -> Iterator[Claim]:
    """F by trajectories beside F of the grid."""
    for (lam, xi, kappa), group in walks.groupby(["lam", "xi", "kappa"]):
        grid = reached(curve(one(rows, lam=lam, xi=xi, kappa=kappa, sign=1, power=0.0), "F"))
        sampled = np.array(group["sampled"].tolist(), dtype=float)
        at = reached(RANGES)
        for k in (2, 4, len(at) - 1):
            found = estimate(sampled[:, k], group["realisation"])
            said = f"lambda = {lam:g}, xi = {xi:g}, kappa = {kappa:g}: F by trajectories over "
            said += f"the grid's, r/lambda = {at[k]:.3g}"
            scaled = found / float(grid[k])
            yield compare(said, "1", 1.0, scaled, of="batches", id="R118 R58", digits=4)


def assumptions(rows: pd.DataFrame) -> Iterator[Claim]:
    """Resonances drawn one by one: p(v|r), imperfect cats, second resonances."""
    names = ["xi", "lam", "width", "growth"]
    for _, group in rows.groupby(names):
        xi, lam, width, growth = (float(group[name].iloc[0]) for name in names)
        spec = ElementDraws(xi, lam, width, growth)
        kind = f"xi = {xi:g}, lambda = {lam:g}"
        kind += f", log v of width {width:g}" if width else ""
        kind += f", width^2 = {2 * growth:g} r" if growth else ""

        def of(name: str, group: pd.DataFrame = group) -> Any:
            return estimate(group[name], group["realisation"])

        more = {"of": "batches", "digits": 4}
        free = math.exp(-spec.count)
        yield compare(f"{kind}: states free", "e^-N", free, of("free"), id="R63 R37", **more)
        expected = spec.theta * tilt(math.log1p(of("deep").mean / of("free").mean))
        note = f"theta = {spec.theta:.4f} of rho(v), with the strongest alone {expected:.4f}"
        said = f"{kind}: exponent of the strongest v"
        yield compare(said, "rho(v)'s", expected, of("tail"), id="R63 R17", note=note, **more)
        if not width and not growth:
            yield from exact_pairs(kind, spec, of, more)
            tails = (group["shifted_tail"], group["tail"])
            change = estimate_of(lambda a, b: a - b, *tails, clusters=group["realisation"])
            part = change.mean / spec.theta
            verdict = "unchanged" if abs(part) < 0.01 else "changed"
            said = f"{kind}: exponent of shifted tones less that of the strongest v, over theta"
            note = f"standard error {change.error / spec.theta:.1g}"
            yield told(said, "0", part, verdict, "R113", note=note)


def exact_pairs(
    kind: str, spec: ElementDraws, of: Any, more: dict[str, Any]
) -> Iterator[Claim]:
    """Imperfect cats and second resonances."""
    found = of("memory")
    said = f"{kind}: memory of exact pairs, all partners"
    yield compare(
        said, "e^-pi N", math.exp(-math.pi * spec.count), found, id="R111 R29", **more
    )
    effect = math.log(found.mean) / math.log(math.exp(-spec.count))
    note = f"log of it over log F = {effect:.2f}"
    said = f"{kind}: the same beside F"
    yield compare(said, "F = e^-N", math.exp(-spec.count), found, id="R111", note=note, **more)
    expected = strongest_memory(spec.count)
    said = f"{kind}: memory of exact pairs, the strongest alone"
    yield compare(said, "no e^-N", expected, of("memory_of_strongest"), id="R111", **more)
    said = f"{kind}: exponent of exact pairs' tones"
    yield compare(said, "theta_0", spec.theta, of("exact_tail"), id="R111", **more)
    said = f"{kind}: mean square shift by second resonances over (A12)"
    yield compare(said, "1", 1.0, of("shift"), id="R113", **more)


def tilt(b: float) -> float:
    """What exp(b u), u = v^theta in units of the largest, makes of a Hill estimate of theta."""
    top = quad(lambda u: math.exp(b * u), 0, 1)[0]
    return float(top / quad(lambda u: -math.log(u) * math.exp(b * u), 0, 1)[0])


def strongest_memory(count: float) -> float:
    """1 - <the largest of 4 v^2/(D^2 + 4 v^2)>, from P(all below x) = exp(-2 N sqrt(1/x -
    1))."""
    return quad(lambda x: math.exp(-2 * count * math.sqrt(1 / x - 1)), 0, 1)[0]
