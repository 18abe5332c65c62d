"""Many levels nearest a shift from one block Krylov space of the inverse.

Where some eight states or more are wanted one space serves all: the recurrence of block Lanczos
(Golub & Underwood 1977; Grimes, Lewis & Simon, SIAM J. Matrix Anal. Appl. 15 (1994) 228) takes
a block of solves a step, and each block is made orthogonal to all before, so that no ghosts
come. Whether a level was missed is counted once, at the end (:mod:`states.counting`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import Array, RealArray
from bathlab.operators.memory import require_memory
from bathlab.operators.system import System
from bathlab.spectrum.direct.base import Factorisation
from bathlab.spectrum.direct.nearest import Neighbours, rayleigh_ritz

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
#: A new block whose triangle falls below this share has closed the space.
DEPENDENT = 1e-12
#: States with a residual above this share of the spectral radius are polished, in so many
#: rounds at most.
SHARP = 1e-13
ROUNDS = 6


@dataclass
class _Space:
    """Orthonormal blocks Q and the band of Q^dagger B Q, B the inverse."""

    basis: Array
    band: Array
    size: int = WIDTH
    triangle: Array | None = None


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
    most = _columns(MOST, wanted)
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


def _columns(plan: tuple[float, int], wanted: int) -> int:
    return int(plan[0] * wanted) + plan[1]


def _settled(operator: System, factors: Factorisation, wanted: int, most: int) -> Array | None:
    """Ritz vectors of the ``wanted`` largest |eigenvalues| of the inverse, (n, wanted)."""
    space = _begun(operator, most)
    look = _columns(FIRST, wanted)
    while True:
        image = _next_block(space, factors)
        if image is None:
            return None
        if space.size >= look:
            ritz, rotation = np.linalg.eigh(space.band[: space.size, : space.size])
            largest = np.argsort(-np.abs(ritz), kind="stable")[:wanted]
            last = rotation[space.size - WIDTH : space.size, largest]
            errors = np.linalg.norm(space.triangle @ last, axis=0) / np.abs(ritz[largest])
            if errors.max() <= SETTLED:
                found: Array = space.basis[:, : space.size] @ rotation[:, largest]
                return found
            look = space.size + _columns(MORE, wanted)
        if space.size + WIDTH > most:
            return None
        _append(space, image)


def _begun(operator: System, most: int) -> _Space:
    """Of a fixed random block: the same matrix gives the same bits on every run."""
    n, generator = operator.dimension, np.random.default_rng(0)
    block = generator.standard_normal((n, WIDTH))
    if np.issubdtype(operator.dtype, np.complexfloating):
        block = block + 1j * generator.standard_normal((n, WIDTH))
    basis = np.empty((n, most), block.dtype, order="F")
    basis[:, :WIDTH] = np.linalg.qr(block)[0]
    return _Space(basis, np.zeros((most, most), block.dtype))


def _next_block(space: _Space, factors: Factorisation) -> Array | None:
    """The next orthonormal block, with its triangle in the space; None if there is none.

    What the recurrence says is taken off first; the rest along the space is rounding, for
    which one pass is enough.
    """
    here = slice(space.size - WIDTH, space.size)
    last = space.basis[:, here]
    image = factors.solve(last)
    own = last.conj().T @ image
    space.band[here, here] = (own + own.conj().T) / 2
    image -= last @ own
    if space.triangle is not None:
        before = space.basis[:, space.size - 2 * WIDTH : space.size - WIDTH]
        image -= before @ space.triangle.conj().T
    known = space.basis[:, : space.size]
    image -= known @ (known.conj().T @ image)
    image, triangle = np.linalg.qr(image)
    sizes = np.abs(np.diag(triangle))
    if not sizes.min() > DEPENDENT * max(float(np.abs(own).max()), float(sizes.max())):
        return None
    space.triangle = triangle
    return image


def _append(space: _Space, image: Array) -> None:
    here = slice(space.size - WIDTH, space.size)
    there = slice(space.size, space.size + WIDTH)
    triangle = space.triangle
    assert triangle is not None
    space.basis[:, there] = image
    space.band[there, here], space.band[here, there] = triangle, triangle.conj().T
    space.size += WIDTH


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
