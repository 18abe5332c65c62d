"""H - shift = L D L^dagger by the Pardiso of Intel's MKL, for sparse Hermitian matrices.

Pardiso (Schenk & Gartner, Electron. Trans. Numer. Anal. 23 (2006) 158) keeps one triangle and
pivots inside dense blocks as Bunch & Kaufman (Math. Comp. 31 (1977) 163), so it does half the
work of an LU and tells the inertia. The package ``pypardiso`` brings and finds the library; its
own solver (one global object, LU only, arrays copied on every call) is passed over, and
``pardiso_64`` is called directly: its integers have 64 bits whatever the interface layer.
Meaning of the parameters: "oneMKL PARDISO iparm Parameter" in Intel's reference.
"""

from __future__ import annotations

import ctypes
import threading
import weakref
from functools import cache
from typing import Any

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_info

from bathlab.conventions import Array
from bathlab.errors import EngineFailed, EngineMissing, SingularShift
from bathlab.operators.hermitian import on_parts
from bathlab.operators.memory import require_memory
from bathlab.spectrum.direct.base import Factorisation

#: Real symmetric and complex Hermitian indefinite, by numpy's kind of the numbers.
MATRIX_TYPES = {"f": -2, "c": -4}
#: Input parameters by Intel's numbers, counted from 1. Measured on random and chain baths up to
#: n = 16384: the ordering of METIS (2) beats minimum degree (1.3 s of ordering against 0.2);
#: scaling (11) gains nothing and matching (13) triples the time; two-level scheduling (24) is
#: as fast on one thread, faster on two, and gave the smaller backward error.
PARAMETERS = {1: 1, 2: 2, 8: 0, 10: 8, 11: 0, 13: 0, 21: 1, 24: 1}
#: With two-level scheduling complex Hermitian solutions are wrong (residuals of order one with
#: MKL 2026.2 at n = 1024 and 4096), without it they are right.
COMPLEX_PARAMETERS = PARAMETERS | {24: 0}
#: Output parameters: perturbed pivots, peak and permanent memory of the analysis and memory of
#: the factors (KiB), number of negative pivots.
PERTURBED, ANALYSIS, PERMANENT, FACTORS, NEGATIVE = 14, 15, 16, 17, 23
#: Matrices of fewer rows are left to one thread, since several would wait longer for each other
#: than the work takes. From the analysis on: factors made on fewer threads than that are wrong.
FOR_ONE_THREAD = 6000
#: Phases: analyse, factorise, solve, release.
ANALYSE, FACTORISE, SOLVE, RELEASE = 11, 22, 33, -1
#: What the error codes mean.
ERRORS = {
    -1: "inconsistent input",
    -2: "not enough memory",
    -3: "reordering failed",
    -4: "zero pivot",
    -7: "a diagonal matrix was refused",
    -8: "integer overflow",
    -9: "not enough memory out of core",
    -12: "the 64-bit library was not found",
}

#: The library promises less of concurrent calls than it could. Re-entrant, because collecting
#: garbage in the midst of a call may release another factorisation on the same thread.
_lock = threading.RLock()


@cache
def _library() -> Any:
    """The MKL runtime with ``pardiso_64``; raises EngineMissing where it cannot be had."""
    try:
        import pypardiso

        library = pypardiso.ps.libmkl
        library.pardiso_64.restype = None
        library.MKL_Set_Num_Threads_Local.restype = ctypes.c_int
    except (ImportError, OSError, AttributeError) as error:
        raise EngineMissing(f"Pardiso cannot be loaded ({error})") from None
    return library


class PardisoFactorisation(Factorisation):
    """L D L^dagger of a Hermitian CSR matrix minus ``shift``.

    Complex factors do not tell the inertia. With ``counting`` they are those of the real
    matrix that acts on real and imaginary parts, which has each level twice: several times the
    work.
    """

    name = "Pardiso"

    def __init__(self, matrix: sparse.csr_array, shift: float, counting: bool = False) -> None:
        super().__init__(shift)
        library = _library()
        whole = np.iscomplexobj(matrix) and not counting
        self._parts = 2 if np.iscomplexobj(matrix) and counting else 1
        self._whole = whole
        real = on_parts(matrix) if self._parts == 2 else matrix
        self._diagonal = real.diagonal()
        self._matrix = _upper_triangle(real, shift)
        self._handle = np.zeros(64, dtype=np.int64)
        self._parameters = np.zeros(64, dtype=np.int64)
        for number, value in (COMPLEX_PARAMETERS if whole else PARAMETERS).items():
            self._parameters[number - 1] = value
        self._threads = 1 if real.shape[0] < FOR_ONE_THREAD else _thread_limit(library)
        self._release = weakref.finalize(
            self, _call, RELEASE, self._handle, self._matrix, self._parameters, self._threads
        )
        try:
            self._run(ANALYSE)
            self.memory = 1024.0 * max(
                self._told(ANALYSIS), self._told(PERMANENT) + self._told(FACTORS)
            )
            require_memory(
                self.memory,
                f"The factorisation of H - E at dimension {matrix.shape[0]}",
                'Attach fewer LIOMs or take a smaller bath, or use method="lanczos".',
            )
            self._factorise()
        except BaseException:
            self.close()
            raise

    def move(self, shift: float) -> bool:
        """By the same symbolic analysis and in the same memory."""
        if self._whole or self._closed:
            return False
        values, starts, _ = self._matrix
        # The diagonal entry is the first of each row.
        values[starts[:-1] - 1] = self._diagonal - shift
        self.shift = shift
        self._factorise()
        return True

    def _factorise(self) -> None:
        self._run(FACTORISE)
        if self._told(PERTURBED):
            # The factors are those of another matrix, and its inertia is not that of H.
            raise SingularShift(f"{self._told(PERTURBED)} pivots had to be perturbed")
        self.negative = None if self._whole else self._told(NEGATIVE) // self._parts

    def _solve(self, b: Array) -> Array:
        given = b
        if self._parts == 2:
            given = np.stack([b.real, b.imag], axis=1).reshape(-1, *b.shape[1:])
        right = np.array(given, dtype=self._matrix[0].dtype, order="F")
        solution = np.empty_like(right)
        self._run(SOLVE, right, solution)
        if not np.isfinite(solution).all():
            raise EngineFailed("Pardiso's solution is not finite.")
        if self._parts == 2:
            parts = solution.reshape(-1, 2, *b.shape[1:])
            return np.asarray(parts[:, 0] + 1j * parts[:, 1])
        return solution

    def _free(self) -> None:
        self._release()

    def _run(
        self, phase: int, right: Array | None = None, solution: Array | None = None
    ) -> None:
        error = _call(
            phase, self._handle, self._matrix, self._parameters, self._threads, right, solution
        )
        if error:
            raise EngineFailed(
                f"Pardiso stopped in phase {phase} with error {error}: "
                f"{ERRORS.get(error, 'see its manual')}"
            )

    def _told(self, number: int) -> int:
        return int(self._parameters[number - 1])


def _upper_triangle(matrix: sparse.csr_array, shift: float) -> tuple[Array, Array, Array]:
    """Values, row starts and columns of the upper triangle of H - shift, counted from 1.

    Every diagonal entry is stored, also a zero one: the identity has to be in the pattern, and
    a sum of sparse arrays may drop what cancels.
    """
    n = matrix.shape[0]
    above, place = sparse.triu(matrix, k=1, format="coo"), np.arange(n)
    values = np.concatenate([matrix.diagonal() - shift, above.data])
    places = (np.concatenate([place, above.row]), np.concatenate([place, above.col]))
    upper = sparse.csr_array((values, places), shape=(n, n))
    upper.sort_indices()
    return upper.data, upper.indptr.astype(np.int64) + 1, upper.indices.astype(np.int64) + 1


def _call(
    phase: int,
    handle: Array,
    matrix: tuple[Array, Array, Array],
    parameters: Array,
    threads: int,
    right: Array | None = None,
    solution: Array | None = None,
) -> int:
    """One call of the library; its error code."""
    library, (data, starts, columns) = _library(), matrix
    error = ctypes.c_int64(0)
    columns_of_b = 1 if right is None or right.ndim == 1 else right.shape[1]
    with _lock:
        before = library.MKL_Set_Num_Threads_Local(threads)
        try:
            library.pardiso_64(
                _address(handle),
                _integer(1),
                _integer(1),
                _integer(MATRIX_TYPES[data.dtype.kind]),
                _integer(phase),
                _integer(len(starts) - 1),
                _address(data),
                _address(starts),
                _address(columns),
                None,
                _integer(columns_of_b),
                _address(parameters),
                _integer(0),
                _address(right),
                _address(solution),
                ctypes.byref(error),
            )
        finally:
            library.MKL_Set_Num_Threads_Local(before)
    return error.value


def _address(array: Array | None) -> ctypes.c_void_p | None:
    return None if array is None else array.ctypes.data_as(ctypes.c_void_p)


def _integer(value: int) -> Any:
    return ctypes.byref(ctypes.c_int64(value))


def _thread_limit(library: Any) -> int:
    """Threads for MKL: its own limit, and no more than any other BLAS in the process has.

    A ``threadpool_limits`` block reaches only libraries that were loaded when it began, and
    this one is loaded late.
    """
    others = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
    return int(min([library.MKL_Get_Max_Threads(), *others]))
