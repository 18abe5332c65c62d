"""What every solver must do with every kind of Hermitian operator, against numpy's eigh."""

import numpy as np
import pytest
import qutip
import twin
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

import bathlab as bl
from bathlab.operators import System, as_system
from bathlab.spectrum.backend import Backend
from bathlab.streams import goe

#: The engine chooses Pardiso where it is installed.
pytestmark = pytest.mark.extras
#: Agreement of D between the methods that the package promises.
D_AGREEMENT = 1e-8
CHAIN = bl.couple(bl.LocalChainBath(spins=4), bl.LiomChain(count=3)).sample(1)
MATRIX = bl.couple(bl.RandomMatrixBath(4, bandwidth=4.2), bl.LiomChain(count=4)).sample(1)
UNITARY = bl.RandomMatrixBath(4, bandwidth=4.2, symmetry="unitary")
COMPLEX_LINE = bl.LocalisedChain(UNITARY, bl.LiomChain(3, alpha=1.0, g1=0.4)).sample(1)
LINE = bl.LocalisedChain(bl.LocalChainBath(4), bl.LiomChain(3, alpha=1.0, g1=0.4)).sample(1)


def complex_hermitian(n):
    generator = np.random.default_rng(8)
    upper = np.triu(generator.standard_normal((n, n)), 1) / np.sqrt(4 * n)
    return goe(n, 2.0, generator) + 1j * (upper - upper.T)


def banded(matrix, width=9):
    n = len(matrix)
    return matrix * (np.abs(np.subtract.outer(range(n), range(n))) < width)


def free(matrix):
    return LinearOperator(matrix.shape, matvec=lambda x: matrix @ x, dtype=matrix.dtype)


class QuSpinLike:
    """An operator of another package that can turn into a sparse matrix."""

    def __init__(self, matrix):
        self.matrix = matrix

    def tocsr(self):
        return sparse.csr_matrix(self.matrix)


class Doubling(System):
    """A user's own: 2 H of a chain, by products alone."""

    def __init__(self):
        super().__init__(CHAIN.dims, CHAIN.dtype)

    def _matvec(self, x):
        return 2 * (CHAIN @ x)


class Shift(System):
    """A unitary: every state moves on by one."""

    kind = "unitary"

    def _matvec(self, x):
        return np.roll(x, 1)


FULL = goe(120, 2.0, np.random.default_rng(2))
COMPLEX = complex_hermitian(120)
H = CHAIN.hamiltonian
OPERATORS = {
    "ndarray": lambda: FULL,
    "integers": lambda: np.rint(20 * FULL).astype(int),
    "complex ndarray": lambda: COMPLEX,
    "CSR": lambda: H,
    "old CSC": lambda: sparse.csc_matrix(H),
    "complex CSR": lambda: sparse.csr_array(banded(COMPLEX)),
    "Qobj": lambda: CHAIN.to_qobj(),
    "dense Qobj": lambda: qutip.Qobj(FULL),
    "complex Qobj": lambda: qutip.Qobj(COMPLEX, dims=[[12, 10]] * 2),
    "with tocsr()": lambda: QuSpinLike(H),
    "chain with LIOMs": lambda: CHAIN,
    "random matrix with LIOMs": lambda: MATRIX,
    "unitary matrix with LIOMs": lambda: bl.couple(UNITARY, bl.LiomChain(4)).sample(1),
    "complex line": lambda: COMPLEX_LINE,
    "complex Eigensystem": lambda: bl.diagonalise(COMPLEX_LINE),
    "line": lambda: LINE,
    "stage of a line": lambda: LINE.stage(2),
    "grain": lambda: bl.LocalChainBath(spins=7).sample(3),
    "enlarged grain": lambda: CHAIN.as_grain(),
    "Eigensystem": lambda: bl.diagonalise(CHAIN),
    "LinearOperator": lambda: free(H),
    "own system": Doubling,
}
FREE = ("LinearOperator", "own system")


def entries(operator):
    """The (n, n) ndarray of anything that is accepted, product by product."""
    system = as_system(operator)
    return system @ np.eye(system.dimension)


@pytest.fixture(params=OPERATORS)
def name(request):
    return request.param


@pytest.fixture
def operator(name):
    return OPERATORS[name]()


@pytest.mark.parametrize("method", ["auto", "dense", "sparse", "lanczos"])
def test_states_are_those_of_eigh(name, operator, method):
    matrix = entries(operator)
    levels, vectors = np.linalg.eigh(matrix)
    scale = np.abs(levels).max()
    if name in FREE and method in ("dense", "sparse"):
        with pytest.raises(ValueError, match="matrix-free"):
            bl.eigenstate_near(operator, 0.0, method)
        return
    for energy in (0.0, float(levels[40] + levels[41]) / 2 + 1e-3 * scale, float(levels[0])):
        state = bl.eigenstate_near(operator, energy, method)
        place = int(np.argmin(np.abs(levels - energy)))
        assert state.energy == pytest.approx(levels[place], abs=1e-11 * scale)
        assert abs(np.vdot(vectors[:, place], state.vector)) == pytest.approx(1, abs=1e-9)
        defect = np.linalg.norm(matrix @ state.vector - state.energy * state.vector)
        assert state.residual == pytest.approx(defect, abs=1e-13 * scale)
        assert state.residual <= 1e-11 * scale
        assert (state.nearest == "unchecked") == (state.missed == 1)
        assert state.missed < 1e-6 or state.method == "lanczos"


@pytest.mark.parametrize("method", ["auto", "dense", "sparse", "lanczos"])
def test_several_states_are_orthogonal_and_in_order(name, operator, method):
    if name in FREE and method != "lanczos":
        pytest.skip("the test above")
    levels = np.linalg.eigvalsh(entries(operator))
    states = bl.eigenstates_near(operator, 0.1, 4, method)
    expected = levels[np.argsort(np.abs(levels - 0.1))[:4]]
    scale = np.abs(levels).max()
    assert np.allclose([s.energy for s in states], expected, rtol=0, atol=1e-11 * scale)
    vectors = np.array([state.vector for state in states])
    assert np.allclose(vectors.conj() @ vectors.T, np.eye(4), atol=1e-8)


@pytest.mark.parametrize("method", ["sparse", "lanczos"])
def test_a_state_is_proven_by_counting(name, operator, method):
    if name in FREE:
        with pytest.raises(ValueError, match="matrix-free"):
            bl.eigenstate_near(operator, 0.1, method, prove=True)
        return
    state = bl.eigenstate_near(operator, 0.1, method, prove=True)
    known = "all levels" if name.endswith("Eigensystem") else "inertia"
    assert (state.nearest, state.missed) == (known, 0)


@pytest.mark.parametrize("method", ["auto", "dense", "lanczos", "window"])
def test_measures_are_those_of_eigh(name, operator, method):
    matrix = entries(operator)
    n = len(matrix)
    levels, vectors = np.linalg.eigh(matrix)
    vector = vectors[:, n // 2]
    observable = banded(goe(n, 1.0, np.random.default_rng(3)), 4)
    if name in FREE and method == "dense":
        with pytest.raises(ValueError, match="matrix-free"):
            bl.spectral_measure(operator, observable, vector, method)
        return
    _, weights = twin.weights(matrix, observable, vector)
    found = bl.spectral_measure(operator, observable, vector, method)
    assert bl.log_ipr(found) == pytest.approx(-np.log(weights @ weights), abs=D_AGREEMENT)
    assert found.weights.sum() == pytest.approx(np.linalg.norm(observable @ vector) ** 2)
    assert max(found.sum_error, found.moment_error) < 1e-10
    assert np.all(np.diff(found.energies) > 0) and np.all(found.weights >= 0)
    places = np.argmin(np.abs(levels[:, None] - found.energies), axis=0)
    assert np.allclose(found.energies, levels[places], atol=1e-10 * np.abs(levels).max())
    assert np.allclose(found.weights, weights[places], atol=1e-9 * weights.sum())


def test_diagonalise_is_eigh(name, operator):
    if name in FREE:
        with pytest.raises(ValueError, match="matrix-free"):
            bl.diagonalise(operator)
        return
    matrix = entries(operator)
    found = bl.diagonalise(operator)
    scale = np.abs(matrix).max()
    rebuilt = (found.vectors * found.energies) @ found.vectors.conj().T
    assert np.allclose(rebuilt, matrix, rtol=0, atol=1e-12 * len(matrix) * scale)
    assert np.all(np.diff(found.energies) >= 0) and found.dimension == len(matrix)
    assert np.iscomplexobj(found.vectors) == np.iscomplexobj(matrix)


def test_a_system_is_diagonalised_once_wherever_it_is_asked(monkeypatch):
    from bathlab.spectrum import backend

    system = bl.couple(bl.LocalChainBath(spins=4), bl.LiomChain(count=2)).sample(1)
    assert system.eigensystem is None
    calls, eigh = [], backend.scipy.linalg.eigh
    monkeypatch.setattr(
        backend.scipy.linalg, "eigh", lambda *a, **b: calls.append(1) or eigh(*a, **b)
    )
    state = bl.eigenstate_near(system)
    bl.spectral_measure(system, system.operator("probe"), state)
    assert system.as_grain().eigensystem is bl.diagonalise(system) is system.eigensystem
    assert len(calls) == 1
    bl.hybridisation(system, state, [-1.0, 1.0])  # and the bath
    bl.hybridisation(system, state, [-2.0, 2.0])
    assert len(calls) == 2


def test_what_was_asked_before_does_not_change_the_method():
    system = bl.couple(bl.LocalChainBath(spins=7), bl.LiomChain(count=3)).sample(1)
    first = bl.eigenstate_near(system)
    bl.diagonalise(system)
    again = bl.eigenstate_near(system)
    assert first.method == again.method == "lanczos"
    assert np.array_equal(first.vector, again.vector)
    assert bl.eigenstate_near(system.eigensystem).method == "dense"


@pytest.mark.parametrize(
    "solve",
    [
        lambda system: bl.spectral_measure(np.eye(8), system, np.ones(8) / 8**0.5),
        lambda system: bl.operators.as_system(system),
        lambda system: bl.hybridisation(system, bl.eigenstate_near(np.eye(8), 1.0), [0, 1]),
    ],
)
def test_a_unitary_is_refused_in_words(solve):
    with pytest.raises(ValueError, match="kind 'unitary' was given; expected a hermitian"):
        solve(Shift((2, 2, 2)))


def test_dims_are_kept_where_they_are_known():
    known = {
        "Qobj": CHAIN.dims,
        "complex Qobj": (12, 10),
        "ndarray": (120,),
        "line": LINE.dims,
        "grain": (2,) * 7,
        "LinearOperator": (128,),
    }
    for name, dims in known.items():
        assert as_system(OPERATORS[name]()).dims == dims


def test_a_system_passes_the_door_as_it_is():
    assert as_system(CHAIN) is CHAIN and as_system(CHAIN.as_grain()) is CHAIN
    assert as_system(LINE) is LINE.stage(3)


def test_a_matrix_without_factors_is_hybridised_with_nothing():
    with pytest.raises(ValueError, match="MatrixSystem was given; expected a bath with spins"):
        bl.hybridisation(FULL, bl.eigenstate_near(FULL), [-1.0, 1.0])


@pytest.mark.parametrize("method", ["dense", "lanczos"])
def test_methods_run_on_another_array_namespace(method):
    numpy = Backend("numpy", np, np.asarray, np.asarray, lambda: 2.0**33)
    here = bl.eigenstate_near(CHAIN, method=method)
    there = bl.eigenstate_near(CHAIN, method=method, backend=numpy)
    assert there.energy == pytest.approx(here.energy, abs=1e-12)
