"""The parameters of a run as rows: value, description, unit, range, and what is changed."""

from __future__ import annotations

from typing import Any, Mapping

from bathlab.report.contents import ParameterRow
from bathlab.workbench.configuration import plain
from bathlab.workbench.design import DEFAULT, Design
from bathlab.workbench.parameters import bounds, fields, in_words, unit
from bathlab.workbench.repeating import as_toml


def of_design(design: Design[Any], values: Mapping[str, Any]) -> tuple[ParameterRow, ...]:
    """The parameters of a study, each next to its usual value.

    Parameters
    ----------
    design : Design
        The study.
    values : mapping
        The parameters as plain data.

    Returns
    -------
    tuple of ParameterRow
        Those of the study in its own order, then what a record has besides.
    """
    usual = plain(design.presets[DEFAULT])
    known = fields(design.kind)
    rows = []
    for name, field in known.items():
        value, default = values.get(name), usual.get(name)
        rows.append(
            ParameterRow(
                name,
                _text(value),
                field.description or "",
                unit(field),
                in_words(bounds(field)),
                _text(default),
                value != default,
            )
        )
    return (*rows, *of_values({k: v for k, v in values.items() if k not in known}))


def of_values(values: Mapping[str, Any]) -> tuple[ParameterRow, ...]:
    """Parameters of which nothing but the value is known."""
    return tuple(ParameterRow(name, _text(value)) for name, value in values.items())


def nearest_preset(design: Design[Any], values: Mapping[str, Any]) -> str:
    """The preset that differs in the fewest parameters, and in how many."""
    differing = {
        name: sum(plain(preset).get(key) != value for key, value in values.items())
        for name, preset in design.presets.items()
    }
    name = min(differing, key=lambda key: differing[key])
    count = differing[name]
    return f"preset {name}" if not count else f"preset {name} with {count} changed"


def _text(value: Any) -> str:
    return "not set" if value is None else as_toml(value)
