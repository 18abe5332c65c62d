"""A LIOM at a bath away from maximum entropy, and at grains of spins 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.flips import g_parameter, product_state_near
from bathlab.analysis.levels import smooth_density_of_states
from bathlab.analysis.participation import log_ipr
from bathlab.checks import as_array, as_integer, as_real, as_text, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.model.baths import Bath
from bathlab.model.coupled import BathMatrices, Grain
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import spectral_measure
from bathlab.streams import goe, stream

#: Width of the Gaussian window of densities.
SMOOTH = 1.0


@dataclass(frozen=True)
class Elsewhere:
    """A LIOM at a bath, seen at several energies.

    Attributes
    ----------
    bath, kind, size
        any bath, its name, and its number of spins.
    energies
        targets, in units of the field.
    count
        eigenstates at each.
    """

    bath: Bath
    kind: str
    size: int
    g: float
    field: float
    energies: tuple[float, ...]
    count: int

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        as_text("kind", self.kind)
        as_array("energies", self.energies)
        settle(
            self,
            size=as_integer("size", self.size, 1),
            g=as_real("g", self.g),
            field=as_real("field", self.field),
            count=as_integer("count", self.count, 1),
        )


def elsewhere_rows(spec: Elsewhere, seed: int, realisation: int) -> list[Row]:
    """One row for each energy: Delta D, entropy of the LIOM, G^2 there, what the densities of
    states make of its thermal entropy."""
    require_kind("spec", spec, Elsewhere, "Make one with bathlab.experiments.")
    grain = spec.bath.sample(seed, realisation)
    system = grain.attach(LiomChain.given([spec.field], [spec.g]))
    eigen, levels = diagonalise(system), grain.energies
    probe, squares = system.operator("probe"), np.abs(grain.matrix_elements("probe")) ** 2
    alone = -np.log(np.sum(squares**2, axis=0))
    rows: list[Row] = []
    for energy in spec.energies:
        states = eigenstates_near(eigen, energy, spec.count)
        found = [log_ipr(spectral_measure(eigen, probe, state)) for state in states]
        before = float(np.mean(alone[products_near(levels, spec.field, energy, spec.count)]))
        entropies = [entanglement_entropy(state, system.dims, -1) for state in states]
        parts = [
            smooth_density_of_states(levels, energy - s * spec.field, SMOOTH) for s in (1, -1)
        ]
        rows.append(
            {
                "bath": spec.kind,
                "size": spec.size,
                "g": spec.g,
                "energy": energy,
                "depth": float(np.mean(found)),
                "gain": float(np.mean(found)) - before,
                "entropy": float(np.mean(entropies)),
                "thermal": spin_entropy(parts[0], parts[1]),
                "log_density": math.log(smooth_density_of_states(levels, energy, SMOOTH)),
                "log_joint": math.log(smooth_density_of_states(eigen.energies, energy, SMOOTH)),
                "G_square": g_at(grain, spec, energy) ** 2,
            }
        )
    return rows


def products_near(levels: RealArray, field: float, energy: float, count: int) -> Any:
    """Bath levels of the product states nearest an energy."""
    totals = levels[:, np.newaxis] + field * np.array([1.0, -1.0])
    order = np.argsort(np.abs(totals - energy), axis=None)[:count]
    return np.unravel_index(order, totals.shape)[0]


def spin_entropy(up: float, down: float) -> float:
    """Entropy of a spin whose states the bath leaves with these densities."""
    shares = np.array([up, down]) / (up + down)
    return float(-np.sum(shares * np.log(shares)))


def g_at(grain: Grain, spec: Elsewhere, energy: float) -> float:
    """G with the levels counted from the target energy."""
    levels = grain.energies - energy
    product = product_state_near(levels, spec.field)
    image = grain.operator("contact") @ grain.eigensystem.vectors[:, product.level]
    weights = np.abs(grain.eigensystem.vectors.conj().T @ image) ** 2
    return g_parameter(levels, weights, product, spec.g, spec.field, 1.0, "smooth")


def spin_one_grain(
    seed: int, realisation: int, *, spins: int = 5, bandwidth: float = 10.0
) -> BathMatrices:
    """A GOE matrix on spins 1; contact and probe are S^x of the last and the first, with
    <V^2> = 1."""
    numbers = stream(seed, realisation, "spin-1 grain", spins)
    matrix = goe(3**spins, bandwidth, numbers)
    own = math.sqrt(1.5) / math.sqrt(2) * np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]])
    rest = np.eye(3 ** (spins - 1))
    return BathMatrices(matrix, np.kron(rest, own), np.kron(own, rest), (3,) * spins)
