"""Means of rows of full spectra: a row for each case and quantity, curves in its cells."""

from __future__ import annotations

from typing import Any, Iterator, Sequence

import numpy as np
import pandas as pd

from bathlab.analysis.spectral_correlations import random_form_factor
from bathlab.conventions import Row
from bathlab.experiments.dynamics_laws import (
    form_factor,
    heisenberg,
    mean_of,
    thouless,
)
from bathlab.experiments.eigenstate_laws import kept_by_distance
from bathlab.experiments.floquet_states import WINDOWS
from bathlab.experiments.portraits import CHI, POLARISED
from bathlab.statistics.estimates import Estimate

#: What tells cases apart; ``distance`` is that of a second site, 0 where there is none.
KEYS = ["kind", "fields", "sites", "disorder", "distance"]
#: Numbers and cells of each kind that have means.
NUMBERS = {
    "memory": (
        "plateau", "late", "late_blind", "resonant", "single", "log_number", "log_coarse",
    ),
    "cone": (),
    "levels": ("gap_ratio",),
    "floquet": ("gap_ratio", "plateau", "rho_v"),
    "portrait": (
        "polarised", "resonant", "cat_ranges", "correlations", "log_chi", "chi", "entropy_1",
        "entropy_2", "gap_ratio",
    ),
    "cats": (
        "cats", "kept", "again", "largest", "largest_again", "largest_all", "patches",
        "patch_sites", "entropy", "high",
    ),
}  # fmt: skip
#: Where the cells of some columns belong; others are numbered from 0, or from 1.
PLACES = {
    "polarised": (POLARISED[1:] + POLARISED[:-1]) / 2,
    "chi": np.sqrt(CHI[1:] * CHI[:-1]),
    "rho_v": np.array(WINDOWS),
}
FROM_ONE = ("correlations",)


def chain_means(
    table: pd.DataFrame, times: Sequence[float], tau: Sequence[float]
) -> pd.DataFrame:
    """Rows of :data:`KEYS`, ``quantity``, ``realisations`` and cells ``x``, ``mean`` and
    ``error``, one entry for a number."""
    here = table if "distance" in table else table.assign(distance=0)
    here = here.assign(distance=here["distance"].fillna(0).astype(int))
    rows = []
    for key, part in here.groupby(KEYS, sort=False):
        common = dict(zip(KEYS, key))
        for name, x, found in _of_part(str(key[0]), part, times, tau):
            rows.append({**common, **_row(name, x, found)})
    return pd.DataFrame(rows)


def _row(name: str, x: Any, found: Estimate) -> Row:
    mean, error = np.atleast_1d(found.mean), np.atleast_1d(found.error)
    return {
        "quantity": name, "realisations": found.realisations, "x": np.atleast_1d(x),
        "mean": mean, "error": error,
    }  # fmt: skip


def _of_part(
    kind: str, part: pd.DataFrame, times: Sequence[float], tau: Sequence[float]
) -> Iterator[tuple[str, Any, Estimate]]:
    for name in NUMBERS[kind]:
        found = mean_of(part, name)
        count = np.size(found.mean)
        numbered = np.arange(count) + (name in FROM_ONE)
        yield name, PLACES.get(name, numbered if count > 1 else 0.0), found
    if kind == "memory":
        yield "memory", np.asarray(times) / heisenberg(part), mean_of(part, "memory")
    elif kind == "cats":
        shares = next(iter(kept_by_distance(part).values()))
        mean, error = (np.array([getattr(e, n) for e in shares]) for n in ("mean", "error"))
        yield "survival", np.arange(len(mean)), Estimate(mean, error, shares[0].realisations)
    elif kind == "cone":
        at = np.array(sorted(part["time"].unique()))
        each = [mean_of(part[part["time"] == t], "reach") for t in at]
        mean, error = (np.array([getattr(e, n) for e in each]) for n in ("mean", "error"))
        yield "reach", at, Estimate(mean, error, part["realisation"].nunique())
    elif kind == "levels":
        yield "form factor", np.asarray(tau), form_factor(part)
        yield (
            "random",
            np.asarray(tau),
            Estimate(random_form_factor(tau), 0 * np.asarray(tau), 0),
        )
        yield "thouless", 0.0, thouless(part, tau)
