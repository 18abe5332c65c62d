"""Grains with LIOMs of any couplings, free grains and expanded contacts, beside numpy.kron."""

import math
from functools import reduce

import numpy as np
import pytest
from twin import ONE, X, Z, site

import bathlab as bl
from bathlab.analysis import entanglement_entropy
from bathlab.experiments import (
    ExpandedContact,
    FirstCoupling,
    FreeGrain,
    Surrounded,
    condition_rows,
)
from bathlab.experiments.expanded_contacts import expansion_rows, flip_weights
from bathlab.experiments.free_grains import filling_entropies, free_rows
from bathlab.experiments.surrounded import shell_couplings, shells_of, surrounded_rows

GRAIN = bl.RandomMatrixBath(3, bandwidth=10.0)
SPEC = Surrounded(
    GRAIN,
    (0.5, 0.3, 0.2),
    (1, 3),
    interactions=(0.1, 0.05),
    strings=(0.2, 0.1),
    states=4,
    more=("D", "G"),
)


def test_rows_are_those_of_the_kronecker_product():
    grain, (fields, g) = GRAIN.sample(1, 0), (SPEC.lioms(1, 0, 3).fields, SPEC.couplings)
    V, flips = np.kron(grain.contact, np.eye(8)), [site(X, 3 + i, 6) for i in range(3)]
    signs = [site(Z, 3 + i, 6) for i in range(3)]
    H = np.kron(grain.hamiltonian, np.eye(8))
    H = H + sum(h * z for h, z in zip(fields, signs)) + sum(a * V @ x for a, x in zip(g, flips))
    H = H + 0.1 * (signs[0] @ signs[1] + signs[1] @ signs[2]) + 0.05 * signs[0] @ signs[2]
    H = H + V @ flips[0] @ flips[1] @ (0.2 * np.eye(64) + 0.1 * flips[2])
    E, U = np.linalg.eigh(H)
    near = np.argsort(np.abs(E))[:4]
    _, row = surrounded_rows(SPEC, 1, 0)
    S = [[entanglement_entropy(U[:, k], (2,) * 6, i) for i in range(6)] for k in near]
    S = np.mean(S, axis=0) / math.log(2)
    assert row["entropies"] == pytest.approx(S[3:], abs=1e-9)
    assert row["core"] == pytest.approx(S[:3].mean(), abs=1e-9)
    assert row["gap_ratio"] == pytest.approx(bl.mean_gap_ratio(E), abs=1e-9)
    assert row["scale"] == pytest.approx(np.linalg.norm(g))
    elements = (np.kron(grain.probe, np.eye(8)), *flips)
    D = [
        np.mean([-np.log(((U.T @ (each @ U[:, k])) ** 4).sum()) for k in near])
        for each in elements
    ]
    assert row["log_ipr"] == pytest.approx(D[0], abs=1e-9)
    assert row["log_iprs"] == pytest.approx(D[1:], abs=1e-9)


def test_g_is_that_of_the_last_liom_at_the_grain_with_those_before():
    spec = Surrounded(GRAIN, (0.5, 0.3, 0.2), (2, 3), more=("G",))
    rows = surrounded_rows(spec, 1, 0)
    lioms = spec.lioms(1, 0, 3)
    for row, stage in zip(rows, (2, 3)):
        grown = GRAIN.sample(1, 0).attach(lioms[: stage - 1]).as_grain()
        g, h = lioms.couplings[stage - 1], lioms.fields[stage - 1]
        assert row["G"] == pytest.approx(grown.g_parameter(g, h, estimator="smooth"))


def test_a_free_grain_is_its_many_body_twin():
    """Jordan-Wigner fermions on five sites, full diagonalisation of 32 states."""
    spec = FreeGrain(3, 10.0, (0.7, 0.3))
    _, hopping = spec.matrices(1, 0)
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])
    c = [reduce(np.kron, [Z] * i + [lower] + [ONE] * (4 - i)) for i in range(5)]
    H = sum(hopping[i, j] * c[i].T @ c[j] for i in range(5) for j in range(5))
    E, U = np.linalg.eigh(H)
    energies, orbitals = np.linalg.eigh(hopping)
    for filled in ((1, 0, 1, 0, 1), (0, 1, 1, 0, 0)):
        state = U[:, np.argmin(np.abs(E - np.dot(filled, energies)))]
        expected = [entanglement_entropy(state, (2,) * 5, at) for at in (3, 4)]
        found = filling_entropies(orbitals[3:] ** 2, np.array([filled]))
        assert found == pytest.approx(expected, abs=1e-9)
    (row,) = free_rows(spec, 1, 0)
    assert row["orbitals"] == pytest.approx(1 / (orbitals[3:] ** 4).sum(axis=1))


def test_a_free_grain_is_as_wide_as_a_random_matrix():
    """tr H^2 over 400 draws, 1 % of error; 5 of them."""
    squares = [
        (np.linalg.eigvalsh(FreeGrain(8, 10.0, (1.0,)).matrices(1, r)[0]) ** 2).sum() / 4
        for r in range(400)
    ]
    assert np.mean(squares) == pytest.approx(10.0**2 / 16, rel=0.05)


def test_flips_are_told_by_the_farthest_spin():
    A = 0.6 * site(X, 2, 3) + 0.5 * site(X, 1, 3) + 0.4 * site(X, 0, 3) @ site(X, 2, 3)
    total = 0.36 + 0.25 + 0.16
    weights, single = flip_weights(A)
    assert weights == pytest.approx(np.array([0.36, 0.25, 0.16]) / total)
    assert single == pytest.approx(np.array([0.36, 0.25, 0.0]) / total)


def test_the_contact_of_spins_without_coupling_is_their_own():
    chain = bl.LocalChainBath(4, 0.0, 8.0, 0.0, 0.0)
    (row,) = expansion_rows(ExpandedContact(chain), 1, 0)
    assert row["log_weights"][0] == pytest.approx(0.0, abs=1e-9)
    assert row["overlap"] == pytest.approx(1.0)
    assert np.all(row["log_weights"][1:] < -15)


def test_shells_are_those_of_a_sector():
    assert shells_of(1, 10) == (2, 3, 4)
    assert shells_of(3, 15) == (3, 4, 5)
    assert shell_couplings(0.4, 0.5, (1, 2)) == (0.4, 0.2, 0.2)


@pytest.mark.parametrize(
    "spec, named",
    [
        (lambda: Surrounded(GRAIN, (0.1,), (2,)), "couplings"),
        (lambda: Surrounded(GRAIN, (0.1,), (1,), more=("S",)), "more"),
        (lambda: FreeGrain(0, 1.0, (0.1,)), "modes"),
        (lambda: FirstCoupling(bl.LiomChain(1)), "bath"),
        (lambda: ExpandedContact(GRAIN), "chain"),
        (lambda: condition_rows(GRAIN, 1, 0), "spec"),
    ],
)
def test_what_is_no_case_is_refused(spec, named):
    with pytest.raises(ValueError, match=named):
        spec()
