"""Momentum, reflection and spin flip against projectors in the full space, QuSpin and QuTiP."""

import functools
import itertools

import numpy as np
import pytest
import qutip
import twin

import bathlab as bl
from bathlab.operators import SpinSpace, SymmetricSpace

#: sites, sector, spin; an odd and an even ring of spins 1/2, all states, spins 1 and 3/2.
SPACES = [(6, 0.0, 0.5), (7, 1.5, 0.5), (4, None, 0.5), (4, 0.0, 1.0), (3, -0.5, 1.5)]


def ring(sites, current=0.0, bend=0.3, field=0.4):
    """XXZ to first and second neighbours in a field, with a Dzyaloshinskii-Moriya term."""
    terms = []
    for i in range(sites):
        pair, far = (i, (i + 1) % sites), (i, (i + 2) % sites)
        terms += [(1.0, "xx", pair), (1.0, "yy", pair), (0.7, "zz", pair), (field, "z", (i,))]
        terms += [(current, "xy", pair), (-current, "yx", pair)] if current else []
        terms += [(bend, "xx", far), (bend, "yy", far)] if sites > 4 else []
    return terms


def largest(array):
    """Of the magnitudes; zero where a sector has no state."""
    return np.abs(array).max(initial=0)


def all_cases(space, current):
    """All values of the symmetries of a ring, in turns of those that go together."""
    sites = space.sites
    yield [{"momentum": k} for k in range(sites)]
    if current:
        return
    signs = (1, -1)
    yield [{"reflection": p} for p in signs]
    bent = [k for k in range(sites) if 2 * k % sites]
    yield [{"momentum": k} for k in bent] + [
        {"momentum": k, "reflection": p} for k in {0, sites // 2} - {*bent} for p in signs
    ]
    if not space.sector:
        yield [{"flip": z} for z in signs]
        yield [{"momentum": k, "flip": z} for k in range(sites) for z in signs]
        yield [{"reflection": p, "flip": z} for p in signs for z in signs]


def moved(vectors, levels, sites, name):
    """What a symmetry makes of the columns of a matrix of the full space, axis by axis."""
    tensor = vectors.reshape((levels,) * sites + (-1,))
    if name == "momentum":
        tensor = np.moveaxis(tensor, sites - 1, 0)
    elif name == "reflection":
        tensor = tensor.transpose([*range(sites)[::-1], sites])
    else:
        tensor = tensor[(slice(None, None, -1),) * sites]
    return tensor.reshape(vectors.shape)


def projected(space, symmetries):
    """An orthonormal basis, in the full space, from the projectors' eigenvectors."""
    levels, sites = space.levels, space.sites
    projector = space.embed(np.eye(space.dimension)).astype(complex)
    for name, value in symmetries.items():
        order = sites if name == "momentum" else 2
        turn = np.exp(2j * np.pi * value / sites) if name == "momentum" else value
        image, total = projector, 0
        for _ in range(order):
            total = total + image
            image = turn * moved(image, levels, sites, name)
        projector = total / order
    inside = projector[space.states]
    assert np.abs(inside - inside.conj().T).max() < 1e-14
    weights, vectors = np.linalg.eigh(inside)
    return space.embed(vectors[:, weights > 0.5])


@pytest.mark.parametrize("current", [0.0, 0.6])
@pytest.mark.parametrize("sites, sector, spin", SPACES)
def test_sectors_are_the_eigenspaces_of_the_symmetries(sites, sector, spin, current):
    space = SpinSpace(sites, sector, spin)
    for cases in all_cases(space, current):
        terms = ring(sites, current, field=0.0 if "flip" in cases[-1] else 0.4)
        full, found = twin.spin_terms(terms, sites, spin), []
        for symmetries in cases:
            own, slow = SymmetricSpace(space, **symmetries), projected(space, symmetries)
            matrix, vectors = own.matrix(terms), own.embed(np.eye(own.dimension))
            assert largest(vectors.conj().T @ vectors - np.eye(own.dimension)) < 1e-14
            assert largest(slow @ (slow.conj().T @ vectors) - vectors) < 1e-13
            assert slow.shape == vectors.shape and matrix.has_canonical_format
            assert largest(full @ vectors - vectors @ matrix) < 1e-13
            assert np.iscomplexobj(matrix) == bool(
                current or 2 * symmetries.get("momentum", 0) % sites
            )
            levels = np.linalg.eigvalsh(slow.conj().T @ full @ slow)
            found.append(np.linalg.eigvalsh(matrix.toarray()))
            assert largest(found[-1] - levels) < 1e-12
        every = np.linalg.eigvalsh(full[np.ix_(space.states, space.states)])
        assert largest(np.sort(np.concatenate(found)) - every) < 1e-12


def test_the_representatives_are_the_first_of_their_orbits():
    own = SymmetricSpace(SpinSpace(4), momentum=0)
    assert own.states.tolist() == [0b0011, 0b0101] and own.orbit_sizes.tolist() == [4, 2]
    assert SymmetricSpace(SpinSpace(4), momentum=1).orbit_sizes.tolist() == [4]
    assert SymmetricSpace(SpinSpace(4, 2.0), momentum=1).dimension == 0
    assert SymmetricSpace(SpinSpace(4, 2.0), momentum=1).matrix(ring(4)).shape == (0, 0)
    free = SymmetricSpace(SpinSpace(4))  # no symmetry at all
    assert np.abs(free.matrix(ring(4)) - SpinSpace(4).matrix(ring(4))).max() == 0


def test_a_magnon_has_its_momentum():
    """One spin down, in the phase that the docstring names, and its energy."""
    sites, k, current = 6, 1, 0.6
    space = SpinSpace(sites, 2.0)
    own = SymmetricSpace(space, momentum=k)
    down = [2 ** (sites - 1 - j) for j in range(sites)]
    wave = np.zeros(2**sites, complex)
    wave[down] = np.exp(2j * np.pi * k * np.arange(sites) / sites) / np.sqrt(sites)
    overlap = own.embed(np.ones(1)).conj() @ wave
    assert own.dimension == 1 and abs(abs(overlap) - 1) < 1e-14
    terms = ring(sites, current, bend=0.0, field=0.0)
    H = twin.spin_terms(terms, sites, 0.5)
    energy = (wave.conj() @ H @ wave).real
    assert abs(own.matrix(terms).toarray()[0, 0] - energy) < 1e-14
    opposite = SymmetricSpace(space, momentum=sites - k).matrix(terms).toarray()[0, 0]
    assert abs(opposite - energy) > 0.1


def test_states_of_a_system_go_to_the_full_space_and_keep_their_energy():
    space = SpinSpace(8)
    own = SymmetricSpace(space, momentum=3)
    system, terms = own.system(ring(8, 0.6)), ring(8, 0.6)
    state = bl.eigenstate_near(system, 0.1)
    full = own.embed(state.vector)
    H = twin.spin_terms(terms, 8, 0.5)
    assert np.linalg.norm(H @ full - state.energy * full) < 1e-12
    levels = np.linalg.eigvalsh(own.matrix(terms).toarray())
    assert np.abs(bl.levels(system).energies - levels).max() < 1e-13


def quspin_pair(space, terms, symmetries):
    """The matrix of QuSpin and ours."""
    operators = pytest.importorskip("quspin.operators")
    basis = pytest.importorskip("quspin.basis")
    names = {"reflection": "pblock", "flip": "zblock"}
    blocks = {names[n]: value for n, value in symmetries.items() if n in names}
    if "momentum" in symmetries:  # its translation goes the other way
        blocks["kblock"] = -symmetries["momentum"] % space.sites
    kind = {0.5: "1/2", 1.0: "1"}[space.spin]
    up = round(space.sector + space.spin * space.sites)
    states = basis.spin_basis_1d(space.sites, Nup=up, S=kind, pauli=0, **blocks)
    lists = [[letters, [[c, *sites]]] for c, letters, sites in terms]
    quiet = {"check_herm": False, "check_symm": False, "check_pcon": False}
    theirs = operators.hamiltonian(lists, [], basis=states, dtype=np.complex128, **quiet)
    own = SymmetricSpace(space, **symmetries) if symmetries else space
    return theirs.tocsr().toarray(), own.matrix(terms).toarray()


def flips_only(terms):
    """xx + yy and xy - yx as QuSpin takes them in a sector: in S^+ and S^-."""
    parts = {"xx": [("+-", 0.5), ("-+", 0.5)], "xy": [("+-", 0.5j), ("-+", -0.5j)]}
    for c, letters, sites in terms:
        if letters not in ("yy", "yx"):
            yield from ((c * x, word, sites) for word, x in parts.get(letters, [(letters, 1)]))


@pytest.mark.parametrize("sites, sector, spin", [(8, 0.0, 0.5), (7, 1.5, 0.5), (5, 0.0, 1.0)])
def test_it_is_what_quspin_finds(sites, sector, spin):
    pytest.importorskip("quspin")
    space = SpinSpace(sites, sector, spin)
    draw = np.random.default_rng(1)
    fields = [(draw.normal(), "z", (i,)) for i in range(sites)]
    theirs, own = quspin_pair(space, [*flips_only(ring(sites, 0.6)), *fields], {})
    assert largest(theirs - own) < 1e-14
    for current in (0.0, 0.6):
        for cases in all_cases(space, current):
            terms = ring(sites, current, field=0.0 if "flip" in cases[-1] else 0.4)
            for symmetries in cases:
                theirs, own = quspin_pair(space, list(flips_only(terms)), symmetries)
                assert theirs.shape == own.shape
                # Phases of basis vectors are free; so are signs of what the flip turns.
                assert largest(np.abs(theirs) - np.abs(own)) < 1e-13
                levels = [np.linalg.eigvalsh(matrix) for matrix in (theirs, own)]
                assert largest(levels[0] - levels[1]) < 1e-12


@pytest.mark.parametrize("sites, spin", [(6, 0.5), (4, 1.0)])
def test_all_momenta_of_all_sectors_are_the_levels_of_qutip(sites, spin):
    def at(site, axis):
        one = [qutip.qeye(round(2 * spin) + 1)] * sites
        return qutip.tensor([*one[:site], qutip.jmat(spin, axis), *one[site + 1 :]])

    terms = ring(sites, 0.6)
    H = sum(
        c * functools.reduce(lambda a, b: a * b, map(at, places, letters))
        for c, letters, places in terms
    )
    most, found = round(2 * spin * sites), []
    for down, k in itertools.product(range(most + 1), range(sites)):
        own = SymmetricSpace(SpinSpace(sites, spin * sites - down, spin), momentum=k)
        found.append(np.linalg.eigvalsh(own.matrix(terms).toarray()))
    assert largest(np.sort(np.concatenate(found)) - H.eigenenergies()) < 1e-12


HALF = SpinSpace(4)
WRONG = {
    "space": (lambda: SymmetricSpace(4, momentum=0), "space = 4"),
    "momentum": (lambda: SymmetricSpace(HALF, momentum=4), "momentum = 4.*<= 3"),
    "negative": (lambda: SymmetricSpace(HALF, momentum=-1), "momentum = -1"),
    "sign": (lambda: SymmetricSpace(HALF, reflection=0), "reflection = 0.*1, -1"),
    "both": (lambda: SymmetricSpace(HALF, 1, reflection=1), "reflection = 1 at momentum 1"),
    "odd ring": (lambda: SymmetricSpace(SpinSpace(5, 0.5), 2, 1), "at momentum 2"),
    "flip": (lambda: SymmetricSpace(SpinSpace(4, 1.0), flip=1), "flip = 1 at total S\\^z 1"),
    "vectors": (lambda: SymmetricSpace(HALF, 0).embed(np.ones(3)), "2 numbers"),
    "nothing": (lambda: SymmetricSpace(SpinSpace(4, 2.0), 1).system(ring(4)), "Choose others"),
    "not hermitian": (
        lambda: SymmetricSpace(HALF, 0).system(
            [(1j, "zz", (i, (i + 1) % 4)) for i in range(4)]
        ),
        "[Hh]ermitian",
    ),
    "leaves": (lambda: SymmetricSpace(HALF).matrix([(1.0, "x", (0,))]), "conserves S\\^z"),
    "open": (lambda: SymmetricSpace(HALF, 0).matrix([(1.0, "zz", (0, 1))]), "momentum=None"),
    "uneven": (
        lambda: SymmetricSpace(HALF, reflection=1).matrix(ring(4, 0.6)),
        "keeps the reflection",
    ),
    "field": (lambda: SymmetricSpace(HALF, flip=1).matrix(ring(4)), "opposite coefficients"),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_explained(name):
    make, words = WRONG[name]
    with pytest.raises(ValueError, match=words):
        make()
