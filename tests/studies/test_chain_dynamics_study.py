"""What the study of chains in time says of rows that are right, and of wrong rows."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, measured, one, said

from bathlab.experiments import dynamics_laws as laws
from bathlab.experiments.model_regions import LAMBDA, XI_INVERSE, model_region
from bathlab.findings.chain_cones import by_range
from bathlab.theory.resonance_model import Hamiltonian

#: Full spectra of a minute on a busy machine.
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def script():
    return load_study("chain_dynamics")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(
        sites=(6, 8), realisations=(30, 12), disorders=(3.0, 16.0),
        free_sites=(6,), free_disorders=(16.0,), free_realisations=6,
        cone_sites=6, cones=3, cone_disorders=(3.0,), free_cone_disorders=(8.0,),
        level_sites=(10,), level_realisations=(40,), level_disorders=(1.0, 2.0, 6.0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_real_rows_remember_where_the_field_is_strong(script, parameters, rows):
    claims = said(script, rows, parameters)
    assert all(claim.id for claim in claims.values())
    weak, strong = (one(claims, f"W = {W}, L = 8", "static and main") for W in ("3", "16"))
    assert strong.value > 0.9 > weak.value
    late = one(claims, "XXZ, W = 3, L = 8", "weight of C(t) that relaxes")
    assert late.verdict.startswith("relaxes")
    # GOE: K is that of a random matrix from early times on; uncorrelated levels never.
    assert one(claims, "W = 1: log of omega_Th").value > 1.5
    assert one(claims, "W = 6: log of omega_Th").verdict.startswith("as of uncorrelated")
    where = one(claims, "XXZ, L = 10: W at which")
    assert 1 < where.value < 6


def test_a_chain_that_does_not_relax_is_noticed(script, parameters, rows):
    wrong = rows.assign(late=rows["late_blind"] * 0)
    claim = one(said(script, wrong, parameters), "W = 3, L = 8", "weight of C(t) that relaxes")
    assert claim.verdict.startswith("not seen")


def test_states_of_one_tone_are_told_from_others(script, parameters, rows):
    cats = rows.assign(
        single=rows["resonant"], explained_resonant=rows["resonant"], explained=1.0
    )
    claim = one(said(script, cats, parameters), "XXZ, W = 3, L = 8", "share of one tone")
    assert claim.value == 1 and claim.verdict.startswith("100 %")
    none = rows.assign(single=0.0 * rows["resonant"])
    assert one(said(script, none, parameters), "XXZ, W = 3, L = 8", "share of one").value == 0


def test_cones_of_another_shape_are_noticed(script, parameters, rows):
    def reaching(function):
        cone = rows["kind"] == "cone"
        random = np.random.default_rng(3)
        noise = [1 + 0.03 * random.normal() for _ in rows.index]
        values = [
            function(t) * f if c else np.nan for t, f, c in zip(rows["time"], noise, cone)
        ]
        return rows.assign(reach=values, heisenberg=1e7)

    words = ("XXZ, W = 3, L = 6", "mean range")
    straight = reaching(lambda t: 0.2 + 0.1 * np.log(t / 0.3))
    claim = one(said(script, straight, parameters), *words)
    # 0.1 sites per e-fold are put in; the claims say so within four standard errors.
    assert abs(claim.value - 0.1) < 4 * claim.error and "log t is nearer" in claim.verdict
    power = one(said(script, reaching(lambda t: 0.02 * t**0.4), parameters), *words)
    assert "a power of t is nearer" in power.verdict


def test_a_cone_that_quickens_with_range_is_noticed():
    """Half-times e^(k r) of noise 0.1: p < 1e-3 of equal steps in 1e-3 of such rows."""
    times, random = np.geomspace(0.3, 1e6, 40), np.random.default_rng(8)

    def verdict(logs):
        table = []
        for r in range(30):
            scales = np.exp(np.array(logs) + 0.1 * random.normal(size=len(logs)))
            for t in times:
                outside = 1 / (1 + (scales / t) ** 2)
                row = {"realisation": r, "time": t, "outside": outside, "heisenberg": 1e7}
                table.append(row | {"reach": outside.sum()})
        (claim,) = by_range(laws.cone(pd.DataFrame(table)))
        return claim.verdict

    assert verdict([0.5, 2.0, 4.0, 6.0, 8.0]).startswith("the same")
    assert verdict([0.5, 2.0, 4.0, 5.0, 5.5]).startswith("faster at large r")


def made(times, curve, count=200, noise=0.02):
    """Rows of memories whose mean is a curve, with noise that is a ring's and a time's."""
    random = np.random.default_rng(5)
    cells = [
        curve + noise * (random.normal() + random.normal(size=len(times))) for _ in range(count)
    ]
    return pd.DataFrame({"memory": cells, "realisation": range(count)})


def test_the_model_is_found_again_and_another_law_rejected(script):
    times = np.array(script.TIMES)
    xi, lam = 1 / XI_INVERSE[4], LAMBDA[9]
    right = made(times, np.asarray(Hamiltonian(xi, lam, 10).correlator(times)))
    found = model_region(right, script.TIMES, 10)
    assert found.holds
    # False alarm: 2 sigma of one number on either, 5 % each, with the seed given.
    for limits, value in zip(found.ranges, (1 / xi, lam)):
        assert limits[0] <= value <= limits[1]
    low, high = found.plateaus(14)
    assert low <= float(Hamiltonian(xi, lam, 14).order_parameter) <= high
    wrong = made(times, 0.5 + 0.4 * np.exp(-times / 1e4))
    assert not model_region(wrong, script.TIMES, 10).holds
    assert model_region(right[:12], script.TIMES, 10) is None


def test_odd_rings_are_refused(script):
    with pytest.raises(ValueError, match="even"):
        script.PRESETS["default"].replace(cone_sites=9)
    with pytest.raises(ValueError, match="level_sites"):
        script.PRESETS["default"].replace(level_realisations=(5,))
