"""What the studies of microscopic inputs say of rows that are right, and of wrong rows."""

import math

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one

from bathlab.experiments.microscopic import input_rows
from bathlab.experiments.treated import ELEMENTS, GENERATORS

FIRST, TURNED, CONTROL = GENERATORS
S = math.log(2)
N = 60
#: Rates of the sizes of V_I with l_t, l_a and l_b, as eq. (12) has them.
HALTED = {"typical": (S / 2, 1 + S / 2, 1 + S / 2)} | dict.fromkeys(
    ("random_norm", "mean_norm", "norm"), (0.0, 1.0, 1.0)
)
LENGTHS = [(t, 1, 1) for t in (4, 5, 6, 7)] + [(4, a, 1) for a in (2, 3)]
LENGTHS += [(4, 1, b) for b in (2, 3)]


def spots(rates=HALTED, tail=-2.0, spread=0.1):
    """Rows of V_I with sizes of given rates, and elements with a tail."""
    numbers = np.random.default_rng(8)
    centres = np.sqrt(ELEMENTS[1:] * ELEMENTS[:-1])
    density = np.minimum(1.0, (centres / 2) ** tail) * (centres < 5e3)
    rows = []
    for generator in GENERATORS:
        for lengths in LENGTHS:
            for realisation in range(N):
                row = dict(zip(("thermal", "left", "right"), lengths))
                for name, of_size in rates.items():
                    off = spread * numbers.standard_normal()
                    row[name] = math.exp(-np.dot(of_size, lengths) + off)
                counts = numbers.poisson(1e4 * density * np.diff(ELEMENTS))
                more = {"strongest": 0.15 + 0.01 * numbers.standard_normal()}
                more |= {"bound": 10.0, "largest_share": 0.0845 + 0.001 * numbers.normal()}
                if generator == CONTROL:
                    counts = counts * (centres < 5)
                more |= {"elements": counts.astype(float), "count": float(counts.sum())}
                rows.append(row | more | {"generator": generator, "realisation": realisation})
    return pd.DataFrame(rows).assign(kind="spot")


@pytest.fixture(scope="module")
def script():
    return load_study("halted_decay")


@pytest.fixture(scope="module")
def right():
    return spots()


def said(claims):
    found = list(claims)
    assert len({claim.claim for claim in found}) == len(found)
    return found


def test_halted_rows_are_called_halted(script, right):
    """Fixed seed; values are held against five errors, a false alarm of 6e-7 each."""
    found = said(script.findings.decay_claims(right, 1.0))
    for generator in (FIRST, TURNED):
        for words in (("||V|| with l_t", "from"), ("||V|| with l_t", "last two")):
            claim = one(found, generator, *words)
            assert claim.verdict.startswith("nearest: halted"), claim
            assert abs(claim.value) < 5 * claim.error < 0.2
        for words, value in (("with l_a", 1.0), ("with l_b", 1.0)):
            claim = one(found, generator, f"||V|| {words}")
            assert abs(claim.value - value) < 5 * claim.error < 0.1
        claim = one(found, generator, "of typical element with l_t", "from")
        assert abs(claim.value - 0.5) < 5 * claim.error < 0.2
    assert one(found, "of G with l_t").verdict == "agrees"
    assert one(found, "2||V_a||, l_t = 7").value == 0.0


@pytest.mark.parametrize("rate, rule", [(-S / 2, "increase"), (1.0, "1/zeta")])
def test_another_rule_is_called_by_its_name(script, rate, rule):
    wrong = spots(HALTED | {"norm": (rate, 1.0, 1.0)})
    found = said(script.findings.decay_claims(wrong, 1.0))
    for words in ("from", "last two"):
        claim = one(found, FIRST, "||V|| with l_t", words)
        assert claim.verdict.startswith(f"nearest: {rule}"), claim


def test_norms_of_outliers_and_bent_decays_are_noticed(script):
    wrong = spots(HALTED | {"norm": (-S, 1.0, 0.0)})
    found = said(script.findings.decay_claims(wrong, 1.0))
    claim = one(found, FIRST, "||V|| with l_b")
    assert claim.verdict.endswith("of all errors") and claim.value == pytest.approx(0, abs=0.1)
    assert one(found, "2||V_a||, l_t = 7").value > 0.9
    power = one(said(script.findings.tail_claims(wrong)), FIRST, "power of d in ||V||")
    assert power.value == pytest.approx(1, abs=0.1) and "of all errors" in power.verdict
    bent = spots()
    bent["norm"] *= np.exp(bent["thermal"] ** 2.0)
    claim = one(script.findings.decay_claims(bent, 1.0), FIRST, "||V|| with l_t", "from")
    assert claim.value is None and claim.verdict.startswith("not one exponential")


def test_tails_are_told_apart(script, right):
    found = said(script.findings.tail_claims(right))
    claim = one(found, FIRST, "exponent of the tail")
    assert claim.verdict == "agrees" and claim.value == pytest.approx(-2, abs=0.05)
    assert one(found, CONTROL, "exponent of the tail").verdict == "no elements there"
    assert one(found, CONTROL, "largest 1 %").verdict == "agrees"
    steep = one(script.findings.tail_claims(spots(tail=-3.0)), FIRST, "exponent of the tail")
    assert steep.value == pytest.approx(-3, abs=0.05) and steep.verdict != "agrees"


@pytest.fixture(scope="module")
def measured(script):
    """Rows of the study itself, in miniature: rotations, pairs of sites, grains."""
    p = script.Parameters(
        thermal=(2, 3, 4, 5),
        realisations=(5, 5, 5, 5),
        outside=(1, 2, 3),
        control=5,
        spins=(3, 5),
        rotations=(12, 12),
        local=(2, 4, 8),
        element=0.03,
        pairs=60,
        grains=(5, 6),
        rates=12,
    )
    rows = [
        {**row, **case.columns, "case": case.name, "realisation": realisation}
        for case in script.cases(p)
        for realisation in range(case.realisations)
        for row in input_rows(case.spec, 1, realisation)
    ]
    return pd.DataFrame(rows), p


def test_measured_rows_make_all_claims_and_the_means(script, measured):
    table, p = measured
    outcome = script.study.outcome(table, p)
    found = said(script.claims(outcome))
    ids = {each for claim in found for each in claim.id.split()}
    assert ids == {"A6", "A46", "A47", "A49", "A66", "A74", "A76"}
    assert one(found, "largest change of ||V||").verdict == "exact"
    assert set(outcome.means["kind"]) == {"spot", "rotation", "pair", "rate"}
    claim = one(found, "typical pairs fixed: power of d")
    assert abs(claim.value - 1) < 5 * claim.error < 0.5
    # sigma^x off the basis: no random rotation leaves it a permutation.
    assert one(found, "real, d = 2^5: <|x|^4>").value == pytest.approx(2.9, abs=0.4)


def test_wrong_rotations_pairs_and_rates_are_noticed(script, measured):
    table, _ = measured
    rotation = table[table["kind"] == "rotation"]
    found = said(script.spot_inputs.rotation_claims(rotation.assign(norm_change=1e-3)))
    assert one(found, "largest change of ||V||").verdict == "broken"
    heavy = rotation.assign(kurtosis=rotation["kurtosis"] * 3)
    found = said(script.spot_inputs.rotation_claims(heavy))
    assert "sigma" in one(found, "complex, d = 2^5: <|x|^4>").verdict
    pair = table[table["kind"] == "pair"]
    crowded = pair.assign(partners=pair["partners"] * pair["local"])
    found = said(script.spot_inputs.pair_claims(crowded))
    assert one(found, "typical states fixed: power of d").verdict != "agrees"
    rate = table[table["kind"] == "rate"]
    wider = [k * g for k, g in zip(rate["omega"], rate["g"])]
    wrong = rate.assign(omega=wider, halfwidth=rate["halfwidth"] * rate["g"])
    found = said(script.spot_inputs.rate_claims(wrong))
    assert one(found, "grain of 2^6").value == pytest.approx(3, abs=0.8)


def test_lists_of_other_lengths_are_refused(script):
    with pytest.raises(ValueError, match="rotations"):
        script.Parameters(spins=(4, 6), rotations=(2,))
