"""What each LIOM at a grain remembers, beside the resonances that its coupling makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import entr

from bathlab.checks import as_integer, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.series import grown
from bathlab.model.baths import RandomMatrixBath
from bathlab.model.lioms import LiomChain, Lioms, require_plain
from bathlab.operators.hermitian import adjoint
from bathlab.spectrum.dense import diagonalise_hermitian

#: Full width of the window about the splitting, in units of energy.
WINDOW = 1.0
#: The share of states, in the middle of the spectrum, over which everything is averaged.
MIDDLE = 0.5


@dataclass(frozen=True)
class Surroundings:
    """A grain and the LIOMs on one side of it or on two, attached one by one.

    On ``sides`` = 2 couplings come in pairs: g_1, g_1, alpha g_1, alpha g_1 ...; all LIOMs
    touch the same contact.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(4, bandwidth=4.0)
    >>> spec = bl.experiments.Surroundings(grain, bl.LiomChain(3, alpha=0.5, g1=0.4), sides=2)
    >>> rows = bl.experiments.memory_rows(spec, seed=1, realisation=0)
    >>> print([round(row["g"], 2) for row in rows])  # pairs, one on each side
    [0.4, 0.4, 0.2]
    """

    bath: RandomMatrixBath
    chain: LiomChain
    sides: int = 1

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, RandomMatrixBath, "Make one, as RandomMatrixBath(4).")
        require_kind("chain", self.chain, LiomChain, "Make one, as LiomChain(4).")
        require_plain("chain", self.chain, "jitter")
        settle(self, sides=as_integer("sides", self.sides, 1, 2))

    @property
    def count(self) -> int:
        return self.chain.count

    @property
    def couplings(self) -> RealArray:
        """g_i, shape (count,)."""
        distances = (np.arange(self.count) // self.sides).astype(np.float64)
        return self.chain.g1 * self.chain.alpha**distances

    def sample(self, seed: int, realisation: int, first: int = 1) -> Lioms:
        """The fields of the chain, with these couplings."""
        fields = self.chain.sample(seed, realisation, first).fields
        return Lioms(fields, self.couplings)


def memory_rows(surroundings: Surroundings, seed: int, realisation: int) -> list[Row]:
    """One row for each LIOM, when it has just been attached.

    ``memory`` is the mean of <a|tau^z|a>^2 over the eigenstates a in the middle of the
    spectrum, what C_zz(t) of the LIOM keeps at infinite time; ``entropy`` their mean
    entanglement of it (nats). ``rms``, ``mean`` and ``typical`` are g rho |V| of the levels of
    what it was attached to, taken by pairs that a flip of it joins (rms, mean and geometric
    mean of the elements): G of De Roeck & Huveneers, (4); rho v-bar of Crowley & Chandran,
    (97) and (129); and |V|/spacing of Thiery et al., (2). ``width`` is the standard deviation
    of those levels.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> chain = bl.LiomChain(2, alpha=0.1, g1=0.4, field=0.5, disorder=0.1)
    >>> spec = bl.experiments.Surroundings(grain, chain)
    >>> for row in bl.experiments.memory_rows(spec, seed=1, realisation=0):
    ...     print(f"G = {row['rms']:.2f}, memory {row['memory']:.2f}")  # 1 if nothing is lost
    G = 0.59, memory 0.06
    G = 0.07, memory 0.75
    """
    require_kind("surroundings", surroundings, Surroundings, "Make one with its class.")
    bath, chain = surroundings.bath, surroundings.chain
    rows: list[Row] = []
    before = None
    for count, system in enumerate(grown(bath.sample(seed, realisation), surroundings)):
        found = diagonalise_hermitian(system)
        if before is not None:
            liom = system.lioms[count - 1 :]
            g, field = float(liom.couplings[0]), float(liom.fields[0])
            flips = _flips(*before, 2 * field)
            states = found.vectors[:, _middle(system.dimension)]
            polarisations, entropies = _last_spin(states)
            rows.append(
                {
                    "spins": bath.spins,
                    "alpha": chain.alpha,
                    "sides": surroundings.sides,
                    "liom": count,
                    "dimension": system.dimension,
                    "g": g,
                    "liom_field": field,
                    "memory": float(np.mean(polarisations**2)),
                    "entropy": float(np.mean(entropies)),
                    "width": float(np.std(before[0])),
                    "rms": g * flips.rms,
                    "mean": g * flips.mean,
                    "typical": g * flips.typical,
                }
            )
        if count < chain.count:
            image = system.operator("contact") @ found.vectors
            before = found.energies, adjoint(found.vectors) @ image
    return rows


class _Flips(NamedTuple):
    """rho |V| of the pairs of levels that a flip joins: three means of |V|."""

    rms: float
    mean: float
    typical: float


def _flips(energies: RealArray, elements: Array, splitting: float) -> _Flips:
    """Of the levels in the middle with those a ``splitting`` above and below them."""
    middle = _middle(len(energies))
    apart = np.abs(np.subtract.outer(energies[middle], energies))
    inside = np.abs(apart - splitting) <= WINDOW / 2
    magnitudes = np.abs(elements[middle])[inside]
    if not len(magnitudes):
        return _Flips(0.0, 0.0, 0.0)
    density = len(magnitudes) / len(apart) / (2 * WINDOW)  # on either side of a level
    with np.errstate(divide="ignore"):
        typical = np.exp(np.log(magnitudes).mean())
    rms = np.sqrt(np.mean(magnitudes**2))
    return _Flips(*(float(density * each) for each in (rms, magnitudes.mean(), typical)))


def _middle(n: int) -> slice:
    left = round(n * (1 - MIDDLE) / 2)
    return slice(left, n - left)


def _last_spin(states: Array) -> tuple[RealArray, RealArray]:
    """<tau^z> and entanglement (nats) of the last spin in each column."""
    up, down = np.moveaxis(states.reshape(-1, 2, states.shape[1]), 1, 0)
    weights = [np.sum(np.abs(part) ** 2, axis=0) for part in (up, down)]
    mixed = np.abs(np.sum(up.conj() * down, axis=0))
    polarisation = weights[0] - weights[1]
    length = np.minimum(np.hypot(polarisation, 2 * mixed), 1.0)
    entropy = np.sum([entr((1 + sign * length) / 2) for sign in (1, -1)], axis=0)
    return polarisation, entropy
