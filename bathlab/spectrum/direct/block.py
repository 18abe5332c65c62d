"""Many levels nearest a shift from one block Krylov space of the inverse.

Where some eight states or more are wanted one space serves all, by the recurrence of
:mod:`bathlab.spectrum.krylov.blocks` with a block of solves a step. Whether a level was missed
is counted once, at the end (:mod:`states.counting`).
"""

from __future__ import annotations

import numpy as np
import scipy.linalg
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bathlab.conventions import Array, RealArray
from bathlab.operators.memory import require_memory
from bathlab.operators.system import System
from bathlab.spectrum.direct.base import Factorisation
from bathlab.spectrum.direct.nearest import Neighbours, rayleigh_ritz
from bathlab.spectrum.krylov.blocks import BlockSpace, columns_for, random_block

#: From so many states on one block space takes less time than vectors one by one.
BLOCK_STATES = 8
#: Columns of a block: solves of four take the time of two, and a space of wider blocks needs
#: more columns until it has settled.
WIDTH = 4
#: Neighbours that settle beyond the wanted states: the count takes the widest gap among them.
SPARE = 6
#: Relative residuals at which Ritz pairs of the inverse are settled, wanted ones and spare
#: ones: a purified vector has under H that share of its distance from the shift, and an energy
#: its square.
SETTLED, SPARE_SETTLED = 1e-11, 1e-8
#: Columns before the first look, between looks at least and at most, and in all, for each
#: wanted state, and besides.
FIRST, LEAST, LEAP, MOST = (1.7, 40), (0.03, 4), (0.3, 16), (3.5, 160)
#: States with a residual above this share of the spectral radius are polished, in so many
#: rounds at most.
SHARP = 1e-13
ROUNDS = 6


def fits_block(n: int, count: int) -> bool:
    """Whether a space for ``count`` states is small beside the dimension n."""
    return columns_for(MOST, count + SPARE) <= n // 2


def block_neighbours(
    operator: System, factors: Factorisation, count: int, radius: float
) -> Neighbours | None:
    """The ``count`` levels of H nearest ``factors.shift``, and ``SPARE`` more.

    None if the space closes or does not settle. What may have been missed is not looked for:
    ``missed`` is 1.

    Raises
    ------
    DoesNotFit
        If the space cannot fit.
    """
    n, wanted = operator.dimension, count + SPARE
    most = columns_for(MOST, wanted)
    item = np.dtype(operator.dtype).itemsize
    require_memory(
        item * n * (most + 2.0 * wanted),
        f"A space for {count} states at dimension {n}",
        "Ask for fewer states, in several windows.",
    )
    # Products of a few columns gain little from BLAS on several threads, which wait for each
    # other and for those of the solves.
    with threadpool_limits(1, user_api="blas"):
        settled = _settled(operator, factors, count, most)
        if settled is None:
            return None
        energies, vectors = _sharpened(operator, factors, settled, radius, count)
    nearest = _nearest(energies, factors.shift, len(energies))
    return Neighbours(energies[nearest], vectors[:, nearest], 0.0, 1.0)


def _settled(operator: System, factors: Factorisation, count: int, most: int) -> Array | None:
    """Purified Ritz vectors of the ``count`` and ``SPARE`` largest |eigenvalues| of the
    inverse, in columns.

    A Ritz vector x of B with value theta is replaced by B x / theta, which the next block gives
    without a solve (Ericsson & Ruhe 1980): (H - shift) of it is x / theta, exactly.
    """
    # Of a fixed random block: the same matrix gives the same bits on every run.
    n, wanted = operator.dimension, count + SPARE
    block = random_block(n, WIDTH, operator.dtype, np.random.default_rng(0))
    space = BlockSpace(np.linalg.qr(block)[0], most)
    look, before = columns_for(FIRST, wanted), (0, 0.0)
    while True:
        image = space.next_block(factors.solve)
        if image is None:
            return None
        if space.size >= look:
            ritz, rotation, errors = space.ritz()
            largest = np.argsort(-np.abs(ritz), kind="stable")[:wanted]
            share = errors[largest] / np.abs(ritz[largest])
            open_digits = _open_digits(share, count)
            if open_digits <= 0:
                found: Array = space.basis[:, : space.size] @ rotation[:, largest]
                found += image @ (space.outgoing(rotation[:, largest]) / ritz[largest])
                return found
            look = _next_look(space.size, open_digits, before, wanted)
            before = (space.size, open_digits)
        if space.size + WIDTH > most:
            return None
        space.append(image)


def _open_digits(share: RealArray, count: int) -> float:
    """Digits by which the worst residual misses what settles; zero or less if none does."""
    limits = np.where(np.arange(len(share)) < count, SETTLED, SPARE_SETTLED)
    # Nothing is settled better than rounding allows.
    return float(np.log10(np.maximum(share, 1e-300) / limits).max())


def _next_look(size: int, digits: float, before: tuple[int, float], wanted: int) -> int:
    """The size at which all will have settled, by the digits won since the look before."""
    least, leap = columns_for(LEAST, wanted), columns_for(LEAP, wanted)
    won = before[1] - digits
    if not before[0] or won <= 0:
        return size + leap // 2
    return size + int(np.clip(digits * (size - before[0]) / won, least, leap))


def _sharpened(
    operator: System, factors: Factorisation, vectors: Array, radius: float, count: int
) -> tuple[RealArray, Array]:
    """Rayleigh-Ritz with H on the span, after accurate inverse iteration of those ``count``
    nearest ones whose residual asks for it."""
    energies, vectors, residuals = _nearly_orthonormal(operator, vectors)
    for _ in range(ROUNDS):
        wanted = _nearest(energies, factors.shift, count)
        worst = float(residuals[wanted].max())
        if worst <= SHARP * radius:
            break
        poor = wanted[residuals[wanted] > SHARP * radius]
        block = vectors[:, poor]
        images = factors.solve(block)
        images += factors.solve(block - (operator @ images - factors.shift * images))
        trial = vectors.copy()
        trial[:, poor] = images / np.linalg.norm(images, axis=0)
        better = rayleigh_ritz(operator, trial)
        if not better[2][_nearest(better[0], factors.shift, count)].max() < worst:
            break
        energies, vectors, residuals = better
    return energies, vectors


def _nearly_orthonormal(operator: System, vectors: Array) -> tuple[RealArray, Array, RealArray]:
    """Rayleigh-Ritz on the span of vectors whose Gram matrix is near 1, with less work than an
    orthonormal basis of it takes."""
    images = operator @ vectors
    projected, gram = vectors.conj().T @ images, vectors.conj().T @ vectors
    energies, rotation = scipy.linalg.eigh(projected, gram, check_finite=False)
    vectors = vectors @ rotation
    images = images @ rotation
    images -= vectors * energies
    return energies, vectors, np.linalg.norm(images, axis=0)


def _nearest(energies: RealArray, shift: float, count: int) -> NDArray[np.intp]:
    return np.argsort(np.abs(energies - shift), kind="stable")[:count]
