"""What the study of hybridised eigenstates says of rows that are right, and of wrong rows."""

import numpy as np
import pytest
from scripts import about, load_study, measured, one, said


@pytest.fixture(scope="module")
def script():
    return load_study("hybridised_states")


@pytest.fixture(scope="module")
def parameters(script):
    counts = dict.fromkeys(("chains", "seconds", "locals", "weak", "many"), 5)
    return script.PRESETS["quick"].replace(
        spins=(5, 6, 7),
        realisations=(6, 5, 4),
        chain=7,
        couplings=(0.4, 0.8),
        chain_couplings=(0.4, 0.8),
        fields=(1.0, 3.0),
        second=(0.35, 1.0),
        strengths=(0.02, 0.2),
        kernels=(1.0,),
        **counts,
    )


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


@pytest.mark.slow
def test_real_rows_and_wrong_ones(script, parameters, rows):
    found = said(script, rows, parameters)
    assert all(claim.id and claim.N for claim in found.values())
    ids = {name for claim in found.values() for name in claim.id.split()}
    wanted = "G12 G13 G15 G18 G19 G20 G31 G33 G86 G89 G90"
    assert set(wanted.split()) <= ids
    # omega^2 k is g^2 exactly, whatever else is true.
    spins = rows[rows["kind"] == "spin"]
    assert spins["second_moment"].to_numpy() == pytest.approx(1, abs=1e-9)
    free, random = (
        one(found, f"{bath}: kurtosis", "g' = 0.8") for bath in ("free chain(6)", "RM(6)")
    )
    assert free.value > random.value + 5 * random.error
    wrong = rows.copy()
    spike = (wrong["kind"] == "second") & (wrong["place"] == "spike")
    wrong.loc[spike, "halfwidth"] *= 2
    weak = wrong["kind"] == "weak"
    wrong.loc[weak, "lost"] += np.log(2)
    wrong["bin_fourth"] = [2 * x if np.ndim(x) else x for x in wrong["bin_fourth"]]
    wrong["k"] = [np.roll(x, 20) if np.ndim(x) else x for x in wrong["k"]]
    other = said(script, wrong, parameters)
    for words in ("on a spike over that off it", "typical 1 - |<sb|psi>|^2 over first order",
                  "kurtosis of amplitudes"):  # fmt: skip
        for claim in about(found, words):
            doubled = other.get(claim.claim)
            if doubled is not None and claim.value is not None:
                assert doubled.value == pytest.approx(2 * claim.value)
    exact = one(other, "RM(6): k against the exact curve", "g = 0.8")
    assert exact.verdict.startswith("off") and exact.value > 0.3


def test_parameters_that_leave_out_the_point_itself_are_refused(script):
    with pytest.raises(ValueError, match="couplings"):
        script.Parameters(g=0.7)
