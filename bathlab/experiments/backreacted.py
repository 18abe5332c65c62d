"""What the realisations of a coupled spin say together of eqs. (6), (8), (11), (13), (14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping

import numpy as np
import pandas as pd

from bathlab.checks import refusal, require_mapping, require_table, select
from bathlab.conventions import RealArray
from bathlab.statistics.arithmetic import CurveDistance, curve_distance, independent
from bathlab.statistics.curves import summarise_curves
from bathlab.statistics.estimates import Estimate, estimate, summarise
from bathlab.statistics.widths import WidthRatio, peak_width_over
from bathlab.theory.grain.structure_factors import (
    backreaction,
    backreaction_weight,
    broadened,
    rotation_peaks,
    two_peaks,
)

#: What tells the couplings apart.
KEYS = ["case", "bandwidth", "g", "field", "step"]
CURVES = ["k", "contact_before", "contact_at_zero", "contact", "probe_before", "probe", "spin"]
NUMBERS = [
    "halfwidth",
    "second_moment",
    "xi",
    "place",
    "shift_theory",
    "share",
    "share_theory",
    "share_probe",
    "fitted",
    "fitted_probe",
    "fitted_spin",
    "fitted_spin_probe",
]
#: Lorentzians are fitted up to so many half-widths.
LORENTZIAN_REACH = 3.0
#: Makes a curve of the curves of :data:`CURVES`, by name.
Predict = Callable[[Mapping[str, Any]], RealArray]


def backreacted_means(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each case of :func:`bathlab.experiments.backreaction_rows`: means with
    errors, and curves as arrays where the rows keep them.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> from bathlab.experiments.backreaction import Coupling
    >>> bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    >>> spin = Coupling(bath, 4.0, 0.3, 0.5, window=2.0, step=0.25, reach=6.0, curves=True)
    >>> rows = [bl.experiments.backreaction_rows(spin, 1, r)[0] for r in range(5)]
    >>> table = pd.DataFrame(rows).assign(case="a", realisation=range(5))
    >>> means = bl.experiments.backreacted_means(table)
    >>> print(f"{means['second_moment'][0]:.3f}")  # of k: g^2
    0.090
    >>> print(f"{means['spin'][0].sum() * 0.25:.3f}")  # <(sigma^x)^2>
    1.000
    """
    select(table, ["omega", *KEYS, *NUMBERS, *CURVES])
    curves = summarise_curves(table.dropna(subset="omega"), ["case"], "omega", CURVES)
    means = summarise(table, KEYS, NUMBERS)
    return means.merge(curves.drop(columns="realisations"), on="case", how="left")


def scan_points(means: pd.DataFrame, scans: Mapping[str, str]) -> pd.DataFrame:
    """W of every random matrix, once for each scan that it belongs to.

    Parameters
    ----------
    means
        of :func:`backreacted_means`, the first row being common to all scans.
    scans
        column that a scan goes through, to its name.

    Returns
    -------
    DataFrame
        The rows with the columns scan, paper (eq. 13), W with its error (from the correlation
        of the contact's elements with the spin's) and W_theory (both terms of eq. 11).

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> from bathlab.experiments.backreaction import Coupling
    >>> bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    >>> spin = Coupling(bath, 4.0, 0.3, 0.5, window=2.0, step=0.25, reach=6.0, curves=True)
    >>> rows = [bl.experiments.backreaction_rows(spin, 1, r)[0] for r in range(5)]
    >>> table = pd.DataFrame(rows).assign(case="a", realisation=range(5))
    >>> means = bl.experiments.backreacted_means(table)
    >>> points = bl.experiments.scan_points(means, {"g": "coupling", "field": "field"})
    >>> print(points["scan"].tolist())  # the one case is of both scans
    ['coupling', 'field']
    >>> print(f"{points['paper'][0]:.3f}, {(0.3 / means['xi'][0]) ** 2:.3f}")  # (g/xi)^2
    0.079, 0.079
    """
    scans = dict(require_mapping("scans", scans))
    select(means, ["bandwidth", *scans, "g", "xi", "field", "share", "share_theory"])
    main, random = means.iloc[0], means[means["bandwidth"] > 0]
    points = []
    for key, name in scans.items():
        others = [other for other in scans if other != key]
        inside = random[(random[others] == main[others]).all(axis=1)].sort_values(key)
        points.append(inside.assign(scan=name))
    table = pd.concat(points, ignore_index=True)
    rows = [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]
    found = [correlation_weight(Estimate.of_row(row, "share")) for row in rows]
    return table.assign(
        paper=[backreaction_weight(row["g"], row["xi"], row["field"]) for row in rows],
        W=[each.mean for each in found],
        W_error=[each.error for each in found],
        W_theory=table["share_theory"] ** 2 / 2,
    )


def correlation_weight(share: Estimate) -> Estimate:
    """W = a^2/2 of each of the two peaks, a the share of the spin in the contact."""
    return independent(lambda a: a**2 / 2, share)


def backreacted_data(means: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """The points of the scans, then the curves, a row for each frequency.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> from bathlab.experiments.backreaction import Coupling
    >>> bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    >>> spin = Coupling(bath, 4.0, 0.3, 0.5, window=2.0, step=0.25, reach=6.0, curves=True)
    >>> rows = [bl.experiments.backreaction_rows(spin, 1, r)[0] for r in range(5)]
    >>> table = pd.DataFrame(rows).assign(case="a", realisation=range(5))
    >>> means = bl.experiments.backreacted_means(table)
    >>> points = bl.experiments.scan_points(means, {"g": "coupling", "field": "field"})
    >>> data = bl.experiments.backreacted_data(means, points)
    >>> print(len(points), "points,", len(data) - len(points), "frequencies")
    2 points, 49 frequencies
    """
    select(means, ["omega"])
    require_table("points", points)
    wide = ["omega", *(f"{name}{suffix}" for name in CURVES for suffix in ("", "_error"))]
    if not set(wide) <= set(points.columns):
        given = f"a table with the columns {list(points.columns)}"
        raise refusal("points", given, "those of the means too", "Take them of scan_points.")
    curves = means.dropna(subset="omega").explode(wide)
    return pd.concat([points.drop(columns=wide), curves], ignore_index=True)


@dataclass(frozen=True, eq=False)
class Backreacted:
    """One coupling with its curves.

    Attributes
    ----------
    rows
        its realisations.
    mean
        its row of :func:`backreacted_means`.
    """

    rows: pd.DataFrame
    mean: Mapping[str, Any]

    def number(self, name: str) -> Estimate:
        """One of :data:`NUMBERS` with its error."""
        return Estimate.of_row(self.mean, name)

    @property
    def weight(self) -> float:
        """W = (g/max(xi, |h|))^2 of the paper."""
        return backreaction_weight(self.mean["g"], self.mean["xi"], self.mean["field"])

    def unchanged(self, before: str) -> Predict:
        """v' = v."""
        return lambda have: np.asarray(have[before])

    def broadened(self, before: str) -> Predict:
        """v' = k*v*k, eq. (6)."""
        return lambda have: broadened(self.mean["omega"], have[before], have["k"])

    def backreaction(self, weight: float) -> Predict:
        """v' of the contact with peaks of this weight, eq. (14)."""
        omega, field, cut = self.mean["omega"], self.mean["field"], self.mean["halfwidth"]
        return lambda have: backreaction(
            omega, have["contact_before"], have["k"], field, weight, cut
        )

    def two_peaks(self, shift: float = 0.0) -> Predict:
        """v' of the spin, eq. (8), with its frequency moved by a shift."""
        field = self.mean["field"] + shift / 2
        return lambda have: two_peaks(self.mean["omega"], have["k"], field)

    def rotation(self, shift: float) -> Predict:
        """v' of a spin that a bath damps, see :func:`bathlab.theory.rotation_peaks`."""
        field = self.mean["field"] + shift / 2
        return lambda have: rotation_peaks(self.mean["omega"], self.mean["halfwidth"], field)

    def expected(self, which: str) -> dict[str, RealArray]:
        """What theory says of v' of an operator, by the name of the prediction."""
        if which == "spin":
            shift = self.mean["shift_theory"]
            found = {
                "eq. (8)": self.two_peaks(),
                "damped rotation, shifted": self.rotation(shift),
            }
        else:
            found = {"eq. (6)": self.broadened(f"{which}_before")}
        if which == "contact":
            found[f"eq. (14), W = {self.weight:.2g}"] = self.backreaction(self.weight)
        return {name: predict(self.mean) for name, predict in found.items()}

    def distance(self, which: str, predict: Predict) -> CurveDistance:
        """int |v' - v'_theory| of an operator, both of the same disorder."""
        curves = {name: self.rows[name].to_list() for name in CURVES}
        return curve_distance(
            curves, lambda have: have[which] - predict(have), float(self.mean["step"])
        )

    def width_ratio(self) -> WidthRatio:
        """Half-width of the spin's peaks over twice that of k."""
        reach = LORENTZIAN_REACH * self.mean["halfwidth"]
        return peak_width_over(self.rows, "spin", self.mean["place"], reach)

    def growth(self, which: str, before: str | float) -> Estimate:
        """Second moment of v' of an operator less that before, a curve's or a number."""
        square = self.mean["omega"] ** 2 * self.mean["step"]
        was = np.stack(self.rows[before].to_list()) @ square if before in CURVES else before
        now = np.stack(self.rows[which].to_list()) @ square
        return estimate(now - was, self.rows["realisation"])


def backreacted_cases(table: pd.DataFrame, means: pd.DataFrame) -> list[Backreacted]:
    """The couplings whose rows keep their curves; ``means`` are those of the same table.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> from bathlab.experiments.backreaction import Coupling
    >>> bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    >>> spin = Coupling(bath, 4.0, 0.3, 0.5, window=2.0, step=0.25, reach=6.0, curves=True)
    >>> rows = [bl.experiments.backreaction_rows(spin, 1, r)[0] for r in range(5)]
    >>> table = pd.DataFrame(rows).assign(case="a", realisation=range(5))
    >>> means = bl.experiments.backreacted_means(table)
    >>> [case] = bl.experiments.backreacted_cases(table, means)
    >>> for law in (case.unchanged("probe_before"), case.broadened("probe_before")):
    ...     print(f"{case.distance('probe', law).found.mean:.2f}")  # of v' = v, and of eq. (6)
    0.28
    0.18
    """
    select(means, ["omega", "case"])
    select(table, ["case"])
    kept = means.dropna(subset="omega")
    rows = dict(list(table.groupby("case", sort=False)))
    found = [
        {str(name): cell for name, cell in mean.items()} for mean in kept.to_dict("records")
    ]
    return [Backreacted(rows[mean["case"]], mean) for mean in found]
