"""What the realisations of compared baths say together: means, curves and single numbers."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Mapping

import numpy as np
import pandas as pd

from bathlab.analysis.participation import eth_log_ipr
from bathlab.analysis.spreading import lorentzian
from bathlab.checks import require_kind, require_mapping, select
from bathlab.errors import TooFewRealisations
from bathlab.statistics.arithmetic import ratio
from bathlab.statistics.collapse import Curve
from bathlab.statistics.curves import long_form, summarise_curves
from bathlab.statistics.estimates import Estimate, estimate
from bathlab.theory.random_matrices import GOE, SymmetryClass

#: Quantities that the bath alone (or with a spin of fixed field) decides, with the abscissa of
#: those that are curves.
OF_BATH = {
    "dimension": "",
    "gap_ratio": "",
    "rho": "",
    "rho_smooth": "",
    "share": "energies",
    "v_contact": "energies",
    "v_probe": "energies",
    "rho_v_bar": "",
    "shape": "",
    "G_per_g": "",
    "G_per_g_smooth": "",
    "G_per_g_modulus": "",
    "k": "omega",
    "halfwidth": "",
    "golden_rule": "",
    "log_ipr_bath": "",
}
#: Quantities that see the disorder of the spin's field as well.
OF_SPIN = {"G": "g", "G_smooth": "g", "delta_log_ipr": "G", "energy_scale": ""}


def distinct(rows: pd.DataFrame) -> pd.DataFrame:
    """The realisations of a bath; one, if it is the same in all, as a given one without
    LIOMs."""
    same = len(rows) > 1 and rows["gap_ratio"].nunique() == 1
    return rows.iloc[:1] if same else rows


def compared_means(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each bath of the rows of :func:`bathlab.experiments.comparison_rows`.

    Means with errors, curves as arrays; ``realisations`` are those of the bath,
    ``realisations_swept`` those of the spin's field. ``k_golden_rule`` is the Lorentzian that
    the golden rule makes of k. ``proximity`` says of which couplings g (at or above the
    contact's own energy scale) the bath no longer is what the spin sees.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.2,), 0.5, 0.1, 1)
    >>> spec = bl.experiments.Comparison(sweep, 0.2, 3.0, 3.0, 3.0, bins=24)
    >>> rows = [bl.experiments.comparison_rows(spec, 1, r)[0] for r in range(5)]
    >>> table = pd.DataFrame(rows).assign(realisation=range(5))
    >>> means = bl.experiments.compared_means(table)
    >>> print(means["bath"][0], means["realisations"][0])
    GOE 5
    >>> print(f"{means['k'][0].sum() * 6 / 24:.3f}, {means['shape'][0]:.1f}")  # 1; 0.8 of a GOE
    1.000, 0.8
    """
    select(table, ["bath", "gap_ratio"])
    driven = summarise_curves(table, ["bath"], "g", list(OF_SPIN))
    groups = table.groupby("bath", sort=False, dropna=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TooFewRealisations)  # as the line above has warned
        alone = summarise_curves(
            pd.concat([distinct(rows) for _, rows in groups]),
            ["bath"],
            ["energies", "omega"],
            list(OF_BATH),
            missing=True,  # the shape of an operator without elements
        )
    means = alone.merge(driven, on="bath", suffixes=("", "_swept"))
    rows = means.to_dict("records")
    golden = pd.Series([lorentzian(row["omega"], row["golden_rule"]) for row in rows])
    beyond = pd.Series([row["g"] >= row["energy_scale"] for row in rows])
    return means.assign(k_golden_rule=golden, proximity=beyond)


def compared_data(means: pd.DataFrame) -> pd.DataFrame:
    """All means in long form, bath by bath.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.2,), 0.5, 0.1, 1)
    >>> spec = bl.experiments.Comparison(sweep, 0.2, 3.0, 3.0, 3.0, bins=24)
    >>> rows = [bl.experiments.comparison_rows(spec, 1, r)[0] for r in range(5)]
    >>> table = pd.DataFrame(rows).assign(realisation=range(5))
    >>> means = bl.experiments.compared_means(table)
    >>> data = bl.experiments.compared_data(means)
    >>> k = data[data["quantity"] == "k"]
    >>> print(len(k), f"{k['value'].sum() * 6 / 24:.3f}")  # bins of 1/4; k is normalised
    24 1.000
    """
    select(means, ["bath", "realisations_swept"])
    driven = means.assign(realisations=means["realisations_swept"])
    data = pd.concat([long_form(means, "bath", OF_BATH), long_form(driven, "bath", OF_SPIN)])
    order = means["bath"].tolist()
    return data.sort_values(
        "bath", key=lambda names: names.map(order.index), kind="stable", ignore_index=True
    )


@dataclass(frozen=True, eq=False)
class Compared:
    """One bath of the comparison.

    Attributes
    ----------
    label
        its name.
    rows
        its distinct realisations.
    swept
        those of the spin's field.
    mean
        its row of :func:`compared_means`.
    symmetry
        the class of random matrices that it is held against.
    """

    label: str
    rows: pd.DataFrame
    swept: pd.DataFrame
    mean: pd.Series
    symmetry: SymmetryClass = GOE

    def estimate(self, column: str) -> Estimate:
        """Mean of a column over the distinct realisations."""
        return estimate(self.rows[column], self.rows["realisation"])

    def shape(self) -> Estimate | None:
        """mean |V_ab| / rms |V_ab| of the contact, None if no realisation has elements."""
        rows = self.rows[self.rows["shape"].notna()]
        return estimate(rows["shape"], rows["realisation"]) if len(rows) else None

    def golden_rule(self, g: float) -> Estimate:
        """rho w/(pi G^2) of the spin: 1 by the golden rule w = pi g^2 v(2h)."""
        above = self.rows["rho_smooth"] * self.rows["halfwidth"]
        below = math.pi * (g * self.rows["G_per_g_smooth"]) ** 2
        return ratio(above, below, self.rows["realisation"])

    def above_featureless(self) -> Estimate:
        """D(O_B) less log(n/3), or log(n/2), that of a featureless matrix of the class up to
        its ``participation_excess``."""
        return self.estimate("log_ipr_bath") - math.log(self.dimension / self.symmetry.fourth)

    def above_own(self) -> Estimate:
        """D(O_B) less what the ETH makes of the mean v and rho of the same bath, whose own
        errors are left out."""
        mean = self.mean
        levels = mean["share"] * mean["dimension"]
        return self.estimate("log_ipr_bath") - eth_log_ipr(
            mean["energies"],
            mean["v_probe"],
            levels,
            mean["v_probe_error"],
            self.symmetry.fourth,
        )

    def plateau(self) -> Estimate | None:
        """Mean Delta D over the couplings with G >= 1 below the energy scale, if any."""
        on = self._coupled() & (self.mean["G"] >= 1)
        if not on.any():
            return None
        values = np.stack(self.swept["delta_log_ipr"].to_list())[:, on].mean(axis=1)
        return estimate(values, self.swept["realisation"])

    def curve(self) -> Curve:
        """Delta D(G) of the couplings below the energy scale."""
        on = self._coupled()
        columns = ("G", "delta_log_ipr", "delta_log_ipr_error")
        return Curve(
            *(np.asarray(self.mean[column], dtype=np.float64)[on] for column in columns)
        )

    @property
    def dimension(self) -> int:
        """n of the bath."""
        return int(self.rows["dimension"].iloc[0])

    def _coupled(self) -> np.ndarray:
        return ~np.asarray(self.mean["proximity"]) & (self.mean["G"] > 0)


def compared_baths(
    table: pd.DataFrame, means: pd.DataFrame, classes: Mapping[str, SymmetryClass] = {}
) -> list[Compared]:
    """All baths, in the order of their rows; ``means`` are those of the same table.

    ``classes`` are the symmetry classes by the labels of the baths, GOE for those left out.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.2,), 0.5, 0.1, 1)
    >>> spec = bl.experiments.Comparison(sweep, 0.2, 3.0, 3.0, 3.0, bins=24)
    >>> rows = [bl.experiments.comparison_rows(spec, 1, r)[0] for r in range(5)]
    >>> table = pd.DataFrame(rows).assign(realisation=range(5))
    >>> means = bl.experiments.compared_means(table)
    >>> [bath] = bl.experiments.compared_baths(table, means)
    >>> print(bath.label, len(bath.rows), bath.symmetry.name)
    GOE 5 GOE
    """
    select(table, ["bath", "gap_ratio"])
    select(means, ["bath"])
    for symmetry in require_mapping("classes", classes).values():
        require_kind("classes", symmetry, SymmetryClass, "Take bathlab.theory's GOE or GUE.")
    rows = dict(list(table.groupby("bath", sort=False, dropna=False)))
    return [
        Compared(label, distinct(rows[label]), rows[label], mean, classes.get(label, GOE))
        for label, mean in zip(means["bath"], (mean for _, mean in means.iterrows()))
    ]
