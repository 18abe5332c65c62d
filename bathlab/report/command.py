"""``bathlab report``: stores and records as a page to open."""

from __future__ import annotations

import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable, Sequence

import click

from bathlab.checks import as_path
from bathlab.ensemble.store import files
from bathlab.ensemble.store.specification import SPEC_FILE
from bathlab.report.contents import Report
from bathlab.report.gathering import is_store, records_in, report_of
from bathlab.report.page import html_of
from bathlab.workbench.flags import WIDE
from bathlab.workbench.paths import StorePath, UserPath
from bathlab.workbench.voice import plain_errors

#: Seconds between two pages of --live unless it says how many.
USUAL_SECONDS = 10
ENDINGS = (".html", ".htm")


@click.command(
    "report", context_settings=WIDE, short_help="Make a page of a store, to open in a browser."
)
@click.argument("stores", nargs=-1, required=True, metavar="STORE...", type=StorePath())
@click.option(
    "-o",
    "--output",
    type=UserPath(dir_okay=False),
    default="report.html",
    show_default=True,
    metavar="FILE",
    help="The page to write.",
)
@click.option(
    "--live",
    is_flag=False,
    flag_value=USUAL_SECONDS,
    type=click.IntRange(min=1),
    metavar="[SECONDS]",
    help="Write it again every so many seconds while a process adds rows, for an open page "
    f"that loads itself again; ends with the run, or by Ctrl-C.  [SECONDS: {USUAL_SECONDS}]",
)
@click.option(
    "--target-error",
    type=float,
    metavar="ERROR",
    help="Say how many realisations give the watched mean this standard error.",
)
@click.option("--no-baths", is_flag=True, help="Draw no bath, which can take seconds.")
def report_command(
    stores: tuple[Path, ...],
    output: Path,
    live: int | None,
    target_error: float | None,
    no_baths: bool,
) -> None:
    """Make a page of each STORE, in one file that works without a network.

    A STORE is the folder of a store, the record that a study wrote beside its figure
    (figures/NAME.json), or a folder of such records. The page tells what comes out case by
    case, has the curve to point at, claims, parameters, baths, convergence, health, where the
    numbers come from and how to cite them.

    \b
        bathlab run thermalisation_curve --preset quick --workers 2
        bathlab report results/thermalisation_curve/quick -o report.html
        bathlab report figures/thermalisation_curve.json figures/bath_growth.json
        bathlab report results/thermalisation_curve/quick --live 5
    """
    with plain_errors():
        places = [place for store in stores for place in expanded(store)]
        target = writable(output)

        def gather() -> list[Report]:
            return [
                report_of(place, target_error, not no_baths, empty=live is not None)
                for place in places
            ]

        if live is None:
            reports = gather()
            write(target, reports)
            click.echo(f"{output}: {said(reports)}. Open it in any browser.")
        else:
            follow(gather, target, live, click.echo)


def expanded(place: Path) -> list[Path]:
    """The stores and records that a path stands for.

    Raises
    ------
    ValueError
        If it is neither a store nor a record nor a folder of records.
    """
    if place.is_file() or is_store(place):
        return [place]
    if records := records_in(place):
        return records
    raise ValueError(
        f"{place} was given; expected a store (a folder with {SPEC_FILE}), the record beside a "
        "figure (.json), or a folder of such records. `bathlab run NAME` makes a store, and "
        "says where."
    )


def writable(output: Path) -> Path:
    """Where the page goes, if it can.

    Raises
    ------
    ValueError
        If it is no HTML file, lies within a store, or its folder is not there or may not be
        written.
    """
    if output.suffix.lower() not in ENDINGS:
        raise ValueError(
            f"--output {output} was given; expected a file ending in {' or '.join(ENDINGS)}. "
            "Write for example -o report.html."
        )
    target = as_path(output)
    folder = target.parent
    if not folder.is_dir():
        raise ValueError(
            f"--output {output} was given, but there is no folder {folder}; expected one. Make "
            "it first."
        )
    for above in target.parents:
        if (above / SPEC_FILE).exists():
            raise ValueError(
                f"--output {output} was given, which is within the store {above}; expected a "
                "place outside of it, whose files belong to the study. Choose another folder."
            )
    try:
        with tempfile.TemporaryFile(dir=folder):
            return target
    except OSError as error:
        raise _unwritable(output, error) from None


def _unwritable(output: Path, error: OSError) -> ValueError:
    return ValueError(
        f"{output} cannot be written: {error.strerror or error}. Expected a place where this "
        "user may write. Make room, give permission, or choose another place."
    )


def write(target: Path, reports: Sequence[Report], reload: int | None = None) -> None:
    """Write the page of some reports, whole or not at all; ValueError if it cannot be."""
    made = f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M:%S} UTC"
    content = html_of(reports, reload, made=made).encode()
    try:
        files.write_atomically(target, content)
    except OSError as error:
        raise _unwritable(target, error) from None


def follow(
    gather: Callable[[], list[Report]],
    target: Path,
    seconds: int,
    say: Callable[[str], None],
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Write the page again and again until no process adds rows or nothing is missing; the
    last one does not load itself again."""
    say(f"{target}: open it; it loads itself again every {seconds} s. Ctrl-C ends this.")
    while True:
        reports = gather()
        going = any(is_going(report) for report in reports)
        write(target, reports, seconds if going else None)
        if not going:
            say(f"{target}: {said(reports)}; no process adds rows, this is the last page.")
            return
        wait(seconds)


def is_going(report: Report) -> bool:
    """Whether more rows can be expected."""
    standing = report.standing
    return standing is not None and standing.running is not False and not standing.complete


def said(reports: Sequence[Report]) -> str:
    """How much a page tells, in a few words."""
    claims = sum(len(report.claims) for report in reports)
    names = ", ".join(report.study for report in reports[:3])
    more = f" and {len(reports) - 3} more" if len(reports) > 3 else ""
    return f"report of {names}{more}, {claims} claims"
