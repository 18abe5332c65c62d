"""What a small change of one field of a circuit does to Omega and omega at all sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from bathlab.analysis.level_pairs import spin_elements
from bathlab.checks import as_real, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.circuits import solved
from bathlab.model.circuit import BrickworkCircuit, Circuit
from bathlab.operators.eigensystem import UnitaryEigensystem

#: A state of the changed circuit is that of the unchanged with more than this of its weight.
SAME_STATE = 0.5


@dataclass(frozen=True)
class FieldChange:
    """Changes of the field h_k by ``step``, each site k in turn.

    Parameters
    ----------
    circuit
        whose samples are changed.
    step
        of h_k, positive.
    least
        pairs with Omega above this are followed: from about the step on, their |omega|,
        which is larger, changes by a small part.
    below
        and with |omega| below this.

    Raises
    ------
    ValueError
        If it is no circuit, or a number is not positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.FieldChange(bl.BrickworkCircuit(4, 0.1), below=1.0)
    >>> [row] = bl.experiments.scale_rows(spec, seed=1, realisation=0)
    >>> # Of Omega and of omega, by the distance of the field that is changed.
    >>> print(row["scale_change"].round(2), row["omega_change"].round(2))
    [0.77 1.25 1.07] [1.12 1.12 1.12]
    """

    circuit: BrickworkCircuit
    step: float = 1e-4
    least: float = 1e-4
    below: float = 0.1

    def __post_init__(self) -> None:
        require_kind("circuit", self.circuit, BrickworkCircuit, "Make a BrickworkCircuit.")
        for name in ("step", "least", "below"):
            settle(self, **{name: as_real(name, getattr(self, name), above=0)})


def field_change_row(change: FieldChange, seed: int, realisation: int) -> Row:
    """Rank correlations of the changes of ln Omega, ln |z| and ln |omega| over pairs.

    Returns
    -------
    dict
        Cells are (L/2 + 1,), by the distance |k - j| on the ring of the changed field from the
        site j that Omega = |z||omega| is of, means over all j and k: ``scale_rank`` Spearman's
        of d ln Omega with d ln |omega|, ``element_rank`` that of d ln |z|; ``scale_change`` and
        ``omega_change`` the medians of |d ln Omega|/step and |d ln |omega||/step over pairs;
        ``followed`` is the number of pairs, ``log_scale`` the mean of log10 Omega over those.
    """
    sample = change.circuit.sample(seed, realisation)
    sites = sample.sites
    before = solved(sample)
    rows, columns = np.triu_indices(len(before.quasienergies), 1)
    omega = _omega(before.quasienergies, rows, columns)
    near = np.flatnonzero(omega < change.below)
    rows, columns, omega = rows[near], columns[near], omega[near]
    names = ("scale_rank", "element_rank", "scale_change", "omega_change")
    sums, counts = np.zeros((len(names), sites // 2 + 1)), np.zeros(sites // 2 + 1)
    elements = [_z(sample, before.vectors, j)[rows, columns] for j in range(1, sites + 1)]
    followed, logs = 0, 0.0
    for k in range(1, sites + 1):
        after, known = _matched(before, sample.shifted(k, change.step))
        whole = known[rows] & known[columns]
        turned = _omega(after.quasienergies, rows, columns)
        for j, z in enumerate(elements, start=1):
            used = np.flatnonzero(whole & (z * omega > change.least))
            if len(used) < 3:
                continue
            moved = _z(sample, after.vectors, j)[rows[used], columns[used]]
            found = _changes(z[used], omega[used], moved, turned[used], change.step)
            distance = min(abs(k - j), sites - abs(k - j))
            sums[:, distance] += found
            counts[distance] += 1
            followed += len(used)
            logs += float(np.log10(z[used] * omega[used]).sum())
    with np.errstate(invalid="ignore"):
        means = sums / counts
    cells = dict(zip(names, means))
    return {**cells, "followed": followed, "log_scale": logs / max(followed, 1)}


def _changes(
    z: RealArray, omega: RealArray, moved: RealArray, turned: RealArray, step: float
) -> list[float]:
    """Two rank correlations, of d ln Omega and of d ln |z| with d ln |omega|, and the medians
    of |d ln Omega| and |d ln |omega|| over the step."""
    of_z, of_omega = np.log(moved / z), np.log(turned / omega)
    ranks = [rankdata(x) for x in (of_z + of_omega, of_z, of_omega)]
    scale, element = (float(np.corrcoef(x, ranks[-1])[0, 1]) for x in ranks[:2])
    sizes = [float(np.median(np.abs(x))) / step for x in (of_z + of_omega, of_omega)]
    return [scale, element, *sizes]


@dataclass(frozen=True, eq=False)
class _States:
    """Eigen-data in the order of other eigen-data that they are matched with."""

    quasienergies: RealArray
    vectors: Array


def _matched(before: UnitaryEigensystem, changed: Circuit) -> tuple[_States, Array]:
    """The states of the changed circuit, each in the place of that which it was, and (n,)
    whether it is known which."""
    after = solved(changed)
    weights = np.abs(before.vectors.conj().T @ after.vectors) ** 2
    places = weights.argmax(axis=1)
    known = weights.max(axis=1) > SAME_STATE
    return _States(after.quasienergies[places], after.vectors[:, places]), known


def _z(sample: Circuit, vectors: Array, site: int) -> RealArray:
    """|z|, (n, n); a changed field leaves every sigma_j as it is."""
    return np.abs(spin_elements(vectors, sample.pauli(site), site))


def _omega(quasienergies: RealArray, rows: Array, columns: Array) -> RealArray:
    apart = np.abs(quasienergies[rows] - quasienergies[columns])
    return np.minimum(apart, 2 * np.pi - apart)
