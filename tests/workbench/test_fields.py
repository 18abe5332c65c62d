"""Parameters of a study: description, unit and range, wherever they are shown or checked."""

import json
import tomllib

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import bathlab as bl
from bathlab.workbench import LiomParameters, Parameters, Script, parameter
from bathlab.workbench.baths import AnyBath, Chain, Given, RandomMatrix
from bathlab.workbench.configuration import from_toml, override, schema, to_toml
from bathlab.workbench.sweeps import grid, parse


class Settings(LiomParameters):
    spins: tuple[int, ...] = parameter((6, 1), "spins of each bath", "spins", ge=1, le=12)
    width: float = parameter(4.2, "bandwidth", "mean field", gt=0)
    note: str | None = parameter(None, "a word")
    fast: bool = parameter(False, "whether to hurry")
    baths: tuple[AnyBath, ...] = parameter((Chain(spins=9),), "the baths")
    realisations: tuple[int, ...] = parameter((3, 4), "realisations of each", ge=1)
    equally_many = ("spins", "realisations")

    def check(self):
        if self.width > 100 * max(self.spins):
            raise ValueError("width = {self.width} was given; expected less. Lower it.")


PLAIN = st.floats(1e-9, 50, allow_nan=False)
BATHS = st.builds(Chain, spins=st.integers(1, 9), lioms=st.integers(0, 3), transverse=PLAIN)


# Text of any letters is drawn slowly where the processor is shared.
@given(
    st.builds(
        Settings,
        spins=st.tuples(st.integers(1, 12), st.integers(1, 12)),
        width=PLAIN,
        note=st.none() | st.text(st.characters(codec="utf-8")),
        fast=st.booleans(),
        baths=st.lists(BATHS | st.just(RandomMatrix(spins=3, bandwidth=2.0))).map(tuple),
        seed=st.integers(0, 2**63 - 1),
    )
)
def test_commented_toml_and_back_is_the_same(given_ones):
    assert from_toml(Settings, to_toml(given_ones)) == given_ones


def test_each_key_has_its_comment():
    lines = to_toml(Settings()).splitlines()
    above = {
        line.split(" = ")[0]: lines[i - 1] for i, line in enumerate(lines) if " = " in line
    }
    assert above["spins"] == "# spins of each bath [spins, >= 1, <= 12]"
    assert above["width"] == "# bandwidth [mean field, > 0]"
    assert (
        "# note is not set" in lines
        and lines[lines.index("# note is not set") - 1] == "# a word"
    )
    assert lines.index("spins = [6, 1]") < lines.index("alpha = 0.75") < lines.index("seed = 1")


def test_the_schema_has_units_and_ranges():
    found = schema(Settings)
    spins, width = (found["properties"][name] for name in ("spins", "width"))
    assert spins["items"] == {"type": "integer", "minimum": 1, "maximum": 12}
    assert spins["unit"] == "spins" and spins["description"] == "spins of each bath"
    assert width["exclusiveMinimum"] == 0 and width["default"] == 4.2
    assert "bounds" not in json.dumps(found)
    assert found["$defs"]["Chain"]["properties"]["spins"]["minimum"] == 1


@pytest.mark.parametrize(
    "setting, words",
    [
        ("spins=[3, 0]", r"spins\.1 = 0 was given; expected a number >= 1, <= 12. Choose"),
        ("spins=[3, 13]", r"spins\.1 = 13 was given"),
        ("width=0", "width = 0.0 was given; expected a number > 0"),
        ("width=nan", "width = nan was given.*finite"),
        ("width=inf", "width = inf was given.*finite"),
        ("realisations=[1]", "2 of spins, 1 of realisations were given; expected as many"),
        ("width=9e9", "expected less. Lower it"),
        ("seed=-1", "seed = -1 was given"),
        ("seed=true", "seed = True was given; expected an integer"),
        ("realisations=[true]", r"realisations\.0 = True was given; expected an integer"),
        ("seed='3'", "seed = '3' was given; expected an integer"),
        ("seed=3.0", "seed = 3.0 was given; expected an integer"),
        ("width='1.5'", "width = '1.5' was given; expected a finite real number"),
        ("width=true", "width = True was given; expected a finite real number"),
        ("fast=1", "fast = 1 was given; expected True or False"),
        ("fast='true'", "fast = 'true' was given; expected True or False"),
        ("spins=['3', 4]", r"spins\.0 = '3' was given; expected an integer"),
        ("baths.0.spins='4'", r"baths\.0\.spins = '4' was given; expected an integer"),
        ("widht=1", "Did you mean width"),
        ("baths.0.spins=0", r"baths\.0: spins = 0 was given; expected a number >= 1"),
        ("baths.0.spinz=3", r"baths\.0\.spinz.*Did you mean baths\.0\.spins"),
        ("baths.0.spins=x", r"baths\.0\.spins = 'x' was given"),
        ("baths=[{spins=3}]", r"baths\.0\.kind was not given"),
        ("baths=[{kind='chian', spins=3}]", r"baths\.0\.kind = 'chian' was given.*'chain'"),
        ("baths=[{kind='chain'}]", r"baths\.0\.spins was not given"),
        ("baths=[{kind='given'}]", r"baths\.0\.file was not given"),
        ("baths=[{kind='chain', spins=3, bandwidth=2}]", r"baths\.0\.bandwidth.*transverse"),
        ("baths=[{kind='chain', spins=3, g1=0.2}]", "g1 = 0.2.*lioms = NUMBER"),
        ("baths=[{kind='chain', spins=3, lioms=-1}]", "lioms = -1 was given"),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(setting, words):
    with pytest.raises(ValueError, match=words):
        override(Settings(), [setting])


def test_parameters_are_frozen_and_replaced_with_a_check():
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.width = 3.0
    assert settings.replace(width=3.0) == Settings(width=3.0) != settings
    with pytest.raises(ValueError, match="width = -3.0 was given"):
        settings.replace(width=-3.0)
    with pytest.raises(ValueError, match="bounds"):
        parameter(1.0, "wrong", minimum=3)


def test_whole_numbers_stand_for_real_ones_and_arrays_numbers_for_pythons():
    settings = Settings(width=np.int64(3), seed=np.uint8(7), alpha=np.float32(0.5))
    assert settings == Settings(width=3.0, seed=7, alpha=0.5)
    several = Settings(spins=np.array([3, 4]), realisations=range(1, 3))
    assert several == Settings(spins=(3, 4), realisations=(1, 2))
    assert override(Settings(), ["width=3"]).width == 3.0
    assert [type(value) for value in (settings.width, settings.seed)] == [float, int]


def test_columns_are_the_single_numbers():
    assert Settings().columns() == {
        "width": 4.2, "fast": False, "g1": 0.2, "alpha": 0.75, "field": 1.0, "disorder": 0.5,
    }  # fmt: skip


def script(**changes):
    def cases(p):
        for spins, count in zip(p.spins, p.realisations):
            yield bl.Case(f"{spins}", spins, count, columns={"spins": spins})

    fields = {
        "name": "small",
        "question": "Is it small?",
        "presets": {"default": Settings()},
        "cases": cases,
        "measure": lambda spec, seed, realisation: [{"value": 1.0}],
        "watch": "value",
    }
    return Script(**{**fields, **changes})


def test_every_parameter_has_its_flag_with_type_and_range():
    command = script().command
    shown = " ".join(CliRunner().invoke(command, ["--help"]).output.split())
    for words in (
        "--spins INTEGER,... spins of each bath [spins, >= 1, <= 12]",
        "--width NUMBER bandwidth [mean field, > 0]",
        "--note TEXT a word",
        "--fast TRUE|FALSE whether to hurry",
        "--baths TOML the baths",
        "--alpha NUMBER",
        "Is it small?",
    ):
        assert words in shown, words
    given = ["--spins", "3,4", "--width", "2", "--set", "width=9", "--alpha", "0.5"]
    given += ["--note", "3", "--fast", "true", "--baths", "{kind = 'chain', spins = 4}"]
    printed = CliRunner().invoke(command, [*given, "--print-config"]).output
    assert from_toml(Settings, printed) == Settings(
        spins=(3, 4), width=2.0, alpha=0.5, note="3", fast=True, baths=(Chain(spins=4),)
    )
    printed = CliRunner().invoke(command, ["--print-schema"]).output
    assert json.loads(printed) == schema(Settings)


def test_parameters_are_columns_of_every_case():
    study = script().build(Settings(width=2.0))
    assert [case.columns["spins"] for case in study.cases] == [6, 1]
    assert all(case.columns["width"] == 2.0 for case in study.cases)


def test_a_script_without_what_it_needs_is_refused():
    class Bare(Parameters):
        pass

    class Taken(Settings):
        store: str = parameter("x", "a place")

    for changes, words in (
        ({"presets": {"quick": Settings()}}, "expected one called 'default'"),
        ({"presets": {"default": Settings(), "b": Taken()}}, "all of one kind"),
        ({"presets": {"default": Bare()}}, "expected realisations"),
    ):
        with pytest.raises(ValueError, match=words):
            script(**changes)
    with pytest.raises(ValueError, match=r"called \['store'\] were given"):
        script(presets={"default": Taken()}).command


def test_sweeps_as_the_command_line_has_them():
    assert parse(["alpha=0.3:0.9:7"]) == {"alpha": [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}
    assert parse(["n=2:8:4", "g=0.01:1:3:log"]) == {"n": [2, 4, 6, 8], "g": [0.01, 0.1, 1.0]}
    assert parse(["spins=[6, 1],[5, 1]"]) == {"spins": [[6, 1], [5, 1]]}
    assert parse(["kind=a, b"]) == {"kind": ["a", "b"]}
    assert len(grid(parse(["a=1,2", "b=1:3:3"]))) == 6


def test_a_sweep_is_a_study():
    build = script().build
    study = bl.sweep(build, Settings(), alpha=[0.3, 0.5], **{"baths.0.spins": [4]})
    names = [case.name for case in study.cases]
    assert names[0] == "6, alpha = 0.3, baths.0.spins = 4" and len(names) == 4
    assert [case.columns["alpha"] for case in study.cases] == [0.3, 0.3, 0.5, 0.5]
    assert study.watch == "value" and study.seed == 1
    for values, words in (
        ({"alpha": []}, "one or more different values"),
        ({"alpha": [0.3, 0.3]}, "list each value once"),
        ({"seed": [1, 2]}, "other than realisations and seed"),
        ({"alhpa": [1.0]}, "Did you mean alpha"),
        ({"alpha": [-1.0]}, "alpha = -1.0 was given"),
    ):
        with pytest.raises(ValueError, match=words):
            bl.sweep(build, Settings(), **values)


def test_kinds_of_bath_make_their_specs():
    assert Chain(spins=8).bath() == bl.LocalChainBath(8)
    assert RandomMatrix(spins=6, level_spacing=0.1).bath() == bl.RandomMatrixBath(
        6, level_spacing=0.1
    )
    enlarged = Chain(spins=7, lioms=2, alpha=0.6, g1=0.3, liom_field=0.8, liom_disorder=0.1)
    chain = bl.LiomChain(2, 0.6, 0.3, 0.8, 0.1)
    assert enlarged.bath() == bl.EnlargedBath(bl.LocalChainBath(7), chain)
    assert Chain(spins=8, coupling=0.1, field=1.0).label == "8-chain, coupling = 0.1"
    assert RandomMatrix(spins=6, bandwidth=4.2, lioms=2).label == "6-spin GOE + 2 LIOMs"
    assert Chain(spins=7, lioms=1).label == "7-chain + 1 LIOM"
    assert Given(file="data/mine.npz").label == "mine"
    assert Given(file="data/mine.npz", name="my own").label == "my own"


def test_a_bath_is_written_as_briefly_as_it_was_told():
    text = to_toml(Settings(baths=(Chain(spins=9, lioms=2), Given(file="a.npz"))))
    assert tomllib.loads(text)["baths"] == [
        {"kind": "chain", "spins": 9, "lioms": 2},
        {"kind": "given", "file": "a.npz"},
    ]
