"""Sweeps: one study over a grid of parameters, one store, the swept ones as columns."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
from typing import Any, Callable, Iterable, Mapping, Sequence, TypeVar

import numpy as np

from bathlab.ensemble.study import Study
from bathlab.workbench.configuration import toml_value, with_values
from bathlab.workbench.parameters import COUNTS

P = TypeVar("P")
#: Values of a parameter by name, one point of a grid.
Point = Mapping[str, Any]
RANGE = re.compile(r"([^:,]+):([^:,]+):(\d+)(:log)?")


def sweep(build: Callable[[P], Study], parameters: P, **values: Sequence[Any]) -> Study:
    """One study with a case for each value of the swept parameters and each case of the study.

    ``bl.sweep(study.build, study.presets["quick"], alpha=[0.3, 0.5])``: the cases are named
    "... , alpha = 0.3", and their rows have a column "alpha".

    Parameters
    ----------
    build
        makes the study of some parameters.
    parameters
        those that are not swept; a frozen dataclass, or a study's
        :class:`Parameters`.
    values
        the values of each swept parameter; several make a grid. Keys may be dotted, as
        in ``--set``.

    Returns
    -------
    Study
        to be given to :func:`bathlab.run`.

    Raises
    ------
    ValueError
        For an unknown parameter, one without values or with the same value twice, a value out
        of range, or a sweep of seed or realisations.
    """
    studies = [
        (point, build(with_values(parameters, point, f"the sweep {in_words(point)}")))
        for point in grid(values)
    ]
    cases = [
        dataclasses.replace(
            case, name=name_at(case.name, point), columns={**case.columns, **shown(point)}
        )
        for point, study in studies
        for case in study.cases
    ]
    return dataclasses.replace(studies[0][1], cases=tuple(cases))


def grid(values: Mapping[str, Sequence[Any]]) -> list[Point]:
    """Every combination of the values, the last parameter changing fastest. Raises as above."""
    for name, given in values.items():
        texts = [as_text(value) for value in given]
        if name in COUNTS or not texts or len(set(texts)) < len(texts):
            raise ValueError(
                f"A sweep of {name} over {list(given)} was given; expected one or more "
                f"different values, of a parameter other than {' and '.join(COUNTS)}. "
                "Name another parameter, or list each value once."
            )
    return [dict(zip(values, point)) for point in itertools.product(*values.values())]


def parse(sweeps: Iterable[str]) -> dict[str, list[Any]]:
    """The values of sweeps as the command line has them.

    ``alpha=0.3:0.9:7`` are seven equally spaced values with both ends, ``g=0.01:1:5:log``
    five in equal ratios, ``alpha=0.3,0.5`` those two.

    Raises
    ------
    ValueError
        For anything else.
    """
    found: dict[str, list[Any]] = {}
    for text in sweeps:
        key, equals, values = (part.strip() for part in text.partition("="))
        if not equals or not values or key in found:
            raise ValueError(
                f"--sweep {text} was given; expected KEY=FIRST:LAST:COUNT or KEY=A,B,..., each "
                "key once. Write for example --sweep alpha=0.3:0.9:7."
            )
        match = RANGE.fullmatch(values)
        found[key] = _spaced(text, *match.groups()) if match else _listed(values)
    return found


def _spaced(text: str, first: str, last: str, count: str, log: str | None) -> list[Any]:
    ends = [toml_value(first.strip()), toml_value(last.strip())]
    numbers = all(isinstance(end, (int, float)) and math.isfinite(end) for end in ends)
    if not numbers or int(count) < 2 or log and not min(ends) > 0:
        raise ValueError(
            f"--sweep {text} was given; expected two finite numbers, positive for :log, and a "
            "count of 2 or more. Write for example --sweep alpha=0.3:0.9:7."
        )
    space = np.geomspace if log else np.linspace
    values = [float(f"{value:.12g}") for value in space(ends[0], ends[1], int(count))]
    whole = all(isinstance(end, int) for end in ends) and all(v.is_integer() for v in values)
    return [int(value) for value in values] if whole else values


def _listed(values: str) -> list[Any]:
    listed = toml_value(f"[{values}]")
    return listed if isinstance(listed, list) else [word.strip() for word in values.split(",")]


def as_text(value: Any) -> str:
    """A value as names of cases have it."""
    if isinstance(value, float) and float(f"{value:g}") == value:
        return f"{value:g}"
    return str(value)


def in_words(point: Point) -> str:
    """A point of the grid: "alpha = 0.3, g1 = 0.2"."""
    return ", ".join(f"{key} = {as_text(value)}" for key, value in point.items())


def name_at(case: str, point: Point) -> str:
    """The name of a case at a point of the grid; its own if that is the only one."""
    return f"{case}, {in_words(point)}" if point else case


def shown(point: Point) -> dict[str, Any]:
    """A point as columns: what is no single value, as text."""
    return {
        key: value if isinstance(value, (bool, int, float, str)) else as_text(value)
        for key, value in point.items()
    }
