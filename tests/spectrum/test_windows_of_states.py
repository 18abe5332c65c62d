"""Many eigenstates at once, and all of an interval, against LAPACK; what is missing shows."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import LinearOperator
from test_every_level import copies, random_chain

import bathlab as bl
from bathlab.errors import EngineMissing, NotConverged
from bathlab.spectrum.direct import block, choose, nearest
from bathlab.spectrum.direct.superlu import SuperLUFactorisation
from bathlab.spectrum.states import shift_invert

#: The engine chooses Pardiso where it is installed.
pytestmark = pytest.mark.extras
SYSTEMS = {
    "real": lambda: random_chain(9),
    "complex": lambda: random_chain(8, kind=complex),
    "complex, in blocks": lambda: random_chain(9, kind=complex),
    "twice": lambda: copies(random_chain(8), 2),
    "constant": lambda: random_chain(9) + 1e5 * sparse.eye_array(512, format="csr"),
}


def energies_of(H):
    return np.linalg.eigvalsh(H.toarray())


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request):
    H = sparse.csr_array(SYSTEMS[request.param]())
    return H, energies_of(H)


@pytest.mark.parametrize("count", [8, 24])
def test_the_nearest_states_are_those_of_lapack(system, count):
    H, energies = system
    target = float(np.median(energies)) + 0.013
    states = bl.eigenstates_near(H, target, count, method="sparse")
    expected = np.sort(np.abs(energies - target))[:count]
    width = np.ptp(energies)
    tolerance = 1e-12 * width + 8 * np.spacing(np.abs(energies).max())
    found = np.array([abs(state.energy - target) for state in states])
    assert np.abs(np.sort(found) - expected).max() < tolerance
    assert {state.nearest for state in states} <= {"inertia", "completeness"}
    assert max(state.residual for state in states) <= 1e-12 * width + tolerance
    vectors = np.array([state.vector for state in states])
    assert np.abs(vectors @ vectors.conj().T - np.eye(count)).max() < 1e-9


@pytest.mark.parametrize("kind", ["real", "complex"])
def test_windows_are_proven_by_superlu_too(kind, monkeypatch):
    """Diagonal pivots alone show the inertia, and the factors move from end to end."""
    monkeypatch.setattr(choose, "PardisoFactorisation", _missing)
    H, moved = sparse.csr_array(SYSTEMS[kind]()), []
    move = SuperLUFactorisation.move
    monkeypatch.setattr(
        SuperLUFactorisation, "move", lambda self, end: moved.append(end) or move(self, end)
    )
    states = bl.eigenstates_near(H, 0.2, 9, method="sparse", prove=True)
    expected = np.sort(np.abs(energies_of(H) - 0.2))[:9]
    found = np.sort([abs(state.energy - 0.2) for state in states])
    assert np.abs(found - expected).max() < 1e-11
    assert {state.nearest for state in states} == {"inertia"} and len(moved) == 2


def _missing(*_):
    raise EngineMissing("Pardiso")


@pytest.mark.parametrize("kind", ["real", "complex"])
def test_a_window_without_a_matrix_is_found(kind):
    matrix = SYSTEMS[kind]()
    H = LinearOperator(matrix.shape, matvec=lambda x: matrix @ x, dtype=matrix.dtype)
    states = bl.eigenstates_near(H, 0.2, 4)
    expected = np.sort(np.abs(energies_of(matrix) - 0.2))[:4]
    found = np.sort([abs(state.energy - 0.2) for state in states])
    assert np.abs(found - expected).max() < 1e-10 and states[0].nearest != "unchecked"


def test_one_state_is_proven_without_a_search(monkeypatch):
    H = random_chain(9)
    plain = bl.eigenstate_near(H, 0.1, "sparse")
    monkeypatch.setattr(nearest, "search", None)
    proven = bl.eigenstate_near(H, 0.1, "sparse", prove=True)
    assert (proven.energy, proven.nearest) == (plain.energy, "inertia")


INTERVALS = {
    "inside": (-0.6, 0.9),
    "few": (-0.1, 0.2),
    "lower end": (-1e3, -5.5),
    "upper end": (5.5, 1e3),
    "beyond": (900.0, 1e3),
}


@pytest.mark.parametrize("kind", ["real", "complex"])
@pytest.mark.parametrize("ends", INTERVALS)
def test_an_interval_has_all_its_states(kind, ends):
    H, (lower, upper) = sparse.csr_array(SYSTEMS[kind]()), INTERVALS[ends]
    energies = energies_of(H)
    inside = energies[(energies > lower) & (energies < upper)]
    for method in ("sparse", "dense"):
        states = bl.eigenstates_between(H, lower, upper, method)
        found = np.array([state.energy for state in states])
        assert found.shape == inside.shape
        assert np.abs(found - inside).max(initial=0.0) < 1e-12 * np.ptp(energies)
        proof = "inertia" if method == "sparse" else "all levels"
        assert {state.nearest for state in states} <= {proof, "all levels"}


def test_a_level_that_the_space_missed_is_counted(monkeypatch):
    """The block space is made to lose a state: the count says so and the search finds it."""
    H, calls = random_chain(9), []

    def losing(*arguments):
        found = block.block_neighbours(*arguments)
        calls.append(found)
        kept = np.delete(np.arange(len(found.energies)), 5)
        return replace(found, energies=found.energies[kept], vectors=found.vectors[:, kept])

    monkeypatch.setattr(shift_invert, "block_neighbours", losing)
    states = bl.eigenstates_near(H, 0.0, 12, method="sparse")
    assert calls
    expected = np.sort(np.abs(energies_of(H)))[:12]
    assert np.abs(np.sort([abs(state.energy) for state in states]) - expected).max() < 1e-12


def test_a_wrong_count_is_refused(monkeypatch):
    H = random_chain(9)
    from bathlab.spectrum import interval

    right = interval.levels_below
    monkeypatch.setattr(
        interval, "levels_below", lambda system, ends: np.add(right(system, ends), (0, 1))
    )
    with pytest.raises(NotConverged, match="between -0.5 and 0.5.*Move the ends"):
        bl.eigenstates_between(H, -0.5, 0.5, "sparse")


def test_poor_states_are_polished(monkeypatch):
    """Vectors spoilt by 1e-9 have residuals at rounding again."""
    H, plain = random_chain(9), block._settled
    draw = np.random.default_rng(0)

    def spoilt(*arguments):
        vectors = plain(*arguments)
        return vectors + 1e-9 * draw.standard_normal(vectors.shape)

    monkeypatch.setattr(block, "_settled", spoilt)
    states = bl.eigenstates_near(H, 0.1, 10, method="sparse")
    assert max(state.residual for state in states) < 1e-12 * np.ptp(energies_of(H))


def test_an_order_of_the_ends_is_asked_for():
    with pytest.raises(ValueError, match="upper = -1.*more than lower = 1"):
        bl.eigenstates_between(np.diag([0.0, 1.0]), 1.0, -1.0)
