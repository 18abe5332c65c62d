"""Entanglement of one tensor factor, a LIOM say, with the rest."""

from __future__ import annotations

import math
from typing import Any, Sequence

import numpy as np

from bathlab.conventions import Array
from bathlab.spectrum.eigenstates import Eigenstate


def reduced_density(state: Eigenstate | Array, dims: Sequence[int], factor: int) -> Array:
    """rho = Tr_rest |psi><psi| of one tensor factor, shape (d, d), trace <psi|psi>.

    Parameters
    ----------
    state : an eigenstate or a vector of shape (product of dims,).
    dims : dimensions of the tensor factors, in the order of the basis (``system.dims``).
    factor : which factor to keep; negative numbers count from the end, so -1 is the last LIOM.

    Raises
    ------
    ValueError
        If the state does not have that dimension or there is no such factor.
    """
    vector: Any = state.vector if isinstance(state, Eigenstate) else np.asarray(state)
    size = math.prod(dims)
    if vector.shape != (size,):
        raise ValueError(
            f"A state of shape {vector.shape} was given; expected ({size},) for "
            f"factors of dimensions {tuple(dims)}. Pass the dims of its system."
        )
    if not -len(dims) <= factor < len(dims):
        raise ValueError(
            f"factor = {factor} was given; expected a number from {-len(dims)} to "
            f"{len(dims) - 1}. There are {len(dims)} factors."
        )
    table = np.moveaxis(vector.reshape(tuple(dims)), factor, 0).reshape(dims[factor], -1)
    return table @ table.conj().T


def entanglement_entropy(state: Eigenstate | Array, dims: Sequence[int], factor: int) -> float:
    """Von Neumann entropy -Tr rho log rho of one tensor factor, in nats.

    0 for a spin in a product state, log 2 for one that is fully entangled with the rest; the
    mean over random states of the rest is log 2 - O(1/dimension) (Page, Phys. Rev. Lett. 71,
    1291 (1993)). Arguments, errors: :func:`reduced_density`.
    """
    weights = np.clip(np.linalg.eigvalsh(reduced_density(state, dims, factor)), 0.0, None)
    weights = weights[weights > 0] / weights.sum()
    return float(-(weights @ np.log(weights))) + 0.0
