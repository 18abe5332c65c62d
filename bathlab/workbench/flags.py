"""The flags that all studies share, and one for each parameter of a study."""

from __future__ import annotations

import inspect
import json
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Generic, Mapping, TypeVar

import click
import psutil

from bathlab.ensemble.engines import CLUSTER_WAIT
from bathlab.statistics.stopping import FIRST_CHECKPOINT, MOST_REALISATIONS
from bathlab.workbench.configuration import (
    field_types,
    override,
    schema,
    to_toml,
    toml_value,
    update,
    with_values,
)
from bathlab.workbench.parameters import COUNTS, Parameters, explained, fields
from bathlab.workbench.paths import UserPath, as_utf8
from bathlab.workbench.sweeps import parse
from bathlab.workbench.voice import plain_errors, spoken

P = TypeVar("P", bound=Parameters)
FILE = UserPath(dir_okay=False)
WIDE = {"max_content_width": 100, "help_option_names": ["-h", "--help"]}
#: How the value of a flag is named in ``--help``, by type of the parameter.
METAVARS = {bool: "TRUE|FALSE", int: "INTEGER", float: "NUMBER", str: "TEXT"}


@dataclass(frozen=True)
class Flags(Generic[P]):
    """What a command line asks for.

    Attributes
    ----------
    preset
        name of the preset that the parameters start from.
    parameters
        those to run, of all flags together.
    sweep
        the values of each swept parameter.
    config
        the user's file of parameters, which is never written.
    store, figure
        where rows and picture go, None where the usual place will do.
    how
        arguments of :func:`bathlab.run`, which change no row.
    """

    preset: str
    parameters: P
    sweep: Mapping[str, list[Any]]
    config: Path | None
    store: Path | None
    figure: Path | None
    how: Mapping[str, Any]


def study_command(
    name: str,
    question: str,
    presets: Mapping[str, P],
    call: Callable[[Flags[P]], None],
) -> click.Command:
    """The command line of a study, which hands to ``call`` what it is asked for.

    Raises
    ------
    ValueError
        If a parameter is called like a flag that all studies share.
    """
    kind = type(presets["default"])
    own = {key: field for key, field in fields(kind).items() if key not in COUNTS}
    shared = _shared(name, list(presets))
    if taken := sorted({option.name for option in shared} & set(own)):
        raise ValueError(
            f"Parameters called {taken} were given; expected other names than those of the "
            "flags that all studies share. Rename them."
        )

    def run(
        preset: str, print_config: bool, print_schema: bool, verbose: bool, **given: Any
    ) -> None:
        with plain_errors(), spoken(verbose):
            flags = _flags(preset, presets[preset], own, given)
            if print_config:
                click.echo(to_toml(flags.parameters).encode(), nl=False)  # TOML is UTF-8
            elif print_schema:
                click.echo(json.dumps(schema(kind), indent=2))
            else:
                call(flags)

    types = field_types(kind)
    options = [_parameter_option(key, types[key], explained(own[key])) for key in own]
    return click.Command(
        name,
        callback=run,
        params=[*shared, *options],
        help=as_written(question.replace(f"python studies/{name}.py", f"bathlab run {name}")),
        context_settings=WIDE,
    )


def as_written(text: str) -> str:
    """A text for --help whose indented paragraphs, commands, keep their lines."""
    parts = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(f"\b\n{part}" if part.startswith(" ") else part for part in parts)


def _flags(
    preset: str, start: P, own: typing.Collection[str], given: dict[str, Any]
) -> Flags[P]:
    """Presets, file, settings and flags, each in the place of what comes before."""
    config, settings, sweep, store, figure = (
        given.pop(key) for key in ("config", "settings", "sweep", "store", "figure")
    )
    parameters = start if config is None else update(start, config)
    parameters = override(parameters, map(as_utf8, settings))
    types = field_types(type(start))
    named = {
        key: flag_value(types[key], as_utf8(text))
        for key in own
        if (text := given.pop(key)) is not None
    }
    parameters = with_values(parameters, named, " ".join(f"--{key}" for key in named))
    realisations, seed = given.pop("realisations"), given.pop("seed")
    if realisations is not None:
        every = (realisations,) * len(getattr(parameters, "realisations"))
        parameters = parameters.replace(realisations=every)
    if seed is not None:
        parameters = parameters.replace(seed=seed)
    return Flags(preset, parameters, parse(map(as_utf8, sweep)), config, store, figure, given)


def flag_value(annotation: Any, word: str) -> Any:
    """The value of a parameter's flag: TOML, of a list also without its brackets."""
    text = as_utf8(word)
    if _metavar(annotation) == METAVARS[str]:
        return text
    if typing.get_origin(annotation) is tuple and not text.lstrip().startswith("["):
        text = f"[{text}]"
    return toml_value(text)


def _parameter_option(key: str, annotation: Any, help: str) -> click.Option:
    return click.Option(
        [f"--{key.replace('_', '-')}", key], metavar=_metavar(annotation), help=help
    )


def _metavar(annotation: Any) -> str:
    parts = typing.get_args(annotation)
    if typing.get_origin(annotation) is tuple and parts[0] in METAVARS:
        return f"{METAVARS[parts[0]]},..."
    return next((METAVARS[part] for part in (annotation, *parts) if part in METAVARS), "TOML")


def _shared(name: str, presets: list[str]) -> list[click.Option]:
    return [*_what(presets), *_how(), *_where(name), *_prints()]


def _what(presets: list[str]) -> list[click.Option]:
    return [
        click.Option(
            ["--preset"],
            type=click.Choice(presets),
            default="default",
            show_default=True,
            help="How large: quick takes some two minutes on two cores, default up to "
            "half an hour; paper has the paper's own numbers of realisations, or larger grains "
            "where it names none, and takes hours.",
        ),
        click.Option(
            ["--config"],
            type=UserPath(exists=True, dir_okay=False),
            metavar="FILE",
            help="TOML file of parameters; those that it leaves out are the preset's. "
            "--print-config writes one to begin with. It is never written.",
        ),
        click.Option(
            ["--set", "settings"],
            multiple=True,
            metavar="KEY=VALUE",
            help="One parameter, the value in TOML: --set alpha=0.7. Can be repeated.",
        ),
        click.Option(
            ["--sweep"],
            multiple=True,
            metavar="KEY=VALUES",
            help="Every case at every value: alpha=0.3:0.9:7 (first, last, how many; :log "
            "for equal ratios) or alpha=0.3,0.5. Repeated, a grid. One store, in whose rows "
            "the parameter is a column.",
        ),
        click.Option(
            ["--realisations"],
            type=click.IntRange(min=1),
            metavar="N",
            help="Disorder realisations of every case, instead of the preset's. Those "
            "already in the store are not computed again.",
        ),
        click.Option(
            ["--target-error"],
            type=click.FloatRange(min=0, min_open=True),
            metavar="E",
            help="Go on with more realisations until the standard error of every mean "
            "of the watched column is E or less.",
        ),
        click.Option(
            ["--most-realisations"],
            type=click.IntRange(min=FIRST_CHECKPOINT),
            metavar="N",
            default=MOST_REALISATIONS,
            show_default=True,
            help="Realisations of a case past which --target-error adds none.",
        ),
        click.Option(
            ["--seed"],
            type=click.IntRange(min=0),
            metavar="S",
            help="Seed of all disorder.  [default: the preset's, 1]",
        ),
    ]


def _how() -> list[click.Option]:
    return [
        click.Option(
            ["--workers"],
            type=click.IntRange(min=1),
            metavar="W",
            default=psutil.cpu_count(logical=False) or 1,
            show_default=True,
            help="Local processes, each on one BLAS thread. Changes no result.",
        ),
        click.Option(
            ["--cluster"],
            metavar="tcp://HOST:PORT",
            help="Compute on the workers of this Dask scheduler instead. Changes no result.",
        ),
        click.Option(
            ["--cluster-wait"],
            type=click.FloatRange(min=0),
            metavar="SECONDS",
            default=CLUSTER_WAIT,
            show_default=True,
            help="How long the cluster may be without any worker.",
        ),
        click.Option(
            ["--timeout"],
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="How long one realisation may take; then it is recorded as failed and its "
            "worker replaced. Not with --cluster.",
        ),
        click.Option(
            ["--retry-failed"],
            is_flag=True,
            help="Compute realisations again that failed in an earlier run.",
        ),
        click.Option(
            ["-v", "--verbose"],
            is_flag=True,
            help='Tell what the run does: the records of the logger "bathlab".',
        ),
        click.Option(
            ["--accept-code"],
            is_flag=True,
            help="Add to rows that an earlier state of the measure made; each row tells which.",
        ),
    ]


def _where(name: str) -> list[click.Option]:
    return [
        click.Option(
            ["--store"],
            type=UserPath(),
            metavar="DIR",
            help=f"Folder of the rows, extended if it holds this study.  [default: "
            f"results/{name}/PRESET, with what was changed in its name]",
        ),
        click.Option(
            ["--figure"],
            type=FILE,
            metavar="FILE",
            help="Picture to write, as PNG and PDF, with its data (CSV), its parameters "
            "(TOML), claims and command (JSON) and their table (TXT) beside it.  "
            f"[default: figures/{name}.png; figures/PRESET/{name}.png for a sweep, or if "
            "the first is of other parameters]",
        ),
    ]


def _prints() -> list[click.Option]:
    return [
        click.Option(
            ["--print-config"],
            is_flag=True,
            help="Print the parameters as TOML, with comments, and stop.",
        ),
        click.Option(
            ["--print-schema"],
            is_flag=True,
            help="Print the JSON schema of the parameters and stop.",
        ),
    ]
