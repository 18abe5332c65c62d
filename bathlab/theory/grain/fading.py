"""How the matrix elements of a far spin stop fading with the size of a quantum sun."""

from __future__ import annotations

import math

from bathlab.checks import as_real, refusal, require_choice

#: A grain takes in the next spin for ever above this alpha.
CRITICAL_ALPHA = math.sqrt(0.5)


def fading_exponent(alpha: float, axis: str = "z") -> float:
    """Power p of n^-p in the variance of the matrix elements of the farthest spin.

    Of L spins around a grain the farthest has the coupling g ~ alpha^L. By the golden rule it
    flips up and down at 2 pi g^2 v(2h) each, so that sigma^z decays at Gamma = 4 pi g^2 v(2h) ~
    alpha^(2L), and its spectral function is a Lorentzian,

        S_z(omega) = sum_b |<a|sigma^z|b>|^2 delta(omega - E_a + E_b)
                   = (Gamma/pi)/(omega^2 + Gamma^2).

    Elements between levels nearer than Gamma have the mean square S_z(0)/rho = 1/(pi rho Gamma)
    (twice that on the diagonal, as in the GOE), provided that rho Gamma > 1. With n ~ 2^L,
    rho ~ n and Gamma ~ n^(2 log(alpha)/log 2) that is n^-p,

        p = 1 - log(alpha)/log(alpha_c),    alpha_c = 2^(-1/2):

    1 at alpha = 1, 0 at and below alpha_c, where rho Gamma no longer grows. sigma^x turns in
    the field: S_x has peaks at +-2h of half-width Gamma/2, and between neighbouring levels only
    their tails are left, S_x(0) ~ g^2/h^2 ~ Gamma: p = 1 + log(alpha)/log(alpha_c), above
    alpha_c. D of either is log(2 pi rho Gamma/3) for real elements and grows as p_z log n.

    Parameters
    ----------
    alpha
        in (0, 1]; at least alpha_c for "x".
    axis
        "z" or "x".

    Raises
    ------
    ValueError
        If one is out of its range.

    Notes
    -----
    Source: Kliczkowski, Swietek, Hopjan & Vidmar, Phys. Rev. B 110, 134206 (2024)
    (arXiv:2407.16773), for "z"; "x" follows likewise.

    Examples
    --------
    >>> import bathlab as bl
    >>> print([round(bl.theory.fading_exponent(alpha), 3) for alpha in (0.6, 0.8, 1.0)])
    [0.0, 0.356, 1.0]
    >>> print(f"{bl.theory.fading_exponent(0.8, axis='x'):.3f}")  # both sum to 2
    1.644
    """
    alpha = as_real("alpha", alpha, above=0)
    require_choice("axis", axis, ("z", "x"))
    if alpha > 1:
        raise refusal("alpha", f"{alpha:g}", "a number in (0, 1]", "Couplings fall.")
    share = math.log(alpha) / math.log(CRITICAL_ALPHA)
    if axis == "z":
        return max(0.0, 1 - share)
    if share > 1 + 1e-12:
        expected = "at least alpha_c = 0.7071 for sigma^x"
        raise refusal("alpha", f"{alpha:g}", expected, 'Take axis = "z" below it.')
    return 1 + share
