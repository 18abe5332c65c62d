"""How eigenstates of a spin at a bath spread over the products |s, b>, beyond their mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.eth import ElementRows, flip_structure_factor, structure_factor
from bathlab.analysis.product_amplitudes import (
    ProductAmplitudes,
    bin_moments,
    product_amplitudes,
)
from bathlab.checks import as_array, as_integer, as_real, as_text, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.model.baths import Bath
from bathlab.model.coupled import Grain
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.theory.grain.golden_rule import golden_rule_width

#: Bins of omega/unit, the unit being about w.
EDGES = np.linspace(-10, 10, 161)
CENTRES = (EDGES[1:] + EDGES[:-1]) / 2
#: Bins of |omega|/unit.
FOLDED = np.geomspace(0.05, 50, 37)
FOLDED_CENTRES = np.sqrt(FOLDED[1:] * FOLDED[:-1])
#: The same bins on both sides, with one about 0 between.
SIGNED = np.concatenate([-FOLDED[::-1], FOLDED])
#: Cuts |omega|/unit beyond which weight is counted.
CUTS = np.linspace(0.25, 4, 76)
#: Bins of omega, in energy, far from E.
FAR = np.linspace(-16, 16, 65)
FAR_CENTRES = (FAR[1:] + FAR[:-1]) / 2
#: v(2h) is averaged over this range of energy and of frequency.
RANGE = 1.0


@dataclass(frozen=True)
class SpreadStates:
    """A spin at a bath, with several couplings and fields at each draw of it.

    Parameters
    ----------
    label
        name of the bath in tables.
    bath
        without the spin.
    points
        pairs of coupling g and field h.
    factors
        for each point what v(2h) is about: pi g^2 times it is the unit of omega.
    states
        how many eigenstates are looked at, those nearest E = 0.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    label: str
    bath: Bath
    points: tuple[tuple[float, float], ...]
    factors: tuple[float, ...]
    states: int = 32

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        points = as_array("points", self.points, shape=(None, 2), least=1)
        factors = as_array("factors", self.factors, shape=(len(points),), above=0)
        object.__setattr__(self, "points", tuple(map(tuple, points.tolist())))
        object.__setattr__(self, "factors", tuple(factors.tolist()))
        settle(self, states=as_integer("states", self.states, 1))


def spread_rows(spec: SpreadStates, seed: int, realisation: int) -> list[Row]:
    """k(omega), the statistics of amplitudes and v in one realisation: a row for each point.

    Returns
    -------
    list of dict
        What :func:`spread_columns` makes of the eigenstates, and ``golden``, pi g^2 v(2h)/unit
        with the v of this very bath; ``far``, ``k_far``, ``v_far`` and ``v_zero``: k(omega) in
        energy, what omega^2 k/g^2 is if amplitudes are independent (v from the states of the
        other spin), and v(omega) at E = 0.

    Raises
    ------
    ValueError
        If no level lies where v is asked for.
    """
    require_kind("spec", spec, SpreadStates, "Make one with bathlab.experiments.")
    grain = spec.bath.sample(seed, realisation)
    elements = grain.element_rows("contact")
    fields = {field for _, field in spec.points}
    flips = {h: flip_structure_factor(grain.energies, elements, h, RANGE) for h in fields}
    factors = {h: far_factor(grain, elements, h) for h in {0.0, *fields}}
    rows: list[Row] = []
    for (g, field), factor in zip(spec.points, spec.factors):
        system = grain.attach(LiomChain(count=1, g1=g, field=field, disorder=0.0))
        states = eigenstates_near(system, 0.0, spec.states)
        found = product_amplitudes(grain.eigensystem, system.uncoupled()[1], states)
        unit = golden_rule_width(g, factor)
        rows.append(
            {
                "bath": spec.label,
                "dimension": grain.dimension,
                "g": g,
                "field": field,
                **spread_columns(found, unit, g),
                "golden": golden_rule_width(g, flips[field]) / unit,
                "far": FAR_CENTRES,
                "k_far": far_curve(found),
                "v_far": factors[field],
                "v_zero": factors[0.0],
                "residual": max(state.residual for state in states),
            }
        )
    return rows


def spread_columns(found: ProductAmplitudes, unit: float, g: float) -> Row:
    """Means over the eigenstates, frequencies in a unit.

    ``x``, ``k``: omega/unit and k unit; ``k_turned`` the same with omega of s = -1 turned to
    -omega, if there are two spin states. ``folded``, ``k_folded``: |omega|/unit, the mean of
    both signs. ``bin_count``, ``bin_first``, ``bin_second``, ``bin_fourth``: sums of
    :func:`bin_moments` in the bins ``SIGNED``, those of s = 1 and then of s = -1, of amplitudes
    times sqrt(omega^2 + unit^2), whose variance changes little within a bin. ``beyond``: weight
    at |omega|/unit above each of ``CUTS``. ``halfwidth``/unit holds half of the weight.
    ``second_moment``: that of k over g^2. ``pairs``: mean product of the scaled squares of
    neighbouring levels with |omega| < unit, over the square of their mean.
    """
    unit = as_real("unit", unit, above=0)
    omega, weights, states = found.omega / unit, found.weights, len(found.omega)
    turned = omega * np.array([1.0, -1.0][: omega.shape[1]])[:, None]
    scaled = found.values * np.hypot(omega, 1.0)
    sums = [
        bin_moments(omega[:, spin], scaled[:, spin], SIGNED) for spin in range(omega.shape[1])
    ]
    density = [
        np.histogram(x, edges, weights=weights)[0] / np.diff(edges) / states
        for x, edges in ((omega, EDGES), (turned, EDGES), (np.abs(omega), FOLDED))
    ]
    order = np.argsort(np.abs(omega), axis=None)
    reached = np.cumsum(weights.ravel()[order]) / states
    places = np.abs(omega).ravel()[order]
    return {
        "unit": unit,
        "x": CENTRES,
        "k": density[0],
        "k_turned": density[1],
        "folded": FOLDED_CENTRES,
        "k_folded": density[2] / 2,
        **{
            f"bin_{name}": np.concatenate([getattr(each, name) for each in sums]) / states
            for name in ("count", "first", "second", "fourth")
        },
        "cuts": CUTS,
        "beyond": 1 - np.interp(CUTS, places, reached),
        "halfwidth": float(np.interp(0.5, reached, places)),
        "second_moment": float((weights * omega**2).sum() / states * (unit / g) ** 2),
        "pairs": neighbours(omega, np.abs(scaled) ** 2),
    }


def neighbours(omega: RealArray, squares: RealArray) -> float:
    """Mean product of neighbouring squares with |omega| < 1 over the square of the mean; 1 for
    independent ones, nan where there are none."""
    inside = np.abs(omega) < 1
    both = inside[..., 1:] & inside[..., :-1]
    if not both.any():
        return math.nan
    products = (squares[..., 1:] * squares[..., :-1])[both].mean()
    return float(products / squares[inside].mean() ** 2)


def far_curve(found: ProductAmplitudes) -> RealArray:
    """k(omega) in the bins ``FAR``, per unit energy."""
    sums = np.histogram(found.omega, FAR, weights=found.weights)[0]
    return np.asarray(sums / np.diff(FAR) / len(found.omega))


def far_factor(grain: Grain, elements: ElementRows, field: float) -> RealArray:
    """The mean over s of v(omega - 2hs) from levels at h s, in the bins ``FAR`` of omega.

    H_SB psi, of norm g, is at |s, b> made of levels about E_b' = h s, E being 0, and
    (E - E(s, b)) <s, b|psi> = <s, b|H_SB|psi> exactly, so that omega^2 k(omega)/g^2 is this
    factor if amplitudes are independent and w much less than omega.
    """
    sides = [
        structure_factor(grain.energies, elements, -(FAR - 2 * h)[::-1], h, RANGE)[::-1]
        for h in (field, -field)
    ]
    return np.asarray(np.mean(sides, axis=0))


def as_points(couplings: Any, field: float) -> tuple[tuple[float, float], ...]:
    """A point for each coupling at one field."""
    return tuple((float(g), float(field)) for g in couplings)
