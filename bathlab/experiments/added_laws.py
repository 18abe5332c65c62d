"""What rows of several LIOMs, of zz terms and of other energies say together."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pandas as pd

from bathlab.conventions import Row
from bathlab.experiments.added_spins import AddedSpins, Depletion, added_rows, depletion_rows
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.cells import cell_array
from bathlab.experiments.elsewhere import Elsewhere, elsewhere_rows
from bathlab.experiments.zz_terms import ZzTerms, zz_rows
from bathlab.statistics import (
    CurveDistance,
    Estimate,
    curve_distance,
    estimate_of,
    summarise,
)

MEASURES: Measures = {
    AddedSpins: (added_rows, "contact_second"),
    Depletion: (depletion_rows, "share"),
    ZzTerms: (zz_rows, "halfwidth"),
    Elsewhere: (elsewhere_rows, "gain"),
}
#: What a row is told apart by beside its case, and the numbers that are averaged, by kind.
POINTS = ("lioms", "strength", "energy", "size")
NUMBERS = (
    "contact_second", "probe_second", "share", "paper", "halfwidth", "dressed", "golden_rule",
    "entropy", "depth", "gain", "thermal", "G_square", "log_density", "log_joint",
)  # fmt: skip


def added_spin_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec``, see :data:`MEASURES`."""
    example = "AddedSpins(bath, 'GOE', 0.3, (1.0,), None, 1.0, 0.1, 8.0)"
    return rows_by_kind(MEASURES, spec, seed, realisation, example)


def added_means(table: pd.DataFrame) -> pd.DataFrame:
    """Means of all numbers with errors, one row for each case and point of it."""
    parts = []
    for _, rows in table.groupby("case", sort=False):
        by = [name for name in POINTS if name in rows and rows[name].notna().all()]
        known = [name for name in NUMBERS if name in rows and rows[name].notna().all()]
        parts.append(summarise(rows, ["case", "bath", "g", *by], known))
    means = pd.concat(parts, ignore_index=True)
    half = means["G_square_error"] / means["G_square"] / 2
    return means.assign(log_G=np.log(means["G_square"]) / 2, log_G_error=half)


def paired(
    function: Callable[..., Any], rows: pd.DataFrame, other: pd.DataFrame, column: str
) -> Estimate:
    """A function of the means of a column in two sets of rows of the same realisations."""
    labels = [rows["realisation"], other["realisation"]]
    return estimate_of(function, rows[column], other[column], clusters=labels)


def far(rows: pd.DataFrame, other: pd.DataFrame, column: str) -> CurveDistance:
    """int |v' - v| of mean curves of the same realisations."""
    both = [part.sort_values("realisation") for part in (rows, other)]
    first, second = (cell_array(part, column, (len(part[column].iloc[0]),)) for part in both)
    step = float(rows["step"].iloc[0])
    return curve_distance({"a": first, "b": second}, lambda have: have["a"] - have["b"], step)


def spread(rows: pd.DataFrame, which: str, count: int) -> Estimate:
    """Growth of the second moment near E = 0 with ``count`` LIOMs over 2 sum g^2."""
    after, before = rows[rows["lioms"] == count], rows[rows["lioms"] == 0]
    growth = 2 * count * float(rows["g"].iloc[0]) ** 2
    return paired(lambda a, b: (a - b) / growth, after, before, f"{which}_second")


def conserved(rows: pd.DataFrame) -> float:
    """Largest change of the second moments over all levels, relative."""
    worst = 0.0
    for which in ("contact", "probe"):
        each = rows.pivot(index="realisation", columns="lioms", values=f"{which}_whole")
        off = each.sub(each[0], axis=0).abs().max(axis=None) / each[0].min()
        worst = max(worst, float(off))
    return worst


def left_over(rows: pd.DataFrame, paper: bool) -> Estimate:
    """prod (1 - 2 W_i) over the LIOMs: W_i of the paper, or a_i^2/2 of mean shares."""
    wide = rows.pivot(
        index="realisation", columns="lioms", values="paper" if paper else "share"
    )

    def of(mean: Any) -> float:
        return float(np.prod(1 - (2 * mean if paper else mean**2)))

    return estimate_of(of, list(wide.to_numpy()), clusters=wide.index)


def drawn_points(table: pd.DataFrame) -> pd.DataFrame:
    """Distances and growths of second moments by number of LIOMs, for a figure: columns name,
    which, x = sum g^2/xi^2, value, value_error, growth and growth_error."""
    found: list[dict[str, Any]] = []
    several = table[table["case"].str.contains("LIOMs at")]
    for case, rows in several.groupby("case", sort=False):
        before = rows[rows["lioms"] == 0]
        for which in ("contact", "probe"):
            for count in range(1, int(rows["lioms"].max()) + 1):
                away = far(rows[rows["lioms"] == count], before, which).found
                grown = spread(rows, which, count)
                x = count * float(rows["g"].iloc[0]) ** 2
                found.append(
                    {
                        "name": str(case).split(", g")[0].replace("LIOMs at ", ""),
                        "which": which,
                        "x": x / float(before[f"{which}_second"].mean()),
                        "value": away.mean,
                        "value_error": away.error,
                        "growth": grown.mean,
                        "growth_error": grown.error,
                    }
                )
    return pd.DataFrame(found)


def drawn_ratios(table: pd.DataFrame) -> pd.DataFrame:
    """w of k over that without a zz term: columns name, strength, value and value_error."""
    found: list[dict[str, Any]] = []
    for case, rows in table.dropna(subset="strength").groupby("case", sort=False):
        without = rows[rows["strength"] == 0]
        columns = {"halfwidth": str(case)}
        if rows["dressed"].notna().all():
            columns["dressed"] = f"{case}, dressed"
        for column, name in columns.items():
            for strength, part in rows.groupby("strength"):
                each = paired(lambda a, b: a / b, part, without, column)
                found.append(
                    {
                        "name": name,
                        "strength": float(str(strength)),
                        "value": each.mean,
                        "value_error": each.error,
                    }
                )
    return pd.DataFrame(found)
