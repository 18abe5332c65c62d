"""What LIOMs at a grain remember: the measure beside numpy.kron and one dense eigh."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.analysis import entanglement_entropy
from bathlab.conventions import SIGMA_X, SIGMA_Z
from bathlab.experiments import Surroundings, memory_rows
from bathlab.experiments.memory_laws import (
    RESONANT,
    THEORIES,
    deviation,
    half_memory,
    lengths,
    mean_ratio,
    memory_factor,
    misfit,
    strengthening,
)

BATH = bl.RandomMatrixBath(3, bandwidth=6.0)
CHAIN = bl.LiomChain(3, 0.6, 0.3, 0.7, 0.2)


def twin(surroundings, seed, realisation):
    """The rows from full matrices, pair by pair and state by state."""
    grain = surroundings.bath.sample(seed, realisation)
    lioms = surroundings.sample(seed, realisation)
    H, V = np.asarray(grain.hamiltonian), np.asarray(grain.contact)
    rows = []
    for g, field in zip(lioms.couplings, lioms.fields):
        energies, vectors = np.linalg.eigh(H)
        n = len(energies)
        elements = []
        for a in range(n // 4, n - n // 4):
            for b in range(n):
                if abs(abs(energies[a] - energies[b]) - 2 * field) <= 0.5:
                    elements.append(abs(vectors[:, a] @ V @ vectors[:, b]))
        x = g * np.array(elements)
        density = len(x) / (n // 2 if n % 4 == 0 else math.nan) / 2
        H = (
            np.kron(H, np.eye(2))
            + g * np.kron(V, SIGMA_X)
            + field * np.kron(np.eye(n), SIGMA_Z)
        )
        V = np.kron(V, np.eye(2))
        states = np.linalg.eigh(H)[1][:, n // 2 : n + n // 2].T
        Z = np.kron(np.eye(n), SIGMA_Z)
        rows.append(
            {
                "memory": np.mean([(psi @ Z @ psi) ** 2 for psi in states]),
                "entropy": np.mean([entanglement_entropy(psi, (n, 2), 1) for psi in states]),
                "width": energies.std(),
                "rms": density * math.sqrt(np.mean(x**2)),
                "mean": density * np.mean(x),
                "typical": density * math.exp(np.mean(np.log(x))),
            }
        )
    return rows


@pytest.mark.parametrize("sides", [1, 2])
def test_rows_are_those_of_full_matrices(sides):
    surroundings = Surroundings(BATH, CHAIN, sides)
    for row, wanted in zip(memory_rows(surroundings, 3, 1), twin(surroundings, 3, 1)):
        # Rounding of levels grows into vectors by the inverse of the least gap, about 1e3.
        assert {name: row[name] for name in wanted} == pytest.approx(wanted, rel=1e-9)


def test_couplings_of_two_sides_come_in_pairs():
    chain = bl.LiomChain(5, 0.5, 0.8)
    assert Surroundings(BATH, chain, 2).couplings == pytest.approx([0.8, 0.8, 0.4, 0.4, 0.2])
    assert Surroundings(BATH, chain).couplings == pytest.approx(chain.couplings)


def test_an_uncoupled_liom_remembers_all():
    for row in memory_rows(Surroundings(BATH, bl.LiomChain(2, 1.0, 0.0)), 1, 0):
        assert row["memory"] == pytest.approx(1, abs=1e-12)
        assert row["entropy"] == pytest.approx(0, abs=1e-10)
        assert row["rms"] == 0


def table(memory, x, sides=(1, 2), count=6, realisations=40, noise=0.05):
    """Rows of a law memory(rho v-bar) and a growth x(number of LIOM, alpha)."""
    generator, rows = np.random.default_rng(5), []
    for side in sides:
        for spins in (3, 4):
            for alpha in (0.4, 0.6):
                for realisation in range(realisations):
                    for i in range(count):
                        g = alpha ** (i // side)
                        mean = x(i, spins) * g * math.exp(noise * generator.standard_normal())
                        rows.append(
                            {"sides": side, "spins": spins, "alpha": alpha, "liom": i + 1}
                            | {"g": g, "realisation": realisation, "width": 1.0}
                            | {"memory": memory(mean), "mean": mean}
                            | {"rms": mean * 1.25, "typical": mean * 0.7}
                        )
    return pd.DataFrame(rows)


def strengthened(i, spins):
    return 0.12 * 2.0 ** ((i + spins - 3) / 2)


def test_laws_find_what_was_put_in():
    found = table(lambda x: math.exp(-2 * math.pi * x), strengthened)
    factor = memory_factor(found, 0.0, 1.0)
    assert factor.mean == pytest.approx(2 * math.pi, rel=0.02)
    eta = strengthening(found, 0.0, 1.0, "mean")
    assert abs(eta.mean - 1) < 4 * eta.error < 0.2
    assert mean_ratio(found, 1).mean == pytest.approx(0.8)
    assert half_memory(found, "mean").mean == pytest.approx(RESONANT, rel=0.1)
    assert misfit(found, "mean").mean < 0.01
    by_name = {theory.name: deviation(found, theory) for theory in THEORIES}
    assert abs(by_name["exp(-2 pi rho v) = 1/2, strengthened"].mean) < 0.2
    assert abs(by_name["rho v of half memory, strengthened"].mean) < 0.2
    assert by_name["exp(-2 rho v) = 1/2, strengthened"].mean < -1
    assert by_name["rho v of half memory, not strengthened"].mean < -0.3


def test_laws_see_a_liom_that_does_not_strengthen():
    found = table(lambda x: math.exp(-2 * x), lambda i, spins: 0.6 * 2.0 ** ((spins - 3) / 2))
    assert memory_factor(found, 0.0, 1.0).mean == pytest.approx(2, rel=0.02)
    assert abs(strengthening(found, 0.0, 1.0, "mean").mean) < 0.1
    by_name = {theory.name: deviation(found, theory) for theory in THEORIES}
    assert abs(by_name["rho v of half memory, not strengthened"].mean) < 0.2
    assert by_name["exp(-2 pi rho v) = 1/2, strengthened"].mean > 1


def test_a_wider_band_is_no_lack_of_strength():
    rows = table(lambda x: 0.5, strengthened)
    rows["width"] = 1.1 ** rows["liom"]
    for name in ("rms", "mean", "typical"):
        rows[name] /= rows["width"]
    assert strengthening(rows, 0, 1, "mean").mean == pytest.approx(1, abs=0.1)


def test_numbers_of_lioms_stop_at_those_there_are():
    found = lengths(table(lambda x: 0.1, strengthened))
    assert (found["measured"] == found["count"]).all()
    assert (lengths(table(lambda x: 0.9, strengthened))["measured"] == 0).all()
    assert math.isnan(deviation(table(lambda x: 0.9, strengthened), THEORIES[0]).mean)


def test_no_liom_in_a_range_is_no_number():
    found = table(lambda x: 0.5, strengthened)
    assert math.isnan(memory_factor(found, 0.9, 1.0).mean)
    assert math.isnan(strengthening(found, 0.9, 1.0, "rms").mean)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ((CHAIN, CHAIN), "RandomMatrixBath"),
        ((BATH, BATH), "LiomChain"),
        ((BATH, CHAIN, 3), "sides"),
    ],
)
def test_what_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        Surroundings(*arguments)
