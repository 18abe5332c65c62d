"""One measured piece of work in a process of its own: time, peak memory and the result.

    python benchmarks/solve.py '{"solver": "bathlab", "bath": "goe", "lioms": 5, "threads": 1,
                                 "operators": ["probe"]}'

prints one JSON object. The process is fresh, so its peak memory is that of the work (and of the
imports, which are told separately); a small system of the same kind is solved first, so
compiled kernels and loaded libraries are not timed. From a drawn system to D(O).
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

import numpy as np

import bathlab as bl

BATHS = {
    "goe": bl.RandomMatrixBath(spins=6, bandwidth=4.2),
    "gue": bl.RandomMatrixBath(spins=6, bandwidth=4.2, symmetry="unitary"),
    "chain9": bl.LocalChainBath(spins=9),
    "chain11": bl.LocalChainBath(spins=11),
}
GIB = 2**30


def bathlab_solver(system: Any, operators: list[Any], threads: int) -> dict[str, Any]:
    """This package. With several operators each thread takes the next one."""
    started = time.perf_counter()
    state = bl.eigenstate_near(system)
    found = time.perf_counter()

    def measured(which: Any) -> Any:
        return bl.spectral_measure(system, system.operator(which), state)

    with ThreadPoolExecutor(threads) as pool:
        measures = list(pool.map(measured, operators))
    return {
        "log_ipr": [bl.log_ipr(measure) for measure in measures],
        "energy": state.energy,
        "residual": state.residual,
        "state_seconds": found - started,
        "state_method": state.method,
        "measure_method": measures[0].method,
        "nearest": state.nearest,
        "missed": state.missed,
        "steps": [measure.steps for measure in measures],
        "drift": max(measure.drift for measure in measures),
        "sum_error": max(measure.sum_error for measure in measures),
        "moment_error": max(measure.moment_error for measure in measures),
    }


def scipy_solver(driver: str) -> Callable[..., dict[str, Any]]:
    def solve(system: Any, operators: list[Any], threads: int) -> dict[str, Any]:
        import scipy.linalg

        energies, vectors = scipy.linalg.eigh(
            system.hamiltonian.toarray(), driver=driver, overwrite_a=True, check_finite=False
        )
        return _dense_result(system, operators, energies, vectors)

    return solve


def qutip_solver(system: Any, operators: list[Any], threads: int) -> dict[str, Any]:
    energies, states = system.to_qobj().eigenstates()
    vectors = np.hstack([state.full() for state in states])
    return _dense_result(system, operators, energies, vectors)


def quspin_solver(system: Any, operators: list[Any], threads: int) -> dict[str, Any]:
    from quspin.operators import hamiltonian

    # A QuSpin user would build the same matrix from its own basis; handing it over is quicker.
    H = hamiltonian([system.hamiltonian], [], dtype=system.dtype)
    energies, vectors = H.eigh()
    return _dense_result(system, operators, energies, vectors)


def _dense_result(
    system: Any, operators: list[Any], energies: Any, vectors: Any
) -> dict[str, Any]:
    nearest = int(np.argmin(np.abs(energies)))
    participations = []
    for which in operators:
        amplitudes = (system.operator(which) @ vectors[:, nearest]).conj() @ vectors
        participations.append(float(-np.log(np.sum(np.abs(amplitudes) ** 4))))
    return {"log_ipr": participations, "energy": float(energies[nearest])}


SOLVERS = {
    "bathlab": bathlab_solver,
    "scipy evd": scipy_solver("evd"),
    "scipy evr": scipy_solver("evr"),
    "QuTiP": qutip_solver,
    "QuSpin": quspin_solver,
}


def solve(
    solver: str, bath: str, lioms: int, operators: list[Any], threads: int, seed: int = 1
) -> dict[str, Any]:
    """Warm up, solve, and report."""
    work = SOLVERS[solver]
    for small in (0, 3):
        system = bl.couple(BATHS[bath], bl.LiomChain(count=small)).sample(seed)
        work(system, ["probe"], 1)
    system = bl.couple(BATHS[bath], bl.LiomChain(count=lioms)).sample(seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB
    started = time.perf_counter()
    result = work(system, operators, threads)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB
    return {
        "dimension": system.dimension,
        "seconds": seconds,
        "peak_gib": peak,
        "gib_before": before,
        **result,
    }


if __name__ == "__main__":
    print(json.dumps(solve(**json.loads(sys.argv[1]))))
    sys.stdout.flush()
    os._exit(0)  # libraries that tear down threads slowly must not delay the next measurement
