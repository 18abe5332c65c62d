"""What a reader should know before trusting a store: failures, residuals, mixed code."""

from __future__ import annotations

import warnings
from typing import Any, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.ensemble.standing import Status
from bathlab.report.contents import Health, Standing, Table

#: Columns in which a solver reports how far it is from exact.
CHECKS = (
    "residual",
    "sum_error",
    "sum_rule",
    "sum_rule_error",
    "moment_error",
    "trace_error",
)
#: So many failures are listed.
MOST_FAILURES = 50
#: Columns of the table of a store's cases.
OF_CASES = ("case", "done", "missing", "failed")


def health(
    status: Status,
    table: pd.DataFrame,
    failures: Sequence[Mapping[str, Any]],
    caught: Iterable[warnings.WarningMessage] = (),
) -> Health:
    """The state of a store.

    Parameters
    ----------
    status : Status
        How it stands.
    table : DataFrame
        Its rows.
    failures : sequence of mapping
        Records of the realisations that raised.
    caught : iterable of WarningMessage
        Warnings of the averages.

    Returns
    -------
    Health
        In words, and as tables.
    """
    remarks = [f"damaged: {fault}" for fault in status.faults]
    for column, values in status.mixed.items():
        name = column.removeprefix("version_")
        remarks.append(
            f"mixed versions: rows of {name} {', '.join(values)}; last bits may differ"
        )
    if status.has_mixed_code:
        remarks.append("mixed code: rows of different code; means over them mix two things")
    said = dict.fromkeys(f"{each.category.__name__}: {each.message}" for each in caught)
    remarks += [words for words in said if "MixedCode" not in words]
    rows = [
        (str(f["case"]), str(f["realisation"]), str(f["error"]), str(f["message"]))
        for f in failures
    ]
    return Health(
        tuple(remarks),
        Table(
            ("case", "realisation", "error", "message"),
            tuple(rows[:MOST_FAILURES]),
            max(0, len(rows) - MOST_FAILURES),
        ),
        checks(table),
    )


def checks(table: pd.DataFrame) -> Table:
    """Median and largest modulus of residuals and violations of sum rules, case by case."""
    names = [name for name in CHECKS if name in table]
    rows = []
    for case, of_case in table.groupby("case", sort=False):
        for name in names:
            values = pd.to_numeric(of_case[name], errors="coerce").abs().dropna()
            if len(values):
                worst = f"{values.median():.1e}", f"{np.max(values):.1e}"
                rows.append((str(case), name, str(len(values)), *worst))
    return Table(("case", "check", "rows", "median", "largest"), tuple(rows))


def standing(status: Status) -> Standing:
    """How far the run of a store is."""
    cases = status.cases
    rows = [tuple(str(row[name]) for name in OF_CASES) for row in cases.to_dict("records")]
    done, missing, failed = (int(cases[name].sum()) for name in OF_CASES[1:])
    return Standing(done, done + missing, failed, status.running, Table(OF_CASES, tuple(rows)))
