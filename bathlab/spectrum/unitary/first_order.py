"""The step that takes mixing and lack of orthogonality out of eigenvectors, compiled."""

from __future__ import annotations

import numba
import numpy as np

from bathlab.conventions import Array

#: Rows and columns of a tile, which with its mirror image stays in the first cache.
TILE = 32


@numba.njit(cache=True, error_model="numpy", nogil=True)
def first_order_step(between: Array, overlaps: Array, phases: Array, same: float) -> None:
    """M <- X - S in place, so that V (1 + X - S) are eigenvectors to first order.

    Parameters
    ----------
    between
        (n, n) M = V^dagger W V.
    overlaps
        (n, n) V^dagger V - 1 = 2 S, of which the upper triangle is read.
    phases
        (n,) diagonal of M.
    same
        difference of phases below which vectors are left as they are.
    """
    n = len(phases)
    for top in range(0, n, TILE):
        for left in range(top, n, TILE):
            for i in range(top, min(top + TILE, n)):
                for j in range(max(left, i + 1), min(left + TILE, n)):
                    apart, both = phases[j] - phases[i], phases[j] + phases[i]
                    weight = np.conj(apart) / (apart.real**2 + apart.imag**2 + same**2)
                    lack = overlaps[i, j] / 2
                    upper = (between[i, j] - lack * both) * weight
                    lower = (np.conj(lack) * both - between[j, i]) * weight
                    turn = (upper - np.conj(lower)) / 2
                    between[i, j] = turn - lack
                    between[j, i] = -np.conj(turn) - np.conj(lack)
    for i in range(n):
        between[i, i] = -overlaps[i, i] / 2
