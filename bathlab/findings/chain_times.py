"""What distances from the cores that start avalanches say of times in the full scheme."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import start_laws as laws
from bathlab.experiments.chain_times import WAYS
from bathlab.findings.avalanche_times import of_line
from bathlab.statistics import estimate_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import POOR
from bathlab.theory import avalanche
from bathlab.workbench.claims import Claim, compare, state

LOG2 = math.log(2)
#: What of the distances is set against eps - eps_c, by column.
COLUMNS = {
    "mean": "mean distance",
    "longest": "longest distance",
    "tail": "decay length of gaps",
}
#: What bends the growth with L of what belongs to single cells.
ENDS = "the chain's ends, melted from one side, add to it where L is small"
COUNTED = {"all": "all cells", "halted": "halted decay"}
#: Largest eps/eps_c of what is said of the approach to eps_c, and of its power laws.
UPPER, FITTED = 1.55, 1.25
Parts = dict[tuple[float, int], pd.DataFrame]


def chains(table: pd.DataFrame, K: float, critical: float, error: float) -> Iterator[Claim]:
    """All that is said of drawn chains."""
    yield from _phases(table, critical)
    yield from _widths(table, critical)
    parts: dict[str, Parts] = {
        way: dict(laws.long_parts(table[table["way"] == way])) for way in WAYS
    }
    points = sorted({epsilon for epsilon, _ in parts["all"]})
    for epsilon in points:
        here = {way: _at(parts[way], epsilon) for way in WAYS}
        for claim in _of_point(here, math.log(K / epsilon)):
            yield claim.at(f"full scheme, eps = {epsilon / critical:.3g} eps_c")
    for way in WAYS:
        for column, name in COLUMNS.items():
            yield from _divergence(parts[way], way, column, name, (critical, error), K)
    if points:
        yield from _nearest(parts, points[0], K, critical)


def _at(parts: Parts, epsilon: float) -> dict[int, pd.DataFrame]:
    return {length: rows for (each, length), rows in parts.items() if each == epsilon}


def _phases(table: pd.DataFrame, critical: float) -> Iterator[Claim]:
    """Whether chains are covered by an avalanche at all."""
    rows = table[table["way"] == WAYS[0]]
    below = rows[rows["epsilon"] < critical]
    if len(below):
        longest = below[below["length"] == below["length"].max()]
        count = int(longest["thermal"].sum())
        ratio = longest["epsilon"].iloc[0] / critical
        said = f"chains that an avalanche covers, eps = {ratio:.3g} eps_c"
        verdict = "none: no t_+ there" if count == 0 else f"{count} of {len(longest)}"
        more: dict[str, Any] = {
            "verdict": verdict,
            "id": "A15",
            "N": len(longest),
            "of": "chains",
        }
        more["text"] = f"{count} of {len(longest)}, L = {longest['length'].iloc[0]}"
        yield Claim(said, "t_+ in the thermal phase alone", 0.0, float(count), **more)


def _widths(table: pd.DataFrame, critical: float) -> Iterator[Claim]:
    """Whether the spread of the rates follows their mean towards eps_c."""
    for way in WAYS:
        found = {}
        for (epsilon, _), rows in laws.long_parts(table[table["way"] == way]):
            if epsilon <= UPPER * critical:
                columns, labels = [rows["spread"], rows["mean"]], rows["realisation"]
                ratio = estimate_of(lambda a, b: a / b, *columns, clusters=labels)
                found[epsilon] = ratio, laws.of_column(rows, "mean").mean
        if len(found) < 2:
            continue
        ratios = [each.mean for each, _ in found.values()]
        means = [mean for _, mean in found.values()]
        near, (ratio, _) = min(found), found[min(found)]
        said = f"full scheme: width of log Gamma over its mean over cells, {COUNTED[way]}, "
        said += f"eps = {near / critical:.3g} eps_c"
        verdict = f"{min(ratios):.2f} to {max(ratios):.2f} while the mean grows "
        verdict += f"{max(means) / min(means):.0f}-fold"
        more: dict[str, Any] = {
            "id": "A67",
            "note": "1 for cores at random",
            "verdict": verdict,
        }
        yield compare(said, "constant: width ~ log t_+", 1.0, ratio, **more)


def _of_point(here: dict[str, dict[int, pd.DataFrame]], decay: float) -> Iterator[Claim]:
    """Growth with L at one eps, spread, and the decay length that the avalanche meets."""
    ways, halted = here["all"], here["halted"]
    last = max(ways)
    tail = laws.tail_length(ways[last], laws.TAILS[1])
    line, cells = laws.growth(ways, "gap"), laws.growth(ways, "longest")
    if line is not None and cells is not None and math.isfinite(tail.mean):
        said = "d(longest gap between cores)/d log L, in cells"
        note = f"gaps beyond their {laws.TAILS[1]:.0%}: {tail.mean:.1f} +- {tail.error:.1f}"
        more: dict[str, Any] = {"id": "A67 A68", "note": note}
        yield of_line(said, "decay length of the gaps", tail.mean, line, **more)
        said = "d(longest distance from a core)/d log L, in cells"
        more = {"id": "A67", "note": f"{ENDS}; {note}"}
        yield of_line(said, "half that length", tail.mean / 2, cells, **more)
        wide = laws.tail_length(ways[last], laws.TAILS[0])
        ratio = tail.mean / wide.mean
        error = ratio * math.hypot(tail.error / tail.mean, wide.error / wide.mean)
        said = "decay length of gaps beyond their 2 % over that beyond 10 %"
        found = Estimate(ratio, error, tail.realisations)
        note = "1 if gaps are exponential beyond their first 90 %: cores come in clusters"
        yield compare(said, "1: e^(-l/L_+)", 1.0, found, id="A68", note=note)
    line = laws.growth(halted, "log_sum")
    tail = laws.tail_length(halted[last], laws.TAILS[1])
    if line is not None and math.isfinite(tail.mean):
        said = "power of L in the typical sum of 1/Gamma, halted decay"
        note = f"expected: decay length of the gaps over zeta_1; {ENDS}"
        more = {"id": "A68 A80", "note": note}
        yield of_line(said, "2 L_+/zeta", tail.mean * decay, line, **more)


def _divergence(
    parts: Parts, way: str, column: str, name: str, critical: tuple[float, float], K: float
) -> Iterator[Claim]:
    """The power with which log t_+ diverges, with eps_c given and free."""
    last = max((length for _, length in parts), default=0)
    # The longest distance is of one length; its mean does not depend on it.
    lengths = {epsilon: length for epsilon, length in sorted(parts)}
    used = {
        epsilon: _of(parts[epsilon, length], column)
        for epsilon, length in lengths.items()
        if (length == last or column == "mean") and epsilon <= FITTED * critical[0]
    }
    fit = laws.divergence(used, *critical)
    if fit is None:
        return
    window = f"eps/eps_c from {fit.window[0] / critical[0]:.3g} to "
    window += f"{fit.window[1] / critical[0]:.3g}"
    said = f"full scheme: nu of log t_+, {name}, {COUNTED[way]}, {window}"
    field = _mean_field(fit.window, critical[0], K)
    local = f"{fit.local[0]:.2f} to {fit.local[1]:.2f} from point to point"
    note = f"{local}; mean field, same window: {field:.2f}"
    exact = float(avalanche.exponents(K).nu_plus)
    yield _given(fit, said, note, critical[0], exact)
    yield _free(fit, f"{said}, eps_c free", critical, exact)


def _given(fit: laws.Divergence, said: str, note: str, critical: float, exact: float) -> Claim:
    """The power for the eps_c that is given, beside that of the mean field."""
    line, count = fit.line, fit.line.slope.realisations
    more: dict[str, Any] = {"id": "A15 A67", "of": "chains", "chi2_dof": line.chi2_dof}
    more["note"] = f"{note}; eps_c = {critical:g} given"
    if line.chi2_dof > POOR:
        poor = f"not one power, chi2/dof {line.chi2_dof:.1f}"
        return Claim(said, "nu_+", verdict=poor, N=count, **more)
    found = Estimate(-line.slope.mean, line.slope.error, count)
    text = f"{found.mean:.2f} +- {found.error:.2f} +- {line.window_error:.2f} (window) "
    text += f"+- {fit.moved:.2f} (eps_c), chi2/dof {line.chi2_dof:.1f}"
    whole = math.hypot(found.error, line.window_error, fit.moved)
    verdict = f"{(found.mean - exact) / whole:+.1f} of all errors from the mean field's"
    more |= {"expected": exact, "effect": found.mean - exact, "text": text}
    return state(said, "nu_+", found, verdict=verdict, **more)


def _free(
    fit: laws.Divergence, said: str, critical: tuple[float, float], exact: float
) -> Claim:
    """The power with eps_c fitted as well."""
    found, where = fit.power, fit.critical
    more: dict[str, Any] = {"id": "A15 A67", "of": "chains", "chi2_dof": fit.chi2_dof}
    if not fit.chi2_dof <= POOR:
        poor = f"not one power, chi2/dof {fit.chi2_dof:.1f}"
        return Claim(said, "nu_+", verdict=poor, N=found.realisations, **more)
    text = f"{found.mean:.2f} +- {found.error:.2f} +- {fit.free_window:.2f} (window), "
    text += f"chi2/dof {fit.chi2_dof:.1f}"
    away = (where.mean - critical[0]) / math.hypot(where.error, critical[1])
    more["note"] = f"eps_c = {where.mean:.4f} +- {where.error:.4f}, {away:+.1f} of both errors "
    more["note"] += "from the given one"
    whole = math.hypot(found.error, fit.free_window)
    verdict = f"{(found.mean - exact) / whole:+.1f} of all errors from the mean field's"
    more |= {"expected": exact, "effect": found.mean - exact, "text": text}
    return state(said, "nu_+", found, verdict=verdict, **more)


def _of(rows: pd.DataFrame, column: str) -> Estimate:
    if column == "tail":
        return laws.tail_length(rows, laws.TAILS[0])
    return laws.of_column(rows, column)


def _mean_field(window: tuple[float, float], critical: float, K: float) -> float:
    """Minus the slope of log log t_+ against log(eps - eps_c), in the same ratios to eps_c."""
    own = float(avalanche.critical_epsilon(K))
    departure = np.geomspace(window[0] / critical - 1, window[1] / critical - 1, 60)
    times = avalanche.scales(avalanche.near_critical_flow(departure, K)).log_time
    return -float(np.polyfit(np.log(own * departure), np.log(times), 1)[0])


def _nearest(
    parts: dict[str, Parts], epsilon: float, K: float, critical: float
) -> Iterator[Claim]:
    """Numbers at the long point nearest to eps_c, and how they rise towards it."""
    decay, departure = math.log(K / epsilon), epsilon / critical - 1
    rows = {way: _at(parts[way], epsilon) for way in WAYS}
    course = avalanche.scales(avalanche.near_critical_flow(departure, K))
    at = f"full scheme, eps = {epsilon / critical:.3g} eps_c: "
    fields = {"all": course.log_time, "halted": course.log_time_dressed}
    names = {"all": "2 l/zeta_1, all cells", "halted": "2 l/zeta_1, halted decay"}
    for way in WAYS:
        median = laws.of_column(rows[way][max(rows[way])], "median") * (2 * decay)
        named = "zeta_1" if way == "all" else "the zeta that k* - 1 sees"
        note = f"mean field, {named}: {float(fields[way]):.0f}"
        verdict = f"{median.mean / float(fields[way]):.2f} of the mean field's"
        said = f"{at}typical log(Gamma_0 t_+), {names[way]}"
        more: dict[str, Any] = {"id": "A15 A67", "note": note, "digits": 0}
        yield state(said, "2 L_+/zeta", median, verdict=verdict, **more)
    for name, when in (("nearest", epsilon), ("farthest", max(e for e, _ in parts["all"]))):
        both = [_at(parts[way], when) for way in WAYS]
        last = max(both[0])
        found = estimate_of(
            lambda far, less: far / less * LOG2 / math.log(K / when),
            *(each[last]["mean"] for each in both),
            clusters=[each[last]["realisation"] for each in both],
        )
        where = f"eps = {when / critical:.3g} eps_c, the {name}"
        said = f"full scheme, {where}: zeta/zeta_c that the avalanche meets"
        more = {"id": "A67", "note": "zeta_1 times distance over halted distance"}
        verdict = "above zeta_c" if found.mean > 1 else "below zeta_c"
        bare = LOG2 / math.log(K / when)
        yield state(said, f"zeta_1: {bare:.3f}", found, verdict=verdict, **more)
    steps = sorted({each for each, _ in parts["all"] if each <= UPPER * critical})
    means = [_at(parts["halted"], each) for each in steps]
    medians = [laws.of_column(each[max(each)], "mean").mean for each in means]
    falls = int(np.sum(np.diff(medians) > 0))
    verdict = f"at {falls} of {len(steps) - 1} steps it falls towards eps_c"
    verdict = "rises at every step" if falls == 0 else verdict
    text = (
        f"from {medians[-1]:.3g} to {medians[0]:.3g} cells, {medians[0] / medians[-1]:.0f}-fold"
    )
    said = "full scheme: mean halted distance towards eps_c"
    more = {"id": "A15 A67", "text": text, "verdict": verdict, "of": "points"}
    yield Claim(said, "diverges", value=medians[0], N=len(steps), **more)
