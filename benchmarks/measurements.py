"""Measured work, kept: one JSON line per piece of work, machine and code.

The code is a digest of what the work runs: of the solver, and for this package of its rooms
that solve (formatting and comments do not count). After an edit of these a work is measured
again; lines of other code, or of before the digest was kept, are only served on request.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Iterable

import numpy as np
import psutil
from solve import SOLVERS
from tqdm import tqdm

import bathlab as bl
from bathlab.ensemble.code import code_of, code_of_files

HERE = Path(__file__).parent
STORE = HERE / "measurements.jsonl"
PACKAGE = Path(bl.__file__).parent
#: Rooms and modules that a solve of this package goes through.
ROOMS = ("operators", "spectrum", "model", "analysis/participation.py", "streams.py")
#: The code of lines that do not tell theirs.
UNKNOWN = "unknown"
#: What a linear-algebra library reads at its start to decide on its threads.
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


@dataclass(frozen=True)
class Work:
    """A solver on a bath with LIOMs, for some operators; ``copies`` run side by side.

    ``threads`` is what one copy may use; 0 stands for every core.
    """

    solver: str
    bath: str
    lioms: int
    operators: tuple[str | int, ...] = ("probe",)
    threads: int = 1
    copies: int = 1


def machine() -> str:
    """Processor, cores and memory, as a measurement's reader needs them."""
    name = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(
            (line.split(":")[1].strip() for line in lines if "model name" in line), name
        )
    memory = psutil.virtual_memory().total / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB"


@cache
def code(solver: str) -> str:
    """Digest of the code that a work of this solver runs."""
    own = code_of(SOLVERS[solver]).digest
    if solver != "bathlab":
        return own
    files = [file for room in ROOMS for file in _sources(PACKAGE / room)]
    return f"{own}-{code_of_files(files, PACKAGE)}"


def _sources(room: Path) -> list[Path]:
    return sorted(room.rglob("*.py")) if room.is_dir() else [room]


def measure(
    works: list[Work], fresh: bool, store: Path = STORE, any_code: bool = False
) -> dict[Work, dict[str, Any]]:
    """The result of each work: kept ones of this machine and code (or of any, if so asked),
    the others measured now."""
    known = {} if fresh else kept(store, any_code)
    bar = tqdm(
        [work for work in works if work not in known],
        desc="measuring",
        unit="work",
        disable=None,
    )
    for work in bar:
        bar.set_postfix_str(f"{work.solver}, {work.bath} + {work.lioms}")
        known[work] = _run(work)
        line = {
            "machine": machine(),
            "version": bl.__version__,
            "code": code(work.solver),
            "date": str(date.today()),
            "work": asdict(work),
            "result": known[work],
        }
        with store.open("a") as file:
            file.write(json.dumps(line) + "\n")
    return {work: known[work] for work in works}


def kept(store: Path, any_code: bool = False) -> dict[Work, dict[str, Any]]:
    """The latest result of each work on this machine by the code as it is; with ``any_code``,
    for works that have none, the latest by other or unknown code."""
    lines = (
        [json.loads(line) for line in store.read_text().splitlines()] if store.exists() else []
    )
    own = [line for line in lines if line["machine"] == machine()]
    current = _results(line for line in own if line.get("code", UNKNOWN) == _code_now(line))
    return (_results(own) if any_code else {}) | current


def _results(lines: Iterable[dict[str, Any]]) -> dict[Work, dict[str, Any]]:
    return {
        Work(**{**line["work"], "operators": tuple(line["work"]["operators"])}): line["result"]
        for line in lines
    }


def _code_now(line: dict[str, Any]) -> str:
    solver = line["work"]["solver"]
    return code(solver) if solver in SOLVERS else ""


def _run(work: Work) -> dict[str, Any]:
    threads = work.threads or os.cpu_count() or 1
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(threads))}
    children = []
    for copy in range(work.copies):
        task = {
            "solver": work.solver,
            "bath": work.bath,
            "lioms": work.lioms,
            "operators": work.operators,
            "threads": threads,
            "seed": copy + 1,
        }
        children.append(
            subprocess.Popen(
                [sys.executable, str(HERE / "solve.py"), json.dumps(task)],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    results = [json.loads(child.communicate()[0].splitlines()[-1]) for child in children]
    slowest = max(results, key=lambda result: float(result["seconds"]))
    return {**slowest, "peak_gib": max(result["peak_gib"] for result in results)}


def exponent(dimensions: list[int], values: list[float]) -> float:
    """The slope of log(values) over log(dimensions), by least squares."""
    return float(np.polyfit(np.log(dimensions), np.log(values), 1)[0])
