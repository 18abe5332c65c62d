"""A coupling across a spot that is treated: the halted decay of Thiery et al., supplement B.

V_a couples ``left`` spins to a spot of ``thermal`` spins, V_b the spot to ``right`` spins, both
Gaussian matrices on all the spins that they embrace, as the paper assumes. V_b is eliminated;
what arises is V_I = [A, V_a], with A_nm = <n|V_b|m>/(E_n - E_m).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm
from scipy.sparse.linalg import eigsh

from bathlab.checks import as_integer, as_real, require_choice, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.model.baths import RandomMatrixBath
from bathlab.model.lioms import LiomChain, liom_energies
from bathlab.operators.memory import require_memory
from bathlab.statistics.histograms import bin_counts, log_edges
from bathlab.streams import stream

#: How V_b is eliminated: [A, V_a]; exp(A) V_a exp(-A) - V_a; and, as a control, [B, V_a] with a
#: Gaussian B of the same median element as A, which has no denominators.
GENERATORS = ("first order", "rotation", "Gaussian")
#: Bins of |element| over the median of its matrix.
ELEMENTS = log_edges(1e-2, 1e6, 5)
#: The median of |x| of a standard normal x.
MEDIAN = 0.6744897501960817
#: The share of elements that are called the largest.
LARGEST = 0.01


@dataclass(frozen=True)
class TreatedSpot:
    """A treated spot between two stretches of localised spins.

    Parameters
    ----------
    thermal, left, right
        l_t, l_a and l_b, spins of each; the spot is a GOE matrix of
        ``bandwidth``, the others have fields U[1/2, 3/2].
    decay
        1/zeta; sqrt(d) times the rms element of V_a is e^(-l_a/zeta), of V_b it is
        2^(-l_t/2) e^(-l_b/zeta), since the spot has grown to the right until G = O(1).
    generator
        one of :data:`GENERATORS`.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    thermal: int
    left: int
    right: int
    decay: float
    generator: str = GENERATORS[0]
    bandwidth: float = 4.0

    def __post_init__(self) -> None:
        lengths = {
            name: as_integer(name, getattr(self, name), 1)
            for name in ("thermal", "left", "right")
        }
        settle(self, **lengths, decay=as_real("decay", self.decay, minimum=0))
        settle(self, bandwidth=as_real("bandwidth", self.bandwidth, above=0))
        require_choice("generator", self.generator, GENERATORS)


def treated_rows(spot: TreatedSpot, seed: int, realisation: int) -> list[Row]:
    """What V_I is like in one draw; every generator has the same matrices.

    Returns
    -------
    list of dict
        One row: ``strongest``, the median over states of max |A_nm|, G of V_b for a typical
        state; ``typical``, the median of |V_I|; ``random_norm``, what ||V|| = sqrt(d) m makes
        of it, m the rms of Gaussian elements with that median; ``mean_norm``, sqrt(tr V_I^2/d);
        ``norm``, the largest |eigenvalue|; ``bound``, 2||V_a||, that no exp(A) V_a exp(-A) -
        V_a exceeds; ``largest_share`` of the largest 1 % of the elements in tr V_I^2;
        ``elements``, how many are in the bins :data:`ELEMENTS` of the median, of ``count``.

    Raises
    ------
    ValueError
        If it is no spot, or does not fit.
    """
    require_kind("spot", spot, TreatedSpot, "Make one, as TreatedSpot(6, 1, 1, 1.0).")
    total = spot.thermal + spot.left + spot.right
    require_memory(
        6 * 8 * 4.0 ** min(total, 450), f"A coupling of {total} spins", "Take fewer."
    )
    near, generator = spot_matrices(spot, seed, realisation)
    found = across(spot, near, generator)
    size = np.abs(found[np.triu_indices(len(found), 1)])
    typical, squares = float(np.median(size)), float(np.sum(found**2))
    largest = max(1, int(LARGEST * len(size)))
    top = np.partition(size, -largest)[-largest:]
    counts, count = bin_counts(size / typical, ELEMENTS)
    return [
        {
            "strongest": float(np.median(np.abs(generator).max(axis=1))),
            "typical": typical,
            "random_norm": math.sqrt(len(found)) * typical / MEDIAN,
            "mean_norm": math.sqrt(squares / len(found)),
            "norm": operator_norm(found),
            "bound": 2 * operator_norm(near),
            "largest_share": float(2 * np.sum(top**2) / squares),
            "elements": counts,
            "count": count,
        }
    ]


def spot_matrices(
    spot: TreatedSpot, seed: int, realisation: int
) -> tuple[RealArray, RealArray]:
    """V_a on (left, spot), and A, or B of the control, on (right, spot)."""
    bath = RandomMatrixBath(spot.thermal, bandwidth=spot.bandwidth)
    levels = bath.sample(seed, realisation).energies
    fields = LiomChain(spot.right, field=1.0, disorder=0.5).sample(seed, realisation).fields
    energies = np.add.outer(liom_energies(fields), levels).ravel()
    near = gaussian(spot.left + spot.thermal, seed, realisation, "near coupling")
    far = gaussian(spot.right + spot.thermal, seed, realisation, "far coupling")
    near *= math.exp(-spot.decay * spot.left)
    far *= math.exp(-spot.decay * spot.right) * 2.0 ** (-spot.thermal / 2)
    apart = np.subtract.outer(energies, energies)
    np.fill_diagonal(apart, np.inf)
    generator = far / apart
    if spot.generator == "Gaussian":
        numbers = stream(seed, realisation, "no denominators").standard_normal(far.shape)
        median = np.median(np.abs(generator)) / MEDIAN
        generator = (numbers - numbers.T) * median / math.sqrt(2)
    return near, generator


def gaussian(spins: int, seed: int, realisation: int, purpose: str) -> RealArray:
    """A real symmetric Gaussian matrix of rms element 1/sqrt(d) off its diagonal."""
    size = 2**spins
    numbers = stream(seed, realisation, purpose).standard_normal((size, size))
    return np.asarray((numbers + numbers.T) / math.sqrt(2 * size))


def across(spot: TreatedSpot, near: RealArray, generator: RealArray) -> RealArray:
    """V_I on (left, right, spot)."""
    if spot.generator != "rotation":
        product = _product(spot, generator, near)
        return product + product.T
    turn, total = expm(generator), 2 ** (spot.left + spot.right + spot.thermal)
    turned = _product(spot, turn, near).reshape(-1, len(turn)) @ turn.T
    return turned.reshape(total, total) - _product(spot, np.eye(len(turn)), near)


def _product(spot: TreatedSpot, far: RealArray, near: RealArray) -> RealArray:
    """What acts on (right, spot) times what acts on (left, spot), on (left, right, spot)."""
    a, b, t = 2**spot.left, 2**spot.right, 2**spot.thermal
    found = np.tensordot(far.reshape(b, t, b, t), near.reshape(a, t, a, t), axes=(3, 1))
    return found.transpose(3, 0, 1, 4, 2, 5).reshape(a * b * t, a * b * t)


def operator_norm(matrix: RealArray) -> float:
    """The largest |eigenvalue| of a symmetric matrix."""
    start = np.ones(len(matrix))
    found = eigsh(matrix, 1, which="LM", v0=start, tol=1e-6, return_eigenvectors=False)
    return float(np.abs(found[0]))
