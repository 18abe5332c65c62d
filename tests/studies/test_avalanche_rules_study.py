"""What the study of the avalanche's rules says of a localised transition, and of others."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one

from bathlab.experiments.avalanches import SIZES
from bathlab.experiments.thresholds import threshold_rows

LENGTHS = (100, 1000, 10_000, 100_000)
RULES = ("default", "order: random", "treated: increased")


def made(limit=0.15, nu=2.5, beta=0.3, tau=2.3, decay=1.05, second=0.0, rules=RULES):
    """Rows of ten realisations with what a transition of these numbers makes."""
    source, n = np.random.default_rng(8), np.arange(1, 100_001)
    p = n**-tau * (1 + second * n)
    shares = np.add.reduceat(p, SIZES[SIZES <= 100_000].astype(int) - 1) / p.sum()
    rows = []
    for rule in rules:
        for length in LENGTHS:
            share = 0.02 * (length / 100) ** -beta
            for realisation in range(10):
                scatter = 1 + 0.5 * source.standard_normal(50)
                thermal = min(int(source.poisson(1000 * share)), 1000)
                sizes = np.zeros(len(SIZES) - 1)
                sizes[: len(shares)] = source.multinomial(3_000_000, shares)
                rows.append(
                    {
                        "rule": rule,
                        "length": length,
                        "epsilon": limit,
                        "realisation": realisation,
                        "thresholds": limit + 0.3 * length ** (-1 / nu) * scatter,
                        "returned": 1,
                        "edge_decays": np.full(50, 0.5),
                        "edge_densities": np.full(50, 0.6),
                        "edge_sizes": sizes,
                        "thermal": thermal,
                        "followed": 1000,
                        "sizes": sizes,
                        "decays": decay + 0.05 * source.standard_normal(1000 - thermal),
                    }
                )
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def script():
    return load_study("avalanche_rules")


def said(script, table):
    outcome = script.study.outcome(table, script.PRESETS["default"])
    return {claim.claim: claim for claim in script.claims(outcome)}


@pytest.fixture(scope="module")
def right(script):
    return said(script, made())


def test_a_localised_transition_is_found(right):
    """Numbers within five of their errors: false alarms 1e-5."""
    for rule in RULES:
        for words, expected in (("eps_c, L to", 0.15), ("beta of P", 0.3), ("tau of reg", 2.3)):
            claim = one(right, f"{rule}: {words}")
            assert abs(claim.value - expected) < 5 * claim.error < 0.3, claim
        power = one(right, f"{rule}: 1/nu of the")
        assert abs(power.value - 0.4) < 5 * power.error < 0.2
        assert power.verdict.startswith("obeyed")
        assert one(right, f"{rule}: beta").verdict.startswith("falls")
        assert one(right, f"{rule}: tau of reg").verdict.startswith("within")
        assert one(right, f"{rule}: zeta_c/zeta").value == pytest.approx(1.05, abs=0.01)
    for name, claim in right.items():
        assert claim.id, name
        if name.startswith("rules under which"):
            assert claim.verdict == "under all", name
    assert one(right, "1/nu_+, mean").value == pytest.approx(0.4, abs=0.05)
    assert "A7" in one(right, "order: random: median").id.split()
    assert one(right, "not at 1.02").text == "2.00 %"


@pytest.mark.parametrize(
    "wrong, words, verdict",
    [
        ({"nu": 1.3}, "1/nu of the", "errors beyond it"),
        ({"beta": -0.3}, "beta of P", "rises"),
        ({"beta": 0.0}, "beta of P", "no slope"),
        ({"tau": 3.4}, "tau of reg", "outside"),
        ({"second": 0.02}, "tau of reg", "not one law"),
        ({"decay": 0.9}, "zeta_c/zeta, L", "beyond zeta_c in 9"),
    ],
)
def test_what_the_paper_does_not_have_is_noticed(script, wrong, words, verdict):
    found = said(script, made(rules=("default", "order: random"), **wrong))
    assert verdict in one(found, f"default: {words}").verdict
    counted = [c for name, c in found.items() if name.startswith("rules under which")]
    assert any(c.verdict == "not: default, order: random" for c in counted)


def test_a_rule_that_moves_by_no_law_has_no_exponents(script):
    table = made(rules=("default", "order: random"))
    odd = (table["rule"] == "order: random") & (table["length"] == 1000)
    table.loc[odd, "thresholds"] = table.loc[odd, "thresholds"].map(lambda x: x + 0.02)
    found = said(script, table)
    for words in ("eps_c, L to", "1/nu of the"):
        claim = one(found, f"order: random: {words}")
        assert claim.value is None and claim.verdict.startswith("not one law")
    assert one(found, "1/nu of order: random less").verdict == "not one law"
    assert one(found, "default: 1/nu of the").value is not None
    moved = table.copy()
    moved.loc[odd, "thresholds"] = moved.loc[odd, "thresholds"].map(lambda x: x - 0.02)
    shift = one(said(script, moved), "order: random: median")
    assert shift.verdict.endswith("from default"), shift.verdict  # false alarms 5 %, fixed seed


def test_cases_are_those_of_the_rules(script):
    study = script.build(script.PRESETS["quick"].replace(rules=("order: random",)))
    (case,) = [case for case in study.cases if case.name == "order: random, L = 100"]
    assert case.spec.chain.order == "random" and case.spec.chain.epsilon == 0.101
    assert len(study.cases) == 3 + 5
    (row,) = threshold_rows(case.spec, 1, 0)
    assert set(made(rules=("default",)).columns) - set(row) == {
        "rule",
        "length",
        "epsilon",
        "realisation",
    }
    with pytest.raises(ValueError, match="rules"):
        script.PRESETS["quick"].replace(rules=("order: none",))
