"""Sectors of a Hamiltonian against blocks that were put together by hand."""

import math

import numpy as np
import pytest
import twin
from scipy import sparse

import bathlab as bl
from bathlab.operators import sectors_of
from bathlab.operators.blocks import coupled_count

RNG = np.random.default_rng(5)
Y = np.array([[0, -1j], [1j, 0]])


def hermitian(n, field, rng=RNG):
    matrix = rng.standard_normal((n, n))
    if field == "complex":
        matrix = matrix + 1j * rng.standard_normal((n, n))
    return matrix + matrix.conj().T


def chain(spins, fields, x, y, z, periodic=True, skew=0.0):
    """Heisenberg couplings, with a Dzyaloshinskii-Moriya term along z."""
    H = sum(h * twin.site(twin.Z, i, spins) for i, h in enumerate(fields)) * (1 + 0j)
    for i in range(spins if periodic else spins - 1):
        j = (i + 1) % spins
        for pauli, strength in ((twin.X, x), (Y, y), (twin.Z, z)):
            H = H + strength * twin.site(pauli, i, spins) @ twin.site(pauli, j, spins)
        H = H + skew * twin.site(twin.X, i, spins) @ twin.site(Y, j, spins)
        H = H - skew * twin.site(Y, i, spins) @ twin.site(twin.X, j, spins)
    return H if skew else H.real


def moved(spins, rule):
    """The permutation of basis states that moves the text of each state by a rule."""
    texts = [format(state, f"0{spins}b") for state in range(2**spins)]
    matrix = np.zeros((2**spins,) * 2)
    matrix[[int(rule(text), 2) for text in texts], range(2**spins)] = 1
    return matrix


def union(sectors):
    return np.sort(np.concatenate([np.linalg.eigvalsh(dense(s.matrix())) for s in sectors]))


def dense(matrix):
    return matrix.toarray() if sparse.issparse(matrix) else matrix


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array, sparse.coo_matrix])
@pytest.mark.parametrize("field", ["real", "complex"])
def test_blocks_that_were_shuffled_are_found(form, field):
    """Sizes 1 to 7, shuffled, with what rounding leaves of terms that cancel in between."""
    sizes = [3, 1, 7, 2, 1, 5]
    H = np.zeros((19, 19), dtype=complex if field == "complex" else float)
    known, start = [], 0
    for size in sizes:
        H[start : start + size, start : start + size] = hermitian(size, field)
        known.append(set(range(start, start + size)))
        start += size
    dust = hermitian(19, field)
    H = H + (H == 0) * 1e-16 * dust / np.abs(dust).max()
    order = RNG.permutation(19)  # state order[i] of the blocks is state i of the matrix
    H = H[np.ix_(order, order)]
    found = sectors_of(form(H))
    expected = sorted(
        (sorted(np.flatnonzero(np.isin(order, list(one)))) for one in known),
        key=lambda states: states[0],
    )
    assert [list(s.states) for s in found] == expected
    for number, sector in enumerate(found):
        block = H[np.ix_(sector.states, sector.states)]
        assert np.array_equal(dense(sector.matrix()), block)
        assert (sector.number, sector.dimension, sector.eigenvalue) == (
            number,
            len(block),
            None,
        )
        assert isinstance(sector.matrix(), np.ndarray) == (form is np.asarray)
    assert union(found) == pytest.approx(np.linalg.eigvalsh(H), abs=1e-13)


@pytest.mark.parametrize("skew", [0.0, 0.4])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_magnetisation_is_found_although_sums_leave_dust(skew, form):
    spins = 6
    H = chain(spins, RNG.uniform(-1, 1, spins), 0.1 + 0.2, 0.3, 0.7, skew=skew)
    up = np.array([format(state, "06b").count("0") for state in range(64)])
    between = np.abs(H[up[:, None] != up[None, :]]).max()
    assert 0 < between < 1e-15  # there is something to overlook
    found = sectors_of(form(H))
    assert sorted(s.dimension for s in found) == sorted(math.comb(6, k) for k in range(7))
    assert all(len(set(up[s.states])) == 1 for s in found)


def test_a_weak_link_is_a_link():
    """Far above rounding, however large what stands on the diagonal."""
    H = np.kron(np.eye(2), hermitian(5, "real"))
    assert len(sectors_of(H)) == 2
    H[0, 5] = H[5, 0] = 1e-12 * np.abs(H - np.diag(np.diag(H))).max()
    for added in (0.0, 1e9, np.diag(np.linspace(0, 1e10, 10))):
        whole = H + added * np.eye(10)
        assert len(sectors_of(whole)) == len(sectors_of(sparse.csr_array(whole))) == 1


def test_a_diagonal_matrix_and_one_state():
    assert [s.dimension for s in sectors_of(np.diag([3.0, 1.0, 2.0]))] == [1, 1, 1]
    assert len(sectors_of(np.zeros((2, 2)))) == 2 and len(sectors_of([[4.0]])) == 1
    assert sectors_of(hermitian(30, "real"))[0].dimension == 30


@pytest.mark.parametrize("skew", [0.0, 0.4])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_a_reflection_and_a_translation_are_found_when_given(form, skew):
    spins = 6
    H = chain(spins, [0.3] * spins, 0.5, 0.5, 0.8, skew=skew)
    shift = moved(spins, lambda text: text[1:] + text[0])
    mirror = moved(spins, lambda text: text[::-1])
    assert len(sectors_of(form(H))) == 7  # neither shows in the basis
    found = sectors_of(form(H), form(shift))
    assert union(found) == pytest.approx(np.linalg.eigvalsh(H), abs=1e-12)
    expected = {complex(np.round(np.exp(2j * np.pi * k / 6), 9)) for k in range(6)}
    assert {complex(np.round(s.eigenvalue, 9)) for s in found} == expected
    for sector in found:
        basis = sector.basis.toarray()
        assert np.allclose(basis.conj().T @ basis, np.eye(sector.dimension), atol=1e-13)
        assert np.allclose(shift @ basis, sector.eigenvalue * basis, atol=1e-13)
        assert np.allclose(basis @ dense(sector.matrix()), H @ basis, atol=1e-12)
    if skew:  # which a reflection turns round
        with pytest.raises(ValueError, match="commutes"):
            sectors_of(form(H), form(mirror))
        return
    found = sectors_of(form(H), form(mirror))
    assert [s.eigenvalue for s in found] == [-1] * 5 + [1] * 7
    assert all(s.dtype == np.float64 for s in found)  # a real basis where there is one
    even = sum(s.dimension for s in found if s.eigenvalue > 0)
    assert even == (64 + np.trace(mirror)) / 2
    assert union(found) == pytest.approx(np.linalg.eigvalsh(H), abs=1e-12)


def test_a_symmetry_is_checked_whatever_stands_on_the_diagonal():
    spins = 5
    mirror = moved(spins, lambda text: text[::-1])
    H = chain(spins, [0.3] * spins, 0.5, 0.5, 0.8)
    for constant in (0.0, 1e8):
        kept, broken = H + constant * np.eye(32), H + 1e-6 * twin.site(twin.Z, 0, spins)
        assert {s.eigenvalue for s in sectors_of(kept, mirror)} == {-1, 1}
        with pytest.raises(ValueError, match="commutes"):
            sectors_of(broken + constant * np.eye(32), mirror)
    with pytest.raises(ValueError, match="Hermitian or unitary"):
        sectors_of(np.eye(2), [[1.0, 1.0], [0.0, 1.0]])
    for wrong in (np.eye(3), "mirror", np.full((32, 32), np.nan)):
        with pytest.raises(ValueError, match="symmetry"):
            sectors_of(H, wrong)


def test_a_total_spin_is_found_when_given():
    """S^2 of a Heisenberg ring: eigenvalues S(S + 1) with the multiplicities of five spins."""
    spins = 5
    H = chain(spins, [0.0] * spins, 1.0, 1.0, 1.0)
    total = [sum(twin.site(p, i, spins) for i in range(spins)) / 2 for p in (twin.X, Y, twin.Z)]
    found = sectors_of(H, sum(part @ part for part in total))
    states = {
        value: sum(s.dimension for s in found if s.eigenvalue == pytest.approx(value))
        for value in (0.75, 3.75, 8.75)
    }
    assert states == {0.75: 5 * 2, 3.75: 4 * 4, 8.75: 6}
    assert union(found) == pytest.approx(np.linalg.eigvalsh(H), abs=1e-12)


def test_solvers_take_a_sector():
    H = chain(6, RNG.uniform(-1, 1, 6), 1.0, 1.0, 0.5)
    sector, probe = sectors_of(H)[3], twin.site(twin.Z, 2, 6)
    levels = np.linalg.eigvalsh(H[np.ix_(sector.states, sector.states)])
    state = bl.eigenstate_near(sector, levels[4])
    assert state.energy == pytest.approx(levels[4], abs=1e-11)
    whole = sector.embed(state.vector)
    assert H @ whole == pytest.approx(state.energy * whole, abs=1e-9)
    inside = bl.spectral_measure(sector, sector.restrict(probe), state)
    with pytest.warns(bl.errors.SeveralSectors, match="7 sectors"):
        outside = bl.spectral_measure(H, probe, whole)
    assert bl.log_ipr(inside) == pytest.approx(bl.log_ipr(outside), abs=1e-9)
    with pytest.raises(ValueError, match="leads out"):
        sector.restrict(twin.site(twin.X, 2, 6))


@pytest.mark.parametrize("seed", range(40))
def test_sectors_of_a_coupled_system_are_counted_without_its_matrix(seed):
    """The count from the blocks of the bath and the contact is that of the whole matrix."""
    rng = np.random.default_rng(seed)
    rows, count = int(rng.integers(1, 9)), int(rng.integers(0, 4))
    sparse_part = [(rng.uniform(size=(rows, rows)) < p).astype(float) for p in (0.15, 0.1)]
    bath, contact = (part + part.T for part in sparse_part)
    contact[np.diag_indices(rows)] *= rng.integers(0, 2)
    couplings = rng.uniform(0.1, 1, count)
    labels = sectors_of(bath)
    of_state = np.empty(rows, dtype=np.intp)
    for sector in labels:
        of_state[sector.states] = sector.number
    H = twin.coupled(bath, contact, rng.uniform(1, 2, count), couplings)
    assert coupled_count(of_state, contact, couplings) == len(sectors_of(H))
    idle = np.append(couplings, 0.0)  # makes two copies, which are not counted
    H = twin.coupled(bath, contact, rng.uniform(1, 2, count + 1), idle)
    found = coupled_count(of_state, sparse.csr_array(contact), idle)
    assert 2 * found == len(sectors_of(H))
