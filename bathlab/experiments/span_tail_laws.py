"""Average couplings of chains, their regions as curves, and regions of the mean field."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array
from bathlab.experiments.span_cutoffs import POWER, Window, fitted
from bathlab.experiments.span_tails import LENGTHS
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.stretched_tails import Tail, TailForm, fit_tail
from bathlab.theory import avalanche

#: Average couplings are used up to the first whose relative error is not smaller.
SHARP = 0.1
#: Orders of the mean-field flow, and the rarest that count beside the first.
ORDERS, RAREST = 20000, 1e-9
#: Shapes of the curves that are fitted.
FITS = {"power": 0.0, "stretched": None, "exponential": 1.0}


def coupling_lengths(table: pd.DataFrame, power: float = 0.0) -> tuple[RealArray, Estimate]:
    """l, and how far the average coupling decays between l and 2 l.

    The length is l/log(A(l)/A(2 l)), A times l^``power``: the same for all l if A is an
    exponential, over that power. Without what the chains do not give to ``SHARP``.
    """
    found = [list(row) for row in cell_array(table, "couplings", (len(LENGTHS),))]
    means = estimate_of(lambda mean: mean, found, clusters=table["realisation"])
    known = int(np.argmin(np.append(means.error < SHARP * means.mean, False)))
    return LENGTHS[: known - 1].astype(np.float64), estimate_of(
        lambda mean: _decay_lengths(mean[:known], power), found, clusters=table["realisation"]
    )


def length_growth(table: pd.DataFrame, power: float = 0.0) -> tuple[float, Estimate]:
    """The last l of :func:`coupling_lengths`, and its length over that of l/2."""
    lengths, _ = coupling_lengths(table, power)
    found = [list(row) for row in cell_array(table, "couplings", (len(LENGTHS),))]

    def statistic(mean: RealArray) -> float:
        decay = _decay_lengths(mean[: len(lengths) + 1], power)
        return float(decay[-1] / decay[-2])

    return float(lengths[-1]), estimate_of(statistic, found, clusters=table["realisation"])


def _decay_lengths(couplings: RealArray, power: float) -> RealArray:
    sizes = LENGTHS[: len(couplings)]
    falls = -np.diff(np.log(couplings) + power * np.log(sizes))
    return np.asarray(sizes[:-1] / falls)


def mean_field_tail(departure: float, K: float, start: float) -> Tail:
    """A stretched exponential fitted to the regions of the mean-field flow above a size.

    Spots of order k have density eps^k and size k + 2 l_k; all orders count that are not rarer
    than ``RAREST`` times the first, however rare that is. ``departure`` is (eps - eps_c)/eps_c.
    """
    course = avalanche.near_critical_flow(departure, K)
    order = np.arange(1.0, ORDERS)
    collar = course.collar_ratio * order
    collar[: len(course.collar)] = course.collar
    sizes = order + 2 * collar
    widths = np.gradient(sizes)
    first = int(np.searchsorted(sizes, start))
    counts = course.epsilon ** (order - order[first])
    used = slice(first, int(np.searchsorted(-counts, -RAREST)))
    return fit_tail(sizes[used], counts[used], TailForm(0.0, None), widths[used])


def tail_means(
    table: pd.DataFrame, by: Sequence[str], critical: float, start: float, end: float
) -> pd.DataFrame:
    """Two rows for each group, of ``kind`` "sizes" and "couplings", with curves over ``x``.

    ``y`` and ``y_error`` are regions of one size in a cell, or :func:`coupling_lengths`. Sizes
    have fits, 0 below ``start``: ``power``, l^-tau of the group whose last key is ``critical``,
    fitted from ``start`` to ``end``; ``stretched`` and ``exponential``, that power with a
    cut-off; the group at the transition has none, ``cut``. Couplings have nan there.
    """
    rows = []
    cells = float(table["cells"].iloc[0])
    whole, window, at = Window(0.0, cells), Window(start, cells), Window(start, end)
    for keys, part in table.groupby(list(by), sort=False):
        same = np.all([table[name] == key for name, key in zip(by[:-1], keys)], axis=0)
        there = table[same & (table[by[-1]] == critical)]
        tau = fitted(at, at.counts(there).sum(axis=0), POWER).power
        share = list(whole.counts(part) / (part["cells"].iloc[0] * whole.widths))
        p = estimate_of(lambda mean: mean, share, clusters=part["realisation"])
        lengths, decay = coupling_lengths(part)
        row = {**dict(zip(by, keys)), "tau": tau, "realisations": p.realisations}
        row["cut"] = keys[-1] != critical
        fits = {name: _density(window, part, TailForm(tau, b)) for name, b in FITS.items()}
        sizes = {"x": whole.sizes, "y": p.mean, "y_error": p.error}
        rows.append(row | {"kind": "sizes"} | sizes | fits)
        x, found = coupling_lengths(part)
        none = dict.fromkeys(FITS, np.full(len(x), np.nan))
        couplings = {"x": x, "y": found.mean, "y_error": found.error}
        rows.append(row | {"kind": "couplings"} | couplings | none)
    return pd.DataFrame(rows)


def _density(window: Window, part: pd.DataFrame, form: TailForm) -> RealArray:
    """Regions of one size in a cell by a fit, 0 below the window."""
    counts = window.counts(part)
    tail = fitted(window, counts.sum(axis=0), form)
    whole = Window(0.0, window.end)
    density = np.zeros(len(whole.sizes))
    density[whole.sizes >= window.start] = tail.p * counts.sum() / window.widths
    return np.asarray(density / (len(part) * part["cells"].iloc[0]))
