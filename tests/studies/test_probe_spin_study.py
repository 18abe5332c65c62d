"""What the study of the probe spin says of rows that are right, and of wrong rows."""

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scripts import load_study, measured, one, said

from bathlab.experiments.probe_cells import CHANGES, SCALES
from bathlab.experiments.probe_laws import (
    CENTRES,
    exponent,
    likeness,
    theta_difference,
    tones_of,
)
from bathlab.experiments.probe_lengths import decay_excess, decay_of_norm, lengths

BINS = len(SCALES) + 1
RATE, CENTRE = "C_zz - [exp(-2 rho v)]", "C_zz - [exp(-2 pi rho v)]"


@pytest.fixture(scope="module")
def script():
    return load_study("probe_spin")


@pytest.fixture(scope="module")
def parameters(script):
    small = {
        "realisations": (12, 12),
        "disorder": (2.0, 16.0),
        "shown": (2.0, 16.0),
        "ranged": (16.0,),
    }
    return script.PRESETS["quick"].replace(**small, kicked=(5,), frequency=(8.0, 48.0))


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_real_rows_are_said_to_be_what_they_are(script, parameters, rows):
    found = said(script, rows, parameters)
    assert all(claim.id for claim in found.values())
    assert one(found, "integral of S").verdict == "exact to rounding"
    # A gap ratio of 12 rings of 64 levels has an error of 0.01.
    assert one(found, "static, L = 6, W = 2", "gap ratio").value > 0.54
    assert one(found, "static, L = 6, W = 16", "gap ratio").value < 0.46
    assert one(found, "static, L = 6, W = 2: states at r").verdict.startswith("not told apart")
    assert one(found, "static, L = 6, W = 16: states at r").verdict.startswith("near (36)")
    assert one(found, "static, W = 2, L = 4 to 6", "in one window").value > 0.4
    assert one(found, "static, L = 6, W = 16: width").value == pytest.approx(0.5, abs=0.06)
    # Five standard errors.
    lost = one(found, "static, L = 6, W = 16: share of the lost memory")
    assert lost.value > 0.3


def test_the_picture_has_what_its_table_has(script, parameters, rows):
    figure = Figure()
    outcome = script.study.outcome(rows, parameters)
    script.draw(figure, outcome)
    spectrum, memory, by_range, strength = figure.axes
    for axes in figure.axes:
        assert axes.get_xlabel() and axes.get_ylabel() and axes.get_legend()
    drawn = memory.containers[0].lines[0].get_ydata()
    means = outcome.means
    wanted = means[(means["kind"] == "static") & (means["sites"] == 4)].sort_values("swept")
    assert np.array_equal(drawn, wanted["memory"])
    assert "12 at L = 4, 12 at L = 6" in figure.get_supxlabel()


def test_a_memory_of_cats_is_noticed(script, parameters, rows):
    strength = np.stack(rows["strength"].to_numpy())[:, 1]
    cats = said(script, rows.assign(memory=np.exp(-2 * strength)), parameters)
    pairs = said(script, rows.assign(memory=np.exp(-2 * math.pi * strength)), parameters)
    for point in ("static, L = 4, W = 2", "static, L = 6, W = 16"):
        assert one(cats, f"{point}: {RATE}").effect == pytest.approx(0, abs=1e-12)
        assert "sigma" in one(cats, f"{point}: {CENTRE}").verdict
        assert one(pairs, f"{point}: {CENTRE}").effect == pytest.approx(0, abs=1e-12)
        assert "sigma" in one(pairs, f"{point}: {RATE}").verdict


def test_a_lost_sum_rule_is_noticed(script, parameters, rows):
    wrong = said(script, rows.assign(sum_rule=1e-6), parameters)
    assert one(wrong, "integral of S").verdict == "off"


def made(function, count=30, noise=0.02, **more):
    """Rows whose cell ``column`` is function() times noise of one factor an entry."""
    random = np.random.default_rng(3)
    table = pd.DataFrame({"realisation": range(count), **more})
    for column, value in function().items():
        factors = random.normal(1, noise, (count, np.size(value)))
        table[column] = list(factors * np.ravel(value))
    return table


def padded(weights):
    return np.concatenate([[0.0], weights, [0.0]])


def test_s_that_is_made_of_rho_is_recognised_and_what_is_not_is_refused():
    elements = 0.02 * CENTRES**-0.4 * (CENTRES < 1)

    def cells(scale=1.0):
        all_windows = np.concatenate([padded(elements)] * 3)
        return {"elements": all_windows, "spectrum": padded(scale * tones_of(elements))}

    right, wrong = (likeness(made(lambda s=s: cells(s)), "cats") for s in (1.0, 2.0))
    # Five standard errors of 12 bins and 30 rows: false alarm 6e-7.
    assert abs(right.bias.mean) < 5 * right.bias.error and right.chi2_dof < 3
    assert wrong.bias.mean == pytest.approx(-math.log(2), abs=0.02) and wrong.chi2_dof > 100
    assert tones_of(elements).sum() == pytest.approx(1 - math.exp(-2 * CENTRES @ elements))
    assert likeness(made(lambda: {"elements": np.zeros(3 * BINS), "spectrum": np.zeros(BINS)}),
                    "cats") is None  # fmt: skip


def test_exponents_are_those_put_in():
    widths = np.diff(SCALES)

    def cells():
        rho, S = (widths * CENTRES**power for power in (-1.7, -0.5))
        return {"elements": np.concatenate([padded(rho)] * 3), "spectrum": padded(S)}

    table = made(cells)
    for column, shift, wanted in (("elements", 2, 0.3), ("spectrum", 1, 0.5)):
        found = exponent(table, column).exponent + shift
        assert abs(found.mean - wanted) < 5 * found.error < 0.05
    apart = theta_difference(table, "elements", table, "spectrum")
    assert abs(apart.mean + 0.2) < 5 * apart.error < 0.05


@pytest.mark.parametrize("static", [True, False])
def test_lengths_are_those_put_in(static):
    r = np.arange(5)
    with np.errstate(divide="ignore"):
        q = np.exp(-r / 3.0) / (np.sqrt(4 * 20 * r) if static else 20.0)
    q[0] = 0.05
    norms, pairs = np.exp(-2 * r / 0.8), np.array([1.0, 6, 24, 96, 128])

    def cells():
        edge = [0.5]
        return {
            "range_strength": np.concatenate([np.r_[edge, q]] * len(CHANGES)),
            "range_square": np.r_[edge, norms],
            "range_pairs": np.r_[edge, pairs],
        }

    table = made(cells, count=400)
    slope, lam = lengths(table, static)
    assert abs(slope.mean - 1 / 3) < 5 * slope.error < 0.05
    assert abs(lam.mean - math.log(20)) < 5 * lam.error < 0.1
    norm = decay_of_norm(table)
    assert abs(norm.mean - 1 / 0.8) < 5 * norm.error < 0.05
    wanted = 1 / 0.8 + math.log(4) / 2 - 1 / 3 - 2 * math.log(2)
    excess = decay_excess(table, static)
    assert abs(excess.mean - wanted) < 5 * excess.error < 0.05
    assert math.isnan(
        lengths(table.assign(range_strength=[np.zeros(18)] * 400), static)[0].mean
    )


def test_wrong_parameters_are_refused(script):
    with pytest.raises(ValueError, match="shown"):
        script.PRESETS["default"].replace(shown=(5.0,))
    with pytest.raises(ValueError, match="kicked_sites"):
        script.PRESETS["default"].replace(kicked=(5,))
