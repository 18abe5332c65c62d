"""The interface of a grain with LIOMs, operator by operator: D, widths, rates, statistics."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.gaussian_rows import groups_of, moments_of
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.participation import participation_row
from bathlab.checks import as_integer, refusal, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.relaxations import fall_rate, kinetics_of, raised
from bathlab.model.baths import Bath
from bathlab.model.coupled import CoupledSystem
from bathlab.model.lioms import Chain, require_chain, require_plain
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.every_level import levels
from bathlab.spectrum.measure import spectral_measure
from bathlab.spectrum.measures.base import SpectralMeasure
from bathlab.spectrum.states.base import Eigenstate

#: Up to this dimension everything is diagonalised, and several eigenstates are looked at.
FULL = 2048
#: Edges of the bins of frequency on which v of the grain's operators is kept.
EDGES = np.linspace(-6.0, 6.0, 61)
#: Distances from the peaks of a LIOM's v within which its weight is summed.
REACHES = np.geomspace(1e-5, 3.0, 56)
#: When autocorrelations are looked at.
TIMES = np.append(0.0, np.geomspace(0.1, 1e6, 141))
#: Levels of a group whose elements are compared, and groups left out beside a peak.
GROUP, AWAY = 16, 10
#: Frequencies beyond which elements are not compared: there the spectrum ends.
COMPARED = 3.5
#: Width of the Gaussians that the golden rule's v is smoothed with.
WIDTH = 0.25


@dataclass(frozen=True)
class Interface:
    """A grain with LIOMs whose operators are looked at in eigenstates nearest E = 0.

    Parameters
    ----------
    bath, chain
        the grain and its LIOMs, all at its contact.
    axes
        which operators of a LIOM: "x", "xz" ("y" comes with x, exactly).
    seen
        so many LIOMs are looked at, the first; None for all.
    states
        eigenstates, up to dimension 2048; above it is one.

    Raises
    ------
    ValueError
        If bath or chain are none, axes are others, or a number is out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(4, bandwidth=4.0)
    >>> chain = bl.LiomChain(1, g1=0.3, field=0.5, disorder=0.1)
    >>> spec = bl.experiments.Interface(bath, chain, axes="xz", states=2)
    >>> rows = bl.experiments.interface_rows(spec, seed=1, realisation=0)
    >>> print([(row["site"], row["axis"]) for row in rows])
    [(0, 'contact'), (0, 'probe'), (1, 'x'), (1, 'y'), (1, 'z')]
    """

    bath: Bath
    chain: Chain
    axes: str = "xz"
    seen: int | None = None
    states: int = 8

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.RandomMatrixBath(6, 4.2).")
        require_chain(self.chain)
        require_plain("chain", self.chain)
        if self.axes not in ("x", "xz"):
            raise refusal("axes", repr(self.axes), '"x" or "xz"', "Choose one.")
        if self.seen is not None:
            settle(self, seen=as_integer("seen", self.seen, 0, self.chain.count))
        settle(self, states=as_integer("states", self.states, 1))

    @property
    def lioms(self) -> int:
        """How many LIOMs are looked at."""
        return self.chain.count if self.seen is None else self.seen


def interface_rows(interface: Interface, seed: int, realisation: int) -> list[Row]:
    """One row for each operator: ``site`` 0 and ``axis`` "contact" or "probe", or the number of
    a LIOM and "x", "y" or "z". Means over eigenstates nearest E = 0.

    ``log_ipr``, D; ``density``, rho of a Gaussian band of the exact tr H^2; ``gap_ratio`` of
    the middle half of all levels; ``kurtosis`` and ``modulus`` of elements
    (:func:`bathlab.analysis.row_statistics`); ``diagonal``, variance of the diagonal elements
    of several eigenstates over the mean square of elements with the nearest levels; ``v`` on
    :data:`EDGES`. Of a LIOM: ``entropy`` over log 2; ``rule``, Gamma by the golden rule's rate
    equation; ``rate``, one over the time at which the decaying part of the autocorrelation of
    tau^z, or the coherence of tau^x, has come to 1/e; ``near``, the share of the weight of v
    within :data:`REACHES` of its peaks. What does not apply is nan.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> chain = bl.LiomChain(1, g1=0.3, field=0.5, disorder=0.1)
    >>> spec = bl.experiments.Interface(bath, chain, axes="xz", states=4)
    >>> rows = bl.experiments.interface_rows(spec, seed=1, realisation=0)
    >>> for row in rows[:2]:
    ...     print(row["axis"], f"D = {row['log_ipr']:.2f}")  # in nats
    contact D = 3.08
    probe D = 3.01
    >>> print(f"{rows[-1]['entropy']:.2f}")  # of the LIOM, over log 2
    0.90
    """
    require_kind("interface", interface, Interface, "Make one with bathlab.experiments.")
    grain = interface.bath.sample(seed, realisation)
    system = grain.attach(interface.chain)
    full = system.dimension <= FULL
    solved: Any = diagonalise(system) if full else system
    states = eigenstates_near(solved, 0.0, min(interface.states, system.dimension))
    states = states if full else states[:1]
    common = _of_system(system, levels(solved).energies)
    kinetics = kinetics_of(grain, system, WIDTH) if system.lioms.count else None
    rows: list[Row] = [
        {**common, **_of_operator(system, solved, states, which)}
        for which in ("contact", "probe")
    ]
    for liom in range(1, interface.lioms + 1):
        rule = kinetics.rate(liom - 1) if kinetics else math.nan
        for axis in interface.axes:
            rows += [
                {**common, "rule": rule, **row}
                for row in _of_liom(system, solved, states, liom, axis)
            ]
    return rows


def _of_system(system: CoupledSystem, energies: RealArray) -> Row:
    n, quarter = system.dimension, system.dimension // 4
    width = math.sqrt(system.level_moments()[1] / n)
    middle = energies[quarter : n - quarter]
    return {
        "lioms": system.lioms.count,
        "dimension": n,
        "density": n / (math.sqrt(2 * math.pi) * width),
        "gap_ratio": mean_gap_ratio(middle) if len(middle) > 2 else math.nan,
        "levels": np.histogram(energies, EDGES)[0] / np.diff(EDGES),
        **dict.fromkeys(("entropy", "rule", "rate"), math.nan),
    }


def _of_operator(
    system: CoupledSystem, solved: Any, states: list[Eigenstate], which: str
) -> Row:
    operator = system.operator(which)
    found = [spectral_measure(solved, operator, state) for state in states]
    return {
        "site": 0,
        "axis": which,
        **_averaged(states, found, ()),
        **_diagonal(operator, states, found),
    }


def _of_liom(
    system: CoupledSystem, solved: Any, states: list[Eigenstate], liom: int, axis: str
) -> list[Row]:
    operator = system.operator(liom, axis)
    found = [spectral_measure(solved, operator, state) for state in states]
    field = float(system.lioms.fields[liom - 1])
    line = 2 * abs(field) if axis == "x" else 0.0
    site = liom - system.lioms.count - 1
    entropy = [entanglement_entropy(state, system.dims, site) for state in states]
    same = {
        "site": liom,
        "h": field,
        "g": float(system.lioms.couplings[liom - 1]),
        "entropy": float(np.mean(entropy)) / math.log(2),
    }
    row = {
        **same,
        "axis": axis,
        **_averaged(states, found, (line, -line) if line else (0.0,)),
        **_diagonal(operator, states, found),
        "rate": _phase_rate(found) if axis == "x" else _decay_rate(found),
        "near": np.mean([_near(each, line) for each in found], axis=0),
    }
    if axis == "z":
        return [row]
    # [H, tau^x] = 2ih tau^y.
    turned = [
        replace(each, weights=each.weights * (each.frequencies / (2 * field)) ** 2)
        for each in found
    ]
    return [row, {**same, "axis": "y", **_averaged(states, turned, (line, -line))}]


def _averaged(
    states: list[Eigenstate], found: list[SpectralMeasure], peaks: tuple[float, ...]
) -> Row:
    """Means over states; the numerical report is that of the worst."""
    reports = [participation_row(state, each) for state, each in zip(states, found)]
    statistics = [
        moments_of(groups_of(each.frequencies, each.weights, GROUP, COMPARED, peaks, AWAY))
        for each in found
    ]
    return {
        **reports[0],
        "residual": max(each["residual"] for each in reports),
        "log_ipr": float(np.mean([each["log_ipr"] for each in reports])),
        "kurtosis": float(np.mean([each.kurtosis for each in statistics])),
        "modulus": float(np.mean([each.modulus for each in statistics])),
        "v": np.mean([each.spectral_function(EDGES).density for each in found], axis=0),
        "near": np.full(len(REACHES), math.nan),
    }


def _diagonal(operator: Any, states: list[Eigenstate], found: list[SpectralMeasure]) -> Row:
    """Scatter of diagonal elements, in units of the elements with the nearest levels."""
    if len(states) < 4:
        return {"diagonal": math.nan}
    diagonal = [float(np.vdot(each.vector, operator @ each.vector).real) for each in states]
    others = []
    for each in found:
        nearest = np.argsort(np.abs(each.frequencies))[1 : GROUP + 1]
        others.append(each.weights[nearest].mean())
    return {"diagonal": float(np.var(diagonal, ddof=1) / np.mean(others))}


def _decay_rate(found: list[SpectralMeasure]) -> float:
    curve = np.mean([each.autocorrelation(TIMES).real for each in found], axis=0)
    plateau = float(np.mean([each.plateau for each in found]))
    if plateau >= 1 - 1e-9:
        return math.nan
    return fall_rate(TIMES[1:], (curve[1:] - plateau) / (1 - plateau))


def _phase_rate(found: list[SpectralMeasure]) -> float:
    curve = np.abs(np.mean([raised(each, TIMES) for each in found], axis=0))
    return fall_rate(TIMES[1:], curve[1:] / curve[0])


def _near(measure: SpectralMeasure, line: float) -> RealArray:
    """Share of the weight within each reach of ``line``, of the levels above that of psi; of
    a peak at 0 of all levels but that of psi."""
    above = measure.frequencies > measure.rounding
    others = above if line else np.abs(measure.frequencies) > measure.rounding
    far, weights = np.abs(measure.frequencies[others] - line), measure.weights[others]
    order = np.argsort(far)
    summed = np.append(0.0, np.cumsum(weights[order]))
    found: RealArray = summed[np.searchsorted(far[order], REACHES)] / summed[-1]
    return found
