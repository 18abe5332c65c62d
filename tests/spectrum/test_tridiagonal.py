"""Outer eigenvector components of tridiagonal matrices, against dense solutions and exact
sums."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bathlab.conventions import RealArray
from bathlab.spectrum.tridiagonal import divide
from bathlab.spectrum.tridiagonal.divide import LEAST, SMALL, Blocks, tridiagonal_rows

#: Relative to the norm. Most of it is for the dense reference: against bisection LAPACK's
#: solver is off by 8e-15 at order 600, this one by 6e-16.
LEVEL_TOLERANCE = 2e-14
#: A weight of a cluster moves by the backward error over the gap to other clusters, within the
#: share of the two; 1e-13 leaves room for gaps of a tenth of the norm and some cancellation.
WEIGHT_TOLERANCE = 1e-13
#: Where close levels are not one cluster, the backward error of 1e-15 over their distance
#: counts:
#: 1e-8 between glued copies (entering squared for nearly all), 1e-5 within the narrow band.
CLOSE_TOLERANCE = {"glued wilkinson": 1e-10, "two bands": 5e-12}
#: Levels closer than this share of the norm are summed: within it vectors are not determined.
CLUSTER = 1e-9


def random_normal(size: int) -> tuple[RealArray, RealArray]:
    generator = np.random.default_rng(size)
    return generator.normal(size=size), generator.normal(size=size - 1)


def wilkinson(size: int) -> tuple[RealArray, RealArray]:
    return np.abs(np.arange(size) - (size - 1) / 2), np.ones(size - 1)


def glued_wilkinson(copies: int) -> tuple[RealArray, RealArray]:
    diagonal, offdiagonal = wilkinson(21)
    glued = np.tile(np.append(offdiagonal, 1e-8), copies)[:-1]
    return np.tile(diagonal, copies), glued


def with_zeros(size: int) -> tuple[RealArray, RealArray]:
    diagonal, offdiagonal = random_normal(size)
    offdiagonal[::7] = 0
    return diagonal, offdiagonal


def graded(size: int) -> tuple[RealArray, RealArray]:
    scales = np.logspace(0, -12, size)
    return scales, 0.3 * scales[1:]


MATRICES = {
    "wilkinson": wilkinson(81),
    "wilkinson, even": wilkinson(60),
    "glued wilkinson": glued_wilkinson(9),
    "1-2-1": (np.full(300, 2.0), np.ones(299)),
    "constant diagonal": (np.full(301, -3.0), random_normal(301)[1]),
    "zeros": with_zeros(200),
    "graded": graded(120),
    "graded upwards": tuple(row[::-1] for row in graded(120)),
    "all levels equal": (np.full(40, 5.0), np.zeros(39)),
    "zero matrix": (np.zeros(17), np.zeros(16)),
    "identical blocks": (np.tile([1.0, 2.0], 60), np.tile([0.5, 0.0], 60)[:-1]),
    "tiny coupling": (random_normal(90)[0], np.full(89, 1e-9)),
    "negative coupling": (random_normal(150)[0], -np.ones(149)),
    **{
        f"random {size}": random_normal(size)
        for size in (1, 2, 3, 4, 5, 7, 31, 32, 33, 63, 64, 65, 127, 129, 255, 257, 400)
    },
}


def clusters(levels: RealArray, width: float) -> RealArray:
    """The index where each group of sorted levels begins."""
    return np.flatnonzero(np.diff(levels, prepend=-np.inf) > width)


def check_against_dense(diagonal: RealArray, offdiagonal: RealArray, tolerance: float) -> None:
    matrix = np.diag(diagonal) + np.diag(offdiagonal, 1) + np.diag(offdiagonal, -1)
    levels, vectors = np.linalg.eigh(matrix)
    norm = np.abs(levels).max() or 1.0
    theta, first, last = tridiagonal_rows(diagonal, offdiagonal)
    assert np.all(np.diff(theta) >= 0)
    assert np.abs(theta - levels).max() <= LEVEL_TOLERANCE * norm
    begin = clusters(levels, CLUSTER * norm)
    expected = [vectors[0] ** 2, vectors[-1] ** 2, vectors[0] * vectors[-1]]
    for mine, exact in zip([first**2, last**2, first * last], expected):
        difference = np.add.reduceat(mine, begin) - np.add.reduceat(exact, begin)
        assert np.abs(difference).max() <= tolerance


def check_sums(diagonal: RealArray, offdiagonal: RealArray) -> None:
    """Identities of an orthogonal eigenvector matrix: exact up to rounding of their sums."""
    theta, first, last = tridiagonal_rows(diagonal, offdiagonal)
    matrix = np.diag(diagonal) + np.diag(offdiagonal, 1) + np.diag(offdiagonal, -1)
    norm = np.abs(theta).max() or 1.0
    power = np.eye(len(diagonal))
    for k in range(4):
        for left, right, row, column in (
            (first, first, 0, 0),
            (last, last, -1, -1),
            (first, last, 0, -1),
        ):
            moment = np.sum(left * right * (theta / norm) ** k)
            assert abs(moment - power[row, column]) <= LEVEL_TOLERANCE
        power = power @ (matrix / norm)


@pytest.mark.parametrize("name", MATRICES)
def test_levels_and_weights_are_those_of_the_dense_matrix(name: str) -> None:
    check_against_dense(*MATRICES[name], CLOSE_TOLERANCE.get(name, WEIGHT_TOLERANCE))


@pytest.mark.parametrize("name", MATRICES)
def test_rows_are_orthonormal_and_reproduce_the_moments(name: str) -> None:
    check_sums(*MATRICES[name])


ENTRIES = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 2.0, 1e-8, 1e-16]), st.floats(-3, 3, allow_subnormal=False)
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(ENTRIES, ENTRIES), min_size=1, max_size=40))
def test_any_small_matrix_keeps_its_levels_and_moments(
    entries: list[tuple[float, float]],
) -> None:
    # Individual weights are not compared: repeated entries bring levels arbitrarily close.
    diagonal, offdiagonal = np.array(entries).T
    check_sums(diagonal, offdiagonal[:-1])
    matrix = np.diag(diagonal) + np.diag(offdiagonal[:-1], 1) + np.diag(offdiagonal[:-1], -1)
    levels = np.linalg.eigvalsh(matrix)
    theta, _, _ = tridiagonal_rows(diagonal, offdiagonal[:-1])
    assert np.abs(theta - levels).max() <= LEVEL_TOLERANCE * np.abs(levels).max(initial=0)


def lanczos(levels: RealArray, start: RealArray, steps: int) -> tuple[RealArray, RealArray]:
    """Plain recurrence on diag(levels): loses orthogonality and repeats levels."""
    diagonal, offdiagonal = np.empty(steps), np.empty(steps)
    previous, vector, size = np.zeros_like(start), start, 0.0
    for k in range(steps):
        following = levels * vector - size * previous
        diagonal[k] = vector @ following
        following -= diagonal[k] * vector
        size = offdiagonal[k] = np.linalg.norm(following)
        previous, vector = vector, following / size
    return diagonal, offdiagonal[:-1]


def goe_levels(dimension: int) -> RealArray:
    matrix = np.random.default_rng(5).normal(size=(dimension, dimension))
    levels = np.linalg.eigvalsh(matrix + matrix.T)
    return levels / np.abs(levels).max()


def ghosts(levels: RealArray) -> tuple[RealArray, RealArray, RealArray]:
    """Start weights and the matrix of a recurrence four times as long as the dimension."""
    start = np.random.default_rng(7).normal(size=len(levels))
    start /= np.linalg.norm(start)
    return start**2, *lanczos(levels, start, 4 * len(levels))


GHOSTS = {
    "linear": np.linspace(-1, 1, 200),
    "goe": goe_levels(200),
    "two bands": np.concatenate([np.linspace(0, 1e-3, 100), np.linspace(1, 2, 100)]),
    "large": goe_levels(1500),
}


@pytest.mark.parametrize("name", GHOSTS)
def test_ghost_clusters_carry_the_exact_weights(name: str) -> None:
    levels = GHOSTS[name]
    weights, diagonal, offdiagonal = ghosts(levels)
    theta, first, _ = tridiagonal_rows(diagonal, offdiagonal)
    summed, stray = gathered(theta, first**2, levels)
    assert np.count_nonzero(np.diff(theta) < CLUSTER) > len(levels)  # there are ghosts
    assert np.abs(summed - weights).max() <= CLOSE_TOLERANCE.get(name, WEIGHT_TOLERANCE)
    # Values between the levels carry no weight once every level has converged.
    assert stray <= WEIGHT_TOLERANCE


def gathered(
    theta: RealArray, weights: RealArray, levels: RealArray
) -> tuple[RealArray, float]:
    """Weight within the cluster distance of each level, and what is left over."""
    nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, theta)
    inside = np.abs(theta - levels[nearest]) <= CLUSTER * np.ptp(levels)
    summed = np.bincount(nearest[inside], weights[inside], len(levels))
    return summed, float(weights[~inside].sum())


@pytest.mark.parametrize("scale", [1e8, 1e-8, 1e-200, 1e200])
def test_scaled_matrix_has_the_same_components(scale: float) -> None:
    _, diagonal, offdiagonal = ghosts(GHOSTS["goe"])
    theta, first, last = tridiagonal_rows(diagonal, offdiagonal)
    scaled = tridiagonal_rows(scale * diagonal, scale * offdiagonal)
    levels = GHOSTS["goe"]
    assert np.abs(scaled[0] / scale - theta).max() <= LEVEL_TOLERANCE
    for mine, reference in zip(scaled[1:], (first, last)):
        # The input is rounded by the scaling, which moves weight within clusters only.
        difference = (
            gathered(scaled[0] / scale, mine**2, levels)[0]
            - gathered(theta, reference**2, levels)[0]
        )
        assert np.abs(difference).max() <= WEIGHT_TOLERANCE


def test_power_of_two_scales_to_the_last_bit() -> None:
    diagonal, offdiagonal = random_normal(100)
    theta, first, last = tridiagonal_rows(diagonal, offdiagonal)
    scaled = tridiagonal_rows(2.0**30 * diagonal, 2.0**30 * offdiagonal)
    assert all(np.array_equal(*pair) for pair in zip(scaled, (2.0**30 * theta, first, last)))


def test_shift_costs_only_the_rounding_of_the_shifted_input() -> None:
    weights, diagonal, offdiagonal = ghosts(GHOSTS["linear"])
    theta, first, _ = tridiagonal_rows(diagonal + 1e6, offdiagonal)
    # The diagonal is rounded at 1e6: levels to 1e-10, far below their spacing of 1e-2. Weights
    # move by that over the spacing, times the largest weight of about 0.05.
    summed, _ = gathered(theta - 1e6, first**2, GHOSTS["linear"])
    assert np.abs(summed - weights).max() <= 1e-9
    centre = (diagonal + 1e6) - 1e6
    unshifted, reference, _ = tridiagonal_rows(centre, offdiagonal)
    expected, _ = gathered(unshifted, reference**2, GHOSTS["linear"])
    assert np.abs(theta - 1e6 - unshifted).max() <= 2e-10  # one rounding unit of 1e6
    assert np.abs(summed - expected).max() <= WEIGHT_TOLERANCE


def test_far_poles_are_summed_as_accurately_as_near_ones() -> None:
    # Too large for a dense reference, but known: the 1-2-1 matrix of order K has levels
    # 2 - 2 cos(pi j/(K+1)) and weights 2/(K+1) sin^2(pi j/(K+1)).
    size = 5000
    angle = np.pi * np.arange(1, size + 1) / (size + 1)
    theta, first, last = tridiagonal_rows(np.full(size, 2.0), -np.ones(size - 1))
    assert np.abs(theta - (2 - 2 * np.cos(angle))).max() <= 4 * LEVEL_TOLERANCE  # norm 4
    for row in (first, last):
        assert np.abs(row**2 - 2 / (size + 1) * np.sin(angle) ** 2).max() <= WEIGHT_TOLERANCE
    assert np.abs(np.sum(first * last)) <= LEVEL_TOLERANCE


def test_input_is_untouched_and_result_is_repeatable() -> None:
    diagonal, offdiagonal = random_normal(300)
    copies = diagonal.copy(), offdiagonal.copy()
    once, again = (
        tridiagonal_rows(diagonal, offdiagonal),
        tridiagonal_rows(diagonal, offdiagonal),
    )
    assert all(np.array_equal(*pair) for pair in zip(once, again))
    assert np.array_equal(diagonal, copies[0]) and np.array_equal(offdiagonal, copies[1])


def test_blocks_in_common_give_the_bits_of_a_matrix_alone(monkeypatch) -> None:
    """Leading parts in any order; another matrix; one with larger entries at its end."""
    blocks, solved = Blocks(), []
    conquer = divide.conquer
    monkeypatch.setattr(
        divide, "conquer", lambda *block: (solved.append(block[0].shape[1]), conquer(*block))
    )
    diagonal, offdiagonal = random_normal(5 * LEAST + 100)
    diagonal[3:5], offdiagonal[:2] = [9.0, -9.0], [-9.0, 0.0]
    for size in (4 * LEAST, 4 * LEAST - 200, 900, 5 * LEAST + 100, 5 * LEAST, 3000):
        given_ = diagonal[:size], offdiagonal[: size - 1]
        alone = tridiagonal_rows(*given_)
        solved.clear()
        assert all(map(np.array_equal, tridiagonal_rows(*given_, blocks), alone))
        assert size != 5 * LEAST or solved == [LEAST, size]
    other = diagonal.copy()
    other[0] += 1e-3
    for changed in (other, diagonal, diagonal[::-1]):
        found = tridiagonal_rows(changed, offdiagonal, blocks)
        alone = tridiagonal_rows(changed, offdiagonal)
        assert all(map(np.array_equal, found, alone))
    for larger in (15.0, 1e6):
        last = np.append(diagonal, larger), np.append(offdiagonal, 1.0)
        tridiagonal_rows(diagonal, offdiagonal, blocks)
        found, alone = tridiagonal_rows(*last, blocks), tridiagonal_rows(*last)
        assert found[0] == pytest.approx(alone[0], abs=1e-14 * larger)
        assert found[1] ** 2 @ found[0] ** 3 == pytest.approx(alone[1] ** 2 @ alone[0] ** 3)


def test_two_threads_at_once_give_the_bits_of_one() -> None:
    inputs = [random_normal(size) for size in (3000, 3001)]
    alone = [tridiagonal_rows(*given) for given in inputs]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda given: tridiagonal_rows(*given), inputs))
    for one, other in zip(alone, together):
        assert all(np.array_equal(*pair) for pair in zip(one, other))


@pytest.mark.parametrize(
    "size", [SMALL - 1, SMALL, SMALL + 1, 2 * SMALL, 2 * SMALL + 1, 3 * SMALL]
)
def test_orders_about_the_smallest_blocks(size: int) -> None:
    for matrix in (random_normal(size), with_zeros(size), (np.zeros(size), np.ones(size - 1))):
        check_against_dense(*matrix, WEIGHT_TOLERANCE)
        check_sums(*matrix)


def test_strided_integers_are_accepted() -> None:
    diagonal, offdiagonal = np.arange(20), np.ones(40, dtype=int)
    theta, first, _ = tridiagonal_rows(diagonal[::2], offdiagonal[::4][:-1])
    expected, weight, _ = tridiagonal_rows(np.arange(0.0, 20.0, 2.0), np.ones(9))
    assert np.array_equal(theta, expected) and np.array_equal(first, weight)


@pytest.mark.parametrize(
    "diagonal, offdiagonal, message",
    [
        ([], [], "0 diagonal and 0 off-diagonal"),
        ([1.0, 2.0], [1.0, 2.0], "expected K >= 1 and K - 1"),
        ([[1.0, 2.0]], [1.0], "one-dimensional"),
        ([1.0, 2.0], 1.0, "one-dimensional"),
        ([1.0, 2j], [1.0], "real numbers"),
        ([1.0, np.nan], [1.0], r"diagonal\[1\] = nan"),
        ([1.0, 2.0], [np.inf], r"offdiagonal\[0\] = inf"),
    ],
)
def test_unusable_input_is_named(diagonal: Any, offdiagonal: Any, message: str) -> None:
    offdiagonal = np.array(offdiagonal, dtype=float)
    diagonal = np.array(diagonal, dtype=None if len(diagonal) else float)
    with pytest.raises(ValueError, match=message):
        tridiagonal_rows(diagonal, offdiagonal)


@pytest.mark.slow
def test_a_compiling_and_a_loading_process_give_the_same_bits(tmp_path):
    """Workers may load from the cache what the first process compiled: no bit may differ."""
    script = (
        "import hashlib, numpy as np; "
        "from bathlab.spectrum.tridiagonal.divide import tridiagonal_rows as rows; "
        "rng = np.random.default_rng(0); "
        "found = rows(rng.standard_normal(3000), rng.random(2999)); "
        "print(hashlib.sha256(b''.join(part.tobytes() for part in found)).hexdigest())"
    )
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    hashes = [
        subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]
    assert any(tmp_path.rglob("*.nbc"))  # the second process had something to load
    assert hashes[0] == hashes[1] != ""
