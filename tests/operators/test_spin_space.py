"""Sparse spin operators in a sector against products by numpy.kron, and against QuTiP."""

import math

import numpy as np
import pytest
import twin
from scipy import sparse

import bathlab as bl
from bathlab.operators import SpinSpace, sectors_of

SPACES = [
    (6, 0.0, 0.5),
    (5, 0.5, 0.5),
    (6, None, 0.5),
    (4, 1.0, 1.0),
    (3, 0.5, 1.5),
    (3, None, 1.0),
]


def ring(sites, seed=0, current=0.0):
    draw, terms = np.random.default_rng(seed), []
    for i in range(sites):
        pair = (i, (i + 1) % sites)
        terms += [(1.0, "xx", pair), (1.0, "yy", pair), (0.7, "zz", pair)]
        terms += [(1j * current, "+-", pair), (-1j * current, "-+", pair)]
        terms.append((draw.normal(), "z", (i,)))
    return terms


@pytest.mark.parametrize("current", [0.0, 0.3])
@pytest.mark.parametrize("sites, sector, spin", SPACES)
def test_the_matrix_is_the_block_of_the_full_one(sites, sector, spin, current):
    terms = ring(sites, current=current)
    if sector is None:
        terms += [(0.4, "x", (0,)), (0.2, "y", (1,)), (0.1, "xzy", (0, 1, 2))]
    space = SpinSpace(sites, sector, spin)
    full = twin.spin_terms(terms, sites, spin)
    matrix = space.matrix(terms)
    assert matrix.has_canonical_format and np.all(np.diff(space.states) > 0)
    expected = full[np.ix_(space.states, space.states)]
    assert np.abs(matrix.toarray() - expected).max() < 1e-14
    assert np.iscomplexobj(matrix) == (np.abs(expected.imag).max() > 0)
    if sector is not None:
        magnetisation = np.diag(
            twin.spin_terms([(1.0, "z", (i,)) for i in range(sites)], sites, spin)
        )
        assert np.array_equal(space.states, np.flatnonzero(magnetisation == sector))
    assert space.dimension == len(space.states)


def test_a_matrix_need_not_be_hermitian():
    terms = [(1.0, "+-", (0, 1)), (0.5j, "-z+", (0, 1, 3))]
    space = SpinSpace(5, -0.5)
    full = twin.spin_terms(terms, 5, 0.5)[np.ix_(space.states, space.states)]
    assert np.abs(space.matrix(terms).toarray() - full).max() < 1e-15


def test_dimensions_are_exact():
    assert SpinSpace(20).dimension == math.comb(20, 10)
    assert SpinSpace(9, 4.5).dimension == 1
    assert SpinSpace(6, 0.0, 1.0).dimension == 141  # central trinomial coefficient


def test_it_is_the_chain_of_qutip():
    qutip = pytest.importorskip("qutip")
    sites, fields = 6, np.random.default_rng(1).normal(size=6)
    spins = {
        axis: [
            qutip.tensor([o if j == i else qutip.qeye(2) for j in range(sites)])
            for i in range(sites)
        ]
        for axis, o in zip("xyz", (qutip.sigmax() / 2, qutip.sigmay() / 2, qutip.sigmaz() / 2))
    }
    H = sum(
        spins[axis][i] * spins[axis][i + 1] for axis in "xyz" for i in range(sites - 1)
    ) + sum(h * z for h, z in zip(fields, spins["z"]))
    terms = [(1.0, a + a, (i, i + 1)) for a in "xyz" for i in range(sites - 1)]
    terms += [(h, "z", (i,)) for i, h in enumerate(fields)]
    space = SpinSpace(sites, 1.0)
    block = H.full()[np.ix_(space.states, space.states)]
    assert np.abs(space.matrix(terms).toarray() - block).max() < 1e-15


def test_vectors_go_to_the_full_space_and_keep_their_energy():
    space, terms = SpinSpace(6, 1.0), ring(6)
    state = bl.eigenstate_near(space.system(terms), 0.1)
    full = space.embed(state.vector)
    assert np.linalg.norm(twin.spin_terms(terms, 6, 0.5) @ full - state.energy * full) < 1e-12
    assert bl.entanglement_entropy(full, (2,) * 6, [0, 1, 2]) > 0
    assert space.embed(np.eye(space.dimension)).shape == (64, space.dimension)


def test_translations_reflections_and_flips_commute():
    sites = 8
    space = SpinSpace(sites)
    pairs = [(i, (i + 1) % sites) for i in range(sites)]
    H = space.matrix([(1.0, a + a, pair) for a in "xyz" for pair in pairs])
    assert np.abs(H - H.T).max() == 0
    for symmetry in (
        space.permutation([*range(1, sites), 0]),
        space.permutation(range(sites)[::-1]),
        space.flip(),
    ):
        assert abs(symmetry @ H - H @ symmetry).max() < 1e-14
        assert abs(symmetry @ symmetry.T - sparse.eye_array(space.dimension)).max() == 0
    momenta = sectors_of(H, space.permutation([*range(1, sites), 0]))
    assert sum(sector.dimension for sector in momenta) == space.dimension
    levels = np.sort(np.concatenate([bl.levels(sector).energies for sector in momenta]))
    assert np.abs(levels - np.linalg.eigvalsh(H.toarray())).max() < 1e-13
    moved = space.permutation([*range(1, sites), 0])
    z = [space.operator("z", i).toarray() for i in range(2)]
    assert np.abs(moved @ z[1] @ moved.T - z[0]).max() < 1e-15


WRONG = {
    "sector": (lambda: SpinSpace(5, 0.0), "sector = 0.*one of 2.5, 1.5"),
    "spin": (lambda: SpinSpace(5, 0.5, 0.7), "spin = 0.7"),
    "leaves": (lambda: SpinSpace(4).matrix([(1.0, "x", (0,))]), "conserves S\\^z"),
    "xx alone": (lambda: SpinSpace(4).matrix([(1.0, "xx", (0, 1))]), "conserves S\\^z"),
    "same site": (lambda: SpinSpace(4).matrix([(1.0, "zz", (1, 1))]), "a different site"),
    "no site": (lambda: SpinSpace(4).matrix([(1.0, "z", (4,))]), "site of 0 to 3"),
    "letter": (lambda: SpinSpace(4).matrix([(1.0, "q", (0,))]), "letters of x, y, z"),
    "not hermitian": (lambda: SpinSpace(4).system([(1.0, "+-", (0, 1))]), "Hermitian"),
    "order": (lambda: SpinSpace(4).permutation([0, 0, 1, 2]), "once"),
    "flip": (lambda: SpinSpace(4, 1.0).flip(), "0 or None"),
    "too many": (lambda: SpinSpace(60), "GiB"),
    "vectors": (lambda: SpinSpace(4).embed(np.ones(7)), "6 numbers"),
    "nan": (lambda: SpinSpace(4).matrix([(math.nan, "z", (0,))]), "nan|NaN|finite"),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_explained(name):
    make, words = WRONG[name]
    with pytest.raises(ValueError, match=words):
        make()
