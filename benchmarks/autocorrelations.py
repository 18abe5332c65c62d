"""Autocorrelations of a measure at many times, as spectra.py sets them beside other ways."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

import bathlab as bl

#: LIOMs beside six spins, and times.
TIMES, LARGE, SMALL = 10_000, 8, 2
#: Times of the naive sum at once, which would fill the memory as one expression.
PIECE = 100
#: Times of sesolve, its tolerances, and the last time.
FEW, LAST = 50, 50.0
OPTIONS = {"atol": 1e-12, "rtol": 1e-11, "nsteps": 10**6, "progress_bar": ""}


def work(task: dict[str, Any]) -> dict[str, Any]:
    """C(t) of tau^z of the first LIOM by both ways: seconds of each, and how far apart."""
    bath = bl.RandomMatrixBath(spins=6, bandwidth=4.2)
    system = bl.couple(bath, bl.LiomChain(count=task["lioms"])).sample(1)
    state, observable = bl.eigenstate_near(system), system.operator(1, "z")
    started = time.perf_counter()
    measure = bl.spectral_measure(system, observable, state)
    found = {"dimension": system.dimension, "measure": time.perf_counter() - started}
    count, last = task["times"], task["last"]
    times = np.concatenate([[0.0], np.geomspace(1e-2, last, count - 1)])
    measure.autocorrelation(times[:2])
    started = time.perf_counter()
    ours = measure.autocorrelation(times)
    found["seconds"] = time.perf_counter() - started
    rival = _evolved if task["rival"] == "sesolve" else _summed
    started = time.perf_counter()
    theirs = rival(system, observable, state, measure, times)
    found["rival"] = time.perf_counter() - started
    apart = np.abs(ours - theirs)
    return found | {"apart": float(apart.max()), "early": float(apart[times <= 1e3].max())}


def _summed(system: Any, observable: Any, state: Any, measure: Any, times: Any) -> Any:
    omega = measure.energies - state.energy
    pieces = np.array_split(times, -(-len(times) // PIECE))
    return np.concatenate([np.exp(-1j * np.outer(t, omega)) @ measure.weights for t in pieces])


def _evolved(system: Any, observable: Any, state: Any, measure: Any, times: Any) -> Any:
    import qutip

    H = system.to_qobj()
    sigma = qutip.Qobj(observable, dims=H.dims)
    ket = qutip.Qobj(state.vector[:, np.newaxis], dims=[H.dims[0], [1] * len(H.dims[0])])
    kets, bras = (
        qutip.sesolve(H, start, times, options=OPTIONS).states for start in (sigma * ket, ket)
    )
    return [complex(bra.overlap(sigma * each)) for bra, each in zip(bras, kets)]


def tasks() -> list[dict[str, Any]]:
    """Many times at a large size beside numpy, few at a small one beside QuTiP."""
    numpy = {"lioms": LARGE, "times": TIMES, "last": 1e9, "rival": "numpy, pieces"}
    sesolve = {"lioms": SMALL, "times": FEW, "last": LAST, "rival": "sesolve"}
    return [{"kind": "autocorrelation", **each} for each in (numpy, sesolve)]


def row(task: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """One line of the table; ``found`` is what :func:`work` tells, or why it failed."""
    if "failed" in found:
        return {"work": task["rival"], "s": f"- ({found['failed']})"}
    nanoseconds = 1e9 * found["seconds"] / (task["times"] * found["dimension"])
    return {
        "work": f"C(t), n = {found['dimension']}, {task['times']} times",
        "measure s": found["measure"],
        "s": found["seconds"],
        "ns/(level time)": nanoseconds,
        "rival": task["rival"],
        "rival s": found["rival"],
        "ratio": found["rival"] / found["seconds"],
        "apart, t < 1e3": found["early"],
        "apart": found["apart"],
    }
