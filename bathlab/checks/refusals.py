"""How the door refuses: what was given, what was expected and what to do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

#: Longest text by which a message quotes a value.
QUOTED = 90


def shown(value: Any) -> str:
    """``value`` as messages quote it: briefly, and never failing."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if getattr(value, "shape", ()) and not isinstance(value, np.generic):
        kind = getattr(value, "dtype", None)
        words = f" and dtype {kind}" if isinstance(kind, np.dtype) else ""
        return f"{type(value).__name__} of shape {tuple(value.shape)}{words}"
    try:
        text = " ".join(repr(value).split())
    except Exception:  # a repr of anyone's, and that of an integer of thousands of digits
        text = f"<{type(value).__name__}>"
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 3]}..."


def refusal(name: str, given: str, expected: str, remedy: str) -> ValueError:
    """The error that says what was given, what was expected and what to do."""
    return ValueError(f"{name} = {given} was given; expected {expected}. {remedy}")


def within(values: Any, above: float, minimum: float, below: float) -> Any:
    """Which values lie above, from the minimum on, and below; infinite bounds bound nothing."""
    return (
        ((values > above) | (above == -math.inf))
        & (values >= minimum)
        & ((values < below) | (below == math.inf))
    )


def bounds_in_words(above: float, minimum: float, below: float) -> str:
    parts = [f"above {above:g}"] if above > -math.inf else []
    parts += [f"of at least {minimum:g}"] if minimum > -math.inf else []
    parts += [f"below {below:g}"] if below < math.inf else []
    return f" {' and '.join(parts)}" if parts else ""
