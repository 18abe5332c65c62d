"""The choice of a factorisation: by fill and type of the matrix, and by what is installed."""

from __future__ import annotations

import warnings
from typing import Any

from scipy import sparse

from bathlab.errors import EngineFailed, EngineMissing
from bathlab.operators.door import as_system
from bathlab.operators.hermitian import is_filled
from bathlab.spectrum.direct.base import Factorisation
from bathlab.spectrum.direct.ldl import DenseFactorisation
from bathlab.spectrum.direct.pardiso import PardisoFactorisation
from bathlab.spectrum.direct.superlu import SuperLUFactorisation


def factorise(operator: Any, shift: float, care: str = "fast") -> Factorisation:
    """H - shift in factors.

    Parameters
    ----------
    operator
        Hermitian, anything with a matrix; the kind of factors follows its fill and type.
    care
        "fast", "safe" (partial pivoting where that is slower) or "inertia" (factors that
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
    if care != "safe":
        try:
            return PardisoFactorisation(matrix, shift, care == "inertia")
        except EngineMissing:
            pass
        except EngineFailed as error:
            warnings.warn(
                f"{error}; SuperLU is used instead, which is slower.",
                RuntimeWarning,
                stacklevel=2,
            )
    return SuperLUFactorisation(matrix, shift, care)
