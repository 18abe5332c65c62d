"""What avalanche_inputs is given, and what it says of right rows, and of wrong ones."""

import json
import math
from dataclasses import replace

import pandas as pd
import pytest
from scripts import ROOT, load_study, measured, said

from bathlab.experiments.measured_inputs import CIRCUITS, CROSSOVERS
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
    assert len(moved) == 5 and all(0.99 < claim.value < 1.11 for claim in moved)
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
    claims = {claim.claim: claim for claim in findings.crossover_claims(CROSSOVERS)}
    rejected = claims["1/(s zeta_c), xi = 4.2, entanglement"]
    assert rejected.value is None and rejected.verdict == findings.NO_PARAMETERS
    assert claims["1/(s zeta_c), xi = 10, entanglement"].value == pytest.approx(0.773, abs=1e-3)
    whole = claims["1/(s zeta_c), all fits that stand"]
    assert whole.verdict == "agrees" and whole.error > 0.1
    # With the rejected ones let in the verdict would be of other numbers.
    let_in = [replace(fit, chi2=fit.dof) for fit in CROSSOVERS]
    other = {claim.claim: claim for claim in findings.crossover_claims(let_in)}
    assert other["1/(s zeta_c), all fits that stand"].error > 3 * whole.error
    off = [replace(fit, alpha=0.9, chi2=fit.dof) for fit in CROSSOVERS]
    far = {claim.claim: claim for claim in findings.crossover_claims(off)}
    assert far["1/(s zeta_c), all fits that stand"].verdict.endswith("of all errors")
