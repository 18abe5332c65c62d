"""What the study of the full scheme on chains says of right rows, and of wrong ones."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import zeta
from scripts import load_study, one

from bathlab.experiments.avalanches import SIZES
from bathlab.findings import avalanche_sizes as regions
from bathlab.findings import avalanche_spots as spots
from bathlab.findings import quantum_avalanche as chains
from bathlab.statistics import shares

LENGTHS = (1000, 10_000, 100_000)


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    monkeypatch.setattr(shares, "DRAWS", 30)


@pytest.fixture(scope="module")
def script():
    return load_study("quantum_avalanche")


@pytest.fixture(scope="module")
def rows(script):
    """Every row of a small run, K = 1 and smooth disorder."""
    p = script.PRESETS["quick"].replace(
        lengths=(100, 1000, 10_000), realisations=(18, 18, 18), near=(-0.02, 0.0, 0.02, 0.04)
    )
    return p, table_of(script, p)


def table_of(script, p):
    study = script.build(p)
    return pd.DataFrame(
        {"case": case.name, "realisation": n, **case.columns, **row}
        for case in study.cases
        for n in range(case.realisations)
        for row in study.measure(case.spec, p.seed, n)
    )


def chain_table(share, tau=2.3, decay=1.0):
    """Rows whose P(region over L/2) and sizes of 100 and more are given: 250 chains, 5 eps."""
    eps = np.array([0.150, 0.152, 0.154, 0.156, 0.158])
    source, found = np.random.default_rng(1), []
    first = int(np.searchsorted(SIZES, 100))
    weights = zeta(tau, SIZES[:-1]) - zeta(tau, SIZES[1:])
    weights[:first] = 0
    for length in LENGTHS:
        chance = share(eps, length)
        draws = source.random(250)
        for n, draw in enumerate(draws):
            sizes = source.multinomial(40, weights / weights.sum())
            for e, p in zip(eps, chance):
                covered = draw < p
                found.append(
                    {
                        "K": 1.0,
                        "disorder": "smooth",
                        "length": length,
                        "epsilon": e,
                        "realisation": n,
                        "largest": length if covered else 9,
                        "sizes": sizes,
                        "decay": 0.0 if covered else decay,
                        "density": 1.0 if covered else 0.6 + 0.1 * draw,
                        "entropy": 0.0,
                        "mean_entropy": length**0.7 * (1 + 0.1 * draw),
                        "rounds": 10 * np.log10(length) + draw,
                    }
                )
    return pd.DataFrame(found)


def falling(eps, length, beta=0.3):
    """A share ~ L^-beta at 0.154, and steeper about it in longer chains."""
    power, steep = (length / 1000) ** -beta, 400 * (length / 1000) ** 0.25
    return np.clip(0.08 * power * np.exp(steep * (eps - 0.154)), 0, 1)


def test_every_claim_is_said_of_real_rows(script, rows):
    p, table = rows
    outcome = script.study.outcome(table, p)
    found = list(script.claims(outcome))
    named = {name for claim in found for name in claim.id.split()}
    for number in (8, 9, 11, 12, 26, 27, 28, 29, 30, 31, 38, 50, 59, 60, 70, 73, 75):
        assert f"A{number}" in named, number
    assert all(claim.id and claim.verdict for claim in found)
    assert "agrees" in one(found, "chi2/dof of the counts", "0.1228").verdict
    assert one(found, "1/zeta over (1 - rho)/zeta_1").value == pytest.approx(1, abs=0.02)
    assert {"thermal", "excess", "size", "p"} <= set(outcome.means)


def test_the_critical_point_is_where_the_curves_cross():
    critical = chains.critical_point(chain_table(falling))
    # 0.3 log 10 = 400 (10^0.5 - 10^0.25) (eps - 0.154).
    assert critical.epsilon.mean == pytest.approx(0.15525, abs=0.001)
    assert 0.154 in critical.around


def test_a_share_that_falls_and_one_that_does_not():
    found = chains.critical_point(chain_table(falling)).crossing
    critical = chains.Critical(found, found, (0.152, 0.154, 0.156), 0.158)
    kinds = {
        "falls": falling,
        "rises": lambda eps, length: falling(eps, length, -0.3),
        "neither": lambda eps, length: np.full(5, 0.2),
    }
    for word, share in kinds.items():
        said = chains.localised_claims(chain_table(share), critical)
        claim = one(said, "P(region over L/2)", "eps = 0.154")
        assert word in claim.verdict
        expected = {"falls": 0.3, "rises": -0.4, "neither": 0.0}[word]
        assert claim.value == pytest.approx(expected, abs=0.15)
    bent = {1000: 0.2, 10_000: 0.01, 100_000: 0.2}
    said = chains.localised_claims(
        chain_table(lambda eps, length: np.full(5, bent[length])), critical
    )
    claim = one(said, "P(region over L/2)", "eps = 0.154")
    assert claim.verdict.startswith("rejected") and claim.value is None


def test_a_minimum_needs_a_fall_and_a_rise():
    shapes = {
        "falls, then rises": {1000: 0.2, 10_000: 0.02, 100_000: 0.2},
        "falls;": {1000: 0.2, 10_000: 0.05, 100_000: 0.01},
        "rises;": {1000: 0.01, 10_000: 0.05, 100_000: 0.2},
        "neither": {1000: 0.1, 10_000: 0.1, 100_000: 0.1},
    }
    for said, values in shapes.items():
        table = chain_table(lambda eps, length, values=values: np.full(5, values[length]))
        critical = chains.critical_point(table)
        claim = one(chains.minimum_claims(table, critical), "over L/2", "eps = 0.154")
        assert said in claim.verdict, (said, claim.verdict)


def test_the_power_of_sizes_is_judged():
    for tau, said in ((2.3, "between 2 and 3"), (3.4, "not clearly between")):
        table = chain_table(falling, tau)
        critical = chains.critical_point(table)
        claim = next(regions.size_claims(table, critical))
        assert claim.verdict.startswith(said) and claim.value == pytest.approx(tau, abs=0.15)
        entropy = one(regions.entropy_claims(table, critical), "power of L", "0.154 ")
        assert entropy.verdict.startswith("agrees") == (tau == 2.3)
    uneven = table.assign(sizes=[np.where(SIZES[:-1] % 3, 40.0, 0.0)] * len(table))
    claim = next(regions.size_claims(uneven, critical))
    assert claim.verdict.startswith("rejected") and claim.value is None


def test_rounds_that_grow_as_the_logarithm_and_as_a_power():
    table = chain_table(falling)
    critical = chains.critical_point(table)
    claim = next(spots.round_claims(table, critical))
    assert claim.verdict.startswith("~ log L")
    power = table.assign(rounds=table["length"] ** 0.5 + table["realisation"] % 3)
    assert "faster" in next(spots.round_claims(power, critical)).verdict


def test_other_parameters_are_refused(script):
    with pytest.raises(ValueError, match="guesses"):
        script.Parameters(K=(1.0, 2.0), guesses=(0.15,))
