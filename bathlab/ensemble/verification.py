"""Whether a store holds what its study asked for: each realisation once, or why not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bathlab.checks import as_path
from bathlab.ensemble.results import keys_of, missing
from bathlab.ensemble.store.reader import Store, find_store


@dataclass(frozen=True)
class Verification:
    """What was found in a store.

    Attributes
    ----------
    store
        its folder.
    wanted
        realisations that its study asks for, of all cases.
    stored
        those of them whose rows are on the disk.
    failed
        those that are recorded to have raised.
    missing
        those that are neither, as (case, realisation) in order.
    more
        realisations on the disk that the study does not ask for, or no longer.
    copies
        realisations that are on the disk once more, with equal rows; they count once.
    faults
        what is wrong with files, in words.
    """

    store: Path
    wanted: int
    stored: int
    failed: int
    missing: list[tuple[str, int]]
    more: int
    copies: int
    faults: list[str]

    @property
    def holds(self) -> bool:
        """Whether each realisation is there once or recorded as failed, and no file is
        damaged."""
        return not self.missing and not self.faults


def verify(path: str | os.PathLike[str]) -> Verification:
    """Read every file of the store at ``path`` and count. It only reads, also while a study
    runs.

    Raises
    ------
    ValueError
        If there is no store, or its study.json cannot be read.

    Examples
    --------
    >>> import bathlab as bl
    >>> def top_level(bath, seed, realisation):
    ...     return [{"E_max": bath.sample(seed, realisation).energies[-1]}]
    >>> case = bl.Case("5 spins", bl.RandomMatrixBath(spins=5, bandwidth=4.0), realisations=3)
    >>> table = bl.run(bl.Study("edges", top_level, [case]), "store", progress=False)
    >>> found = bl.ensemble.verify("store")
    >>> print(found.stored, "of", found.wanted, found.missing, found.faults, found.holds)
    3 of 3 [] [] True
    """
    store = Store(find_store(as_path(path)))
    found = store.contents()
    counts = {name: case["realisations"] for name, case in store.spec["cases"].items()}
    wanted, done = keys_of(counts), found.done()
    recorded = store.recorded_failures()
    return Verification(
        store.path,
        len(wanted),
        len(wanted & done),
        len((wanted & recorded.paths().keys()) - done),
        sorted(missing(store, found, counts)),
        len(done - wanted),
        found.copies,
        [*(fault.words for fault in found.faults), *recorded.faults.values()],
    )
