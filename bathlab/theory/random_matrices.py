"""What random matrices say of levels and matrix elements, as numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class SymmetryClass:
    """The numbers of a class of random matrices.

    Attributes
    ----------
    name
        "GOE" (real symmetric) or "GUE" (complex Hermitian).
    gap_ratio
        mean gap ratio r (Atas et al., Phys. Rev. Lett. 110, 084101 (2013)).
    shape
        mean |V_ab| / rms |V_ab| of Gaussian elements, real or complex.
    fourth
        <|eta|^4> of such an element with <|eta|^2> = 1; D of a featureless matrix is about
        log(n/fourth).
    excess
        how far its mean is above that, to first order in 1/n and times n.
    """

    name: str
    gap_ratio: float
    shape: float
    fourth: int
    excess: float

    def participation_excess(self, dimension: int) -> float:
        """How far the mean of D is above log(n/fourth) for a random vector of n components.

        IPR^-1 = sum |psi|^4 has the mean 3/(n + 2) and a relative variance of 8/(3n) for real
        components: to first order in 1/n, D - log(n/3) = 2/n + 4/(3n) = 10/(3n). For complex
        ones the mean is 2/(n + 1), the relative variance 1/n: 1/n + 1/(2n) = 3/(2n).
        """
        return self.excess / dimension


GOE = SymmetryClass("GOE", 0.5307, math.sqrt(2 / math.pi), 3, 10 / 3)
GUE = SymmetryClass("GUE", 0.5996, math.sqrt(math.pi) / 2, 2, 3 / 2)
#: Mean gap ratio of uncorrelated levels.
POISSON_RATIO = 2 * math.log(2) - 1
#: Levels are taken as correlated above the middle between that and the GOE.
CHAOTIC_RATIO = (GOE.gap_ratio + POISSON_RATIO) / 2


def goe_doubling(dimension: int) -> float:
    """What a spin adds to D(O) if bath and spin are a GOE each, O = sigma^x of a bath spin.

    log 2 - 7/(6n), n = ``dimension`` that of the bath alone. O psi has the component c = <O> on
    psi, <c^2> = 2/(n + 2), and is else a random vector of the n - 1 other levels: IPR^-1 = c^4
    + (1 - c^2)^2 sum q^4 has the mean (3/n)(1 - 1/n) and a relative variance of 8/(3n), so that
    D = log(n/3) + 1/n + 4/(3n) = log(n/3) + 7/(3n). (Of a random vector it would be log(n/3) +
    10/(3n), and log 2 - 5/(3n) here: that leaves out that a diagonal element has twice the
    variance of the others.)
    """
    return math.log(2) - 7 / (6 * dimension)


def random_pair(spins: int) -> dict[str, float]:
    """What a random real vector of l + E + r says, E of ``spins`` spins.

    With D = 4 2^spins: <O> of a traceless O with O^2 = 1 has the variance 2/(D + 2) and is
    nearly Gaussian, sum |c|^4 the mean 3/(D + 2), tr rho_lr^2 the mean (D/4 + 5)/(D + 2).
    """
    dimension = 4.0 * 2**spins
    purity = (dimension / 4 + 5) / (dimension + 2)
    return {
        "zz": math.sqrt(4 / (math.pi * (dimension + 2))),
        "participation": (dimension + 2) / 3,
        "deviation": math.sqrt(purity - 1 / 4),
    }
