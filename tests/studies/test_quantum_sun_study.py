"""What the study of quantum suns says of rows that are right, and of wrong rows."""

import math
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one

from bathlab.analysis.entanglement import spin_entropies
from bathlab.experiments import sun_laws
from bathlab.experiments.suns import (
    SunLevels,
    SunMiddle,
    level_rows,
    middle_rows,
    page_entropy,
    windowed_ratios,
)
from bathlab.findings import quantum_sun as findings
from bathlab.model.quantum_sun import QuantumSun
from bathlab.plotting import figure
from bathlab.statistics import Estimate

CRITICAL = 1 / math.sqrt(2)
ALPHAS = (0.4, 0.6, 0.66, 0.7, 0.73, 0.76, 0.79, 0.82, 0.86, 0.92, 1.0)
FEW = ALPHAS[2:9]


@pytest.fixture(scope="module")
def script():
    return load_study("quantum_sun")


def ratio(spins, alpha, critical, nu=1.0):
    """A curve that goes from 0.3863 to 0.5307 with L (1/zeta_c - 1/zeta)."""
    x = (spins / 10) ** (1 / nu) * math.log(alpha / critical)
    return 0.3863 + (0.5307 - 0.3863) / (1 + math.exp(-5 * x))


def made(critical=CRITICAL, nu=1.0, count=40, noise=0.004, **changed):
    """Rows of every case of the study with known curves."""
    draw = np.random.default_rng(4)
    rows = []

    def add(kind, convention, sizes, alphas, shift=0.0):
        for spins in sizes:
            for alpha in alphas:
                place = changed.get(convention, critical)
                r = ratio(spins, alpha, place, nu) + shift
                values = r + noise * draw.standard_normal((count, 6))
                for realisation, value in enumerate(values):
                    rows.append(
                        {"kind": kind, "convention": convention, "spins": spins, "alpha": alpha}
                        | {"realisation": realisation, "windows": value[1:], "weight": np.nan}
                        | {"log_density": 0.6 * spins, "case": f"{kind} {convention} {spins}"}
                        | dict.fromkeys(("gap_ratio", "gap_ratio_middle"), value[0])
                        | dict.fromkeys(("farthest", "half"), value[0])
                    )

    add("levels", "suntajs-vidmar", (8, 10, 12, 14), ALPHAS)
    add("levels", "shifted", (8, 10, 12), FEW)
    add("states", "suntajs-vidmar", (8, 9, 10, 11), FEW)
    for place, convention in enumerate(("suntajs-vidmar", "luitz")):
        add("conventions", convention, (10,), (0.7, 0.75, 0.8), 0.03 * place)
    add("levels", "suntajs-vidmar", (16,), FEW[1:5])
    add("middle", "suntajs-vidmar", (10, 12, 13), FEW)
    return pd.DataFrame(rows)


def of(claims):
    """Claims by what they are about."""
    return {claim.claim: claim for claim in claims}


def first(rows, kind="levels"):
    return rows[(rows["kind"] == kind) & (rows["convention"] == "suntajs-vidmar")]


def test_crossings_at_the_critical_point_are_found_there():
    """Places within four errors, by a fixed seed; the verdicts count sigmas."""
    found = of(findings.places(first(made(noise=0.002)), ("gap_ratio",), FEW))
    claim = one(found, "gap ratio of all levels cross, L = 10 and 12")
    assert abs(claim.value - CRITICAL) < 4 * claim.error < 0.05
    limit = one(found, "alpha_c", "at L = infinity")
    assert abs(limit.value - CRITICAL) < 4 * limit.error
    nu = one(found, "nu of gap ratio of all levels, free")
    assert abs(nu.value - 1) < 4 * nu.error + 0.1
    assert one(found, "nu = 1 less").verdict == "nu = 1 is as good"
    kept = one(found, "by a collapse with nu = 1")
    assert abs(kept.value - CRITICAL) < 4 * kept.error


def test_a_wrong_critical_point_and_a_wrong_nu_are_noticed():
    found = of(findings.places(first(made(critical=0.78, nu=0.5)), ("gap_ratio",), FEW))
    claim = one(found, "cross, L = 10 and 12")
    assert "+" in claim.verdict and claim.effect > 0.05
    nu = one(found, "free", "nu of")
    assert nu.value < 0.8 and nu.verdict.startswith("-")
    assert one(found, "nu = 1 less").verdict.startswith("nu = 1 is rejected")


def test_curves_that_do_not_cross_have_no_place():
    rows = first(made())
    rows = rows.assign(gap_ratio=0.4 + 0.001 * (rows["realisation"] % 7) + 0.01 * rows["spins"])
    crossed = sun_laws.crossings(sun_laws.sized(rows, "gap_ratio", FEW))
    for pair, each in crossed.items():
        claim = findings.crossing("crossing", pair, each)
        assert claim.value is None and claim.verdict.startswith("no crossing")


def test_controls_are_held_against_both_ends():
    found = of(findings.controls(first(made())))
    claim = one(found, "alpha = 1, L = 12")
    assert claim.expected == 0.5307 and abs(claim.effect) < 0.02
    swapped = first(made()).assign(alpha=lambda rows: 1.4 - rows["alpha"])
    assert all("sigma" in each.verdict for each in of(findings.controls(swapped)).values())


def test_conventions_that_differ_are_told_apart():
    rows = made(shifted=0.8)
    found = {
        name: sun_laws.crossings(sun_laws.sized(part, "gap_ratio", FEW))
        for name, part in rows[rows["kind"] == "levels"].groupby("convention")
    }
    (claim,) = findings.moved(found)
    assert claim.effect == pytest.approx(0.8 - CRITICAL, abs=5 * claim.error)
    assert claim.effect > 5 * claim.error
    claim = one(of(findings.conventions(rows[rows["kind"] == "conventions"])), "luitz")
    assert claim.effect == pytest.approx(0.03, abs=0.005) and "moved by" in claim.verdict


def test_a_mobility_edge_is_seen_where_there_is_one():
    rows = first(made())
    words = "slope in the share", "half-way"
    flat = one(of(findings.edge(rows, FEW)), *words)
    assert abs(flat.value) < 4 * flat.error
    draw = np.random.default_rng(1)
    places = 0.8 - 0.09 * np.arange(5) / 4
    windows = [
        np.array([ratio(L, a, c) for c in places]) + 0.004 * draw.standard_normal(5)
        for L, a in zip(rows["spins"], rows["alpha"])
    ]
    found = of(findings.edge(rows.assign(windows=windows), FEW))
    for edge in (one(found, *words), one(found, words[0], "crossing")):
        assert edge.value == pytest.approx(-0.09 / 0.4, abs=4 * edge.error)
        assert edge.value < -4 * edge.error


def rows_of_rates(rate, monkeypatch):
    """Rows whose Thouless rate is known, in place of that of a form factor."""

    def known(part):
        return Estimate(float(part["made"].mean()), 0.02, len(part))

    monkeypatch.setattr(sun_laws, "thouless", known)
    rows = first(made(count=4))
    log_rate = [rate(L, alpha) for L, alpha in zip(rows["spins"], rows["alpha"])]
    return rows.assign(weight=1.0, made=np.array(log_rate) + rows["log_density"])


def test_rates_are_held_against_twice_log_alpha(monkeypatch):
    right = rows_of_rates(lambda L, alpha: 2 * L * math.log(alpha) + 2, monkeypatch)
    verdicts = [claim.verdict for claim in findings.rates(right, FEW)]
    assert verdicts and set(verdicts) == {"agrees"}
    wrong = rows_of_rates(lambda L, alpha: L * math.log(alpha) + 2, monkeypatch)
    assert all("sigma" in claim.verdict for claim in findings.rates(wrong, FEW))
    bent = rows_of_rates(lambda L, alpha: 0.2 * (L - 11) ** 2 - 1, monkeypatch)
    assert all(
        claim.verdict.startswith("not exponential") for claim in findings.rates(bent, FEW)
    )


def test_entropies_of_the_last_spin_are_those_of_its_density_matrix():
    vectors = np.random.default_rng(1).standard_normal((16, 3))
    vectors /= np.linalg.norm(vectors, axis=0)
    vectors[:, 2] = np.kron(np.ones(8) / np.sqrt(8), [1, 0])
    for vector, found in zip(vectors.T, spin_entropies(vectors, [8, 2], -1)):
        rho = np.einsum("ab,ac->bc", vector.reshape(8, 2), vector.reshape(8, 2))
        weights = np.linalg.eigvalsh(rho)
        weights = weights[weights > 1e-15]
        assert found == pytest.approx(-(weights @ np.log(weights)), abs=1e-12)
    # Random states of 10 spins: 200 of them know the mean to 3e-4.
    many = np.random.default_rng(2).standard_normal((1024, 200))
    many /= np.linalg.norm(many, axis=0)
    assert np.mean(spin_entropies(many, [512, 2], -1)) == pytest.approx(
        page_entropy(1, 10), abs=2e-3
    )


def test_windows_take_both_sides_of_the_band():
    levels = np.concatenate([[0.0, 1.0], np.linspace(0.01, 0.09, 9), [0.92, 0.94, 0.98]])
    found = windowed_ratios(levels)
    # Nine equal gaps below; 0.02, 0.04, 0.02 above.
    assert found[0] == pytest.approx((8 * 1 + 0.5 + 0.5) / 10, abs=1e-6)
    assert np.all(np.isnan(found[1:]))


def test_each_alpha_has_a_draw_of_its_own_and_conventions_share_it():
    specs = [
        SunLevels(QuantumSun(lioms=5, convention=name), (0.7, 0.8))
        for name in ("suntajs-vidmar", "pauli")
    ]
    first, second = ([each for _, each in spec.drawn(1, 4)] for spec in specs)
    assert not np.array_equal(first[0].bath.hamiltonian, first[1].bath.hamiltonian)
    for one_, other in zip(first, second):
        assert np.array_equal(one_.bath.hamiltonian, other.bath.hamiltonian)
        assert one_.lioms.sites == other.lioms.sites
    rows = level_rows(specs[0], 1, 4)
    assert [row["alpha"] for row in rows] == [0.7, 0.8]
    assert rows[0]["gap_ratio"] == rows[0]["gap_ratio_middle"]  # of 256 levels
    with pytest.raises(ValueError, match="alpha"):
        SunLevels(QuantumSun(), (0.7, 1.2))


def test_middle_states_alone_are_those_of_all():
    """512 levels, where they come from a factorisation."""
    spec = SunMiddle(QuantumSun(grain_spins=2, lioms=7), (0.75,))
    (row,) = middle_rows(spec, 1, 0)
    ((_, sample),) = spec.drawn(1, 0)
    energies, vectors = np.linalg.eigh(sample.hamiltonian.toarray())
    nearest = np.argsort(np.abs(energies - energies.mean()))[:32]
    last = [
        np.linalg.svd(vectors[:, i].reshape(-1, 2), compute_uv=False)[:2] ** 2 for i in nearest
    ]
    expected = np.mean([-(p @ np.log(p)) for p in last]) / math.log(2)
    assert row["farthest"] == pytest.approx(expected, abs=1e-7)
    assert 0 < row["half"] < 1.1


def test_numbers_of_realisations_that_do_not_fit_are_refused(script):
    with pytest.raises(ValueError, match="alphas of few"):
        script.PRESETS["default"].replace(near=(0.66, 0.7, 0.73, 0.77))
    with pytest.raises(ValueError, match="middle_lioms"):
        script.PRESETS["default"].replace(middles=(3,))
    with pytest.raises(ValueError, match="state_lioms"):
        script.PRESETS["default"].replace(states=(3,))
    for parameters in script.PRESETS.values():
        script.build(parameters)


@pytest.mark.slow
def test_the_study_says_and_draws_all(script, tmp_path, monkeypatch):
    few = partial(findings.scaling_fit, resamples=3)
    monkeypatch.setattr(findings, "scaling_fit", few)
    parameters = script.PRESETS["default"].replace(alphas=ALPHAS, few=FEW)
    outcome = script.study.outcome(made(count=6), parameters)
    found = {claim.claim for claim in script.claims(outcome)}
    for words in ("control", "shifted: alpha at", "farthest spin", "of the band", "luitz"):
        assert any(words in claim for claim in found), words
    with figure(tmp_path / "sun.png", 12, 10) as drawn:
        script.draw(drawn, outcome)
    assert (tmp_path / "sun.png").stat().st_size > 10000
