"""Couplings across treated spots, rotated couplings and resonant partners, against loops."""

import math

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import ortho_group, unitary_group

from bathlab.experiments.microscopic import input_rows
from bathlab.experiments.resonant_pairs import SitePair, pair_rows
from bathlab.experiments.rotated import Rotation, mean_square, rotation_rows
from bathlab.experiments.treated import (
    ELEMENTS,
    GENERATORS,
    TreatedSpot,
    across,
    spot_matrices,
    treated_rows,
)

FIRST, TURNED, CONTROL = GENERATORS


def embedded(spot, near, far):
    """V_a and the generator on (left, right, spot), an element at a time."""
    a, b, t = 2**spot.left, 2**spot.right, 2**spot.thermal
    V, A = np.zeros((2, a * b * t, a * b * t))
    for n in range(a * b * t):
        for m in range(a * b * t):
            i, j, k = n // (b * t), n // t % b, n % t
            p, q, r = m // (b * t), m // t % b, m % t
            V[n, m] = near[i * t + k, p * t + r] * (j == q)
            A[n, m] = far[j * t + k, q * t + r] * (i == p)
    return V, A


@pytest.mark.parametrize("generator", GENERATORS)
def test_couplings_across_are_those_of_loops(generator):
    spot = TreatedSpot(2, 2, 1, 0.7, generator)
    near, far = spot_matrices(spot, 1, 3)
    V, A = embedded(spot, near, far)
    whole = expm(A) @ V @ expm(-A) - V if generator == TURNED else A @ V - V @ A
    assert across(spot, near, far) == pytest.approx(whole, abs=1e-12)
    (row,) = treated_rows(spot, 1, 3)
    levels, size = np.linalg.eigvalsh(whole), np.abs(whole[np.triu_indices(32, 1)])
    assert row["norm"] == pytest.approx(np.abs(levels).max())
    assert row["mean_norm"] == pytest.approx(math.sqrt(np.mean(levels**2)))
    assert row["typical"] == pytest.approx(np.median(size))
    assert row["bound"] == pytest.approx(2 * np.abs(np.linalg.eigvalsh(V)).max())
    top = np.sort(size)[-4:]
    assert row["largest_share"] == pytest.approx(np.sum(top**2) / np.sum(levels**2) * 2)
    inside = (size >= ELEMENTS[0] * row["typical"]) & (size < ELEMENTS[-1] * row["typical"])
    assert row["elements"].sum() == inside.sum() and row["count"] == len(size)
    assert row["strongest"] == pytest.approx(np.median([max(abs(line)) for line in far]))


def test_the_generator_removes_what_couples_the_spot_to_the_right():
    """[A, D] = -V_b for D the levels of spot and spins, whose denominators A has."""
    spot = TreatedSpot(3, 1, 2, 1.0)
    _, A = spot_matrices(spot, 2, 0)
    assert pytest.approx(-A.T) == A
    _, half = spot_matrices(TreatedSpot(3, 1, 2, 1.0, bandwidth=8.0), 2, 0)
    assert not np.allclose(A, half)
    _, weaker = spot_matrices(TreatedSpot(3, 1, 2, 2.0), 2, 0)
    assert weaker == pytest.approx(A * math.exp(-2))
    _, control = spot_matrices(TreatedSpot(3, 1, 2, 1.0, CONTROL), 2, 0)
    assert np.abs(control).max() < np.abs(A).max() / 2  # no small denominators
    assert np.median(np.abs(control)) == pytest.approx(np.median(np.abs(A)), rel=0.2)


@pytest.mark.parametrize("group", ["real", "complex"])
def test_rotated_couplings_have_the_haar_average(group):
    """Fixed seed; the twin's mean of 400 draws has an error of 1 %; five are allowed."""
    haar = {"real": ortho_group, "complex": unitary_group}[group]
    numbers = np.random.default_rng(5)
    V = np.kron(np.eye(4), [[0, 1], [1, 0]])
    off = ~np.eye(8, dtype=bool)
    squares = []
    for _ in range(400):
        U = haar.rvs(8, random_state=numbers)
        squares.append(np.mean(np.abs((U @ V @ U.conj().T)[off]) ** 2))
    assert np.mean(squares) == pytest.approx(mean_square(8, group), rel=0.05)
    (row,) = rotation_rows(Rotation(7, group), 1, 0)
    assert row["norm_change"] < 1e-12
    assert row["square"] == pytest.approx(1, abs=0.02)
    assert row["kurtosis"] == pytest.approx(row["gaussian"], abs=0.2)


@pytest.mark.parametrize("fixed", ["pairs", "states"])
def test_partners_are_counted(fixed):
    (row,) = pair_rows(SitePair(4, 0.05, fixed), 3, 1)
    again = pair_rows(SitePair(4, 0.05, fixed), 3, 1)[0]
    assert row == again
    assert row["partners"] == pytest.approx(15 * row["resonant"])
    assert 1 / 16 <= row["component"] <= 1 and row["sharing"] <= row["partners"]
    more = pair_rows(SitePair(4, 50.0, fixed), 3, 1)[0]
    assert more["component"] == more["sharing"] == 1.0 and more["partners"] > 10
    ratio = 1.0 if fixed == "pairs" else 4 / 16
    base = pair_rows(SitePair(4, 0.05), 3, 1)[0]
    assert row["pair_ratio"] == pytest.approx(ratio * base["pair_ratio"])


def test_what_cannot_be_measured_is_refused():
    for spec, named in (
        (lambda: TreatedSpot(0, 1, 1, 1.0), "thermal"),
        (lambda: TreatedSpot(2, 1, 1, math.nan), "decay"),
        (lambda: TreatedSpot(2, 1, 1, 1.0, "none"), "generator"),
        (lambda: Rotation(3, "quaternion"), "group"),
        (lambda: SitePair(1, 0.1), "local"),
        (lambda: treated_rows(TreatedSpot(60, 1, 1, 1.0), 1, 0), "62 spins"),
        (lambda: input_rows("a spot", 1, 0), "spec"),
    ):
        with pytest.raises(ValueError, match=named):
            spec()
    (row,) = input_rows(TreatedSpot(2, 1, 1, 1.0), 1, 0)
    assert row["watched"] == row["norm"]
