"""The Lanczos recurrence without reorthogonalisation, in O(n) memory.

Lost orthogonality repeats converged levels as ghosts but falsifies nothing: the Ritz values
cluster at true levels, and the Gauss weights of a cluster sum to the true weight (Greenbaum,
Linear Algebra Appl. 113 (1989) 7; Paige, Linear Algebra Appl. 34 (1980) 235).
"""

from __future__ import annotations

import numpy as np
import scipy.linalg

from bathlab.spectrum.operators import Array, Operator

#: A next vector below this share of the operator's size is rounding: the Krylov space is
#: complete. Ten times the rounding unit of a product with a few hundred terms per row.
BREAKDOWN_TOLERANCE = 1e-14
#: Steps after which the extreme Ritz values bound the spectrum to well below a bandwidth.
INTERVAL_STEPS = 80


class Lanczos:
    """A Lanczos recurrence that can be extended.

    Attributes
    ----------
    diagonal, offdiagonal : (K,) arrays after K steps; ``offdiagonal[-1]`` is the norm that
        couples to the vector not yet taken, 0 if the Krylov space is complete.
    complete : bool, whether the Krylov space is invariant.
    """

    def __init__(self, operator: Operator, start: Array) -> None:
        norm = np.linalg.norm(start)
        if norm == 0:
            raise ValueError("A zero start vector was given; expected O|psi> of non-zero norm. "
                             "Choose another operator or state.")
        dtype = np.result_type(operator.dtype, start.dtype, np.float64)
        self._operator = operator
        self._vector = (start / norm).astype(dtype)
        self._previous = np.zeros_like(self._vector)
        self._axpy, = scipy.linalg.get_blas_funcs(("axpy",), dtype=dtype)
        self._size = 0.0
        self.diagonal = np.empty(0)
        self.offdiagonal = np.empty(0)
        self.complete = False

    def extend(self, steps: int) -> None:
        """Take ``steps`` more steps, fewer if the Krylov space closes."""
        done = len(self.diagonal)
        self.diagonal = np.concatenate([self.diagonal, np.empty(steps)])
        self.offdiagonal = np.concatenate([self.offdiagonal, np.empty(steps)])
        for k in range(done, done + steps):
            if self.complete:
                self.diagonal, self.offdiagonal = self.diagonal[:k], self.offdiagonal[:k]
                return
            self._step(k)

    def _step(self, k: int) -> None:
        vector, previous, axpy = self._vector, self._previous, self._axpy
        image = self._operator @ vector
        if k:
            image = axpy(previous, image, a=-self.offdiagonal[k - 1])
        alpha = np.vdot(vector, image).real
        image = axpy(vector, image, a=-alpha)
        beta = float(np.sqrt(np.vdot(image, image).real))
        self._size = max(self._size, abs(alpha), beta)
        if beta <= BREAKDOWN_TOLERANCE * self._size:
            beta, self.complete = 0.0, True
        else:
            image /= beta
        self.diagonal[k], self.offdiagonal[k] = alpha, beta
        self._previous, self._vector = vector, image


def spectral_interval(operator: Operator) -> tuple[float, float]:
    """An interval that the spectrum fills nearly to its ends, from a short Lanczos run.

    Each end is an extreme Ritz value moved outward by its residual, so a level lies that near.
    """
    n = operator.shape[0]
    run = Lanczos(operator, np.random.default_rng(0).standard_normal((n,)))
    run.extend(min(n, INTERVAL_STEPS))
    ritz, vectors = scipy.linalg.eigh_tridiagonal(run.diagonal, run.offdiagonal[:-1])
    reach = run.offdiagonal[-1] * np.abs(vectors[-1])
    return float(ritz[0] - reach[0]), float(ritz[-1] + reach[-1])
