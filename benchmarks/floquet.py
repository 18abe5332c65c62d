"""How long eigen-data of the Floquet circuit take, against what one would pick instead.

    python benchmarks/floquet.py                    full spectra at L = 10, products, a window
    python benchmarks/floquet.py --largest          also a window at L = 16
    python benchmarks/floquet.py --only window      some rows
    python benchmarks/floquet.py --quspin PYTHON    QuSpin's Floquet class, by an interpreter
                                                    that has quspin (and need not have bathlab)

Every piece of work runs in a process of its own, after a small warm-up, on ``--threads``
threads, from the drawn fields to all quasienergies and vectors. Residuals are the largest
||W|n> - exp(i theta_n)|n>|| and |<n|m> - delta_nm|, measured in the same way for all. ``cpu``
are seconds of the processor, which on one thread are those that a machine without other work
would take.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

COUPLING, SEED = 0.04, 1
HERE = Path(__file__).parent
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


class Watch:
    """Seconds on the clock and of the processor since it was made."""

    def __init__(self) -> None:
        self.clock, self.processor = time.perf_counter(), time.process_time()

    def spent(self) -> dict[str, float]:
        return {
            "seconds": time.perf_counter() - self.clock,
            "cpu": time.process_time() - self.processor,
        }


def circuit_of(sites: int) -> Any:
    """The circuit that all pieces of work share."""
    import bathlab as bl

    return bl.BrickworkCircuit(sites, COUPLING).sample(SEED)


def full(sites: int) -> dict[str, float]:
    """All eigen-data by this package."""
    import bathlab as bl

    bl.diagonalise(circuit_of(6))
    circuit, watch = circuit_of(sites), Watch()
    found = bl.diagonalise(circuit)
    spent = watch.spent()
    return spent | errors(circuit.unitary(), found.quasienergies, found.vectors)


def schur(sites: int) -> dict[str, float]:
    """All eigen-data by the complex Schur form."""
    import scipy.linalg

    scipy.linalg.schur(circuit_of(4).unitary(), output="complex")
    circuit, watch = circuit_of(sites), Watch()
    triangle, vectors = scipy.linalg.schur(circuit.unitary(), output="complex")
    quasienergies = np.angle(triangle.diagonal())
    spent = watch.spent()
    return spent | errors(circuit.unitary(), quasienergies, vectors)


def quspin(sites: int, python: str) -> dict[str, float]:
    """All eigen-data by QuSpin's Floquet class, from the four layers' exact generators."""
    circuit = circuit_of(sites)
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "fields.npz", Path(folder) / "found.npz"
        np.savez(given, u=circuit.u, v=circuit.v, coupling=circuit.coupling)
        script = str(HERE / "floquet_quspin.py")
        subprocess.run([python, script, str(given), str(made)], check=True)
        with np.load(made) as found:
            spent = {name: float(found[name]) for name in ("seconds", "cpu")}
            return spent | errors(circuit.unitary(), found["quasienergies"], found["vectors"])


def errors(W: Any, quasienergies: Any, vectors: Any) -> dict[str, float]:
    off = W @ vectors - vectors * np.exp(1j * quasienergies)
    overlaps = vectors.conj().T @ vectors - np.eye(len(W))
    return {
        "residual": float(np.linalg.norm(off, axis=0).max()),
        "orthogonality": float(np.abs(overlaps).max()),
    }


def product(sites: int) -> dict[str, float]:
    """Products with W on blocks of 16 vectors; Gflop per second of processor time."""
    circuit = circuit_of(sites)
    x = np.random.default_rng(0).standard_normal((circuit.dimension, 16)) + 0j
    powers = np.zeros(max(2, 2 ** (18 - sites)) + 1)
    powers[-1] = 1
    circuit.series(powers[:3], x)
    watch = Watch()
    circuit.series(powers, x)
    spent, count = watch.spent(), len(powers) - 1
    done = 30.0 * sites * circuit.dimension * 16 * count
    return {name: value / count for name, value in spent.items()} | {
        "gflops": done / spent["cpu"] / 1e9
    }


def window(sites: int, count: int) -> dict[str, float]:
    """A window of eigenstates by products alone."""
    import bathlab as bl

    bl.eigenstates_near(circuit_of(8), 0.5, 3, "filter")
    circuit, watch = circuit_of(sites), Watch()
    states = bl.eigenstates_near(circuit, 0.5, count, "filter")
    return watch.spent() | {
        "residual": max(state.residual for state in states),
        "missed": max(state.missed for state in states),
    }


WORKS = {"full": full, "schur": schur, "quspin": quspin, "product": product, "window": window}


def measured(work: str, threads: int, **arguments: Any) -> dict[str, Any]:
    """The result of ``work`` in a process of its own."""
    environment = {**os.environ, **dict.fromkeys(THREAD_VARIABLES, str(threads))}
    task = json.dumps({"work": work, **arguments})
    command = [sys.executable, __file__, "--work", task]
    printed = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(printed.stdout.splitlines()[-1])


def rows(largest: bool, threads: int, python: str | None) -> list[tuple[str, dict[str, Any]]]:
    """Name and arguments of each row."""
    found: list[tuple[str, dict[str, Any]]] = [
        ("full L = 10, bathlab", {"work": "full", "sites": 10}),
        ("full L = 10, scipy schur", {"work": "schur", "sites": 10}),
    ]
    if python:
        quspin_row = {"work": "quspin", "sites": 10, "python": python}
        found.append(("full L = 10, QuSpin Floquet", quspin_row))
    found += [
        (f"product L = {sites}, one thread", {"work": "product", "sites": sites, "threads": 1})
        for sites in (8, 10, 12, 14, 16)
    ]
    found.append(("window of 256, L = 14", {"work": "window", "sites": 14, "count": 256}))
    if largest:
        found.append(("window of 256, L = 16", {"work": "window", "sites": 16, "count": 256}))
    return [(name, {"threads": threads} | task) for name, task in found]


@click.command(help=__doc__.replace("\n\n", "\n\n\b\n", 1))
@click.option("--largest", is_flag=True, help="Also a window at L = 16: minutes.")
@click.option("--only", default="", help="Only rows whose name contains this.")
@click.option("--threads", default=2, show_default=True, help="Threads of each piece of work.")
@click.option("--quspin", "python", help="A Python interpreter with quspin.")
@click.option("--work", hidden=True)
def main(largest: bool, only: str, threads: int, python: str | None, work: str | None) -> None:
    if work:
        task = json.loads(work)
        result = WORKS[task.pop("work")](**task)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps({**result, "peak_gib": peak}))
        return
    lines = []
    for name, task in rows(largest, threads, python):
        if only in name:
            lines.append({"work": name, **measured(**task)})
            print(lines[-1], file=sys.stderr)
    print(pd.DataFrame(lines).to_string(index=False, float_format="{:.3g}".format, na_rep=""))


if __name__ == "__main__":
    main()
