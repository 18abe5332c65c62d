"""The examples in docstrings: every public callable has one, and it prints what it says."""

import doctest
import inspect

import numpy as np
import pytest
from arguments_of_all import ABSTRACT, HELD
from public_names import NAMES

import bathlab as bl

FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
#: A page of documentation shows an example at a glance.
MOST_LINES = 16


#: What a function returns is shown by the example of that function.
SHOWN = [name for name in NAMES if name not in HELD and name not in ABSTRACT]


def examples(name):
    """Those of a function, or of a class and its own methods."""
    value = NAMES[name]
    finder = doctest.DocTestFinder(recurse=inspect.isclass(value), exclude_empty=True)
    module = inspect.getmodule(value)
    return [each for each in finder.find(value, name, module, globs={}) if each.examples]


@pytest.mark.parametrize("name", SHOWN)
def test_docstring_shows_an_example(name):
    assert examples(name), f"{name} has no example"
    assert "Examples\n" in inspect.getdoc(NAMES[name]), f"{name}: no section Examples"


@pytest.mark.parametrize("name", [name for name in NAMES if examples(name)])
def test_example_prints_what_it_says(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for each in examples(name):
        assert sum(part.source.count("\n") for part in each.examples) <= MOST_LINES, each.name
        said = []
        runner = doctest.DocTestRunner(optionflags=FLAGS)
        with np.printoptions(precision=8):
            found = runner.run(each, out=said.append)
        assert not found.failed, "".join(said)


def test_a_wrong_example_fails():
    parser = doctest.DocTestParser()
    wrong = ">>> import bathlab as bl\n>>> print(bl.crossover_length(6, 0.5))\n6.1\n"
    each = parser.get_doctest(wrong, {"bl": bl}, "wrong", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(each, out=lambda text: None).failed == 1
