"""Arguments of any shape: brought to one, and back to a number where there are no axes."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np

from bathlab.conventions import RealArray


def together(named: Mapping[str, RealArray]) -> list[RealArray]:
    """Arrays of one shape, each its own; ValueError if they do not broadcast."""
    try:
        return [np.array(each) for each in np.broadcast_arrays(*named.values())]
    except ValueError:
        shapes = ", ".join(f"{name} of shape {each.shape}" for name, each in named.items())
        raise ValueError(
            f"{shapes} were given; expected shapes that broadcast. Give numbers, or arrays of "
            "one shape."
        ) from None


def plain(values: Any) -> Any:
    """A number where the array has no axes."""
    return values.item() if np.ndim(values) == 0 else values
