"""The autocorrelation at infinite temperature, Tr[O(t) O]/n, by eigenstates drawn at random."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np

from bathlab.analysis.correlators import spectral_autocorrelator
from bathlab.analysis.eth import matrix_elements
from bathlab.checks import as_array, as_integer, refusal
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts
from bathlab.operators.door import as_system, kind_of
from bathlab.operators.eigensystem import Eigensystem, UnitaryEigensystem
from bathlab.operators.hermitian import require_dimension
from bathlab.operators.system import System
from bathlab.spectrum.choice import dense_first
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstate_near
from bathlab.spectrum.every_level import levels
from bathlab.spectrum.measure import spectral_measure
from bathlab.spectrum.measures.dynamics import require_whole
from bathlab.spectrum.states.base import Eigenstate

#: Levels nearer than this share of the width are not found one by one from products alone.
ONE_BY_ONE = 1e-10


@dataclass(frozen=True, eq=False, repr=False)
class SampledAutocorrelator(Facts):
    """C(t) = Tr[O(t) O]/n, from some eigenstates or all.

    Attributes
    ----------
    values
        (T,) real.
    error
        (T,) standard error of the draw of eigenstates; 0 if all were taken.
    states, dimension
        how many of how many.
    """

    values: RealArray
    error: RealArray
    states: int
    dimension: int


def sampled_autocorrelator(
    H: Any, operator: Any, times: Any, states: int | None = 32, seed: int = 0
) -> SampledAutocorrelator:
    """C(t) = Tr[O(t) O]/n at any times, from eigenstates drawn uniformly from the spectrum.

    The trace is the mean of <a|O(t)O|a> over all n eigenstates, each an exact sum over levels
    (:meth:`bathlab.spectrum.SpectralMeasure.autocorrelation`), so that the mean over ``states``
    of them, drawn without repetition, is right on average at every time, however late. Its
    error is of order their scatter over sqrt(states). Random vectors scatter far less, as
    1/sqrt(n), but have to be evolved up to t
    (:func:`bathlab.analysis.evolved_autocorrelator`, for a circuit).

    Parameters
    ----------
    H
        array, scipy sparse matrix, qutip.Qobj, any system or Eigensystem, Hermitian; or a
        unitary system.
    operator
        Hermitian O in the same basis.
    times
        (T,) real; for a unitary whole numbers of periods.
    states
        how many, at least 2; None for all, which needs all eigenvectors.
    seed
        of the draw.

    Raises
    ------
    ValueError
        If O does not fit H, times or numbers are none, or eigenvectors that are needed do not
        fit; if H is too large for them and has levels nearer than ``ONE_BY_ONE`` of the width,
        among which eigenstates cannot be drawn one by one.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.LocalChainBath(spins=7).sample(seed=1)
    >>> times, probe = [0.0, 0.5, 100.0], grain.probe
    >>> some = bl.analysis.sampled_autocorrelator(grain, probe, times, states=32, seed=1)
    >>> every = bl.analysis.sampled_autocorrelator(grain, probe, times, states=None)
    >>> for t, C, error, exact in zip(times, some.values, some.error, every.values):
    ...     print(f"t = {t:5.1f}: {C:.3f} +- {error:.3f}, exact {exact:.3f}")
    t =   0.0: 1.000 +- 0.000, exact 1.000
    t =   0.5: 0.692 +- 0.003, exact 0.692
    t = 100.0: 0.055 +- 0.036, exact 0.056
    """
    at, seed = as_array("times", times), as_integer("seed", seed, 0)
    kind = kind_of(H)
    system = as_system(H, kind=kind)
    n = system.dimension
    observable = as_system(operator, "operator")
    require_dimension(observable, n, "operator")
    if kind == "unitary":
        require_whole(at)
    count = n if states is None else min(as_integer("states", states, 2), n)
    if count == n:
        found = diagonalise(H)
        squares = np.abs(matrix_elements(found.vectors, observable.matrix())) ** 2
        values = spectral_autocorrelator(found.energies, squares, at)
        return SampledAutocorrelator(values, np.zeros(len(at)), n, n)
    chosen = np.sort(np.random.default_rng(seed).choice(n, count, replace=False))
    curves = np.array(
        [
            _real_part(whole, observable, state, at)
            for whole, state in _drawn(H, system, kind == "unitary", chosen)
        ]
    )
    scatter = curves.std(axis=0, ddof=1) * math.sqrt((1 - count / n) / count)
    return SampledAutocorrelator(curves.mean(axis=0), scatter, count, n)


def _drawn(
    H: Any, system: System, unitary: bool, chosen: Array
) -> Iterator[tuple[Any, Eigenstate | Array]]:
    """What spectral measures are to be taken of, and eigenstates by number."""
    solved = isinstance(H, (Eigensystem, UnitaryEigensystem))
    if unitary or dense_first(system, solved):
        found = diagonalise(H)
        yield from ((found, found.vectors[:, place]) for place in chosen)
        return
    energies = levels(system).energies
    near = ONE_BY_ONE * float(np.ptp(energies))
    if np.diff(energies).min() <= near:
        raise refusal(
            "H",
            f"one with levels nearer than {near:.1e} to each other",
            "distinct levels, or eigenvectors that fit",
            "Take operators.sectors_of(H), or bathlab.diagonalise(H).",
        )
    yield from ((system, eigenstate_near(system, energies[place])) for place in chosen)


def _real_part(whole: Any, observable: System, state: Eigenstate | Array, at: RealArray) -> Any:
    """Re <a|O(t)O|a>, of which the trace is the mean."""
    if not np.any(observable @ getattr(state, "vector", state)):
        return np.zeros(len(at))
    return spectral_measure(whole, observable, state).autocorrelation(at).real
