"""Single numbers, truth values, text and lists of them."""

from __future__ import annotations

import math
from typing import Any, Iterable, Mapping, Sequence

import numpy as np

from bathlab.checks.refusals import bounds_in_words, refusal, shown, within


def as_integer(
    name: str, value: Any, minimum: int | None = None, maximum: int | None = None
) -> int:
    """``value`` as an int; ValueError unless it is an integer from minimum to maximum."""
    number = as_python(value)
    whole = isinstance(number, int) and not isinstance(number, bool)
    low = -math.inf if minimum is None else minimum
    high = math.inf if maximum is None else maximum
    if not whole or not low <= number <= high:
        bounds = "" if minimum is None else f" >= {minimum}"
        bounds += "" if maximum is None else f"{' and' if bounds else ''} <= {maximum}"
        raise refusal(
            name, shown(value), f"an integer{bounds}", f"Pass {name} as an int{bounds}."
        )
    return int(number)


def as_real(
    name: str,
    value: Any,
    *,
    above: float = -math.inf,
    minimum: float = -math.inf,
    below: float = math.inf,
    infinite: bool = False,
) -> float:
    """``value`` as a float; ValueError unless it is a real number within the bounds.

    A zero imaginary part is dropped. With ``infinite`` infinity passes; NaN never does.
    """
    number = as_python(value)
    if isinstance(number, complex) and number.imag == 0:
        number = number.real
    found = math.nan
    if isinstance(number, (int, float)) and not isinstance(number, bool):
        try:
            found = float(number)
        except OverflowError:  # an integer beyond the largest double
            pass
    finite = infinite or math.isfinite(found)
    if math.isnan(found) or not finite or not within(found, above, minimum, below):
        wanted = f"a {'' if infinite else 'finite '}real number"
        wanted += bounds_in_words(above, minimum, below)
        raise refusal(name, shown(value), wanted, f"Choose another {name}.")
    return found


def require_integer(name: str, value: Any, minimum: int) -> None:
    """Raise ValueError unless ``value`` is an integer of at least ``minimum``."""
    as_integer(name, value, minimum)


def require_finite(
    name: str, value: Any, *, above: float = -math.inf, minimum: float = -math.inf
) -> None:
    """Raise ValueError unless ``value`` is a finite real number within the bounds."""
    as_real(name, value, above=above, minimum=minimum)


def as_flag(name: str, value: Any) -> bool:
    """``value`` as a bool; ValueError unless it is True or False."""
    flag = as_python(value)
    if not isinstance(flag, bool):
        raise refusal(name, shown(value), "True or False", "Pass one of these.")
    return flag


def as_text(name: str, value: Any) -> str:
    """``value`` as a str; ValueError unless it is one and not empty."""
    if not isinstance(value, str) or not value:
        raise refusal(name, shown(value), "text that is not empty", "Name it by a str.")
    return str(value)


def as_names(name: str, value: Any) -> list[str]:
    """``value``, one text or several, as a list; ValueError unless each is text."""
    several = [value] if isinstance(value, str) else as_list(name, value, "names")
    return [as_text(name, each) for each in several]


def as_list(name: str, value: Any, of_what: str) -> list[Any]:
    """``value`` as a list; ValueError for text, mappings, sets and what has no length."""
    listed = isinstance(value, Sequence) or bool(getattr(value, "shape", None))
    if not listed or isinstance(value, (str, bytes)):
        raise refusal(name, shown(value), f"a list of {of_what}", "Pass a list.")
    return list(value)


def require_choice(name: str, value: Any, choices: Iterable[str]) -> None:
    """Raise ValueError unless ``value`` is one of ``choices``."""
    if not isinstance(value, str) or value not in choices:
        raise refusal(name, shown(value), f"one of {list(choices)}", "Choose one of these.")


def require_callable(name: str, value: Any, of_what: str) -> None:
    """Raise ValueError unless ``value`` is a function ``of_what``."""
    if not callable(value):
        raise refusal(name, shown(value), f"a function of {of_what}", "Pass a function.")


def require_mapping(name: str, value: Any) -> Mapping[Any, Any]:
    """``value``; ValueError unless it is a dict or like one."""
    if not isinstance(value, Mapping):
        raise refusal(name, shown(value), "a dict", "Pass names with what belongs to them.")
    return value


def require_distinct(name: str, values: Sequence[str]) -> None:
    """Raise ValueError if two ``values`` are the same: one would take the other's place."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise refusal(
            name, f"{twice} more than once", "names that no two results share", "Rename one."
        )


def require_kind(name: str, value: Any, kind: Any, remedy: str) -> None:
    """Raise ValueError unless ``value`` is of a class, or of one of a tuple of them;
    ``remedy`` says how to get one."""
    if not isinstance(value, kind):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        words = " or ".join(each.__name__ for each in kinds)
        raise refusal(name, shown(value), f"an object of the class {words}", remedy)


def settle(spec: Any, **values: Any) -> None:
    """Put checked numbers into a frozen spec where it was given another type of number.

    A Python int stays one where a float is meant: specs are written down as they were given.
    """
    for name, value in values.items():
        if type(getattr(spec, name)) not in (int, float, bool, str, type(None)):
            object.__setattr__(spec, name, value)


def as_python(value: Any) -> Any:
    """numpy's scalars and arrays without axes as Python's numbers; others as they are."""
    if isinstance(value, np.ma.MaskedArray):
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, np.longdouble) and np.isfinite(value) and np.isinf(float(value)):
        return value  # beyond the largest double
    if isinstance(value, np.generic):
        python = {"i": int, "u": int, "f": float, "c": complex, "b": bool}.get(value.dtype.kind)
        return value if python is None else python(value)
    return value
