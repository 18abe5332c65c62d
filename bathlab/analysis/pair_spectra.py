"""What an operator does between levels, by their distance: S(omega), rho(omega) and v-bar.

All levels may be known, or those of a window: then a level near its end has fewer partners at a
given distance, which the exposure counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_edges, as_flag, refusal, shown
from bathlab.conventions import RealArray
from bathlab.facts import Facts


@dataclass(frozen=True, eq=False, repr=False)
class PairSpectrum(Facts):
    """Sums over pairs of levels a, b, a != b, in m bins of |omega| = |E_a - E_b|.

    Attributes
    ----------
    edges
        (m + 1,) of the bins, from 0 on or later.
    exposure
        (m,) measure of the frequencies of either sign at which partners are known,
        summed over the levels a: twice the width of a bin for each where all levels are.
    pairs
        (m,) number of pairs.
    moduli, squares
        (m,) sums of |V_ab| and of |V_ab|^2, means over the operators.
    diagonal
        (r, k) V_aa of the r levels a and k operators, real.
    totals
        (r, k) sum of |V_ab|^2 over all known b, a included: <a|V^2|a> if all are known.
    log_fidelity
        mean of log chi_a, chi_a = sum over b of |V_ab|^2/(E_a - E_b)^2, over known
        partners.

    Notes
    -----
    Of sums over realisations ``squares / exposure`` is S(omega), two-sided: with the weight
    <V_aa^2> at omega = 0 its integral is <V^2>. ``pairs / exposure`` is rho, ``moduli / pairs``
    is v-bar, and their product rho v-bar is ``moduli / exposure``.

    Source: Crowley & Chandran, SciPost Phys. 12, 201 (2022), (23), (97), (123), (129)-(130).
    """

    edges: RealArray
    exposure: RealArray
    pairs: RealArray
    moduli: RealArray
    squares: RealArray
    diagonal: RealArray
    totals: RealArray
    log_fidelity: float


def pair_spectrum(
    energies: Any, rows: Any, elements: Iterable[Any], edges: Any, whole: bool = True
) -> PairSpectrum:
    """Sums over pairs a, b by |E_a - E_b|, b any level, a one of some rows.

    Parameters
    ----------
    energies
        (n,) ascending levels.
    rows
        (r,) numbers of the levels a.
    elements
        for each of k operators (Hermitian) the (r, n) elements V_ab, made one by one if
        it is a generator.
    edges
        (m + 1,) ascending, from 0 on, of the bins of |omega|.
    whole
        whether the levels are all there are; if not, all between the first and the last.

    Raises
    ------
    ValueError
        If the levels do not ascend, there is no such row, there is no operator, shapes differ,
        or a number is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> chain = bl.SpinChain(sites=8, disorder=0.5).sample(seed=1)
    >>> solved = bl.diagonalise(chain)
    >>> V = bl.analysis.matrix_elements(solved.vectors, chain.operator(0, "z"))
    >>> edges = np.array([0.0, 0.5, 1.0, 2.0, 4.0])
    >>> found = bl.analysis.pair_spectrum(solved.energies, np.arange(len(V)), [V], edges)
    >>> print("S(omega)", (found.squares / found.exposure).round(3))
    S(omega) [0.312 0.261 0.133 0.017]
    >>> print("rho v-bar", (found.moduli / found.exposure).round(3))
    rho v-bar [1.624 1.465 0.952 0.198]
    """
    energies, edges = as_array("energies", energies, least=2), as_edges(edges)
    if np.any(np.diff(energies) < 0) or edges[0] < 0:
        raise ValueError(
            f"energies = {shown(energies)} and a first edge {edges[0]:g} were given; expected "
            "ascending levels and edges from 0 on. Sort them with their elements."
        )
    rows = as_array("rows", rows, kind="integer", minimum=0)
    if rows.max() >= len(energies):
        expected = f"numbers of {len(energies)} levels"
        raise refusal("rows", shown(rows), expected, "Count them from 0.")
    omega = np.abs(energies[rows, np.newaxis] - energies)
    places = np.searchsorted(edges, omega, side="right")
    own = np.arange(len(rows)), rows
    places[own] = 0  # no pair
    omega[own] = 1.0
    if not isinstance(elements, Iterable) or isinstance(elements, (str, bytes, Mapping)):
        expected = "a list or generator of arrays, one for each operator"
        raise refusal("elements", shown(elements), expected, "Pass [V] for one operator.")
    sums = _Sums(omega, own)
    for place, each in enumerate(elements):
        shape = omega.shape
        sums.add(as_array(f"elements[{place}]", each, shape=shape, kind="complex"))
    if not sums.diagonal:
        raise refusal("elements", "none", "those of one operator or more", "Pass a list.")
    count = len(sums.diagonal)
    pairs, moduli, squares = (
        np.bincount(places.ravel(), weights, len(edges) + 1)[1:-1].astype(np.float64)
        for weights in (None, sums.moduli.ravel() / count, sums.squares.ravel() / count)
    )
    exposure = _exposure(energies, rows, edges, as_flag("whole", whole))
    return PairSpectrum(
        edges, exposure, pairs, moduli, squares,
        np.transpose(sums.diagonal), np.transpose(sums.totals), float(np.mean(sums.logs)),
    )  # fmt: skip


class _Sums:
    """Over operators, of what each pair has; and what each level has of each operator."""

    def __init__(self, omega: RealArray, own: tuple[Any, Any]) -> None:
        with np.errstate(divide="ignore"):
            self.inverse = 1 / omega**2
        self.inverse[own] = 0.0
        self.own = own
        self.moduli, self.squares = np.zeros(omega.shape), np.zeros(omega.shape)
        self.diagonal: list[RealArray] = []
        self.totals: list[RealArray] = []
        self.logs: list[float] = []

    def add(self, elements: RealArray) -> None:
        modulus = np.abs(elements)
        square = modulus**2
        self.diagonal.append(elements[self.own].real)
        self.totals.append(square.sum(axis=1))
        self.moduli += modulus
        self.squares += square
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(square > 0, square * self.inverse, 0.0)
            self.logs.append(float(np.log(terms.sum(axis=1)).mean()))


def _exposure(energies: RealArray, rows: RealArray, edges: RealArray, whole: bool) -> RealArray:
    """Twice the width of each bin for each row; in a window, as far as it reaches."""
    if whole:
        return 2 * len(rows) * np.diff(edges)
    reach = [energies[rows] - energies[0], energies[-1] - energies[rows]]
    seen = [np.minimum(side[:, np.newaxis], edges).sum(axis=0) for side in reach]
    return np.diff(np.sum(seen, axis=0))
