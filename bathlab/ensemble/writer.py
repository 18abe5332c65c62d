"""The store of a study, to write: one process at a time adds rows and failures, and merges."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

import pyarrow as pa

from bathlab.ensemble.parts import TEMPORARY, Origin, read_part, sync, write_atomically, write_part
from bathlab.ensemble.store import (FAILURES_FOLDER, FORMAT, KEYS, ROWS_FOLDER, SPEC_FILE,
                                    Store, keys, lock)
from bathlab.ensemble.study import Case, Study, describe

#: So many parts of one realisation each become one part: a folder stays quick to read, and a
#: damaged part costs no more than these.
MERGED = 500
MERGED_LABEL = "merged"


class StoreNotWritable(ValueError):
    """The store cannot be written: read-only, full, or not permitted."""


class Writer:
    """Adds to the store of a study, which it makes, extends or refuses. Made by :func:`writing`."""

    def __init__(self, path: Path, study: Study) -> None:
        self.store = _adopt(path, study)
        self._number = {name: index for index, name in enumerate(self.store.spec["cases"])}
        parts = {part: set(keys(table)) for part, table in self.store.tables(KEYS).items()}
        #: (case, realisation) of every row that is there.
        self.done: set[tuple[str, int]] = set().union(*parts.values())
        #: Parts of one realisation; with their rows, if this process wrote them.
        self._single: dict[Path, pa.Table | None] = dict.fromkeys(self._sweep(parts))

    def write(self, case: str, realisation: int, rows: pa.Table) -> None:
        """Add the rows of one realisation; all of them or, if killed, none."""
        with _complaining(self.store.path):
            part = write_part(self.store.rows, self._label(case, realisation), rows,
                              self._origin([case]))
            self._single[part] = rows
            self.done.add((case, realisation))
            self._failure(case, realisation).unlink(missing_ok=True)
            if len(self._single) >= MERGED:
                self._merge()

    def fail(self, case: str, realisation: int, record: Mapping[str, Any]) -> None:
        """Record that a realisation raised."""
        with _complaining(self.store.path):
            file = self._failure(case, realisation)
            file.parent.mkdir(exist_ok=True)
            write_atomically(file, json.dumps(dict(record), indent=1).encode())

    def _failure(self, case: str, realisation: int) -> Path:
        return self.store.path / FAILURES_FOLDER / f"{self._label(case, realisation)}.json"

    def _label(self, case: str, realisation: int) -> str:
        return f"{self._number[case]:03d}-{realisation:07d}"

    def _origin(self, cases: Sequence[str]) -> Origin:
        here = self.store.origin
        return Origin(here.study, {name: here.cases[name] for name in cases})

    def _merge(self) -> None:
        """Parts of one realisation become one part; then, only then, they go."""
        tables = [table if table is not None else read_part(part)[0]
                  for part, table in sorted(self._single.items())]
        merged = pa.concat_tables(tables, promote_options="permissive")
        write_part(self.store.rows, f"{MERGED_LABEL}-{len(tables)}", merged,
                   self._origin(merged["case"].unique().to_pylist()), compress=True)
        sync(self.store.rows)
        for part in self._single:
            part.unlink()
        self._single = {}

    def _sweep(self, parts: dict[Path, set[tuple[str, int]]]) -> list[Path]:
        """Remove what a killed process left: half-written files, parts that were merged.

        Returns the parts of one realisation that stay.
        """
        for folder in (self.store.path, self.store.rows, self.store.path / FAILURES_FOLDER):
            for file in folder.glob(f".*{TEMPORARY}"):
                file.unlink()
        single = [part for part in parts if not part.name.startswith(MERGED_LABEL)]
        merged = set().union(*(parts[part] for part in parts if part not in single))
        for part in [part for part in single if parts[part] <= merged]:
            part.unlink()
            single.remove(part)
        return single


@contextmanager
def writing(path: str | os.PathLike[str], study: Study) -> Iterator[Writer]:
    """The store of ``study`` at ``path``, held by this process alone.

    Raises
    ------
    ValueError
        If the folder is something else, holds another study's rows, has damaged parts, is in use
        by another process, or cannot be written.
    """
    path = Path(path)
    if path.exists() and not path.is_dir():
        raise ValueError(f"The file {path} was given; expected a folder for the store. "
                         "Choose another with --store.")
    if path.exists() and any(path.iterdir()) and not any(
            (path / name).exists() for name in (SPEC_FILE, ROWS_FOLDER)):
        raise ValueError(f"The folder {path} is not empty and not a store; expected a "
                         "new folder or a store of this study. Choose another with --store.")
    with ExitStack() as held:
        with _complaining(path):
            path.mkdir(parents=True, exist_ok=True)
            held.enter_context(lock(path))
            writer = Writer(path, study)
        yield writer


def _adopt(path: Path, study: Study) -> Store:
    """The store, with what ``study`` adds in its study.json, unless they do not go together."""
    wanted = {"format": FORMAT, "identity": study.identity, **study.describe(),
              "watch": study.watch, "cases": {case.name: _entry(case) for case in study.cases}}
    if (path / SPEC_FILE).exists():
        held = Store(path).spec
        _require_same(held, wanted, path)
        wanted["cases"] = held["cases"] | wanted["cases"]
        if held == wanted:
            return Store(path)
    store = Store(path, wanted)
    store.rows.mkdir(exist_ok=True)
    store.tables(KEYS)  # without a study.json, only their own study may adopt rows
    write_atomically(path / SPEC_FILE, json.dumps(wanted, indent=2).encode())
    return store


def _entry(case: Case) -> dict[str, Any]:
    return {"identity": case.identity, "realisations": int(case.realisations),
            "spec": describe(case.spec)}


def _require_same(held: dict[str, Any], wanted: dict[str, Any], path: Path) -> None:
    """Refuse another study, measure or seed, and a case of the same name with another spec."""
    differences = [f"{key} is {held[key]!r} there and {wanted[key]!r} here"
                   for key in ("study", "measure", "seed") if held[key] != wanted[key]]
    for name, case in wanted["cases"].items():
        if name in held["cases"] and held["cases"][name]["identity"] != case["identity"]:
            there, here = _leaves(held["cases"][name]["spec"]), _leaves(case["spec"])
            changed = [key for key in {**there, **here} if there.get(key) != here.get(key)]
            differences += [f"case {name!r} has {key or 'spec'} = {there.get(key)!r} there and "
                            f"{here.get(key)!r} here" for key in changed[:3]]
    if differences:
        raise ValueError(
            f"The store {path} holds rows that this study cannot join: {'; '.join(differences)}. "
            "Rows of one store share study, measure and seed, and a case keeps its parameters, so "
            "that its table means one thing. Choose another folder with --store, or restore "
            "these values.")


def _leaves(value: Any, prefix: str = "") -> dict[str, Any]:
    if not isinstance(value, dict):
        return {prefix: value}
    return {path: leaf for key, item in value.items()
            for path, leaf in _leaves(item, f"{prefix}.{key}" if prefix else key).items()}


@contextmanager
def _complaining(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreNotWritable(
            f"The store {path} cannot be written: {error.strerror or error}. Rows written before "
            "are intact and can be read. Make room or give permission (or copy the folder "
            "elsewhere and name that with --store), then run the same command again; it goes on "
            "from there.") from error
