"""Seeds of resonant bonds in an empty chain: how far each melts, and when for ever."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_integer, as_real, require_choice, require_kind, settle
from bathlab.conventions import Row
from bathlab.theory.avalanche import AvalancheChain, ChainOutcome

LOG2 = math.log(2)
#: Where a seed lies: in the middle of an open chain, on a ring, or at an end.
PLACES = ("middle", "ring", "end")
#: Halvings of the interval in which a threshold is sought: it ends below 1e-10 of s.
HALVINGS = 36
#: Thresholds are sought between these, in units of s: below, not every rule melts all.
LOWEST, HIGHEST = 1e-3, 4.0
#: Seeds up to this order are put beside smaller ones, so many of its orders away at most.
PAIRED, FARTHEST = 10, 6
#: What a spot that has come to rest costs the next one: nothing, its melted cells.
BETWEEN = ("active", "cores")


@dataclass(frozen=True)
class PlantedSpot:
    """Seeds of several orders, one to a chain, under the rules of one chain.

    Parameters
    ----------
    chain
        its rules and its length; seeds and decays are given here instead of epsilon.
    place
        "middle", "ring" or "end".
    orders
        k of each seed, resonant bonds.
    decays
        alpha = 1/zeta of the empty chain in units of s, above 0.
    lengths
        cells of the chains in which the threshold is sought.
    paired
        alpha at which two seeds are put side by side, in units of s.

    Raises
    ------
    ValueError
        If one is out of its range, or a seed does not fit into the shortest chain.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=20, epsilon=0.1, K=1.0)
    >>> spec = bl.experiments.PlantedSpot(chain, "middle", (2, 4), (2.0,), lengths=(20,))
    >>> for row in bl.experiments.planted_rows(spec, seed=1, realisation=0):
    ...     print(row["order"], row["collar"])  # melted cells on a side
    2 [1.]
    4 [2.]
    """

    chain: AvalancheChain
    place: str
    orders: tuple[int, ...]
    decays: tuple[float, ...]
    lengths: tuple[int, ...]
    paired: float = 1.5

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, AvalancheChain, "Make one with bathlab.avalanche.")
        require_choice("place", self.place, PLACES)
        orders = as_array("orders", self.orders, minimum=1, kind="integer")
        shortest = 4 * int(orders.max()) + 4
        lengths = as_array("lengths", self.lengths, minimum=shortest, kind="integer")
        object.__setattr__(self, "orders", tuple(map(int, orders)))
        object.__setattr__(self, "lengths", tuple(map(int, lengths)))
        decays = as_array("decays", self.decays, above=0)
        object.__setattr__(self, "decays", tuple(decays.tolist()))
        settle(self, paired=as_real("paired", self.paired, above=0))
        settle(self, chain=replace(self.chain, ring=self.place == "ring"))

    @property
    def sides(self) -> int:
        """To how many sides a seed grows."""
        return 1 if self.place == "end" else 2

    def bath(self, order: int) -> int:
        """Cells of a bare spot."""
        return order + (self.chain.cells == "sites")

    def melt(
        self, order: int, decay: float, length: int = 0, history: bool = False, **options: Any
    ) -> ChainOutcome:
        """The chain, or one of another length, with one seed; ``decay`` in units of s.

        A seed in the middle has as many cells to either side: the chain is one longer if that
        needs it.
        """
        wanted, cells = length or self.chain.length, self.bath(order)
        wanted += self.place != "end" and (wanted - cells) % 2
        first = 0 if self.place == "end" else (wanted - cells) // 2
        return self._follow(wanted, [(first, order)], decay, history, **options)

    def meet(self, orders: tuple[int, int], gap: int, **options: Any) -> ChainOutcome:
        """An open chain with two seeds, ``gap`` cells between them, at ``paired``."""
        first = FARTHEST * max(orders)
        second = first + self.bath(orders[0]) + gap
        length = second + self.bath(orders[1]) + first
        seeds = [(first, orders[0]), (second, orders[1])]
        return self._follow(length, seeds, self.paired, True, ring=False, **options)

    def _follow(
        self,
        length: int,
        seeds: list[tuple[int, int]],
        decay: float,
        history: bool,
        **options: Any,
    ) -> ChainOutcome:
        # epsilon stands in the decay alone, since the bonds are given.
        K = self.chain.epsilon * math.exp(decay * LOG2)
        chain = replace(self.chain, length=length, K=K, **options)
        bonds = np.zeros(chain.bonds, bool)
        for first, order in seeds:
            bonds[first : first + order] = True
        return chain.follow(bonds, history=history)


def planted_rows(planted: PlantedSpot, seed: int, realisation: int) -> list[Row]:
    """How far each seed melts; nothing is random, seed and realisation change nothing.

    Returns
    -------
    list of dict
        One row for each order. Of the decays: ``alpha``, in units of s, ``collar``, melted
        cells on a side, infinite if the chain is covered; ``frozen``, the same with the bath
        frozen at the bare spot's, so the couplings that are resonant before anything has
        melted; ``border``, the exponent of the coupling to the first cell that stays, in units
        of s, NaN if there is none; ``steps``, rounds of growth by one cell. Of the lengths:
        ``length``, ``threshold``, the largest alpha at which such a chain is covered, and
        ``bracket``, by how much it may be larger; 0 and NaN if that is none. Of the smaller
        seeds ``partner`` beside this one: ``reach`` and ``reach_cores``, the largest gap at
        which they become one, where the melted cells of what is at rest are free and where they
        are not; ``rested``, the share of smaller gaps at which all moves of the smaller come
        before those of the larger, and ``rested_cell``, the same if spots melt a cell at a
        time.

    Raises
    ------
    ValueError
        If it is no planted spot.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=40, epsilon=0.1, K=1.0)
    >>> spec = bl.experiments.PlantedSpot(chain, "middle", (4,), (0.9, 2.0), lengths=(20,))
    >>> [row] = bl.experiments.planted_rows(spec, seed=1, realisation=0)
    >>> # Below 1 a seed melts all; above, k/2(alpha - 1) on each side, or up to one cell more.
    >>> print(row["alpha"], row["collar"])
    [0.9 2. ] [inf  2.]
    >>> print(f"{row['threshold'][0]:.2f}")  # a short chain is covered at a larger alpha
    1.29
    """
    require_kind("planted", planted, PlantedSpot, "Make one with bathlab.experiments.")
    as_integer("seed", seed, 0)
    as_integer("realisation", realisation, 0)
    return [
        {
            "order": order,
            **_collars(planted, order),
            **_thresholds(planted, order),
            **_pairs(planted, order),
        }
        for order in planted.orders
    ]


def _collars(planted: PlantedSpot, order: int) -> Row:
    found: dict[str, list[float]] = {
        name: [] for name in ("collar", "frozen", "border", "steps")
    }
    for decay in planted.decays:
        grown = planted.melt(order, decay, history=True, step="cell")
        collar = _collar(planted, order, grown)
        through = collar + (planted.chain.next_cell == "l+1")
        stays = math.isfinite(collar)
        exponent = float(grown.baths[0]) / 2 - through * decay if stays else math.nan
        frozen = planted.melt(order, decay, bath="frozen")
        found["collar"].append(collar)
        found["frozen"].append(_collar(planted, order, frozen))
        found["border"].append(exponent)
        found["steps"].append(float(len((grown.history or {})["scale"])))
    return {
        "bath": planted.bath(order),
        "alpha": np.array(planted.decays),
        **{name: np.array(values) for name, values in found.items()},
    }


def _collar(planted: PlantedSpot, order: int, found: ChainOutcome) -> float:
    size = int(found.sizes[0])
    if size == found.length:
        return math.inf
    return float((size - planted.bath(order)) / planted.sides)


def _thresholds(planted: PlantedSpot, order: int) -> Row:
    """By halving: with more decay less melts."""
    found = []
    for length in planted.lengths:
        low, high = LOWEST, HIGHEST
        if not planted.melt(order, low, length).thermal:
            found.append((0.0, math.nan))
            continue
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            covered = planted.melt(order, middle, length).thermal
            low, high = (middle, high) if covered else (low, middle)
        found.append((low, high - low))
    threshold, bracket = np.array(found).T
    lengths = np.array(planted.lengths, float)
    return {"length": lengths, "threshold": threshold, "bracket": bracket}


def _pairs(planted: PlantedSpot, order: int) -> Row:
    partners = range(1, order) if order <= PAIRED else range(0)
    gaps = range(1, FARTHEST * order)
    found: dict[str, list[float]] = {
        name: [] for name in ("partner", "reach", "reach_cores", "rested", "rested_cell")
    }
    for partner in partners:
        orders = (partner, order)
        found["partner"].append(float(partner))
        for name, between in (("reach", "active"), ("reach_cores", "cores")):
            met = [len(planted.meet(orders, gap, between=between).spans) == 1 for gap in gaps]
            found[name].append(float(sum(met)))
        for name, step in (("rested", "spot"), ("rested_cell", "cell")):
            each = [_rested(planted.meet(orders, gap, step=step)) for gap in gaps]
            found[name].append(float(np.mean(each)))
    return {name: np.array(values) for name, values in found.items()}


def _rested(found: ChainOutcome) -> bool:
    """Whether the first spot has done all its moves before the second starts."""
    moved = (found.history or {})["core"]
    first, second = np.flatnonzero(moved == 0), np.flatnonzero(moved == 1)
    return len(first) == 0 or len(second) == 0 or bool(first[-1] < second[0])
