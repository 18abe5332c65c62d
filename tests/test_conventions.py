"""Normalisations and random streams."""

import numpy as np
import pytest
from scipy import stats
from twin import X, site

from bathlab.operators.spins import site_operator, spin_operator
from bathlab.streams import Purpose, goe, gue, stream

#: Two-sided false-alarm rate of each chi-square test below.
FALSE_ALARM = 1e-6
DIMENSION, BANDWIDTH = 200, 4.2


def passes_variance_test(matrix, bandwidth):
    """Off-diagonal variance R^2/(4 dim), diagonal twice that, each at rate FALSE_ALARM."""
    dim = len(matrix)
    variance = (bandwidth / 2) ** 2 / (4 * dim)
    off = matrix[np.triu_indices(dim, 1)]
    diagonal = np.diag(matrix)
    levels = [
        stats.chi2.cdf(off @ off / variance, len(off)),
        stats.chi2.cdf(diagonal @ diagonal / (2 * variance), dim),
    ]
    return all(FALSE_ALARM / 2 < level < 1 - FALSE_ALARM / 2 for level in levels)


def test_goe_variance():
    matrix = goe(DIMENSION, BANDWIDTH, np.random.default_rng(1))
    assert np.array_equal(matrix, matrix.T)
    assert passes_variance_test(matrix, BANDWIDTH)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda matrix: (
            matrix - np.diag(np.diag(matrix)) * (1 - np.sqrt(0.5))
        ),  # diagonal as the rest
        lambda matrix: 1.1 * matrix,
        lambda matrix: 2.0 * matrix,  # bandwidth taken for the radius
    ],
)
def test_goe_variance_test_rejects_wrong_samplers(wrong):
    assert not passes_variance_test(
        wrong(goe(DIMENSION, BANDWIDTH, np.random.default_rng(1))), BANDWIDTH
    )


def passes_unitary_test(matrix, bandwidth):
    """Real and imaginary part off the diagonal R^2/(8 dim) each, the diagonal R^2/(4 dim)."""
    dim = len(matrix)
    variance = (bandwidth / 2) ** 2 / (4 * dim)
    off, diagonal = matrix[np.triu_indices(dim, 1)], np.diag(matrix).real
    levels = [
        stats.chi2.cdf(off.real @ off.real / (variance / 2), len(off)),
        stats.chi2.cdf(off.imag @ off.imag / (variance / 2), len(off)),
        stats.chi2.cdf(diagonal @ diagonal / variance, dim),
    ]
    return all(FALSE_ALARM / 2 < level < 1 - FALSE_ALARM / 2 for level in levels)


def test_gue_variance():
    matrix = gue(DIMENSION, BANDWIDTH, np.random.default_rng(1))
    assert np.array_equal(matrix, matrix.conj().T)
    assert passes_unitary_test(matrix, BANDWIDTH)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda matrix: goe(DIMENSION, BANDWIDTH, np.random.default_rng(1)).astype(complex),
        lambda matrix: matrix.real * np.sqrt(2) + 0j,
        lambda matrix: matrix + np.diag(np.diag(matrix)) * (np.sqrt(2) - 1),  # that of GOE
        lambda matrix: np.sqrt(2) * matrix,  # each part with the whole variance
    ],
)
def test_gue_variance_test_rejects_wrong_samplers(wrong):
    matrix = gue(DIMENSION, BANDWIDTH, np.random.default_rng(1))
    assert not passes_unitary_test(wrong(matrix), BANDWIDTH)


@pytest.mark.parametrize("sampler", [goe, gue])
def test_semicircles_are_the_same(sampler):
    levels = np.linalg.eigvalsh(sampler(600, BANDWIDTH, np.random.default_rng(2)))
    # Edges fluctuate by R n^(-2/3)/2 * O(1) = 0.7 % of R (Tracy-Widom); 3 % is four of these.
    assert levels[-1] == pytest.approx(BANDWIDTH / 2, rel=0.03)
    assert levels[0] == pytest.approx(-BANDWIDTH / 2, rel=0.03)
    # A semicircle of radius R has <E^2> = R^2/4; the relative error of tr H^2 is sqrt(2)/n.
    assert np.mean(levels**2) == pytest.approx(BANDWIDTH**2 / 16, rel=0.015)


def test_streams_are_keyed_by_everything():
    keys = [
        (1, 0, Purpose.LIOM_FIELD, 1),
        (2, 0, Purpose.LIOM_FIELD, 1),
        (1, 1, Purpose.LIOM_FIELD, 1),
        (1, 0, Purpose.BATH_FIELD, 1),
        (1, 0, Purpose.LIOM_FIELD, 2),
    ]
    draws = [stream(*key).standard_normal() for key in keys]
    assert len(set(draws)) == len(draws)
    assert draws == [stream(*key).standard_normal() for key in reversed(keys)][::-1]


def test_spin_operator_is_numpy_kron():
    for index in range(3):
        found = spin_operator(X, index, 3)
        assert np.array_equal(found.toarray(), site(X, index, 3))
        assert found.nnz == np.count_nonzero(site(X, index, 3)) == found.data.size
        assert np.array_equal(site_operator("x", index, (2, 2, 2)).data, found.data)
