"""What the studies of coupled elements and of added spins say of rows made up either way."""

import math

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one

from bathlab.findings import added_spins, coupled_elements

COUNT = 40


def made(means, seed=1, scatter=0.02):
    """Rows whose columns scatter by so much about their means."""
    numbers = np.random.default_rng(seed)
    columns = {
        name: mean + scatter * abs(mean) * numbers.standard_normal(COUNT)
        for name, mean in means.items()
    }
    return pd.DataFrame(columns).assign(realisation=range(COUNT))


def elements(after, diagonal):
    means = {}
    for which in ("probe", "contact"):
        for end, off in (("before", 0.01), ("zero", 0.01), ("after", 0.01 * after)):
            means[f"{which}_off_{end}"] = off
            means[f"{which}_diagonal_{end}"] = diagonal * off
            means[f"{which}_mean_{end}"] = 0.0
    return {claim.claim: claim for claim in coupled_elements.elements(made(means))}


def test_elements_smaller_by_sqrt_two_agree_and_others_do_not():
    found = elements(0.5, 2.0)
    assert one(found, "<V'^2>/<V^2>", "probe").verdict.startswith("agrees")
    assert abs(one(found, "<diagonal^2>", "probe").value - 2) < 0.1
    wrong = elements(0.6, 3.0)
    assert "not sqrt 2" in one(wrong, "<V'^2>/<V^2>", "contact").verdict
    assert "sigma" in one(wrong, "<diagonal^2>", "contact").verdict


def test_synthetic_states_are_set_beside_true_ones():
    means = {"identity": 1e-15}
    for kind, share in (("true", -0.09), ("none", 0.0), ("first", -0.06), ("full", -0.2)):
        means |= {f"{kind}_vt": share, f"{kind}_tt": 1.0, f"{kind}_beyond": 0.5}
    found = {claim.claim: claim for claim in coupled_elements.refined(made(means))}
    assert one(found, "less eq. (9)").verdict == "agrees"
    assert one(found, "lowest order", "the same").verdict.startswith("0.6")
    broken = made(means | {"identity": 1e-3})
    assert next(iter(coupled_elements.refined(broken))).verdict == "violated"


@pytest.mark.parametrize("ratio, verdict", [(1.0, "unchanged"), (1.4, "changes")])
def test_a_zz_term_that_widens_k_is_noticed(ratio, verdict):
    parts = [
        made({"halfwidth": 0.1 * factor, "entropy": 0.68, "depth": 5.0}, seed, 0.01).assign(
            strength=strength, between=True, step=0.5, contact=[np.ones(4)] * COUNT
        )
        for seed, (strength, factor) in enumerate([(0.0, 1.0), (0.3, ratio)])
    ]
    # Some noise in v', so that a distance has an error.
    for seed, part in enumerate(parts):
        draw = np.random.default_rng(seed)
        part["contact"] = [1 + 0.01 * draw.standard_normal(4) for _ in range(COUNT)]
    found = {claim.claim: claim for claim in added_spins.zz(pd.concat(parts))}
    assert one(found, "w of k over that without").verdict.startswith(verdict)
    assert one(found, "S of the LIOM").verdict == "unchanged"


@pytest.mark.parametrize("slope, agrees", [(math.log(3), True), (math.log(2), False)])
def test_grains_of_spins_one_count_log_three(slope, agrees):
    rows = pd.concat(
        made({"G_square": math.exp(slope * size), "gain": 0.69}, size).assign(size=size)
        for size in (4, 5, 6)
    )
    first = next(iter(added_spins.grain_spins(rows, 3)))
    assert (first.verdict == "agrees") == agrees and first.id == "G44"


@pytest.mark.parametrize("name", ["coupled_elements", "added_spins"])
def test_presets_build(name):
    script = load_study(name)
    for parameters in script.PRESETS.values():
        assert script.build(parameters).cases
