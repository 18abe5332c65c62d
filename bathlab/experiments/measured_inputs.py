"""What the avalanche is given: numbers that committed runs of other studies have measured.

A test holds those of circuits against the records of their studies; when these are run anew,
they change here too. Those of grains are logistic fits of an earlier ``crossover_length``,
which takes free functions now.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import Iterator

from scipy import stats

from bathlab.conventions import Row
from bathlab.statistics.histograms import POOR
from bathlab.theory.avalanche.directed import LOG2

#: A fit that is so improbable is rejected: it has no parameters.
REJECTED = 1e-3


@dataclass(frozen=True)
class Crossover:
    """One logistic fit of the earlier ``crossover_length`` to all alpha at one bandwidth.

    Attributes
    ----------
    bandwidth, criterion
        as in the claims of that study.
    eta, eta_error
        strengthening of the grain by a thermalised LIOM.
    alpha, alpha_error
        where l_c diverges, of couplings g_i ~ alpha^i from LIOM to LIOM.
    chi2, dof
        of the fit to the means, their errors taken as independent.
    """

    bandwidth: float
    criterion: str
    eta: float
    eta_error: float
    alpha: float
    alpha_error: float
    chi2: float
    dof: int

    @property
    def name(self) -> str:
        return f"xi = {self.bandwidth:g}, {self.criterion}"

    @property
    def rejected(self) -> bool:
        return bool(stats.chi2.sf(self.chi2, self.dof) < REJECTED)


@dataclass(frozen=True)
class Decay:
    """A localisation length of a circuit: a = zeta/zeta_c, with how it was found.

    ``window_error`` is half the range of a over windows, ``chi2_dof`` that of its fit, NaN
    without one.
    """

    name: str
    a: float
    error: float
    window_error: float = 0.0
    chi2_dof: float = float("nan")

    @property
    def rejected(self) -> bool:
        return self.chi2_dof > POOR


@dataclass(frozen=True)
class CircuitInput:
    """Brickwork circuits at one J.

    Attributes
    ----------
    coupling, sites
        J, and L of the counts.
    resonances
        (least Z, number, error) of pairs of a state at a site with Z = (Omega/omega)^2
        above it; errors as if all bins rose together.
    decays
        localisation lengths, by range or from windows of Omega.
    """

    coupling: float
    sites: int
    resonances: tuple[tuple[float, float, float], ...]
    decays: tuple[Decay, ...]

    def points(self) -> Iterator[Row]:
        """Each localisation length with each density of resonances, as columns of a case.

        ``seen`` is by how many sites a resonance is counted: eps is the number of ``resonance``
        (pairs with Z above it) over that. Errors of ``a`` hold those of the window.
        """
        decays = [decay for decay in self.decays if not decay.rejected]
        for decay, (least, number, error), seen in product(decays, self.resonances, (1, 2)):
            yield {
                "coupling": self.coupling,
                "decay": decay.name,
                "resonance": least,
                "seen": seen,
                "epsilon": number / seen,
                "epsilon_error": error / seen,
                "zeta_1": decay.a / LOG2,
                "a": decay.a,
                "a_error": math.hypot(decay.error, decay.window_error),
            }


CROSSOVERS = (
    Crossover(10.0, "entanglement", 0.807, 0.030, 0.765, 0.009, 90.2, 93),
    Crossover(10.0, "entanglement, from 4 spins", 0.821, 0.044, 0.755, 0.011, 36.8, 57),
    Crossover(10.0, "Delta D", 0.997, 0.061, 0.730, 0.018, 101.6, 78),
    Crossover(10.0, "G", 0.954, 0.012, 0.713, 0.004, 806.0, 161),
    Crossover(20.0, "entanglement", 0.987, 0.025, 0.716, 0.008, 260.0, 93),
    Crossover(20.0, "entanglement, from 4 spins", 0.920, 0.037, 0.732, 0.010, 88.3, 57),
    Crossover(20.0, "Delta D", 0.988, 0.066, 0.751, 0.022, 107.7, 85),
    Crossover(20.0, "G", 1.064, 0.016, 0.667, 0.008, 1800.9, 161),
    Crossover(4.2, "entanglement", 0.466, 0.048, 0.839, 0.011, 882.5, 115),
    Crossover(4.2, "Delta D", 0.645, 0.104, 0.795, 0.024, 607.7, 112),
    Crossover(4.2, "G", 0.671, 0.020, 0.796, 0.005, 4620.7, 161),
)
#: (alpha, spins of the grain, l_c, error) at xi = 10, g_1 = xi/20, by entanglement.
CROSSOVER_LENGTHS = (
    (0.4, 3, 1.77, 0.25),
    (0.4, 4, 2.29, 0.11),
    (0.4, 5, 2.90, 0.14),
    (0.4, 6, 3.40, 0.09),
    (0.5, 3, 2.18, 0.11),
    (0.5, 4, 3.03, 0.20),
    (0.5, 5, 3.99, 0.22),
)
#: Z above 10^-0.4, 10^-0.6 and 0.1, which are ends of the bins of p_Z.
CIRCUITS = (
    CircuitInput(
        0.005,
        8,
        ((0.4, 0.0141, 0.0025), (0.25, 0.0243, 0.0040), (0.1, 0.0495, 0.0077)),
        (Decay("by range", 0.2228, 0.0025),),
    ),
    CircuitInput(
        0.01,
        8,
        ((0.4, 0.0368, 0.0044), (0.25, 0.0559, 0.0065), (0.1, 0.0985, 0.0111)),
        (Decay("by range", 0.2918, 0.0022),),
    ),
    CircuitInput(
        0.02,
        10,
        ((0.4, 0.0698, 0.0104), (0.25, 0.0992, 0.0152), (0.1, 0.1879, 0.0284)),
        (
            Decay("by range", 0.3727, 0.0082),
            Decay("Omega in [1e-03, 4e-02]", 0.5483, 0.0125, 0.080, 4.240),
            Decay("Omega in [1e-04, 4e-03]", 0.3618, 0.0131, 0.047, 0.803),
            Decay("Omega in [1e-05, 4e-04]", 0.3668, 0.0051, 0.010, 0.027),
        ),
    ),
    CircuitInput(
        0.04,
        10,
        ((0.4, 0.1348, 0.0105), (0.25, 0.2189, 0.0175), (0.1, 0.4606, 0.0391)),
        (
            Decay("by range", 0.6176, 0.0284),
            Decay("Omega in [1e-03, 4e-02]", 0.6665, 0.0274, 0.054, 0.286),
            Decay("Omega in [1e-04, 4e-03]", 0.5095, 0.0228, 0.024, 0.038),
            Decay("Omega in [1e-05, 4e-04]", 0.3907, 0.0344, 0.025, 0.110),
        ),
    ),
)
