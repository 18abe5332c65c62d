"""The end spin of a localised chain, expanded in the chain's LIOMs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from bathlab.checks import as_array, require_kind
from bathlab.conventions import RealArray, Row
from bathlab.model.baths import LocalChainBath

#: Weights below this are those of rounding.
LEAST = 1e-30


@dataclass(frozen=True)
class ExpandedContact:
    """A chain whose contact, sigma^x of its last spin, is expanded in its LIOMs.

    Raises
    ------
    ValueError
        If it is no such chain.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> chain = bl.LocalChainBath(4, disorder=1.0, transverse=0.1, coupling=0.1)
    >>> [row] = bl.experiments.condition_rows(bl.experiments.ExpandedContact(chain), 1, 0)
    >>> shares = np.exp(2 * row["log_weights"])  # by the farthest LIOM that is turned
    >>> print(shares.round(4), f"{row['overlap']:.2f}")
    [0.6851 0.2996 0.     0.    ] 0.85
    """

    chain: LocalChainBath

    def __post_init__(self) -> None:
        require_kind(
            "chain", self.chain, LocalChainBath, "Make one: bathlab.LocalChainBath(8)."
        )


def expansion_rows(spec: ExpandedContact, seed: int, realisation: int) -> list[Row]:
    """How much of the contact turns LIOMs, by their distance from it.

    Each eigenstate is assigned to a product state so that the squares of overlaps have the
    largest sum; the LIOMs are the spins of these. Row with ``log_weights`` (L,), half the
    logarithm of the share of elements between states that differ in the LIOM at distance 0, 1,
    ... and in none beyond; ``log_single`` (L,), the same of those that differ in it alone; and
    ``overlap``, the mean square of assigned overlaps.

    Raises
    ------
    ValueError
        If it is no such spec.
    """
    require_kind("spec", spec, ExpandedContact, "Make one with bathlab.experiments.")
    grain = spec.chain.sample(seed, realisation)
    vectors = np.asarray(grain.eigensystem.vectors)
    overlaps = np.abs(vectors) ** 2
    products, states = linear_sum_assignment(-overlaps)
    ordered = vectors[:, states[np.argsort(products)]]
    ordered = ordered * np.where(ordered.diagonal() < 0, -1.0, 1.0)
    elements = ordered.T @ (grain.operator("contact") @ ordered)
    weights, single = flip_weights(elements)
    return [
        {
            "log_weights": np.log(np.maximum(weights, LEAST)) / 2,
            "log_single": np.log(np.maximum(single, LEAST)) / 2,
            "overlap": float(overlaps[products, states].mean()),
        }
    ]


def flip_weights(elements: RealArray) -> tuple[RealArray, RealArray]:
    """(L,) shares of sum |A|^2 by the farthest spin that is turned, distance 0 the last
    factor, and the parts of it in which it alone is turned.

    Raises
    ------
    ValueError
        If the matrix is not of 2^L states.
    """
    A = as_array("elements", elements, ndim=2)
    size = len(A)
    spins = size.bit_length() - 1
    states = np.arange(size)
    turned = states[:, np.newaxis] ^ states
    farthest = np.frexp(turned.astype(float))[1] - 1  # of the distance, -1 where none is
    total = float((A**2).sum())
    weights = np.array([(A[farthest == at] ** 2).sum() for at in range(spins)]) / total
    single = np.array([(A[turned == 1 << at] ** 2).sum() for at in range(spins)]) / total
    return weights, single
