"""What the documents show is what the code does."""

import contextlib
import io
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import bathlab
from bathlab.workbench.configuration import update

ROOT = Path(__file__).parents[1]


def test_the_library_example_prints_what_the_readme_shows():
    readme = (ROOT / "README.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    expected = re.search(r"```text\n(.*?)```", readme, re.DOTALL).group(1)
    assert len([line for line in code.splitlines() if line]) == 10
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(code, "README.md", "exec"), {})
    assert shown.getvalue() == expected


@pytest.mark.parametrize(
    "page",
    [
        "avalanche",
        "baths",
        "circuit",
        "fading_ergodicity",
        "observables",
        "resonance_model",
        "sectors",
        "start",
    ],
)
def test_the_examples_of_a_page_print_what_it_shows(page):
    text = (ROOT / f"docs/{page}.md").read_text()
    codes, outputs = (
        re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("python", "text")
    )
    assert codes
    names = {"__name__": page}
    for code, expected in zip(codes, outputs, strict=True):
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            exec(compile(code, f"{page}.md", "exec"), names)
        assert shown.getvalue() == expected


def test_the_newcomers_file_and_script_print_what_the_page_shows():
    text = (ROOT / "docs/newcomer.md").read_text()
    code = "".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    (expected,) = re.findall(r"```text\n(.*?)```", text, re.DOTALL)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(code, "newcomer.md", "exec"), {"__name__": "newcomer"})
    assert shown.getvalue() == expected


def test_the_list_of_baths_of_a_page_is_one(tmp_path):
    from bathlab.workbench.baths import BathParameters

    text = (ROOT / "docs/baths.md").read_text()
    (toml,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    code = next(iter(re.findall(r"```python\n(.*?)```", text, re.DOTALL)))
    (tmp_path / "mybath.py").write_text(code.partition("\n\nbath = ")[0])
    (tmp_path / "my.toml").write_text(f"realisations = [1]\n{toml}")
    base = BathParameters(baths=({"kind": "chain", "spins": 2},), realisations=(1,))
    named = update(base, tmp_path / "my.toml").baths
    assert [each.bath().sample(1).dimension for each in named] == [256] * 4


def test_the_ensemble_example_runs_as_a_script(tmp_path):
    (code,) = re.findall(
        r"```python\n(import bathlab.*?)```",
        (ROOT / "docs/ensembles.md").read_text(),
        re.DOTALL,
    )
    (tmp_path / "mine.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "mine.py"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "energy_error" in done.stdout and "k_high" in done.stdout
    assert len(bathlab.load(tmp_path / "results")) == 20


def test_every_symbol_has_the_functions_and_columns_that_its_page_says():
    text = (ROOT / "docs/symbols.md").read_text()
    functions = set(re.findall(r"`bl\.([\w.]+)`", text))
    assert len(functions) > 35
    assert [name for name in sorted(functions) if not reached(name)] == []
    named = re.findall(r"((?:`\w+`, )*`\w+`) of (\w+)", text)
    assert len(named) > 25
    for columns, study in named:
        header = (ROOT / f"figures/{study}.csv").read_text().partition("\n")[0].split(",")
        assert set(re.findall(r"\w+", columns)) <= set(header), study


def reached(name: str) -> bool:
    found = bathlab
    for part in name.split("."):
        found = getattr(found, part, None)
    return found is not None


def test_every_name_that_moved_is_where_the_changelog_says():
    moved = re.findall(
        r"^\| `bl\.(\w+)` \| `bl\.([\w.]+)` \|$",
        (ROOT / "CHANGELOG.md").read_text(),
        re.MULTILINE,
    )
    assert len(moved) > 60
    for old, new in moved:
        assert old not in bathlab.__all__
        assert pkgutil.resolve_name(f"bathlab.{new}") is not None
