"""The command line: studies by name and file, a study to begin with, figures drawn again."""

import json
import subprocess
import sys

import pandas as pd
import pytest
from click.testing import CliRunner

import bathlab as bl
from bathlab.workbench import catalogue
from bathlab.workbench.command import main
from bathlab.workbench.study_commands import find_script


def invoke(*arguments):
    return CliRunner().invoke(main, [str(word) for word in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which a new study has been run from its file, by two workers."""
    place = tmp_path_factory.mktemp("new")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert invoke("new", "mine.py").exit_code == 0
        result = invoke("run", "mine.py", "--preset", "quick", "--workers", "2")
        assert result.exit_code == 0, result.output
    return place


def test_the_studies_are_listed_with_their_questions():
    shown = invoke("list").output
    assert len(shown.splitlines()) == len(catalogue.names()) >= 9
    assert "bath_growth" in shown and "figure 3 of De Roeck & Huveneers." in shown


def test_the_version_is_told():
    assert invoke("--version").output == f"bathlab {bl.__version__}\n"


def test_a_new_study_runs_as_it_is_and_leaves_everything(folder):
    beside = {path.suffix for path in (folder / "figures").glob("mine.*")}
    assert beside == {".png", ".pdf", ".csv", ".json", ".txt", ".toml"}
    table = bl.load(folder / "results/mine/quick")
    assert table.groupby("g")["realisation"].nunique().to_dict() == {0.1: 30, 0.3: 30, 0.9: 30}
    assert set(table["spins"]) == {5} and set(table["field"]) == {1.0}


def test_the_same_script_runs_by_itself_and_computes_nothing_again(folder):
    rows = folder / "results/mine/quick/rows"
    before = sorted(path.name for path in rows.iterdir())
    done = subprocess.run(
        [sys.executable, "mine.py", "--preset", "quick"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in rows.iterdir()) == before


def test_the_recorded_command_is_one_that_runs(folder):
    command = json.loads((folder / "figures/mine.json").read_text())["command"].split()
    assert command[0] == "python"
    words = [sys.executable, *command[1:], "--print-config"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and "spins = 5" in done.stdout


def test_a_figure_is_drawn_again_without_computing(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(bl.model.LocalChainBath, "draw", None)  # any work would fail
    result = invoke("plot", "results/mine/quick", "--figure", "again.png")
    assert result.exit_code == 0, result.output
    for suffix in (".png", ".csv", ".json", ".toml"):
        first, second = folder / f"figures/mine{suffix}", folder / f"again{suffix}"
        if suffix != ".toml":  # which names its figure
            assert first.read_bytes() == second.read_bytes()


def test_a_refused_run_leaves_the_request_of_a_store_alone(folder, monkeypatch):
    monkeypatch.chdir(folder)
    kept = (folder / "results/mine/quick/request.json").read_text()
    flags = ["--preset", "quick", "--seed", "2", "--store", "results/mine/quick"]
    result = invoke("run", "mine.py", *flags)
    assert result.exit_code == 1 and "seed is 1 there and 2 here" in result.output
    assert (folder / "results/mine/quick/request.json").read_text() == kept


def test_other_parameters_leave_the_usual_figure_alone(folder, monkeypatch):
    monkeypatch.chdir(folder)
    before = (folder / "figures/mine.toml").read_text()
    flags = ["--preset", "quick", "--field", "1.5", "--workers", "1"]
    result = invoke("run", "mine.py", *flags)
    assert result.exit_code == 0, result.output
    assert (folder / "figures/quick-field=1.5/mine.png").exists()
    assert (folder / "figures/mine.toml").read_text() == before
    record = json.loads((folder / "figures/quick-field=1.5/mine.json").read_text())
    assert record["command"] == "python mine.py --preset quick --set field=1.5"


def test_more_realisations_take_the_place_of_fewer_and_not_the_other_way(folder, monkeypatch):
    monkeypatch.chdir(folder)
    kept = {path: path.read_bytes() for path in (folder / "figures").glob("mine.*")}
    more, fewer = ("31", ""), ("6", "quick/")
    for count, place in (fewer, more):
        flags = ["--preset", "quick", "--realisations", count, "--workers", "1"]
        result = invoke("run", "mine.py", *flags)
        assert result.exit_code == 0, result.output
        assert f"figure: figures/{place}mine.png" in result.output
        changed = {path for path in kept if path.read_bytes() != kept[path]}
        assert bool(changed) == (count == "31")


def test_a_sweep_is_one_store_with_the_parameter_as_a_column(folder, monkeypatch):
    monkeypatch.chdir(folder)
    sweep = ["--sweep", "field=0.5:1.5:3", "--sweep", "spins=3,4"]
    flags = ["--preset", "quick", "--realisations", "6", "--workers", "1"]
    result = invoke("run", "mine.py", *flags, *sweep, "--store", "swept")
    assert result.exit_code == 0, result.output
    table = bl.load("swept")
    points = table.groupby(["field", "spins", "g"])["realisation"].nunique()
    assert len(points) == 3 * 2 * 3 and set(points) == {6}
    assert "g = 0.3, field = 1.5, spins = 4" in set(table["case"])
    (found,) = (folder / "figures").glob("quick-field=0.5,1,1.5-spins=3,4/mine.csv")
    means = pd.read_csv(found)
    assert len(means) == 18 and {"field", "spins", "entropy"} <= set(means)
    claims = json.loads(found.with_suffix(".json").read_text())["claims"]
    assert claims[0]["claim"].startswith("field = 0.5, spins = 3: ")
    # A point of the sweep is what the study alone gives.
    script = find_script("mine.py")
    alone = script.build(script.presets["quick"].replace(field=1.5, spins=4))
    rows = alone.measure(alone.cases[1].spec, 1, 2)
    same = table[(table["case"] == "g = 0.3, field = 1.5, spins = 4")]
    assert same[same["realisation"] == 2]["entropy"].tolist() == [rows[0]["entropy"]]


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["run", "no_such_study"], "expected the name of a study, or a script"),
        (["run", "bath_grwoth"], "Did you mean bath_growth"),
        (["run", "Bath-Growth"], "Did you mean bath_growth"),
        (["run", "no_such_file.py"], "there is no such file"),
        (["new", "no_such_folder/mine.py"], "cannot be read or written: No such file"),
        (["status", "mine"], "Stores here: results/mine/quick"),
        (["plot", "results/mine/quik"], "Stores here: results/mine/quick"),
        (["run", "empty.py"], "expected a script with study ="),
        (["new", "mine.py"], "expected a new file"),
        (["new", "mine.txt"], "ending in .py"),
        (["plot", "results"], "does not say how it was asked for"),
        (["run", "mine.py", "--fields", "1"], "No such option"),
        (["run", "mine.py", "--field", "-1"], "field = -1.0 was given; expected a number > 0"),
        (["run", "mine.py", "--couplings", "0.1,-2"], "couplings.1 = -2.0 was given"),
        (["run", "mine.py", "--spins", "2.5"], "spins = 2.5 was given"),
        (["run", "mine.py", "--sweep", "field=1:2"], "field = '1:2' was given"),
        (["run", "mine.py", "--sweep", "field=1:2:1"], "a count of 2 or more"),
        (["run", "mine.py", "--sweep", "field=-1:2:4:log"], "positive for :log"),
        (["run", "mine.py", "--sweep", "field"], "KEY=FIRST:LAST:COUNT"),
        (["run", "mine.py", "--sweep", "fields=1,2"], "Did you mean field?"),
        (["run", "mine.py", "--sweep", "seed=1,2"], "other than realisations and seed"),
        (["run", "mine.py", "--sweep", "field=1,1"], "different values"),
    ],
)
def test_what_is_wrong_is_named_before_any_work(folder, monkeypatch, arguments, words):
    monkeypatch.chdir(folder)
    (folder / "empty.py").write_text("x = 1\n")
    before = sorted(folder.rglob("study.json"))
    result = invoke(*arguments)
    assert result.exit_code in (1, 2) and words in result.output, result.output
    assert sorted(folder.rglob("study.json")) == before


def test_every_command_is_told_in_whole_words():
    shown = invoke("--help").output
    assert set(main.commands) <= {
        line.split()[0] for line in shown.splitlines() if line.strip()
    }
    assert "..." not in shown.partition("Commands:")[2]


def test_where_there_is_no_store_it_is_told_what_makes_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "`bathlab run NAME` makes a store" in invoke("status", "bath_growth").output


def test_commands_in_the_text_of_a_study_keep_their_lines():
    lines = invoke("run", "compare_baths", "--help").output.splitlines()
    first = next(k for k, line in enumerate(lines) if line.endswith("--print-config > my.toml"))
    assert [line.strip() for line in lines[first : first + 2]] == [
        "bathlab run compare_baths --print-config > my.toml",
        "bathlab run compare_baths --config my.toml",
    ]
