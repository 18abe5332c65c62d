"""The parameters of a study: fields with description, unit and range, checked when made."""

from __future__ import annotations

import math
import typing
from typing import Any, ClassVar, Iterator, Self, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

from bathlab.checks import as_flag, as_integer, as_real, as_text
from bathlab.model.lioms import LiomChain

#: The ends of a range: how each is written, and whether a value is within it.
BOUNDS = {
    "ge": (">=", lambda value, end: value >= end),
    "gt": (">", lambda value, end: value > end),
    "le": ("<=", lambda value, end: value <= end),
    "lt": ("<", lambda value, end: value < end),
}
#: Parameters that say how often and from which seed, not what.
COUNTS = ("realisations", "seed")


def settled(name: str, value: Any) -> int | float:
    """A finite real number as Python's, an int as it is. Raises ValueError."""
    number = as_real(name, value)
    return int(value) if isinstance(value, int) else number


def plain_numbers(name: str, value: Any, annotation: Any) -> Any:
    """``value`` with its numbers and truth values as Python's.

    pydantic takes "1.0", 1.0 and True for the integer 1, and its strict mode no list for a
    tuple. Here text is no number, a truth value is none, and 1.0 is no integer; where a real
    number is meant an integer is one. Raises ValueError.
    """
    if isinstance(value, range) or isinstance(value, np.ndarray) and value.ndim:
        value = list(value)
    if isinstance(value, (list, tuple)):
        items = [plain_numbers(f"{name}.{i}", item, annotation) for i, item in enumerate(value)]
        return items if isinstance(value, list) else tuple(items)
    kinds = set(_leaves(annotation)) - {type(None), Ellipsis}
    if value is None or not kinds or not kinds <= {int, float, bool}:
        return value
    if kinds == {int}:
        return as_integer(name, value)
    if kinds == {bool}:
        return as_flag(name, value)
    return settled(name, value)


def _leaves(annotation: Any) -> Iterator[Any]:
    """The types that an annotation names, at any depth."""
    parts = typing.get_args(annotation)
    origin = typing.get_origin(annotation)
    if not parts or origin is typing.Literal:
        yield annotation
    for part in parts[:1] if origin is typing.Annotated else parts:
        yield from _leaves(part)


def parameter(
    default: Any, description: str, unit: str = "", at_least: int | None = None, **bounds: float
) -> Any:
    """A field of :class:`Parameters`.

    Parameters
    ----------
    default
        its value if none is given; ``...`` if one must be given.
    description
        what it is, in words.
    unit
        its unit, if it has one.
    at_least
        how many values it has at least, of a tuple.
    bounds
        ``ge``, ``gt``, ``le``, ``lt``, the range of the number, or of every number in a
        tuple.

    Raises
    ------
    ValueError
        For another bound, or one that is no number, and for what is no text.

    Examples
    --------
    >>> import bathlab as bl
    >>> class Mine(bl.workbench.Parameters):
    ...     width: float = bl.workbench.parameter(8.0, "bandwidth", "J", gt=0)
    >>> print(bl.workbench.to_toml(Mine(width=4.0)).splitlines()[:2])
    ['# bandwidth [J, > 0]', 'width = 4.0']
    >>> try:
    ...     Mine(width=0.0)
    ... except ValueError as error:
    ...     print("expected a number > 0" in str(error))
    True
    """
    as_text("description", description)
    if unit != "":
        as_text("unit", unit)
    if at_least is not None:
        at_least = as_integer("at_least", at_least, 0)
    if unknown := sorted(set(bounds) - set(BOUNDS)):
        raise ValueError(
            f"The bounds {unknown} were given for {description!r}; expected some of "
            f"{list(BOUNDS)}. Choose one of these."
        )
    bounds = {name: settled(name, end) for name, end in bounds.items()}
    extra: dict[str, Any] = {"unit": unit, "bounds": bounds}
    return Field(default, description=description, json_schema_extra=extra, min_length=at_least)


class Checked(BaseModel):
    """A frozen record whose fields are made by :func:`parameter`; a value out of its range is
    refused."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    @model_validator(mode="before")
    @classmethod
    def _plain_numbers(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        return {
            name: plain_numbers(name, value, cls.model_fields[name].annotation)
            if name in cls.model_fields
            else value
            for name, value in values.items()
        }

    @model_validator(mode="after")
    def _checked(self) -> Self:
        for name, field in type(self).model_fields.items():
            _require_in_range(name, getattr(self, name), bounds(field))
        self.check()
        return self

    def check(self) -> None:
        """Raise ValueError if values do not go together; for subclasses that need it."""

    def replace(self, **changes: Any) -> Self:
        """A copy with other values, checked."""
        return type(self).model_validate({**dict(self), **changes})


class Parameters(Checked):
    """Base of a study's parameters.

    A study adds its own fields, and ``realisations``, one number for each of its cases. Lists
    that it names in ``equally_many`` must be equally long.
    """

    #: Names of lists that go together, one value for each case or bath.
    equally_many: ClassVar[tuple[str, ...]] = ()
    seed: int = parameter(1, "seed of all disorder", ge=0)

    def columns(self) -> dict[str, Any]:
        """The parameters that are one number or text each, to stand in every row."""
        return {
            name: value
            for name, value in dict(self).items()
            if isinstance(value, (bool, int, float, str)) and name not in COUNTS
        }

    @model_validator(mode="after")
    def _equally_many(self) -> Self:
        lengths = {name: len(getattr(self, name)) for name in self.equally_many}
        if len(set(lengths.values())) > 1:
            given = ", ".join(f"{count} of {name}" for name, count in lengths.items())
            raise ValueError(
                f"{given} were given; expected as many of each. Make the lists equally long."
            )
        return self


class LiomParameters(Parameters):
    """Parameters of a study with LIOMs whose couplings decay by a constant factor.

    Examples
    --------
    >>> import bathlab as bl
    >>> class Mine(bl.workbench.LiomParameters):
    ...     realisations: tuple[int, ...] = bl.workbench.parameter((20, 20), "of each", ge=1)
    >>> parameters = Mine(alpha=0.5, g1=0.4)
    >>> print(parameters.chain(3).couplings, parameters.realisations)
    [0.4 0.2 0.1] (20, 20)
    >>> print(parameters.columns())
    {'g1': 0.4, 'alpha': 0.5, 'field': 1.0, 'disorder': 0.5}
    """

    g1: float = parameter(0.2, "coupling of the first LIOM", "field of the LIOMs")
    alpha: float = parameter(0.75, "factor by which couplings decay from LIOM to LIOM", gt=0)
    field: float = parameter(1.0, "mean field of the LIOMs")
    disorder: float = parameter(0.5, "their fields are field +- disorder", ge=0)

    def chain(self, count: int) -> LiomChain:
        """So many of these LIOMs."""
        return LiomChain(count, self.alpha, self.g1, self.field, self.disorder)


def fields(kind: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of parameters, a study's own before those that it shares with others."""
    names = [
        name
        for base in kind.__mro__
        for name in vars(base).get("__annotations__", {})
        if name in kind.model_fields
    ]
    return {name: kind.model_fields[name] for name in dict.fromkeys(names)}


def bounds(field: FieldInfo) -> dict[str, float]:
    """The range of a field, empty if any number will do."""
    return _extra(field).get("bounds", {})


def unit(field: FieldInfo) -> str:
    """The unit of a field, empty if it has none."""
    return _extra(field).get("unit", "")


def explained(field: FieldInfo) -> str:
    """Description, length, unit and range of a field, on one line."""
    least = next((each.min_length for each in field.metadata if hasattr(each, "min_length")), 0)
    length = f"{least} or more of them" if least else ""
    details = ", ".join(filter(None, [length, unit(field), in_words(bounds(field))]))
    return f"{field.description or ''}{f' [{details}]' if details else ''}"


def in_words(bounds: dict[str, float]) -> str:
    """A range, such as ">= 1, < 3"."""
    return ", ".join(f"{BOUNDS[name][0]} {end:g}" for name, end in bounds.items())


def _extra(field: FieldInfo) -> dict[str, Any]:
    extra = field.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def _require_in_range(name: str, value: Any, bounds: dict[str, float]) -> None:
    if isinstance(value, Sequence) and not isinstance(value, str):
        for index, item in enumerate(value):
            _require_in_range(f"{name}.{index}", item, bounds)
    elif bounds and isinstance(value, (int, float)):
        inside = all(BOUNDS[bound][1](value, end) for bound, end in bounds.items())
        if not inside or isinstance(value, float) and not math.isfinite(value):
            raise ValueError(
                f"{name} = {value!r} was given; expected a number {in_words(bounds)}. "
                f"Choose another {name}."
            )
