"""What a point of the phase diagram is, checked, and arrays of them."""

from __future__ import annotations

from typing import Any

from bathlab.checks import as_array
from bathlab.checks.arrays import require_entries
from bathlab.conventions import RealArray
from bathlab.theory.avalanche.directed import LOG2
from bathlab.theory.shapes import together

#: What a thermalised cell may add to a bath, in spins.
STRENGTHENING = (1e-3, 2.0)


def as_epsilon(epsilon: Any) -> RealArray:
    """Probabilities of a resonant bond, above 0 and below 1, of any shape."""
    values = as_array("epsilon", epsilon, ndim=None, above=0)
    require_entries("epsilon", values, values < 1, "probabilities above 0 and below 1")
    return values


def as_K(K: Any) -> RealArray:
    """K > 0 of any shape."""
    return as_array("K", K, ndim=None, above=0)


def as_rules(zeta_treated: Any, strengthening: Any) -> dict[str, RealArray]:
    """zeta_t and eta by their names, each of any shape; 1/zeta_t < 1/zeta_c, so that thermal
    regions are above."""
    treated = as_array("zeta_treated", zeta_treated, ndim=None, infinite=True)
    eta = as_array("strengthening", strengthening, ndim=None)
    least, most = STRENGTHENING
    wanted = f"numbers from {least:g} to {most:g}"
    require_entries("strengthening", eta, (least <= eta) & (eta <= most), wanted)
    rules = {"zeta_treated": treated, "strengthening": eta}
    treated, across = together(rules)
    allowed = "decay lengths below 0 or above zeta_c = 1/(strengthening log 2), so that "
    inside = (treated < 0) | (treated * LOG2 * across > 1)
    require_entries("zeta_treated", treated, inside, allowed + "1/zeta_t < 1/zeta_c")
    return rules
