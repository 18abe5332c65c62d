"""Elements of bath operators before and after a spin is coupled, in one realisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.eth import ElementRows
from bathlab.analysis.peaks import peak_share
from bathlab.checks import as_array, as_integer, as_real, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.attachments import OPERATORS, attached
from bathlab.experiments.backreaction import SHARE_REACH, Coupling
from bathlab.experiments.synthetic import synthetic_part
from bathlab.model.coupled import Grain
from bathlab.model.lioms import LiomChain
from bathlab.theory.grain.structure_factors import broadened

#: Curves are kept up to this |omega|, in units of the field.
KEPT = 4.0
#: Times of correlators, in units of one over the field.
TIMES = np.arange(0.0, 30.05, 0.25)


@dataclass(frozen=True)
class CoupledElements:
    """A spin on a bath.

    Attributes
    ----------
    coupling
        what is coupled, see :class:`bathlab.experiments.backreaction.Coupling`.
    near
        elements are those of levels in a window of this full width.
    synthetic
        how many states are made of the paper's lemma, on each side; 0 for none.
    """

    coupling: Coupling
    near: float
    synthetic: int = 0

    def __post_init__(self) -> None:
        require_kind("coupling", self.coupling, Coupling, "Make one.")
        settle(
            self,
            near=as_real("near", self.near, above=0),
            synthetic=as_integer("synthetic", self.synthetic, 0),
        )


def coupled_rows(elements: CoupledElements, seed: int, realisation: int) -> list[Row]:
    """Elements near E = 0, correlators and structure factors before and after, one row."""
    require_kind("elements", elements, CoupledElements, "Make one with bathlab.experiments.")
    c = elements.coupling
    grain = c.bath.sample(seed, realisation)
    joint = grain.attach(LiomChain.given(fields=[c.field], couplings=[c.g])).as_grain()
    seen = attached(grain, joint, c.field, c.edges, c.window)
    row: dict[str, Any] = {
        "bandwidth": c.bandwidth,
        "g": c.g,
        "field": c.field,
        "step": c.step,
        "halfwidth": seen.halfwidth,
        "residual": seen.residual,
        "xi": float(np.sqrt(seen.before["contact"][1] @ c.omega**2 * c.step)),
        "share": peak_share(
            c.omega,
            seen.cross["contact"],
            seen.after["spin"],
            2 * c.field,
            max(SHARE_REACH * seen.halfwidth, 3 * c.step),
        ),
        **near_parts(grain, joint, c.field, elements.near),
        **time_parts(grain, joint, seen.k, c),
        **kept_curves(seen, c),
    }
    if elements.synthetic:
        row |= synthetic_part(
            grain, joint, c, seen.halfwidth, elements.synthetic, seed, realisation
        )
    return [row]


def near_parts(grain: Grain, joint: Grain, field: float, width: float) -> Row:
    """:func:`near_elements` before, at E_b = 0 and (mean of both) -h and h, and after."""
    found: dict[str, Any] = {}
    for which in OPERATORS:
        bare, rows = grain.element_rows(which), joint.element_rows(which)
        zero = near_elements(grain.energies, bare, 0.0, width)
        sides = [near_elements(grain.energies, bare, at, width) for at in (-field, field)]
        after = near_elements(joint.energies, rows, 0.0, width)
        for name in zero:
            found[f"{which}_{name}_zero"] = zero[name]
            found[f"{which}_{name}_before"] = (sides[0][name] + sides[1][name]) / 2
            found[f"{which}_{name}_after"] = after[name]
    return found


def near_elements(
    energies: RealArray, rows: ElementRows, energy: float, width: float
) -> dict[str, float]:
    """Of the elements between the levels of a window: mean square off the diagonal, mean of the
    diagonal, and its variance about a straight line in energy."""
    energies, width = as_array("energies", energies), as_real("width", width, above=0)
    inside = np.flatnonzero(np.abs(energies - as_real("energy", energy)) <= width / 2)
    if len(inside) < 4:
        raise ValueError(
            f"A window of {width:g} about {energy:g} with {len(inside)} levels was given; "
            "expected four or more. Widen it."
        )
    block = np.real(rows[inside][:, inside])
    own, count = np.diagonal(block), len(inside)
    x = energies[inside] - energies[inside].mean()
    left = own - np.polyval(np.polyfit(x, own, 1), x)
    return {
        "off": float((np.sum(block**2) - own @ own) / (count * (count - 1))),
        "mean": float(own.mean()),
        "diagonal": float(left @ left / (count - 2)),
    }


def correlator(
    energies: RealArray, rows: ElementRows, energy: float, window: float, times: RealArray
) -> RealArray:
    """<b|V(t)V|b> less V_bb^2, averaged over the b of a window: an exact sum over levels."""
    inside = np.flatnonzero(np.abs(energies - energy) <= window / 2)
    weights = np.abs(rows[inside]) ** 2
    weights[np.arange(len(inside)), inside] = 0.0
    phases = np.exp(-1j * np.outer(energies, times))
    sums = np.sum(phases[inside].conj() * (weights @ phases), axis=0)
    return np.asarray(sums.real / len(inside))


def time_parts(grain: Grain, joint: Grain, k: RealArray, c: Coupling) -> Row:
    """Correlators in time before (of E_b = -h and h) and after, and |k(t)|^2."""
    transform = np.exp(1j * np.outer(TIMES, c.omega)) @ k * c.step
    transform *= np.sinc(c.step * TIMES / (2 * np.pi))
    found: dict[str, Any] = {"time": TIMES, "k_time": np.abs(transform) ** 2}
    for which in OPERATORS:
        bare, rows = grain.element_rows(which), joint.element_rows(which)
        sides = [
            correlator(grain.energies, bare, at, c.window, TIMES) for at in (-c.field, c.field)
        ]
        found[f"{which}_time_before"] = (sides[0] + sides[1]) / 2
        found[f"{which}_time"] = correlator(joint.energies, rows, 0.0, c.window, TIMES)
    own = joint.element_rows(joint.system.lioms.count)
    found["spin_time"] = correlator(joint.energies, own, 0.0, c.window, TIMES)
    return found


def kept_curves(seen: Any, c: Coupling) -> Row:
    """k, v' of the spin, and v' less k*v*k of the bath's operators, for small |omega|."""
    kept = np.abs(c.omega) <= KEPT * c.field + c.step / 2
    found: dict[str, Any] = {
        "omega": c.omega[kept],
        "k": seen.k[kept],
        "spin": seen.after["spin"][kept],
    }
    for which in OPERATORS:
        smooth = broadened(c.omega, seen.expected[which], seen.k)
        found[f"{which}_v"] = seen.after[which][kept]
        found[f"{which}_excess"] = (seen.after[which] - smooth)[kept]
    return found
