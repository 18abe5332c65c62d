"""Many levels nearest a shift from one block Krylov space of the inverse.

Where some eight states or more are wanted one space serves all, by the recurrence of
:mod:`bathlab.spectrum.krylov.blocks` with a block of solves a step. Whether a level was missed
is counted once, at the end (:mod:`states.counting`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

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
#: A Ritz pair of the inverse is settled at this relative residual.
SETTLED = 1e-12
#: Columns before the first look, between looks and at most, for each wanted state, and besides.
FIRST, MORE, MOST = (1.7, 40), (0.07, 8), (3.5, 160)
#: States with a residual above this share of the spectral radius are polished, in so many
#: rounds at most.
SHARP = 1e-13
ROUNDS = 6


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
    if most > n // 2:
        return None
    item = np.dtype(operator.dtype).itemsize
    require_memory(
        item * n * (most + 2.0 * wanted),
        f"A space for {count} states at dimension {n}",
        "Ask for fewer states, in several windows.",
    )
    settled = _settled(operator, factors, wanted, most)
    if settled is None:
        return None
    energies, vectors = _sharpened(operator, factors, settled, radius, count)
    nearest = _nearest(energies, factors.shift, len(energies))
    return Neighbours(energies[nearest], vectors[:, nearest], 0.0, 1.0)


def _settled(operator: System, factors: Factorisation, wanted: int, most: int) -> Array | None:
    """Ritz vectors of the ``wanted`` largest |eigenvalues| of the inverse, (n, wanted)."""
    # Of a fixed random block: the same matrix gives the same bits on every run.
    n = operator.dimension
    block = random_block(n, WIDTH, operator.dtype, np.random.default_rng(0))
    space = BlockSpace(np.linalg.qr(block)[0], most)
    look = columns_for(FIRST, wanted)
    while True:
        image = space.next_block(factors.solve)
        if image is None:
            return None
        if space.size >= look:
            ritz, rotation, errors = space.ritz()
            largest = np.argsort(-np.abs(ritz), kind="stable")[:wanted]
            if (errors[largest] / np.abs(ritz[largest])).max() <= SETTLED:
                found: Array = space.basis[:, : space.size] @ rotation[:, largest]
                return found
            look = space.size + columns_for(MORE, wanted)
        if space.size + WIDTH > most:
            return None
        space.append(image)


def _sharpened(
    operator: System, factors: Factorisation, vectors: Array, radius: float, count: int
) -> tuple[RealArray, Array]:
    """Rayleigh-Ritz with H on the span, after accurate inverse iteration of those ``count``
    nearest ones whose residual asks for it."""
    energies, vectors, residuals = rayleigh_ritz(operator, vectors)
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


def _nearest(energies: RealArray, shift: float, count: int) -> NDArray[np.intp]:
    return np.argsort(np.abs(energies - shift), kind="stable")[:count]
