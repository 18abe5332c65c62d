"""The phase diagram of finite systems, figure 1."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np

from bathlab.checks import as_array
from bathlab.checks.arrays import require_entries
from bathlab.conventions import RealArray
from bathlab.theory.shapes import plain, together

LEAST_LENGTH = 2


def region(xi: Any, lam: Any, length: Any) -> Any:
    """Name of the region: "MBL", "thermal", "I" or "II".

    MBL for 0 < xi < L/2, thermal for -L/2 < xi < 0; else I for L < lambda, II for L >= lambda,
    where the paper has << and >>. Its text has |xi| = L for L/2 in one place.

    Parameters
    ----------
    xi
        correlation length in sites, not 0, may be infinite.
    lam
        lambda > 0, resonance length in sites.
    length
        L >= 2 in sites, may be infinite; all broadcast.

    Returns
    -------
    str or ndarray of str

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.

    Notes
    -----
    Source: Crowley & Chandran, figure 1 and section I.

    Examples
    --------
    >>> import bathlab as bl
    >>> import math
    >>> print(bl.resonance_model.region([3.0, -3.0], 20.0, 12))  # |xi| < L/2
    ['MBL' 'thermal']
    >>> print(bl.resonance_model.region(math.inf, [20.0, 5.0], 12))  # at zeta_c
    ['I' 'II']
    """
    xi, lam, L = together(as_point(xi, lam, length))
    beyond = np.abs(xi) >= L / 2
    side = np.where(xi > 0, "MBL", "thermal")
    return plain(np.where(beyond, np.where(lam > L, "I", "II"), side))


def is_consistent(xi: Any, lam: Any, length: Any) -> Any:
    """Whether min(L/2, |xi|) < sqrt(lambda): the resonances of a chain in which every site is
    perturbed do not overlap. Hatched in figure 1 where not.

    Parameters
    ----------
    xi, lam, length
        as for :func:`region`.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit.

    Notes
    -----
    Source: Crowley & Chandran, (95), with < for its <<.

    Examples
    --------
    >>> import bathlab as bl
    >>> import math
    >>> for length in (8, 16):  # L/2 against sqrt(lambda) = 5
    ...     print(bl.resonance_model.is_consistent(math.inf, 25.0, length))
    True
    False
    """
    xi, lam, L = together(as_point(xi, lam, length))
    return plain(np.minimum(L / 2, np.abs(xi)) < np.sqrt(lam))


def as_point(xi: Any, lam: Any, length: Any) -> Mapping[str, RealArray]:
    """xi, lambda and L, each of any shape, by their names."""
    found = {"xi": as_array("xi", xi, ndim=None, infinite=True)}
    require_entries("xi", found["xi"], found["xi"] != 0, "lengths other than 0, or infinity")
    found["lam"] = as_array("lam", lam, ndim=None, above=0)
    found["length"] = as_array("length", length, ndim=None, minimum=LEAST_LENGTH, infinite=True)
    return found
