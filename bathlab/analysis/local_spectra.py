"""What a local operator's elements make of each eigenstate: tones, and its susceptibility."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_levels, refusal
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts


@dataclass(frozen=True, eq=False, repr=False)
class Tones(Facts):
    """Of which frequencies C_a(t) = sum_b Z_ab cos((E_a - E_b) t) of each state is made.

    Attributes
    ----------
    static
        (n,) Z_aa, what stays for ever.
    main
        (n,) the largest Z_ab, b other than a; 0 where there is no other state.
    partner
        (n,) its b; a itself where there is none.
    number
        (n,) (sum_b Z_ab)^2/sum_b Z_ab^2, between 1 and n: how many tones, the static one
        among them, share the weight.
    """

    static: RealArray
    main: RealArray
    partner: Array
    number: RealArray


def tones(weights: Any) -> Tones:
    """The tones of each state in S_a(omega) = sum_b Z_ab delta(omega - E_a + E_b).

    Parameters
    ----------
    weights
        (n, n) Z_ab = |<a|O|b>|^2 of all states, not negative, no row all zero.

    Raises
    ------
    ValueError
        If the weights are not such.

    Notes
    -----
    Source: Crowley & Chandran, SciPost Phys. 12, 201 (2022), (24), (25) and (35): a state has
    one tone, static if it has no resonance.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> still, flips, spread = np.eye(4), np.eye(4)[::-1], np.full((4, 4), 0.25)
    >>> for Z in (still, flips, spread):
    ...     found = bl.analysis.tones(Z)
    ...     static, main, number = found.static[0], found.main[0], found.number[0]
    ...     print(f"static {static:.2f}, main {main:.2f}, number of tones {number:.0f}")
    static 1.00, main 0.00, number of tones 1
    static 0.00, main 1.00, number of tones 1
    static 0.25, main 0.25, number of tones 4
    """
    Z = _square("weights", as_array("weights", weights, ndim=2, minimum=0))
    total = Z.sum(axis=1)
    if not np.all(total > 0):
        raise refusal("weights", "a row of zeros", "some weight in each", "Check the operator.")
    static, others = Z.diagonal().copy(), Z.copy()
    np.fill_diagonal(others, -1.0)
    partner = np.argmax(others, axis=1)
    main = np.maximum(others[np.arange(len(Z)), partner], 0.0)
    squares: RealArray = np.einsum("ab,ab->a", Z, Z)
    return Tones(static, main, partner, total**2 / squares)


def fidelity_susceptibility(energies: Any, elements: Any) -> RealArray:
    """chi_a = sum over b != a of |<b|U|a>|^2/(E_b - E_a)^2, |d|a>/dg|^2 of H + g U.

    Parameters
    ----------
    energies
        (n,) levels, in the order of the elements.
    elements
        (n, n) <a|U|b>, real or complex; what is on the diagonal does not matter.

    Returns
    -------
    ndarray
        (n,) in the inverse square of the energies' unit; infinite where two levels coincide.

    Raises
    ------
    ValueError
        If the levels are not finite, or the elements not (n, n).

    Notes
    -----
    Source: Crowley & Chandran, (123).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> h, sigma_x = 0.4, np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> chi = bl.analysis.fidelity_susceptibility([-h, h], sigma_x)  # of h sigma^z + g sigma^x
    >>> print(chi.round(4), f"1/(2 h)^2 = {1 / (2 * h) ** 2:.4f}")
    [1.5625 1.5625] 1/(2 h)^2 = 1.5625
    """
    levels = as_array("energies", energies)
    values = as_array("elements", elements, shape=(len(levels),) * 2, kind="complex")
    squares = np.abs(values) ** 2
    apart = np.subtract.outer(levels, levels) ** 2
    np.fill_diagonal(squares, 0.0)
    np.fill_diagonal(apart, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(squares > 0, squares / apart, 0.0)
    found: RealArray = terms.sum(axis=1)
    return found


def heisenberg_time(energies: Any) -> float:
    """2 pi over the mean distance of the levels between the quartiles of a spectrum.

    Raises ValueError for fewer than four levels, or if those all coincide.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> spacing = 0.01
    >>> t_H = bl.analysis.heisenberg_time(spacing * np.arange(1000))
    >>> print(f"{t_H:.2f}, 2 pi/spacing = {2 * np.pi / spacing:.2f}")
    628.32, 2 pi/spacing = 628.32
    """
    levels = np.sort(as_levels(energies))
    quarter = len(levels) // 4
    if quarter < 1:
        raise refusal("energies", f"{len(levels)} levels", "four or more", "Take more.")
    middle = levels[quarter : len(levels) - quarter]
    width = float(middle[-1] - middle[0])
    if not width > 0:
        raise refusal("energies", "levels that coincide", "some that differ", "Check H.")
    return 2 * np.pi * (len(middle) - 1) / width


def _square(name: str, values: RealArray) -> RealArray:
    if values.shape[0] != values.shape[1]:
        raise refusal(name, f"shape {values.shape}", "(n, n)", "Pass all pairs of states.")
    return values
