"""Tables of spins attached in a line, to how many of them a bath takes in.

A table has one row per realisation, bath (``spins``), coupling (``ratio``, g/h) and ``spin``,
with its ``width`` w, the ``density`` rho of levels and its ``entropy``; beside the measured
width stand those of the laws that it is compared with.
"""

from __future__ import annotations

import math
from typing import Sequence

import numpy as np
import pandas as pd

from bathlab.checks import as_names, require_numbers, select
from bathlab.statistics.estimates import summarise
from bathlab.theory.grain.localised_chain import LAWS, hybridised_spins

LOG2 = math.log(2)
#: Columns of widths: the measured one, and those of the laws.
WIDTHS = ("width", *LAWS)
#: Bins of log(w rho), and the fewest realisations that make a mean in one.
BIN, FEWEST_IN_BIN = 1.0, 10


def overlap_curve(table: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Mean entanglement in units of log 2, ``share``, in bins of w rho, w measured: all baths
    and spins, one curve for each value of ``by``.

    Raises
    ------
    ValueError
        If the table lacks a column or a number.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"spin": [1, 2, 3] * 5, "realisation": np.repeat(range(5), 3)})
    >>> rows = rows.assign(width=0.1 ** rows["spin"], density=20.0)  # w rho = 2, 0.2, 0.02
    >>> rows["entropy"] = np.log(2) * np.array([0.9, 0.3, 0.0] * 5)
    >>> print(bl.statistics.overlap_curve(rows).round(3).to_string(index=False))
     overlap  share  share_error  realisations
       0.030    0.0          0.0             5
       0.223    0.3          0.0             5
       1.649    0.9          0.0             5
    """
    by = as_names("by", by)
    require_numbers(table, ["width", "density", "entropy", "realisation"])
    select(table, by)
    overlap = np.log(table["width"] * table["density"])
    centres = np.exp((np.floor(overlap / BIN) + 0.5) * BIN)
    table = table.assign(overlap=centres, share=table["entropy"] / LOG2)
    counted = table.groupby(["overlap", *by], dropna=False)["realisation"].transform("nunique")
    used = table[counted >= min(FEWEST_IN_BIN, counted.max())].sort_values("overlap")
    return summarise(used, ["overlap", *by], ["share"])


def overlap_threshold(table: pd.DataFrame) -> float:
    """w rho where the mean entanglement last crosses half of log 2; 1 if it does not. Raises
    ValueError as :func:`overlap_curve`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"spin": [1, 2, 3] * 5, "realisation": np.repeat(range(5), 3)})
    >>> rows = rows.assign(width=0.1 ** rows["spin"], density=20.0)  # w rho = 2, 0.2, 0.02
    >>> rows["entropy"] = np.log(2) * np.array([0.9, 0.3, 0.0] * 5)
    >>> print(f"{bl.statistics.overlap_threshold(rows):.2f}")
    0.43
    """
    curve = overlap_curve(table)
    share, logs = curve["share"].to_numpy(), np.log(curve["overlap"].to_numpy())
    below = np.flatnonzero(share < 0.5)
    if len(below) == 0 or below[-1] + 1 == len(share):
        return 1.0
    pair = slice(below[-1], below[-1] + 2)
    return float(np.exp(np.interp(0.5, share[pair], logs[pair])))


def spins_taken_in(table: pd.DataFrame) -> pd.DataFrame:
    """How many spins each realisation takes in, attached one by one.

    Column "entropy": those before the first that is entangled by less than half of log 2.
    Columns of widths: before the first with w rho < :func:`overlap_threshold`.

    Raises
    ------
    ValueError
        If the table lacks a column or a number.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"spin": [1, 2, 3] * 5, "realisation": np.repeat(range(5), 3)})
    >>> rows = rows.assign(spins=6, ratio=0.3, width=0.1 ** rows["spin"], density=20.0)
    >>> rows = rows.assign(lorentzian=rows["width"], resolved=rows["width"] * 10)
    >>> rows["entropy"] = np.log(2) * np.array([0.9, 0.3, 0.0] * 5)
    >>> found = bl.statistics.spins_taken_in(rows)
    >>> print({name: int(found[name][0]) for name in ("width", "resolved", "entropy")})
    {'width': 1, 'resolved': 2, 'entropy': 1}
    """
    require_numbers(table, ["spins", "ratio", "realisation", "spin", "entropy", *WIDTHS])
    enough, rows = overlap_threshold(table), []
    keys = ["spins", "ratio", "realisation"]
    for key, line in table.sort_values("spin").groupby(keys, sort=False, dropna=False):
        density = line["density"].to_numpy() / enough
        counts = {name: hybridised_spins(line[name].to_numpy(), density) for name in WIDTHS}
        share = line["entropy"].to_numpy() / LOG2
        counts["entropy"] = hybridised_spins(share, np.full(len(share), 2.0))
        rows.append(dict(zip(keys, key)) | {name: int(many) for name, many in counts.items()})
    return pd.DataFrame(rows)
