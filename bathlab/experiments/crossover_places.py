"""Where l_c diverges by every estimate, of the rows of
:func:`bathlab.experiments.crossover.crossover_rows`."""

from __future__ import annotations

import math
from typing import Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.conventions import RealArray
from bathlab.experiments import crossover_gains
from bathlab.experiments import crossover_laws as laws
from bathlab.experiments import crossover_steps as steps
from bathlab.experiments.crossover_gains import UNIT
from bathlab.experiments.crossover_laws import Fit, Setting
from bathlab.statistics.estimates import Estimate, summarise
from bathlab.statistics.resampling import Jackknife

#: An estimate with a larger error tells nothing.
WIDEST = 0.1
#: Bands of so many mean fields are wide: an avalanche's flips of 2h stay inside.
WIDE = 8.0
#: Measures of gains that make one each; not that of single states, in which entropies are
#: correlated beyond what they gain.
MEASURES = (crossover_gains.ENTROPY, crossover_gains.THERMAL, crossover_gains.GROWTH)


def _of_eta(eta: Estimate) -> Estimate:
    """alpha_c = exp(-eta (log 2)/2)."""
    alpha = math.exp(-UNIT * eta.mean)
    return Estimate(alpha, UNIT * alpha * eta.error, eta.realisations)


def named_places(settings: Mapping[str, Setting]) -> dict[str, Estimate]:
    """alpha_c by each setting and measure, and by each estimator of G at thermalised LIOMs; of
    fits that are not rejected, with errors up to :data:`WIDEST`."""
    found = {}
    for name, setting in settings.items():
        for measure in MEASURES:
            fit = setting.fit(measure, laws.divergence)
            if fit is not None and fit.holds:
                found[f"{name}, {measure.name}"] = _with_all(fit)
        for column, words in steps.ESTIMATORS.items():
            known = steps.gain_of_strength(setting.rows, column, True, setting.blocks)
            if known is not None:
                found[f"{name}, G by {words}"] = _of_eta(known[0])
    return {key: each for key, each in found.items() if 0 < each.error <= WIDEST}


def _with_all(fit: Fit) -> Estimate:
    return Estimate(fit.estimate.mean, fit.error, fit.count)


def spread(found: Sequence[Estimate]) -> tuple[float, float, float]:
    """Mean of estimates of shared disorder, the largest of their errors, and half their
    range."""
    values = np.array([each.mean for each in found])
    return float(values.mean()), max(each.error for each in found), float(np.ptp(values)) / 2


def differences(settings: Mapping[str, Setting], usual: str) -> dict[str, Estimate]:
    """Gain by entanglement per LIOM before, in (log 2)/2, of each setting less that of the
    usual one, block by block: a mean of LIOMs 2, 3 and 4, of no fit."""
    found, first = {}, _mean_gain(settings[usual]) if usual in settings else None
    for name, setting in settings.items():
        here = _mean_gain(setting)
        if name == usual or first is None or here is None:
            continue
        gap = Jackknife(here.value - first.value, here.without - first.without)
        count = int(setting.gains(crossover_gains.ENTROPY).counts.max())
        found[name] = Estimate(float(gap.value), float(gap.error), count)
    return found


def _mean_gain(setting: Setting) -> Jackknife | None:
    """Mean of gain/(i - 1) of LIOMs i = 2, 3, 4; None where one is missing."""
    known = laws.by_liom(setting.gains(crossover_gains.ENTROPY))
    if not all(liom in known for liom in (2, 3, 4)):
        return None
    parts = [(known[liom][0], liom - 1) for liom in (2, 3, 4)]
    value = np.mean([gain.value / before for gain, before in parts])
    return Jackknife(value, np.mean([gain.without / before for gain, before in parts], axis=0))


def is_wide(setting: Setting) -> bool:
    """Whether the band of the grain is wider than eight mean fields, or it is a chain."""
    rows = setting.rows
    bandwidth, field = float(rows["bandwidth"].iloc[0]), float(rows["field"].iloc[0])
    return not bandwidth <= WIDE * abs(field)


#: Means of a table, of chains and of the control.
MEANS = ["entropy", "entropy_alone", "G", *steps.STRENGTHS, "delta_log_ipr"]
ALONE = ["entropy", "delta_log_ipr"]


def crossover_table(settings: Mapping[str, Setting]) -> pd.DataFrame:
    """Means with errors of every LIOM ("lioms") and of the control ("alone") by ``setting``,
    with ``gain`` of the LIOM by entanglement, in (log 2)/2, and ``l_c`` of its grain."""
    parts = []
    for name, setting in settings.items():
        rows = setting.rows
        chains, control = (rows[rows["kind"] == kind] for kind in ("lioms", "alone"))
        keys = ["kind", "setting", "alpha", "spins", "liom", "g"]
        means = summarise(chains, keys, MEANS, missing=True)
        found = setting.gains(crossover_gains.ENTROPY)
        gain = {"spins": found.spins, "alpha": found.alphas, "liom": found.lioms}
        gain |= {"gain": found.found.value, "gain_error": np.asarray(found.found.error)}
        means = means.merge(pd.DataFrame(gain), how="left", on=["spins", "alpha", "liom"])
        means = means.merge(_lengths(setting), how="left", on=["spins", "alpha"])
        alone = summarise(control, ["kind", "setting", "spins", "g"], ALONE, missing=True)
        parts += [means, alone]
    return pd.concat(parts, ignore_index=True)


def _lengths(setting: Setting) -> pd.DataFrame:
    """``l_c`` by entanglement of each alpha and grain where it is within the LIOMs."""
    rows = []
    for alpha in setting.rows["alpha"].dropna().unique():
        one = steps.lengths(setting.rows, "entropy", alpha, setting.blocks)
        errors = np.asarray(one.found.error)
        for spins, length, error in zip(one.spins, one.found.value, errors):
            row = {"alpha": alpha, "spins": spins, "l_c": length, "l_c_error": error}
            rows.append(row)
    return pd.DataFrame(rows, columns=["alpha", "spins", "l_c", "l_c_error"])


def gain_table(settings: Mapping[str, Setting]) -> pd.DataFrame:
    """Mean ``gain`` with ``error`` of each LIOM number by setting, and that of ``free`` LIOMs,
    nan where these are not known."""
    rows = []
    for name, setting in settings.items():
        free = free_gains(setting)
        for liom, (gain, _) in laws.by_liom(setting.gains(crossover_gains.ENTROPY)).items():
            row = {"setting": name, "liom": liom, "free": float(free[liom - 2])}
            rows.append({**row, "gain": float(gain.value), "error": float(gain.error)})
    return pd.DataFrame(rows, columns=["setting", "liom", "free", "gain", "error"])


def free_gains(setting: Setting) -> RealArray:
    """(m,) gains of LIOMs 2, 3, ... if those before are free; nan at a grain that is no random
    matrix."""
    rows, found = setting.rows, setting.gains(crossover_gains.ENTROPY)
    most = max(4, int(found.lioms.max(initial=0)))
    bandwidth, field, disorder = (float(rows[name].iloc[0]) for name in steps.FREE)
    if not bandwidth > 0:
        return np.full(most, np.nan)
    return np.cumsum(steps.free_steps(bandwidth, field, disorder, most)[0])


def place_table(found: Mapping[str, Estimate]) -> pd.DataFrame:
    """``name``, ``place`` and ``error`` of named estimates."""
    rows = [{"name": key, "place": e.mean, "error": e.error} for key, e in found.items()]
    return pd.DataFrame(rows, columns=["name", "place", "error"])
