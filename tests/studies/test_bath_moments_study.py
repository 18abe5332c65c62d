"""What the study of moments says of rows in which one of them decides, and of wrong rows."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study

from bathlab.experiments import element_laws
from bathlab.findings import bath_moments
from bathlab.plotting.figures import figure

G = np.geomspace(0.03, 1.0, 7)


@pytest.fixture(autouse=True)
def few_resamplings(monkeypatch):
    """An error to 10 % is enough here."""
    monkeypatch.setattr(element_laws, "RESAMPLINGS", 50)


#: Of six made-up baths: rms, mean over rms, typical over rms, rho and gap ratio.
BATHS = {
    "a": (0.10, 0.80, 0.530, 20.0, 0.53),
    "b": (0.05, 0.78, 0.500, 22.0, 0.53),
    "c": (0.20, 0.30, 0.050, 21.0, 0.39),
    "d": (0.12, 0.50, 0.020, 19.0, 0.38),
    "e": (0.07, 0.60, 0.200, 23.0, 0.52),
    "f": (0.09, 0.40, 0.300, 20.0, 0.39),
}


def rows_of(deciding, realisations=12, noise=0.01, zeros=0.0):
    """Rows in which Delta D is a function of g rho times one moment, with noise."""
    numbers = np.random.default_rng(5)
    rows = []
    for label, (rms, even, low, rho, ratio) in BATHS.items():
        of = {"rms": rms, "mean": even * rms, "typical": low * rms, "density": 0.1}
        x = G * rho * of[deciding]
        for realisation in range(realisations):
            delta = np.log(2) * x / (0.2 + x) + noise * numbers.standard_normal(len(G))
            one = {"bath": label, "realisation": realisation, "g": G, "G": G * rho * rms}
            one |= {"gap_ratio": ratio + 0.01 * numbers.standard_normal(), "rho": rho}
            one |= {"rms": rms, "mean": even * rms, "median": 0.9 * even * rms}
            one |= {"typical": low * rms, "zeros": zeros, "delta_log_ipr": delta}
            rows.append({**one, "energy_scale": 3.0})
    return pd.DataFrame(rows)


@pytest.mark.parametrize("deciding", ["rms", "mean", "typical", "density"])
def test_the_moment_that_decides_is_found(deciding):
    table = rows_of(deciding)
    told = list(bath_moments.of_moments(table))
    word = bath_moments.WORDS[deciding]
    last = told[-1]
    rank, distance = (
        next(c for c in told if c.claim.endswith(end) and f" {word} " in f"{c.claim} ")
        for end in ("onset of Delta D", "(nats)")
    )
    assert rank.value == pytest.approx(1, abs=0.1) and rank.verdict == "orders them"
    assert distance.value < 0.01
    # rms and G are the same number in these rows, mean and median too
    same = {"rms": ("rms", "G"), "mean": ("mean", "median")}.get(deciding, (deciding,))
    assert last.verdict.startswith(tuple(bath_moments.WORDS[name] for name in same))
    if deciding != "rms":
        assert "clear of the rms; nearest" in last.verdict and "not clear" not in last.verdict
    else:
        assert "not clear" in last.verdict


def test_rows_without_order_say_so():
    table = rows_of("mean")
    numbers = np.random.default_rng(6)
    noise = [numbers.uniform(0, 0.6, len(G)) for _ in range(len(table))]
    told = list(bath_moments.of_moments(table.assign(delta_log_ipr=noise)))
    assert not any(claim.verdict == "orders them" for claim in told)
    falling = table["delta_log_ipr"].map(lambda curve: curve[::-1])
    far = [c for c in bath_moments.of_moments(table.assign(delta_log_ipr=falling))
           if "distance" in c.claim]  # fmt: skip
    assert min(claim.value for claim in far) > 0.1


def test_baths_are_told_apart_by_levels_and_forbidden_elements():
    table = rows_of("mean")
    table.loc[table["bath"] == "c", ["zeros", "typical"]] = [0.5, 0.0]
    parts = dict(bath_moments.split(table))
    assert set(parts["no forbidden elements"]["bath"]) == set("abdef")
    assert set(parts["chaotic levels"]["bath"]) == set("abe")
    told = {c.claim: c for c in bath_moments.of_each(table)}
    assert "50 % of the elements are forbidden" in told[
        "c: mean over rms |V| at the flip"].note  # fmt: skip
    assert list(bath_moments.of_moments(parts["chaotic levels"])) == []  # too few
    more = table["delta_log_ipr"].map(lambda curve: curve * 2)
    told = list(bath_moments.of_each(table.assign(delta_log_ipr=more)))
    assert any("changes the bath itself" in claim.verdict for claim in told)


def test_the_onset_is_where_the_spin_is_half_thermalised():
    half = np.log(2) / 2
    assert element_laws.onset(G, np.zeros(7)) == np.inf
    assert element_laws.onset(G, np.ones(7)) == G[0]
    rising = half * np.log(G / 0.02) / np.log(0.1 / 0.02)
    assert element_laws.onset(G, rising) == pytest.approx(0.1, rel=1e-12)


def test_all_baths_are_as_wide_as_the_chain_and_drawn(tmp_path):
    """(bandwidth/4)^2 is <tr H^2>/n, N (1 + 0.3^2/3 + 0.5^2) + N - 1 of the chain."""
    script = load_study("bath_moments")
    for spins in (6, 8):
        for named in script.all_kinds(spins):
            width = getattr(named, "bandwidth", None)
            assert width is None or width**2 / 16 == pytest.approx(spins * 2.28 - 1, rel=0.01)
    outcome = script.study.outcome(rows_of("mean"), script.PRESETS["quick"])
    with figure(tmp_path / "made_up.png") as drawn:
        script.study.panels(drawn, outcome)
    assert len(outcome.means) == 6 * len(G)
