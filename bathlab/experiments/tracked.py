"""Pairs of levels of a circuit at their avoided crossings, and what two-level laws say.

Garratt, Roy & Chalker, section III and appendix B: omega^2 = R^2 (h - h*)^2 + omega*^2, y = R^2
(h - h*)/omega and |z| = R omega*/omega, in the form that is exact for two levels of a unitary.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.analysis.crossings import (
    AvoidedCrossing,
    predicted_crossing,
    track_crossing,
)
from bathlab.analysis.level_pairs import Resonances, resonances
from bathlab.analysis.sweeps import CROSSING, TURN, LevelSweep, sweep_levels
from bathlab.conventions import Array, RealArray, Row
from bathlab.errors import NotConverged
from bathlab.experiments.field_sweeps import DISTANCES, ROUNDING
from bathlab.model.circuit import Circuit
from bathlab.streams import stream

#: All levels are followed in steps of this, until the field has grown by so much.
STEP, REACH = TURN / 256, 2.8
#: Edges of the bins of log10 Omega(h)/Omega(0); what is beyond counts in the last ones.
FACTORS = np.linspace(-3.0, 3.0, 601)
#: Pairs that are chosen in each bin of |omega|.
PER_BIN = 3
#: Fields at which a pair is looked at, from its crossing, in gaps and in steps of the sweep.
IN_GAPS = np.array([-8.0, -3.0, -1.0, -0.5, 0.5, 1.0, 3.0, 8.0])
IN_STEPS = np.array([-1.0, 1.0])
#: The parabola through the closest points is looked for so often.
REFINEMENTS = 4
#: Columns of what is said of each pair.
COLUMNS = (
    "omega",
    "scale",
    "radius",
    "gap",
    "gap_expected",
    "top",
    "polarised",
    "radius_there",
    "place",
    "place_expected",
    "omega_off",
    "radius_fitted",
    "y_off",
    "y_off_radius",
    "y_off_printed",
    "rising",
    "z_exact",
    "z_small",
)


def tracked_row(circuit: Circuit, site: int, seed: int, realisation: int) -> Row:
    """What becomes of pairs of one realisation, as one site sees them, when its field grows.

    ``chosen`` (d,) is how many pairs were chosen at random in each of the d bins
    :data:`DISTANCES` of |omega| among those that cross, R^2 > 1/2, and come nearer, ``ahead``
    (d,) of how many. Their labels are exchanged with third levels' where these cross. Of those
    whose smallest |omega| is reached, (k,) each: ``omega``, ``scale`` and ``radius`` are
    |omega|, |z| 2 sin(omega/2) and R at first; ``gap`` is the smallest |omega| and
    ``gap_expected`` what scale and radius make of it, ``top`` is |z|/R there, ``polarised`` the
    larger |z_nn| of both, ``radius_there`` is R; ``place`` is the field of it and
    ``place_expected`` that of two levels from the first field; ``omega_off`` is the rms
    deviation of log omega from the fitted law near the crossing, ``radius_fitted`` its R,
    ``y_off``, ``y_off_radius`` and ``y_off_printed`` those of y from R^2 (h - h*)/omega, from R
    (h - h*)/omega and from R (h* - h)/omega as it is printed, ``rising`` the share of fields
    where y has the sign of h - h*; ``z_exact`` and ``z_small`` are |z| at first over what R,
    omega* and omega make of it with 2 sin(omega/2) and with omega. ``changes`` are (d b,)
    counts of log10 Omega(h)/Omega(0), in the bins :data:`FACTORS`, of all such pairs at all
    fields up to twice as far as their crossings.
    """
    found = resonances(circuit, site)
    sweep = sweep_levels(found, math.ceil(REACH / STEP), REACH)
    pairs, ahead = _chosen(found, stream(seed, realisation, "tracked pairs", site))
    omega, scales = sweep.omega(sweep.labels), sweep.invariant(sweep.labels)
    nearby = _Nearby(circuit, site, sweep.shifts)
    said = list(filter(None, (_followed(found, sweep, nearby, pair) for pair in pairs)))
    distances = np.array([abs(found.omega[n, m]) for n, m in pairs])
    return {
        **{name: np.array([row[name] for row in said], dtype=float) for name in COLUMNS},
        "chosen": np.histogram(distances, DISTANCES)[0].astype(np.float64),
        "ahead": ahead,
        "changes": _changes(found, omega, scales).ravel(),
    }


def _coming(found: Resonances) -> Array:
    """(n, n) whether two states cross and come nearer: y = d omega/dh < 0 < omega."""
    own = found.polarisation
    y = np.subtract.outer(own, own) / 2
    return (y**2 + found.Z > CROSSING) & (found.omega > 0) & (y < 0)


def _chosen(found: Resonances, draw: np.random.Generator) -> tuple[list[Any], RealArray]:
    """``PER_BIN`` pairs of each bin of |omega|, and how many there are."""
    pairs = np.argwhere(_coming(found))
    bins = np.digitize(found.omega[tuple(pairs.T)], DISTANCES) - 1
    chosen, ahead = [], np.zeros(len(DISTANCES) - 1)
    for place in range(len(ahead)):
        inside = pairs[bins == place]
        ahead[place] = len(inside)
        order = draw.permutation(len(inside))[:PER_BIN]
        chosen += inside[order].tolist()
    return chosen, ahead


def _changes(found: Resonances, omega: RealArray, scales: RealArray) -> RealArray:
    """(d, b) counts of log10 Omega(h)/Omega(0) over pairs and fields."""
    n, m = np.nonzero(_coming(found))
    logs = np.log10(np.maximum(scales[:, n, m], ROUNDING))
    closest = np.abs(omega[:, n, m]).argmin(axis=0)
    fields = np.arange(len(logs))[:, np.newaxis]
    used = (fields > 0) & (fields <= 2 * closest)
    change = np.clip(logs - logs[0], FACTORS[0], FACTORS[-1])
    distance = np.broadcast_to(found.omega[n, m], logs.shape)
    return np.histogram2d(distance[used], change[used], [DISTANCES, FACTORS])[0]


class _Nearby:
    """All pairs of a circuit at the fields of a sweep, each field solved once."""

    def __init__(self, circuit: Circuit, site: int, shifts: RealArray) -> None:
        self.circuit, self.site, self.shifts = circuit, site, shifts
        self.solved: dict[int, Resonances] = {}

    def at(self, place: int) -> Resonances:
        if place not in self.solved:
            shifted = self.circuit.shifted(self.site, float(self.shifts[place]))
            self.solved[place] = resonances(shifted, self.site)
        return self.solved[place]


def _followed(
    found: Resonances, sweep: LevelSweep, nearby: _Nearby, pair: list[int]
) -> Row | None:
    """The numbers of one pair; None if its smallest omega is not reached."""
    n, m = pair
    labels = sweep.labels[:, pair]
    levels = np.take_along_axis(sweep.levels, labels, axis=1)
    omega = np.abs(np.remainder(levels[:, 0] - levels[:, 1] + np.pi, TURN) - np.pi)
    at = int(omega.argmin())
    if at == len(omega) - 1:
        return None
    track = _track(nearby.at(at) if at else found, *labels[at].tolist())
    if track is None:
        return None
    y = (found.polarisation[n] - found.polarisation[m]) / 2
    first = predicted_crossing(found.omega[n, m], y, abs(found.z[n, m]))
    return {
        "omega": found.omega[n, m],
        "scale": found.invariant[n, m],
        "radius": first.radius,
        "gap_expected": first.gap,
        "place_expected": first.place,
        **_laws(track, sweep.shifts[at], found.omega[n, m], abs(found.z[n, m])),
    }


def _track(there: Resonances, n: int, m: int) -> AvoidedCrossing | None:
    """The pair about its crossing, from a field nearby; None where it is no pair of two."""
    own = there.polarisation
    omega, z = there.omega[n, m], abs(there.z[n, m])
    if omega < 0:
        n, m, omega = m, n, -omega
    law = predicted_crossing(omega, (own[n] - own[m]) / 2, max(z, ROUNDING))
    if law.radius**2 < CROSSING or abs(law.place) > 2 * STEP + law.gap:
        return None  # a third level has a share in one of them
    far = np.concatenate([law.gap / law.radius * IN_GAPS, STEP * IN_STEPS])
    shifts = np.unique(np.concatenate([law.place + far, [0.0, law.place]]))
    try:
        track = track_crossing(there, n, m, shifts, REFINEMENTS)
    except NotConverged:  # third levels take the pair's place
        return None
    inside = 0 < track.closest < len(track.shifts) - 1
    return track if inside and track.omega.min() > 0 else None


def _laws(track: AvoidedCrossing, shift: float, omega: float, z: float) -> Row:
    """What a tracked crossing says of (B1) to (B3); omega and |z| are those at first."""
    at, law = track.closest, track.fit()
    R, away, gap = law.radius, track.shifts - law.place, track.omega[at]
    aside = np.abs(away) > 0.1 * law.gap / R  # where y is not 0 for all that is known
    exact = 2 * track.radius[at] * np.sin(gap / 2)
    return {
        "gap": gap,
        "top": track.z[at] / track.radius[at],
        "polarised": np.abs(track.polarisations[at]).max(),
        "radius_there": track.radius[at],
        "place": shift + law.place,
        "omega_off": _rms(np.log(law.omega(track.shifts) / track.omega)),
        "radius_fitted": R,
        "y_off": _rms(track.y - R**2 * away / track.omega),
        "y_off_radius": _rms(track.y - R * away / track.omega),
        "y_off_printed": _rms(track.y + R * away / track.omega),
        "rising": float(np.mean((track.y * away)[aside] > 0)) if aside.any() else 1.0,
        "z_exact": z * 2 * math.sin(omega / 2) / exact,
        "z_small": z * omega / (track.radius[at] * gap),
    }


def _rms(values: RealArray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
