"""Entanglement of tensor factors, sites of a chain or LIOMs, with the rest."""

from __future__ import annotations

import math
from typing import Any, Collection, Sequence

import numpy as np

from bathlab.checks import as_array, as_real, as_state
from bathlab.checks.scalars import as_python
from bathlab.conventions import Array, RealArray
from bathlab.operators.memory import require_memory
from bathlab.spectrum.eigenstates import Eigenstate

#: Share of the largest Schmidt weight, per weight, that counts as zero for the order 0: the
#: rounding of a singular value, squared.
RANK_TOLERANCE = np.finfo(float).eps ** 2
#: So near to the order 1 the sum of the powers is 1 up to a difference that is taken by itself.
NEAR_ONE = 0.1


def reduced_density(
    state: Eigenstate | Array, dims: Sequence[int], sites: int | Collection[int]
) -> Array:
    """rho = Tr_rest |psi><psi| of some tensor factors, shape (d, d), trace <psi|psi>.

    Parameters
    ----------
    state
        an eigenstate or a vector of shape (product of dims,), an (n, 1) column or a ket,
        real or complex, of unit norm.
    dims
        dimensions of the tensor factors, in the order of the basis (``system.dims``).
    sites
        which factors to keep, one number or several, neighbours or not: 0 is the leftmost,
        negative numbers count from the end, so -1 is the last LIOM. The basis of rho is in the
        order in which they are given; d is the product of their dimensions.

    Raises
    ------
    ValueError
        If the state does not have that dimension or unit norm, there is no such factor, one is
        named twice, or rho does not fit in memory.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> singlet = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2)
    >>> print(bl.analysis.reduced_density(singlet, dims=(2, 2), sites=0).round(3))
    [[0.5 0. ]
     [0.  0.5]]
    >>> up_and_right = np.kron([1.0, 0.0], [1.0, 1.0]) / np.sqrt(2)
    >>> print(bl.analysis.reduced_density(up_and_right, dims=(2, 2), sites=1).round(3))
    [[0.5 0.5]
     [0.5 0.5]]
    """
    table = _table(state, dims, sites)
    require_memory(
        table.itemsize * float(len(table)) ** 2,
        f"A density matrix of dimension {len(table)}",
        "Keep fewer sites; the entropy of the rest is the same in a pure state.",
    )
    return table @ table.conj().T


def entanglement_entropy(
    state: Eigenstate | Array,
    dims: Sequence[int],
    sites: int | Collection[int],
    order: float = 1.0,
) -> float:
    """Entropy of some tensor factors in a pure state, in nats.

    The order 1 is von Neumann's, -Tr rho log rho. Any other order q >= 0 is Renyi's,
    log(Tr rho^q) / (1 - q): 0 gives the logarithm of the Schmidt rank, 2 minus the logarithm of
    the purity, ``math.inf`` minus that of the largest weight. None exceeds one of a lower
    order, and all are those of the rest.

    0 for a spin in a product state, log 2 for one that is fully entangled with the rest; the
    mean over random states of the rest is log 2 - O(1/dimension) (Page, Phys. Rev. Lett. 71,
    1291 (1993)).

    Parameters
    ----------
    state
        an :class:`bathlab.Eigenstate`, or a vector (n,) of unit norm.
    dims
        dimensions of the tensor factors, ``system.dims``, whose product is n.
    sites
        which factors the entropy is of: a number or several, negative ones from the end.
    order
        of the entropy, 0 or more.

    Returns
    -------
    float
        the entropy in nats, 0 or more.

    Raises
    ------
    ValueError
        As of :func:`reduced_density`, or for an order that is negative or no number.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> singlet = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2)
    >>> S = bl.entanglement_entropy(singlet, dims=(2, 2), sites=0)
    >>> print(f"{S:.4f}, log 2 = {np.log(2):.4f}")
    0.6931, log 2 = 0.6931
    >>> lioms = bl.LiomChain(count=2, g1=0.5)
    >>> system = bl.couple(bl.LocalChainBath(spins=6), lioms).sample(seed=1)
    >>> state = bl.eigenstate_near(system, energy=0.0)
    >>> S = [bl.entanglement_entropy(state, system.dims, liom) for liom in (-2, -1)]
    >>> print(f"the near LIOM {S[0]:.3f}, the far one {S[1]:.3f}")
    the near LIOM 0.635, the far one 0.455
    """
    order = as_real("order", order, minimum=0, infinite=True)
    table = _table(state, dims, sites)
    if len(table) > table.shape[1]:
        table = table.T  # the rest has the same weights
    return _renyi(_schmidt_weights(table, order), order)


def spin_entropies(states: Array, dims: Sequence[int], site: int) -> RealArray:
    """Entropy of one spin, in nats, in each of many pure states.

    Parameters
    ----------
    states
        (n, m), the columns of unit norm, real or complex.
    dims
        dimensions of the tensor factors, n their product.
    site
        which factor, of dimension 2; negative numbers count from the end.

    Returns
    -------
    ndarray
        (m,) array between 0 and log 2.

    Raises
    ------
    ValueError
        If the shapes do not fit, or the factor is no spin.
    """
    sizes: list[int] = as_array("dims", dims, kind="integer", minimum=1).tolist()
    states = as_array("states", states, shape=(math.prod(sizes), None), kind="complex")
    (place,) = _factors(site, len(sizes), "site")
    if sizes[place] != 2:
        raise ValueError(
            f"site = {site!r}, a factor of dimension {sizes[place]}, was given; expected a "
            "spin, of dimension 2. Call entanglement_entropy for another."
        )
    count, before = states.shape[1], math.prod(sizes[:place])
    apart = states.reshape(before, 2, -1, count).swapaxes(1, 2).reshape(-1, 2, count)
    up, down = (np.abs(apart) ** 2).sum(axis=0)
    mixed = np.abs((apart[:, 0].conj() * apart[:, 1]).sum(axis=0))
    # Eigenvalues of the 2 x 2 density matrix, whose trace is 1.
    gap = np.sqrt(np.clip((up - down) ** 2 + 4 * mixed**2, 0, 1))
    shares = np.clip(np.array([1 + gap, 1 - gap]) / 2, 1e-300, 1)
    found: RealArray = -(shares * np.log(shares)).sum(axis=0)
    return found


def mutual_information(
    state: Eigenstate | Array,
    dims: Sequence[int],
    first: int | Collection[int],
    second: int | Collection[int],
) -> float:
    """I = S_A + S_B - S_AB of two groups of tensor factors in a pure state, in nats.

    0 for a product of A and B, 2 log 2 for two spins that make a singlet. Arguments and errors
    are those of :func:`reduced_density`; a factor in both groups is a ValueError.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> up, down = np.eye(2)
    >>> singlet = (np.kron(up, down) - np.kron(down, up)) / np.sqrt(2)
    >>> state = np.kron(singlet, up)
    >>> for first, second in ((0, 1), (0, 2)):
    ...     shared = bl.analysis.mutual_information(state, (2, 2, 2), first, second)
    ...     print(f"spins {first} and {second}: {abs(shared):.4f}")
    spins 0 and 1: 1.3863
    spins 0 and 2: 0.0000
    >>> print(f"2 log 2 = {2 * np.log(2):.4f}")
    2 log 2 = 1.3863
    """
    count = len(as_array("dims", dims, kind="integer", minimum=1))
    groups = [_factors(first, count, "first"), _factors(second, count, "second")]
    parts = [groups[0], groups[1], groups[0] + groups[1]]
    one, other, both = (entanglement_entropy(state, dims, part) for part in parts)
    return one + other - both


def _schmidt_weights(table: Array, order: float) -> RealArray:
    """The weights that are not zero, with the sum 1."""
    if order >= 1:
        weights = np.clip(np.linalg.eigvalsh(table @ table.conj().T), 0.0, None)
        return weights[weights > 0] / weights.sum()
    # Low orders see small weights, which are sharp only as squares of singular values.
    weights = np.linalg.svd(table, compute_uv=False) ** 2
    least = RANK_TOLERANCE * max(table.shape) ** 2 * weights.max()
    return weights[weights > least] / weights.sum()


def _renyi(weights: RealArray, order: float) -> float:
    if order == 1:
        return float(-(weights @ np.log(weights))) + 0.0
    if math.isinf(order):
        return -math.log(weights.max()) + 0.0
    if abs(order - 1) < NEAR_ONE:
        change = weights @ np.expm1((order - 1) * np.log(weights))
        return float(np.log1p(change)) / (1 - order) + 0.0
    # Powers of the largest weight are taken out, lest a high order underflow.
    largest = weights.max()
    total = float(np.sum((weights / largest) ** order))
    return (math.log(total) + order * math.log(largest)) / (1 - order) + 0.0


def _table(
    state: Eigenstate | Array, dims: Sequence[int], sites: int | Collection[int]
) -> Array:
    """The state with the kept factors as rows and the rest as columns."""
    sizes: list[int] = as_array("dims", dims, kind="integer", minimum=1).tolist()
    vector = as_state("state", state, math.prod(sizes))
    kept = _factors(sites, len(sizes))
    table = np.moveaxis(vector.reshape(sizes), kept, range(len(kept)))
    return table.reshape(math.prod(sizes[factor] for factor in kept), -1)


def _factors(sites: Any, count: int, name: str = "sites") -> list[int]:
    """Numbers of factors from 0 on, each at most once."""
    sites = as_python(sites)
    one = isinstance(sites, int)
    several = np.iterable(sites) and not isinstance(sites, dict)
    given: list[Any] = [sites] if one else list(sites) if several else [None]
    for site in given:
        whole = isinstance(site, (int, np.integer)) and not isinstance(site, bool)
        if not whole or not -count <= site < count:
            raise ValueError(
                f"{name} = {sites!r} was given; expected numbers from {-count} to {count - 1}, "
                f"or one of them. There are {count} factors; range(0, 3) are the first three."
            )
    factors = [int(site) % count for site in given]
    if len(set(factors)) < len(factors):
        raise ValueError(
            f"{name} = {sites!r} was given; expected each factor once. Negative numbers count "
            f"from the end: -1 is {count - 1}."
        )
    return factors
