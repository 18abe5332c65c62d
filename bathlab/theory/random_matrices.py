"""What random matrices say of levels and matrix elements, as numbers."""

from __future__ import annotations

import math

#: Mean gap ratio of the GOE and of uncorrelated levels (Atas et al., Phys. Rev. Lett. 110,
#: 084101 (2013)).
GOE_RATIO, POISSON_RATIO = 0.5307, 2 * math.log(2) - 1
#: Levels are taken as correlated above the middle between the two.
CHAOTIC_RATIO = (GOE_RATIO + POISSON_RATIO) / 2
#: mean |V_ab| / rms |V_ab| of real Gaussian elements.
GAUSSIAN_SHAPE = math.sqrt(2 / math.pi)


def participation_excess(dimension: int) -> float:
    """How far the mean of D is above log(n/3) for a random real vector of n components.

    IPR^-1 = sum psi^4 has the mean 3/(n + 2) and a relative variance of 8/(3n): to first order
    in 1/n, D - log(n/3) = 2/n + 4/(3n) = 10/(3n).
    """
    return 10 / (3 * dimension)
