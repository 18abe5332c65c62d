"""How strongly the flip of a spin couples products of bath levels and spin states: G.

Source: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), "DRH".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

import numpy as np

from bathlab.analysis.levels import density_of_states, smooth_density_of_states
from bathlab.checks import (
    as_array,
    as_integer,
    as_real,
    refusal,
    require_choice,
    require_kind,
    settle,
)
from bathlab.conventions import RealArray
from bathlab.operators.eigensystem import Eigensystem
from bathlab.operators.hermitian import Operator, as_operator

ESTIMATORS = ("counted", "smooth", "products")


@dataclass(frozen=True)
class ProductState:
    """The product |b, s> of bath level number ``level`` and a free spin s = ``spin`` = +-1.

    Raises
    ------
    ValueError
        If the level is no integer >= 0, the spin neither 1 nor -1, or the energy not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> product, field = bl.analysis.ProductState(level=3, spin=1, energy=0.25), 1.0
    >>> own = product.energy - product.spin * field
    >>> reached = product.energy + product.spin * field
    >>> print(f"the bath level is at {own:.2f}, a flip leads to those near {reached:.2f}")
    the bath level is at -0.75, a flip leads to those near 1.25
    """

    level: int
    spin: int
    energy: float

    def __post_init__(self) -> None:
        level, spin = (
            as_integer("level", self.level, 0, 2**63),
            as_integer("spin", self.spin, -1, 1),
        )
        if spin == 0:
            raise refusal("spin", "0", "1 or -1", "Choose one.")
        settle(self, level=level, spin=spin, energy=as_real("energy", self.energy))


def product_state_near(energies: RealArray, field: float, energy: float = 0.0) -> ProductState:
    """|b, s> whose energy E_b + s field is nearest to ``energy``.

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.LocalChainBath(spins=6).sample(seed=1)
    >>> product = bl.analysis.product_state_near(grain.energies, field=1.0, energy=0.0)
    >>> print(f"level {product.level}, spin {product.spin:+d}, E = {product.energy:.4f}")
    level 25, spin +1, E = 0.0270
    """
    energies = as_array("energies", energies)
    field, energy = as_real("field", field), as_real("energy", energy)
    totals = energies[:, None] + field * np.array([1.0, -1.0])
    level, column = np.unravel_index(np.argmin(np.abs(totals - energy)), totals.shape)
    return ProductState(int(level), (1, -1)[int(column)], float(totals[level, column]))


def g_parameter(
    energies: RealArray,
    weights: RealArray,
    product: ProductState,
    g: float,
    field: float,
    window: float = 1.0,
    estimator: str = "counted",
    moment: float = 2.0,
    own: RealArray | None = None,
) -> float:
    """The dimensionless coupling of a spin to a bath, G = g rho sqrt(M) (DRH section V B).

    M is the mean of |<b|V|b'>|^2 over the bath levels b' that a flip of the spin reaches from
    the product state |b, s> without changing the energy by more than ``window``. That mean is
    fixed by a sum rule: it cannot tell whether all partners take part or a few. Lower moments
    can.

    Parameters
    ----------
    energies
        (n,) bath levels.
    weights
        (n,) |<b'|V|b>|^2 for the b of ``product``, V the contact.
    product
        :class:`ProductState` nearest the target energy E = 0.
    g, field
        coupling and field of the added spin.
    window
        half-width of the energy window in M; DRH take 1.
    estimator
        how the bath's density of states rho is measured.
        "counted": G = g rho sqrt(M) with rho the levels in a window of full width ``window``
        about E = 0, divided by it.
        "smooth": eq. (4), G = g sqrt(v(2h) rho), with v = rho' M, a Gaussian-smoothed rho at
        E = 0 and rho' the same at the partners' energy E_b + 2 s h.
        "products": rho and the mean are over all product states |b', s'> within ``window`` of
        |b, s>, also those with s' = s, whose elements are zero. It is about sqrt(2) larger:
        0.660 +- 0.003 for the first LIOM on a 9-spin chain, for which DRH quote 0.67.
    moment
        q, with which sqrt(M) is (mean |<b|V|b'>|^q)^(1/q): 2 as in the paper; 1, the mean
        modulus, as in the criterion of the resonance model; 0, the typical (geometric mean).
    own
        levels of the sector of b, if the bath has several and ``energies`` are those of the
        sectors that V leads to from there; "products" counts them as the |b', s'> with s' = s.

    Returns
    -------
    float
        >= 0; 0 if no partner lies in the window (a flip leads nowhere).

    Raises
    ------
    ValueError
        For an unknown estimator, a negative moment, a window that is not positive, numbers that
        are not finite, negative weights, or (counted) a window that holds no level.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> product = bl.analysis.product_state_near(grain.energies, field=1.0)
    >>> weights = np.abs(grain.matrix_elements("contact")[product.level]) ** 2
    >>> for estimator in ("counted", "smooth", "products"):
    ...     G = bl.analysis.g_parameter(
    ...         grain.energies, weights, product, g=0.2, field=1.0, estimator=estimator
    ...     )
    ...     print(f"{estimator:8} {G:.3f}")
    counted  0.511
    smooth   0.494
    products 0.683
    >>> print(f"{grain.g_parameter(g=0.2, field=1.0):.3f} by the grain itself")
    0.511 by the grain itself
    """
    g, field = as_real("g", g), as_real("field", field)
    window, moment = as_real("window", window, above=0), as_real("moment", moment, minimum=0)
    energies = as_array("energies", energies)
    weights = as_array("weights", weights, shape=energies.shape, minimum=0)
    own = None if own is None else as_array("own", own)
    require_kind("product", product, ProductState, "Take it from product_state_near.")
    require_choice("estimator", estimator, ESTIMATORS)
    reached = product.energy + product.spin * field
    inside = np.abs(energies - reached) <= window
    if not inside.any():
        return 0.0
    if estimator == "products":
        alike = energies if own is None else own
        idle = np.abs(alike + product.spin * field - product.energy) <= window
        squares = np.concatenate([weights[inside], np.zeros(np.count_nonzero(idle))])
        return abs(g) * len(squares) / (2 * window) * _mean_modulus(squares, moment)
    element = _mean_modulus(weights[inside], moment)
    if estimator == "counted":
        return abs(g) * density_of_states(energies, 0.0, window) * element
    centre, partners = (smooth_density_of_states(energies, at, window) for at in (0.0, reached))
    return abs(g) * math.sqrt(centre * partners) * element


def flip_strengths(
    bath: Eigensystem,
    contact: Operator,
    field: float,
    moments: Sequence[float] = (2.0,),
    window: float = 1.0,
) -> RealArray:
    """G of a spin with coupling 1: :func:`g_parameter` with "smooth", from many levels b.

    The elements are those between the levels b with |E_b + s field| <= window/2, or the nearest
    one, and the b' that the flip of s reaches within ``window``, for s = 1 and -1.

    Parameters
    ----------
    bath
        its levels and eigenvectors.
    contact
        V, (n, n).
    field, window
        as of :func:`g_parameter`.
    moments
        each as ``moment`` there.

    Returns
    -------
    ndarray
        (m,) numbers >= 0, one for each moment; all 0 if no flip leads anywhere.

    Raises
    ------
    ValueError
        If the contact does not fit, a moment is negative, a number is not finite, or the window
        is not positive.
    """
    require_kind("bath", bath, Eigensystem, "Take that of bathlab.diagonalise.")
    contact = as_operator(contact, bath.dimension, "contact")
    field, window = as_real("field", field), as_real("window", window, above=0)
    powers = as_array("moments", moments, minimum=0)
    energies, images, squares = bath.energies, contact @ bath.vectors, []
    for spin in (1, -1):
        away = np.abs(energies + spin * field)
        these = np.flatnonzero(away <= max(window / 2, away.min()))
        elements = bath.vectors[:, these].conj().T @ images
        off = np.abs(energies - energies[these, np.newaxis] - 2 * spin * field)
        squares.append(np.abs(elements[off <= window]) ** 2)
    found = np.concatenate(squares)
    if not found.size:
        return np.zeros(len(powers))
    rho = [smooth_density_of_states(energies, at, window) for at in (0.0, field, -field)]
    scale = math.sqrt(rho[0] * (rho[1] + rho[2]) / 2)
    return scale * np.array([_mean_modulus(found, moment) for moment in powers])


def _mean_modulus(squares: RealArray, moment: float) -> float:
    """(mean of |V|^q)^(1/q) from the |V|^2; the geometric mean for q = 0."""
    if moment > 0:
        return float((squares ** (moment / 2)).mean() ** (1 / moment))
    with np.errstate(divide="ignore"):  # one vanishing element makes a geometric mean vanish
        return math.exp(np.log(squares).mean() / 2)
