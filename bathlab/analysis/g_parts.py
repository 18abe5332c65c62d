"""What G = g rho sqrt(M) is made of: each reading of its rho and of its M, side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.analysis.flips import ProductState
from bathlab.checks import as_array, as_real, require_kind
from bathlab.conventions import RealArray


@dataclass(frozen=True)
class CouplingParts:
    """The two densities and the two means that G = g rho sqrt(M) may be read with.

    Attributes
    ----------
    bath
        levels of the bath per unit energy, in a window of full width ``window`` about 0.
    whole
        product states |b', s'> per unit energy, within ``window`` of |b, s>.
    partners
        product states that a flip of the spin reaches from |b, s>, per unit energy.
    flips
        mean of |<b|V|b'>|^2 over the products of those that a flip of the spin reaches.
    every
        the same over all of them, those with s' = s having elements 0.
    """

    bath: float
    whole: float
    partners: float
    flips: float
    every: float

    @property
    def readings(self) -> dict[str, float]:
        """G per g: by density ("bath", "whole") and, behind it, by mean ("flips", "every")."""
        return {
            f"{density}_{mean}": getattr(self, density) * math.sqrt(getattr(self, mean))
            for density in ("bath", "whole")
            for mean in ("flips", "every")
        }


def coupling_parts(
    energies: RealArray,
    weights: RealArray,
    product: ProductState,
    field: float,
    window: float = 1.0,
) -> CouplingParts:
    """The parts of G of a spin at a bath (De Roeck & Huveneers, section V B).

    With ``bath`` and ``flips`` G is the "counted" of :func:`bathlab.analysis.g_parameter`, with
    ``whole`` and ``every`` its "products". The formula as printed is ``bath`` and ``every``.

    Parameters
    ----------
    energies
        (n,) bath levels.
    weights
        (n,) |<b'|V|b>|^2 for the b of ``product``, V the contact.
    product
        :class:`ProductState` nearest the target energy.
    field
        of the spin.
    window
        half-width of the energy window in M, full width of that of the bath's density.

    Raises
    ------
    ValueError
        If a number is not finite, a weight negative, the window not positive, or no product
        state lies in it.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.LocalChainBath(spins=8).sample(seed=1)
    >>> product = bl.analysis.product_state_near(grain.energies, field=1.0)
    >>> weights = np.abs(grain.matrix_elements("contact")[product.level]) ** 2
    >>> parts = bl.analysis.coupling_parts(grain.energies, weights, product, field=1.0)
    >>> for reading, value in parts.readings.items():
    ...     print(f"G = {0.2 * value:.3f} by {reading}")
    G = 0.296 by bath_flips
    G = 0.209 by bath_every
    G = 0.567 by whole_flips
    G = 0.401 by whole_every
    >>> print(f"G = {grain.g_parameter(g=0.2, field=1.0):.3f}, as counted")
    G = 0.296, as counted
    """
    field, window = as_real("field", field), as_real("window", window, above=0)
    energies = as_array("energies", energies)
    weights = as_array("weights", weights, shape=energies.shape, minimum=0)
    require_kind("product", product, ProductState, "Take it from product_state_near.")
    shift = product.spin * field
    turned = np.abs(energies - (product.energy + shift)) <= window
    alike = np.abs(energies + shift - product.energy) <= window
    flips = int(np.count_nonzero(turned))
    count = flips + int(np.count_nonzero(alike))
    if count == 0:
        raise ValueError(
            f"No product state lies within {window:g} of {product.energy:g}; expected one or "
            "more. Widen the window."
        )
    total = float(weights[turned].sum())
    return CouplingParts(
        int(np.count_nonzero(np.abs(energies) <= window / 2)) / window,
        count / (2 * window),
        flips / (2 * window),
        total / flips if flips else 0.0,
        total / count,
    )
