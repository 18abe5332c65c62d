"""The benchmarks measure what they say: same realisation, same result, kept and read back."""

import importlib.util
import json
import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def benchmarks():
    """The scripts as modules; they import each other by their plain names."""
    sys.path.insert(0, str(BENCHMARKS))
    yield {name: importlib.import_module(name) for name in ("measurements", "solve", "engine")}
    sys.path.remove(str(BENCHMARKS))


def test_each_solver_has_the_same_participation(benchmarks):
    solvers = list(benchmarks["solve"].SOLVERS)
    if importlib.util.find_spec("quspin") is None:
        solvers.remove("QuSpin")
    operators = ["probe", "contact", 2]
    results = {
        solver: benchmarks["solve"].solve(solver, "goe", 3, operators, 2) for solver in solvers
    }
    reference = results.pop("scipy evd")
    for solver, result in results.items():
        assert result["dimension"] == 512 and result["seconds"] > 0
        assert np.allclose(result["log_ipr"], reference["log_ipr"], atol=1e-8), solver


def test_results_are_kept_and_not_measured_again(benchmarks, tmp_path):
    measurements = benchmarks["measurements"]
    work = measurements.Work("bathlab", "chain9", 0)
    store = tmp_path / "store.jsonl"
    first = measurements.measure([work], fresh=False, store=store)
    assert measurements.measure([work], fresh=False, store=store) == first
    assert len(store.read_text().splitlines()) == 1
    measurements.measure([work], fresh=True, store=store)
    assert len(store.read_text().splitlines()) == 2
    line = json.loads(store.read_text().splitlines()[0])
    store.write_text(json.dumps({**line, "machine": "another"}) + "\n")
    assert not measurements.kept(store)


def test_after_an_edit_a_work_is_measured_again(benchmarks, tmp_path, monkeypatch):
    measurements, store = benchmarks["measurements"], tmp_path / "store.jsonl"
    ours, rival = (measurements.Work(name, "chain9", 0) for name in ("bathlab", "scipy evd"))
    measurements.measure([ours, rival], fresh=False, store=store)
    lines = [json.loads(line) for line in store.read_text().splitlines()]
    assert lines[0]["code"] != lines[1]["code"] == measurements.code("scipy evd")
    assert measurements.code("scipy evr") != measurements.code("scipy evd")
    files = lambda room: [Path(measurements.__file__)]  # noqa: E731
    monkeypatch.setattr(measurements, "_sources", files)
    monkeypatch.setattr(measurements, "PACKAGE", Path(measurements.__file__).parent)
    measurements.code.cache_clear()
    assert set(measurements.kept(store)) == {rival}  # its code is not that of the package
    assert set(measurements.kept(store, any_code=True)) == {ours, rival}
    measurements.code.cache_clear()


def test_lines_of_before_the_code_was_kept_are_served_on_request_only(benchmarks, monkeypatch):
    measurements = benchmarks["measurements"]
    (line, *_) = map(json.loads, measurements.STORE.read_text().splitlines())
    monkeypatch.setattr(measurements, "machine", lambda: line["machine"])
    assert "code" not in line
    work = measurements.Work(**{**line["work"], "operators": tuple(line["work"]["operators"])})
    assert work not in measurements.kept(measurements.STORE)
    assert work in measurements.kept(measurements.STORE, any_code=True)


def test_exponents_are_slopes(benchmarks):
    n = [2**k for k in range(5, 12)]
    exponent = benchmarks["measurements"].exponent
    assert exponent(n, [3.0 * x**2.2 for x in n]) == pytest.approx(2.2)


def test_a_row_says_whether_its_target_is_met(benchmarks):
    engine = benchmarks["engine"]
    ours, rival = engine.Work("bathlab", "goe", 7), engine.Work("QuTiP", "goe", 7, threads=0)
    line = engine.Line("n", ours, rival, least_ratio=70)
    result = {"peak_gib": 0.3, "log_ipr": [5.0]}

    def met(seconds, difference):
        return engine._row(
            line,
            {
                ours: {**result, "seconds": 1.0},
                rival: {**result, "seconds": seconds, "log_ipr": [5.0 + difference]},
            },
        )["met"]

    assert (met(71, 0), met(69, 0), met(71, 1e-7)) == ("yes", "NO", "NO")
