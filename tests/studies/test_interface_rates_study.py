"""What the study of the interface says of rows that are right, and of wrong rows."""

import math

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, measured, one

from bathlab.experiments.interface_laws import ascent, gained, with_logs
from bathlab.findings import interface_depths, interface_rates


@pytest.fixture(scope="module")
def parameters():
    script = load_study("interface_rates")
    small = {"spins": 4, "lioms": (2, 3, 4), "realisations": (2, 2, 2), "most": 5, "few": 2}
    more = {"decaying": 3, "others": 2, "strengths": (0.1, 0.4), "scanned": 4, "varied": 2}
    return script.PRESETS["quick"].replace(**small, **more, grains=(3, 5), singles=4)


@pytest.fixture(scope="module")
def rows(parameters):
    """Two grains of each kind, four times over with noise in D."""
    table = measured(load_study("interface_rates"), parameters)
    draw = np.random.default_rng(4)
    return pd.concat(
        [
            table.assign(
                realisation=table["realisation"] + 10 * copy,
                log_ipr=table["log_ipr"] + 0.05 * draw.standard_normal(len(table)),
            )
            for copy in range(4)
        ],
        ignore_index=True,
    )


def grown(rows, **columns):
    """The rows of the default decay with what they are made to say."""
    return with_logs(rows.assign(**columns)[rows["kind"] == "grown"])


def test_elements_that_are_not_gaussian_are_noticed(parameters, rows):
    words = "4 LIOMs, sigma^x of contact and LIOMs: kurtosis"
    right = 3.0 + 0.01 * np.sin(np.arange(len(rows)))
    for kurtosis, verdict in ((right, "agrees"), (1.5 * right, "+50.")):
        table = grown(rows, kurtosis=kurtosis)
        claim = one(list(interface_rates.thermal(table, parameters)), words)
        assert claim.verdict.startswith(verdict) and claim.id == "G59"


def test_rates_that_do_not_fall_are_noticed(parameters, rows):
    """Rates that fall as they should by construction, and ones that do not fall at all."""
    noise = np.exp(0.05 * np.random.default_rng(1).standard_normal(len(rows)))

    def found(rate):
        last = grown(rows, rate=rate)
        last = last[last["lioms"] == 4]
        return one(list(interface_rates.widths(last, parameters)), "fall of log(rate of tau^z")

    right = 0.1 * noise * 0.75 ** (2 * (rows["site"] - 1))
    assert found(right).verdict == "agrees"
    assert found(right).value == pytest.approx(0.575, abs=0.05)
    assert "of all errors" in found(0.1 * noise).verdict and abs(found(0.1 * noise).value) < 0.1
    # Rates that jump between neighbours lie on no line, and no slope is quoted.
    claim = found(right * np.where(rows["site"] == 3, 20.0, 1.0))
    assert claim.verdict.startswith("no straight line") and claim.value is None


def test_lioms_that_move_earlier_rates_are_noticed(parameters, rows):
    for more, expected in ((1.0, 0.0), (2.0, math.log(2))):
        table = grown(rows, rate=np.where(rows["lioms"] == 4, 0.1 * more, 0.1))
        claim = one(
            list(interface_rates.later(table, parameters)), "LIOM 1: log(rate of tau^z)"
        )
        assert claim.value == pytest.approx(expected, abs=1e-12) and claim.id == "G61"


def test_d_is_held_against_each_theory(parameters, rows):
    claims = list(interface_depths.core(rows, parameters))
    full = one(claims, "4 spins + 4 LIOMs: D(sigma^x_0) by V_th log 2 (22)")
    assert full.expected == pytest.approx(8 * math.log(2)) and full.effect < 0
    less = one(claims, "4 spins + 4 LIOMs", "less log 3")
    assert less.effect - full.effect == pytest.approx(math.log(3))
    lower = interface_depths.core(rows.assign(log_ipr=rows["log_ipr"] - 1.0), parameters)
    again = one(list(lower), "4 spins + 4 LIOMs: D(sigma^x_0) by V_th log 2 (22)")
    assert again.effect == pytest.approx(full.effect - 1)


def test_d_of_a_liom_by_its_rate(parameters, rows):
    """D made of the rate of the same LIOM agrees; the paper's 4 rho w has another number."""
    table = grown(rows, rate=0.01)
    theory = np.log(2 * math.pi * table["density"] * 0.01 / 3)
    noise = 0.02 * np.random.default_rng(5).standard_normal(len(table))
    claims = list(interface_depths.by_rate(table.assign(log_ipr=theory + noise), parameters))
    claim = one(claims, "D(tau^x_i) less log(8 pi rho w_i/3)", "measured rate")
    assert claim.verdict == "agrees" and claim.id == "G64"
    k, v = (one(claims, f"half-width of {name}") for name in ("k,", "the peaks of v"))
    assert k.value == pytest.approx(math.log(2 * math.pi / 3), abs=0.02)
    assert k.value - v.value == pytest.approx(math.log(2))


def test_the_drop_is_scanned_in_g(parameters, rows):
    """D of LIOM 1 made to follow 2 log(g_1), and not to."""
    words = "drop of D from contact to LIOM 1 per log(1/g_1), 4 LIOMs, g_1 from 0.1"
    noise = 0.02 * np.random.default_rng(2).standard_normal(len(rows))
    for power, verdict in ((2.0, "agrees"), (0.0, "of all errors")):
        follows = np.where(rows["axis"] == "contact", 5.0, 2 + power * np.log(rows["g1"]))
        table = with_logs(rows.assign(log_ipr=follows + noise)[rows["kind"] != "single"])
        claim = one(list(interface_depths.drop(table, parameters)), words)
        assert verdict in claim.verdict and claim.value == pytest.approx(power, abs=0.05)


def test_the_readings_of_the_single_spin_differ(parameters, rows):
    claims = list(interface_rates.singles(rows[rows["kind"] == "single"], parameters))
    for reading in ("2R", "mean splitting", "fixed splitting"):
        claim = one(claims, f"single spin, 2.25 = {reading}: slope of D(O_B)")
        assert claim.expected == pytest.approx(math.log(2) / 2) and claim.N == 16


def test_slopes_are_of_realisations_that_have_all_places(rows):
    table = grown(rows)
    table = table[(table["lioms"] == 4) & (table["axis"] == "z")]
    line = table.assign(y=2.0 * table["site"] + 0.01 * table["realisation"])
    line.loc[(line["realisation"] == 10) & (line["site"] == 2), "y"] = math.nan
    found = ascent(line.assign(y=line["y"] + 1e-3 * np.sin(np.arange(len(line)))), "y")
    assert found.slope.mean == pytest.approx(2, abs=0.01) and found.slope.realisations == 7
    near, far = (table.assign(y=value) for value in (1.0, 4.0))
    assert gained(near, far, "y").mean == 3.0
