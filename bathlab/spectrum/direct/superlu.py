"""Sparse factors of H - shift by SuperLU, for any sparse Hermitian matrix."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from bathlab.conventions import Array
from bathlab.errors import SingularShift
from bathlab.operators.memory import require_memory
from bathlab.spectrum.direct.base import Factorisation
from bathlab.spectrum.direct.dissection import elimination

#: Pivot threshold of SuperLU by the care asked for: nearly diagonal pivots keep the fill low,
#: partial pivoting is safe, and diagonal pivots alone show the inertia.
THRESHOLDS = {"fast": 1e-3, "safe": 1.0, "inertia": 0.0}
#: Room beyond both factors without off-diagonal pivots: for those, and for the growth of
#: SuperLU's arrays or the copy that shows the diagonal.
ROOM = 2.0


class SuperLUFactorisation(Factorisation):
    """Sparse LU in a symmetric order (Li, ACM Trans. Math. Softw. 31 (2005) 302).

    With every pivot on the diagonal it is P (H - shift) P^T = L D L^dagger, so the signs of the
    pivots are the inertia; with any other it does not tell.
    """

    name = "SuperLU"

    def __init__(self, matrix: sparse.csr_array, shift: float, care: str = "fast") -> None:
        super().__init__(shift)
        self._order, fill = elimination(matrix)
        self._place = np.argsort(self._order)
        require_memory(
            2 * ROOM * fill * (matrix.dtype.itemsize + 4.0),
            f"The factorisation of H - E at dimension {matrix.shape[0]}",
            "Install pypardiso (the extra bathlab[fast]), which needs a third of that and is "
            "several times faster, "
            'use method="lanczos", attach fewer LIOMs or take a smaller bath.',
        )
        self._ordered = matrix[self._order][:, self._order]
        self._factorise(care)

    def move(self, shift: float) -> bool:
        """In the same order."""
        if self._closed:
            return False
        self._free()
        self.shift = shift
        self._factorise("inertia")
        return True

    def _factorise(self, care: str) -> None:
        one = sparse.eye_array(self._ordered.shape[0], format="csr")
        try:
            self._factors = splu(
                (self._ordered - self.shift * one).tocsc(),
                permc_spec="NATURAL",
                diag_pivot_thresh=THRESHOLDS[care],
                options={"SymmetricMode": True},
            )
        except RuntimeError as error:
            raise SingularShift(str(error)) from None
        self.negative = None
        on_diagonal = np.array_equal(self._factors.perm_r, self._factors.perm_c)
        if care == "inertia" and on_diagonal:
            self.negative = int(np.sum(self._factors.U.diagonal().real < 0))

    def _solve(self, b: Array) -> Array:
        solution: Array = self._factors.solve(b[self._order])[self._place]
        return solution

    def _free(self) -> None:
        self.__dict__.pop("_factors", None)
