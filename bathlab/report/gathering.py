"""A report of a store or of the record beside a figure, gathered without drawing anything."""

from __future__ import annotations

import os
import warnings
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from bathlab.checks import as_flag, as_path, as_real
from bathlab.ensemble.standing import status
from bathlab.ensemble.store.contents import as_frame
from bathlab.ensemble.store.provenance import presented
from bathlab.ensemble.store.reader import Store, find_store
from bathlab.ensemble.store.specification import SPEC_FILE
from bathlab.report import provenance
from bathlab.report.answers import answers
from bathlab.report.contents import Panel, Report, Table
from bathlab.report.convergence import convergence
from bathlab.report.curves import MOST_PANELS, guessed, panels
from bathlab.report.health import health, standing
from bathlab.report.numbers import cell
from bathlab.report.parameters import nearest_preset, of_design, of_values
from bathlab.report.portraits import USUAL_G, portraits
from bathlab.report.size import MOST_CELLS
from bathlab.statistics.estimates import summarise
from bathlab.workbench.configuration import make, plain, to_toml
from bathlab.workbench.record import Record
from bathlab.workbench.request import restored, stored
from bathlab.workbench.running import found, outcomes
from bathlab.workbench.script import Script
from bathlab.workbench.study_commands import find_script


def report_of(
    path: str | os.PathLike[str],
    target_error: float | None = None,
    baths: bool = True,
    empty: bool = False,
) -> Report:
    """What there is to say of a store, or of the record that a study wrote beside its figure.

    Parameters
    ----------
    path : path
        The folder of a store, or the JSON file of a record. A store needs no study: of one
        that a script of its own made, or whose study is gone, it tells rows, health and
        provenance.
    target_error : float or None
        A standard error of the watched mean; the report says how many realisations reach it.
        If it is not given, that which the run was given, if any.
    baths : bool
        Whether the baths of the study are drawn once and shown.
    empty : bool
        Whether a store without rows is reported on too, as one that has just begun.

    Returns
    -------
    Report
        Frozen plain data.

    Raises
    ------
    ValueError
        If there is no store and no record, the store holds no row, or the target is not
        positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> from bathlab.report import html_of, report_of
    >>> def top_level(bath, seed, realisation):
    ...     return [{"E_max": bath.sample(seed, realisation).energies[-1]}]
    >>> case = bl.Case("5 spins", bl.RandomMatrixBath(spins=5, bandwidth=4.0), realisations=6)
    >>> study = bl.Study("edges", top_level, [case], watch="E_max")
    >>> rows = bl.run(study, "store", progress=False)
    >>> report = report_of("store")
    >>> print(report.study, report.data.columns)
    edges ('case', 'E_max', 'E_max_error', 'realisations')
    """
    place = as_path(path)
    baths, empty = as_flag("baths", baths), as_flag("empty", empty)
    if target_error is not None:
        target_error = as_real("target_error", target_error, above=0)
    if place.is_file():
        return _of_record(place, baths)
    return _of_store(find_store(place), target_error, baths, empty)


def _of_store(path: Path, target: float | None, baths: bool, empty: bool) -> Report:
    store, now = Store(path), status(path)
    table = as_frame(store.contents().tables)
    if table.empty and not empty:
        raise ValueError(
            f"The store {path} holds no rows yet; expected at least one. Wait for the study "
            "that fills it, with --live, or run it."
        )
    script, asked, notes = _study_of(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if script is not None and table.empty:
            report = _begun(script, asked, notes)
        elif script is not None:
            report = _told(script, asked, presented(table), notes)
        else:
            report = _untold(now.study, store.spec["watch"], table, notes)
    done = {(row[0], row[1]) for row in table[["case", "realisation"]].to_numpy().tolist()}
    failed = [
        record
        for record in store.failures()
        if (record["case"], record["realisation"]) not in done
    ]
    if target is None and asked is not None:
        target = asked.target_error
    drawn, settling = convergence(table, store.spec["watch"], target)
    report = replace(
        report,
        source=str(path),
        standing=standing(now),
        health=health(now, table, failed, caught),
        convergence=drawn,
        convergence_table=settling,
        provenance=(("seed", str(now.seed)), *provenance.of_rows(table)),
    )
    return _with_baths(report, script, asked.parameters) if script and baths else report


def _study_of(path: Path) -> tuple[Script[Any] | None, Any, list[str]]:
    """The study of a store and how it was asked for, or why they are not known."""
    try:
        script = find_script(stored(path)["script"])
        return script, restored(script, path, None), []
    except Exception as error:  # a script of a user's own may raise anything
        return None, None, [f"No claims and parameters: {error}"]


def _begun(script: Script[Any], asked: Any, notes: list[str]) -> Report:
    """A store without rows: what is asked, of which nothing has come out yet."""
    words = ("No row yet.", *notes)
    told = _of_script(script, _plain(asked))
    return Report(script.name, source="", **told, command=asked.command, notes=words)


def _told(script: Script[Any], asked: Any, table: pd.DataFrame, notes: list[str]) -> Report:
    """What the study says of its rows; of some of them only, what it can."""
    points = list(outcomes(script, asked, table))
    try:
        record, data = found(script, asked, points)
    except Exception as error:  # averages and claims may need cases that are yet to come
        words = f"No claims yet: {type(error).__name__}: {error}"
        report = _untold(script.name, script.watch, table, [*notes, words])
        told = _of_script(script, _plain(asked))
        with suppress(Exception):
            data = pd.concat([script.tidy(outcome) for _, outcome in points])
            told |= {"panels": _drawn(script, data)[0], "data": _table(data)}
        return replace(report, **told, command=asked.command)
    return _recorded(script, record, data, notes)


def _plain(asked: Any) -> dict[str, Any]:
    return {**plain(asked.parameters), **{f"sweep of {k}": v for k, v in asked.sweep.items()}}


def _untold(study: str, watch: str, table: pd.DataFrame, notes: list[str]) -> Report:
    """A store whose study is not known: means of the watched column, case by case."""
    data = pd.DataFrame()
    if watch in table and len(table):
        kept = table[pd.to_numeric(table[watch], errors="coerce").notna()]
        if len(kept):
            data = summarise(kept, ["case"], [watch])
    question = f"Rows of {study}"
    return Report(study, question, "", data=_table(data), notes=tuple(notes))


def _of_record(path: Path, baths: bool) -> Report:
    record = Record.read(path)
    notes = ["Made from the record beside a figure, which keeps no rows."]
    beside = path.with_suffix(".csv")
    data = pd.read_csv(beside) if beside.exists() else pd.DataFrame()
    if data.empty:
        notes.append(f"No curve: {beside.name} is not there or empty.")
    try:
        script = find_script(record.study)
    except Exception as error:
        notes.append(f"No descriptions of parameters: {error}")
        script = None
    report = replace(
        _recorded(script, record, data, notes),
        source=str(path),
        provenance=provenance.of_version(record.version),
    )
    if script is None or not baths:
        return report
    try:
        parameters = make(script.kind, record.parameters, str(path))
    except ValueError as error:
        return replace(report, notes=(*report.notes, f"No baths: {error}"))
    return _with_baths(report, script, parameters)


def _recorded(
    script: Script[Any] | None, record: Record, data: pd.DataFrame, notes: list[str]
) -> Report:
    """What a record and its data say, whether they were just made or lie beside a figure."""
    values = {**record.parameters, **{f"sweep of {k}": v for k, v in record.sweep.items()}}
    drawn, said = _drawn(script, data)
    return Report(
        study=record.study,
        source="",
        **_of_script(script, values),
        answers=answers(record.claims, _cases(script, record), data),
        panels=drawn,
        claims=record.claims,
        data=_table(data),
        command=record.command,
        notes=(*notes, *said),
    )


def _cases(script: Script[Any] | None, record: Record) -> list[str]:
    """Names of the cases of a record, as far as its study still takes its parameters."""
    if script is None or record.sweep:
        return []
    try:
        parameters = make(script.kind, record.parameters, "the record")
        return [case.name for case in script.build(parameters).cases]
    except ValueError:
        return []


def _of_script(script: Script[Any] | None, values: dict[str, Any]) -> dict[str, Any]:
    """Question, parameters and their TOML, as fields of a report."""
    if script is None:
        return {"question": "", "parameters": of_values(values)}
    question, _, text = script.question.strip().partition("\n")
    known = {k: v for k, v in values.items() if k in script.kind.model_fields}
    try:
        toml = to_toml(make(script.kind, known, "the record"))
    except ValueError:
        toml = ""  # of an older version of the study
    return {
        "question": question,
        "text": text.strip(),
        "parameters": of_design(script, values),
        "preset": nearest_preset(script, known),
        "toml": toml,
    }


def _drawn(
    script: Script[Any] | None, data: pd.DataFrame
) -> tuple[tuple[Panel, ...], list[str]]:
    """The curve that the study names, or one guessed from the columns."""
    said = script.curves if script is not None else ()
    named = [curve for curve in said if all(name in data for name in curve.columns)]
    found = [panel for curve in named for panel in panels(data, curve)]
    if found:
        return tuple(found[:MOST_PANELS]), []
    guess = guessed(data, script.watch if script is not None else "")
    if guess is None:
        return (), []
    words = "Columns of the curve were chosen by their names: the study does not say which."
    return panels(data, guess), [words]


def _with_baths(report: Report, script: Script[Any], parameters: Any) -> Report:
    try:
        study = script.build(parameters)
    except ValueError as error:
        return replace(report, notes=(*report.notes, f"No baths: {error}"))
    g = getattr(parameters, "g1", USUAL_G)
    return replace(report, baths=portraits(study, g if isinstance(g, float) else USUAL_G))


def _table(data: pd.DataFrame) -> Table:
    """The data, as many rows as a page holds."""
    most = max(1, MOST_CELLS // max(1, len(data.columns)))
    rows = tuple(
        tuple(map(cell, row)) for row in data.head(most).itertuples(index=False, name=None)
    )
    return Table(tuple(map(str, data.columns)), rows, max(0, len(data) - most))


def records_in(folder: Path) -> list[Path]:
    """The records of studies in a folder, by name."""
    return sorted(path for path in folder.glob("*.json") if _is_record(path))


def is_store(path: Path) -> bool:
    """Whether there is a store, or a folder with one in it."""
    return (path / SPEC_FILE).exists() or any(path.glob(f"*/{SPEC_FILE}"))


def _is_record(path: Path) -> bool:
    try:
        Record.read(path)
    except ValueError:
        return False
    return True
