"""C_zz(t) of a site of a chain from its full spectrum, to times far beyond Heisenberg's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.correlators import spectral_autocorrelator
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.local_spectra import Tones, heisenberg_time, tones
from bathlab.checks import require_kind
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.chain_sites import ChainTimes, own_spin
from bathlab.spectrum.dense import diagonalise
from bathlab.statistics.histograms import log_edges

#: Bins of |omega|, in the unit of J: what lies below is rounding, above there is nothing.
EDGES = log_edges(1e-13, 1e3, 4)
#: A state without a resonance keeps so much, one with a resonance less than the other.
FREE, RESONANT = 0.9, 0.5
#: S of one state is looked at with this resolution, in mean level distances.
COARSE = 10.0


@dataclass(frozen=True)
class SiteMemory(ChainTimes):
    """The autocorrelation of two opposite sites of a ring.

    Parameters
    ----------
    chain, first
        as of :class:`ChainTimes`.
    times
        in the inverse unit of J, positive and ascending.

    Raises
    ------
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.SiteMemory(bl.SpinChain(6, disorder=8.0), times=(1.0, 1e6))
    >>> for row in bl.experiments.chain_rows(spec, seed=1, realisation=0):
    ...     print(row["site"], f"{row['plateau']:.3f}", row["memory"].round(3))
    0 0.993 [0.995 0.993]
    3 0.793 [0.79  0.867]
    """


def site_rows(spec: SiteMemory, seed: int, realisation: int) -> list[Row]:
    """C_zz(t) of sites 0 and L/2, S(omega), and the tones of the states, in one realisation.

    sigma is the one along the field of the site. Means are over all states, |omega| is the
    distance of two levels, t_H = 2 pi over the mean one in mid-spectrum.

    Returns
    -------
    list of dict
        A row for each site: ``memory``, C at the times; ``plateau``, C at infinite time;
        ``spectrum``, the weight Z_ab/n of pairs a != b in the bins :data:`EDGES`;
        ``sum_error``, how far both are from 1; ``late``, the weight at |omega| < 1/t_H, which
        relaxes after t_H; ``late_blind``, what it would be if elements knew no frequencies.

        ``free`` and ``resonant``, shares of states that keep Z_aa > 0.9 and < 1/2; ``single``,
        the share of those that are resonant and have Z_aa + main tone > 0.9; ``explained``, the
        mean of Z_aa + main tone; ``explained_resonant``, sums of the same over resonant states
        over n; ``slow``, the share of resonant states whose main tone has |omega| < 1/t_H;
        ``log_number`` and ``log_coarse``, means of the logarithm of the number of tones, and of
        bins of S_a at 10 level distances; ``heisenberg``, ``gap_ratio``.

    Raises
    ------
    ValueError
        If it is no such spec, or the matrix does not fit.
    """
    require_kind("spec", spec, SiteMemory, "Make one with bathlab.experiments.")
    system = spec.sample(seed, realisation)
    found = diagonalise(system)
    time = heisenberg_time(found.energies)
    common = {"gap_ratio": mean_gap_ratio(found.energies), "heisenberg": time}
    rows: list[Row] = []
    for site in (0, spec.chain.sites // 2):
        elements = found.vectors.conj().T @ (own_spin(system, site) @ found.vectors)
        Z = elements.real**2 + elements.imag**2
        rows.append({"site": site, **common, **_site(found.energies, Z, spec.times, time)})
    return rows


def _site(levels: RealArray, Z: RealArray, times: tuple[float, ...], period: float) -> Row:
    n = len(levels)
    omega = np.abs(np.subtract.outer(levels, levels))
    places = np.searchsorted(EDGES, omega.ravel(), side="right")
    of_bins = np.bincount(places, Z.ravel(), len(EDGES) + 1)
    of_bins[0] -= np.trace(Z)  # what is left lies below the bins
    plateau = float(np.trace(Z)) / n
    near = omega < 1 / period
    np.fill_diagonal(near, False)
    moving, pairs = float(of_bins.sum()) / n, n * (n - 1)
    return {
        "memory": spectral_autocorrelator(levels, Z, times),
        "plateau": plateau,
        "spectrum": of_bins[1:-1] / n,
        "sum_error": abs(plateau + float(of_bins[1:-1].sum()) / n - 1),
        "late": float(Z[near].sum()) / n,
        "late_blind": moving * float(np.count_nonzero(near)) / pairs,
        **_of_states(tones(Z), omega, 1 / period),
        "log_coarse": _coarse(levels, Z, period),
    }


def _of_states(found: Tones, omega: RealArray, limit: float) -> Row:
    resonant = found.static < RESONANT
    explained = found.static + found.main
    place = omega[np.arange(len(omega)), found.partner]
    return {
        "free": float(np.mean(found.static > FREE)),
        "resonant": float(np.mean(resonant)),
        "single": float(np.mean(resonant & (explained > FREE))),
        "explained": float(np.mean(explained)),
        "explained_resonant": float(np.mean(np.where(resonant, explained, 0.0))),
        "slow": float(np.mean(resonant & (place < limit))),
        "log_number": float(np.mean(np.log(found.number))),
    }


def _coarse(levels: RealArray, Z: RealArray, period: float) -> float:
    """Mean over states of log (sum w)^2/sum w^2, w the weight of S_a in equal bins."""
    width = COARSE * 2 * np.pi / period
    bins: Array = np.rint(levels / width).astype(np.int64)
    starts = np.flatnonzero(np.diff(bins, prepend=bins[0] - 1))
    weights = np.add.reduceat(Z, starts, axis=1)
    number = Z.sum(axis=1) ** 2 / np.einsum("ab,ab->a", weights, weights)
    return float(np.mean(np.log(number)))
