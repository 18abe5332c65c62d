"""Eigenstates made up as random superpositions, with k(omega) of any shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np
from scipy.special import ndtri

from bathlab.analysis.spreading import lorentzian_shape
from bathlab.checks import as_integer, as_real, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.model.baths import RandomMatrixBath
from bathlab.model.coupled import Grain
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.dense import diagonalise
from bathlab.streams import stream


def box(omega: RealArray, w: float) -> RealArray:
    return np.where(np.abs(omega) < 2 * w, 0.25 / w, 0.0)


def gaussian(omega: RealArray, w: float) -> RealArray:
    scaled = omega * ndtri(0.75) / w
    return np.asarray(np.exp(-(scaled**2) / 2) * ndtri(0.75) / w / np.sqrt(2 * np.pi))


def camel(omega: RealArray, w: float) -> RealArray:
    sides = [np.exp(-(((omega - at) / (0.4 * w)) ** 2) / 2) for at in (w, -w)]
    return np.asarray((sides[0] + sides[1]) / (0.8 * w * np.sqrt(2 * np.pi)))


def wider(omega: RealArray, w: float) -> RealArray:
    return lorentzian_shape(omega, 2 * w)


#: k(omega) of different shapes, half of the weight within |omega| < w of each; the last, a
#: control, has twice that width.
SHAPES: dict[str, Callable[[RealArray, float], RealArray]] = {
    "Lorentzian": lorentzian_shape,
    "box": box,
    "Gaussian": gaussian,
    "two humps": camel,
    "Lorentzian, 2w": wider,
}
EXACT = "eigenstates"


@dataclass(frozen=True)
class ShapedStates:
    """A spin at a random matrix whose eigenstates are made up with one w and several shapes.

    Parameters
    ----------
    bath
        the random matrix.
    g, field
        of the spin.
    width
        w, in which half of the weight of k lies.
    states
        how many are looked at, those nearest E = 0.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    bath: RandomMatrixBath
    g: float
    field: float
    width: float
    states: int = 24

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, RandomMatrixBath, "Make one of 8 spins.")
        settle(
            self,
            g=as_real("g", self.g),
            field=as_real("field", self.field),
            width=as_real("width", self.width, above=0),
            states=as_integer("states", self.states, 1),
        )


def shaped_rows(spec: ShapedStates, seed: int, realisation: int) -> list[Row]:
    """D of the probe and of the spin's sigma^x in eigenstates, and in those made up.

    A row for "eigenstates" and for each of ``SHAPES``: ``halfwidth``/w holds half of the weight
    of k, ``probe`` and ``spin`` are D, ``delta`` D of the probe less that without the spin.
    """
    require_kind("spec", spec, ShapedStates, "Make one with bathlab.experiments.")
    grain = spec.bath.sample(seed, realisation)
    spin = LiomChain(count=1, g1=spec.g, field=spec.field, disorder=0.0)
    solved = diagonalise(grain.attach(spin))
    fields = spec.field * np.array([1.0, -1.0])
    omega = np.add.outer(np.add.outer(fields, grain.energies).ravel(), -solved.energies)
    products = grain.eigensystem.vectors.conj().T @ solved.vectors.reshape(grain.dimension, -1)
    exact = products.reshape(grain.dimension, 2, -1).transpose(1, 0, 2)
    bases = {EXACT: exact.reshape(omega.shape)}
    draw = stream(seed, realisation, "shaped states", 0)
    noise = draw.standard_normal(omega.shape)
    for name, shape in SHAPES.items():
        bases[name] = _orthogonal(np.sqrt(shape(omega, spec.width)) * noise)
    probe = grain.matrix_elements("probe")
    middle = np.argsort(np.abs(solved.energies), kind="stable")[: spec.states]
    before = _uncoupled(grain, probe, spec)
    rows: list[Row] = []
    for name, basis in bases.items():
        halves = basis.reshape(2, grain.dimension, -1)
        images = np.einsum("bc,scj->sbj", probe, halves[:, :, middle])
        D = _log_ipr(basis.conj().T @ images.reshape(len(basis), -1))
        flipped = halves[::-1][:, :, middle].reshape(len(basis), -1)
        width = _halfwidth(omega[:, middle], np.abs(basis[:, middle]) ** 2) / spec.width
        rows.append(
            {
                "shape": name,
                "halfwidth": width,
                "probe": D,
                "delta": D - before,
                "spin": _log_ipr(basis.conj().T @ flipped),
            }
        )
    return rows


def _orthogonal(matrix: RealArray) -> RealArray:
    """The nearest orthogonal matrix, once columns have norm 1: none of them is preferred."""
    left, _, right = np.linalg.svd(matrix / np.linalg.norm(matrix, axis=0))
    return np.asarray(left @ right)


def _uncoupled(grain: Grain, probe: Array, spec: ShapedStates) -> float:
    """Mean D of the probe in the products |s, b> nearest E = 0."""
    found = [
        _log_ipr(probe[:, np.argsort(np.abs(grain.energies + h))[: spec.states // 2]])
        for h in (spec.field, -spec.field)
    ]
    return float(np.mean(found))


def _log_ipr(elements: Array) -> float:
    """Mean over the columns of -log of the sum of fourth powers."""
    return float(-np.log((np.abs(elements) ** 4).sum(axis=0)).mean())


def _halfwidth(omega: RealArray, weights: RealArray) -> float:
    order = np.argsort(np.abs(omega), axis=None)
    reached = np.cumsum(weights.ravel()[order])
    return float(np.interp(reached[-1] / 2, reached, np.abs(omega).ravel()[order]))
