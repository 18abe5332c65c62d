"""Study and runner: what is computed, in which order, by whom, and what becomes of failures."""

import contextlib
import os
import re
import subprocess
import sys
import warnings
from concurrent.futures import BrokenExecutor

import measures
import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

import bathlab as bl
from bathlab.ensemble import runner
from bathlab.ensemble.engines import Engine, InProcess
from bathlab.ensemble.store.reader import Store
from bathlab.statistics.stopping import FIRST_CHECKPOINT, Target, largest_error


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return tmp_path_factory.mktemp("one") / "s"


@pytest.fixture(scope="module")
def reference(stored):
    """The table of one worker in the usual order."""
    return bl.run(measures.study(), stored, progress=False)


def test_one_row_per_case_realisation_and_state_with_provenance(reference, stored):
    assert len(reference) == 2 * 4 * 2
    assert not reference.duplicated(["case", "realisation", "state"]).any()
    assert reference["seed"].eq(1).all()
    whole = bl.load(stored, provenance=True)
    assert len(whole) == len(reference)
    for library in ("bathlab", "numpy", "scipy", "numba", "python", "blas", "cpu"):
        assert whole[f"version_{library}"].str.len().gt(0).all()


def test_the_processor_is_named_with_its_widest_vectors(monkeypatch):
    from llvmlite import binding

    from bathlab.ensemble.realisation import processor

    features = {"sse2": True, "avx2": True, "avx512f": False}
    monkeypatch.setattr(binding, "get_host_cpu_features", lambda: features)
    monkeypatch.setattr(binding, "get_host_cpu_name", lambda: "haswell")
    assert processor.__wrapped__() == "haswell avx2"


def test_the_versions_do_not_depend_on_what_was_used_before():
    """A fresh process, as a worker is, names the same libraries as one that has worked."""
    code = "from bathlab.ensemble.realisation import provenance as p; print(p()"
    done = [
        subprocess.run(
            [sys.executable, "-c", f"{first}; {code}['version_blas'])"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for first in ("import bathlab", "import scipy.sparse.linalg, scipy.linalg")
    ]
    assert done[0] == done[1] and done[0].strip()


def test_a_cluster_without_dask_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(bl.errors.EngineMissing, match=re.escape('"bathlab[cluster]"')):
        bl.run(measures.quick_study(1), tmp_path / "s", progress=False, cluster="tcp://x:1")


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_and_order_change_no_bit(tmp_path, monkeypatch, reference, workers):
    usual = runner.ordered
    monkeypatch.setattr(runner, "ordered", lambda *cases: usual(*cases)[::-1])
    found = bl.run(measures.study(), tmp_path / "s", workers=workers, progress=False)
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_blas_is_pinned_to_one_thread(tmp_path, workers):
    study = bl.Study("threads", measures.blas_threads, (bl.Case("only", None, 2),))
    with threadpool_limits(2):
        table = bl.run(study, tmp_path / "s", workers=workers, progress=False)
    assert table["threads"].eq(1).all()
    assert (table["process"] == os.getpid()).all() == (workers == 1)


def test_only_missing_realisations_are_computed(tmp_path, reference):
    bl.run(measures.study(realisations=2), tmp_path / "s", progress=False)
    parts = {part: part.stat().st_mtime_ns for part in (tmp_path / "s/rows").iterdir()}
    found = bl.run(measures.study(realisations=4), tmp_path / "s", progress=False)
    assert all(part.stat().st_mtime_ns == stamp for part, stamp in parts.items())
    pd.testing.assert_frame_equal(found, reference, check_exact=True)


def test_fewer_realisations_are_the_first_ones_and_lose_nothing(tmp_path, reference):
    bl.run(measures.study(realisations=4), tmp_path / "s", progress=False)
    fewer = bl.run(measures.study(realisations=1), tmp_path / "s", progress=False)
    expected = reference[reference["realisation"] < 1].reset_index(drop=True)
    pd.testing.assert_frame_equal(fewer, expected, check_exact=True)
    pd.testing.assert_frame_equal(bl.load(tmp_path / "s"), reference, check_exact=True)


def test_a_case_can_be_added(tmp_path):
    first = bl.run(measures.quick_study(4, cases=("b",)), tmp_path / "s", progress=False)
    parts = {part: part.stat().st_mtime_ns for part in (tmp_path / "s/rows").iterdir()}
    both = bl.run(measures.quick_study(4, cases=("a", "b")), tmp_path / "s", progress=False)
    assert all(part.stat().st_mtime_ns == stamp for part, stamp in parts.items())
    pd.testing.assert_frame_equal(both[both["case"] == "b"].reset_index(drop=True), first)
    fresh = bl.run(measures.quick_study(4), tmp_path / "t", progress=False)
    pd.testing.assert_frame_equal(both, fresh, check_exact=True)
    again = bl.run(measures.quick_study(4, cases=("b",)), tmp_path / "s", progress=False)
    pd.testing.assert_frame_equal(again, first)  # those of the study, not all of the store


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_realisation_is_recorded_and_the_others_go_on(tmp_path, workers):
    marker = tmp_path / "repaired"
    study = bl.Study("fickle", measures.fickle, (bl.Case("only", str(marker), 7),))
    store = tmp_path / "s"
    with pytest.warns(
        bl.errors.FailedRealisations,
        match="2 realisation.*first of them 2 of case 'only':"
        " ArithmeticError: realisation 2 diverges.*--retry-failed",
    ):
        table = bl.run(study, store, workers=workers, progress=False)
    assert table["realisation"].tolist() == [0, 1, 3, 4, 6]
    records = Store(store).failures()
    assert [(record["case"], record["realisation"], record["seed"]) for record in records] == [
        ("only", 2, 1),
        ("only", 5, 1),
    ]
    assert 'raise ArithmeticError(f"realisation' in records[0]["traceback"]
    marker.touch()
    with pytest.warns(bl.errors.FailedRealisations):  # not tried again unless asked
        assert len(bl.run(study, store, workers=workers, progress=False)) == 5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        table = bl.run(study, store, workers=workers, progress=False, retry_failed=True)
    assert table["realisation"].tolist() == list(range(7))
    assert not Store(store).failures()


def test_when_all_fail_there_is_an_error(tmp_path):
    study = bl.Study("empty", measures.empty, (bl.Case("only", None, 3),))
    with pytest.raises(RuntimeError, match="no row. 3 realisation.*returned no row"):
        bl.run(study, tmp_path / "s", progress=False)


@pytest.mark.parametrize(
    "measure, word",
    [(measures.matrix, "one-dimensional array"), (measures.empty, "at least one")],
)
def test_rows_that_no_table_can_hold_fail(tmp_path, measure, word):
    with pytest.raises(RuntimeError, match=word):
        bl.run(
            bl.Study("bad", measure, (bl.Case("only", None, 1),)),
            tmp_path / "s",
            progress=False,
        )


def test_parameters_of_a_case_are_columns_of_its_rows(tmp_path):
    columns = {"g": 0.2, "label": "x", "spins": np.int64(6), "value": 3.0}
    for name, given in (("s", columns), ("t", {})):
        study = bl.Study("named", measures.failing, (bl.Case("only", None, 2, columns=given),))
        table = bl.run(study, tmp_path / name, progress=False)
        if given:
            assert table.columns[:7].tolist() == [
                *("case", "realisation", "seed", "g", "label", "spins", "parameter_value")
            ]
            assert table["g"].eq(0.2).all() and table["label"].eq("x").all()
            assert table["value"].tolist() == [0.0, 1.0]  # the measured one keeps its name
            assert table["parameter_value"].eq(3.0).all()
        assert table["spins"].dtype == np.int64 if given else "spins" not in table
    shown, hidden = (bl.Case("only", None, 2, columns=given) for given in (columns, {}))
    assert shown.identity == hidden.identity and hash(shown) == hash(hidden)


def test_a_measured_column_that_agrees_stands_once(tmp_path):
    case = bl.Case("only", None, 1, columns={"value": 0})
    table = bl.run(bl.Study("s", measures.failing, (case,)), tmp_path / "s", progress=False)
    assert table["value"].tolist() == [0.0] and "parameter_value" not in table


@pytest.mark.parametrize("columns", [{"seed": 1}, {"g": [0.1, 0.2]}, {"": 1}, {3: 1}])
def test_columns_that_a_row_cannot_hold_are_refused(columns):
    with pytest.raises(ValueError, match="columns of case 'a'.*Rename it"):
        bl.Case("a", None, 1, columns=columns)


@pytest.mark.parametrize("name", ["case", "realisation", "seed", "version_numpy", "run_host"])
def test_a_measure_cannot_overwrite_what_the_store_knows(tmp_path, name):
    def measure(spec, seed, realisation):
        return [{name: 99, "x": 1.0}]

    with pytest.raises(RuntimeError, match=f"column.* {name}, which the store fills"):
        bl.run(bl.Study("s", measure, (bl.Case("c", None, 1),)), tmp_path / "s", progress=False)


def test_rows_of_another_kind_are_the_failure_of_their_realisation(tmp_path):
    study = bl.Study("kinds", measures.skewed_types, (bl.Case("only", None, 2),))
    with pytest.warns(bl.errors.FailedRealisations, match="'value' holds 'text'.*one kind of"):
        table = bl.run(study, tmp_path / "s", progress=False)
    assert table["value"].tolist() == [1.0]


@pytest.mark.slow
def test_a_realisation_that_kills_its_worker_is_found_and_no_other_blamed(tmp_path):
    study = bl.Study("deadly", measures.deadly, (bl.Case("only", str(tmp_path / "once"), 12),))
    with pytest.warns(
        bl.errors.FailedRealisations, match="1 realisation.*WorkerDied: 3 workers died"
    ):
        table = bl.run(study, tmp_path / "s", workers=2, progress=False)
    assert table["realisation"].tolist() == [0, 1, *range(3, 12)]


@pytest.mark.parametrize("broken_at", [0, 1, 4])
def test_an_engine_that_breaks_while_it_is_given_a_task_loses_none(
    tmp_path, monkeypatch, broken_at
):
    class Breaking(Engine):
        calls = 0

        def submit(self, *arguments):
            Breaking.calls += 1
            if Breaking.calls == broken_at + 1:
                raise BrokenExecutor("a worker died")
            return super().submit(*arguments)

    monkeypatch.setattr(
        runner,
        "engine",
        lambda *_: contextlib.nullcontext(Breaking(InProcess(), lambda: 3, InProcess)),
    )
    table = bl.run(measures.quick_study(6, cases=("a",)), tmp_path / "s", progress=False)
    assert table["realisation"].unique().tolist() == list(range(6))


def test_progress_shows_rate_and_estimate(tmp_path, capsys):
    bl.run(measures.study(realisations=2), tmp_path / "s")
    shown = capsys.readouterr().err
    assert "100%" in shown and "max log_ipr =" in shown and "(N = 2)" in shown
    assert "realisations/s" in shown


def test_progress_goes_on_from_what_is_there(tmp_path, capsys):
    first = bl.run(measures.quick_study(6), tmp_path / "s")
    capsys.readouterr()
    both = bl.run(measures.quick_study(8), tmp_path / "s")
    shown = capsys.readouterr().err
    assert f"{first['case'].nunique() * 6} realisations in the store" in shown
    assert int(re.search(r"(\d+)%", shown)[1]) == 75
    means = bl.summarise(both[both["case"] == both["case"].iloc[-1]], ["state"], ["value"])
    most = means.loc[means["value"].idxmax()]
    assert f"max value = {most['value']:.3f} +- {most['value_error']:.3f} (N = 8)" in shown


@pytest.mark.parametrize("first", [1, 4, 7])
def test_realisations_may_differ_in_their_number_of_rows(tmp_path, capsys, first):
    for count in (first, 9):
        table = bl.run(
            bl.Study("uneven", measures.uneven, (bl.Case("only", None, count),), watch="value"),
            tmp_path / "s",
        )
    thirds = table[table.groupby("realisation").cumcount() == 2]["value"]
    assert table.groupby("realisation").size().tolist() == [1, 2, 3] * 3
    shown = f"max value = {thirds.mean():.3f} +- {thirds.sem():.3f} (N = 3)"
    assert shown in capsys.readouterr().err
    assert bl.status(tmp_path / "s").cases["max value"][0] == pytest.approx(thirds.mean())


def test_identity_is_of_study_and_case():
    first = measures.study(realisations=2)
    assert first.identity == measures.study(realisations=9).identity
    assert (
        len(
            {
                first.identity,
                measures.study(seed=2).identity,
                measures.study(name="other").identity,
            }
        )
        == 3
    )
    other = measures.study(g=0.3)
    assert other.identity == first.identity
    assert other.cases[0].identity != first.cases[0].identity
    assert first.cases[0].identity != first.cases[1].identity


def test_bad_cases_and_arguments(tmp_path):
    for arguments in (("", None, 1), (3, None, 1), ("a", None, 0), ("a", None, 1, 0.0)):
        with pytest.raises(ValueError, match="expected"):
            bl.Case(*arguments)
    with pytest.raises(ValueError, match="own name"):
        bl.Study("twice", measures.quick, (bl.Case("a", 1, 1), bl.Case("a", 2, 1)))
    for named in ({"workers": 0}, {"target_error": 0.0}, {"target_error": float("nan")}):
        with pytest.raises(ValueError, match="expected"):
            bl.run(measures.quick_study(1), tmp_path / "s", progress=False, **named)
    unwatched = bl.Study("empty", measures.quick, (bl.Case("only", None, 1),))
    with pytest.raises(ValueError, match="watches no column"):
        bl.run(unwatched, tmp_path / "s", progress=False, target_error=0.1)
    typo = bl.Study("typo", measures.quick, (bl.Case("only", None, 1),), watch="valeu")
    with pytest.raises(ValueError, match="watch = 'valeu'.*one of.*value"):
        bl.run(typo, tmp_path / "t", progress=False)
    assert len(list((tmp_path / "t/rows").iterdir())) == 1  # what was computed is kept
    bl.run(unwatched, tmp_path / "u", progress=False)
    unseen = bl.Study("empty", measures.quick, (bl.Case("only", None, 2),), watch="valeu")
    with pytest.raises(ValueError, match="watch = 'valeu'.*one of.*value"):
        bl.run(unseen, tmp_path / "u", progress=False)
    assert bl.load(tmp_path / "u")["realisation"].max() == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_the_target_error_is_reached_by_all_of_the_first_n(tmp_path, workers):
    target = 0.2
    table = bl.run(
        measures.quick_study(3),
        tmp_path / "s",
        workers=workers,
        progress=False,
        target_error=target,
    )
    for _, case in table.groupby("case"):
        count = case["realisation"].nunique()
        assert count >= FIRST_CHECKPOINT
        assert sorted(case["realisation"].unique()) == list(range(count))
        assert largest_error(case["value"], case["realisation"]) <= target
        looks = [FIRST_CHECKPOINT]
        while looks[-1] < count:
            first = case[case["realisation"] < looks[-1]]
            error = largest_error(first["value"], first["realisation"])
            assert error > target  # it did not go on without need
            looks.append(Target(target).next_checkpoint(looks[-1], error))
        assert looks[-1] == count


def test_the_target_error_does_not_depend_on_what_was_there(tmp_path):
    found = bl.run(measures.quick_study(3), tmp_path / "s", progress=False, target_error=0.2)
    bl.run(measures.quick_study(90), tmp_path / "t", progress=False)
    after = bl.run(measures.quick_study(3), tmp_path / "t", progress=False, target_error=0.2)
    pd.testing.assert_frame_equal(after, found, check_exact=True)


@pytest.mark.slow
def test_stopping_early_costs_little_coverage():
    """What the stopping rule's documentation says of Gaussian data, measured.

    20000 repetitions: the coverage is known to 0.0033, five of these are 0.017, so the bound
    0.02 + 0.017 fails by chance once in 10^6. A rule that stops at the first look below the
    target from N = 2 on, the wrong one, loses more.
    """

    def coverage(start, step):
        samples = np.random.default_rng(1).standard_normal((20000, 400))  # more than any takes
        counts = np.arange(1, 401)
        means = np.cumsum(samples, axis=1) / counts
        squares = np.cumsum(samples**2, axis=1) / counts - means**2
        errors = np.sqrt(squares[:, 1:] / counts[:-1])  # after 2, 3, … numbers
        hits = 0
        for mean, error in zip(means, errors):
            count = start
            while error[count - 2] > 0.2:
                count = step(count, error[count - 2])
            hits += abs(mean[count - 1]) < error[count - 2]
        return hits / 20000

    nominal = 0.6827
    ours = coverage(
        FIRST_CHECKPOINT, lambda count, error: Target(0.2).next_checkpoint(count, error)
    )
    assert abs(ours - nominal) < 0.037
    assert coverage(2, lambda count, error: count + 1) < nominal - 0.037
