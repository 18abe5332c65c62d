"""Drift of the apparent critical disorder with the length of a chain, figure 9."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.optimize import brentq
from scipy.special import dawsn, erf

from bathlab.checks import as_array, as_flag, as_real
from bathlab.checks.arrays import require_entries
from bathlab.checks.refusals import refusal, shown
from bathlab.theory.resonance_model.lengths import ZETA_C
from bathlab.theory.shapes import plain

#: Longest chain, and the weakest and the strongest coupling in units of W_c.
LONGEST, COUPLINGS = 1e12, (1e-30, 1e30)


def critical_drift(
    lengths: Any,
    W_c: float = 10.0,
    delta: float = 0.01,
    J: float = 1.0,
    bounded: bool = False,
) -> Any:
    """W_delta(L), the disorder at which [C_zz] = F_1(L/2) is delta, with 1/xi = log(W/W_c).

    This xi(W) means 1/zeta = log(2W/W_c): zeta is negative below W_c/2, and W_delta(L) with the
    defaults is below that up to L = 10, where it is printed as linear in L. It passes W_c near
    L = 1733, and the ell_delta of (117), (L + 1) log(W_c/W_delta), is not constant.

    Parameters
    ----------
    lengths
        L >= 2 in sites, up to 1e12, of any shape.
    W_c
        > 0, critical disorder of the infinite chain.
    delta
        above 0, below 1.
    J
        > 0, norm of the probe's coupling, from 1e-30 W_c to 1e30 W_c.
    bounded
        whether xi is kept at -zeta_c, 1/zeta at 0, where W < W_c/2, and at zeta_c where
        W > 2 W_c.

    Returns
    -------
    float or ndarray
        W_delta in the unit of W_c, of the shape of ``lengths``; relative error below 1e-12.

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Notes
    -----
    Source: Crowley & Chandran, (116)-(120), (83), (91), figure 9.

    Examples
    --------
    >>> import bathlab as bl
    >>> W = bl.resonance_model.critical_drift([8, 12, 16, 20], W_c=10.0)
    >>> print(W.round(2))  # apparent transitions drift up with length
    [4.11 5.43 6.32 6.94]
    """
    L = as_array("lengths", lengths, ndim=None, minimum=2)
    require_entries("lengths", L, L <= LONGEST, f"lengths up to {LONGEST:g}")
    W_c, J = as_real("W_c", W_c, above=0), as_real("J", J, above=0)
    delta = as_real("delta", delta, above=0, below=1)
    least, most = COUPLINGS
    if not least <= J / W_c <= most:
        wanted = f"a number from {least:g} W_c to {most:g} W_c, W_c = {W_c:g}"
        raise refusal("J", shown(J), wanted, "Check the units.")
    most_inverse = 1 / ZETA_C if as_flag("bounded", bounded) else math.inf
    found = [W_c * math.exp(_log_ratio(x, delta, J / W_c, most_inverse)) for x in L.ravel()]
    return plain(np.reshape(found, L.shape))


def _log_ratio(L: float, delta: float, J: float, most: float) -> float:
    """log(W_delta/W_c) with J in units of W_c and |1/xi| up to ``most``."""

    def excess(x: float) -> float:
        """log of N(L/2)/log(1/delta) at W = W_c exp x; it falls."""
        u = min(max(x, -most), most) * L / 2
        root = math.sqrt(abs(u))
        shape = 0.0
        if root:
            grown = math.log(dawsn(root) / root) - u
            shape = grown if u < 0 else math.log(math.sqrt(math.pi) / 2 * erf(root) / root)
        log_lam = math.log(math.pi) + 2 * (math.log(ZETA_C / 4 / J) + x)
        return (math.log(L / 2) - log_lam) / 2 + shape - math.log(-math.log(delta))

    lower, upper = -1.0, 1.0
    while excess(lower) < 0:
        lower *= 2
    while excess(upper) > 0:
        upper *= 2
    return float(brentq(excess, lower, upper, xtol=1e-15, rtol=1e-15))
