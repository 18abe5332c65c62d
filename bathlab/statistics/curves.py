"""Means of curves, which keep their abscissa, and of the steps and bends of a curve."""

from __future__ import annotations

import math
import operator
from typing import Any, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.checks import as_names, as_real, require_distinct, require_kind, select
from bathlab.statistics.arithmetic import estimate_of, slopes
from bathlab.statistics.estimates import Estimate, grouped, summarise

#: Columns of the long form, beside what tells the groups apart.
LONG = ("quantity", "abscissa", "x", "value", "error", "realisations")


def summarise_curves(
    table: pd.DataFrame,
    by: Sequence[str],
    x: str | Sequence[str],
    columns: Sequence[str],
    missing: bool = False,
) -> pd.DataFrame:
    """:func:`bathlab.summarise` with the abscissa ``x`` of the curves, which is not averaged.

    Parameters
    ----------
    table
        one row per realisation, cells of ``x`` and of curves being arrays.
    by
        columns that tell groups apart; the abscissa is the same in each group.
    x
        column of the abscissa, or of several.
    columns
        curves and numbers, averaged with errors.
    missing
        whether values may be, see :func:`bathlab.summarise`.

    Raises
    ------
    ValueError
        As :func:`bathlab.summarise`, or if the abscissae in a group differ.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> import pandas as pd
    >>> omega = np.array([-1.0, 0.0, 1.0])
    >>> rows = [{"g": 1, "realisation": r, "omega": omega, "k": r * omega**2} for r in range(5)]
    >>> means = bl.statistics.summarise_curves(pd.DataFrame(rows), ["g"], "omega", ["k"])
    >>> print(means["omega"][0], means["k"][0], means["k_error"][0].round(3))
    [-1.  0.  1.] [2. 0. 2.] [0.707 0.    0.707]
    """
    abscissae, by, columns = as_names("x", x), as_names("by", by), as_names("columns", columns)
    select(table, [*by, *abscissae])
    require_distinct("x", [*by, *columns, *abscissae, "realisations"])
    groups = list(grouped(table, by))
    shared = {name: [_shared(group[name], key) for key, group in groups] for name in abscissae}
    return summarise(table, by, columns, missing=missing).assign(**shared)


def _shared(abscissae: pd.Series, key: Hashable) -> Any:
    """The abscissa that all curves of a group have."""
    first = abscissae.iloc[0]
    if not all(np.array_equal(first, other) for other in abscissae):
        raise ValueError(
            f"Curves of {key} over different {abscissae.name} were given; expected one "
            "abscissa. Add what tells them apart to the columns they are grouped by."
        )
    return first


def long_form(means: pd.DataFrame, by: str, abscissae: Mapping[str, str]) -> pd.DataFrame:
    """One row for each group, quantity and point of its curve.

    Parameters
    ----------
    means
        of :func:`bathlab.summarise` or :func:`summarise_curves`.
    by
        column that tells the groups apart.
    abscissae
        column of a quantity to that of its abscissa; "" for a quantity that is a
        number, whose x is then nan.

    Returns
    -------
    DataFrame
        Columns ``by``, quantity, abscissa, x, value, error, realisations, in the order of the
        means and, for each, of the quantities.

    Raises
    ------
    ValueError
        For a column that the means do not have, or a ``by`` that is one of the others.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> import pandas as pd
    >>> omega = np.array([-1.0, 0.0, 1.0])
    >>> means = {"bath": ["a"], "omega": [omega], "k": [1 - omega**2], "k_error": [0 * omega]}
    >>> means = pd.DataFrame(means).assign(w=0.5, w_error=0.1, realisations=9)
    >>> table = bl.statistics.long_form(means, by="bath", abscissae={"k": "omega", "w": ""})
    >>> print(table[["quantity", "x", "value"]].to_string(index=False))
    quantity    x  value
           k -1.0    0.0
           k  0.0    1.0
           k  1.0    0.0
           w  NaN    0.5
    """
    require_kind("abscissae", abscissae, Mapping, "Pass a dict, as {'k': 'omega'}.")
    require_distinct("by", [by, *LONG])
    uncertain = [name for each in abscissae for name in (each, f"{each}_error")]
    select(means, [by, "realisations", *uncertain, *filter(None, abscissae.values())])
    pieces = [
        pd.DataFrame(
            {
                by: row[by],
                "quantity": name,
                "abscissa": x,
                "x": np.atleast_1d(row[x] if x else math.nan),
                "value": np.atleast_1d(row[name]),
                "error": np.atleast_1d(row[f"{name}_error"]),
                "realisations": row["realisations"],
            }
        )
        for row in means.to_dict("records")
        for name, x in abscissae.items()
    ]
    return pd.concat(pieces, ignore_index=True)


def summarise_steps(table: pd.DataFrame, by: str, x: str, y: str) -> pd.DataFrame:
    """Means with errors of ``y`` at each ``x``, and of what it gained since the ``x`` before,
    in the column "step", which is nan at the first.

    Raises
    ------
    ValueError
        For a column that the table does not have.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> rows = [
    ...     {"alpha": 0.5, "realisation": r, "lioms": n, "D": r + 0.7 * n}
    ...     for r in range(5)
    ...     for n in (0, 1, 2)
    ... ]
    >>> means = bl.statistics.summarise_steps(pd.DataFrame(rows), by="alpha", x="lioms", y="D")
    >>> # A step knows nothing of what all sizes of a realisation share.
    >>> print(means[["lioms", "D", "D_error", "step"]].round(3).to_string(index=False))
     lioms   D  D_error  step
         0 2.0    0.707   NaN
         1 2.7    0.707   0.7
         2 3.4    0.707   0.7
    """
    table = select(table, [by, "realisation", x, y]).sort_values(x, kind="stable")
    steps = table.assign(step=table.groupby([by, "realisation"], dropna=False)[y].diff())
    means = summarise(table, [by, x], [y])
    gained = summarise(steps.dropna(subset="step"), [by, x], ["step"])
    return means.merge(gained.drop(columns="realisations"), on=[by, x], how="left")


def bend(table: pd.DataFrame, x: str, y: str, at: float) -> Estimate:
    """Slope of ``y`` against ``x`` from ``at`` on, less that up to it, in the same disorder.

    Raises
    ------
    ValueError
        As :func:`bathlab.statistics.slopes`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import pandas as pd
    >>> rows = [
    ...     {"realisation": r, "g": g, "y": r + max(0.0, g - 1.0)}
    ...     for r in range(5)
    ...     for g in (0.0, 0.5, 1.0, 1.5, 2.0)
    ... ]
    >>> found = bl.statistics.bend(pd.DataFrame(rows), "g", "y", at=1.0)
    >>> print(f"{found.mean:.3f} +- {abs(found.error):.3f}")
    1.000 +- 0.000
    """
    at = as_real("at", at)
    select(table, [x, y])
    far, near = (slopes(part, x, y) for part in (table[table[x] >= at], table[table[x] <= at]))
    return estimate_of(operator.sub, far, near, clusters=[far.index, near.index])
