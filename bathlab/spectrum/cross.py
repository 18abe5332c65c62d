"""The spectral function of a pair of operators, from the measures of their sums.

With a = A|psi> and b = B|psi>, each product conj(<n|a>) <n|b> is a sum of squares
|<n|a + z b>|^2 over z = 1, i, -1, -i (polarisation), each of which is a spectral measure with
its own checks. Real vectors of a real H need z = 1 and -1 alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np

from bathlab.checks import require_choice
from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.facts import Facts
from bathlab.operators.door import as_system
from bathlab.operators.eigensystem import Eigensystem
from bathlab.operators.system import System
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.choice import first_converged
from bathlab.spectrum.krylov.weights import DRIFT_TOLERANCE, SUM_TOLERANCE
from bathlab.spectrum.measure import SOLVERS, image_of, turned
from bathlab.spectrum.measures.base import MeasureRequest, SpectralMeasure
from bathlab.spectrum.states.base import Eigenstate

#: Levels of two Lanczos runs are one if they lie within this share of the width: twice what
#: either run knows them to.
SAME_LEVEL = 2e-12
#: Share of max|E| to which levels beside a large constant are stored.
STORED_ROUNDING = 8 * float(np.finfo(float).eps)
#: Vectors of a squared norm below this share of the others carry no weight but rounding.
NOTHING = 1e-28


@dataclass(frozen=True, eq=False, repr=False)
class CrossMeasure(Facts):
    """Weights <psi|A|n><n|B|psi> over the levels n of H, one entry per level.

    Each level has the sum over its states, so the weights do not depend on the basis inside it.

    Attributes
    ----------
    energies
        (m,) ascending levels.
    weights
        (m,), of either sign and real where H, psi, A and B are, or A and B are both i
        times real matrices; else complex. Their sum is <psi|AB|psi>.
    method
        "dense" or "lanczos".
    steps
        Lanczos steps taken in all runs, 0 for dense.
    sum_error
        |sum(weights) - <psi|AB|psi>|, relative to |A psi| |B psi|.
    moment_error
        the same of sum(weights energies) - <psi|AHB|psi>, relative to that times the
        width of the spectrum, energies from its centre.
    """

    energies: RealArray
    weights: Array
    method: str
    steps: int
    sum_error: float
    moment_error: float


def cross_measure(
    H: Any,
    A: Any,
    B: Any,
    state: Eigenstate | Array,
    method: str = "auto",
    *,
    backend: str | Backend = "cpu",
) -> CrossMeasure:
    """The spectral function of a pair, <psi|A delta(omega - H + E) B|psi>, level by level.

    Its weight at omega = E_n - E is <psi|A|n><n|B|psi>; on bins it is
    ``numpy.histogram(found.energies - state.energy, edges, weights=found.weights)``. That of
    A = B is :func:`bathlab.spectral_measure`; that of B and A is the complex conjugate.

    Parameters
    ----------
    H
        array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian.
    A, B
        Hermitian operators in the same basis.
    state
        an :class:`Eigenstate` or a vector of shape (n,).
    method
        "dense", "lanczos" or "auto", as for :func:`bathlab.spectral_measure`. Lanczos
        takes two runs where all is real, else four.
    backend
        as there.

    Raises
    ------
    ValueError
        As :func:`bathlab.spectral_measure`.
    NotConverged
        If a sum rule is violated or Lanczos does not settle.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> system = bl.couple(bl.LocalChainBath(spins=5), bl.LiomChain(count=2)).sample(seed=1)
    >>> state = bl.eigenstate_near(system, energy=0.0)
    >>> A, B = system.site_operator(1, "x"), system.site_operator(2, "x")
    >>> found = bl.spectrum.cross_measure(system, A, B, state)
    >>> together = state.vector @ (A @ (B @ state.vector))
    >>> print(f"sum of the weights {found.weights.sum():.4f}, <psi|AB|psi> = {together:.4f}")
    sum of the weights -0.0513, <psi|AB|psi> = -0.0513
    >>> low = np.abs(found.energies - state.energy) < 1.0
    >>> print(f"{found.weights[low].sum():.4f} of it at |omega| < 1")
    0.0348 of it at |omega| < 1
    """
    require_choice("method", method, ("auto", "dense", "lanczos"))
    where = resolve(backend)
    system = as_system(H)
    (a, phase_a), (b, phase_b) = (
        turned(image_of(operator, state, system.dimension, name))
        for operator, name in ((A, "A"), (B, "B"))
    )
    scales = [float(np.linalg.norm(image)) for image in (a, b)]
    a, b = a / scales[0], b / scales[1]
    sums = [(z, a + z * b) for z in _factors(system, a, b)]
    found = [
        (z, _measured(H, system, image, method, where))
        for z, image in sums
        if np.linalg.norm(image) ** 2 > NOTHING
    ]
    energies, rows = _aligned([measure for _, measure in found])
    weights = sum(np.conj(z) * row for (z, _), row in zip(found, rows)) / 4
    size = scales[0] * scales[1]
    errors = _errors(system, a, b, energies, weights)
    turn = np.conj(phase_a) * phase_b
    return _checked(
        CrossMeasure(
            energies,
            size * weights * (turn.real if turn.imag == 0 else turn),
            found[0][1].method,
            sum(measure.steps for _, measure in found),
            *errors,
        )
    )


def _factors(system: System, a: Array, b: Array) -> tuple[complex, ...]:
    real = not (np.iscomplexobj(a) or np.iscomplexobj(b) or system.dtype.kind == "c")
    return (1.0, -1.0) if real else (1.0, 1j, -1.0, -1j)


def _measured(
    H: Any, system: System, image: Array, method: str, backend: Backend
) -> SpectralMeasure:
    solved = isinstance(H, Eigensystem)
    request = MeasureRequest(image, method, DRIFT_TOLERANCE, solved, backend)
    return first_converged(SOLVERS, system, request)


def _aligned(measures: Sequence[SpectralMeasure]) -> tuple[RealArray, list[RealArray]]:
    """All levels, and the weights that each measure has on them."""
    first = measures[0].energies
    if all(np.array_equal(first, each.energies) for each in measures[1:]):
        return first, [each.weights for each in measures]
    levels = np.concatenate([each.energies for each in measures])
    runs = np.repeat(np.arange(len(measures)), [len(each.energies) for each in measures])
    order = np.argsort(levels, kind="stable")
    group = np.empty(len(levels), dtype=np.intp)
    group[order] = _groups(levels[order], runs[order])
    count = int(group.max()) + 1
    energies = np.bincount(group, levels, count) / np.bincount(group, minlength=count)
    rows = [
        np.bincount(group[runs == run], each.weights, count).astype(np.float64)
        for run, each in enumerate(measures)
    ]
    return energies, rows


def _groups(levels: RealArray, runs: Array) -> list[int]:
    """For each of the ascending levels the number of its group, which has at most one level of
    each run."""
    stored = STORED_ROUNDING * max(abs(levels[0]), abs(levels[-1]))
    reach = max(SAME_LEVEL * (levels[-1] - levels[0]), stored)
    groups, members, start = [0], {runs[0]}, levels[0]
    for level, run in zip(levels[1:], runs[1:]):
        if level - start > reach or run in members:
            groups.append(groups[-1] + 1)
            members, start = {run}, level
        else:
            groups.append(groups[-1])
            members.add(run)
    return groups


def _errors(
    system: System, a: Array, b: Array, energies: RealArray, weights: Array
) -> tuple[float, float]:
    """Of the sum and of the first moment, for a and b of unit norm."""
    centre = float(energies[0] + energies[-1]) / 2
    width = float(energies[-1] - energies[0])
    image = system @ b - centre * b
    first = np.vdot(a, image) - weights @ (energies - centre)
    total = np.vdot(a, b) - weights.sum()
    return float(abs(total)), float(abs(first)) / width if width else 0.0


def _checked(found: CrossMeasure) -> CrossMeasure:
    # Each of up to four measures may be wrong by its own tolerance of a norm of at most 4.
    worst = np.maximum(found.sum_error, found.moment_error)  # of which NaN is the larger
    if worst <= 4 * SUM_TOLERANCE:
        return found
    raise NotConverged(
        f"The {found.method} cross measure misses its sum rules by {found.sum_error:.1e} (sum) "
        f"and {found.moment_error:.1e} (moment); expected below {4 * SUM_TOLERANCE:.0e}. Check "
        "that H is finite and well scaled, or use the other method.",
        found,
    )
