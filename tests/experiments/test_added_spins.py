"""Several LIOMs, zz terms, other energies, spins 1: against kron and closed forms."""

import math

import numpy as np
import pandas as pd
import pytest
import twin

import bathlab as bl
from bathlab.experiments.added_laws import added_spin_rows, conserved
from bathlab.experiments.added_spins import AddedSpins, Depletion, whole_second
from bathlab.experiments.elsewhere import Elsewhere, spin_entropy, spin_one_grain
from bathlab.experiments.zz_terms import ZzTerms

CHAIN = bl.LocalChainBath(6)


def test_second_moments_are_those_of_the_commutator_and_do_not_change():
    added = AddedSpins(CHAIN, "chain", 0.5, (1.0, 0.8), (5, 1), 1.0, 0.5, 20.0)
    rows = added_spin_rows(added, 1, 0)
    H, V = CHAIN.sample(1, 0).hamiltonian, twin.site(twin.X, 5, 6)
    wanted = np.linalg.norm(H @ V - V @ H) ** 2 / 64
    assert [row["contact_whole"] for row in rows] == pytest.approx([wanted] * 3)
    assert conserved(pd.DataFrame(rows).assign(realisation=0)) < 1e-12
    # An operator that LIOMs do not commute with is widened: sigma^z of the spin they touch.
    joint = CHAIN.sample(1, 0).attach(added.chain(1)).as_grain()
    along = twin.site(twin.Z, 5, 7)
    whole = joint.system.hamiltonian.toarray()
    grown = np.linalg.norm(whole @ along - along @ whole) ** 2 / 128
    bare = np.linalg.norm(H @ (z := twin.site(twin.Z, 5, 6)) - z @ H) ** 2 / 64
    assert grown == pytest.approx(bare + 4 * 0.5**2)
    assert whole_second(joint, "probe") == pytest.approx(rows[1]["probe_whole"])


def test_without_a_zz_term_dressed_products_are_products():
    spec = ZzTerms(CHAIN, "chain", 0.5, 1.0, (0.0, 0.3), False, 2.0, 0.5, 20.0)
    plain, dressed = added_spin_rows(spec, 1, 0)
    assert plain["dressed"] == pytest.approx(plain["halfwidth"])
    assert dressed["dressed"] != pytest.approx(dressed["halfwidth"])
    assert abs(plain["entropy"]) <= math.log(2) and dressed["golden_rule"] > 0
    two = added_spin_rows(
        ZzTerms(CHAIN, "chain", 0.5, 1.0, (0.0, 0.3), True, 1.0, 0.5, 20.0), 1, 0
    )
    assert [row["strength"] for row in two] == [0.0, 0.3] and "dressed" not in two[0]


def test_elsewhere_a_spin_has_its_thermal_entropy():
    assert spin_entropy(1.0, 1.0) == pytest.approx(math.log(2))
    assert spin_entropy(3.0, 1.0) == pytest.approx(math.log(4) - 0.75 * math.log(3))
    spec = Elsewhere(CHAIN, "chain", 6, 1e-9, 1.0, (0.0, -2.0), 3)
    for row in added_spin_rows(spec, 1, 0):
        # A coupling of nearly 0 gains nothing.
        assert abs(row["gain"]) < 1e-6 and row["entropy"] < 1e-6
        assert row["thermal"] <= math.log(2)


def test_a_grain_of_spins_one_is_normalised():
    matrices = spin_one_grain(1, 0, spins=3, bandwidth=8.0)
    for V in (matrices.contact, matrices.probe):
        dense = np.asarray(V.todense()) if hasattr(V, "todense") else np.asarray(V)
        assert np.trace(dense @ dense) / 27 == pytest.approx(1)
    bl.model.check_bath(bl.model.DisorderedBath(spin_one_grain, {"spins": 3}))


def test_the_depletion_has_the_papers_weights_and_bad_specs_are_refused():
    spec = Depletion(
        bl.RandomMatrixBath(4, bandwidth=4.2), bl.LiomChain(2), 1.05, 2.0, 0.1, 8.0
    )
    rows = added_spin_rows(spec, 1, 0)
    assert [row["lioms"] for row in rows] == [1, 2]
    assert rows[1]["paper"] == pytest.approx((0.15 / max(1.05, rows[1]["field"])) ** 2)
    with pytest.raises(ValueError, match="spec"):
        added_spin_rows(CHAIN, 1, 0)
