"""Measured crossovers: tables of LIOMs attached one by one, to flows and lengths with errors.

A table has one row per realisation, grain (``bandwidth``, ``spins``), ``alpha`` and ``liom``,
and a column for each measure of how far the LIOM is thermalised.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.checks import (
    as_array,
    as_integer,
    as_list,
    refusal,
    require_callable,
    require_kind,
)
from bathlab.conventions import RealArray
from bathlab.statistics.criteria import Criterion, require_rows, wide
from bathlab.statistics.crossings import crossing, fit_flow
from bathlab.statistics.estimates import summarise
from bathlab.statistics.resampling import Jackknife, jackknife

#: Means of these values are fitted: nearer to 0 and 1 no logistic is the true law.
WINDOW = (0.1, 0.9)
#: What is measured of every LIOM.
MEASURES = ("G", "G_modulus", "G_typical", "entropy", "entropy_alone", "delta_log_ipr")
#: Constants of a fit, which needs one mean more.
UNKNOWNS = 3


@dataclass(frozen=True)
class Fits:
    """Flows at each alpha, from one criterion and one bandwidth, with jackknife errors.

    slope is d l_c/d l_b, kappa = 1/zeta - eta log(2)/2 the decay of log G per LIOM (see
    :class:`bathlab.statistics.Flow`); eta is the mean over alpha, critical the alpha at which a
    straight line of kappa in log alpha passes through zero, both weighted by the errors of
    kappa; nan for fewer than two alphas. chi2 and dof are those of the fit at each alpha, with
    the errors of the means taken as independent, though they share their disorder.
    """

    alphas: RealArray
    slope: Jackknife
    kappa: Jackknife
    eta: Jackknife
    critical: Jackknife
    realisations: int
    chi2: RealArray
    dof: RealArray

    @property
    def chi2_dof(self) -> float:
        """chi^2 per degree of freedom of all fits together; nan where there is no freedom."""
        total = float(self.dof.sum())
        return float(self.chi2.sum()) / total if total > 0 else math.nan


def fit_flows(
    table: pd.DataFrame,
    criterion: Criterion,
    window: tuple[float, float] = WINDOW,
    smallest: int = 0,
) -> Fits:
    """Fit a :class:`bathlab.statistics.Flow` at every alpha whose means tell one.

    Parameters
    ----------
    table : rows of one bandwidth.
    criterion : which column, and its form.
    window : a "logistic" criterion uses the means between these values.
    smallest : grains with fewer spins are left out.

    Raises
    ------
    ValueError
        If the table lacks a column, has several rows of one LIOM, or none that all cases have.
    """
    require_rows(table, criterion)
    ends = as_array("window", window, shape=(2,), ascending=True)
    smallest = as_integer("smallest", smallest)
    values = wide(table[table["spins"] >= smallest], criterion)
    if values.empty:
        raise refusal(
            "table", "one without a realisation that all cases have", "some", "Run more."
        )
    means = values.mean()
    used = means.between(*ends) if criterion.link == "logistic" else means > 0
    decays, spins, lioms = (
        means.index.get_level_values(name).to_numpy() for name in ("alpha", "spins", "liom")
    )
    places = {
        float(alpha): at
        for alpha in np.unique(decays)
        if _enough(spins[at := np.flatnonzero(used & (decays == alpha))], lioms[at])
    }

    def flows(mean: RealArray) -> RealArray:
        found = [
            fit_flow(spins[at], lioms[at], mean[at], criterion.link) for at in places.values()
        ]
        return np.array([(flow.slope, flow.decay) for flow in found]).reshape(-1, 2).T

    both = jackknife(values.to_numpy(), flows)
    mean, error = means.to_numpy(), values.sem().to_numpy()
    chi2 = [
        _chi2(spins[at], lioms[at], mean[at], error[at], criterion.link)
        for at in places.values()
    ]
    return _pooled(
        np.array(list(places)),
        both.map(lambda pair: pair[0]),
        both.map(lambda pair: pair[1]),
        len(values),
        np.array(chi2, dtype=np.float64),
        np.array([len(at) - UNKNOWNS for at in places.values()], dtype=np.float64),
    )


def _chi2(
    spins: RealArray, lioms: RealArray, mean: RealArray, error: RealArray, link: str
) -> float:
    """chi^2 of a fit, over the means that have an error."""
    off = mean - fit_flow(spins, lioms, mean, link)(spins, lioms, link)
    return float(np.sum(np.divide(off, error, out=np.zeros_like(off), where=error > 0) ** 2))


def _enough(spins: RealArray, lioms: RealArray) -> bool:
    return len(spins) > UNKNOWNS and len(set(spins)) > 1 and len(set(lioms)) > 1


def _pooled(
    alphas: RealArray,
    slope: Jackknife,
    kappa: Jackknife,
    count: int,
    chi2: RealArray,
    dof: RealArray,
) -> Fits:
    weights = 1 / kappa.error

    def strengthening(kappa: RealArray) -> float:
        return (
            float(np.average((-np.log(alphas) - kappa) / (math.log(2) / 2), weights=weights**2))
            if len(alphas) > 1
            else math.nan
        )

    def critical(kappa: RealArray) -> float:
        if len(alphas) < 2:
            return math.nan
        steepness, level = np.polyfit(np.log(alphas), kappa, 1, w=weights)
        return math.exp(-level / steepness)

    eta, diverges = kappa.map(strengthening), kappa.map(critical)
    return Fits(alphas, slope, kappa, eta, diverges, count, chi2, dof)


def calibrate(fits: Fits, control: Fits) -> Fits:
    """``fits`` in units of a control in which no LIOM strengthens the bath, kappa = 1/zeta
    exactly.

    What one more spin of a small grain does is not only to add log(2)/2 to log G, so kappa
    comes out too small by a factor; the same factor in the control, fitted to the same
    realisations, tells it. Where kappa vanishes does not move. Alphas that one of them lacks
    are left out.

    Raises
    ------
    ValueError
        If they rest on different realisations.
    """
    for name, each in (("fits", fits), ("control", control)):
        require_kind(name, each, Fits, "Take what fit_flows returns.")
    if fits.realisations != control.realisations:
        raise ValueError(
            f"Fits of {fits.realisations} realisations and a control of "
            f"{control.realisations} were given; expected the same ones. Fit both "
            "to one table."
        )
    alphas, here, there = np.intersect1d(fits.alphas, control.alphas, return_indices=True)
    exact = -np.log(alphas)
    kappa = Jackknife(
        exact * fits.kappa.value[here] / control.kappa.value[there],
        exact * fits.kappa.without[:, here] / control.kappa.without[:, there],
    )
    slope = kappa.map(lambda kappa: math.log(2) / 2 / kappa)
    own = fits.chi2[here], fits.dof[here]
    return _pooled(alphas, slope, kappa, fits.realisations, *own)


def crossover_lengths(table: pd.DataFrame, criterion: Criterion) -> pd.DataFrame:
    """Measured l_c of every bandwidth, alpha and grain: where the mean falls below the level.

    Infinite if no attached LIOM does; nan for G if the first one does, which says only l_c < 1.

    Raises
    ------
    ValueError
        If the table lacks a column, or has several rows of one LIOM.
    """
    require_rows(table, criterion, "bandwidth")
    rows = []
    for (bandwidth, alpha, spins), part in table.groupby(["bandwidth", "alpha", "spins"]):
        values = wide(part, criterion)
        numbers = values.columns.get_level_values("liom")
        if criterion.link == "logistic" or values.mean().iloc[0] >= criterion.level:
            found = jackknife(
                values.to_numpy(), lambda mean: crossing(numbers, mean, criterion.level)
            )
        else:
            found = Jackknife(math.nan, np.empty(0))
        here = {"bandwidth": bandwidth, "alpha": alpha, "spins": spins}
        rows.append({**here, "l_c": found.value, "l_c_error": found.error})
    return pd.DataFrame(rows)


def crossover_means(
    table: pd.DataFrame, lengths: Sequence[Criterion], kappas: Mapping[str, Callable[..., Fits]]
) -> pd.DataFrame:
    """Means with errors of every LIOM at every grain, and what follows from them.

    Parameters
    ----------
    table : see the module.
    lengths : the crossover lengths by these stand in columns ``l_c_COLUMN``, those of a grain
        in the rows of all its LIOMs.
    kappas : the decays that these functions of the rows of one bandwidth fit stand in columns
        of their names, in all rows of their bandwidth and alpha.

    Raises
    ------
    ValueError
        If the table lacks a column or a number, or has several rows of one LIOM.
    """
    lengths = as_list("lengths", lengths, "criteria")
    for criterion in lengths:
        require_rows(table, criterion, "bandwidth")
    require_kind("kappas", kappas, Mapping, "Pass a dict of names to functions.")
    for function in kappas.values():
        require_callable("kappas", function, "the rows of one bandwidth")
    keys = ["bandwidth", "alpha", "spins"]
    means = summarise(table, [*keys, "liom"], MEASURES)
    for criterion in lengths:
        names = {name: f"{name}_{criterion.column}" for name in ("l_c", "l_c_error")}
        means = means.merge(crossover_lengths(table, criterion).rename(columns=names), on=keys)
    for name, fit in kappas.items():
        rows = []
        for bandwidth, part in table.groupby("bandwidth", sort=False):
            found = fit(part)
            values = {name: found.kappa.value, f"{name}_error": found.kappa.error}
            rows.append(pd.DataFrame({"bandwidth": bandwidth, "alpha": found.alphas, **values}))
        means = means.merge(pd.concat(rows), on=keys[:2], how="left")
    return means
