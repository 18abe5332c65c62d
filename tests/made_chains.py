"""Rows of chains made up: S(omega), means and growth with L are what is asked for."""

import numpy as np
import pandas as pd

from bathlab.experiments.chain_states import CLOSE, ELEMENTS, FREQUENCIES, TIMES

GRID = (0.5, 1.0, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 12.0)
CENTRES = np.sqrt(FREQUENCIES[1:-1] * FREQUENCIES[2:])


def logarithmic(W, omega):
    """(111) with the gradient 80 per e-fold of 1/(W omega)."""
    return 1 / (omega * W * np.sqrt(50 + 80 * np.log(np.maximum(1 / (W * omega), 0.6))))


def pure(W, omega):
    return 0.07 / (W * omega)


def power(W, omega):
    return 0.07 * omega**-0.7


def drifting(W, L):
    """1 if thermal: half-way at W = 3, and as steep as L is long, so that nu = 1."""
    return 1 / (1 + np.exp((W - 3.0) * L / 20))


def moving(W, L):
    """W* ~ L, of one form."""
    return 1 / (1 + np.exp(4 * (np.log(W) - np.log(0.3 * L))))


def chains(
    kind,
    sizes,
    grid=GRID,
    N=20,
    S=logarithmic,
    thermal=drifting,
    memory=moving,
    grown=0.5,
    noise=0.03,
    whole=True,
):
    """One row for each realisation, size and W; the S of a chain has a factor of its own."""
    rows = []
    for L in sizes:
        for r in range(N):
            draw = np.random.default_rng((L, r))
            for W in grid:
                rows.append(one(kind, L, W, r, draw, S, thermal, memory, grown, noise, whole))
    return pd.DataFrame(rows)


def one(kind, L, W, r, draw, S, thermal, memory, grown, noise, whole):
    exposure = 2 * 100 * np.diff(FREQUENCIES)
    density = np.append(0.0, S(W, CENTRES)) * (1 + noise * draw.standard_normal())
    density = density * (1 + noise * draw.standard_normal(len(density)))
    share = np.clip(thermal(W, L) + 0.02 * draw.standard_normal(), 0.0, 1.0)
    kept = np.clip(1 - memory(W, L) + 0.01 * draw.standard_normal(), 0.0, 1.0)
    local = 2.0 ** (grown * (L - 8) / (1 + (W / 4) ** 4))
    chaotic = 0.5996 if kind == "vector" else 0.5307
    return {
        "kind": kind,
        "sites": L,
        "W": W,
        "realisation": r,
        "all": whole,
        "squares": density * exposure,
        "moduli": local * (1 + noise * draw.standard_normal()) * exposure,
        "pairs": exposure,
        "exposure": exposure,
        "elements": 1e4 * (ELEMENTS[1:] ** 0.6 - ELEMENTS[:-1] ** 0.6) * draw.uniform(0.9, 1.1),
        "close": 1e4,
        "levels": 100.0,
        "plateau": kept,
        "gap_ratio": 0.3863 + (chaotic - 0.3863) * share,
        "spacing": CLOSE / 4 * 2.0 ** (8 - L),
        "sum_error": 1e-14,
        "entropy_one": 0.693 * (1 - kept),
        "entropy_two": 1.386 * (1 - kept),
        "entropy_half": (L * 0.34 - 0.5) * share,
        "log_fidelity": L * np.log(2) * share + 0.05 * draw.standard_normal(),
        "form_real": 0.0 * TIMES,
        "form_imaginary": 0.0 * TIMES,
        "form_weight": np.nan,
    }


def everything(**changes):
    """All kinds, as the study has them."""
    few = (1.5, 2.5)
    return pd.concat(
        [
            chains("random", (8, 10, 12, 14), **changes),
            chains("middle", (14,), few, **changes),
            chains("cosine", (8, 10, 12), (0.75, 1.25, 2.0, 3.0, 5.0), N=10, **changes),
            chains("vector", (4, 6, 8), (1.0, 2.0, 4.0, 8.0, 16.0), N=10, **changes),
        ],
        ignore_index=True,
    )
