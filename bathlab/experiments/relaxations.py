"""How each LIOM at a grain relaxes, at all times, in eigenstates of the whole."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bathlab.analysis.kinetics import Kinetics, golden_rule_kinetics
from bathlab.checks import as_array, as_integer, as_real, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.model.baths import Bath
from bathlab.model.coupled import CoupledSystem, Grain
from bathlab.model.lioms import Chain, require_chain, require_plain
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import SpectralMeasure, spectral_measure

#: Of what is left of the decaying part at the relaxation time.
FALL = float(np.exp(-1))
#: Times in units of the relaxation time that are late: what decays has.
LATE = 1e3


@dataclass(frozen=True)
class Relaxation:
    """A grain with LIOMs, eigenstates nearest E = 0, and when they are looked at.

    Parameters
    ----------
    bath, chain
        the grain and its LIOMs, all at its contact.
    times
        ascending, in units of the relaxation time of each LIOM by the golden rule,
        1/(4 pi g^2 v(2h)); of one without coupling in units of 1/energy.
    states
        how many eigenstates are averaged.
    width
        of the Gaussian that the golden rule's v is smoothed with; half of it is tried, too.

    Raises
    ------
    ValueError
        If bath or chain are none, or a number is out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(4, bandwidth=4.0)
    >>> chain = bl.LiomChain(1, g1=0.3, field=0.5, disorder=0.1)
    >>> spec = bl.experiments.Relaxation(bath, chain, times=(0.1, 1.0), states=4)
    >>> [row] = bl.experiments.relaxation_rows(spec, seed=1, realisation=0)
    >>> print(f"{row['golden_rule']:.3f}, {row['narrow_rule']:.3f}")  # rates, by two widths
    0.170, 0.084
    """

    bath: Bath
    chain: Chain
    times: tuple[float, ...]
    states: int = 32
    width: float = 0.25

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.RandomMatrixBath(6, 4.2).")
        require_chain(self.chain)
        require_plain("chain", self.chain)
        if self.chain.count < 1:
            raise ValueError("A chain of 0 LIOMs was given; expected one or more. Add some.")
        times = as_array("times", self.times, minimum=0, ascending=True)
        if not isinstance(self.times, tuple):
            object.__setattr__(self, "times", tuple(times.tolist()))
        settle(
            self,
            states=as_integer("states", self.states, 1),
            width=as_real("width", self.width, above=0),
        )


def relaxation_rows(relaxation: Relaxation, seed: int, realisation: int) -> list[Row]:
    """One row for each LIOM, means over eigenstates nearest E = 0.

    ``golden_rule``, 4 pi g^2 v(2h) with v averaged over what the others do, and
    ``narrow_rule``, with half the width; ``G`` = g sqrt(v(2h) rho), rho of the grain with all
    other LIOMs. At ``tau``, times in units of 1/golden_rule: ``z``, the real part of <tau^z(t)
    tau^z>, ``kinetic_z``, that of the rate equation
    (:func:`bathlab.analysis.golden_rule_kinetics`), and ``x``, the modulus of the part of
    <tau^x(t) tau^x> that raises the energy, over that at t = 0, beside ``kinetic_x``.
    ``plateau`` of z for ever, and
    ``eth_plateau``, what the rate equation and ETH make of it. ``rate`` and ``kinetic_rate``,
    one over the tau at which (z - plateau)/(1 - plateau) has come to 1/e (of the rate equation
    without a plateau), ``x_rate`` and ``kinetic_x_rate`` where x has; NaN where it never has.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(6, bandwidth=4.0)
    >>> chain = bl.LiomChain(1, g1=0.3, field=0.5, disorder=0.1)
    >>> spec = bl.experiments.Relaxation(bath, chain, times=(0.1, 1.0, 10.0), states=8)
    >>> [row] = bl.experiments.relaxation_rows(spec, seed=1, realisation=0)
    >>> print(row["z"].round(2), row["kinetic_z"].round(2))  # <tau^z(t) tau^z>, and exp(-t)
    [0.99 0.37 0.01] [0.9  0.37 0.  ]
    """
    require_kind("relaxation", relaxation, Relaxation, "Make one with bathlab.experiments.")
    grain = relaxation.bath.sample(seed, realisation)
    system = grain.attach(relaxation.chain)
    tau = np.array(relaxation.times)
    wide = kinetics_of(grain, system, relaxation.width)
    narrow = kinetics_of(grain, system, relaxation.width / 2)
    return [
        {
            "liom": liom + 1,
            "g": float(system.lioms.couplings[liom]),
            "h": float(system.lioms.fields[liom]),
            "dimension": system.dimension,
            "narrow_rule": narrow.rate(liom),
            "tau": tau,
            **_predicted(grain, system, wide, relaxation.width, liom, tau),
            **measured,
        }
        for liom, measured in enumerate(_measured(system, wide, relaxation.states, tau))
    ]


def kinetics_of(
    grain: Grain, system: CoupledSystem, width: float, energy: float = 0.0
) -> Kinetics:
    """The golden rule's rate equation of all LIOMs of a system at their grain."""
    lioms, elements = system.lioms, grain.element_rows("contact")
    return golden_rule_kinetics(
        grain.energies, elements, lioms.fields, lioms.couplings, energy, width
    )


def _predicted(
    grain: Grain,
    system: CoupledSystem,
    kinetics: Kinetics,
    width: float,
    liom: int,
    tau: RealArray,
) -> Row:
    rule = kinetics.rate(liom)
    at = tau / rule if rule else tau * 0.0
    higher = kinetics_of(grain, system, width, 2 * float(system.lioms.fields[liom]))
    curve, phase = kinetics.relaxation(liom, at), kinetics.coherence(higher, liom, at)
    # Golden rule = 4 pi g^2 v, and each level of the others counts twice in the density.
    G = float(np.sqrt(rule * kinetics.density / (8 * np.pi)))
    return {
        "golden_rule": rule,
        "G": G,
        "kinetic_z": curve,
        "kinetic_x": phase,
        "kinetic_rate": fall_rate(tau, curve),
        "kinetic_x_rate": fall_rate(tau, phase),
        "eth_plateau": kinetics.plateau(liom),
    }


def _measured(
    system: CoupledSystem, kinetics: Kinetics, states: int, tau: RealArray
) -> list[Row]:
    solved = diagonalise(system)
    found = eigenstates_near(solved, 0.0, min(states, system.dimension))
    rows: list[Row] = []
    for liom in range(system.lioms.count):
        at = np.append(0.0, tau / (kinetics.rate(liom) or 1.0))
        kept, phases, plateaus = [], [], []
        z, x = (system.operator(liom + 1, axis) for axis in "zx")
        for state in found:
            measure = spectral_measure(solved, z, state)
            kept.append(measure.autocorrelation(at[1:]).real)
            plateaus.append(measure.plateau)
            phases.append(raised(spectral_measure(solved, x, state), at))
        curve, plateau = np.mean(kept, axis=0), float(np.mean(plateaus))
        lasting = np.abs(np.mean(phases, axis=0))
        coherence = lasting[1:] / lasting[0]
        share = (curve - plateau) / (1 - plateau) if plateau < 1 - 1e-9 else np.ones(len(tau))
        rows.append(
            {
                "z": curve,
                "x": coherence,
                "plateau": plateau,
                "rate": fall_rate(tau, share),
                "x_rate": fall_rate(tau, coherence),
                "late": float(curve[tau >= LATE].mean()) if tau[-1] >= LATE else np.nan,
            }
        )
    return rows


def raised(measure: SpectralMeasure, times: RealArray) -> Array:
    """The autocorrelation by the levels above that of the state alone."""
    above = measure.frequencies > measure.rounding
    part = replace(measure, energies=measure.energies[above], weights=measure.weights[above])
    found: Array = part.autocorrelation(times)
    return found


def fall_rate(tau: RealArray, curve: RealArray) -> float:
    """One over the first time at which a curve that starts at 1 has come down to 1/e, between
    the times on a straight line of log tau, after 0 of tau; NaN if it never has."""
    below = np.flatnonzero(curve <= FALL)
    if len(below) == 0 or below[0] == 0:
        return float("nan")
    last = below[0]
    share = (curve[last - 1] - FALL) / (curve[last - 1] - curve[last])
    if tau[last - 1] == 0:
        return float(1 / (share * tau[last]))
    return float(1 / (tau[last - 1] * (tau[last] / tau[last - 1]) ** share))
