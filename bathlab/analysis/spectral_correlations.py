"""Correlations of all levels in time: the spectral form factor, and the Thouless time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np

from bathlab.analysis.unfolding import unfold
from bathlab.checks import (
    as_array,
    as_flag,
    as_integer,
    as_levels,
    as_list,
    as_real,
    refusal,
    require_choice,
    require_kind,
)
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts
from bathlab.spectrum.staircase.base import Levels

#: Exponentials worked on at once.
PIECE = 2**22
#: A form factor has come to that of a random matrix within this distance of their decimal
#: logarithms (Suntajs, Bonca, Prosen & Vidmar, Phys. Rev. E 102, 062144 (2020)).
THOULESS_CRITERION = 0.08


@dataclass(frozen=True, eq=False, repr=False)
class FormFactor(Facts):
    """Sums of phases of one spectrum, filtered; :func:`mean_form_factor` puts spectra together.

    Attributes
    ----------
    times
        (T,) tau, in units of the Heisenberg time: 2 pi over the mean distance of levels.
    sums
        (T,) complex, sum_n f_n exp(-2 pi i tau e_n) over unfolded levels e_n.
    weight
        sum_n f_n^2, to which the mean of |sums|^2 goes at tau >= 1.
    """

    times: RealArray
    sums: Array
    weight: float

    @property
    def values(self) -> RealArray:
        """(T,) |sums|^2 over the weight; that of one spectrum scatters by as much as it is."""
        found: RealArray = np.abs(self.sums) ** 2 / self.weight
        return found


def spectral_form_factor(
    energies: Any,
    times: Any,
    filter_width: float | None = 0.5,
    unfolding: str = "polynomial",
    degree: int = 10,
) -> FormFactor:
    """K(tau) = |sum_n f_n exp(-2 pi i tau e_n)|^2/sum_n f_n^2 of the unfolded levels e_n.

    Parameters
    ----------
    energies
        (n,) all levels of one sector: ``bl.levels(H)``, of which it is known, or its
        energies.
    times
        (T,) tau >= 0, in units of the Heisenberg time 2 pi/(mean distance of levels).
    filter_width
        f_n = exp(-(e_n - mean)^2/(2 (w s)^2)), s the standard deviation of the e_n,
        w this number; None for f_n = 1. Without a filter the ends of the spectrum show up to
        tau of order 1.
    unfolding
        "polynomial" or "gaussian", as of :func:`bathlab.analysis.unfold`; "none" for
        energies that are unfolded.
    degree
        of the polynomial.

    Returns
    -------
    FormFactor
        ``values`` (T,), K at each tau, 1 on average beyond tau = 1.

    Raises
    ------
    ValueError
        If all levels are the same or too few to be unfolded, some are known to be missing, or a
        number is out of range.

    Notes
    -----
    Source: Suntajs, Bonca, Prosen & Vidmar, Phys. Rev. E 102, 062144 (2020).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> grain = bl.RandomMatrixBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> found = bl.spectral_form_factor(grain.energies, np.linspace(1.0, 8.0, 2000))
    >>> print(f"{found.values.mean():.2f}: 1 on average beyond the Heisenberg time")
    0.98: 1 on average beyond the Heisenberg time
    """
    require_choice("unfolding", unfolding, ("polynomial", "gaussian", "none"))
    degree = as_integer("degree", degree, 1)
    levels, times = _all_levels(energies), as_array("times", times, minimum=0)
    if len(levels) < 2 or levels[0] == levels[-1]:
        raise refusal(
            "energies", f"{len(levels)} levels", "at least two that differ", "Pass a spectrum."
        )
    if unfolding != "none":
        levels = unfold(levels, unfolding, degree=degree).levels
    apart = levels - levels.mean()
    shares = np.ones(len(levels))
    if filter_width is not None:
        width = as_real("filter_width", filter_width, above=0) * float(apart.std())
        shares = np.exp(-(apart**2) / (2 * width**2))
    sums = np.empty(len(times), np.complex128)
    step = max(1, PIECE // len(levels))
    for first in range(0, len(times), step):
        angles = -2 * math.pi * times[first : first + step, np.newaxis] * apart
        sums[first : first + step] = np.exp(1j * angles) @ shares
    return FormFactor(times, sums, float(shares @ shares))


def _all_levels(energies: Any) -> RealArray:
    if not isinstance(energies, Levels):
        return as_levels(energies)
    if not energies.complete:
        raise refusal(
            "energies",
            f"{len(energies.energies)} levels among which others are missing",
            "all levels, whose sums of phases are those of the spectrum",
            'Take bathlab.levels(H, method="dense"), or a longer run.',
        )
    return as_levels(energies.energies)


def mean_form_factor(spectra: Sequence[FormFactor], connected: bool = True) -> RealArray:
    """(T,) K(tau) of several spectra; ``connected`` takes off what the mean sum alone makes.

    K = (<|S|^2> - c |<S>|^2)/<weight>, c = <|S(0)|^2>/|<S(0)>|^2, or 0 unless connected, where
    S are the sums; so that K(0) = 0. |<S>|^2 is the mean of S_i conj(S_j) over pairs of
    different spectra, which has no bias: |mean of S|^2 is too large by the variance over N.

    Raises
    ------
    ValueError
        If the spectra have different times, or the connected one is asked for and there is one
        spectrum only, or the first time is not 0.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> X = np.random.default_rng(1).standard_normal((100, 60, 60))
    >>> tau = np.array([0.0, 0.25, 0.5, 1.0, 1.5])
    >>> spectra = [
    ...     bl.spectral_form_factor(levels, tau, degree=4)
    ...     for levels in np.linalg.eigvalsh(X + X.transpose(0, 2, 1))
    ... ]
    >>> print(bl.analysis.mean_form_factor(spectra).round(2), "of 100 random matrices")
    [0.   0.4  0.62 0.96 1.06] of 100 random matrices
    >>> print(bl.analysis.random_form_factor(tau, "GOE").round(2), "of the GOE")
    [0.   0.4  0.65 0.9  0.96] of the GOE
    """
    connected = as_flag("connected", connected)
    found = [_form_factor(each) for each in as_list("spectra", spectra, "form factors")]
    if not found or any(not np.array_equal(each.times, found[0].times) for each in found):
        raise refusal(
            "spectra", f"{len(found)} form factors", "some, at the same times", "Make them so."
        )
    sums, weights = np.array([e.sums for e in found]), np.array([e.weight for e in found])
    if not connected:
        whole: RealArray = (np.abs(sums) ** 2).mean(axis=0) / weights.mean()
        return whole
    if len(found) < 2:
        raise refusal(
            "spectra",
            "1 form factor",
            "two or more: one cannot tell its sum from the mean sum",
            "Pass more spectra, or connected=False.",
        )
    if found[0].times[0] != 0:
        raise refusal(
            "spectra",
            f"form factors from tau = {found[0].times[0]:g} on",
            "the first time to be 0, where the disconnected part is the whole",
            "Put 0 before the times.",
        )
    return connected_form_factor(sums, weights, np.full(len(found), 1 / len(found)))


def connected_form_factor(sums: Array, weights: RealArray, shares: RealArray) -> RealArray:
    """(T,) connected K(tau) of spectra that have shares of a mean, as resampling gives them.

    The mean over pairs i != j, each counted p_i p_j, of (|S_i|^2 + |S_j|^2)/2 - c Re S_i
    conj(S_j) over that of (weight_i + weight_j)/2, where c makes K(0) = 0. A pair of a spectrum
    with itself says nothing of the mean sum, also where a bootstrap draws it twice.

    Parameters
    ----------
    sums
        (N, T) complex, those of each spectrum, at tau = 0 first.
    weights
        (N,) to which |sums|^2 goes.
    shares
        (N,) p_i >= 0 of sum 1; 1/N each for the spectra as they are.

    Returns
    -------
    ndarray
        K; nan where fewer than two spectra have a share.
    """
    if np.count_nonzero(shares) < 2:
        return np.full(sums.shape[1], np.nan)
    alone = shares * (1 - shares)  # p_i p_j over the j that differ from i
    squares = alone @ np.abs(sums) ** 2
    products = np.abs(shares @ sums) ** 2 - shares**2 @ np.abs(sums) ** 2
    rest: RealArray = (squares - squares[0] / products[0] * products) / (alone @ weights)
    return rest


def _form_factor(value: Any) -> FormFactor:
    require_kind("spectra", value, FormFactor, "Make them with bathlab.spectral_form_factor.")
    found: FormFactor = value
    return found


def random_form_factor(times: Any, ensemble: str = "GOE") -> RealArray:
    """(T,) K(tau) of "GOE", "GUE", or of uncorrelated levels, "Poisson", for n to infinity.

    GOE: 2 tau - tau log(1 + 2 tau) up to 1, then 2 - tau log((2 tau + 1)/(2 tau - 1)); GUE:
    tau, at most 1; Poisson: 1 (Mehta, Random Matrices, sections 6 and 7).

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> tau = [0.0, 0.1, 0.5, 1.0, 2.0]
    >>> for ensemble in ("GOE", "GUE", "Poisson"):
    ...     print(bl.analysis.random_form_factor(tau, ensemble).round(3), ensemble)
    [0.    0.182 0.653 0.901 0.978] GOE
    [0.  0.1 0.5 1.  1. ] GUE
    [1. 1. 1. 1. 1.] Poisson
    >>> print(f"GOE at 1: 2 - log 3 = {2 - np.log(3):.3f}")
    GOE at 1: 2 - log 3 = 0.901
    """
    times = as_array("times", times, minimum=0)
    require_choice("ensemble", ensemble, ("GOE", "GUE", "Poisson"))
    if ensemble == "Poisson":
        return np.ones_like(times)
    if ensemble == "GUE":
        return np.minimum(times, 1.0)
    late = np.maximum(times, 1.0)
    after = 2 - late * np.log((2 * late + 1) / (2 * late - 1))
    return np.where(times < 1, 2 * times - times * np.log1p(2 * times), after)


def thouless_time(
    times: Any, values: Any, ensemble: str = "GOE", criterion: float = THOULESS_CRITERION
) -> float:
    """The first tau from which on K stays within ``criterion`` of the random matrix's.

    In decimal logarithms; in units of the Heisenberg time, between the neighbouring times on a
    straight line of log tau. Smooth K before: a curve that scatters by more never stays.
    Infinite if the last value is off; the first positive time if none is.

    Raises
    ------
    ValueError
        If times are not ascending and positive after the first, or shapes differ.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> tau = np.geomspace(1e-3, 2.0, 400)
    >>> goe = bl.analysis.random_form_factor(tau, "GOE")
    >>> K = goe * (1 + (0.01 / tau) ** 2)  # slow modes raise it at early times
    >>> expected = 0.01 / np.sqrt(10**0.08 - 1)  # where log10(K/GOE) = 0.08
    >>> print(f"{bl.analysis.thouless_time(tau, K):.5f}, expected {expected:.5f}")
    0.02224, expected 0.02224
    """
    times = as_array("times", times, minimum=0)
    values = as_array("values", values, shape=times.shape)
    criterion = as_real("criterion", criterion, above=0)
    if len(times) < 2 or np.any(np.diff(times) <= 0):
        raise refusal("times", f"{len(times)} times", "two or more, ascending", "Sort them.")
    inside = times > 0
    times, values = times[inside], values[inside]
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs(np.log10(values / random_form_factor(times, ensemble)))
    outside = np.flatnonzero(~(off <= criterion))  # a value that is not positive is outside
    if len(outside) == 0:
        return float(times[0])
    last = int(outside[-1])
    if last == len(times) - 1:
        return math.inf
    step = off[last] - off[last + 1]
    share = (off[last] - criterion) / step if math.isfinite(step) and step > 0 else 1.0
    return float(times[last] * (times[last + 1] / times[last]) ** share)
