"""The command ``bathlab``."""

from __future__ import annotations

import dataclasses
import hashlib
import signal
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Generic, Iterator, Mapping, TypeVar

import click
import pandas as pd
import psutil

from bathlab.ensemble.runner import run
from bathlab.ensemble.study import Study
from bathlab.errors import FailedRealisations
from bathlab.version import version
from bathlab.workbench.configuration import override, to_toml, update
from bathlab.workbench.store_commands import export_command, repair_command, status_command
from bathlab.workbench.study_commands import (
    list_command,
    new_command,
    plot_command,
    run_command,
)

P = TypeVar("P")
#: Values of a parameter longer than this are named by a digest in the name of a folder.
LONGEST_NAME = 12
FILE = click.Path(dir_okay=False, path_type=Path)
WIDE = {"max_content_width": 100, "help_option_names": ["-h", "--help"]}


@dataclass(frozen=True)
class Request(Generic[P]):
    """What a study script is to draw: its parameters, where the picture goes, where the rows
    are, and the command that makes it again."""

    parameters: P
    figure: Path
    store: Path
    command: str

    def keep(self, data: pd.DataFrame, claims: str) -> None:
        """Write data, claims and parameters beside the picture, and say so."""
        data.to_csv(self.figure.with_suffix(".csv"), index=False, float_format="%.6g")
        self.figure.with_suffix(".txt").write_text(
            f"{self.command}  (bathlab {version()})\n\n{claims}\n"
        )
        self.figure.with_suffix(".toml").write_text(
            f"# Parameters of {self.figure.name}: give this file to --config.\n"
            + to_toml(self.parameters)
        )
        click.echo(claims)
        click.echo(
            f"\nrows: {self.store}   figure: {self.figure} (.pdf, data .csv, this table "
            ".txt, parameters .toml)"
        )


Draw = Callable[[pd.DataFrame, Request[P]], None]


def study_command(
    name: str, presets: Mapping[str, P], build: Callable[[P], Study], help: str
) -> Callable[[Draw[P]], click.Command]:
    """Make a click command of a study from the function that draws its table.

    ``presets`` are frozen dataclasses with the fields ``realisations`` (one number per case)
    and ``seed`` among others; ``build`` makes the study of one.
    """

    def decorate(draw: Draw[P]) -> click.Command:
        def call(
            preset: str,
            config: Path | None,
            settings: tuple[str, ...],
            realisations: int | None,
            seed: int | None,
            store: Path | None,
            figure: Path,
            print_config: bool,
            **how: Any,
        ) -> None:
            with _plain_errors():
                parameters = (
                    presets[preset] if config is None else update(presets[preset], config)
                )
                parameters = override(parameters, settings)
                if realisations is not None:
                    every = (realisations,) * len(getattr(parameters, "realisations"))
                    parameters = _replaced(parameters, realisations=every)
                if seed is not None:
                    parameters = _replaced(parameters, seed=seed)
                if print_config:
                    click.echo(to_toml(parameters), nl=False)
                    return
                folder = store or Path("results") / name / _folder(presets, preset, parameters)
                study = build(parameters)
                command = _command(name, preset, presets, parameters, how["target_error"])
                request = Request(parameters, figure, folder, command)
                failed = _run_and_draw(study, folder, how, lambda table: draw(table, request))
            if failed:
                raise click.ClickException(failed)

        for option in reversed(_options(name, list(presets))):
            call = option(call)
        return click.command(help=help, context_settings=WIDE)(call)

    return decorate


def _options(name: str, presets: list[str]) -> list[Callable[..., Any]]:
    return [
        click.option(
            "--preset",
            type=click.Choice(presets),
            default="default",
            show_default=True,
            help="How large: quick in two minutes, default in half an hour, paper with "
            "the paper's own numbers of realisations.",
        ),
        click.option(
            "--config",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help="TOML file of parameters; those that it leaves out are "
            "the preset's. --print-config writes one to begin with.",
        ),
        click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="KEY=VALUE",
            help="One parameter, the value in TOML: --set alpha=0.7. Can be repeated.",
        ),
        click.option(
            "--realisations",
            type=click.IntRange(min=1),
            metavar="N",
            help="Disorder realisations of every case, instead of the preset's. Those "
            "already in the store are not computed again.",
        ),
        click.option(
            "--target-error",
            type=click.FloatRange(min=0, min_open=True),
            metavar="E",
            help="Go on with more realisations until the standard error of every mean "
            "of the watched column is E or less.",
        ),
        click.option(
            "--seed",
            type=click.IntRange(min=0),
            metavar="S",
            help="Seed of all disorder.  [default: the preset's, 1]",
        ),
        click.option(
            "--workers",
            type=click.IntRange(min=1),
            metavar="W",
            default=psutil.cpu_count(logical=False) or 1,
            show_default=True,
            help="Local processes, each on one BLAS thread. Changes no result.",
        ),
        click.option(
            "--cluster",
            metavar="tcp://HOST:PORT",
            help="Compute on the workers of this Dask scheduler instead. Changes no result.",
        ),
        click.option(
            "--retry-failed",
            is_flag=True,
            help="Compute realisations again that raised in an earlier run.",
        ),
        click.option(
            "--store",
            type=click.Path(path_type=Path),
            metavar="DIR",
            help=f"Folder of the rows, extended if it holds this study.  [default: "
            f"results/{name}/PRESET, with what --config and --set changed in its name]",
        ),
        click.option(
            "--figure",
            type=FILE,
            metavar="FILE",
            default=Path("figures") / f"{name}.png",
            show_default=True,
            help="Picture to write, as PNG and PDF, with its data (CSV), its parameters "
            "(TOML) and the table of claims (TXT) beside it.",
        ),
        click.option(
            "--print-config", is_flag=True, help="Print the parameters as TOML and stop."
        ),
    ]


def _run_and_draw(
    study: Study, folder: Path, how: dict[str, Any], draw: Callable[[pd.DataFrame], None]
) -> str:
    """Run and draw; a word on the realisations that raised, if any did."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = run(study, folder, **how)
    failed = ""
    for warning in caught:
        if issubclass(warning.category, FailedRealisations):
            failed = str(warning.message)
        else:
            warnings.warn(warning.message, stacklevel=2)
    lacking = [case.name for case in study.cases if case.name not in set(table["case"])]
    if lacking:
        raise click.ClickException(f"No row of {lacking}: nothing is drawn. {failed}")
    draw(table)
    return failed


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Errors and warnings in a plain voice; SIGTERM (a batch system's time limit) as Ctrl-C."""
    before, formatted = None, warnings.formatwarning
    warnings.formatwarning = _plain_warning
    if threading.current_thread() is threading.main_thread():
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except (ValueError, RuntimeError) as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        raise click.ClickException(
            "Interrupted. Finished realisations are in the store; "
            "the same command goes on from there."
        ) from None
    finally:
        warnings.formatwarning = formatted
        if before is not None:
            signal.signal(signal.SIGTERM, before)


def _plain_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    line: str | None = None,
) -> str:
    """Without the line of code, which says nothing to who runs a study."""
    return f"{category.__name__}: {message}\n"


def _replaced(parameters: P, **changes: Any) -> P:
    return dataclasses.replace(parameters, **changes)  # type: ignore[type-var]


def _changes(base: Any, parameters: Any) -> dict[str, Any]:
    """Fields that decide the rows and differ from those of ``base``."""
    return {
        field.name: getattr(parameters, field.name)
        for field in dataclasses.fields(base)
        if field.name != "realisations"
        and getattr(base, field.name) != getattr(parameters, field.name)
    }


def _folder(presets: Mapping[str, P], preset: str, parameters: P) -> str:
    """The first preset with the same rows, else this one with what differs from it."""
    same = [name for name, base in presets.items() if not _changes(base, parameters)]
    if same:
        return same[0]
    parts = [preset]
    for key, value in _changes(presets[preset], parameters).items():
        text = str(value)
        if len(text) > LONGEST_NAME or not text.replace(".", "").replace("-", "").isalnum():
            text = hashlib.sha256(repr(value).encode()).hexdigest()[:8]
        parts.append(f"{key}={text}")
    return "-".join(parts)


def _command(
    name: str, preset: str, presets: Mapping[str, P], parameters: P, target_error: float | None
) -> str:
    """A command that repeats the study: from the preset if nothing differs, else from the
    TOML."""
    source = f"--preset {preset}" if parameters == presets[preset] else f"--config {name}.toml"
    until = f" --target-error {target_error}" if target_error else ""
    return f"python studies/{name}.py {source}{until}"


def _say_version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"bathlab {version()}")
        context.exit()


@click.group(context_settings=WIDE)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and stop.",
)
def main() -> None:
    """bathlab's studies and their stores."""


for command in (
    list_command,
    run_command,
    new_command,
    plot_command,
    status_command,
    export_command,
    repair_command,
):
    main.add_command(command)
