"""Local processes with a time limit: one for each task at a time, so that a task which takes
too long is ended with its own process and no other's."""

from __future__ import annotations

import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Callable

from bathlab.ensemble.realisation import DEATHS, Failure, provenance

#: Makes an executor of one process.
Maker = Callable[[], Executor]


class Guarded(Executor):
    """As many threads as workers, each of which gives a process one task and watches it.

    The time of a task begins when its process has loaded everything; what numba compiles for it
    counts. A process that is killed is replaced in about two seconds.
    """

    def __init__(self, workers: int, seconds: float, make: Maker) -> None:
        self._seconds, self._make = seconds, make
        self._threads = ThreadPoolExecutor(workers)
        self._free: SimpleQueue[Executor | None] = SimpleQueue()
        for _ in range(workers):
            self._free.put(None)  # a process is started with its first task
        self._started: set[Executor] = set()
        self._changing = threading.Lock()
        self._is_closed = False

    def submit(
        self, function: Callable[..., Any], /, *arguments: Any, **named: Any
    ) -> Future[Any]:
        """The task's result, or the :class:`Failure` of one that took too long or killed every
        process that it was given."""
        return self._threads.submit(self._watched, function, *arguments, **named)

    def _watched(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        process = self._free.get()
        try:
            for death in range(1, DEATHS + 1):
                try:
                    process = process or self._start()
                    task = process.submit(function, *arguments, **named)
                    if wait([task], self._seconds).done:
                        return task.result()
                    self._end(process)
                    process = None
                    return Failure.of_time(self._seconds)
                except BrokenExecutor as error:
                    self._end(process)
                    process = None
                    if death == DEATHS:
                        return Failure.of_worker(error)
        finally:
            self._free.put(process)

    def _start(self) -> Executor:
        with self._changing:
            if self._is_closed:
                raise RuntimeError("The run has ended.")
            process = self._make()
            self._started.add(process)
        try:
            process.submit(provenance).result()  # imports everything
        except BrokenExecutor:
            self._end(process)
            raise
        return process

    def _end(self, process: Executor | None) -> None:
        if process is not None:
            self._started.discard(process)
            _kill(process)

    def shutdown(
        self, wait: bool = True, *, cancel_futures: bool = False, kill_workers: bool = False
    ) -> None:
        """End all processes: those that are idle, or, if asked to kill, those at work too."""
        with self._changing:
            self._is_closed = True
        if kill_workers:
            for process in list(self._started):
                _kill(process)
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures or kill_workers)
        for process in list(self._started):
            with suppress(RuntimeError):
                process.shutdown(wait=wait)


def _kill(process: Executor) -> None:
    process.shutdown(wait=False, kill_workers=True)  # type: ignore[call-arg]
