"""Counts of chi and kappa against loops over states and pairs."""

import numpy as np
import pytest

import bathlab as bl
from bathlab.experiments import susceptibility_rows
from bathlab.experiments.pair_counts import SCALES
from bathlab.experiments.susceptible import (
    CURVATURES,
    FIDELITIES,
    K_DECADES,
    SPACINGS,
    X_DECADES,
)
from bathlab.model import RandomUnitary
from bathlab.streams import stream

SPECS = (bl.BrickworkCircuit(4, 0.05), RandomUnitary(4, "CUE"))


def twin(spec, seed, realisation, chord=lambda omega: 2 * np.sin(omega / 2), moved=False):
    """All counts by loops; sigma_j is a matrix of the whole space, omega that of phases."""
    sample = spec.sample(seed, realisation)
    data, n, sites = bl.diagonalise(sample), sample.dimension, sample.sites
    lists = {name: [] for name in ("x", "chi", "k", "kappa", "share", "Omega", "omega", "Z")}
    for site in range(1, sites + 1):
        left, right = np.eye(2 ** (site - 1)), np.eye(2 ** (sites - site))
        sigma = np.kron(np.kron(left, sample.pauli(site)), right)
        Z = np.abs(data.vectors.conj().T @ sigma @ data.vectors) ** 2
        if moved:
            upper = np.triu_indices(n, 1)
            draw = stream(seed, realisation, "rearranged pairs", site)
            Z[upper] = draw.permutation(Z[upper])
            Z = np.triu(Z, 1) + np.triu(Z, 1).T
        for a in range(n):
            x, k = [], []
            for b in set(range(n)) - {a}:
                omega = np.angle(np.exp(1j * (data.quasienergies[a] - data.quasienergies[b])))
                x.append(Z[a, b] / chord(omega) ** 2)
                k.append(Z[a, b] * np.cos(omega / 2) / chord(omega))
                if a < b:
                    found = (x[-1], abs(k[-1]), np.sqrt(Z[a, b]) * abs(omega), abs(omega))
                    for name, value in zip(
                        ("x", "k", "Omega", "omega", "Z"), (*found, Z[a, b])
                    ):
                        lists[name].append(value)
            found = (sum(x), sum(k), max(x) / sum(x))
            for name, value in zip(("chi", "kappa", "share"), found):
                lists[name].append(value)
    return {name: np.array(values) for name, values in lists.items()}


def counted(values, edges, weights=None):
    return np.histogram(values, edges, weights=weights)[0]


def jointly(values, edges, scales):
    return np.histogram2d(values, scales, (edges, SCALES))[0].ravel()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: type(spec).__name__)
def test_counts_are_those_of_loops(spec):
    (row,) = susceptibility_rows(spec, 3, 2)
    t = twin(spec, 3, 2)
    assert np.array_equal(row["x"], counted(t["x"], FIDELITIES))
    assert np.array_equal(row["chi"], counted(t["chi"], FIDELITIES))
    assert np.array_equal(row["k"], counted(t["k"], CURVATURES))
    assert np.array_equal(row["kappa"], counted(abs(t["kappa"]), CURVATURES))
    assert np.array_equal(row["kappa_positive"], counted(t["kappa"], CURVATURES))
    assert 0 < row["kappa_positive"].sum() < row["kappa"].sum()
    assert np.allclose(row["chi_share"], counted(t["chi"], FIDELITIES, t["share"]))
    for name in ("Omega", "omega", "Z"):
        assert np.array_equal(row[f"x_{name}"], jointly(t["x"], X_DECADES, t[name]))
    assert np.array_equal(row["k_Z"], jointly(t["k"], K_DECADES, t["Z"]))
    assert np.allclose(row["chi_Omega"], counted(t["Omega"], SCALES, 2 * t["x"]))
    assert row["chi_Omega"].sum() == pytest.approx(t["chi"].sum())
    spacings = t["omega"][: 16 * 15 // 2] * 16 / (2 * np.pi)
    assert np.array_equal(row["spacings"], counted(spacings, SPACINGS))
    assert (row["pairs"], row["states"]) == (len(t["x"]), len(t["chi"]))
    for name, value in (("mean", np.mean(t["chi"])), ("median", np.median(t["chi"]))):
        assert row[f"{name}_chi"] == pytest.approx(value)
    assert row["log_chi"] == pytest.approx(np.mean(np.log10(t["chi"])))
    assert row["residual"] < 1e-13


def test_another_formula_gives_other_counts():
    """The printed x = Z/omega^2, and one that takes omega for a third more."""
    (row,) = susceptibility_rows(SPECS[0], 3, 2)
    for chord in (abs, lambda omega: 2.7 * np.sin(omega / 2)):
        wrong = twin(SPECS[0], 3, 2, chord)
        assert not np.array_equal(row["x"], counted(wrong["x"], FIDELITIES))
        assert not np.array_equal(row["chi"], counted(wrong["chi"], FIDELITIES))


def test_the_control_has_the_same_elements_at_other_pairs():
    (row,) = susceptibility_rows(SPECS[0], 1, 0)
    t = twin(SPECS[0], 1, 0, moved=True)
    for name, edges in (("x", FIDELITIES), ("chi", FIDELITIES), ("k", CURVATURES)):
        assert np.array_equal(row[f"{name}_moved"], counted(t[name], edges))
        assert not np.array_equal(row[f"{name}_moved"], row[name])
    assert np.array_equal(row["kappa_moved"], counted(abs(t["kappa"]), CURVATURES))


def test_without_coupling_nothing_answers():
    (row,) = susceptibility_rows(bl.BrickworkCircuit(4, 0.0), 1, 1)
    assert row["x"].sum() == row["chi"].sum() == 0 and row["mean_chi"] < 1e-20
    assert all(np.all(np.isfinite(cell)) for cell in row.values())


def test_no_bath_is_taken_for_a_circuit():
    with pytest.raises(ValueError, match="BrickworkCircuit or RandomUnitary"):
        susceptibility_rows(bl.LocalChainBath(4), 1, 0)
