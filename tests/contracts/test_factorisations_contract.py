"""What every factorisation of H - shift must do, one test for all of them."""

import numpy as np
import pytest
from scipy import sparse

import bathlab as bl
from bathlab.errors import SingularShift
from bathlab.spectrum.direct.base import Factorisation
from bathlab.spectrum.direct.ldl import DenseFactorisation
from bathlab.spectrum.direct.pardiso import PardisoFactorisation
from bathlab.spectrum.direct.superlu import SuperLUFactorisation
from bathlab.streams import goe

#: The engine chooses Pardiso where it is installed.
pytestmark = pytest.mark.extras


def pardiso(matrix, shift):
    pytest.importorskip("pypardiso")
    return PardisoFactorisation(matrix, shift)


def counting_pardiso(matrix, shift):
    pytest.importorskip("pypardiso")
    return PardisoFactorisation(matrix, shift, counting=True)


ENGINES = {
    "Pardiso": pardiso,
    "Pardiso, counting": counting_pardiso,
    "SuperLU": lambda matrix, shift: SuperLUFactorisation(matrix, shift, "inertia"),
    "SuperLU, safe": lambda matrix, shift: SuperLUFactorisation(matrix, shift, "safe"),
    "dense": lambda matrix, shift: DenseFactorisation(matrix.toarray(), shift),
}


def hermitian(n, seed):
    generator = np.random.default_rng(seed)
    upper = np.triu(generator.standard_normal((n, n)), 1)
    band = np.abs(np.subtract.outer(range(n), range(n))) < 9
    return sparse.csr_array((goe(n, 1.0, generator) + 0.1j * (upper - upper.T)) * band)


def flips(pairs):
    """Zero diagonals force pivots of two rows, one level on each side."""
    return sparse.csr_array(np.kron(np.eye(pairs), [[0.0, 1.0], [1.0, 0.0]]))


MATRICES = {
    "chain": bl.couple(bl.LocalChainBath(6), bl.LiomChain(3)).sample(4).hamiltonian,
    "grain": bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(3))
    .sample(4)
    .hamiltonian,
    "complex": hermitian(150, 8),
    "unitary grain": bl.couple(
        bl.RandomMatrixBath(5, bandwidth=4.2, symmetry="unitary"), bl.LiomChain(4)
    )
    .sample(4)
    .hamiltonian,
    "sigma^y": sparse.csr_array(
        sparse.kron(sparse.eye_array(20), sparse.csr_array([[0.0, -1.0j], [1.0j, 0.0]]))
    ),
    "flips": flips(20),
    "one level": sparse.csr_array([[0.7]]),
}


@pytest.fixture(params=ENGINES)
def engine(request):
    return ENGINES[request.param]


@pytest.fixture(params=MATRICES)
def matrix(request):
    return MATRICES[request.param]


def test_all_engines_are_here():
    with_names = {
        type(engine(flips(2), 0.3)) for name, engine in ENGINES.items() if "Pardiso" not in name
    }
    assert with_names | {PardisoFactorisation} == set(Factorisation.__subclasses__())


@pytest.mark.parametrize("shift", [-7.0, -0.4, 0.05, 1.1])
def test_it_solves(engine, matrix, shift):
    generator = np.random.default_rng(0)
    block = generator.standard_normal((matrix.shape[0], 3))
    if np.iscomplexobj(matrix.data):
        block = block + 1j * generator.standard_normal(block.shape)
    kept = block.copy()
    with engine(matrix, shift) as factors:
        assert factors.shift == shift
        for right in (block, np.asfortranarray(block), block[:, 0].copy(), block[:, 1]):
            x = factors.solve(right)
            assert x.shape == right.shape
            defect = np.linalg.norm(matrix @ x - shift * x - right)
            assert defect <= 1e-9 * np.linalg.norm(x)
    assert np.array_equal(block, kept)


@pytest.mark.parametrize("shift", [-7.0, -0.4, 0.0, 1.1])
def test_it_counts_the_levels_below_or_does_not_tell(engine, matrix, shift):
    below = np.sum(np.linalg.eigvalsh(matrix.toarray()) < shift)
    try:
        with engine(matrix, shift) as factors:
            assert factors.negative in (below, None)
    except SingularShift:  # diagonal pivots alone cannot pass a zero
        pivotless = (MATRICES["flips"], MATRICES["sigma^y"])
        assert engine is ENGINES["SuperLU"] and shift == 0
        assert any(matrix is one for one in pivotless)


def test_it_moves_or_says_that_it_cannot(engine, matrix):
    right = np.ones(matrix.shape[0])
    with engine(matrix, -0.4) as factors:
        if factors.move(0.05):
            assert factors.negative == np.sum(np.linalg.eigvalsh(matrix.toarray()) < 0.05)
        x = factors.solve(right)
        assert np.linalg.norm(matrix @ x - factors.shift * x - right) < 1e-9 * np.linalg.norm(x)
    assert not factors.move(0.1)


@pytest.mark.parametrize("name", ["chain", "grain"])
def test_all_but_safe_pivoting_tell_the_inertia(engine, name):
    with engine(MATRICES[name], 0.3) as factors:
        assert (factors.negative is None) == (engine is ENGINES["SuperLU, safe"])


def test_complex_levels_are_counted_where_that_is_asked():
    for name in ("complex", "unitary grain"):
        below = np.sum(np.linalg.eigvalsh(MATRICES[name].toarray()) < 0.3)
        for engine in ("Pardiso, counting", "SuperLU", "dense"):
            with ENGINES[engine](MATRICES[name], 0.3) as factors:
                assert factors.negative == below


def test_dense_and_pardiso_count_pivots_of_two_rows():
    for name in ("dense", "Pardiso"):
        with ENGINES[name](flips(20), 0.0) as factors:
            assert factors.negative == 20


def test_it_is_closed_once_and_for_all(engine):
    factors = engine(flips(4), 0.3)
    factors.close()
    factors.close()
    with pytest.raises(ValueError, match="expected an open one"):
        factors.solve(np.ones(8))


def test_its_block_closes_it_also_after_an_error(engine):
    with pytest.raises(ZeroDivisionError):
        with engine(flips(4), 0.3) as factors:
            1 / 0
    with pytest.raises(ValueError, match="closed"):
        factors.solve(np.ones(8))


def test_a_shift_on_a_level_is_singular(engine):
    with pytest.raises(SingularShift):
        engine(sparse.csr_array(sparse.diags_array(np.arange(-30.0, 30.0))), 7.0)


def test_the_same_matrix_gives_the_same_bits(engine):
    matrix, right = MATRICES["chain"], np.arange(512.0)
    first, again = (engine(matrix, 0.2) for _ in range(2))
    with first, again:
        assert np.array_equal(first.solve(right), again.solve(right))
