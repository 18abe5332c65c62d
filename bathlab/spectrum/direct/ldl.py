"""Dense factors of H - shift, for a filled Hermitian matrix."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from bathlab.conventions import Array
from bathlab.errors import SingularShift
from bathlab.operators.hermitian import Matrix, to_dense
from bathlab.spectrum.dense import require_dense_fits
from bathlab.spectrum.direct.base import Factorisation

#: Columns in a block of LAPACK's Bunch-Kaufman factorisation (SciPy asks for one if not told).
BLOCK_COLUMNS = 64


class DenseFactorisation(Factorisation):
    """L D L^dagger of a filled matrix by LAPACK (Bunch & Kaufman, Math. Comp. 31 (1977)
    163)."""

    name = "dense"

    def __init__(self, matrix: Matrix, shift: float) -> None:
        super().__init__(shift)
        require_dense_fits(matrix)
        shifted = np.array(to_dense(matrix), order="F")
        shifted[np.diag_indices_from(shifted)] -= shift
        kind = "he" if np.iscomplexobj(shifted) else "sy"
        factorise, self._substitute = scipy.linalg.get_lapack_funcs(
            (kind + "trf", kind + "trs"), (shifted,)
        )
        self._factors, self._pivots, info = factorise(
            shifted, lower=1, lwork=BLOCK_COLUMNS * len(shifted), overwrite_a=1
        )
        if info:
            raise SingularShift(f"pivot {info} is zero")
        # A pair of equal negative indices marks a 2 x 2 pivot, which this pivoting takes only
        # where its determinant is negative: one level on each side.
        single = self._pivots > 0
        self.negative = int(
            np.sum(np.diag(self._factors).real[single] < 0) + np.sum(~single) // 2
        )

    def _solve(self, b: Array) -> Array:
        return self._substitute(self._factors, self._pivots, b, lower=1)[0]

    def _free(self) -> None:
        self.__dict__.pop("_factors", None)
