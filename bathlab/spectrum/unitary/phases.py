"""Angles of the circle, and how levels of nearly the same cosine are told apart."""

from __future__ import annotations

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.operators.system import System

#: phi, no simple fraction of the circle: spectra of high symmetry have no equal cosines there.
PHASE = 0.7
#: Cosines closer than this are told apart by another phase.
CLOSE = 1e-5
#: Difference of phases below which vectors are left as they are: any mixing there costs the
#: residual no more than that times the mixing.
SAME = 1e-8


def circle(angles: RealArray) -> RealArray:
    """Angles modulo 2 pi, in (-pi, pi]."""
    return np.pi - np.mod(np.pi - np.asarray(angles), 2 * np.pi)


def chains_of(cosines: RealArray) -> list[slice]:
    """Where two or more of the ascending ``cosines`` follow each other closely."""
    inner = np.flatnonzero(np.diff(cosines) > CLOSE) + 1
    bounds = np.concatenate([[0], inner, [len(cosines)]])
    return [slice(a, b) for a, b in zip(bounds[:-1], bounds[1:]) if b - a > 1]


def columns_of(chains: list[slice]) -> Array:
    """The numbers of all columns in ``chains``, one at least."""
    return np.concatenate([np.arange(chain.start, chain.stop) for chain in chains])


def split_close(system: System, cosines: RealArray, vectors: Array) -> None:
    """Rotate, in place, the vectors of every chain of close cosines to eigenvectors of W."""
    chains = chains_of(cosines)
    if not chains:
        return
    for chain in chains:  # what is not orthogonal would mix the closest levels
        vectors[:, chain] = np.linalg.qr(vectors[:, chain])[0]
    images = np.exp(1j * PHASE) * (system @ vectors[:, columns_of(chains)])
    first = 0
    for chain in chains:
        block = vectors[:, chain]
        image = images[:, first : first + block.shape[1]]
        first += block.shape[1]
        # Far from the turning points a quarter turn would lead near them.
        turn = np.pi / 2 if abs(cosines[chain.start]) > 0.5 else np.pi / 4
        between = np.exp(1j * turn) * (block.conj().T @ image)
        _, rotation = np.linalg.eigh((between + between.conj().T) / 2)
        vectors[:, chain] = block @ rotation
