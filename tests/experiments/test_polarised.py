"""Counts of Z, D and R^2 against loops over pairs and states, and their controls."""

import numpy as np
import pytest

import bathlab as bl
from bathlab.experiments import polarisation_rows
from bathlab.experiments.polarised import INVARIANTS, POWERS, SQUARES
from bathlab.streams import stream

BINS = len(SQUARES) - 1


def elements(circuit, data, site):
    """<n|sigma_j|m> with sigma_j a matrix of the whole space."""
    left, right = np.eye(2 ** (site - 1)), np.eye(2 ** (circuit.sites - site))
    sigma = np.kron(np.kron(left, circuit.pauli(site)), right)
    return data.vectors.conj().T @ sigma @ data.vectors


def bin_of(value):
    return np.searchsorted(SQUARES, value) - 1


@pytest.mark.parametrize("coupling", [0.04, 0.2])
def test_pairs_are_those_of_a_loop(coupling):
    """At J = 0.2 states share their weight among several, at 0.04 most R^2 are near 0 or 1."""
    (row,) = polarisation_rows(bl.BrickworkCircuit(4, coupling), 3, 2)
    circuit = bl.BrickworkCircuit(4, coupling).sample(3, 2)
    data = bl.diagonalise(circuit)
    squares, remainders = np.zeros((2, BINS)), np.zeros((2, BINS))
    pairs, sums, rest, largest = np.zeros(2), np.zeros(2), np.zeros(2), np.zeros(2)
    linear, powers = np.zeros(50), np.zeros(len(POWERS))
    for site in range(1, 5):
        z = elements(circuit, data, site)
        for n in range(16):
            for m in range(n):
                Z = abs(z[n, m]) ** 2
                R2 = abs(z[n, n] - z[m, m]) ** 2 / 4 + Z
                of = int(R2 > 0.5)
                squares[of, bin_of(Z)] += 1
                remainders[of, bin_of(1 - R2 if of else R2)] += 1
                linear[np.searchsorted(INVARIANTS, R2) - 1] += 1
                pairs[of] += 1
                sums[of] += Z
                rest[of] += 1 - R2 if of else R2
                largest[of] = max(largest[of], Z)
                powers += 2 * Z**POWERS / 64
    assert np.array_equal(row["squares"].reshape(2, BINS), squares)
    assert np.array_equal(row["remainders"].reshape(2, BINS), remainders)
    assert np.array_equal(row["invariants"], linear)
    assert np.array_equal(row["pairs"], pairs) and pairs.sum() == 4 * 16 * 15 / 2
    for name, found in (("square_sums", sums), ("remainder_sums", rest), ("largest", largest)):
        assert row[name] == pytest.approx(found), name
    assert row["participation"] == pytest.approx(powers)


@pytest.mark.parametrize("coupling", [0.04, 0.2])
def test_states_are_those_of_a_loop(coupling):
    (row,) = polarisation_rows(bl.BrickworkCircuit(4, coupling), 1, 0)
    circuit = bl.BrickworkCircuit(4, coupling).sample(1, 0)
    data = bl.diagonalise(circuit)
    counts, large, lost, partners = np.zeros(BINS), np.zeros(4), np.zeros(3), [set()] * 16
    all_D = []
    for site in range(1, 5):
        z = elements(circuit, data, site)
        for n in range(16):
            others = sorted((abs(z[n, m]) ** 2, m) for m in range(16) if m != n)
            D = sum(Z for Z, _ in others)
            assert D == pytest.approx(1 - abs(z[n, n]) ** 2, abs=1e-13)
            all_D.append(D)
            counts[bin_of(D)] += 1
            near = {m for Z, m in others if Z > 0.25}
            large[len(near)] += 1
            partners[n] = partners[n] | near
            if D > 0.5:
                one, two = others[-1][0], others[-1][0] + others[-2][0]
                lost += [1, one / D, two / D]
    assert np.array_equal(row["depolarisations"], counts)
    assert np.array_equal(row["large"], large) and large.sum() == 64
    assert row["lost"] == pytest.approx(lost) and lost[0] > 0
    assert row["partners"] == pytest.approx(np.mean([len(each) for each in partners]))
    assert row["depolarisation"] == pytest.approx(np.mean(all_D))
    assert row["sum_rule"] < 1e-13 and row["residual"] < 1e-13


def test_the_controls_keep_what_is_rearranged():
    """All Z make as much depolarisation in any order, and all Omega stay; Z at J = 0.02 ends
    at 1, that of the control at no such value. The same arguments give the same control."""
    (row,) = polarisation_rows(bl.BrickworkCircuit(6, 0.02), 1, 0)
    squares, moved = (
        row[name].reshape(2, BINS).sum(axis=1) for name in ("squares", "squares_moved")
    )
    assert np.array_equal(squares, row["pairs"]) and np.array_equal(moved, row["pairs"])
    above = SQUARES[:-1] > 0.99
    beyond = [
        row[name].reshape(2, BINS)[:, above].sum() for name in ("squares", "squares_moved")
    ]
    assert beyond[0] == 0 < beyond[1]
    assert row["depolarisations_moved"].sum() == row["depolarisations"].sum() == 6 * 64
    assert not np.array_equal(row["depolarisations_moved"], row["depolarisations"])
    (again,) = polarisation_rows(bl.BrickworkCircuit(6, 0.02), 1, 0)
    for name in ("squares_moved", "depolarisations_moved", "lost_moved"):
        assert np.array_equal(again[name], row[name]), name


def test_the_control_is_that_of_a_loop():
    """Omega of one pair over omega of another, counted by the class of the first; D of states
    whose Z are those of other pairs."""
    (row,) = polarisation_rows(bl.BrickworkCircuit(4, 0.04), 3, 2)
    circuit = bl.BrickworkCircuit(4, 0.04).sample(3, 2)
    data = bl.diagonalise(circuit)
    moved, D_counts = np.zeros((2, BINS + 1)), np.zeros(BINS)  # the last bin is beyond
    couples = list(zip(*np.triu_indices(16, 1)))
    turns = [data.quasienergies[n] - data.quasienergies[m] for n, m in couples]
    omega = np.abs(np.angle(np.exp(1j * np.array(turns))))
    for site in range(1, 5):
        z, D = elements(circuit, data, site), np.zeros(16)
        order = stream(3, 2, "rearranged pairs", site).permutation(len(couples))
        for place, (n, m) in enumerate(couples):
            p, q = couples[order[place]]
            Omega = abs(z[p, q]) * omega[order[place]]
            R2 = abs(z[p, p] - z[q, q]) ** 2 / 4 + abs(z[p, q]) ** 2
            moved[int(R2 > 0.5), min(bin_of((Omega / omega[place]) ** 2), BINS)] += 1
            D[[n, m]] += abs(z[p, q]) ** 2
        np.add.at(D_counts, bin_of(D), 1)
    assert np.array_equal(row["squares_moved"].reshape(2, BINS), moved[:, :BINS])
    assert np.array_equal(row["depolarisations_moved"], D_counts)


def test_without_coupling_every_state_is_polarised():
    """At J = 0, R^2 is 0 for one half of the pairs (less those n = m) and 1 for the other."""
    (row,) = polarisation_rows(bl.BrickworkCircuit(4, 0.0), 1, 1)
    assert row["depolarisation"] < 1e-25 and row["lost"][0] == 0
    assert np.array_equal(row["pairs"], [4 * 2 * 8 * 7 / 2, 4 * 8 * 8])
    assert row["invariants"][0] == row["pairs"][0] and row["invariants"][-1] == row["pairs"][1]
    assert np.array_equal(row["large"], [64, 0, 0, 0]) and row["partners"] == 0


def test_no_bath_is_taken_for_a_circuit():
    with pytest.raises(ValueError, match="BrickworkCircuit"):
        polarisation_rows(bl.LocalChainBath(4), 1, 0)
