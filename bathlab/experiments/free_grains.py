"""Grains and LIOMs without interactions: orbitals instead of many-body levels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bathlab.checks import as_array, as_integer, as_real, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.streams import Purpose, goe, stream

#: Eigenstates are chosen among so many random fillings, those nearest the middle of the band.
FILLINGS = 64


@dataclass(frozen=True)
class FreeGrain:
    """Sites of fermions around a grain of fermions, which hop to one site of it.

    H = sum_jk t_jk c+_j c_k + sum_i 2 h_i d+_i d_i + sum_i g_i (c+_0 d_i + d+_i c_0), t a GOE
    matrix on ``modes`` sites, h_i = field + U[-disorder, disorder]: as each LIOM of
    (15) it costs 2 h_i to turn, and the contact is one operator of the grain.

    Parameters
    ----------
    modes
        sites of the grain.
    bandwidth
        that of a random matrix on 2^modes states with the same tr H^2:
        sum_jk t_jk^2/4 is bandwidth^2/16 on average.
    couplings
        (n,) g_i, from 0 on.
    field, disorder
        of the LIOMs.
    states
        fillings nearest the middle of the band that are averaged over.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.FreeGrain(modes=8, bandwidth=4.0, couplings=(0.3, 0.3), field=0.5)
    >>> [row] = bl.experiments.condition_rows(spec, seed=1, realisation=0)
    >>> # Fermions: a site shares few of the 10 orbitals, however many levels there are.
    >>> print(row["orbitals"].round(2), f"{row['core_orbitals']:.2f}")
    [2.98 2.22] 4.09
    """

    modes: int
    bandwidth: float
    couplings: tuple[float, ...]
    field: float = 1.0
    disorder: float = 0.5
    states: int = 8

    def __post_init__(self) -> None:
        settle(
            self,
            couplings=tuple(as_array("couplings", self.couplings).tolist()),
            modes=as_integer("modes", self.modes, 1),
            bandwidth=as_real("bandwidth", self.bandwidth, above=0),
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
            states=as_integer("states", self.states, 1, FILLINGS),
        )

    def matrices(self, seed: int, realisation: int) -> tuple[RealArray, RealArray]:
        """t of the grain, and that of the whole, grain first."""
        modes, count = self.modes, len(self.couplings)
        numbers = stream(seed, realisation, "free grain")
        # The mean square of a level of t is a quarter of its radius squared.
        grain = goe(modes, self.bandwidth * 2 / math.sqrt(modes + 1), numbers)
        whole = np.zeros((modes + count, modes + count))
        whole[:modes, :modes] = grain
        for place in range(count):
            draw = stream(seed, realisation, Purpose.LIOM_FIELD, place + 1).uniform(-1, 1)
            whole[modes + place, modes + place] = 2 * (self.field + self.disorder * draw)
        whole[0, modes:] = whole[modes:, 0] = self.couplings
        return grain, whole


def free_rows(spec: FreeGrain, seed: int, realisation: int) -> list[Row]:
    """Which of the sites around a free grain share its orbitals.

    Returns
    -------
    list of dict
        One row with ``entropies``, (n,) those of the sites in many-body eigenstates in the
        middle of the band, in units of log 2; ``orbitals`` (n,) and ``core_orbitals``, over how
        many orbitals each of them and the contact spread, 1/sum |phi|^4; ``bare_orbitals``, the
        same of the contact of the grain alone; and ``G`` of the first, by many-body levels as
        of an interacting grain.

    Raises
    ------
    ValueError
        If it is no such spec.
    """
    require_kind("spec", spec, FreeGrain, "Make one with bathlab.experiments.")
    grain, whole = spec.matrices(seed, realisation)
    energies, orbitals = np.linalg.eigh(whole)
    numbers = stream(seed, realisation, "fillings")
    filled = numbers.integers(0, 2, (FILLINGS, len(energies))).astype(float)
    off = np.abs((filled - 0.5) @ energies)
    chosen = filled[np.argsort(off, kind="stable")[: spec.states]]
    shares = np.abs(orbitals) ** 2
    spread = 1 / (shares**2).sum(axis=1)
    levels, bare = np.linalg.eigh(grain)
    return [
        {
            "entropies": filling_entropies(shares[spec.modes :], chosen) / math.log(2),
            "orbitals": spread[spec.modes :],
            "core_orbitals": float(spread[0]),
            "bare_orbitals": float(1 / (bare[0] ** 4).sum()),
            "G": many_body_g(spec, levels, bare[0], float(whole[spec.modes, spec.modes])),
        }
    ]


def filling_entropies(shares: RealArray, filled: RealArray) -> RealArray:
    """(n,) mean entropies in nats of sites with ``shares`` (n, k) of the orbitals, in states
    whose orbitals are ``filled`` or not, (m, k): -p log p - (1 - p) log(1 - p)."""
    p = np.clip(filled @ shares.T, 1e-300, 1 - 1e-16)
    found: RealArray = -(p * np.log(p) + (1 - p) * np.log1p(-p)).mean(axis=0)
    return found


def many_body_g(
    spec: FreeGrain, levels: RealArray, contact: RealArray, cost: float, window: float = 1.0
) -> float:
    """g sqrt(v rho) of the first LIOM, v of c_0 + c+_0 within ``window`` of the energy that it
    costs, averaged over fillings, and rho the Gaussian density of all 2^modes levels.

    ``levels`` and ``contact``, both (k,), are energies of the orbitals, and amplitudes at the
    contact."""
    near = np.abs(np.abs(levels) - abs(cost)) <= window
    v = float((contact[near] ** 2).sum()) / 2 / (2 * window)
    sigma = math.sqrt(float((levels**2).sum()) / 4)
    rho = 2.0**spec.modes / (math.sqrt(2 * math.pi) * sigma)
    return float(abs(spec.couplings[0]) * math.sqrt(v * rho))
