"""Eigen-data of unitaries: all of it, windows by products alone, spectral measures."""

import numpy as np
import pytest
import scipy.linalg
from refusals import explained
from scipy import stats
from scipy.sparse.linalg import LinearOperator

import bathlab as bl
from bathlab.operators import System, as_system
from bathlab.spectrum.backend import CPU, Backend
from bathlab.spectrum.unitary import arcs, dense, space, states
from bathlab.spectrum.unitary.phases import PHASE

CIRCUIT = bl.BrickworkCircuit(8, 0.04).sample(1)
#: Quasienergies with numpy, which does not give orthogonal vectors.
LEVELS = np.sort(np.angle(np.linalg.eigvals(CIRCUIT.unitary())))


def unitary(phases, seed=0):
    """A dense unitary with these quasienergies and random eigenvectors."""
    vectors = stats.unitary_group(len(phases), seed=seed).rvs()
    return as_system(
        (vectors * np.exp(1j * np.asarray(phases))) @ vectors.conj().T, "W", "unitary"
    )


def apart(one, other):
    """Distances on the circle."""
    return np.abs(np.angle(np.exp(1j * (np.asarray(one) - np.asarray(other)))))


GENERATOR = np.random.default_rng(5)
RANDOM = np.sort(GENERATOR.uniform(-np.pi, np.pi, 300))
HALF = GENERATOR.uniform(0.01, 3.0, 30)
SPECTRA = {
    "random": RANDOM,
    "mirrored": np.concatenate([-PHASE + HALF, -PHASE - HALF]),
    "nearly mirrored": np.concatenate([-PHASE + HALF, -PHASE - HALF + 1e-9]),
    "at the turning points": -PHASE + np.pi * np.arange(40) + 1e-7 * np.arange(40) ** 2,
    "close pairs": np.concatenate([RANDOM[:50], RANDOM[:50] + 1e-10]),
    "exact pairs": np.repeat(RANDOM[:50], 2),
    "roots of unity": 2 * np.pi * np.arange(32) / 32,
    "identity": np.zeros(20),
    "two levels": np.repeat([0.0, np.pi], 9),
    "one state": np.array([2.0]),
}


@pytest.mark.parametrize("name", SPECTRA)
def test_all_eigen_data_are_at_rounding(name):
    phases = SPECTRA[name]
    system = unitary(phases)
    found = bl.diagonalise(system)
    n, theta, V = len(phases), found.quasienergies, found.vectors
    assert np.all(np.diff(theta) >= 0) and np.all((theta > -np.pi) & (theta <= np.pi))
    defect = np.linalg.norm(system.matrix() @ V - V * np.exp(1j * theta), axis=0).max()
    assert found.residual == pytest.approx(defect, abs=1e-14) and defect < 2e-14
    assert found.orthogonality < 2e-14
    assert np.allclose(V.conj().T @ V, np.eye(n), rtol=0, atol=2e-14)
    # Each level is there as often as it was put in.
    expected = np.exp(1j * phases)
    for point in expected[::7]:
        wanted = np.count_nonzero(np.abs(expected - point) < 1e-8)
        assert np.count_nonzero(np.abs(np.exp(1j * theta) - point) < 1e-8) == wanted


def test_without_another_phase_mirrored_levels_come_out_mixed(monkeypatch):
    monkeypatch.setattr(dense, "split_close", lambda *_: None)
    system = unitary(SPECTRA["mirrored"])
    mixed = dense._weighed(system, dense._hermitian_way(system))
    assert mixed.residual > 0.01
    assert bl.diagonalise(system).residual < 2e-14  # by the Schur form


def test_without_the_refinement_residuals_are_above_rounding(monkeypatch):
    system = unitary(RANDOM)
    monkeypatch.setattr(dense, "_refined", lambda system, vectors: vectors)
    coarse = dense._weighed(system, dense._hermitian_way(system)).residual
    monkeypatch.undo()
    assert dense._weighed(system, dense._hermitian_way(system)).residual < coarse / 10


@pytest.mark.parametrize("sites, coupling", [(4, 0.0), (6, 0.25), (8, 0.02)])
def test_a_circuit_is_diagonalised_once(sites, coupling, monkeypatch):
    circuit = bl.BrickworkCircuit(sites, coupling).sample(2)
    found = bl.diagonalise(circuit)
    levels = np.sort(np.angle(np.linalg.eigvals(circuit.unitary())))
    assert np.allclose(found.quasienergies, levels, atol=1e-12)
    assert max(found.residual, found.orthogonality) < 2e-14
    assert found.dimension == circuit.dimension and found.system is circuit
    monkeypatch.setattr(dense, "diagonalise_unitary", lambda *_: pytest.fail("solved again"))
    assert bl.diagonalise(circuit) is found and bl.diagonalise(found) is found
    assert bl.eigenstate_near(found, 0.3).method == "dense"


def test_matrix_free_unitaries_and_real_ones_are_solved():
    rolled = LinearOperator((12, 12), matvec=lambda x: np.roll(x, 1), dtype=float)
    found = bl.diagonalise(as_system(rolled, kind="unitary"))
    assert np.allclose(found.quasienergies, 2 * np.pi * np.arange(-5, 7) / 12)
    assert found.residual < 1e-14


class Shrinking(System):
    """No unitary, though it says so."""

    kind = "unitary"

    def _matvec(self, x):
        return (np.linspace(0.5, 1.0, len(x)) * x.T).T


def test_what_is_not_unitary_has_no_eigen_data():
    with pytest.raises(bl.errors.NotConverged, match="W\\^dagger W"):
        bl.diagonalise(Shrinking((8,)))
    with pytest.raises(bl.errors.NotConverged):
        bl.eigenstates_near(Shrinking((8,) * 3), 0.0, 2, "filter")
    for bad in (np.diag([1.0, 0.5]), np.triu(np.ones((3, 3))), np.eye(3) * np.nan):
        with pytest.raises(ValueError, match="expected"):
            as_system(bad, kind="unitary")
    halving = LinearOperator((4, 4), matvec=lambda x: x / 2, dtype=float)
    with pytest.raises(ValueError, match="expected a unitary one"):
        as_system(halving, kind="unitary")


@pytest.mark.parametrize("quasienergy", [0.0, 1.2, np.pi, -np.pi + 1e-3, 7.0, LEVELS[40]])
@pytest.mark.parametrize("count", [1, 9])
def test_windows_are_those_of_the_full_spectrum(quasienergy, count):
    expected = LEVELS[np.argsort(apart(LEVELS, quasienergy))[:count]]
    for method in ("filter", "dense"):
        found = bl.eigenstates_near(CIRCUIT, quasienergy, count, method)
        assert np.allclose(apart([s.energy for s in found], expected), 0, atol=1e-12)
        assert all(-np.pi < s.energy <= np.pi and s.method == method for s in found)
        W, vectors = CIRCUIT.unitary(), np.array([s.vector for s in found]).T
        assert np.allclose(vectors.conj().T @ vectors, np.eye(count), atol=1e-12)
        for s in found:
            defect = np.linalg.norm(W @ s.vector - np.exp(1j * s.energy) * s.vector)
            assert s.residual == pytest.approx(defect, abs=1e-14) and defect < 1e-11
            assert s.nearest == ("completeness" if method == "filter" else "all levels")
            assert s.missed < 1e-30


@pytest.mark.slow
@pytest.mark.parametrize("coupling", [0.02, 0.25])
def test_windows_of_ten_sites_are_those_of_the_full_spectrum(coupling):
    circuit = bl.BrickworkCircuit(10, coupling).sample(4)
    levels = bl.diagonalise(circuit).quasienergies
    for quasienergy, count in ((3.1, 1), (-0.4, 40), (2.0, 100)):
        expected = levels[np.argsort(apart(levels, quasienergy))[:count]]
        found = bl.eigenstates_near(circuit, quasienergy, count, "filter")
        assert np.allclose(apart([s.energy for s in found], expected), 0, atol=1e-12)


PAIRS = np.concatenate([RANDOM[:-4], RANDOM[[40, 41, 150, 200]] + [1e-12, 0.0, 1e-9, 1e-13]])


@pytest.mark.parametrize("place", [40, 41, 150, 200])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_close_and_equal_pairs_are_whole_in_a_window_and_at_its_edge(place, count):
    """Both states of a pair are found, also where the edge of what was asked parts them."""
    system = unitary(PAIRS, seed=2)
    others = np.sort(apart(PAIRS, RANDOM[place]))
    # The pair in the middle, and the pair as the last that is asked for.
    for target in (RANDOM[place], RANDOM[place] + 0.9 * others[2] / 2):
        found = bl.eigenstates_near(system, target, count, "filter")
        expected = PAIRS[np.argsort(apart(PAIRS, target), kind="stable")[:count]]
        assert np.allclose(apart([s.energy for s in found], expected), 0, atol=1e-11)
        vectors = np.array([s.vector for s in found])
        assert np.allclose(vectors.conj() @ vectors.T, np.eye(count), atol=1e-10)


def test_as_many_equal_levels_as_random_vectors_are_no_proof():
    system = unitary(np.concatenate([RANDOM, np.full(20, 1.0)]))
    with pytest.raises(bl.errors.NotConverged, match="share one quasienergy"):
        bl.eigenstates_near(system, 1.0, 2, "filter")
    assert bl.eigenstate_near(system, 1.0).nearest == "all levels"


def test_too_few_levels_near_by_widen_the_arc():
    far = np.concatenate([RANDOM[np.abs(RANDOM) > 0.5], [0.01]])
    found = bl.eigenstates_near(unitary(far), 0.0, 3, "filter")
    expected = far[np.argsort(np.abs(far))[:3]]
    assert np.allclose([s.energy for s in found], expected, atol=1e-11)


def test_a_bare_geometric_sum_lets_more_pass_than_there_is_room_for(monkeypatch):
    def bare(arc):
        return np.exp(-1j * arc.centre * np.arange(arc.degree + 1)) / (arc.degree + 1)

    monkeypatch.setattr(arcs.Arc, "coefficients", bare)
    with pytest.raises(bl.errors.NotConverged, match="states appear"):
        bl.eigenstates_near(unitary(np.linspace(-3, 3, 500)), 0.5, 4, "filter")


def test_a_space_that_is_left_too_early_proves_nothing(monkeypatch):
    whole = space.arc_space(CIRCUIT, arcs.Arc(0.4, 0.1))
    assert whole.missed < 1e-100 and whole.remainder < space.EXHAUSTED
    monkeypatch.setattr(space, "EXHAUSTED", 0.05)
    early = space.arc_space(CIRCUIT, arcs.Arc(0.4, 0.1))
    assert early.basis.shape[1] < whole.basis.shape[1] and early.missed == 1
    with pytest.raises(bl.errors.NotConverged):
        bl.eigenstates_near(CIRCUIT, 0.4, 20, "filter")


def test_the_filter_is_what_its_arc_says():
    arc = arcs.Arc(0.3, 0.05)
    angles = np.linspace(-np.pi, np.pi, 4001)
    powers = np.exp(1j * np.outer(angles, np.arange(arc.degree + 1)))
    passed = np.abs(powers @ arc.coefficients())
    distance = apart(angles, 0.3)
    assert passed.max() == pytest.approx(1, abs=1e-3)
    assert passed[distance <= 0.05].min() > 0.95 * arcs.EDGE
    assert passed[distance > arc.lobe].max() < 1e-13
    assert arc.stride * 2 * arc.lobe <= 2 * np.pi


def test_the_best_method_is_taken():
    large = bl.BrickworkCircuit(10, 0.3).sample(1)
    assert bl.eigenstate_near(CIRCUIT, 0.0).method == "dense"
    assert bl.eigenstate_near(large, 0.0).method == "filter"
    request = states.StateRequest(0.0, 500, "auto", False, False, CPU)
    assert states.DenseUnitaryStates().accepts(large, request)
    there = Backend("there", np, np.asarray, np.asarray, lambda: 2.0**33)
    request = states.StateRequest(0.0, 1, "auto", False, False, there)
    assert states.DenseUnitaryStates().accepts(large, request)


def test_a_measure_has_the_weights_of_all_eigenstates():
    sigma = CIRCUIT.local_operator(3)
    state = bl.eigenstate_near(CIRCUIT, 0.7)
    found = bl.spectral_measure(CIRCUIT, sigma, state)
    schur, vectors = scipy.linalg.schur(CIRCUIT.unitary(), output="complex")
    order = np.argsort(np.angle(schur.diagonal()))
    weights = np.abs(vectors.conj().T @ (sigma @ state.vector)) ** 2
    assert np.allclose(found.weights, weights[order], atol=1e-11)
    assert np.allclose(found.energies, LEVELS, atol=1e-12)
    assert found.weights.sum() == pytest.approx(1) and found.sum_error < 1e-12
    assert bl.log_ipr(found) == pytest.approx(-np.log(np.sum(weights**2)))
    W = CIRCUIT.unitary()
    at_2 = np.vdot(sigma @ state.vector, W @ W @ (sigma @ state.vector))
    assert found.weights @ np.exp(2j * found.energies) == pytest.approx(at_2)


def test_a_measure_has_one_entry_per_level_also_across_the_cut():
    phases = [np.pi, np.pi + 1e-15, -np.pi + 1e-14, 0.0, 0.0, 1.0]
    found = bl.spectral_measure(
        unitary(phases), np.diag(np.arange(1.0, 7.0)), np.ones(6) / 6**0.5
    )
    assert len(found.energies) == 3 and found.weights.sum() == pytest.approx(91 / 6)
    assert np.all(np.diff(found.energies) > 0)


def test_the_gap_ratio_goes_round_the_circle():
    ratio = bl.mean_gap_ratio(LEVELS, periodic=True)
    for turn in (0.5, 3.0):
        turned = np.angle(np.exp(1j * (LEVELS + turn)))
        assert bl.mean_gap_ratio(turned, periodic=True) == pytest.approx(ratio, abs=1e-9)
    assert bl.mean_gap_ratio(CIRCUIT) == pytest.approx(ratio, abs=1e-9)
    assert bl.mean_gap_ratio(bl.diagonalise(CIRCUIT)) == pytest.approx(ratio, abs=1e-9)
    gaps = np.diff(np.append(LEVELS, LEVELS[0] + 2 * np.pi))
    pairs = np.array([gaps, np.roll(gaps, -1)])
    assert ratio == pytest.approx(np.mean(pairs.min(axis=0) / pairs.max(axis=0)))


def test_a_thermal_circuit_has_the_gap_ratio_of_the_cue():
    """0.5996, where the GOE has 0.5307; 40 realisations of 64 levels, each mean of r to 0.03:
    0.005 in all, so that four standard errors (6e-5) tell the two."""
    ratios = [
        bl.mean_gap_ratio(
            bl.diagonalise(bl.BrickworkCircuit(6, 0.25).sample(3, r)).energies, True
        )
        for r in range(40)
    ]
    assert np.mean(ratios) == pytest.approx(0.5996, abs=0.02)


BAD = {
    "count above": lambda: bl.eigenstates_near(CIRCUIT, 0.0, 257),
    "count 0": lambda: bl.eigenstates_near(CIRCUIT, 0.0, 0),
    "quasienergy nan": lambda: bl.eigenstates_near(CIRCUIT, float("nan"), 2),
    "method": lambda: bl.eigenstates_near(CIRCUIT, 0.0, 2, "lanczos"),
    "many by filter": lambda: bl.eigenstates_near(CIRCUIT, 0.0, 200, "filter"),
    "W without its kind": lambda: bl.diagonalise(CIRCUIT.unitary()),
    "measure by lanczos": lambda: bl.spectral_measure(
        CIRCUIT, CIRCUIT.local_operator(1), np.ones(256) / 16, "lanczos"
    ),
    "measure of a unitary": lambda: bl.spectral_measure(
        np.eye(256), CIRCUIT, np.ones(256) / 16
    ),
    "sixteen sites": lambda: bl.diagonalise(bl.BrickworkCircuit(16, 0.1).sample(1)),
    "thirty sites": lambda: bl.eigenstate_near(bl.BrickworkCircuit(40, 0.1).sample(1), 0.0),
}
test_bad_input_is_explained = explained(BAD)


def test_what_does_not_fit_names_the_windows():
    with pytest.raises(ValueError, match="eigenstates_near\\(circuit, quasienergy, count\\)"):
        bl.diagonalise(bl.BrickworkCircuit(16, 0.1).sample(1))
