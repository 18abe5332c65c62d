"""What avalanche_inputs is given, and what it says of right rows, and of wrong ones."""

import json
import math
from dataclasses import replace

import pandas as pd
import pytest
from scripts import ROOT, load_study, measured, said

from bathlab.experiments.measured_inputs import (
    CIRCUITS,
    CROSSOVER_LENGTHS,
    CROSSOVERS,
    STRENGTHENING,
    WIDE_BANDS,
    Measured,
)
from bathlab.experiments.strengthened_means import strengthened_means
from bathlab.findings import avalanche_inputs as findings

FIGURES = ROOT / "figures"


def record(path):
    claims = json.loads((FIGURES / f"{path}.json").read_text())["claims"]
    return {claim["claim"]: claim for claim in claims}


def test_the_circuits_numbers_are_those_of_the_committed_runs():
    squares = pd.read_csv(FIGURES / "polarisations.csv")
    ranges, scales = record("circuit_drift"), record("paper/resonant_scales")
    width = 10**0.1 - 10**-0.1
    for circuit in CIRCUITS:
        here = (squares["coupling"] == circuit.coupling) & (squares["kind"] == "Z")
        rows = squares[here & (squares["sites"] == circuit.sites)]
        for (_, number, error), power in zip(circuit.resonances, (-0.4, -0.6, -1.0)):
            above = rows[rows["x"] > 10**power]
            pairs = (2**circuit.sites - 1) * width * above["x"]
            assert (pairs * above["p"]).sum() == pytest.approx(number, abs=6e-5)
            assert (pairs * above["p_error"]).sum() == pytest.approx(error, abs=6e-5)
        for decay in circuit.decays:
            J = f"J = {circuit.coupling:g}"
            if decay.name == "by range":
                claim = next(
                    claim
                    for name, claim in ranges.items()
                    if name.startswith(f"{J}, ") and "median Omega, a distance more" in name
                )
                a = 2 * math.log(2) / claim["value"]
                assert decay.a == pytest.approx(a, abs=6e-5)
                error = a * claim["error"] / claim["value"]
                assert decay.error == pytest.approx(error, abs=6e-5)
                continue
            window = decay.name.removeprefix("Omega in ")
            claim = scales[f"{J}, L = 12: zeta/zeta_c on {window}"]
            assert decay.a == pytest.approx(claim["value"], abs=6e-5)
            assert decay.error == pytest.approx(claim["error"], abs=6e-5)
            assert decay.chi2_dof == pytest.approx(claim["chi2_dof"], abs=6e-4)
            assert f"window error {decay.window_error:.3f}" == claim["note"]


def text_of(number, window):
    return f"{number.value:.3f} +- {number.error:.3f} +- {number.window:.3f} ({window})"


def test_the_grains_numbers_are_those_of_the_committed_run():
    claims = record("crossover_length")
    for fit in CROSSOVERS:
        eta = claims[f"{fit.setting}: strengthening eta, {fit.criterion}"]
        assert eta["N"] == fit.count
        assert fit.chi2_dof == pytest.approx(eta["chi2_dof"], abs=6e-4)
        place = claims.get(f"{fit.setting}: l_c diverges at alpha, {fit.criterion}", {})
        for number, claim in ((fit.eta, eta), (fit.alpha, place)):
            # What chi^2 rejects has no value there, and none here.
            assert claim.get("value") is None if number is None else True
            assert number is None or claim["text"] == text_of(number, "window")
        assert (fit.eta is None) == eta["verdict"].startswith("rejected")
    assert [fit.eta.value for fit in CROSSOVERS if fit.thermalised][0] == STRENGTHENING
    wide = next(each for name, each in claims.items() if "those of wide bands" in name)
    number = WIDE_BANDS
    words = f"{number.value:.2f} +- {number.error:.2f} +- {number.window:.2f} (syst)"
    assert wide["text"] == words


def test_no_wide_band_is_left_out():
    """Every eta of S, of S behind thermalised LIOMs and of Delta D, but narrow bands."""
    kept = {(fit.setting, fit.criterion) for fit in CROSSOVERS}
    criteria = {fit.criterion for fit in CROSSOVERS}
    for name in record("crossover_length"):
        setting, _, rest = name.partition(": strengthening eta, ")
        if rest in criteria and not setting.startswith(("xi = 4.2", "h = 2")):
            assert (setting, rest) in kept


def test_the_grains_lengths_are_those_of_the_committed_run():
    table = pd.read_csv(FIGURES / "crossover_length.csv").dropna(subset="l_c")
    usual = table[(table["setting"] == "usual") & (table["spins"] > 3)]
    for alpha, spins, length, error in CROSSOVER_LENGTHS:
        rows = usual[(usual["alpha"] == alpha) & (usual["spins"] == spins)]
        assert rows["l_c"].unique() == pytest.approx([length], abs=6e-4)
        assert rows["l_c_error"].unique() == pytest.approx([error], abs=6e-4)
    several = usual[usual["alpha"].isin([0.4, 0.5])][["alpha", "spins"]].drop_duplicates()
    assert len(several) == len(CROSSOVER_LENGTHS)


@pytest.fixture(scope="module")
def script():
    return load_study("avalanche_inputs")


@pytest.fixture(scope="module")
def parameters(script):
    quick = script.PRESETS["quick"]
    return quick.replace(length=300, realisations=(12, 12, 12), measured=(1.0,), zetas=(0.3,))


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_what_is_said_of_chains(script, parameters, rows):
    found = said(script, rows, parameters)
    slope = found[f"K = 1: {findings.SLOPE}, by chain"]
    # Twelve short chains: -0.5 within five standard errors, 1e-6 of false alarms.
    assert slope.N == 12 and abs(slope.value + 0.5) < 5 * slope.error < 0.5
    moved = [claim for name, claim in found.items() if "over that at 1" in name]
    assert len(moved) == 8 and all(1.0 < claim.value < 1.25 for claim in moved)
    weak = found["J = 0.005, zeta_1 by range, eta = 1: eps/eps_c, mean field"]
    assert weak.verdict == "thermal by 0 of 6 definitions, 0 if norms; chains: P = 0.00 to 0.00"
    strong = found["J = 0.04, zeta_1 by range, eta = 1: eps/eps_c, mean field"]
    assert strong.verdict.startswith("thermal by 5 of 6") and strong.verdict.endswith("1.00")
    assert not any("J = 0.02" in name and "1e-03, 4e-02" in name for name in found)
    seed = found["zeta = 0.3, d = 2, exp(-r/zeta): k*"]
    assert seed.value == pytest.approx(1 / (16 * math.log(2) ** 2 * 0.09))


def test_chains_that_do_not_feel_eta_are_told(rows):
    wrong = rows[rows["kind"] == "turning"].copy()
    # As if the option did nothing: the draws of eta = 1 everywhere.
    same = wrong[(wrong["eta"] == 1) & (wrong["rule"] == "default")]
    values = same.set_index("realisation")["turning"]
    noise = 1 + 1e-3 * (wrong["realisation"] % 3) * (wrong["eta"] - 0.9)
    wrong["turning"] = wrong["realisation"].map(values) * noise
    claims = findings.curve_claims(wrong, strengthened_means(wrong, 1.0), 1.0, CROSSOVERS)
    found = {claim.claim: claim for claim in claims}
    claim = found[f"{findings.SLOPE}, by chain"]
    assert claim.verdict.endswith("sigma") and claim.effect == pytest.approx(0.5, abs=0.02)


def test_a_rejected_fit_has_no_parameters():
    said = findings.crossover_claims(CROSSOVERS, WIDE_BANDS)
    claims = {claim.claim: claim for claim in said}
    rejected = claims["strengthening eta, usual, S"]
    assert rejected.value is None and rejected.verdict == findings.NO_PARAMETERS
    assert "1/(s zeta_c), usual, S" not in claims
    thermal = claims["1/(s zeta_c), usual, S, thermalised realisations"]
    assert thermal.value == pytest.approx(-2 * math.log2(0.734)) and thermal.verdict == "agrees"
    # The whole error: that of the window is a quarter of the other.
    error = 2 * math.hypot(0.019, 0.005) / (0.734 * math.log(2))
    assert thermal.error == pytest.approx(error)
    assert claims["1/(s zeta_c), all estimates of wide bands"].verdict == "agrees"
    assert claims["1/(s zeta_c), chain, S"].verdict.endswith("sigma")
    off = [replace(fit, alpha=Measured(0.9, 0.019, 0.005)) for fit in CROSSOVERS[:1]]
    far = {claim.claim: claim for claim in findings.crossover_claims(off, WIDE_BANDS)}
    assert far["1/(s zeta_c), usual, S, thermalised realisations"].verdict.endswith("sigma")


def test_chains_say_nothing_of_an_eta_at_which_none_was_run(rows):
    means = strengthened_means(rows, 1.0)
    beyond = replace(CROSSOVERS[0], eta=Measured(0.5, 0.05, 0.0))
    found = findings.curve_claims(rows, means, 1.0, [beyond])
    claim = next(claim for claim in found if "over that at 1" in claim.claim)
    assert claim.verdict.endswith("mean field, chains not run there")
