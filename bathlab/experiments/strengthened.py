"""How much a chain's critical density depends on what melted cells add to the bath.

The same rules with measured numbers: chains of given eps, zeta_1 and eta, the density at which
one chain turns thermal, and the mean field of a core that lacks some spins.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

from scipy.optimize import brentq

from bathlab.checks import as_real, require_kind
from bathlab.conventions import Row
from bathlab.experiments.avalanches import HINT
from bathlab.experiments.thresholds import threshold
from bathlab.theory import avalanche
from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche.directed import LOG2

#: Densities between which is looked, and orders of a flow that is followed in doubles.
LEAST_DENSITY, LARGEST_DENSITY, ORDERS = 1e-6, 0.69, 400


@dataclass(frozen=True)
class Turning:
    """Asks at which eps a chain turns thermal; that of ``chain`` itself does not matter.

    Raises
    ------
    ValueError
        If it is no such chain.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=200, epsilon=0.1, K=1.0)
    >>> [row] = bl.experiments.strengthened_rows(bl.experiments.Turning(chain), 1, 0)
    >>> print(f"{row['turning']:.3f}, density {row['density']:.2f} just below")
    0.203, density 0.89 just below
    """

    chain: AvalancheChain

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, AvalancheChain, HINT)


def strengthened_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """One chain, whether it is ``thermal`` (0 or 1), and the ``density`` of its cells; or,
    of a :class:`Turning`, the ``turning`` eps at which it becomes so, and the density below it.

    That is the :func:`~bathlab.experiments.thresholds.threshold` of the chain.

    Raises
    ------
    ValueError
        If the spec is neither a chain nor a :class:`Turning`.

    Examples
    --------
    >>> import bathlab as bl
    >>> for eta in (0.5, 1.0):  # what a melted cell adds to the bath
    ...     chain = bl.avalanche.AvalancheChain(1000, 0.2, 1.0, strengthening=eta)
    ...     [row] = bl.experiments.strengthened_rows(chain, seed=1, realisation=0)
    ...     print(row["thermal"], f"{row['density']:.2f}")
    0.0 0.59
    1.0 1.00
    """
    if not isinstance(spec, Turning):
        require_kind("spec", spec, AvalancheChain, HINT)
        found = spec.sample(seed, realisation)
        return [{"thermal": float(found.thermal), "density": found.density}]
    place, edge = threshold(spec.chain, seed, realisation)
    return [{"turning": place, "density": edge.density}]


@functools.lru_cache(maxsize=10_000)
def critical_density(zeta: float, strengthening: float = 1.0) -> float:
    """The largest eps, 0.69 at most, that leaves a chain of bare zeta_1 localised in the mean
    field; 0 if not even 1e-6 does.

    Raises
    ------
    ValueError
        If zeta is not positive, or the strengthening out of its range.
    """
    zeta = as_real("zeta", zeta, above=0, infinite=True)

    def room(epsilon: float) -> float:
        return float(avalanche.critical_zeta(epsilon, strengthening=strengthening)) - zeta

    if room(LEAST_DENSITY) <= 0:
        return 0.0
    if room(LARGEST_DENSITY) >= 0:
        return LARGEST_DENSITY
    return float(brentq(room, LEAST_DENSITY, LARGEST_DENSITY, xtol=1e-10))


def critical_epsilon_without(K: float, lost: float, strengthening: float = 1.0) -> float:
    """eps_c if couplings start from g_0 < 1, as if each core lacked ``lost`` of its spins.

    l_k = (k - lost) (s/2)/(1/zeta_k - eta s) or 0 if that is negative; ``lost`` is -2 log
    g_0/s, which (14) drops. In doubles, to about ten digits and without the proofs of ``flow``.

    Raises
    ------
    ValueError
        If K is not positive, or an argument no finite number.
    """
    K, lost = as_real("K", K, above=0), as_real("lost", lost)
    eta = as_real("strengthening", strengthening, above=0)

    def localised(epsilon: float) -> bool:
        alpha = math.log(K / epsilon)
        for k in range(1, ORDERS):
            if alpha <= eta * LOG2:
                return False
            collar = max(k - lost, 0.0) * LOG2 / 2 / (alpha - eta * LOG2)
            alpha *= 1 - epsilon**k * (k + 2 * collar)
        return True

    low, high = 0.0, min(1.0, K * math.exp(-eta * LOG2))
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if localised(middle) else (low, middle)
    return low
