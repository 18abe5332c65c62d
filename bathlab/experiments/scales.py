"""What the counts of Omega over realisations say of eq. (5) and of p_Omega given omega.

Tables are those of :func:`bathlab.experiments.scale_rows`, of one size and coupling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import Array, RealArray
from bathlab.experiments.cells import cell_array, compared_densities
from bathlab.experiments.pair_counts import PER_DECADE, SCALES, WINDOWS
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import Histogram, bins_within
from bathlab.statistics.resampling import Jackknife, jackknife

#: The window that the others are compared with: 0.1 < |omega| < 1.
REFERENCE = 4
#: Bins with fewer counts are not compared: their noise would be taken for a distance.
FEWEST_COUNTS = 100
#: Fewest realisations with pairs in a window of |omega| that make a curve.
FEWEST = 3


def counts_of(table: pd.DataFrame, moved: bool = False) -> RealArray:
    """(N, w, b) counts by realisation, window of |omega| and bin of Omega; ``moved`` are those
    of the control."""
    column = "scales_moved" if moved else "scales"
    return cell_array(table, column, (len(WINDOWS) - 1, len(SCALES) - 1))


def pairs_of(table: pd.DataFrame) -> RealArray:
    """(N, w) pairs of each realisation in each window of |omega|."""
    return cell_array(table, "pairs", (len(WINDOWS) - 1,))


def scale_histogram(
    table: pd.DataFrame, moved: bool = False, window: int | slice | None = None
) -> Histogram:
    """p_Omega of all pairs, or p_{Omega|omega} of those in a window of |omega|, or in several
    together, normalised over them."""
    counts, pairs = counts_of(table, moved), pairs_of(table)
    if isinstance(window, int):
        return Histogram(SCALES, counts[:, window], pairs[:, window])
    several = slice(None) if window is None else window
    return Histogram(SCALES, counts[:, several].sum(axis=1), pairs[:, several].sum(axis=1))


def scale_means(table: pd.DataFrame, whole: str, names: Sequence[str]) -> pd.DataFrame:
    """One row for each coupling, size and curve, p with its error and p of the control: of all
    pairs, called ``whole``, and of those in each window of |omega|, called ``names``."""
    rows = []
    for (coupling, sites), part in table.groupby(["coupling", "sites"]):
        for window, name in [(None, whole), *enumerate(names)]:
            here, moved = (scale_histogram(part, kind, window) for kind in (False, True))
            if (here.totals > 0).sum() < FEWEST:
                continue
            group = {"coupling": coupling, "sites": sites, "pairs": name}
            rows.append({**group, **compared_densities(here, moved, "Omega")})
    return pd.DataFrame(rows)


def share_within(table: pd.DataFrame, lower: float, upper: float) -> RealArray:
    """(N,) share of the pairs of each realisation whose Omega is in the bins of a range."""
    inside = bins_within(SCALES, lower, upper)
    return counts_of(table).sum(axis=1)[:, inside].sum(axis=1) / pairs_of(table).sum(axis=1)


@dataclass(frozen=True)
class Spread:
    """How far the curves p_{Omega|omega} lie apart.

    Attributes
    ----------
    rms
        of log10 of their ratios to that of 0.1 < |omega| < 1, with its error.
    noise
        what the errors of the ratios alone would make of it.
    largest
        the largest |log10| of a ratio.
    bins
        how many ratios.
    """

    rms: Estimate
    noise: float
    largest: float
    bins: int


def spread_over_windows(
    table: pd.DataFrame, lower: float, moved: bool = False, scaled: bool = False
) -> Spread:
    """Distance of p_{Omega|omega} in four windows from that in 0.1 < |omega| < 1.

    The bins are those from ``lower`` to the lower edge of each window (of the first, which has
    none, to a tenth of its upper edge), with ``FEWEST_COUNTS`` in both windows at least.

    Parameters
    ----------
    lower
        least Omega, Omega_0 say.
    moved
        of the control with z rearranged.
    scaled
        compare as functions of Omega/|omega|, in the decades of |omega|: what curves do
        of which z knows nothing of omega. Bins are then those of the reference.

    Raises
    ------
    ValueError
        If no bin is left.
    """
    counts, pairs = counts_of(table, moved), pairs_of(table)
    compared = _compared(counts.sum(axis=0), lower, scaled)
    if len(compared) == 0:
        raise ValueError(
            f"{len(table)} realisations without a bin of {FEWEST_COUNTS} counts from "
            f"{lower:g} to |omega| were given; expected some. Take more realisations."
        )
    window, here, there, shift = compared.T

    def logs(mean: RealArray) -> RealArray:
        totals = mean[-(len(WINDOWS) - 1) :]
        density = mean[: -len(totals)].reshape(len(totals), -1) / np.diff(SCALES)
        density /= np.maximum(totals, 1)[:, np.newaxis]  # a window may be empty
        ratio = density[window, here] / density[REFERENCE, there]
        return np.asarray(np.log10(ratio) - shift / PER_DECADE)

    samples = np.concatenate([counts.reshape(len(counts), -1), pairs], axis=1)
    return _spread_of(jackknife(samples, logs), len(table))


def _compared(counts: RealArray, lower: float, scaled: bool) -> Array:
    """(k, 4) window, bin, bin of the reference, and how many bins lie between."""
    found = []
    for window in range(1 if scaled else 0, REFERENCE):
        upper = WINDOWS[window] or WINDOWS[1] / 10
        shift = PER_DECADE * (REFERENCE - window) if scaled else 0
        for here in range(len(SCALES) - 1 - shift):
            there = here + shift
            first, last = (SCALES[there], 1.0) if scaled else (SCALES[here], upper)
            inside = first * (1 + 1e-9) >= lower and SCALES[here + 1] <= last * (1 + 1e-9)
            if inside and min(counts[window, here], counts[REFERENCE, there]) >= FEWEST_COUNTS:
                found.append((window, here, there, shift))
    return np.array(found, dtype=np.int64).reshape(-1, 4)


def _spread_of(logs: Jackknife, realisations: int) -> Spread:
    rms = logs.map(lambda x: float(np.sqrt(np.mean(np.square(x)))))
    return Spread(
        Estimate(rms.value, float(rms.error), realisations),
        float(np.sqrt(np.mean(np.square(logs.error)))),
        float(np.abs(logs.value).max()),
        len(logs.value),
    )
