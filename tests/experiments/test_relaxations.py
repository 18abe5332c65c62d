"""Relaxation of LIOMs at a grain: rows against dense sums, and what uncoupled ones do."""

import math

import numpy as np
import pytest

import bathlab as bl
from bathlab.experiments import Relaxation, relaxation_rows
from bathlab.experiments.relaxations import fall_rate
from bathlab.model.lioms import liom_energies

TIMES = (0.0, 0.3, 1.0, 4.0, 2e3, 1e5)
BATH, CHAIN = bl.RandomMatrixBath(4, bandwidth=4.2), bl.LiomChain(2)


def test_curves_are_those_of_dense_sums():
    rows = relaxation_rows(Relaxation(BATH, CHAIN, TIMES, 3), 1, 5)
    system = BATH.sample(1, 5).attach(CHAIN)
    fields = system.lioms.fields
    levels, vectors = np.linalg.eigh(system.hamiltonian.toarray())
    states = np.argsort(np.abs(levels))[:3]
    for liom, row in enumerate(rows, 1):
        at = np.array(TIMES) / row["golden_rule"]
        z, x = (vectors.T @ (system.operator(liom, axis) @ vectors[:, states]) for axis in "zx")
        kept = [
            np.cos(np.outer(at, levels - levels[a])) @ z[:, k] ** 2
            for k, a in enumerate(states)
        ]
        assert np.allclose(row["z"], np.mean(kept, axis=0), atol=1e-8)
        own = [z[a, k] ** 2 for k, a in enumerate(states)]
        assert row["plateau"] == pytest.approx(np.mean(own), abs=1e-10)
        assert row["late"] == pytest.approx(row["z"][-2:].mean())
        phases, weight = np.zeros(len(at), complex), 0.0
        for k, a in enumerate(states):
            above = levels > levels[a] + 1e-9
            tones = np.exp(-1j * np.outer(at, levels[above] - levels[a]))
            phases += tones @ x[above, k] ** 2
            weight += (x[above, k] ** 2).sum()
        assert np.allclose(row["x"], np.abs(phases) / weight, atol=1e-8)
        assert row["kinetic_z"][0] == pytest.approx(1) and row["x"][0] == pytest.approx(1)
        assert row["g"] == 0.2 * 0.75 ** (liom - 1) and row["dimension"] == 64
        # G^2 = g^2 v rho and golden rule 4 pi g^2 v, rho that of grain and one LIOM less.
        free = np.add.outer(BATH.sample(1, 5).energies, liom_energies(fields))
        rho = np.exp(-((free / 0.25) ** 2) / 2).sum() / (math.sqrt(math.tau) * 0.25) / 2
        assert row["G"] ** 2 == pytest.approx(row["golden_rule"] * rho / (4 * math.pi))


def test_uncoupled_lioms_keep_all():
    free = Relaxation(BATH, bl.LiomChain(2, g1=0.0), TIMES, 12)
    for row in relaxation_rows(free, 1, 0):
        assert row["plateau"] == pytest.approx(1, abs=1e-12) == row["eth_plateau"]
        for name in ("z", "x", "kinetic_z"):
            assert np.allclose(row[name], 1, atol=1e-9)
        assert row["golden_rule"] == row["G"] == 0
        assert all(math.isnan(row[name]) for name in ("rate", "x_rate", "kinetic_rate"))


def test_the_rate_is_where_a_curve_has_come_down():
    tau = np.array([0.0, *np.geomspace(0.01, 10, 400)])
    assert fall_rate(tau, np.exp(-2.5 * tau)) == pytest.approx(2.5, rel=1e-3)
    assert math.isnan(fall_rate(tau, np.exp(-0.01 * tau)))
    assert math.isnan(fall_rate(tau, np.zeros(401)))
    # From time 0 on there is no logarithm: a straight line, of which 1/e lies at 1 - 1/e.
    assert fall_rate(np.array([0.0, 2.0]), np.array([1.0, 0.0])) == pytest.approx(
        0.5 / (1 - math.exp(-1))
    )


def test_lioms_with_contacts_of_their_own_are_refused():
    with pytest.raises(ValueError, match="sites"):
        Relaxation(BATH, bl.LiomChain(2, sites=[0, 1]), TIMES)
    with pytest.raises(ValueError, match="chain of 0"):
        Relaxation(BATH, bl.LiomChain(0), TIMES)
    with pytest.raises(ValueError, match="times"):
        Relaxation(BATH, CHAIN, (1.0, math.nan))
