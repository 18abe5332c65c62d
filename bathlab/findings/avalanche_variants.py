"""What is said of what changes an avalanche: fields, further terms, free grains, far LIOMs, the
first coupling, and the end spin of a disordered chain."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.condition_laws import (
    changes,
    crossed,
    mean_of,
    paired,
    parts_of,
    profile_of,
    together,
    with_last,
)
from bathlab.findings.avalanche_conditions import place
from bathlab.statistics.arithmetic import slope
from bathlab.statistics.estimates import estimate
from bathlab.statistics.fits import fit_line
from bathlab.theory.grain.crossover import crossover_length
from bathlab.theory.random_matrices import CHAOTIC_RATIO, GOE
from bathlab.workbench import Claim
from bathlab.workbench.claims import OFF, apart, compare, pm, state

LOG2 = math.log(2)


def all_claims(table: pd.DataFrame, grain: int) -> Iterator[Claim]:
    """All of them, of the rows of one run."""
    kinds = dict(tuple(table.groupby("kind")))
    yield from fields(with_last(kinds["fields"]))
    terms_rows = with_last(kinds["terms"])
    yield from terms(terms_rows)
    yield from inside(terms_rows, grain)
    yield from free(kinds["free"], terms_rows[terms_rows["law"] == "none"], grain)
    yield from far(kinds["far"])
    yield from first(kinds["first"])
    yield from contacts(kinds["contact"])


def fields(rows: pd.DataFrame) -> Iterator[Claim]:
    """Steps of D(O_B), and entropies, with fields 1 +- disorder, in narrow and wide bands."""
    reference: dict[float, pd.DataFrame] = {}
    cases = [
        (w, *own)
        for w, part in parts_of(rows, "bandwidth")
        for own in parts_of(part, "disorder")
    ]
    for width, disorder, part in cases:
        words = f"xi = {width:g}, fields 1 +- {disorder:g}"
        grown = part.pivot(index="realisation", columns="stage", values="log_ipr").dropna()
        steps = grown.diff(axis=1).iloc[:, 1:]
        text = ", ".join(pm(estimate(steps[n], steps.index), 2) for n in steps)
        count = len(steps)
        said = "steps of D(O_B) with LIOMs " + ", ".join(f"{n:g}" for n in steps)
        signs = np.where(steps.columns.to_numpy(dtype=int) % 2, 1.0, -1.0)
        signs -= signs.mean()
        uneven = estimate(steps.to_numpy() @ signs / (signs @ signs), steps.index)
        verdict = (
            f"odd less even {pm(uneven * 2.0, 2)}, {uneven.mean / uneven.error:+.1f} sigma"
        )
        more: dict[str, Any] = {"id": "G38", "N": count}
        yield Claim(said, "log 2 = 0.69 each", text=text, verdict=verdict, **more).at(words)
        mean = estimate(steps.mean(axis=1) / LOG2, steps.index)
        yield compare("D(O_B) gained per LIOM over log 2", "1", 1.0, mean, id="G38").at(words)
        last = part[part["stage"] == part["stage"].max()]
        entropies = profile_of(last, "entropies")
        text = ", ".join(f"{each.mean:.2f}" for each in entropies)
        text += f"; +- {max(each.error for each in entropies):.2f}"
        known = "reference"
        if width in reference:
            gap = paired(reference[width], last, "last")
            known = f"S of the last {pm(gap, 2)} more than at fixed fields"
        reference.setdefault(width, last)
        said = f"S_i over log 2 of LIOMs 1 to {len(entropies)}"
        yield Claim(said, "no matter", text=text, verdict=known, **more).at(words)


def terms(rows: pd.DataFrame) -> Iterator[Claim]:
    """Crossings with terms that the model leaves out, beside those without."""
    stages = sorted(rows["stage"].unique())
    early, late = (int(at) for at in stages[-2:])
    found = {
        str(law): crossed(changes(part, early, late))
        for law, part in rows.groupby("law", sort=False)
    }
    names = {"none": "(15) alone", "zz": "zz terms", "strings": "strings of flips"}
    for law, one in found.items():
        said = f"alpha at which S of the last LIOM crosses, {early} and {late} LIOMs"
        yield place(said, one, 1, "G37").at(names[law])
    for law in ("zz", "strings"):
        if found[law].holds and found["none"].holds:
            moved, window = together(
                lambda a, b: math.exp(b) - math.exp(a), [found["none"], found[law]]
            )
            said = f"alpha of the crossing with {names[law]} less that without"
            text = f"{pm(moved)} +- {window:.3f} (window)"
            yield apart(said, "0", 0.0, "0", moved, text=text, id="G37")
        for alpha, part in rows[rows["stage"] == late].groupby("alpha"):
            plain, more = (part[part["law"] == each] for each in ("none", law))
            gap = paired(plain, more, "last")
            said = f"S of LIOM {late} with {names[law]} less that without, over log 2"
            yield apart(said, "0", 0.0, "0", gap, id="G37").at(f"alpha = {alpha:g}")


def inside(rows: pd.DataFrame, grain: int) -> Iterator[Claim]:
    """All spins of the ergodic region: entropies and the gap ratio."""
    alpha = rows["alpha"].max()
    here = rows[(rows["law"] == "none") & (rows["alpha"] == alpha)]
    for stage, part in here.groupby("stage"):
        words = f"grain of {grain} and {stage:g} LIOMs, alpha = {alpha:g}"
        for name, said in (("core", "the grain"), ("last", "the last LIOM")):
            found = mean_of(part, name)
            verdict = f"{100 * (found.mean - 1):+.1f} %"
            said = (
                f"S over log 2 of a spin of {said}"
                if name == "core"
                else f"S over log 2 of {said}"
            )
            yield state(said, "1", found, expected=1.0, verdict=verdict, id="G49").at(words)
        ratio = mean_of(part, "gap_ratio")
        known = "GOE" if ratio.mean > CHAOTIC_RATIO else "localised"
        paper = f"{GOE.gap_ratio:.4f}"
        more: dict[str, Any] = {"id": "G49", "note": f"nearer to {known}"}
        yield compare("gap ratio of all levels", paper, GOE.gap_ratio, ratio, **more).at(words)


def free(rows: pd.DataFrame, thermal: pd.DataFrame, grain: int) -> Iterator[Claim]:
    """Free grains: no growth with LIOMs, beside the interacting grain of as many spins."""
    shown = rows[rows["alpha"].isin(sorted(rows["alpha"].unique())[-2:])]
    for (modes, alpha), part in shown.groupby(["grain", "alpha"]):
        words = f"free grain of {modes:g} sites, alpha = {alpha:g}"
        entropies = profile_of(part, "entropies")
        number = int(thermal["stage"].max())
        other = thermal[(thermal["alpha"] == alpha) & (thermal["stage"] == number)]
        here, last = entropies[number - 1], entropies[-1]
        beside = mean_of(other, "last")
        note = f"G_1 = {pm(mean_of(part, 'G'), 2)} by many-body levels"
        verdict = f"{pm(beside)} at a random matrix of {grain} spins"
        said = f"S over log 2 of LIOM {number}"
        more: dict[str, Any] = {"id": "G4"}
        yield state(
            said, "below an interacting grain's", here, verdict=verdict, note=note, **more
        ).at(words)
        said = f"S over log 2 of LIOM {len(entropies)}"
        known = "stops" if last.mean < 0.5 else "runs on"
        yield state(said, "0", last, verdict=known, **more).at(words)
        gain = part["core_orbitals"] / part["bare_orbitals"]
        logs = estimate(np.log(gain.astype(float)), part["realisation"])
        count = len(entropies)
        said = f"log of orbitals of the contact with {count} LIOMs over without, per LIOM"
        per = logs / float(count)
        doubled = f"{per.mean / LOG2:.3f} of log 2"
        yield state(
            said, "0; log 2 if LIOMs doubled the bath", per, verdict=doubled, **more
        ).at(words)


def far(rows: pd.DataFrame) -> Iterator[Claim]:
    """D(sigma^x_i) of LIOMs below and beyond l_c."""
    for alpha, part in parts_of(rows, "alpha"):
        grain = float(part["grain"].iloc[0])
        found = profile_of(part, "log_iprs")
        reach = crossover_length(grain, alpha)
        text = ", ".join(f"{each.mean:.2f}" for each in found)
        last = found[-1]
        most = max(each.error for each in found)
        said = f"D(sigma^x_i) of LIOMs 1 to {len(found)}, alpha = {alpha:g}"
        paper = f"0 beyond l_c = {reach:.1f}"
        verdict = f"last {pm(last, 2)}, {last.mean / found[0].mean:.2f} of the first"
        N = last.realisations
        yield Claim(said, paper, text=f"{text}; +- {most:.2f}", verdict=verdict, N=N, id="G67")
        below = [n for n, each in enumerate(found, start=1) if each.mean < LOG2]
        said = f"first LIOM with D < log 2, alpha = {alpha:g}"
        first = min(below, default=0)
        verdict = f"{first - reach:+.1f} LIOMs from l_c" if first else "none"
        yield Claim(
            said, f"beyond {reach:.1f}", text=str(first), verdict=verdict, N=N, id="G67"
        )


def first(rows: pd.DataFrame) -> Iterator[Claim]:
    """Slopes of log G_1 in the size of the grain and in its bandwidth."""
    for law, part in rows[rows["law"] != "widths"].groupby("law", sort=False):
        for name, words in (("G", "root mean square"), ("G_typical", "typical |V|")):
            sizes = sorted(part["grain"].unique())
            points = [mean_of(part[part["grain"] == size], name) for size in sizes]
            height = np.array([each.mean for each in points])
            error = np.array([each.error for each in points]) / height
            count = min(each.realisations for each in points)
            line = fit_line(np.array(sizes, dtype=float), np.log(height), error, count)
            said = f"slope of log G_1 in b, {law}, {sizes[0]:g} to {sizes[-1]:g} spins, {words}"
            yield straight(said, "(log 2)/2 = 0.347", LOG2 / 2, line)
            if law == "GOE":
                ratio = points[-1] / (0.2 / 10.0 * 2 ** (sizes[-1] / 2))
                said = f"G_1 over (g/xi) 2^(b/2) at b = {sizes[-1]:g}, xi = 2R, {words}"
                verdict = f"half of it for xi = R: {ratio.mean / 2:.2f}"
                yield state(said, "of order 1", ratio, verdict=verdict, digits=2, id="G40")
    part = rows[rows["law"] == "widths"]
    widths = np.array(sorted(part["bandwidth"].unique()))
    points = [mean_of(part[part["bandwidth"] == width], "G") for width in widths]
    shared = np.log(np.array([each.mean for each in points]))
    slopes = np.diff(shared) / np.diff(np.log(widths))
    text = ", ".join(f"{each:.2f}" for each in slopes)
    said = "slope of log G_1 in log xi between xi = " + ", ".join(f"{w:g}" for w in widths)
    verdict = f"{slopes[-1]:.2f} where xi >> 2h"
    N = points[0].realisations
    yield Claim(
        said,
        "-1",
        text=text,
        verdict=verdict,
        N=N,
        expected=-1.0,
        value=float(slopes[-1]),
        id="G40",
    )


def straight(said: str, paper: str, expected: float, line: Any, ids: str = "G40") -> Claim:
    """A slope; of a line that chi^2 rejects none."""
    more: dict[str, Any] = {"id": ids, "chi2_dof": line.chi2_dof}
    if line.chi2_dof > OFF:
        word = f"no straight line: chi2/dof {line.chi2_dof:.1f}"
        return Claim(said, paper, verdict=word, N=line.slope.realisations, **more)
    text = f"{pm(line.slope)} +- {line.window_error:.3f} (window)"
    return compare(said, paper, expected, line.slope, text=text, **more)


def contacts(rows: pd.DataFrame) -> Iterator[Claim]:
    """Decay of the parts of sigma^x of the end spin that turn LIOMs at a distance."""
    for disorder, part in rows.groupby("disorder"):
        words = f"disorder {disorder:g}"
        found = profile_of(part, "log_weights")
        long = pd.DataFrame(
            {"realisation": each, "distance": float(at), "value": value}
            for each, curve in zip(part["realisation"], part["log_weights"])
            for at, value in enumerate(np.asarray(curve)[1:], start=1)
        )
        decay = slope(long, "distance", "value")
        halves = len(found) // 2
        ends = [
            slope(long[long["distance"] <= halves], "distance", "value"),
            slope(long[long["distance"] >= halves], "distance", "value"),
        ]
        text = f"near {pm(ends[0], 2)}, far {pm(ends[1], 2)}"
        off = (ends[1].mean - ends[0].mean) / math.hypot(ends[0].error, ends[1].error)
        said = "slope of the log of the part of sigma^x that turns LIOM i, in i"
        more: dict[str, Any] = {"id": "G36", "N": decay.realisations}
        if abs(off) > OFF:  # a fit that is rejected has no parameters
            more |= {"text": text, "verdict": f"not one exponential, {off:+.1f} sigma"}
            yield Claim(said, "-1/zeta, constant", **more).at(words)
        else:
            verdict = f"one exponential, zeta = {-1 / decay.mean:.2f}, typical"
            more |= {"text": f"{pm(decay)}; {text}", "verdict": verdict}
            yield state(said, "-1/zeta, constant", decay, **more).at(words)
        single, whole = (
            np.stack([np.asarray(each)[1] for each in part[name]])
            for name in ("log_single", "log_weights")
        )
        share = estimate(np.exp(2 * (single - whole)), part["realisation"])
        said = "share of the part with LIOM 1 that turns it alone, g sigma^x tau^x_1 of (15)"
        yield state(said, "-", share, verdict="the rest turns nearer ones too", id="G36").at(
            words
        )
