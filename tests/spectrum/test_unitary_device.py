"""Eigen-data of a unitary on a device: through numpy, through arrays that refuse to leave."""

import numpy as np
import pytest
from remote import BACKENDS, NUMPY, Link
from scipy import stats

import bathlab as bl
from bathlab.operators import as_system
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.unitary import device
from bathlab.spectrum.unitary.first_order import first_order_step
from bathlab.spectrum.unitary.phases import PHASE

GENERATOR = np.random.default_rng(7)
HALF = GENERATOR.uniform(0.01, 3.0, 20)
SPECTRA = {
    "random": GENERATOR.uniform(-np.pi, np.pi, 90),
    "mirrored": np.concatenate([-PHASE + HALF, -PHASE - HALF, HALF]),
    "exact pairs": np.repeat(GENERATOR.uniform(-np.pi, np.pi, 25), 2),
    "identity": np.zeros(12),
    "one state": np.array([2.0]),
}


@pytest.fixture(params=BACKENDS)
def backend(request):
    return BACKENDS[request.param]()


@pytest.fixture(params=[100, 2**24])
def piece(request, monkeypatch):
    """A few columns at a time, or all at once."""
    monkeypatch.setattr(device, "PIECE", request.param)
    monkeypatch.setattr(device, "SPLIT_COLUMNS", min(request.param // 20, 64))


def unitary(phases):
    vectors = stats.unitary_group(len(phases), seed=0).rvs() if len(phases) > 1 else np.eye(1)
    return as_system(vectors * np.exp(1j * phases) @ vectors.conj().T, "W", "unitary")


def namespace(eigh):
    """numpy with another Hermitian eigensolver."""

    class Other:
        linalg = type("linalg", (), {"eigh": staticmethod(eigh)})
        empty, take, abs = np.empty, np.take, np.abs

    return Backend("other", Other, np.asarray, np.asarray, lambda: 2.0**33)


@pytest.mark.parametrize("name", SPECTRA)
def test_all_eigen_data_are_at_rounding(name, backend, piece):
    system = unitary(SPECTRA[name])
    found = bl.diagonalise(system, backend=backend)
    theta, V = found.quasienergies, found.vectors
    assert type(theta) is type(V) is np.ndarray and np.all(np.diff(theta) >= 0)
    off = np.linalg.norm(system.matrix() @ V - V * np.exp(1j * theta), axis=0).max()
    lack = np.abs(V.conj().T @ V - np.eye(len(theta))).max()
    assert off < 2e-14 and found.residual == pytest.approx(off, abs=1e-14)
    assert lack < 2e-14 and found.orthogonality == pytest.approx(lack, abs=1e-14)
    host = bl.diagonalise(unitary(SPECTRA[name])).quasienergies
    # The cut at pi may part a level of several states.
    assert np.abs(np.angle(np.exp(1j * (theta - host)))).max() < 1e-13


def test_the_refinement_takes_out_what_a_rough_solver_leaves(piece):
    def rough(matrix):
        energies, vectors = np.linalg.eigh(matrix)
        noise = np.random.default_rng(3).standard_normal((2, *matrix.shape))
        return energies, vectors + 1e-9 * (noise[0] + 1j * noise[1])

    found = bl.diagonalise(bl.BrickworkCircuit(6, 0.04).sample(8), backend=namespace(rough))
    assert max(found.residual, found.orthogonality) < 1e-12
    system = bl.BrickworkCircuit(6, 0.04).sample(8)
    there = device._weighed(
        system.unitary(), rough(device._hermitian_part(system.unitary()))[1], NUMPY
    )
    assert there.residual > 1e-9 and there.orthogonality > 1e-9


def test_a_solver_that_finds_nothing_leaves_it_to_the_host():
    def none(matrix):
        energies, vectors = np.linalg.eigh(matrix)
        return energies, vectors * np.nan

    with np.errstate(invalid="ignore"):  # no device warns
        found = bl.diagonalise(bl.BrickworkCircuit(4, 0.04).sample(8), backend=namespace(none))
    assert found.residual < 2e-14


def test_the_first_order_step_is_that_of_the_host(piece):
    parts = np.random.default_rng(1).standard_normal((4, 30, 30))
    between, lack = parts[0] + 1j * parts[1], parts[2] + 1j * parts[3]
    lack += lack.conj().T
    phases = between.diagonal().copy()
    expected = between.copy()
    first_order_step(expected, lack, phases, 1e-8)
    found = [
        device._first_order(between, lack[:, columns] / 2, phases, columns)
        for columns in device.pieces(30)
    ]
    assert np.allclose(np.concatenate(found, axis=1), expected, rtol=1e-12, atol=1e-12)


def test_the_matrix_goes_there_and_the_vectors_come_back():
    link, circuit = Link(), bl.BrickworkCircuit(6, 0.3).sample(8)
    found = bl.diagonalise(circuit, backend=link.backend)
    assert found.residual < 2e-14
    # Unit matrices for the orthogonality are as large only where all columns are one piece; of
    # the rest a few columns of close cosines are the largest.
    assert sorted(link.sent)[-3:] == [64**2] * 3 and sorted(link.sent)[-4] < 64**2 / 2
    assert sorted(link.fetched)[-1] == 64**2 and sorted(link.fetched)[-2] < 64**2 / 2


def test_elements_by_a_device(backend, piece):
    circuit = bl.BrickworkCircuit(6, 0.3).sample(8)
    states = bl.eigenstates_near(circuit, 0.3, 5)
    for given in (None, states):
        host = bl.resonances(circuit, 3, given)
        there = bl.resonances(circuit, 3, given, backend=backend)
        assert type(there.z) is np.ndarray and np.allclose(there.z, host.z, rtol=0, atol=1e-14)
        assert there.complete == host.complete
    fresh = bl.resonances(bl.BrickworkCircuit(6, 0.3).sample(8), 3, backend=backend)
    assert np.allclose(np.abs(fresh.z), np.abs(bl.resonances(circuit, 3).z), rtol=0, atol=1e-13)


def test_states_of_a_unitary_by_a_device():
    link, circuit = Link(), bl.BrickworkCircuit(6, 0.04).sample(8)
    assert bl.eigenstate_near(circuit, 0.3, backend=link.backend).method == "dense"
    done = link.up
    assert bl.eigenstate_near(circuit, 0.3, backend=link.backend).residual < 2e-14
    assert link.up == done  # kept
    with pytest.raises(ValueError, match="expected the host"):
        bl.eigenstate_near(circuit, 0.3, "filter", backend=link.backend)
    full = Link(free=0.0).backend
    with pytest.raises(bl.errors.DoesNotFit, match="on the backend 'remote'"):
        bl.diagonalise(bl.BrickworkCircuit(6, 0.1).sample(8), backend=full)
