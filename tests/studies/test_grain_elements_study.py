"""What the study of bare baths says of rows that obey the paper, and of others."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, measured, one, said

from bathlab.plotting.figures import figure

OMEGA = np.arange(0.125, 16.0, 0.25)
SLOW = 0.02 * 10 ** (np.arange(12) / 6 + 1 / 12)


@pytest.fixture(scope="module")
def script():
    return load_study("grain_elements")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(
        spins=(5, 6, 7), realisations=(6, 6, 6), matrix_spins=5, matrices=6
    )


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def lawful(rows, power=-0.5, decay=2.0, left=2.0, curved=0.0):
    """Rows with v = exp(-decay omega) and omega^power, and fluctuations ~ 2^-N."""
    numbers = np.random.default_rng(1)
    many = [rows.assign(realisation=rows["realisation"] + 10 * k) for k in range(10)]
    made = []
    for row in pd.concat(many).to_dict("records"):
        noise = 1 + 0.02 * numbers.standard_normal(4)
        near = 2.0 ** -row["spins"] * noise[0]
        wobble = 1 + 0.02 * numbers.standard_normal((2, 64))
        made.append(
            row
            | {"near": near, "left": left * near * noise[1]}
            | {"v": np.exp(-decay * OMEGA - curved * OMEGA**2)[: len(row["omega"])]
               * wobble[0][: len(row["omega"])],
               "slow_v": SLOW**power * wobble[1][:12]}
        )  # fmt: skip
    return pd.DataFrame(made)


def test_rows_of_the_paper_bear_it_out(script, parameters, rows):
    found = said(script, lawful(rows), parameters)
    claim = one(found, "7-chain", "fluctuation of V_bb over")
    assert abs(claim.value - 2) < 0.1
    claim = found["chains of 5 to 7: power of 2^N in the fluctuations of V_bb"]
    assert claim.value == pytest.approx(-0.5, abs=0.02)
    claim = one(found, "7-chain", "1/xi")
    assert claim.value == pytest.approx(2.0, abs=0.05) and "window" in claim.note
    claim = one(found, "7-chain", "power of omega in v, omega = 0.3 to 2")
    assert claim.value == pytest.approx(-0.5, abs=0.05)
    assert one(found, "5-spin GOE", "beyond its edge").verdict
    assert all(claim.id for claim in found.values())


def test_other_laws_are_noticed(script, parameters, rows):
    found = said(script, lawful(rows, power=0.0, curved=0.1, left=3.0), parameters)
    assert one(found, "7-chain", "fluctuation of V_bb over").verdict.startswith("+")
    claim = one(found, "7-chain", "1/xi")
    assert claim.value is None and claim.verdict.startswith("rejected")
    claim = one(found, "7-chain", "-slope of log v in windows")
    assert claim.value == pytest.approx(2 + 0.2 * 5, abs=0.1)
    claim = one(found, "7-chain", "power of omega in v, omega = 0.3 to 2")
    assert "of both errors" in claim.verdict


def test_a_picture_is_made(script, parameters, rows, tmp_path):
    outcome = script.study.outcome(rows, parameters)
    with figure(tmp_path / "made_up.png") as drawn:
        script.study.panels(drawn, outcome)
    assert len(script.data(outcome)) > 100
