"""Tones, susceptibilities and correlators of full spectra against loops and derivatives."""

import numpy as np
import pytest
from scipy.linalg import expm

import bathlab as bl
from bathlab.analysis import (
    fidelity_susceptibility,
    heisenberg_time,
    mutual_information,
    spectral_autocorrelator,
    tones,
)
from bathlab.operators.hermitian import to_dense


@pytest.fixture(scope="module", params=["z", "all"])
def ring(request):
    """H, sigma of a site and the eigen-data of six spins."""
    chain = bl.SpinChain(6, disorder=2.0, fields=request.param).sample(1, 2)
    H, sigma = to_dense(chain.matrix()), to_dense(chain.operator(2))
    return H, sigma, *np.linalg.eigh(H)


def test_the_autocorrelator_is_that_of_the_exponential(ring):
    H, sigma, energies, vectors = ring
    Z = np.abs(vectors.conj().T @ sigma @ vectors) ** 2
    times = [0.0, 0.7, 12.0]
    found = spectral_autocorrelator(energies, Z, times)
    for t, value in zip(times, found):
        turned = expm(1j * H * t) @ sigma @ expm(-1j * H * t)
        assert value == pytest.approx(np.trace(turned @ sigma).real / len(H), abs=1e-12)
    with pytest.raises(ValueError, match="symmetric"):
        spectral_autocorrelator(energies, np.triu(Z), times)


def test_the_susceptibility_is_the_derivative_of_the_states(ring):
    H, sigma, energies, vectors = ring
    found = fidelity_susceptibility(energies, vectors.conj().T @ sigma @ vectors)
    step = 1e-5
    moved = np.linalg.eigh(H + step * sigma)[1]
    lost = 1 - np.abs(np.einsum("na,na->a", vectors.conj(), moved)) ** 2
    soft = found < 1e4  # the others move by more than the first order
    assert np.count_nonzero(soft) > len(H) // 2
    assert lost[soft] / step**2 == pytest.approx(found[soft], rel=1e-2, abs=1e-4)
    assert np.isinf(fidelity_susceptibility([0.0, 0.0], [[0, 1], [1, 0]])).all()


def test_tones_against_a_loop():
    Z = np.random.default_rng(1).random((7, 7))
    found = tones(Z)
    for a, row in enumerate(Z):
        others = [(z, b) for b, z in enumerate(row) if b != a]
        assert (found.main[a], found.partner[a]) == max(others)
        assert found.static[a] == Z[a, a]
        assert found.number[a] == pytest.approx(row.sum() ** 2 / (row**2).sum())
    cat = tones([[0.0, 1.0], [1.0, 0.0]])
    assert np.all(cat.number == 1) and np.all(cat.main == 1)
    with pytest.raises(ValueError, match="zeros"):
        tones(np.diag([1.0, 0.0]))
    with pytest.raises(ValueError, match=r"\(n, n\)"):
        tones(np.ones((2, 3)))


def test_the_heisenberg_time_of_equal_distances():
    assert heisenberg_time(np.arange(20) / 4) == pytest.approx(8 * np.pi)
    with pytest.raises(ValueError, match="coincide"):
        heisenberg_time(np.ones(8))


def test_a_singlet_shares_two_bits_and_strangers_none():
    pair = np.array([0, 1, -1, 0]) / np.sqrt(2)
    state = np.kron(pair, [1.0, 0.0])
    assert mutual_information(state, (2, 2, 2), 0, 1) == pytest.approx(2 * np.log(2))
    assert mutual_information(state, (2, 2, 2), 0, 2) == pytest.approx(0, abs=1e-12)
    assert mutual_information(state, (2, 2, 2), 2, [0, 1]) == pytest.approx(0, abs=1e-12)
    with pytest.raises(ValueError, match="once"):
        mutual_information(state, (2, 2, 2), 0, [0, 1])
