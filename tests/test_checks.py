"""The door for numbers and arrays: what people have passes, the rest is refused by name."""

import decimal
import fractions

import numpy as np
import pandas as pd
import pytest
import qutip

from bathlab import checks

NAN, INF = float("nan"), float("inf")
GOOD = np.array([0.5, 1.0, 2.0])
SAME_NUMBERS = {
    "list": [0.5, 1.0, 2.0],
    "tuple of kinds": (np.float32(0.5), 1, np.int8(2)),
    "half precision": GOOD.astype(np.float16),
    "long doubles": GOOD.astype(np.longdouble),
    "zero imaginary part": GOOD + 0j,
    "series": pd.Series(GOOD, index=[7, 8, 9]),
    "nullable series": pd.Series(GOOD, dtype="Float64"),
    "index": pd.Index(GOOD),
    "nothing masked": np.ma.masked_array(GOOD, mask=False),
    "big endian": GOOD.astype(">f8"),
    "strided": np.repeat(GOOD, 2)[::2],
}
NO_ARRAYS = {
    "NaN": [0.5, NAN, 2.0],
    "infinite": [0.5, INF, 2.0],
    "overflow": [np.longdouble("1e4000"), 1.0, 2.0],
    "masked": np.ma.masked_array(GOOD, mask=[0, 0, 1]),
    "missing in pandas": pd.Series([0.5, None, 2.0], dtype="Float64"),
    "complex": GOOD + 1e-30j,
    "complex NaN": GOOD + 1j * NAN,
    "text": "123",
    "numeric text": ["0.5", "1", "2"],
    "text among numbers": [0.5, "1", 2.0],
    "bytes": b"123",
    "truth values": [True, False, True],
    "one truth value": [True, 1.0, 2.0],
    "boolean array": GOOD > 0.7,
    "none": None,
    "none among numbers": [0.5, None, 2.0],
    "objects": np.array([0.5, 1.0, 2.0], dtype=object),
    "fractions": [fractions.Fraction(1, 2), 1, 2],
    "dates": np.array(["2020-01-01"] * 3, dtype="M8[D]"),
    "times": np.array([1, 2, 3], dtype="m8[s]"),
    "ragged": [[0.5], [1.0, 2.0]],
    "mapping": {0: 0.5, 1: 1.0, 2: 2.0},
    "set": {0.5, 1.0, 2.0},
    "generator": (x for x in GOOD),
    "huge integer": [10**400, 1, 2],
    "records": np.zeros(3, dtype=[("a", float)]),
    "empty": [],
    "a number": 1.0,
    "two axes": GOOD[:, None],
    "a class": float,
}


@pytest.mark.parametrize("given", SAME_NUMBERS)
def test_an_array_of_the_same_numbers_is_the_same(given):
    found = checks.as_array("x", SAME_NUMBERS[given])
    assert found.dtype == np.float64 and found.dtype.isnative and np.array_equal(found, GOOD)


@pytest.mark.parametrize("given", NO_ARRAYS)
def test_no_array_is_refused_by_name(given):
    with pytest.raises(ValueError, match=r"x(\[\d\])? = .*given; expected .*\. \w.*\.") as told:
        checks.as_array("x", NO_ARRAYS[given])
    assert type(told.value) is ValueError


def test_an_array_of_doubles_is_not_copied():
    assert checks.as_array("x", GOOD) is GOOD
    assert checks.as_array("x", GOOD, kind="complex") is GOOD


def test_what_is_wrong_is_named_with_its_place():
    with pytest.raises(ValueError, match=r"x\[1, 0\] = nan \(2 such of 6\)"):
        checks.as_array("x", [[1, 2], [NAN, 3], [4, INF]], ndim=2)
    with pytest.raises(ValueError, match=r"x\[2\] = 1.0 .*ascending"):
        checks.as_array("x", [0.0, 1.0, 1.0], ascending=True)
    with pytest.raises(ValueError, match=r"x\[0\] = 0.0 .*above 0"):
        checks.as_array("x", [0.0, 1.0], above=0)
    with pytest.raises(ValueError, match=r"x\[1\] = -1.0 .*of at least 0"):
        checks.as_array("x", [0.0, -1.0, NAN], minimum=0, missing=True)
    with pytest.raises(ValueError, match=r"x = ndarray of shape \(3,\).*\(2,\)"):
        checks.as_array("x", GOOD, shape=(2,))


def test_what_may_pass_passes():
    assert np.isnan(checks.as_array("x", [NAN, 1.0], missing=True)[0])
    assert np.isinf(checks.as_array("x", [INF, 1.0], infinite=True, minimum=0)[0])
    assert checks.as_array("x", 2, ndim=None).shape == ()
    assert checks.as_array("x", [], least=0).shape == (0,)
    assert checks.as_array("x", [[1, 2], [3, 4]], shape=(None, 2)).shape == (2, 2)
    assert checks.as_array("x", [1, 2 + 3j], kind="complex").dtype == np.complex128
    assert checks.as_array("x", np.uint8([1, 2]), kind="integer").dtype == np.int64
    assert checks.as_array("x", (), kind="integer", least=0).dtype == np.int64


@pytest.mark.parametrize("given", [[1.0, 2.0], [1.5, 2], [2**63, 1], [10**30], [1j]])
def test_integers_are_no_fractions(given):
    with pytest.raises(ValueError, match="integer"):
        checks.as_array("x", given, kind="integer")


@pytest.mark.parametrize(
    "given", [2, 2.0, np.int8(2), np.float16(2), np.longdouble(2), np.array(2.0), 2 + 0j]
)
def test_a_number_is_the_same_in_any_precision(given):
    found = checks.as_real("x", given)
    assert type(found) is float and found == 2.0
    if not isinstance(given, complex) and np.asarray(given).dtype.kind in "iu":
        assert type(checks.as_integer("x", given)) is int


@pytest.mark.parametrize(
    "given",
    [NAN, INF, -INF, True, np.True_, "2", b"2", None, [2.0], np.array([2.0]), 1j, 10**400]
    + [10**5000, np.ma.masked, np.datetime64("2020-01-01"), {}, decimal.Decimal(2), float]
    + [np.longdouble("1e4000"), (x for x in [1]), complex(1, NAN)],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_number_is_refused_by_name(given):
    for check in (checks.as_real, checks.as_integer):
        with pytest.raises(ValueError, match=r"x = .*given; expected") as told:
            check("x", given) if check is checks.as_real else check("x", given, 0, 9)
        assert len(str(told.value)) < 300


@pytest.mark.parametrize("given", [2.0, np.float64(2.0), 3, -1])
def test_an_integer_is_whole_by_type_and_within_its_bounds(given):
    with pytest.raises(ValueError, match="expected an integer >= 0 and <= 2"):
        checks.as_integer("x", given, 0, 2)


def test_bounds_of_a_number():
    assert checks.as_real("x", INF, infinite=True) == INF
    assert checks.as_real("x", -INF, infinite=True) == -INF
    assert checks.as_real("x", 0, minimum=0) == 0.0
    for bounds in ({"above": 1}, {"minimum": 1.1}, {"below": 1}):
        with pytest.raises(ValueError, match="x = 1"):
            checks.as_real("x", 1, **bounds)
    with pytest.raises(ValueError, match="x = nan"):
        checks.as_real("x", NAN, infinite=True)


def test_a_flag_is_true_or_false():
    assert checks.as_flag("x", np.True_) is True
    for given in (1, 0, "False", None, [True], NAN):
        with pytest.raises(ValueError, match="x = .*True or False"):
            checks.as_flag("x", given)


def test_names_are_text():
    assert checks.as_names("by", "case") == ["case"]
    assert checks.as_names("by", pd.Index(["a", "b"])) == ["a", "b"]
    for given in (["a", 1], [""], "", None, {"a": 1}, 3):
        with pytest.raises(ValueError, match="by = "):
            checks.as_names("by", given)


def test_a_state_in_every_form():
    psi = np.array([0.6, 0.0, 0.8j, 0.0])
    ket = qutip.Qobj(psi, dims=[[2, 2], [1, 1]])
    held = type("Held", (), {"vector": psi})()
    for given in (psi, list(psi), psi[:, None], ket, ket.dag(), held, psi.astype(np.complex64)):
        assert np.allclose(checks.as_state("state", given, 4), psi, atol=1e-7)
    real = np.array([0.6, 0.8])
    assert checks.as_state("state", real, 2) is real


@pytest.mark.parametrize(
    "given, told",
    [
        (np.full(4, NAN), "nan"),
        (np.full(4, 0.6), "norm of state = 1.2"),
        (np.zeros(4), "norm of state = 0"),
        (np.full(3, 3**-0.5), r"\(3,\)"),
        (np.full((1, 4), 0.5), r"\(1, 4\)"),
        (np.eye(4), r"\(4, 4\)"),
        (qutip.qeye(4), r"\(4, 4\)"),
        (np.ma.masked_array(np.full(4, 0.5), mask=[0, 0, 0, 1]), "masked"),
        ([True, False, False, False], "truth values"),
        ("psi", "text"),
        (None, "None"),
    ],
)
def test_no_state_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        checks.as_state("state", given, 4)


def test_a_spec_keeps_what_python_has_and_settles_the_rest():
    class Spec:
        a, b, c = 1, np.float32(0.5), np.array(2.0)

    spec = Spec()
    checks.settle(spec, a=1.0, b=0.5, c=2.0)
    assert [type(x) for x in (spec.a, spec.b, spec.c)] == [int, float, float]


def test_a_table_is_a_frame():
    frame = pd.DataFrame({"a": [1], "b": [2]})
    assert list(checks.select(frame, ["b"])) == ["b"]
    for given in (None, {"a": [1]}, [[1]], np.eye(2), frame["a"]):
        with pytest.raises(ValueError, match="table = .*DataFrame"):
            checks.select(given, ["a"])
    with pytest.raises(ValueError, match=r"Unknown columns \['c'\]"):
        checks.select(frame, ["a", "c"])
