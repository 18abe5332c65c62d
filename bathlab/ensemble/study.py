"""A study: what is measured, on which cases, how often, from which seed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Callable, Mapping

import numpy as np

from bathlab.conventions import require_integer

#: One row of a store: column name to scalar.
Row = Mapping[str, Any]
#: (spec of the case, seed, realisation) -> rows; a pure function, importable by its name.
Measure = Callable[[Any, int, int], list[Row]]


@dataclass(frozen=True)
class Case:
    """One set of parameters of a study.

    Attributes
    ----------
    name : label, unique in its study.
    spec : frozen dataclass that the measure is called with.
    realisations : how many are wanted.
    cost : expected time of one realisation relative to the other cases, for the ETA.
    """

    name: str
    spec: Any
    realisations: int
    cost: float = 1.0

    def __post_init__(self) -> None:
        require_integer(f"realisations of case {self.name!r}", self.realisations, minimum=1)


@dataclass(frozen=True)
class Study:
    """Cases that share one measure and one seed.

    ``watch`` names the column whose running mean the progress bar shows.

    Raises
    ------
    ValueError
        If there is no case, two cases share a name, or the seed is not a non-negative integer.
    """

    name: str
    measure: Measure
    cases: tuple[Case, ...]
    seed: int = 1
    watch: str = ""

    def __post_init__(self) -> None:
        require_integer("seed", self.seed, minimum=0)
        names = [case.name for case in self.cases]
        if not names or len(set(names)) < len(names):
            raise ValueError(f"Cases named {names} were given; expected at least one, each with "
                             "its own name. Rename or merge them.")

    def describe(self) -> dict[str, Any]:
        """Everything that decides the rows, as plain data. How many rows is not part of it."""
        return {"study": self.name, "measure": self.measure.__qualname__, "seed": int(self.seed),
                "cases": {case.name: describe(case.spec) for case in self.cases}}

    @property
    def identity(self) -> str:
        """SHA-256 of :meth:`describe`: two studies with the same identity share their rows."""
        canonical = json.dumps(self.describe(), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def describe(spec: Any) -> Any:
    """A frozen spec as plain data: dataclasses by type and fields, large ones by digest."""
    if hasattr(spec, "digest"):
        return {"type": type(spec).__name__, "digest": spec.digest}
    if dataclasses.is_dataclass(spec):
        fields = {field.name: describe(getattr(spec, field.name))
                  for field in dataclasses.fields(spec)}
        return {"type": type(spec).__name__, **fields}
    if isinstance(spec, (tuple, list)):
        return [describe(item) for item in spec]
    if isinstance(spec, np.generic):
        return spec.item()
    return spec
