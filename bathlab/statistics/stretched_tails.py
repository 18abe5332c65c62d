"""Tails of sizes: exponential, stretched, or with a power in front.

Likelihoods of counts in bins: sizes are whole numbers, and those that a lattice allows lie
unevenly, which bins longer than its steps do not see.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from bathlab.checks import as_array, as_integer, as_real, refusal, require_kind, settle, shown
from bathlab.conventions import RealArray
from bathlab.statistics.chances import chance_of_chi2
from bathlab.streams import stream

#: Stretches b among which the likeliest is sought.
STRETCHES = (0.05, 3.0)
#: Powers and stretches beyond are refused: p would leave the range of doubles.
STEEPEST = 20.0
#: chi^2 counts bins in which so many are expected at least.
FEWEST = 10
#: How near to those of the counts the means of log l and l^b are, over their spread.
NEAR = 1e-7


@dataclass(frozen=True)
class TailForm:
    """p(l) ~ l^-a exp(-(l/xi)^b) in a window of l.

    Parameters
    ----------
    power
        a, between -20 and 20; None if it is free.
    stretch
        b, from 0, below 20; None if it is free. 0 is no cut-off: a power alone.

    Raises
    ------
    ValueError
        If one is no such number.

    Notes
    -----
    ``TailForm(0, 1)`` is an exponential, ``(0, None)`` a stretched one, ``(None, 1)`` a power
    that is cut off.

    Examples
    --------
    >>> import bathlab as bl
    >>> print(bl.statistics.TailForm(power=0, stretch=1).free)  # exp(-l/xi)
    1
    >>> print(bl.statistics.TailForm(power=None, stretch=0).free)  # l^-a
    1
    >>> print(bl.statistics.TailForm(power=None, stretch=None).free)  # l^-a exp(-(l/xi)^b)
    3
    """

    power: float | None = 0.0
    stretch: float | None = 1.0

    def __post_init__(self) -> None:
        if self.power is not None:
            settle(self, power=as_real("power", self.power, above=-STEEPEST, below=STEEPEST))
        if self.stretch is not None:
            settle(self, stretch=as_real("stretch", self.stretch, minimum=0, below=STEEPEST))

    @property
    def free(self) -> int:
        """Number of free parameters."""
        return (self.power is None) + (self.stretch is None) + (self.stretch != 0)


@dataclass(frozen=True, eq=False)
class Tail:
    """The likeliest tail of a form; see :func:`fit_tail`.

    Attributes
    ----------
    power, scale, stretch
        a, xi and b; xi is infinite where nothing is cut off.
    log_likelihood
        of all counts.
    p
        (m,) probability of each bin, adding up to 1.
    chi2_dof, chance
        chi^2 per degree of freedom over the bins in which ``FEWEST`` are
        expected, the others put together, and how often chance makes it as large; nan without
        a degree of freedom.
    """

    power: float
    scale: float
    stretch: float
    log_likelihood: float
    p: RealArray
    chi2_dof: float
    chance: float


def fit_tail(sizes: Any, counts: Any, form: TailForm, widths: Any = None) -> Tail:
    """The likeliest tail of a form, from its start to the end of a window.

    Given b, a and xi^-b are those of an exponential family, whose likelihood has one maximum;
    over b it is sought on :data:`STRETCHES`.

    Parameters
    ----------
    sizes
        (m,) l of each bin, ascending; its geometric middle.
    counts
        (m,) of each; they need not be whole.
    widths
        (m,) how many sizes a bin holds; 1 for None.

    Raises
    ------
    ValueError
        If the shapes differ, there are fewer than five bins, or fewer than three are counted.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> sizes = np.arange(1.0, 60.0)
    >>> counts = 1e4 * np.exp(-sizes / 8)
    >>> tail = bl.statistics.fit_tail(sizes, counts, bl.statistics.TailForm(0, 1))
    >>> print(f"xi = {tail.scale:.2f}")
    xi = 8.00
    """
    require_kind("form", form, TailForm, "Make one with bathlab.statistics.")
    data = _checked(sizes, counts, widths)
    if form.stretch is not None:
        return _at_shape(data, form, form.stretch)
    found = minimize_scalar(
        lambda b: -_at_shape(data, form, b).log_likelihood,
        bounds=STRETCHES,
        method="bounded",
        options={"xatol": 1e-3},
    )
    return _at_shape(data, form, float(found.x))


def likelihood_ratio(
    sizes: Any, counts: Any, null: TailForm, other: TailForm, widths: Any = None
) -> float:
    """2 log of how much likelier counts are under the likeliest tail of ``other`` than of
    ``null``.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> sizes = np.arange(1.0, 40.0)
    >>> null, other = bl.statistics.TailForm(0, 1), bl.statistics.TailForm(None, 1)
    >>> for power in (0.0, 1.0):  # exp(-l/8), then exp(-l/8)/l
    ...     counts = 1000 * sizes**-power * np.exp(-sizes / 8)
    ...     print(f"{abs(bl.statistics.likelihood_ratio(sizes, counts, null, other)):.0f}")
    0
    298
    """
    found = [fit_tail(sizes, counts, form, widths).log_likelihood for form in (other, null)]
    return 2 * (found[0] - found[1])


def null_ratios(
    sizes: Any,
    counts: Any,
    null: TailForm,
    other: TailForm,
    widths: Any = None,
    draws: int = 99,
    seed: int = 0,
) -> RealArray:
    """(draws,) :func:`likelihood_ratio` of as many counts drawn from the likeliest tail of
    ``null``: its distribution where ``null`` is true (parametric bootstrap).

    A ratio above all of them comes of ``null`` once in ``draws`` + 1 times.

    Raises
    ------
    ValueError
        As :func:`fit_tail`, or if ``draws`` is not positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> sizes = np.arange(1.0, 30.0)
    >>> counts = 1000 * np.exp(-sizes / 8) / sizes
    >>> forms = bl.statistics.TailForm(0, 1), bl.statistics.TailForm(None, 1)
    >>> drawn = bl.statistics.null_ratios(sizes, counts, *forms, draws=9, seed=1)
    >>> ratio = bl.statistics.likelihood_ratio(sizes, counts, *forms)
    >>> print(np.sum(drawn >= ratio), "of", len(drawn))  # no exponential makes so large a ratio
    0 of 9
    """
    draws, seed = as_integer("draws", draws, 1), as_integer("seed", seed, 0)
    fitted = fit_tail(sizes, counts, null, widths)
    source = stream(seed, 0, "null of a tail")
    drawn = source.multinomial(round(float(np.sum(counts))), fitted.p, size=draws)
    return np.array([likelihood_ratio(sizes, each, null, other, widths) for each in drawn])


@dataclass(frozen=True, eq=False)
class _Data:
    """Sizes over ``unit``, counts, and logarithms of widths."""

    x: RealArray
    counts: RealArray
    log_widths: RealArray
    unit: float


def _checked(sizes: Any, counts: Any, widths: Any) -> _Data:
    values = as_array("sizes", sizes, above=0, ascending=True, least=5)
    counted = as_array("counts", counts, shape=values.shape, minimum=0)
    if np.count_nonzero(counted) < 3:
        expected = "counts of three sizes or more"
        raise refusal("counts", shown(counts), expected, "Widen the window.")
    weights = np.ones(len(values))
    if widths is not None:
        weights = as_array("widths", widths, shape=values.shape, above=0)
    unit = float(values @ counted) / float(counted.sum())
    return _Data(values / unit, counted, np.log(weights), unit)


def _at_shape(data: _Data, form: TailForm, stretch: float) -> Tail:
    """The likeliest tail at one b.

    Features are made of mean 0 and covariance 1 in what was counted: a and xi^-b are nearly
    the same to the likelihood, and far from 1 in any unit.
    """
    share = data.counts / data.counts.sum()
    base = data.log_widths
    if form.power is not None:
        base = base - form.power * np.log(data.x)
    cut = [-(data.x**stretch)] if stretch > 0 else []
    free = [-np.log(data.x)] if form.power is None else []
    features = np.array([*cut, *free]).reshape(-1, len(data.x))
    root = np.eye(len(features))
    if len(features):
        off = features - (features @ share)[:, None]
        root = np.linalg.cholesky((off * share) @ off.T)
        features = np.linalg.solve(root, off)
    theta = _likeliest(base, features)
    log_p = _log_p(base, features, theta)
    real = np.linalg.solve(root.T, theta)
    steepness = float(real[0]) if cut else 0.0
    scale = data.unit * steepness ** (-1 / stretch) if steepness > 0 else math.inf
    power = float(real[-1]) if form.power is None else form.power
    misfit, freedom = _chi2(data.counts, np.exp(log_p), form.free)
    return Tail(
        power,
        scale,
        stretch,
        float(data.counts @ log_p),
        np.exp(log_p),
        misfit / freedom if freedom > 0 else math.nan,
        chance_of_chi2(misfit, freedom),
    )


def _log_p(base: RealArray, features: RealArray, theta: RealArray) -> RealArray:
    exponent = base + theta @ features
    top = exponent.max()
    return np.asarray(exponent - top - math.log(np.exp(exponent - top).sum()))


def _likeliest(base: RealArray, features: RealArray) -> RealArray:
    """The maximum of a concave likelihood of features whose means are 0."""

    def surprise(theta: RealArray) -> tuple[float, RealArray]:
        exponent = base + theta @ features
        top = exponent.max()
        p = np.exp(exponent - top)
        return top + math.log(p.sum()), features @ p / p.sum()

    def curvature(theta: RealArray) -> RealArray:
        p = np.exp(_log_p(base, features, theta))
        off = features - (features @ p)[:, None]
        return np.asarray((off * p) @ off.T)

    if len(features) == 0:
        return np.zeros(0)
    found = minimize(
        surprise,
        np.zeros(len(features)),
        jac=True,
        hess=curvature,
        method="trust-exact",
        options={"gtol": NEAR},
    )
    return np.asarray(found.x)


def _chi2(counts: RealArray, p: RealArray, free: int) -> tuple[float, int]:
    expected = counts.sum() * p
    many = expected >= FEWEST
    groups = [counts[many], expected[many]]
    if not many.all():
        rest = (counts[~many].sum(), max(expected[~many].sum(), 1.0))
        groups = [np.append(each, more) for each, more in zip(groups, rest)]
    off = (groups[0] - groups[1]) ** 2 / groups[1]
    return float(off.sum()), len(off) - 1 - free
