"""Localised spins (LIOMs): their fields h_i and their couplings g_i to the grain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, Sequence, runtime_checkable

import numpy as np

from bathlab.checks import require_finite, require_integer
from bathlab.conventions import RealArray
from bathlab.streams import Purpose, stream


@dataclass(frozen=True, eq=False)
class Lioms:
    """LIOMs of one realisation: fields h_i and couplings g_i, nearest to the grain first."""

    fields: RealArray
    couplings: RealArray

    @property
    def count(self) -> int:
        return len(self.fields)

    def __getitem__(self, place: slice) -> Lioms:
        """Some of these LIOMs: ``lioms[2:4]`` are the third and the fourth."""
        return Lioms(self.fields[place], self.couplings[place])

    def followed_by(self, others: Lioms) -> Lioms:
        """These LIOMs and then ``others``, farther out."""
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
        require_integer("count", self.count, minimum=0)
        require_finite("alpha", self.alpha, above=0)
        require_finite("g1", self.g1)
        require_finite("field", self.field)
        require_finite("disorder", self.disorder, minimum=0)
        if self.count:
            with np.errstate(over="ignore", invalid="ignore"):
                require_finite("the last coupling alpha^(count-1) g1", self.couplings[-1])

    @property
    def couplings(self) -> RealArray:
        """g_i = alpha^(i-1) g_1, shape (count,)."""
        return self.g1 * self.alpha ** np.arange(self.count, dtype=np.float64)

    def sample(self, seed: int, realisation: int, first: int = 1) -> Lioms:
        """Draw the fields. ``first`` is the distance of the first LIOM from the grain.

        Each field has its own random stream, keyed by its distance: a LIOM keeps its field
        whether it is attached at once or later, and however many follow.
        """
        draws = [
            stream(seed, realisation, Purpose.LIOM_FIELD, first + i).uniform(-1, 1)
            for i in range(self.count)
        ]
        return Lioms(self.field + self.disorder * np.array(draws), self.couplings)

    @staticmethod
    def given(fields: Sequence[float], couplings: Sequence[float]) -> GivenLioms:
        """LIOMs with stated fields h_i and couplings g_i, the same in every realisation."""
        return GivenLioms(fields=tuple(fields), given_couplings=tuple(couplings))


@dataclass(frozen=True)
class GivenLioms:
    """LIOMs with stated fields and couplings; made by :meth:`LiomChain.given`."""

    fields: tuple[float, ...]
    given_couplings: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.fields) != len(self.given_couplings):
            raise ValueError(
                f"{len(self.fields)} fields and {len(self.given_couplings)} couplings were "
                "given; expected as many of each. Give one field and one coupling per LIOM."
            )
        for index, (field, coupling) in enumerate(zip(self.fields, self.given_couplings)):
            require_finite(f"fields[{index}]", field)
            require_finite(f"couplings[{index}]", coupling)

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
