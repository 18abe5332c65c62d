"""The golden rule for the width of a hybridisation function."""

from __future__ import annotations

import math

from bathlab.checks import as_real


def golden_rule_width(g: float, structure_factor: float) -> float:
    """Half-width at half maximum w = pi g^2 v(2h) of k(omega), at weak coupling.

    Parameters
    ----------
    g
        coupling of the spin to the contact.
    structure_factor
        v(2h) of the contact, normalised as integral v = <V^2> = 1.

    Raises
    ------
    ValueError
        If g is not finite or the structure factor is negative.

    Notes
    -----
    De Roeck & Huveneers, Phys. Rev. B 95, 155129 (2017), write w = g^2 v(2h) up to a factor
    (section II C); the golden rule fixes it: the decay rate of |s, b> is 2 pi g^2 v(2h), and k,
    its spectral line, has half of that for its half-width.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain, g, field = 4.0, 0.2, 0.5  # full bandwidth of a random matrix, coupling, field
    >>> v = bl.theory.semicircle_structure_factor(2 * field, grain)
    >>> print(f"{bl.theory.golden_rule_width(g, v):.4f}")  # pi g^2 v(2h)
    0.0387
    """
    g = as_real("g", g)
    structure_factor = as_real("structure_factor", structure_factor, minimum=0)
    return math.pi * g**2 * structure_factor
