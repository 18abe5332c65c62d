"""Chebyshev recurrences of a sparse matrix on panels of ``LANES`` vectors, compiled."""

from __future__ import annotations

from numba import uint32, uint64

from bathlab.conventions import Array
from bathlab.operators.kept import kept

#: Vectors of a panel, side by side in memory: an entry of the matrix is read once for all.
LANES = 4


@kept(error_model="numpy", nogil=True)
def chebyshev_steps(
    data: Array,
    columns: Array,
    starts: Array,
    first: int,
    last: int,
    centre: float,
    half: float,
    older: Array,
    newer: Array,
    total: Array,
    coefficients: Array,
) -> None:
    """older, newer <- newer, 2 x newer - older, x = (H - centre)/half, once a coefficient.

    Each new vector is added to ``total`` with its coefficient. Vectors are flat, (LANES n,).
    The two buffers change parts at every step, so an even number leaves them where they were.
    Of rows first:last only for one coefficient at a time: a step reads all of ``newer``.
    """
    zero = 0 * total[0]
    scale = 2 / half
    for coefficient in coefficients:
        for i in range(first, last):
            a, b, c, d = zero, zero, zero, zero
            for k in range(starts[i], starts[i + 1]):
                entry = data[k]
                j = uint64(4) * uint64(uint32(columns[k]))
                a += entry * newer[j]
                b += entry * newer[j + uint64(1)]
                c += entry * newer[j + uint64(2)]
                d += entry * newer[j + uint64(3)]
            place = uint64(4) * uint64(i)
            for lane, image in enumerate((a, b, c, d)):
                j = place + uint64(lane)
                value = scale * (image - centre * newer[j]) - older[j]
                older[j] = value
                total[j] += coefficient * value
        older, newer = newer, older
