"""The space of all states under a filter's main lobe, by products alone, and proof of it.

``BLOCK`` random vectors are filtered once. Their images under W^s, W^2s, ... (s the filter's
stride) stay under the lobe, since W changes no weight, and span more and more of its states,
until nothing new appears: then the space is invariant and holds everything of every state that
the filtered vectors have at all. A state of the arc can only be missed if its component in each
of the random vectors is that of rounding, of which the probability is stated.

Each image is taken from the image before, not from an orthonormal basis, so what is rounding
stays so: dividing by the small norm of what is new would raise it again and again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy.linalg.blas import zgemm

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.operators.memory import require_memory
from bathlab.operators.system import System
from bathlab.spectrum.unitary.arcs import EDGE, Arc

#: Random vectors; more states than this at one quasienergy cannot be told from this many.
BLOCK = 16
#: New directions below this share of a filtered vector are rounding: measured 2e-14.
EXHAUSTED = 5e-13
#: Seed of the random vectors: the same question has the same answer.
SEED = 14


@dataclass(frozen=True, eq=False)
class ArcSpace:
    """An orthonormal basis of the states under a main lobe.

    Attributes
    ----------
    basis
        (n, d), W-invariant to rounding.
    remainder
        what was new in the last images, relative to a filtered vector.
    missed
        bound on the probability that a state of the arc is not in it.
    """

    basis: Array
    remainder: float
    missed: float


def arc_space(system: System, arc: Arc, block: int = BLOCK) -> ArcSpace:
    """All states under the main lobe of ``arc``.

    Raises
    ------
    DoesNotFit
        If as many vectors as the lobe should hold do not fit.
    NotConverged
        If ever new directions appear: far more states are under the lobe than there should be,
        or W is not unitary.
    """
    n = system.dimension
    room = min(n, int(1.5 * arc.share() * n) + 8 * block)
    require_memory(
        16.0 * n * (room + 8 * block),
        f"A window of about {room} states at dimension {n}",
        "Ask for fewer states.",
    )
    generator = np.random.default_rng(SEED)
    real, imaginary = generator.standard_normal((2, n, block))
    images = system.series(arc.coefficients(), (real + 1j * imaginary) / math.sqrt(2 * n))
    scale = float(np.linalg.norm(images)) / math.sqrt(block)
    jump = np.zeros(arc.stride + 1)
    jump[-1] = 1
    basis, size = np.empty((n, room), dtype=np.complex128, order="F"), 0
    while True:
        new, rest = _new_directions(basis[:, :size], images, scale)
        if new.shape[1] == 0:
            return ArcSpace(basis[:, :size], rest, _missed(size, n, scale, block))
        if size + new.shape[1] > room:
            raise NotConverged(
                f"More than {room} states appear within {arc.lobe:.3g} of {arc.centre:.3g}, "
                f"where {arc.share() * n:.0f} were expected"
            )
        basis[:, size : size + new.shape[1]] = new
        size += new.shape[1]
        images = system.series(jump, images)


def _new_directions(basis: Array, images: Array, scale: float) -> tuple[Array, float]:
    """An orthonormal basis of what ``images`` add to ``basis``, and the size of what is left
    out, relative to ``scale``."""
    rest = _outside(basis, _outside(basis, images))
    vectors, sizes, _ = scipy.linalg.svd(rest, full_matrices=False, check_finite=False)
    kept = sizes > EXHAUSTED * scale
    # Small directions have lost their orthogonality to the basis in proportion.
    vectors = _outside(basis, vectors[:, kept])
    return np.linalg.qr(vectors)[0], float(sizes[~kept].max(initial=0.0)) / scale


def _outside(basis: Array, vectors: Array) -> Array:
    """``vectors`` less their projections on the orthonormal ``basis``, in Fortran order."""
    vectors = np.array(vectors, dtype=np.complex128, order="F")
    if basis.shape[1] == 0 or vectors.shape[1] == 0:
        return vectors
    overlaps = zgemm(1.0, basis, vectors, trans_a=2)
    return zgemm(-1.0, basis, overlaps, beta=1.0, c=vectors, overwrite_c=1)


def projected(system: System, basis: Array, columns: int = 64) -> Array:
    """Q^dagger W Q, (d, d), of an orthonormal basis Q, some columns at a time."""
    parts = [
        zgemm(1.0, basis, system @ basis[:, first : first + columns], trans_a=2)
        for first in range(0, basis.shape[1], columns)
    ]
    return np.concatenate(parts, axis=1)


def _missed(size: int, n: int, scale: float, block: int) -> float:
    """Bound on the probability that the space lacks a state of the arc.

    Each of at most ``size`` + 1 states there has Gaussian components of variance 1/n in the
    random vectors. To be missed, those have to be below the rounding of a filtered vector,
    times sqrt(``block``), over ``EDGE``: n times their squared sum, of a Gamma distribution of
    that many degrees, has to be below x, for which the probability is at most x^block/block!.
    """
    x = n * block * (EXHAUSTED * scale / EDGE) ** 2
    return min(1.0, (size + 1) * math.exp(block * math.log(x) - math.lgamma(block + 1)))


def levels_in(quasienergies: RealArray, same: float) -> int:
    """The largest number of the ascending ``quasienergies`` that follow within ``same``."""
    starts = np.flatnonzero(np.diff(quasienergies, prepend=-np.inf) > same)
    return int(np.diff(starts, append=len(quasienergies)).max(initial=0))
