"""Stores and records that all tests of reports look at, made once."""

import pytest
from browser import chromium
from click.testing import CliRunner

import bathlab as bl
from bathlab.__main__ import main

#: A thermalisation curve of a second.
TINY = ["spins=4", "lioms=1", "couplings=[0.05, 0.5]", "equal=3", "realisations=[3, 4, 5]"]


def run_tiny(folder, *more):
    """A store of the tiny curve in a folder, with its record beside it."""
    settings = [word for setting in TINY for word in ("--set", setting)]
    place = ["--store", str(folder / "store"), "--figure", str(folder / "tiny.png")]
    done = CliRunner().invoke(
        main, ["run", "thermalisation_curve", *settings, *place, "--workers", "1", *more]
    )
    assert done.exit_code == 0, done.output
    return folder / "store"


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """A store of a study; tiny.json, tiny.csv lie beside it."""
    return run_tiny(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def driver():
    """Chromium that finds no host."""
    with chromium() as driver:
        yield driver


def noisy(spec, seed, realisation):
    """A measure of no study: it fails in one realisation."""
    if realisation == 2:
        raise ArithmeticError("<b>no</b> level & no state")
    return [{"value": float((realisation * 7 % 5) + seed), "residual": 1e-12 * realisation}]


@pytest.fixture(scope="session")
def plain_store(tmp_path_factory):
    """A store that a script of its own made, one realisation of which raised."""
    path = tmp_path_factory.mktemp("plain") / "store"
    study = bl.Study(
        "mine <script>", noisy, (bl.Case("a & b", bl.LiomChain(1), 6),), watch="value"
    )
    with pytest.warns(bl.errors.FailedRealisations):
        bl.run(study, path)
    return path
