"""Rows know their code: what is refused, accepted, told apart, and read of bathlab 0.1."""

import dataclasses
import json
import shutil
import warnings
from pathlib import Path

import measures
import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.ensemble.store.repairing import repair
from bathlab.errors import MixedCode, OtherCode

#: Written by bathlab 0.1.0: cases "one" and "other", two realisations of each.
OLD = Path(__file__).parent / "data/store_0_1"


def study(step, count=3, version="", helper=None):
    """A study whose measure adds ``step`` and, if there is one, calls a helper."""
    if helper is None:

        def measure(spec, seed, realisation):
            return [{"x": realisation + step}]

    else:

        def measure(spec, seed, realisation):
            return [{"x": helper(realisation) + step}]

    return bl.Study("s", measure, (bl.Case("c", 1, count),), version=version)


def go(made, store, **more):
    return bl.run(made, store, progress=False, **more)


def snapshot(folder):
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*")}


@pytest.fixture()
def store(tmp_path):
    go(study(1.0), tmp_path / "s")
    return tmp_path / "s"


@pytest.mark.parametrize(
    "other, words",
    [
        ({"step": 2.0}, r"edited: study.<locals>.measure.step"),
        ({"step": 2.0, "count": 5}, r"edited: study.<locals>.measure.step"),
        ({"step": 1.0, "version": "2"}, "version is '' there and '2' here"),
        (
            {"step": 1.0, "helper": lambda x: x},
            r"edited: study.<locals>.measure; added: study.<locals>.measure.helper",
        ),
    ],
)
def test_an_edited_measure_is_refused_before_any_work(store, other, words):
    before = snapshot(store)
    with pytest.raises(OtherCode, match=f"another measure.*{words}.*--store.*--accept-code"):
        go(study(**other), store)
    assert snapshot(store) == before
    assert go(study(1.0, 4), store)["x"].tolist() == [1.0, 2.0, 3.0, 4.0]  # unchanged: goes on


def test_accepted_rows_of_two_codes_are_told_apart(store):
    table = go(study(2.0, 5, version="b"), store, accept_code=True)
    assert table["x"].tolist() == [1.0, 2.0, 3.0, 5.0, 6.0]
    assert table["provenance"].nunique() == 2
    table = bl.load(store, provenance=True)
    assert table["code_version"].tolist() == ["", "", "", "b", "b"]
    first, second = dict.fromkeys(table["code_digest"])
    assert len(first) == len(second) == 16
    spec = json.loads((store / "study.json").read_text())
    listed = [(code["digest"], code["version"]) for code in spec["codes"]]
    assert spec["format"] == 4 and listed == [(first, ""), (second, "b")]
    assert all(code["name"].endswith(".study.<locals>.measure") for code in spec["codes"])
    assert all(code["parts"] for code in spec["codes"])
    found = bl.status(store)
    assert found.codes["realisations"].tolist() == [3, 2] and found.has_mixed_code
    assert found.codes["digest"].tolist() == [first, second]
    go(study(2.0, 6, version="b"), store)  # both are known now
    go(study(1.0, 7), store)
    with pytest.raises(OtherCode):
        go(study(3.0, 7), store)
    assert bl.status(store).codes["realisations"].tolist() == [4, 3]


def test_means_over_rows_of_two_codes_warn(store):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        go(study(1.0, 5), store)
        bl.summarise(bl.load(store), ["case"], ["x"])
    go(study(2.0, 10), store, accept_code=True)
    table = bl.load(store)
    with pytest.warns(MixedCode, match="1 of the means.*'code_digest'"):
        bl.summarise(table, ["case"], ["x"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = bl.load(store, provenance=True)
        assert len(bl.summarise(told, ["case", "code_digest"], ["x"])) == 2
        assert len(bl.summarise(table, ["case", "provenance"], ["x"])) == 2
    with pytest.warns(MixedCode, match="1 of the means"):
        bl.summarise(told, ["case"], ["x"])


def test_accepting_is_remembered_although_nothing_is_missing(store):
    go(study(2.0), store, accept_code=True)
    assert go(study(2.0), store)["x"].tolist() == [1.0, 2.0, 3.0]
    found = bl.status(store)
    assert found.codes["realisations"].tolist() == [3, 0] and not found.has_mixed_code


def test_a_measure_that_only_failed_may_be_mended(tmp_path):
    def measure(spec, seed, realisation):
        raise ArithmeticError("diverges")

    failing = bl.Study("s", measure, (bl.Case("c", 1, 3),))
    with pytest.raises(bl.errors.NoRows, match="diverges"):
        go(failing, tmp_path / "s")
    assert len(go(study(1.0), tmp_path / "s", retry_failed=True)) == 3
    assert bl.status(tmp_path / "s").codes["realisations"].tolist() == [0, 3]


def test_a_lost_study_file_is_written_anew_by_the_same_code_only(store):
    (store / "study.json").unlink()
    with pytest.raises(OtherCode, match="the code of the rows has digest"):
        go(study(2.0), store)
    assert not (store / "study.json").exists()
    go(study(2.0, 4), store, accept_code=True)
    assert bl.status(store).codes["realisations"].tolist() == [3, 1]
    (store / "study.json").unlink()
    go(study(1.0, 4), store, accept_code=True)
    assert len(json.loads((store / "study.json").read_text())["codes"]) == 2


def test_a_part_of_another_code_that_was_copied_in_is_noticed(store, tmp_path):
    go(study(2.0, 6), tmp_path / "t")
    shutil.copy(next((tmp_path / "t/rows").iterdir()), store / "rows")
    with pytest.raises(OtherCode, match="the code of the rows has digest"):
        go(study(1.0, 6), store)
    with pytest.raises(
        bl.errors.DamagedStore, match="realisation 0 of case 'c' has x = .* and .*"
    ):
        bl.load(store)
    repair(store)  # sets aside what both computed, and keeps what only one did
    assert bl.load(store)["x"].tolist() == [5.0, 6.0, 7.0]
    with pytest.raises(OtherCode, match="the code of the rows has digest"):
        go(study(1.0, 6), store)


@pytest.fixture()
def old(tmp_path):
    return Path(shutil.copytree(OLD, tmp_path / "old"))


def old_study(count=2, field=1):
    cases = tuple(
        bl.Case(name, bl.LocalChainBath(3, field=value), count)
        for name, value in (("one", field), ("other", 0.5))
    )
    return bl.Study("old", measures.failing, cases, watch="value")


def test_a_store_of_the_first_version_is_read_its_code_unknown(old):
    before = snapshot(old)
    table = bl.load(old, provenance=True)
    assert table["value"].tolist() == [0.0, 1.0, 0.0, 1.0]
    assert set(table["code_digest"]) == {"unknown"} and set(table["code_version"]) == {""}
    assert set(table["version_bathlab"]) == {"0.1.0"}
    found = bl.status(old)
    assert found.codes.values.tolist() == [["failing", "unknown", "", 4]]
    assert found.cases["done"].tolist() == [2, 2] and not found.has_mixed_code
    assert snapshot(old) == before


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("field", [1, 1.0])
def test_a_store_of_the_first_version_is_extended_once_that_is_accepted(old, count, field):
    with pytest.raises(OtherCode, match="the code of the rows is unknown.*--accept-code"):
        go(old_study(count, field), old)
    assert json.loads((old / "study.json").read_text())["format"] == 2
    identity = json.loads((old / "study.json").read_text())["identity"]
    more = old_study(count, field)
    more = dataclasses.replace(more, cases=(*more.cases, bl.Case("third", None, 1)))
    if count == 3:
        with pytest.warns(bl.errors.FailedRealisations):
            go(more, old, accept_code=True)
    else:
        go(more, old, accept_code=True)
    spec = json.loads((old / "study.json").read_text())
    assert spec["format"] == 4 and spec["identity"] == identity
    assert [code["digest"] == "unknown" for code in spec["codes"]] == [True, False]
    found = bl.status(old)
    assert found.codes["realisations"].tolist() == [4, 1] and found.has_mixed_code
    table = bl.load(old, provenance=True)
    assert table.groupby("case")["code_digest"].nunique().tolist() == [1, 1, 1]
    pd.testing.assert_series_equal(
        table[table["case"] != "third"]["value"], bl.load(OLD)["value"], check_exact=True
    )


def test_a_store_of_the_first_version_keeps_its_other_refusals(old):
    with pytest.raises(ValueError, match="seed is 1 there and 2 here"):
        go(dataclasses.replace(old_study(), seed=2), old, accept_code=True)
    with pytest.raises(ValueError, match="case 'one' has field = 1 there and 1.5 here"):
        go(old_study(field=1.5), old, accept_code=True)


@dataclasses.dataclass(frozen=True)
class Spec:
    value: object


@pytest.mark.parametrize(
    "one, same, other",
    [
        (1.0, np.float64(1.0), 1.5),
        (np.array([1.0, 2.0]), np.array([1, 2]), np.array([1.0, 3.0])),
        (np.arange(500.0), np.arange(500), np.arange(500.0) + 1),
        ({"L": 4}, {"L": np.int64(4)}, {"L": 5}),
        ({1: "a", 2: "b"}, {2: "b", 1: "a"}, {1: "b", 2: "a"}),
        (1 + 2j, np.complex128(1 + 2j), 1 - 2j),
        (Path("a/b"), Path("a") / "b", Path("a")),
        ({"x", "y"}, {"y", "x"}, {"x"}),
        ((1, 2), [1, 2], (2, 1)),
        (1, 1.0, 2),
        (
            bl.LocalChainBath(3, field=1),
            bl.LocalChainBath(3, field=1.0),
            bl.LocalChainBath(3, field=2.0),
        ),
    ],
)
def test_specs_are_known_by_value(tmp_path, one, same, other):
    def made(value, count):
        return bl.Study("s", measures.failing, (bl.Case("c", Spec(value), count),))

    go(made(one, 1), tmp_path / "s")
    assert len(go(made(same, 2), tmp_path / "s")) == 2
    with pytest.raises(ValueError, match="case 'c' has value"):
        go(made(other, 2), tmp_path / "s")


@pytest.mark.parametrize("spec", [object(), Spec([1, object()]), {"a": lambda: 1}])
def test_a_spec_that_cannot_be_written_down_leaves_no_folder(tmp_path, spec):
    with pytest.raises(ValueError, match="spec of case 'c'.* was given; expected numbers"):
        go(bl.Study("s", measures.failing, (bl.Case("c", spec, 1),)), tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_a_model_with_fields_is_known_by_type_and_fields():
    import pydantic

    class Model(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(frozen=True)
        spins: int
        field: float = 1.0

    one, same, other = (
        bl.Case("c", Model(**given), 1)
        for given in (
            {"spins": 3},
            {"spins": 3, "field": 1},
            {"spins": 3, "field": 2},
        )
    )
    assert one.identity == same.identity != other.identity
    assert one.described == {"type": "Model", "spins": 3, "field": 1.0}


def test_identities_of_the_first_version_are_kept():
    """Digests that bathlab 0.1.0 wrote for these."""
    spec = json.loads((OLD / "study.json").read_text())
    assert old_study().identity == spec["identity"]
    assert old_study().cases[1].identity == spec["cases"]["other"]["identity"]


def test_a_seed_of_many_bits_is_stored_as_text(tmp_path):
    seed = 2**100 + 7
    made = bl.Study("s", measures.failing, (bl.Case("c", 1, 1),), seed)
    assert go(made, tmp_path / "s")["seed"].tolist() == [str(seed)]
    assert bl.status(tmp_path / "s").seed == seed


def test_a_version_that_is_no_text_is_refused():
    with pytest.raises(ValueError, match="version = 2 was given; expected text"):
        bl.Study("s", measures.failing, (bl.Case("c", 1, 1),), version=2)
