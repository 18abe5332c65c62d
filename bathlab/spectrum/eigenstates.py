"""The eigenstates nearest a given energy, with their residuals checked.

Three methods: full diagonalisation for small dimensions, two Lanczos passes where the product
with H is fast, and shift-invert (Ericsson & Ruhe, Math. Comp. 35 (1980) 1251) with an explicit
factorisation of H - E for the rest. Each state says how it is known that no level is nearer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import require_choice, require_finite, require_integer
from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged, SingularShift
from bathlab.operators.hermitian import is_filled
from bathlab.operators.system import Eigensystem, MatrixSystem, System, as_system
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.direct.factorisation import factorise
from bathlab.spectrum.direct.nearest import SPARE_STATES, backward_error, neighbours
from bathlab.spectrum.krylov.lanczos import spectral_interval
from bathlab.spectrum.krylov.two_pass import lanczos_states

#: Up to this dimension full diagonalisation is about as fast (measured on chains and random
#: matrices with LIOMs: at 256 it gives state and measure in 12 ms against 20, at 512 in 70
#: against 50).
DENSE_DIMENSION = 400
#: Up to this dimension "auto" rescues a failed iterative solve by full diagonalisation, which
#: takes seconds.
RESCUE_DIMENSION = 4096
#: Largest accepted |H psi - E psi| relative to max|E|: backward error of a stable solver, with
#: room for its growth with the dimension.
RESIDUAL_TOLERANCE = 1e-11
#: Care of the factorisations tried in turn: nearly diagonal pivots keep the fill low, partial
#: pivoting is safe.
ATTEMPTS = ("fast", "safe")
#: Share of the spectral radius by which the shift is moved off a level: far below the spacing
#: of levels, far above what drowns the neighbours (``nearest.TOO_NEAR``).
SHIFT_NUDGE = 1e-6
#: A count of levels stands if its shifts keep this many estimated backward errors away from all
#: levels found: one random solve may see less than the norm of the error.
ROUNDING_SAFETY = 1000.0


@dataclass(frozen=True, eq=False)
class Eigenstate:
    """One eigenstate.

    Attributes
    ----------
    energy : float
    vector : (n,) array of unit norm; its sign (phase) is arbitrary.
    residual : float, ||H psi - E psi||, always computed.
    method : "dense", "lanczos" or "shift-invert", the way it was found.
    nearest : how it is known that no level is nearer to the target (for several states: that
        none was left out): "all levels" (all were computed), "inertia" (the levels around the
        target were counted), "completeness" (a search from random vectors found no other),
        "convergence" (Lanczos from a random vector converged all around) or "unchecked".
    missed : bound on the probability that a nearer level was missed: 0 for the first two, about
        1e-13 for a search (over its random vectors, see ``nearest.search``), an estimate of it
        for Lanczos (see ``krylov.lanczos_states``), 1 if unchecked.
    """

    energy: float
    vector: Array
    residual: float
    method: str
    nearest: str = "unchecked"
    missed: float = 1.0


def eigenstate_near(
    H: Any,
    energy: float = 0.0,
    method: str = "auto",
    *,
    prove: bool = False,
    backend: str | Backend = "cpu",
) -> Eigenstate:
    """The eigenstate of ``H`` whose level is nearest to ``energy``.

    Parameters
    ----------
    H : array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian.
    energy : target, inside the spectrum, in the units of H.
    method : "dense" (all eigenvectors), "sparse" (shift-invert, needs the matrix and room for
        its factors), "lanczos" (two passes, O(n) memory, one state of each degenerate level) or
        "auto": dense up to dimension 400 and for an Eigensystem, lanczos for a system with a
        table form (a bath with LIOMs) or without a matrix, else sparse. What was asked of the
        system before does not change the choice.
    prove : count the levels around the target by the inertia of two factorisations, which takes
        twice as long or more. Otherwise a cheap check leaves a chance of 1e-9 or less that a
        nearer level was missed; ``Eigenstate.nearest`` and ``missed`` tell.
    backend : "cpu", or "cuda" for diagonalisation and Lanczos steps on a CUDA device through
        cupy (not yet run on a device). Factorisations, and the short run that bounds the
        spectrum, stay on the host.

    Raises
    ------
    ValueError
        For a bad H, method or backend, an energy outside the spectrum, or a solve that cannot
        fit.
    NotConverged
        If the residual exceeds ``RESIDUAL_TOLERANCE`` times the spectral radius, or the asked
        proof fails.
    """
    return eigenstates_near(H, energy, 1, method, prove=prove, backend=backend)[0]


def eigenstates_near(
    H: Any,
    energy: float = 0.0,
    count: int = 1,
    method: str = "auto",
    *,
    prove: bool = False,
    backend: str | Backend = "cpu",
) -> list[Eigenstate]:
    """The ``count`` eigenstates nearest to ``energy``, the nearest first.

    Arguments and errors as for :func:`eigenstate_near`; ``count`` is at most the dimension.
    """
    require_finite("energy", energy)
    require_integer("count", count, minimum=1)
    require_choice("method", method, ("auto", "dense", "sparse", "lanczos"))
    where = resolve(backend)
    if method == "sparse":
        where.require_host('method = "sparse"')
    solved = isinstance(H, Eigensystem)
    operator = as_system(H)
    n = operator.dimension
    if count > n:
        raise ValueError(
            f"count = {count} states were asked of a system of dimension {n}; "
            f"expected at most {n}. Ask for fewer."
        )
    if (
        solved
        or method == "dense"
        or n <= DENSE_DIMENSION
        and method == "auto"
        or count + SPARE_STATES >= n
    ):
        return _from_eigensystem(operator, energy, count, where)
    free = not operator.has_matrix
    tabled = operator.table_form is not None and not is_full(operator)
    fast = free or tabled and count == 1
    if method == "lanczos" or method == "auto" and fast:
        try:
            return _two_pass(operator, energy, count, prove, where)
        except NotConverged:
            if method == "lanczos" or free:
                raise
    try:
        return _shift_invert(operator, energy, count, prove)
    except NotConverged:
        if method == "sparse" or n > RESCUE_DIMENSION:
            raise
        return _from_eigensystem(operator, energy, count, where)


def is_full(operator: System) -> bool:
    """Whether thousands of products with H take longer than full diagonalisation.

    So for a full matrix, and for a large random matrix with a LIOM or two.
    """
    form = operator.table_form
    if form is not None:
        return bool(form.narrow and operator.dimension <= RESCUE_DIMENSION)
    return isinstance(operator, MatrixSystem) and is_filled(operator.matrix())


def _two_pass(
    operator: System, energy: float, count: int, prove: bool, backend: Backend
) -> list[Eigenstate]:
    lower, upper = spectral_interval(operator)
    _require_inside(energy, lower, upper)
    radius = max(abs(lower), abs(upper))
    found = lanczos_states(operator, energy, count, (upper - lower) / 2, backend)
    known = ("convergence", found.missed) if found.missed < 1 else ("unchecked", 1.0)
    if prove:
        count_levels(operator, energy, count, found.energies)
        known = ("inertia", 0.0)
    return _checked(
        operator, list(zip(found.energies, found.vectors)), radius, "lanczos", *known
    )


def _from_eigensystem(
    operator: System, energy: float, count: int, backend: Backend
) -> list[Eigenstate]:
    system = diagonalise(operator, backend=backend)
    energies, vectors = system.energies, system.vectors
    _require_inside(energy, energies[0], energies[-1])
    nearest = np.argsort(np.abs(energies - energy), kind="stable")[:count]
    pairs = [(energies[k], np.ascontiguousarray(vectors[:, k])) for k in nearest]
    radius = max(abs(energies[0]), abs(energies[-1]))
    return _checked(operator, pairs, radius, "dense", "all levels", 0.0)


def _shift_invert(operator: System, energy: float, count: int, prove: bool) -> list[Eigenstate]:
    lower, upper = spectral_interval(operator)
    _require_inside(energy, lower, upper)
    radius = max(abs(lower), abs(upper))
    failure: NotConverged | None = None
    for care in ATTEMPTS:
        for shift in (energy, energy + SHIFT_NUDGE * radius):
            try:
                return _attempt(operator, energy, count, prove, radius, shift, care)
            except SingularShift as error:
                failure = NotConverged(str(error))
            except NotConverged as error:
                failure = error
                break
    raise NotConverged(
        f"Shift-invert at energy {energy:g} failed, also with full pivoting ({failure}). "
        'Use method="dense", or move the energy.',
        getattr(failure, "estimate", None),
    )


def _attempt(
    operator: System,
    energy: float,
    count: int,
    prove: bool,
    radius: float,
    shift: float,
    care: str,
) -> list[Eigenstate]:
    """The states from one factorisation, checked."""
    with factorise(operator, shift, care) as factors:
        found = neighbours(operator, factors, count, radius, abs(shift - energy))
    if found is None:
        raise NotConverged("the levels do not settle")
    distance = np.abs(found.energies - energy)
    nearest = np.argsort(distance, kind="stable")[:count]
    known = ("completeness", found.missed) if found.missed < 1 else ("unchecked", 1.0)
    if prove:
        count_levels(operator, energy, count, found.energies)
        known = ("inertia", 0.0)
    pairs = [
        (float(found.energies[k]), np.ascontiguousarray(found.vectors[:, k])) for k in nearest
    ]
    return _checked(operator, pairs, radius, "shift-invert", *known)


def count_levels(operator: System, energy: float, count: int, energies: RealArray) -> None:
    """Prove by inertia that ``energies`` hold the ``count`` levels of H nearest ``energy``.

    The levels between energy - w and energy + w are counted (Sylvester) and compared with the
    given ones, where w lies in the widest gap of their distances beyond the first ``count``.
    Rounding makes each count that of a matrix within the backward error of H; it is estimated
    and must be far below the gap, so it can only misplace levels at the ends, beyond the
    nearest.

    Raises
    ------
    NotConverged
        If the numbers differ, or the factors do not tell them reliably.
    """
    distance = np.sort(np.abs(energies - energy))
    gaps = np.diff(distance)[count - 1 :]
    within = count + int(np.argmax(gaps))
    width = (distance[within - 1] + distance[within]) / 2
    below: list[int] = []
    for shift in (energy - width, energy + width):
        try:
            with factorise(operator, shift, "inertia") as factors:
                rounding = ROUNDING_SAFETY * backward_error(operator, factors)
                if factors.negative is None or not rounding < gaps.max() / 2:
                    raise NotConverged(
                        f"the levels below {shift:g} cannot be counted: {factors.name} does not "
                        ""
                        f"tell, or its rounding {rounding:.1e} reaches the gap {gaps.max():.1e}"
                    )
                below.append(factors.negative)
        except SingularShift as error:
            raise NotConverged(str(error)) from None
    if below[1] - below[0] != within:
        raise NotConverged(
            f"{below[1] - below[0]} levels lie within {width:.6g} of {energy:g} "
            f"but {within} were found"
        )


def _require_inside(energy: float, lower: float, upper: float) -> None:
    slack = 1e-9 * max(abs(lower), abs(upper))
    if not lower - slack <= energy <= upper + slack:
        raise ValueError(
            f"energy = {energy:g} was given; expected a value inside the spectrum "
            f"[{lower:.6g}, {upper:.6g}]. Choose a target there."
        )


def _checked(
    operator: System,
    pairs: list[tuple[float, Array]],
    radius: float,
    method: str,
    nearest: str,
    missed: float,
) -> list[Eigenstate]:
    states = [
        Eigenstate(
            float(energy),
            vector,
            float(np.linalg.norm(operator @ vector - energy * vector)),
            method,
            nearest,
            missed,
        )
        for energy, vector in pairs
    ]
    worst = max(states, key=lambda state: state.residual)
    if worst.residual > RESIDUAL_TOLERANCE * radius:
        raise NotConverged(
            f"The eigenstate at energy {worst.energy:g} has residual {worst.residual:.1e}; "
            f"expected below {RESIDUAL_TOLERANCE * radius:.1e}.",
            worst,
        )
    return states
