"""The command line that every study shares."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Callable, Sequence

import click
import psutil


def study_options(name: str, presets: Sequence[str]) -> Callable[[Callable[..., Any]], Any]:
    """Give a click command the common flags of a study, and its ValueErrors a plain voice.

    The decorated function receives preset, realisations (None: the preset's), workers, seed,
    store (None: the study decides) and figure.
    """
    options = [
        click.option("--preset", type=click.Choice(list(presets)), default="default",
                     show_default=True, help="How large: quick in two minutes, default in half an "
                     "hour, paper with the paper's own numbers of realisations."),
        click.option("--realisations", type=click.IntRange(min=1), metavar="N",
                     help="Disorder realisations of every case, instead of the preset's. Those "
                     "already in the store are not computed again."),
        click.option("--workers", type=click.IntRange(min=1), metavar="W",
                     default=psutil.cpu_count(logical=False) or 1, show_default=True,
                     help="Local processes, each on one BLAS thread. Changes no result."),
        click.option("--seed", type=click.IntRange(min=0), metavar="S", default=1,
                     show_default=True, help="Seed of all disorder."),
        click.option("--store", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
                     help=f"Folder of the rows, extended if it holds this study.  [default: "
                     f"results/{name}/GRID, one for each grid of parameters]"),
        click.option("--figure", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
                     default=Path("figures") / f"{name}.png", show_default=True,
                     help="Picture to write, as PNG and PDF, with its data (CSV) and the table of "
                     "claims (TXT) beside it."),
    ]

    def decorate(function: Callable[..., Any]) -> Any:
        @functools.wraps(function)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except ValueError as error:
                raise click.ClickException(str(error)) from error
            except KeyboardInterrupt:
                raise click.ClickException("Interrupted. Finished realisations are in the store; "
                                           "the same command goes on from there.") from None
        for option in reversed(options):
            guarded = option(guarded)
        return guarded
    return decorate
