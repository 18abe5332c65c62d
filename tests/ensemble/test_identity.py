"""What a case and a measure are known by: their values, whatever types hold them."""

import dataclasses
import enum
import functools
import json
import threading
import types
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest

import bathlab as bl


class Kind(enum.Enum):
    ONE, TWO = 1, 2


class Level(enum.IntEnum):
    LOW, HIGH = 0, 1


@dataclasses.dataclass(frozen=True)
class Free:
    """A record whose fields may hold anything."""

    held: object


def identity(spec):
    return bl.Case("c", spec, 1).identity


BIG = np.linspace(0, 1, 300)
SAME = [
    (1, 1.0),
    (np.int8(4), 4),
    (np.float32(0.5), 0.5),
    (np.longdouble(0.25), 0.25),
    (np.bool_(True), True),
    (np.str_("x"), "x"),
    (0.0, -0.0),
    (2.0**70, 2**70),
    (np.complex64(1 + 2j), complex(1, 2)),
    ({"L": np.int64(4), "g": (1, 2.0)}, {"g": [1.0, 2], "L": 4}),
    (types.MappingProxyType({"a": 1}), {"a": 1.0}),
    (np.array([1, 2]), np.array([1.0, 2.0])),
    (np.arange(100), np.arange(100.0)),
    (-np.zeros(200), np.zeros(200)),
    (BIG.astype(np.longdouble), BIG),
    (np.asfortranarray(np.outer(BIG, BIG)), np.outer(BIG, BIG)),
    (np.arange(2**60, 2**60 + 99, dtype=">i8"), np.arange(2**60, 2**60 + 99)),
    (Path("a") / "b", PurePosixPath("a/b")),
    (Level.HIGH, 1),
    (range(3), [0, 1, 2]),
]
DIFFERENT = [
    (True, 1),
    (False, 0.0),
    (1, "1"),
    (None, 0),
    (None, "None"),
    (2**53, 2**53 + 1),
    ({1: "a"}, {"1": "a"}),
    (Kind.ONE, Kind.TWO),
    (Kind.ONE, 1),
    (np.array([1.0]), [1.0]),
    (BIG, np.nextafter(BIG, 2)),
    (np.longdouble(1) / 3, 1 / 3),
    (BIG.astype(np.longdouble) / 3, BIG / 3),
    (np.ma.masked_array(BIG, BIG > 0.5), np.ma.masked_array(BIG, BIG > 0.6)),
    (Path("a"), "a"),
    (b"a", b"b"),
    (Fraction(1, 3), Fraction(1, 4)),
    (Decimal("0.1"), Decimal("0.10000000001")),
    (date(2026, 1, 2), date(2026, 1, 3)),
    (complex(1, 2), complex(1, 3)),
]


@pytest.mark.parametrize("one, other", SAME)
def test_equal_values_are_one_case(one, other):
    for wrap in (lambda x: x, Free, lambda x: {"nested": (x, None)}):
        assert identity(wrap(one)) == identity(wrap(other))


@pytest.mark.parametrize("one, other", DIFFERENT)
def test_different_values_are_two_cases(one, other):
    for wrap in (lambda x: x, Free, lambda x: {"nested": (x, None)}):
        assert identity(wrap(one)) != identity(wrap(other))


@pytest.mark.parametrize("value", [object(), lambda: 1, open, {1: object()}, (np.array, 2)])
def test_what_has_no_value_is_refused(value):
    with pytest.raises(ValueError, match="spec of case 'c'.*expected numbers"):
        identity(value)


def position(spec, seed, realisation):
    return [{"x": float(realisation)}]


def run(measure, store, spec=1, count=2, workers=1, **more):
    study = bl.Study("s", measure, (bl.Case("c", spec, count),), **more)
    return bl.run(study, store, workers, progress=False)


@pytest.mark.parametrize("one, other", [(1, 1.0), ((2, 0.0), [2.0, -0.0]), (BIG, list(BIG))])
def test_a_store_takes_equal_specs_and_no_others(tmp_path, one, other):
    run(position, tmp_path / "s", one)
    if isinstance(one, np.ndarray):
        with pytest.raises(ValueError, match="cannot join"):
            run(position, tmp_path / "s", other, 3)
    else:
        assert len(run(position, tmp_path / "s", other, 3)) == 3


def test_true_is_not_one(tmp_path):
    run(position, tmp_path / "s", {"flag": True})
    with pytest.raises(ValueError, match="flag = True there and 1 here"):
        run(position, tmp_path / "s", {"flag": 1}, 3)


SEEDS = [0, 2**63 - 1, 2**63, np.uint64(2**64 - 1), 2**100 + 7, 2**128 - 1]


def first(spec, seed, realisation):
    return [{"x": bl.streams.stream(seed, realisation, "identity").random()}]


@pytest.mark.parametrize("seed", SEEDS)
def test_seeds_up_to_128_bits_are_stored_without_loss(tmp_path, seed):
    table = run(position, tmp_path / "s", seed=seed)
    assert {int(value) for value in table["seed"]} == {int(seed)}
    small = int(seed) < 2**63
    assert (table["seed"].dtype == np.int64) == small
    assert json.loads((tmp_path / "s/study.json").read_text())["seed"] == int(seed)
    assert bl.status(tmp_path / "s").seed == int(seed)
    assert len(run(position, tmp_path / "s", count=3, seed=seed)) == 3
    with pytest.raises(ValueError, match="seed is"):
        run(position, tmp_path / "s", count=3, seed=int(seed) + 1)


@pytest.mark.parametrize("seed", [-1, -(2**100), 1.5, True, "7", None, float("nan")])
def test_other_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="seed = .*expected an integer >= 0"):
        bl.Study("s", position, (bl.Case("c", 1, 2),), seed=seed)


@dataclasses.dataclass(frozen=True)
class Shifted:
    """An object that measures, itself or by a method."""

    by: float

    def __call__(self, spec, seed, realisation):
        return [{"x": realisation + self.by}]

    def method(self, spec, seed, realisation):
        return self(spec, seed, realisation)

    @classmethod
    def of_class(cls, spec, seed, realisation):
        return cls(0.5)(spec, seed, realisation)

    @staticmethod
    def alone(spec, seed, realisation):
        return [{"x": realisation + 0.5}]


def scaled(factor, spec, seed, realisation, *, by):
    return [{"x": factor * realisation + by}]


def closed(by):
    def measure(spec, seed, realisation):
        return [{"x": realisation + by}]

    return measure


def passed_on(function):
    @functools.wraps(function)
    def wrapper(*arguments):
        return function(*arguments)

    return wrapper


@passed_on
def timed(spec, seed, realisation):
    return [{"x": realisation + 0.5}]


MEASURES = {
    "partial": functools.partial(scaled, 1, by=0.5),
    "partial of a partial": functools.partial(functools.partial(scaled, by=0.5), 1),
    "object": Shifted(0.5),
    "bound method": Shifted(0.5).method,
    "class method": Shifted.of_class,
    "static method": Shifted.alone,
    "closure": closed(0.5),
    "lambda": lambda spec, seed, realisation: [{"x": realisation + 0.5}],
    "wrapped": timed,
}


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("workers", [1, 2])
def test_whatever_can_be_called_measures(tmp_path, name, workers):
    table = run(MEASURES[name], tmp_path / "s", workers=workers)
    assert table["x"].tolist() == [0.5, 1.5]
    assert len(run(MEASURES[name], tmp_path / "s", count=3)) == 3  # it knows itself again


@pytest.mark.parametrize(
    "one, other",
    [
        (functools.partial(scaled, 1, by=0.5), functools.partial(scaled, 1, by=0.75)),
        (Shifted(0.5), Shifted(0.75)),
        (Shifted(0.5).method, Shifted(0.75).method),
        (closed(0.5), closed(0.75)),
    ],
)
def test_what_is_bound_to_a_measure_is_part_of_it(tmp_path, one, other):
    run(one, tmp_path / "s")
    with pytest.raises(bl.errors.OtherCode):
        run(other, tmp_path / "s", count=3)


def test_what_cannot_be_sent_to_a_worker_is_refused_before_there_is_a_folder(tmp_path):
    held = threading.Lock()
    for measure in (functools.lru_cache(closed(0.5)), lambda *_: [{"x": held.locked()}]):
        with pytest.raises(ValueError, match="cannot be sent to a worker"):
            run(measure, tmp_path / "s")
    assert not (tmp_path / "s").exists()


FRAME = pd.DataFrame({"x": [1.0, 2.0], "name": ["a", "b"]})
ROWS = {
    "dict": lambda *_: {"x": 1.0},
    "list": lambda *_: [{"x": 1.0}],
    "tuple": lambda *_: ({"x": 1.0},),
    "generator": lambda *_: ({"x": value} for value in (1.0, 2.0)),
    "frame": lambda *_: FRAME,
    "frame with an index": lambda *_: FRAME.set_index("name"),
    "part of a frame": lambda *_: FRAME[FRAME["x"] > 1],
    "no dimension": lambda *_: {"x": np.array(1.0)},
    "mapping": lambda *_: types.MappingProxyType({"x": 1.0}),
}
COUNTS = {"generator": 4, "frame": 4, "frame with an index": 4}


@pytest.mark.parametrize("name", ROWS)
def test_rows_in_every_form(tmp_path, name):
    table = run(ROWS[name], tmp_path / "s")
    assert len(table) == COUNTS.get(name, 2)
    assert table["x"].iloc[0] == (2.0 if "part" in name else 1.0)
    assert ("name" in table) == ("frame" in name)


@pytest.mark.parametrize(
    "rows", [3.0, "x", [1.0], None, [["x", 1.0]], {1: 2.0}, FRAME[:0], [{}], np.eye(2), FRAME.x]
)
def test_what_are_no_rows_is_a_failure_that_says_so(tmp_path, rows):
    with pytest.raises(bl.errors.NoRows, match="(?s)The measure returned.*expected"):
        run(lambda *_: rows, tmp_path / "s")


def test_cases_may_be_generated(tmp_path):
    study = bl.Study("s", position, (bl.Case(f"L = {n}", n, np.int64(2)) for n in range(3)))
    assert len(study.cases) == 3 and type(study.cases[0].realisations) is int
    assert len(bl.run(study, tmp_path / "s", progress=False)) == 6
