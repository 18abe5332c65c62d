"""How resonant the pairs of states of a circuit are, as each of its sites sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np

from bathlab.analysis.level_pairs import resonances
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.checks import as_integer, as_real, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.circuits import require_circuit, solved
from bathlab.experiments.device_scales import device_scale_rows
from bathlab.experiments.field_changes import FieldChange, field_change_row
from bathlab.experiments.level_counts import by_levels, level_parts
from bathlab.experiments.pair_counts import (
    SCALES,
    WINDOWS,
    LevelPairs,
    by_window,
    level_pairs,
)
from bathlab.model.circuit import BrickworkCircuit, Circuit
from bathlab.spectrum.backend import usual
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.streams import stream

#: So many standard deviations of the number of levels in an arc more states are solved for.
SCATTER = 4.0


@dataclass(frozen=True)
class StateWindow:
    """The states in an arc of the circle that should hold ``states`` of a circuit.

    Parameters
    ----------
    circuit
        whose samples they are of.
    states
        expected in the arc, far fewer than the dimension 2^L.
    quasienergy
        the middle of the arc.
    below
        pairs with |omega| up to here are counted, an edge of :data:`WINDOWS`.

    Raises
    ------
    ValueError
        If it is no circuit, ``below`` is no such edge, or is not below the arc's width.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.StateWindow(bl.BrickworkCircuit(6, 0.1), states=16, below=0.1)
    >>> [row] = bl.experiments.scale_rows(spec, seed=1, realisation=0)
    >>> print(row["found"], f"{row['pairs'][3]:.0f}")  # states in the arc; pairs, by weight
    15 50
    """

    circuit: BrickworkCircuit
    states: int = 256
    quasienergy: float = 0.0
    below: float = 1e-2

    def __post_init__(self) -> None:
        require_kind("circuit", self.circuit, BrickworkCircuit, "Make a BrickworkCircuit.")
        states = as_integer("states", self.states, 2, 2**self.circuit.sites // 2)
        below, middle = as_real("below", self.below), as_real("quasienergy", self.quasienergy)
        width = 2 * np.pi * states / 2**self.circuit.sites
        if below not in WINDOWS[1:-1] or below >= width:
            raise ValueError(
                f"below = {below:g} was given for an arc of width {width:.3g}; expected one of "
                f"{WINDOWS[1:-1]} that is smaller. Choose one, or ask for more states."
            )
        settle(self, states=states, below=below, quasienergy=middle)

    @property
    def halfwidth(self) -> float:
        """Half the width of the arc."""
        return float(np.pi * self.states / 2**self.circuit.sites)

    @property
    def enough(self) -> int:
        """How many of the nearest states hold all of the arc, unless levels scatter by more
        than ``SCATTER`` standard deviations."""
        most = int(self.states + SCATTER * np.sqrt(self.states)) + 1
        return min(most, 2**self.circuit.sites)


def scale_rows(
    circuit: BrickworkCircuit | StateWindow | FieldChange, seed: int, realisation: int
) -> list[Row]:
    """Counts of Omega of pairs n < m at all sites, in one realisation.

    Of all pairs of a circuit; of those in an arc of a :class:`StateWindow`, with weights that
    make them the pairs with |omega| below a bound of all the circle; or, of a
    :class:`FieldChange`, what changes of fields do, see :func:`field_change_row`. All pairs are
    counted where ``BATHLAB_BACKEND`` says, a CUDA device say.

    Returns
    -------
    list of dict
        One row. ``scales`` and ``scales_moved`` are (w b,) counts in the w windows
        :data:`WINDOWS` of |omega| and, in each, the b bins :data:`SCALES` of Omega; ``pairs``
        is (w,), how many pairs each window has, summed over sites as the counts are. In what
        ends in ``_moved`` the elements z of each site are in a random order over the pairs, a
        control without any relation of z to omega. ``largest`` and ``largest_moved`` are the
        largest Omega, ``log_scale`` is the mean of log10 Omega. ``joint`` (f b,) counts in the
        finer bins :data:`FREQUENCIES` of |omega|, ``strength`` (f,) is the sum of Z and
        ``frequency_pairs`` (f,) the number of pairs there. Of all states only: ``adjacent``
        (b,) counts pairs of neighbours on the circle, ``adjacent_pairs`` in all; ``ranks`` the
        pairs with Omega above ``FAR_ABOVE`` mean spacings by their distance in rank, in bins
        :data:`RANKS`; ``parts`` (4 b,) the states of pairs with Omega above ``LEAST`` by
        quarters of the circle, ``part_pairs`` (4,) of all pairs; ``resonant_edge`` is the
        largest |omega| with Z > 1/2.

    Raises
    ------
    ValueError
        If it is none of these, or all its eigenvectors do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> [row] = bl.experiments.scale_rows(bl.BrickworkCircuit(4, 0.05), seed=1, realisation=0)
    >>> print(int(row["pairs"].sum()), 4 * 16 * 15 // 2)  # sites times pairs of states
    480 480
    >>> print(f"{10 ** row['log_scale']:.4f}, {row['largest']:.4f}")  # of Omega
    0.0231, 0.4017
    """
    require_circuit(circuit, StateWindow, FieldChange)
    if isinstance(circuit, FieldChange):
        return [field_change_row(circuit, seed, realisation)]
    if isinstance(circuit, StateWindow):
        return [_window_row(circuit, seed, realisation)]
    if usual() != "cpu":  # all arrays over pairs stay there
        return device_scale_rows(circuit, seed, realisation, usual())
    return [_full_row(circuit, seed, realisation)]


def _full_row(circuit: BrickworkCircuit, seed: int, realisation: int) -> Row:
    sample = circuit.sample(seed, realisation)
    found = solved(sample)
    pairs = level_pairs(found.quasienergies)
    sums: dict[str, RealArray | float] = {}
    largest: dict[str, float] = {}
    for site, z in _elements(sample, pairs):
        order = stream(seed, realisation, "rearranged pairs", site).permutation(len(z))
        Omega, moved = z * pairs.omega, z[order]
        cells = _cells(pairs, z, Omega)
        cells |= {f"{name}_moved": x for name, x in _cells(pairs, moved).items()}
        cells |= by_levels(pairs, Omega, found.quasienergies)
        # An element that vanishes is as small as rounding lets it be known.
        cells["log_scale"] = float(np.mean(np.log10(np.maximum(Omega, SCALES[0]))))
        tops = {
            "largest": Omega.max(),
            "largest_moved": (moved * pairs.omega).max(),
            "resonant_edge": pairs.omega[z**2 > 0.5].max(initial=0.0),
        }
        largest = {name: max(float(x), largest.get(name, 0.0)) for name, x in tops.items()}
        sums = {name: sums.get(name, 0.0) + x for name, x in cells.items()}
    levels = len(found.quasienergies)
    return {
        **_totals(pairs, circuit.sites),
        **_flat(sums),
        **largest,
        "log_scale": sums["log_scale"] / circuit.sites,
        "adjacent_pairs": float(circuit.sites * len(pairs.neighbours(levels))),
        "part_pairs": circuit.sites * (levels - 1) * level_parts(found.quasienergies),
        "gap_ratio": mean_gap_ratio(found),
        "residual": found.residual,
    }


def _window_row(window: StateWindow, seed: int, realisation: int) -> Row:
    """Raises ValueError if fewer states were solved for than the arc holds."""
    sample = window.circuit.sample(seed, realisation)
    states = eigenstates_near(sample, window.quasienergy, window.enough)
    apart = np.array([state.energy for state in states]) - window.quasienergy
    apart -= 2 * np.pi * np.round(apart / (2 * np.pi))
    inside = np.flatnonzero(np.abs(apart) < window.halfwidth)
    if len(inside) == len(states) < 2**sample.sites:
        raise ValueError(
            f"{len(states)} states or more were found where {window.states} were expected; "
            f"expected fewer than {window.enough}. Leave this realisation out."
        )
    order = inside[np.argsort(apart[inside])]
    pairs = level_pairs(apart[order], 2 * window.halfwidth, window.below)
    sums: dict[str, RealArray | float] = {}
    kept = [states[place] for place in order]
    for site in range(1, sample.sites + 1):
        z = np.abs(resonances(sample, site, kept).z[pairs.rows, pairs.columns])
        Omega = z * pairs.omega
        cells = _cells(pairs, z, Omega)
        cells["log_scale"] = float(np.mean(np.log10(np.maximum(Omega, SCALES[0]))))
        sums = {name: sums.get(name, 0.0) + x for name, x in cells.items()}
    return {
        **_totals(pairs, sample.sites),
        **_flat(sums),
        "log_scale": sums["log_scale"] / sample.sites,
        "found": len(kept),
        "residual": max(state.residual for state in kept),
    }


def _cells(pairs: LevelPairs, z: RealArray, Omega: RealArray | None = None) -> dict[str, Any]:
    """What the pairs of one site add, in bins of |omega| and Omega."""
    joint = pairs.joint(z * pairs.omega if Omega is None else Omega)
    return {
        "scales": by_window(joint),
        "joint": joint,
        "strength": pairs.by_frequency(z**2),
    }


def _totals(pairs: LevelPairs, sites: int) -> Row:
    """How many pairs there are, summed over sites."""
    each = pairs.by_frequency()
    return {"pairs": sites * by_window(each), "frequency_pairs": sites * each}


def _flat(sums: dict[str, Any]) -> Row:
    return {name: np.ravel(cell) for name, cell in sums.items() if np.ndim(cell)}


def _elements(sample: Circuit, pairs: LevelPairs) -> Iterator[tuple[int, RealArray]]:
    """Each site with |z| of the pairs."""
    for site in range(1, sample.sites + 1):
        yield site, np.abs(resonances(sample, site).z[pairs.rows, pairs.columns])
