"""The conventions every other module relies on, each fixed here and nowhere else.

* Energies are in units of the mean LIOM field, hbar = 1, logarithms are natural.
* Spins are described by Pauli matrices (eigenvalues +-1); ``SIGMA_Z = diag(1, -1)``.
* Basis order: bath (x) tau_1 (x) ... (x) tau_n, the leftmost factor slowest, as in
  ``numpy.kron`` and ``qutip.tensor``.
* GOE and GUE: semicircle of full width ``bandwidth`` = 2R, see :func:`bathlab.streams.goe`.
* Random numbers: one independent stream per (seed, realisation, purpose, index), see
  :mod:`bathlab.streams`.
"""

from __future__ import annotations

from typing import Any, Mapping, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
RealArray: TypeAlias = NDArray[np.float64]
#: Metadata of a field that came later to a spec: at its default it is no part of the spec's
#: identity, so that older stores are of the same spec.
GAINED: Mapping[str, Any] = {"gained": True}
#: One row of a store: column name to scalar, or to a one-dimensional array (a curve).
Row = Mapping[str, Any]


SIGMA_X: RealArray = np.array([[0.0, 1.0], [1.0, 0.0]])
#: Complex; the other two are real.
SIGMA_Y: Array = np.array([[0.0, -1.0j], [1.0j, 0.0]])
SIGMA_Z: RealArray = np.array([[1.0, 0.0], [0.0, -1.0]])
#: Turns sigma^x into sigma^z and back.
HADAMARD: RealArray = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)
