"""Below the hybridisation threshold: one product, with what first order adds to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from bathlab.analysis.eth import flip_structure_factor
from bathlab.checks import as_array, as_integer, as_real, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.spread_states import RANGE
from bathlab.model.baths import Bath
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.dense import diagonalise


@dataclass(frozen=True)
class WeakSpin:
    """A spin at a bath with G = g sqrt(v(2h) rho) well below 1.

    Parameters
    ----------
    bath
        without the spin.
    strengths
        G, for each of which g is chosen in each realisation.
    field
        h.
    products
        how many |s, b> are looked at, those nearest E = 0.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    bath: Bath
    strengths: tuple[float, ...]
    field: float
    products: int = 24

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        strengths = as_array("strengths", self.strengths, above=0)
        object.__setattr__(self, "strengths", tuple(strengths.tolist()))
        settle(
            self,
            field=as_real("field", self.field),
            products=as_integer("products", self.products, 1),
        )


def weak_rows(spec: WeakSpin, seed: int, realisation: int) -> list[Row]:
    """What the nearest eigenstates of products are, beside first-order perturbation theory.

    Returns
    -------
    list of dict
        A row for each G, means over the products |s, b>. With X = sum_b' |g V_bb'/Delta|^2 and
        the eigenstate psi of the largest overlap: ``lost`` log(1 - |<sb|psi>|^2),
        ``first_lost`` log(X/(1 + X)), ``entropy`` log S of the spin, ``first_entropy`` log of
        the entropy of the normalised first-order state, ``mixed``: share with an overlap below
        1/2, ``mean_entropy``: of S, and ``mean_first``: of X/(1 + X).
    """
    require_kind("spec", spec, WeakSpin, "Make one with bathlab.experiments.")
    grain = spec.bath.sample(seed, realisation)
    levels = grain.energies
    elements = grain.matrix_elements("contact")
    v = flip_structure_factor(levels, elements, spec.field, RANGE)
    rho = grain.density_of_states(0.0, RANGE)
    spins, chosen = _nearest(levels, spec.field, spec.products)
    changes = levels[chosen, None] - levels + 2 * (spec.field * spins)[:, None]
    sums = ((np.abs(elements[chosen]) / changes) ** 2).sum(axis=1)
    rows: list[Row] = []
    for G in spec.strengths:
        g = G / math.sqrt(v * rho)
        system = grain.attach(LiomChain(count=1, g1=g, field=spec.field, disorder=0.0))
        vectors = diagonalise(system).vectors.reshape(len(levels), 2, -1)
        rows.append(
            {
                "dimension": grain.dimension,
                "G": G,
                "g": g,
                **_compared(vectors, grain.eigensystem.vectors[:, chosen], spins, g**2 * sums),
            }
        )
    return rows


def _nearest(levels: RealArray, field: float, count: int) -> tuple[RealArray, Array]:
    """Spin states and levels of the products nearest E = 0."""
    products = np.add.outer(field * np.array([1.0, -1.0]), levels)
    order = np.argsort(np.abs(products), axis=None, kind="stable")[:count]
    rows, columns = np.unravel_index(order, products.shape)
    return np.where(rows == 0, 1.0, -1.0), columns


def _compared(vectors: Array, chosen: Array, spins: RealArray, sums: RealArray) -> Row:
    """Numbers of the eigenstates ``vectors`` (bath, spin, state) that belong to products."""
    overlaps = np.stack(
        [
            level.conj() @ vectors[:, 0 if spin > 0 else 1]
            for level, spin in zip(chosen.T, spins)
        ]
    )
    best = np.argmax(np.abs(overlaps), axis=1)
    kept = np.abs(overlaps[np.arange(len(best)), best]) ** 2
    states = vectors[:, :, best]
    reduced = np.einsum("bsj,btj->jst", states, states.conj())
    entropy = _entropy(np.linalg.eigvalsh(reduced))
    first = sums / (1 + sums)
    expected = _entropy(np.stack([first, 1 - first], axis=1))
    return {
        "lost": float(np.log(np.maximum(1 - kept, 1e-14)).mean()),
        "first_lost": float(np.log(first).mean()),
        "entropy": float(np.log(np.maximum(entropy, 1e-14)).mean()),
        "first_entropy": float(np.log(expected).mean()),
        "mixed": float(np.mean(kept < 0.5)),
        "mean_entropy": float(entropy.mean()),
        "mean_first": float(expected.mean()),
    }


def _entropy(shares: RealArray) -> RealArray:
    """Of each row of probabilities, in nats."""
    clipped = np.clip(shares, 0.0, 1.0)
    return np.asarray(-xlogy(clipped, clipped).sum(axis=1))
