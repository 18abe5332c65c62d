"""Where realisations are computed: this process, local processes, or a Dask cluster.

Each engine is a ``concurrent.futures.Executor`` with a capacity; the runner knows no more of
them. Local processes are loky's, which run a task in the main thread of a process and say at
once when one dies. Dask runs it in a thread beside the worker's event loop.
"""

from __future__ import annotations

import os
import sys
import threading
import warnings
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Callable, Iterator

import cloudpickle
import loky
from threadpoolctl import ThreadpoolController

from bathlab.ensemble.code import module_of
from bathlab.ensemble.realisation import provenance
from bathlab.errors import EngineMissing, UnlikeWorkers
from bathlab.spectrum.krylov.lanczos import QUIET
from bathlab.version import inherited

ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMBA_NUM_THREADS",
    )
}
#: An idle local worker leaves after this time, so that a killed driver leaves no processes
#: behind.
IDLE_SECONDS = 30
#: Tasks waiting at each worker, so that none idles while the driver writes a row.
WAITING = 3
#: Tasks given to a cluster of unknown size; enough for an adaptive one to see that it should
#: grow.
BACKLOG = 64
#: How long to look for a scheduler.
CONNECT_SECONDS = 10
#: Dask workers may run several threads; the kernels and BLAS are pinned per process.
_one_at_a_time = threading.Lock()


@dataclass
class Engine:
    """An executor, how many tasks to keep in it, and how to get a new one when a worker
    died."""

    executor: Executor
    capacity: Callable[[], int]
    renew: Callable[[], Executor] | None = None

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have a worker call the function, on one thread."""
        in_this_process = isinstance(self.executor, InProcess)
        return self.executor.submit(alone, not in_this_process, function, *arguments)

    def restart(self) -> None:
        """A new executor in place of a broken one."""
        if self.renew is None:
            raise RuntimeError("This engine cannot be restarted.")
        self.executor = self.renew()


@contextmanager
def engine(workers: int, cluster: str | None, function: Callable[..., Any]) -> Iterator[Engine]:
    """The engine that a run asked for; on exit its workers are gone, whatever happened.

    Parameters
    ----------
    workers : local processes; 1 is this process. Not used with a cluster.
    cluster : address of a Dask scheduler, such as ``tcp://127.0.0.1:8786``.
    function : the measure, which a cluster must be able to load.

    Raises
    ------
    ValueError
        If no scheduler answers, or its workers lack this package.
    EngineMissing
        (an ImportError) If Dask's distributed is not installed.
    """
    if cluster is not None:
        with _dask(cluster, function) as made:
            yield made
    elif workers == 1:
        yield Engine(InProcess(), lambda: 1)
    else:
        with _local(workers) as made:
            yield made


class InProcess(Executor):
    """Runs each task when it is submitted."""

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **named: Any
    ) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **named))
        return future


@contextmanager
def _local(workers: int) -> Iterator[Engine]:
    environment = ONE_THREAD | inherited()

    def pool() -> loky.ProcessPoolExecutor:
        return loky.ProcessPoolExecutor(workers, env=environment, timeout=IDLE_SECONDS)

    made = Engine(pool(), lambda: WAITING * workers, pool)
    try:
        yield made
    except BaseException:
        made.executor.shutdown(wait=False, kill_workers=True)  # type: ignore[call-arg]
        raise
    made.executor.shutdown()


@contextmanager
def _dask(address: str, function: Callable[..., Any]) -> Iterator[Engine]:
    distributed = _distributed()
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(
            f"--cluster {address} was given, but no Dask scheduler answered in "
            f"{CONNECT_SECONDS} s ({error}). Start one with `dask scheduler` and "
            "give the tcp:// address that it prints."
        ) from None
    with client:
        _look_at_workers(client, address)
        module = module_of(function)
        if not module.startswith("bathlab."):  # a script is not installed over there
            cloudpickle.register_pickle_by_value(sys.modules[module])
        executor = client.get_executor(pure=False)
        try:
            yield Engine(executor, lambda: max(BACKLOG, WAITING * _threads(client)))
        finally:
            executor.shutdown(wait=False)  # cancels what has not begun


def _distributed() -> Any:
    try:
        import distributed
    except ImportError as error:
        raise EngineMissing(
            f"A cluster was asked for, but Dask's distributed cannot be loaded ({error}); "
            'expected it to be installed. Run `pip install "bathlab[cluster]"`, or leave out '
            "--cluster and take --workers."
        ) from None
    return distributed


def _look_at_workers(client: Any, address: str) -> None:
    """Refuse workers that lack this package; warn of other versions and of threads."""
    try:
        theirs = client.run(provenance)
    except ImportError as error:
        raise ValueError(
            f"--cluster {address} was given, but a worker of it cannot load bathlab "
            f"({error}); expected the same environment as here. Install it there, or "
            "start the workers from this environment."
        ) from None
    for worker, versions in theirs.items():
        differ = [
            f"{name} {versions.get(name)} there, {here} here"
            for name, here in provenance().items()
            if versions.get(name) != here
        ]
        if differ:
            warnings.warn(
                f"The worker {worker} has other versions: {'; '.join(differ)}. Its rows "
                "may differ in the last bits; every row records its versions.",
                UnlikeWorkers,
                stacklevel=5,
            )
    if _threads(client) > len(theirs):
        warnings.warn(
            "Some workers run several threads, of which bathlab uses one at a time in "
            "each process. Start them with `dask worker --nthreads 1 --nworkers N`.",
            UnlikeWorkers,
            stacklevel=5,
        )


def _threads(client: Any) -> int:
    return sum(worker["nthreads"] for worker in client.scheduler_info(-1)["workers"].values())


def alone(quiet: bool, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call on one BLAS and OpenMP thread, one call at a time in each process.

    ``quiet`` keeps the progress bars of a single solve out of the logs of workers.
    """
    if quiet:
        os.environ[QUIET] = "1"
    with _one_at_a_time, _controller().limit(limits=1):
        return function(*arguments)


@cache
def _controller() -> ThreadpoolController:
    """Kept, because looking for the libraries takes 2 ms; bathlab imports all but MKL, which
    its Pardiso keeps to the threads of the others."""
    return ThreadpoolController()
