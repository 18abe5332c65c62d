"""``bathlab status``, ``export`` and ``repair``: what can be done with a store."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
import numpy as np
from tqdm import tqdm

from bathlab.ensemble.standing import Status, status
from bathlab.ensemble.store import failures
from bathlab.ensemble.store.reader import load, to_mend
from bathlab.ensemble.store.repairing import repair
from bathlab.workbench.voice import plain_errors

STORE = click.argument("store", type=click.Path(exists=True, file_okay=False, path_type=Path))
RUNNING = {
    True: "a process is adding rows",
    False: "no process is adding rows",
    None: "whether a process adds rows cannot be seen",
}


@click.command("status")
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


@click.command("export")
@STORE
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--columns", metavar="A,B,...", help="Only these columns, in this order.")
@click.option(
    "--circumstances", is_flag=True, help="Also how long each row took, where and when."
)
def export_command(store: Path, file: str, columns: str | None, circumstances: bool) -> None:
    """Write the rows to FILE as CSV (- for the screen), numbers with all digits, curves as
    JSON."""
    with plain_errors():
        names = columns.split(",") if columns else None
        table = load(store, names, circumstances)
    for name in table.columns:
        if table[name].map(lambda value: isinstance(value, np.ndarray)).any():
            table[name] = table[name].map(lambda value: json.dumps(list(value)))
    table.to_csv(sys.stdout if file == "-" else file, index=False)


@click.command("repair")
@STORE
def repair_command(store: Path) -> None:
    """Move damaged and foreign parts to set-aside/; the study's command computes them again."""
    with plain_errors():
        moved = repair(to_mend(store))
    for part in moved:
        click.echo(f"set aside: {part}")
    click.echo(f"{len(moved)} part(s) set aside; the others are intact.")
