"""Faults of the disk, injected into whatever writes to a store.

    python tests/faults.py SCENARIO

runs a scenario again and again in children of this process. In each, one operation of the disk
is chosen, one after the other, and the child is killed before it or in its midst, or after the
last; or the operation fails; or somebody changes the store behind its back. What is left has
to be sound, and another run has to make it whole. Prints how many faults were injected, as
JSON.
"""

import errno
import gc
import json
import os
import shutil
import sys
import tempfile
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

#: Operations of a writer, by their names in :mod:`os`; of ``open`` only what writes.
OPERATIONS = (
    *("open", "write", "fsync", "replace", "rename", "unlink", "mkdir", "rmdir", "ftruncate"),
)
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
KILLED = 77


class Fault:
    """Does something at one of the operations of the disk, counted from 0."""

    def __init__(self, at: int, kind: str, name: str = "", harm=None) -> None:
        self.at, self.kind, self.name, self.harm = at, kind, name or kind, harm
        self.passed: list[str] = []

    def look(self) -> None:
        """What is done at every operation."""

    def reached(self, name: str, usual: Callable, *arguments, **named):
        self.look()
        self.passed.append(name)
        if len(self.passed) - 1 != self.at:
            return usual(*arguments, **named)
        if self.kind == "harm":
            self.harm()
            return usual(*arguments, **named)
        if self.kind == "error":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if self.kind == "torn" and name == "write":
            usual(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
        elif self.kind == "after":
            with suppress(OSError):
                usual(*arguments, **named)
        os._exit(KILLED)


@contextmanager
def injected(fault: Fault):
    """Let every operation pass by the fault."""
    usual = {name: getattr(os, name) for name in OPERATIONS}

    def passing(name):
        def call(*arguments, **named):
            if name == "open" and not arguments[1] & WRITING:
                return usual[name](*arguments, **named)
            return fault.reached(name, usual[name], *arguments, **named)

        return call

    for name in OPERATIONS:
        setattr(os, name, passing(name))
    try:
        yield fault
    finally:
        for name, function in usual.items():
            setattr(os, name, function)


@dataclass(frozen=True)
class Scenario:
    """What is done to a store, on what it begins with, and what has to hold afterwards.

    ``prepare(folder)`` makes the beginning; ``act(folder)`` is where the fault falls;
    ``look(folder)`` looks at what is left; ``finish(folder)`` does it again and checks it all.
    """

    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    look: Callable[[Path], None]
    finish: Callable[[Path], None]
    harms: tuple[str, ...] = ()


def child(function: Callable[[], None]) -> int:
    """The exit status of a forked child that calls the function."""
    number = os.fork()
    if number == 0:
        status = 1
        try:
            function()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])


class Counting(Fault):
    """Counts the operations, and which harms would find something to harm before each."""

    def __init__(self, harms: tuple[str, ...], folder: Path) -> None:
        super().__init__(-1, "none")
        self.harms, self.folder = harms, folder
        self.open_to: list[list[str]] = []

    def look(self) -> None:
        self.open_to.append([name for name in self.harms if targets(name, self.folder)])


def operations(scenario: Scenario, folder: Path) -> list[tuple[str, list[str]]]:
    """The operations of the disk that a scenario takes, by name, each with the harms that
    would find something before it."""
    reader, writer = os.pipe()

    def counting():
        with injected(Counting(scenario.harms, folder)) as fault:
            scenario.act(folder)
        os.write(writer, json.dumps(list(zip(fault.passed, fault.open_to))).encode())

    assert child(counting) == 0
    os.close(writer)
    with os.fdopen(reader) as pipe:
        return json.loads(pipe.read())


#: What each harm falls on.
TARGETS = {
    "lock": "s/.lock",
    "lock replaced": "s/.lock",
    "journal emptied": "s/journals/*",
    "journal cut": "s/journals/*",
    "journal removed": "s/journals/*",
    "parts removed": "s/rows/*.parquet",
}


def targets(name: str, folder: Path) -> list[Path]:
    """What there is for a harm to fall on."""
    return list(folder.glob(TARGETS[name]))


def harmed(name: str, folder: Path) -> Callable[[], None]:
    """What somebody does to a store behind the back of its writer."""
    usual = {name: getattr(os, name) for name in ("unlink", "open", "close", "truncate")}

    def harm():
        for path in targets(name, folder):
            if name.startswith("journal ") and name != "journal removed":
                size = os.stat(path).st_size
                usual["truncate"](path, size // 2 if name == "journal cut" else 0)
            else:
                usual["unlink"](path)
                if name == "lock replaced":
                    usual["close"](usual["open"](path, os.O_CREAT | os.O_WRONLY))

    return harm


def attempt(scenario: Scenario, pristine: Path, folder: Path, fault: Fault) -> None:
    """One fault, and what has to hold after it."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(pristine, folder, symlinks=True)

    def act():
        with injected(fault):
            try:
                scenario.act(folder)
            except ValueError:  # as StoreNotWritable is
                if fault.kind not in ("error", "harm"):
                    raise

    def check():
        scenario.look(folder)
        scenario.finish(folder)

    expected = (0,) if fault.kind in ("error", "harm") else (KILLED,)
    where = f"{fault.name} at operation {fault.at}"
    assert child(act) in expected, where
    assert child(check) == 0, where


def faults_of(scenario: Scenario, folder: Path) -> list[Fault]:
    """Every fault that differs from another: a kill after one operation leaves what a kill
    before the next does, only a write has a midst, and a harm needs something to fall on."""
    passed = operations(scenario, folder)
    last = len(passed) - 1
    faults = [
        Fault(at, kind)
        for at, (name, _) in enumerate(passed)
        for kind in ("before", "after", "torn", "error")
        if (kind != "torn" or name == "write") and (kind != "after" or at == last)
    ]
    faults += [
        Fault(at, "harm", name, harmed(name, folder))
        for name in scenario.harms
        for at in range(0, len(passed), 2)
        if name in passed[at][1]
    ]
    return faults


def inject(scenario: Scenario) -> int:
    """How many faults were injected; an AssertionError names the first that did harm."""
    base = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=base) as place:
        pristine, folder = Path(place) / "pristine", Path(place) / "store"
        pristine.mkdir()
        assert child(lambda: scenario.prepare(pristine)) == 0
        shutil.copytree(pristine, folder, symlinks=True)
        faults = faults_of(scenario, folder)
        gc.collect(), gc.freeze()  # so that no child copies what it never changes
        wrong = []
        for fault in faults:
            try:
                attempt(scenario, pristine, folder, fault)
            except AssertionError as error:
                wrong.append(str(error))
        assert not wrong, wrong
        return len(faults)


if __name__ == "__main__":
    import fault_scenarios

    print(json.dumps(inject(fault_scenarios.made(sys.argv[1]))))
