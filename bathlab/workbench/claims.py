"""The table of a study: each claim of the paper, its value there and here, and the verdict."""

from __future__ import annotations

import math

import pandas as pd

from bathlab.statistics.estimates import Estimate

#: A value agrees with the paper's if it is nearer than so many of its standard errors.
AGREEMENT = 2.0
#: Smaller errors than one in this digit are those of rounding, and shown as 0.
MOST_DIGITS = 6


class Claims:
    """Rows "claim, paper, here, N, verdict", in the order in which they are added."""

    def __init__(self) -> None:
        self._rows: list[dict[str, object]] = []

    def add(
        self, claim: str, paper: str, here: str, realisations: int | str, verdict: str
    ) -> None:
        """A claim whose comparison is not that of two numbers."""
        self._rows.append(
            {
                "claim": claim,
                "paper": paper,
                "here": here,
                "N": realisations,
                "verdict": verdict,
            }
        )

    def compare(self, claim: str, paper: str, value: float, found: Estimate) -> None:
        """A claim that something is ``value``, which the paper writes as ``paper``."""
        self.add(claim, paper, pm(found), found.realisations, verdict(found, value))

    def __str__(self) -> str:
        return pd.DataFrame(self._rows).to_string(index=False)


def verdict(found: Estimate, value: float) -> str:
    """ "agrees", or how many standard errors lie between; without an error, how far it is."""
    if not found.error > 0:
        return "agrees" if found.mean == value else f"{found.mean - value:+.3g}, no error bar"
    off = (found.mean - value) / found.error
    return "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} sigma"


def pm(found: Estimate, digits: int = 3) -> str:
    """Mean and standard error; with more digits, up to ``MOST_DIGITS``, if the error needs
    them."""
    if found.error > 0:
        needed = -math.floor(math.log10(found.error))
        digits = max(digits, needed) if needed <= MOST_DIGITS else digits
    return f"{found.mean:.{digits}f} +- {found.error:.{digits}f}"
