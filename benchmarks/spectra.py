"""All levels, and windows of eigenstates, against what a physicist would pick instead.

    python benchmarks/spectra.py             n = 4096, 8192; L = 14, 16 (minutes)
    python benchmarks/spectra.py --largest   also n = 16384, 65536; L = 18 and 20 (hours)
    python benchmarks/spectra.py --only windows
                                             one part: levels, windows, filter, entries or times
    python benchmarks/spectra.py --slepc python3
                                             an interpreter that has slepc4py, with MUMPS
    python benchmarks/spectra.py --only entries --quspin PYTHON
                                             one that has quspin (and need not have bathlab)

Levels: a 6-spin random matrix with LIOMs, `bl.levels` on one thread against
`scipy.linalg.eigvalsh` on every core. Windows: the k eigenstates nearest 0 of the random-field
Heisenberg ring, W = 3, S^z = 0, both on every core; bathlab's include the count that proves
them complete; with Pardiso, and with SuperLU alone. "+ GiB" is the peak above what was in use
when the work began, imports done; residuals are shares of the width of the spectrum. Filter:
such windows by products alone, against shift-invert where its factors fit, and a forecast for
L = 18 and 20. Entries: the same ring's matrix, and that of the clean J1-J2 ring with momentum,
reflection and flip, states included, on one thread against QuSpin, in seconds of the processor.
Times: autocorrelations of a measure on one thread against the sum in numpy and QuTiP's sesolve.
Every piece of work runs in a process of its own, the small ones after a warm-up. Nothing else
should run on the machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import autocorrelations
import click
import entries
import numpy as np
from measurements import THREAD_VARIABLES, machine

import bathlab as bl
from bathlab.operators import as_system
from bathlab.spectrum.chebyshev.product import Scaled
from bathlab.spectrum.chebyshev.windows import forecast
from bathlab.spectrum.krylov.lanczos import spectral_interval

GIB = 2**30
#: L and number of states of each window.
WINDOWS = [(14, 50), (16, 1), (16, 50), (16, 200), (18, 50)]
#: Those that are also found without Pardiso.
BY_SUPERLU = [(14, 50), (16, 50)]
#: L and number of states of windows from a filter, and the largest L with factors beside it.
FILTERED, FACTORED = [(14, 50), (16, 50), (18, 100), (20, 100)], 18
#: LIOMs beside six spins, and whether LAPACK is run too.
SPECTRA = [(6, True), (7, True), (8, True), (10, False)]
#: What an interpreter with slepc4py runs: matrix, states, file for the levels.
SLEPC = r"""
import json, sys, time
import numpy as np, slepc4py
slepc4py.init(sys.argv[:1])
from petsc4py import PETSc
from slepc4py import SLEPc
def peak():
    status = open("/proc/self/status").read()
    return int(status.split("VmHWM:")[1].split()[0]) / 2**20
before = peak()
data, count = np.load(sys.argv[1]), int(sys.argv[2])
started = time.perf_counter()
n = len(data["indptr"]) - 1
index = [data[name].astype(PETSc.IntType) for name in ("indptr", "indices")]
H = PETSc.Mat().createAIJ(size=(n, n), csr=(*index, data["data"]))
H.assemble()
solver = SLEPc.EPS().create()
solver.setOperators(H)
solver.setProblemType(SLEPc.EPS.ProblemType.HEP)
solver.setDimensions(count)
solver.setWhichEigenpairs(SLEPc.EPS.Which.TARGET_MAGNITUDE)
solver.setTarget(0.0)
solver.setTolerances(1e-12)
spectral = solver.getST()
spectral.setType("sinvert")
linear = spectral.getKSP()
linear.setType("preonly")
linear.getPC().setType("cholesky")
linear.getPC().setFactorSolverType("mumps")
solver.solve()
seconds = time.perf_counter() - started
levels = [solver.getEigenvalue(i).real for i in range(solver.getConverged())]
residuals = [solver.computeError(i, SLEPc.EPS.ErrorType.ABSOLUTE) for i in range(count)]
levels = sorted(levels, key=abs)[:count]
found = {"seconds": seconds, "levels": levels, "residual": max(residuals)}
found |= {"peak_gib": peak(), "more_gib": peak() - before}
print(json.dumps(found))
"""


def ring(sites: int) -> Any:
    """The Heisenberg ring in random fields, S^z = 0, as CSR."""
    return bl.operators.SpinSpace(sites).matrix(entries.ring_terms(sites))


def grain(lioms: int) -> Any:
    bath = bl.RandomMatrixBath(spins=6, bandwidth=4.2)
    return bl.couple(bath, bl.LiomChain(count=lioms)).sample(1)


def work(task: dict[str, Any]) -> dict[str, Any]:
    """One piece of work in this process."""
    kind = task["kind"]
    if kind == "entries":
        return entries.work(task)
    if kind == "autocorrelation":
        return autocorrelations.work(task)
    if kind == "forecast":
        scaled = Scaled.of(as_system(ring(task["sites"])))
        return forecast(scaled, 0.0, task["count"])._asdict()
    if kind == "window":
        return _window(task)
    H = grain(task["lioms"])
    if kind == "eigvalsh":
        import scipy.linalg

        dense = H.hamiltonian.toarray()
        started = time.perf_counter()
        energies = scipy.linalg.eigvalsh(dense, overwrite_a=True, check_finite=False)
        return _told(time.perf_counter() - started, levels=energies.tolist())
    bl.levels(grain(3))
    started = time.perf_counter()
    found = bl.levels(H)
    seconds = time.perf_counter() - started
    return _told(
        seconds,
        levels=found.energies.tolist(),
        trace_error=found.trace_error,
        steps=found.steps / H.dimension,
    )


def _window(task: dict[str, Any]) -> dict[str, Any]:
    if task.get("superlu"):
        sys.modules["pypardiso"] = None  # type: ignore[assignment]
    way = {"method": task.get("method", "sparse")}
    way["prove"] = way["method"] == "sparse"
    bl.eigenstates_near(ring(10), 0.0, 10, **way)
    H, before = ring(task["sites"]), _peak()
    started = time.perf_counter()
    states = bl.eigenstates_near(H, 0.0, task["count"], **way)
    seconds = time.perf_counter() - started
    more = _peak() - before
    lower, upper = spectral_interval(as_system(H))
    return _told(
        seconds,
        more_gib=more,
        levels=[state.energy for state in states],
        residual=max(state.residual for state in states),
        width=upper - lower,
        nearest=states[0].nearest,
        missed=states[0].missed,
    )


def _peak() -> float:
    """GiB, of this process alone: ``ru_maxrss`` has that of the process it was forked from."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / GIB


def _told(seconds: float, **found: Any) -> dict[str, Any]:
    return {"seconds": seconds, "peak_gib": _peak(), **found}


def run(task: dict[str, Any], threads: int) -> dict[str, Any]:
    """One piece of work in a process of its own."""
    command = [sys.executable, __file__, "--task", json.dumps(task)]
    return _last_line(command, threads, {})


def _last_line(command: list[str], threads: int, more: dict[str, str]) -> dict[str, Any]:
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(threads)), **more}
    out = subprocess.run(command, env=environment, capture_output=True, text=True)
    if out.returncode:
        return {"failed": out.stderr.strip().splitlines()[-1] if out.stderr else "no word"}
    found: dict[str, Any] = json.loads(out.stdout.splitlines()[-1])
    return found


def slepc(python: str, sites: int, count: int, threads: int) -> dict[str, Any]:
    """The same window by SLEPc, in the interpreter that has it."""
    with tempfile.TemporaryDirectory() as folder:
        H = ring(sites)
        place = Path(folder) / "matrix.npz"
        np.savez(place, data=H.data, indices=H.indices, indptr=H.indptr)
        command = [python, "-c", SLEPC, str(place), str(count)]
        return _last_line(command, threads, {})


def levels_rows(largest: bool) -> list[dict[str, Any]]:
    rows = []
    for lioms, dense in SPECTRA:
        if lioms > 7 and not largest:
            continue
        ours = run({"kind": "levels", "lioms": lioms}, 1)
        row = {
            "work": f"all levels, n = {64 * 2**lioms}",
            "s": ours["seconds"],
            "GiB": ours["peak_gib"],
            "error of the traces": ours["trace_error"],
            "steps/n": ours["steps"],
        }
        if dense:
            other = run({"kind": "eigvalsh", "lioms": lioms}, os.cpu_count() or 1)
            row |= _beside(ours, other)
        rows.append(row)
    return rows


def window_rows(largest: bool, python: str) -> list[dict[str, Any]]:
    rows, threads = [], os.cpu_count() or 1
    for sites, count in WINDOWS:
        if sites > 16 and not largest:
            continue
        other = slepc(python, sites, count, threads) if python else {"failed": "not named"}
        for superlu in (False, True) if (sites, count) in BY_SUPERLU else (False,):
            task = {"kind": "window", "sites": sites, "count": count, "superlu": superlu}
            ours = run(task, threads)
            row = {"work": f"{count} states, L = {sites}" + ", SuperLU" * superlu}
            row |= {"s": ours["seconds"], "GiB": ours["peak_gib"], "+ GiB": ours["more_gib"]}
            row |= {"proof": ours["nearest"], "residual": ours["residual"] / ours["width"]}
            rows.append(row | _beside(ours, other))
    return rows


def filter_rows(largest: bool) -> list[dict[str, Any]]:
    rows, threads = [], os.cpu_count() or 1
    for sites, count in FILTERED:
        task = {"kind": "window", "sites": sites, "count": count}
        if sites > 16:
            found = run(task | {"kind": "forecast"}, threads)
            row = {"work": f"{count} states, L = {sites}, forecast", "s": found["seconds"]}
            rows.append(row | {"GiB": found["gib"], "products": found["products"]})
            if not largest:
                continue
        ours = run(task | {"method": "filter"}, threads)
        row = {"work": f"{count} states, L = {sites}, filter", "s": ours["seconds"]}
        row |= {"GiB": ours["peak_gib"], "missed": ours["missed"]}
        row |= {"residual": ours["residual"] / ours["width"]}
        if sites <= FACTORED:
            row |= _beside(ours, run(task | {"method": "sparse"}, threads))
        rows.append(row)
    return rows


def _beside(ours: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if "failed" in other:
        return {"rival s": f"- ({other['failed']})"}
    apart = np.abs(np.sort(ours["levels"]) - np.sort(other["levels"])).max()
    found = {"rival s": other["seconds"], "rival GiB": other["peak_gib"]}
    if "more_gib" in other:
        found["rival + GiB"] = other["more_gib"]
    found |= {"ratio": other["seconds"] / ours["seconds"], "levels apart": float(apart)}
    if "residual" in other:
        found["rival residual"] = other["residual"] / ours.get("width", 1.0)
    return found


def entry_rows(largest: bool, python: str) -> list[dict[str, Any]]:
    rows = []
    for sites, symmetries in entries.CASES:
        if sites > 20 and not largest:
            continue
        task = entries.task(sites, symmetries)
        ours = run(task, 1)
        other = {"failed": "not named"}
        if python:
            command = [python, str(Path(__file__).parent / "entries_quspin.py")]
            other = _last_line([*command, json.dumps(task)], 1, {})
        named = ", ".join(f"{name} {value}" for name, value in symmetries.items())
        row = {"work": f"L = {sites}{named and f', {named}'}", "n": ours["dimension"]}
        row |= {"s": ours["seconds"], "GiB": ours["peak_gib"]}
        row |= {"million entries/s": ours["entries"] / ours["seconds"] / 1e6}
        rows.append(row | _beside(ours, other))
    return rows


@click.command(help=__doc__.replace("\n\n", "\n\n\b\n", 1))
@click.option("--largest", is_flag=True, help="Also the largest ones.")
@click.option("--only", default="", help="One part of the table.")
@click.option("--slepc", "python", default="", help="A Python that has slepc4py.")
@click.option("--quspin", default="", help="A Python that has quspin.")
@click.option("--task", default="", hidden=True)
def main(largest: bool, only: str, python: str, quspin: str, task: str) -> None:
    if task:
        print(json.dumps(work(json.loads(task))), flush=True)
        return
    import pandas as pd  # here, so that the work's own process has none of it in memory

    print(f"{machine()}\n")
    parts = {
        "levels": lambda: levels_rows(largest),
        "windows": lambda: window_rows(largest, python),
        "filter": lambda: filter_rows(largest),
        "entries": lambda: entry_rows(largest, quspin),
        "times": lambda: [
            autocorrelations.row(task, run(task, 1)) for task in autocorrelations.tasks()
        ],
    }
    for name, rows in parts.items():
        if only in name:
            table = pd.DataFrame(rows())
            print(table.to_string(index=False, float_format="{:.3g}".format, na_rep=""), "\n")


if __name__ == "__main__":
    main()
