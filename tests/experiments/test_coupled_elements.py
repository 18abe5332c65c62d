"""Elements after a spin is coupled, and states made by the lemma: against kron, loops, expm."""

import numpy as np
import pytest
import scipy.linalg
import twin

import bathlab as bl
from bathlab.experiments.backreaction import Coupling
from bathlab.experiments.coupled_elements import (
    TIMES,
    CoupledElements,
    correlator,
    coupled_rows,
    near_elements,
)
from bathlab.experiments.coupled_laws import central_weight, cut
from bathlab.experiments.synthetic import completed, identity_error, in_products

SPINS, G, H = 5, 0.6, 1.0


@pytest.fixture(scope="module")
def joined():
    """Levels and elements of the contact by kron, and grain and joint system."""
    grain = bl.RandomMatrixBath(SPINS, bandwidth=6.0).sample(1, 3)
    joint = grain.attach(bl.LiomChain.given([H], [G])).as_grain()
    whole = np.kron(grain.hamiltonian, np.eye(2)) + H * twin.site(twin.Z, SPINS, SPINS + 1)
    whole += G * twin.pair(twin.X, SPINS - 1, twin.X, SPINS, SPINS + 1)
    energies, vectors = np.linalg.eigh(whole)
    V = vectors.T @ twin.site(twin.X, SPINS - 1, SPINS + 1) @ vectors
    return grain, joint, energies, V


def test_near_elements_are_those_of_loops(joined):
    _, joint, energies, V = joined
    found = near_elements(joint.energies, joint.element_rows("contact"), 0.2, 2.0)
    inside = [a for a in range(len(energies)) if abs(energies[a] - 0.2) <= 1.0]
    off = [V[a, b] ** 2 for a in inside for b in inside if a != b]
    own = np.array([V[a, a] for a in inside])
    assert found["off"] == pytest.approx(np.mean(off))
    assert found["mean"] == pytest.approx(np.mean(own))
    line = np.polyfit(energies[inside], own, 1)
    left = own - np.polyval(line, energies[inside])
    assert found["diagonal"] == pytest.approx(np.sum(left**2) / (len(inside) - 2))
    with pytest.raises(ValueError, match="Widen"):
        near_elements(joint.energies, joint.element_rows("contact"), 90.0, 1.0)


def test_correlators_are_those_of_time_evolution(joined):
    _, joint, energies, V = joined
    found = correlator(joint.energies, joint.element_rows("contact"), 0.0, 2.0, TIMES[:40])
    inside = np.abs(energies) <= 1.0
    for place in (0, 9, 30):
        U = scipy.linalg.expm(1j * np.diag(energies) * TIMES[place])
        own = np.real(np.diagonal(U @ V @ U.conj().T @ V)) - np.diagonal(V) ** 2
        assert found[place] == pytest.approx(np.mean(own[inside]), abs=1e-11)


def test_schurs_lemma_is_an_identity_of_eigenstates_and_of_no_other(joined):
    grain, joint, energies, _ = joined
    H_products, V, products = in_products(grain, joint)
    assert np.linalg.eigvalsh(H_products) == pytest.approx(energies)
    levels, states = np.linalg.eigh(H_products)
    for level in (10, 32, 50):
        psi = states[:, level]
        assert identity_error(H_products, products, levels[level], psi, 0.3) < 1e-10
    mixed = (states[:, 10] + states[:, 40]) / np.sqrt(2)
    assert identity_error(H_products, products, levels[10], mixed, 0.3) > 1e-3
    # To lowest order in g both ways of the lemma are one.
    weak = np.diag(products) + 1e-5 * (H_products - np.diag(products))
    inside = np.abs(products - 0.1) <= 0.3
    inner = np.where(inside, 1.0, 0.0)
    first, full = (
        completed(weak, products, 0.1, inner, inside, how)[~inside] for how in ("first", "full")
    )
    assert first == pytest.approx(full, rel=1e-3, abs=1e-9) and np.abs(first).max() > 0


def test_the_weight_of_a_planted_peak_is_found():
    omega = 0.05 * np.arange(-80, 81)
    shape = 0.2 / np.pi / (omega**2 + 0.04)
    twice = sum(0.2 / np.pi / ((omega - c) ** 2 + 0.04) for c in (-2, 2))
    smooth = 0.03 - 0.002 * omega**2
    weight, left = central_weight(omega, smooth + 0.07 * shape, shape, 0.0, 1.5)
    assert weight == pytest.approx(0.07) and left < 1e-12
    tilted = 0.01 - 0.003 * np.abs(omega)
    weight, _ = central_weight(omega, tilted + 0.02 * twice, twice, 2.0, 1.2)
    assert weight == pytest.approx(0.02)
    core = cut(omega, shape, 0.2)
    assert core.sum() * 0.05 == pytest.approx(1) and core[np.abs(omega) > 0.25].max() == 0


def test_a_row_has_what_the_laws_ask_for():
    bath = bl.RandomMatrixBath(5, bandwidth=6.0)
    coupling = Coupling(bath, 6.0, G, H, 1.5, 0.1, 6.5, True)
    (row,) = coupled_rows(CoupledElements(coupling, 1.5, 3), 1, 0)
    assert row["identity"] < 1e-10 and row["none_beyond"] < 1e-12 < row["first_beyond"]
    assert row["contact_time"][0] < 1 and row["k_time"][0] == pytest.approx(1, abs=1e-6)
    with pytest.raises(ValueError, match="elements"):
        coupled_rows(coupling, 1, 0)
