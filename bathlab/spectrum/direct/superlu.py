"""Sparse factors of H - shift by SuperLU, for any sparse Hermitian matrix."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from bathlab.conventions import Array
from bathlab.errors import SingularShift
from bathlab.operators.memory import require_memory
from bathlab.spectrum.direct.base import Factorisation

#: Pivot threshold of SuperLU by the care asked for: nearly diagonal pivots keep the fill low,
#: partial pivoting is safe, and diagonal pivots alone show the inertia.
THRESHOLDS = {"fast": 0.01, "safe": 1.0, "inertia": 0.0}


class SuperLUFactorisation(Factorisation):
    """Sparse LU with symmetric ordering (Li, ACM Trans. Math. Softw. 31 (2005) 302)."""

    name = "SuperLU"

    def __init__(self, matrix: sparse.csr_array, shift: float, care: str = "fast") -> None:
        super().__init__(shift)
        n = matrix.shape[0]
        # SuperLU has no symbolic phase to ask, so this is the bound no fill can exceed: the
        # whole triangle pair, 8 or 16 bytes a value and 4 an index. Random and chain baths fill
        # a third.
        require_memory(
            (matrix.dtype.itemsize + 4.0) * n**2,
            f"The factorisation of H - E at dimension {n}, at most,",
            "Install pypardiso (the extra bathlab[fast]), which foresees a tenth of that and "
            "needs "
            'it, use method="lanczos", attach fewer LIOMs or take a smaller bath.',
        )
        try:
            self._factors = splu(
                (matrix - shift * sparse.eye_array(n, format="csr")).tocsc(),
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=THRESHOLDS[care],
                options={"SymmetricMode": True},
            )
        except RuntimeError as error:
            raise SingularShift(str(error)) from None
        if care == "inertia" and np.array_equal(self._factors.perm_r, self._factors.perm_c):
            self.negative = int(np.sum(self._factors.U.diagonal().real < 0))

    def _solve(self, b: Array) -> Array:
        return self._factors.solve(b)

    def _free(self) -> None:
        self.__dict__.pop("_factors", None)
