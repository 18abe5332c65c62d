"""What becomes of labels and scales of a circuit's levels round a whole turn of one field.

Garratt, Roy & Chalker, appendix C: labels are exchanged at the centres of avoided crossings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.level_pairs import resonances
from bathlab.analysis.sweeps import LevelSweep, sweep_levels
from bathlab.checks import as_integer, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.model.circuit import BrickworkCircuit

#: Edges of the bins of |omega| at the field as it is, whose crossings lie ahead.
DISTANCES = np.array([0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 2.5])
#: Edges of the bins of log10 Omega(0)/Omega(h*); what is beyond counts in the last ones.
CHANGES = np.linspace(-3.0, 3.0, 121)
#: Edges of the bins of |net change| over the sum of all |changes| of log Omega.
SHARES = np.linspace(0.0, 1.0, 41)
#: A third level's crossing is looked at from so many gaps before to as many after.
GAPS = 5.0
#: The circle of quasienergies.
TURN = 2 * math.pi
#: Omega below this is rounding.
ROUNDING = 1e-14
#: Labels with exchange at crossings, and without.
KINDS = ("", "_plain")


@dataclass(frozen=True)
class FieldSweep:
    """Levels of a circuit followed in ``steps`` steps while one field goes once round.

    Raises ValueError if it is no circuit, or there are fewer than two steps.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.FieldSweep(bl.BrickworkCircuit(4, 0.05), steps=32)
    >>> [row] = bl.experiments.triple_rows(spec, seed=1, realisation=0)
    >>> print(row["exchanges"], f"{row['kept']:.2f}, {row['kept_plain']:.2f} without exchange")
    14 0.70, 0.35 without exchange
    """

    circuit: BrickworkCircuit
    steps: int = 256

    def __post_init__(self) -> None:
        require_kind("circuit", self.circuit, BrickworkCircuit, "Make a BrickworkCircuit.")
        settle(self, steps=as_integer("steps", self.steps, 2))


def field_sweep_row(sweep: FieldSweep, seed: int, realisation: int) -> Row:
    """Of one realisation and one site, another one in each realisation.

    Labels are exchanged at crossings; what ends in ``_plain`` is without exchange. ``kept`` is
    the share of labels and fields at which z_nn has the sign that it had at first,
    ``returned`` the share of labels that are back in their state after 2 pi, ``exchanges`` how
    many, ``pair`` the mean of Z over pairs at first. Of the pairs of states of opposite sign
    whose smallest |omega|, at h*, lies up to pi ahead: ``changes`` are (d b,) counts of log10
    Omega(0)/Omega(h*) in the bins :data:`CHANGES`, for the d bins :data:`DISTANCES` of
    |omega(0)|; ``drifts`` are (s,) counts of |net change| of log Omega on that way over the
    sum of its |changes|, ``net`` and ``gross`` the medians of both. ``events`` are (s,) counts
    of the same from five gaps before an exchange with a third level to five gaps after.
    """
    sample = sweep.circuit.sample(seed, realisation)
    site = 1 + realisation % sweep.circuit.sites
    pairs = resonances(sample, site)
    found = sweep_levels(pairs, sweep.steps)
    row: dict[str, Any] = {
        "site": site,
        "pair": pairs.mean_pair(),
        "exchanges": len(found.exchanges),
    }
    for kind, labels in zip(KINDS, (found.labels, found.followed)):
        values = found.polarisation(labels)
        row[f"kept{kind}"] = float(np.mean(np.sign(values) == np.sign(values[0])))
        row[f"returned{kind}"] = float(np.mean(found.returned(labels)))
        logs = np.log(np.maximum(found.invariant(labels), ROUNDING))
        cells = _drifts(found, labels, logs) | {"events": _events(found, labels, logs)}
        row.update({f"{name}{kind}": cell for name, cell in cells.items()})
    return row


def _drifts(found: LevelSweep, labels: Array, logs: RealArray) -> dict[str, Any]:
    """How log Omega changes from the first field to the crossing of each pair."""
    upper = found.polarisation(labels)[0] > 0
    omega = np.abs(found.omega(labels)[:, upper][:, :, ~upper])
    logs = logs[:, upper][:, :, ~upper]
    at = omega.argmin(axis=0)[np.newaxis]
    ahead = (at[0] > 0) & (found.shifts[at[0]] <= math.pi)
    steps = np.abs(np.diff(logs, axis=0, prepend=logs[:1])).cumsum(axis=0)
    gross = np.take_along_axis(steps, at, axis=0)[0][ahead]
    net = (logs[0] - np.take_along_axis(logs, at, axis=0)[0])[ahead]
    changes = np.clip(net / math.log(10), CHANGES[0], CHANGES[-1])
    return {
        "changes": np.histogram2d(omega[0][ahead], changes, [DISTANCES, CHANGES])[0].ravel(),
        "drifts": _shares(net, gross),
        "net": float(np.median(np.abs(net))) if len(net) else 0.0,
        "gross": float(np.median(gross)) if len(net) else 0.0,
    }


def _events(found: LevelSweep, labels: Array, logs: RealArray) -> RealArray:
    """Counts of net over gross change of log Omega_nm through an exchange of n with a third
    level, for both labels n of each exchange and all m of the opposite sign."""
    signs = found.polarisation(labels) > 0
    step = found.shifts[1]
    net, gross = [np.empty(0)], [np.empty(0)]
    for k, *pair in found.exchanges.tolist():
        levels = found.levels[k, found.labels[k, pair]]
        wide = max(2, math.ceil(GAPS * abs(math.remainder(levels[0] - levels[1], TURN)) / step))
        if k < wide or k + wide >= len(labels):
            continue
        # Which of ``labels`` hold the two states just before.
        both = [int(np.flatnonzero(labels[k - 1] == at)[0]) for at in found.labels[k - 1, pair]]
        for n in both:
            others = signs[k - wide] != signs[k - wide, n]
            others[both] = False
            way = logs[k - wide : k + wide + 1, n][:, others]
            net.append(way[-1] - way[0])
            gross.append(np.abs(np.diff(way, axis=0)).sum(axis=0))
    return _shares(np.concatenate(net), np.concatenate(gross))


def _shares(net: RealArray, gross: RealArray) -> RealArray:
    moved = gross > 0
    return np.histogram(np.abs(net[moved]) / gross[moved], SHARES)[0].astype(np.float64)
