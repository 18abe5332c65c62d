"""Sums of products of spin operators, as users write them and as compiled code takes them."""

from __future__ import annotations

import itertools
import math
from typing import Any, Callable, Iterable, Protocol, Sequence

import numpy as np

from bathlab.checks import as_array, as_list, refusal, shown
from bathlab.conventions import Array, RealArray
from bathlab.operators.spin_space_kernels import Digits, Terms

#: How a factor is made of S^+, S^- and S^z.
PARTS: dict[str, tuple[tuple[str, complex], ...]] = {
    "x": (("+", 0.5), ("-", 0.5)),
    "y": (("+", -0.5j), ("-", 0.5j)),
    "z": (("z", 1.0),),
    "+": (("+", 1.0),),
    "-": (("-", 1.0),),
}
KINDS = {"+": 0, "-": 1, "z": 2}
#: Change of the digit t = s - m.
CHANGES = {"+": -1, "-": 1, "z": 0}
#: Sums of coefficients below this share of the largest are what is left of terms that cancel.
CANCELLED = 1e-14
#: A term: its coefficient, a letter for each factor, their sites.
Term = tuple[complex, str, Sequence[int]]
#: A product: sites, ascending, and which of S^+, S^- and S^z acts there.
Product = tuple[tuple[int, str], ...]
#: Coefficients of products.
Sums = dict[Product, complex]


class Space(Protocol):
    """What terms are asked about the space they act in."""

    @property
    def sites(self) -> int: ...
    @property
    def sector(self) -> float | None: ...
    @property
    def spin(self) -> float: ...
    @property
    def levels(self) -> int: ...
    @property
    def bits(self) -> int: ...


def summed_terms(space: Space, terms: Iterable[Term]) -> Sums:
    """Terms in S^+, S^- and S^z, like ones summed.

    Raises
    ------
    ValueError
        If a term is none, or their sum leads out of the sector.
    """
    sums: Sums = {}
    for number, term in enumerate(terms):
        coefficient, letters, sites = _checked(space, number, term)
        for parts in itertools.product(*(PARTS[letter] for letter in letters)):
            key = tuple(sorted(zip(sites, (kind for kind, _ in parts))))
            weight = coefficient * math.prod(share for _, share in parts)
            sums[key] = sums.get(key, 0.0) + weight
    least = cancelled(sums)
    found = {k: v for k, v in sums.items() if abs(v) > least}
    _require_inside(space, found)
    return found


def cancelled(sums: Sums) -> float:
    """The largest coefficient that is what is left of terms that cancel."""
    return CANCELLED * max(map(abs, sums.values()), default=0.0)


def compiled_terms(space: Space, sums: Sums) -> Terms:
    """What :func:`summed_terms` found, in the order of the change of the digits."""
    groups: dict[int, list[tuple[Product, complex]]] = {}
    for key, value in sums.items():
        change = sum(CHANGES[kind] << _shift_of(space, site) for site, kind in key)
        groups.setdefault(-change, []).append((key, value))  # conjugate: see the kernel
    return _arrays(space, groups)


def digits_of(space: Space) -> Digits:
    """How codes of a space are made of digits."""
    lowest = sum(1 << _shift_of(space, site) for site in range(space.sites))
    most = (space.levels - 1) * lowest
    return Digits(space.bits, (1 << space.bits) - 1, lowest, most, space.sites)


def _arrays(space: Space, groups: dict[int, list[tuple[Product, complex]]]) -> Terms:
    ordered = sorted(groups)
    flat = [each for change in ordered for each in groups[change]]
    coefficient: Array = np.array([value for _, value in flat], dtype=np.complex128)
    if not np.any(coefficient.imag):
        coefficient = coefficient.real
    coefficient = np.ascontiguousarray(np.conj(coefficient))
    # <row|H|column> is read from the row, with the conjugate of each factor.
    turned = {"+": "-", "-": "+", "z": "z"}
    terms = [[(_shift_of(space, site), turned[kind]) for site, kind in key] for key, _ in flat]
    acted = {
        kind: np.array([sum(1 << s for s, k in term if k == kind) for term in terms], np.int64)
        for kind in KINDS
    }
    factors = list(itertools.chain.from_iterable(terms))
    halves = [sum(kind == "z" for _, kind in term) for term in terms]
    return Terms(
        digits_of(space),
        np.repeat(np.array(ordered, np.int64), [len(groups[change]) for change in ordered]),
        coefficient,
        coefficient * 0.5 ** np.array(halves),
        acted["-"],
        acted["+"],
        acted["z"],
        np.cumsum([0, *map(len, terms)]),
        np.array([shift for shift, _ in factors], np.int64),
        np.array([KINDS[kind] for _, kind in factors], np.int64),
        _amplitudes(space),
    )


def _amplitudes(space: Space) -> RealArray:
    s = space.spin
    m = s - np.arange(space.levels)
    up, down = (np.sqrt(np.maximum(s * (s + 1) - m * (m + k), 0.0)) for k in (1, -1))
    return np.array([up, down, m])


def _shift_of(space: Space, site: int) -> int:
    return space.bits * (space.sites - 1 - site)


def _checked(space: Space, number: int, term: Any) -> tuple[complex, str, list[int]]:
    parts = as_list(f"terms[{number}]", term, "a coefficient, letters and sites")
    if len(parts) != 3 or not isinstance(parts[1], str) or set(parts[1]) - set(PARTS):
        raise refusal(
            f"terms[{number}]",
            shown(term),
            f"(coefficient, letters of {', '.join(PARTS)}, sites)",
            'Write it as (0.5, "+-", (0, 1)).',
        )
    coefficient = complex(as_array("coefficient", [parts[0]], kind="complex")[0])
    sites = as_array(f"terms[{number}]", list(parts[2]), kind="integer").tolist()
    inside = all(0 <= site < space.sites for site in sites)
    if len(sites) != len(parts[1]) or len(set(sites)) != len(sites) or not inside:
        raise refusal(
            f"terms[{number}]",
            shown(term),
            f"a different site of 0 to {space.sites - 1} for each letter",
            "Multiply operators of one site first.",
        )
    return coefficient, parts[1], sites


def _require_inside(space: Space, sums: Sums) -> None:
    for product in sums if space.sector is not None else ():
        if sum(CHANGES[kind] for _, kind in product):
            raise refusal(
                "terms",
                f"a sum that holds {_in_words(product)}",
                "one that conserves S^z",
                "Add what cancels it, as yy beside xx, or take sector=None.",
            )


def require_symmetric(sums: Sums, name: str, moved: Callable[[int], int]) -> None:
    """Refuse what a permutation of the sites, or a "flip" of all spins, does not keep.

    Products of S^+, S^- and S^z at different sites are linearly independent, so it is enough to
    compare their coefficients.
    """
    least = cancelled(sums)
    turned = {"+": "-", "-": "+", "z": "z"} if name == "flip" else {k: k for k in KINDS}
    for product, weight in sums.items():
        image = tuple(sorted((moved(site), turned[kind]) for site, kind in product))
        odd = name == "flip" and sum(kind == "z" for _, kind in product) % 2
        other = sums.get(image, 0.0)
        if abs((-weight if odd else weight) - other) > least:
            raise refusal(
                "terms",
                f"a sum of {weight:g} {_in_words(product)} and, for its image, {other:g} "
                f"{_in_words(image)}",
                f"one that keeps the {name}: {'opposite' if odd else 'equal'} coefficients",
                f"Change the terms, or take {name}=None.",
            )


def _in_words(product: Product) -> str:
    return f"{''.join(kind for _, kind in product)} at {tuple(site for site, _ in product)}"
