"""What rows of a coupled spin, and of compared baths, say together: made-up rows with known
answers."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.experiments.backreacted import (
    CURVES,
    KEYS,
    NUMBERS,
    backreacted_cases,
    backreacted_data,
    backreacted_means,
    scan_points,
)
from bathlab.experiments.compared import Compared, compared_data, compared_means
from bathlab.statistics import peak_width_over
from bathlab.theory.random_matrices import GUE

STEP = 0.05
OMEGA = STEP * np.arange(-300, 301)
SCANS = {"g": "coupling", "field": "field"}


def line(width, centre=0.0, noise=0.0, draw=None):
    curve = bl.analysis.lorentzian(OMEGA - centre, width)
    return curve if draw is None else curve * (1 + noise * draw.standard_normal(len(OMEGA)))


def rows(case, bandwidth, g, field, share, kept, count=8):
    """Realisations whose shares scatter by +-0.01 about ``share``; k has the half-width 0.1."""
    for index in range(count):
        one = dict(zip(KEYS, (case, bandwidth, g, field, STEP)), realisation=index)
        one |= dict.fromkeys(NUMBERS, 0.1) | {"xi": 2.0, "share_theory": -share}
        one |= {"share": share + 0.01 * (-1) ** index, "omega": None, "place": 2 * field}
        if kept:
            draw = np.random.default_rng(index)
            spin = (line(0.2, 2 * field, 0.1, draw) + line(0.2, -2 * field, 0.1, draw)) / 2
            k = line(0.1, 0.0, 0.1, draw)
            one |= {"omega": OMEGA, **dict.fromkeys(CURVES, k), "spin": spin}
        yield one


@pytest.fixture(scope="module")
def table():
    return pd.DataFrame(
        [
            *rows("main", 8.0, 0.5, 1.0, 0.2, True),
            *rows("chain", 0.0, 0.5, 1.0, 0.1, True),
            *rows("strong", 8.0, 0.8, 1.0, 0.4, False),
            *rows("weak", 8.0, 0.3, 1.0, 0.1, False),
            *rows("fast", 8.0, 0.5, 3.0, 0.3, False),
        ]
    )


def test_each_scan_has_the_points_that_differ_in_one_thing(table):
    points = scan_points(backreacted_means(table), SCANS)
    assert points["case"].tolist() == ["weak", "main", "strong", "main", "fast"]
    assert points["scan"].tolist() == ["coupling"] * 3 + ["field"] * 2
    assert points["paper"].tolist() == pytest.approx([0.0225, 0.0625, 0.16, 0.0625, 1 / 36])
    assert points["W"].tolist() == pytest.approx([0.005, 0.02, 0.08, 0.02, 0.045])
    # a^2/2 has the error |a| that of a: 0.01 sqrt(8/7)/sqrt(8).
    error = 0.01 / math.sqrt(7) * np.array([0.1, 0.2, 0.4, 0.2, 0.3])
    assert points["W_error"].to_numpy() == pytest.approx(error, rel=1e-6)


def test_the_data_are_points_and_curves(table):
    means = backreacted_means(table)
    data = backreacted_data(means, scan_points(means, SCANS))
    assert len(data) == 5 + 2 * len(OMEGA)
    assert np.array_equal(data["omega"][5 : 5 + len(OMEGA)].astype(float), OMEGA)
    assert data["scan"].isna().sum() == 2 * len(OMEGA)


def test_predictions_are_compared_with_the_same_disorder(table):
    main, chain = backreacted_cases(table, backreacted_means(table))
    assert main.weight == pytest.approx(1 / 16) and chain.mean["case"] == "chain"
    assert main.distance("contact", main.unchanged("contact_before")).found.mean == 0
    peaks = main.distance("spin", main.two_peaks())
    wrong = main.distance("spin", main.two_peaks(shift=0.4))
    assert wrong.found.mean > 2 * peaks.found.mean
    found = main.expected("contact")
    assert list(found) == ["eq. (6)", "eq. (14), W = 0.062"]
    assert found["eq. (6)"] == pytest.approx(bl.theory.broadened(OMEGA, *[main.mean["k"]] * 2))
    assert list(main.expected("spin")) == ["eq. (8)", "damped rotation, shifted"]
    assert main.growth("contact", "contact_before").mean == 0
    second = np.sum(main.mean["spin"] * OMEGA**2) * STEP
    assert main.growth("spin", 4.0).mean == pytest.approx(second - 4)


def test_peaks_are_twice_as_wide_as_k(table):
    (main, _) = backreacted_cases(table, backreacted_means(table))
    found = main.width_ratio()
    # The other peak's tail adds a per cent; noise of 10 % in bins of half a width a per cent.
    assert found.ratio.mean == pytest.approx(1, abs=0.06)
    assert 0 < found.ratio.error < 0.03 and found.ratio.realisations == 8
    assert found.chi2_dof > 0
    spin = [np.interp(OMEGA / 2, OMEGA, curve) / 2 for curve in main.rows["spin"]]
    double = peak_width_over(main.rows.assign(spin=spin), "spin", 4.0, 0.3)
    assert double.ratio.mean == pytest.approx(2, abs=0.15)
    with pytest.raises(ValueError, match="nothing"):
        peak_width_over(main.rows, "nothing", 2.0, 0.3)


def bath_rows(label, count, same):
    grid, g = np.linspace(-2, 2, 5), np.array([0.1, 1.0, 5.0])
    for index in range(count):
        scale = 1.0 if same else 1 + 0.1 * index
        numbers = ("rho", "rho_smooth", "rho_v_bar", "shape", "G_per_g", "G_per_g_smooth")
        yield {
            "bath": label,
            "realisation": index,
            "dimension": 6,
            **dict.fromkeys(numbers, 2.0 * scale),
            **dict.fromkeys(("gap_ratio", "G_per_g_modulus", "golden_rule"), 0.4 * scale),
            **{"halfwidth": 3.0, "log_ipr_bath": math.log(2) + 0.01 * index},
            **{"energies": grid, "omega": grid, "k": grid**2, "share": 0 * grid + 0.25},
            **{"v_contact": 0 * grid + 0.2, "v_probe": 0 * grid + 0.2},
            **{"g": g, "G": 2 * g, "G_smooth": 2 * g, "energy_scale": 3.0},
            "delta_log_ipr": np.array([0.1, 0.6 + 0.1 * index, -1.0]),
        }


def test_a_bath_that_is_the_same_in_all_realisations_counts_once():
    table = pd.DataFrame([*bath_rows("own", 6, True), *bath_rows("drawn", 6, False)])
    means = compared_means(table)
    own, drawn = bl.experiments.compared_baths(table, means)
    assert isinstance(own, Compared) and own.label == "own"
    assert (len(own.rows), len(own.swept), len(drawn.rows)) == (1, 6, 6)
    assert means["realisations"].tolist() == [1, 6]
    assert means["realisations_swept"].tolist() == [6, 6]
    assert np.array_equal(means["energies"][0], np.linspace(-2, 2, 5))
    data = compared_data(means)
    assert data["bath"].drop_duplicates().tolist() == ["own", "drawn"]
    counted = data[data["bath"] == "own"].groupby("quantity")["realisations"].first()
    assert counted["gap_ratio"] == 1 and counted["delta_log_ipr"] == 6


def test_couplings_beyond_the_energy_scale_are_left_out():
    table = pd.DataFrame([*bath_rows("drawn", 6, False)])
    (bath,) = bl.experiments.compared_baths(table, compared_means(table))
    assert bath.mean["proximity"].tolist() == [False, False, True]
    assert bath.curve().x == pytest.approx([0.2, 2.0])
    assert bath.plateau().mean == pytest.approx(0.85) and bath.plateau().realisations == 6
    weak = table.assign(G=[cell / 10 for cell in table["G"]])
    (none,) = bl.experiments.compared_baths(weak, compared_means(weak))
    assert none.plateau() is None
    assert bath.above_featureless().mean == pytest.approx(0.025)
    # 3 int v^2/rho = 3 * 0.04/1.5 * 5: the six levels have rho = 1.5 on five bins of width 1.
    assert bath.above_own().mean == pytest.approx(math.log(2) + 0.025 + math.log(0.4))
    (unitary,) = bl.experiments.compared_baths(weak, compared_means(weak), {"drawn": GUE})
    assert unitary.above_featureless().mean == pytest.approx(math.log(2 / 3) + 0.025)
    assert unitary.above_own().mean == pytest.approx(math.log(2) + 0.025 + math.log(0.8 / 3))
    scales = 1 + 0.1 * np.arange(6)
    expected = 6 * scales.mean() / math.pi / (0.5 * 2) ** 2 / np.mean(scales**2)
    assert bath.golden_rule(0.5).mean == pytest.approx(expected)
