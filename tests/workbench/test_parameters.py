"""Parameters of a study as TOML."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bathlab as bl
from bathlab.workbench.configuration import override, update


@dataclass(frozen=True)
class Parameters:
    bath: bl.LocalChainBath = bl.LocalChainBath(spins=9)
    couplings: tuple[float, ...] = (0.1, 0.2)
    realisations: tuple[int, int] = (1, 2)
    note: str | None = None
    seed: int = 1


@given(
    st.builds(
        Parameters,
        bath=st.builds(bl.LocalChainBath, spins=st.integers(2, 12), field=st.floats(-1e9, 1e9)),
        couplings=st.lists(st.floats(allow_nan=False, allow_infinity=False)).map(tuple),
        note=st.none() | st.text(st.characters(codec="utf-8")),
        seed=st.integers(0, 2**63 - 1),
    )
)
def test_toml_and_back_is_the_same(parameters):
    assert bl.workbench.from_toml(Parameters, bl.workbench.to_toml(parameters)) == parameters


def test_settings_and_files_change_what_they_name(tmp_path):
    start = Parameters(note="kept")
    assert override(start, []) == start
    found = override(
        start, ["bath.spins=7", "couplings=[1, 2.5]", "seed = 4", "note=two words"]
    )
    assert found == Parameters(bl.LocalChainBath(7), (1.0, 2.5), note="two words", seed=4)
    file = tmp_path / "a.toml"
    file.write_text("seed = 2\n[bath]\ndisorder = 0.5\n")
    assert update(start, file) == Parameters(
        bl.LocalChainBath(9, disorder=0.5), note="kept", seed=2
    )


@dataclass(frozen=True)
class Several:
    baths: tuple[bl.LocalChainBath, ...] = (bl.LocalChainBath(3), bl.LocalChainBath(4))
    seed: int = 1


def test_lists_of_tables(tmp_path):
    text = bl.workbench.to_toml(Several())
    assert bl.workbench.from_toml(Several, text) == Several()
    found = override(Several(), ["baths.1.spins=5", "baths.0.coupling=0.2"])
    assert found == Several((bl.LocalChainBath(3, coupling=0.2), bl.LocalChainBath(5)))
    file = tmp_path / "a.toml"
    file.write_text("[[baths]]\nspins = 7\n")  # a list takes the place of the whole list
    assert update(Several(), file) == Several((bl.LocalChainBath(7),))


@pytest.mark.parametrize(
    "setting, words",
    [
        ("baths.1.spinz=3", r"unknown key baths\.1\.spinz.*Did you mean baths\.1\.spins"),
        ("baths.1.spins=0", r"baths\.1: spins = 0 was given"),
        ("baths.1.spins=x", r"baths\.1\.spins = 'x' was given"),
        ("baths.2.spins=3", "number from 0 to 1 for 2"),
        ("baths.one.spins=3", "number from 0 to 1"),
        ("baths.1=3", "baths.1 is a table"),
        ("baths=3", "baths = 3 was given"),
        ("baths=[3]", "baths.0"),
        ("baths=[{field=1}]", r"baths\.0\.spins was not given"),
        ("baths=[{spins=3, feild=1}]", r"Did you mean baths\.0\.field"),
    ],
)
def test_what_is_wrong_in_a_list_is_named(setting, words):
    with pytest.raises(ValueError, match=words):
        override(Several(), [setting])


@pytest.mark.parametrize(
    "setting, words",
    [
        ("sede=3", "unknown key sede.*Did you mean seed"),
        ("bath.spinz=3", "unknown key bath.spinz.*Did you mean bath.spins"),
        ("seed=2.5", "seed = 2.5 was given.*integer"),
        ("bath.spins='3'", r"bath\.spins = '3' was given; expected an integer"),
        ("bath.field=true", r"bath\.field = True was given; expected a finite real number"),
        ("couplings=['1.0']", r"couplings\.0 = '1\.0' was given"),
        ("seed=one", "seed = 'one' was given"),
        ("bath.spins=0", "spins = 0 was given; expected an integer"),
        ("couplings=3", "couplings = 3 was given"),
        ("realisations=[1]", "realisations"),
        ("seed.x=1", "seed is not a table"),
        ("seed", "KEY=VALUE"),
    ],
)
def test_what_is_wrong_is_named(setting, words):
    with pytest.raises(ValueError, match=words):
        override(Parameters(), [setting])


def test_what_is_no_toml_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not TOML"):
        bl.workbench.from_toml(Parameters, "seed: 3")
    file = tmp_path / "a.toml"
    for text, words in (
        ("seed: 3", "a.toml is not TOML"),
        ("sede = 3", "sede was given in .*a.toml"),
        ("[bath]\nfeild = 3", "Did you mean bath.field"),
    ):
        file.write_text(text)
        with pytest.raises(ValueError, match=words):
            update(Parameters(), file)
