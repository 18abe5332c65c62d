"""Run a study, draw it, and keep what belongs to the picture."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Iterator, Mapping

import click
import pandas as pd

import bathlab
from bathlab.ensemble.engines import Where
from bathlab.ensemble.realisation import ship
from bathlab.ensemble.runner import run
from bathlab.ensemble.store import files
from bathlab.ensemble.store.reader import load
from bathlab.ensemble.store.specification import SPEC_FILE, written
from bathlab.ensemble.store.writer import writing
from bathlab.ensemble.study import Study
from bathlab.errors import FailedRealisations, warn
from bathlab.plotting.figures import figure as new_figure
from bathlab.workbench.configuration import plain, to_toml, with_values
from bathlab.workbench.design import Design, Outcome, P
from bathlab.workbench.flags import Flags
from bathlab.workbench.places import HEADING
from bathlab.workbench.record import Record
from bathlab.workbench.request import Request, request
from bathlab.workbench.sweeps import Point, grid, in_words, name_at, sweep


def perform(design: Design[P], flags: Flags[P]) -> None:
    """Compute what the store lacks, draw everything, and keep data, claims and parameters.

    Raises
    ------
    click.ClickException
        If realisations raised; the others are drawn.
    """
    asked = request(design, flags)
    study = (
        sweep(design.build, flags.parameters, **flags.sweep)
        if flags.sweep
        else design.build(flags.parameters)
    )
    _begin(study, asked, flags.how)
    try:
        table, failed = _run(study, asked.store, flags.how)
    except ValueError:  # perhaps since the store is another study's
        raise
    except BaseException:
        asked.keep()
        raise
    asked.keep()
    lacking = [case.name for case in study.cases if case.name not in set(table["case"])]
    if lacking:
        raise click.ClickException(f"No row of {lacking}: nothing is drawn. {failed}")
    show(design, asked, table)
    if failed:
        raise click.ClickException(failed)


def draw_again(design: Design[P], asked: Request[P]) -> None:
    """Draw what the store holds, without computing anything.

    Raises
    ------
    ValueError
        If it holds no row.
    """
    table = load(asked.store)
    if table.empty:
        raise ValueError(
            f"{asked.store} holds no row; expected some. Run {asked.command} first."
        )
    show(design, asked, table)


def show(design: Design[P], asked: Request[P], table: pd.DataFrame) -> None:
    """Draw the rows, print the claims, and write everything beside the picture."""
    points = list(outcomes(design, asked, table))
    with new_figure(asked.figure, *(design.size or ())) as figure:
        if asked.sweep:
            _draw_sweep(figure.subplots(), design, asked, points)
        else:
            design.panels(figure, points[0][1])
        keep(asked, *found(design, asked, points))  # the record first, by which it is known
    click.echo(
        f"rows: {asked.store}   figure: {asked.figure} (.pdf, data .csv, claims .json and "
        f".txt, parameters {_told(asked)})"
    )


def _told(asked: Request[Any]) -> str:
    """The file of parameters, by its ending if it bears the name of the figure."""
    usual = asked.figure.with_suffix(asked.record.suffix)
    return asked.record.suffix if asked.record == usual else str(asked.record)


def found(
    design: Design[P], asked: Request[P], points: list[tuple[Point, Outcome[P]]]
) -> tuple[Record, pd.DataFrame]:
    """The record and the data of a figure."""
    data = [design.tidy(outcome).assign(**point) for point, outcome in points]
    claims = [
        claim.at(in_words(point))
        for point, outcome in points
        for claim in design.claims(outcome)
    ]
    record = Record(
        design.name,
        asked.command,
        bathlab.__version__,
        plain(asked.parameters),
        tuple(claims),
        asked.sweep,
    )
    return record, pd.concat(data, ignore_index=True)


def keep(asked: Request[Any], record: Record, data: pd.DataFrame) -> None:
    """Write record, data, claims and parameters beside the picture, and print the claims."""
    picture = asked.figure
    picture.parent.mkdir(parents=True, exist_ok=True)
    record.write(picture.with_suffix(".json"))
    data.to_csv(picture.with_suffix(".csv"), index=False, float_format="%.6g")
    picture.with_suffix(".txt").write_text(record.text, encoding="utf-8")
    asked.record.write_text(
        f"{HEADING}{picture.name}: give this file to --config.\n" + to_toml(asked.parameters),
        encoding="utf-8",
    )
    if record.claims:
        click.echo(record.table + "\n")


def _begin(study: Study, asked: Request[Any], how: Mapping[str, Any]) -> None:
    """Make a store that is new, with the request in it from before its first row on: by that a
    report tells what a running study is about. Raises ValueError as :func:`bathlab.run`."""
    if files.is_lost(asked.store / SPEC_FILE):
        Where(how["workers"], how["cluster"], how["timeout"])
        written(study), ship(study, study.cases[0])  # or refused, before there is a folder
        with writing(asked.store, study):
            asked.keep()


def _run(study: Study, store: Path, how: Mapping[str, Any]) -> tuple[pd.DataFrame, str]:
    """The rows, and a word on the realisations that raised, if any did."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        failed = ""
        try:
            table = run(study, store, **how)
        except FailedRealisations as error:
            table, failed = error.table, str(error)
    for warning in caught:
        if issubclass(warning.category, FailedRealisations):
            failed = str(warning.message)
        else:
            warn(warning.message)
    return table, failed


def outcomes(
    design: Design[P], asked: Request[P], table: pd.DataFrame
) -> Iterator[tuple[Point, Outcome[P]]]:
    """The outcome at each point of the sweep, its cases under their own names; without a sweep
    the only one."""
    for point in grid(asked.sweep):
        parameters = with_values(asked.parameters, point, in_words(point))
        names = {
            name_at(case.name, point): case.name for case in design.build(parameters).cases
        }
        order = list(names)
        rows = table[table["case"].isin(order)].sort_values(
            "case", key=lambda column: column.map(order.index), kind="stable", ignore_index=True
        )
        yield point, design.outcome(rows.assign(case=rows["case"].map(names)), parameters)


def _draw_sweep(
    axes: Any, design: Design[P], asked: Request[P], points: list[tuple[Point, Outcome[P]]]
) -> None:
    """The watched column against the first swept parameter; a curve for each case, and for
    each value of the others."""
    from bathlab.plotting.panels import sweep_panel  # by seaborn, slow to load

    first, *others = asked.sweep
    rows = pd.concat(
        [
            outcome.table[["case", "realisation", design.watch]].assign(
                at=[point[first]] * len(outcome.table),
                curve=outcome.table["case"] + _suffix({key: point[key] for key in others}),
            )
            for point, outcome in points
        ]
    )
    sweep_panel(axes, rows, "at", design.watch, by="curve")
    axes.set(xlabel=first)


def _suffix(point: Point) -> str:
    return f", {in_words(point)}" if point else ""
