"""What the studies of when avalanches run say of rows of either theory, and of wrong rows."""

import math

import numpy as np
import pandas as pd
import pytest
from scripts import about, one

from bathlab.experiments.condition_laws import changes, crossed
from bathlab.findings import avalanche_conditions as said
from bathlab.findings import avalanche_variants as variants

LOG2 = math.log(2)


def rows_of(eta, counts=(1, 2), alphas=np.geomspace(0.3, 1.3, 8), noise=0.05, N=60):
    """Steps whose entropy is a function of G, each thermal LIOM adding eta (log 2)/2."""
    draw, rows = np.random.default_rng(1), []
    for m in counts:
        for realisation in range(N):
            offset = noise * draw.normal()
            for alpha in alphas:
                for stage in (4, 6):
                    log_g = eta * LOG2 / 2 * (stage - m) + (stage / m - 1) * math.log(alpha)
                    S = 1 / (1 + math.exp(-log_g)) + offset + noise * draw.normal()
                    rows.append(
                        {"m": m, "realisation": realisation, "alpha": alpha, "stage": stage}
                        | {"last": S, "kind": "steps"}
                    )
    return pd.DataFrame(rows)


@pytest.mark.parametrize("eta", [1.0, 0.0])
def test_crossings_tell_the_theories_apart(eta):
    """Five standard errors, fixed seed: a false alarm of 6e-7."""
    table = rows_of(eta)
    for m in (1, 2):
        found = crossed(changes(table[table["m"] == m], 4, 6))
        expected = 2 ** (-eta * m / 2)
        assert found.holds
        assert (
            abs(found.alpha.mean - expected) < 5 * found.alpha.error + expected * found.window
        )
        other = 2 ** (-(1 - eta) * m / 2)
        assert abs(found.alpha.mean - other) > 5 * found.alpha.error


def test_steps_are_said_to_agree_only_where_they_do():
    claims = list(said.steps(rows_of(1.0)))
    assert "agrees" in one(claims, "crosses, 1 a step").verdict
    assert "agrees" in one(claims, "with 2 LIOMs a step over").verdict
    claims = list(said.steps(rows_of(0.5)))
    assert "agrees" not in one(claims, "crosses, 2 a step").verdict
    assert all(claim.id for claim in claims)


def test_a_curve_that_no_parabola_fits_has_no_place():
    table = rows_of(1.0, counts=(1,), noise=0.002)
    wrong = table["stage"].eq(6) & table["alpha"].rank(method="dense").isin((2, 4, 6, 7))
    table.loc[wrong, "last"] += 0.2
    claim = one(list(said.steps(table)), "crosses, 1 a step")
    assert "rejected" in claim.verdict and claim.value is None


def test_a_change_that_never_rises_has_no_place():
    table = rows_of(1.0, counts=(1,), alphas=np.geomspace(0.1, 0.2, 5))
    claim = one(list(said.steps(table)), "crosses, 1 a step")
    assert claim.verdict == "no crossing in range" and claim.value is None


def proximity_rows(power, counts=(1, 2, 4), N=40):
    draw, rows = np.random.default_rng(2), []
    for n in counts:
        for realisation in range(N):
            for ratio in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8):
                share = 1 / (1 + (ratio / (2.0 * n**power)) ** 2)
                r = 0.39 + 0.14 * share + 0.01 * draw.normal()
                row = {"m": n, "alpha": ratio, "realisation": realisation, "gap_ratio": r}
                rows.append(row | {"log_ipr": 1 + share + 0.01 * draw.normal()})
    return pd.DataFrame(rows)


def test_proximity_says_which_sum_of_couplings_decides():
    for power in (0.0, 0.5):
        claim = one(list(said.proximity(proximity_rows(power))), "power of n")
        assert abs(claim.value - power) < 5 * claim.error < 0.3
    localised = about(list(said.proximity(proximity_rows(0.0))), "less the largest")
    assert all("sigma from 0" in claim.verdict and claim.value < 0 for claim in localised)


def test_a_size_that_is_no_power_is_no_slope():
    draw, rows = np.random.default_rng(3), []
    for size in range(4, 11):
        for realisation in range(30):
            G = 0.02 * 2 ** (size / 2) * (1 + 0.02 * draw.normal())
            rows.append({"law": "GOE", "grain": size, "realisation": realisation, "G": G})
    table = pd.DataFrame(rows).assign(bandwidth=10.0)
    table["G_typical"] = table["G"]
    wide = pd.concat(
        table[table["grain"] == 7].assign(law="widths", bandwidth=w, G=1 / w) for w in (5, 10)
    )
    claims = list(variants.first(pd.concat([table, wide])))
    assert one(claims, "slope of log G_1 in b", "root mean").verdict == "agrees"
    bent = table.assign(G=table["G"] * np.exp(0.05 * (table["grain"] - 7) ** 2))
    claims = list(variants.first(pd.concat([bent, wide])))
    claim = one(claims, "slope of log G_1 in b", "root mean")
    assert "no straight line" in claim.verdict and claim.value is None


def test_parts_that_stop_falling_are_no_exponential():
    def rows_with(curve):
        draw = np.random.default_rng(4)
        return pd.DataFrame(
            {
                "disorder": 8.0,
                "realisation": r,
                "log_weights": curve + 0.1 * draw.normal(size=8),
                "log_single": curve - 0.3,
            }
            for r in range(30)
        )

    distance = np.arange(8.0)
    (claim,) = about(list(variants.contacts(rows_with(-1.5 * distance))), "slope")
    assert "one exponential" in claim.verdict and "not" not in claim.verdict
    assert claim.value == pytest.approx(-1.5, abs=0.05)
    (claim,) = about(list(variants.contacts(rows_with(-np.minimum(distance, 4)))), "slope")
    assert "not one exponential" in claim.verdict
