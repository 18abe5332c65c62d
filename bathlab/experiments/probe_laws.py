"""What rows of a probe spin say: S and C_zz out of matrix elements, exponents.

Tables are those of :func:`bathlab.experiments.probe_cells.probe_rows`, of one case where
``rows`` are asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bathlab.conventions import Array, RealArray
from bathlab.experiments.probe_cells import SCALES, USUAL, WINDOWS
from bathlab.experiments.probe_lengths import (
    curves,
    lengths,
    mean_curve,
    range_curve,
)
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate, estimate, grouped, summarise
from bathlab.statistics.histograms import DensityLaw, Histogram, bins_within, density_law

#: What tells cases apart.
KEYS = ("kind", "sites", "swept")
#: Frequencies in J over which S is held against what is made of elements.
COMPARED = (1e-3, 1.0)
#: And over which exponents are fitted.
FITTED = (1e-3, 0.3)
#: And those that a table has.
DRAWN = (1e-5, 1e2)
CENTRES = np.sqrt(SCALES[:-1] * SCALES[1:])
#: q(r) in steps: |Delta| < |V| counts 2 v rho, the exact pair loses 2 pi v rho.
RATES = {"cats": 2.0, "pairs": 2 * math.pi}


def binned(rows: pd.DataFrame, column: str, window: int = USUAL) -> RealArray:
    """(N, b) weights in the bins of :data:`SCALES` alone; of elements those of one of
    ``WINDOWS``."""
    found = curves(rows, column).reshape(len(rows), -1, len(SCALES) + 1)
    return found[:, window if found.shape[1] > 1 else 0, 1:-1]


def tones_of(elements: RealArray, rate: float = RATES["cats"]) -> RealArray:
    """(b,) p(v) dv in bins out of rho(v) dv: F at the upper edge less F at the lower one, F(v)
    = exp(-rate int_v^infinity v' rho dv'): what S has in each bin, both signs together.

    Source: Crowley & Chandran, (99)-(102), with the minus sign and the factor 2 that they lack.
    """
    hits = rate * CENTRES * elements
    above = np.cumsum(hits[::-1])[::-1] - hits
    return np.asarray(np.exp(-above) * -np.expm1(-hits))


@dataclass(frozen=True)
class Likeness:
    """How S made of elements stands to S itself.

    Attributes
    ----------
    logs
        (b,) log of one over the other in the bins used, with errors on the same samples.
    bias
        its mean over bins.
    rms
        root of the mean of its square over bins.
    chi2_dof
        of no difference, bins taken as independent.
    centres
        (b,) of the bins used.
    """

    logs: Estimate
    bias: Estimate
    rms: float
    chi2_dof: float
    centres: RealArray


def likeness(rows: pd.DataFrame, made: str, window: int = USUAL) -> Likeness | None:
    """S made as ``made`` says beside the measured one, over ``COMPARED``; None if fewer than
    three bins have both whichever realisation is left out.

    ``made`` is "cats", of rho(v) by the paper's law; "pairs", of every pair as two levels; or
    "counted", the strongest resonance of each state.
    """
    column = {"cats": "elements", "pairs": "pair_spectrum", "counted": "strongest"}[made]
    given, measured = binned(rows, column, window), binned(rows, "spectrum")
    used = bins_within(SCALES, *COMPARED) & _filled(given) & _filled(measured)
    if np.count_nonzero(used) < 3:
        return None

    def logs(elements: RealArray, spectrum: RealArray) -> RealArray:
        mine = tones_of(elements) if made == "cats" else elements
        return np.asarray(np.log(mine[used] / spectrum[used]))

    columns = (list(given), list(measured))
    found = estimate_of(logs, *columns, clusters=rows["realisation"])
    bias = estimate_of(lambda a, b: logs(a, b).mean(), *columns, clusters=rows["realisation"])
    rms = float(np.sqrt(np.mean(found.mean**2)))
    chi2 = float(np.mean((found.mean / found.error) ** 2))
    return Likeness(found, bias, rms, chi2, CENTRES[used])


def _filled(weights: RealArray) -> Array:
    """(b,) where something is left whichever realisation is left out."""
    return np.asarray(np.count_nonzero(weights > 0, axis=0) > 1)


def exponent(rows: pd.DataFrame, column: str) -> DensityLaw | None:
    """The power law of the density of a column in the bins of ``FITTED``; None for too few."""
    weights = binned(rows, column)
    histogram = Histogram(SCALES, weights, np.ones(len(weights)))
    try:
        return density_law(histogram, *FITTED)
    except ValueError:
        return None


def theta_difference(
    one: pd.DataFrame, name: str, other: pd.DataFrame, other_name: str
) -> Estimate | None:
    """theta of one column of one case less that of another, or of another case, in the samples
    that both have; lines through the logarithms of the bins that both have. theta is 2 more
    than the exponent of "elements", rho(v), and 1 more than that of "spectrum"."""
    pairs = ((one, name), (other, other_name))
    columns = [binned(rows, column) for rows, column in pairs]
    used = bins_within(SCALES, *FITTED) & _filled(columns[0]) & _filled(columns[1])
    if np.count_nonzero(used) < 3:
        return None
    x, widths = np.log(CENTRES[used]), np.diff(SCALES)[used]

    def theta(weights: RealArray, column: str) -> float:
        if not np.all(weights[used] > 0):
            return math.nan
        slope = np.polyfit(x, np.log(weights[used] / widths), 1)[0]
        return float(slope) + (2 if column == "elements" else 1)

    return estimate_of(
        lambda a, b: theta(a, name) - theta(b, other_name),
        *map(list, columns),
        clusters=[rows["realisation"] for rows, _ in pairs],
    )


def with_exponentials(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``cats`` = exp(-2 rho v-bar) and ``pairs`` = exp(-2 pi rho v-bar) of each
    sample and window (``cats_0``, ...), what C_zz exceeds them by, and rho v-bar itself
    (``rho_v``, of the middle of the spectrum between two windows, and ``rho_v_still``)."""
    strength = curves(table, "strength")
    more = {}
    for name, rate in RATES.items():
        for place in range(len(WINDOWS)):
            more[f"{name}_{place}"] = np.exp(-rate * strength[:, place])
        more[name] = more[f"{name}_{USUAL}"]
        more[f"over_{name}"] = table["memory"].to_numpy() - more[name]
    more["rho_v"] = curves(table, "middle")[:, USUAL]
    more["rho_v_still"] = curves(table, "still_middle")[:, USUAL]
    return table.assign(**more)


def probe_table(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors of each case: numbers; weights of S in the bins of |omega|, with what
    is ``made`` of rho(v) and of ``pairs_made``; by range ``q_0``, ..., ``counted_0``, ... and
    F(r), ``free_0``, ...; 1/xi and lambda of q(r) as ``slope`` and ``lam``. nan where a ring
    ends."""
    numbers = ["memory", "pair_memory", "free", "partners", "gap_ratio", "rms_g"]
    numbers += ["rho_v", "rho_v_still", *RATES]
    table, found = with_exponentials(table), []
    most = max(int(sites) for sites in table["sites"]) // 2 + 1
    drawn = bins_within(SCALES, *DRAWN)
    for key, rows in grouped(table, list(KEYS)):
        (means,) = summarise(rows, list(KEYS), numbers).to_dict("records")
        S = estimate(list(binned(rows, "spectrum")), rows["realisation"])
        more: dict[str, Any] = {
            "frequency": CENTRES[drawn],
            "spectrum": S.mean[drawn],
            "spectrum_error": S.error[drawn],
            "made": tones_of(binned(rows, "elements").mean(axis=0))[drawn],
            "pairs_made": binned(rows, "pair_spectrum").mean(axis=0)[drawn],
        }
        more |= _by_range("q", range_curve(rows), most)
        more |= _by_range("counted", mean_curve(rows, "range_partners"), most, 1)
        first = np.cumsum(curves(rows, "range_first"), axis=1)
        free = estimate(list(1 - first), rows["realisation"])
        more |= _by_range("free", free, most, 1)
        slope, log_lam = (each.mean for each in lengths(rows, key[0] == "static"))
        more |= {"slope": slope, "lam": math.exp(log_lam)}
        found.append(dict(means) | more)
    return pd.DataFrame(found)


def _by_range(name: str, found: Estimate, most: int, first: int = 0) -> dict[str, float]:
    """A column for each range and its error; ``first`` is where r = 0 stands."""
    cells = {f"{name}_{r}{end}": math.nan for r in range(most) for end in ("", "_error")}
    for r, (mean, error) in enumerate(zip(found.mean[first:], found.error[first:])):
        cells |= {f"{name}_{r}": float(mean), f"{name}_{r}_error": float(error)}
    return cells


def case_rows(table: pd.DataFrame, kind: str, sites: int, swept: float) -> pd.DataFrame:
    """The rows of one case."""
    here = (table["kind"] == kind) & (table["sites"] == sites)
    return table[here & np.isclose(table["swept"], swept)]


def points(table: pd.DataFrame, kind: str) -> list[tuple[int, float]]:
    """(L, W or Omega) of a kind, ascending."""
    part = table[table["kind"] == kind]
    return sorted({(int(a), float(b)) for a, b in zip(part["sites"], part["swept"])})


def as_estimate(rows: pd.DataFrame, column: Any) -> Estimate:
    """Mean of a column of numbers."""
    return estimate(rows[column], rows["realisation"])
