"""Thouless energy of chains from the form factors in rows of
:func:`bathlab.experiments.chain_state_rows`, of one kind and size."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bathlab.analysis.spectral_correlations import (
    FormFactor,
    mean_form_factor,
    thouless_time,
)
from bathlab.conventions import RealArray
from bathlab.experiments.chain_laws import stacked
from bathlab.experiments.chain_states import TIMES
from bathlab.statistics.estimates import Estimate
from bathlab.streams import stream

#: K has come to that of a random matrix within so much of its decimal logarithm; that of a few
#: chains scatters by more than the usual 0.08.
CRITERION = 0.2
#: Neighbouring times that are averaged over, in log K.
SMOOTHED = 5
#: Resamplings of the chains.
RESAMPLES = 24


def thouless(part: pd.DataFrame) -> Estimate:
    """log tau_Th, tau_Th in units of the Heisenberg time, at one W: its error is the half-width
    of the middle 68 % of the bootstrap over chains; nan where K never settles."""
    sums = stacked(part, "form_real") + 1j * stacked(part, "form_imaginary")
    weights = part["form_weight"].to_numpy(dtype=np.float64)
    draw = stream(0, len(part), "bootstrap of form factors")
    again = [
        _log_time(sums[chosen], weights[chosen])
        for chosen in draw.integers(0, len(part), (RESAMPLES, len(part)))
    ]
    low, high = np.nanquantile(again, [0.16, 0.84])
    known = all(map(math.isfinite, again))
    error = float(high - low) / 2 if known else math.nan
    return Estimate(_log_time(sums, weights), error, len(part))


def _log_time(sums: RealArray, weights: RealArray) -> float:
    forms = [FormFactor(TIMES, each, weight) for each, weight in zip(sums, weights)]
    K = np.maximum(mean_form_factor(forms)[1:], 1e-9)
    kernel, cut = np.ones(SMOOTHED) / SMOOTHED, SMOOTHED // 2
    smooth = np.exp(np.convolve(np.log(K), kernel, "valid"))
    found = thouless_time(TIMES[1:][cut:-cut], smooth, criterion=CRITERION)
    return math.log(found) if math.isfinite(found) else math.nan


def thouless_table(table: pd.DataFrame) -> pd.DataFrame:
    """log tau_Th, with ``error``, and log omega_Th = log(mean spacing/tau_Th) by sites and W,
    where there are form factors."""
    rows = []
    for (sites, W), part in table.dropna(subset="form_weight").groupby(["sites", "W"]):
        found = thouless(part)
        if found.error > 0:
            omega = math.log(float(part["spacing"].mean())) - found.mean
            row = {"sites": int(str(sites)), "W": float(str(W)), "log_tau": found.mean}
            rows.append(row | {"log_omega": omega, "error": found.error, "N": len(part)})
    columns = ["sites", "W", "log_tau", "log_omega", "error", "N"]
    return pd.DataFrame(rows, columns=columns)
