"""Put the rows of several stores of one study together, those of two hosts, say."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

import pyarrow as pa

from bathlab.checks import as_flag, as_path
from bathlab.ensemble.store import codes, failures, files
from bathlab.ensemble.store.columns import Columns
from bathlab.ensemble.store.contents import Contents, Source
from bathlab.ensemble.store.copies import Copies, copies
from bathlab.ensemble.store.locking import complaining, lock
from bathlab.ensemble.store.reader import Store, find_store, some
from bathlab.ensemble.store.specification import FORMAT, SPEC_FILE, different_cases
from bathlab.errors import OtherCode, OtherKind, UnlikeCopies

StorePath = str | os.PathLike[str]


@dataclass(frozen=True)
class Merged:
    """What a merge has made.

    Attributes
    ----------
    store
        where the rows are together.
    added
        realisations that were not there before.
    copies
        realisations that were in more than one of the stores, with equal rows.
    failures
        records of realisations that raised, added.
    """

    store: Path
    added: int
    copies: int
    failures: int


def merge(
    first: StorePath,
    *others: StorePath,
    into: StorePath | None = None,
    accept_code: bool = False,
) -> Merged:
    """Add the rows of ``others`` to the store ``first``, or those of all to ``into``.

    Equal rows of a realisation stand once; how, where and by which versions they were made does
    not count. Nothing is taken from the stores that are only read, and nothing is written
    before everything fits. A merge that was killed is done again by the same call.

    Parameters
    ----------
    first, others
        stores of one study: the same name and seed, cases of the same name with the
        same parameters. How many realisations are wanted of a case is the most of any.
    into
        a new folder, or a store of the study, to leave ``first`` as it is.
    accept_code
        whether to put rows of different code together; each row tells which.

    Raises
    ------
    UnlikeCopies
        (a ValueError) If two of them hold different rows of the same realisation.
    OtherCode
        (a ValueError) If a measure, or version, is not that of ``first``.
    ValueError
        If the stores do not go together, one is damaged, or the result is in use or cannot be
        written.

    Examples
    --------
    >>> import bathlab as bl
    >>> def top_level(bath, seed, realisation):
    ...     return [{"E_max": bath.sample(seed, realisation).energies[-1]}]
    >>> bath = bl.RandomMatrixBath(spins=5, bandwidth=4.0)
    >>> for host, count in (("one", 2), ("other", 3)):
    ...     case = bl.Case(host, bath, realisations=count)
    ...     rows = bl.run(bl.Study("edges", top_level, [case]), host, progress=False)
    >>> found = bl.ensemble.merge("one", "other", into="both")
    >>> print(found.added, "realisations,", found.copies, "of them twice")
    5 realisations, 0 of them twice
    >>> print(bl.load("both")["case"].tolist())
    ['one', 'one', 'other', 'other', 'other']
    """
    accept_code = as_flag("accept_code", accept_code)
    paths = [as_path(first, "first"), *(as_path(path, "others") for path in others)]
    given = [Store(find_store(path)) for path in paths]
    target = given[0].path if into is None else as_path(into, "into")
    if into is not None:
        _require_free(target)
    _plan(target, given, accept_code)  # or it is refused, before anything is touched
    with complaining(target):
        target.mkdir(parents=True, exist_ok=True)
        with lock(target):
            return _merged(_plan(target, given, accept_code))


@dataclass(frozen=True)
class _Plan:
    """What is to be written: the store as it will be, what it holds, and the rows of all with
    what of them is to be left out."""

    result: Store
    held: Store | None
    sources: Sequence[Store]
    done: set[failures.Key]
    found: Sequence[tuple[Store, Source]]
    told: Copies


def _plan(target: Path, given: Sequence[Store], accept_code: bool) -> _Plan:
    """What a merge would do. Raises as :func:`merge`."""
    held = None if files.is_lost(target / SPEC_FILE) else Store(target)
    others = [store for store in given if held is None or not store.path.samefile(target)]
    stores = others if held is None else [held, *others]
    contents = [store.sound() for store in stores]
    spec = _specification(stores, contents, accept_code)
    found = [
        (store, source) for store, each in zip(stores, contents) for source in each.sources
    ]
    done = set[failures.Key]() if held is None else contents[0].done()
    return _Plan(Store(target, spec), held, others, done, found, _fitting(found))


def _require_free(folder: Path) -> None:
    """Refuse a result that is neither a store nor a new folder."""
    if not files.is_lost(folder) and not folder.is_dir():
        raise ValueError(f"The file {folder} was given; expected a folder. Choose another.")
    is_free = not folder.exists() or not any(folder.iterdir())
    if not is_free and files.is_lost(folder / SPEC_FILE):
        raise ValueError(
            f"The folder {folder} is not empty and not a store; expected a new folder, or a "
            "store of the same study. Choose another."
        )


def _merged(plan: _Plan) -> Merged:
    """Do it: rows that are there twice, if this is killed, are equal."""
    result = plan.result
    result.sweep()
    if plan.held is None or result.spec != plan.held.spec:
        content = json.dumps(result.spec, indent=2).encode()
        files.write_atomically(result.path / SPEC_FILE, content)
    files.make_folder(result.rows)
    for number, (store, source) in enumerate(plan.found):
        table = plan.told.without(number, source.table)
        if store is not plan.held and len(table):
            result.write_part([table])
    done = result.sound().done()
    raised = _add_failures(result, plan.sources, done)
    return Merged(result.path, len(done - plan.done), plan.told.count, raised)


def _specification(
    stores: Sequence[Store], contents: Sequence[Contents], accept_code: bool
) -> dict[str, Any]:
    """What study.json says of all together.

    Raises
    ------
    ValueError
        If they are not of one study.
    """
    first = stores[0]
    spec: dict[str, Any] = {**first.spec, "format": FORMAT, "cases": dict(first.spec["cases"])}
    for store, found in zip(stores[1:], contents[1:]):
        differences = [
            f"{key} is {first.spec[key]!r} there and {store.spec[key]!r} here"
            for key in ("study", "seed")
            if first.spec[key] != store.spec[key]
        ]
        for name, case in store.spec["cases"].items():
            there = spec["cases"].setdefault(name, case)
            differences += different_cases(name, there, case)
            most = max(there["realisations"], case["realisations"])
            spec["cases"][name] = {**there, "realisations": most}
        if differences:
            raise ValueError(
                f"The stores {first.path} and {store.path} were given; expected two of one "
                f"study, but {'; '.join(differences)}. Rows of one store share study and seed, "
                "and a case its parameters. Keep them apart."
            )
        spec["codes"] = _codes(spec["codes"], store, found, accept_code, first.path)
    return spec


def _codes(
    listed: Sequence[codes.Entry], store: Store, found: Contents, accepted: bool, first: Path
) -> list[codes.Entry]:
    """The codes listed, and those of another store."""
    known = {codes.key(code) for code in listed}
    others = [code for code in store.codes if codes.key(code) not in known]
    foreign = found.codes().keys() - known
    if foreign and not accepted:
        digests = ", ".join(sorted(digest for digest, _ in foreign))
        raise OtherCode(
            f"The stores {first} and {store.path} were given; expected rows of one measure, "
            f"but those of code {digests} in the second are of another than {sorted(known)} in "
            "the first. Keep them apart, or put them together with --accept-code "
            "(accept_code=True): the column code_digest of each row tells which code made it."
        )
    return [*listed, *others]


def _fitting(found: Sequence[tuple[Store, Source]]) -> Copies:
    """What of all rows is to be left out, being there already.

    Raises
    ------
    ValueError
        If they do not go together.
    """
    columns, tables = Columns(), list[pa.Table]()

    def held(name: str) -> list[pa.Table]:
        return [table for table in tables if name in table.column_names]

    for store, source in found:
        try:
            columns.fit(source.table, held)
        except OtherKind as error:
            raise ValueError(f"The store {store.path} does not fit: {error}") from None
        tables.append(source.table)
    told = copies(tables)
    if told.conflicts:
        names = [str(store.path) for store, _ in found]
        words = some(conflict.words(names) for conflict in told.conflicts)
        raise UnlikeCopies(
            f"{len(told.conflicts)} realisation(s) have other rows in one store than in the "
            f"other ({words}); expected equal ones. Nothing was written. Find out which are "
            "right: versions and processor of each row are in `bathlab export --circumstances`."
        )
    return told


def _add_failures(result: Store, sources: Sequence[Store], done: set[failures.Key]) -> int:
    """Record what raised in a source and has neither rows nor a record in the result."""
    known, added = set(result.recorded_failures().paths()) | done, 0
    for store in sources:
        for record in store.failures():
            case, realisation = key = failures.key(record)
            if key not in known:
                failures.write(result.path, result.origin, case, realisation, _plain(record))
                known.add(key)
                added += 1
    return added


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record without the identities of the store that it is from."""
    return {name: value for name, value in record.items() if not name.endswith("_identity")}
