"""Gap ratios of degenerate levels and of Hamiltonians that conserve something."""

import warnings

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.errors import SeveralSectors
from bathlab.operators import sectors_of

UP = np.array([[0.0, 1.0], [0.0, 0.0]])


def ring(fields):
    """sum_i h_i sigma^z_i + sigma_i . sigma_i+1, a Heisenberg ring in random fields."""
    spins = len(fields)
    H = np.diag(np.zeros(2**spins))
    for i, field in enumerate(fields):
        j = (i + 1) % spins
        H += field * twin.site(twin.Z, i, spins)
        H += twin.pair(twin.Z, i, twin.Z, j, spins)
        hop = twin.pair(UP, i, UP.T, j, spins)
        H += 2 * (hop + hop.T)
    return H


@pytest.mark.parametrize("constant", [0.0, 1e5])
@pytest.mark.parametrize("copies", [2, 5])
def test_a_multiplet_that_a_solver_splits_is_one_level(constant, copies):
    """Each level several times over, with the spaces between copies turned at random."""
    rng = np.random.default_rng(4)
    A = rng.standard_normal((60, 60))
    turn = np.kron(np.eye(60), np.linalg.qr(rng.standard_normal((copies, copies)))[0])
    H = turn @ np.kron(A + A.T, np.eye(copies)) @ turn.T + constant * np.eye(60 * copies)
    energies = np.linalg.eigvalsh((H + H.T) / 2)
    gaps = np.diff(energies)
    assert np.count_nonzero((gaps > 0) & (gaps < 1e-8)) > 30  # it does
    exact = np.repeat(np.linalg.eigvalsh(A + A.T) + constant, copies)
    assert bl.mean_gap_ratio(energies) == bl.mean_gap_ratio(exact) == 0
    # One of each multiplet is an ordinary spectrum.
    assert bl.mean_gap_ratio(energies[::copies]) == pytest.approx(
        bl.mean_gap_ratio(exact[::copies]), rel=1e-4
    )


def test_a_small_gap_is_a_gap():
    assert bl.mean_gap_ratio([0.0, 1e-12, 3e-12, 1.0]) == pytest.approx(0.25, rel=1e-3)
    assert bl.mean_gap_ratio([-1e-30, 0.0, 2e-30]) == pytest.approx(0.5)


def test_several_spectra_are_averaged_ratio_by_ratio():
    """Gaps 1 and 2; 1, 2 and 3; a spectrum of two levels has no ratio."""
    several = [[0.0, 1.0, 3.0], np.array([0.0, 1.0, 3.0, 6.0]), (5.0, 6.0)]
    assert bl.mean_gap_ratio(several) == pytest.approx((1 / 2 + 1 / 2 + 2 / 3) / 3)
    assert bl.mean_gap_ratio(np.array([0, 1, 3.0])) == bl.mean_gap_ratio([[0, 1, 3]])
    for wrong in ([[0.0, 1.0], [2.0]], [[0.0, 1.0, np.nan]], [1.0, [0.0, 1.0, 3.0]], [], [[]]):
        with pytest.raises(ValueError):
            bl.mean_gap_ratio(wrong)
    with pytest.raises(ValueError):
        bl.mean_gap_ratio(np.zeros((3, 3)))  # a matrix is no list of spectra


def test_systems_are_taken_and_several_sectors_told():
    H = ring([0.4, -0.7, 0.1, 0.9])
    grain = bl.GivenBath(H, twin.site(twin.Z, 0, 4), twin.site(twin.Z, 1, 4)).sample(1)
    for whole in (grain, bl.diagonalise(H)):
        with pytest.warns(SeveralSectors, match="5 sectors"):
            assert bl.mean_gap_ratio(whole) == bl.mean_gap_ratio(grain.energies)
    blocks = [np.linalg.eigvalsh(H[np.ix_(s.states, s.states)]) for s in grain.sectors()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert bl.mean_gap_ratio(grain.sectors()) == pytest.approx(bl.mean_gap_ratio(blocks))
        assert bl.mean_gap_ratio(bl.LocalChainBath(5).sample(1)) > 0


@pytest.mark.slow
def test_a_chaotic_ring_that_conserves_magnetisation_is_chaotic_in_each_sector():
    """r of the middle halves of the five largest sectors of ten spins, eight realisations.

    Some 440 ratios each, which scatter by 0.28: a standard error of 0.005 with the scatter
    between realisations. 0.5307 is met within 5 of these, and so is Poisson by all levels
    together (between 0.386 and 0.41, since five series are not quite uncorrelated): false
    alarms below 1e-5.
    """
    per_sector, together = [], []
    for seed in range(8):
        fields = np.random.default_rng(seed).uniform(-1.5, 1.5, 10)
        sectors = [s for s in sectors_of(ring(fields)) if s.dimension > 100]
        assert len(sectors) == 5
        levels = [np.linalg.eigvalsh(s.matrix()) for s in sectors]
        middle = [E[len(E) // 4 : -(len(E) // 4)] for E in levels]
        per_sector.append(bl.mean_gap_ratio(middle))
        together.append(bl.mean_gap_ratio(np.concatenate(middle)))
    assert np.mean(per_sector) == pytest.approx(0.5307, abs=0.03)
    assert np.mean(together) == pytest.approx(0.40, abs=0.03)
