"""Lists of parameters that need some values at least."""

import pytest

import bathlab as bl
from bathlab.workbench import parameter
from bathlab.workbench.configuration import schema


class Parameters(bl.workbench.Parameters):
    spins: tuple[int, ...] = parameter((3, 4, 5), "sizes", at_least=3, ge=1)


def test_a_list_that_is_too_short_is_refused_in_words():
    with pytest.raises(ValueError, match=r"spins = \[3, 4\] was given.*at least 3 items"):
        bl.workbench.from_toml(Parameters, "spins = [3, 4]")
    with pytest.raises(ValueError, match="spins.0 = 0"):
        Parameters(spins=(0, 1, 2))
    assert Parameters(spins=(6, 7, 8, 9)).spins == (6, 7, 8, 9)


def test_the_length_is_shown():
    assert "# sizes [3 or more of them, >= 1]\n" in bl.workbench.to_toml(Parameters())
    entry = schema(Parameters)["properties"]["spins"]
    assert entry["minItems"] == 3 and entry["items"]["minimum"] == 1
