"""Shares of realisations that have something, as curves, and where two of them cross."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import root
from scipy.special import expit

from bathlab.checks import as_array, as_integer, as_list
from bathlab.checks.refusals import refusal, shown
from bathlab.conventions import RealArray
from bathlab.statistics.estimates import Estimate
from bathlab.streams import stream

#: A prior keeps coefficients finite where a share is 0 or 1 throughout: their squares times it
#: are taken from the log-likelihood.
PRIOR = 1e-3
#: Realisations are drawn anew so many times, for the errors.
DRAWS = 200
#: A straight line in the logit that is farther off than this chi^2 per degree of freedom is
#: given up for a parabola where two curves are to cross.
FAIR = 1.0
#: If more of them have no crossing, there is none.
WITHOUT = 0.1


@dataclass(frozen=True, eq=False)
class ShareCurve:
    """1/(1 + e^-q), q a polynomial of the parameter; see :func:`share_curve`.

    Attributes
    ----------
    coefficients
        of q in (x - centre)/scale, the constant first.
    chi2_dof
        of the counts, as if points were independent; nan without a degree of freedom.
        Points that share realisations lie nearer to any curve.
    """

    coefficients: RealArray
    centre: float
    scale: float
    chi2_dof: float = math.nan

    def exponent(self, x: Any) -> Any:
        """q, the logarithm of share over one less share."""
        reduced = (np.asarray(x) - self.centre) / self.scale
        return np.polynomial.polynomial.polyval(reduced, self.coefficients)

    def __call__(self, x: Any) -> Any:
        return expit(self.exponent(x))


@dataclass(frozen=True)
class Crossing:
    """Where two curves cross, and how high; errors from realisations drawn anew.

    nan where they do not cross between the first and the last x, or do not in more than a tenth
    of the draws. ``chi2_dof`` is the larger of the two curves'; ``other`` are place and height
    with parabolas for lines and lines for parabolas.
    """

    place: Estimate
    height: Estimate
    chi2_dof: float
    other: tuple[float, float]


def share_curve(x: Any, shares: Any, trials: Any, degree: int = 2) -> ShareCurve:
    """The likeliest curve (binomial), a polynomial in the logit.

    Parameters
    ----------
    x
        (m,) ascending.
    shares
        (m,) from 0 to 1.
    trials
        realisations of each, a number or (m,).
    degree
        of the polynomial, below m.

    Raises
    ------
    ValueError
        If shapes differ, a share is none, or there are too few points.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> x = np.linspace(0.0, 1.0, 6)
    >>> shares = 1 / (1 + np.exp(-4 * (x - 0.5)))
    >>> curve = bl.statistics.share_curve(x, shares, trials=1000, degree=1)
    >>> print(f"{curve(0.5):.3f}, {curve.exponent(1.0):.2f}")  # 1/2, and 4 (x - 1/2)
    0.500, 2.00
    """
    places = as_array("x", x, least=2, ascending=True)
    found = as_array("shares", shares, shape=places.shape, minimum=0)
    if np.any(found > 1):
        raise refusal("shares", f"{found.max():g}", "numbers from 0 to 1", "Divide by trials.")
    degree = as_integer("degree", degree, 1, len(places) - 1)
    many = as_array("trials", trials, ndim=None, above=0)
    if many.shape not in ((), places.shape):
        expected = f"a number, or {len(places)} of them"
        raise refusal("trials", shown(trials), expected, "Give one for each share.")
    many = np.broadcast_to(many, places.shape)
    centre, scale = float(places.mean()), float(np.ptp(places)) / 2
    powers = np.vander((places - centre) / scale, degree + 1, increasing=True)

    def slope(c: RealArray) -> RealArray:
        return np.asarray(powers.T @ (many * (expit(powers @ c) - found)) + 2 * PRIOR * c)

    def curvature(c: RealArray) -> RealArray:
        p = expit(powers @ c)
        return np.asarray(
            (powers.T * (many * p * (1 - p))) @ powers + 2 * PRIOR * np.eye(len(c))
        )

    # The likelihood has one maximum, where its slope is 0.
    best = root(slope, np.zeros(degree + 1), jac=curvature).x
    p, freedom = expit(powers @ best), len(places) - degree - 1
    off = many * (found - p) ** 2 / np.maximum(p * (1 - p), 1e-12)
    return ShareCurve(best, centre, scale, float(off.sum()) / freedom if freedom else math.nan)


def share_crossing(x: Any, few: Any, many: Any, seed: int = 0) -> Crossing:
    """Where the curve of ``many`` comes to lie above that of ``few`` as x grows.

    Parameters
    ----------
    x
        (m,) ascending.
    few, many
        (N, m) and (M, m), the number 0 or 1 for each realisation at each x: at the smaller
        and at the larger size, say. Truth values are refused: multiply them by 1.0. The points
        of one realisation are kept together.

    Raises
    ------
    ValueError
        As :func:`share_curve`, or if ``few`` or ``many`` holds truth values.

    Notes
    -----
    Each curve is a straight line in the logit if its chi^2 per degree of freedom is at most
    :data:`FAIR`, else a parabola.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> x, number = np.linspace(0.0, 1.0, 6), (np.arange(200)[:, None] + 0.5) / 200
    >>> few, many = (1.0 * (number < 1 / (1 + np.exp(-k * (x - 0.5)))) for k in (4, 12))
    >>> found = bl.statistics.share_crossing(x, few, many)
    >>> print(f"{found.place.mean:.2f}, {found.height.mean:.2f}")
    0.50, 0.50
    """
    places = as_array("x", x, least=4, ascending=True)
    both = [
        as_array(name, each, ndim=2, minimum=0) for name, each in (("few", few), ("many", many))
    ]
    source = stream(as_integer("seed", seed, 0), 0, "shares drawn anew")
    degrees = [_degree(places, each) for each in both]
    place, height, misfit = _cross(places, both, degrees)
    other = _cross(places, both, [3 - degree for degree in degrees])[:2]
    drawn = []
    for _ in range(DRAWS):
        anew = [each[source.integers(len(each), size=len(each))] for each in both]
        drawn.append(_cross(places, anew, degrees)[:2])
    values = np.array(drawn)
    kept = values[np.isfinite(values[:, 0])]
    count = min(map(len, both))
    if not math.isfinite(place) or len(kept) < (1 - WITHOUT) * DRAWS:
        nothing = Estimate(math.nan, math.nan, count)
        return Crossing(nothing, nothing, misfit, other)
    errors = kept.std(axis=0, ddof=1)
    where, high = (
        Estimate(value, float(error), count) for value, error in zip((place, height), errors)
    )
    return Crossing(where, high, misfit, other)


@dataclass(frozen=True)
class SharePower:
    """A share ~ L^power; ``chi2_dof`` of the counts."""

    power: Estimate
    chi2_dof: float


def share_power(lengths: Any, hits: Any, seed: int = 0) -> SharePower:
    """The power of L in a small share, from realisations that differ between the lengths: that
    in share over one less share; errors from shares drawn as the counts leave them open.

    Parameters
    ----------
    lengths
        (m,) ascending, above 0.
    hits
        m arrays of the numbers 0 and 1, one entry for each realisation. Truth values are
        refused: multiply them by 1.0.

    Raises
    ------
    ValueError
        As :func:`share_curve`, or if there are truth values among the hits.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> lengths = [10, 100, 1000]
    >>> hits = [1.0 * (np.arange(10000) < 10 * length**0.5) for length in lengths]
    >>> found = bl.statistics.share_power(lengths, hits)
    >>> print(f"{found.power.mean:.2f}")
    0.51
    """
    sizes = as_array("lengths", lengths, least=2, ascending=True, above=0)
    given = [as_array("hits", each, minimum=0) for each in as_list("hits", hits, "arrays")]
    if len(given) != len(sizes):
        expected = f"{len(sizes)} arrays"
        raise refusal("hits", f"{len(given)} of them", expected, "Give one for each length.")
    shares, trials = np.array([each.mean() for each in given]), [len(each) for each in given]
    found = share_curve(np.log(sizes), shares, trials, 1)
    source = stream(as_integer("seed", seed, 0), 0, "shares drawn anew")
    # Beta draws: where nothing was hit, the share is not known to be 0.
    counts, many = shares * trials, np.array(trials)
    drawn = [
        share_curve(np.log(sizes), source.beta(counts + 0.5, many - counts + 0.5), trials, 1)
        for _ in range(DRAWS)
    ]
    powers = [float(each.coefficients[1] / each.scale) for each in (found, *drawn)]
    power = Estimate(powers[0], float(np.std(powers[1:], ddof=1)), min(trials))
    return SharePower(power, found.chi2_dof)


def _degree(x: RealArray, hits: RealArray) -> int:
    return 1 if share_curve(x, hits.mean(axis=0), len(hits), 1).chi2_dof <= FAIR else 2


def _cross(
    x: RealArray, both: list[RealArray], degrees: list[int]
) -> tuple[float, float, float]:
    """Place, height and chi^2 of the last point where the second curve comes to lie higher."""
    few, many = (
        share_curve(x, each.mean(axis=0), len(each), degree)
        for each, degree in zip(both, degrees)
    )
    fine = np.linspace(x[0], x[-1], 400)
    above = many.exponent(fine) - few.exponent(fine)
    rises = np.flatnonzero((above[:-1] < 0) & (above[1:] >= 0))
    misfit = float(np.fmax(few.chi2_dof, many.chi2_dof))
    if len(rises) == 0:
        return math.nan, math.nan, misfit
    at = int(rises[-1])
    place = fine[at] - above[at] * (fine[1] - fine[0]) / (above[at + 1] - above[at])
    return float(place), float(few(place)), misfit
