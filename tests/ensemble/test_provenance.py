"""Who made a row: one column that points to a table, and nothing lost."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import bathlab as bl
from bathlab.ensemble import realisation
from bathlab.workbench.command import main


def study(count=3, column="x"):
    def measure(spec, seed, realisation):
        return {column: spec + realisation}

    return bl.Study("s", measure, (bl.Case("c", 1.0, count), bl.Case("d", 2.0, count)))


@pytest.fixture
def store(tmp_path):
    bl.run(study(), tmp_path / "s", progress=False)
    return tmp_path / "s"


def by_another(monkeypatch, **versions):
    other = {**realisation.provenance(), **versions}
    monkeypatch.setattr(realisation, "provenance", lambda: other)


def test_a_table_ends_with_the_one_column_that_points_to_provenance(store):
    table = bl.load(store)
    assert list(table) == ["case", "realisation", "seed", "x", "provenance"]
    pd.testing.assert_frame_equal(table, bl.run(study(), store, progress=False))
    timed = bl.load(store, circumstances=True)
    assert list(timed)[: len(list(table))] == list(table)
    assert list(timed)[-3:] == ["run_seconds", "run_host", "run_finished"]


def test_every_datum_stays_in_reach(store, monkeypatch):
    by_another(monkeypatch, version_numpy="1.0", version_backend="cuda")
    bl.run(study(4), store, progress=False)
    table, whole = bl.load(store), bl.load(store, provenance=True)
    made = bl.ensemble.provenance(store)
    assert made["realisations"].tolist() == [6, 2] and made.index.is_unique
    assert made["version_backend"].tolist() == ["", "cuda"]
    joined = table.join(made, on="provenance")
    told = [name for name in whole if name not in table]
    assert "code_digest" in told and "version_numpy" in told and len(told) >= 9
    for name in told:
        assert joined[name].tolist() == whole[name].fillna("").tolist(), name
    first, second = made.index
    assert first.split("-")[0] == second.split("-")[0]  # the code is the same
    assert first.split("-")[1] != second.split("-")[1]
    shown = bl.load(store, columns=["provenance", "version_numpy"])
    assert shown["provenance"].tolist() == table["provenance"].tolist()


def test_a_name_is_the_same_in_every_store_and_order(store, tmp_path, monkeypatch):
    mine = set(bl.load(store)["provenance"])
    bl.run(study(1), tmp_path / "t", progress=False)
    assert set(bl.load(tmp_path / "t")["provenance"]) == mine
    by_another(monkeypatch, version_cpu="another")
    bl.run(study(2), tmp_path / "t", progress=False)
    assert set(bl.load(tmp_path / "t")["provenance"]) > mine


def test_versions_alone_are_no_mixed_code(store, monkeypatch, recwarn):
    by_another(monkeypatch, version_numpy="1.0")
    bl.run(study(6), store, progress=False)
    assert bl.load(store)["provenance"].nunique() == 2
    bl.summarise(bl.load(store), ["case"], ["x"])
    assert not [w for w in recwarn if issubclass(w.category, bl.errors.MixedCode)]


def test_exports_have_the_columns_as_they_are_stored(store):
    shown = CliRunner().invoke(main, ["export", str(store), "-"])
    assert shown.exit_code == 0
    header = shown.output.splitlines()[0].split(",")
    assert "code_digest" in header and "version_numpy" in header


def test_a_measure_cannot_take_the_name(tmp_path):
    with pytest.raises(bl.errors.NoRows, match="column.*provenance.*Rename"):
        bl.run(study(column="provenance"), tmp_path / "s", progress=False)


def test_a_column_of_that_name_in_an_older_store_is_kept(store):
    from bathlab.ensemble.store.provenance import presented

    rows = bl.load(store, provenance=True).assign(provenance="mine")
    pd.testing.assert_frame_equal(presented(rows), rows)


@pytest.mark.parametrize("given", [1, "yes", None, np.nan])
def test_a_flag_that_is_none_is_refused(store, given):
    with pytest.raises(ValueError, match="provenance"):
        bl.load(store, provenance=given)


def test_a_folder_without_a_store_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected a store"):
        bl.ensemble.provenance(tmp_path)
