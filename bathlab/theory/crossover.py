"""How far a grain thermalises the localised spins around it."""

from __future__ import annotations

import math

from bathlab.conventions import require_finite


def crossover_length(bath_spins: float, alpha: float) -> float:
    """Crossover length l_c = l_b log 2 / (2/zeta - log 2), alpha = exp(-1/zeta).

    Parameters
    ----------
    bath_spins : l_b, number of spins of the grain, > 0.
    alpha : decay of the couplings per site, > 0.

    Returns
    -------
    float
        Length in sites; infinite at and above alpha = 1/sqrt(2), where each thermalised LIOM
        strengthens the bath faster than the couplings decay.

    Raises
    ------
    ValueError
        If an argument is not positive and finite.

    Source: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), eq. (16), which drops the
    prefactor log(G_1)/a of order one.
    """
    require_finite("bath_spins", bath_spins, above=0)
    require_finite("alpha", alpha, above=0)
    if alpha >= math.sqrt(0.5):
        return math.inf
    return bath_spins * math.log(2) / (-2 * math.log(alpha) - math.log(2))
