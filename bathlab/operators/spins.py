"""Operators of single spins on the whole chain."""

from __future__ import annotations

import math
from typing import Sequence

import numpy as np
from scipy import sparse

from bathlab.checks import as_array, as_integer, require_choice
from bathlab.conventions import SIGMA_X, SIGMA_Y, SIGMA_Z, Array

#: More spins than any machine holds, and fewer than overflow the indices of a sparse matrix.
MOST_SPINS = 60
PAULI: dict[str, Array] = {"x": SIGMA_X, "y": SIGMA_Y, "z": SIGMA_Z}


def pauli(axis: str) -> Array:
    """sigma^x, sigma^y (complex) or sigma^z, (2, 2). Raises ValueError for another axis."""
    require_choice("axis", axis, tuple(PAULI))
    return PAULI[axis]


def spin_operator(pauli: Array, site: int, spins: int) -> sparse.csr_array:
    """``pauli`` on ``site`` (0 is the leftmost factor) of ``spins`` spins, as CSR.

    Raises
    ------
    ValueError
        If the matrix is not (2, 2) and finite, or there is no such site.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> raising = np.array([[0, 1], [0, 0]])
    >>> print(bl.operators.spin_operator(raising, site=0, spins=2).toarray().astype(int))
    [[0 0 1 0]
     [0 0 0 1]
     [0 0 0 0]
     [0 0 0 0]]
    """
    pauli = as_array("pauli", pauli, shape=(2, 2), kind="complex")
    spins = as_integer("spins", spins, 1, MOST_SPINS)
    site = as_integer("site", site, 0, spins - 1)
    return _between(2**site, pauli, 2 ** (spins - 1 - site))


def site_operator(axis: str, site: int, dims: Sequence[int]) -> sparse.csr_array:
    """sigma^axis of factor ``site`` of a space with factors ``dims``, as CSR.

    ``site`` counts from 0, the leftmost factor; negative numbers count from the end.

    Raises
    ------
    ValueError
        For another axis, a factor that is not there, or one that is no spin.

    Examples
    --------
    >>> import bathlab as bl
    >>> sigma_z = bl.operators.site_operator("z", site=-1, dims=(3, 2))
    >>> print(sigma_z.diagonal())
    [ 1. -1.  1. -1.  1. -1.]
    >>> system = bl.couple(bl.LocalChainBath(spins=3), bl.LiomChain(count=1)).sample(seed=1)
    >>> other = bl.operators.site_operator("z", -1, system.dims) - system.operator(1, "z")
    >>> print(abs(other).max(), "between two ways to the same LIOM")
    0.0 between two ways to the same LIOM
    """
    matrix = pauli(axis)
    dims = as_array("dims", dims, kind="integer", minimum=1).tolist()
    place = as_integer("site", site, -len(dims), len(dims) - 1) % len(dims)
    if dims[place] != 2:
        raise ValueError(
            f"site = {site!r} was given, a factor of dimension {dims[place]}; expected a spin, "
            f"of dimension 2. The factors have the dimensions {tuple(dims)}; a bath given as a "
            "Qobj keeps those of its spins."
        )
    return _between(math.prod(dims[:place]), matrix, math.prod(dims[place + 1 :]))


def _between(left: int, matrix: Array, right: int) -> sparse.csr_array:
    """``matrix`` between identities of these dimensions, entry by entry: scipy's kron, which
    keeps zeros, takes several times as long."""
    size = len(matrix) * right
    rows, columns = np.nonzero(matrix)
    index = sparse.get_index_dtype(maxval=left * size * len(matrix))  # of entries, at most

    def everywhere(places: Array) -> Array:
        within = np.add.outer(places * right, np.arange(right)).ravel()
        return np.add.outer(size * np.arange(left), within).ravel().astype(index, copy=False)

    entries = np.tile(np.repeat(matrix[rows, columns], right), left)
    places = everywhere(rows), everywhere(columns)
    return sparse.csr_array((entries, places), shape=(left * size,) * 2)
