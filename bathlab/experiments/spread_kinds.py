"""How eigenstates spread: what measures each kind of case, and means of their rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bathlab.conventions import Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.flip_kernels import FlipKernel, kernel_rows
from bathlab.experiments.shaped_states import ShapedStates, shaped_rows
from bathlab.experiments.spread_states import SpreadStates, spread_rows
from bathlab.experiments.spread_variants import (
    LocalTerm,
    SecondSpin,
    local_term_rows,
    second_spin_rows,
)
from bathlab.experiments.weak_spins import WeakSpin, weak_rows
from bathlab.statistics.curves import long_form, summarise_curves

MEASURES: Measures = {
    SpreadStates: (spread_rows, "halfwidth"),
    SecondSpin: (second_spin_rows, "halfwidth"),
    LocalTerm: (local_term_rows, "halfwidth"),
    WeakSpin: (weak_rows, "mean_entropy"),
    FlipKernel: (kernel_rows, "jump"),
    ShapedStates: (shaped_rows, "spin"),
}
#: By kind: what tells its rows apart, and the means that are kept, with their abscissae.
MEANS: dict[str, tuple[list[str], dict[str, str]]] = {
    "spin": (
        ["bath", "g", "field"],
        {"k": "x", "beyond": "cuts", "k_far": "far", "v_far": "far", "v_zero": "far",
         "halfwidth": "", "golden": "", "unit": "", "pairs": "", "second_moment": ""},
    ),
    "second": (
        ["place", "g"],
        {"k": "x", "beyond": "cuts", "halfwidth": "", "v": "", "unit": "", "pairs": ""},
    ),
    "local": (
        ["bath", "g"],
        {"k": "x", "beyond": "cuts", "halfwidth": "", "golden": "", "unit": "", "pairs": ""},
    ),
    "weak": (
        ["dimension", "G"],
        {"lost": "", "first_lost": "", "entropy": "", "first_entropy": "", "mixed": "",
         "mean_entropy": "", "mean_first": ""},
    ),
    "kernel": (
        ["bath", "field"],
        {"kernel": "cutoffs", "rough": "cutoffs", "spread": "cutoffs", "jump": "", "reach": ""},
    ),
    "shape": (["shape"], {"halfwidth": "", "probe": "", "delta": "", "spin": ""}),
}  # fmt: skip


def spread_kind_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is a copy of one of
    their columns.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.
    """
    example = "SpreadStates('GOE', bath, ((0.8, 1.0),), (0.12,))"
    return rows_by_kind(MEASURES, spec, seed, realisation, example)


def spread_means(table: pd.DataFrame) -> pd.DataFrame:
    """Means with errors of all kinds, in the long form of
    :func:`bathlab.statistics.long_form`: a row for each quantity, point and place of its
    curve."""
    pieces = []
    for kind, part in table.groupby("kind", sort=False):
        by, quantities = MEANS[str(kind)]
        names = [" ".join(map(_text, key)) for key in part[by].itertuples(index=False)]
        named = part.assign(point=names)
        abscissae = sorted(set(filter(None, quantities.values())))
        means = summarise_curves(named, ["point"], abscissae, list(quantities), missing=True)
        pieces.append(long_form(means, "point", quantities).assign(kind=kind))
    return pd.concat(pieces, ignore_index=True)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
