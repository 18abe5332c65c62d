"""What the kinds of baths share that a table of a TOML file names."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import SerializerFunctionWrapHandler, model_serializer

from bathlab.model.baths import Bath, EnlargedBath
from bathlab.model.lioms import LiomChain
from bathlab.theory.random_matrices import GOE, GUE, SymmetryClass
from bathlab.workbench.parameters import Checked, parameter

#: What :class:`bathlab.LiomChain` calls the keys of the LIOMs that a bath has thermalised.
LIOM_KEYS = {"alpha": "alpha", "g1": "g1", "liom_field": "field", "liom_disorder": "disorder"}


class NamedBath(Checked):
    """What all kinds share: a name, and the LIOMs that the bath has thermalised."""

    name: str | None = parameter(None, "name in tables and figures, instead of kind and size")
    lioms: int = parameter(0, "LIOMs that the bath has thermalised", ge=0)
    alpha: float = parameter(LiomChain.alpha, "factor by which their couplings decay", gt=0)
    g1: float = parameter(LiomChain.g1, "coupling of the first of them")
    liom_field: float = parameter(LiomChain.field, "their mean field")
    liom_disorder: float = parameter(LiomChain.disorder, "disorder of their fields", ge=0)

    def check(self) -> None:
        for key in LIOM_KEYS:
            if key in self.model_fields_set and not self.lioms:
                raise ValueError(
                    f"{key} = {getattr(self, key)!r} was given for a bath without LIOMs; "
                    "expected it with lioms = NUMBER. Give lioms as well, or drop it."
                )

    @model_serializer(mode="wrap")
    def _told(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The kind, and what is not as it would be by default."""
        fields = type(self).model_fields
        values: dict[str, Any] = serialise(self)
        return {"kind": getattr(self, "kind")} | {
            key: value
            for key, value in values.items()
            if getattr(self, key) != fields[key].default
        }

    @property
    def label(self) -> str:
        """The name, else kind and size with what differs from the defaults."""
        if self.name is not None:
            return self.name
        more = f" + {self.lioms} LIOM{'s' if self.lioms > 1 else ''}" if self.lioms else ""
        return f"{self.core_label()}{more}"

    def bath(self) -> Bath:
        """The spec of the bath.

        Raises
        ------
        ValueError
            For a value out of its range, or a file that is not there or holds something else.
        """
        if not self.lioms:
            return self.core()
        values = {name: getattr(self, key) for key, name in LIOM_KEYS.items()}
        return EnlargedBath(self.core(), LiomChain(self.lioms, **values))

    def symmetry_class(self, seed: int) -> SymmetryClass:
        """The class of random matrices to hold it against: GUE if its first H is complex."""
        return GUE if np.issubdtype(self.core().sample(seed).dtype, np.complexfloating) else GOE

    def core(self) -> Bath:
        """The bath without its LIOMs."""
        raise NotImplementedError

    def core_label(self) -> str:
        """What it is called without its LIOMs."""
        raise NotImplementedError
