"""Where realisations are computed: this process, local processes, or a Dask cluster.

Each engine is a ``concurrent.futures.Executor`` with a capacity; the runner knows no more of
them. Local processes are loky's, which run a task in the main thread of a process and say at
once when one dies. Dask runs it in a thread beside the worker's event loop.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Iterator

import cloudpickle
import loky

from bathlab.checks import as_integer, as_real, as_text, settle
from bathlab.ensemble.code import module_of
from bathlab.ensemble.guarded import Guarded
from bathlab.ensemble.realisation import provenance
from bathlab.ensemble.worker import alone, is_measuring, prepare
from bathlab.errors import EngineMissing, UnlikeWorkers
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
#: Tasks waiting at each worker, so that none idles while the driver writes a row.
WAITING = 3
#: Tasks given to a cluster of unknown size; enough for an adaptive one to see that it should
#: grow.
BACKLOG = 64
#: How long to look for a scheduler.
CONNECT_SECONDS = 10
#: After this time a cluster without workers is spoken of; the run waits on.
SAY_SECONDS = 10
#: How long a cluster may be without workers, unless the user says otherwise.
CLUSTER_WAIT = 60.0


@dataclass(frozen=True)
class Where:
    """Where realisations are computed.

    Attributes
    ----------
    workers
        local processes; 1 is this process. Not used with a cluster.
    cluster
        address of a Dask scheduler, such as ``tcp://127.0.0.1:8786``.
    timeout
        seconds that a realisation may take, in a process of its own.
    cluster_wait
        seconds that a cluster may be without any worker.

    Raises
    ------
    ValueError
        If a number is out of range, or a cluster and a timeout are given.
    """

    workers: int = 1
    cluster: str | None = None
    timeout: float | None = None
    cluster_wait: float = CLUSTER_WAIT

    def __post_init__(self) -> None:
        settle(self, workers=as_integer("workers", self.workers, minimum=1))
        settle(self, cluster_wait=as_real("cluster_wait", self.cluster_wait, minimum=0))
        if self.cluster is not None:
            as_text("cluster", self.cluster)
        if self.timeout is None:
            return
        settle(self, timeout=as_real("timeout", self.timeout, above=0))
        if self.cluster is not None:
            raise ValueError(
                f"timeout = {self.timeout} and cluster = {self.cluster!r} were given; expected "
                "one of them: only local processes can be ended alone. Leave out --timeout, or "
                "take --workers."
            )


@dataclass
class Engine:
    """An executor, how many tasks to keep in it, how to get a new one when a worker died, and
    what looks after it while nothing comes."""

    executor: Executor
    capacity: Callable[[], int]
    renew: Callable[[], Executor] | None = None
    look: Callable[[], None] = lambda: None

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
def engine(how: Where, function: Callable[..., Any]) -> Iterator[Engine]:
    """The engine that a run asked for; on exit its workers are gone, whatever happened.

    A run within a measure computes in the measure's own process, whatever it asked for: on a
    cluster it would wait for the worker that waits for it.

    Raises
    ------
    ValueError
        If no scheduler answers, or its workers lack this package.
    EngineMissing
        (an ImportError) If Dask's distributed is not installed.
    """
    if is_measuring():
        yield Engine(InProcess(), lambda: 1)
    elif how.cluster is not None:
        with _dask(how.cluster, how.cluster_wait, function) as made:
            yield made
    elif how.workers == 1 and how.timeout is None:
        yield Engine(InProcess(), lambda: 1)
    else:
        with _local(how.workers, how.timeout) as made:
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
def _local(workers: int, timeout: float | None) -> Iterator[Engine]:
    environment = ONE_THREAD | inherited()

    def pool(count: int = workers) -> Executor:
        made: Executor = loky.ProcessPoolExecutor(
            count, env=environment, initializer=prepare, initargs=(os.getpid(),)
        )
        return made

    if timeout is None:
        made = Engine(pool(), lambda: WAITING * workers, pool)
    else:
        guarded = Guarded(workers, timeout, lambda: pool(1))
        made = Engine(guarded, lambda: WAITING * workers)
    try:
        yield made
    except BaseException:
        made.executor.shutdown(wait=False, kill_workers=True)  # type: ignore[call-arg]
        raise
    made.executor.shutdown()


@contextmanager
def _dask(address: str, wait: float, function: Callable[..., Any]) -> Iterator[Engine]:
    distributed = _distributed()
    _require_credentials(distributed, address)
    try:
        client = distributed.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
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
            yield Engine(
                executor,
                lambda: max(BACKLOG, WAITING * _threads(client)),
                look=_Patience(client, address, wait),
            )
        finally:
            executor.shutdown(wait=False)  # cancels what has not begun


class _Patience:
    """Waits for the workers of a cluster: adaptive ones come when there is work. Not for
    ever."""

    def __init__(self, client: Any, address: str, seconds: float) -> None:
        self._client, self._address, self._seconds = client, address, seconds
        self._since = time.monotonic()
        self._has_spoken = False

    def __call__(self) -> None:
        """Raises RuntimeError if there has been no worker for too long."""
        if _threads(self._client):
            self._since, self._has_spoken = time.monotonic(), False
            return
        waited = time.monotonic() - self._since
        words = (
            f"The cluster {self._address} has had no worker for {waited:.0f} s. Start some "
            f"with `dask worker {self._address} --nthreads 1 --nworkers N`"
        )
        if waited >= self._seconds:
            raise RuntimeError(
                f"{words}, or wait longer with --cluster-wait SECONDS "
                f"(cluster_wait={self._seconds:g}). Rows that arrived are in the store; the "
                "same command goes on from there."
            )
        if waited >= SAY_SECONDS and not self._has_spoken:
            self._has_spoken = True
            left = f"the run waits {self._seconds - waited:.0f} s more"
            warnings.warn(f"{words}; {left}.", UnlikeWorkers, stacklevel=5)


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


def _require_credentials(distributed: Any, address: str) -> None:
    """Refuse an encrypted connection for which Dask has no certificates."""
    if not address.startswith(("tls://", "wss://")):
        return
    try:
        context = distributed.Security().get_connection_args("client")["ssl_context"]
        problem = "" if context else "Dask is told of none"
    except (OSError, ValueError) as error:  # of ssl too
        problem = f"Dask cannot read them: {error}"
    if problem:
        raise ValueError(
            f"--cluster {address} was given, but {problem}; expected certificates for TLS. "
            "Name the files as distributed.comm.tls.ca-file, .client.cert and .client.key in "
            "~/.config/dask/distributed.yaml, or as DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY in the environment."
        )


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
