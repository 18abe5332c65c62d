"""Factorisations of H - shift behind one interface: Pardiso, SuperLU or dense L D L^T.

By Sylvester's law of inertia the number of negative pivots of a symmetric factorisation is the
number of levels below the shift, so two factorisations count the levels between two energies
(Parlett, The Symmetric Eigenvalue Problem (SIAM, 1998), section 3.3).
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import scipy.linalg
from scipy import sparse
from scipy.sparse.linalg import splu

from bathlab.conventions import Array
from bathlab.errors import EngineFailed, EngineMissing, SingularShift
from bathlab.operators.hermitian import Matrix, is_filled, to_dense
from bathlab.operators.memory import require_memory
from bathlab.operators.system import as_system
from bathlab.spectrum.dense import require_dense_fits

#: Pivot threshold of SuperLU by the care asked for: nearly diagonal pivots keep the fill low,
#: partial pivoting is safe, and diagonal pivots alone show the inertia.
THRESHOLDS = {"fast": 0.01, "safe": 1.0, "inertia": 0.0}
#: Columns in a block of LAPACK's Bunch-Kaufman factorisation (SciPy asks for one if not told).
BLOCK_COLUMNS = 64


class Factorisation(ABC):
    """H - shift in factors. A context manager: its memory is free after the block.

    Attributes
    ----------
    shift : float
    name : "Pardiso", "SuperLU" or "dense".
    negative : number of levels below the shift, or None if these factors do not tell.
    """

    name: str

    def __init__(self, shift: float) -> None:
        self.shift = shift
        self.negative: int | None = None

    @abstractmethod
    def solve(self, b: Array) -> Array:
        """x with (H - shift) x = b, for b of shape (n,) or (n, columns)."""

    def close(self) -> None:
        """Free the memory now; nothing can be solved afterwards."""

    def __enter__(self) -> Factorisation:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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

    def solve(self, b: Array) -> Array:
        return self._factors.solve(b)

    def close(self) -> None:
        self.__dict__.pop("_factors", None)


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

    def solve(self, b: Array) -> Array:
        return self._substitute(self._factors, self._pivots, b, lower=1)[0]

    def close(self) -> None:
        self.__dict__.pop("_factors", None)


def factorise(operator: Any, shift: float, care: str = "fast") -> Factorisation:
    """H - shift in factors.

    Parameters
    ----------
    operator : Hermitian, anything with a matrix; the kind of factors follows its fill and type.
    care : "fast", "safe" (partial pivoting where that is slower) or "inertia" (factors that
        show the number of levels below the shift).

    Raises
    ------
    DoesNotFit
        If the factors cannot fit, foreseen before the numerical work.
    SingularShift
        If the shift is a level. Move it.
    """
    matrix = as_system(operator).matrix()
    if is_filled(matrix):
        return DenseFactorisation(matrix, shift)
    matrix = sparse.csr_array(matrix)
    if care != "safe" and not np.iscomplexobj(matrix.data):
        from bathlab.spectrum.direct.pardiso import PardisoFactorisation

        try:
            return PardisoFactorisation(matrix, shift)
        except EngineMissing:
            pass
        except EngineFailed as error:
            warnings.warn(
                f"{error}; SuperLU is used instead, which is slower.",
                RuntimeWarning,
                stacklevel=2,
            )
    return SuperLUFactorisation(matrix, shift, care)
