"""N(r), the integral of the probability q of a resonance from range 0 to r; F = exp(-N).

Written so that nothing overflows before the answer does, and nothing cancels near xi =
infinity. r, xi and lambda are arrays of one shape; xi is never 0.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import dawsn, erf, exprel

from bathlab.conventions import Array, RealArray
from bathlab.theory.resonance_model.off_axis import error_ratio, exponential_less_one, root

ROOT_PI = math.sqrt(math.pi)
#: exp of more is formed together with its prefactor.
LARGE = 600.0


def floquet_count(r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
    """(xi/lambda)(1 - exp(-r/xi))."""
    with np.errstate(all="ignore"):
        u = r / xi
        grown = times_exp(np.abs(xi) / lam, -u)  # what exprel overflows to
        found = np.where(u < -LARGE, grown, r / lam * exprel(-u))
        return np.where(u == math.inf, xi / lam, _at_critical(found, r / lam, xi))


def hamiltonian_count(r: RealArray, xi: RealArray, lam: RealArray) -> RealArray:
    """sqrt(pi xi/4 lambda) erf sqrt(r/xi), or erfi with -xi; erfi x = 2 exp(x^2) D(x)/sqrt
    pi."""
    with np.errstate(all="ignore"):
        u, root = r / xi, np.sqrt(r) / np.sqrt(lam)
        x = np.sqrt(np.abs(u))
        localised = root * ROOT_PI / 2 * erf(np.where(u > 0, x, 0.0)) / x
        thermal = times_exp(root * dawsn(np.where(u < 0, x, 0.0)) / x, -u)
        found = np.where(u > 0, localised, np.where(u < 0, thermal, root))
        found = np.where(u == -math.inf, math.inf, found)
        whole = np.sqrt(np.abs(xi)) / np.sqrt(lam) * ROOT_PI / 2
        return np.where(u == math.inf, whole, _at_critical(found, root, xi))


def floquet_count_off_axis(r: Array, xi: RealArray, lam: RealArray) -> Array:
    """The same at complex r, as (45) continues it."""
    with np.errstate(all="ignore"):
        grown = exponential_less_one(r * (-1 / xi)) * (-xi / lam)
        return np.where(np.isinf(xi), r * (1 / lam), grown)


def hamiltonian_count_off_axis(r: Array, xi: RealArray, lam: RealArray) -> Array:
    """The same at complex r, as (91) continues it."""
    with np.errstate(all="ignore"):
        found: Array = root(r * (1 / lam)) * error_ratio(r * (1 / xi))
        return found


def times_exp(factor: RealArray, exponent: RealArray) -> RealArray:
    """factor exp(exponent), factor > 0, finite wherever the product is."""
    plain = factor * np.exp(np.minimum(exponent, LARGE))
    return np.where(exponent > LARGE, np.exp(exponent + np.log(factor)), plain)


def _at_critical(found: RealArray, critical: RealArray, xi: RealArray) -> RealArray:
    return np.where(np.isinf(xi), critical, found)
