"""One row of all distributions against loops over sites, states and pairs."""

import math

import numpy as np
import pytest

import bathlab as bl
from bathlab.analysis.pair_sums import StatePairs
from bathlab.analysis.ranges import changed_sites, ranges_of_changes
from bathlab.experiments import drift_rows
from bathlab.experiments.drift import (
    ANGLES,
    CURVATURES,
    ELEMENTS,
    FIDELITIES,
    FIELDS,
    FREQUENCIES,
    SPACINGS,
    TIMES,
)
from bathlab.experiments.resonant import SCALES
from bathlab.statistics.histograms import bin_counts, group_counts

MODEL = bl.BrickworkCircuit(4, 0.06)
#: Farthest site of four, and the ranges that there are: none, 0, 1, 2.
FARTHEST, KINDS = 2, 4


@pytest.fixture(scope="module")
def row():
    return drift_rows(MODEL, 3, 1)[0]


@pytest.fixture(scope="module")
def twin():
    """The same by loops, sigma_j as a matrix of the whole space."""
    circuit = MODEL.sample(3, 1)
    data = bl.diagonalise(circuit)
    theta, sigmas = data.quasienergies, []
    for site in range(1, 5):
        left, right = np.eye(2 ** (site - 1)), np.eye(2 ** (4 - site))
        sigma = np.kron(np.kron(left, circuit.pauli(site)), right)
        sigmas.append(data.vectors.conj().T @ sigma @ data.vectors)
    found = {
        "scales": [],
        "elements": [],
        "ranges": [],
        "chi": [],
        "kappa": [],
        "D": [],
        "omega": [],
    }
    for site, z in enumerate(sigmas):
        for n in range(16):
            chi = kappa = D = 0.0
            for m in range(16):
                if m == n:
                    continue
                omega, Z = np.angle(np.exp(1j * (theta[n] - theta[m]))), abs(z[n, m]) ** 2
                chi += Z / (2 * np.sin(omega / 2)) ** 2
                kappa += Z / (2 * np.tan(omega / 2))
                D += Z
                if n < m:
                    changed = [
                        k for k in range(4) if abs(sigmas[k][n, n] - sigmas[k][m, m]) > 1
                    ]
                    far = [min((k - site) % 4, (site - k) % 4) for k in changed]
                    found["ranges"].append(max(far, default=-1))
                    found["scales"].append(abs(omega) * abs(z[n, m]))
                    found["elements"].append(Z)
                    found["omega"].append(abs(omega))
            found["chi"].append(chi)
            found["kappa"].append(abs(kappa))
            found["D"].append(D)
    return {name: np.array(values) for name, values in found.items()}


def test_counts_are_those_of_loops(row, twin):
    for name, values, edges in (
        ("fidelities", twin["chi"], FIDELITIES),
        ("curvatures", twin["kappa"], CURVATURES),
    ):
        assert np.array_equal(row[name], np.histogram(values, edges)[0])
    for name, values, edges in (
        ("range_scales", twin["scales"], SCALES),
        ("range_elements", twin["elements"], ELEMENTS),
    ):
        counts = row[name].reshape(KINDS, -1)
        for kind in range(KINDS):
            here = values[twin["ranges"] == kind - 1]
            assert np.array_equal(counts[kind], np.histogram(here, edges)[0])
    assert row["pairs"] == len(twin["scales"]) == row["range_pairs"].sum()
    assert row["states"] == len(twin["chi"]) == row["fidelities"].sum()
    for kind in range(KINDS):
        here = twin["ranges"] == kind - 1
        assert row["range_pairs"][kind] == here.sum()
        assert row["range_weight"][kind] == pytest.approx(twin["elements"][here].sum())
    weights = np.histogram(twin["omega"], FREQUENCIES, weights=twin["elements"])[0]
    assert row["weights"] == pytest.approx(weights)
    assert row["largest"] == pytest.approx(twin["scales"].max())
    assert row["depolarisation"] == pytest.approx(twin["D"].mean())


def test_the_correlation_is_that_of_the_evolution(row):
    """Of the average over sites; a plateau without its 2^-L would be 16 times as large."""
    circuit = MODEL.sample(3, 1)
    evolved = [bl.analysis.evolved_autocorrelator(circuit, j, 10) for j in range(1, 5)]
    early = TIMES <= 10
    assert row["correlation"][early] == pytest.approx(
        np.mean(evolved, axis=0)[TIMES[early].astype(int)]
    )
    assert row["correlation"][0] == pytest.approx(math.cos(0.06 * math.pi) ** 4)
    assert row["plateau"] == pytest.approx(1 - row["depolarisation"])
    late = row["correlation"][TIMES > 1e5]
    assert abs(late.mean() - row["plateau"]) < 4 * late.std() / math.sqrt(len(late))


def test_levels_and_fields_are_those_of_the_sample(row):
    circuit = MODEL.sample(3, 1)
    theta = bl.diagonalise(circuit).quasienergies
    assert np.array_equal(row["phases"], np.histogram(theta, ANGLES)[0])
    assert np.array_equal(row["fields"], np.histogram(circuit.fields, FIELDS)[0])
    apart = [abs(np.angle(np.exp(1j * (a - b)))) for a in theta for b in theta if a < b]
    spacings = np.array(apart) / (2 * math.pi / 16)
    assert np.array_equal(row["spacings"], np.histogram(spacings, SPACINGS)[0])
    assert row["gap_ratio"] == bl.mean_gap_ratio(theta, periodic=True)


def test_the_control_keeps_the_elements_but_not_what_they_meet():
    """Of another order of the same Z the sum of D is the same, that of chi is not; the counts
    are those of a second run, and each site has an order of its own."""
    (row,), (again,) = (drift_rows(bl.BrickworkCircuit(6, 0.02), 1, 0) for _ in range(2))
    for name in ("fidelities", "curvatures"):
        moved = row[f"{name}_moved"]
        assert moved.sum() == row[name].sum() == row["states"]
        assert np.array_equal(moved, again[f"{name}_moved"])
        assert np.abs(moved - row[name]).sum() > 0.05 * row["states"]
    assert row["weights_moved"].sum() == pytest.approx(row["weights"].sum())
    assert np.abs(row["weights_moved"] - row["weights"]).sum() > 0.1 * row["weights"].sum()


def test_sums_over_pairs_are_those_over_matrices():
    for J, site in ((0.02, 1), (0.25, 4)):
        found = bl.resonances(bl.BrickworkCircuit(6, J).sample(2), site)
        pairs = StatePairs.of(found.quasienergies)
        Z = pairs.of_matrix(found.Z)
        assert pairs.omega == pytest.approx(np.abs(pairs.of_matrix(found.omega)))
        assert pairs.fidelity(Z) == pytest.approx(found.fidelity)
        assert pairs.curvature(Z) == pytest.approx(found.curvature)
        assert pairs.summed(Z) == pytest.approx(found.depolarisation)
        assert np.max(np.abs(pairs.summed(Z * pairs.half_cotangent) - found.curvature)) > 0.1


def test_groups_have_the_counts_of_their_own_values():
    draw = np.random.default_rng(4)
    values, labels = draw.normal(size=500), draw.integers(0, 3, size=500)
    counts = group_counts(values, [-1.0, 0.0, 0.5, 1.0], labels, 4)
    for group in range(4):
        own = bin_counts(values[labels == group], [-1.0, 0.0, 0.5, 1.0])[0]
        assert np.array_equal(counts[group], own)
    assert counts.sum() < 500 and not counts[3].any()
    with pytest.raises(ValueError, match="0 to 1"):
        group_counts(values, [-1.0, 1.0], labels, 2)
    with pytest.raises(ValueError, match="labels"):
        group_counts(values, [-1.0, 1.0], labels[1:], 3)


def test_changes_are_bits_of_sites():
    signs = np.array([[1.0, -1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, -1.0], [1.0, 1.0, 1.0]])
    changes = changed_sites(signs)
    assert changes.dtype == np.uint8
    assert np.array_equal(changes, [[0, 1, 4], [1, 0, 5], [4, 5, 0]])
    assert np.array_equal(ranges_of_changes(changes[0], 4, 2), [-1, 1, 1])
    with pytest.raises(ValueError, match="64 sites"):
        changed_sites(np.ones((65, 2)))


def test_no_bath_is_taken_for_a_circuit():
    with pytest.raises(ValueError, match="BrickworkCircuit"):
        drift_rows(bl.LocalChainBath(4), 1, 0)
