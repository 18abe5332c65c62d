"""The quantities of the ETH ansatz V_bb' = sqrt(v(omega)/rho) eta_bb' (eq. 1).

Source: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), "DRH".
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import scipy.sparse.linalg
from scipy import sparse

from bathlab.analysis.levels import density_of_states
from bathlab.checks import (
    as_array,
    as_edges,
    as_real,
    refusal,
    shown,
)
from bathlab.conventions import Array, RealArray
from bathlab.operators.hermitian import Operator, as_matrix, as_operator, require_dimension


def matrix_elements(vectors: Array, operator: Operator) -> Array:
    """<b|O|b'> in the basis of the columns of ``vectors``, shape (n, n).

    Raises
    ------
    ValueError
        If the vectors are not finite or the operator does not fit them.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.LocalChainBath(spins=5).sample(seed=1)
    >>> V = bl.analysis.matrix_elements(grain.eigensystem.vectors, grain.contact)
    >>> print(V.shape, f"sum over b' of |<b|V|b'>|^2 = <b|V^2|b> = {(V[0] ** 2).sum():.6f}")
    (32, 32) sum over b' of |<b|V|b'>|^2 = <b|V^2|b> = 1.000000
    """
    vectors = as_array("vectors", vectors, ndim=2, kind="complex")
    operator = as_operator(operator, len(vectors), "operator")
    return vectors.conj().T @ (operator @ vectors)


class ElementRows:
    """<b|O|b'> in the basis of the columns of ``vectors``, of which rows are formed when asked.

    ``elements[inside]`` are the rows b of a mask or of a list of numbers, shape (m, n): an
    average over the levels of a window needs no others. Raises ValueError as
    :func:`matrix_elements`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.LocalChainBath(spins=6).sample(seed=1)
    >>> rows = bl.analysis.ElementRows(grain.eigensystem.vectors, grain.contact)
    >>> middle = np.abs(grain.energies) < 0.5
    >>> few = rows[middle]  # the others are not formed
    >>> print(few.shape, "of", rows.shape)
    (7, 64) of (64, 64)
    >>> print(np.allclose(few, grain.matrix_elements("contact")[middle]))
    True
    """

    def __init__(self, vectors: Array, operator: Operator) -> None:
        self.vectors = as_array("vectors", vectors, ndim=2, kind="complex")
        self.images = as_operator(operator, len(self.vectors), "operator") @ self.vectors
        self.shape = self.images.shape

    def __getitem__(self, rows: Any) -> Array:
        return self.vectors[:, rows].conj().T @ self.images


Elements: TypeAlias = "Array | ElementRows"


def structure_factor(
    energies: RealArray,
    elements: Elements,
    edges: Any,
    energy: float = 0.0,
    window: float = 1.0,
    other: Elements | None = None,
) -> RealArray:
    """v(omega) on bins, the density over omega = E_b - E_b' of |<b|V|b'>|^2, averaged over b.

    Parameters
    ----------
    energies
        (n,) levels E_b.
    elements
        (n, n) matrix elements V_bb' in the same order, or :class:`ElementRows`.
    edges
        (m+1,) ascending bin edges of omega.
    energy, window
        the average runs over |E_b - energy| <= window/2.
    other
        (n, n) matrix elements of a second operator W, for the cross structure factor of V
        and W: the density of the real part of <b|V|b'><b'|W|b>, which has either sign.

    Returns
    -------
    ndarray
        (m,) array in units of <V^2>/energy. The integral over bins that cover all differences
        is the mean of <b|V^2|b> (or <b|VW|b>), the diagonal element included (DRH eq. 3).

    Raises
    ------
    ValueError
        If the edges do not ascend, no level lies in the window, the shapes differ, or a number
        is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.LocalChainBath(spins=6).sample(seed=1)
    >>> edges = np.linspace(-24.0, 24.0, 13)
    >>> elements = grain.matrix_elements("contact")
    >>> v = bl.analysis.structure_factor(grain.energies, elements, edges, window=2.0)
    >>> print(v.round(3))
    [0.    0.    0.    0.    0.005 0.11  0.132 0.003 0.    0.    0.    0.   ]
    >>> print(f"integral {v @ np.diff(edges):.4f}: the mean of <b|V^2|b>, and V^2 = 1")
    integral 1.0000: the mean of <b|V^2|b>, and V^2 = 1
    """
    energies, edges = as_array("energies", energies), as_edges(edges)
    energy, window = as_real("energy", energy), as_real("window", window, above=0)
    elements = as_elements("elements", elements, len(energies))
    other = elements if other is None else as_elements("other", other, len(energies))
    inside = np.abs(energies - energy) <= window / 2
    if not inside.any():
        density_of_states(energies, energy, window)  # raises, saying where the levels are
    differences = energies[inside, None] - energies[None, :]
    rows = elements[inside]
    partners = rows if other is elements else other[inside]
    weights = np.real(rows * partners.conj())
    totals, _ = np.histogram(differences.ravel(), bins=edges, weights=weights.ravel())
    return totals / (np.count_nonzero(inside) * np.diff(edges))


def as_elements(name: str, elements: Elements, count: int) -> Elements:
    """Matrix elements between ``count`` levels; ValueError for others, or ones not finite."""
    if not isinstance(elements, ElementRows):
        return as_array(name, elements, shape=(count, count), kind="complex")
    if elements.shape != (count, count):
        expected = f"elements between {count} levels"
        raise refusal(name, shown(elements), expected, "Take both of one grain.")
    return elements


def flip_structure_factor(
    energies: RealArray,
    elements: Elements,
    field: float,
    window: float = 1.0,
    resolution: float | None = None,
) -> float:
    """v(2h), as a spin in a field h = ``field`` sees it that flips at total energy E = 0.

    A flip leads from E_b = -+h to +-h, so v is taken at energy +-h and frequency +-2h, the mean
    of both, over a range of ``window`` in energy and ``resolution`` (``window`` if None) in
    frequency.

    Raises
    ------
    ValueError
        If the field is not finite, a range not positive, or no level lies in the window.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> R, h = 4.0, 1.0
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=2 * R).sample(seed=1)
    >>> elements = grain.matrix_elements("contact")
    >>> v = bl.analysis.flip_structure_factor(grain.energies, elements, field=h, window=1.0)
    >>> semicircle = 2 / (np.pi * R**2) * np.sqrt(R**2 - h**2)  # the density of levels, over n
    >>> print(f"v(2h) = {v:.3f}, by random elements of mean square 1/n {semicircle:.3f}")
    v(2h) = 0.159, by random elements of mean square 1/n 0.154
    """
    field, window = as_real("field", field), as_real("window", window, above=0)
    resolution = window if resolution is None else as_real("resolution", resolution, above=0)
    half = resolution / 2
    factors = [
        structure_factor(
            energies, elements, sign * 2 * field + np.array([-half, half]), sign * field, window
        )[0]
        for sign in (1, -1)
    ]
    return float(np.mean(factors))


def energy_scale(hamiltonian: Operator, operator: Operator) -> float:
    """The operator's own energy scale, half the rms frequency of its structure factor.

    sqrt(tr |[H, V]|^2 / tr V^2) / 2, from the matrices alone. For sigma^x of a spin in a field
    h sigma^z it is h. A coupling of this size no longer probes the bath, it changes it.

    Raises
    ------
    ValueError
        If an operator is no finite square matrix, they do not fit, or V = 0.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> sigma_x, sigma_z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
    >>> print(f"{bl.analysis.energy_scale(0.7 * sigma_z, sigma_x):.4f} of a spin, h = 0.7")
    0.7000 of a spin, h = 0.7
    >>> grain = bl.LocalChainBath(spins=5).sample(seed=1)
    >>> scale = bl.analysis.energy_scale(grain.hamiltonian, grain.contact)
    >>> print(f"{scale:.3f} of the contact of a chain in fields 1 +- 0.3")
    0.734 of the contact of a chain in fields 1 +- 0.3
    """
    hamiltonian = as_matrix(hamiltonian, "hamiltonian")
    operator = as_matrix(operator, "operator")
    require_dimension(operator, hamiltonian.shape[0], "operator")
    commutator = hamiltonian @ operator - operator @ hamiltonian
    norms = [
        scipy.sparse.linalg.norm(matrix) if sparse.issparse(matrix) else np.linalg.norm(matrix)
        for matrix in (commutator, operator)
    ]
    if norms[1] == 0:
        raise refusal("operator", "0", "one with a scale", "Choose another operator.")
    return float(norms[0] / norms[1] / 2)
