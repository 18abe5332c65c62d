"""Faults of the disk at every operation in turn, see :mod:`faults`."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_files_replaced import FEWEST as REPLACED

TESTS = Path(__file__).parents[1]
PATH = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")


def injected(scenario):
    """How many faults a scenario stood, each in a child of a process of its own."""
    done = subprocess.run(
        [sys.executable, str(TESTS / "faults.py"), scenario],
        capture_output=True,
        text=True,
        timeout=1200,
        env=os.environ | {"PYTHONPATH": PATH, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return json.loads(done.stdout)


#: The fewest faults of each scenario; how many operations a lock takes depends on its version.
FEWEST = {
    "new": 150,
    "extended": 72,
    "after_a_kill": 48,
    "of_format_3": 40,
    "failing": 140,
    "repaired": 19,
    "merged": 26,
}


@pytest.fixture(scope="module")
def counts():
    """What each scenario will have stood: as many at a time as there are processors."""
    pool = ThreadPoolExecutor(os.cpu_count())
    yield {scenario: pool.submit(injected, scenario) for scenario in FEWEST}
    pool.shutdown(cancel_futures=True)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", FEWEST)
def test_a_fault_at_any_operation_loses_nothing(scenario, counts):
    assert counts[scenario].result() >= FEWEST[scenario]


def test_the_document_promises_what_is_tried():
    words = (TESTS.parent / "docs/ensembles.md").read_text()
    assert f"at least {sum(FEWEST.values())} faults" in words
    assert f"{REPLACED} replacements" in words
