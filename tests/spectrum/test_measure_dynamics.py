"""<psi|O(t)O|psi> and the spectral function of a measure against direct evolution."""

import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
from scipy.sparse.linalg import expm_multiply

import bathlab as bl
from bathlab.errors import PhaseUnknown
from bathlab.spectrum import spectral_measure
from bathlab.spectrum.phase_sums import summed_phases

GRAIN = bl.couple(bl.RandomMatrixBath(4, bandwidth=4.2), bl.LiomChain(3)).sample(1)
#: Every level of the LIOMs is degenerate, and all but the one of no spin up remain so.
ALIKE = bl.couple(bl.LocalChainBath(3), bl.LiomChain(4, alpha=1.0, disorder=0.0)).sample(1)
TIMES = np.array([[0.0, 0.3, -2.0], [1.0, 7.0, 40.0]])
METHODS = ["dense", "lanczos"]
#: 2 pi, in more digits than any test needs.
TWO_PI = Fraction("6.28318530717958647692528676655900576839433879875021164194988918461563")


def evolved(system, observable, vector, t):
    """<psi|U^+ O U O|psi>, U = exp(-i H t) by Pade."""
    U = scipy.linalg.expm(-1j * t * system.hamiltonian.toarray())
    return np.vdot(U @ vector, observable @ (U @ (observable @ vector)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("system", [GRAIN, ALIKE], ids=["grain", "alike"])
@pytest.mark.parametrize("which", [(1, "x"), (1, "y"), (2, "z"), ("probe", "x")])
def test_the_autocorrelation_is_that_of_direct_evolution(system, which, method):
    state, observable = bl.eigenstate_near(system, 0.4), system.operator(*which)
    measure = spectral_measure(system, observable, state, method)
    expected = [[evolved(system, observable, state.vector, t) for t in row] for row in TIMES]
    found = measure.autocorrelation(TIMES)
    assert found.shape == TIMES.shape and np.abs(found - expected).max() < 1e-10
    assert measure.autocorrelation(7.0) == pytest.approx(found[1, 1], abs=1e-13)
    assert measure.autocorrelation([]).shape == (0,)


def test_any_state_of_a_multiplet_will_do():
    """A state given as a vector, and the level that it lies in taken for its own."""
    found = bl.diagonalise(ALIKE)
    level = int(np.argmax(np.diff(found.energies) < 1e-12))
    vector = (found.vectors[:, level] + found.vectors[:, level + 1]) / math.sqrt(2)
    observable = ALIKE.operator(1, "z")
    measure = spectral_measure(ALIKE, observable, vector, "lanczos")
    same = np.abs(found.energies - found.energies[level]) < 1e-10
    inside = found.vectors[:, same].T @ (observable @ vector)
    assert same.sum() > 1 and measure.plateau == pytest.approx(inside @ inside, abs=1e-10)
    expected = evolved(ALIKE, observable, vector, 11.0)
    assert measure.autocorrelation(11.0) == pytest.approx(expected, abs=1e-10)
    late = measure.autocorrelation(np.random.default_rng(1).uniform(0, 1e7, 20_000))
    # The mean of 20000 terms of modulus one: off by 0.03 once in 10^4.
    assert late.mean() == pytest.approx(measure.plateau, abs=0.03)


def test_krylov_evolution_is_the_same():
    state, observable = bl.eigenstate_near(GRAIN), GRAIN.operator(2, "x")
    times = np.linspace(0, 30, 7)
    args = {"start": 0, "stop": 30, "num": 7, "endpoint": True}
    H = -1j * GRAIN.hamiltonian
    kets = expm_multiply(H, (observable @ state.vector).astype(complex), **args)
    bras = expm_multiply(H, state.vector.astype(complex), **args)
    expected = [np.vdot(bra, observable @ ket) for bra, ket in zip(bras, kets)]
    measure = spectral_measure(GRAIN, observable, state)
    assert np.abs(measure.autocorrelation(times) - expected).max() < 1e-10


def test_qutip_is_the_same():
    qutip = pytest.importorskip("qutip")
    state, observable = bl.eigenstate_near(GRAIN), GRAIN.operator(1, "z")
    times = np.linspace(0, 20, 5)
    H = GRAIN.to_qobj()
    sigma = qutip.Qobj(observable.toarray(), dims=H.dims)
    ket = qutip.Qobj(state.vector[:, np.newaxis], dims=[H.dims[0], [1] * len(H.dims[0])])
    options = {"atol": 1e-13, "rtol": 1e-12, "nsteps": 10**6, "progress_bar": ""}
    kets = qutip.sesolve(H, sigma * ket, times, options=options).states
    bras = qutip.sesolve(H, ket, times, options=options).states
    expected = [complex(bra.overlap(sigma * each)) for bra, each in zip(bras, kets)]
    measure = spectral_measure(GRAIN, observable, state)
    assert np.abs(measure.autocorrelation(times) - expected).max() < 1e-9


def test_of_a_circuit_it_counts_periods():
    circuit = bl.BrickworkCircuit(6, coupling=0.1).sample(3)
    state, sigma = bl.eigenstates_near(circuit, 3.1, 1)[0], circuit.operator(2)
    measure, W = spectral_measure(circuit, sigma, state), circuit.unitary()
    for t in (0, 1, 5, -2):
        U = np.linalg.matrix_power(W, t)
        expected = np.vdot(U @ state.vector, sigma @ (U @ (sigma @ state.vector)))
        assert measure.autocorrelation(t) == pytest.approx(expected, abs=1e-10)
    assert np.all((measure.frequencies > -np.pi) & (measure.frequencies <= np.pi))
    assert measure.spectral_function([-4.0, 0.1, 4.0]).total == pytest.approx(1, abs=1e-12)
    again = spectral_measure(circuit, sigma, state.vector)
    assert again.energy == pytest.approx(measure.energy, abs=1e-12)
    with pytest.raises(ValueError, match=r"times = 0.5 among them .* whole numbers"):
        measure.autocorrelation([1.0, 0.5])


def test_phases_are_reduced_exactly():
    """At t = 1e12 and beyond, where a product omega t of doubles has lost four digits."""
    rng = np.random.default_rng(5)
    omega, weights = rng.normal(0, 3, 700), rng.random(700)
    times = np.array([0.0, -0.3, 12.0, 1.7e6, 1e12, -3.3e14])
    expected = []
    for t in times:
        turns = [Fraction(w) * Fraction(t) / TWO_PI for w in omega]
        angles = [2 * math.pi * float(turn - round(turn)) for turn in turns]
        expected.append(sum(w * np.exp(-1j * angle) for w, angle in zip(weights, angles)))
    assert np.abs(summed_phases(omega, weights, times) - expected).max() < 1e-12
    plain = np.exp(-1j * np.multiply.outer(times, omega)) @ weights
    assert np.abs(plain - expected)[4:].min() > 1e-6


def test_lost_phases_are_told():
    measure = spectral_measure(GRAIN, GRAIN.operator(1, "z"), bl.eigenstate_near(GRAIN))
    late = 2.0 / measure.rounding
    with pytest.warns(PhaseUnknown, match=rf"known to {measure.rounding:.1e}"):
        measure.autocorrelation([1.0, late])
    with pytest.raises(ValueError, match="holds no phase.*measure.plateau"):
        measure.autocorrelation(1e4 * late)
    for bad in (np.nan, [1.0, np.inf], "soon", [True]):
        with pytest.raises(ValueError, match="times"):
            measure.autocorrelation(bad)


def test_what_is_no_complete_measure_of_an_eigenstate_is_refused():
    state, observable = bl.eigenstate_near(GRAIN), GRAIN.operator(1, "z")
    window = spectral_measure(GRAIN, observable, state, "window", tolerance=0.5)
    assert window.square_bounds is not None
    vector = np.zeros(GRAIN.dimension)
    vector[3] = 1.0
    other = spectral_measure(GRAIN, observable, vector)
    for measure, words in ((window, "window measure"), (other, "expected that of an eigens")):
        for ask in (
            lambda measure: measure.autocorrelation(1.0),
            lambda measure: measure.spectral_function([-1.0, 1.0]),
            lambda measure: measure.plateau,
        ):
            with pytest.raises(ValueError, match=words):
                ask(measure)


@pytest.mark.parametrize("method", METHODS)
def test_the_spectral_function_obeys_its_sum_rules(method):
    state, observable = bl.eigenstate_near(GRAIN), GRAIN.operator(1, "x").toarray()
    measure = spectral_measure(GRAIN, observable, state, method)
    edges = np.array([-2.5, -1.0, 0.0, 0.5, 2.2])
    found = measure.spectral_function(edges)
    inside = found.density @ np.diff(edges)
    assert inside + found.below + found.above == pytest.approx(found.total, abs=1e-14)
    assert found.total == pytest.approx(1, abs=1e-12) and found.below > 0 < found.above
    H = GRAIN.hamiltonian.toarray()
    commutator = (H @ observable - observable @ H) @ state.vector
    first = np.vdot(observable @ state.vector, commutator)
    assert found.first_moment == pytest.approx(first, abs=1e-10)
    assert found.second_moment == pytest.approx(commutator @ commutator, abs=1e-10)
    levels, vectors = np.linalg.eigh(H)
    weights = (vectors.T @ observable @ state.vector) ** 2
    for k in range(4):
        omega = levels - state.energy
        expected = sum(weights[(edges[k] <= omega) & (omega < edges[k + 1])])
        assert found.density[k] * np.diff(edges)[k] == pytest.approx(expected, abs=1e-10)
    assert np.array_equal(np.asarray(found), found.density)
    with pytest.raises(ValueError, match="edges"):
        measure.spectral_function([1.0, 0.0])


@pytest.mark.filterwarnings("ignore::bathlab.errors.SeveralSectors")
def test_a_level_alone_keeps_everything():
    """Uncoupled LIOMs, and a constant added that costs digits but no plateau."""
    system = bl.couple(bl.LocalChainBath(3), bl.LiomChain(2, g1=0.0)).sample(1)
    shifted = system.hamiltonian + 1e6 * np.eye(system.dimension)
    for H, E in ((system, 0.0), (shifted, 1e6)):
        state = bl.eigenstate_near(H, E)
        measure = spectral_measure(H, system.operator(1, "z"), state)
        assert measure.plateau == pytest.approx(1, abs=1e-9)
        assert measure.autocorrelation(1e5) == pytest.approx(1, abs=1e-9)
