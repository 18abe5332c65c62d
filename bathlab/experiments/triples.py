"""Pairs and triples of states of a circuit, by whether they cross: two- and three-level means.

Garratt, Roy & Chalker, appendix C.
"""

from __future__ import annotations

from typing import Callable, Sequence

import numpy as np
import pandas as pd
from scipy.linalg.blas import dsyrk

from bathlab.analysis.level_pairs import Resonances, resonances
from bathlab.analysis.sweeps import CROSSING
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.cells import cell_array
from bathlab.experiments.circuits import require_circuit, solved
from bathlab.experiments.field_sweeps import FieldSweep, field_sweep_row
from bathlab.model.circuit import BrickworkCircuit
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.histograms import DensityLaw
from bathlab.statistics.resampling import Jackknife, jackknife

#: Classes of pairs: R^2 = y^2 + Z below and above ``CROSSING``.
PARALLEL, CROSS = 0, 1
#: How many of the three pairs of a triple cross: 0 and 2 are what signs +-1 allow.
CROSSINGS = 4
#: Among three random signs two pairs are of opposite ones so often.
TWO_CROSS = 0.75


def triple_rows(
    circuit: BrickworkCircuit | FieldSweep, seed: int, realisation: int
) -> list[Row]:
    """Means of Z over pairs and of Z_np Z_pm Z_mn over triples of states, in one realisation.

    Or, of a :class:`FieldSweep`, what becomes of labels and scales round a turn of a field, see
    :func:`field_sweep_row`.

    Returns
    -------
    list of dict
        One row of means over all sites. ``pair`` is <Z_nm> over n != m, ``triple`` is <Z_np
        Z_pm Z_mn> over three different states. ``pair_classes`` (2,) are the means over the
        pairs with R^2 = y^2 + Z below and above 1/2, ``pair_shares`` (2,) their shares of all
        pairs. ``triple_classes`` (4,) are the parts of ``triple`` by how many of the three
        pairs have R^2 above 1/2: 0, 1, 2, 3.

    Raises
    ------
    ValueError
        If it is neither, or all eigenvectors do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> [row] = bl.experiments.triple_rows(bl.BrickworkCircuit(4, 0.1), seed=1, realisation=0)
    >>> print(f"{row['pair']:.4f}, {row['pair_shares'] @ row['pair_classes']:.4f}")
    0.0227, 0.0227
    >>> print(f"{row['triple']:.1e}, {np.sum(row['triple_classes']):.1e}")
    1.3e-05, 1.3e-05
    """
    require_circuit(circuit, FieldSweep)
    if isinstance(circuit, FieldSweep):
        return [field_sweep_row(circuit, seed, realisation)]
    sample = circuit.sample(seed, realisation)
    found = solved(sample)
    sums, counts, triples = np.zeros(2), np.zeros(2), np.zeros(CROSSINGS)
    for site in range(1, circuit.sites + 1):
        parts, crossing = _by_class(resonances(found, site))
        sums += [part.sum() for part in parts]
        counts += [np.count_nonzero(~crossing), np.count_nonzero(crossing)]
        triples += _triple_sums(*parts)
    n = found.dimension
    counts[PARALLEL] -= circuit.sites * n  # n = m is no pair
    triples /= circuit.sites * n * (n - 1) * (n - 2)
    return [
        {
            "pair": float(sums.sum() / counts.sum()),
            "pair_classes": sums / np.maximum(counts, 1),
            "pair_shares": counts / counts.sum(),
            "triple": float(triples.sum()),
            "triple_classes": triples,
            "residual": found.residual,
        }
    ]


def _by_class(found: Resonances) -> tuple[tuple[RealArray, RealArray], Array]:
    """Z of the pairs that run in parallel and of those that cross, 0 elsewhere; which cross."""
    Z = found.z.real**2 + found.z.imag**2
    np.fill_diagonal(Z, 0.0)
    own = found.polarisation
    y = np.subtract.outer(own / 2, own / 2)
    crossing = y**2 + Z > CROSSING
    cross = np.where(crossing, Z, 0.0)
    Z -= cross
    return (Z, cross), crossing


def _triple_sums(parallel: RealArray, cross: RealArray) -> RealArray:
    """Sums of Z_np Z_pm Z_mn over ordered triples with 0, 1, 2, 3 pairs that cross: the powers
    of t in Tr (parallel + t cross)^3."""
    square, crossed = _square(parallel), _square(cross)
    return np.array(
        [
            np.vdot(square, parallel),
            3 * np.vdot(square, cross),
            3 * np.vdot(crossed, parallel),
            np.vdot(crossed, cross),
        ]
    )


def _square(matrix: RealArray) -> RealArray:
    """A^2 of a symmetric A with zeros on the diagonal, for sums with another such: twice its
    triangle."""
    return 2 * np.asarray(dsyrk(1.0, matrix.T)).T


def effective_number(values: RealArray) -> float:
    """On how many realisations a mean of positive values rests, (sum x)^2/sum x^2: N if all are
    equal, 1 if one outweighs the rest."""
    values = np.asarray(values)
    return float(values.sum() ** 2 / np.sum(values**2))


def carriers(values: RealArray, share: float = 0.5) -> int:
    """How few realisations hold so large a share of the sum of positive values."""
    ordered = np.sort(np.asarray(values))[::-1].cumsum()
    return int(np.searchsorted(ordered, share * ordered[-1])) + 1


def by_coupling(
    table: pd.DataFrame,
    couplings: Sequence[float],
    values: Callable[[pd.DataFrame], RealArray],
    which: int,
) -> RealArray:
    """(N, k) values of the realisations that all k couplings have, which share their fields:
    column ``which`` of what ``values`` makes of the rows of one coupling."""
    parts = [table[table["coupling"] == coupling] for coupling in couplings]
    shared = set.intersection(*(set(part["realisation"]) for part in parts))
    chosen = [part[part["realisation"].isin(shared)] for part in parts]
    return np.column_stack(
        [values(part.sort_values("realisation"))[:, which] for part in chosen]
    )


def pair_values(table: pd.DataFrame) -> RealArray:
    """(N, 3) <Z> of each realisation: over all pairs, those in parallel, those that cross."""
    return np.column_stack([table["pair"], cell_array(table, "pair_classes", (2,))])


def triple_values(table: pd.DataFrame) -> RealArray:
    """(N, 5) <ZZZ> of each realisation, and its parts with 0 to 3 pairs that cross."""
    return np.column_stack([table["triple"], cell_array(table, "triple_classes", (CROSSINGS,))])


def power_of(x: Sequence[float], samples: RealArray) -> DensityLaw:
    """The power of x in means that share their disorder.

    Least squares of log means against log x, weighted with the errors of the points as if they
    were independent; the errors of the result are those of fits without each realisation, half
    the range of exponents without the first and without the last point is the window error.

    Parameters
    ----------
    x
        (k,) positive, three or more.
    samples
        (N, k) positive, a row per realisation, two or more.

    Raises
    ------
    ValueError
        If there are fewer points or realisations.
    """
    logs = np.log(np.asarray(x, dtype=np.float64))
    count, points = samples.shape
    if points < 3 or count < 2:
        raise ValueError(
            f"{count} realisations of {points} points were given; expected three or more "
            "points, of two realisations or more. Run more of them."
        )
    found = jackknife(samples, np.log)
    fit = _line(logs, found, slice(None))
    ends = [_line(logs, found, cut).value[0] for cut in (slice(1, None), slice(0, -1))]
    off = (found.value - np.polyval(fit.value, logs)) / found.error
    return DensityLaw(
        Estimate(float(fit.value[0]), float(fit.error[0]), count),
        Estimate(float(fit.value[1]), float(fit.error[1]), count),
        float(np.ptp([fit.value[0], *ends])) / 2,
        (float(x[0]), float(x[-1])),
        points,
        float(off @ off) / (points - 2),
    )


def _line(logs: RealArray, found: Jackknife, cut: slice) -> Jackknife:
    """(slope, constant) over some of the points, with and without each realisation."""
    weights = 1 / found.error[cut]
    return found.map(lambda y: np.polyfit(logs[cut], y[cut], 1, w=weights))


def local_powers(x: Sequence[float], samples: RealArray) -> Estimate:
    """(k - 1,) powers of x between neighbouring points, with errors over realisations."""
    found = jackknife(samples, lambda mean: np.diff(np.log(mean)) / np.diff(np.log(x)))
    return Estimate(found.value, found.error, len(samples))


def over_product(pairs: RealArray, triples: RealArray) -> Estimate:
    """<ZZZ> of triples with two crossing pairs over what it were without correlations, 3/4 of
    <Z>^2 <Z> of the pairs that cross and that do not; the arrays of one size and coupling."""
    found = jackknife(np.column_stack([pairs, triples]), _over_product)
    return Estimate(float(found.value), float(found.error), len(pairs))


def _over_product(mean: RealArray) -> float:
    _, parallel, cross, _, *classes = mean
    return float(classes[2] / (TWO_CROSS * cross**2 * parallel))


def triple_means(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each coupling and size: both means, and those by class, with errors, and on
    how many realisations each mean rests."""
    rows = []
    for (coupling, sites), part in table.groupby(["coupling", "sites"]):
        pairs, triples = pair_values(part), triple_values(part)
        named = {
            "pair": pairs[:, 0],
            "pair_parallel": pairs[:, 1],
            "pair_cross": pairs[:, 2],
            "triple": triples[:, 0],
            "triple_cross": triples[:, 3],
        }
        row = {"coupling": coupling, "sites": sites, "realisations": len(part)}
        for name, values in named.items():
            row[name] = values.mean()
            row[f"{name}_error"] = values.std(ddof=1) / np.sqrt(len(values))
        of_product = over_product(pairs, triples)
        row |= {"over_product": of_product.mean, "over_product_error": of_product.error}
        row |= {"rests_on": effective_number(triples[:, 0])}
        rows.append(row)
    return pd.DataFrame(rows)
