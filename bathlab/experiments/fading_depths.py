"""How many levels the farthest spin of a quantum sun reaches from one state: D to large n."""

from __future__ import annotations

from dataclasses import dataclass

from bathlab.analysis.participation import log_ipr
from bathlab.checks import as_integer, as_list, refusal, require_choice, require_kind, settle
from bathlab.conventions import Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.fading import (
    AXES,
    FadingSun,
    drawn_sun,
    fading_rows,
    require_far_spin,
)
from bathlab.model.quantum_sun import QuantumSun
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import spectral_measure
from bathlab.spectrum.targets import INFINITE

#: Up to this dimension all levels are had: one solution serves all states and operators.
SOLVED = 1024


@dataclass(frozen=True)
class FadingDepth:
    """A quantum sun, and the few states nearest to its mean level whose D is measured.

    Parameters
    ----------
    sun : QuantumSun
        With at least one spin around the grain; the last one's operators are taken.
    states : int
        How many states, at least 1.
    axes : tuple of str
        Operators of the farthest spin, of "z" and "x"; each has a Lanczos run of its own.

    Raises
    ------
    ValueError
        If the sun has no spin around its grain, or a number or an axis is out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> sun = bl.QuantumSun(grain_spins=2, lioms=3, alpha=0.9)
    >>> spec = bl.experiments.FadingDepth(sun, states=2, axes=("z",))
    >>> rows = bl.experiments.depth_rows(spec, seed=1, realisation=0)
    >>> print([f"{row['z_depth']:.2f}" for row in rows])  # D in nats, a row a state
    ['1.68', '1.73']
    """

    sun: QuantumSun
    states: int = 1
    axes: tuple[str, ...] = AXES

    def __post_init__(self) -> None:
        require_far_spin(self.sun)
        axes = tuple(as_list("axes", self.axes, "axes"))
        for axis in axes:
            require_choice("axes", axis, AXES)
        if not axes or len(set(axes)) < len(axes):
            raise refusal("axes", str(self.axes), '"z", "x" or both, once', "Name one.")
        settle(self, states=as_integer("states", self.states, 1, 2**self.sun.spins), axes=axes)


def depth_rows(depth: FadingDepth, seed: int, realisation: int) -> list[Row]:
    """D(sigma) of the farthest spin in the states nearest to the mean level, a row a state.

    The suns are those of :func:`~bathlab.experiments.fading_rows` of equal number: the same
    disorder for every alpha.

    Parameters
    ----------
    depth : FadingDepth
        What is measured.
    seed, realisation : int
        Which sun.

    Returns
    -------
    list of dict
        A row a state with ``alpha``, ``spins``, ``n``; ``state``, its place from the mean level
        on; ``energy``; ``residual``; and ``z_depth``, ``x_depth``, D of the exact measure in
        nats, nan of an axis that is not asked for.

    Raises
    ------
    ValueError
        If the depth is none, or seed or realisation no non-negative integer.

    Examples
    --------
    >>> import bathlab as bl
    >>> for alpha in (0.5, 1.0):
    ...     spec = bl.experiments.FadingDepth(bl.QuantumSun(2, 3, alpha))
    ...     [row] = bl.experiments.depth_rows(spec, seed=1, realisation=0)
    ...     print(row["n"], f"{row['z_depth']:.2f}")  # of the farthest spin, in nats
    32 0.21
    32 1.56
    """
    require_kind("depth", depth, FadingDepth, "Make one with bathlab.experiments.")
    system = drawn_sun(depth.sun, seed, realisation)
    H = diagonalise(system) if system.dimension <= SOLVED else system
    states = eigenstates_near(H, INFINITE, depth.states)
    rows: list[Row] = []
    for place, state in enumerate(states):
        depths = {
            f"{axis}_depth": log_ipr(spectral_measure(H, system.site_operator(-1, axis), state))
            for axis in depth.axes
        }
        rows.append(
            {
                "alpha": depth.sun.alpha,
                "spins": depth.sun.spins,
                "n": system.dimension,
                "state": place,
                "energy": state.energy,
                "residual": state.residual,
                **dict.fromkeys((f"{axis}_depth" for axis in AXES), float("nan")),
                **depths,
            }
        )
    return rows


def far_spin_rows(spec: FadingSun | FadingDepth, seed: int, realisation: int) -> list[Row]:
    """Rows of either spec: those of :func:`~bathlab.experiments.fading_rows` or of
    :func:`depth_rows`, with ``watched``, a copy of their ``z_diagonal`` or ``z_depth``.

    Parameters
    ----------
    spec : FadingSun or FadingDepth
        What is measured.
    seed, realisation : int
        Which sun.

    Returns
    -------
    list of dict
        The rows.

    Raises
    ------
    ValueError
        If it is neither, or seed or realisation no non-negative integer.

    Examples
    --------
    >>> import bathlab as bl
    >>> sun = bl.QuantumSun(2, 2, 0.9)
    >>> for spec in (bl.experiments.FadingSun(sun, states=8), bl.experiments.FadingDepth(sun)):
    ...     rows = bl.experiments.far_spin_rows(spec, seed=1, realisation=0)
    ...     print(len(rows), "z_diagonal" in rows[0], "z_depth" in rows[0])
    1 True False
    1 False True
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "FadingDepth(QuantumSun(3, 5, 0.9))")


MEASURES: Measures = {
    FadingSun: (fading_rows, "z_diagonal"),
    FadingDepth: (depth_rows, "z_depth"),
}
