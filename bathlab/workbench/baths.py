"""Baths named in words and numbers, as a table of a TOML file has them.

Each kind is a record of its own, told from the others by ``kind``: ``{kind = "chain", spins =
9}``. ``bath()`` makes the spec that is simulated.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any, Iterator, Literal, Mapping

from pydantic import AfterValidator, Field, ValidationInfo

from bathlab.model.baths import (
    Bath,
    CoreBath,
    GivenBath,
    LocalChainBath,
    RandomMatrixBath,
)
from bathlab.model.disordered import DisorderedBath
from bathlab.workbench.matrix_files import arrays, sparse_matrix
from bathlab.workbench.named_bath import NamedBath
from bathlab.workbench.parameters import Parameters, parameter
from bathlab.workbench.sources import beside, function_of
from bathlab.workbench.structured_baths import IntegrableChain, RosenzweigPorter, Ultrametric

MATRICES = ("hamiltonian", "contact", "probe")
EXPECTED = (
    "expected an .npz with the arrays hamiltonian, contact and probe, or a folder with one "
    ".npz of each. Write the first with numpy.savez, those with scipy.sparse.save_npz."
)


class RandomMatrix(NamedBath):
    """A random matrix, GOE or GUE, of given bandwidth or level spacing."""

    kind: Literal["random matrix"] = "random matrix"
    spins: int = parameter(..., "spins of the bath", ge=1)
    bandwidth: float | None = parameter(None, "full width of the semicircle", gt=0)
    level_spacing: float | None = parameter(None, "bandwidth over dimension, instead", gt=0)
    symmetry: Literal["orthogonal", "unitary"] = parameter(
        "orthogonal", "unitary is complex, without time reversal"
    )

    def core(self) -> Bath:
        return RandomMatrixBath(self.spins, self.bandwidth, self.level_spacing, self.symmetry)

    def core_label(self) -> str:
        return f"{self.spins}-spin {'GOE' if self.symmetry == 'orthogonal' else 'GUE'}"


class Chain(NamedBath):
    """The local chain of eq. (24)."""

    kind: Literal["chain"] = "chain"
    spins: int = parameter(..., "spins of the bath", ge=1)
    field: float = parameter(LocalChainBath.field, "mean field")
    disorder: float = parameter(LocalChainBath.disorder, "disorder of the fields", ge=0)
    transverse: float = parameter(LocalChainBath.transverse, "transverse field J")
    coupling: float = parameter(LocalChainBath.coupling, "coupling of neighbours J'")

    def core(self) -> Bath:
        return LocalChainBath(**self._numbers())

    def core_label(self) -> str:
        others = {key: value for key, value in self._numbers().items() if key != "spins"}
        return f"{self.spins}-chain" + "".join(
            f", {key} = {value:g}"
            for key, value in others.items()
            if value != getattr(LocalChainBath, key)
        )

    def _numbers(self) -> dict[str, Any]:
        keys = ("spins", "field", "disorder", "transverse", "coupling")
        return {key: getattr(self, key) for key in keys}


def _file_beside(file: str, info: ValidationInfo) -> str:
    """A path, which in a file of parameters starts in the folder of that."""
    return beside(file, (info.context or {}).get("folder"))


def _source_beside(source: str, info: ValidationInfo) -> str:
    file, colon, name = source.rpartition(":")
    return f"{_file_beside(file, info)}{colon}{name}"


class Given(NamedBath):
    """The user's own bath, from a file or folder; see :func:`given_bath`."""

    kind: Literal["given"] = "given"
    file: Annotated[str, AfterValidator(_file_beside)] = parameter(
        ..., "an .npz of three matrices, or a folder of three .npz"
    )
    sector: int | None = parameter(None, "one of its symmetry sectors, from 0, alone", ge=0)

    def core(self) -> Bath:
        return given_bath(self.file, self.sector)

    def core_label(self) -> str:
        stem = Path(self.file).stem
        return stem if self.sector is None else f"{stem}, sector {self.sector}"


class Own(NamedBath):
    """A disordered bath of the user's own, from a file, which is run as Python: a function of
    seed and realisation, see :class:`bathlab.model.DisorderedBath`, or a class that derives
    from :class:`bathlab.model.CoreBath`."""

    kind: Literal["own"] = "own"
    source: Annotated[str, AfterValidator(_source_beside)] = parameter(
        ..., "FILE.py:FUNCTION, called with seed, realisation and arguments; or FILE.py:CLASS"
    )
    arguments: dict[str, Any] = parameter({}, "arguments of function or class, by name")

    def core(self) -> Bath:
        try:
            made = function_of(self.source)
            if isinstance(made, type) and issubclass(made, CoreBath):
                return DisorderedBath(made(**self.arguments).draw)
            return DisorderedBath(made, self.arguments)
        except (ValueError, TypeError) as error:
            raise ValueError(f"In the bath {self.label}: {error}") from error

    def core_label(self) -> str:
        values = (
            f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}"
            for name, value in self.arguments.items()
        )
        return ", ".join([self.source.rpartition(":")[2], *values])


#: A bath of any kind.
AnyBath = Annotated[
    RandomMatrix | Chain | Given | Own | Ultrametric | RosenzweigPorter | IntegrableChain,
    Field(discriminator="kind"),
]


class BathParameters(Parameters):
    """Parameters of a study of any list of baths, with a number of realisations for each of
    them, or one for all."""

    baths: tuple[AnyBath, ...] = parameter(..., "baths, each a table with its kind")
    realisations: tuple[int, ...] = parameter(..., "of each bath, or one for all", ge=1)

    def check(self) -> None:
        labels = [named.label for named in self.baths]
        if len(set(labels)) < len(labels) or not labels:
            raise ValueError(
                f"Baths called {labels} were given; expected at least one, each with "
                'its own name. Give those that share one a name = "...".'
            )
        if len(self.realisations) not in (1, len(labels)):
            raise ValueError(
                f"{len(labels)} baths and {len(self.realisations)} numbers of "
                "realisations were given; expected one number for each bath, or one "
                "for all. Write realisations = [100]."
            )

    def counted(self) -> Iterator[tuple[NamedBath, int]]:
        """Each bath with its number of realisations."""
        yield from zip(
            self.baths, self.realisations * (len(self.baths) // len(self.realisations))
        )


def given_bath(path: str | Path, sector: int | None = None) -> GivenBath:
    """The user's own bath: an .npz with Hermitian arrays "hamiltonian", "contact" and
    "probe" (``numpy.savez``), or a folder with hamiltonian.npz, contact.npz and probe.npz
    (``scipy.sparse.save_npz``). Relative paths start at the working directory. ``sector`` as of
    :class:`bathlab.GivenBath`.

    Raises
    ------
    ValueError
        If it is not there, is no such file, lacks a matrix or the sector, or a matrix is not
        Hermitian.
    """
    try:
        return GivenBath(**_matrices(Path(path)), sector=sector)
    except ValueError as error:
        raise ValueError(f"In {path}: {error}") from error


def _matrices(path: Path) -> Mapping[str, Any]:
    """Hamiltonian, contact and probe as they are in the file or the files of the folder."""
    try:
        if path.is_dir():
            return {name: sparse_matrix(path / f"{name}.npz") for name in MATRICES}
        found = arrays(path)
    except ValueError as error:
        raise ValueError(f"no matrices could be read: {error} In all, {EXPECTED}") from error
    for name in MATRICES:
        if name not in found:
            near = difflib.get_close_matches(name, found, n=1)
            raise ValueError(
                f"no {name} was given, only {list(found)}; {EXPECTED}"
                + (f" Is {near[0]!r} meant for it?" if near else "")
            )
    return {name: found[name] for name in MATRICES}
