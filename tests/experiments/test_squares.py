"""Sums over rows of polarisations against densities that are known."""

import numpy as np
import pytest
from made_squares import CENTRES, WIDTHS, power_counts, rows

from bathlab.experiments import squares as sq
from bathlab.experiments.polarised import POWERS, SQUARES
from bathlab.statistics import density_law

NOTHING = np.zeros(len(CENTRES))


def test_classes_add_to_all_pairs_and_the_level_is_the_amplitude():
    """p_Z = A 2^-L Z^(-3/2), three quarters of it from crossing pairs: A = 0.03 on any window,
    and p_D = 2^L p_Z."""
    law = 0.03 * power_counts(-1.5, 1e-3)
    squares = 2.0**-8 * np.array([0.25 * law, 0.75 * law])
    table = rows(8, 0.02, squares, law)
    whole, *classes = (sq.square_histogram(table, of=of) for of in (None, 0, 1))
    assert classes[0].counts + classes[1].counts == pytest.approx(whole.counts)
    for window in ((1e-2, 0.5), (2e-3, 2e-2)):
        levels = [2.0**8 * sq.level_of(each, window) for each in (whole, *classes)]
        for found, share in zip(levels, (1.0, 0.25, 0.75)):
            assert abs(found.mean / (0.03 * share) - 1) < 4 * found.error / found.mean < 0.1
    ratio = sq.level_ratio(whole, (1e-2, 0.5), sq.depolarisation_histogram(table), (1e-2, 0.5))
    assert 2**8 * ratio.mean == pytest.approx(1, abs=4 * 2**8 * ratio.error)
    assert 0 < ratio.error * 2**8 < 0.05
    within = sq.level_ratio(whole, (2e-3, 2e-2), whole, (2e-2, 0.5))
    assert within.mean == pytest.approx(1, abs=4 * within.error) and within.error < 0.05


def test_a_level_needs_a_bin():
    table = rows(6, 0.02, np.array([NOTHING, NOTHING]), NOTHING)
    with pytest.raises(ValueError, match="whole bin"):
        sq.level_of(sq.square_histogram(table), (0.011, 0.012))


def test_wider_bins_hold_the_same_values():
    table = rows(6, 0.02, np.array([NOTHING, power_counts(-1.5, 1e-4)]), NOTHING)
    fine = sq.square_histogram(table)
    wide = sq.merged(fine, 3)
    assert len(wide.edges) == len(CENTRES) // 3 + 1 and wide.edges[1] == SQUARES[3]
    assert wide.counts.sum() == pytest.approx(fine.counts.sum())
    assert wide.counts[:, 4] == pytest.approx(fine.counts[:, 12:15].sum(axis=1))
    slopes = [density_law(each, 1e-3, 0.5).exponent.mean for each in (fine, wide)]
    assert slopes == pytest.approx([-1.5, -1.5], abs=0.05)


def test_the_median_of_all_values_counts_those_below_the_bins():
    """Uniform in log D between 1e-4 and 1; with two fifths of all values below the bins, the
    median is a sixth of the way."""
    flat = np.where((CENTRES > 1e-4) & (CENTRES < 1), 1 / 40, 0.0)
    table = rows(6, 0.02, np.array([NOTHING, NOTHING]), flat)
    for share, expected in ((1.0, 1e-2), (0.6, 10 ** (-4 + 4 / 6))):
        D = sq.depolarisation_histogram(table)
        totals = D.counts.sum(axis=1) / share
        median = sq.median_of(type(D)(D.edges, D.counts, totals))
        assert np.log(median.mean) == pytest.approx(np.log(expected), abs=0.15)


def bend(knee):
    """Counts of Z^(-3/2) times what doubles about ``knee``, within a factor of 3, rising most
    steeply there."""
    density = CENTRES**-1.5 * np.exp(0.6 * np.tanh(np.log(CENTRES / knee)))
    return np.where(CENTRES < 1, 1e-4 * density * WIDTHS, 0.0)


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_a_knee_is_found_where_it_is_and_moves_as_it_moves(power):
    """Bins scatter by 2 %: the knee to a tenth, its power to 0.1."""
    tables = {}
    for J in (0.005, 0.01, 0.02):
        place = 2.0 * J**power if power == 2 else J
        tables[J] = rows(8, J, np.array([NOTHING, bend(place)]), NOTHING)
        knee = sq.knee_of(sq.square_histogram(tables[J], of=sq.CROSSING))
        assert knee.mean == pytest.approx(place, rel=0.25) and 0 < knee.error < 0.25 * place
    found = sq.knee_power(tables, sq.CROSSING)
    assert found.mean == pytest.approx(power, abs=0.2) and 0 < found.error < 0.1


def test_no_pairs_have_no_knee():
    table = rows(6, 0.02, np.array([NOTHING, NOTHING]), NOTHING)
    assert np.isnan(sq.knee_of(sq.square_histogram(table, of=sq.CROSSING)).mean)


def test_powers_of_J_are_those_of_means_and_medians():
    """Means of R^2 = J, medians J^2 and J, median D 30 J^2."""
    tables = {}
    for J in (0.001, 0.01, 0.1):
        D = np.histogram([30 * J**2], SQUARES)[0].astype(float)
        tables[J] = rows(8, J, np.array([NOTHING, NOTHING]), D)
    for of, middle in ((sq.PARALLEL, 2.0), (sq.CROSSING, 1.0)):
        assert sq.mean_power(tables, of).mean == pytest.approx(1.0, abs=0.05)
        assert sq.mean_remainder(tables[0.01], of).mean == pytest.approx(0.01, rel=0.05)
        power = sq.median_power(tables, lambda table: sq.remainder_histogram(table, of))
        assert power.mean == pytest.approx(middle, abs=0.02)
    power = sq.median_power(tables, sq.depolarisation_histogram)
    assert power.mean == pytest.approx(2.0, abs=0.02)


def test_growth_is_told_by_site():
    """Sums of Z^q that double with two more sites at q = 0.1 and stay at q = 1; resonances as
    L at all sites and as L^2 for the states they are with."""
    tables = []
    for L in (6, 8):
        growing = 2.0 ** ((L - 6) * (1 - POWERS) / 1.8)
        states = L * 2.0**L
        more = {
            "participation": growing,
            "large": states * np.array([0.8, 0.1, 0.1, 0.0]),
            "partners": float(L**2),
        }
        tables.append(rows(L, 0.02, np.array([NOTHING, NOTHING]), NOTHING, **more))
    growth = sq.growth_per_site(*tables)
    assert growth[0].mean == pytest.approx(0.5, abs=0.05)
    assert growth[-1].mean == pytest.approx(0.0, abs=0.05)
    powers = list(sq.resonance_powers(*tables).values())
    assert [each.mean for each in powers] == pytest.approx([1.0, 2.0], abs=0.1)


def test_curves_of_a_figure_are_the_densities():
    law = 0.03 * power_counts(-1.5, 1e-3)
    table = rows(6, 0.02, 2.0**-6 * np.array([0.25 * law, 0.75 * law]), law)
    means = sq.square_means(table).set_index("kind")
    assert set(means.index) == {"Z", "Z0", "Z1", "D", "sums"}
    top = {kind: means.loc[kind, "p"][-1] for kind in ("Z", "Z0", "Z1")}
    assert top["Z0"] + top["Z1"] == pytest.approx(top["Z"])
    assert means.loc["sums", "p"] == pytest.approx(1 / POWERS, rel=0.05)
    flat = means.loc["D", "p"] * means.loc["D", "x"] ** 1.5
    assert flat == pytest.approx(0.03, rel=0.15)
