"""What the study of eigenstates of chains says of rows that are right, and of wrong rows."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, measured, one, said

from bathlab.experiments.portraits import CHI
from bathlab.findings.floquet_chains import floquet


@pytest.fixture(scope="module")
def script():
    return load_study("chain_eigenstates")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(
        sites=(6, 8), realisations=(20, 12), disorders=(1.0, 8.0),
        free_sites=(6,), free_realisations=(4,), free_disorders=(16.0,),
        cat_realisations=(16,), cat_disorders=(8.0,),
        floquet_sites=(4,), floquet_realisations=(12,),
    )  # fmt: skip


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_real_rows_are_thermal_or_not(script, parameters, rows):
    claims = said(script, rows, parameters)
    assert all(claim.id for claim in claims.values())
    weak, strong = (one(claims, f"XXZ, W = {W}:", "entropy of 2 sites") for W in ("1", "8"))
    assert weak.value > 0.8 > 0.5 > strong.value
    assert "second peak" in one(claims, "XXZ, W = 8, L = 8: P(|<sigma>|) of").verdict
    slopes = [one(claims, f"XXZ, W = {W}: [log chi] per site") for W in ("1", "8")]
    assert slopes[0].value - slopes[1].value > 0


def test_correlations_of_another_shape_are_noticed(script, parameters, rows):
    def falling(function):
        random = np.random.default_rng(4)
        cells = [
            function(np.arange(1, len(cell) + 1)) + 0.01 * random.normal(size=len(cell))
            if isinstance(cell, np.ndarray) else cell
            for cell in rows["correlations"]
        ]  # fmt: skip
        table = rows.assign(correlations=cells)
        return one(said(script, table, parameters), "XXZ, W = 8, L = 8", "against distance")

    assert falling(lambda r: -2.0 * r).verdict == "exp(-r) is nearer"
    assert falling(lambda r: -2.0 * np.sqrt(r)).verdict == "exp(-sqrt r) is nearer"
    assert falling(lambda r: -1.0 * (r % 2)).value is None


def test_tails_have_the_power_put_in(script, parameters, rows):
    random = np.random.default_rng(6)

    def drawn(power):
        chi = random.random((400,)) ** (1 / (power + 1))
        return np.histogram(chi, CHI)[0] / len(chi)

    portrait = rows["kind"] == "portrait"
    for power in (-1.5, -2.0):
        cells = [drawn(power) if is_one else None for is_one in portrait]
        table = rows.assign(chi=cells)
        claim = one(said(script, table, parameters), "XXZ, W = 8, L = 8", "density of chi")
        # Four standard errors: false alarm 1e-4.
        assert abs(claim.value - power) < 4 * claim.error + 0.05


def test_cats_that_always_survive_or_never_are_noticed(script, parameters, rows):
    words = ("O(3), W = 8, L = 6", "share of cats that survive")
    for share in (0.0, 1.0):
        table = rows.assign(kept=[None if cell is None else share * np.asarray(cell)
                                  for cell in rows["cats"]])  # fmt: skip
        assert f"{share:.2f}" in one(said(script, table, parameters), *words).text
    undone = [
        None if not isinstance(cats, np.ndarray)
        else np.where(2 * np.arange(len(cats)) >= m, 0.1, 0.9) * cats
        for cats, m in zip(rows["cats"], rows["distance"])
    ]  # fmt: skip
    claim = one(said(script, rows.assign(kept=undone), parameters), *words)
    assert claim.verdict.startswith("long ones fall")


def test_a_second_field_that_changes_cats_is_noticed(script, parameters, rows):
    def remade(factor):
        random = np.random.default_rng(7)
        cells = [
            (factor + 0.1 * random.normal()) * cell if isinstance(cell, np.ndarray) else cell
            for cell in rows["cats"]
        ]
        return one(said(script, rows.assign(again=cells), parameters), "O(3)", "cats that V")

    doubled, same = remade(2.0), remade(1.0)
    # Four standard errors: false alarm 1e-4.
    assert abs(doubled.value - 2) < 4 * doubled.error < 0.4
    assert doubled.verdict.startswith("changed") and same.verdict.startswith("the same")


def test_odd_rings_are_refused(script):
    with pytest.raises(ValueError, match="even"):
        script.PRESETS["default"].replace(sites=(8, 9, 12))
    with pytest.raises(ValueError, match="free_sites"):
        script.PRESETS["default"].replace(cat_realisations=(5,))


def floquet_rows(shift, count=40):
    """C a function of rho v-bar, of the circuit with something added."""
    random, rows = np.random.default_rng(9), []
    for fields, values in (("kicked", (8.0, 16.0, 48.0)), ("brickwork", (0.05, 0.1, 0.2))):
        thermal = np.array(values[::-1] if fields == "brickwork" else values)
        for place, value in enumerate(thermal):
            for r in range(count):
                x = (2.0, 0.8, 0.1)[place]
                C = np.exp(-2 * x) + (shift if fields == "brickwork" else 0.0)
                strength = x * (1 + 0.02 * random.normal(size=2))
                rows.append({
                    "fields": fields, "sites": 6, "disorder": value,
                    "realisation": r,
                    "gap_ratio": (0.58, 0.5, 0.4)[place] + 0.01 * random.normal(),
                    "rho_v": strength, "plateau": C + 0.01 * random.normal(),
                })  # fmt: skip
    return pd.DataFrame(rows)


def test_floquet_models_on_one_curve_or_two():
    """Two points of 40 realisations each: 3 errors apart in 3e-3 of such rows."""
    for shift, words in ((0.0, "one curve"), (0.2, "two curves")):
        found = {claim.claim: claim for claim in floquet(floquet_rows(shift))}
        curve = one(found, "L = 6: C of the circuit less")
        assert curve.verdict.startswith(words) and abs(curve.value - shift) < 0.01
        same = one(found, "r = 0.49: C of the kicked")
        assert abs(same.value + shift) < 0.03 and "ratio 1.0" in same.note
