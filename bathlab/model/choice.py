"""A bath named in words and numbers, as a table of a TOML file has it."""

from __future__ import annotations

import difflib
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from bathlab.checks import require_choice, require_integer
from bathlab.model.baths import (
    Bath,
    EnlargedBath,
    GivenBath,
    LocalChainBath,
    RandomMatrixBath,
)
from bathlab.model.lioms import LiomChain

#: What each kind of bath must be told, and what it may be told.
REQUIRED = {"random matrix": ("spins",), "chain": ("spins",), "given": ("file",)}
OPTIONAL = {
    "random matrix": ("bandwidth", "level_spacing"),
    "chain": ("field", "disorder", "transverse", "coupling"),
    "given": (),
}
#: Keys of the LIOMs that a bath has swallowed, and what LiomChain calls them.
LIOM_KEYS = {"alpha": "alpha", "g1": "g1", "liom_field": "field", "liom_disorder": "disorder"}
MATRICES = ("hamiltonian", "contact", "probe")
EXPECTED = (
    "expected an .npz with the arrays hamiltonian, contact and probe, or a folder with one "
    ".npz of each. Write the first with numpy.savez, those with scipy.sparse.save_npz."
)


@dataclass(frozen=True)
class BathChoice:
    """Any bath, in words and numbers; ``bath()`` makes its spec.

    Parameters
    ----------
    kind : "random matrix" (spins, and bandwidth or level_spacing), "chain" (spins, and field,
        disorder, transverse, coupling if not those of :class:`bathlab.LocalChainBath`) or
        "given" (file).
    name : what to call it in tables and figures, instead of what :attr:`label` makes of the
        rest.
    lioms : number of LIOMs that the bath, of whichever kind, has swallowed, with alpha, g1,
        liom_field and liom_disorder if not those of :class:`bathlab.LiomChain`.
    file : the user's own bath: an .npz with real symmetric arrays "hamiltonian", "contact" and
        "probe" (``numpy.savez``), or a folder with hamiltonian.npz, contact.npz and probe.npz
        (``scipy.sparse.save_npz``). Relative paths start at the working directory.

    Raises
    ------
    ValueError
        For an unknown kind, a key that it needs and lacks, or one that says nothing of it.
    """

    kind: str
    name: str | None = None
    spins: int | None = None
    bandwidth: float | None = None
    level_spacing: float | None = None
    field: float | None = None
    disorder: float | None = None
    transverse: float | None = None
    coupling: float | None = None
    file: str | None = None
    lioms: int | None = None
    alpha: float | None = None
    g1: float | None = None
    liom_field: float | None = None
    liom_disorder: float | None = None

    def __post_init__(self) -> None:
        require_choice("kind", self.kind, tuple(REQUIRED))
        lacking = [key for key in REQUIRED[self.kind] if getattr(self, key) is None]
        if lacking:
            raise ValueError(
                f"A bath of kind {self.kind!r} without {lacking[0]} was given; "
                f"expected {lacking[0]} = VALUE. Add it."
            )
        if self.lioms is not None:
            require_integer("lioms", self.lioms, minimum=0)
        own = (
            *REQUIRED[self.kind],
            *OPTIONAL[self.kind],
            "lioms",
            *(LIOM_KEYS if self.lioms else ()),
        )
        for key in (field.name for field in fields(self)):
            if key not in ("kind", "name", *own) and getattr(self, key) is not None:
                way_out = (
                    "Give lioms = NUMBER as well, or drop it."
                    if key in LIOM_KEYS
                    else "Drop it, or choose the kind that has it."
                )
                raise ValueError(
                    f"{key} = {getattr(self, key)!r} was given for a bath of kind "
                    f"{self.kind!r}; expected none but {list(own)}. {way_out}"
                )

    @property
    def label(self) -> str:
        """The name, else kind and size with what differs from the defaults."""
        if self.name is not None:
            return self.name
        words = {
            "random matrix": f"{self.spins}-spin GOE",
            "chain": f"{self.spins}-chain",
            "given": Path(self.file or "").stem,
        }[self.kind]
        if self.kind == "chain":
            words += "".join(
                f", {key} = {value:g}"
                for key, value in self._given(OPTIONAL["chain"]).items()
                if value != getattr(LocalChainBath, key)
            )
        if self.lioms:
            words += f" + {self.lioms} LIOM{'s' if self.lioms > 1 else ''}"
        return words

    def bath(self) -> Bath:
        """The spec of the bath.

        Raises
        ------
        ValueError
            For a value out of its range, or a file that is not there or holds something else.
        """
        numbers = self._given((*REQUIRED[self.kind], *OPTIONAL[self.kind]))
        core = (
            given_bath(self.file)
            if self.file is not None
            else RandomMatrixBath(**numbers)
            if self.kind == "random matrix"
            else LocalChainBath(**numbers)
        )
        if not self.lioms:
            return core
        return EnlargedBath(
            core,
            LiomChain(
                self.lioms,
                **{
                    LIOM_KEYS[key]: value
                    for key, value in self._given(tuple(LIOM_KEYS)).items()
                },
            ),
        )

    def _given(self, keys: tuple[str, ...]) -> dict[str, Any]:
        return {key: getattr(self, key) for key in keys if getattr(self, key) is not None}


def given_bath(path: str | Path) -> GivenBath:
    """The user's own bath from a file or folder; see :class:`BathChoice`.

    Raises
    ------
    ValueError
        If it is not there, is no such file, lacks a matrix, or a matrix is not real symmetric.
    """
    try:
        return GivenBath(**_matrices(Path(path)))
    except ValueError as error:
        raise ValueError(f"In {path}: {error}") from error


def _matrices(path: Path) -> dict[str, Any]:
    """Hamiltonian, contact and probe as they are in the file or the files of the folder."""
    try:
        if path.is_dir():
            return {name: sparse.load_npz(path / f"{name}.npz") for name in MATRICES}
        with zipfile.ZipFile(path), np.load(path, allow_pickle=False) as content:
            found = dict(content)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"no matrices could be read ({error}); {EXPECTED}") from error
    for name in MATRICES:
        if name not in found:
            near = difflib.get_close_matches(name, found, n=1)
            raise ValueError(
                f"no {name} was given, only {list(found)}; {EXPECTED}"
                + (f" Is {near[0]!r} meant for it?" if near else "")
            )
    return {name: found[name] for name in MATRICES}
