"""What is said of grains and the LIOMs around them: strengthening eta, where l_c diverges, the
units of both, controls, kinematics of narrow bands, G by estimators, and l_c itself."""

from __future__ import annotations

import math
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments import crossover_gains
from bathlab.experiments import crossover_laws as laws
from bathlab.experiments import crossover_steps as steps
from bathlab.experiments.crossover_laws import Fit, Setting
from bathlab.experiments.crossover_places import (
    WIDEST,
    differences,
    free_gains,
    is_wide,
    named_places,
    spread,
)
from bathlab.statistics.estimates import Estimate
from bathlab.theory.grain.crossover import crossover_length, naive_crossover_length
from bathlab.workbench import Claim
from bathlab.workbench.claims import AGREEMENT, apart, compare, pm, state

#: What most cases have.
USUAL = "usual"
CRITICAL = math.sqrt(0.5)
#: Measures whose gains are fitted, and the controls, whose gains are 0.
FITTED = (
    crossover_gains.ENTROPY,
    crossover_gains.THERMAL,
    crossover_gains.STATES,
    crossover_gains.GROWTH,
)
CONTROLS = (crossover_gains.ALONE, crossover_gains.ALONE_THERMAL)


def all_claims(table: pd.DataFrame, blocks: int = crossover_gains.BLOCKS) -> Iterator[Claim]:
    """All of them, of the rows of one run."""
    settings = settings_of(table, blocks)
    for name, setting in settings.items():
        for claim in of_setting(setting):
            yield claim.at(name)
    yield from apart_by(settings)
    yield from together(settings)


def settings_of(
    table: pd.DataFrame, blocks: int = crossover_gains.BLOCKS
) -> dict[str, Setting]:
    """Settings by name, the usual one first."""
    found = {str(name): rows for name, rows in table.groupby("setting", sort=False)}
    names = sorted(found, key=lambda name: name != USUAL)
    return {name: Setting(found[name], blocks) for name in names}


def of_setting(setting: Setting) -> Iterator[Claim]:
    """Claims on one setting."""
    yield from strengthenings(setting)
    yield from units(setting)
    yield from kinematics(setting)
    yield from couplings(setting)
    if setting.rows["setting"].iloc[0] == USUAL:
        yield from lengths(setting)


def strengthenings(setting: Setting) -> Iterator[Claim]:
    """eta by each measure, that of controls, and where l_c diverges."""
    for measure in FITTED:
        fit = setting.fit(measure, laws.strengthening)
        if fit is not None:
            said = f"strengthening eta, {measure.name}"
            yield either(said, "1 (16), 0 naive", fit, (1.0, 0.0), "G1 G41 G43")
    for measure in CONTROLS:
        fit = setting.fit(measure, laws.strengthening)
        if fit is not None:
            said = f"strengthening eta, {measure.name}"
            yield fitted(said, "0: calibrated", fit, 0.0, "G43")
    for measure in FITTED[:-1]:
        fit = setting.fit(measure, laws.divergence)
        if fit is not None:
            said = f"l_c diverges at alpha, {measure.name}"
            yield either(said, "0.707 (16), 1 naive", fit, (CRITICAL, 1.0), "G3 G42")


def either(
    said: str, paper: str, fit: Fit, expected: tuple[float, float], ids: str, **more: Any
) -> Claim:
    """A number beside eq. (16) and the naive estimate, in units of all errors."""
    known = [(fit.estimate.mean - each) / fit.error for each in expected]
    word = f"{known[0]:+.1f} of all errors from (16), {known[1]:+.1f} from naive"
    return fitted(said, paper, fit, expected[0], ids, verdict=word, equation="(16)", **more)


def fitted(said: str, paper: str, fit: Fit, expected: float, ids: str, **more: Any) -> Claim:
    """A number from a fit, with the errors of blocks, bootstrap and window; a fit that is
    rejected has none."""
    common: dict[str, Any] = {"N": fit.count, "chi2_dof": fit.misfit.ratio, "id": ids}
    if not fit.holds:
        word = f"rejected, {fit.misfit}: no parameters"
        if fit.misfit.holds:
            word = "no value that the errors fix"
        return Claim(said, paper, verdict=word, **common)
    window = "" if math.isnan(fit.window) else f" +- {fit.window:.3f} (window)"
    off = (fit.estimate.mean - expected) / fit.error
    word = "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} of all errors"
    note = f"{fit.points} means, {fit.misfit}; {fit.bootstrap:.3f} by bootstrap"
    shown = {"text": f"{pm(fit.estimate, 3)}{window}", "verdict": word, "note": note}
    return compare(said, paper, expected, fit.estimate, **{**common, **shown, **more})


def units(setting: Setting) -> Iterator[Claim]:
    """The unit of eta: what a spin of the grain is worth, and eta in such spins."""
    worth = laws.spin_worth(setting.rows, setting.blocks)
    if worth is not None:
        fit, sizes = worth
        said = "a spin of the grain, in (log 2)/2 of log g that a LIOM alone needs"
        note = f"grains of {sizes[0]:.0f} to {sizes[-1]:.0f} spins, {fit.misfit}"
        yield fitted(said, "1: G ~ 2^(l_b/2)", fit, 1.0, "G1 G41", note=note)
    eta = laws.strengthening(
        crossover_gains.gains(
            setting.rows, crossover_gains.ENTROPY, blocks=setting.blocks, spins=True
        )
    )
    if eta is not None:
        said = "strengthening in spins of the grain, S"
        yield either(said, "1: a LIOM is a spin of the bath", eta, (1.0, 0.0), "G1")


def kinematics(setting: Setting) -> Iterator[Claim]:
    """Gains by the number of the LIOM beside those that free LIOMs make, and their fit."""
    found, free = setting.gains(crossover_gains.ENTROPY), free_gains(setting)
    if not len(found) or np.isnan(free).any():
        return
    for liom, (gain, points) in laws.by_liom(found).items():
        count = int(found.counts[found.lioms == liom].max())
        here = Estimate(float(gain.value), float(gain.error), count)
        expected = float(free[liom - 2])
        said = f"gain of LIOM {liom} in (log 2)/2, S"
        paper = f"{liom - 1} (16); {expected:.2f} of free LIOMs"
        yield compare(said, paper, expected, here, note=f"{points} means", id="G38 G41")
    fit = laws.strengthening(found, free[found.lioms.astype(int) - 2])
    if fit is not None:
        said = "gain over that of free LIOMs in this band, S"
        yield either(said, "1, 0 naive", fit, (1.0, 0.0), "G38 G41")


def couplings(setting: Setting) -> Iterator[Claim]:
    """Steps of log G by estimators, and their alternation."""
    for name, words in steps.ESTIMATORS.items():
        for known, where in ((False, "all LIOMs"), (True, "thermalised LIOMs")):
            found = steps.gain_of_strength(setting.rows, name, known, setting.blocks)
            if found is None or not found[0].error > 0:
                continue
            eta, spread_of = found
            said = f"strengthening eta, G by {words}, {where}"
            paper = "1: G' = G e^-a, a = 1/zeta - (log 2)/2"
            note = f"{spread_of:.3f} by bootstrap"
            more: dict[str, Any] = {"note": note, "id": "G39"}
            yield compare(said, paper, 1.0, eta, **more)
    yield from alternations(setting)


def alternations(setting: Setting) -> Iterator[Claim]:
    """Whether steps alternate, by G and by D."""
    for words, found in steps.alternating(setting.rows, setting.blocks).items():
        here = Estimate(
            float(found.alternation.value), float(found.alternation.error), found.count
        )
        text = ", ".join(f"{step:.2f}" for step in found.found.value)
        more: dict[str, Any] = {"note": f"steps {text}", "id": "G38"}
        yield apart(f"alternation of steps, {words}", "0", 0.0, "0", here, **more)


def lengths(setting: Setting) -> Iterator[Claim]:
    """l_c of grains by entanglement, d l_c/d l_b, and the same of the control."""
    found, rows = [], setting.rows
    for alpha in sorted(rows["alpha"].dropna().unique()):
        for column, name in (("entropy", "S"), ("entropy_alone", "S alone (control)")):
            one = steps.lengths(rows, column, alpha, setting.blocks)
            if column == "entropy":
                found.append((alpha, one))
            if one.slope is not None:
                yield slope(alpha, name, one)
    place = steps.slope_divergence(found)
    if place is not None and 0 < place.error < WIDEST:
        count = max(one.count for _, one in found)
        said = "alpha at which 1/(d l_c/d l_b) comes to 0, S"
        here = Estimate(float(place.value), float(place.error), count)
        yield apart(said, "0.707 (16), 1 naive", CRITICAL, "(16)", here, id="G42")


def slope(alpha: float, name: str, one: steps.Lengths) -> Claim:
    """d l_c/d l_b at one alpha beside both estimates."""
    assert one.slope is not None
    strong, naive = crossover_length(1, alpha), naive_crossover_length(1, alpha)
    here = Estimate(float(one.slope.value), float(one.slope.error), one.count)
    said = f"alpha = {alpha:g}: d l_c/d l_b, {name}"
    paper = f"{strong:.2f} (16), {naive:.2f} naive"
    texts = zip(one.spins, one.found.value, np.asarray(one.found.error))
    note = "l_c = " + ", ".join(f"{y:.2f}({1e2 * e:.0f}) at {n:.0f}" for n, y, e in texts)
    more: dict[str, Any] = {"N": one.count, "id": "G3 G41", "equation": "(16)", "note": note}
    if one.misfit is not None:
        more["chi2_dof"] = one.misfit.ratio
        if not one.misfit.holds:
            return Claim(said, paper, verdict=f"no straight line, {one.misfit}", **more)
    expected = strong if math.isfinite(strong) else naive
    off = [f"{(here.mean - each) / here.error:+.1f}" for each in (strong, naive) if each < 99]
    more["verdict"] = ", ".join(off) + " sigma"
    return compare(said, paper, expected, here, **more)


def apart_by(settings: dict[str, Setting]) -> Iterator[Claim]:
    """What one change does to the gain per LIOM."""
    for name, found in differences(settings, USUAL).items():
        said = f"gain per LIOM in (log 2)/2, S: {name} less {USUAL}"
        yield apart(said, "0: (16) knows alpha alone", 0.0, "0", found, id="G38 G41 G42")


def together(settings: dict[str, Setting]) -> Iterator[Claim]:
    """alpha_c over all named estimates: neither error becomes smaller by having several."""
    found = named_places(settings)
    wide = tuple(f"{name}, " for name, setting in settings.items() if is_wide(setting))
    some = {key: each for key, each in found.items() if key.startswith(wide)}
    for words, chosen in (("all estimates that stand", found), ("those of wide bands", some)):
        if len(chosen) < 2:
            continue
        value, statistical, systematic = spread(list(chosen.values()))
        error = math.hypot(statistical, systematic)
        names = ", ".join(f"{key} {each.mean:.2f}" for key, each in chosen.items())
        off = [(value - each) / error for each in (CRITICAL, 1.0)]
        word = f"{off[0]:+.1f} of all errors from (16), {off[1]:+.1f} from naive"
        more = {"expected": CRITICAL, "effect": value - CRITICAL, "verdict": word}
        text = f"{value:.2f} +- {statistical:.2f} +- {systematic:.2f} (syst)"
        more |= {"text": text, "note": names, "id": "G3 G42"}
        count = min(each.realisations for each in chosen.values())
        said = f"l_c diverges at alpha, {words}, {len(chosen)}"
        yield state(said, "0.707 (16), 1 naive", Estimate(value, error, count), **more)
