"""What a stranger gets: from the wheel, from a clone, from an archive without git."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from bathlab.version import _of_clone

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    *(".venv*", ".tox", ".*_cache", "__pycache__", ".hypothesis"),
    *("build", "dist", "results", "*.egg-info"),
)
in_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no clone")


def call(*command, cwd, **environment):
    """What a command prints, without the paths of this process."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, cwd=cwd, env=inherited | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


class Environment:
    """A virtual environment of nothing but pip."""

    def __init__(self, folder):
        self.folder = folder
        call(sys.executable, "-m", "venv", str(folder), cwd=folder.parent)
        self.programs = folder / ("Scripts" if os.name == "nt" else "bin")

    def python(self, *arguments, cwd, **environment):
        return call(str(self.programs / "python"), *arguments, cwd=cwd, **environment)

    def install(self, *what):
        self.python("-m", "pip", "install", "-q", *what, cwd=self.folder)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The working tree in a folder called bathlab, where builds leave nothing behind."""
    return shutil.copytree(
        ROOT, tmp_path_factory.mktemp("above") / "bathlab", ignore=LEFT_OUT, symlinks=True
    )


@pytest.fixture(scope="module")
def shipped(copy, tmp_path_factory):
    """The sdist, and the wheel that is built from it, outside git."""
    folder = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "build", str(copy), "--outdir", str(folder), cwd=folder)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def environment(shipped, tmp_path_factory):
    """A fresh environment with the wheel and all that it asks for."""
    made = Environment(tmp_path_factory.mktemp("fresh") / "venv")
    made.install(str(shipped[1]))
    return made


def test_wheel_and_sdist_hold_the_studies_and_the_stubs(shipped):
    sdist, wheel = shipped
    in_wheel = set(zipfile.ZipFile(wheel).namelist())
    in_sdist = {name.partition("/")[2] for name in tarfile.open(sdist).getnames()}
    package = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bathlab").rglob("*")
        if path.suffix in (".py", ".pyi", ".typed", ".mplstyle", ".jinja", ".css", ".js")
    ]
    studies = {path.name for path in (ROOT / "studies").glob("*.py")}
    assert "bathlab/py.typed" in package and "thermalisation_curve.py" in studies
    assert {*package, *(f"bathlab/studies/{name}" for name in studies)} <= in_wheel
    assert {*package, *(f"studies/{name}" for name in studies)} <= in_sdist
    others = {name.split("/")[0] for name in in_wheel} - {"bathlab"}
    assert len(others) == 1 and others.pop().endswith(".dist-info")


def test_a_study_runs_from_the_wheel_in_an_empty_folder(environment, tmp_path):
    """With nothing of qutip, seaborn or Dask imported, and Dask not even installed."""
    flags = ("--preset", "quick", "--realisations", "2", "--lioms", "2", "--workers", "1")
    program = str(environment.programs / "bathlab")
    assert "bath_growth" in call(program, "list", cwd=tmp_path).stdout
    done = call(
        program, "run", "bath_growth", *flags, cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1"
    )
    assert (tmp_path / "figures/bath_growth.png").exists()
    imported = set(re.findall(r"\| +([\w.]+)$", done.stderr, re.MULTILINE))
    assert {"bathlab.workbench", "numpy"} <= imported
    assert not {"qutip", "distributed", "pypardiso", "cupy", "seaborn"} & imported
    code = "import bathlab; print(bathlab.__version__, bathlab.__file__)"
    version, file = environment.python("-c", code, cwd=tmp_path).stdout.split()
    assert Path(file).is_relative_to(environment.folder)
    assert version == call(program, "--version", cwd=tmp_path).stdout.split()[-1]


def test_an_editable_clone_is_found_from_the_folder_above(environment, copy):
    """There, the clone's own folder is a namespace package that comes first on the path."""
    environment.install("--no-deps", "--force-reinstall", "-e", str(copy))
    code = "import bathlab; bathlab.GivenBath; print(bathlab.__file__)"
    file = environment.python("-c", code, cwd=copy.parent).stdout.strip()
    assert Path(file) == copy / "bathlab/__init__.py"
    listed = call(str(environment.programs / "bathlab"), "list", cwd=copy.parent).stdout
    assert "thermalisation_curve" in listed


@in_git
def test_the_version_is_that_of_the_commit_wherever_it_is_built(tmp_path):
    tool = Environment(tmp_path / "venv")
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    tool.install(*required)

    def git(*arguments, cwd):
        return call("git", *arguments, cwd=cwd).stdout.strip()

    def version(folder):
        return tool.python("-m", "setuptools_scm", cwd=folder).stdout.strip()

    git("clone", "-q", str(ROOT), "bathlab", cwd=tmp_path)
    clone = tmp_path / "bathlab"
    for tag in git("tag", cwd=clone).split():
        git("tag", "-d", tag, cwd=clone)
    commit, count = (
        git(*a, cwd=clone) for a in (("rev-parse", "HEAD"), ("rev-list", "--count", "HEAD"))
    )
    assert version(clone) == f"0.2.0.dev{count}+g{commit[:9]}" == _of_clone(clone)
    (clone / "README.md").write_text("changed")
    assert re.fullmatch(
        rf"0\.2\.0\.dev{count}\+g{commit[:7]}[0-9a-f]*\.d\d{{8}}", version(clone)
    )
    git("checkout", "-q", "README.md", cwd=clone)

    git("clone", "-q", "--depth", "1", clone.as_uri(), "shallow", cwd=tmp_path)
    assert version(tmp_path / "shallow").startswith(f"0.2.0.dev1+g{commit[:7]}")

    archive = tmp_path / "archive"
    git("archive", "--prefix", "archive/", "-o", "a.tar", "HEAD", cwd=clone)
    with tarfile.open(clone / "a.tar") as file:
        file.extractall(tmp_path, filter="data")
    (clone / "a.tar").unlink()
    assert version(archive).startswith(f"0.2.0.dev0+g{commit[:7]}")

    git("tag", "v0.2.0", cwd=clone)
    assert version(clone) == "0.2.0"
    git("archive", "-o", "a.tar", "HEAD", ".git_archival.txt", cwd=clone)
    with tarfile.open(clone / "a.tar") as file:
        file.extractall(archive, filter="data")
    assert version(archive) == "0.2.0"
