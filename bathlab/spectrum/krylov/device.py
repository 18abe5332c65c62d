"""Lanczos steps on a device, through any array namespace (see :mod:`bathlab.spectrum.backend`).

A vector is a (rows, columns) table. Nothing crosses between host and device during a chunk of
steps: also the coefficients stay on the device until its end, or each step would wait for the
one before to finish. All sums are of a fixed order, so that a replay gives the same bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.operators.hermitian import Operator
from bathlab.operators.table import TableForm
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.krylov.device_products import (
    Product,
    matrix_product,
    require_device_memory,
    table_product,
)

#: Steps between two looks at the coefficients: some tenths of a second at the few hundred
#: microseconds that launching the kernels of a step takes, so that an interrupt is heard.
CHUNK_STEPS = 1000


class DeviceRecurrence:
    """The steps of a :class:`~bathlab.spectrum.krylov.lanczos.Recurrence` on a device.

    After the Krylov space has closed, the steps queued up to the end of the chunk work on
    rounding, or on NaN, and are forgotten. Sums are safe: a replay knows where the first run
    ended and queues no step beyond.
    """

    def __init__(
        self,
        product: Product,
        start: Array,
        dtype: Any,
        backend: Backend,
        tolerance: float,
        count: int,
    ) -> None:
        self._product = product
        self._backend = backend
        self._tolerance = tolerance
        self._size = 0.0
        self.size = len(start)
        unit = (product.enter(start) / np.linalg.norm(start)).astype(dtype)
        self._vector = backend.to_device(unit)
        self._previous = backend.xp.zeros_like(self._vector)
        self._beta = backend.xp.zeros(())
        require_device_memory(backend, count * self._vector.nbytes)
        self._sums = [backend.xp.zeros_like(self._vector) for _ in range(count)]

    def advance(
        self,
        diagonal: RealArray,
        offdiagonal: RealArray,
        first: int,
        stop: int,
        coefficients: RealArray,
    ) -> int:
        """Fill first:stop; return the steps done, fewer if the Krylov space closes."""
        while first < stop:
            until = min(first + CHUNK_STEPS, stop)
            # Divisions by a zero norm only happen in steps that are forgotten.
            with np.errstate(all="ignore"):
                alphas, betas = self._steps(until - first, coefficients[:, first:until])
                sizes = np.maximum.accumulate(np.maximum(np.abs(alphas), betas))
                closed = np.flatnonzero(
                    betas <= self._tolerance * np.maximum(sizes, self._size)
                )
            diagonal[first:until], offdiagonal[first:until] = alphas, betas
            if closed.size:
                offdiagonal[first + closed[0]] = 0.0
                return int(first + closed[0] + 1)
            self._size = max(self._size, float(sizes[-1]))
            first = until
        return stop

    def combinations(self) -> Array:
        """(m, n) sums of coefficients times Lanczos vectors, on the host, in the basis of H."""
        return np.array(
            [self._product.leave(self._backend.to_host(total)) for total in self._sums]
        )

    def _steps(self, count: int, coefficients: RealArray) -> tuple[RealArray, RealArray]:
        """``count`` steps without a word to the host; their coefficients alpha and beta."""
        xp, product = self._backend.xp, self._product
        alphas, betas = xp.empty(count), xp.empty(count)
        shares = self._backend.to_device(np.ascontiguousarray(coefficients))
        for k in range(count):
            vector = self._vector
            for m, total in enumerate(self._sums):
                total += shares[m, k] * vector
            image = product(xp, vector)
            image -= self._beta * self._previous
            alpha = xp.vdot(vector, image).real
            image -= alpha * vector
            self._beta = xp.sqrt(xp.vdot(image, image).real)
            alphas[k], betas[k] = alpha, self._beta
            image /= self._beta
            self._previous, self._vector = vector, image
        return self._backend.to_host(alphas), self._backend.to_host(betas)


def recurrence(
    operator: Operator,
    form: TableForm | None,
    start: Array,
    backend: Backend,
    tolerance: float,
    count: int = 0,
) -> DeviceRecurrence:
    """Lanczos on the device for ``operator`` from ``start``, (n,), neither of them there yet.

    The steps are made in ``form`` if there is one, which must not be packed. With ``count`` > 0
    as many combinations of the vectors are summed. A next vector below ``tolerance`` times the
    largest coefficient so far closes the space.

    Raises
    ------
    ValueError
        If the matrix of a matrix-free operator cannot be had, or it does not fit on the device.
    """
    if form is None:
        dtype = np.result_type(operator.dtype, start.dtype, np.float64)
        product = matrix_product(operator, dtype, backend)
    else:
        dtype = np.dtype(np.float64)  # real and imaginary part apart
        product = table_product(form, backend)
    return DeviceRecurrence(product, start, dtype, backend, tolerance, count)
