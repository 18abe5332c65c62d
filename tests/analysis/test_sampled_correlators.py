"""Tr[O(t) O]/n from eigenstates drawn at random, against the trace itself."""

import numpy as np
import pytest
import scipy.linalg

import bathlab as bl
from bathlab.analysis import evolved_autocorrelator, sampled_autocorrelator

SYSTEM = bl.couple(bl.LocalChainBath(4), bl.LiomChain(3)).sample(1)
LARGE = bl.couple(bl.LocalChainBath(5), bl.LiomChain(4)).sample(1)
TIMES = np.array([0.0, 1.0, 9.0, 500.0])


def trace(system, observable):
    H = system.hamiltonian.toarray()
    found = []
    for t in TIMES:
        U = scipy.linalg.expm(-1j * t * H)
        found.append(np.trace(U.conj().T @ observable @ U @ observable).real / len(H))
    return np.array(found)


def test_all_states_make_the_trace():
    sigma = SYSTEM.operator(1, "z")
    found = sampled_autocorrelator(SYSTEM, sigma, TIMES, None)
    assert np.allclose(found.values, trace(SYSTEM, sigma.toarray()), atol=1e-9)
    assert found.states == found.dimension == 128 and not np.any(found.error)
    same = sampled_autocorrelator(SYSTEM, sigma, TIMES, 10**6)
    assert np.array_equal(same.values, found.values)


def test_the_error_is_that_of_the_draw():
    """Of 60 draws the rms of (found - exact)/error is within 1 +- 0.35 unless chance makes it
    so: less than once in 1000 even for tails twice as heavy as Gaussian. An error without the
    root of the number of states is off by a factor of four."""
    sigma, solved = SYSTEM.operator(2, "x"), bl.diagonalise(SYSTEM)
    exact = trace(SYSTEM, sigma.toarray())[1:]
    off = []
    for seed in range(60):
        found = sampled_autocorrelator(solved, sigma, TIMES[1:], 16, seed)
        off.append((found.values - exact) / found.error)
    assert np.sqrt(np.mean(np.square(off), axis=0)) == pytest.approx([1, 1, 1], abs=0.35)


def test_states_found_one_by_one_are_the_same():
    sigma = LARGE.operator(1, "z")
    found = sampled_autocorrelator(LARGE, sigma, TIMES, 4, seed=2)
    again = bl.couple(bl.LocalChainBath(5), bl.LiomChain(4)).sample(1)
    solved = sampled_autocorrelator(bl.diagonalise(again), sigma, TIMES, 4, seed=2)
    assert np.allclose(found.values, solved.values, atol=1e-8)
    assert np.allclose(found.error, solved.error, atol=1e-8)


def test_of_a_circuit_it_is_that_of_direct_evolution():
    circuit = bl.BrickworkCircuit(6, coupling=0.1).sample(2)
    found = sampled_autocorrelator(circuit, circuit.operator(3), [0, 1, 4], None)
    exact = evolved_autocorrelator(circuit, 3, 4)[[0, 1, 4]]
    assert np.allclose(found.values, exact, atol=1e-10)
    few = sampled_autocorrelator(circuit, circuit.operator(3), [0, 1, 4], 32)
    assert np.all(np.abs(few.values - exact) <= 6 * few.error + 1e-10)
    for states in (None, 4):
        with pytest.raises(ValueError, match="whole numbers"):
            sampled_autocorrelator(circuit, circuit.operator(3), [0.5], states)


def test_a_state_that_the_operator_destroys_counts_as_nothing():
    up = np.diag([1.0, 0.0, 0.0, 0.0])
    found = sampled_autocorrelator(np.diag([0.0, 1.0, 2.0, 4.0]), up, [0.0, 3.0], 3, seed=0)
    assert set(found.values) <= {0.0, 1 / 3} and found.error[0] >= 0


def test_multiplets_are_not_drawn_from_one_by_one():
    alike = bl.couple(bl.LocalChainBath(5), bl.LiomChain(4, alpha=1.0, disorder=0.0)).sample(1)
    with pytest.raises(ValueError, match="levels nearer than"):
        sampled_autocorrelator(alike, alike.operator(1, "z"), [1.0], 3)
    with pytest.raises(ValueError, match="states"):
        sampled_autocorrelator(SYSTEM, SYSTEM.operator(1), [1.0], 1)
