"""Localised spins (LIOMs): their fields h_i and their couplings g_i to the grain."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, Protocol, Sequence, runtime_checkable

import numpy as np

from bathlab.checks import as_array, as_integer, as_real, refusal, settle
from bathlab.conventions import GAINED, RealArray
from bathlab.model.drawn_lioms import NO_LIOMS as NO_LIOMS
from bathlab.model.drawn_lioms import Lioms as Lioms
from bathlab.model.drawn_lioms import liom_energies as liom_energies
from bathlab.model.liom_terms import as_plain, as_terms
from bathlab.streams import Purpose, stream


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


def require_plain(name: str, lioms: Any, *more: str) -> None:
    """Raise ValueError for LIOMs with sites, interactions or zz terms, where these would be
    left out without a word; and for a random distance where the mean one is taken."""
    for what in ("sites", "interactions", "bath_interactions", *more):
        held = getattr(lioms, what, None)
        if held is not None and not (what == "jitter" and held == 0):
            raise refusal(
                name,
                f"LIOMs with {what}",
                "LIOMs with fields and couplings to one contact alone",
                f"Leave {what} out, or attach them with bathlab.couple(bath, lioms).",
            )


@dataclass(frozen=True)
class LiomChain:
    """``count`` LIOMs with couplings g_i = alpha^(i-1) g_1 and random fields.

    H = sum_i h_i tau^z_i + sum_i g_i V tau^x_i with V the contact of the bath and
    h_i = field + U[-disorder, disorder], independent (De Roeck & Huveneers, eqs. 15 and 23;
    alpha = exp(-1/zeta)).

    ``sites``, ``interactions`` and ``bath_interactions`` give each LIOM a contact of its own,
    or several, and add diagonal terms, see :class:`Lioms`. LIOMs on two sides of a grain are
    two chains, one attached to ``EnlargedBath(grain, other)``.

    With ``jitter`` = zeta couplings are random: g_i = alpha^(u_i) g_1 at the distances
    u_i = i - 1 + U[-zeta, zeta], independent, as of the quantum sun (arXiv:2203.08844, where
    u_1 = 0 is not random). log g_i is then spread over a box of width 2 zeta |log alpha|.

    Raises
    ------
    ValueError
        If count < 0, alpha <= 0, disorder < 0, jitter < 0, or a number is not finite; for sites
        and interactions as of :class:`Lioms`.

    Examples
    --------
    >>> import bathlab as bl
    >>> lioms = bl.LiomChain(count=4, alpha=0.5, g1=0.4)
    >>> print(lioms.couplings)
    [0.4  0.2  0.1  0.05]
    >>> print(lioms.sample(seed=1, realisation=0).fields.round(3))
    [0.507 1.028 0.65  1.173]
    >>> longer = bl.LiomChain(count=6, alpha=0.5, g1=0.4)
    >>> print(longer.sample(seed=1, realisation=0).fields.round(3))
    [0.507 1.028 0.65  1.173 0.622 1.107]
    """

    count: int
    alpha: float = 0.75
    g1: float = 0.2
    field: float = 1.0
    disorder: float = 0.5
    sites: Any = dataclasses.field(default=None, metadata=GAINED)
    interactions: Any = dataclasses.field(default=None, metadata=GAINED)
    bath_interactions: Any = dataclasses.field(default=None, metadata=GAINED)
    jitter: float = dataclasses.field(default=0.0, metadata=GAINED)

    def __post_init__(self) -> None:
        settle(
            self,
            count=as_integer("count", self.count, 0),
            alpha=as_real("alpha", self.alpha, above=0),
            g1=as_real("g1", self.g1),
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
            jitter=as_real("jitter", self.jitter, minimum=0),
        )
        if self.count:
            with np.errstate(over="ignore", invalid="ignore"):
                far = as_real("count", self.count) - 1
                ends = np.float64(self.alpha) ** np.array(
                    [-1.0 * self.jitter, far + self.jitter]
                )
            as_real("the first coupling alpha^-jitter g1", self.g1 * ends[0])
            as_real("the last coupling alpha^(count-1) g1", self.g1 * ends[1])
        settle(self, **_plain_terms(self))

    @property
    def couplings(self) -> RealArray:
        """g_i = alpha^(i-1) g_1, shape (count,): those without jitter."""
        return self.g1 * self.alpha ** np.arange(self.count, dtype=np.float64)

    def sample(self, seed: int, realisation: int, first: int = 1) -> Lioms:
        """Draw fields and jitter. ``first`` is the distance of the first LIOM from the grain.

        Each has its own random stream, keyed by the distance: a LIOM keeps its field whether it
        is attached at once or later, and however many follow.

        Raises
        ------
        ValueError
            If a number is not an integer >= 0, the distance below 1.
        """
        first = as_integer("first", first, 1)
        places = range(first, first + self.count)

        def draws(purpose: Purpose) -> RealArray:
            drawn = [stream(seed, realisation, purpose, at).uniform(-1, 1) for at in places]
            return np.array(drawn)

        fields = self.field + self.disorder * draws(Purpose.LIOM_FIELD)
        couplings = self.couplings
        if self.jitter:
            couplings *= self.alpha ** (self.jitter * draws(Purpose.LIOM_DISTANCE))
        return Lioms(fields, couplings, *_terms(self))

    @staticmethod
    def given(
        fields: Sequence[float],
        couplings: Sequence[float],
        sites: Any = None,
        interactions: Any = None,
        bath_interactions: Any = None,
    ) -> GivenLioms:
        """LIOMs with stated fields h_i and couplings g_i, the same in every realisation.

        ``sites``, ``interactions`` and ``bath_interactions`` as of :class:`Lioms`.

        Raises
        ------
        ValueError
            If the numbers are not finite and real, or there are not as many of each; for sites
            and interactions as of :class:`Lioms`.
        """
        numbers = _plain("fields", fields), _plain("couplings", couplings)
        return GivenLioms(*numbers, sites, interactions, bath_interactions)


@dataclass(frozen=True)
class GivenLioms:
    """LIOMs with stated fields and couplings; made by :meth:`LiomChain.given`."""

    fields: tuple[float, ...]
    given_couplings: tuple[float, ...]
    sites: Any = dataclasses.field(default=None, metadata=GAINED)
    interactions: Any = dataclasses.field(default=None, metadata=GAINED)
    bath_interactions: Any = dataclasses.field(default=None, metadata=GAINED)

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
        settle(self, **_plain_terms(self))

    @property
    def count(self) -> int:
        return len(self.fields)

    @property
    def couplings(self) -> RealArray:
        """g_i, shape (count,)."""
        return np.array(self.given_couplings, dtype=np.float64)

    def sample(self, seed: int, realisation: int, first: int = 1) -> Lioms:
        """The stated LIOMs, whatever the seed."""
        fields = np.array(self.fields, dtype=np.float64)
        return Lioms(fields, self.couplings, *_terms(self))


def _plain(name: str, values: Any) -> tuple[float, ...]:
    """Numbers as Python's, an int as it was given: specs are written down so."""
    checked = as_array(name, values, least=0).tolist()
    return tuple(
        given if type(given) is int else number for given, number in zip(values, checked)
    )


def _terms(spec: LiomChain | GivenLioms) -> tuple[Any, Any, Any]:
    return spec.sites, spec.interactions, spec.bath_interactions


def _plain_terms(spec: LiomChain | GivenLioms) -> dict[str, Any]:
    """Sites and interactions of a spec, checked, as tuples."""
    found = as_terms(spec.count, *_terms(spec))
    return {
        "sites": found.sites,
        "interactions": as_plain(found.interactions),
        "bath_interactions": as_plain(found.bath_interactions),
    }
