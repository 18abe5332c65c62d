"""What figure 9 of Crowley & Chandran says of the drift of W_c, and what is left of it where
zeta is positive; and their Thouless frequency with the same xi(W)."""

from __future__ import annotations

import math
from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.findings.resonance_model import held, near, told
from bathlab.theory import resonance_model
from bathlab.workbench import Claim

#: The part of figure 9 that is printed as straight, and the longest chain of its inset.
STRAIGHT, LONGEST = (5.0, 10.0), 60.0


def drift(rows: pd.DataFrame, W_c: float) -> Iterator[Claim]:
    """Figure 9: W_delta(L), its straight part and l_delta."""
    L, W = rows["length"].to_numpy(), rows["W_delta"].to_numpy()
    short = (L >= STRAIGHT[0]) & (L <= STRAIGHT[1])
    slope, bent = line(L[short], W[short])
    negative = L[W < W_c / 2].max() if np.any(W < W_c / 2) else math.nan
    verdict = "zeta < 0 up to there" if negative >= 10 else "zeta > 0"
    note = f"a straight line is {100 * bent:.1f} % of the rise off at most"
    said = "W_delta/W_c at L = 10, the end of the straight part"
    yield told(said, "linear at small L", near(W, L, 10) / W_c, verdict, "R87 R85", note=note)
    ell = rows["ell"].to_numpy()
    first, last = near(ell, L, 10), near(ell, L, 60)
    yield held("l_delta at L = 60 over that at L = 10", "1", 1, last / first, len(L), id="R88")
    beyond = L[W > W_c]
    value = float(beyond.min()) if beyond.size else math.nan
    verdict = "from below" if not beyond.size else "passes W_c"
    yield told("shortest chain with W_delta > W_c", "none", value, verdict, "R87")
    ratio = np.abs(rows["xi_over_L"].to_numpy()[(L >= 5) & (L <= 60)])
    verdict = f"from {ratio.min():.3f} to {ratio.max():.3f}"
    yield told(
        "|xi(W_delta)|/L, L from 5 to 60", "constant", float(ratio.mean()), verdict, "R90"
    )
    lengths = np.array([5.0, 20.0, 60.0])
    middle = resonance_model.Hamiltonian(1 / np.log(0.7), 20.0, lengths).entanglement
    rises = bool(np.all(np.diff(middle) > 0))
    verdict = "rises with L" if rises else "not so"
    said = "[S_P] at W = 0.7 W_c, L = 60"
    yield told(said, "figure 9", float(middle[-1]), verdict, "R86", note="lambda = 20")
    yield from bounded(L, W / W_c, rows["W_bounded"].to_numpy() / W_c)
    yield from thouless()


def line(L: RealArray, W: RealArray) -> tuple[float, float]:
    """Slope of a straight line, and how far it is off at most, over the rise."""
    slope, start = np.polyfit(L, W, 1)
    return float(slope), float(np.abs(W - start - slope * L).max() / np.ptp(W))


def bounded(L: RealArray, W: RealArray, kept: RealArray) -> Iterator[Claim]:
    """W_delta/W_c with |xi| >= zeta_c: where that changes it, and how straight it is then."""
    changed = kept < W * (1 - 1e-9)
    if not np.any(changed):
        said = "chains whose W_delta changes if |xi| >= zeta_c"
        yield told(said, "-", 0.0, "none", "R87 R85", text="none")
        return
    last = float(L[changed].max())
    whole = "all" if last >= STRAIGHT[1] else "not all"
    ends = f"L = {STRAIGHT[0]:g} to {STRAIGHT[1]:g}"
    yield told(
        "longest chain whose W_delta changes if |xi| >= zeta_c", "-", last,
        f"{whole} of the straight part, {ends}", "R87 R85",
    )  # fmt: skip
    inside = changed & (L >= STRAIGHT[0])
    growth = np.diff(np.log2(kept[inside])) / np.diff(L[inside])
    yield told(
        f"d log2 W_delta/dL with |xi| >= zeta_c, L = {STRAIGHT[0]:g} to {last:g}",
        "W_delta linear in L", float(growth.mean()),
        f"exponential, from {growth.min():.3f} to {growth.max():.3f}"
        if np.ptp(growth) < 0.1 * growth.mean() else "no exponential",
        "R87 R85", note=f"W_delta/W_c from {kept[inside][0]:.3f} to {kept[inside][-1]:.3f}",
    )  # fmt: skip
    printed = (L >= STRAIGHT[0]) & (L <= STRAIGHT[1])
    slope, bent = line(L[printed], W[printed])
    left = straight(L, kept, last, bent)
    if left is None:
        return
    end, own = left
    yield held(
        f"slope of W_delta from L = {last + 1:g} to {end:g}, as straight, over that of {ends}",
        "1", 1.0, own / slope, int(end - last), of="lengths", id="R87 R85",
        note=f"{own:.4f} and {slope:.4f} W_c a site, off by {100 * bent:.1f} % of the rise",
    )  # fmt: skip


def straight(
    L: RealArray, W: RealArray, after: float, bent: float
) -> tuple[float, float] | None:
    """Where the longest line that begins right after a length and is no more bent ends, and
    its slope."""
    found = None
    for end in L[(L > after + 2) & (L <= LONGEST)]:
        part = (L > after) & (L <= end)
        slope, off = line(L[part], W[part])
        if off <= bent:
            found = float(end), slope
    return found


def thouless() -> Iterator[Claim]:
    """How far log omega_Th is from a straight line in W with figure 9's xi(W), W_c = 10."""
    slopes = []
    for at in (5.1, 8.0):
        xi = 1 / np.log(np.array([at - 0.01, at + 0.01]) / 10)
        pair = resonance_model.Floquet(xi, 20.0, 20).thouless
        slopes.append(float(np.diff(np.log(pair))[0]) / 0.02)
    text = f"{slopes[0]:.3f} and {slopes[1]:.2f}"
    said = "d log omega_Th/dW at W = 8 over that at 5.1, W_c = 10"
    yield held(said, "1, omega_Th ~ e^-cW", 1, slopes[1] / slopes[0], id="R92", text=text)
