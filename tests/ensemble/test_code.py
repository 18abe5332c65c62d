"""What a measure is known by: its source and what it uses of its own module."""

import functools
import importlib.util
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from bathlab.ensemble.code import code_of

MODULE = '''
"""A study."""
from __future__ import annotations
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
import numpy as np
from bathlab.conventions import SIGMA_X
if TYPE_CHECKING:
    from bathlab.conventions import Row

STEP = 0.5
EDGES = np.arange(3) * STEP
UNUSED = 1

@dataclass(frozen=True)
class Spec:
    """A spec."""
    g: float

    @property
    def twice(self):
        return 2 * self.g

@lru_cache
def inner(x):
    return x + EDGES.sum()

def unused(x):
    return x

def measure(spec: Spec, seed: int, realisation: int) -> list[Row]:
    """One row."""
    unseen = 3  # a comment
    return [{"x": inner(spec.twice), "y": SIGMA_X[0, 1], "z": unseen}]

if __name__ == "__main__":
    from bathlab.ensemble.code import code_of
    import json
    code = code_of(measure)
    print(json.dumps([code.name, code.digest, dict(code.parts)]))
'''


@pytest.fixture()
def loaded(tmp_path):
    """The measure of a script, as a study that is loaded by its path has it."""

    def load(text, name="script"):
        file = tmp_path / f"{name}.py"
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    yield load
    for name in ("script", "other"):
        sys.modules.pop(name, None)


def test_parts_are_what_the_measure_uses_of_its_module(loaded):
    code = code_of(loaded(MODULE).measure)
    assert code.name == "script.measure" and len(code.digest) == 16
    assert set(code.parts) == {"measure", "inner", "EDGES", "STEP", "Spec"}


@pytest.mark.parametrize(
    "before, after, changed",
    [
        ("2 * self.g", "3 * self.g", {"Spec"}),
        ("x + EDGES", "x - EDGES", {"inner"}),
        ("STEP = 0.5", "STEP = 0.25", {"STEP"}),
        ("unseen = 3", "unseen = 4", {"measure"}),
        ("@lru_cache\n", "", {"inner"}),
        ("g: float\n", "g: float = 1.0\n", {"Spec"}),
        ("UNUSED = 1", "UNUSED = 1\nSTEP += 1", {"STEP"}),
        ("UNUSED = 1", "UNUSED = 1\nEDGES[0] = 1", {"EDGES"}),
    ],
)
def test_an_edit_is_seen_where_it_is(loaded, before, after, changed):
    first, second = code_of(loaded(MODULE).measure), None
    assert before in MODULE
    second = code_of(loaded(MODULE.replace(before, after)).measure)
    assert first.digest != second.digest
    assert {name for name in first.parts if first.parts[name] != second.parts[name]} == changed


@pytest.mark.parametrize(
    "before, after",
    [
        ("  # a comment", ""),
        ('"""One row."""', '"""A row, said\n    in other words."""'),
        ('    """A spec."""\n', ""),
        ("[0, 1]", "[\n        0,\n        1,\n    ]"),
        ('{"x"', "{'x'"),
        ("UNUSED = 1", "UNUSED = 2\n\n\n"),
        ("def unused(x):\n    return x", "def unused(x, y):\n    return y"),
    ],
)
def test_what_changes_no_row_does_not_count(loaded, before, after):
    first = code_of(loaded(MODULE).measure)
    assert before in MODULE and first == code_of(loaded(MODULE.replace(before, after)).measure)


def test_a_script_has_the_same_code_however_it_is_started(loaded, tmp_path):
    code = code_of(loaded(MODULE).measure)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [code.name, code.digest, dict(code.parts)]


def test_an_installed_measure_is_named_by_its_module():
    from bathlab.analysis.levels import mean_gap_ratio

    assert code_of(mean_gap_ratio).name == "bathlab.analysis.levels.mean_gap_ratio"


def scaled(factor, spec, seed, realisation):
    return [{"x": factor * realisation}]


class Measure:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, spec, seed, realisation):
        return [{"x": self.factor * realisation}]

    def method(self, spec, seed, realisation):
        return self(spec, seed, realisation)


def made(factor, function=abs):
    def measure(spec, seed, realisation):
        return [{"x": function(factor) * realisation}]

    return measure


def decorated(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)

    return wrapper


@decorated
def wrapped(spec, seed, realisation):
    return [{"x": 1.0}]


@pytest.mark.parametrize(
    "make",
    [
        lambda factor: functools.partial(scaled, factor),
        lambda factor: functools.partial(scaled, factor=factor),
        Measure,
        lambda factor: Measure(factor).method,
        made,
        lambda factor: made(1, lambda x: factor * x),
        lambda factor: lambda spec, seed, k, x=factor: [{"x": x}],
        lambda factor: functools.partial(scaled, np.full(100, factor)),
    ],
)
def test_values_bound_to_a_measure_count(make):
    assert code_of(make(2.0)) == code_of(make(2.0))
    assert code_of(make(2.0)).digest != code_of(make(3.0)).digest


def test_names_of_measures_that_are_no_plain_functions():
    here = __name__
    assert code_of(functools.partial(scaled, 2)).name == f"{here}.scaled"
    assert code_of(Measure(2)).name == f"{here}.Measure"
    assert code_of(Measure(2).method).name == f"{here}.Measure.method"
    assert code_of(wrapped).name == f"{here}.wrapped"
    assert {"wrapped", "decorated", "decorated.<locals>.wrapper"} <= set(code_of(wrapped).parts)
    assert code_of(made(2, np.abs)).digest != code_of(made(2, np.sign)).digest


def test_bound_functions_of_one_name_all_count():
    def both(one, two):
        return lambda spec, seed, k: [{"x": one(k), "y": two(k)}]

    def scale(factor):
        return lambda k: factor * k

    known = {code_of(both(scale(a), scale(b))).digest for a in (1, 2) for b in (1, 2)}
    assert len(known) == 4


def test_lambdas_of_one_line_are_told_apart():
    one, two = (lambda s, seed, k: [{"x": 1}]), (lambda s, seed, k: [{"x": 2}])
    assert code_of(one).digest != code_of(two).digest
    assert "(bytecode)" not in code_of(one).name + code_of(two).name


def test_two_functions_of_one_name_are_told_apart():
    def measure(spec, seed, realisation):
        return [{"x": 1.0}]

    first = code_of(measure)

    def measure(spec, seed, realisation):
        return [{"x": 2.0}]

    assert code_of(measure).digest != first.digest and code_of(measure).name == first.name


NO_SOURCE = """
from bathlab.ensemble.code import code_of
def make(step, text):
    names = {"STEP": step, "__name__": "typed"}
    exec(text, names)
    return code_of(names["measure"])
text = "def measure(spec, seed, k):\\n    'Words.'\\n    return [{'x': STEP * k + %s}]"
codes = [make(1, text % 1), make(1, text.replace("Words", "Other") % 1), make(2, text % 1),
         make(1, text % 2)]
print(*(code.digest for code in codes), codes[0].name, sorted(codes[0].parts))
"""


def test_without_source_it_is_the_bytecode_and_the_name_says_so(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", NO_SOURCE], capture_output=True, text=True, check=True
    )
    first, same, constant, edited, *rest = done.stdout.split(maxsplit=4)
    assert first == same and len({first, constant, edited}) == 3
    assert rest[0].strip() == "typed.measure (bytecode) ['STEP', 'measure']"


def test_the_digest_is_that_of_every_python_and_process():
    """A constant: a store made with one Python goes on with another."""
    text = textwrap.dedent("""
        import sys
        from bathlab.ensemble.code import code_of
        from bathlab.ensemble.source import plain
        import ast, hashlib
        tree = ast.parse("def f(x, *y, z: int = 1) -> None:\\n    'd'\\n    return f'{x!r:>3}'")
        print(hashlib.sha256(repr(plain(tree)).encode()).hexdigest()[:16])
    """)
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", text],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        assert done.stdout.strip() == "d4e35068483a0a9d"


def test_the_source_is_read_anew_when_the_file_changes(loaded):
    file = Path(loaded(MODULE).__file__)
    first = code_of(sys.modules["script"].measure)
    file.write_text("# moved down\n" + MODULE)
    os.utime(file, (1, 1))
    second = code_of(loaded("# moved down\n" + MODULE).measure)
    assert first == second
