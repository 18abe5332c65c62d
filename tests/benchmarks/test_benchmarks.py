"""The benchmarks measure what they say: same realisation, same result, kept and read back."""

import importlib.util
import json
import pickle
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import bathlab as bl

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SCRIPTS = (
    "avalanche",
    "measurements",
    "solve",
    "engine",
    "studies",
    "study_rows",
    "floquet",
    "device",
    "device_scales",
    "spectra",
    "contacts",
)


@pytest.fixture(scope="module")
def benchmarks():
    """The scripts as modules; they import each other by their plain names."""
    sys.path.insert(0, str(BENCHMARKS))
    yield {name: importlib.import_module(name) for name in SCRIPTS}
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


def test_complex_solvers_have_the_same_participation(benchmarks):
    ours, theirs = (
        benchmarks["solve"].solve(solver, "gue", 2, ["probe", 1], 1)["log_ipr"]
        for solver in ("bathlab", "scipy evd")
    )
    assert np.allclose(ours, theirs, atol=1e-8)


@pytest.fixture(scope="module")
def measured(benchmarks, tmp_path_factory):
    """A work of ours and one of a rival, each measured once in a process of its own."""
    measurements = benchmarks["measurements"]
    store = tmp_path_factory.mktemp("measured") / "store.jsonl"
    works = [measurements.Work(name, "chain9", 0) for name in ("bathlab", "scipy evd")]
    return store, measurements.measure(works, fresh=False, store=store)


@pytest.mark.slow
def test_results_are_kept_and_not_measured_again(benchmarks, measured, tmp_path, monkeypatch):
    measurements, (source, first) = benchmarks["measurements"], measured
    store = shutil.copy(source, tmp_path / "store.jsonl")
    works, again = list(first), []
    monkeypatch.setattr(measurements, "_run", lambda work: again.append(work) or first[work])
    assert measurements.measure(works, fresh=False, store=store) == first
    assert len(store.read_text().splitlines()) == 2 and not again
    measurements.measure(works[:1], fresh=True, store=store)
    assert len(store.read_text().splitlines()) == 3 and again == works[:1]
    line = json.loads(store.read_text().splitlines()[0])
    store.write_text(json.dumps({**line, "machine": "another"}) + "\n")
    assert not measurements.kept(store)


@pytest.mark.slow
def test_after_an_edit_a_work_is_measured_again(benchmarks, measured, monkeypatch):
    measurements, (store, (ours, rival)) = benchmarks["measurements"], measured
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


def rows(number=1.0, text="all levels", method="dense", curve=(1.0, float("nan"))):
    row = {"D": number, "nearest": text, "state_method": method, "k": np.array(curve)}
    return {("case", 0): ([row], 2.0)}


def test_rows_of_two_codes_are_compared_number_by_number(benchmarks):
    difference = benchmarks["studies"].difference
    assert difference(rows(), rows(method="lanczos")) == (0.0, "")
    assert difference(rows(), rows(1 + 1e-9)).size == pytest.approx(1e-9)
    assert difference(rows(1e6), rows(1e6 + 1e-3)).size == pytest.approx(1e-9)
    for other in (
        rows(text="inertia"),
        rows(number=float("nan")),
        rows(number=float("inf")),
        rows(curve=(1.0, 2.0)),
        rows(curve=(1.0,)),
    ):
        assert difference(rows(), other).size == np.inf
    longer = {("case", 0): (rows()["case", 0][0] * 2, 2.0)}
    assert difference(rows(), longer).column == "number of rows"
    assert difference(rows(), rows() | {("other", 0): ([], 1.0)}).column == "cases"


def test_rows_that_are_kept_are_not_computed_again(benchmarks, tmp_path, monkeypatch):
    calls = []

    def measure(spec, seed, realisation):
        calls.append(realisation)
        return [{"value": spec + realisation}]

    study = bl.Study("small", measure, (bl.Case("a", 1, 9), bl.Case("b", 2, 9)))
    script, file = benchmarks["study_rows"], tmp_path / "small.pickle"
    monkeypatch.setattr(script, "load", lambda root, name: study)
    script.main(tmp_path, "small", 2, file)
    script.main(tmp_path, "small", 3, file)
    assert calls == [0, 1, 0, 1, 2, 2]
    found = pickle.loads(file.read_bytes())
    assert len(found) == 6 and found["b", 2][0] == [{"value": 4}]


def test_works_on_a_circuit_measure_the_same_circuit(benchmarks):
    """All eigen-data at rounding from both ways, and a window; all in this process."""
    floquet = benchmarks["floquet"]
    for work in (floquet.full, floquet.schur):
        result = work(6)
        assert result["seconds"] > 0 and result["cpu"] > 0
        assert max(result["residual"], result["orthogonality"]) < 1e-12
    assert floquet.window(8, 3)["residual"] < 1e-11
    assert floquet.product(8)["gflops"] > 0


def test_rows_of_the_circuit_name_works_that_exist(benchmarks):
    floquet = benchmarks["floquet"]
    rows = floquet.rows(True, 2, "python")
    assert {task["work"] for _, task in rows} == set(floquet.WORKS)
    assert len({name for name, _ in rows}) == len(rows)


def test_every_line_of_the_device_runs_and_agrees_with_the_host(benchmarks, tmp_path):
    device, out = benchmarks["device"], tmp_path / "lines.json"
    given = ["--size", "dry", "--backend", "numpy", "--out", str(out)]
    result = CliRunner().invoke(device.main, given, catch_exceptions=False)
    lines = {line["work"]: line for line in json.loads(out.read_text())}
    assert list(lines)[1:] == [line.name for line in device.lines(device.SIZES["dry"])]
    assert "FAILED" not in result.output and "left out" not in result.output
    off = [value for line in lines.values() for key, value in line.items() if "_off" in key]
    assert len(off) > 10 and max(off) < 1e-8
    assert lines["rates"]["complex Gflop/s"] > 0
    assert all(line["device"] > 0 for line in list(lines.values())[2:])


def test_a_line_that_fails_or_has_no_time_left_loses_no_other(benchmarks, capsys):
    device = benchmarks["device"]
    card = device.Card(device.device_of("numpy"))
    report = device.Report(device.time.perf_counter(), 60.0, None)
    report.run(device.Line("bad", 0, lambda card: 1 / 0), card)
    report.run(device.Line("long", 100, lambda card: {"said": "ran"}), card)
    report.run(device.Line("good", 0, lambda card: {"said": "ran"}), card)
    said = [line["said"] for line in report.lines]
    assert said[0].startswith("FAILED: ZeroDivisionError") and said[2] == "ran"
    assert said[1].startswith("left out")


def test_the_rows_of_a_device_are_kept_after_every_circuit(benchmarks, tmp_path):
    script, out = benchmarks["device_scales"], tmp_path / "rows.parquet"
    given = f"--sites 4 --backend numpy --circuits 2 --out {out}".split()
    result = CliRunner().invoke(script.main, given, catch_exceptions=False)
    assert result.output.count("residual") == 4 and result.output.count("a = ") == 4
    table = pd.read_parquet(out)
    assert list(zip(table["coupling"], table["realisation"])) == [
        (0.02, 0),
        (0.04, 0),
        (0.02, 1),
        (0.04, 1),
    ]
    expected = bl.experiments.scale_rows(bl.BrickworkCircuit(4, 0.04), 1, 1)[0]
    assert np.array_equal(table["joint"].iloc[3], expected["joint"])
    CliRunner().invoke(script.main, [*given, "--seconds", "-1"], catch_exceptions=False)
    assert len(pd.read_parquet(out)) == 4  # nothing begun, nothing overwritten


def test_chains_of_the_avalanche_are_measured(benchmarks):
    script = benchmarks["avalanche"]
    found = script.measure(2000, 0.04, 3)
    chains = [bl.avalanche.simulate_chain(2000, 0.04, 1.0, 1, each) for each in range(3)]
    assert found["density"] == pytest.approx(np.mean([each.density for each in chains]))
    assert found["seconds"] > 0 and found["peak_gib"] > 0
    assert script.exponent([10, 100, 1000], [2.0, 24.0, 288.0]) == pytest.approx(np.log10(12))


def test_a_study_of_chains_is_timed_beside_its_forecast(benchmarks, monkeypatch, capsys):
    script = benchmarks["avalanche"]
    for name, value in (("STUDIED", 200), ("WORKERS", 1), ("TRIED", 2)):
        monkeypatch.setattr(script, name, value)
    found = script.studied(3)
    assert found["chains"] == 3 and found["seconds"] > 0 and found["forecast"] > 0
    assert capsys.readouterr().out.startswith("3 chains of 200 cells on 1 workers: about")


def test_spectra_are_those_of_the_same_matrices(benchmarks):
    spectra = benchmarks["spectra"]
    H = spectra.ring(8)
    found = spectra.work({"kind": "window", "sites": 8, "count": 9})
    nearest = np.sort(np.abs(np.linalg.eigvalsh(H.toarray())))[:9]
    assert np.sort(np.abs(found["levels"])) == pytest.approx(nearest, abs=1e-12)
    assert found["nearest"] in ("inertia", "all levels")
    ours, theirs = (spectra.work({"kind": kind, "lioms": 2}) for kind in ("levels", "eigvalsh"))
    beside = spectra._beside(ours, theirs)
    assert beside["levels apart"] < 1e-12 and beside["ratio"] > 0
    assert spectra._beside(ours, {"failed": "no module"})["rival s"] == "- (no module)"
    failed = spectra.slepc(sys.executable, 4, 2, 1)  # this interpreter has none
    assert "slepc4py" in failed["failed"]
    made = spectra.entries.work(spectra.entries.task(8, {"momentum": 3}))
    ring = bl.operators.SpinSpace(8).matrix(spectra.entries.task(8, {"momentum": 3})["terms"])
    levels = np.linalg.eigvalsh(ring.toarray())
    assert [np.abs(levels - level).min() < 1e-12 for level in made["levels"]] == [True, True]


def test_a_contact_more_is_one_of_other_spins(benchmarks):
    contacts = benchmarks["contacts"]
    for count in contacts.CONTACTS:
        system = contacts.system_with(bl.RandomMatrixBath(3, bandwidth=4.2), 4, count)
        assert len(system.couplers) == count
        assert not system.table_form.packed


@pytest.mark.parametrize("rival", ["numpy", "sesolve"])
def test_autocorrelations_are_those_of_the_rival(benchmarks, rival):
    if rival == "sesolve":
        pytest.importorskip("qutip")
    spectra = benchmarks["spectra"]
    task = {"kind": "autocorrelation", "lioms": 1, "times": 9, "last": 20.0, "rival": rival}
    found = spectra.work(task)
    assert found["dimension"] == 128 and found["apart"] < 1e-8
    row = spectra.autocorrelations.row(task, found)
    assert row["ratio"] > 0 and row["apart, t < 1e3"] == row["apart"]
    assert spectra.autocorrelations.row(task, {"failed": "x"})["s"] == "- (x)"
    assert {each["rival"] for each in spectra.autocorrelations.tasks()} >= {"sesolve"}
