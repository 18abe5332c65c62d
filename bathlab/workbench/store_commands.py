"""``bathlab status``, ``verify``, ``repair`` and ``merge``: what can be done with stores."""

from __future__ import annotations

from pathlib import Path

import click
import numpy as np
from tqdm import tqdm

from bathlab.ensemble.standing import Status, status
from bathlab.ensemble.store import failures
from bathlab.ensemble.store.merging import merge
from bathlab.ensemble.store.reader import to_mend
from bathlab.ensemble.store.repairing import repair
from bathlab.ensemble.verification import verify
from bathlab.workbench.paths import StorePath, UserPath
from bathlab.workbench.voice import plain_errors

STORE_PATH = StorePath(file_okay=False)
STORE = click.argument("store", type=STORE_PATH)
#: So many missing realisations are named.
MOST_SHOWN = 10
RUNNING = {
    True: "a process is adding rows",
    False: "no process is adding rows",
    None: "whether a process adds rows cannot be seen",
}


@click.command("status", short_help="Done, missing, failed, time left, means so far.")
@STORE
def status_command(store: Path) -> None:
    """Done, missing, failed, time left and means so far, also while the study runs."""
    with plain_errors():
        found = status(store)
    click.echo(f"{found.store}: {found.study}, seed {found.seed}; {RUNNING[found.running]}")
    click.echo(found.cases.to_string(index=False, float_format=lambda x: f"{x:.4g}", na_rep=""))
    if found.cases["missing"].any():
        click.echo(f"missing: {found.cases['missing'].sum()} realisations, {_time_left(found)}")
    if found.cases["failed"].any():
        click.echo(
            f"failed: {found.cases['failed'].sum()}; their tracebacks are in "
            f"{found.store / failures.FOLDER}, --retry-failed computes them again"
        )
    for column, values in found.mixed.items():
        click.echo(f"mixed: rows of {column} = {', '.join(values)}; last bits may differ")
    if found.has_mixed_code:
        click.echo("mixed: rows of different code; means over them mean different things")
        click.echo(found.codes.to_string(index=False))
    for fault in found.faults:
        click.echo(f"damaged: {fault}")
    if found.faults:
        raise click.ClickException(f"Run `bathlab repair {found.store}`, then the study again.")


def _time_left(found: Status) -> str:
    left = found.cases["left"].sum(skipna=False)
    if not np.isfinite(left):
        return "for some of which no row tells the time yet"
    time = f"about {tqdm.format_interval(left)} of one worker's time"
    if found.running and np.isfinite(left / found.pace):
        time += (
            f"; at the pace of the latest rows ({found.pace:.1f} workers) "
            f"{tqdm.format_interval(left / found.pace)}"
        )
    return time


@click.command("repair", short_help="Set damaged parts of a store aside.")
@STORE
def repair_command(store: Path) -> None:
    """Move damaged and foreign parts to set-aside/; the study's command computes them again."""
    with plain_errors():
        moved = repair(to_mend(store))
    for part in moved:
        click.echo(f"set aside: {part}")
    click.echo(f"{len(moved)} part(s) set aside; the others are intact.")


@click.command("verify", short_help="Count what is there, fail if anything is missing.")
@STORE
def verify_command(store: Path) -> None:
    """Count what is there; fail unless each wanted realisation is there once or recorded as
    failed, and no file is damaged."""
    with plain_errors():
        found = verify(store)
    click.echo(
        f"{found.store}: {found.wanted} realisations wanted, {found.stored} stored, "
        f"{found.failed} failed, {len(found.missing)} missing"
    )
    if found.more:
        click.echo(f"more than wanted: {found.more}")
    if found.copies:
        click.echo(f"stored twice, with equal rows: {found.copies}")
    for case, realisation in found.missing[:MOST_SHOWN]:
        click.echo(f"missing: realisation {realisation} of case {case!r}")
    if (left := len(found.missing) - MOST_SHOWN) > 0:
        click.echo(f"missing: and {left} more")
    for fault in found.faults:
        click.echo(f"damaged: {fault}")
    if found.faults:
        raise click.ClickException(f"Run `bathlab repair {found.store}`, then the study again.")
    if found.missing:
        raise click.ClickException("Run the study again: it computes what is missing.")


@click.command("merge", short_help="Put the rows of several stores into one.")
@click.argument("stores", nargs=-1, required=True, metavar="STORE OTHER...", type=STORE_PATH)
@click.option(
    "-o",
    "--output",
    type=UserPath(file_okay=False),
    metavar="OUT",
    help="A new store, or one of the study, for the rows of all.  [default: the first]",
)
@click.option("--accept-code", is_flag=True, help="Put rows of different code together.")
def merge_command(stores: tuple[Path, ...], output: Path | None, accept_code: bool) -> None:
    """Add the rows of the OTHER stores to the first; equal rows stand once, others are refused
    with both values."""
    with plain_errors():
        made = merge(*stores, into=output, accept_code=accept_code)
    click.echo(
        f"{made.store}: {made.added} realisations added, {made.copies} were there with equal "
        f"rows, {made.failures} failures added"
    )
