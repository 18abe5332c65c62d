"""The eigenstates nearest a given energy, with their residuals checked.

Full diagonalisation for small dimensions, two Lanczos passes where the product with H is fast,
shift-invert for the rest, and a Chebyshev filter where its factors do not fit. Each state says
how it is known that no level is nearer.
"""

from __future__ import annotations

from typing import Any

from bathlab.checks import as_flag, as_integer, as_real, require_choice
from bathlab.operators.door import as_system, kind_of
from bathlab.operators.eigensystem import Eigensystem, UnitaryEigensystem
from bathlab.spectrum.backend import Backend, resolve
from bathlab.spectrum.choice import first_converged
from bathlab.spectrum.states.base import Eigenstate, StateRequest, StateSolver
from bathlab.spectrum.states.dense import DenseStates, RescuedStates
from bathlab.spectrum.states.filtered import FactorsOrFilter, FilteredStates
from bathlab.spectrum.states.lanczos import LanczosStates, RescuedByLanczos
from bathlab.spectrum.targets import require_target, target_energy
from bathlab.spectrum.unitary.states import UNITARY_SOLVERS

#: Tried in this order.
SOLVERS: tuple[StateSolver, ...] = (
    DenseStates(),
    LanczosStates(),
    FactorsOrFilter(),
    FilteredStates(),
    RescuedStates(),
    RescuedByLanczos(),
)
#: What may be named, by the kind of the system.
METHODS = {
    "hermitian": ("auto", "dense", "sparse", "lanczos", "filter"),
    "unitary": ("auto", "dense", "filter"),
}


def eigenstate_near(
    H: Any,
    energy: float | str = 0.0,
    method: str = "auto",
    *,
    prove: bool = False,
    backend: str | Backend = "cpu",
) -> Eigenstate:
    """The eigenstate of ``H`` whose level is nearest to ``energy``.

    Parameters
    ----------
    H
        array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian; or a
        unitary system, a circuit say, or its eigen-data.
    energy
        target, inside the spectrum, in the units of H; or "middle", half-way between the
        extreme levels, or "infinite temperature", the mean level tr H/n (see
        :func:`bathlab.spectrum.target_energy`). Of a unitary a quasienergy, any angle,
        distances being taken round the circle.
    method
        "dense" (all eigenvectors), "sparse" (shift-invert, needs the matrix and room for
        its factors), "lanczos" (two passes, O(n) memory, one state of each degenerate level),
        "filter" (a Krylov space of a Chebyshev filter, room for some ten vectors a state) or
        "auto": dense up to dimension 400 and for an Eigensystem, lanczos for a system with a
        table form (a bath with LIOMs) or without a matrix, else sparse; filter where the
        factors do not fit, and for several states of a system without a matrix if lanczos
        fails. What was asked of the system before does not change the choice. For a unitary
        "dense", "filter" (all states of an arc by products alone, proven to be all) or "auto":
        dense up to dimension 400, for a full matrix and where a good part of all states is
        wanted, else filter.
    prove
        count the levels around the target by the inertia of two factorisations, which takes
        twice as long or more. Otherwise a cheap check leaves a chance of 1e-9 or less that a
        nearer level was missed; ``Eigenstate.nearest`` and ``missed`` tell.
    backend
        "cpu", or "cuda" for diagonalisation and Lanczos steps on a CUDA device through
        cupy. Factorisations, and the short run that bounds the spectrum, stay on the host.

    Returns
    -------
    Eigenstate
        ``energy``, ``vector`` (n,) of unit norm, the ``residual`` |H psi - E psi| and how it is
        known that no level is nearer.

    Raises
    ------
    ValueError
        For a bad H, method or backend, an energy outside the spectrum, or a solve that cannot
        fit.
    NotConverged
        If the residual exceeds ``RESIDUAL_TOLERANCE`` times the spectral radius, or the asked
        proof fails.

    Examples
    --------
    >>> import bathlab as bl
    >>> system = bl.couple(bl.LocalChainBath(spins=7), bl.LiomChain(count=2)).sample(seed=1)
    >>> for method in ("auto", "dense", "lanczos"):
    ...     state = bl.eigenstate_near(system, energy=0.0, method=method)
    ...     print(f"E = {state.energy:.6f}, {state.residual < 1e-9}, by {state.method}")
    E = 0.002317, True, by shift-invert
    E = 0.002317, True, by dense
    E = 0.002317, True, by lanczos
    """
    return eigenstates_near(H, energy, 1, method, prove=prove, backend=backend)[0]


def eigenstates_near(
    H: Any,
    energy: float | str = 0.0,
    count: int = 1,
    method: str = "auto",
    *,
    prove: bool = False,
    backend: str | Backend = "cpu",
) -> list[Eigenstate]:
    """The ``count`` eigenstates nearest to ``energy``, the nearest first.

    Parameters
    ----------
    H, energy, method, prove, backend
        as of :func:`eigenstate_near`, whose errors are those of this one too.
    count
        how many, at most the dimension of H.

    Returns
    -------
    list of Eigenstate
        ``count`` of them.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> chain = bl.SpinChain(sites=10, disorder=2.0).sample(seed=1)
    >>> states = bl.eigenstates_near(chain, energy="middle", count=5)
    >>> print(f"nearest to {bl.spectrum.target_energy(chain, 'middle'):.4f} are")
    nearest to -0.6117 are
    >>> print(np.array([state.energy for state in states]).round(4))
    [-0.6205 -0.5949 -0.5843 -0.6465 -0.6502]
    """
    kind = kind_of(H)
    require_target(energy)
    count, prove = as_integer("count", count, 1), as_flag("prove", prove)
    require_choice("method", method, METHODS[kind])
    where = resolve(backend)
    if method == "sparse":
        where.require_host('method = "sparse"')
    system = as_system(H, kind=kind)
    unitary = kind == "unitary"
    target = as_real("quasienergy", energy) if unitary else target_energy(system, energy)
    if count > system.dimension:
        raise ValueError(
            f"count = {count} states were asked of a system of dimension {system.dimension}; "
            f"expected at most {system.dimension}. Ask for fewer."
        )
    solved = isinstance(H, (Eigensystem, UnitaryEigensystem))
    request = StateRequest(target, count, method, prove, solved, where)
    if unitary:
        return first_converged(UNITARY_SOLVERS, system, request)
    return first_converged(SOLVERS, system, request)
