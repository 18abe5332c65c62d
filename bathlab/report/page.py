"""Reports as one HTML file that loads nothing from anywhere."""

from __future__ import annotations

import base64
import gzip
import json
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Mapping, Sequence

from bathlab.checks import as_integer, as_text, require_kind
from bathlab.errors import EngineMissing
from bathlab.report.charts import specification
from bathlab.report.citing import DOI, citation
from bathlab.report.contents import Panel, Report
from bathlab.report.numbers import cell, concise
from bathlab.report.size import MOST_BYTES, shorter, too_long
from bathlab.version import version
from bathlab.workbench.claims import Claim

#: Beyond so many standard errors a bar in the table of claims ends in an arrow.
FULL_BAR = 5.0
#: Beyond so many a table of contents counts it.
FAR = 3.0
#: What a picture can do without: it is described as a whole, and nothing in it is clicked.
NEEDLESS = re.compile(
    r' (?:aria-[a-z]+|role|pointer-events|class|opacity)="(?:[^"1]|1[^"])*"'
    r'| (?:opacity)="1"|<path class="(?:back|fore)ground"[^>]*d="M0,0h0v0h0Z"[^>]*/>'
)
LONG_NUMBER = re.compile(r"-?\d+\.\d{2,}")
#: What a report asks of whoever lacks the drawing library.
MISSING = (
    "A report needs {name}, which is not installed here; expected it beside bathlab, which "
    "requires it. Install it: pip install {name}"
)


@dataclass(frozen=True)
class Chart:
    """A panel with its place in the page, its specification, and the picture of it."""

    key: str
    panel: Panel
    svg: str
    spec: str


def html_of(
    reports: Sequence[Report], reload: int | None = None, scripts: str = "", made: str = ""
) -> str:
    """One page of some reports.

    Parameters
    ----------
    reports : sequence of Report
        What the page says, a section each, with a table of contents if there are several.
    reload : int or None
        Seconds after which an open page loads its file again.
    scripts : str
        Address of the drawing library relative to the page, for pages that lie beside each
        other; if empty, it is within the page.
    made : str
        When the page is made, as it says at its top.

    Returns
    -------
    str
        HTML, UTF-8, that works without a network and, without a curve to point at, without
        JavaScript. It has at most ``MOST_BYTES``: where there would be more, pictures have
        fewer points and at last tables fewer rows, which the page says.

    Raises
    ------
    ValueError
        If there is no report, something else among them, or they do not fit into one page.
    EngineMissing
        If Jinja2 or vl-convert-python is not installed.

    Examples
    --------
    >>> import bathlab as bl
    >>> from bathlab.report import html_of, report_of
    >>> def top_level(bath, seed, realisation):
    ...     return [{"E_max": bath.sample(seed, realisation).energies[-1]}]
    >>> case = bl.Case("5 spins", bl.RandomMatrixBath(spins=5, bandwidth=4.0), realisations=6)
    >>> study = bl.Study("edges", top_level, [case], watch="E_max")
    >>> rows = bl.run(study, "store", progress=False)
    >>> page = html_of([report_of("store")])
    >>> "6 realisations, complete" in page, "https://" in page.split("How to cite")[0]
    (True, False)
    """
    reports = _checked(reports)
    if reload is not None:
        reload = as_integer("reload", reload, 1)
    for name, text in (("scripts", scripts), ("made", made)):
        if text != "":
            as_text(name, text)
    page = _rendered(reports, reload, scripts, made)
    if _fits(page):
        return page
    for fewer in shorter(reports):
        page = _rendered(fewer, reload, scripts, made)
        if _fits(page):
            return page
    raise too_long(len(page.encode()), reports)


def _fits(page: str) -> bool:
    return len(page.encode()) <= MOST_BYTES


def _rendered(reports: Sequence[Report], reload: int | None, scripts: str, made: str) -> str:
    sections = [
        {"report": report, "key": f"r{number}", "charts": _Charts(f"r{number}")}
        for number, report in enumerate(reports)
    ]
    page: str = (
        _environment()
        .get_template("page.html.jinja")
        .render(
            sections=sections,
            reload=reload,
            made=made,
            version=version(),
            style=_text("style.css"),
            behaviour=_text("page.js"),
            library="" if scripts else packed(),
            scripts=scripts,
            citation=citation(version()),
            doi=DOI,
        )
    )
    return page


def index_of(reports: Mapping[str, Report]) -> str:
    """A table of contents of pages that lie beside it, address to report: what each asks, its
    claims, how many of them are beyond ``FAR`` standard errors, and what comes out first."""
    page: str = (
        _environment()
        .get_template("index.html.jinja")
        .render(
            reports=reports,
            claims=sum(len(report.claims) for report in reports.values()),
            style=_text("style.css"),
            behaviour=_text("page.js"),
        )
    )
    return page


def _checked(reports: Any) -> list[Report]:
    listed = list(reports) if isinstance(reports, (list, tuple)) else [reports]
    for report in listed:
        require_kind("reports", report, Report, "Make one with bathlab.report.report_of.")
    if not listed:
        raise ValueError("reports = [] was given; expected at least one report. Name a store.")
    return listed


class _Charts:
    """Numbers the charts of a section as they come."""

    def __init__(self, key: str) -> None:
        self.key, self.count = key, 0

    def __call__(self, panel: Panel) -> Chart:
        self.count += 1
        spec = specification(panel)
        return Chart(f"{self.key}-chart{self.count}", panel, drawn(spec), as_script(spec))


def drawn(spec: dict[str, Any]) -> str:
    """The picture of a specification as SVG, without a browser or a network.

    Raises
    ------
    EngineMissing
        If vl-convert-python is not installed.
    """
    return _picture(json.dumps(spec))


@lru_cache(maxsize=512)
def _picture(spec: str) -> str:
    """Kept, since a page is made again while a study runs, most of its pictures unchanged."""
    svg: str = _converter().vegalite_to_svg(spec, show_warnings=False)
    return LONG_NUMBER.sub(lambda match: f"{float(match[0]):.1f}", NEEDLESS.sub("", svg))


def as_script(value: Any) -> str:
    """JSON that may stand within a script of a page, whatever text it holds."""
    text = json.dumps(
        _finite(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " ")


def _finite(value: Any) -> Any:
    """Numbers with six digits, as the table beside a figure has them; null for no number."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


@cache
def library() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script.

    Raises
    ------
    EngineMissing
        If vl-convert-python is not installed.
    """
    script: str = _converter().javascript_bundle()
    return script


@cache
def packed() -> str:
    """The same as base64 of its gzip, which is less than half as long; the page unpacks it."""
    return base64.b64encode(gzip.compress(library().encode(), 9, mtime=0)).decode()


def sigmas(claim: Claim) -> float | None:
    """How many standard errors lie between a claim and what theory says, with its sign."""
    if claim.effect is None or claim.error is None or not claim.error > 0:
        return None
    return claim.effect / claim.error


def bar(off: float) -> dict[str, float | bool]:
    """A bar of so many sigmas: where it begins and how long it is, in percent of its place."""
    length = min(abs(off), FULL_BAR) / FULL_BAR * 50
    return {
        "start": 50 - length if off < 0 else 50,
        "length": length,
        "cut": abs(off) > FULL_BAR,
    }


@cache
def _environment() -> Any:
    try:
        import jinja2
    except ImportError as error:
        raise EngineMissing(MISSING.format(name="jinja2")) from error
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_text),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"cell": cell, "sigmas": sigmas, "bar": bar}
    environment.tests["far"] = lambda off: off is not None and abs(off) > FAR
    environment.globals["concise"] = concise
    return environment


def _text(name: str) -> str:
    return (files("bathlab.report") / "templates" / name).read_text(encoding="utf-8")


@cache
def _converter() -> Any:
    try:
        import vl_convert
    except ImportError as error:
        raise EngineMissing(MISSING.format(name="vl-convert-python")) from error
    return vl_convert
