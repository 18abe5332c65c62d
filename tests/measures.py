"""Measures that worker processes import by name."""

import os
from dataclasses import dataclass

from threadpoolctl import threadpool_info

import bathlab as bl


@dataclass(frozen=True)
class Pair:
    """A bath with one LIOM of coupling g."""

    bath: bl.Bath
    g: float


def log_ipr(spec, seed, realisation):
    """Two rows per realisation, one per eigenstate: real numerics, small and deterministic."""
    system = bl.couple(spec.bath, bl.LiomChain(count=1, g1=spec.g)).sample(seed, realisation)
    return [{"state": index, "energy": state.energy, "log_ipr": bl.log_ipr(
        bl.spectral_measure(system, system.operator("probe"), state, method="lanczos"))}
        for index, state in enumerate(bl.eigenstates_near(system, 0.0, 2, method="sparse"))]


def failing(spec, seed, realisation):
    if realisation == 2:
        raise RuntimeError("realisation 2 fails")
    return [{"value": float(realisation)}]


def empty(spec, seed, realisation):
    return []


def blas_threads(spec, seed, realisation):
    pools = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    return [{"threads": max(pools), "process": os.getpid()}]


def study(realisations=4, g=0.2, seed=1, name="small"):
    return bl.Study(name, log_ipr, (
        bl.Case("GOE", Pair(bl.RandomMatrixBath(spins=5, bandwidth=4.2), g), realisations),
        bl.Case("chain", Pair(bl.LocalChainBath(spins=5), g), realisations, cost=2.0)), seed,
        watch="log_ipr")
