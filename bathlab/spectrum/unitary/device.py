"""Full diagonalisation of a unitary on a device, in the steps of :mod:`.dense`.

Everything of the size of W stays on the device, through the array namespace of a
:class:`~bathlab.spectrum.backend.Backend`, and is worked on some columns at a time. The host
sees the cosines, the Rayleigh quotients, and the few columns of close cosines.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np
from threadpoolctl import threadpool_limits

from bathlab.conventions import Array, RealArray
from bathlab.operators.system import System
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.unitary.phases import (
    PHASE,
    SAME,
    chains_of,
    circle,
    columns_of,
    split_close,
)

#: Entries of the columns that are worked on at a time; some ten such pieces are held at once.
PIECE = 2**24
#: Columns of close cosines that a thread of the host takes at a time, or one chain of more.
SPLIT_COLUMNS = 64
#: Matrices of the size of W on the device at the peak, in the Hermitian eigensolver: W, its
#: Hermitian part, the copy that becomes the vectors, and a workspace.
DEVICE_MATRICES = 7


@dataclass(frozen=True, eq=False)
class DeviceEigenData:
    """All eigen-data of a unitary, the vectors still on the device.

    Attributes
    ----------
    quasienergies
        (n,) ndarray, ascending in (-pi, pi].
    vectors
        (n, n) complex array of the backend, in the columns.
    residual, orthogonality
        as of :class:`~bathlab.operators.UnitaryEigensystem`.
    """

    quasienergies: RealArray
    vectors: Any
    residual: float
    orthogonality: float


def eigen_data(system: System, matrix: Array, backend: Backend) -> DeviceEigenData:
    """All eigen-data of ``system``, W = ``matrix``, (n, n) complex128."""
    unitary = backend.to_device(matrix)
    cosines, vectors = backend.xp.linalg.eigh(_hermitian_part(unitary))
    _split(system, backend.to_host(cosines), vectors, backend)
    return _weighed(unitary, _refined(unitary, vectors, backend), backend)


def dagger_product(vectors: Any, columns: Any) -> Any:
    """V^dagger B, without a copy of V."""
    return (vectors.T @ columns.conj()).conj()


def pieces(n: int) -> Iterator[slice]:
    """Columns of an (n, n) array, some at a time."""
    width = max(1, PIECE // max(n, 1))
    return (slice(first, min(first + width, n)) for first in range(0, n, width))


def projector_elements(rows: Any, backend: Backend) -> Any:
    """2 A^dagger A - 1, (k, k), of the rows A, (n/2, k), which a projector leaves of states."""
    count = rows.shape[1]
    found = backend.xp.empty((count, count), dtype=np.complex128)
    for piece in pieces(count):
        part = dagger_product(rows, rows[:, piece])
        part *= 2.0
        square = part[piece]
        square -= backend.to_device(np.eye(piece.stop - piece.start))
        found[:, piece] = part
    return found


def _hermitian_part(unitary: Any) -> Any:
    part = unitary * complex(np.exp(1j * PHASE))
    part += part.conj().T
    part *= 0.5
    return part


def _split(system: System, cosines: RealArray, vectors: Any, backend: Backend) -> None:
    """:func:`split_close` on the host for the columns concerned: thousands of small blocks,
    some at a time on every core."""
    chains = chains_of(cosines)
    if not chains or not np.all(np.isfinite(cosines)):
        return
    columns = columns_of(chains)
    places = backend.to_device(columns)
    block = backend.to_host(backend.xp.take(vectors, places, axis=1))
    ends = np.cumsum([chain.stop - chain.start for chain in chains])
    stops = ends[np.flatnonzero(np.diff((ends - 1) // SPLIT_COLUMNS, append=-1))]
    starts = np.concatenate([[0], stops[:-1]])

    def split(start: int, stop: int) -> None:
        part = np.asfortranarray(block[:, start:stop])
        split_close(system, cosines[columns[start:stop]], part)
        block[:, start:stop] = part

    threads = min(len(stops), os.cpu_count() or 1)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        list(pool.map(split, starts, stops))
    vectors[:, places] = backend.to_device(block)


def _refined(unitary: Any, vectors: Any, backend: Backend) -> Any:
    """``vectors`` without their mixing and lack of orthogonality, to first order."""
    n = unitary.shape[0]
    between, refined = (
        backend.xp.empty((n, n), dtype=np.complex128, order="F") for _ in range(2)
    )
    for piece in pieces(n):
        between[:, piece] = dagger_product(vectors, unitary @ vectors[:, piece])
    phases = between.diagonal()
    for piece in pieces(n):
        lack = _lack(vectors, piece, backend)
        lack *= 0.5
        step = _first_order(between, lack, phases, piece)
        refined[:, piece] = vectors[:, piece] + vectors @ step
    return refined


def _lack(vectors: Any, piece: slice, backend: Backend) -> Any:
    """The columns ``piece`` of V^dagger V - 1."""
    gram = dagger_product(vectors, vectors[:, piece])
    square = gram[piece]
    square -= backend.to_device(np.eye(piece.stop - piece.start))
    return gram


def _first_order(between: Any, lack: Any, phases: Any, piece: slice) -> Any:
    """Columns ``piece`` of X - S, as
    :func:`~bathlab.spectrum.unitary.first_order.first_order_step` has them.

    ``lack`` is S there. The diagonal comes out as -S, since there is no phase between.
    """
    here, there = phases[piece][None, :], phases[:, None]
    apart, both = here - there, here + there
    weight = apart.conj()
    weight /= apart.real * apart.real + apart.imag * apart.imag + SAME**2
    upper = between[:, piece] - lack * both
    upper *= weight
    lower = lack.conj() * both - between[piece].T
    lower *= weight
    step = upper - lower.conj()
    step *= 0.5
    step -= lack
    return step


def _weighed(unitary: Any, vectors: Any, backend: Backend) -> DeviceEigenData:
    """Quasienergies of ``vectors``, in order, with residual and orthogonality measured."""
    xp, n = backend.xp, unitary.shape[0]
    angles, squares, lacks = [], [], []
    for piece in pieces(n):
        block = vectors[:, piece]
        off = unitary @ block
        rayleigh = backend.to_host((block.conj() * off).sum(axis=0))
        angles.append(circle(np.angle(rayleigh)))
        off -= block * backend.to_device(np.exp(1j * angles[-1]))
        squares.append((off.real * off.real + off.imag * off.imag).sum(axis=0).max())
        lacks.append(xp.abs(_lack(vectors, piece, backend)).max())
    quasienergies = np.concatenate(angles)
    order = np.argsort(quasienergies, kind="stable")
    residual, lack = (
        float(np.max([backend.to_host(value) for value in values]))
        for values in (squares, lacks)
    )
    return DeviceEigenData(
        quasienergies[order],
        xp.take(vectors, backend.to_device(order), axis=1),
        residual**0.5,
        lack,
    )
