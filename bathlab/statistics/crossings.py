"""Up to which LIOM a grain thermalises, from measured means.

Source of the questions: De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), section III A.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_real


def crossing(numbers: Any, values: Any, level: float, inside: float = 1.0) -> float:
    """Where ``values`` first fall below ``level``, between LIOMs by linear interpolation.

    Parameters
    ----------
    numbers
        (m,) numbers 1, 2, ... of the LIOMs, ascending.
    values
        (m,) what is measured of each.
    level
        what separates thermalised from localised.
    inside
        value within the grain, at number 0, above the level.

    Returns
    -------
    float
        The number of LIOMs, not an integer; infinite if all measured ones lie above the level
        (then it is at least the last number).

    Raises
    ------
    ValueError
        If the numbers do not ascend from above 0, shapes differ, or the grain itself is below.

    Examples
    --------
    >>> import bathlab as bl
    >>> entropy = [0.9, 0.8, 0.3, 0.1]  # of LIOMs 1 to 4, over log 2
    >>> print(f"{bl.statistics.crossing([1, 2, 3, 4], entropy, level=0.5):.1f}")
    2.6
    >>> print(bl.statistics.crossing([1, 2], entropy[:2], level=0.5))  # all thermal
    inf
    """
    level = as_real("level", level)
    inside = as_real("inside", inside, minimum=level)
    numbers = as_array("numbers", numbers, above=0, ascending=True)
    values = as_array("values", values, shape=numbers.shape)
    numbers, values = np.append(0.0, numbers), np.append(inside, values)
    below = np.flatnonzero(values < level)
    if len(below) == 0:
        return math.inf
    last = int(below[0])
    share = (values[last - 1] - level) / (values[last - 1] - values[last])
    return float(numbers[last - 1] + share * (numbers[last] - numbers[last - 1]))
