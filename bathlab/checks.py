"""The one door for arrays and numbers: each either passes, converted, or is refused by name."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from bathlab.conventions import RealArray

if TYPE_CHECKING:
    import pandas as pd


def require_integer(name: str, value: Any, minimum: int) -> None:
    """Raise ValueError unless ``value`` is an integer of at least ``minimum``."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < minimum:
        raise ValueError(
            f"{name} = {value!r} was given; expected an integer >= {minimum}. "
            f"Pass {name}={minimum} or more."
        )


def require_choice(name: str, value: Any, choices: Sequence[str]) -> None:
    """Raise ValueError unless ``value`` is one of ``choices``."""
    if value not in choices:
        raise ValueError(
            f"{name} = {value!r} was given; expected one of {list(choices)}. "
            "Choose one of these."
        )


def require_finite(
    name: str, value: Any, *, above: float = -math.inf, minimum: float = -math.inf
) -> None:
    """Raise ValueError unless ``value`` is a finite real number, > ``above``, >=
    ``minimum``."""
    real = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(
        value, bool
    )
    if not real or not math.isfinite(value) or value <= above or value < minimum:
        bound = (
            f" above {above:g}"
            if math.isfinite(above)
            else f" of at least {minimum:g}"
            if math.isfinite(minimum)
            else ""
        )
        raise ValueError(
            f"{name} = {value!r} was given; expected a finite real number{bound}. "
            f"Choose another {name}."
        )


def as_edges(edges: Any) -> RealArray:
    """Bin edges as a float array; ValueError unless finite and strictly ascending."""
    values = np.asarray(edges, dtype=np.float64)
    if (
        values.ndim != 1
        or len(values) < 2
        or not np.all(np.isfinite(values))
        or not np.all(np.diff(values) > 0)
    ):
        raise ValueError(
            f"edges of shape {values.shape} were given; expected at least two finite, "
            "strictly ascending bin edges. Use numpy.linspace(-4, 4, 81), say."
        )
    return values


def as_levels(energies: Any) -> RealArray:
    """``energies`` as an ascending float array; ValueError if not one-dimensional and
    finite."""
    levels = np.asarray(energies, dtype=np.float64)
    if levels.ndim != 1 or len(levels) == 0 or not np.all(np.isfinite(levels)):
        raise ValueError(
            f"energies of shape {levels.shape} were given; expected a non-empty "
            "one-dimensional array of finite levels. Pass grain.energies."
        )
    return np.sort(levels)


def select(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """``table[columns]``, with a ValueError that lists the known columns for an unknown one."""
    unknown = [column for column in columns if column not in table.columns]
    if unknown:
        raise ValueError(
            f"Unknown columns {unknown} were asked for; expected some of "
            f"{list(table.columns)}. Choose from these."
        )
    return table[list(columns)]
