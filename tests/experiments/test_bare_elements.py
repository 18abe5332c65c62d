"""Elements of bare baths: against loops, matrix exponentials and closed forms."""

import numpy as np
import pandas as pd
import pytest
import scipy.linalg
import twin

import bathlab as bl
from bathlab.experiments.bare_elements import TIMES, bare_rows
from bathlab.experiments.bare_laws import bare_chain, bare_matrix, bends, gaussian_bend

SPINS = 6


@pytest.fixture(scope="module")
def row():
    (found,) = bare_rows(bare_chain(SPINS, 1.5, 12.0), 1, 2)
    return found


@pytest.fixture(scope="module")
def by_hand():
    grain = bl.LocalChainBath(SPINS).sample(1, 2 * 64 + SPINS)
    energies, vectors = np.linalg.eigh(grain.hamiltonian)
    return energies, vectors.T @ twin.site(twin.X, SPINS - 1, SPINS) @ vectors


def test_the_diagonal_is_split_as_loops_split_it(row, by_hand):
    energies, V = by_hand
    sigma = row["sigma"]
    # Fields are 1 +- 0.3: h^2 is 1.03 on average.
    assert sigma == pytest.approx(np.sqrt(SPINS * (1.03 + 0.25) + SPINS - 1))
    chosen = [b for b in range(len(energies)) if abs(energies[b]) <= 1.5 * sigma]
    x, own = energies[chosen] / sigma, np.array([V[b, b] for b in chosen])
    fit = np.polyfit(x, own, 3)
    assert row["at_zero"] == pytest.approx(fit[3]) and row["slope"] == pytest.approx(
        fit[2] / sigma
    )
    inner = [b for b in chosen if abs(energies[b]) <= 0.75 * sigma]
    left = [(V[b, b] - np.polyval(fit, energies[b] / sigma)) ** 2 for b in inner]
    assert row["left"] == pytest.approx(np.mean(left) / (1 - 4 / len(chosen)))
    near = [
        V[a, b] ** 2
        for place, a in enumerate(inner)
        for b in range(a + 1, a + 4)
        if place + b - a < len(inner)
    ]
    assert row["near"] == pytest.approx(np.mean(near))


def test_correlators_are_those_of_time_evolution(row, by_hand):
    energies, V = by_hand
    H = np.diag(energies)
    density = 2**SPINS / (np.sqrt(2 * np.pi) * row["sigma"])
    inside = np.abs(energies) <= 0.75
    for place in (3, 8, 12):
        U = scipy.linalg.expm(1j * H * TIMES[place] * density)
        own = np.real(np.diagonal(U @ V @ U.conj().T @ V)) - np.diagonal(V) ** 2
        assert row["exact"][place] == pytest.approx(np.mean(own[inside]), abs=1e-12)
        assert row["scatter"][place] == pytest.approx(np.var(own[inside], ddof=1), abs=1e-12)


def test_v_and_rho_count_what_they_should(row, by_hand):
    energies, V = by_hand
    width = row["omega"][1] - row["omega"][0]
    inside = np.flatnonzero(np.abs(energies) <= 0.75)
    v = np.zeros(len(row["omega"]))
    for a in inside:
        for b in range(len(energies)):
            bin_of = int(abs(energies[a] - energies[b]) / width)
            if a != b and bin_of < len(v):
                v[bin_of] += V[a, b] ** 2 / (2 * width * len(inside))
    assert row["v"] == pytest.approx(v)
    assert row["middle"] == np.mean(np.abs(energies) <= 1)
    assert row["transform"][0] == pytest.approx(row["exact"][0], abs=1e-3)


def test_a_gaussian_density_bends_as_it_says():
    """10^6 levels: the error of the bend is 0.005."""
    levels = np.random.default_rng(1).normal(0, 4.0, 10**6)
    parts = {
        name: [np.mean(np.abs(levels - at) <= 1)] * 2
        for name, at in (("below", -2), ("middle", 0), ("above", 2))
    }
    slope, bend = bends(pd.DataFrame(parts | {"realisation": [0, 1]}))
    assert abs(slope.mean) < 0.025 and abs(bend.mean - gaussian_bend(4.0)) < 0.025
    assert gaussian_bend(4.0) == pytest.approx(4 / 16, rel=0.05)


def test_a_random_matrix_has_an_edge_and_bad_specs_are_refused():
    (found,) = bare_rows(bare_matrix(6, 4.0, 0.5, 6.0), 1, 0)
    assert (
        found["v"][found["omega"] > 3].max() == 0 and found["v"][found["omega"] < 1].min() > 0
    )
    with pytest.raises(ValueError, match="window"):
        bare_matrix(6, 4.0, 0.0, 6.0)
    with pytest.raises(ValueError, match="bare"):
        bare_rows(bl.LocalChainBath(5), 1, 0)
