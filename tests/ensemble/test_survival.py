"""Kills at random moments, Ctrl-C, SIGTERM; a Dask cluster that loses a worker."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import measures
import pandas as pd
import pytest

import bathlab as bl
from bathlab.ensemble.store import journal

pytestmark = pytest.mark.slow
TESTS = Path(__file__).parents[1]
DRIVER = """
import signal, sys
import measures, bathlab as bl
from bathlab.ensemble.store import writer
writer.PART = 30
store, workers, cluster = sys.argv[1:]
# What was started in the background ignores Ctrl-C, and hands that on to its children.
signal.signal(signal.SIGINT, signal.default_int_handler)
print("ready", flush=True)
try:
    bl.run(measures.quick_study({count}), store, int(workers), cluster=cluster or None)
except KeyboardInterrupt:
    sys.exit(130)
"""
#: Forks a run for each line that it reads, so that twenty runs import everything once.
NURSERY = """
import os, sys
import loky, pyarrow.parquet
import measures, bathlab as bl
from bathlab.ensemble import runner, worker
from bathlab.ensemble.store import writer
writer.PART = 30
for line in sys.stdin:
    store, workers = line.rsplit(maxsplit=1)
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        bl.run(measures.quick_study({count}), store, int(workers), progress=False)
        os._exit(0)
    os.setpgid(child, child)  # whichever of the two comes first
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
#: Realisations of each of two cases: more than all killed runs together get through.
COUNT = 600


def driver(store, workers=1, cluster="", seconds="0.01", count=COUNT):
    """A run in a process group of its own, once it has imported everything."""
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER.format(count=count), str(store), str(workers), cluster],
        env=os.environ | {"PYTHONPATH": str(TESTS), "MEASURE_SECONDS": seconds},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.fixture()
def nursery():
    """Starts runs, each in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", NURSERY.format(count=COUNT)],
        env=os.environ | {"PYTHONPATH": str(TESTS), "MEASURE_SECONDS": "0.01"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.stdin.close()
    assert process.wait(60) == 0


def born(nursery, store, workers):
    """The process group of a run that has just begun."""
    print(store, workers, file=nursery.stdin, flush=True)
    return int(nursery.stdout.readline())


def _journal(store):
    """How many realisations are in the journal."""
    return sum(1 for _ in journal.records(store))


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """What an uninterrupted run gives."""
    return bl.run(
        measures.quick_study(COUNT), tmp_path_factory.mktemp("r") / "s", progress=False
    )


def _wait_for_work(store):
    """Until a realisation is added to the journal, whatever else the machine does."""
    before, deadline = _journal(store), time.monotonic() + 300
    while time.monotonic() < deadline:
        now = _journal(store)
        if now > before:
            return
        before = now
        time.sleep(0.005)


def test_twenty_kills_at_random_moments_change_no_bit(tmp_path, reference, nursery):
    chance = random.Random(7)
    store, held = tmp_path / "s", []
    for kill in range(20):
        group = born(nursery, store, workers=2 if kill in (3, 11) else 1)
        if kill % 2:  # the others may fall into the start
            _wait_for_work(store)
        time.sleep(chance.uniform(0, 0.5))
        os.killpg(group, signal.SIGKILL)
        assert int(nursery.stdout.readline()) == -signal.SIGKILL  # it was at work till then
        if any(store.glob("rows/*.parquet")) or _journal(store):
            table = bl.load(store)
            assert not table.duplicated(["case", "realisation", "state"]).any()
            assert table.groupby(["case", "realisation"]).size().eq(2).all()
            held.append(len(table))
    assert held == sorted(held)  # no kill lost any work
    assert len(set(held)) >= 9
    assert held[-1] < len(reference)
    found = bl.run(measures.quick_study(COUNT), store, progress=False)
    pd.testing.assert_frame_equal(found, reference, check_exact=True)
    assert not list(store.rglob("*.tmp"))


@pytest.mark.parametrize("sent, workers", [(signal.SIGINT, 1), (signal.SIGINT, 2)])
def test_ctrl_c_leaves_a_consistent_store_and_no_process(tmp_path, reference, sent, workers):
    """Ctrl-C reaches the whole group of processes, as in a terminal."""
    process = driver(tmp_path / "s", workers)
    deadline = time.monotonic() + 60
    while not _journal(tmp_path / "s") and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, sent)
    _, words = process.communicate(timeout=120)
    assert process.returncode == 130, words
    assert "Traceback" not in words
    with pytest.raises(ProcessLookupError):  # nobody of the group is left
        for _ in range(100):
            os.killpg(process.pid, 0)
            time.sleep(0.1)
    table = bl.load(tmp_path / "s")
    assert 0 < len(table) < len(reference)
    expected = reference.merge(table[["case", "realisation"]].drop_duplicates())
    pd.testing.assert_frame_equal(table, expected, check_exact=True)


class Cluster:
    """A Dask scheduler and two workers of one thread each, processes on the loopback."""

    def __init__(self, folder):
        self.processes = []
        self._environment = os.environ | {"PYTHONPATH": str(TESTS), "MEASURE_SECONDS": "0.05"}
        self._folder = folder
        words = self.start(
            "scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            until=r"Scheduler at: +(tcp://\S+)",
        )
        self.address = words.group(1)
        for _ in range(2):
            self.start(
                "worker",
                self.address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
                "--local-directory",
                str(folder),
                until="Registered to",
            )

    def start(self, role, *arguments, until):
        log = self._folder / f"{role}-{len(self.processes)}.log"
        with open(log, "w") as file:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "distributed.cli.dask_" + role, *arguments],
                    stdout=file,
                    stderr=file,
                    env=self._environment,
                )
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if found := re.search(until, log.read_text()):
                return found
            time.sleep(0.05)
        raise AssertionError(f"{role} did not start: {log.read_text()}")

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture()
def cluster(tmp_path):
    pytest.importorskip("distributed")
    made = None
    try:
        made = Cluster(tmp_path)
        yield made
    finally:
        if made is not None:
            made.stop()


@pytest.mark.extras
def test_a_cluster_gives_the_same_bits_and_survives_the_death_of_a_worker(tmp_path, cluster):
    expected = bl.run(measures.quick_study(60), tmp_path / "t", progress=False)
    process = driver(tmp_path / "s", cluster=cluster.address, count=60)
    deadline = time.monotonic() + 60
    while _journal(tmp_path / "s") < 8 and time.monotonic() < deadline:
        time.sleep(0.02)
    cluster.processes[1].kill()
    words = process.communicate(timeout=120)[1]
    assert process.returncode == 0, words
    assert cluster.processes[2].poll() is None
    pd.testing.assert_frame_equal(bl.load(tmp_path / "s"), expected, check_exact=True)
    hosts = bl.load(tmp_path / "s", circumstances=True)
    assert hosts["run_seconds"].min() > 0.04  # computed over there, where the measure is slow


@pytest.mark.extras
def test_a_real_measure_on_a_cluster_from_this_process(tmp_path, cluster):
    expected = bl.run(measures.study(), tmp_path / "t", progress=False)
    found = bl.run(measures.study(), tmp_path / "s", progress=False, cluster=cluster.address)
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    study = bl.Study("fickle", measures.fickle, (bl.Case("only", str(tmp_path / "no"), 4),))
    with pytest.warns(
        bl.errors.FailedRealisations, match="ArithmeticError: realisation 2 diverges"
    ):
        bl.run(study, tmp_path / "f", progress=False, cluster=cluster.address)


@pytest.mark.extras
def test_a_lost_cluster_keeps_what_arrived(tmp_path, cluster):
    process = driver(tmp_path / "s", cluster=cluster.address, count=200)
    deadline = time.monotonic() + 60
    while _journal(tmp_path / "s") < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    cluster.stop()
    words = process.communicate(timeout=120)[1]
    assert process.returncode == 1 and "The cluster was lost" in words
    assert len(bl.load(tmp_path / "s")) >= 8


@pytest.mark.extras
def test_a_cluster_without_workers_says_so_and_does_not_hang(tmp_path, cluster, monkeypatch):
    from bathlab.ensemble import engines

    for worker in cluster.processes[1:]:
        worker.kill()
        worker.wait()
    monkeypatch.setattr(engines, "SAY_SECONDS", 0)
    with pytest.warns(bl.errors.UnlikeWorkers, match=r"no worker for .*waits \d+ s more"):
        with pytest.raises(
            RuntimeError, match=r"no worker for \d+ s.*dask worker.*--cluster-wait"
        ):
            bl.run(
                measures.quick_study(2),
                tmp_path / "s",
                progress=False,
                cluster=cluster.address,
                cluster_wait=10,
            )


@pytest.mark.extras
def test_no_scheduler_is_a_clear_error(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    from bathlab.ensemble import engines

    monkeypatch.setattr(engines, "CONNECT_SECONDS", 1)
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        with pytest.raises(ValueError, match="no Dask scheduler answered.*dask scheduler"):
            bl.run(measures.quick_study(1), tmp_path / "s", progress=False, cluster=address)
    assert shutil.rmtree(tmp_path / "s") is None  # not in use


@pytest.mark.extras
@pytest.mark.parametrize(
    "file, words", [(None, "told of none"), ("none.pem", "cannot read them")]
)
def test_an_encrypted_cluster_says_where_the_certificates_belong(tmp_path, file, words):
    pytest.importorskip("distributed")  # which sets what Dask is configured by
    import dask

    path = file and str(tmp_path / file)
    files = {f"distributed.comm.tls.{name}": path for name in ("ca-file", "client.cert")}
    with dask.config.set(files):
        with pytest.raises(ValueError, match=f"{words}.*ca-file.*distributed.yaml.*CA_FILE"):
            bl.run(measures.quick_study(1), tmp_path / "s", progress=False, cluster="tls://x:1")
