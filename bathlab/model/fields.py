"""Random fields of a circuit: two rotations to every site, and what they make together."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from bathlab.checks import as_array
from bathlab.conventions import Array, RealArray
from bathlab.operators.hermitian import UNITARY_TOLERANCE
from bathlab.streams import Purpose, stream


class Fields(NamedTuple):
    """On-site products exp(i h_j sigma_j/2), sigma_j = n_j . (sigma^x, sigma^y, sigma^z).

    Attributes
    ----------
    strengths
        (L,) h_j.
    axes
        (L, 3) unit vectors n_j.
    """

    strengths: RealArray
    axes: RealArray


def random_rotations(sites: int, seed: int, realisation: int) -> tuple[Array, Array]:
    """u and v, (sites, 2, 2) each, independent Haar-random SU(2) matrices."""
    draws = np.array(
        [
            stream(seed, realisation, Purpose.CIRCUIT_FIELD, site).standard_normal((2, 4))
            for site in range(1, sites + 1)
        ]
    )
    quaternions = draws / np.linalg.norm(draws, axis=2, keepdims=True)
    a, x, y, z = np.moveaxis(quaternions, 2, 0)
    # cos + i sin n.sigma: a unit quaternion, uniform on the sphere, is Haar on SU(2).
    upper = np.stack([a + 1j * z, 1j * x + y], axis=-1)
    lower = np.stack([1j * x - y, a - 1j * z], axis=-1)
    both = np.stack([upper, lower], axis=-2)
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def as_unitaries(name: str, value: Any) -> Array:
    """``value`` as an (L, 2, 2) array of unitary matrices; ValueError if it is none."""
    found = as_array(name, value, shape=(None, 2, 2), kind="complex")
    matrices = found.astype(np.complex128)  # a copy, which nobody else changes
    defect = np.abs(matrices.conj().transpose(0, 2, 1) @ matrices - np.eye(2)).max(initial=0.0)
    if not defect <= UNITARY_TOLERANCE:
        raise ValueError(
            f"{name} with max|{name}^dagger {name} - 1| = {defect:.2e} was given; expected "
            "unitary matrices. Use scipy.linalg.expm(1j * h) of Hermitian h, say."
        )
    return matrices


def on_site_products(u: Array, v: Array) -> Fields:
    """h_j in (0, 2 pi) and the axis of sigma_j: v_j u_j for even j, u_j v_j for odd j.

    A phase of the product is divided out; for SU(2) there is none.
    """
    odd_first = np.arange(1, len(u) + 1)[:, np.newaxis, np.newaxis] % 2 == 1
    products = np.where(odd_first, u @ v, v @ u)
    phases = np.sqrt(np.linalg.det(products).astype(np.complex128))
    products = products / phases[:, np.newaxis, np.newaxis]
    cosines = (products[:, 0, 0] + products[:, 1, 1]).real / 2
    vectors = np.stack(
        [
            (products[:, 0, 1] + products[:, 1, 0]).imag / 2,
            (products[:, 0, 1] - products[:, 1, 0]).real / 2,
            (products[:, 0, 0] - products[:, 1, 1]).imag / 2,
        ],
        axis=1,
    )
    sines = np.linalg.norm(vectors, axis=1)
    # A product of exactly +-1 has no axis: any will do.
    vectors[sines == 0], lengths = (0.0, 0.0, 1.0), np.where(sines == 0, 1.0, sines)
    return Fields(2 * np.arctan2(sines, cosines), vectors / lengths[:, np.newaxis])
