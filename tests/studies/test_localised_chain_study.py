"""What the study of spins in a line behind a grain says of rows that obey a law."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.findings import localised_chain as found_of
from bathlab.findings.localised_chain import without_zz

LOG2 = math.log(2)


def bath(omega):
    return bl.theory.semicircle_structure_factor(omega, 6.0)


def lines(law="resolved", spread=0.2, half=0.036, zz=(0.0,), more=0.0, k=1.0, count=80):
    """Rows of chains whose widths are those of a law, with scatter, entangled by half of log 2
    where w rho = ``half``; ``more`` is added to log w for each unit of J_z/g, ``k`` is the
    half-width of k in units of w."""
    draw, rows = np.random.default_rng(3), []
    for realisation in range(count):
        fields, noise = draw.uniform(-1, 1, 4), spread * draw.normal(size=4)
        for g in (0.1, 0.3):
            laws = {each: bl.theory.chain_widths(fields, g, bath, each) for each in LAWS}
            for strength in zz:
                widths = laws[law] * np.exp(noise + more * strength)
                for spins in (5, 7) if strength == 0 else (5,):
                    for i in range(4):
                        rho = 2.0 ** (spins + i + 2) / 6
                        rows.append(
                            {
                                "realisation": realisation,
                                "spins": spins,
                                "ratio": g,
                                "zz": strength,
                                "spin": i + 1,
                                "field": fields[i],
                                "width": widths[i],
                                "halfwidth": k * widths[i],
                                "density": rho,
                                "entropy": LOG2 / (1 + half / (widths[i] * rho)),
                                "steepness": 10.0 ** draw.uniform(-3, 2),
                                "apart": 2
                                * np.min(
                                    np.abs(np.abs(fields[:i]) - abs(fields[i])),
                                    initial=math.inf,
                                ),
                                "resolution": 0.2 / 2**i,
                                **{each: laws[each][i] for each in LAWS},
                            }
                        )
    return pd.DataFrame(rows)


LAWS = ("lorentzian", "resolved")


def said(claims, words):
    (one,) = [claim for claim in claims if claim.claim == words]
    return one


@pytest.mark.parametrize("law, other", [LAWS, LAWS[::-1]])
def test_the_law_that_made_the_rows_is_told(law, other):
    """Fixed seed: two standard errors, one false alarm in twenty seeds."""
    table = lines(law)
    claims = list(found_of.falls(0.1, without_zz(table[table["ratio"] == 0.1])))
    right, wrong = (found_of.NAMES[each] for each in (law, other))
    words = "g/h = 0.1: log w off resonance, less that of "
    assert said(claims, words + right).verdict == "agrees"
    assert abs(said(claims, words + wrong).effect) > 0.5
    assert said(claims, words + wrong).verdict.endswith("sigma")
    constant = said(claims, "g/h = 0.1: g/h below which chains with this fall are localised")
    assert abs(constant.value - {"resolved": 0.38, "lorentzian": 0.29}[law]) < 0.1
    assert constant.verdict.startswith("-") and constant.id == "G55"


def test_the_breakdown_and_the_nearest_fields_come_back():
    table = without_zz(lines(half=0.2))
    (breakdown,) = found_of.breakdown(table)
    # Means in bins of one unit of log(w rho) leave a tenth.
    assert abs(math.log(breakdown.value / 0.2)) < 0.15 and 0 < breakdown.error < 0.02
    near, _ = found_of.neighbours(table)
    assert abs(near.value - 1 / 3) < 3 * near.error
    assert near.expected == 0.5 and near.verdict.endswith("sigma")


def test_a_width_that_is_not_that_of_the_golden_rule_is_told():
    for k, told in ((1.0, 0), (2.0, 4)):
        claims = list(found_of.golden_rule(without_zz(lines(k=k, spread=0.0))))
        assert len(claims) == 5
        off = [each for each in claims[1:] if abs(each.value - math.log(k)) > 1e-9]
        assert off == [] and sum(each.value > 0.5 for each in claims[1:]) == told


def test_a_ceiling_of_the_count_is_said_and_growth_is_left_out():
    claims = list(found_of.taken_in(without_zz(lines(half=1e-9)), 4))
    assert said(claims, "2^5, g/h = 0.3: spins entangled, of 4").verdict.endswith(
        "100 % reach the end"
    )
    assert not any("per spin of the bath" in each.claim for each in claims)
    claims = list(found_of.taken_in(without_zz(lines()), 4))
    found = said(claims, "g/h = 0.1: more of them per spin of the bath")
    assert found.expected == pytest.approx(bl.crossover_length(1, 0.1))


def test_what_zz_terms_change_is_told_from_the_same_chains():
    claims = list(found_of.with_zz(lines(zz=(0.0, 1.0), more=1.5), (1.0,)))
    control, _, with_it, _, change = claims
    assert control.verdict == "agrees" and with_it.value == pytest.approx(control.value + 1.5)
    assert change.value > 0 and change.verdict.startswith("+")
    (*_, same) = found_of.with_zz(lines(zz=(0.0, 1.0)), (1.0,))
    assert same.value == pytest.approx(0.0, abs=1e-12)
