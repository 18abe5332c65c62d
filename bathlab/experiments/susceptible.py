"""How the states of a circuit answer to its fields, and which pairs of states make it so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.level_pairs import resonances
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.pair_sums import StatePairs
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.circuits import require_circuit, solved
from bathlab.experiments.pair_counts import PER_DECADE, SCALES
from bathlab.model.circuit import BrickworkCircuit
from bathlab.model.random_unitaries import RandomUnitary
from bathlab.operators.eigensystem import UnitaryEigensystem
from bathlab.statistics.histograms import log_edges
from bathlab.streams import stream

#: Bins of x and chi, and of |k| and |kappa|, as many in a decade as of Omega.
FIDELITIES = log_edges(1e-6, 1e16, PER_DECADE)
CURVATURES = log_edges(1e-6, 1e10, PER_DECADE)
#: Decades of x from 1 to 1e8, and of |k| from 1 to 1e4, whose pairs are looked at.
X_DECADES = FIDELITIES[6 * PER_DECADE : 14 * PER_DECADE + 1 : PER_DECADE]
K_DECADES = CURVATURES[6 * PER_DECADE : 10 * PER_DECADE + 1 : PER_DECADE]
#: Bins of |omega| in units of the mean spacing 2 pi/n.
SPACINGS = log_edges(1e-4, 1e2, PER_DECADE)


def susceptibility_rows(
    circuit: BrickworkCircuit | RandomUnitary, seed: int, realisation: int
) -> list[Row]:
    """Counts of chi, kappa and their terms at all sites, in one realisation.

    chi_n = sum of x_nm = Z_nm/(2 sin(omega_nm/2))^2 and kappa_n = sum of k_nm = Z_nm
    cot(omega_nm/2)/2 over m != n, z_nm = <n|sigma_j|m>, Z = |z|^2, eqs. (10) and (15) of
    Garratt, Roy & Chalker (2021) in the exact form of a unitary.

    Returns
    -------
    list of dict
        One row. Counts are summed over the sites j, of pairs n < m and of states n; of
        ``pairs`` and ``states`` there are so many in all.

        * ``x``, ``chi`` : (b,) in the bins :data:`FIDELITIES`; ``chi_share`` is the sum, over
          the states of each bin of chi, of the share of the largest x in it.
        * ``k``, ``kappa`` : (b,) of |k| and |kappa| in the bins :data:`CURVATURES`;
          ``kappa_positive`` those of kappa > 0.
        * ``x_Omega``, ``x_omega``, ``x_Z`` : (d b,) pairs of each of the d decades
          :data:`X_DECADES` of x by Omega = |z||omega|, |omega| and Z in the bins
          :data:`bathlab.experiments.pair_counts.SCALES`; ``k_Z`` the same for decades
          :data:`K_DECADES` of |k|.
        * ``chi_Omega`` : (b,) what the pairs of each bin of Omega add to the sum of chi.
        * ``spacings`` : (b,) pairs by |omega| n/2 pi in the bins :data:`SPACINGS`, once for all
          sites.
        * ``x_moved``, ``chi_moved``, ``k_moved``, ``kappa_moved`` : the same with the elements
          of each site in a random order over the pairs, a control without any relation of z to
          omega.
        * ``mean_chi``, ``median_chi`` and ``log_chi``, the mean of log10 chi, over all states
          and sites.

    Raises
    ------
    ValueError
        If it is neither a circuit nor a random unitary, or all its eigenvectors do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> [row] = bl.experiments.susceptibility_rows(bl.BrickworkCircuit(4, 0.05), 1, 0)
    >>> print(row["states"], row["chi"].sum())  # sites times states
    64.0 64.0
    >>> print(f"{row['median_chi']:.3f}, {row['mean_chi']:.1f}")  # a heavy tail
    0.137, 42.8
    """
    require_circuit(circuit, RandomUnitary)
    sample = circuit.sample(seed, realisation)
    found = solved(sample)
    pairs = StatePairs.of(found.quasienergies)
    omega = _places(pairs.omega, SCALES)
    cells: dict[str, RealArray] = {}
    states = []
    for site in range(1, sample.sites + 1):
        Z = pairs.of_matrix(resonances(sample, site).Z)
        chi, own = _answers(pairs, omega, Z)
        moved = stream(seed, realisation, "rearranged pairs", site).permutation(Z)
        states.append(chi)
        for name, cell in (own | _Terms.of(pairs, moved).counts("_moved")).items():
            cells[name] = cells.get(name, 0.0) + cell
    return [cells | _numbers(np.concatenate(states), found, pairs, sample.sites)]


def _numbers(
    chi: RealArray, found: UnitaryEigensystem, pairs: StatePairs, sites: int
) -> dict[str, RealArray | float]:
    """What is no sum over sites."""
    near = _places(pairs.omega * pairs.levels / (2 * np.pi), SPACINGS)
    return {
        "spacings": _in_bins(near, SPACINGS),
        "pairs": float(sites * len(pairs.omega)),
        "states": float(len(chi)),
        "mean_chi": float(chi.mean()),
        "median_chi": float(np.median(chi)),
        "log_chi": float(np.mean(np.log10(np.maximum(chi, FIDELITIES[0])))),
        "gap_ratio": mean_gap_ratio(found),
        "residual": found.residual,
    }


@dataclass(frozen=True, eq=False)
class _Terms:
    """x of each pair, chi and kappa of each state with some elements, and the bins of x, k."""

    x: RealArray
    chi: RealArray
    kappa: RealArray
    x_places: Array
    k_places: Array

    @classmethod
    def of(cls, pairs: StatePairs, Z: RealArray) -> _Terms:
        x, k = Z * pairs.inverse_square, Z * pairs.half_cotangent
        chi, kappa = pairs.summed(x), pairs.summed(k, -1.0)
        return cls(x, chi, kappa, _places(x, FIDELITIES), _places(np.abs(k), CURVATURES))

    def counts(self, ending: str = "") -> dict[str, RealArray]:
        """Counts of x, k and their sums."""
        chi, kappa = (
            _places(np.abs(values), edges)
            for values, edges in ((self.chi, FIDELITIES), (self.kappa, CURVATURES))
        )
        return {
            f"x{ending}": _in_bins(self.x_places, FIDELITIES),
            f"chi{ending}": _in_bins(chi, FIDELITIES),
            f"k{ending}": _in_bins(self.k_places, CURVATURES),
            f"kappa{ending}": _in_bins(kappa, CURVATURES),
        }


def _answers(
    pairs: StatePairs, omega: Array, Z: RealArray
) -> tuple[RealArray, dict[str, RealArray]]:
    """chi of each state at one site, and all counts of it; ``omega`` are bins of |omega|."""
    terms = _Terms.of(pairs, Z)
    x, chi, kappa = terms.x, terms.chi, terms.kappa
    share = np.divide(_largest(pairs, x), chi, out=np.ones_like(chi), where=chi > 0)
    Omega, sizes = _places(np.sqrt(Z) * pairs.omega, SCALES), _places(Z, SCALES)
    in_x, in_k = (
        (terms.x_places, FIDELITIES, X_DECADES),
        (terms.k_places, CURVATURES, K_DECADES),
    )
    return chi, terms.counts() | {
        "chi_share": _in_bins(_places(chi, FIDELITIES), FIDELITIES, share),
        "kappa_positive": _in_bins(_places(kappa[kappa > 0], CURVATURES), CURVATURES),
        "x_Omega": _jointly(Omega, *in_x),
        "x_omega": _jointly(omega, *in_x),
        "x_Z": _jointly(sizes, *in_x),
        "k_Z": _jointly(sizes, *in_k),
        "chi_Omega": _in_bins(Omega, SCALES, 2 * x),
    }


def _largest(pairs: StatePairs, terms: RealArray) -> RealArray:
    """(n,) the largest term of each state."""
    found = np.zeros(pairs.levels)
    np.maximum.at(found, pairs.rows, terms)
    np.maximum.at(found, pairs.columns, terms)
    return found


def _places(values: RealArray, edges: RealArray) -> Array:
    """The bin of each value, from 1; 0 and b + 1 for what lies below and above."""
    return np.searchsorted(edges, values, side="right").astype(np.int32)


def _in_bins(places: Array, edges: RealArray, weights: RealArray | None = None) -> RealArray:
    """(b,) how many places, or how much weight, each bin has."""
    return np.bincount(places, weights, len(edges) + 1)[1:-1].astype(np.float64)


def _jointly(scales: Array, places: Array, edges: RealArray, decades: RealArray) -> RealArray:
    """(d b,) how many pairs lie in each decade, in bins of ``edges``, and bin of
    :data:`SCALES`."""
    width, count = len(SCALES) + 1, len(decades) - 1
    counts = np.bincount(places * width + scales, minlength=(len(edges) + 1) * width)
    first = 1 + int(np.searchsorted(edges, decades[0]))
    inside = counts.reshape(-1, width)[first : first + PER_DECADE * count, 1:-1]
    return inside.reshape(count, PER_DECADE, -1).sum(axis=1).astype(np.float64).ravel()
