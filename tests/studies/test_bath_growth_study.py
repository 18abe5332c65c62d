"""What the study of figure 3 says of rows that follow the widened band, and of wrong rows."""

import math

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one, said

import bathlab as bl


@pytest.fixture(scope="module")
def script():
    return load_study("bath_growth")


@pytest.fixture(scope="module")
def parameters(script):
    return script.Parameters(realisations=(40, 40))


def rows(p, excess=0.0, steps=1.0, single=0.06):
    """D as the theory has it, with ``excess`` per LIOM and scatter of fixed seed."""
    draw, found = np.random.default_rng(3), []
    field = math.sqrt(p.field**2 + p.disorder**2 / 3)
    for realisation in range(40):
        for n in range(p.lioms + 1):
            squares = bl.theory.whole_variance(4.2, np.full(n, field), p.chain(n).couplings)
            depth = bl.theory.core_log_ipr(2.0 ** (6 + n), squares, 4.2) + excess * n
            for spins, width, value in ((6, 4.2, steps * depth), (1, 2.25, single * n)):
                found.append(
                    {
                        "bath": f"{spins}-spin random matrix",
                        "spins": spins,
                        "bandwidth": width,
                        "lioms": n,
                        "dimension": 2 ** (spins + n),
                        "realisation": realisation,
                        "log_ipr": value + 0.05 * draw.normal(),
                    }
                )
    return pd.DataFrame(found)


def test_the_widened_band_is_borne_out_by_rows_that_follow_it(script, parameters):
    """Fixed seed: four claims, each false with 5 % of all seeds."""
    claims = said(script, rows(parameters), parameters)
    for words in ("slope of D(O_B), LIOMs 4", "its limit", "with 8 LIOMs", "beyond LIOM 4"):
        claim = one(claims, "6-spin", words)
        assert claim.verdict == "agrees", (words, claim.verdict)
    # What the band takes off log 2 from LIOM 4 to 8, (1/8) log(sigma_8^2/sigma_4^2).
    assert one(claims, "6-spin", "slope of D(O_B)").expected == pytest.approx(0.621, abs=0.002)
    assert one(claims, "6-spin", "its limit").expected == pytest.approx(math.log(2))


def test_lioms_that_count_for_less_are_noticed(script, parameters):
    claims = said(script, rows(parameters, excess=-0.1), parameters)
    for words in ("slope of D(O_B), LIOMs 4", "its limit", "with 8 LIOMs"):
        assert "sigma" in one(claims, "6-spin", words).verdict
    assert one(claims, "6-spin", "its limit").value == pytest.approx(
        math.log(2) - 0.1, abs=0.02
    )


def test_a_single_spin_is_set_beside_half_of_log_2(script, parameters):
    claim = one(said(script, rows(parameters), parameters), "1-spin", "slope of D(O_B)")
    assert claim.verdict == "0.17 of log(2)/2" and "interface_rates" in claim.note
    claim = one(
        said(script, rows(parameters, single=0.6), parameters), "1-spin", "slope of D(O_B)"
    )
    assert claim.verdict == "1.73 of log(2)/2"
