"""What a measure may do to its process, and what becomes of it: recorded or worked around."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

import bathlab as bl
from bathlab.ensemble.store.reader import Store
from bathlab.errors import FailedRealisations

TESTS = Path(__file__).parents[1]


class Abandoned(BaseException):
    """What Python does not call an error."""


class Unspeakable(Exception):
    """An error whose text cannot be had."""

    def __str__(self):
        raise ZeroDivisionError


RAISED = {
    "SystemExit": lambda: sys.exit(0),
    "GeneratorExit": lambda: (_ for _ in ()).throw(GeneratorExit),
    "Abandoned": lambda: (_ for _ in ()).throw(Abandoned("left")),
    "KeyboardInterrupt": lambda: (_ for _ in ()).throw(KeyboardInterrupt),
}


def ending(spec, seed, realisation):
    """Raises what the spec names in realisation 3."""
    if realisation == 3:
        RAISED[spec]()
    return [{"x": float(realisation)}]


def one_case(measure, spec=None, count=5, **more):
    return bl.Study("one", measure, (bl.Case("c", spec, count),), **more)


def run(measure, store, spec=None, count=5, **how):
    return bl.run(one_case(measure, spec, count), store, progress=False, **how)


@pytest.mark.parametrize(
    "workers, name",
    [(1, "SystemExit"), (1, "GeneratorExit"), (1, "Abandoned")]
    + [(2, name) for name in RAISED],
)
def test_what_would_end_the_process_is_on_record_and_ends_the_script(tmp_path, workers, name):
    with pytest.raises(FailedRealisations, match=f"1 realisation.*3 of case 'c': {name}"):
        run(ending, tmp_path / "s", name, workers=workers)
    (record,) = Store(tmp_path / "s").failures()
    assert record["error"] == name and record["ends_process"] and record["realisation"] == 3
    assert bl.load(tmp_path / "s")["realisation"].tolist() == [0, 1, 2, 4]
    with pytest.raises(FailedRealisations) as again:  # also where nothing is left to compute
        run(ending, tmp_path / "s", name)
    assert again.value.table["realisation"].tolist() == [0, 1, 2, 4]


def leaving(spec, seed, realisation):
    """Leaves its process without a word in realisation 3, as no child of it is kept from."""
    child = os.fork()
    if child == 0:
        os._exit(5)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if realisation == 3:
        os._exit(0)
    return [{"x": float(status)}]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_leaving_at_once_is_on_record_with_one_worker(tmp_path):
    usual = os._exit
    with pytest.raises(FailedRealisations, match="1 realisation.*3 of case 'c': SystemExit"):
        run(leaving, tmp_path / "s")
    assert bl.load(tmp_path / "s")["x"].tolist() == [5.0] * 4
    assert os._exit is usual


def test_an_interrupt_in_the_driver_stops_the_run_and_keeps_everything(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(ending, tmp_path / "s", "KeyboardInterrupt")
    assert bl.load(tmp_path / "s")["realisation"].tolist() == [0, 1, 2]
    assert not Store(tmp_path / "s").failures()


def terminated(spec, seed, realisation):
    if realisation == 2:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    return [{"x": 1.0}]


def test_what_a_handler_of_signals_raises_stops_the_run(tmp_path):
    """As batch scripts do: signal.signal(SIGTERM, lambda *_: sys.exit(143))."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with pytest.raises(SystemExit, match="143"):
            run(terminated, tmp_path / "s")
    finally:
        signal.signal(signal.SIGTERM, before)
    assert bl.load(tmp_path / "s")["realisation"].tolist() == [0, 1]
    assert not Store(tmp_path / "s").failures()


def unspeakable(spec, seed, realisation):
    if realisation:
        raise Unspeakable
    return [{"x": 1.0}]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_without_words_is_on_record(tmp_path, workers):
    with pytest.warns(FailedRealisations, match="Unspeakable"):
        assert len(run(unspeakable, tmp_path / "s", workers=workers)) == 1


def nested(folder, seed, realisation):
    inner = run(plain, f"{folder}/{realisation}", count=3, workers=2)
    return [{"x": float(inner["x"].sum())}]


def plain(spec, seed, realisation):
    return [{"x": float(realisation)}]


def nested_in_a_thread(folder, seed, realisation):
    found = []
    thread = threading.Thread(target=lambda: found.extend(nested(folder, seed, realisation)))
    thread.start()
    thread.join()
    return found


@pytest.mark.parametrize("measure", [nested, nested_in_a_thread])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_within_a_measure(tmp_path, workers, measure):
    table = run(measure, tmp_path / "s", str(tmp_path), count=4, workers=workers)
    assert table["x"].tolist() == [3.0] * 4
    assert len(bl.load(tmp_path / "2")) == 3


def untidy(folder, seed, realisation):
    """Tells what it finds of the process, then leaves it in a mess."""
    found = {
        "where": os.getcwd(),
        "told": os.environ.get("LEFT_BEHIND", ""),
        "floating": str(np.geterr()["divide"]),
        "filters": len(warnings.filters),
        "legacy": float(np.random.random()),
        "python": random.random(),
        "path": os.environ.get("PATH", ""),
    }
    place = Path(folder) / str(realisation)
    place.mkdir(exist_ok=True)
    os.chdir(place)
    os.environ["LEFT_BEHIND"] = str(realisation)
    os.environ.pop("PATH", None)
    np.seterr(divide="raise")
    warnings.simplefilter("error")
    return [found]


def test_a_realisation_finds_nothing_that_another_left(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    state, words = np.random.get_state()[1].copy(), random.getstate()
    before = (os.getcwd(), dict(os.environ), np.geterr(), list(warnings.filters))
    one = run(untidy, "s", str(tmp_path), count=6)
    after = (os.getcwd(), dict(os.environ), np.geterr(), list(warnings.filters))
    assert before == after and (np.random.get_state()[1] == state).all()
    assert random.getstate() == words
    assert (tmp_path / "s/study.json").exists()
    for name in ("where", "told", "floating", "filters", "path"):
        assert one[name].nunique() == 1, name
    assert one["legacy"].nunique() == one["python"].nunique() == 6
    two = run(untidy, "t", str(tmp_path), count=6, workers=2)
    for name in ("legacy", "python"):  # the global generators know the realisation
        assert two[name].tolist() == one[name].tolist()


def test_a_working_directory_that_is_gone_is_no_failure(tmp_path):
    source = """
import os, sys, bathlab as bl
def measure(spec, seed, k):
    os.rmdir(spec) if k == 0 else None
    return {"x": 1.0}
os.makedirs("gone"); os.chdir("gone")
table = bl.run(bl.Study("s", measure, (bl.Case("c", os.getcwd(), 3),)), "../s", progress=False)
assert len(table) == 3
"""
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "s/study.json").exists()


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "deed", ["sys.stdout.close(); sys.stderr.close()", "sys.stdout = None"]
)
def test_a_measure_that_closes_the_standard_streams(tmp_path, workers, deed):
    source = f"""
import sys, bathlab as bl
def measure(spec, seed, k):
    {deed}
    return {{"x": 1.0}}
table = bl.run(bl.Study("s", measure, (bl.Case("c", 1, 4),)), sys.argv[1], {workers})
print("rows", len(table)); print("words", file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", source, str(tmp_path / "s")], capture_output=True, text=True
    )
    assert done.returncode == 0 and "rows 4" in done.stdout and "words" in done.stderr


def lingering(spec, seed, realisation):
    threading.Thread(target=time.sleep, args=(300,)).start()
    return [{"x": 1.0}]


@pytest.mark.slow
def test_threads_of_a_measure_keep_no_worker(tmp_path):
    start = time.monotonic()
    assert len(run(lingering, tmp_path / "s", count=4, workers=3)) == 4
    assert time.monotonic() - start < 120
    left = [child.cmdline() for child in psutil.Process().children() if child.is_running()]
    assert not [words for words in left if any("popen_loky" in word for word in words)]


def hanging(spec, seed, realisation):
    """Computes for ever in realisations 1 and 4, holding Python's lock in the former."""
    if realisation == 1:
        re.fullmatch(r"(a+)+b", "a" * 60)  # exponential, and it listens to nobody
    while realisation == 4:
        time.sleep(0.1)
    return [{"x": float(realisation), "process": os.getpid()}]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_realisation_that_hangs_is_ended_and_no_other(tmp_path, workers):
    with pytest.warns(FailedRealisations, match=r"2 realisation.*1 of case 'c': TimedOut.*3 s"):
        table = run(hanging, tmp_path / "s", count=9, workers=workers, timeout=3.0)
    assert table["realisation"].tolist() == [0, 2, 3, 5, 6, 7, 8]
    assert os.getpid() not in set(table["process"])
    assert not any(record["ends_process"] for record in Store(tmp_path / "s").failures())


def deadly(spec, seed, realisation):
    if realisation == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return [{"x": 1.0}]


@pytest.mark.slow
def test_with_a_time_limit_too_a_dead_worker_is_that_task_s(tmp_path):
    with pytest.warns(FailedRealisations, match="1 realisation.*2 of.*WorkerDied: 3 workers"):
        table = run(deadly, tmp_path / "s", count=6, workers=2, timeout=60)
    assert table["realisation"].tolist() == [0, 1, 3, 4, 5]


def test_a_time_limit_changes_no_bit(tmp_path):
    import measures

    expected = bl.run(measures.quick_study(3), tmp_path / "s", progress=False)
    found = bl.run(measures.quick_study(3), tmp_path / "t", progress=False, timeout=60)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)


def test_bad_limits_are_refused_before_any_work(tmp_path):
    for how in ({"timeout": 0}, {"timeout": float("nan")}, {"cluster_wait": -1.0}):
        with pytest.raises(ValueError, match=f"{next(iter(how))} = .*expected"):
            run(plain, tmp_path / "s", **how)
    with pytest.raises(ValueError, match="most_realisations = 3.*>= 16"):
        run(plain, tmp_path / "s", most_realisations=3)
    with pytest.raises(ValueError, match="timeout = 1.*cluster.*--workers"):
        run(plain, tmp_path / "s", timeout=1, cluster="tcp://127.0.0.1:1")
    assert not (tmp_path / "s").exists()


def test_a_target_error_out_of_reach_ends_at_the_limit(tmp_path):
    import measures

    study = measures.quick_study(3)
    with pytest.warns(bl.errors.TargetMissed, match="after 40 realisations.*--most-realis"):
        table = bl.run(
            study, tmp_path / "s", progress=False, target_error=1e-6, most_realisations=40
        )
    assert set(table.groupby("case")["realisation"].nunique()) == {40}
    with pytest.warns(bl.errors.TargetMissed, match="after 50 realisations"):  # its own number
        bl.run(
            measures.quick_study(50, cases=("a",)),
            tmp_path / "t",
            progress=False,
            target_error=1e-6,
            most_realisations=40,
        )


DRIVER = """
import sys, time
import bathlab as bl
def measure(spec, seed, k):
    with open(spec, "a") as file:
        file.write(f"{time.time()}\\n")
    sum(range(10**8)) if k % 2 else time.sleep(2)
    return {"x": 1.0}
how = {"timeout": 60} if sys.argv[2] == "guarded" else {}
bl.run(bl.Study("s", measure, (bl.Case("c", sys.argv[1], 40),)), sys.argv[3], 3, False, **how)
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pool", "guarded"])
def test_workers_end_with_a_driver_that_was_killed(tmp_path, kind):
    marks = tmp_path / "marks"
    driver = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(marks), kind, str(tmp_path / "s")],
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while not marks.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.5)
        driver.kill()
        driver.wait()
        died = time.time()
        deadline, alive = time.monotonic() + 20, ["?"]
        while alive and time.monotonic() < deadline:
            time.sleep(0.2)
            words = ["ps", "-o", "stat=", "-g", str(driver.pid)]
            listed = subprocess.run(words, capture_output=True, text=True).stdout.split()
            alive = [state for state in listed if "Z" not in state]
        assert not alive
        assert all(float(line) < died + 0.5 for line in marks.read_text().split())
    finally:
        if alive:
            os.killpg(driver.pid, signal.SIGKILL)
