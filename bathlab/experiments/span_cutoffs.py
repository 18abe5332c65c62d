"""How regions below the transition are cut off: sums over rows of ``tail_rows``."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import Array, RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.span_tails import SIZES
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.stretched_tails import (
    Tail,
    TailForm,
    fit_tail,
    likelihood_ratio,
    null_ratios,
)

#: Fits with a smaller chance of their chi^2 are rejected, and have no parameters.
REJECTED = 1e-3
#: A window has at least so many regions.
FEWEST = 200
#: A power alone.
POWER = TailForm(None, 0)


@dataclass(frozen=True, eq=False)
class Window:
    """Bins of sizes from the first at ``start`` to the last that ends at ``end``."""

    start: float
    end: float = math.inf

    @property
    def used(self) -> Array:
        return (SIZES[:-1] >= self.start) & (SIZES[1:] <= self.end)

    @property
    def sizes(self) -> RealArray:
        """Geometric middle of each bin."""
        return np.sqrt(SIZES[:-1] * (SIZES[1:] - 1.0))[self.used]

    @property
    def widths(self) -> RealArray:
        return np.diff(SIZES)[self.used].astype(np.float64)

    def counts(self, table: pd.DataFrame) -> RealArray:
        """(N, b) regions of each chain."""
        return cell_array(table, "regions", (len(SIZES) - 1,))[:, self.used]


@dataclass(frozen=True, eq=False)
class Cutoff:
    """l^-tau exp(-(l/xi)^b) of the regions below the transition, tau being that of those at it.

    Attributes
    ----------
    window
        of the fit: the first tried in which no fit is rejected, else the last.
    tau
        of a power alone at the transition, in a window from the same start.
    shape, scale
        b and xi, with the errors of all fits (jackknife over chains).
    critical, tail
        the fits, of that power and of the cut-off.
    window_error
        half the range of b over this window and the later ones.
    tau_error
        half by how much b moves if tau is 0.1 more and 0.1 less.
    ratio, nulls
        2 log of the likelihoods with b free over b = 1, and those of draws of the
        latter.
    regions
        how many are in the window.
    """

    window: Window
    tau: Estimate
    shape: Estimate
    scale: Estimate
    critical: Tail
    tail: Tail
    window_error: float
    tau_error: float
    ratio: float
    nulls: RealArray
    regions: int

    @property
    def rejected(self) -> bool:
        """Whether no window has a fit that is not rejected."""
        return min(self.tail.chance, self.critical.chance) < REJECTED

    @property
    def chance(self) -> float:
        """How often draws of an exponential cut-off have as large a ratio, at least."""
        return float((np.sum(self.nulls >= self.ratio) + 1) / (len(self.nulls) + 1))


def cutoff(
    table: pd.DataFrame,
    critical: pd.DataFrame,
    starts: Sequence[float],
    end: float,
    draws: int = 99,
) -> Cutoff:
    """The cut-off of regions of chains below the transition.

    Parameters
    ----------
    table, critical
        rows below and at the transition.
    starts
        of the windows, ascending.
    end
        of the windows at the transition; below it they have no end.
    draws
        of the null distribution.
    """
    cells = float(table["cells"].iloc[0])
    many = [x for x in starts if Window(x).counts(table).sum() >= FEWEST] or [starts[0]]
    found = [_central(table, critical, x, end) for x in many]
    good = [min(tail.chance, power.chance) >= REJECTED for power, tail in found]
    first = good.index(True) if any(good) else len(found) - 1
    window, (power, tail) = Window(many[first], cells), found[first]
    counts = window.counts(table).sum(axis=0)
    forms = (TailForm(power.power, 1.0), TailForm(power.power, None))
    moved = [fitted(window, counts, TailForm(power.power + x, None)) for x in (-0.1, 0.1)]
    return Cutoff(
        window,
        *_errors(table, critical, window, end),
        power,
        tail,
        window_error=float(np.ptp([each.stretch for _, each in found[first:]])) / 2,
        tau_error=abs(moved[1].stretch - moved[0].stretch) / 2,
        ratio=likelihood_ratio(window.sizes, counts, *forms, window.widths),
        nulls=null_ratios(window.sizes, counts, *forms, window.widths, draws),
        regions=int(counts.sum()),
    )


def fitted(window: Window, counts: RealArray, form: TailForm) -> Tail:
    """The likeliest tail of a form in a window."""
    return fit_tail(window.sizes, counts, form, window.widths)


def _central(
    table: pd.DataFrame, critical: pd.DataFrame, start: float, end: float
) -> tuple[Tail, Tail]:
    """Fits of a power at the transition, and with it of the cut-off below."""
    window, at = Window(start, float(table["cells"].iloc[0])), Window(start, end)
    power = fitted(at, at.counts(critical).sum(axis=0), POWER)
    form = TailForm(power.power, None)
    return power, fitted(window, window.counts(table).sum(axis=0), form)


def _errors(
    table: pd.DataFrame, critical: pd.DataFrame, window: Window, end: float
) -> tuple[Estimate, Estimate, Estimate]:
    """tau, b and xi with their errors: all fits without each chain in turn."""
    at = Window(window.start, end)

    def statistic(below: RealArray, there: RealArray) -> RealArray:
        tau = fitted(at, there, POWER).power
        found = fitted(window, below, TailForm(tau, None))
        return np.array([tau, found.stretch, math.log(found.scale)])

    every = estimate_of(
        statistic,
        list(window.counts(table)),
        list(at.counts(critical)),
        clusters=[table["realisation"], critical["realisation"]],
    )
    tau, shape, log = (
        Estimate(float(x), float(e), every.realisations)
        for x, e in zip(every.mean, every.error)
    )
    return tau, shape, Estimate(math.exp(log.mean), math.exp(log.mean) * log.error, len(table))


def scale_power(
    tables: Mapping[float, pd.DataFrame],
    critical: pd.DataFrame,
    start: float,
    end: float,
    shape: float,
) -> Estimate:
    """The power of 1/D with which xi of one b grows; D = 1 - eps/eps_c are the keys."""
    window, at = Window(start, float(critical["cells"].iloc[0])), Window(start, end)

    def statistic(there: RealArray, *below: RealArray) -> float:
        form = TailForm(fitted(at, there, POWER).power, shape)
        logs = [math.log(fitted(window, each, form).scale) for each in below]
        return float(np.polyfit(-np.log(list(tables)), logs, 1)[0])

    rows = [critical, *tables.values()]
    columns = [list(at.counts(critical)), *(list(window.counts(x)) for x in tables.values())]
    return estimate_of(statistic, *columns, clusters=[each["realisation"] for each in rows])
