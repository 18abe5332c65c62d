"""Localised spins (LIOMs): their fields h_i and their couplings g_i to the grain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol, Sequence, runtime_checkable

import numpy as np

from bathlab.checks import as_array, as_integer, as_real, refusal, require_kind, settle, shown
from bathlab.conventions import SIGMA_Z, RealArray
from bathlab.streams import Purpose, stream


@dataclass(frozen=True, eq=False)
class Lioms:
    """LIOMs of one realisation: fields h_i and couplings g_i, nearest to the grain first.

    Raises
    ------
    ValueError
        If the numbers are not finite and real, or there are not as many of each.
    """

    fields: RealArray
    couplings: RealArray

    def __post_init__(self) -> None:
        fields = as_array("fields", self.fields, least=0)
        couplings = as_array("couplings", self.couplings, shape=fields.shape, least=0)
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "couplings", couplings)

    @property
    def count(self) -> int:
        return len(self.fields)

    def __getitem__(self, place: slice) -> Lioms:
        """Some of these LIOMs: ``lioms[2:4]`` are the third and the fourth."""
        if not isinstance(place, slice):
            raise refusal("place", shown(place), "a slice", "Write lioms[2:3] for the third.")
        return Lioms(self.fields[place], self.couplings[place])

    def followed_by(self, others: Lioms) -> Lioms:
        """These LIOMs and then ``others``, farther out."""
        require_kind("others", others, Lioms, "Draw them with sample.")
        return Lioms(
            np.concatenate([self.fields, others.fields]),
            np.concatenate([self.couplings, others.couplings]),
        )


NO_LIOMS = Lioms(np.empty(0), np.empty(0))


@runtime_checkable
class Chain(Protocol):
    """What :func:`bathlab.couple` accepts: :class:`LiomChain` or :class:`GivenLioms`."""

    @property
    def count(self) -> int: ...

    @property
    def couplings(self) -> RealArray: ...

    def sample(self, seed: int, realisation: int, first: int = 1) -> Lioms: ...


def require_chain(chain: Any) -> None:
    """Raise ValueError unless ``chain`` can be sampled."""
    if isinstance(chain, type) or not isinstance(chain, Chain):
        raise ValueError(
            f"LIOMs of type {type(chain).__name__} were given; expected a LiomChain. "
            "Make one with LiomChain(count=...) or LiomChain.given(...)."
        )


@dataclass(frozen=True)
class LiomChain:
    """``count`` LIOMs with couplings g_i = alpha^(i-1) g_1 and random fields.

    H = sum_i h_i tau^z_i + sum_i g_i V tau^x_i with V the contact of the bath and
    h_i = field + U[-disorder, disorder], independent (De Roeck & Huveneers, eqs. 15 and 23;
    alpha = exp(-1/zeta)).

    Raises
    ------
    ValueError
        If count < 0, alpha <= 0, disorder < 0, or a number is not finite.
    """

    count: int
    alpha: float = 0.75
    g1: float = 0.2
    field: float = 1.0
    disorder: float = 0.5

    def __post_init__(self) -> None:
        settle(
            self,
            count=as_integer("count", self.count, 0),
            alpha=as_real("alpha", self.alpha, above=0),
            g1=as_real("g1", self.g1),
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
        )
        if self.count:
            with np.errstate(over="ignore", invalid="ignore"):
                last = self.g1 * np.float64(self.alpha) ** (as_real("count", self.count) - 1)
            as_real("the last coupling alpha^(count-1) g1", last)

    @property
    def couplings(self) -> RealArray:
        """g_i = alpha^(i-1) g_1, shape (count,)."""
        return self.g1 * self.alpha ** np.arange(self.count, dtype=np.float64)

    def sample(self, seed: int, realisation: int, first: int = 1) -> Lioms:
        """Draw the fields. ``first`` is the distance of the first LIOM from the grain.

        Each field has its own random stream, keyed by its distance: a LIOM keeps its field
        whether it is attached at once or later, and however many follow.

        Raises
        ------
        ValueError
            If a number is not an integer >= 0, the distance below 1.
        """
        first = as_integer("first", first, 1)
        draws = [
            stream(seed, realisation, Purpose.LIOM_FIELD, first + i).uniform(-1, 1)
            for i in range(self.count)
        ]
        return Lioms(self.field + self.disorder * np.array(draws), self.couplings)

    @staticmethod
    def given(fields: Sequence[float], couplings: Sequence[float]) -> GivenLioms:
        """LIOMs with stated fields h_i and couplings g_i, the same in every realisation.

        Raises
        ------
        ValueError
            If the numbers are not finite and real, or there are not as many of each.
        """
        return GivenLioms(_plain("fields", fields), _plain("couplings", couplings))


@dataclass(frozen=True)
class GivenLioms:
    """LIOMs with stated fields and couplings; made by :meth:`LiomChain.given`."""

    fields: tuple[float, ...]
    given_couplings: tuple[float, ...]

    def __post_init__(self) -> None:
        fields = _plain("fields", self.fields)
        couplings = _plain("couplings", self.given_couplings)
        if len(fields) != len(couplings):
            raise ValueError(
                f"{len(fields)} fields and {len(couplings)} couplings were given; expected as "
                "many of each. Give one field and one coupling per LIOM."
            )
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "given_couplings", couplings)

    @property
    def count(self) -> int:
        return len(self.fields)

    @property
    def couplings(self) -> RealArray:
        """g_i, shape (count,)."""
        return np.array(self.given_couplings, dtype=np.float64)

    def sample(self, seed: int, realisation: int, first: int = 1) -> Lioms:
        """The stated LIOMs, whatever the seed."""
        return Lioms(np.array(self.fields, dtype=np.float64), self.couplings)


def _plain(name: str, values: Any) -> tuple[float, ...]:
    """Numbers as Python's, an int as it was given: specs are written down so."""
    checked = as_array(name, values, least=0).tolist()
    return tuple(
        given if type(given) is int else number for given, number in zip(values, checked)
    )


def liom_energies(fields: RealArray) -> RealArray:
    """sum_i h_i s_i for every configuration of the LIOMs, shape (2^n,), tau_1 slowest."""
    return reduce(
        lambda totals, field: np.add.outer(totals, field * np.diag(SIGMA_Z)).ravel(),
        fields,
        np.zeros(1),
    )
