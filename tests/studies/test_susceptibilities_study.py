"""What the study of susceptibilities says of right rows, and of wrong ones."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one

from bathlab.experiments.expected import expected_laws, last_value, site_factor
from bathlab.experiments.pair_counts import SCALES
from bathlab.experiments.susceptibilities import expected_median
from bathlab.experiments.susceptible import (
    CURVATURES,
    FIDELITIES,
    K_DECADES,
    SPACINGS,
    X_DECADES,
)
from bathlab.model.random_unitaries import REPULSION

SITES, COUNT = (8, 10), 40
A = {0.02: 0.39, 0.04: 0.61}


@pytest.fixture(scope="module")
def script():
    return load_study("susceptibilities")


def tail(draw, exponent, least, count):
    """Values above ``least`` with density x^exponent."""
    return least * draw.uniform(size=count) ** (1 / (1 + exponent))


def power_of_Z(draw, exponent, decades, count=300):
    """Counts of Z with density Z^exponent on (1e-6, 1) in each decade."""
    grid = SCALES[(SCALES > 0.99e-6) & (SCALES < 1.01)]
    weights = np.diff(grid ** (exponent + 1)) / (exponent + 1)
    counts = np.zeros((len(decades) - 1, len(SCALES) - 1))
    first = np.searchsorted(SCALES, 0.99e-6)
    for row in counts:
        row[first : first + len(weights)] = draw.multinomial(count, weights / weights.sum())
    return counts.ravel()


def cells(draw, chi, kappa, origin, near=0.8, terms=1.0, positive=0.5, share=0.98, least=1.0):
    """One row: exponents of p_chi and p_kappa, powers of Z, level density at small omega."""
    sums = np.histogram(tail(draw, chi, least, 3000), FIDELITIES)[0].astype(float)
    bends = np.histogram(tail(draw, kappa, 0.1 * least, 3000), CURVATURES)[0].astype(float)
    moved = np.histogram(tail(draw, -1.5, 1.0, 3000), FIDELITIES)[0].astype(float)
    flat = np.histogram(tail(draw, -2.0, 0.1, 3000), CURVATURES)[0].astype(float)
    scales = np.zeros(len(SCALES) - 1)
    scales[20] = 1.0
    uniform = (2**8 - 1) * np.diff(SPACINGS)
    of_Z = power_of_Z(draw, origin[0], X_DECADES)
    return {
        "x": terms * sums / 2, "x_moved": moved / 2, "chi": sums, "chi_moved": moved,
        "chi_share": share * sums, "k": bends / 2, "k_moved": flat / 2, "kappa": bends,
        "kappa_moved": flat, "kappa_positive": draw.binomial(bends.astype(int), positive) * 1.0,
        "x_Z": of_Z, "x_Omega": of_Z, "x_omega": of_Z,
        "k_Z": power_of_Z(draw, origin[1], K_DECADES),
        "chi_Omega": scales, "spacings": draw.poisson(near * uniform * 40) / 40.0,
        "states": 3000.0, "mean_chi": draw.uniform(1, 2), "median_chi": 1.0, "log_chi": 0.0,
    }  # fmt: skip


def rows(draw, **how):
    """Circuits of two sizes and couplings, and random unitaries, all right but for ``how``."""
    made = []
    for sites in SITES:
        for coupling, a in A.items():
            slow = a > 0.5
            right = {
                "chi": -1.25 if slow else -(3 - a) / 2,
                "kappa": -(2 - a),
                "origin": (-(0.5 + a), -1.5 * a),
                "near": 0.8 if coupling == 0.02 else 0.6,
            }
            # p_x falls by 2^-L, or by 2^(-L/2a): so many more pairs.
            pairs = 3000.0 * 2 ** ((sites - 8) / (2 * a) if slow else sites - 8) * 255 / 2
            for realisation in range(COUNT):
                row = cells(draw, **(right | how)) | {"pairs": pairs, "sites": sites}
                row |= {"levels": "circuit", "coupling": coupling}
                made.append(row | {"realisation": realisation})
    for kind, beta in REPULSION.items():
        for realisation in range(COUNT):
            right = {"chi": -(3 + beta) / 2, "kappa": -2.0 - beta, "origin": (-0.9, -0.6)}
            row = cells(draw, **right, least=20.0) | {"pairs": 3000.0, "sites": 6}
            made.append(row | {"levels": kind, "coupling": np.nan, "realisation": realisation})
    return pd.DataFrame(made)


def said(script, table, **other):
    p = script.Parameters(sites=SITES, realisations=(COUNT, COUNT), strong=(), **other)
    return {c.claim: c for c in script.claims(script.study.outcome(table, p))}


@pytest.fixture(scope="module")
def right(script):
    return said(script, rows(np.random.default_rng(7)))


EXPONENTS = {
    ("J = 0.02, L = 8", "exponent of p_x on"): -1.305,
    ("J = 0.02, L = 8", "exponent of p_chi on"): -1.305,
    ("J = 0.02, L = 8", "exponent of p_kappa on"): -1.61,
    ("J = 0.04, L = 8", "exponent of p_chi on"): -1.25,
    ("J = 0.04, L = 8", "exponent of p_kappa on"): -1.39,
    ("J = 0.02, L = 8", "exponent of p_chi, z rearranged"): -1.5,
    ("J = 0.02, L = 8", "exponent of p_kappa, z rearranged"): -2.0,
    ("COE", "exponent of p_chi on"): -2.0,
    ("COE", "exponent of p_kappa on"): -3.0,
    ("J = 0.02, L = 8", "power of Z", "with x"): -0.89,
    ("J = 0.04, L = 8", "power of Z", "with k"): -0.915,
}


@pytest.mark.parametrize("words", EXPONENTS, ids=" ".join)
def test_right_rows_agree_with_each_exponent(right, words):
    """Fixed seed; four standard errors and the window's, a false alarm of 6e-5 at most each."""
    claim = one(right, *words)
    assert claim.expected == pytest.approx(EXPONENTS[words])
    window = float(claim.note.split()[-1])
    assert abs(claim.effect) < 4 * (claim.error + window) < 0.7 and claim.id
    assert claim.verdict == "agrees" or abs(claim.effect) > 2 * claim.error


def test_right_rows_agree_with_all_else(right):
    """Four standard errors."""
    at = "J = 0.02, L = 8:"
    assert one(right, at, "P_x / P_chi").verdict == "+0 %"
    assert one(right, at, "mean share").value == pytest.approx(0.98)
    assert float(one(right, at, "+ 3/2").verdict.split()[0]) > 4
    for words, expected in (
        ((at, "(N+ - N-)/N"), 0.0),
        ((at, "over those of independent levels"), 0.8),
        (("J = 0.02, L = 8 to 10", "share of x"), -1.0),
        (("J = 0.04, L = 8 to 10", "share of x"), -1 / 1.22),
        (("J = 0.02 to 0.04, L = 10", "change of the exponent of p_chi"), 0.055),
        (("J = 0.02 to 0.04, L = 10", "change by a factor"), 0.75),
    ):
        claim = one(right, *words)
        assert abs(claim.value - expected) < 4 * claim.error < 0.3
    half = one(right, at, "median Z")
    assert abs(half.value - expected_median(-0.89, 1e-6)) < 4 * half.error < 0.01
    assert half.expected == pytest.approx(expected_median(-0.89, 10**2.25 * 2 ** (-8 / 0.39)))
    assert one(right, "L = 10", "J = 0.02", "over its median").value == pytest.approx(1.5, 0.1)


def test_wrong_rows_are_told_from_the_theory(script):
    """Powers of independent elements, twice as many terms, one sign, no repulsion, one Z."""
    how = {"chi": -1.5, "kappa": -2.0, "origin": (0.0, 0.0), "near": 1.0, "terms": 2.0}
    found = said(script, rows(np.random.default_rng(8), **how, positive=0.6, share=0.5))
    at = "J = 0.02, L = 8:"
    for words in (
        "exponent of p_chi on",
        "exponent of p_kappa on",
        "power of Z of the pairs with x",
    ):
        assert "of all errors" in one(found, at, words).verdict
    assert abs(float(one(found, at, "+ 3/2").verdict.split()[0])) < 4
    assert one(found, at, "P_x / P_chi").verdict == "+100 %"
    assert one(found, at, "mean share").verdict == "50 %"
    assert "sigma" in one(found, at, "(N+ - N-)/N").verdict
    assert abs(float(one(found, at, "independent levels").verdict.split()[0])) < 4
    assert abs(one(found, "J = 0.02 to 0.04, L = 8", "exponent of p_chi").value) < 0.15


def test_too_few_values_leave_the_rest_of_the_claims(script):
    found = said(script, rows(np.random.default_rng(9), least=1e-5, chi=-9.0, kappa=-9.0))
    claim = one(found, "J = 0.02, L = 8", "exponent of p_chi on")
    assert claim.verdict == "too few values" and claim.value is None
    assert one(found, "J = 0.02, L = 8", "independent levels").verdict
    assert not [name for name in found if "L = 8: mean share" in name]


def test_a_window_beyond_omega_0_is_said_to_be(script, right):
    """At J = 0.04 and L = 8, Omega_0^-2 is 8e7 and 1/Omega_0 is 9e3."""
    assert last_value("chi", 0.04, 8) == pytest.approx(7.9e7, rel=0.05)
    assert last_value("kappa", 0.04, 8) == pytest.approx(8.9e3, rel=0.05)
    table = rows(np.random.default_rng(7))
    found = said(script, table, fidelities=(1e3, 1e8), curvatures=(10.0, 1e4))
    for quantity in ("chi", "kappa"):
        words = ("J = 0.04, L = 8:", f"exponent of p_{quantity} on")
        assert one(found, *words).verdict.startswith("window beyond")
        assert not one(right, *words).verdict.startswith("window beyond")


def test_what_is_expected_changes_with_a():
    found = expected_laws((0.02, 0.06), (1e3, 1e6), (10.0, 1e3))
    at = found[(found["coupling"] == 0.06) & ~found["moved"]].set_index("quantity")["exponent"]
    assert (at["x"], at["chi"], at["kappa"]) == (-1.25, -1.25, -4 / 3)
    assert site_factor("x", 0.02)[0] == site_factor("k", 0.04)[0] == -1.0
    assert site_factor("x", 0.04)[0] == pytest.approx(-0.82, abs=0.01)
    assert site_factor("k", 0.05)[0] == pytest.approx(-0.88, abs=0.01)
    of_cue = found[found["levels"] == "CUE"]["exponent"].tolist()
    assert of_cue == [-2.5, -4.0]


def test_a_window_has_two_ends(script):
    for wrong in ((1e3,), (1e6, 1e3)):
        with pytest.raises(ValueError, match="two ascending"):
            script.Parameters(fidelities=wrong)
