"""What the study of two spins at a grain says of rows that are right, and of wrong rows."""

import numpy as np
import pandas as pd
import pytest
from scripts import about, load_study, measured, one, said

from bathlab.experiments.pair_laws import half, largest, size_powers
from bathlab.theory.random_matrices import random_pair

STRENGTHS = (0.03, 0.06, 0.1, 0.3, 0.6)
KNOWN = (0.02, 0.06, 0.1, 0.15, 0.3, 0.6, 1.2)


@pytest.fixture(scope="module")
def script():
    return load_study("spin_grain_spin")


@pytest.fixture(scope="module")
def parameters(script):
    small = {"spins": (4, 5), "realisations": (24, 8), "compared": 4, "variants": 4}
    return script.PRESETS["quick"].replace(**small, controls=2, strengths=STRENGTHS)


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_real_rows_bear_out_the_table(script, parameters, rows):
    found = about(said(script, rows, parameters), "")
    assert all(claim.id for claim in found)
    by_name = {claim.claim: claim for claim in found}
    # Within a factor 2 of 1: more than five standard errors of 8 realisations.
    for words in ("largest mean |Cor_zz|", "half of the states overlap"):
        (claim,) = (c for c in found if f"l_E = 4: G of eq. (2) at the {words}" in c.claim
                    or f"l_E = 4: G of eq. (2) at which {words}" in c.claim)  # fmt: skip
        assert claim.verdict.startswith("of order 1"), claim
    assert by_name["l_E = 4: mean |Cor_zz| at G = 0.3 over that at 0.1"].value < 1
    for kind in ("r free", "two grains"):
        claim = next(claim for claim in found if claim.claim.startswith(kind))
        assert claim.verdict == "none" and claim.value < 1e-9


def test_a_correlator_that_rises_is_noticed(script, parameters, rows):
    raised = rows["zz"].where(~np.isclose(rows["G"], 0.3), 3 * rows["zz"])
    words = "l_E = 4: mean |Cor_zz| at G = 0.3 over that at 0.1"
    found = about(said(script, rows.assign(zz=raised), parameters), words)
    (claim,) = [claim for claim in found if claim.claim.startswith("l_E")]
    assert claim.verdict.startswith("raised")
    # It has no largest value within the range if it grows with G.
    growing = rows.assign(zz=rows["G"])
    claim = one(said(script, growing, parameters), "l_E = 5: G of eq. (2) at the largest")
    assert claim.value is None


def test_states_that_stay_products_are_noticed(script, parameters, rows):
    wrong = rows.assign(product=1.0)
    claim = one(said(script, wrong, parameters), "l_E = 5: G of eq. (2) at which half")
    assert claim.value is None
    later = rows.assign(ratio=10 * rows["ratio"])
    claim = one(said(script, later, parameters), "l_E = 5: G of eq. (2) at which half")
    assert claim.verdict.startswith("not of order 1")


def test_spins_that_are_joined_after_all_are_noticed(script, parameters, rows):
    wrong = rows.assign(zz=np.where(rows["kind"] == "two grains", 1e-3, rows["zz"]))
    assert one(said(script, wrong, parameters), "two grains").verdict == "correlated"
    assert one(said(script, wrong, parameters), "r free").verdict == "none"


def made(function, strengths=KNOWN, count=30, noise=0.01):
    """Rows with the given mean of zz and share of products against G."""
    random = np.random.default_rng(2)
    table = pd.DataFrame(
        [
            {
                "realisation": r,
                "G": G,
                "ratio": 10 * G,
                "zz": function(G),
                "product": function(G),
            }
            for r in range(count)
            for G in strengths
        ]
    )
    factors = random.normal(1, noise, len(table))
    return table.assign(zz=table["zz"] * factors)


def test_places_are_those_of_known_curves():
    hump = made(lambda G: 0.2 * np.exp(-(np.log(G / 0.12) ** 2)))
    height, place = largest(hump)
    # Five standard errors: false alarm 6e-7 each.
    assert abs(height.mean - 0.2) < 5 * height.error and height.error < 0.002
    assert abs(place.mean - 1.2) < 5 * place.error and place.error < 0.05
    G, ratio = half(
        made(lambda G: float(np.interp(np.log(G), np.log([0.1, 0.15]), [0.75, 0.25])))
    )
    assert G.mean == pytest.approx(np.sqrt(0.015)) and ratio.mean == pytest.approx(10 * G.mean)


def test_powers_of_the_dimension_are_those_put_in():
    tables = {size: made(lambda G, size=size: 0.3 * 2 ** (-0.5 * size)) for size in (4, 6, 9)}
    for few, many, power in size_powers(tables, dict.fromkeys((4, 6, 9), 0.3), "zz"):
        assert (few, many) in ((4, 6), (6, 9))
        assert abs(power.mean + 0.5) < 5 * power.error < 0.02
    assert size_powers(tables, {4: 0.3, 6: 0.25, 9: 0.3}, "zz")[0][:2] == (4, 9)


def test_random_vectors_have_the_numbers_of_random_vectors():
    vectors = np.random.default_rng(3).standard_normal((4000, 4 * 2**5))
    vectors /= np.linalg.norm(vectors, axis=1)[:, None]
    signs = np.repeat([1.0, -1.0], 64)
    wanted = random_pair(5)
    zz = np.mean(np.abs(vectors**2 @ signs))
    # 4000 vectors: standard errors of 1.2, 0.2 and 0.3 per cent.
    assert zz == pytest.approx(wanted["zz"], rel=0.05)
    assert 1 / np.mean(np.sum(vectors**4, axis=1)) == pytest.approx(
        wanted["participation"], rel=0.01
    )
    tables = vectors.reshape(-1, 4, 32)
    rho = np.einsum("nab,ncb->nac", tables, tables) - np.eye(4) / 4
    squares = np.mean(np.sum(rho**2, axis=(1, 2)))
    assert np.sqrt(squares) == pytest.approx(wanted["deviation"], rel=0.02)


def test_variants_beside_no_size_are_refused(script):
    with pytest.raises(ValueError, match="compared"):
        script.PRESETS["default"].replace(compared=5)
