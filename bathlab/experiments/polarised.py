"""How far the states of a circuit are from polarised, and which pairs of them make it so."""

from __future__ import annotations

from typing import Iterator

import numpy as np

from bathlab.analysis.level_pairs import resonances
from bathlab.analysis.pair_sums import ROUNDING
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.circuits import require_circuit, solved
from bathlab.model.circuit import BrickworkCircuit, Circuit
from bathlab.statistics.histograms import bin_counts, group_counts, log_edges
from bathlab.streams import stream

#: Edges of the bins of Z, D, R^2 and 1 - R^2; beyond 1 only the control has values.
SQUARES = log_edges(1e-30, 100.0, 10)
#: Edges of the linear bins of R^2.
INVARIANTS = np.linspace(0.0, 1.0, 51)
#: Pairs with a larger R^2 have opposite polarisations at the site: their levels cross.
SPLIT = 0.5
#: A pair with a larger Z is a resonance. A state has three at most, as all its Z make 1.
LARGE = 0.25
#: A state with a larger D has lost its polarisation.
LOST = 0.5
#: Exponents q of the sums over m != n of Z_nm^q.
POWERS = np.arange(1, 11) / 10


def polarisation_rows(circuit: BrickworkCircuit, seed: int, realisation: int) -> list[Row]:
    """Counts of Z, R^2 and D of all pairs n < m and states at all sites, in one realisation.

    R^2 = (z_nn - z_mm)^2/4 + Z_nm splits the pairs in two classes of their own, those below
    and those above 1/2.

    Returns
    -------
    list of dict
        One row. Sums and counts are over the sites; with b bins :data:`SQUARES`:

        * ``squares`` (2 b,): Z of the pairs of each class. ``squares_moved``: with Omega =
          |z||omega| in a random order over the pairs of a site, Omega^2/omega^2, by the class
          of the pair that Omega comes from: the step from (7) to (8), a control in which omega
          knows nothing of Omega.
        * ``pairs`` (2,), ``square_sums`` (2,), ``largest`` (2,): how many pairs, the sum of
          their Z, and the largest Z.
        * ``remainders`` (2 b,), ``remainder_sums`` (2,): R^2 of the first class, 1 - R^2 of the
          second, and their sums. ``invariants``: R^2 of all pairs in the bins
          :data:`INVARIANTS`.
        * ``depolarisations``, ``depolarisations_moved`` (b,): D of all states, and D with the Z
          of a site in that random order: a control in which the terms of the sum (6) know
          nothing of each other.
        * ``lost``, ``lost_moved`` (3,): states with D > 1/2, the sum of the shares of their
          largest Z in D, and that of the two largest.
        * ``large`` (4,): states with 0, 1, 2 and 3 of Z > 1/4. ``partners``: to how many other
          states a state has Z > 1/4 at any site, a mean over states.
        * ``participation``: sum of Z^q over m != n for q in :data:`POWERS`, a mean over states
          and sites; ``depolarisation`` is that of D. ``sum_rule``: the largest |1 - z_nn^2 -
          D|.

    Raises
    ------
    ValueError
        If it is no circuit, or all its eigenvectors do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> circuit = bl.BrickworkCircuit(4, 0.05)
    >>> [row] = bl.experiments.polarisation_rows(circuit, seed=1, realisation=0)
    >>> print(int(row["pairs"].sum()), 4 * 16 * 15 // 2)  # sites times pairs of states
    480 480
    >>> both = 2 * row["square_sums"].sum() / (4 * 16)  # D is the sum of Z over m != n
    >>> print(f"{row['depolarisation']:.4f}, {both:.4f}")
    0.1146, 0.1146
    """
    require_circuit(circuit)
    sample = circuit.sample(seed, realisation)
    found = solved(sample)
    above = np.triu(np.ones((found.dimension, found.dimension), dtype=bool), 1)
    omega, near = _distances(found.quasienergies)[above], np.zeros_like(above)
    sums: dict[str, Array] = {}
    maxima = {"largest": np.zeros(2), "sum_rule": np.zeros(1)}
    for site in range(1, sample.sites + 1):
        p, Z = _elements(sample, site)
        near |= Z > LARGE
        pairs, R2 = Z[above], _invariants(p, Z)[above]
        order = stream(seed, realisation, "rearranged pairs", site).permutation(len(pairs))
        control = pairs[order] * (omega[order] / omega) ** 2
        for name, count in _site_sums(Z, pairs, R2, above, order, control):
            sums[name] = sums.get(name, 0) + count
        for name, value in _site_maxima(p, Z, pairs, R2):
            maxima[name] = np.maximum(maxima[name], value)
    states = sample.sites * found.dimension
    return [
        {
            **{name: np.asarray(total, dtype=np.float64) for name, total in sums.items()},
            "participation": 2 * sums["participation"] / states,
            "depolarisation": float(2 * np.sum(sums["square_sums"]) / states),
            "partners": float(np.sum(near) / found.dimension),
            "largest": maxima["largest"],
            "sum_rule": float(maxima["sum_rule"][0]),
            "residual": found.residual,
        }
    ]


def _distances(quasienergies: RealArray) -> RealArray:
    """(n, n) |omega|, no smaller than rounding lets it be known."""
    apart = np.abs(np.subtract.outer(quasienergies, quasienergies))
    return np.maximum(np.minimum(apart, 2 * np.pi - apart), ROUNDING)


def _elements(sample: Circuit, site: int) -> tuple[RealArray, RealArray]:
    """(n,) polarisations z_nn and (n, n) Z without its diagonal; z, of twice the size, goes."""
    found = resonances(sample, site)
    Z = found.Z
    np.fill_diagonal(Z, 0.0)
    return found.polarisation.copy(), Z


def _invariants(p: RealArray, Z: RealArray) -> RealArray:
    """(n, n) R^2, at most 1 but for rounding."""
    half = np.subtract.outer(p / 2, p / 2)
    half *= half
    half += Z
    return np.minimum(half, 1.0, out=half)


def _site_sums(
    Z: RealArray,
    pairs: RealArray,
    R2: RealArray,
    above: Array,
    order: Array,
    control: RealArray,
) -> Iterator[tuple[str, Array]]:
    """What is added over the sites, by column; ``pairs`` and R2 are above the diagonal."""
    crossing = R2 > SPLIT
    remainders = np.where(crossing, 1 - R2, R2)
    yield "squares", _by_class(pairs, crossing)
    yield "squares_moved", _by_class(control, crossing[order])
    yield "remainders", _by_class(remainders, crossing)
    yield "invariants", np.histogram(R2, INVARIANTS)[0]
    yield "pairs", _sums(np.ones_like(pairs), crossing)
    yield "square_sums", _sums(pairs, crossing)
    yield "remainder_sums", _sums(remainders, crossing)
    yield "participation", _participation(pairs)
    yield "large", np.bincount(np.sum(Z > LARGE, axis=1), minlength=4)
    moved = np.zeros_like(Z)
    moved[above] = pairs[order]
    moved += moved.T
    for ending, each in (("", Z), ("_moved", moved)):
        D = each.sum(axis=1)
        yield f"depolarisations{ending}", bin_counts(D, SQUARES)[0]
        yield f"lost{ending}", _lost(each, D)


def _site_maxima(
    p: RealArray, Z: RealArray, pairs: RealArray, R2: RealArray
) -> Iterator[tuple[str, Array]]:
    """What is the largest over the sites, by column."""
    crossing = R2 > SPLIT
    yield "largest", np.array([pairs[c].max(initial=0.0) for c in (~crossing, crossing)])
    yield "sum_rule", np.abs(1 - p**2 - Z.sum(axis=1)).max()[np.newaxis]


def _by_class(values: RealArray, crossing: Array) -> Array:
    """(2 b,) counts in the bins of the values of each class."""
    return group_counts(values, SQUARES, crossing.astype(np.int64), 2).ravel()


def _sums(values: RealArray, crossing: Array) -> Array:
    """(2,) sum of the values of each class."""
    above = float(values[crossing].sum())
    return np.array([values[~crossing].sum(), above])


def _participation(pairs: RealArray) -> RealArray:
    """Sum of Z^q over pairs for each q: one root, then products, since powers take long."""
    root = pairs ** POWERS[0]
    power, sums = root.copy(), []
    for _ in POWERS:
        sums.append(power.sum())
        power *= root
    return np.array(sums)


def _lost(Z: RealArray, D: RealArray) -> RealArray:
    """How many states have D > 1/2, and the sums of the shares of their largest one and two
    Z in D."""
    states = np.flatnonzero(D > LOST)
    two = np.partition(Z[states], -2, axis=1)[:, -2:] / D[states, np.newaxis]
    return np.array([len(states), two[:, 1].sum(), two.sum()])
