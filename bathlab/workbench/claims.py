"""Claims: what theory says, what comes out here, and the verdict, as records."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Iterable, Mapping

import pandas as pd

from bathlab.checks import as_real, as_text, refusal, require_kind, shown
from bathlab.facts import Fact, Facts, html_table, in_brief
from bathlab.statistics.collapse import Distance
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import POOR, DensityLaw

#: Columns of a table of claims.
HEADER = ("claim", "paper", "here", "N", "verdict")
#: A value agrees with the paper's if it is nearer than so many of its standard errors.
AGREEMENT = 2.0
#: A curve is off if its points are farther from the others than so many of their errors.
OFF = 3.0
#: How rarely a statistic that is called off comes of what theory says.
FALSE_ALARM = 1e-3
#: What is said of an estimate that the realisations do not give.
NO_VALUE = "no value"
#: Smaller errors than one in this digit are those of rounding, and shown as 0.
MOST_DIGITS = 6


@dataclass(frozen=True, repr=False)
class Claim(Facts):
    """One thing that theory says and that was measured.

    Attributes
    ----------
    claim
        what it is about.
    paper
        what theory says, as text.
    expected
        the same as a number, where it is one.
    value, error
        what was found, with its standard error.
    N
        how many realisations (or ``of`` what else) the value rests on.
    verdict
        how the two compare, computed from the numbers.
    effect
        value less expected, unless it is given.
    equation
        number of the equation, if it is one of the paper's.
    chi2_dof
        chi^2 per degree of freedom of the fit behind the value, if there is one.
    note
        what a reader should know besides.
    digits
        digits behind the point of the value.
    text
        what is shown for a value that is no single number.
    id
        which claims of the paper's list it bears on, separated by blanks ("C24 C35").
    """

    claim: str
    paper: str
    expected: float | None = None
    value: float | None = None
    error: float | None = None
    N: int | None = None
    verdict: str = ""
    effect: float | None = None
    equation: str = ""
    chi2_dof: float | None = None
    note: str = ""
    of: str = ""
    digits: int = 3
    text: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        if self.effect is None and self.expected is not None and self.value is not None:
            object.__setattr__(self, "effect", self.value - self.expected)

    def facts(self) -> list[Fact]:
        """What a table says of it, and the rest of what is not empty."""
        shown = dict(zip(HEADER, _cells(self)))
        more = {"size of effect": self.effect, "equation": self.equation, "note": self.note}
        said = {name: "" if value is None else in_brief(value) for name, value in more.items()}
        return [
            *(Fact(name, f"{value}") for name, value in shown.items() if value is not None),
            *(Fact(name, value, "") for name, value in said.items() if value),
        ]

    @property
    def here(self) -> str:
        """The value as text."""
        if self.text or self.value is None:
            return self.text
        error = math.nan if self.error is None else self.error
        return pm(Estimate(self.value, error, self.N or 0), self.digits)

    def at(self, point: str) -> Claim:
        """The same claim, said of a point of a sweep; unchanged if that is empty."""
        return replace(self, claim=f"{point}: {self.claim}") if point else self

    def record(self) -> dict[str, Any]:
        """The claim as plain data, without what is empty; :meth:`of_record` reads it."""
        usual = {field.name: field.default for field in fields(self)}
        known = {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in asdict(self).items()
        }
        return {name: value for name, value in known.items() if value != usual[name]}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Claim:
        """The claim that :meth:`record` wrote."""
        return cls(**record)


def compare(claim: str, paper: str, expected: float, found: Estimate, **more: Any) -> Claim:
    """A claim that something is ``expected``, which the paper writes as ``paper``.

    ``more`` are other fields of :class:`Claim`; without a verdict it is that of
    :func:`verdict`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> found = bl.estimate([0.70, 0.72, 0.69, 0.71], clusters=[0, 1, 2, 3])
    >>> for paper, expected in (("log 2", np.log(2)), ("1/2", 0.5)):
    ...     claim = bl.workbench.compare("Delta D for G >= 1", paper, expected, found)
    ...     print(f"{paper}: {claim.here}, {claim.verdict}")
    log 2: 0.705 +- 0.006, agrees
    1/2: 0.705 +- 0.006, +31.8 sigma
    """
    require_kind("found", found, Estimate, "Make it with bathlab.estimate.")
    expected = as_real("expected", expected)
    said = {"verdict": verdict(found, expected), "effect": found.mean - expected, **more}
    return state(claim, paper, found, expected=expected, **said)


def state(claim: str, paper: str, found: Estimate, **more: Any) -> Claim:
    """A claim whose verdict is ``more["verdict"]``; ``more`` are fields of :class:`Claim`.

    Of an estimate that is no number it says that there is none.

    Examples
    --------
    >>> import bathlab as bl
    >>> found = bl.estimate([0.70, 0.72, 0.69, 0.71], clusters=[0, 1, 2, 3])
    >>> claim = bl.workbench.state("Delta D", "says nothing", found, verdict="measured here")
    >>> print(claim.here, "|", claim.N, "realisations |", claim.verdict)
    0.705 +- 0.006 | 4 realisations | measured here
    """
    require_kind("found", found, Estimate, "Make it with bathlab.estimate.")
    claim, paper = as_text("claim", claim), as_text("paper", paper)
    if not math.isfinite(found.mean):
        kept = {name: more[name] for name in ("equation", "id", "of") if name in more}
        return Claim(claim, paper, N=found.realisations, verdict=NO_VALUE, **kept)
    return Claim(
        claim,
        paper,
        value=float(found.mean),
        error=float(found.error),
        **{"N": found.realisations, **more},
    )


def verdict(found: Estimate, value: float) -> str:
    """ "agrees", or how many standard errors lie between; without an error, how far it is."""
    if not found.error > 0:
        return "agrees" if found.mean == value else f"{found.mean - value:+.3g}, no error bar"
    off = (found.mean - value) / found.error
    return "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} sigma"


def apart(
    claim: str, paper: str, reference: float, name: str, found: Estimate, **more: Any
) -> Claim:
    """A claim on which side of ``reference``, called ``name``, a value lies; the verdict is how
    many standard errors lie between.

    Examples
    --------
    >>> import bathlab as bl
    >>> found = bl.estimate([0.70, 0.72, 0.69, 0.71], clusters=[0, 1, 2, 3])
    >>> claim = bl.workbench.apart("alpha_c", "above 1/2", 0.5, "1/2", found)
    >>> print(claim.here, "|", claim.verdict)
    0.705 +- 0.006 | +31.8 sigma from 1/2
    """
    require_kind("found", found, Estimate, "Make it with bathlab.estimate.")
    reference, name = as_real("reference", reference), as_text("name", name)
    away = f"{found.mean - reference:+.3g} from {name}, no error bar"
    if found.error > 0:
        away = f"{(found.mean - reference) / found.error:+.1f} sigma from {name}"
    said = {"verdict": away, "effect": found.mean - reference, **more}
    return state(claim, paper, found, expected=reference, **said)


def compare_law(
    claim: str,
    paper: str,
    expected: float,
    law: DensityLaw,
    found: Estimate,
    error: float = 0.0,
    **more: Any,
) -> Claim:
    """A claim that what a fitted exponent makes, ``found``, is ``expected`` within ``error``.

    The verdict counts all errors: of ``found``, half the range over windows, and the paper's.
    """
    require_kind("law", law, DensityLaw, "Take that of density_law.")
    require_kind("found", found, Estimate, "Make it of law.exponent.")
    error, expected = as_real("error", error, minimum=0), as_real("expected", expected)
    window = 0.0 if math.isnan(law.window_error) else law.window_error
    off = (found.mean - expected) / math.hypot(found.error, window, error)
    known = "agrees" if abs(off) < AGREEMENT else f"{off:+.1f} of all errors"
    said = {
        "verdict": known if law.chi2_dof <= POOR else f"{known}, not one power",
        "chi2_dof": law.chi2_dof,
        "note": f"window error {law.window_error:.3f}",
        "text": f"{found.mean:.3f} +- {found.error:.3f} +- {law.window_error:.3f} (window), "
        f"chi2/dof {law.chi2_dof:.1f}",
        **more,
    }
    return compare(claim, paper, expected, found, **said)


def state_law(claim: str, law: DensityLaw, found: Estimate, why: str, **more: Any) -> Claim:
    """What a fitted exponent makes, ``found``, where nothing is expected; ``why`` says so."""
    known = compare_law(claim, "-", found.mean, law, found, **more)
    poor = [] if law.chi2_dof <= POOR else ["not one power"]
    said = ", ".join([*([] if why == "-" and poor else [why]), *poor])
    return replace(known, expected=None, effect=None, verdict=said)


def unlikely(claim: str, statistic: float, probability: float, **more: Any) -> Claim:
    """A claim that a statistic of mean 1 is no larger than chance makes it: off if one as
    large has a smaller ``probability`` than ``FALSE_ALARM``."""
    statistic = as_real("statistic", statistic)
    probability = as_real("probability", probability, minimum=0)
    known = "agrees" if probability > FALSE_ALARM else "off"
    said = {
        "text": f"{statistic:.2f}",
        "verdict": f"{known}, p = {probability:.2g}; false alarm {FALSE_ALARM:g}",
        **more,
    }
    claim = as_text("claim", claim)
    return Claim(claim, "1", 1.0, statistic, effect=statistic - 1, **said)


def collapse(claim: str, paper: str, far: Distance, **more: Any) -> Claim:
    """A claim on how far a curve lies from others: off if beyond ``OFF`` of its errors.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> G, error = np.array([0.1, 0.3, 1.0, 3.0]), np.full(4, 0.01)
    >>> law = np.log(2) * G**2 / (G**2 + 0.1)
    >>> chain = bl.statistics.Curve(G, law + 0.01, error)
    >>> far = bl.statistics.collapse_distance(chain, [bl.statistics.Curve(G, law, error)])
    >>> claim = bl.workbench.collapse("chain: distance from the others", "collapses", far)
    >>> print(claim.here, "|", claim.verdict)
    0.010 nats, 0.7 sigma | collapses
    """
    require_kind("far", far, Distance, "Take that of collapse_distance.")
    as_text("claim", claim)
    as_text("paper", paper)
    known = "off" if far.sigmas > OFF else "collapses"
    said = {
        "text": f"{far.rms:.3f} nats, {far.sigmas:.1f} sigma",
        "verdict": "no error bar" if math.isnan(far.sigmas) else known,
        "of": "points",
        **more,
    }
    return Claim(claim, paper, value=far.rms, effect=far.rms, N=far.points, **said)


def pm(found: Estimate, digits: int = 3) -> str:
    """Mean and standard error; with more digits, up to ``MOST_DIGITS``, if the error needs
    them."""
    if found.error > 0:
        needed = -math.floor(math.log10(found.error))
        digits = max(digits, needed) if needed <= MOST_DIGITS else digits
    return f"{found.mean:.{digits}f} +- {found.error:.{digits}f}"


def as_table(claims: Iterable[Claim]) -> str:
    """Claims as a table of text: claim, paper, here, N, verdict."""
    rows = [dict(zip(HEADER, _cells(each))) for each in claims]
    return pd.DataFrame(rows, dtype=object).to_string(index=False)


def _cells(claim: Claim) -> tuple[Any, ...]:
    """A claim as a row of a table, see ``HEADER``."""
    count = f"{claim.N} {claim.of}" if claim.of else claim.N
    return claim.claim, claim.paper, claim.here, count, claim.verdict


class Claims(tuple[Claim, ...]):
    """Claims of a study, shown as a table: ``Claims(study.claims(outcome))``."""

    def __new__(cls, claims: Iterable[Claim] = ()) -> Claims:
        """Raises ValueError for what holds anything but claims."""
        if not isinstance(claims, Iterable) or isinstance(claims, (str, bytes, Mapping)):
            raise refusal(
                "claims", shown(claims), "several claims", "Take study.claims(outcome)."
            )
        found = list(claims)
        for each in found:
            require_kind("claims", each, Claim, "Take those of study.claims(outcome).")
        return super().__new__(cls, found)

    def __repr__(self) -> str:
        return as_table(self) if self else "no claims"

    def _repr_html_(self) -> str:
        return html_table([_cells(each) for each in self], HEADER)
