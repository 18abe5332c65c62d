"""How far the elements of two levels obey the equations of two levels alone.

Garratt, Roy & Chalker, eq. (2): dz/dh = -z y/omega, dy/dh = Z/omega, with 1/2 cot(omega/2) for
1/omega in a unitary. Derivatives are finite differences.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bathlab.analysis.crossings import shifted_levels
from bathlab.analysis.level_pairs import Resonances
from bathlab.analysis.sweeps import CROSSING
from bathlab.conventions import Array, RealArray, Row

#: Half the difference of the fields of a finite difference.
STEP = 1e-6
#: Edges of the bins of |omega|, above what a finite difference resolves.
APART = np.array([0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 2.5])
#: Edges of the bins of the largest Z of either state with a third one.
THIRD = np.array([0.0, 1e-3, 1e-2, 1e-1, 1.0])
#: Edges of the bins of log10 of a residual; what is beyond counts in the last ones.
RESIDUALS = np.linspace(-6.0, 4.0, 101)
#: Elements below this are not known well enough for a finite difference.
LEAST = 1e-5
#: Of pairs with a larger Z the equation of y is compared with its term.
RESONANT = 0.1
#: Residuals: of dz/dh over its two-level term, of dy/dh, and that over its term.
EQUATIONS = ("residual_z", "residual_y", "resonant_y")


class _Near(NamedTuple):
    """|z| and z_nn of the same states at a field nearby, and whether each state is known."""

    z: RealArray
    own: RealArray
    known: Array


def two_level_row(found: Resonances) -> Row:
    """How large what (2) leaves out is in one realisation, as one site sees it.

    Of pairs n < m that cross, R^2 > 1/2, with |z| > ``LEAST``: (w t r,) counts in the w bins
    :data:`APART` of |omega|, the t bins :data:`THIRD` of the largest Z_np, Z_mp of a third
    level p, and the r bins :data:`RESIDUALS` of log10 of a residual. ``residual_z`` is that of
    |d|z|/dh + |z| y cot(omega/2)/2| over |z| |y cot(omega/2)|/2, ``residual_y`` that of |dy/dh
    - Z cot(omega/2)/2|, ``resonant_y`` the latter over Z |cot(omega/2)|/2, of pairs with Z >
    ``RESONANT``.
    """
    below, above = (_near(found, shift) for shift in (-STEP, STEP))
    z, own = np.abs(found.z), found.polarisation
    y = np.subtract.outer(own, own) / 2
    known = below.known & above.known
    used = np.triu(np.logical_and.outer(known, known), 1) & (y**2 + z**2 > CROSSING)
    n, m = np.nonzero(used & (z > LEAST))
    half = 1 / (2 * np.tan(found.omega[n, m] / 2))
    rate = (above.z - below.z)[n, m] / (2 * STEP)
    turn = ((above.own - below.own)[n] - (above.own - below.own)[m]) / (4 * STEP)
    Z, terms = z[n, m] ** 2, (-z[n, m] * y[n, m] * half, z[n, m] ** 2 * half)
    off = [np.abs(measured - term) for measured, term in zip((rate, turn), terms)]
    values = off[0] / np.abs(terms[0]), off[1], off[1] / np.abs(terms[1])
    weights = np.ones(len(n)), np.ones(len(n)), (Z > RESONANT).astype(float)
    places = np.abs(found.omega[n, m]), _thirds(found.Z, n, m)
    row: dict[str, RealArray] = {}
    for name, value, weight in zip(EQUATIONS, values, weights):
        logs = np.log10(np.clip(value, 10 ** RESIDUALS[0], 0.999 * 10 ** RESIDUALS[-1]))
        sample, bins = np.column_stack([*places, logs]), [APART, THIRD, RESIDUALS]
        row[name] = np.histogramdd(sample, bins, weights=weight)[0].ravel()
    return row


def _thirds(Z: RealArray, n: Array, m: Array) -> RealArray:
    """The largest Z_np and Z_mp of each pair, p another state."""
    others = Z.copy()
    np.fill_diagonal(others, 0.0)
    order = np.argsort(-others, axis=1)[:, :2]
    return np.maximum(*(_best_but(others, order, a, b) for a, b in ((n, m), (m, n))))


def _best_but(others: RealArray, order: Array, a: Array, b: Array) -> RealArray:
    best = np.where(order[a, 0] == b, order[a, 1], order[a, 0])
    return np.asarray(others[a, best])


def _near(found: Resonances, shift: float) -> _Near:
    data = shifted_levels(found, shift)
    weights = np.abs(data.vectors) ** 2
    order = weights.argmax(axis=1)
    size = len(order)
    known = (weights[np.arange(size), order] > 0.5) & (
        np.bincount(order, minlength=size)[order] == 1
    )
    vectors = data.vectors[:, order]
    z = vectors.conj().T @ found.z @ vectors
    return _Near(np.abs(z), z.diagonal().real, known)
