"""What claims of chains have in common: names, groups of rows, fits that may be rejected."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from bathlab.statistics import Estimate, Line
from bathlab.statistics.histograms import POOR
from bathlab.workbench import Claim
from bathlab.workbench.claims import state


def ring(fields: str) -> str:
    """What a chain is called."""
    known = {"uniform": "XXZ", "cosine": "XXZ, cosine", "all directions": "O(3)"}
    return known[fields]


def by_number(rows: pd.DataFrame, column: str) -> dict[float, pd.DataFrame]:
    """Rows by the value of a column, ascending."""
    return {
        float(value): rows[rows[column] == value] for value in sorted(rows[column].unique())
    }


def by_size(rows: pd.DataFrame) -> dict[int, pd.DataFrame]:
    """Rows by L, ascending."""
    return {int(L): part for L, part in by_number(rows, "sites").items()}


def fit_of(line: Line) -> dict[str, Any]:
    """chi^2 of a line where it has one."""
    return {} if math.isnan(line.chi2_dof) else {"chi2_dof": line.chi2_dof}


def fitted(claim: str, paper: str, line: Line, found: Estimate, **more: Any) -> Claim:
    """``found`` of a line; of one that is rejected only that it is."""
    if line.chi2_dof > POOR:
        kept = {name: more[name] for name in ("id", "note", "text") if name in more}
        verdict = more.get("poor", "no straight line")
        return Claim(
            claim, paper, N=found.realisations, verdict=verdict, **fit_of(line), **kept
        )
    more.pop("poor", None)
    return state(claim, paper, found, **fit_of(line), **more)


def trend(found: Estimate, clear: float = 2.0) -> str:
    """Whether a slope is one."""
    off = found.mean / found.error
    word = "falls" if off < -clear else "grows" if off > clear else "no trend"
    return f"{word}, {off:+.1f} sigma"
