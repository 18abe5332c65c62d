"""What rows of coupled elements say together: ratios, peaks of excess, oscillations in time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments.cells import cell_array
from bathlab.statistics import Estimate, estimate_of, summarise_curves
from bathlab.theory.grain.structure_factors import two_peaks

NUMBERS = ["halfwidth", "xi", "share"]
CURVES = {
    "k": "omega",
    "spin": "omega",
    **{
        f"{which}_{name}": "omega" for which in ("contact", "probe") for name in ("v", "excess")
    },
    "k_time": "time",
    "spin_time": "time",
    **{
        f"{which}_time{end}": "time"
        for which in ("contact", "probe")
        for end in ("", "_before")
    },
}
KEYS = ["case", "bandwidth", "g", "field", "step"]
#: Peaks are fitted within so many w of their centre.
REACH = 6.0
#: Bins of omega so near 0 hold the diagonal, twice as large, and the gap beside it.
APART = 1.5
#: The oscillation is sought between these times, in units of 1/h.
EARLY, LATE = (3.0, 15.0), (6.0, 30.0)


def coupled_means(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each case: numbers and curves with errors."""
    return summarise_curves(table, KEYS, ["omega", "time"], [*NUMBERS, *CURVES])


def curves(rows: pd.DataFrame, column: str) -> RealArray:
    """(N, m) curves of one case."""
    return cell_array(rows, column, (len(rows[column].iloc[0]),))


def quotient(rows: pd.DataFrame, over: str, under: str) -> Estimate:
    """<a>/<b> of two columns."""
    return estimate_of(
        lambda a, b: a / b, rows[over], rows[under], clusters=rows["realisation"]
    )


def share_of_mean(rows: pd.DataFrame, mean: str, square: str) -> Estimate:
    """<a>/sqrt(<b>): the mean of a diagonal in units of the rms of the elements beside it."""
    return estimate_of(
        lambda a, b: a / np.sqrt(b), rows[mean], rows[square], clusters=rows["realisation"]
    )


def central_weight(
    omega: RealArray, excess: RealArray, shape: RealArray, centre: float, reach: float
) -> tuple[float, float]:
    """How many times a shape is in an excess near +-centre, on a background even in omega, and
    the rms that the fit leaves over.

    Even parts are fitted by W shape + a constant + a straight line in |omega| (at centre 0 in
    omega^2), over ||omega| - centre| <= reach, without the bins of the diagonal elements.
    """
    near = (np.abs(np.abs(omega) - centre) <= reach) & (omega > APART * (omega[1] - omega[0]))
    x = omega[near] - centre
    even = [(each + each[::-1])[near] / 2 for each in (excess, shape)]
    design = np.column_stack([even[1], np.ones(len(x)), x**2 if centre == 0 else x])
    found = np.linalg.lstsq(design, even[0], rcond=None)[0]
    left = even[0] - design @ found
    return float(found[0]), float(np.sqrt(np.mean(left**2)))


def cut(omega: RealArray, k: RealArray, halfwidth: float) -> RealArray:
    """k_0: k cut at its half-width, normalised."""
    step = float(omega[1] - omega[0])
    core = k * np.clip((halfwidth - np.abs(omega)) / step + 0.5, 0, 1)
    return np.asarray(core / (core.sum() * step))


def peak_fit(
    rows: pd.DataFrame, which: str, centre: float, kernel: str
) -> tuple[Estimate, Any]:
    """Weight of each peak that the excess of an operator has at +-centre (or at 0), of the
    shape k*k or k_0*k_0, and the rms that this shape leaves over, with errors."""
    omega = np.asarray(rows["omega"].iloc[0], float)
    w = float(rows["halfwidth"].mean())
    least = 3 * float(rows["step"].iloc[0])
    reach = max(REACH * w, least)
    if centre:
        reach = min(reach, 0.8 * centre)

    def of(excess: RealArray, k: RealArray) -> RealArray:
        shape = two_peaks(omega, k if kernel == "k" else cut(omega, k, w), centre / 2)
        return np.array(
            central_weight(omega, excess, (2 if centre else 1) * shape, centre, reach)
        )

    found = estimate_of(
        of,
        list(curves(rows, f"{which}_excess")),
        list(curves(rows, "k")),
        clusters=rows["realisation"],
    )
    weight, left = (
        Estimate(float(a), float(b), found.realisations)
        for a, b in zip(found.mean, found.error)
    )
    return weight, left


def oscillation(rows: pd.DataFrame, which: str, window: tuple[float, float]) -> Estimate:
    """The share of the spin's own <tau(t)tau> in <V(t)V> after coupling, less what it was
    before times |k(t)|^2, by least squares over a window of times."""
    times = np.asarray(rows["time"].iloc[0], float)
    used = (times >= window[0]) & (times <= window[1])

    def of(after: RealArray, before: RealArray, k: RealArray, spin: RealArray) -> float:
        design = np.column_stack([spin[used], np.ones(np.count_nonzero(used))])
        found = np.linalg.lstsq(design, (after - before * k)[used], rcond=None)[0]
        return float(found[0])

    names = (f"{which}_time", f"{which}_time_before", "k_time", "spin_time")
    columns = [list(curves(rows, name)) for name in names]
    return estimate_of(of, *columns, clusters=rows["realisation"])


def size_at_late_times(rows: pd.DataFrame, column: str) -> Estimate:
    """rms of a mean correlator over the window of late times."""
    times = np.asarray(rows["time"].iloc[0], float)
    used = (times >= EARLY[0]) & (times <= EARLY[1])
    return estimate_of(
        lambda mean: float(np.sqrt(np.mean(mean[used] ** 2))),
        list(curves(rows, column)),
        clusters=rows["realisation"],
    )


def synthetic_share(rows: pd.DataFrame, kind: str) -> Estimate:
    """a of V = a sign(omega) T + noise at +-2h, of true or synthetic states."""
    return quotient(rows, f"{kind}_vt", f"{kind}_tt")


def drawn_points(table: pd.DataFrame) -> pd.DataFrame:
    """Ratios of squares by case and operator, and a of true and synthetic states, for a
    figure: columns kind, bath, g, which, value and value_error."""
    found: list[dict[str, Any]] = []
    for _, rows in table.groupby("case", sort=False):
        bath = "GOE" if float(rows["bandwidth"].iloc[0]) else "chain"
        base = {"bath": bath, "g": float(rows["g"].iloc[0])}
        for which in ("probe", "contact"):
            for kind, over, under in (
                ("squares", f"{which}_off_after", f"{which}_off_before"),
                ("diagonal", f"{which}_diagonal_after", f"{which}_off_after"),
            ):
                each = quotient(rows, over, under)
                found.append(
                    base
                    | {"kind": kind, "which": which}
                    | {"value": each.mean, "value_error": each.error}
                )
        known = rows.dropna(subset="true_vt") if "true_vt" in rows else rows[:0]
        for kind in ("true", "none", "first", "full") if len(known) else ():
            each = synthetic_share(known, kind)
            found.append(
                base
                | {"kind": "synthetic", "which": kind}
                | {"value": each.mean, "value_error": each.error}
            )
    return pd.DataFrame(found)
