"""Every public function refuses what is wrong by name, and takes odd forms of what is right.

Good arguments of each are written down in ``arguments_of_all``; each is replaced in turn by
what its kind (see ``arguments.py``) calls bad, risky or odd. A new public name without an entry
fails.
"""

import contextlib
import dataclasses
import inspect
import warnings
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from arguments_of_all import ABSTRACT, HELD, TABLE, UNNAMED
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from public_names import NAMES
from scipy import sparse

import bathlab as bl
from bathlab.checks import shown

#: Odd forms differ from the good one by the rounding of a product in another order.
ROUNDING = 1e-9
LEAST_CALLS = 2000
KINDS = ("bad", "risky", "odd")
KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY


def test_every_public_name_has_its_arguments():
    known = {name.split("/")[0] for name in TABLE} | set(HELD) | set(ABSTRACT)
    assert set(NAMES) == known
    for name, function in NAMES.items():
        if name in TABLE and "*" not in str(inspect.signature(function)):
            assert set(TABLE[name]) == set(inspect.signature(function).parameters), name


def leaves(result, path=""):
    """Numbers, arrays and text of a result, by their place in it."""
    if isinstance(result, bl.GivenBath):
        result = result.matrices
    if isinstance(result, bl.operators.System):
        result = result.matrix() if result.has_matrix else list(result.dims)
    if sparse.issparse(result):
        result = result.toarray()
    if isinstance(result, pd.DataFrame):
        result = result.to_dict("list")
    if isinstance(result, pd.Series):
        result = result.to_numpy()
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        fields = dataclasses.fields(result)
        result = {each.name: getattr(result, each.name) for each in fields if each.repr}
    if isinstance(result, Mapping):
        for key, value in result.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(result, (list, tuple)):
        for place, value in enumerate(result):
            yield from leaves(value, f"{path}[{place}]")
    elif isinstance(result, (bool, int, float, complex, np.generic, np.ndarray)):
        if np.asarray(result).dtype.kind in "biufc":
            yield path, np.asarray(result)
    elif isinstance(result, str):
        yield path, result


def has_nan(value):
    return not isinstance(value, str) and bool(np.isnan(np.asarray(value, complex)).any())


def assert_finite(result, good):
    """No NaN where the result of the good arguments has none."""
    usual = {path for path, value in leaves(good) if has_nan(value)}
    for path, value in leaves(result):
        assert not has_nan(value) or path in usual or usual and "[" in path, path


def assert_same(result, good):
    found, wanted = dict(leaves(result)), dict(leaves(good))
    assert found.keys() == wanted.keys()
    for path, value in wanted.items():
        if isinstance(value, str):
            assert found[path] == value, path
        else:
            scale = float(np.max(np.abs(value), initial=1.0, where=np.isfinite(value)))
            close = np.allclose(
                found[path], value, rtol=ROUNDING, atol=ROUNDING * scale, equal_nan=True
            )
            assert close, path


def names_it(message, name, argument, value):
    """Whether a message names the argument or quotes the value."""
    words = {argument, argument.strip("*s"), argument.split("_")[0], shown(value)}
    words |= set(TABLE[name][argument].said)
    words |= set(UNNAMED.get(f"{name}.{argument}", ()))
    if isinstance(value, (str, int, float)) and str(value):
        words.add(str(value)[:40])
    if isinstance(value, float):
        words.add(f"{value:g}")
    return any(word and word.lower() in message.lower() for word in words)


def tried(name, kind):
    """Each argument replaced in turn: (argument, what with, the arguments)."""
    for argument, good in TABLE[name].items():
        for what, value in getattr(good, kind)().items():
            replaced = {key: each.value for key, each in TABLE[name].items()}
            yield argument, what, replaced | {argument: value}


def run(name, arguments):
    function = NAMES[name.split("/")[0]]
    positional, named = [], {}
    kinds = {key: each.kind for key, each in inspect.signature(function).parameters.items()}
    for value in arguments.values():
        if isinstance(value, (Axes, Figure)) and name != "plotting.legend_above":
            value.clear()
    for key, value in arguments.items():
        if key.startswith("*"):
            several = key == "*estimates" and isinstance(value, (list, tuple))
            positional.extend(value if several else [value])
        elif any(each.startswith("*") for each in arguments) and kinds[key] is not KEYWORD_ONLY:
            positional.append(value)
        else:
            named[key] = value
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        result = function(*positional, **named)
        entered = isinstance(result, contextlib._GeneratorContextManager)
        return result.__enter__() if entered else result


#: What is wrong with a size may be said of the other argument.
SIZES = ("Qobj", "not square", "other dimension", "one less")


def what_is_wrong(name, argument, arguments, good, strict=True):
    """Why the answer to a bad or risky argument is none; or ""."""
    try:
        result = run(name, arguments)
    except ValueError as error:
        several = [argument] if strict else list(arguments)
        if any(names_it(str(error), name, each, arguments[each]) for each in several):
            return ""
        return f"the message names neither: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    try:
        assert_finite(result, good)
    except AssertionError as error:
        return f"NaN at {error}"
    return None


@pytest.mark.parametrize("name", TABLE)
def test_a_bad_argument_is_refused_by_name(name):
    good, wrong = run(name, {key: each.value for key, each in TABLE[name].items()}), []
    for kind in ("bad", "risky"):
        for argument, what, arguments in tried(name, kind):
            problem = what_is_wrong(
                name, argument, arguments, good, kind == "bad" and what not in SIZES
            )
            if problem is None and kind == "bad":
                problem = "no error"
            if problem:
                wrong.append(f"{argument} = {what}: {problem}"[:300])
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", TABLE)
def test_an_odd_form_gives_the_same(name):
    good, wrong = run(name, {key: each.value for key, each in TABLE[name].items()}), []
    for argument, what, arguments in tried(name, "odd"):
        try:
            assert_same(run(name, arguments), good)
        except Exception as error:
            wrong.append(f"{argument} = {what}: {type(error).__name__} {error}"[:300])
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_table_makes_thousands_of_calls():
    count = {kind: sum(len(list(tried(name, kind))) for name in TABLE) for kind in KINDS}
    assert sum(count.values()) >= LEAST_CALLS and min(count.values()) > 500, count
