"""A disordered bath of the user's own file, from TOML to the rows of two processes."""

import os
import subprocess
import sys

import numpy as np
import pytest

import bathlab as bl
from bathlab.workbench.baths import BathParameters, Chain, Own, RandomMatrix
from bathlab.workbench.configuration import from_toml, override, to_toml, update

TEXT = """
import dataclasses

import numpy as np
import bathlab as bl

SCALE = 2.0


def entries(seed, realisation, count):
    return SCALE * bl.streams.stream(seed, realisation, "levels").uniform(-1, 1, count)


def levels(seed, realisation, *, spins=2, width=1.0):
    dims = (2,) * spins
    contact = bl.operators.site_operator("x", -1, dims)
    probe = bl.operators.site_operator("x", 0, dims)
    return bl.model.BathMatrices(
        np.diag(width * entries(seed, realisation, 2**spins)), contact, probe, dims
    )


def matrix(seed, realisation, *, spins=2, width=1.0):
    whole = levels(seed, realisation, spins=spins)
    draws = entries(seed, realisation, 4**spins).reshape(2**spins, -1)
    return width * (draws + draws.T), whole.contact, whole.probe


@dataclasses.dataclass(frozen=True)
class Levels(bl.model.CoreBath):
    spins: int = 2
    width: float = 1.0

    def draw(self, seed, realisation):
        return levels(seed, realisation, spins=self.spins, width=self.width)


number = 3
"""


def expected(seed, realisation, spins=2, width=1.0):
    draws = bl.streams.stream(seed, realisation, "levels").uniform(-1, 1, 2**spins)
    return np.diag(width * 2.0 * draws)


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A file of its own name in a folder below the working directory."""
    monkeypatch.chdir(tmp_path)
    stem = f"own_{tmp_path.name}"
    (tmp_path / "sub").mkdir()
    file = tmp_path / "sub" / f"{stem}.py"
    file.write_text(TEXT)
    yield file
    sys.modules.pop(stem, None)


def test_the_function_of_a_file_is_a_bath(own):
    named = Own(source=f"sub/{own.name}:levels", arguments={"spins": 3, "width": 0.5})
    grain = named.bath().sample(4, 7)
    assert np.array_equal(grain.hamiltonian, expected(4, 7, 3, 0.5))
    assert grain.system.dims == (2, 2, 2)
    assert named.bath() == named.bath()
    assert named.label == "levels, spins = 3, width = 0.5"
    enlarged = Own(source=f"{own}:levels", lioms=2, name="mine")
    assert enlarged.bath() == bl.EnlargedBath(
        Own(source=f"{own}:levels").bath(), bl.LiomChain(2)
    )
    assert enlarged.label == "mine"
    bl.model.check_bath(named.bath())


def test_the_class_of_a_file_is_a_bath_that_a_store_knows_by_its_code(own):
    def named(**arguments):
        return Own(source=f"{own}:Levels", arguments=arguments).bath()

    def known(bath):
        return bl.Case("c", bath, 1).identity

    assert np.array_equal(named(spins=3).sample(4, 7).hamiltonian, expected(4, 7, 3))
    bl.model.check_bath(named())
    before, other = known(named()), known(named(width=2.0))
    assert known(named()) == before != other
    own.write_text(TEXT.replace("SCALE = 2.0", "SCALE = 3.0"))
    assert known(named()) != before
    with pytest.raises(ValueError, match="In the bath Levels.*sites"):
        named(sites=3)


def baths_of(path):
    base = BathParameters(baths=(Chain(spins=3),), realisations=(2,))
    return update(base, path).baths


def test_a_path_in_a_file_of_parameters_starts_in_its_folder(own, monkeypatch):
    table = f"baths = [ {{ kind = 'own', source = '{own.name}:levels' }} ]\n"
    (own.parent / "my.toml").write_text(table)
    (bath,) = baths_of("sub/my.toml")
    # Written down so that it is found from here, wherever the file of parameters goes.
    assert bath.source == os.path.join("sub", f"{own.name}:levels")
    (own.parents[1] / "here.toml").write_text(
        to_toml(BathParameters(baths=(bath,), realisations=(1,)))
    )
    assert baths_of("here.toml") == (bath,)
    elsewhere = own.parents[1] / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    (bath,) = baths_of("../sub/my.toml")
    assert bath.source == f"{own}:levels"
    assert np.array_equal(bath.bath().sample(1, 2).hamiltonian, expected(1, 2))
    np.savez(
        own.parent / "three.npz", hamiltonian=np.eye(2), contact=np.eye(2), probe=np.eye(2)
    )
    (own.parent / "given.toml").write_text(
        "baths = [ { kind = 'given', file = 'three.npz' } ]\n"
    )
    assert baths_of("../sub/given.toml")[0].bath().sample(1).dimension == 2


def test_parameters_with_arguments_are_written_and_read_back(own):
    long = {"spins": 2, "width": 0.25}
    own_bath = Own(source=f"{own}:levels", name="a name " * 12, lioms=1, arguments=long)
    given = BathParameters(
        baths=(own_bath, RandomMatrix(spins=2, bandwidth=1.0)), realisations=(3,)
    )
    assert from_toml(BathParameters, to_toml(given)) == given
    changed = override(given, ["baths.0.arguments.width=2.5", "baths.0.arguments.spins=3"])
    assert changed.baths[0].arguments == {"spins": 3, "width": 2.5}
    with pytest.raises(ValueError, match="arguments"):
        override(given, ["baths.0.argument.width=2.5"])


@pytest.mark.parametrize(
    "source, arguments, words",
    [
        ("{file}", {}, "FILE.py:FUNCTION"),
        ("{file}:", {}, "FILE.py:FUNCTION"),
        (":levels", {}, "FILE.py:FUNCTION"),
        ("none.py:levels", {}, "no file none.py"),
        ("{folder}:levels", {}, "no file"),
        ("{file}:level", {}, "Did you mean levels"),
        ("{file}:number", {}, "defines no function number"),
        ("{file}:levels", {"spin": 3}, "unexpected keyword argument 'spin'"),
    ],
)
def test_what_is_no_function_of_a_file_is_refused(own, source, arguments, words):
    source = source.format(file=own, folder=own.parent)
    with pytest.raises(ValueError, match=words):
        Own(source=source, arguments=arguments).bath()


def test_a_file_that_raises_or_has_a_taken_name_is_refused(tmp_path):
    for name, text, words in (
        ("broken_own_bath.py", "def levels(:\n", "raised SyntaxError"),
        ("empty_own_bath.py", "1 / 0\n", "raised ZeroDivisionError"),
        ("numpy.py", TEXT, "numpy is loaded already.*Rename"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(ValueError, match=words):
            Own(source=f"{tmp_path / name}:levels").bath()
    assert sys.modules["numpy"] is np and "empty_own_bath" not in sys.modules


def hamiltonian(bath, seed, realisation):
    return [{"levels": np.diag(bath.sample(seed, realisation).hamiltonian)}]


def study(own, count, **arguments):
    bath = Own(source=f"{own}:levels", arguments=arguments).bath()
    return bl.Study("own", hamiltonian, (bl.Case("levels", bath, count),), seed=5)


def test_a_store_notices_a_changed_function_and_no_changed_comment(own, tmp_path):
    store = tmp_path / "store"
    bl.run(study(own, 2), store, progress=False)
    own.write_text(f"# a comment\n{TEXT}")
    assert len(bl.run(study(own, 3), store, progress=False)) == 3
    with pytest.raises(ValueError, match="arguments.width"):
        bl.run(study(own, 3, width=2.0), store, progress=False)
    own.write_text(TEXT.replace("SCALE = 2.0", "SCALE = 3.0"))
    with pytest.raises(ValueError, match="has code = .* there and"):
        bl.run(study(own, 3), store, progress=False)


@pytest.mark.slow
def test_workers_draw_it_without_a_copy_of_the_file(own, tmp_path):
    """By value: they neither find the file on their path nor need it later."""
    asked = study(own, 6)
    own.unlink()
    table = bl.run(asked, tmp_path / "store", workers=2, progress=False)
    for row in table.itertuples():
        assert np.array_equal(row.levels, np.diag(expected(5, row.realisation)))


@pytest.mark.slow
def test_a_study_compares_it_from_a_file_of_parameters(own, tmp_path):
    """Two workers; from the parameters beside the figure nothing is computed again."""
    (own.parent / "my.toml").write_text(
        "couplings = [0.1, 0.6]\nrealisations = [3]\nwindow = 4.0\nbaths = [\n"
        '    { kind = "chain", spins = 4 },\n'
        f'    {{ kind = "own", source = "{own.name}:matrix", name = "mine", lioms = 1, '
        "arguments = { spins = 3, width = 0.5 } },\n]\n"
    )
    command = [sys.executable, "-m", "bathlab", "run", "compare_baths", "--store", "store"]
    command += ["--workers", "2"]

    def study(*flags):
        done = subprocess.run([*command, *flags], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout, bl.load("store")

    shown, table = study("--config", "sub/my.toml", "--figure", "mine.png")
    assert "mine: gap ratio" in shown
    rows = table[table["bath"] == "mine"].sort_values("realisation")
    assert rows["dimension"].tolist() == [16, 16, 16] and rows["gap_ratio"].nunique() == 3
    bath = Own(source=f"{own}:matrix", lioms=1, arguments={"spins": 3, "width": 0.5}).bath()
    for realisation, rho in zip(rows["realisation"], rows["rho"]):
        levels = np.linalg.eigvalsh(bath.sample(1, realisation).hamiltonian)
        assert rho == np.sum(np.abs(levels) <= 2) / 4

    def parts():
        return sorted((p.name, p.read_bytes()) for p in (tmp_path / "store/rows").iterdir())

    before = parts()
    study("--config", "mine.toml", "--figure", "again.png")
    assert before and parts() == before
