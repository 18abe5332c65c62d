"""Avoided crossings of a circuit: the measure, and the picture of one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.crossings import TwoLevels, predicted_crossing
from bathlab.analysis.level_pairs import Resonances, resonances
from bathlab.analysis.sweeps import CROSSING, sweep_levels
from bathlab.checks import as_integer, as_real, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.errors import NotConverged
from bathlab.experiments.circuits import require_circuit, solved
from bathlab.experiments.tracked import tracked_row
from bathlab.experiments.two_levels import two_level_row
from bathlab.model.circuit import BrickworkCircuit, Circuit

#: The gap of the crossing that is drawn lies in this range, its place within the field's.
DRAWN_GAPS = (0.015, 0.1)
#: R^2 of its two levels, and |z| where they are closest, is at least this, so that no third one
#: has come in.
WHOLE = 0.9


@dataclass(frozen=True)
class CrossingPicture:
    """Levels of a circuit against one field about an avoided crossing.

    Parameters
    ----------
    circuit
        whose sites are searched, one by one, for a crossing to draw.
    reach
        the field grows by so much.
    steps
        in so many steps.

    Raises
    ------
    ValueError
        If it is no circuit, or a number is out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.CrossingPicture(bl.BrickworkCircuit(4, 0.05), reach=2.0, steps=40)
    >>> [row] = bl.experiments.crossing_rows(spec, seed=2, realisation=0)
    >>> print(f"{row['pair_omega'].min():.3f}, {row['law_omega'].min():.3f}")
    0.019, 0.019
    """

    circuit: BrickworkCircuit
    reach: float = 1.0
    steps: int = 200

    def __post_init__(self) -> None:
        require_kind("circuit", self.circuit, BrickworkCircuit, "Make a BrickworkCircuit.")
        reach = as_real("reach", self.reach, above=0, below=2 * np.pi)
        settle(self, reach=reach, steps=as_integer("steps", self.steps, 2))


def crossing_rows(
    circuit: BrickworkCircuit | CrossingPicture, seed: int, realisation: int
) -> list[Row]:
    """Pairs of levels at avoided crossings, and what two-level laws say of them.

    Returns
    -------
    list of dict
        One row, of one site of a realisation, another one in each realisation: what
        :func:`tracked_row` and :func:`two_level_row` say, and of all sites ``short`` (2,), the
        mean of 1 - R^2 over pairs with R^2 above 1/2 and of R^2 over those below,
        ``short_median`` (2,) their medians, ``resonant_edge``, the largest |omega| of a pair
        with Z > 1/2, and the ``residual`` of the eigenvectors. Or, of a
        :class:`CrossingPicture`, ``shifts`` (k,), ``levels`` (k n,), ``uncoupled`` (k n,) of
        the same fields at J = 0, and ``pair_omega``, ``pair_z``, ``pair_y`` (k,),
        ``pair_levels`` (2 k,) of the pair that crosses; ``law_omega`` and so on are what two
        levels alone make of the closest point.

    Raises
    ------
    ValueError
        If it is neither, or all eigenvectors do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> circuit = bl.BrickworkCircuit(4, 0.05)
    >>> picture = bl.experiments.CrossingPicture(circuit, reach=2.0, steps=40)
    >>> [row] = bl.experiments.crossing_rows(picture, seed=2, realisation=0)
    >>> closest = abs(row["pair_omega"]).argmin()
    >>> print(f"{row['pair_z'][closest]:.2f}, {row['law_z'][closest]:.2f}")
    0.92, 0.92
    """
    require_circuit(circuit, CrossingPicture)
    if isinstance(circuit, CrossingPicture):
        return [_picture(circuit, seed, realisation)]
    sample = circuit.sample(seed, realisation)
    site = 1 + realisation % circuit.sites
    return [
        {
            "site": site,
            **tracked_row(sample, site, seed, realisation),
            **two_level_row(resonances(sample, site)),
            **_radii(sample),
            "residual": solved(sample).residual,
        }
    ]


def _radii(sample: Circuit) -> Row:
    """What R^2 lacks in either class, and where pairs are resonant at all."""
    short: tuple[list[RealArray], list[RealArray]] = ([], [])
    edge = 0.0
    for site in range(1, sample.sites + 1):
        found = resonances(sample, site)
        upper = np.triu_indices(len(found.z), 1)
        own = found.polarisation
        squares = (np.subtract.outer(own, own)[upper] / 2) ** 2 + found.Z[upper]
        crosses = squares > CROSSING
        short[0].append(1 - squares[crosses])
        short[1].append(squares[~crosses])
        resonant = found.Z[upper] > 0.5
        edge = max(edge, float(np.abs(found.omega[upper][resonant]).max(initial=0.0)))
    both = [np.concatenate(part) for part in short]
    return {
        "short": np.array([part.mean() for part in both]),
        "short_median": np.array([np.median(part) for part in both]),
        "resonant_edge": edge,
    }


def _picture(picture: CrossingPicture, seed: int, realisation: int) -> Row:
    """Levels about a crossing of the size of a picture, of the first site that sees one."""
    sample = picture.circuit.sample(seed, realisation)
    for site in range(1, sample.sites + 1):
        found = resonances(sample, site)
        pair = _drawn(found, picture.reach)
        row = None if pair is None else _drawn_row(picture, sample, site, found, *pair)
        if row is not None and row["pair_z"][row["pair_omega"].argmin()] > WHOLE:
            return row
    raise NotConverged(
        f"No site of the circuit sees a crossing with a gap in {DRAWN_GAPS} near the middle; "
        "expected one. Take a stronger coupling, a longer reach or another seed."
    )


def _drawn(found: Resonances, reach: float) -> tuple[int, int] | None:
    """The pair that is predicted to be closest nearest to the middle, with such a gap."""
    own, least = found.polarisation, 0.2 * reach
    best: tuple[int, int] | None = None
    for n, m in np.argwhere((found.omega > 0) & (found.Omega > DRAWN_GAPS[0] / 2)):
        y, z = (own[n] - own[m]) / 2, abs(found.z[n, m])
        if y**2 + z**2 < WHOLE or y > 0:
            continue
        law = predicted_crossing(found.omega[n, m], y, z)
        off = abs(law.place - reach / 2)
        if DRAWN_GAPS[0] < law.gap < DRAWN_GAPS[1] and off < least:
            least, best = off, (int(n), int(m))
    return best


def _drawn_row(
    picture: CrossingPicture, sample: Circuit, site: int, found: Resonances, n: int, m: int
) -> Row:
    sweep = sweep_levels(found, picture.steps, picture.reach)
    labels = sweep.labels[:, [n, m]]
    levels = np.take_along_axis(sweep.levels, labels, axis=1)
    own = np.take_along_axis(sweep.polarisations, labels, axis=1)
    fields = np.arange(len(labels))
    omega = sweep.omega(labels)[:, 0, 1]
    pair = {
        "omega": np.abs(omega),
        "z": sweep.elements[fields, labels[:, 0], labels[:, 1]],
        "y": np.sign(omega) * (own[:, 0] - own[:, 1]) / 2,
    }
    alone = resonances(Circuit(sample.u, sample.v, 0.0), site)
    moved = np.multiply.outer(sweep.shifts, alone.polarisation / 2) + alone.quasienergies
    return {
        "site": site,
        "shifts": sweep.shifts,
        "levels": sweep.levels.ravel(),
        "uncoupled": moved.ravel(),
        **{f"pair_{name}": values for name, values in pair.items()},
        **{f"law_{name}": values for name, values in _law(sweep.shifts, **pair).items()},
        "pair_levels": levels.ravel(),
        "resonant_edge": float(np.abs(omega).min()),
        "residual": solved(sample).residual,
    }


def _law(
    shifts: RealArray, omega: RealArray, z: RealArray, y: RealArray
) -> dict[str, RealArray]:
    """What two levels alone make of the point where they are closest."""
    at = int(omega.argmin())
    near = predicted_crossing(omega[at], y[at], z[at])
    law = TwoLevels(near.place + shifts[at], near.gap, near.radius)
    apart = law.omega(shifts)
    top = law.radius * np.sin(law.gap / 2) / np.sin(apart / 2)
    rise = np.sign(shifts - law.place) * np.sqrt(np.maximum(law.radius**2 - top**2, 0))
    return {"omega": apart, "z": top, "y": rise}
