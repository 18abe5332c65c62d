"""Where rows, picture and what belongs to it go, so that nothing of the user's is written over.

What a run wrote is known by the record beside the picture, and may be replaced: in the usual
place by a run of the same parameters with no fewer realisations, and by any run whose user
names it with --figure. What git tracks is replaced only if named.
"""

from __future__ import annotations

import hashlib
import itertools
import operator
import subprocess
from pathlib import Path
from typing import Any, Mapping

from bathlab.version import git
from bathlab.workbench.configuration import from_toml
from bathlab.workbench.design import P
from bathlab.workbench.parameters import Parameters, fields
from bathlab.workbench.paths import read_toml
from bathlab.workbench.record import Record
from bathlab.workbench.sweeps import as_text

#: Values of a parameter longer than this are named by a digest in the name of a folder.
LONGEST_NAME = 12
#: What a run writes: picture, data, claims, their table; and the parameters.
ENDINGS, PARAMETERS = (".png", ".pdf", ".csv", ".json", ".txt"), ".toml"
#: The first words of the parameters that a run writes.
HEADING = "# Parameters of "


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


def usual_figure(
    name: str, grid: str, parameters: Parameters, sweep: Mapping[str, list[Any]]
) -> Path:
    """figures/NAME.png, unless the one there is committed, or of other parameters or more
    realisations; then figures/GRID/NAME.png, with a number if that is committed."""
    usual = Path("figures") / f"{name}.png"
    if not sweep and _may_go_on(usual, parameters) and not _is_committed(usual):
        return usual
    other = usual.parent / grid / usual.name
    numbered = (other.with_stem(f"{other.stem}-{number}") for number in itertools.count(2))
    return next(
        place for place in itertools.chain([other], numbered) if not _is_committed(place)
    )


def _may_go_on(figure: Path, parameters: Parameters) -> bool:
    """Whether there is no figure yet, or one of the same parameters with no more
    realisations."""
    beside = figure.with_suffix(PARAMETERS)
    if not beside.exists():
        return not any(path.exists() for path in _outputs(figure))
    try:
        there = from_toml(type(parameters), read_toml(beside))
    except ValueError:
        return False
    return _goes_on(there, parameters)


def _goes_on(before: Parameters, now: Parameters) -> bool:
    """Whether only realisations differ, and none are fewer."""
    counts = [getattr(each, "realisations") for each in (before, now)]
    more = len(counts[0]) == len(counts[1]) and all(map(operator.le, *counts))
    return more and not _changes(before, now)


def parameters_beside(figure: Path, config: Path | None) -> Path:
    """Where to write the parameters of a picture: FIGURE.toml, or FIGURE.parameters.toml if the
    former is the user's.

    Raises
    ------
    ValueError
        If something else that a run writes would be written over a file of the user's.
    """
    mine = figure.with_suffix(PARAMETERS)
    record = mine
    if _is_same(mine, config) or _is_foreign(mine):
        record = mine.with_suffix(f".parameters{PARAMETERS}")
    there = [path for path in _outputs(figure) if path.exists()]
    taken = [path for path in [*there, record] if _is_same(path, config)]
    if there and not taken and not _is_recorded(figure):
        taken = there
    if _is_foreign(record):
        taken.append(record)
    if taken:
        raise ValueError(
            f"The figure {figure} was asked for, which would be written over "
            f"{', '.join(map(str, taken))}; expected names that are free, or a figure with the "
            "record (.json) that bathlab wrote beside it: these are your own files. Give "
            "--figure another name."
        )
    return record


def _outputs(figure: Path) -> list[Path]:
    return [figure.with_suffix(ending) for ending in ENDINGS]


def _is_same(path: Path, config: Path | None) -> bool:
    return config is not None and path.exists() and path.samefile(config)


def _is_foreign(parameters: Path) -> bool:
    """Whether somebody else wrote a file of parameters."""
    if not parameters.exists():
        return False
    with open(parameters, "rb") as file:
        return not file.read(len(HEADING)).startswith(HEADING.encode())


def _is_recorded(figure: Path) -> bool:
    """Whether a run wrote the figure."""
    try:
        Record.read(figure.with_suffix(".json"))
    except ValueError:
        return False
    return True


def _is_committed(figure: Path) -> bool:
    """Whether git tracks a file that a run would write."""
    paths = [*_outputs(figure), figure.with_suffix(PARAMETERS)]
    if not any(path.exists() for path in paths):
        return False
    try:
        return bool(git(figure.parent, "ls-files", "--", *(path.name for path in paths)))
    except (OSError, subprocess.SubprocessError):  # no git, or no clone
        return False
