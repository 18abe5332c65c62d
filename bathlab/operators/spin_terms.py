"""Sums of products of spin operators, as users write them and as compiled code takes them."""

from __future__ import annotations

import itertools
import math
from typing import Any, Iterable, Protocol, Sequence

import numpy as np

from bathlab.checks import as_array, as_list, refusal, shown
from bathlab.conventions import Array, RealArray
from bathlab.operators.spin_space_kernels import Terms

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


def compiled_terms(space: Space, terms: Iterable[Term]) -> Terms:
    """Terms in S^+, S^- and S^z, like ones summed, in the order of their change."""
    sums: dict[tuple[tuple[int, str], ...], complex] = {}
    for number, term in enumerate(terms):
        coefficient, letters, sites = _checked(space, number, term)
        for parts in itertools.product(*(PARTS[letter] for letter in letters)):
            key = tuple(sorted(zip(sites, (kind for kind, _ in parts))))
            weight = coefficient * math.prod(share for _, share in parts)
            sums[key] = sums.get(key, 0.0) + weight
    largest = max(map(abs, sums.values()), default=0.0)
    kept = {k: v for k, v in sums.items() if abs(v) > CANCELLED * largest}
    _require_inside(space, kept)
    groups: dict[int, list[tuple[tuple[tuple[int, str], ...], complex]]] = {}
    for key, value in kept.items():
        change = sum(CHANGES[kind] << _shift_of(space, site) for site, kind in key)
        groups.setdefault(-change, []).append((key, value))  # conjugate: see the kernel
    return _arrays(space, groups)


def _arrays(space: Space, groups: dict[int, list[tuple[Any, complex]]]) -> Terms:
    ordered = sorted(groups)
    flat = [each for change in ordered for each in groups[change]]
    coefficient: Array = np.array([value for _, value in flat], dtype=np.complex128)
    if not np.any(coefficient.imag):
        coefficient = coefficient.real
    # <row|H|column> is read from the row, with the conjugate of each factor.
    turned = {"+": "-", "-": "+", "z": "z"}
    factors = [(_shift_of(space, site), KINDS[turned[k]]) for key, _ in flat for site, k in key]
    counts = [len(groups[change]) for change in ordered]
    return Terms(
        np.array(ordered, np.int64),
        np.cumsum([0, *counts]),
        np.ascontiguousarray(np.conj(coefficient)),
        np.cumsum([0, *(len(key) for key, _ in flat)]),
        np.array([shift for shift, _ in factors], np.int64),
        np.array([kind for _, kind in factors], np.int64),
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


def _require_inside(space: Space, kept: dict[tuple[tuple[int, str], ...], complex]) -> None:
    if space.sector is None:
        return
    for key in kept:
        if sum(CHANGES[kind] for _, kind in key):
            letters = "".join(kind for _, kind in key)
            sites = tuple(site for site, _ in key)
            raise refusal(
                "terms",
                f"a sum that holds {letters} at {sites}",
                "one that conserves S^z",
                "Add what cancels it, as yy beside xx, or take sector=None.",
            )
