"""What the study of times says of rows that are right, and of wrong rows."""

import math

import matplotlib.figure
import numpy as np
import pytest
from scripts import load_study, measured, one, said

LENGTHS = (10.0, 31.6, 100.0, 316.0, 1000.0, 3160.0)


@pytest.fixture(scope="module")
def script():
    return load_study("avalanche_times")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(
        powers=(0.4, 1.0, 2.0),
        lengths=LENGTHS,
        lower=100.0,
        lines=120,
        bonds=(0.6,),
        bond_lines=80,
        near=(0.9, 1.25, 1.3, 1.4, 1.5),
        far=(3.0,),
        cells=(2000, 10000, 40000),
        realisations=(12, 8, 6),
    )


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_right_rows_bear_out_the_laws(script, parameters, rows):
    """One seed; the bounds of what is drawn are three of its standard errors and more."""
    found = said(script, rows, parameters)
    for words, expected, most in (
        (("x = 0.4: power of L",), 1.0, 0.01),
        (("x = 2: power of L",), 2.0, 0.3),
        (("x = 1: slope of the median",), 1.0, 0.4),
        (("Gamma_min",), math.log(3160) + 0.5772, 0.42),
        (("standard deviation",), 1.2825, 0.4),
    ):
        claim = one(found, *words)
        assert claim.expected == pytest.approx(expected, rel=1e-3)
        assert abs(claim.value - expected) < most, words
    assert all("agrees" in c.verdict for n, c in found.items() if "longest stretch" in n)
    assert one(found, "cores equally spaced, farthest").verdict == "agrees"
    assert one(found, "d log(R/L)/dx").verdict == "agrees"
    beside = one(found, "eps = 0.6", "beside 2 L_+/zeta_1")
    assert beside.value < beside.expected - 0.3
    assert one(found, "an avalanche covers").verdict == "none: no t_+ there"
    assert one(found, "mean halted distance towards").verdict == "rises at every step"
    assert one(found, "the nearest: zeta/zeta_c").verdict == "above zeta_c"
    assert all(claim.id for claim in found.values())


def test_a_sampler_of_equal_stretches_is_noticed(script, parameters, rows):
    equal = rows[rows["kind"] == "equal"].set_index("power")
    wrong = rows.copy()
    for at in wrong.index[wrong["kind"] == "random"]:
        power = wrong.at[at, "power"]
        for name in ("log_R", "log_max", "log_R_nearest"):
            wrong.at[at, name] = equal.at[power, name]
    found = said(script, wrong, parameters)
    assert one(found, "x = 2: power of L").verdict.endswith("%")
    assert "off" in one(found, "longest stretch", "L = 3160 L_+").verdict


def test_another_density_of_cores_is_noticed(script, parameters, rows):
    wrong = rows.copy()
    drawn = wrong["kind"] == "random"
    wrong.loc[drawn, "log_max"] = wrong.loc[drawn, "log_max"].map(lambda x: 1.2 * np.asarray(x))
    found = said(script, wrong, parameters)
    assert "sigma" in one(found, "Gamma_min").verdict
    assert "off" in one(found, "longest stretch", "L = 3160 L_+").verdict


def test_an_avalanche_below_the_critical_point_is_noticed(script, parameters, rows):
    wrong = rows.copy()
    below = (wrong["kind"] == "chain") & (wrong["epsilon"] < parameters.critical)
    wrong.loc[below, "thermal"] = 1.0
    assert one(said(script, wrong, parameters), "an avalanche covers").verdict == "6 of 6"


def test_times_that_do_not_diverge_are_noticed(script, parameters, rows):
    wrong = rows.copy()
    for name in ("mean", "longest", "median", "spread", "log_sum"):
        wrong[name] = wrong[name] / wrong["epsilon"].map(lambda e: (e - 0.15) ** -4.0)
    found = said(script, wrong, parameters)
    assert one(found, "mean halted distance towards").verdict.startswith("at ")


def test_the_figure_is_drawn(script, parameters, rows):
    outcome = script.study.outcome(rows, parameters)
    figure = matplotlib.figure.Figure()
    script.draw(figure, outcome)
    assert len(figure.axes) == 4
    labels = [text.get_text() for text in figure.axes[3].get_legend().get_texts()]
    assert labels and all("epsilon" in label for label in labels)
