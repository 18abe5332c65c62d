"""Counts of resonant scales against loops over pairs, and what is made of them."""

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.experiments import scale_rows
from bathlab.experiments.pair_counts import SCALES, WINDOWS
from bathlab.experiments.scale_laws import amplitude_over, exponent_of
from bathlab.experiments.scales import (
    counts_of,
    pairs_of,
    scale_histogram,
    share_within,
    spread_over_windows,
)
from bathlab.statistics import density_law

BINS = len(SCALES) - 1


def test_counts_are_those_of_a_loop_over_pairs():
    """z by sigma_j as a matrix of the whole space, omega from the phases."""
    model = bl.BrickworkCircuit(6, 0.04)
    (row,) = scale_rows(model, 3, 2)
    circuit = model.sample(3, 2)
    data = bl.diagonalise(circuit)
    counts, pairs, largest, logs = np.zeros((6, BINS)), np.zeros(6), 0.0, []
    for site in range(1, 7):
        left, right = np.eye(2 ** (site - 1)), np.eye(2 ** (6 - site))
        sigma = np.kron(np.kron(left, circuit.pauli(site)), right)
        for n in range(64):
            for m in range(n):
                z = abs(data.vectors[:, n].conj() @ sigma @ data.vectors[:, m])
                turn = np.exp(1j * (data.quasienergies[n] - data.quasienergies[m]))
                omega = abs(np.angle(turn))
                window = np.searchsorted(WINDOWS, omega) - 1
                pairs[window] += 1
                counts[window, np.searchsorted(SCALES, z * omega) - 1] += 1
                largest = max(largest, z * omega)
                logs.append(np.log10(z * omega))
    assert np.array_equal(row["scales"].reshape(6, BINS), counts)
    assert np.array_equal(row["pairs"], pairs) and pairs.sum() == 6 * 64 * 63 / 2
    assert row["largest"] == pytest.approx(largest)
    assert row["log_scale"] == pytest.approx(np.mean(logs))
    assert row["gap_ratio"] == bl.mean_gap_ratio(data) and row["residual"] < 1e-13


def test_the_control_keeps_every_window_but_not_the_scales_in_it():
    """The pairs of a window stay, and with them the z as a whole, not which z meets which
    omega."""
    (row,) = scale_rows(bl.BrickworkCircuit(6, 0.02), 1, 0)
    here, moved = (row[name].reshape(6, BINS) for name in ("scales", "scales_moved"))
    assert np.array_equal(here.sum(axis=1), row["pairs"])
    assert np.array_equal(moved.sum(axis=1), row["pairs"])
    assert not np.array_equal(here, moved)
    assert row["largest_moved"] > 3 * row["largest"]
    again = scale_rows(bl.BrickworkCircuit(6, 0.02), 1, 0)[0]
    assert np.array_equal(again["scales_moved"], row["scales_moved"])


def test_without_coupling_nothing_is_resonant():
    """z_nm = 0 but for rounding at J = 0, so that no Omega is above it."""
    (row,) = scale_rows(bl.BrickworkCircuit(4, 0.0), 1, 1)
    assert row["largest"] < 1e-13 and row["scales"].sum() == 0
    assert row["log_scale"] == pytest.approx(-13)


def test_no_bath_is_taken_for_a_circuit():
    with pytest.raises(ValueError, match="BrickworkCircuit"):
        scale_rows(bl.LocalChainBath(4), 1, 0)


def made(law, realisations=40, seed=1, count=4000):
    """Rows whose counts are drawn: ``law(generator, |omega|)`` is Omega of each pair."""
    draw, rows = np.random.default_rng(seed), []
    for realisation in range(realisations):
        counts, pairs = np.zeros((6, BINS)), np.full(6, float(count))
        for window in range(6):
            omega = draw.uniform(WINDOWS[window], min(WINDOWS[window + 1], np.pi), count)
            counts[window] = np.histogram(law(draw, omega), SCALES)[0]
        cells = {"scales": counts.ravel(), "scales_moved": counts.ravel(), "pairs": pairs}
        rows.append({"realisation": realisation, **cells})
    return pd.DataFrame(rows)


def power(draw, a, least, omega):
    """Omega with p = a least^a Omega^-(1+a) above ``least``."""
    return least * draw.uniform(size=len(omega)) ** (-1 / a)


def test_slope_and_amplitude_are_those_of_the_law():
    """Fixed seed; four standard errors, a false alarm of 6e-5 over seeds; Omega_0 = 2^(-L/a)
    makes the amplitude a 2^-L, another Omega_0 another."""
    for factor, ratio in ((1.0, 1.0), (4.0, 2.0)):
        table = made(lambda draw, w: power(draw, 0.5, factor * 2.0 ** (-8 / 0.5), w))
        law = density_law(scale_histogram(table), 1e-3, 4e-2)
        a, amplitude = exponent_of(law), amplitude_over(scale_histogram(table), law, 8)
        assert abs(a.mean - 0.5) < 4 * a.error < 0.1
        assert abs(amplitude.mean - ratio) < 4 * amplitude.error < 0.8


def test_a_share_is_that_of_whole_bins():
    table = made(lambda draw, w: power(draw, 0.5, 1e-4, w))
    inside = (SCALES[:-1] > 0.99e-3) & (SCALES[1:] < 1.01e-2)
    expected = counts_of(table).sum(axis=1)[:, inside].sum(axis=1) / pairs_of(table).sum(axis=1)
    assert share_within(table, 1e-3, 1e-2) == pytest.approx(expected)
    # 1 - P at the lower end less that at the upper: 10^-1/2 - 10^-1, within 1 %.
    assert share_within(table, 1e-3, 1e-2).mean() == pytest.approx(0.2162, rel=0.01)


def test_the_spread_tells_a_collapse_from_none():
    """Omega that knows nothing of omega collapses; |z| that does not collapses over
    Omega/|omega| instead."""
    alike = made(lambda draw, w: power(draw, 0.4, 1e-8, w))
    apart = made(lambda draw, w: w * power(draw, 0.4, 1e-8, w))
    for table, scaled in ((alike, False), (apart, True)):
        same = spread_over_windows(table, 1e-7, scaled=scaled)
        other = spread_over_windows(table, 1e-7, scaled=not scaled)
        assert same.rms.mean < 2 * same.noise < 0.1 and same.bins > 10
        assert other.rms.mean > 0.3 and other.largest > other.rms.mean
    with pytest.raises(ValueError, match="More|more"):
        spread_over_windows(alike, 0.5)
