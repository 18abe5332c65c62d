"""What free LIOMs do to G of the next one, by counting where a bath of finite band can go.

The elements of a random matrix do not care for energies, so all of G is in how many levels a
flip finds: with LIOMs of energies e_s, s = (+-, +-, ...), the bath goes from -h - e_s to h -
e_s, and both must lie in its band. In a band much wider than the fields each LIOM doubles the
sum over s, which is eq. (16) of De Roeck & Huveneers; in a narrow one an odd number of LIOMs of
like fields leads to its edges and an even number back to its middle.
"""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_real
from bathlab.conventions import RealArray

#: Fields of so many LIOMs are summed over all signs.
MOST = 16


def free_strength(half_band: float, fields: Any, field: float) -> float:
    """G of a LIOM with g = 1 at a random matrix with free LIOMs, over the square root of the
    dimension of the matrix.

    G^2 = rho(0)/rho(h) sum_s n(-h - e_s) n(h - e_s), n the semicircle of unit area and
    half-width R, rho(E) = sum_s n(E - e_s): G of eq. (4), g sqrt(rho v(2h)), with elements of
    mean square 1/dimension and v seen from E = -+h.

    Parameters
    ----------
    half_band
        R, half of the bandwidth.
    fields
        (m,) of the LIOMs that are there, m from 0 to 16.
    field
        h of the next one.

    Returns
    -------
    float
        >= 0; 0 where a flip leads out of the band.

    Raises
    ------
    ValueError
        If the half-band is not positive, a number not finite, or there are too many fields.
    """
    half_band = as_real("half_band", half_band, above=0)
    field = as_real("field", field)
    fields = as_array("fields", fields, least=0)
    if len(fields) > MOST:
        raise ValueError(
            f"{len(fields)} fields were given; expected at most {MOST}, whose signs are "
            "summed over. Leave some out."
        )
    signs = list(product((1.0, -1.0), repeat=len(fields)))
    energies = np.reshape(signs, (2 ** len(fields), len(fields))) @ fields

    def n(at: float) -> RealArray:
        x = (at - energies) / half_band
        found: RealArray = 2 / math.pi * np.sqrt(np.clip(1 - x * x, 0, None)) / half_band
        return found

    there = float(n(field).sum())
    joint = float(n(-field) @ n(field))
    return math.sqrt(float(n(0.0).sum()) / there * joint) if there > 0 else 0.0
