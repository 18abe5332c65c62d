"""Claims on fitted exponents of which nothing is expected, and on what chance makes."""

import pytest

from bathlab.statistics import DensityLaw, Estimate
from bathlab.statistics.histograms import POOR
from bathlab.workbench.claims import FALSE_ALARM, state_law, unlikely


@pytest.mark.parametrize(
    ("chi2", "why", "verdict"),
    [
        (POOR / 2, "-", "-"),
        (POOR / 2, "no prediction", "no prediction"),
        (2 * POOR, "-", "not one power"),
        (2 * POOR, "no prediction", "no prediction, not one power"),
    ],
)
def test_a_law_without_expectation_says_why_and_how_good_it_is(chi2, why, verdict):
    exponent = Estimate(-1.4, 0.02, 30)
    law = DensityLaw(exponent, Estimate(0.0, 0.1, 30), 0.05, (1e-3, 1e-1), 8, chi2)
    claim = state_law("exponent", law, exponent + 1, why, id="C72")
    assert claim.verdict == verdict and claim.expected is claim.effect is None
    assert claim.value == pytest.approx(-0.4) and claim.id == "C72"
    assert claim.here.startswith("-0.400 +- 0.020 +- 0.050 (window), chi2/dof")


def test_what_chance_hardly_makes_is_off():
    assert unlikely("T", 1.2, 2 * FALSE_ALARM).verdict.startswith("agrees, p = 0.002")
    found = unlikely("T", 5.0, FALSE_ALARM / 2, id="C4", N=9)
    assert found.verdict.startswith("off") and found.effect == 4 and found.here == "5.00"
    with pytest.raises(ValueError, match="probability"):
        unlikely("T", 1.0, float("nan"))
