"""Sizes, letters, formulae and notes that every figure gets."""

import pandas as pd
import pytest
from matplotlib.image import imread

from bathlab.plotting import figure, note
from bathlab.plotting.finishing import DOUBLE, HIGHEST, SINGLE, broken, in_maths, said_of


@pytest.mark.parametrize(
    ("rows", "columns", "width"),
    [(1, 1, SINGLE), (2, 1, SINGLE), (1, 2, DOUBLE), (2, 3, DOUBLE)],
)
def test_a_figure_is_one_column_wide_or_two_and_no_higher_than_a_page(
    tmp_path, rows, columns, width
):
    with figure(tmp_path / "a.png") as drawn:
        panels = list(drawn.subplots(rows, columns, squeeze=False).flat)
    assert drawn.get_figwidth() == width and drawn.get_figheight() <= HIGHEST
    assert imread(tmp_path / "a.png").shape[1] == round(200 * width)
    letters = [axes.get_title(loc="left") for axes in panels]
    some = [rf"$\mathbf{{({letter})}}$" for letter in "abcdef"[: len(panels)]]
    assert letters == (some if len(panels) > 1 else [""])


def test_a_scale_of_colours_is_no_panel_and_a_size_that_is_given_stays(tmp_path):
    with figure(tmp_path / "a.png", 5, 2) as drawn:
        axes = drawn.subplots()
        drawn.colorbar(axes.scatter([0, 1], [0, 1], c=[0, 1]), ax=axes)
        axes.set_title("alone")
    assert drawn.get_size_inches().tolist() == [5, 2]
    assert axes.get_title(loc="left") == "alone"


def test_a_figure_drawn_twice_is_the_same_to_the_byte(tmp_path):
    for name in "ab":
        with figure(tmp_path / name) as drawn:
            drawn.subplots().plot([0, 1], [0, 1], label="rho x 8")
            note(drawn, "N = 3")
    for ending in (".png", ".pdf"):
        first, second = ((tmp_path / f"{name}{ending}").read_bytes() for name in "ab")
        assert first == second and len(first) > 1000


@pytest.mark.parametrize(
    ("spelt", "formula"),
    [
        ("9-chain, rho x 8 (wrong)", r"9-chain, $\rho$ $\times$ 8 (wrong)"),
        ("g_1 = -0.2", "$g_{1}$ = \N{MINUS SIGN}0.2"),
        (r"$x_1\,rho$", r"$x_1\,rho$"),
        ("tr H^2", "tr $H^{2}$"),
        ("h = 0.2, N = 16", "$h$ = 0.2, $N$ = 16"),
        ("G", "$G$"),
        ("a GOE = control", "a GOE = control"),
        ("log 2 per LIOM", r"$\log 2$ per LIOM"),
    ],
)
def test_what_is_spelt_becomes_a_formula_and_a_formula_stays(spelt, formula):
    assert in_maths(spelt) == formula == in_maths(formula)


def test_names_at_ticks_become_formulae_that_are_drawn(tmp_path):
    with figure(tmp_path / "a.png") as drawn:
        axes = drawn.subplots()
        axes.set_yticks([0.2, 0.8], ["g_1 = 0.15", "other"])
        axes.set_xscale("log")
    assert [each.get_text() for each in axes.get_yticklabels()] == ["$g_{1}$ = 0.15", "other"]


@pytest.mark.parametrize(
    ("top", "shown"),
    [
        (8.0, ["1", "2", "5"]),
        (50.0, ["1", "3", "10", "30"]),
        (1e4, [f"$\\mathdefault{{10^{{{power}}}}}$" for power in range(5)]),
    ],
)
def test_a_logarithmic_axis_has_labels_that_have_room(tmp_path, top, shown):
    with figure(tmp_path / "a.png") as drawn:
        axes = drawn.subplots()
        axes.set(xscale="log", xlim=(1.0, top))
    labels = [
        (place, each.get_text())
        for minor in (False, True)
        for place, each in zip(axes.get_xticks(minor=minor), axes.get_xticklabels(minor=minor))
    ]
    assert [text for place, text in labels if 1 <= place <= top and text] == shown


def test_lines_are_broken_between_words_but_not_inside_formulae():
    lines = broken(r"$a = b + c$ and then $\mathbf{(a)}$ some words more", 0.9, 8).split("\n")
    assert len(lines) > 1 and " ".join(lines).count("$") == 4
    assert all(line.count("$") % 2 == 0 for line in lines)


def test_no_line_ends_between_a_name_and_its_value():
    lines = broken("80 (L = 8), 50 (L = 10), 12 (L = 12)", 0.7, 8).split("\n")
    assert len(lines) > 2 and all(line.count("(") == line.count(")") for line in lines)


def test_a_note_says_n_and_what_errors_are_only_where_there_are_errors():
    table = pd.DataFrame({"S": [1.0, 2.0], "S_error": 0.1, "realisations": [5, 9]})
    assert said_of(table).startswith("N = 5 to 9 realisations; bars")
    assert said_of(table[["S", "realisations"]]) == ""
