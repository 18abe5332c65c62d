"""What the study of fading ergodicity says of rows that follow a power of n, and of others."""

import math

import numpy as np
import pandas as pd
import pytest
from scripts import load_study

from bathlab.experiments.fading_laws import power, shared_powers
from bathlab.findings import fading_ends, fading_ergodicity
from bathlab.plotting.figures import figure
from bathlab.theory import fading_exponent

SIZES = tuple(2**spins for spins in range(8, 15))
COUNTS = (40, 30, 20, 12, 10, 6, 3)


def rows_of(alpha, power=None, curved=0.0, scatter=0.2):
    """Rows whose squares fall as n^-power, with log n squared times ``curved``."""
    numbers = np.random.default_rng(int(1000 * alpha))
    p = fading_exponent(alpha) if power is None else power
    up = fading_exponent(alpha, "x") if alpha > 0.7071 else 1.0
    rows = []
    for n, count in zip(SIZES, COUNTS):
        for realisation in range(count):
            moved = scatter * numbers.standard_normal(3)
            log = -p * math.log(n / 64) - curved * math.log(n / 64) ** 2
            square = math.exp(log + moved[0])
            rows.append(
                {
                    "alpha": alpha, "n": n, "realisation": realisation, "gap_ratio": 0.53,
                    "z_diagonal": 2 * square, "z_next": square,
                    "z_next_log": math.log(0.281 * square) + 0.3 * moved[1],
                    "z_next_fourth": 3 * square**2,
                    "z_participation": math.log(2 / 3) - log + moved[1],
                    "x_diagonal": math.exp(-up * math.log(n) + moved[2]),
                    "x_participation": -log + moved[2],
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def of_states(alpha, power=None, scatter=0.3, shared=0.0):
    """D of single states, power log n; ``shared`` is what a sun does to all alphas."""
    own, common = np.random.default_rng(int(1000 * alpha) + 1), np.random.default_rng(5)
    p = fading_exponent(alpha) if power is None else power
    rows = []
    for n, count in zip((*SIZES, 2**15, 2**16), (*COUNTS, 2, 1)):
        for realisation in range(count):
            moved = scatter * own.standard_normal() + shared * common.standard_normal()
            depth = {"z_depth": p * math.log(n) + moved, "x_depth": p * math.log(n) - moved}
            rows.append({"alpha": alpha, "n": n, "realisation": realisation, **depth})
    return pd.DataFrame(rows)


def told(table, words):
    alpha = float(table["alpha"].iloc[0])
    found = [c for c in fading_ergodicity.of_alpha(table, alpha) if c.claim == words]
    (claim,) = found
    return claim


NAMES = [f"power of n in {words}" for words, _ in fading_ergodicity.WORDS.values()]
ALPHAS = (1.0, 0.866, 0.75)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_powers_of_the_theory_agree(alpha):
    table = pd.concat([rows_of(alpha), of_states(alpha)], ignore_index=True)
    for name in NAMES:
        claim = told(table, name)
        whole = math.hypot(claim.error, float(claim.note.split("+- ")[1].split(",")[0]))
        assert abs(claim.effect) < 4 * whole and claim.error < 0.1, claim
    ratio = told(table, "log of diagonal over neighbouring square, n = 8192")
    assert ratio.value == pytest.approx(math.log(2)) and ratio.verdict != ""


def test_another_power_and_no_power_are_noticed():
    claim = told(rows_of(0.866, power=1.0), NAMES[0])
    assert claim.value == pytest.approx(1.0, abs=0.1) and "both errors" in claim.verdict
    bent = rows_of(0.866, curved=0.2, scatter=0.05)
    claim = told(bent, NAMES[0])
    assert claim.value is None and claim.verdict.startswith("rejected")
    later = told(bent, f"{NAMES[0]}, n = 2048 to 16384")
    assert later.verdict.startswith("drifts") and "away from theory" in later.verdict


def test_the_critical_alpha_is_where_the_power_ends():
    right = pd.concat([rows_of(alpha) for alpha in ALPHAS])
    (claim,) = fading_ends.critical(right, 256)
    assert claim.value == pytest.approx(math.sqrt(0.5), abs=0.02)
    assert abs(claim.effect) < 4 * claim.error and claim.N == sum(COUNTS)
    wrong = pd.concat([rows_of(a, power=1 + 1.2 * math.log(a)) for a in ALPHAS])
    (claim,) = fading_ends.critical(wrong, 256)
    assert claim.value == pytest.approx(math.exp(-1 / 1.2), abs=0.05)
    assert "sigma" in claim.verdict
    assert not list(fading_ends.critical(right[right["alpha"] > 0.8], 256))
    bent = {1.0: 1.0, 0.866: 0.3, 0.75: 0.17}
    no_line = pd.concat([rows_of(a, power=p, scatter=0.05) for a, p in bent.items()])
    (claim,) = fading_ends.critical(no_line, 256)
    assert claim.value is None and claim.verdict.startswith("rejected")


def test_single_states_end_at_the_same_alpha():
    table = pd.concat([of_states(alpha, shared=0.3) for alpha in ALPHAS])
    claims = {claim.claim: claim for claim in fading_ends.ends(table)}
    assert len(claims) == 2
    claim = next(iter(claims.values()))
    assert claim.value == pytest.approx(math.sqrt(0.5), abs=4 * claim.error)
    assert claim.error < 0.03
    only = list(fading_ends.ends(table.assign(z_depth=math.nan)))
    assert not only


def test_powers_of_common_suns_are_those_of_each_and_as_correlated():
    """Half of the variance of suns is common: the correlation of powers is 1/2 within 0.3,
    three of its standard errors at 107 suns; that of suns of their own is 0 within as much."""
    common, own = (
        pd.concat([of_states(alpha, scatter=0.3, shared=shared) for alpha in ALPHAS])
        for shared in (0.3, 0.0)
    )
    for table, expected in ((common, 0.5), (own, 0.0)):
        shared = shared_powers(table, "depth", ALPHAS)
        assert fading_ends.correlation(shared) == pytest.approx(expected, abs=0.3)
        for alpha, slope, error in zip(
            shared.alphas, shared.slopes, np.sqrt(np.diag(shared.covariance)), strict=True
        ):
            line = power(table[table["alpha"] == alpha], "depth")
            assert slope == pytest.approx(line.slope.mean)
            assert error == pytest.approx(line.slope.error)
    few = common[common["realisation"] == 0]
    assert shared_powers(few, "depth", ALPHAS) is None


def test_the_scatter_of_single_states_is_told():
    (small, large) = fading_ergodicity.distribution(of_states(0.866, scatter=0.3))
    assert small.value == pytest.approx(0.3, abs=4 * small.error) and "n = 256" in small.claim
    assert "n = 8192" in large.claim and large.N == 6
    assert not list(fading_ergodicity.distribution(of_states(0.866).query("realisation < 2")))


def test_a_picture_is_made_of_rows_and_unequal_lists_are_refused(tmp_path):
    script = load_study("fading_ergodicity")
    parts = [made(alpha) for alpha in (1.0, 0.75) for made in (rows_of, of_states)]
    table = pd.concat(parts, ignore_index=True)
    outcome = script.study.outcome(table, script.PRESETS["quick"])
    with figure(tmp_path / "made_up.png") as drawn:
        script.study.panels(drawn, outcome)
    with pytest.raises(ValueError, match="one number for each size"):
        script.FadingParameters(depth_lioms=(3, 4), depth_realisations=(1,))
    with pytest.raises(ValueError, match="equally long"):
        script.FadingParameters(lioms=(3, 4), realisations=(1,))
