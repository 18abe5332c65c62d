"""The full multi-scale scheme on disordered chains: specs and their samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.checks import (
    as_array,
    as_flag,
    as_integer,
    as_real,
    require_choice,
    settle,
)
from bathlab.checks.refusals import refusal, shown
from bathlab.conventions import Array, RealArray
from bathlab.operators.memory import require_memory
from bathlab.streams import stream
from bathlab.theory.avalanche.evolution import HISTORY, bare_spots, evolve, runs
from bathlab.theory.avalanche.points import STRENGTHENING
from bathlab.theory.avalanche.rules import CHOICES, FLAGS, NUMBERS, as_bonds, rule_of
from bathlab.theory.avalanche.spots import FIRST, LAST, ORDER
from bathlab.theory.avalanche.thermal_spans import ChainOutcome

#: Longest chain: places in the queue have so many bits.
LONGEST = 2**29
#: Bytes a cell: random numbers, bonds, and in a disordered chain its decays and their sums.
PER_CELL, PER_DISORDERED_CELL, PER_SPOT, PER_ROW = 10, 64, 240, 48


@dataclass(frozen=True)
class AvalancheChain:
    """Chains of resonant bonds under the multi-scale scheme; :meth:`sample` follows one.

    Each bond is resonant with probability epsilon; a maximal run of k resonant bonds is a bare
    spot of order k. Elsewhere couplings decay with zeta_1, 1/zeta_1 = log(K/epsilon). The
    smallest spot comes first. A spot with a bath of n thermal cells melts the next cell to
    either side if s n/2 > l/zeta_1, where l non-thermal cells lie between its cores and that
    cell; it fuses with a neighbour of n' cells if s (n + n')/2 > g/zeta_1, g non-thermal cells
    between their cores. What it has melted itself was not thermal; what a spot at rest has, was
    (halted decay). Melted cells and spots join the bath. A spot that can neither melt nor fuse
    is at rest, its couplings eliminated, until a neighbour fuses with it; when all rest nothing
    is resonant. An isolated spot melts ceil(l_k) cells to each side, (14); s = log 2.

    The paper leaves open how all this is to be read. Each choice is an option:

    Parameters
    ----------
    length
        number of cells, at least 2.
    epsilon
        probability of a resonant bond, from 0 to 1.
    K
        of 1/zeta_1 = log(K/epsilon), above 0. Where that is negative, everything melts.
    cells
        "bonds", a spot of order k has k cells; or "sites", it covers k + 1.
    ring
        whether the last cell is the first one's neighbour.
    next_cell
        "l", a cell is reached through the cells between; "l+1", through itself too.
    fusion
        "gap", spots fuse across cells that have not melted; "touching", only neighbours.
        Spots that touch always fuse.
    between
        g counts what is between them and what each has melted, if it is "active", not at
        rest; or of both, so between the bare "cores"; or nothing but the cells between the
        "spots" as they have become.
    gap_in_bath
        whether the cells of such a gap join the bath, or are only enclosed.
    reach
        l of a fused spot is the shortest way to one of its cores, over gaps and through
        spots on the way: to those of spots that were "active" when they fused; or to the
        "nearest" of all. Or it is that of the outermost core on this side, its "own"; or starts
        "fresh", the whole fused spot being one core. Any but the first lets a large spot leap
        from one small spot to the next, so that long chains are thermal at far smaller epsilon.
    bath
        "grown"; or "frozen", the control: what melts, and gaps, do not add to n.
    treated
        decay inside treated spots that a coupling crosses, 1/zeta_t = 0, "halted"; -s/2
        for each cell of their bath, "increased"; or 1/zeta_1, "decaying".
    order
        the smallest is that of the least "size", n; or of the fewest resonant bonds in
        its "core". Or the order is "random", the control: each core has a place of its own by
        chance, whatever its size, and keeps it.
    ties
        of spots of equal size the one furthest to the "left" comes first, or to the
        "right", by the place of its first core; or a "random" one.
    step
        a "spot" melts all that it can, up to its next fusion, before the smallest is sought
        anew; or one "cell" to each side.
    disorder
        1/zeta_1 is the same everywhere, "none"; or times 1 + width u, u uniform on
        [-1, 1] and independent in each cell, "random", or every ``correlation`` cells with
        straight lines between, "smooth". Without, P(thermal) jumps at epsilon = K e^{-s n/2l}.
    width
        from 0, below 1.
    correlation
        cells.
    thermal_fraction
        the chain is thermal if one spot covers this fraction of its cells.
    strengthening
        eta, from 0 to 2: what a melted cell, or one of a gap, adds to n; a cell of
        a core adds 1. 0 is a "frozen" bath, which it overrules. Sizes are compared as whole n.

    Raises
    ------
    ValueError
        If an argument is none of these.

    Notes
    -----
    Source: Thiery, Huveneers, Mueller & De Roeck, Phys. Rev. Lett. 121, 140601 (2018).

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=1000, epsilon=0.1, K=1.0)
    >>> found = chain.sample(seed=1)
    >>> print(found.thermal, f"{found.density:.3f}", len(found.spans))
    False 0.302 70
    >>> # Of ten resonant bonds in a row: each side melts until s n/2 = l/zeta_1.
    >>> spot = chain.follow([495 <= bond < 505 for bond in range(1000)])
    >>> print(spot.spans.tolist(), spot.sizes.tolist())
    [[492, 507]] [16]
    """

    length: int
    epsilon: float
    K: float
    cells: str = "bonds"
    ring: bool = False
    next_cell: str = "l"
    fusion: str = "gap"
    between: str = "active"
    gap_in_bath: bool = True
    reach: str = "active"
    bath: str = "grown"
    treated: str = "halted"
    order: str = "size"
    ties: str = "left"
    step: str = "spot"
    disorder: str = "none"
    width: float = 0.1
    correlation: int = 10
    thermal_fraction: float = 1.0
    strengthening: float = 1.0

    def __post_init__(self) -> None:
        fraction = as_real("thermal_fraction", self.thermal_fraction, above=0)
        settle(
            self,
            length=as_integer("length", self.length, 2, LONGEST),
            epsilon=self._at_most("epsilon", as_real("epsilon", self.epsilon, minimum=0), 1),
            K=as_real("K", self.K, above=0),
            width=as_real("width", self.width, minimum=0, below=1),
            correlation=as_integer("correlation", self.correlation, 1, LONGEST),
            thermal_fraction=self._at_most("thermal_fraction", fraction, 1),
            strengthening=self._at_most(
                "strengthening",
                as_real("strengthening", self.strengthening, minimum=0),
                STRENGTHENING[1],
            ),
            **{name: as_flag(name, getattr(self, name)) for name in FLAGS},
        )
        for name, allowed in CHOICES.items():
            require_choice(name, getattr(self, name), allowed)

    def _at_most(self, name: str, value: float, most: float) -> float:
        if value <= most:
            return value
        given, wanted = shown(getattr(self, name)), f"a number of at most {most:g}"
        raise refusal(name, given, wanted, f"Choose another {name}.")

    @property
    def bonds(self) -> int:
        """Number of bonds."""
        return self.length - (self.cells == "sites" and not self.ring)

    @property
    def decay(self) -> float:
        """1/zeta_1 = log(K/epsilon); infinite at epsilon = 0."""
        return math.log(self.K) - math.log(self.epsilon) if self.epsilon > 0 else math.inf

    def sample(self, seed: int, realisation: int = 0, history: bool = False) -> ChainOutcome:
        """One chain; the same arguments give the same bits.

        A longer chain has the bonds of a shorter one, and a larger epsilon those of a smaller.

        Parameters
        ----------
        history
            keep one row for each time that a spot moves.

        Raises
        ------
        ValueError
            If seed or realisation is not a non-negative integer, or there is too little memory.
        """
        seed, realisation = (
            as_integer("seed", seed, 0),
            as_integer("realisation", realisation, 0),
        )
        self._require_memory(as_flag("history", history), self.epsilon)
        bonds = self.uniform(seed, realisation) < self.epsilon
        return self._followed(
            bonds, self._decays(seed, realisation), seed, realisation, history
        )

    def uniform(self, seed: int, realisation: int = 0) -> RealArray:
        """(bonds,) numbers of a chain; a bond is resonant if its own is below epsilon."""
        return stream(seed, realisation, "avalanche bonds").random(self.bonds)

    def offsets(self, seed: int, realisation: int = 0) -> RealArray | None:
        """(length,) 1/zeta_1 of each cell over log(K/epsilon), less 1, over the width; None
        without disorder."""
        if self.disorder == "none":
            return None
        source = stream(seed, realisation, "avalanche decay")
        if self.disorder == "random":
            return source.uniform(-1, 1, self.length)
        nodes = -(-self.length // self.correlation) + 1
        values = source.uniform(-1, 1, nodes)
        values[-1] = values[0] if self.ring else values[-1]
        at = np.arange(self.length) / self.correlation
        return np.asarray(np.interp(at, np.arange(nodes), values))

    def follow(
        self,
        resonant: Any,
        decay: Any = None,
        seed: int = 0,
        realisation: int = 0,
        history: bool = False,
    ) -> ChainOutcome:
        """The chain with these bonds, as a planted spot.

        Parameters
        ----------
        resonant
            (bonds,) truth values, or 0 and 1; ``chain.bonds`` of them.
        decay
            (length,) 1/zeta_1 of each cell; None for log(K/epsilon) everywhere.
        seed, realisation
            of random ties.
        history
            keep one row for each time that a spot moves.

        Raises
        ------
        ValueError
            If a shape is another, a decay NaN, or there is too little memory.
        """
        seed, realisation = (
            as_integer("seed", seed, 0),
            as_integer("realisation", realisation, 0),
        )
        bonds = as_bonds(resonant, self.bonds)
        decays = None if decay is None else as_array("decay", decay, shape=(self.length,))
        self._require_memory(as_flag("history", history), float(bonds.mean()))
        return self._followed(bonds, decays, seed, realisation, history)

    def _require_memory(self, history: bool, density: float) -> None:
        spots = min(density * (1 - density) + 5 / math.sqrt(self.length), 0.5) * self.length
        cell = PER_CELL + PER_DISORDERED_CELL * (self.disorder != "none")
        rows = (PER_ROW * (self.length + spots)) if history else 0.0
        needed = float(cell) * self.length + PER_SPOT * spots + rows
        require_memory(needed, f"A chain of {self.length} cells", "Take a shorter one.")

    def _decays(self, seed: int, realisation: int) -> RealArray | None:
        """1/zeta_1 of each cell, or None where all are the same."""
        drawn = self.offsets(seed, realisation) if math.isfinite(self.decay) else None
        if drawn is not None:
            drawn *= self.decay * self.width
            drawn += self.decay
        return drawn

    def _followed(
        self, bonds: Array, decays: RealArray | None, seed: int, realisation: int, history: bool
    ) -> ChainOutcome:
        rule = rule_of(self, decays)
        start, order = runs(bonds, self.ring)
        spots = bare_spots(rule, start, order)
        ranks, by_rank = self._ranks(len(start), seed, realisation)
        kinds = np.zeros(4, np.int64)
        most = self.length + len(start) if history else 0
        kept = np.empty((most, len(HISTORY)), np.int64)
        cores = spots[:, [FIRST, LAST, ORDER]]
        count = evolve(rule, spots, ranks, by_rank, kinds, kept)
        rows = kept[:count] if history else None
        decay = self.decay if decays is None else decays
        return ChainOutcome.of(self.thermal_fraction, rule, decay, spots, cores, kinds, rows)

    def _ranks(self, count: int, seed: int, realisation: int) -> tuple[Array, Array]:
        ranks = np.arange(count)
        if "random" in (self.ties, self.order):
            ranks = stream(seed, realisation, "avalanche ties").permutation(count)
            by_rank = np.empty(count, np.int64)
            by_rank[ranks] = np.arange(count)
            return ranks, by_rank
        if self.ties == "right":
            ranks = ranks[::-1].copy()
        return ranks, ranks


def simulate_chain(
    length: int, epsilon: float, K: float, seed: int = 0, realisation: int = 0, **options: Any
) -> ChainOutcome:
    """One chain under the multi-scale scheme.

    Parameters
    ----------
    length, epsilon, K, options
        as of :class:`AvalancheChain`, which says what the scheme is.
    seed, realisation
        of the bonds.

    Returns
    -------
    ChainOutcome
        With ``.thermal``, ``.spans``, ``.zeta``.

    Raises
    ------
    ValueError
        If an argument is out of range, an option none of those, or there is too little memory.

    Examples
    --------
    >>> import bathlab as bl
    >>> for epsilon in (0.05, 0.4):
    ...     found = bl.avalanche.simulate_chain(1000, epsilon, K=1.0, seed=1)
    ...     print(f"{found.thermal}, {found.density:.3f}")
    False, 0.143
    True, 1.000
    """
    unknown = sorted(set(options) - set(CHOICES) - set(NUMBERS) - set(FLAGS))
    if unknown:
        allowed = sorted([*CHOICES, *NUMBERS, *FLAGS])
        raise refusal("options", shown(unknown), f"some of {', '.join(allowed)}", "Name those.")
    return AvalancheChain(length, epsilon, K, **options).sample(seed, realisation)
