"""What every way to find eigenstates is asked, gives, and has to pass."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Iterable, NamedTuple, Sequence

import numpy as np

from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged, NotNearest
from bathlab.facts import Fact, Facts, only_told
from bathlab.spectrum.backend import Backend
from bathlab.spectrum.choice import Solver
from bathlab.spectrum.scale import LEVEL_ROUNDING, Frame, spacing_at

#: Largest accepted |H psi - E psi| relative to max|E| of the centred H: backward error of a
#: stable solver, with room for its growth with the dimension.
RESIDUAL_TOLERANCE = 1e-11
#: Largest accepted residual relative to the mean distance of the levels around, which is what
#: the vector is wrong by; where rounding leaves more, up to the second share.
SPACING_SHARE, BLURRED_SHARE = 1e-3, 1e-2
#: Levels on either side of the target among which that mean is taken, where all are known.
AROUND = 32
#: How far outside the spectrum a target may lie, as a share of its width: the ends that a short
#: Lanczos run sees are not known better.
END_SLACK = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class Eigenstate(Facts):
    """One eigenstate.

    Attributes
    ----------
    energy
        float; of a unitary the quasienergy, in (-pi, pi].
    vector
        (n,) array of unit norm; its sign (phase) is arbitrary.
    residual
        float, ||H psi - E psi||, always computed.
    method
        "dense", "lanczos", "shift-invert" or "filter", the way it was found.
    nearest
        how it is known that no level is nearer to the target (for several states: that
        none was left out): "all levels" (all were computed), "inertia" (the levels around the
        target were counted), "completeness" (a search from random vectors found no other; of a
        unitary: they hold nothing of an arc besides the states found),
        "convergence" (Lanczos from a random vector converged all around) or "unchecked", which
        only a method asked for by name may return, with a warning.
    missed
        bound on the probability that a nearer level was missed: 0 for the first two, about
        1e-13 for a search (over its random vectors, see ``nearest.search``; with a filter
        below 1e-10, see ``chebyshev.space``), an estimate of it
        for Lanczos (see ``krylov.multiplets``), 1 if unchecked.
    multiplicity
        how many states the level has, as far as rounding tells levels apart; None
        where that is not known: a single Lanczos run sees one state of each level.
    """

    energy: float
    vector: Array
    residual: float
    method: str
    nearest: str = "unchecked"
    missed: float = 1.0
    multiplicity: int | None = None

    def facts(self) -> list[Fact]:
        """Energy, residual and how it is known to be the nearest, for a line of text."""
        known = self.nearest if self.nearest == "unchecked" else f"by {self.nearest}"
        return [
            Fact("energy", f"{self.energy:.6g}"),
            Fact("residual", f"{self.residual:.1e}"),
            Fact("nearest", known),
            Fact("probability that a nearer level was missed", f"{self.missed:.1e}", ""),
            only_told("method", self.method),
            Fact("dimension", str(len(self.vector))),
        ]


@dataclass(frozen=True)
class StateRequest:
    """The ``count`` eigenstates nearest to ``energy``.

    ``solved`` tells that H was given with all its levels; ``prove``, that they be counted;
    ``counted``, that whoever asks has counted them, and will see if another came instead.
    """

    energy: float
    count: int
    method: str
    prove: bool
    solved: bool
    backend: Backend
    counted: bool = False


StateSolver = Solver[StateRequest, list[Eigenstate]]


class Evidence(NamedTuple):
    """How it is known that no level is nearer; see :class:`Eigenstate`."""

    nearest: str
    missed: float


ALL_LEVELS = Evidence("all levels", 0.0)
COUNTED = Evidence("inertia", 0.0)


def evidence(nearest: str, missed: float) -> Evidence:
    """The evidence ``nearest``, which is none where a level was missed for certain."""
    return Evidence(nearest, missed) if missed < 1 else Evidence("unchecked", 1.0)


def require_inside(energy: float, lower: float, upper: float) -> None:
    """Raise ValueError unless ``energy`` lies in the spectrum, up to rounding."""
    stored = LEVEL_ROUNDING * max(abs(lower), abs(upper))
    slack = END_SLACK * (upper - lower) + stored
    if not lower - slack <= energy <= upper + slack:
        raise ValueError(
            f"energy = {energy:g} was given; expected a value inside the spectrum "
            f"[{lower:.6g}, {upper:.6g}]. Choose a target there."
        )


def largest_residual(
    levels: RealArray, energy: float, radius: float, blur: float = 0.0
) -> float:
    """The largest residual with which a state at ``energy`` passes, see the constants above.

    ``levels`` ascend and hold those around; ``radius`` is max|E| of the centred H, ``blur`` the
    rounding that a constant has left, or a solver that did not take it off.
    """
    rounding = max(blur, LEVEL_ROUNDING * radius)
    spacing = spacing_at(levels, energy, rounding)
    floor = min(rounding, BLURRED_SHARE * spacing)
    return min(max(blur, RESIDUAL_TOLERANCE * radius), max(SPACING_SHARE * spacing, floor))


def checked(
    frame: Frame,
    pairs: Iterable[tuple[float, Array]],
    tolerance: float,
    method: str,
    known: Evidence,
    multiplicities: Sequence[int | None] | None = None,
) -> list[Eigenstate]:
    """Energies of the centred H and vectors as eigenstates of H.

    Raises
    ------
    NotConverged
        If a residual exceeds ``tolerance``, or is not a number.
    """
    system, centre = frame
    states = []
    for k, (energy, vector) in enumerate(pairs):
        residual = float(np.linalg.norm(system @ vector - energy * vector))
        several = None if multiplicities is None else multiplicities[k]
        state = Eigenstate(
            float(energy) + centre, vector, residual, method, *known, multiplicity=several
        )
        if not residual <= tolerance:
            raise NotConverged(
                f"The eigenstate at energy {state.energy:g} has residual {residual:.1e}; "
                f"expected at most {tolerance:.1e}, by the rounding of the centred H and by "
                "the distance of the levels around.",
                state,
            )
        states.append(state)
    return states


def accepted(states: list[Eigenstate], request: StateRequest) -> list[Eigenstate]:
    """The states, if it is known that none was missed or the method was asked for by name.

    Raises
    ------
    NotConverged
        If the choice was ours: the next method is to be tried.
    """
    first = states[0]
    if first.nearest != "unchecked":
        return states
    message = (
        f"{first.method} could not exclude levels nearer to {request.energy:g} than the "
        f"{len(states)} found, the first at {first.energy:g}"
    )
    if request.method == "auto":
        raise NotConverged(f'{message}. Use method="dense".', first)
    warnings.warn(
        f'{message}; the result is unchecked. Use method="auto" or "dense".',
        NotNearest,
        stacklevel=2,
    )
    return states
