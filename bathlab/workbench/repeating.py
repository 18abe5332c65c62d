"""The command that makes the data of a figure again."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any, Iterator, Mapping

from bathlab.statistics.stopping import MOST_REALISATIONS
from bathlab.workbench import catalogue
from bathlab.workbench.configuration import plain
from bathlab.workbench.design import Design, P
from bathlab.workbench.flags import Flags


def command_of(design: Design[P], flags: Flags[P]) -> str:
    """A command that repeats the run: its preset, and each parameter that differs from it, so
    that it needs no other file than the study."""
    words = [*_program(design), "--preset", flags.preset]
    words += _settings(plain(design.presets[flags.preset]), plain(flags.parameters))
    for key, values in flags.sweep.items():
        words += ["--sweep", f"{key}={','.join(map(as_toml, values))}"]
    if flags.how["target_error"]:
        words += ["--target-error", str(flags.how["target_error"])]
        if flags.how["most_realisations"] != MOST_REALISATIONS:
            words += ["--most-realisations", str(flags.how["most_realisations"])]
    return shlex.join(words)


def _settings(base: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The flags of what differs; of seed and equal numbers of realisations their own."""
    for key, value in now.items():
        if value == base.get(key):
            continue
        if key == "seed":
            yield from ("--seed", str(value))
        elif key == "realisations" and len(set(value)) == 1 and len(value) == len(base[key]):
            yield from ("--realisations", str(value[0]))
        else:
            yield from ("--set", f"{key}={as_toml(value)}")


def as_toml(value: Any) -> str:
    """A value as TOML has it on one line."""
    if isinstance(value, Mapping):
        items = (f"{json.dumps(key)} = {as_toml(item)}" for key, item in value.items())
        return f"{{{', '.join(items)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(as_toml, value))}]"
    if isinstance(value, (str, bool)):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def script_of(design: Design[Any]) -> str:
    """The study's name if it comes with the package, else the path of its file."""
    inside = design.file.parent == catalogue.folder().resolve()
    return design.file.stem if inside else str(design.file)


def _program(design: Design[Any]) -> list[str]:
    """The script if it is below the working directory, else the command that finds it."""
    if design.file.is_relative_to(Path.cwd()):
        return ["python", str(design.file.relative_to(Path.cwd()))]
    script = script_of(design)
    return ["bathlab", "run", script] if script == design.file.stem else ["python", script]
