"""Products with a circuit of two-site gates, gate by gate: nothing of its size squared is made.

A product takes 30 * gates * n multiplications and additions for each vector. The compiled
kernels take ``LANES`` vectors at a time, so fewer cost as much.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Sequence

import numba
import numpy as np

from bathlab.conventions import Array
from bathlab.operators.gate_kernels import Gates, gate_series
from bathlab.operators.simd import LANES

#: Gates times rows times products of a panel that are worth a thread of their own.
THREAD_WORK = 2**18


@dataclass(frozen=True, eq=False)
class GateProduct:
    """W = gates[-1] ... gates[1] gates[0] on two-level sites, the first factor slowest.

    Attributes
    ----------
    sites
        number of sites.
    gates
        (gates, 4, 4) complex, in the order in which they act.
    places
        the two sites, from 0, of the first and the second factor of each gate.
    """

    sites: int
    gates: Array
    places: tuple[tuple[int, int], ...]

    def adjoint(self) -> GateProduct:
        """W^dagger: the adjoint gates from the last to the first."""
        gates = self.gates[::-1].conj().transpose(0, 2, 1)
        return GateProduct(self.sites, np.ascontiguousarray(gates), self.places[::-1])

    def kernel_form(self) -> Gates:
        """The records that the compiled kernels take."""
        entries = np.stack([self.gates.real, self.gates.imag], axis=1)
        bits = self.sites - 1 - np.array(self.places, dtype=np.int64)
        return Gates(np.ascontiguousarray(entries).ravel(), bits, self.sites)


def apply_series(gates: Gates, coefficients: Sequence[complex] | Array, x: Array) -> Array:
    """sum_m coefficients[m] W^m x for the columns of x, shape (n, k), as complex128.

    Panels of columns run side by side on numba's number of threads (``NUMBA_NUM_THREADS``).
    """
    x = np.ascontiguousarray(x, dtype=np.complex128)
    out, factors = np.empty_like(x), np.asarray(coefficients, dtype=np.complex128)
    panels = [slice(k, k + LANES) for k in range(0, x.shape[1], LANES)]
    work = len(gates.bits) * x.shape[0] * len(factors)
    if len(panels) == 1 or work < THREAD_WORK:
        for panel in panels:
            gate_series(gates, factors, x[:, panel], out[:, panel])
        return out
    with ThreadPoolExecutor(min(len(panels), numba.get_num_threads())) as pool:
        list(pool.map(lambda p: gate_series(gates, factors, x[:, p], out[:, p]), panels))
    return out
