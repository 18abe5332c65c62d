"""What thresholds of chains say of the transition, for each reading of the rules."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, Iterator

import numpy as np
import pandas as pd

from bathlab.experiments.threshold_laws import SHORTEST, drifts_of, side_power, thresholds_of
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.finite_sizes import REJECTED
from bathlab.theory import avalanche
from bathlab.workbench.claims import AGREEMENT, Claim, apart, compare, pm, state, verdict

#: Claims of the paper that a rule bears on besides those that each does.
RULE_IDS = {
    "order: core": "A7",
    "order: random": "A7",
    "treated: increased": "A47 A48",
    "treated: decaying": "A74",
}
#: nu >= 2.
HARRIS = 0.5
#: zeta reaches its bound where zeta_c/zeta is nearer to 1 than this.
SATURATED = 0.2
#: Rules whose exponents are set beside those of the reference, and what the paper says.
COMPARED = {
    "treated: increased": ("A48", "the same"),
    "treated: decaying": ("A74", "-"),
    "order: core": ("A7", "-"),
    "order: random": ("A7", "smallest first"),
}
#: 1/zeta_t of rules of which there is a flow.
TREATED = {"treated: increased": -0.5}


def claims(table: pd.DataFrame, means: pd.DataFrame, reference: str) -> Iterator[Claim]:
    """All of them; ``means`` is that of ``rule_means``."""
    rules = list(means["rule"].unique())
    for rule in rules:
        for claim in rule_claims(means[means["rule"] == rule], reference, RULE_IDS.get(rule)):
            yield claim.at(rule)
    last = means.loc[means.groupby("rule", sort=False)["length"].idxmax()].set_index("rule")
    for rule, (ids, paper) in COMPARED.items():
        if rule in rules:
            yield from differences(last, rule, reference, ids, paper)
    for rule in rules:
        if rule == reference or rule in TREATED or rule.startswith("K ="):
            yield against_flow(_row(last, rule), rule)
    yield from sides(thresholds_of(table, reference), _row(last, reference))
    yield from counted(last)
    yield returned(means)


def rule_claims(rows: pd.DataFrame, reference: str, ids: str | None) -> Iterator[Claim]:
    """What holds under one rule."""
    rows = rows[rows["length"] >= SHORTEST].sort_values("length")
    last = rows.iloc[-1]
    for claim in (
        largest_length(last, reference),
        limit(rows),
        localised(rows),
        harris(last),
        sizes(last),
        bounded(rows),
    ):
        yield replace(claim, id=f"{claim.id} {ids}" if ids else claim.id)


def largest_length(last: pd.Series, reference: str) -> Claim:
    """The median threshold of the longest chains."""
    away = _of(last, "shift", "N")
    said = f"median threshold, L = {last['length']}"
    more: dict[str, Any] = {"verdict": "the reference", "id": "A73", "digits": 4}
    if last["rule"] != reference:
        relation = verdict(away, 0.0)
        more["verdict"] = f"{pm(away, 4)} from {reference}" + f", {relation}" * (
            relation != "agrees"
        )
        more["effect"] = away.mean
        more["note"] = "differences are of the same chains"
    return state(said, "-", _of(last, "median", "N"), **more)


def limit(rows: pd.DataFrame) -> Claim:
    """The limit of the quartiles, and how the median drifts by the decade of L."""
    last = rows.iloc[-1]
    drifts = [
        f"{100 * drift.mean:.1f} +- {100 * drift.error:.1f} %" for drift in drifts_of(rows)
    ]
    drift = f"drift {', then '.join(drifts)} a decade"
    said = "eps_c, L to infinity, by quartiles ~ eps_c + c L^(-1/nu)"
    if last["approach_chance"] < REJECTED:
        return _rejected(said, "-", last, "approach", note=drift, id="A27 A73")
    found = _of(last, "limit", "N", window=True)
    away = found.mean / found.error if found.error > 0 else math.inf
    known = f"{away:.0f} errors above 0"
    text = _text(last, "limit", 4)
    more = {"chi2_dof": last["approach_chi2"], "text": text, "verdict": known}
    return state(said, "-", found, note=drift, id="A27 A73", **more)


def localised(rows: pd.DataFrame) -> Claim:
    """Whether P(thermal) falls with the length near the critical point."""
    last = rows.iloc[-1]
    shares = ", ".join(
        f"{round(row['fraction'] * row['followed'])} of {row['followed']}"
        for _, row in rows.iterrows()
    )
    said = f"beta of P(thermal) ~ L^-beta at eps = {last['epsilon']:g}"
    beta = _of(last, "beta", "followed")
    away = beta.mean / beta.error
    known = "falls" if away > AGREEMENT else "rises" if away < -AGREEMENT else "no slope"
    bend = ", not one power" if last["beta_chance"] < REJECTED else ""
    apart_by = last["epsilon"] - last["limit"]
    where = f"; eps is {apart_by:+.4f} from the limit"
    where *= not last["approach_chance"] < REJECTED
    more = {"chi2_dof": last["beta_chi2"], "id": "A27 A59", "N": int(rows["followed"].sum())}
    known = f"{known}, {away:+.1f} sigma{bend}"
    return state(said, "> 0", beta, verdict=known, note=f"{shares}{where}", **more)


def harris(last: pd.Series) -> Claim:
    """1/nu against the bound 1/2."""
    said, paper = "1/nu of the quartiles", "nu >= 2"
    if last["approach_chance"] < REJECTED:
        return _rejected(said, paper, last, "approach", id="A71")
    found = _of(last, "power", "N", window=True)
    off = (found.mean - HARRIS) / found.error
    known = f"obeyed by {-off:.1f} errors" if off < 0 else f"{off:.1f} errors beyond it"
    known = known if off > AGREEMENT or off < 0 else f"no breach, {known}"
    ends = [1 / x for x in (found.mean + found.error, max(found.mean - found.error, 1e-9))]
    text = f"{_text(last, 'power')}: nu = {1 / found.mean:.2f}, {ends[0]:.2f} to {ends[1]:.2f}"
    more = {"chi2_dof": last["approach_chi2"], "text": text, "verdict": known, "id": "A71"}
    return state(said, paper, found, expected=HARRIS, effect=found.mean - HARRIS, **more)


def sizes(last: pd.Series) -> Claim:
    """tau of the regions near the critical point."""
    said = f"tau of regions, L = {last['length']}, eps = {last['epsilon']:g}"
    paper, more = "2 < tau < 3", {"id": "A70", "of": "regions", "N": int(last["tau_count"])}
    beside = f"{last['edge_tau']:.3f} just below each chain's own threshold"
    beside += ", not one power" if last["edge_tau_chance"] < REJECTED else ""
    if last["tau_chance"] < REJECTED:
        more["text"] = f"window error {last['tau_window']:.2f} about {last['tau']:.2f}"
        return _rejected(said, paper, last, "tau", note=beside, **more)
    found = _of(last, "tau", "N", window=True)
    off = min(found.mean - 2, 3 - found.mean) / found.error
    known = f"within, {off:.1f} errors from the end" if off > 0 else f"outside by {-off:.1f}"
    more |= {"chi2_dof": last["tau_chi2"], "text": _text(last, "tau"), "verdict": known}
    return state(said, paper, found, note=beside, **more)


def bounded(rows: pd.DataFrame) -> Claim:
    """zeta_c/zeta of chains that are not thermal."""
    last, first = rows.iloc[-1], rows.iloc[0]
    said = f"zeta_c/zeta, L = {last['length']}, eps = {last['epsilon']:g}"
    known = f"zeta beyond zeta_c in {100 * last['beyond']:.0f} % of chains that are not thermal"
    edge = f"just below each chain's own threshold {last['edge']:.2f}, beyond in "
    edge += f"{100 * last['edge_beyond']:.0f} %, {100 * first['edge_beyond']:.0f} % at L = "
    more = {"verdict": known, "note": f"{edge}{first['length']}", "id": "A37 A38"}
    return state(said, ">= 1, to 1", _of(last, "decay", "localised"), expected=1.0, **more)


def differences(
    last: pd.DataFrame, rule: str, reference: str, ids: str, paper: str
) -> Iterator[Claim]:
    """Exponents of a rule less those of the reference, of fits that hold."""
    a, b = _row(last, rule), _row(last, reference)
    for name, chance, called in (
        ("power", "approach_chance", "1/nu"),
        ("beta", "beta_chance", "beta"),
        ("tau", "tau_chance", "tau"),
    ):
        said = f"{called} of {rule} less that of {reference}"
        if min(a[chance], b[chance]) < REJECTED:
            yield Claim(said, paper, verdict="not one law", id=ids)
            continue
        ends = [_of(each, name, "N", window=name != "beta") for each in (a, b)]
        error = math.hypot(ends[0].error, ends[1].error)
        found = Estimate(ends[0].mean - ends[1].mean, error, int(min(a["N"], b["N"])))
        yield compare(said, paper, 0.0, found, id=ids)


def against_flow(last: pd.Series, rule: str) -> Claim:
    """The limit beside the critical point of the mean-field flow."""
    K = float(rule.removeprefix("K = ")) if rule.startswith("K =") else 1.0
    treated = TREATED.get(rule, 0.0)
    zeta = 1 / (math.log(2) * treated) if treated else math.inf
    critical = avalanche.critical_epsilon(K, zeta)
    said = f"{rule}: eps_c over that of the mean-field flow, {critical:.4f}"
    if last["approach_chance"] < REJECTED:
        return _rejected(said, "mild differences", last, "approach", id="A73")
    found = _of(last, "limit", "N", window=True) / critical
    return apart(said, "mild differences", 1.0, "1", found, id="A73")


def sides(samples: dict[float, Any], last: pd.Series) -> Iterator[Claim]:
    """1/nu by the side of eps_c on which thresholds lie."""
    if last["approach_chance"] < REJECTED:
        return
    centre, off = float(last["limit"]), math.hypot(last["limit_error"], last["limit_window"])
    found = {}
    for above, name in ((True, "nu_+"), (False, "nu_-")):
        power, window, chi2_dof, chance = side_power(samples, centre, off, above)
        where = "above" if above else "below"
        said = f"1/{name}, mean distance of thresholds {where} eps_c = {centre:.4f}"
        if chance < REJECTED:
            known = f"not one power, chi2/dof {chi2_dof:.1f}"
            yield Claim(said, "nu >= 2", verdict=known, chi2_dof=chi2_dof, id="A71 A72")
            continue
        found[name] = Estimate(power.mean, math.hypot(power.error, window), power.realisations)
        text = f"{power.mean:.3f} +- {power.error:.3f} +- {window:.3f} (eps_c)"
        note = f"at least {power.realisations} thresholds of each length"
        more = {"chi2_dof": chi2_dof, "text": text, "note": note, "id": "A71 A72"}
        yield apart(said, "nu >= 2", HARRIS, "1/2", found[name], **more)
    if len(found) == 2 and all(math.isfinite(each.mean) for each in found.values()):
        plus, minus = found["nu_+"], found["nu_-"]
        apart_by = Estimate(
            plus.mean - minus.mean, math.hypot(plus.error, minus.error), minus.realisations
        )
        note = "thresholds below eps_c are few"
        yield compare("1/nu_+ less 1/nu_-", "not 0", 0.0, apart_by, id="A72", note=note)


def counted(last: pd.DataFrame) -> Iterator[Claim]:
    """Under how many rules each conclusion holds."""
    one = ~(last["approach_chance"] < REJECTED)
    error = np.hypot(last["power_error"], last["power_window"].fillna(0))
    falls = last["beta"] > AGREEMENT * last["beta_error"]
    power = ~(last["tau_chance"] < REJECTED) & last["tau"].notna()
    below = last["decay"] + AGREEMENT * last["decay_error"] >= 1
    near = f"zeta_c/zeta is from 1 to {1 + SATURATED:g}, within two errors"
    named = [
        ("P(thermal) falls with L at the eps that is followed", falls, "A27"),
        ("the quartiles move by one law", one, "A71"),
        ("nu >= 2, within two errors", one & (last["power"] - 2 * error <= HARRIS), "A71"),
        ("regions there are of one power", power, "A70"),
        ("2 < tau < 3", power & last["tau"].between(2, 3), "A70"),
        (near, below & (last["decay"] <= 1 + SATURATED), "A37 A38"),
    ]
    for said, holds, ids in named:
        not_so = [rule for rule, so in holds.items() if not so]
        known = f"not: {', '.join(map(str, not_so))}" if not_so else "under all"
        said, text = f"rules under which {said}", f"{int(holds.sum())} of {len(last)}"
        shown = Claim(said, "all", text=text, verdict=known, of="rules", id=f"{ids} A35")
        yield replace(shown, value=float(holds.mean()), N=len(last))


def returned(means: pd.DataFrame) -> Claim:
    """Hypothesis (i) in single chains."""
    count = int(means["N"].sum())
    share = float((means["returned"] * means["N"]).sum() / count)
    worst = means.iloc[int(np.argmax(means["returned"]))]
    note = f"most, {100 * worst['returned']:.1f} %, {worst['rule']}, L = {worst['length']}"
    known = "agrees" if share == 0 else "breaks in single chains"
    said = "chains thermal at an eps and not at 1.02 times it"
    shown = Claim(said, "none (i)", 0.0, share, effect=share, N=count, of="chains", id="A23")
    return replace(shown, text=f"{100 * share:.2f} %", verdict=known, note=note)


def _row(table: pd.DataFrame, rule: str) -> pd.Series:
    return table[table.index == rule].iloc[0]


def _of(row: pd.Series, name: str, count: str, window: bool = False) -> Estimate:
    """An estimate of a row; with its window error in its error, if it has one."""
    error = float(row[f"{name}_error"])
    more = float(row[f"{name}_window"]) if window else 0.0
    return Estimate(
        float(row[name]),
        error if math.isnan(more) else math.hypot(error, more),
        int(row[count]),
    )


def _text(row: pd.Series, name: str, digits: int = 3) -> str:
    parts = [row[name], row[f"{name}_error"], row[f"{name}_window"]]
    return " +- ".join(f"{each:.{digits}f}" for each in parts) + " (window)"


def _rejected(said: str, paper: str, row: pd.Series, name: str, **more: Any) -> Claim:
    """A fit that does not hold has no parameters."""
    known = f"not one law, chi2/dof {row[f'{name}_chi2']:.1f}"
    shown = {"N": int(row["N"]), "chi2_dof": float(row[f"{name}_chi2"]), **more}
    return Claim(said, paper, verdict=known, **shown)
