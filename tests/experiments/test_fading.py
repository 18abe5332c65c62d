"""Elements of the farthest spin of a sun: against full diagonalisation by hand, and loops."""

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.experiments import FadingSun, fading_rows
from bathlab.experiments.fading import MOST_SPINS, fluctuations


def by_loops(energies, elements):
    m, diagonal = len(energies), np.diag(elements)
    design = np.stack([np.ones(m), energies - energies.mean()], axis=1)
    line = design @ np.linalg.lstsq(design, diagonal, rcond=None)[0]
    squares = [elements[a, b] ** 2 for a in range(m) for b in range(a + 1, m) if b - a <= 2]
    return {
        "diagonal": np.sum((diagonal - line) ** 2) / (m - 2),
        "next": np.mean(squares),
        "next_log": np.mean(np.log(squares)),
        "next_fourth": np.mean(np.square(squares)),
    }


def test_fluctuations_are_those_of_loops():
    numbers = np.random.default_rng(3)
    elements = numbers.standard_normal((9, 9))
    energies, elements = np.sort(numbers.uniform(size=9)), elements + elements.T
    found, wanted = fluctuations(energies, elements), by_loops(energies, elements)
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, rel=1e-10)
    sloped = elements + np.diag(3 - 7 * energies)  # a smooth <O>(E) is no fluctuation
    assert fluctuations(energies, sloped)["diagonal"] == pytest.approx(found["diagonal"])


@pytest.mark.parametrize("solved", [2048, 0])
def test_a_row_is_that_of_a_full_diagonalisation(solved):
    sun = bl.QuantumSun(grain_spins=2, lioms=5, alpha=0.8)
    (row,) = fading_rows(FadingSun(sun, 8, solved), 3, 4)
    H = sun.sample(3, 4 * MOST_SPINS + 7).hamiltonian.toarray()
    energies, vectors = np.linalg.eigh(H)
    nearest = np.sort(np.argsort(np.abs(energies - np.trace(H) / 128))[:8])
    for axis, pauli in (("z", twin.Z), ("x", twin.X)):
        elements = vectors.T @ twin.site(pauli, 6, 7) @ vectors
        inside = elements[np.ix_(nearest, nearest)]
        for name, value in by_loops(energies[nearest], inside).items():
            assert row[f"{axis}_{name}"] == pytest.approx(value, rel=1e-6, abs=1e-9)
        depth = np.mean([-np.log(np.sum(elements[:, a] ** 4)) for a in nearest])
        found = row[f"{axis}_participation"]
        assert np.isnan(found) if not solved else found == pytest.approx(depth, rel=1e-8)
    assert row["n"] == 128 and row["residual"] < 1e-8


def test_another_alpha_has_the_same_disorder():
    rows = [
        fading_rows(FadingSun(bl.QuantumSun(2, 3, alpha), 8), 1, 0)[0] for alpha in (0.9, 0.9)
    ]
    assert rows[0] == rows[1]
    with pytest.raises(ValueError, match="lioms"):
        FadingSun(bl.QuantumSun(2, 0), 4)
