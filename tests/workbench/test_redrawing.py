"""Figures drawn again from the files beside them."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from bathlab.workbench.design import exploded, gathered
from bathlab.workbench.redrawing import recorded, redraw
from bathlab.workbench.study_commands import find_script, plot_command

FIGURES = Path(__file__).parents[2] / "figures"
ENDINGS = (".csv", ".json", ".toml")


def copied(name, folder):
    for ending in ENDINGS:
        shutil.copy(FIGURES / f"{name}{ending}", folder)
    return folder / f"{name}.json"


def test_curves_that_became_rows_are_curves_again():
    means = pd.DataFrame(
        {
            "bath": ["a", "b", "b", "c", "d"],
            "omega": [np.arange(3.0), np.arange(4.0), np.arange(2.0), [7.0], np.nan],
            "k": [np.arange(3.0) ** 2, np.ones(4), np.zeros(2), [8.0], np.nan],
            "width": [0.1, np.nan, 0.3, 0.4, 0.5],
        }
    )
    table = exploded(means).reset_index(drop=True).infer_objects()
    found = gathered(table, ["omega", "k", "absent"])
    assert len(found) == len(means) and list(found) == list(means)
    assert found["bath"].tolist() == ["a", "b", "b", "c", "d"]
    for column in ("omega", "k"):
        for ours, given in zip(found[column], means[column]):
            assert np.shape(ours) == np.shape(given)
            assert np.array_equal(ours, given, equal_nan=True)
    plain = means[["bath", "width"]]
    assert gathered(plain, ["omega"]) is plain


def test_a_record_holds_its_means_and_parameters(tmp_path):
    found = recorded(find_script("bath_growth"), copied("bath_growth", tmp_path))
    table = pd.read_csv(FIGURES / "bath_growth.csv")
    pd.testing.assert_frame_equal(found.means, table)
    assert found.parameters.lioms == 8
    curves = recorded(
        find_script("hybridisation_chain"), copied("hybridisation_chain", tmp_path)
    )
    assert len(curves.means) == 1 and curves.means["k"].iloc[0].shape == (128,)


def test_a_figure_drawn_again_twice_is_the_same_and_its_record_stays(tmp_path):
    path = copied("bath_growth", tmp_path)
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    said = CliRunner().invoke(plot_command, [str(path)])
    assert said.exit_code == 0 and "bath_growth.png" in said.output
    redraw(find_script("bath_growth"), path, tmp_path / "again.png")
    for ending in (".png", ".pdf"):
        first, second = (tmp_path / f"{name}{ending}" for name in ("bath_growth", "again"))
        assert first.read_bytes() == second.read_bytes()
    assert all((tmp_path / name).read_bytes() == content for name, content in before.items())


@pytest.mark.parametrize(
    ("name", "said"), [("three_level", "rows"), ("compare_baths", "keeps")]
)
def test_a_figure_that_is_made_of_rows_says_so(tmp_path, name, said):
    with pytest.raises(ValueError, match=said):
        redraw(find_script(name), copied(name, tmp_path), tmp_path / "a.png")


def test_a_record_without_its_table_is_refused(tmp_path):
    path = copied("bath_growth", tmp_path)
    (tmp_path / "bath_growth.csv").unlink()
    with pytest.raises(ValueError, match="bath_growth.csv is no table"):
        recorded(find_script("bath_growth"), path)
