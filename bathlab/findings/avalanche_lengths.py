"""What chains under the full scheme say of rho and zeta, and the scheme beside mean field.

Tables are those of :func:`bathlab.experiments.epsilon_rows` of one K and one disorder.
"""

from __future__ import annotations

import math
from typing import Iterator

import numpy as np
import pandas as pd

from bathlab.conventions import Array, RealArray
from bathlab.experiments import avalanche_sums as sums
from bathlab.experiments.avalanches import LOG2, WINDOWS
from bathlab.experiments.cells import cell_array
from bathlab.findings.avalanche_sizes import exponent_of
from bathlab.findings.quantum_avalanche import (
    SHORT,
    Critical,
    clearly,
    departure,
    difference,
    power,
)
from bathlab.statistics.arithmetic import estimate_of
from bathlab.statistics.estimates import Estimate
from bathlab.theory import avalanche
from bathlab.workbench import Claim, compare, state


def all_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """All of this module but the table beside mean field."""
    yield from density_claims(table, critical)
    yield from zeta_claims(table, critical)


def density_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """rho: its spread, and whether it jumps at eps_c."""
    sizes = sums.lengths(table)
    for eps in critical.around:
        where = f"eps = {eps:g} = {departure(eps, critical)}"
        parts = [sums.part(table, epsilon=eps, length=size) for size in sizes]
        spreads = [_spread(part) for part in parts]
        shown = ", ".join(f"{each.mean:.3g}" for each in spreads)
        long = {size: each for size, each in zip(sizes, spreads) if size >= SHORT}
        found = sums.length_power(long)
        yield power(
            f"power of L in the sd of rho, L from {SHORT}, {where}",
            "< 0: to 0 as L grows",
            found.power,
            found.chi2_dof,
            verdict=clearly(found.power, "falls", "grows"),
            note=f"{shown} at L = {', '.join(map(str, sizes))}",
            id="A26",
        )
    yield from _jump(table, critical)


def _jump(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """rho next below eps_c, and what it has become at the last eps above, by length."""
    K, eps = float(table["K"].iloc[0]), critical.epsilon.mean
    bound = 1 - LOG2 / math.log(K / eps)
    for length in sums.lengths(table)[-2:]:
        here = sums.part(table, length=length)
        below, above = _ends(here, critical)
        found, beyond = (sums.median(part["density"]) for part in (below, above))
        shown = [
            f"{sums.median(sums.part(here, epsilon=each)['density']).mean:.3f} at {each:g}"
            for each in sums.epsilons(here)
            if _eps(below) <= each <= _eps(above)
        ]
        jumps = beyond.mean - found.mean > 0.5 * (1 - found.mean)
        known = f"{'jumps to' if jumps else 'no jump:'} {beyond.mean:.4f}"
        where = f"{departure(_eps(below), critical)}, L = {length}"
        yield state(
            f"median rho at eps = {_eps(below):g} = {where}",
            "< 1, jumps to 1",
            found,
            verdict=f"{known} at eps = {_eps(above):g} = {departure(_eps(above), critical)}",
            note=f"1 - s zeta_1(eps_c) = {bound:.4f}, where zeta = zeta_c; {', '.join(shown)}",
            id="A28 A29 A73",
        )


def _eps(table: pd.DataFrame) -> float:
    return float(table["epsilon"].iloc[0])


def _spread(table: pd.DataFrame) -> Estimate:
    """Standard deviation over chains, its error by jackknife."""
    rho = np.asarray(table["density"])
    return estimate_of(
        lambda one, two: math.sqrt(max(two - one**2, 0.0)),
        rho,
        rho**2,
        clusters=np.asarray(table["realisation"]),
    )


def _ends(table: pd.DataFrame, critical: Critical) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The chains at the eps next below eps_c, and at the last of those at which the longest
    were run."""
    eps = [each for each in sums.epsilons(table) if each < critical.epsilon.mean]
    below = eps[-1] if eps else critical.around[0]
    above = [each for each in sums.epsilons(table) if each <= critical.last]
    return sums.part(table, epsilon=below), sums.part(table, epsilon=above[-1])


def zeta_claims(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """zeta below and at eps_c, where it reaches zeta_c, and what makes it."""
    sizes = sums.lengths(table)
    for size in sizes[-3:]:
        found = sums.bound_crossing(sums.part(table, length=size))
        said = f"eps at which the median zeta is zeta_c, L = {size}"
        known = departure(found.mean, critical)
        yield state(said, "eps_c", found, verdict=known, id="A38 A12 A37", digits=5)
    below, _ = _ends(sums.part(table, length=sizes[-1]), critical)
    decay = sums.median(below["decay"])
    typical = f"zeta/zeta_c at eps = {_eps(below):g}, {departure(_eps(below), critical)}"
    found = Estimate(LOG2 / decay.mean, LOG2 * decay.error / decay.mean**2, len(below))
    beyond = float(np.mean(below["decay"] < LOG2))
    known = f"below 1; {100 * beyond:.0f} % of chains beyond" if found.mean < 1 else "beyond 1"
    yield state(f"median {typical}", "to 1 from below", found, verdict=known, id="A12 A37 A38")
    yield from _across(below, critical)


def _across(table: pd.DataFrame, critical: Critical) -> Iterator[Claim]:
    """Cells crossed against (1 - rho)/zeta_1; typical and average decay over a window."""
    eps, K = _eps(table), float(table["K"].iloc[0])
    bare = math.log(K / eps)
    labels = np.asarray(table["realisation"])
    where = f"eps = {eps:g}, L = {table['length'].iloc[0]}"
    found = estimate_of(
        lambda decay, rho: decay / ((1 - rho) * bare),
        np.asarray(table["decay"]),
        np.asarray(table["density"]),
        clusters=labels,
    )
    more = {"id": "A11", "digits": 4, "note": "melted cells have the longer zeta_1"}
    yield compare(f"1/zeta over (1 - rho)/zeta_1, {where}", "1", 1.0, found, **more)
    crossed, squares, couplings = (
        cell_array(table, name, (len(WINDOWS),))
        for name in ("crossed", "crossed_squares", "couplings")
    )
    spreads = [
        estimate_of(
            lambda one, two: math.sqrt(max(two - one**2, 0.0)) / one,
            crossed[:, i],
            squares[:, i],
            clusters=labels,
        )
        for i in range(len(WINDOWS))
    ]
    shown = ", ".join(f"{each.mean:.2f}" for each in spreads)
    said = f"relative sd of the cells crossed on {WINDOWS[-1]} cells, {where}"
    falls = clearly(difference(spreads[-2], spreads[-1]), "falls", "grows")
    note = f"{shown} on {', '.join(map(str, WINDOWS))} cells"
    yield state(said, "to 0", spreads[-1], verdict=falls, note=note, id="A11")
    yield from _averages(bare, crossed, couplings, labels, where)


def _averages(
    bare: float, crossed: RealArray, couplings: RealArray, labels: Array, where: str
) -> Iterator[Claim]:
    """The decay of the average coupling across a window beside the typical one."""
    for i, width in enumerate(WINDOWS[:2]):  # longer ones, one in many makes the average
        average = estimate_of(
            lambda one, mean: -math.log(max(mean, 1e-300)) / (bare * one),
            crossed[:, i],
            couplings[:, i],
            clusters=labels,
        )
        said = f"decay of the average coupling over the typical, {width} cells, {where}"
        zeta = width * LOG2 / (average.mean * float(crossed[:, i].mean()) * bare)
        known = f"average zeta = {zeta:.2f} zeta_c"
        yield state(said, "-", average, verdict=known, id="A11 A12")


def table_claims(table: pd.DataFrame, critical: Critical, length: int) -> Iterator[Claim]:
    """The scheme beside mean field: eps_c, rho_c, 1/zeta, tau; ``length`` is one that tables of
    other K have as well."""
    K = float(table["K"].iloc[0])
    mean_field = float(avalanche.critical_epsilon(K))
    found, note = critical.epsilon, ""
    if critical.before is not None:
        moved = difference(critical.before.place, found)
        note = f"at ten times the L it moves by {moved.mean:+.5f} +- {moved.error:.5f}"
    bound = sums.bound_crossing(sums.part(table, length=length))
    named = {"eps_c": found, f"eps at which the median zeta is zeta_c, L = {length}": bound}
    for (said, each), more in zip(named.items(), ({"note": note}, {})):
        known = f"{100 * (each.mean / mean_field - 1):+.1f} %"
        effect = each.mean - mean_field
        fixed = {"effect": effect, "verdict": known, "id": "A73", "digits": 4, **more}
        yield state(said, f"mean field {mean_field:.4f}", each, **fixed)
    longest = sums.part(table, length=sums.lengths(table)[-1])
    yield _critical_density(longest, critical, 1 - LOG2 / math.log(K / mean_field))
    last = sums.part(longest, epsilon=critical.nearest)
    where = f"eps = {critical.nearest:g}, L = {last['length'].iloc[0]}"
    values = {
        f"median zeta_c/zeta at {where}": (sums.median(last["decay"]) / LOG2, 1, "A73 A38"),
        f"tau at {where}": (exponent_of(last), 3, "A73"),
    }
    for said, (each, theirs, ids) in values.items():
        off = each.mean - theirs
        yield state(
            said, f"mean field {theirs}", each, effect=off, verdict=f"{off:+.3f}", id=ids
        )


def _critical_density(table: pd.DataFrame, critical: Critical, theirs: float) -> Claim:
    """rho_c from eps_c by zeta = zeta_c, beside that of mean field."""
    K, eps = float(table["K"].iloc[0]), critical.epsilon
    bare = math.log(K / eps.mean)
    error = LOG2 / bare**2 / eps.mean * eps.error
    found = Estimate(1 - LOG2 / bare, error, eps.realisations)
    shown = [
        f"{sums.median(sums.part(table, epsilon=each)['density']).mean:.3f} at {each:g}"
        for each in critical.around
    ]
    off = found.mean - theirs
    return state(
        "rho_c = 1 - s zeta_1(eps_c)",
        f"mean field {theirs:.4f}",
        found,
        verdict=f"{off:+.3f}",
        effect=off,
        note=f"median rho of the longest chains: {', '.join(shown)}",
        id="A73 A28",
    )
