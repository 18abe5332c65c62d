"""How often each level of H is there, from runs in several random directions.

A run from x sees one state of each level E, P_E x, with the weight <x|P_E|x>. The runs from x_i
and from x_i + x_j (and x_i + i x_j for a complex H) give the Gram matrix <x_i|P_E|x_j>, whose
rank is the multiplicity of E as long as that is below the number of directions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import Array, RealArray
from bathlab.operators.system import System
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.krylov.lanczos import Lanczos, random_start
from bathlab.spectrum.krylov.plan import MEASURE_PLAN
from bathlab.spectrum.krylov.weights import levels_after
from bathlab.spectrum.scale import Frame

#: Directions at most; a multiplicity below is certain. Ten runs for a real H, 16 for a complex.
MOST_DIRECTIONS = 4
#: An eigenvalue of a Gram matrix counts above this share of its trace. What is zero comes out
#: some 1e-13; two random directions in a plane seem to be one once in 16,000 times.
INDEPENDENT = 1e-8


def multiplicities(
    frame: Frame, levels: RealArray, runs: Sequence[Lanczos], backend: Backend
) -> NDArray[np.intp]:
    """(m,) how often each of the ``levels`` of the centred H is there, as far as is known.

    ``runs`` are those from ``random_start`` that they were found in. As many directions are
    taken as some level has copies, and one more, at most ``MOST_DIRECTIONS``; a level with as
    many copies as that may have more.
    """

    # A run that is shorter than those that found the levels may not tell all of them apart.
    n, found_in = frame.system.dimension, max(len(run.diagonal) for run in runs)
    steps = max(MEASURE_PLAN.first_steps(n), found_in)

    def weights(start: Array) -> RealArray:
        norm = float(np.vdot(start, start).real)
        run = Lanczos(frame.system, start, backend, frame.rounding)
        return norm * _weights(run, levels, n, steps)

    known = [_weights(run, levels, n, steps) for run in runs]
    starts = [_direction(frame.system, 0)]
    gram = known[0][:, np.newaxis, np.newaxis]
    ranks = np.ones(len(levels), np.intp)
    while len(starts) < MOST_DIRECTIONS and int(ranks.max()) >= len(starts):
        starts.append(_direction(frame.system, len(starts)))
        here = len(starts) - 1
        own = known[here] if here < len(known) else weights(starts[-1])
        gram = _grown(gram, starts, own, weights)
        ranks = _ranks(gram)
        if ranks.sum() >= n:
            break
    return ranks


def _weights(run: Lanczos, levels: RealArray, n: int, steps: int) -> RealArray:
    """(m,) <x|P_E|x> of each of the ``levels`` for the normalised start x of a run, after so
    many steps at least; a run sees the levels that x has weight on."""
    run.extend(max(0, steps - len(run.diagonal)))
    seen = levels_after(run, len(run.diagonal), n)
    nearest = np.searchsorted((levels[1:] + levels[:-1]) / 2, seen.levels + run.centre)
    return np.bincount(nearest, seen.weights, minlength=len(levels)).astype(float, copy=False)


def _direction(system: System, number: int) -> Array:
    start = random_start(system, number)
    return start / np.linalg.norm(start)


def _grown(
    gram: Array, starts: list[Array], own: RealArray, weights: Callable[[Array], RealArray]
) -> Array:
    """The Gram matrices with the last of ``starts`` added, which has the weights ``own``."""
    old, new = len(starts) - 1, starts[-1]
    complex_ = np.iscomplexobj(new)
    larger = np.zeros((len(gram), old + 1, old + 1), np.complex128 if complex_ else float)
    larger[:, :old, :old] = gram
    larger[:, old, old] = own
    for i, start in enumerate(starts[:-1]):
        alone = larger[:, i, i] + larger[:, old, old]
        element = (weights(start + new) - alone) / 2
        if complex_:
            element = element - 0.5j * (weights(start + 1j * new) - alone)
        larger[:, i, old], larger[:, old, i] = element, element.conj()
    return larger


def _ranks(gram: Array) -> NDArray[np.intp]:
    shares = np.linalg.eigvalsh(gram)
    return (shares > INDEPENDENT * shares.sum(axis=1, keepdims=True)).sum(axis=1)
