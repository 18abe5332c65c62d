"""The Lanczos recurrence without reorthogonalisation, in O(n) memory.

Lost orthogonality repeats converged levels as ghosts but falsifies nothing: the Ritz values
cluster at true levels, and the Gauss weights of a cluster sum to the true weight (Greenbaum,
Linear Algebra Appl. 113 (1989) 7; Paige, Linear Algebra Appl. 34 (1980) 235).
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import scipy.linalg

from bathlab.conventions import Array, RealArray
from bathlab.operators.door import as_system
from bathlab.operators.hermitian import Operator, to_sparse
from bathlab.operators.memory import require_memory
from bathlab.operators.system import MatrixSystem, System
from bathlab.operators.table import TableForm, packed_form
from bathlab.operators.table_forms import aligned
from bathlab.operators.table_kernels import table_steps
from bathlab.spectrum.backend import CPU, Backend
from bathlab.spectrum.krylov import device
from bathlab.spectrum.krylov.progress import Bar
from bathlab.spectrum.tridiagonal.divide import Blocks

#: A next vector below this share of the operator's size is rounding: the Krylov space is
#: complete. Ten times the rounding unit of a product with a few hundred terms per row.
BREAKDOWN_TOLERANCE = 1e-14
#: Steps after which the extreme Ritz values bound the spectrum to well below a bandwidth.
INTERVAL_STEPS = 80
#: Entries of vectors worked on between two reports of progress: some tenths of a second.
PIECE = 100_000_000
#: Vectors of dimension n held at once, in either basis, with those of the caller (measured: 7).
VECTORS = 10
#: Arrays of K numbers held while the tridiagonal matrix is solved and sorted (measured: 20).
TRIDIAGONAL_ARRAYS = 30


class Lanczos:
    """A Lanczos recurrence that can be extended, and replayed to combine its vectors.

    Attributes
    ----------
    centre
        float, the energy that the form of H has taken off it; 0 without a form.
    diagonal, offdiagonal
        (K,) arrays of H - centre after K steps; ``offdiagonal[-1]`` is the
        norm that couples to the vector not yet taken, 0 if the Krylov space is complete.
    complete
        bool, whether the Krylov space is invariant.
    rounding
        what the entries of H are known to, beside that of the run.
    blocks
        what looks at the tridiagonal matrix, after any numbers of steps, have in common.
    """

    def __init__(
        self,
        operator: Operator,
        start: Array,
        backend: Backend = CPU,
        rounding: float = 0.0,
    ) -> None:
        if not np.any(start):
            raise ValueError(
                "A zero start vector was given; expected O|psi> of non-zero norm. "
                "Choose another operator or state."
            )
        system = as_system(operator)
        self._form = _form(system, start, backend)
        self._operator = _bare(system) if self._form is None else system
        self.centre = 0.0 if self._form is None else self._form.centre
        self.rounding = rounding
        self.blocks = Blocks()
        self._start = start
        self._backend = backend
        self._recurrence = self._begin()
        self.diagonal = np.empty(0)
        self.offdiagonal = np.empty(0)
        self.complete = False

    def extend(self, steps: int) -> None:
        """Take ``steps`` more steps, fewer if the Krylov space closes."""
        done = len(self.diagonal)
        self.diagonal = np.concatenate([self.diagonal, np.empty(steps)])
        self.offdiagonal = np.concatenate([self.offdiagonal, np.empty(steps)])
        reached = done
        if not self.complete:
            reached = _advance(
                self._recurrence,
                self.diagonal,
                self.offdiagonal,
                done,
                np.empty((0, done + steps)),
            )
        self.diagonal, self.offdiagonal = self.diagonal[:reached], self.offdiagonal[:reached]
        self.complete = bool(reached and self.offdiagonal[-1] == 0.0)

    def combine(self, coefficients: RealArray) -> Array:
        """(m, n) vectors sum_k coefficients[m, k] v_k of the normalised Lanczos vectors v_k.

        The recurrence runs a second time, with the same bits: without reorthogonalisation any
        other rounding would lead to other vectors. One product per step, m + 3 vectors.
        """
        again = self._begin(len(coefficients))
        steps = len(self.diagonal)
        diagonal, offdiagonal = np.empty(steps), np.empty(steps)
        _advance(again, diagonal, offdiagonal, 0, np.ascontiguousarray(coefficients))
        if not (
            np.array_equal(diagonal, self.diagonal)
            and np.array_equal(offdiagonal, self.offdiagonal)
        ):
            raise ArithmeticError(
                "A second Lanczos run differed from the first in its bits; its "
                "vectors are useless. Check that the product with H is "
                "deterministic."
            )
        return again.combinations()

    def _begin(self, count: int = 0) -> Recurrence:
        return _recurrence(self._operator, self._start, self._backend, self._form, count)


def _advance(
    recurrence: Recurrence,
    diagonal: RealArray,
    offdiagonal: RealArray,
    first: int,
    coefficients: RealArray,
) -> int:
    """Fill from ``first`` on; between pieces progress is told and an interrupt heard."""
    stop = len(diagonal)
    piece = max(1, PIECE // recurrence.size)
    with Bar("Lanczos", "step", stop - first) as report:
        while first < stop:
            reached = recurrence.advance(
                diagonal, offdiagonal, first, min(first + piece, stop), coefficients
            )
            report(reached - first)
            first = reached
            if offdiagonal[reached - 1] == 0.0:
                break
    return first


class Recurrence(Protocol):
    """Lanczos steps in some basis, from a start vector given when it is made.

    ``size`` is the length of its vectors; with ``count`` > 0 it sums combinations of them.
    """

    size: int

    def advance(
        self,
        diagonal: RealArray,
        offdiagonal: RealArray,
        first: int,
        stop: int,
        coefficients: RealArray,
    ) -> int:
        """Fill first:stop; return the steps done, fewer if the Krylov space closes."""

    def combinations(self) -> Array:
        """(m, n) sums of ``coefficients`` times Lanczos vectors, in the basis of H."""


def _recurrence(
    operator: Operator, start: Array, backend: Backend, form: TableForm | None, count: int = 0
) -> Recurrence:
    if not backend.is_host:
        return device.recurrence(operator, form, start, backend, BREAKDOWN_TOLERANCE, count)
    if form is None:
        return _PlainRecurrence(operator, start, count)
    return _TableRecurrence(form, start, count)


class _PlainRecurrence:
    """Products by ``operator @ vector``, one step at a time."""

    def __init__(self, operator: Operator, start: Array, count: int = 0) -> None:
        dtype = np.result_type(operator.dtype, start.dtype, np.float64)
        self._operator = operator
        self._vector = (start / np.linalg.norm(start)).astype(dtype)
        self._previous = np.zeros_like(self._vector)
        (self._axpy,) = scipy.linalg.get_blas_funcs(("axpy",), dtype=dtype)
        self._size = 0.0
        self._sums = np.zeros((count, len(start)), dtype=dtype)
        self.size = len(start)

    def advance(
        self,
        diagonal: RealArray,
        offdiagonal: RealArray,
        first: int,
        stop: int,
        coefficients: RealArray,
    ) -> int:
        for k in range(first, stop):
            for total, share in zip(self._sums, coefficients[:, k]):
                self._axpy(self._vector, total, a=share)
            diagonal[k], offdiagonal[k] = self._step(offdiagonal[k - 1] if k else 0.0)
            if offdiagonal[k] == 0.0:
                return k + 1
        return stop

    def combinations(self) -> Array:
        return self._sums

    def _step(self, back: float) -> tuple[float, float]:
        vector, axpy = self._vector, self._axpy
        image = axpy(self._previous, self._operator @ vector, a=-back)
        alpha = float(np.vdot(vector, image).real)
        image = axpy(vector, image, a=-alpha)
        beta = float(np.sqrt(np.vdot(image, image).real))
        self._size = max(self._size, abs(alpha), beta)
        if beta <= BREAKDOWN_TOLERANCE * self._size:
            return alpha, 0.0
        image /= beta
        self._previous, self._vector = vector, image
        return alpha, beta


class _TableRecurrence:
    """Compiled steps in the basis of a :class:`~bathlab.operators.table.TableForm`."""

    def __init__(self, form: TableForm, start: Array, count: int = 0) -> None:
        self._form = form
        self._newer = form.enter(start)
        self._older = aligned(form.size)
        self._norms = np.array([1.0, np.linalg.norm(start), 0.0])
        self._sums = np.zeros((count, form.size))
        self.size = form.size

    def advance(
        self,
        diagonal: RealArray,
        offdiagonal: RealArray,
        first: int,
        stop: int,
        coefficients: RealArray,
    ) -> int:
        return int(
            table_steps(
                self._form.data,
                self._older,
                self._newer,
                self._norms,
                diagonal,
                offdiagonal,
                first,
                stop,
                coefficients,
                self._sums,
                BREAKDOWN_TOLERANCE,
            )
        )

    def combinations(self) -> Array:
        return np.array([self._form.leave(total) for total in self._sums])


def _form(system: System, start: Array, backend: Backend) -> TableForm | None:
    """The form in which to run from ``start``, if there is one."""
    if isinstance(system, MatrixSystem):
        matrix = system.matrix()
        packable = backend.is_host and not isinstance(matrix, np.ndarray)
        return packed_form(matrix, np.iscomplexobj(start)) if packable else None
    form = system.table_form
    if form is None or form.packed and not backend.is_host:
        return None
    if form.complex or not np.iscomplexobj(start):
        return form
    return packed_form(to_sparse(system.matrix()), True) if form.packed else form.for_complex()


def _bare(system: System) -> Operator:
    """What multiplies with the least ado: the matrix itself, where that is all there is."""
    return system.matrix() if isinstance(system, MatrixSystem) else system


def require_lanczos_fits(n: int, steps: int, count: int, dtype: Any) -> None:
    """Raise ValueError unless ``steps`` Lanczos steps at dimension n fit in memory.

    The vectors, of numbers of ``dtype``, in the basis of H and of the kernel, ``count`` sums of
    them, and what solving the tridiagonal matrix takes.
    """
    vectors = np.dtype(dtype).itemsize * n * (VECTORS + 2 * count)
    needed = vectors + 8 * steps * TRIDIAGONAL_ARRAYS
    require_memory(
        needed,
        f"{steps} Lanczos steps at dimension {n}",
        "Attach fewer LIOMs or take a smaller bath.",
    )


def random_start(operator: Operator, seed: int = 0) -> Array:
    """A Gaussian vector (n,), complex for a complex H; the same on every call."""
    generator = np.random.default_rng(seed)
    start = generator.standard_normal((operator.shape[0],))
    if np.issubdtype(operator.dtype, np.complexfloating):
        return start + 1j * generator.standard_normal(start.shape)
    return start


def spectral_interval(operator: Operator) -> tuple[float, float]:
    """An interval that the spectrum fills nearly to its ends, from a short Lanczos run.

    Each end is an extreme Ritz value moved outward by its residual, so a level lies that near.
    """
    n = operator.shape[0]
    run = Lanczos(operator, random_start(operator))
    run.extend(min(n, INTERVAL_STEPS))
    ritz, vectors = scipy.linalg.eigh_tridiagonal(run.diagonal, run.offdiagonal[:-1])
    reach = run.offdiagonal[-1] * np.abs(vectors[-1])
    return float(run.centre + ritz[0] - reach[0]), float(run.centre + ritz[-1] + reach[-1])
