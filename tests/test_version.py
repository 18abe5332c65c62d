"""The version of a clone is that of its commit; nothing fails where git says nothing."""

import os
import re
import shutil
import subprocess

import pytest

import bathlab as bl
from bathlab import version

git_is_there = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder, *arguments):
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", "-C", folder, *identity, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture()
def clone(tmp_path):
    (tmp_path / "file").write_text("1")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "-qm", "first")
    return tmp_path


def commit(folder):
    return git(folder, "rev-parse", "--short=9", "HEAD")


@git_is_there
def test_a_clone_has_the_version_of_its_commit(clone):
    first = version._of_clone(clone)
    assert first == f"0.2.0.dev1+g{commit(clone)}"
    (clone / "untracked").write_text("1")
    assert version._of_clone(clone) == first
    (clone / "file").write_text("2")
    assert re.fullmatch(re.escape(first) + r"\.d\d{8}", version._of_clone(clone))
    git(clone, "commit", "-qam", "second")
    git(clone, "tag", "v0.3.0")
    git(clone, "tag", "other-tag")
    assert version._of_clone(clone) == "0.3.0"
    (clone / "file").write_text("3")
    assert version._of_clone(clone).startswith(f"0.3.1.dev0+g{commit(clone)}.d")
    git(clone, "commit", "-qam", "third")
    assert version._of_clone(clone) == f"0.3.1.dev1+g{commit(clone)}"


@git_is_there
def test_git_is_asked_about_the_clone_whatever_the_environment_says(clone, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert version._of_clone(clone).startswith("0.2.0.dev1+g")


def test_without_git_it_is_the_installed_version(tmp_path, monkeypatch):
    assert version._of_clone(tmp_path) == ""  # no clone
    (tmp_path / ".git").mkdir()
    assert version._of_clone(tmp_path) == ""  # a broken one
    monkeypatch.setenv("PATH", str(tmp_path))
    assert version._of_clone(tmp_path) == ""  # no git
    monkeypatch.setattr(version, "installed", lambda name: "1.2.3")
    monkeypatch.setattr(version, "_of_clone", lambda folder: "")
    assert version.version.__wrapped__() == "1.2.3"


def told(spec, seed, realisation):
    return [{"told": os.environ.get(version.VARIABLE, ""), "x": version.version()}]


def test_workers_take_the_version_of_their_driver(tmp_path, monkeypatch):
    study = bl.Study("s", told, (bl.Case("c", 1, 4),))
    bl.run(study, tmp_path / "s", workers=2, progress=False)
    table = bl.load(tmp_path / "s", provenance=True)
    assert set(table["told"]) == {f"{version.PACKAGE}={bl.__version__}"}
    assert set(table["version_bathlab"]) == set(table["x"]) == {bl.__version__}
    monkeypatch.setenv(version.VARIABLE, f"{version.PACKAGE}=9.9")
    assert version.version.__wrapped__() == "9.9"
    monkeypatch.setenv(version.VARIABLE, "/another/clone/bathlab=9.9")
    assert version.version.__wrapped__() == bl.__version__
