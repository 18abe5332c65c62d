"""Several LIOMs on one contact or on several: v before and after each, and the depletion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.eth import structure_factor
from bathlab.analysis.peaks import peak_share
from bathlab.checks import as_array, as_integer, as_real, as_text, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.attachments import OPERATORS
from bathlab.model.baths import Bath
from bathlab.model.coupled import Grain
from bathlab.model.lioms import LiomChain

#: Shares of a LIOM in the contact are sought within so many half-widths pi g^2 v(2h) of +-2h.
SHARE_REACH = 4.0


@dataclass(frozen=True)
class AddedSpins:
    """LIOMs of one coupling, added one by one.

    Attributes
    ----------
    bath, kind
        any bath, and what it is called.
    g, fields
        coupling of each LIOM, and their fields.
    sites
        spins of the bath that they touch, or None for the contact.
    window
        full width of the energies about 0.
    step, reach
        bins of omega and the largest.
    """

    bath: Bath
    kind: str
    g: float
    fields: tuple[float, ...]
    sites: tuple[int, ...] | None
    window: float
    step: float
    reach: float

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        as_text("kind", self.kind)
        as_array("fields", self.fields)
        settle(
            self,
            g=as_real("g", self.g),
            window=as_real("window", self.window, above=0),
            step=as_real("step", self.step, above=0),
            reach=as_real("reach", self.reach, above=0),
        )

    def chain(self, count: int) -> Any:
        """The first of them."""
        sites = None if self.sites is None else self.sites[:count]
        return LiomChain.given(self.fields[:count], (self.g,) * count, sites)


def grid(step: float, reach: float) -> tuple[RealArray, RealArray]:
    """Bin centres, 0 in the middle, and edges."""
    half = math.ceil(reach / step)
    omega = step * np.arange(-half, half + 1)
    edges = np.append(omega - step / 2, omega[-1] + step / 2)
    return np.asarray(omega, np.float64), np.asarray(edges, np.float64)


def added_rows(added: AddedSpins, seed: int, realisation: int) -> list[Row]:
    """One row for each number of LIOMs from 0 on: v of contact and probe near E = 0."""
    require_kind("added", added, AddedSpins, "Make one with bathlab.experiments.")
    grain = added.bath.sample(seed, realisation)
    omega, edges = grid(added.step, added.reach)
    rows: list[Row] = []
    for count in range(len(added.fields) + 1):
        joint = grain.attach(added.chain(count)).as_grain() if count else grain
        row: dict[str, Any] = {
            "bath": added.kind,
            "g": added.g,
            "lioms": count,
            "apart": added.sites is not None,
            "step": added.step,
            "omega": omega,
        }
        for which in OPERATORS:
            v = structure_factor(
                joint.energies, joint.element_rows(which), edges, 0.0, added.window
            )
            row[which] = v
            row[f"{which}_second"] = float(v @ omega**2) * added.step
            row[f"{which}_whole"] = whole_second(joint, which)
        rows.append(row)
    return rows


def whole_second(grain: Grain, which: str) -> float:
    """tr |[H, V]|^2/tr V^2, the second moment of v over all levels, from the matrices."""
    H, V = grain.system.matrix(), grain.operator(which)
    commutator = H @ V - V @ H
    squares = [
        float(np.sum(np.abs(each.data if hasattr(each, "indptr") else each) ** 2))
        for each in (commutator, V)
    ]
    return float(squares[0] / squares[1])


@dataclass(frozen=True)
class Depletion:
    """LIOMs of the paper's default on a random matrix, and how much of each the contact shows.

    Attributes
    ----------
    bath
        a bath of bandwidth 4 ``xi``, xi the rms of omega in v.
    chain
        its LIOMs.
    """

    bath: Bath
    chain: LiomChain
    xi: float
    window: float
    step: float
    reach: float

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.RandomMatrixBath(6, 4.2).")
        require_kind("chain", self.chain, LiomChain, "Make one, as bathlab.LiomChain(4).")
        settle(
            self,
            xi=as_real("xi", self.xi, above=0),
            window=as_real("window", self.window, above=0),
            step=as_real("step", self.step, above=0),
            reach=as_real("reach", self.reach, above=0),
        )


def depletion_rows(spec: Depletion, seed: int, realisation: int) -> list[Row]:
    """One row for each LIOM: the share a of its sigma^x in the contact at +-2h, and the paper's
    W."""
    require_kind("spec", spec, Depletion, "Make one with bathlab.experiments.")
    grain = spec.bath.sample(seed, realisation)
    system = grain.attach(spec.chain)
    joint, lioms = system.as_grain(), system.lioms
    omega, edges = grid(spec.step, spec.reach)
    contact = joint.element_rows("contact")
    v = structure_factor(joint.energies, contact, edges, 0.0, spec.window)
    rows: list[Row] = []
    for place in range(as_integer("count", lioms.count, 1)):
        g, h = float(lioms.couplings[place]), float(lioms.fields[place])
        own = joint.element_rows(place + 1)
        cross = structure_factor(joint.energies, contact, edges, 0.0, spec.window, own)
        spin = structure_factor(joint.energies, own, edges, 0.0, spec.window)
        width = math.pi * g**2 * float(np.interp(2 * h, omega, v))
        reach = max(SHARE_REACH * width, 4 * spec.step)
        rows.append(
            {
                "bath": "depletion",
                "g": g,
                "field": h,
                "lioms": place + 1,
                "share": peak_share(omega, cross, spin, 2 * h, reach),
                "paper": (g / max(spec.xi, abs(h))) ** 2,
            }
        )
    return rows
