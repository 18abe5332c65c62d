"""Eliminated couplings, LIOMs, and Hamiltonians taken apart, against numpy.kron and loops."""

import math
from functools import reduce

import numpy as np
import pytest
from scipy.linalg import expm

import bathlab as bl
from bathlab.experiments.eliminated import Elimination, elimination_rows, liom_rows
from bathlab.experiments.stretches import stretch_part, stretch_parts
from bathlab.experiments.treated import gaussian
from bathlab.model.lioms import LiomChain

PAULIS = [np.eye(2), [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]]


def on_chain(part, first, last, spins):
    return np.kron(np.kron(np.eye(2**first), part), np.eye(2 ** (spins - 1 - last)))


def test_a_hamiltonian_is_the_sum_of_diagonal_terms_and_couplings_on_stretches():
    """Eq. (1): a chain has D_i on sites and V_I on sites and bonds, and nothing beyond."""
    H = bl.LocalChainBath(5).sample(1, 2).hamiltonian
    total = np.trace(H) / 32 * np.eye(32)
    for first, last, part in stretch_parts(H):
        D, V = np.diag(np.diag(part)), part - np.diag(np.diag(part))
        total = total + on_chain(D + V, first, last, 5)
        if last - first > 1:
            assert np.abs(part).max() < 1e-12
        else:
            assert np.abs(V).max() > 0.1 and (np.abs(D).max() > 0.1) == (first == last)
    assert total == pytest.approx(H, abs=1e-12)


def test_parts_are_the_sums_of_pauli_strings():
    numbers = np.random.default_rng(2)
    X = numbers.standard_normal((16, 16)) + 1j * numbers.standard_normal((16, 16))
    X = X + X.conj().T
    for first, last in ((0, 0), (0, 2), (1, 3), (1, 2), (0, 3)):
        expected = np.zeros((16, 16), dtype=complex)
        for string in np.ndindex(4, 4, 4, 4):
            ends = [site for site in range(4) if string[site]]
            if ends and (ends[0], ends[-1]) == (first, last):
                P = reduce(np.kron, [np.asarray(PAULIS[k]) for k in string])
                expected += np.trace(P @ X) / 16 * P
        found = on_chain(stretch_part(X, first, last), first, last, 4)
        assert found == pytest.approx(expected, abs=1e-12)


def test_an_elimination_is_that_of_kron():
    rows = elimination_rows(Elimination(4, (0.01, 0.2)), 1, 5)
    h = LiomChain(3, field=0.0, disorder=1.0).sample(1, 5).fields
    E = [h @ np.array(s) for s in np.ndindex(2, 2, 2) for s in [1 - 2 * np.array(s)]]
    VI, VJ = (gaussian(3, 1, 5, f"coupling {name}") for name in "IJ")
    A = np.zeros((8, 8))
    for n in range(8):
        VI[n, n] = VJ[n, n] = 0.0
        for m in range(8):
            if n != m:
                A[n, m] = VI[n, m] / (E[n] - E[m])
    for row in rows:
        g = row["strength"]
        U, other = np.kron(expm(g * A), np.eye(2)), np.kron(np.eye(2), VJ)
        whole = g * np.kron(A, np.eye(2))
        created = U @ other @ U.conj().T - other
        second = created - (whole @ other - other @ whole)
        assert row["created"] == pytest.approx(norm(created) / norm(VJ))
        assert row["remainder"] == pytest.approx(norm(second) / norm(VJ), rel=1e-6)
        H = expm(g * A) @ (np.diag(E) + g * VI) @ expm(-g * A)
        np.fill_diagonal(H, 0.0)
        assert row["left"] == pytest.approx(norm(H) / norm(g * VI), rel=1e-6)
        assert row["largest"] == pytest.approx(g * np.abs(A).max())


def norm(matrix):
    return np.linalg.norm(matrix, 2)


def test_lioms_are_conserved_and_local():
    bath = bl.LocalChainBath(5, field=0.0, disorder=50.0, transverse=0.1, coupling=0.1)
    rows = liom_rows(bath, 1, 0)
    assert [row["reach"] for row in rows] == [1, 2, 3, 4]
    for row in rows:
        assert row["commutator"] < 1e-11 and row["square"] < 1e-12 < row["overlap"]
    falls = np.diff([row["log_part"] for row in rows])
    assert np.all(falls < -2)
    # Without terms that flip spins tau is S^z and reaches nowhere.
    ergodic = liom_rows(bl.LocalChainBath(5, disorder=0.5), 1, 0)
    assert ergodic[-1]["log_part"] > rows[-1]["log_part"] + 5
    assert math.exp(ergodic[-1]["log_mean_part"]) <= 0.5


def test_what_is_no_elimination_is_refused():
    for spec, named in (
        (lambda: Elimination(5, (0.1,)), "sites = 5"),
        (lambda: Elimination(4, (0.1, 0.1)), "strengths"),
        (lambda: elimination_rows(bl.LocalChainBath(4), 1, 0), "chain"),
        (lambda: liom_rows(bl.LocalChainBath(1), 1, 0), "1 spin"),
    ):
        with pytest.raises(ValueError, match=named):
            spec()
