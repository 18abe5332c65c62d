"""The spectral function of a pair against dense sums of numpy."""

from dataclasses import replace

import numpy as np
import pytest
import twin
from scipy import sparse

import bathlab as bl
from bathlab.spectrum import cross as module
from bathlab.spectrum import cross_measure

SYSTEM = bl.couple(bl.LocalChainBath(5), bl.LiomChain(4)).sample(2)
METHODS = ["dense", "lanczos"]
#: None at 0, where the level of the state itself lies.
EDGES = np.linspace(-9, 9.2, 13)


def dense_sum(H, A, B, vector):
    """Levels and <psi|A|n><n|B|psi>, term by term."""
    levels, vectors = np.linalg.eigh(H)
    left = np.array([np.vdot(vector, A @ vectors[:, n]) for n in range(len(levels))])
    right = np.array([np.vdot(vectors[:, n], B @ vector) for n in range(len(levels))])
    return levels, left * right


def as_dense(matrix):
    return matrix.toarray() if sparse.issparse(matrix) else matrix


def require_equal(found, H, A, B, vector, atol=1e-9):
    """Cumulative sums, which near-degenerate levels do not upset, and the second moment."""
    levels, weights = dense_sum(as_dense(H), as_dense(A), as_dense(B), vector)
    places = (levels[1:] + levels[:-1]) / 2
    places = places[np.diff(levels) > 1e-8]
    total, expected = (
        np.append(0, np.cumsum(w))[np.searchsorted(e, places)]
        for e, w in ((found.energies, found.weights), (levels, weights))
    )
    assert np.allclose(total, expected, atol=atol)
    assert found.weights.sum() == pytest.approx(weights.sum(), abs=1e-10)
    assert found.weights @ found.energies**2 == pytest.approx(
        weights @ levels**2, abs=1e-8 * np.abs(levels).max() ** 2
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "A, B",
    [
        (("probe", "x"), ("contact", "x")),
        ((1, "x"), (1, "z")),
        ((1, "y"), (2, "y")),
        ((1, "y"), ("probe", "x")),
        ((3, "z"), (3, "y")),
    ],
)
def test_a_pair_is_that_of_dense_sums(A, B, method):
    first, second = SYSTEM.operator(*A), SYSTEM.operator(*B)
    state = bl.eigenstate_near(SYSTEM, 0.3)
    found = cross_measure(SYSTEM, first, second, state, method)
    require_equal(found, SYSTEM.hamiltonian, first, second, state.vector)
    alone = (A[1] == "y") == (B[1] == "y")
    assert found.method == method and np.iscomplexobj(found.weights) != alone
    product = np.vdot(state.vector, first @ (second @ state.vector))
    assert found.weights.sum() == pytest.approx(product, abs=1e-10)
    swapped = cross_measure(SYSTEM, second, first, state, method)
    assert np.allclose(swapped.weights.sum(), np.conj(product), atol=1e-10)


def test_a_real_state_that_is_called_complex_has_real_weights():
    state = bl.eigenstate_near(SYSTEM, 0.3)
    pair = SYSTEM.operator("contact"), SYSTEM.operator(1)
    for phase in (1.0 + 0j, 1j):
        found = cross_measure(SYSTEM, *pair, phase * state.vector)
        assert found.weights.dtype == np.float64
        assert np.allclose(found.weights, cross_measure(SYSTEM, *pair, state).weights)


@pytest.mark.parametrize("method", METHODS)
def test_a_complex_state_and_a_complex_matrix(method):
    rng = np.random.default_rng(3)
    n = 120
    H, A, B = (
        (M + M.conj().T) / np.sqrt(n)
        for M in rng.standard_normal((3, n, n)) + 1j * rng.standard_normal((3, n, n))
    )
    vector = rng.standard_normal(n) + 1j * rng.standard_normal(n)
    vector /= np.linalg.norm(vector)
    require_equal(cross_measure(H, A, B, vector, method), H, A, B, vector)
    require_equal(cross_measure(H.real, A, B, vector, method), H.real, A, B, vector)
    require_equal(
        cross_measure(H.real, A.real, B.real, vector, method), H.real, A.real, B.real, vector
    )


@pytest.mark.parametrize("method", METHODS)
def test_one_operator_gives_its_spectral_measure(method):
    state, probe = bl.eigenstate_near(SYSTEM, 0.3), SYSTEM.operator("probe")
    found = cross_measure(SYSTEM, probe, probe, state, method)
    measure = bl.spectral_measure(SYSTEM, probe, state, method)
    assert np.allclose(found.energies, measure.energies, atol=1e-10)
    assert np.allclose(found.weights, measure.weights, atol=1e-9)
    minus = cross_measure(SYSTEM, probe, -probe, state, method)
    assert np.allclose(minus.weights, -measure.weights, atol=1e-9)
    on_bins, _ = np.histogram(found.energies - state.energy, EDGES, weights=found.weights)
    expected, _ = np.histogram(measure.energies - state.energy, EDGES, weights=measure.weights)
    assert np.allclose(on_bins, expected, atol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_degenerate_levels_are_one_entry(method):
    """Levels of multiplicity three: the sum over a level, whatever its basis."""
    small = twin.chain([0.7, -0.4, 0.9, 1.3, 0.2], 0.5, 1.0)
    H = np.kron(small, np.eye(3))
    rng = np.random.default_rng(7)
    A, B = ((M + M.T) / 2 for M in rng.standard_normal((2, 96, 96)))
    vector = rng.standard_normal(96)
    vector /= np.linalg.norm(vector)
    found = cross_measure(H, A, B, vector, method)
    _, weights = dense_sum(H, A, B, vector)
    assert len(found.energies) == 32
    assert np.allclose(found.energies, np.linalg.eigvalsh(small), atol=1e-11)
    assert np.allclose(found.weights, weights.reshape(32, 3).sum(axis=1), atol=1e-9)


def test_operators_that_reach_different_levels():
    """Each run of a sum sees the levels of both: cross weights vanish level by level."""
    H = np.diag(np.arange(40.0) + 0.1)
    vector = np.zeros(40)
    vector[0] = 1.0
    A, B = np.zeros((40, 40)), np.zeros((40, 40))
    A[0, 1:20] = A[1:20, 0] = 1.0
    B[0, 15:40] = B[15:40, 0] = 0.5
    for method in METHODS:
        found = cross_measure(H, A, B, vector, method)
        both = (found.energies > 15) & (found.energies < 20)
        assert np.allclose(found.weights[both], 0.5, atol=1e-10) and both.sum() == 5
        assert np.allclose(found.weights[~both], 0.0, atol=1e-10)


@pytest.mark.parametrize("constant", [1e3, 1e5])
@pytest.mark.parametrize("method", METHODS)
def test_a_constant_in_H_moves_the_levels_alone(constant, method):
    H, state = SYSTEM.hamiltonian, bl.eigenstate_near(SYSTEM, 0.3)
    pair = SYSTEM.operator("contact"), SYSTEM.operator(1)
    moved = sparse.csr_array(H + constant * sparse.eye_array(H.shape[0]))
    found = cross_measure(moved, *pair, state, method)
    require_equal(
        replace(found, energies=found.energies - constant),
        H,
        *pair,
        state.vector,
        atol=1e-8,
    )


def test_levels_of_runs_are_paired_once_each():
    levels = np.array([0.0, 1.0, 1.0 + 1e-13, 1.0 + 2e-13, 2.0, 3.0])
    assert module._groups(levels, np.array([0, 0, 1, 0, 1, 0])) == [0, 1, 1, 2, 3, 4]


def test_a_bad_pair_is_refused_by_name():
    state = bl.eigenstate_near(SYSTEM, 0.3)
    good = SYSTEM.operator("probe")
    for arguments, words in (
        ((good, np.eye(3)), "B of shape"),
        ((np.eye(3), good), "A of shape"),
        ((good, sparse.triu(SYSTEM.hamiltonian)), r"B.*Hermitian"),
        ((good * 0, good), r"A with O\|psi> = 0"),
        ((good, "probe"), "B"),
    ):
        with pytest.raises(ValueError, match=words):
            cross_measure(SYSTEM, *arguments, state)
    with pytest.raises(ValueError, match="method"):
        cross_measure(SYSTEM, good, good, state, "window")
    with pytest.raises(ValueError, match="state"):
        cross_measure(SYSTEM, good, good, state.vector[:-1])
