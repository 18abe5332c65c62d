"""N(r), the integral of the probability q of a resonance from range 0 to r; F = exp(-N).

Written so that nothing overflows before the answer does, and nothing cancels near xi =
infinity. r, xi and lambda are arrays of one shape; xi is never 0.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import dawsn, erf, exprel

from bathlab.conventions import Array, RealArray

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
        localised = root * ROOT_PI / 2 * erf(x) / x
        thermal = times_exp(root * dawsn(x) / x, -u)
        found = np.where(u > 0, localised, np.where(u < 0, thermal, root))
        found = np.where(u == -math.inf, math.inf, found)
        whole = np.sqrt(np.abs(xi)) / np.sqrt(lam) * ROOT_PI / 2
        return np.where(u == math.inf, whole, _at_critical(found, root, xi))


def floquet_count_off_axis(r: Array, xi: RealArray, lam: RealArray) -> Array:
    """The same at complex r, as (45) continues it."""
    u = r / xi
    with np.errstate(all="ignore"):
        return np.where(np.isinf(xi), r / lam, -xi / lam * np.expm1(-u))


def hamiltonian_count_off_axis(r: Array, xi: RealArray, lam: RealArray) -> Array:
    """The same at complex r, as (91) continues it; r is not 0."""
    with np.errstate(all="ignore"):
        root, x = np.sqrt(r / lam), np.sqrt(r / xi)
        return np.where(np.isinf(xi), root, root * ROOT_PI / 2 * erf(x) / x)


def times_exp(factor: RealArray, exponent: RealArray) -> RealArray:
    """factor exp(exponent), factor > 0, finite wherever the product is."""
    plain = factor * np.exp(np.minimum(exponent, LARGE))
    return np.where(exponent > LARGE, np.exp(exponent + np.log(factor)), plain)


def _at_critical(found: RealArray, critical: RealArray, xi: RealArray) -> RealArray:
    return np.where(np.isinf(xi), critical, found)
