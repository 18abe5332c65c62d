"""What random rotations, resonant pairs and spins at grains say of the avalanche scheme."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.statistics.estimates import estimate, summarise
from bathlab.statistics.fits import power_law
from bathlab.statistics.histograms import POOR
from bathlab.statistics.widths import fitted_widths, width_law, width_over
from bathlab.workbench.claims import Claim, compare, state

#: Of the elements of a rotated coupling.
VALUES = ("square", "rms_norm", "kurtosis")


def widths(rate: pd.DataFrame) -> pd.DataFrame:
    """Fitted half-widths and the golden rule of each grain and distance."""
    keys = ["spins", "distance", "g"]
    return summarise(rate, keys, ["golden_rule"]).merge(fitted_widths(rate, keys), on=keys)


def rotation_claims(table: pd.DataFrame) -> Iterator[Claim]:
    """Norm and elements of a coupling under Haar rotations."""
    worst = float(table["norm_change"].max())
    known = "exact" if worst < 1e-12 else "broken"
    rule = estimate(table["norm_change"], np.arange(len(table)))
    said = "largest change of ||V|| under a random rotation"
    yield state(said, "0", rule, text=f"{worst:.0e}", verdict=known, id="A6", of="draws")
    for (group, spins), rows in table.groupby(["group", "spins"]):
        at = f"{group}, d = 2^{spins:.0f}"
        found = {name: estimate(rows[name], rows["realisation"]) for name in VALUES}
        said = "mean |element|^2 over its Haar average"
        yield compare(said, "1", 1.0, found["square"], id="A6").at(at)
        more = {"id": "A6", "verdict": f"{100 * (found['rms_norm'].mean - 1):+.2f} %"}
        said = "||V||/(sqrt(d) m), V = sigma^x"
        yield compare(said, "1", 1.0, found["rms_norm"], **more).at(at)
        gaussian = float(rows["gaussian"].iloc[0])
        said, paper = "<|x|^4>/<|x|^2>^2 of elements", f"{gaussian:g}, Gaussian"
        yield compare(said, paper, gaussian, found["kurtosis"], id="A6").at(at)


def pair_claims(table: pd.DataFrame) -> Iterator[Claim]:
    """Resonant partners of a state against the states per site."""
    for fixed, part in table.groupby("fixed", sort=False):
        sizes = {local: part[part["local"] == local] for local in np.unique(part["local"])}
        states = np.array([float(local) ** 2 for local in sizes])
        found = [estimate(rows["partners"], rows["realisation"]) for rows in sizes.values()]
        means, errors = (np.array([getattr(x, y) for x in found]) for y in ("mean", "error"))
        law = power_law(states, means * states / (states - 1), errors, found[0].realisations)
        wanted = 1.0 if fixed == "pairs" else 0.0
        said = f"|V/dE| of typical {fixed} fixed: power of d in partners d/(d - 1)"
        chi2 = law.chi2_dof
        more: dict[str, Any] = {"id": "A49", "chi2_dof": chi2}
        if chi2 > POOR:
            more["verdict"] = f"not one power, chi2/dof {chi2:.1f}"
        yield compare(said, f"{wanted:g}", wanted, law.exponent, **more)
        for local in (min(sizes), max(sizes)):
            for claim in shares(sizes[local]):
                yield claim.at(f"typical {fixed} fixed, d_s = {local:.0f}")


def shares(rows: pd.DataFrame) -> Iterator[Claim]:
    """Shares of pairs and of states at one d_s."""
    labels, more = rows["realisation"], {"id": "A49"}
    # Of few states the ratios themselves have no mean.
    ratios = ("pair_ratio", "state_ratio")
    rows = rows.assign(**{f"log_{name}": np.log10(rows[name].astype(float)) for name in ratios})
    for name, said in (
        ("log_pair_ratio", "log10 of the median |V/dE| of pairs"),
        ("log_state_ratio", "log10 of the median over states of the largest |V/dE|"),
        ("resonant", "share of pairs that are resonant"),
        ("sharing", "share of states with a partner"),
        ("component", "share of states in the largest set that resonances connect"),
    ):
        found = estimate(rows[name], labels)
        yield state(said, "-", found, verdict=f"{found.mean:.2g}", digits=4, **more)
    partners = estimate(rows["partners"], labels)
    off = estimate(rows["sharing"], labels) - (1 - math.exp(-partners.mean))
    said = "share of states with a partner less 1 - e^(-partners)"
    yield compare(said, "0, independent partners", 0.0, off, **more)


def rate_claims(rate: pd.DataFrame) -> Iterator[Claim]:
    """The rate of a spin at a grain against its coupling."""
    found = widths(rate)
    for spins, rows in found.groupby("spins"):
        law = width_law(rows, "g")
        more = {"id": "A66", "chi2_dof": law.chi2_dof}
        if law.chi2_dof > POOR:
            more["verdict"] = f"not one power, chi2/dof {law.chi2_dof:.1f}"
        said = f"power of g = e^(-l/zeta) in the rate, grain of 2^{spins:.0f}"
        yield compare(said, "2: e^(-2 l/zeta)", 2.0, law.exponent, **more)
    for row in found.to_dict("records"):
        rows = rate[(rate["spins"] == row["spins"]) & (rate["distance"] == row["distance"])]
        ratio = width_over(rows, "golden_rule", row["fit_window"])
        said = f"rate over pi g^2 v(2h), 2^{row['spins']:.0f}, l = {row['distance']:g} zeta"
        yield compare(said, "1", 1.0, ratio, chi2_dof=row["fit_chi2_dof"], id="A66")
    for distance, rows in found.groupby("distance"):
        dimension = rows.assign(dimension=2.0 ** rows["spins"])
        law = width_law(dimension, "dimension")
        said = f"power of d in the rate at fixed ||V||, l = {distance:g} zeta"
        yield compare(said, "0: m^2/delta = ||V||^2", 0.0, law.exponent, id="A66")
