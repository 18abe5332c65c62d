"""Measures that worker processes import by name."""

import os
import signal
import time
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_info

import bathlab as bl
from bathlab.streams import Purpose, stream


@dataclass(frozen=True)
class Pair:
    """A bath with one LIOM of coupling g."""

    bath: bl.model.Bath
    g: float


def log_ipr(spec, seed, realisation):
    """Two rows per realisation, one per eigenstate: real numerics, small and deterministic."""
    system = bl.couple(spec.bath, bl.LiomChain(count=1, g1=spec.g)).sample(seed, realisation)
    return [
        {
            "state": index,
            "energy": state.energy,
            "log_ipr": bl.log_ipr(
                bl.spectral_measure(system, system.operator("probe"), state, method="lanczos")
            ),
        }
        for index, state in enumerate(bl.eigenstates_near(system, 0.0, 2, method="sparse"))
    ]


def failing(spec, seed, realisation):
    if realisation == 2:
        raise RuntimeError("realisation 2 fails")
    return [{"value": float(realisation)}]


def fickle(spec, seed, realisation):
    """Raises for every third realisation, until the file it is given exists."""
    if realisation % 3 == 2 and not os.path.exists(spec):
        raise ArithmeticError(f"realisation {realisation} diverges")
    return [{"value": float(realisation)}]


def deadly(spec, seed, realisation):
    """Kills its worker for realisation 2, and once for realisation 4."""
    if realisation == 2 or realisation == 4 and not os.path.exists(spec):
        if realisation == 4:
            open(spec, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return [{"value": float(realisation)}]


def uneven(spec, seed, realisation):
    """One to three rows, the later the larger."""
    random = stream(seed, realisation, Purpose.BATH_FIELD)
    return [
        {"value": 10.0 * place + random.standard_normal()}
        for place in range(1 + realisation % 3)
    ]


def quick(spec, seed, realisation):
    """Two rows with a curve; as slow as the environment says, which is no part of the study."""
    time.sleep(float(os.environ.get("MEASURE_SECONDS", "0")))
    random = stream(seed, realisation, Purpose.BATH_FIELD)
    return [
        {
            "state": state,
            "value": random.standard_normal(),
            "label": f"{spec}-{state}",
            "omega": np.linspace(0, 1, 4),
            "curve": random.standard_normal(4),
        }
        for state in range(2)
    ]


def skewed_types(spec, seed, realisation):
    return [{"value": "text" if realisation else 1.0}]


def matrix(spec, seed, realisation):
    return [{"value": np.eye(2)}]


def quick_study(realisations=40, seed=1, cases=("a", "b")):
    return bl.Study(
        "quick",
        quick,
        tuple(bl.Case(name, name, realisations) for name in cases),
        seed,
        watch="value",
    )


def empty(spec, seed, realisation):
    return []


def blas_threads(spec, seed, realisation):
    pools = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    return [{"threads": max(pools), "process": os.getpid()}]


def study(realisations=4, g=0.2, seed=1, name="small"):
    return bl.Study(
        name,
        log_ipr,
        (
            bl.Case("GOE", Pair(bl.RandomMatrixBath(spins=5, bandwidth=4.2), g), realisations),
            bl.Case("chain", Pair(bl.LocalChainBath(spins=5), g), realisations, cost=2.0),
        ),
        seed,
        watch="log_ipr",
    )


class Host:
    """What a digest of code does not see: bits that depend on the processor."""

    shift = 0.0


def shifted(spec, seed, realisation):
    return [{"x": realisation + Host.shift}]


class Fickle:
    """Whether the cause of the failures of ``mending`` is gone."""

    mended = False


def mending(spec, seed, realisation):
    """Raises for every third realisation, until that is mended."""
    if realisation % 3 == 2 and not Fickle.mended:
        raise ArithmeticError(f"realisation {realisation} diverges")
    return [{"value": float(realisation)}]
