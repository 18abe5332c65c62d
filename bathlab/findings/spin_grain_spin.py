"""What two spins at the ends of a grain say of supplement D: N, rho_lr and Cor against G."""

from __future__ import annotations

import math
from typing import Any, Iterator, Mapping, Sequence

import pandas as pd

from bathlab.experiments.pair_laws import (
    half,
    largest,
    mean_at,
    ratio_of,
    size_powers,
)
from bathlab.statistics import Estimate, independent
from bathlab.theory.random_matrices import GOE, POISSON_RATIO, random_pair
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, compare, pm, state

#: A g above this share of the band is not far below it.
FAR_BELOW = 0.1
#: G of eq. (2) below this is G << 1, above its inverse G >> 1.
WEAK = 0.3
#: |rho_lr - 1/4| of a pure state.
PURE = math.sqrt(3 / 4)
#: The table of supplement D.
TABLE = {
    "G << 1": {"zz": "0", "participation": "1", "deviation": "pure product"},
    "G ~ 1": {"zz": "O(1)", "participation": "O(1)", "deviation": "no structure"},
    "G >> 1": {"zz": "0", "participation": "O(2^l_E)", "deviation": "O(2^(-l_E/2))"},
}
#: Correlators this small are those of rounding and of accidental degeneracies.
EXACT = 1e-8


def strengths(part: pd.DataFrame) -> list[float]:
    return sorted(part["G"].unique().tolist())


def scale(part: pd.DataFrame, G: float) -> str:
    """Where a G stands: in eq. (2), and in units of the band."""
    ratio, band = (mean_at(part, G, name).mean for name in ("ratio", "band"))
    return f"G of eq. (2) {ratio:.2g}, g/band {band:.2g}"


def places(part: pd.DataFrame) -> Iterator[Claim]:
    """The largest correlator, and where eigenstates stop being products."""
    if len(strengths(part)) < 5:
        return
    height, place = largest(part)
    more = {"id": "A62", "verdict": f"at G = {place.mean:.2f} +- {place.error:.2f} of eq. (2)"}
    yield state("largest mean |Cor_zz| along G", "O(1) at G ~ 1", height, **more)
    said = "G of eq. (2) at the largest mean |Cor_zz|"
    factor = mean_at(part, strengths(part)[0], "ratio").mean / strengths(part)[0]
    note = f"eq. (2) is {factor:.1f} times typical element/spacing"
    yield compare(
        said, "~ 1", 1.0, place, verdict=near(place), id="A62", note=note, equation="(2)"
    )
    found, place = half(part)
    said = "G of eq. (2) at which half of the states overlap > 1/2 with one product"
    note = f"typical element/spacing {pm(found)}"
    yield compare(
        said, "1", 1.0, place, verdict=near(place), id="A4", note=note, equation="(2)"
    )
    shares = {G: mean_at(part, G, "product").mean for G in strengths(part)}
    text = ", ".join(f"{share:.2f} at {G:g}" for G, share in shares.items())
    falls = all(a >= b for a, b in zip(shares.values(), list(shares.values())[1:]))
    verdict = "falls from 1 to 0" if falls else "not monotonic"
    said, N = "share of states with overlap > 1/2 against G", part["realisation"].nunique()
    yield Claim(said, "1 below G = 1, 0 above", text=text, verdict=verdict, N=N, id="A4")


def near(found: Estimate) -> str:
    """How a value that should be of order 1 stands to it."""
    if not math.isfinite(found.mean):
        return "not in the range"
    within = "of order 1" if 0.5 < found.mean < 2 else "not of order 1"
    return f"{within}, {100 * (found.mean - 1):+.0f} %"


def regime(part: pd.DataFrame, G: float) -> str:
    """Which row of the paper's table a G belongs to, by its G of eq. (2)."""
    ratio = mean_at(part, G, "ratio").mean
    return "G << 1" if ratio < WEAK else "G >> 1" if ratio > 1 / WEAK else "G ~ 1"


def limits(part: pd.DataFrame, spins: int, few: Sequence[float]) -> Iterator[Claim]:
    """The paper's table: N, rho_lr and Cor at the least G, at G ~ 1 and at the last of
    ``few``, beside random vectors."""
    wanted = random_pair(spins)
    for G in dict.fromkeys((strengths(part)[0], few[0], few[-1])):
        row, note = regime(part, G), scale(part, G)
        for name, said in (("zz", "mean |Cor_zz|"), ("participation", "N, typical")):
            here = mean_at(part, G, name)
            over = f"{here.mean / wanted[name]:.2g} of that of random vectors"
            typical = mean_at(part, G, "zz_log").mean
            verdict = f"typical {typical:.2g}, mean {over}" if name == "zz" else over
            yield state(said, TABLE[row][name], here, verdict=verdict, note=note, id="A62").at(
                f"G = {G:g}"
            )
        here = mean_at(part, G, "deviation")
        verdict = (
            f"{here.mean / wanted['deviation']:.2g} of that of random vectors, "
            f"{here.mean / PURE:.2f} of that of a pure state"
        )
        more = {"verdict": verdict, "note": note, "id": "A62"}
        yield state("|rho_lr - 1/4|", TABLE[row]["deviation"], here, **more).at(f"G = {G:g}")
        for claim in melting(part, G, row):
            yield claim.at(f"G = {G:g}")


def melting(part: pd.DataFrame, G: float, row: str) -> Iterator[Claim]:
    """Entropy of a spin and gap ratio: a dichotomy, on either side of G = 1; and whether rho_lr
    is a product."""
    entropy, r, free, melted, mutual = (
        mean_at(part, G, name) for name in ("entropy", "gap_ratio", "free", "melted", "mutual")
    )
    between = 1 - free.mean - melted.mean
    verdict = f"free {free.mean:.2f}, melted {melted.mean:.2f}, between {between:.2f} of states"
    note = scale(part, G)
    paper = {"G << 1": "0", "G >> 1": "1"}.get(row, "-")
    yield state(
        "entropy of a spin over log 2", paper, entropy, verdict=verdict, note=note, id="A1"
    )
    share = (r.mean - POISSON_RATIO) / (GOE.gap_ratio - POISSON_RATIO)
    verdict = f"{share:.2f} of the way from uncorrelated levels to the GOE"
    paper = {"G << 1": f"{POISSON_RATIO:.4f}", "G >> 1": f"{GOE.gap_ratio}"}.get(row, "-")
    yield state("gap ratio", paper, r, verdict=verdict, id="A1")
    paper = "no product" if row == "G ~ 1" else "0: product"
    verdict = f"{mutual.mean / math.log(2):.3f} log 2"
    said = "S_l + S_r - S_lr (nats)"
    yield state(said, paper, mutual, verdict=verdict, digits=4, id="A62")


def lowered(part: pd.DataFrame) -> Iterator[Claim]:
    """Stronger coupling to l and r lowers their correlator."""
    here = strengths(part)
    for lower, upper in ((0.1, 0.3), (0.3, 1.2), (0.3, 3.0)):
        if lower not in here or upper not in here:
            continue
        found = ratio_of(part, upper, lower, "zz")
        off, clear = 1 - found.mean, OFF * found.error
        known = "lowered" if off > clear else "raised" if -off > clear else "unchanged"
        bands = [mean_at(part, G, "band").mean for G in (lower, upper)]
        note = f"g/band from {bands[0]:.2g} to {bands[1]:.2g}"
        note += "" if bands[1] < FAR_BELOW else ", not far below it"
        said = f"mean |Cor_zz| at G = {upper:g} over that at {lower:g}"
        more = {"verdict": f"{known}, {-100 * off:+.0f} %", "note": note, "id": "A64"}
        yield state(said, "< 1", found, **more)


#: Powers of 2^l_E in means: by column what it is called, at G ~ 1, at G >> 1, and its claims.
POWERS = {
    "zz": ("mean |Cor_zz|", 0.0, -0.5, "A61 A62 A64"),
    "xx": ("mean |Cor_xx|", 0.0, -0.5, "A62"),
    "participation": ("N", 0.0, 1.0, "A62"),
    "deviation": ("|rho_lr - 1/4|", 0.0, -0.5, "A62"),
}


def growth(sizes: Mapping[int, pd.DataFrame], few: Sequence[float]) -> Iterator[Claim]:
    """Does a mean know how long the grain is: at the G that is critical, and at the largest g
    that stays the same while E grows, so that G grows as 2^(l_E/2)."""
    for name, (said, critical, thermal, ids) in POWERS.items():
        lines = [
            (f"at G = {few[0]:g}", "G ~ 1", critical, dict.fromkeys(sizes, few[0])),
            (
                f"at one g, G = {few[-1]:g} for the largest l_E",
                "G >> 1",
                thermal,
                {size: few[-1] * 2 ** ((size - max(sizes)) / 2) for size in sizes},
            ),
        ]
        for words, regime, wanted, line in lines:
            for one, other, power in size_powers(sizes, line, name):
                band = max(mean_at(sizes[n], line[n], "band").mean for n in (one, other))
                note = f"g/band up to {band:.2g}"
                if name == "zz" and power.mean < 0:
                    note += f"; decays over {-1 / (power.mean * math.log(2)):.1f} spins"
                words_here = f"power of 2^l_E in {said} {words}, l_E = {one} to {other}"
                paper = f"{wanted:g} ({regime})"
                yield compare(words_here, paper, wanted, power, id=ids, note=note)


def variant(part: pd.DataFrame, main: pd.DataFrame) -> Iterator[Claim]:
    """The same with other contacts or another grain, beside the main case."""
    for G in strengths(part):
        here = mean_at(part, G, "zz")
        other = mean_at(main, G, "zz")
        over = independent(lambda a, b: a / b, here, other)
        note, N = scale(part, G), mean_at(part, G, "participation").mean
        text = f"{pm(here)}; N = {N:.1f}, |rho - 1/4| {mean_at(part, G, 'deviation').mean:.2f}"
        more = {"verdict": f"{pm(over, 2)} of the GOE with random contacts", "note": note}
        said = f"mean |Cor_zz| at G = {G:g}"
        yield state(said, "-", here, text=text, id="A62 A64", **more)
    yield from lowered(part)
    yield from places(part)


def control(part: pd.DataFrame) -> Claim:
    """The largest mean |Cor| where nothing joins the spins."""
    found = max(float(part[name].max()) for name in ("zz", "xx"))
    verdict = "none" if found < EXACT else "correlated"
    said = (
        f"largest mean |Cor_zz|, |Cor_xx| at G = {', '.join(f'{G:g}' for G in strengths(part))}"
    )
    N, text = part["realisation"].nunique(), f"{found:.1e}"
    more: dict[str, Any] = {"effect": found, "verdict": verdict, "id": "A62 A64", "text": text}
    return Claim(said, "0", expected=0.0, value=found, N=N, **more)
