"""A study: what is measured, on which cases, how often, from which seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Callable, Iterable, Mapping

import numpy as np

from bathlab.checks import (
    as_integer,
    as_real,
    as_text,
    require_callable,
    require_kind,
    require_mapping,
    settle,
)
from bathlab.conventions import Row
from bathlab.ensemble.code import Code, code_of, name_of
from bathlab.ensemble.description import describe, sha256

#: (spec of the case, seed, realisation) -> rows; a pure function, importable by its name.
Measure = Callable[[Any, int, int], list[Row]]
#: Columns that say which row a row is: neither a measure nor a case may name one so.
IDENTITY = ("case", "realisation", "seed")


@dataclass(frozen=True)
class Case:
    """One set of parameters of a study.

    Attributes
    ----------
    name
        label, unique in its study.
    spec
        frozen dataclass that the measure is called with.
    realisations
        how many are wanted.
    cost
        expected time of one realisation relative to the other cases, for the ETA.
    columns
        parameters that each of its rows shall show, column name to number, text or truth
        value. They are no part of the case's identity.

    Raises
    ------
    ValueError
        For an empty name, fewer than one realisation, a cost that is not positive, or columns
        that a row cannot hold.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.LocalChainBath(spins=6)
    >>> case = bl.Case("6 spins", bath, realisations=50, columns={"spins": 6})
    >>> more = bl.Case("6 spins", bath, realisations=100)
    >>> other = bl.Case("6 spins", bl.LocalChainBath(spins=6, disorder=0.5), realisations=50)
    >>> print(case.identity == more.identity, case.identity == other.identity)
    True False
    """

    name: str
    spec: Any
    realisations: int
    cost: float = 1.0
    columns: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        as_text("name of a case", self.name)
        count = as_integer(f"realisations of case {self.name!r}", self.realisations, 1)
        cost = as_real(f"cost of case {self.name!r}", self.cost, above=0)
        settle(self, realisations=count, cost=cost)
        columns = require_mapping(f"columns of case {self.name!r}", self.columns)
        for name, value in columns.items():
            _require_column(self.name, name, value)

    @property
    def identity(self) -> str:
        """SHA-256 of the spec: rows of equal name and identity are rows of the same case.

        Raises
        ------
        ValueError
            If the spec holds something that a store cannot write down.
        """
        return sha256(self.described)

    @cached_property
    def described(self) -> Any:
        """The spec as plain data, see :func:`bathlab.ensemble.description.describe`."""
        return describe(self.spec, f"spec of case {self.name!r}")


@dataclass(frozen=True)
class Study:
    """Cases that share one measure and one seed.

    ``watch`` names the column whose running mean the progress shows and whose standard error
    ``target_error`` bounds. ``version`` is for the author to change when rows change for a
    reason that no digest sees; it is recorded in each row, beside the digest of the measure.

    Raises
    ------
    ValueError
        If there is no case, two cases share a name, the seed is not a non-negative integer, or
        the version is no text.

    Examples
    --------
    >>> import bathlab as bl
    >>> def ratio(bath, seed, realisation):
    ...     grain = bath.sample(seed, realisation)
    ...     return [{"r": bl.mean_gap_ratio(grain.energies)}]
    >>> baths = {f"{n} spins": bl.LocalChainBath(spins=n) for n in (5, 6)}
    >>> cases = [bl.Case(name, bath, realisations=4) for name, bath in baths.items()]
    >>> study = bl.Study("gap ratios", ratio, cases, seed=1, watch="r")
    >>> table = bl.run(study, "store", progress=False)  # a folder
    >>> print(table.groupby("case")["r"].mean().round(3).to_dict())
    {'5 spins': 0.512, '6 spins': 0.536}
    """

    name: str
    measure: Measure
    cases: tuple[Case, ...]
    seed: int = 1
    watch: str = ""
    version: str = ""

    def __post_init__(self) -> None:
        as_text("name", self.name)
        require_callable("measure", self.measure, "spec, seed and realisation")
        cases = tuple(self.cases) if isinstance(self.cases, Iterable) else (self.cases,)
        for case in cases:
            require_kind("A case", case, Case, "Make one with bathlab.Case.")
        object.__setattr__(self, "cases", cases)
        settle(self, seed=as_integer("seed", self.seed, 0))
        require_kind("watch", self.watch, str, "Name a column, or leave it out.")
        if not isinstance(self.version, str):
            raise ValueError(
                f"version = {self.version!r} was given; expected text. Give '2', say."
            )
        names = [case.name for case in self.cases]
        if not names or len(set(names)) < len(names):
            raise ValueError(
                f"Cases named {names} were given; expected at least one, each with "
                "its own name. Rename or merge them."
            )

    @cached_property
    def code(self) -> Code:
        """The code of the measure, as it is when first asked for."""
        return code_of(self.measure)

    def describe(self) -> dict[str, Any]:
        """What all rows of a store share. Cases, and how many rows, are not part of it."""
        return {
            "study": self.name,
            "measure": name_of(self.measure),
            "seed": int(self.seed),
        }

    @property
    def identity(self) -> str:
        """SHA-256 of :meth:`describe`; a store holds the rows of one identity."""
        return sha256(self.describe())


def _require_column(case: str, name: Any, value: Any) -> None:
    """Refuse a column that says which row a row is, or that is no scalar."""
    scalar = value is None or isinstance(value, (str, bool, int, float, np.generic))
    if not isinstance(name, str) or not name or name in IDENTITY or not scalar:
        raise ValueError(
            f"columns of case {case!r} has {name!r}: {value!r}; expected a number, text or "
            f"truth value by a name other than {', '.join(IDENTITY)}. Rename it, or leave "
            "it out."
        )
