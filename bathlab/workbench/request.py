"""What a run is to make: its parameters, where its rows and its picture are, and the command
that makes it again; kept in the store, so that the picture can be drawn again."""

from __future__ import annotations

import hashlib
import json
import operator
import shlex
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Mapping

from bathlab.workbench import catalogue
from bathlab.workbench.configuration import from_toml, make, plain
from bathlab.workbench.design import Design, P
from bathlab.workbench.flags import Flags
from bathlab.workbench.parameters import Parameters, fields
from bathlab.workbench.sweeps import as_text

#: Values of a parameter longer than this are named by a digest in the name of a folder.
LONGEST_NAME = 12
#: The file of a store that says how it was asked for.
FILE = "request.json"
#: What a store keeps of a request, and as what.
KEPT = {"script": str, "parameters": dict, "sweep": dict, "figure": str, "command": str}


@dataclass(frozen=True)
class Request(Generic[P]):
    """What a run is to make, and the command that makes it again."""

    script: str
    parameters: P
    sweep: Mapping[str, list[Any]]
    store: Path
    figure: Path
    command: str

    def keep(self) -> None:
        """Write the request into its store; a store that cannot be written goes without."""
        content = {
            "script": self.script,
            "parameters": plain(self.parameters),
            "sweep": dict(self.sweep),
            "figure": str(self.figure),
            "command": self.command,
        }
        with suppress(OSError):
            (self.store / FILE).write_text(json.dumps(content, indent=1) + "\n")


def request(design: Design[P], flags: Flags[P]) -> Request[P]:
    """What the flags ask for, with the usual places for what they do not name.

    Raises
    ------
    ValueError
        If the parameters of the run would be written over the user's own file of them.
    """
    grid = grid_name(design.presets, flags.preset, flags.parameters, flags.sweep)
    store = flags.store or Path("results") / design.name / grid
    figure = flags.figure or _usual_figure(design.name, grid, flags)
    parameters = figure.with_suffix(".toml")
    if flags.config is not None and parameters.resolve() == flags.config.resolve():
        raise ValueError(
            f"--config {flags.config} and the figure {figure} were given, whose parameters go "
            f"to {parameters}; expected another place than that of your own file. Give "
            "--figure another name."
        )
    return Request(
        script_of(design),
        flags.parameters,
        flags.sweep,
        store,
        figure,
        _command(design, flags, parameters),
    )


def stored(store: Path) -> dict[str, Any]:
    """The request that a store keeps.

    Raises
    ------
    ValueError
        If it keeps none.
    """
    try:
        content: dict[str, Any] = json.loads((store / FILE).read_text())
        for name, kind in KEPT.items():
            if not isinstance(content[name], kind):
                raise TypeError(f"{name} = {content[name]!r}")
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(
            f"{store} does not say how it was asked for ({error!r}); expected {FILE} there, "
            "which a study writes. Run the study's command with --store, which computes "
            "nothing again."
        ) from error
    return content


def restored(design: Design[P], store: Path, figure: Path | None) -> Request[P]:
    """The request that a store keeps, of a study. Raises as :func:`stored`."""
    content = stored(store)
    return Request(
        content["script"],
        make(design.kind, content["parameters"], str(store / FILE)),
        content["sweep"],
        store,
        figure or Path(content["figure"]),
        content["command"],
    )


def script_of(design: Design[Any]) -> str:
    """The study's name if it comes with the package, else the path of its file."""
    inside = design.file.parent == catalogue.folder().resolve()
    return design.file.stem if inside else str(design.file)


def grid_name(
    presets: Mapping[str, P], preset: str, parameters: P, sweep: Mapping[str, list[Any]]
) -> str:
    """The first preset with the same rows, else this one with what differs from it."""
    same = [name for name, base in presets.items() if not _changes(base, parameters)]
    parts = [*same[:1]] or [
        preset,
        *(
            f"{key}={_short(str(value), value)}"
            for key, value in _changes(presets[preset], parameters).items()
        ),
    ]
    swept = (
        f"{key}={_short(','.join(map(as_text, values)), values)}"
        for key, values in sweep.items()
    )
    return "-".join([*parts, *swept])


def _short(text: str, value: Any) -> str:
    plain_text = text.replace(".", "").replace("-", "").replace(",", "")
    if len(text) > LONGEST_NAME or not plain_text.isalnum() or isinstance(value, tuple):
        return hashlib.sha256(repr(value).encode()).hexdigest()[:8]
    return text


def _changes(base: Parameters, parameters: Parameters) -> dict[str, Any]:
    """Fields that decide the rows and differ from those of ``base``, the seed last."""
    names = sorted(fields(type(base)), key=lambda name: name == "seed")
    return {
        name: getattr(parameters, name)
        for name in names
        if name != "realisations" and getattr(base, name) != getattr(parameters, name)
    }


def _usual_figure(name: str, grid: str, flags: Flags[Any]) -> Path:
    """figures/NAME.png, unless the one there is of other parameters or more realisations."""
    usual = Path("figures") / f"{name}.png"
    other = usual.parent / grid / usual.name
    beside = usual.with_suffix(".toml")
    if flags.sweep:
        return other
    if not beside.exists():
        return usual
    try:
        there = from_toml(type(flags.parameters), beside.read_text())
    except ValueError:
        return other
    return usual if _goes_on(there, flags.parameters) else other


def _goes_on(before: Parameters, now: Parameters) -> bool:
    """Whether only realisations differ, and none are fewer."""
    counts = [getattr(each, "realisations") for each in (before, now)]
    more = len(counts[0]) == len(counts[1]) and all(map(operator.le, *counts))
    return more and not _changes(before, now)


def _command(design: Design[P], flags: Flags[P], parameters: Path) -> str:
    """A command that repeats the run: from the preset if nothing differs, else from the file
    of parameters beside the figure."""
    words = [*_program(design)]
    if flags.parameters == design.presets[flags.preset]:
        words += ["--preset", flags.preset]
    else:
        words += ["--config", str(parameters)]
    for key, values in flags.sweep.items():
        words += ["--sweep", f"{key}={','.join(map(_toml, values))}"]
    if flags.how["target_error"]:
        words += ["--target-error", str(flags.how["target_error"])]
    return shlex.join(words)


def _toml(value: Any) -> str:
    return json.dumps(value) if isinstance(value, (str, list, bool)) else repr(value)


def _program(design: Design[Any]) -> list[str]:
    """The script if it is below the working directory, else the command that finds it."""
    if design.file.is_relative_to(Path.cwd()):
        return ["python", str(design.file.relative_to(Path.cwd()))]
    script = script_of(design)
    return ["bathlab", "run", script] if script == design.file.stem else ["python", script]
