"""What else takes a system without time reversal: devices, pairs, sectors, Qobj, residuals."""

import numpy as np
import pytest
import twin
from scipy import sparse

import bathlab as bl
from bathlab.spectrum import cross_measure
from bathlab.spectrum.backend import Backend

UNITARY = bl.RandomMatrixBath(5, bandwidth=4.2, symmetry="unitary")
SYSTEMS = {
    "table": bl.couple(UNITARY, bl.LiomChain(3)).sample(1),
    "few columns": bl.couple(UNITARY, bl.LiomChain(1)).sample(2),
    "matrix": bl.couple(UNITARY, bl.LiomChain(2)).sample(3).hamiltonian,
    "line": bl.LocalisedChain(UNITARY, bl.LiomChain(2, alpha=1.0, g1=0.4)).sample(4),
}


def entries(system):
    return system @ np.eye(system.shape[0])


@pytest.mark.parametrize("name", SYSTEMS)
def test_another_array_namespace_gives_the_same(name):
    system = SYSTEMS[name]
    numpy = Backend("numpy", np, np.asarray, np.asarray, lambda: 2.0**33)
    observable = twin.site(twin.X, 2, system.shape[0].bit_length() - 1)
    energies, vectors = np.linalg.eigh(entries(system))
    nearest = np.argmin(np.abs(energies - 0.2))
    _, weights = twin.weights(entries(system), observable, vectors[:, nearest])
    for method in ("dense", "lanczos"):
        state = bl.eigenstate_near(system, 0.2, method, backend=numpy)
        assert state.energy == pytest.approx(energies[nearest], abs=1e-11)
        assert abs(np.vdot(state.vector, vectors[:, nearest])) == pytest.approx(1, abs=1e-9)
        found = bl.spectral_measure(system, observable, state, method, backend=numpy)
        assert bl.log_ipr(found) == pytest.approx(-np.log(weights @ weights), abs=1e-8)


@pytest.mark.parametrize("method", ["dense", "lanczos"])
def test_a_pair_in_a_complex_state_is_a_sum_over_levels(method):
    system = SYSTEMS["table"]
    energies, vectors = np.linalg.eigh(entries(system))
    psi = vectors[:, 100]
    A, B = system.operator(1, "y"), system.operator("probe")
    expected = (psi.conj() @ (A @ vectors)) * (vectors.conj().T @ (B @ psi))
    found = cross_measure(system, A, B, psi, method=method)
    assert np.iscomplexobj(found.weights) and len(found.weights) == len(expected)
    assert np.allclose(np.cumsum(found.weights), np.cumsum(expected), atol=1e-9)


def twisted(spins):
    """Dzyaloshinskii-Moriya interaction and fields along z conserve the magnetisation."""
    fields = np.random.default_rng(0).uniform(0.5, 1.5, spins)
    H = sum(field * twin.site(twin.Z, i, spins) for i, field in enumerate(fields))
    for i in range(spins - 1):
        for left, right, strength in ((twin.X, twin.Y, 0.7), (twin.Y, twin.X, -0.7)):
            H = H + strength * twin.site(left, i, spins) @ twin.site(right, i + 1, spins)
    return H


@pytest.mark.parametrize("storage", [np.array, sparse.csr_array])
def test_imaginary_couplings_join_the_states_of_a_sector(storage):
    bath = bl.GivenBath(storage(twisted(6)), twin.site(twin.X, 0, 6), twin.site(twin.X, 1, 6))
    sizes = sorted(sector.dimension for sector in bath.sample(1).sectors())
    assert sizes == [1, 1, 6, 6, 15, 15, 20]
    flips = bl.GivenBath(storage(twin.site(twin.Y, 0, 3)), np.eye(8), np.eye(8)).sample(1)
    assert [sector.dimension for sector in flips.sectors()] == [2, 2, 2, 2]


def test_a_complex_system_goes_to_qutip_and_its_eigensystem_has_small_residuals():
    system = SYSTEMS["table"]
    H = system.hamiltonian.toarray()
    assert system.to_qobj().isherm and np.array_equal(system.to_qobj().full(), H)
    found = bl.diagonalise(system)
    residuals = H @ found.vectors - found.vectors * found.energies
    assert np.abs(residuals).max() < 1e-13 * np.abs(found.energies).max() * len(H)
    assert np.allclose(found.vectors.conj().T @ found.vectors, np.eye(len(H)), atol=1e-12)
