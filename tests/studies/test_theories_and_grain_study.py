"""What the study of four theories says of rows that are right, and of wrong rows."""

import numpy as np
import pytest
from scripts import load_study, measured, one, said


@pytest.fixture(scope="module")
def script():
    return load_study("theories_and_grain")


@pytest.fixture(scope="module")
def parameters(script):
    small = {"spins": (3, 4), "alphas": (0.3, 0.7), "total": 6, "g1": 0.5}
    return script.PRESETS["quick"].replace(**small, realisations=(12,))


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_real_rows_lose_memory_by_2_pi(script, parameters, rows):
    found = said(script, rows, parameters)
    # 2 is five standard errors away from any c of so few realisations, 2 pi is not.
    factor = one(found, "c of memory", "partly")
    assert factor.value - 2 > 5 * factor.error
    assert abs(factor.value / 6.28 - 1) < 0.5
    assert one(found, "rho v-bar over G, bare").value == pytest.approx(0.8, abs=0.08)
    assert one(found, "memory is 1/2, G").value < 0.3
    assert one(found, "G = 1, (16)").verdict.startswith("too few")


def test_rows_of_another_law_are_told_apart(script, parameters, rows):
    wrong = rows.assign(memory=np.exp(-2 * rows["mean"]))
    found = said(script, wrong, parameters)
    factor = one(found, "c of memory", "free")
    assert factor.value == pytest.approx(2, rel=0.1)
    assert "+0 % from 2" in factor.verdict or "-0 % from 2" in factor.verdict
    assert one(found, "distance of memories", "rho v-bar").value < 1e-3


def test_the_rms_strengthens_whatever_the_liom_does(script, parameters, rows):
    """A LIOM that is no part of the bath doubles the levels and halves the squares."""
    idle = rows.assign(memory=0.9, mean=rows["g"], rms=rows["g"] * 2 ** (rows["liom"] / 2))
    found = said(script, idle.assign(width=1.0, typical=rows["g"]), parameters)
    assert one(found, "eta", "free", "by G").value == pytest.approx(1)
    assert one(found, "eta", "free", "by rho v-bar").value == pytest.approx(0, abs=1e-9)


def test_a_total_without_lioms_is_refused(script):
    with pytest.raises(ValueError, match="two LIOMs"):
        script.PRESETS["default"].replace(total=7)
