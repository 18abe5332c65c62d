"""All solvers on spectra in which max|E| says nothing about the levels, against numpy's eigh.

The twin diagonalises the matrix before a constant or a factor came in, which moves no vector;
a penalty or a far level is diagonalised as it is, and is so small that eigh itself is right to
the tolerance.
"""

import warnings

import numpy as np
import pytest
import twin
from scipy import sparse

import bathlab as bl
from bathlab.errors import NotConverged, NotNearest
from bathlab.operators import as_system
from bathlab.spectrum.scale import Frame, centred, spacings
from bathlab.spectrum.states import shift_invert
from bathlab.spectrum.states.base import Evidence, checked

#: The engine chooses Pardiso where it is installed.
pytestmark = pytest.mark.extras
N = 480
EPS = np.finfo(float).eps


def plain(seed=4, n=N):
    """A banded random matrix of width about 7, whose levels repel each other little."""
    generator = np.random.default_rng(seed)
    full = generator.standard_normal((n, n)) / 3
    near = np.abs(np.subtract.outer(range(n), range(n))) < 5
    return np.diag(generator.uniform(-2, 2, n)) + near * (full + full.T) / 2


def far_level(height):
    H = plain()
    H[-1, -1] = height
    return H


def penalised(height):
    """A tenth of the states, everywhere, cost ``height`` each."""
    return plain() + np.diag(height * (np.arange(N) % 10 == 3))


def pairs(gap):
    """Every level twice, ``gap`` apart, in an arbitrary basis."""
    levels = np.sort(np.random.default_rng(1).uniform(-3, 3, N // 2))
    basis = np.linalg.qr(np.random.default_rng(2).standard_normal((N, N)))[0]
    H = (basis * np.sort(np.concatenate([levels, levels + gap]))) @ basis.T
    return (H + H.T) / 2


def shifted(H, constant):
    return H + constant * np.eye(len(H))


#: name -> (H, what it was made of, constant, factor, error of D from the rounding of entries).
SPECTRA = {
    "+ 1e4": (shifted(plain(), 1e4), plain(), 1e4, 1, 1e-7),
    "+ 1e8": (shifted(plain(), 1e8), plain(), 1e8, 1, 1e-4),
    "- 1e10": (shifted(plain(), -1e10), plain(), -1e10, 1, 1e-2),
    "x 1e-8": (1e-8 * plain(), plain(), 0, 1e-8, 1e-7),
    "x 1e8": (1e8 * plain(), plain(), 0, 1e8, 1e-7),
    "x 1e-8 + 1": (shifted(1e-8 * plain(), 1.0), plain(), 1.0, 1e-8, 1e-4),
    "penalty 1e5": (penalised(1e5), penalised(1e5), 0, 1, 1e-5),
    "penalty 1e8": (penalised(1e8), penalised(1e8), 0, 1, 1e-3),
    "penalty 1e6 + 1e9": (shifted(penalised(1e6), 1e9), penalised(1e6), 1e9, 1, 1e-3),
    "far level 1e5": (far_level(1e5), far_level(1e5), 0, 1, 1e-5),
    "far level -1e8": (far_level(-1e8), far_level(-1e8), 0, 1, 1e-3),
    "pairs 1e-9 of the width apart": (pairs(6e-9), pairs(6e-9), 0, 1, 1e-5),
}
KINDS = {"dense": np.asarray, "sparse": sparse.csr_array}
TARGETS = (0.013, -0.9)


def operator():
    return plain(seed=9)


@pytest.fixture(params=SPECTRA)
def spectrum(request):
    return SPECTRA[request.param]


@pytest.mark.parametrize("stored", KINDS)
@pytest.mark.parametrize("method", ["auto", "dense", "sparse", "lanczos"])
def test_no_nearer_level_is_missed(spectrum, stored, method):
    H, bare, constant, factor, _ = spectrum
    levels = np.linalg.eigvalsh(bare)
    rounding = 200 * EPS * (np.abs(levels).max() + abs(constant) / factor)
    for target in TARGETS:
        found = bl.eigenstates_near(KINDS[stored](H), constant + factor * target, 3, method)
        energies = np.array([(s.energy - constant) / factor for s in found])
        distance = np.abs(energies - target)
        expected = np.sort(np.abs(levels - target))[:3]
        assert np.allclose(distance, expected, rtol=0, atol=rounding)
        assert all(state.nearest != "unchecked" for state in found)
        local = shifted(H, -constant - factor * target) / factor
        for state, energy in zip(found, energies):
            defect = local @ state.vector - (energy - target) * state.vector
            assert np.linalg.norm(defect) < 1e-3 * 7 / N + rounding


@pytest.mark.parametrize("stored", KINDS)
@pytest.mark.parametrize("method", ["auto", "dense", "lanczos"])
def test_D_is_that_of_the_twin(spectrum, stored, method):
    H, bare, constant, factor, tolerance = spectrum
    vector = np.linalg.eigh(bare)[1][:, N // 3]
    _, weights = twin.weights(bare, operator(), vector)
    found = bl.spectral_measure(KINDS[stored](H), operator(), vector, method)
    assert bl.log_ipr(found) == pytest.approx(-np.log(weights @ weights), abs=tolerance)
    assert found.weights.sum() == pytest.approx(weights.sum(), rel=1e-9)


MULTIPLETS = {
    "twice": lambda H: np.kron(H, np.eye(2)),
    "in blocks": lambda H: np.kron(np.eye(3), H),
    "in another basis": lambda H: turned(np.kron(H, np.eye(3))),
    "beside a constant": lambda H: shifted(turned(np.kron(H, np.eye(3))), 1e5),
    "beside a far level": lambda H: (
        np.pad(np.kron(H, np.eye(3)), (0, 1)) + np.diag([0.0] * (3 * len(H)) + [1e6])
    ),
}


def turned(H):
    basis = np.linalg.qr(np.random.default_rng(3).standard_normal(H.shape))[0]
    H = basis @ H @ basis.T
    return (H + H.T) / 2


@pytest.mark.filterwarnings("ignore::bathlab.errors.SeveralSectors")
@pytest.mark.parametrize("name", MULTIPLETS)
def test_exact_multiplets_are_one_level_each_for_both_methods(name):
    H = MULTIPLETS[name](plain(n=120))
    n = len(H)
    generator = np.random.default_rng(5)
    vector = generator.standard_normal(n)
    vector /= np.linalg.norm(vector)
    centre = np.trace(H) / n if name == "beside a constant" else 0.0
    levels, vectors = np.linalg.eigh(shifted(H, -centre))
    weights = (vectors.T @ vector) ** 2
    group = np.concatenate([[0], np.cumsum(np.diff(levels) > 1e-7)])
    sums = np.bincount(group, weights)
    for stored in KINDS.values():
        for method in ("dense", "lanczos"):
            found = bl.spectral_measure(stored(H), np.eye(n), vector, method)
            assert len(found.weights) == len(sums)
            assert np.allclose(found.weights, sums, atol=1e-7)


@pytest.mark.parametrize("method", ["dense", "sparse", "lanczos"])
def test_all_states_of_a_degenerate_level_are_found(method):
    H = sparse.csr_array(np.kron(plain(n=160), np.eye(3)))
    levels = np.linalg.eigvalsh(plain(n=160))
    order = np.argsort(np.abs(levels - 0.2))
    found = bl.eigenstates_near(H, 0.2, 5, method)
    expected = np.repeat(levels[order[:2]], 3)[:5]
    assert np.allclose([state.energy for state in found], expected, atol=1e-11)
    vectors = np.array([state.vector for state in found])
    assert np.allclose(vectors @ vectors.T, np.eye(5), atol=1e-8)
    assert all(state.multiplicity == 3 for state in found[:3])
    assert all(state.multiplicity in (3, None) for state in found[3:])


def test_one_lanczos_state_does_not_claim_to_be_the_only_one():
    H = sparse.csr_array(np.kron(plain(n=160), np.eye(3)))
    assert bl.eigenstate_near(H, 0.2, "lanczos").multiplicity is None
    assert bl.eigenstate_near(H, 0.2, "sparse").multiplicity == 3
    assert bl.eigenstate_near(H, 0.2, "dense").multiplicity == 3
    assert bl.eigenstate_near(sparse.csr_array(plain()), 0.2, "sparse").multiplicity == 1


def test_only_a_method_that_was_named_returns_an_unchecked_state(monkeypatch):
    H = sparse.csr_array(plain())
    monkeypatch.setattr(
        shift_invert, "evidence", lambda nearest, missed: Evidence("unchecked", 1.0)
    )
    monkeypatch.setattr(
        shift_invert, "count_levels", lambda *_: (_ for _ in ()).throw(NotConverged("no"))
    )
    with pytest.warns(NotNearest, match="could not exclude"):
        assert bl.eigenstate_near(H, 0.1, "sparse").nearest == "unchecked"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert bl.eigenstate_near(H, 0.1).nearest == "all levels"
    monkeypatch.setattr("bathlab.spectrum.states.dense.RESCUE_DIMENSION", 0)
    with pytest.raises(NotConverged, match="could not exclude"):
        bl.eigenstate_near(H, 0.1)


def test_a_residual_that_is_no_number_is_not_passed_on():
    frame = Frame(as_system(plain()), 0.0)
    broken = [(np.nan, np.ones(N) / np.sqrt(N))]
    with pytest.raises(NotConverged, match="nan"):
        checked(frame, broken, 1e-8, "dense", Evidence("all levels", 0.0))


def test_a_constant_is_taken_off_and_ordinary_matrices_are_left_alone():
    system = as_system(plain())
    assert centred(system).system is system
    frame = centred(as_system(shifted(plain(), 1e6)))
    rest = frame.system.matrix() + (frame.centre - 1e6) * np.eye(N)
    assert np.allclose(rest, plain(), rtol=0, atol=1e-9) and abs(frame.centre - 1e6) < 1
    coupled = bl.couple(
        bl.GivenBath(shifted(plain(n=32), 1e7), plain(8, 32), plain(9, 32)), bl.LiomChain(4)
    ).sample(1)
    frame = centred(coupled)
    assert frame.system.table_form is not None
    x = np.random.default_rng(0).standard_normal(coupled.dimension)
    assert np.allclose(frame.system @ x, coupled @ x - frame.centre * x, atol=1e-6)


def test_a_coupled_system_beside_a_constant_is_solved_like_any():
    def chain(constant):
        bath = bl.GivenBath(
            shifted(plain(n=64), constant), twin.site(twin.X, 0, 6), twin.site(twin.X, 3, 6)
        )
        return bl.couple(bath, bl.LiomChain(3)).sample(1)

    bare, moved = chain(0.0), chain(1e7)
    levels = np.linalg.eigvalsh(bare.hamiltonian.toarray())
    expected = levels[np.argmin(np.abs(levels - 0.1))]
    state = bl.eigenstate_near(bare, 0.1, "dense")
    for method in ("auto", "dense", "sparse", "lanczos"):
        found = bl.eigenstate_near(moved, 1e7 + 0.1, method)
        assert found.energy - 1e7 == pytest.approx(expected, abs=1e-8)
        assert abs(found.vector @ state.vector) == pytest.approx(1, abs=1e-6)
    D = bl.log_ipr(bl.spectral_measure(bare, bare.operator("probe"), state, "dense"))
    for method in ("dense", "lanczos"):
        found = bl.spectral_measure(moved, moved.operator("probe"), state, method)
        assert bl.log_ipr(found) == pytest.approx(D, abs=1e-5)


def test_the_distance_of_levels_is_that_of_the_denser_side():
    levels = np.concatenate([np.arange(20) * 0.1, [1e9], 1e9 + np.arange(1, 20)])
    assert spacings(levels)[19] == pytest.approx(0.1) and spacings(levels)[20] == 1.0
    assert spacings(levels)[:19] == pytest.approx(0.1) and spacings(np.array([2.0]))[0] > 1e300
