"""The resonance model's closed forms, its drift of W_c and its loss-diffusion equation, as
rows."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np

from bathlab.checks import require_kind
from bathlab.conventions import RealArray, Row
from bathlab.theory import resonance_model
from bathlab.theory.resonance_model.lengths import ZETA_C

#: Frequencies in J, times in 1/J, and ranges in lambda at which curves are kept.
OMEGA = np.append(np.geomspace(1e-12, 0.1, 67), [0.2, 0.4, 0.7, 0.99, 0.999, 0.9999])
TIMES = np.geomspace(1.0, 1e12, 49)
RANGES = np.geomspace(1e-2, 1e4, 49)
Law: TypeAlias = resonance_model.Floquet | resonance_model.Hamiltonian
LAWS: dict[str, type[Law]] = {
    "Floquet": resonance_model.Floquet,
    "static": resonance_model.Hamiltonian,
}


@dataclass(frozen=True)
class ClosedForms:
    """One law at one xi, lambda and L, J = 1."""

    law: str
    xi: float
    lam: float
    length: float


@dataclass(frozen=True)
class Drift:
    """Figure 9's parameters."""

    W_c: float
    delta: float
    lengths: tuple[float, ...]


@dataclass(frozen=True)
class Decay:
    """One loss-diffusion equation, on a grid, and by trajectories where ``walkers`` is not
    0."""

    lam: float
    xi: float = math.inf
    kappa: float = 1.0
    power: float = 0.0
    sign: int = 1
    walkers: int = 0

    @property
    def equation(self) -> resonance_model.LossDiffusion:
        return resonance_model.LossDiffusion(
            self.lam, self.xi, self.kappa, self.power, self.sign
        )


def closed_rows(spec: ClosedForms, seed: int, realisation: int) -> list[Row]:
    """One row; nothing is random. Curves are lists over OMEGA and TIMES, NaN where S ends."""
    require_kind("spec", spec, ClosedForms, "Make one with bathlab.experiments.")
    model = LAWS[spec.law](spec.xi, spec.lam, spec.length)
    # J: the level spacing Omega 2^-L of (55), by lambda = zeta_c Omega/8J.
    spacing = 2.0**-spec.length * (8 * spec.lam / ZETA_C if spec.law == "Floquet" else 1.0)
    inside = OMEGA >= model.cutoff
    theta = np.full(OMEGA.size, math.nan)
    theta[inside] = model.exponent(OMEGA[inside])
    row = asdict(spec) | {
        "order": model.order_parameter,
        "count": model.resonances(spec.length / 2),
        "count_to_xi": model.resonances(abs(spec.xi)),
        "theta": model.theta,
        "theta_0": model.theta_0,
        "cutoff": model.cutoff,
        "crossover": model.crossover,
        "spacing": spacing,
        "printed_cutoff": spacing / spec.lam * math.exp(-spec.length / 2 / spec.xi),
        "printed_weight": _printed_weight(spec),
    }
    row |= {"S": np.where(inside, model.spectral(OMEGA), math.nan).tolist()}
    row |= {"theta_eff": theta.tolist(), "C": model.correlator(TIMES).tolist()}
    cone = model.surviving(model.light_cone(TIMES))
    later = model.surviving(model.light_cone(TIMES * math.exp(np.euler_gamma)))
    return [row | {"cone": cone.tolist(), "later_cone": later.tolist()}]


def _printed_weight(spec: ClosedForms) -> float:
    """Weight of S and its delta function if log|4J/omega| stands in (93) for log|J/omega|, and
    -1 + |theta_0| for -1 + theta_0."""
    model = LAWS[spec.law](spec.xi, spec.lam, spec.length)
    if spec.law == "Floquet" or math.isinf(spec.length):
        return math.nan
    x, w = np.polynomial.legendre.leggauss(60)
    roots = (np.arange(20)[:, None] + (1 + x) / 2).ravel() / 20 * math.sqrt(spec.length / 2)
    r, theta = roots**2, model.theta_0
    wrong = model.probability(r) * np.exp(-2 * model.decay * r * max(-theta, 0.0))
    shift = math.log(4) / model.decay if spec.xi > 0 and math.isfinite(spec.xi) else 0.0
    wrong *= model.surviving(np.minimum(r + shift, spec.length / 2))
    terms = wrong * 2 * roots * math.sqrt(spec.length / 2) / 40
    return float(model.order_parameter + terms @ np.tile(w, 20))


def drift_rows(spec: Drift, seed: int, realisation: int) -> list[Row]:
    """A row a length; W_delta, the l_delta that (117) has of it, |xi|/L, and W_delta with |xi|
    >= zeta_c."""
    require_kind("spec", spec, Drift, "Make one with bathlab.experiments.")
    L = np.array(spec.lengths)
    W, kept = (
        resonance_model.critical_drift(L, spec.W_c, spec.delta, bounded=bounded)
        for bounded in (False, True)
    )
    ratio = np.log(W / spec.W_c)
    with np.errstate(divide="ignore"):
        xi = 1 / ratio
    return [
        {
            "length": length, "W_delta": w, "ell": -(length + 1) * log,
            "xi_over_L": each / length, "W_bounded": bounded,
        }
        for length, w, log, each, bounded in zip(L, W, ratio, xi, kept)
    ]  # fmt: skip


def decay_rows(spec: Decay, seed: int, realisation: int) -> list[Row]:
    """One row: curves over RANGES of the grid, or F by one batch of trajectories."""
    require_kind("spec", spec, Decay, "Make one with bathlab.experiments.")
    r = RANGES * spec.lam
    if spec.walkers:
        found = spec.equation.sample(reached(r), spec.walkers, 1, seed, realisation)[0]
        return [asdict(spec) | {"sampled": found.tolist()}]
    solved = spec.equation.solve(r)
    middle = solved.densities[:, np.abs(solved.energies).argmin()] * math.sqrt(2 * math.pi)
    row = asdict(spec) | {
        "F": solved.surviving.tolist(),
        "p": (spec.lam * solved.strongest).tolist(),
        "slope": solved.slope.tolist(),
        "centre": (middle / solved.surviving).tolist(),
        "energies": solved.energies[::8].tolist(),
        "densities": solved.densities[::8, ::8].tolist(),
    }
    if math.isinf(spec.xi):
        row |= {"adiabatic": spec.equation.adiabatic_slope(r, 400).tolist()}
        row |= {"narrow": spec.equation.narrow(r).tolist()}
    return [row]


def reached(r: RealArray) -> RealArray:
    """Of the ranges those that trajectories are compared at."""
    return r[8:33:4]
