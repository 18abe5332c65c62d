"""What belongs to the user: files that are not written over, text in any alphabet, ``~``; and
commands that make the same data again, in an empty folder."""

import ast
import json
import os
import shlex
import shutil
import subprocess
import sys
import tomllib

import pandas as pd
import pytest
from click.testing import CliRunner
from scripts import ROOT

import bathlab as bl
from bathlab.workbench.command import main
from bathlab.workbench.repeating import as_toml

FLAGS = ("--preset", "quick", "--realisations", "6", "--workers", "1")
ENDINGS = ("png", "pdf", "csv", "json", "txt", "toml")


def invoke(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture()
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert invoke("new", "mine.py").exit_code == 0
    return tmp_path


def run(*words):
    return invoke("run", "mine.py", *FLAGS, *words)


def test_the_file_of_parameters_is_the_users(folder):
    (folder / "own.toml").write_text("# my notes\nspins = 3\n")
    for config in ("own.toml", folder / "own.toml"):
        result = run("--config", config, "--figure", "own.png")
        assert result.exit_code == 0, result.output
        assert (folder / "own.toml").read_text() == "# my notes\nspins = 3\n"
        assert "parameters own.parameters.toml" in result.output
    assert "spins = 3" in (folder / "own.parameters.toml").read_text()
    result = run("--figure", "own.png")  # also if it is not named
    assert result.exit_code == 0 and "my notes" in (folder / "own.toml").read_text()
    result = invoke("plot", "results/mine/quick")
    assert result.exit_code == 0 and "my notes" in (folder / "own.toml").read_text()


def test_a_file_of_parameters_with_the_ending_of_an_output(folder):
    (folder / "own.txt").write_text("spins = 3\n")
    result = run("--config", "own.txt", "--figure", "own.png")
    assert result.exit_code == 1 and "your own files" in result.output
    assert (folder / "own.txt").read_text() == "spins = 3\n" and not (
        folder / "results"
    ).exists()


@pytest.mark.parametrize("ending", ["png", "pdf", "csv", "json", "txt"])
def test_what_bathlab_did_not_write_stays(folder, ending):
    (folder / f"own.{ending}").write_text("mine")
    result = run("--figure", "own.png")
    assert result.exit_code == 1 and f"own.{ending}" in result.output
    assert (folder / f"own.{ending}").read_text() == "mine"
    assert not (folder / "results").exists()


def test_what_bathlab_wrote_gives_way_to_who_names_it(folder):
    assert run("--figure", "own.png").exit_code == 0
    result = run("--figure", "own.png", "--spins", "3")
    assert result.exit_code == 0, result.output
    assert json.loads((folder / "own.json").read_text())["parameters"]["spins"] == 3


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_what_git_tracks_stays_unless_it_is_named(folder, monkeypatch):
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "x")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "x@example.org")
    assert run().exit_code == 0
    for words in (["init", "-q"], ["add", "figures"]):
        subprocess.run(["git", *words], check=True, cwd=folder)
    kept = {path: path.stat().st_mtime_ns for path in (folder / "figures").iterdir()}
    result = run("--realisations", "7")
    assert result.exit_code == 0 and "figure: figures/quick/mine.png" in result.output
    subprocess.run(["git", "add", "figures"], check=True, cwd=folder)
    result = run("--realisations", "8")
    assert result.exit_code == 0 and "figure: figures/quick/mine-2.png" in result.output
    assert {p: p.stat().st_mtime_ns for p in kept} == kept
    result = run("--realisations", "8", "--figure", "figures/mine.png")
    assert result.exit_code == 0, result.output
    assert all(path.stat().st_mtime_ns > stamp for path, stamp in kept.items())


def perform(folder, command):
    """Run a command in a new folder; the record of its figure."""
    folder.mkdir()
    command = command.removeprefix("python ").removeprefix("bathlab ")
    program = [sys.executable, *(["-m", "bathlab"] if command.startswith("run ") else [])]
    done = subprocess.run([*program, *shlex.split(command)], cwd=folder, capture_output=True)
    assert done.returncode == 0, done.stderr
    (record,) = (folder / "figures").rglob("*.json")
    return record


def require_same_data(first, second):
    for ending in (".csv", ".json"):
        one, two = first.with_suffix(ending), second.with_suffix(ending)
        assert one.read_bytes() == two.read_bytes()
    assert len(pd.read_csv(first.with_suffix(".csv"))) > 0


@pytest.mark.slow
def test_the_recorded_command_gives_the_same_data_in_an_empty_folder(folder, tmp_path):
    words = [*FLAGS, "--seed", str(2**100), "--couplings", "0.2,0.7", "--sweep", "field=0.5,1"]
    first = perform(tmp_path / "a", shlex.join(["run", str(folder / "mine.py"), *words]))
    command = json.loads(first.read_text(encoding="utf-8"))["command"]
    assert "--config" not in command
    require_same_data(first, perform(tmp_path / "b", command))


@pytest.mark.slow
def test_the_recorded_command_of_a_study_of_the_package_runs_anywhere(tmp_path):
    words = shlex.join(["run", "hybridisation_chain", *FLAGS, "--spins", "4"])
    first = perform(tmp_path / "a", words)
    command = json.loads(first.read_text(encoding="utf-8"))["command"]
    assert command.startswith("bathlab run hybridisation_chain --preset quick")
    require_same_data(first, perform(tmp_path / "b", command))


@pytest.mark.parametrize(
    "value",
    [
        [{"kind": "chain", "name": 'Störung = "1", \\'}, {"g": [0.1, 2, 1e-9]}],
        [True, False],
        {"a b": {"c": [float("inf"), -0.0, 2**70]}},
        "it's",
    ],
)
def test_values_of_a_command_are_toml(value):
    assert tomllib.loads(f"value = {as_toml(value)}")["value"] == value


PLAIN = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}


def study(name, *words, **environment):
    program = [sys.executable, "-m", "bathlab", "run", name, *map(str, words)]
    return subprocess.run(program, env=os.environ | environment, capture_output=True)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_parameters_are_utf8_in_any_locale(tmp_path, mark):
    config = tmp_path / "Größe.toml"
    text = 'baths = [{kind = "chain", spins = 4, name = "Größe ρ"}]\n'
    config.write_bytes(mark + text.encode())
    done = study("compare_baths", "--config", config, "--print-config", **PLAIN)
    assert done.returncode == 0, done.stderr
    assert "Größe ρ" in done.stdout.decode()
    setting = 'baths=[{kind="chain", spins=4, name="Größe ρ"}]'
    done = study("compare_baths", "--set", setting, "--print-config", **PLAIN)
    assert "Größe ρ" in done.stdout.decode(), done.stderr


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_named(tmp_path, encoding):
    config = tmp_path / "c.toml"
    config.write_bytes('name = "Störung"\n'.encode(encoding))
    done = invoke("run", "compare_baths", "--config", config, "--print-config")
    assert done.exit_code == 1 and "is not UTF-8" in done.output
    assert isinstance(done.exception, SystemExit)  # what a user sees is no traceback


def test_home_is_home_for_every_path(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    (folder / "c.toml").write_text("spins = 3\n")
    result = run("--config=~/c.toml", "--store=~/s", "--figure=~/f.png")
    assert result.exit_code == 0, result.output
    assert {"s", "f.png", "f.toml"} <= {path.name for path in folder.iterdir()}
    assert not (folder / "~").exists()
    assert invoke("status", "~/s").exit_code == 0
    assert len(bl.load("~/s")) == 18 and bl.status("~/s").study == "mine"


def _without_encoding(path):
    """Lines at which a file is opened as text in the encoding of the locale."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        module = getattr(getattr(node.func, "value", None), "id", "")
        is_text = (
            name in ("read_text", "write_text")
            or name == "open"
            and module not in ("os", "Image")
        )
        modes = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if any(isinstance(mode, str) and "b" in mode and len(mode) < 4 for mode in modes):
            continue
        if is_text and "encoding" not in {keyword.arg for keyword in node.keywords}:
            yield f"{path.name}:{node.lineno}"


def test_every_file_of_text_has_its_encoding(tmp_path):
    files = [file for room in ("bathlab", "docs") for file in (ROOT / room).rglob("*.py")]
    assert len(files) > 100
    assert not [line for file in files for line in _without_encoding(file)]
    (tmp_path / "bad.py").write_text("p.read_text()\nopen('x')\nopen('x', 'rb')\n")
    assert list(_without_encoding(tmp_path / "bad.py")) == ["bad.py:1", "bad.py:2"]
