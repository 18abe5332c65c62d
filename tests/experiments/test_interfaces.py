"""Rows of the interface of a grain with LIOMs beside dense matrices."""

import numpy as np
import pytest

import bathlab as bl
from bathlab.experiments import Interface, interface_rows, interfaces
from bathlab.experiments.interfacial import interfacial_rows, split_spin

SPEC = Interface(bl.RandomMatrixBath(4, 4.2), bl.LiomChain(2, 0.75, 0.3), states=4)


@pytest.fixture(scope="module")
def rows():
    return {(row["site"], row["axis"]): row for row in interface_rows(SPEC, 1, 0)}


@pytest.fixture(scope="module")
def solved():
    system = SPEC.bath.sample(1, 0).attach(SPEC.chain)
    energies, vectors = np.linalg.eigh(system.hamiltonian.toarray())
    return system, energies, vectors, np.argsort(np.abs(energies))[:4]


def test_each_operator_has_its_row(rows):
    lioms = [(site, axis) for site in (1, 2) for axis in "xyz"]
    assert sorted(rows) == sorted([(0, "contact"), (0, "probe"), *lioms])


@pytest.mark.parametrize("axis", "xyz")
def test_d_is_that_of_dense_elements(rows, solved, axis):
    """tau^y comes out of tau^x by [H, tau^x] = 2ih tau^y, without a measure of its own."""
    system, _, vectors, states = solved
    elements = vectors.conj().T @ (system.operator(2, axis) @ vectors)
    D = [-np.log(np.sum(np.abs(elements[:, k]) ** 4)) for k in states]
    assert rows[2, axis]["log_ipr"] == pytest.approx(np.mean(D), rel=1e-9)


def test_widths_are_shares_of_the_weight(rows, solved):
    system, energies, vectors, states = solved
    h = system.lioms.fields[0]
    x, z = (np.abs(vectors.T @ (system.operator(1, axis) @ vectors)) ** 2 for axis in "xz")
    reach = interfaces.REACHES[40]
    near_x, near_z = [], []
    for k in states:
        omega = energies - energies[k]
        up, others = omega > 1e-9, np.abs(omega) > 1e-9
        near_x.append(x[up & (np.abs(omega - 2 * h) <= reach), k].sum() / x[up, k].sum())
        near_z.append(z[others & (np.abs(omega) <= reach), k].sum() / z[others, k].sum())
    assert rows[1, "x"]["near"][40] == pytest.approx(np.mean(near_x), rel=1e-9)
    assert rows[1, "z"]["near"][40] == pytest.approx(np.mean(near_z), rel=1e-9)


def test_diagonal_elements_are_held_against_their_neighbours(rows, solved):
    system, energies, vectors, states = solved
    V = vectors.T @ (system.operator("contact") @ vectors)
    others = []
    for k in states:
        near = [j for j in np.argsort(np.abs(energies - energies[k])) if j != k][:16]
        others.append(np.mean(V[near, k] ** 2))
    expected = np.var(V[states, states], ddof=1) / np.mean(others)
    assert rows[0, "contact"]["diagonal"] == pytest.approx(expected, rel=1e-9)


def test_beyond_the_dense_dimension_it_is_one_state_by_lanczos(rows, monkeypatch):
    monkeypatch.setattr(interfaces, "FULL", 0)
    one = Interface(SPEC.bath, SPEC.chain, states=1)
    sparse = interface_rows(one, 1, 0)
    monkeypatch.setattr(interfaces, "FULL", 2048)
    for left, right in zip(sparse, interface_rows(one, 1, 0)):
        for name in ("log_ipr", "rate", "gap_ratio"):
            assert left[name] == pytest.approx(right[name], rel=1e-6, nan_ok=True)


def test_seen_and_axes_leave_operators_out():
    few = Interface(SPEC.bath, SPEC.chain, "x", 1, 1)
    found = [(row["site"], row["axis"]) for row in interfacial_rows(few, 1, 0)]
    assert found == [(0, "contact"), (0, "probe"), (1, "x"), (1, "y")]
    with pytest.raises(ValueError, match='axes = \'zz\' was given; expected "x" or "xz"'):
        Interface(SPEC.bath, SPEC.chain, "zz")


def test_a_split_spin_has_its_splitting():
    drawn = split_spin(1, 3, splitting=2.25)
    assert np.diff(np.linalg.eigvalsh(drawn.hamiltonian)) == pytest.approx(2.25)
    other = split_spin(1, 4, splitting=2.25)
    assert not np.allclose(drawn.hamiltonian, other.hamiltonian)
