"""How long chains of the quantum avalanche take, and how the time grows with their length.

    python benchmarks/avalanche.py                 10^4 to 10^6 cells, a minute
    python benchmarks/avalanche.py --largest       also 10^7
    python benchmarks/avalanche.py --chains 10000  a study of so many chains of 10^5 cells

Every length runs in a process of its own on one core, after a small chain that has what is
compiled loaded: seconds of the processor for one chain, from the random numbers to its spans,
the median over the repetitions, and the peak of the process's memory. Below, near and above the
critical point of the rules at K = 1.

The study of ``--chains`` runs the measure of the studies of chains on two workers, near the
critical point, with scheduling and writing, and says first how long it should take; 10^4 of
them are to take six minutes at most.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import numpy as np
import pandas as pd

POINTS = {"localised": 0.1, "near critical": 0.15, "thermal": 0.2}
#: Cells of all repetitions of one row together, about.
CELLS = 3e7
#: Cells and epsilon of the chains of a study, its workers, and chains that its forecast takes.
STUDIED, NEAR_CRITICAL, WORKERS, TRIED = 10**5, POINTS["near critical"], 2, 20
#: Seconds that 10^4 chains may take.
MOST = 360.0


def measure(length: int, epsilon: float, repetitions: int, **options: str) -> dict[str, float]:
    """Seconds a chain and peak memory of this process."""
    import bathlab as bl

    bl.avalanche.AvalancheChain(100, epsilon, 1.0, **options).sample(0)
    chain, seconds = bl.avalanche.AvalancheChain(length, epsilon, 1.0, **options), []
    density = 0.0
    for realisation in range(repetitions):
        start = time.process_time()
        found = chain.sample(1, realisation)
        seconds.append(time.process_time() - start)
        density += found.density / repetitions
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"seconds": float(np.median(seconds)), "density": density, "peak_gib": peak}


def measured(length: int, epsilon: float, **options: str) -> dict[str, float]:
    """:func:`measure` in a process of its own."""
    repetitions = max(3, min(100, round(CELLS / length)))
    work = {"length": length, "epsilon": epsilon, "repetitions": repetitions} | options
    command = [sys.executable, __file__, "--work", json.dumps(work)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(printed.stdout.splitlines()[-1])


def exponent(lengths: list[int], seconds: list[float]) -> float:
    """The power of the length with which the time grows, by least squares."""
    return float(np.polyfit(np.log(lengths), np.log(seconds), 1)[0])


def studied(chains: int) -> dict[str, float]:
    """Seconds that a study of so many chains takes on two workers, beside its forecast."""
    import bathlab as bl

    chain = bl.avalanche.AvalancheChain(STUDIED, NEAR_CRITICAL, 1.0)
    rows = bl.experiments.avalanche_rows
    rows(bl.avalanche.AvalancheChain(100, NEAR_CRITICAL, 1.0), 0, 0)
    start = time.perf_counter()
    for realisation in range(TRIED):
        rows(chain, 1, realisation)
    forecast = (time.perf_counter() - start) / TRIED * chains / WORKERS
    print(f"{chains} chains of {STUDIED} cells on {WORKERS} workers: about {forecast:.0f} s")
    study = bl.Study("chains", rows, (bl.Case("near critical", chain, chains),), watch="zeta")
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        bl.run(study, Path(folder) / "store", workers=WORKERS, progress=False)
        seconds = time.perf_counter() - start
        found = len(bl.load(Path(folder) / "store"))
    return {"chains": found, "forecast": forecast, "seconds": seconds}


@click.command(help=__doc__.replace("\n\n", "\n\n\b\n", 1))
@click.option("--largest", is_flag=True, help="Also 10^7 cells.")
@click.option("--chains", default=0, help="Run a study of so many chains of 10^5 cells.")
@click.option("--work", hidden=True)
def main(largest: bool, chains: int, work: str | None) -> None:
    if chains:
        took = studied(chains)
        print(
            f"{took['chains']} rows in {took['seconds']:.1f} s, the start of the workers ",
            end="",
        )
        print(f"included; 10^4 are to take {MOST:.0f} s at most")
        return
    if work:
        print(json.dumps(measure(**json.loads(work))))
        return
    lengths, rows = [10**4, 10**5, 10**6] + [10**7] * largest, []
    for point, epsilon in POINTS.items():
        found = [measured(length, epsilon) for length in lengths]
        power = exponent(lengths, [each["seconds"] for each in found])
        rows += [
            {"point": point, "epsilon": epsilon, "cells": length, **each, "exponent": power}
            for length, each in zip(lengths, found)
        ]
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3g}".format))


if __name__ == "__main__":
    main()
