"""zz terms between LIOMs and to the bath: what they change (De Roeck & Huveneers, II F)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.eth import flip_structure_factor, structure_factor
from bathlab.analysis.participation import log_ipr
from bathlab.analysis.spreading import hybridisations
from bathlab.checks import as_flag, as_real, as_text, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.added_spins import grid
from bathlab.model.baths import Bath
from bathlab.model.coupled import Grain
from bathlab.model.lioms import LiomChain
from bathlab.operators.spins import site_operator
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import spectral_measure
from bathlab.theory.grain.golden_rule import golden_rule_width


@dataclass(frozen=True)
class ZzTerms:
    """One or two LIOMs with zz terms of several strengths, in the same disorder.

    Attributes
    ----------
    bath, kind
        any bath whose last factor is the spin of its contact, and its name.
    strengths
        of the zz term, 0 first.
    between
        whether it joins two LIOMs; else the LIOM and sigma^z of the spin that it touches.
    """

    bath: Bath
    kind: str
    g: float
    field: float
    strengths: tuple[float, ...]
    between: bool
    window: float
    step: float
    reach: float

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        as_text("kind", self.kind)
        settle(
            self,
            g=as_real("g", self.g),
            field=as_real("field", self.field),
            between=as_flag("between", self.between),
            window=as_real("window", self.window, above=0),
            step=as_real("step", self.step, above=0),
            reach=as_real("reach", self.reach, above=0),
        )

    def chain(self, strength: float, site: int) -> Any:
        """The LIOMs: a second one has another field, 1.3 of that of the first."""
        if self.between:
            fields, joined = [self.field, 1.3 * self.field], [[0.0, strength], [strength, 0.0]]
            return LiomChain.given(fields, [self.g] * 2, None, joined)
        return LiomChain.given([self.field], [self.g], [site], None, [strength])


def zz_rows(terms: ZzTerms, seed: int, realisation: int) -> list[Row]:
    """One row for each strength: half-width of k, entropy of the first LIOM, D(O_B) and v' of
    the contact near E = 0; to the bath also k in the eigenstates of H_B + s g' sigma^z."""
    require_kind("terms", terms, ZzTerms, "Make one with bathlab.experiments.")
    grain = terms.bath.sample(seed, realisation)
    site = len(grain.system.dims) - 1
    omega, edges = grid(terms.step, terms.reach)
    dressed = Dressed(grain, terms.field, site)
    rows: list[Row] = []
    for strength in terms.strengths:
        system = grain.attach(terms.chain(strength, site))
        eigen = diagonalise(system)
        count = int(np.count_nonzero(np.abs(eigen.energies) <= terms.window / 2))
        states = eigenstates_near(eigen, 0.0, max(count, 1))
        probe = system.operator("probe")
        ks = hybridisations(system, states, [-1.0, 1.0], grain.eigensystem)
        joint = system.as_grain()
        row: dict[str, Any] = {
            "bath": terms.kind,
            "between": terms.between,
            "g": terms.g,
            "strength": strength,
            "step": terms.step,
            "halfwidth": float(np.mean([k.halfwidth for k in ks])),
            "entropy": float(
                np.mean([entanglement_entropy(s, system.dims, site + 1) for s in states])
            ),
            "depth": float(
                np.mean([log_ipr(spectral_measure(eigen, probe, s)) for s in states])
            ),
            "omega": omega,
            "contact": structure_factor(
                eigen.energies, joint.element_rows("contact"), edges, 0.0, terms.window
            ),
        }
        if not terms.between:
            row |= dressed.row(strength, terms.g, states, ks)
        rows.append(row)
    return rows


class Dressed:
    """Eigenstates of H_B + s g' sigma^z of the spin that is touched, s = +-1."""

    def __init__(self, grain: Grain, field: float, site: int) -> None:
        self.grain, self.field = grain, field
        self.along = site_operator("z", site, grain.system.dims).toarray()

    def row(self, strength: float, g: float, states: list[Any], bare: list[Any]) -> Row:
        """Mean half-width of k in the dressed products, and the golden rule there."""
        own = self.grain.eigensystem
        parts = [
            (own.energies, own.vectors)
            if strength == 0
            else np.linalg.eigh(self.grain.hamiltonian + sign * strength * self.along)
            for sign in (1, -1)
        ]
        widths = [self._halfwidth(state, parts) for state in states]
        v = self._factor(parts)
        return {"dressed": float(np.mean(widths)), "golden_rule": golden_rule_width(g, v)}

    def _halfwidth(self, state: Any, parts: list[tuple[RealArray, RealArray]]) -> float:
        table = np.asarray(state.vector).reshape(self.grain.dimension, 2)
        omega, weights = [], []
        for column, (sign, (energies, vectors)) in enumerate(zip((1, -1), parts)):
            omega.append(np.abs(energies + sign * self.field - state.energy))
            weights.append(np.abs(vectors.conj().T @ table[:, column]) ** 2)
        distance, weight = np.concatenate(omega), np.concatenate(weights)
        order = np.argsort(distance)
        reached = np.cumsum(weight[order])
        return float(distance[order][np.searchsorted(reached, reached[-1] / 2)])

    def _factor(self, parts: list[tuple[RealArray, RealArray]]) -> float:
        """v(2h) between the two baths: |<b_-|V|b_+>|^2 at E_b+ = -h, E_b- = h, per energy."""
        V = self.grain.operator("contact")
        (up, U), (down, W) = parts
        inside = np.abs(up + self.field) <= 0.5
        partner = np.abs(down - self.field) <= 0.5
        if not inside.any():
            return float(flip_structure_factor(up, U.conj().T @ (V @ U), self.field))
        elements = W[:, partner].conj().T @ (V @ U[:, inside])
        return float(np.sum(np.abs(elements) ** 2) / np.count_nonzero(inside))
