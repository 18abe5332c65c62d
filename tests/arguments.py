"""Kinds of arguments: what is never right in the place of one, and odd forms of what is.

``bad`` is refused, always. ``risky`` may be right or wrong where it stands: refused, or the
result is as finite as that of the good argument. ``odd`` is the good value in another form: the
same result.
"""

import datetime
import decimal
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import qutip
from scipy import sparse

NAN, INF = float("nan"), float("inf")
HUGE = 10**400


class Opaque:
    """An object of no use to anyone."""


def no_numbers():
    """What is neither a number nor an array of numbers."""
    return {
        "text": "1.0",
        "bytes": b"1",
        "none": None,
        "dict": {"a": 1.0},
        "set": {1.0, 2.0},
        "generator": (x for x in (1.0, 2.0)),
        "object": Opaque(),
        "class": float,
        "date": datetime.date(2020, 1, 1),
    }


@dataclass
class Argument:
    """A good value, and whether None stands for "not given"."""

    value: Any
    optional: bool = False
    #: Words by which messages may name it.
    said = ()

    def bad(self):
        found = self._bad()
        if self.optional:
            found.pop("none", None)
        return found

    def _bad(self):
        return {"none": None, "number": 1.5, "text": "x", "object": Opaque(), "list": [1.0]}

    def risky(self):
        return {}

    def odd(self):
        return {}


class Real(Argument):
    def _bad(self):
        return no_numbers() | {
            "nan": NAN,
            "true": True,
            "numpy true": np.True_,
            "complex": 1 + 1j,
            "complex nan": complex(1.0, NAN),
            "masked": np.ma.masked,
            "huge": HUGE,
            "overflow": np.longdouble("1e4000"),
            "list": [1.0],
            "array": np.array([1.0, 2.0]),
            "empty": [],
            "decimal": decimal.Decimal(1),
            "numpy date": np.datetime64("2020-01-01"),
            "text scalar": np.str_("1.0"),
            "Qobj": qutip.qeye(2),
        }

    def risky(self):
        return {"inf": INF, "-inf": -INF, "negative": -1.0, "zero": 0, "large": 1e9}

    def odd(self):
        value = self.value
        return {
            "double": np.float64(value),
            "long double": np.longdouble(value),
            "no axes": np.array(float(value)),
            "no imaginary part": complex(value),
            "numpy complex": np.complex128(value),
        }


class Integer(Argument):
    def _bad(self):
        found = Real._bad(self)
        del found["huge"]
        return found | {"fraction": 1.5, "whole float": float(self.value), "inf": INF}

    def risky(self):
        return {"negative": -1, "zero": 0, "far out": 10**30, "huge": HUGE}

    def odd(self):
        return {
            "byte": np.int8(self.value),
            "unsigned": np.uint16(self.value),
            "no axes": np.array(self.value),
        }


class Site(Integer):
    """A place, or several, or none."""

    def _bad(self):
        found = super()._bad()
        del found["empty"]
        return found


class Flag(Argument):
    def _bad(self):
        return no_numbers() | {"one": 1, "nan": NAN, "word": "False", "array": np.array([True])}

    def odd(self):
        return {"numpy": np.bool_(self.value)}


@dataclass
class Text(Argument):
    """Text, one of a few words if those are ``fixed``."""

    fixed: bool = True

    def _bad(self):
        found = no_numbers() | {"number": 3, "true": True, "nan": NAN, "list": ["a"]}
        del found["text"]
        return found | ({"unknown": "unknown", "empty": ""} if self.fixed else {})


class Array(Argument):
    """A list of real numbers, of any length that fits the others."""

    def _bad(self):
        good = np.asarray(self.value, dtype=float)
        first = np.arange(good.size).reshape(good.shape) == 0
        flat = good.ravel().tolist()
        return (
            no_numbers()
            | {
                "nan": np.where(first, NAN, good),
                "inf": np.where(first, INF, good),
                "masked": np.ma.masked_array(good, mask=first),
                "complex": good + 1j,
                "complex nan": good + 1j * np.where(first, NAN, 0),
                "text": np.asarray(good.astype(str)).tolist(),
                "words": np.full(good.shape, "a"),
                "bytes": good.astype("S"),
                "truth values": good > 0,
                "none inside": [None, *flat[1:]],
                "text inside": [str(flat[0]), *flat[1:]],
                "true inside": [True, *flat[1:]],
                "huge inside": [HUGE, *flat[1:]],
                "overflow": np.where(first, np.longdouble("1e4000"), good),
                "ragged": [[1.0], [1.0, 2.0], *flat],
                "objects": good.astype(object),
                "dates": np.full(good.shape, np.datetime64("2020-01-01")),
                "records": np.zeros(good.shape, dtype=[("a", float)]),
                "missing in pandas": pd.Series([None, *flat[1:]], dtype="Float64"),
                "Qobj": qutip.rand_dm(7, seed=1),
                "axis too many": good.reshape(good.shape + (1,) * 3),
            }
            | self._wrong_size(good)
        )

    def _wrong_size(self, good):
        return {"number": 0.5, "empty": []}

    def risky(self):
        good = np.asarray(self.value, dtype=float)
        return {
            "one less": good[:-1],
            "reversed": good[::-1],
            "negative": -good,
            "zeros": np.zeros_like(good),
            "one": good[:1],
        }

    def odd(self):
        good = np.asarray(self.value, dtype=float)
        found = {
            "list": good.tolist(),
            "tuple": tuple(good.tolist()),
            "long doubles": good.astype(np.longdouble),
            "no imaginary part": good + 0j,
            "big endian": good.astype(">f8"),
            "nothing masked": np.ma.masked_array(good, mask=np.zeros(good.shape, bool)),
            "strided": np.repeat(good, 2, axis=-1)[..., ::2],
            "column-major": np.asfortranarray(good),
        }
        if good.ndim == 1:
            found |= {"series": pd.Series(good, index=np.arange(len(good)) + 5)}
            found |= {"index": pd.Index(good), "nullable": pd.Series(good, dtype="Float64")}
        return found


class Integers(Array):
    """A list of whole numbers."""

    def _bad(self):
        return super()._bad() | {"fractions": [1.5, *self.value[1:]], "far out": [10**30]}

    def risky(self):
        return {name: np.asarray(value, int) for name, value in super().risky().items()}

    def odd(self):
        good = np.asarray(self.value)
        return {
            "list": good.tolist(),
            "tuple": tuple(good.tolist()),
            "bytes": good.astype(np.int8),
            "unsigned": good.astype(np.uint64),
            "series": pd.Series(good, index=np.arange(len(good)) + 5),
        }


class Sites(Integers):
    """Spins of a bath, or None for its contact."""

    def _bad(self):
        found = super()._bad() | {"negative": [-1, *self.value[1:]]}
        del found["none inside"]
        return found


class Numbers(Array):
    """A number or an array of any shape."""

    def _bad(self):
        found = super()._bad()
        del found["number"], found["axis too many"]
        return {name: value for name, value in found.items() if name != "empty"}


@dataclass
class Matrix(Array):
    """An array with two axes, of fixed size."""

    def _wrong_size(self, good):
        return {"number": 0.5, "empty": [], "a row": good[0], "not square": good[:-1]}

    def risky(self):
        good = np.asarray(self.value, dtype=float)
        return {"negative": -good, "smaller": good[:-1, :-1]}


class ComplexMatrix(Matrix):
    """The same, which may be complex."""

    def _bad(self):
        found = super()._bad()
        del found["complex"], found["missing in pandas"]
        return found


class Uncertainty(Numbers):
    """Standard errors: what is not finite is not known."""

    def _bad(self):
        found = super()._bad()
        for name in ("nan", "inf", "overflow", "missing in pandas"):
            del found[name]
        return found


class Samples(Array):
    """Numbers, or curves, one for each realisation."""

    def _bad(self):
        found = super()._bad()
        del found["objects"]  # so does a table keep numbers that it knows nothing of
        return found


@dataclass
class Operator(Matrix):
    """A square matrix in any form, ``hermitian`` or not, ``alone`` in its size or not."""

    hermitian: bool = True
    alone: bool = False

    def _bad(self):
        good = np.asarray(self.value, dtype=float)
        n = len(good)
        found = super()._bad()
        for name in ("missing in pandas", "dates", "complex"):
            del found[name]
        found |= {
            "sparse nan": sparse.csr_array(np.where(np.eye(n) > 0, NAN, good)),
            "sparse truth values": sparse.csr_array(good != 0),
            "ket": qutip.basis(n, 0),
            "other dimension": qutip.rand_dm(n + 1, seed=1),
            "sparse, not square": sparse.csr_array(good[:-1]),
            "three axes": np.stack([good] * 2),
            "a frame of text": pd.DataFrame(good.astype(str)),
        }
        if self.alone:
            del found["Qobj"], found["other dimension"]
        if not self.hermitian:
            return found
        skew = np.triu(np.ones((n, n)), 1)
        return found | {"not hermitian": good + skew, "complex": good + 1j * skew}

    def odd(self):
        good = np.asarray(self.value, dtype=float)
        found = super().odd()
        return found | {
            "csr": sparse.csr_array(good),
            "coo matrix": sparse.coo_matrix(good),
            "Qobj": qutip.Qobj(good),
            "sparse Qobj": qutip.Qobj(sparse.csr_matrix(good)),
            "frame": pd.DataFrame(good),
            "csr of long doubles": sparse.csr_array(good.astype(np.complex128)),
        }


class Listed(Array):
    """A list of numbers that has no entry where there is nothing."""

    def _bad(self):
        found = super()._bad()
        del found["empty"]
        return found


class Fields(Listed):
    """Numbers of any shape whose last axis is that of the spins."""

    def _bad(self):
        found = super()._bad()
        del found["axis too many"]
        return found


class Widths(Numbers):
    """Numbers of any shape that may be infinite."""

    def _bad(self):
        found = super()._bad()
        for name in ("inf", "overflow"):
            del found[name]
        return found


class Curves(Matrix):
    """One curve, or several as rows."""

    def _bad(self):
        found = super()._bad()
        for name in ("a row", "not square"):
            del found[name]
        return found


class Stack(Samples):
    """Numbers or arrays of any shape, one for each realisation."""

    def _bad(self):
        found = super()._bad()
        del found["axis too many"], found["objects" if "objects" in found else "ragged"]
        return found


class Labels(Array):
    """What tells clusters apart: numbers or text."""

    def _bad(self):
        found = super()._bad()
        for name in ("text", "words", "bytes", "truth values", "objects", "inf", "overflow"):
            del found[name]
        for name in ("huge inside", "missing in pandas", "true inside", "text inside"):
            found.pop(name)
        return found | {"one less": self.value[:-1], "text and numbers": [*self.value[1:], "a"]}

    def risky(self):
        return {"truth values": np.arange(6) > 2, "two": np.arange(6) // 3}

    def odd(self):
        names = [f"r{label:03}" for label in self.value]
        return {"text": names, "series": pd.Series(names), "index": pd.Index(self.value)}


class State(Array):
    """A vector of unit norm."""

    def _bad(self):
        good = np.asarray(self.value)
        n = len(good)
        found = super()._bad()
        del found["complex"]
        return found | {
            "twice": 2 * good,
            "zero": 0 * good,
            "one less": good[:-1],
            "row": good[None, :],
            "two columns": np.column_stack([good, good]),
            "other ket": qutip.basis(n + 1, 0),
            "projector": qutip.ket2dm(qutip.Qobj(good)),
        }

    def risky(self):
        return {"negative": -np.asarray(self.value)}

    def odd(self):
        good = np.asarray(self.value)
        held = type("Held", (), {"vector": good})()
        return super().odd() | {
            "column": good[:, None],
            "ket": qutip.Qobj(good),
            "bra": qutip.Qobj(good).dag(),
            "holder": held,
        }


class Table(Argument):
    said = ("table", "column")

    def _bad(self):
        return {
            "none": None,
            "number": 3.0,
            "text": "table",
            "array": np.eye(2),
            "dict": {"x": [1.0]},
            "series": pd.Series([1.0]),
            "no rows": self.value.head(0),
            "no columns": pd.DataFrame(index=range(3)),
            "other columns": pd.DataFrame({"other": [1.0, 2.0]}),
            "list": self.value.to_dict("records"),
        }

    def odd(self):
        columns = list(self.value.columns)
        return {
            "other order": self.value[columns[::-1]],
            "index": self.value.set_axis(np.arange(len(self.value)) + 7),
        }


class Rows(Table):
    """A table that may have no rows."""

    def _bad(self):
        found = super()._bad()
        del found["no rows"]
        return found


class Column(Argument):
    def _bad(self):
        return {
            "none": None,
            "number": 3,
            "unknown": "nowhere",
            "empty": "",
            "nan": NAN,
            "object": Opaque(),
            "bytes": b"x",
            "dict": {"a": 1},
        }


class Names(Column):
    def _bad(self):
        return super()._bad() | {
            "a number inside": [3],
            "unknown inside": ["nowhere"],
            "set": {"x"},
            "none inside": [None],
        }

    def odd(self):
        return {"tuple": tuple(self.value), "index": pd.Index(list(self.value), dtype=object)}


class Folder(Argument):
    """The path of a store."""

    def _bad(self):
        return {
            "none": None,
            "number": 3.0,
            "nan": NAN,
            "list": ["a"],
            "nowhere": "/nowhere/at/all",
            "empty": "",
            "object": Opaque(),
        }

    def odd(self):
        return {"text": str(self.value)}


class NewFolder(Folder):
    """The path of a store, to be made if it is not there."""

    def _bad(self):
        found = super()._bad()
        del found["nowhere"]
        return found


class Function(Argument):
    def _bad(self):
        return {"none": None, "number": 3.0, "text": "f", "list": [1.0], "object": Opaque()}


@dataclass
class Made(Argument):
    """An object of a class of this package, or a list or dict of such."""

    more: dict = field(default_factory=dict)

    def _bad(self):
        return {
            "none": None,
            "number": 3.0,
            "nan": NAN,
            "text": "x",
            "empty": [],
            "array": np.eye(3),
            "object": Opaque(),
            "class": Opaque,
            "dict": {"a": Opaque()},
            "list": [Opaque()],
        } | self.more
