"""What a measure may do to its process, and what becomes of the process.

A realisation finds the process as the first one found it, whatever those before it changed:
rows are functions of (case, seed, realisation) alone. A worker process ends with its driver,
and no thread that a measure left behind keeps it.
"""

from __future__ import annotations

import ctypes
import os
import random
import signal
import sys
import threading
import time
import warnings
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from functools import cache
from multiprocessing.util import Finalize
from types import TracebackType
from typing import Any, Callable, Iterator, NoReturn

import numpy as np
import psutil
from threadpoolctl import ThreadpoolController

from bathlab.spectrum.krylov.progress import QUIET

#: How often a worker looks for its driver.
LOOK_SECONDS = 0.5
#: How long a worker that is to leave waits for threads that its measures began.
THREAD_SECONDS = 2.0
#: Of prctl(2): the signal that the system sends when the parent has died.
PR_SET_PDEATHSIG = 1
#: Dask workers may run several threads; what a measure changes belongs to the process.
_one_at_a_time = threading.Lock()
_pinning = threading.Lock()
#: How many calls hold the libraries to one thread, and what undoes it.
_pinned: list[Any] = []
#: How many measures run in this process now.
_measuring: list[None] = []
#: The process that this one works for.
_driver: list[int] = []


def alone(is_worker: bool, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call on one BLAS and OpenMP thread; in a worker, one call at a time in each process and
    without the progress bars of a single solve.

    The process of the driver takes no turns: a run within a measure would wait for itself.
    """
    if is_worker:
        os.environ[QUIET] = "1"
        if _is_orphan():  # begin nothing more
            os._exit(1)
    with _one_at_a_time if is_worker else nullcontext(), _one_thread():
        return function(*arguments)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Hold BLAS and OpenMP to one thread, as long as anyone in this process asks for it."""
    with _pinning:
        if not _pinned:
            _pinned.append(_controller().limit(limits=1))
        _pinned.append(None)
    try:
        yield
    finally:
        with _pinning:
            _pinned.pop()
            if len(_pinned) == 1:
                _pinned.pop().restore_original_limits()


@cache
def _controller() -> ThreadpoolController:
    """Kept, because looking for the libraries takes 2 ms; bathlab imports all but MKL, which
    its Pardiso keeps to the threads of the others."""
    return ThreadpoolController()


def is_measuring() -> bool:
    """Whether a measure runs in this process now."""
    return bool(_measuring)


@contextmanager
def isolated(seed: int, realisation: int) -> Iterator[None]:
    """The process as it was, when this ends: working directory, environment, numpy's handling
    of floating-point errors, warning filters, standard streams, global random generators.

    Within, the global generators of ``random`` and ``numpy.random`` are seeded by seed and
    realisation, so that a measure which draws from them gives the same rows in any order.
    """
    _measuring.append(None)
    with ExitStack() as kept:
        kept.callback(_measuring.pop)
        kept.enter_context(np.errstate())
        kept.callback(_restore_filters, list(warnings.filters))
        kept.callback(_restore_environment, dict(os.environ))
        kept.callback(_restore_folder, _folder())
        kept.callback(_restore_streams, sys.stdin, sys.stdout, sys.stderr)
        kept.callback(random.setstate, random.getstate())
        kept.callback(np.random.set_state, np.random.get_state())
        words = np.random.SeedSequence(int(seed), spawn_key=(realisation,)).generate_state(4)
        np.random.seed(words)
        random.seed(words.tobytes())
        if not _driver:
            kept.enter_context(_no_exit())
        yield


@contextmanager
def _no_exit() -> Iterator[None]:
    """``os._exit`` raises SystemExit: it would end the driver, with status 0 perhaps, and no
    word of the realisation. A worker's end is noticed, and a forked child may leave."""
    usual, driver = os._exit, os.getpid()

    def leave(status: int) -> NoReturn:
        if os.getpid() != driver:
            usual(status)
        raise SystemExit(status)

    os._exit = leave
    try:
        yield
    finally:
        os._exit = usual


def _restore_filters(before: list[Any]) -> None:
    if warnings.filters != before:
        warnings.filters[:] = before  # type: ignore[index]


def _restore_environment(before: dict[str, str]) -> None:
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    for name, value in before.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _folder() -> str | None:
    with suppress(OSError):  # it may have been removed
        return os.getcwd()
    return None


def _restore_folder(before: str | None) -> None:
    if before is not None and _folder() != before:
        with suppress(OSError):  # no file of a run is found by a relative path
            os.chdir(before)


def _restore_streams(stdin: Any, stdout: Any, stderr: Any) -> None:
    """The streams that there were; one that is closed is opened again, on its descriptor."""
    for number, stream in enumerate((stdin, stdout, stderr)):
        name = ("stdin", "stdout", "stderr")[number]
        if getattr(stream, "closed", False):
            stream = _opened(number, stream)
            setattr(sys, f"__{name}__", stream)
        setattr(sys, name, stream)


def _opened(number: int, closed: Any) -> Any:
    mode, encoding = "r" if number == 0 else "w", getattr(closed, "encoding", None)
    try:
        return open(number, mode, encoding=encoding or "utf-8", closefd=False)
    except OSError:  # the descriptor was closed too
        return open(os.devnull, mode, encoding="utf-8")


def stops_the_run(error: BaseException) -> bool:
    """Whether an exception was meant for the run, not raised by the measure: Ctrl-C, and what
    a handler of signals raises. Signals reach only the main thread of the driver."""
    if _driver or threading.current_thread() is not threading.main_thread():
        return False
    if isinstance(error, KeyboardInterrupt):
        return True
    handlers = {getattr(signal.getsignal(each), "__code__", None) for each in signal.Signals}
    return any(code in handlers for code in _codes(error.__traceback__))


def _codes(trace: TracebackType | None) -> Iterator[Any]:
    while trace is not None:
        yield trace.tb_frame.f_code
        trace = trace.tb_next


def prepare(driver: int) -> None:
    """Make this process a worker of the process ``driver``: it ends with that one.

    Where the system can (Linux), it kills the worker in the midst of whatever it computes;
    elsewhere a thread looks for the driver twice a second, which code that holds Python's lock
    delays, and a task is begun only if the driver is there. Ctrl-C is for the driver alone, so
    that a KeyboardInterrupt here is one that the measure raised.
    """
    _driver.append(driver)
    signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which children would inherit
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    threading.Thread(target=_end_with_driver, daemon=True).start()
    Finalize(None, _leave, exitpriority=-100)


def _is_orphan() -> bool:
    if not _driver:
        return False
    if os.name == "posix":  # at once, also while nobody has asked what became of the driver
        return os.getppid() != _driver[0]
    return not psutil.pid_exists(_driver[0])


def _end_with_driver() -> None:
    while not _is_orphan():
        time.sleep(LOOK_SECONDS)
    os._exit(1)


def _leave() -> None:
    """End the process although threads of its measures still run: Python would wait for
    them."""
    deadline = time.monotonic() + THREAD_SECONDS
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                os._exit(0)
