"""Half-widths of measured k(omega): fitted, and what they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import numpy as np
import pandas as pd

from bathlab.checks import as_array, as_names, as_real, select
from bathlab.conventions import RealArray
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.clusters import stacked
from bathlab.statistics.estimates import Estimate, grouped
from bathlab.statistics.fits import PowerLaw, lorentzian_fit, power_law

#: Fits use |omega| up to so many half-widths: beyond, k follows the edge of the band.
FIT_WINDOW = 5.0


def fitted_widths(
    table: pd.DataFrame, by: Sequence[str], halfwidths: float = FIT_WINDOW
) -> pd.DataFrame:
    """:func:`lorentzian_fit` of the curves of each group of a table.

    Parameters
    ----------
    table
        one row per realisation, with the columns omega and k (arrays) and halfwidth.
    by
        columns that tell groups apart; omega is the same in each.
    halfwidths
        the fit uses |omega| up to so many mean half-widths of its group.

    Returns
    -------
    DataFrame
        ``by``, fitted, fitted_error, fit_window, fit_chi2_dof, a row for each group in the
        order of their first rows.

    Raises
    ------
    ValueError
        As :func:`lorentzian_fit`, or for a column that the table does not have.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> import pandas as pd
    >>> omega = np.linspace(-5, 5, 201)
    >>> rows = pd.DataFrame({"g": [0.4, 0.6], "halfwidth": [0.16, 0.36]})
    >>> rows["omega"] = [omega] * 2
    >>> rows["k"] = [bl.analysis.lorentzian(omega, w) for w in rows["halfwidth"]]
    >>> widths = bl.statistics.fitted_widths(rows, by=["g"])
    >>> print(widths[["g", "fitted", "fit_window"]].round(3).to_string(index=False))
      g  fitted  fit_window
    0.4    0.16         0.8
    0.6    0.36         1.8
    """
    by, halfwidths = as_names("by", by), as_real("halfwidths", halfwidths, above=0)
    select(table, [*by, "omega", "k", "halfwidth"])
    rows = []
    for key, group in grouped(table, by):
        window = halfwidths * as_array("halfwidth", group["halfwidth"]).mean()
        fit = lorentzian_fit(group["omega"].iloc[0], stacked(group["k"], "k"), window)
        rows.append((*key, fit.halfwidth, fit.error, fit.window, fit.chi2_dof))
    names = ["fitted", "fitted_error", "fit_window", "fit_chi2_dof"]
    return pd.DataFrame(rows, columns=[*by, *names])


def width_law(widths: pd.DataFrame, x: str) -> PowerLaw:
    """Power law of half-widths, of independent disorder, in column ``x``.

    Parameters
    ----------
    widths
        with the columns ``x``, fitted, fitted_error (:func:`fitted_widths`) and
        realisations.

    Raises
    ------
    ValueError
        As :func:`bathlab.statistics.power_law`, or for a column that the table does not have.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> columns = {"xi": [1.0, 2.0, 4.0], "fitted": [0.4, 0.2, 0.1], "fitted_error": 0.01}
    >>> widths = pd.DataFrame(columns).assign(realisations=9)
    >>> law = bl.statistics.width_law(widths, "xi")
    >>> print(f"{law.exponent.mean:.3f} +- {law.exponent.error:.3f}")  # w = g^2/xi
    -1.000 +- 0.058
    """
    select(widths, [x, "fitted", "fitted_error", "realisations"])
    least = int(widths["realisations"].min())
    return power_law(widths[x], widths["fitted"], widths["fitted_error"], least)


def width_over(table: pd.DataFrame, column: str, window: float) -> Estimate:
    """Half-width of the Lorentzian fitted to |omega| <= ``window``, over the mean of a column
    that shares its disorder.

    Parameters
    ----------
    table
        one row per realisation, with the columns omega and k (arrays) and ``column``.

    Raises
    ------
    ValueError
        As :func:`lorentzian_fit`, or for a column that the table does not have.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> import pandas as pd
    >>> omega = np.linspace(-5, 5, 201)
    >>> rows = pd.DataFrame({"realisation": range(3), "golden": [0.2, 0.25, 0.3]})
    >>> rows["omega"] = [omega] * 3
    >>> rows["k"] = [bl.analysis.lorentzian(omega, w) for w in rows["golden"]]
    >>> found = bl.statistics.width_over(rows, "golden", window=2.0)
    >>> print(f"{found.mean:.2f} +- {found.error:.2f}")  # both widths vary, not their ratio
    0.99 +- 0.01
    """
    window = as_real("window", window, above=0)
    select(table, ["omega", "k", column, "realisation"])
    omega = table["omega"].iloc[0]
    return estimate_of(
        lambda k, mean: lorentzian_fit(omega, k, window).halfwidth / mean,
        table["k"],
        table[column],
        clusters=table["realisation"],
    )


@dataclass(frozen=True)
class WidthRatio:
    """A ratio of fitted half-widths; ``chi2_dof`` is that of the fit in the numerator."""

    ratio: Estimate
    chi2_dof: float


def peak_width_over(
    table: pd.DataFrame, column: str, place: float, window: float
) -> WidthRatio:
    """Half-width of a curve's peaks at +-``place``, over twice that of k.

    Both are of Lorentzians, fitted to k within |omega| <= ``window`` and to the mean of the two
    peaks, each about its own centre, within twice that, but not beyond omega = 0.

    Parameters
    ----------
    table
        one row per realisation, with the columns omega, k and ``column`` (arrays).
    column
        the curve with the peaks.
    place, window
        positive.

    Raises
    ------
    ValueError
        As :func:`lorentzian_fit`, or for a column that the table does not have.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> import pandas as pd
    >>> omega = np.linspace(-10, 10, 1001)
    >>> k = bl.analysis.lorentzian(omega, 0.05)
    >>> spin = bl.theory.two_peaks(omega, k, field=1.0)
    >>> rows = [{"realisation": r, "omega": omega, "k": k, "spin": spin} for r in range(3)]
    >>> found = bl.statistics.peak_width_over(pd.DataFrame(rows), "spin", place=2.0, window=0.5)
    >>> print(f"{found.ratio.mean:.2f}")  # peaks of half-width 2w
    1.01
    """
    window, place = as_real("window", window, above=0), as_real("place", place, above=0)
    select(table, ["omega", "k", column, "realisation"])
    omega, reach = table["omega"].iloc[0], min(2 * window, place)
    peaks = [_folded(omega, curve, place) for curve in table[column]]
    ratio = estimate_of(
        lambda peak, k: (
            lorentzian_fit(omega, peak, reach).halfwidth
            / (2 * lorentzian_fit(omega, k, window).halfwidth)
        ),
        peaks,
        table["k"],
        clusters=table["realisation"],
    )
    return WidthRatio(ratio, lorentzian_fit(omega, peaks, reach).chi2_dof)


def _folded(omega: RealArray, curve: RealArray, place: float) -> RealArray:
    """The mean of what lies about +place and about -place."""
    sides = [np.interp(omega + centre, omega, curve) for centre in (place, -place)]
    return np.asarray(np.mean(sides, axis=0))
