"""All that is compared of a bath, against slow twins."""

import dataclasses
import math

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.experiments.comparison import Comparison, comparison_rows
from bathlab.experiments.thermalisation import Sweep

COUPLINGS = (0.1, 0.6)


@pytest.mark.parametrize(
    "bath",
    [
        bl.LocalChainBath(5),
        bl.EnlargedBath(bl.LocalChainBath(4), bl.LiomChain(1)),
        bl.RandomMatrixBath(5, bandwidth=13.0),
    ],
)
def test_a_comparison_is_that_of_the_twin(bath):
    g, window, seed, realisation = 0.8, 2.0, 1, 4
    sweep = Sweep("x", bath, COUPLINGS, 1.0, 0.5, 1)
    (row,) = comparison_rows(Comparison(sweep, g, window, 10.0, 3.0, 41), seed, realisation)
    grain = bath.sample(seed, realisation)
    H, contact, probe = grain.hamiltonian, grain.contact, grain.probe
    n = len(H)
    energies, vectors = np.linalg.eigh(H)
    V, W = (vectors.T @ operator @ vectors for operator in (contact, probe))
    middle = np.diff(energies[n // 4 : n - n // 4])
    assert row["gap_ratio"] == pytest.approx(
        np.mean([min(pair) / max(pair) for pair in zip(middle, middle[1:])])
    )
    inside = [b for b in range(n) if abs(energies[b]) <= window / 2]
    assert row["rho"] == len(inside) / window
    edges = np.linspace(-10, 10, 42)
    assert row["share"] == pytest.approx(
        np.histogram(energies, edges)[0] / n / np.diff(edges), abs=1e-12
    )
    for name, matrix in (("contact", V), ("probe", W)):
        below = [
            sum(
                matrix[b, c] ** 2
                for b in inside
                for c in range(n)
                if energies[b] - energies[c] <= edge
            )
            for edge in edges[1:-1]
        ]
        cumulative = np.cumsum(row[f"v_{name}"] * np.diff(edges))[:-1]
        left = sum(
            matrix[b, c] ** 2
            for b in inside
            for c in range(n)
            if energies[b] - energies[c] < edges[0]
        )
        assert cumulative == pytest.approx((np.array(below) - left) / len(inside), abs=1e-9)
        assert row[f"integral_{name}"] == pytest.approx(1, abs=1e-12)
        assert row[f"square_{name}"] == pytest.approx(1, abs=1e-12)
    one = np.argmin(np.abs(energies))
    assert row["log_ipr_bath"] == pytest.approx(-math.log(np.sum(W[one] ** 4)), abs=1e-9)
    assert row["golden_rule"] == pytest.approx(math.pi * g**2 * flip(energies, V, window))
    assert row["G_per_g"] == grain.g_parameter(1.0, 1.0)
    assert row["second_moment"] == pytest.approx(g**2, abs=1e-12)
    coupled_twin(row, grain, energies, vectors, g)
    swept_twin(row, sweep, grain, seed, realisation)


def flip(energies, V, window):
    """v(2h), h = 1, by loops: from E_b near -+1 up or down by 2."""
    values = []
    for sign in (1, -1):
        start = [b for b, E in enumerate(energies) if abs(E - sign) <= window / 2]
        values.append(
            sum(
                V[b, c] ** 2
                for b in start
                for c, E in enumerate(energies)
                if abs(energies[b] - E - 2 * sign) <= window / 2
            )
            / len(start)
            / window
        )
    return np.mean(values)


def coupled_twin(row, grain, energies, vectors, g):
    """k(omega) and its half-width of a spin with h = 1."""
    levels, states = np.linalg.eigh(twin.coupled(grain.hamiltonian, grain.contact, [1.0], [g]))
    nearest = np.argmin(np.abs(levels))
    assert row["energy"] == pytest.approx(levels[nearest], abs=1e-10)
    weights = (vectors.T @ states[:, nearest].reshape(-1, 2)) ** 2
    omega = energies[:, None] + np.array([1.0, -1.0]) - levels[nearest]
    counts, edges = np.histogram(omega, np.linspace(-3, 3, 42), weights=weights)
    assert row["k"] == pytest.approx(counts / np.diff(edges), abs=1e-9)
    within = weights[np.abs(omega) <= row["halfwidth"] + 1e-9].sum()
    short = weights[np.abs(omega) < row["halfwidth"] - 1e-9].sum()
    assert short < 0.5 <= within


def swept_twin(row, sweep, grain, seed, realisation):
    """Delta D of a spin with the field of its place."""
    first = grain.system.lioms.count + 1
    field = sweep.spin(1.0).sample(seed, realisation, first=first).fields
    assert row["spin_field"] == field[0] and tuple(row["g"]) == COUPLINGS
    probe = np.kron(grain.probe, np.eye(2))
    alone, *values = (
        twin.participation(twin.coupled(grain.hamiltonian, grain.contact, field, [g]), probe)
        for g in (0.0, *COUPLINGS)
    )
    assert row["delta_log_ipr"] == pytest.approx(np.array(values) - alone, abs=1e-9)
    assert row["G"] == pytest.approx([grain.g_parameter(g, field[0]) for g in COUPLINGS])


def test_several_states_are_averaged():
    sweep = Sweep("x", bl.LocalChainBath(5), COUPLINGS, 1.0, 0.5, 3)
    comparison = Comparison(sweep, 0.8, 2.0, 10.0, 3.0, 41)
    (row,) = comparison_rows(comparison, 1, 0)
    (single,) = comparison_rows(
        dataclasses.replace(comparison, sweep=dataclasses.replace(sweep, states=1)), 1, 0
    )
    assert not np.allclose(row["k"], single["k"])
    assert row["second_moment"] == pytest.approx(0.64, abs=1e-12)
    assert np.allclose(row["delta_log_ipr"], row["log_ipr"] - row["log_ipr_reference"])
    system = bl.couple(sweep.bath, bl.LiomChain(1, g1=0.8, disorder=0.0)).sample(1, 0)
    widths = [
        bl.hybridisation(system, state, [-1, 1]).halfwidth
        for state in bl.eigenstates_near(system, 0.0, 3)
    ]
    assert row["halfwidth"] == pytest.approx(np.mean(widths))
