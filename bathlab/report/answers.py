"""What comes out of a study, case by case and in words, read off its claims."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Iterable, Iterator

import pandas as pd

from bathlab.report.contents import Answer
from bathlab.report.numbers import concise
from bathlab.workbench.claims import AGREEMENT, NO_VALUE, Claim

LOG2 = math.log(2)
#: Of log 2, what a spin that is thermalised adds at least, and one that is not at most.
THERMALISED, FREE = 0.9, 0.1
#: Of log 2, what one spin does not add, with so many errors to spare.
TOO_MUCH, SURE = 1.2, 3.0
#: A claim on Delta D of a spin that is coupled strongly.
DELTA_D = re.compile(r"(?P<case>.+): Delta D for G >= 1")
#: What stands between a case and what is said of it.
OF_CASE = ": "


@dataclass(frozen=True)
class _Said:
    """A claim, taken apart into whom it is about and what it says."""

    case: str
    what: str
    claim: Claim


def answers(
    claims: Iterable[Claim], cases: Iterable[str] = (), data: pd.DataFrame | None = None
) -> tuple[Answer, ...]:
    """One sentence for each case that the claims speak of.

    Of a thermalisation curve the sentence is whether the bath thermalises the spin, by the
    claim on Delta D at G >= 1: ``thermalises: ΔD = 0.687(5), 0.99 log 2``. Of a case that does
    not reach G = 1 it is how far it gets. Of any other study it is the first of the case's
    claims that has a value, next to what theory says of it.

    Parameters
    ----------
    claims : iterable of Claim
        The claims, each "CASE: what".
    cases : iterable of str
        Names of the cases, to speak of those of a thermalisation curve that no claim tells.
    data : DataFrame or None
        The averaged table, in that case with the columns bath, G and delta_log_ipr, or with a
        row for each quantity of a bath, that of ``delta_log_ipr`` having G as ``x``.

    Returns
    -------
    tuple of Answer
        In the order of the claims, then of the cases.
    """
    claims, data = list(claims), _wide(data)
    found = [_thermalisation(claim) for claim in claims]
    curve = {answer.case: answer for answer in found if answer is not None}
    if not curve:
        return tuple(_first_of_each(claims))
    for case in cases:
        if case not in curve and (reached := _reached(case, data)) is not None:
            curve[case] = reached
    return tuple(curve.values())


def _wide(data: pd.DataFrame | None) -> pd.DataFrame | None:
    """The rows of Delta D(G) of a table that has rows for many quantities, of baths that do not
    come to G = 1: of others it is not told where the contact's own scale is."""
    if data is None or not {"bath", "quantity", "x", "value", "error"} <= set(data):
        return data
    names = {"x": "G", "value": "delta_log_ipr", "error": "delta_log_ipr_error"}
    found = data[data["quantity"] == "delta_log_ipr"].rename(columns=names)
    return found[found.groupby("bath")["G"].transform("max") < 1]


def _reached(case: str, data: pd.DataFrame | None) -> Answer | None:
    """Delta D at the largest G below the contact's own energy scale, without a verdict."""
    if data is None or not {"bath", "G", "delta_log_ipr"} <= set(data):
        return None
    rows = data[data["bath"] == case]
    if "proximity" in rows:
        rows = rows[~rows["proximity"].astype(bool)]
    if rows.empty:
        return None
    row = rows.iloc[int(rows["G"].to_numpy().argmax())]
    value, error = float(row["delta_log_ipr"]), float(row.get("delta_log_ipr_error", math.nan))
    found = f"ΔD = {concise(value, error)}, {value / LOG2:.2f} log 2"
    return Answer(case, f"up to G = {row['G']:.2g}: {found}")


def thermalises(value: float, error: float | None) -> str:
    """How a bath with this Delta D (nats) at G >= 1 treats the spin, in words."""
    part = value / LOG2
    words = "thermalises in part"
    if (value - SURE * (error or 0.0)) / LOG2 > TOO_MUCH:
        words = "adds more than a spin can (does it connect what the bath conserves?)"
    elif part >= THERMALISED:
        words = "thermalises"
    elif error is not None and (value + AGREEMENT * error) / LOG2 >= THERMALISED:
        words = "thermalises, within its error"
    elif part < FREE:
        words = "does not thermalise"
    return f"{words}: ΔD = {concise(value, error)}, {part:.2f} log 2"


def _thermalisation(claim: Claim) -> Answer | None:
    match = DELTA_D.fullmatch(claim.claim)
    if match is None or claim.value is None:
        return None
    return Answer(match["case"], thermalises(claim.value, claim.error))


def _first_of_each(claims: list[Claim]) -> Iterator[Answer]:
    said: dict[str, list[_Said]] = {}
    for claim in claims:
        case, colon, what = claim.claim.partition(OF_CASE)
        case, what = (case, what) if colon else ("", claim.claim)
        said.setdefault(case, []).append(_Said(case, what, claim))
    for case, group in said.items():
        with_value = [each for each in group if each.claim.here] or group
        yield Answer(case, sentence(with_value[0].what, with_value[0].claim, len(group) - 1))


def sentence(what: str, claim: Claim, others: int = 0) -> str:
    """A claim as a sentence: what it is about, what comes out, what theory says."""
    here = claim.text or (concise(claim.value, claim.error) if claim.value is not None else "")
    parts = [f"{what} = {here}" if here and not claim.text else f"{what}: {here or NO_VALUE}"]
    if claim.paper.strip(" -"):
        parts.append(f"theory: {claim.paper}")
    if claim.verdict:
        parts.append(claim.verdict)
    more = f" ({others} more below)" if others else ""
    return "; ".join(parts) + more
