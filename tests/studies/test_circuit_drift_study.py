"""What the study of the drift with J says of rows that are right, and of wrong ones."""

import pytest
from made_drift import made
from scripts import load_study

from bathlab.findings.circuit_drift import FEW

COUPLINGS = (0.02, 0.04, 0.25)


def a_of(J):
    """exp(-1/zeta) = 8 J."""
    return {0.02: 0.378, 0.04: 0.608, 0.25: 0.9}[J]


@pytest.fixture(scope="module")
def script():
    return load_study("circuit_drift")


def said(script, **how):
    table = made(COUPLINGS, (6, 8), a_of, **how)
    p = script.Parameters(
        sites=(6, 8), couplings=COUPLINGS, few=COUPLINGS, realisations=(30, 30)
    )
    return {claim.claim: claim for claim in script.claims(script.study.outcome(table, p))}


@pytest.fixture(scope="module")
def right(script):
    return said(script)


WRONG = ("fields", "phases", "amplitude", "exponents", "edge", "spacings", "levels", "ranges")


@pytest.fixture(scope="module")
def wrong(script):
    return said(script, wrong=WRONG)


def test_rows_of_the_theory_agree_with_it(right):
    """Fixed seed; values within four errors, the verdict's two would alarm once in twenty."""
    for words, expected, slack in (
        ("J = 0.02, L = 8: exponent of p_chi", -1.311, 0.0),
        ("J = 0.04, L = 8: exponent of p_chi, z rearranged", -1.5, 0.0),
        ("J = 0.02, L = 8: exponent of p_kappa", -1.622, 0.0),
        ("J = 0.04, L = 8: exponent of p_kappa", -1.392, 0.0),
        ("J = 0.02, L = 8: exponent of C(t) - C(infinity)", -0.622, 0.05),
        ("J = 0.02, L = 8: amplitude of 2^L p_Z ~ Z^(-3/2) on [40 J^2, 1/2]", 0.0309, 0.0),
        ("J = 0.02, L = 8: largest Omega / (2 pi J)", 1.0, 0.0),
        ("J = 0.25, L = 6: gap ratio", 0.5996, 0.0),
        ("L = 8: power of J in exp(-1/zeta), a of p_Omega", 1.0, 0.0),
    ):
        claim = right[words]
        assert abs(claim.value - expected) < 4 * claim.error + slack, claim
    assert right["chi^2/dof of h against sin^2(h/2)/pi"].verdict.startswith("agrees")
    flat = right["L = 8: T^2 of theta over a flat density, least likely of all J"]
    assert flat.verdict.startswith("agrees")
    ranged = right["J = 0.02, L = 8: zeta/zeta_c of number and median Omega by range"]
    assert abs(ranged.effect) < 0.03  # medians are put into bins of a fifth of a decade


def test_every_claim_carries_its_number(right):
    assert all(claim.id for claim in right.values())
    ids = {name for claim in right.values() for name in claim.id.split()}
    assert ids == {
        *("C2", "C3", "C4", "C5", "C22", "C23", "C36", "C37", "C38", "C45", "C48", "C59"),
        *("C61", "C66", "C67", "C69", "C72"),
        "C70",
    }


def test_wrong_rows_are_told_from_the_theory(wrong):
    assert wrong["chi^2/dof of h against sin^2(h/2)/pi"].verdict.startswith("off")
    flat = wrong["L = 8: T^2 of theta over a flat density, least likely of all J"]
    assert flat.verdict.startswith("off")
    for words in (
        "J = 0.02, L = 8: exponent of p_chi",
        "J = 0.02, L = 8: exponent of p_kappa",
        "J = 0.02, L = 8: exponent of C(t) - C(infinity)",
    ):
        assert "of all errors" in wrong[words].verdict, wrong[words]
    for words in (
        "J = 0.02, L = 8: amplitude of 2^L p_Z ~ Z^(-3/2) on [40 J^2, 1/2]",
        "J = 0.02, L = 8: zeta/zeta_c of number and median Omega by range",
        "J = 0.25, L = 8: gap ratio",
    ):
        assert "sigma" in wrong[words].verdict, wrong[words]
    assert wrong["J = 0.02, L = 8: largest Omega / (2 pi J)"].verdict == "+100 %"
    near = wrong["L = 8: change when J is e times as large, pairs within 0.1 spacings"]
    assert abs(near.value) < 4 * near.error


def test_what_no_law_fits_is_said(script):
    found = said(script, realisations=1)
    assert found["J = 0.02, L = 8: zeta/zeta_c of p_Omega"].verdict == FEW
    power = found["L = 8: power of J in exp(-1/zeta), a of p_Omega"]
    assert power.verdict == "too few fits" and power.value is None


def test_few_are_among_the_couplings(script):
    with pytest.raises(ValueError, match="few of the couplings"):
        script.Parameters(couplings=(0.02, 0.04), few=(0.03,))
    with pytest.raises(ValueError, match="lower end below"):
        script.Parameters(lower=0.5, upper=0.3)
