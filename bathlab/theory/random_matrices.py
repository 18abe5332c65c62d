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
        how far its mean is above that for sigma^x of a spin between eigenvectors, to first
        order in 1/n and times n.
    """

    name: str
    gap_ratio: float
    shape: float
    fourth: int
    excess: float

    def participation_excess(self, dimension: int) -> float:
        """How far the mean of D(O) is above log(n/fourth), n levels of a random matrix.

        O = sigma^x of a spin: O psi has the component c = <O> on psi and is else a random
        vector of the n - 1 other levels, sum |q|^4 in the mean 3/(n + 1) for real components,
        2/n for complex ones: IPR^-1 = c^4 + (1 - c^2)^2 sum |q|^4.

        GOE: <c^2> = 2/(n + 2), twice the mean square of the others, so that the mean is (3/n)(1
        - 1/n), its relative variance 8/(3n): D - log(n/3) = 1/n + 4/(3n) = 7/(3n). GUE: <c^2> =
        1/(n + 1), as of the others, but c is real, <c^4> = 3/n^2: (2/n)(1 - 1/(2n)) with 1/n,
        so that D - log(n/2) = 1/(2n) + 1/(2n) = 1/n. Of a vector that is all random they would
        be 10/(3n) and 3/(2n).
        """
        return self.excess / dimension


GOE = SymmetryClass("GOE", 0.5307, math.sqrt(2 / math.pi), 3, 7 / 3)
GUE = SymmetryClass("GUE", 0.5996, math.sqrt(math.pi) / 2, 2, 1.0)
#: Mean gap ratio of uncorrelated levels.
POISSON_RATIO = 2 * math.log(2) - 1
#: Levels are taken as correlated above the middle between that and the GOE.
CHAOTIC_RATIO = (GOE.gap_ratio + POISSON_RATIO) / 2


def goe_doubling(dimension: int) -> float:
    """What a spin adds to D(O) if bath and spin are a GOE each, O = sigma^x of a bath spin.

    log 2 - 7/(6n), n = ``dimension`` that of the bath alone: the difference of
    :meth:`SymmetryClass.participation_excess` at 2n and at n.
    """
    return (
        math.log(2)
        + GOE.participation_excess(2 * dimension)
        - GOE.participation_excess(dimension)
    )


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
