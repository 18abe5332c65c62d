"""Eigenstates as the refined theory makes them: random within w, the rest by a lemma.

De Roeck & Huveneers, section II E: P projects on product states within w of E, P psi has
independent amplitudes of variance k_0, and P-bar psi = (P-bar (E - H) P-bar)^-1 P-bar H_SB P
psi (eq. 9), an identity of true eigenstates.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.backreaction import Coupling
from bathlab.model.coupled import Grain
from bathlab.streams import stream

#: How P-bar psi is made: left out, by H_0 in the denominator (as the paper evaluates it), by
#: the whole of H.
KINDS = ("none", "first", "full")
#: States are taken within so much of E = 0 and, as their partners, of +-2h.
HERE, THERE = 0.5, 0.7


def in_products(grain: Grain, joint: Grain) -> tuple[RealArray, RealArray, RealArray]:
    """H, contact and energies E(b, s) in the basis of products of bath levels and spin."""
    basis = np.kron(grain.eigensystem.vectors, np.eye(2))
    system = joint.system
    fields = system.lioms.fields[-1] * np.array([1.0, -1.0])
    products = np.add.outer(grain.energies, fields).ravel()
    return (
        basis.T @ (system.hamiltonian @ basis),
        basis.T @ (joint.operator("contact") @ basis),
        products,
    )


def completed(
    H: RealArray,
    products: RealArray,
    energy: float,
    inner: RealArray,
    inside: Array,
    how: str,
) -> RealArray:
    """psi of P psi = ``inner``, not normalised, P-bar psi being made as ``how`` says."""
    psi, out = np.where(inside, inner, 0.0), ~inside
    if how == "none":
        return psi
    driven = (H @ psi)[out]
    if how == "first":
        psi[out] = driven / (energy - products[out])
    else:
        rest = -H[np.ix_(out, out)]
        rest[np.diag_indices_from(rest)] += energy
        psi[out] = np.linalg.solve(rest, driven)
    return psi


def identity_error(
    H: RealArray, products: RealArray, energy: float, psi: RealArray, w: float
) -> float:
    """Largest entry of P-bar psi less what eq. (9) makes of P psi, of an eigenstate."""
    inside = np.abs(energy - products) <= w
    return float(np.abs(completed(H, products, energy, psi, inside, "full") - psi).max())


def synthetic_part(
    grain: Grain, joint: Grain, c: Coupling, w: float, count: int, seed: int, realisation: int
) -> Row:
    """Sums over pairs at +-2h of V T, T^2 and V^2, T = sigma^x of the spin, with the sign of
    omega for the first, and norms of P-bar psi: of true and of synthetic states."""
    H, V, products = in_products(grain, joint)
    levels = joint.energies
    vectors = np.kron(grain.eigensystem.vectors, np.eye(2)).T @ joint.eigensystem.vectors
    numbers = stream(seed, realisation, "synthetic states")
    here = np.flatnonzero(np.abs(levels) <= HERE)
    there = np.flatnonzero(np.abs(np.abs(levels) - 2 * c.field) <= THERE)
    chosen = np.concatenate(
        [
            np.sort(numbers.choice(part, min(size, len(part)), replace=False))
            for part, size in ((here, count), (there, 2 * count))
        ]
    )
    split = min(count, len(here))
    true = vectors[:, chosen].T
    made: dict[str, list[RealArray]] = {kind: [] for kind in KINDS}
    for energy in levels[chosen]:
        omega = energy - products
        inside = np.abs(omega) <= w
        spread = np.where(inside, 1 / np.sqrt(1 + (omega / w) ** 2), 0.0)
        inner = spread * numbers.standard_normal(len(products))
        for kind in KINDS:
            psi = completed(H, products, energy, inner, inside, kind)
            made[kind].append(psi / math.sqrt(float(psi @ psi)))
    sets = {"true": true} | {kind: np.array(states) for kind, states in made.items()}
    row: dict[str, Any] = {
        "identity": identity_error(H, products, levels[chosen[0]], true[0], w)
    }
    for name, states in sets.items():
        omega = np.subtract.outer(levels[chosen[:split]], levels[chosen[split:]])
        near = np.abs(np.abs(omega) - 2 * c.field) <= 2 * w
        v = states[:split] @ V @ states[split:].T
        flipped = states.reshape(len(states), -1, 2)[:, :, ::-1].reshape(states.shape)
        t = states[:split] @ flipped[split:].T
        outside = np.abs(np.subtract.outer(levels[chosen], products)) > w
        beyond = np.sum(np.where(outside, states, 0.0) ** 2, axis=1)
        row |= {
            f"{name}_vt": float(np.sum((np.sign(omega) * v * t)[near])),
            f"{name}_tt": float(np.sum(t[near] ** 2)),
            f"{name}_vv": float(np.sum(v[near] ** 2)),
            f"{name}_beyond": float(np.median(beyond)),
        }
    return row
