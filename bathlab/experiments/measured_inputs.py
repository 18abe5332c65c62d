"""What the avalanche is given: numbers that committed runs of other studies have measured.

A test holds them against the records of their studies; when these are run anew, they change
here too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import Iterator

from bathlab.conventions import Row
from bathlab.statistics.histograms import POOR
from bathlab.theory.avalanche.directed import LOG2


@dataclass(frozen=True)
class Measured:
    """A value with its standard error and half of what other windows change."""

    value: float
    error: float
    window: float

    @property
    def whole(self) -> float:
        """Both errors together."""
        return math.hypot(self.error, self.window)


@dataclass(frozen=True)
class Crossover:
    """The strengthening of one kind of grain by the LIOMs before, of ``crossover_length``.

    Attributes
    ----------
    setting, criterion
        as in the claims of that study.
    count
        realisations.
    chi2_dof
        of eta.
    eta
        strengthening of the grain by a LIOM; None where chi^2 rejects one for all.
    alpha
        where l_c diverges, of couplings g_i ~ alpha^i from LIOM to LIOM; None where that study
        does not state it.
    thermalised
        whether it is of realisations in which all LIOMs before have S > 0.9 log 2.
    """

    setting: str
    criterion: str
    count: int
    chi2_dof: float
    eta: Measured | None
    alpha: Measured | None = None

    @property
    def name(self) -> str:
        return f"{self.setting}, {self.criterion}"

    @property
    def thermalised(self) -> bool:
        return self.criterion == THERMALISED


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


#: The criterion that is what the avalanche asks for: what a LIOM adds once it is thermal.
THERMALISED = "S, thermalised realisations"
#: Grains of wide bands. In narrow ones steps of LIOMs are those of kinematics; in single states
#: that are picked for their entropies these are correlated; G is no criterion of entanglement.
CROSSOVERS = (
    Crossover(
        "usual",
        THERMALISED,
        200,
        0.434,
        Measured(0.901, 0.058, 0.025),
        Measured(0.734, 0.019, 0.005),
    ),
    Crossover(
        "chain",
        THERMALISED,
        60,
        0.559,
        Measured(0.688, 0.245, 0.006),
        Measured(0.776, 0.068, 0.008),
    ),
    Crossover("usual", "S", 200, 4.092, None),
    Crossover("xi = 20", "S", 60, 5.027, None),
    Crossover(
        "g_1 = 0.15",
        "S",
        60,
        2.800,
        Measured(0.678, 0.028, 0.003),
        Measured(0.792, 0.008, 0.000),
    ),
    Crossover(
        "chain",
        "S",
        60,
        3.393,
        Measured(0.755, 0.034, 0.005),
        Measured(0.774, 0.009, 0.005),
    ),
    Crossover("usual", "Delta D", 200, 1.138, Measured(0.733, 0.085, 0.005)),
    Crossover("xi = 20", "Delta D", 60, 2.586, Measured(0.743, 0.067, 0.011)),
    Crossover("g_1 = 0.15", "Delta D", 60, 0.787, Measured(0.599, 0.070, 0.001)),
    Crossover("chain", "Delta D", 60, 2.597, Measured(0.721, 0.106, 0.004)),
)
#: The strengthening that the avalanche takes.
STRENGTHENING = 0.901
#: alpha at which l_c diverges, the mean of all estimates of wide bands, LIOMs that are not
#: thermalised among them: with the largest error, and half of their range.
WIDE_BANDS = Measured(0.78, 0.07, 0.10)
#: (alpha, spins of the grain, l_c, error) at xi = 10, g_1 = 0.3, by entanglement.
CROSSOVER_LENGTHS = (
    (0.4, 4, 1.516, 0.033),
    (0.4, 5, 2.189, 0.018),
    (0.5, 4, 1.762, 0.054),
    (0.5, 5, 2.778, 0.036),
    (0.5, 6, 3.706, 0.100),
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
