"""Open chains beside themselves at a larger epsilon, and beside their pieces, all rules alike.

The localisation argument of Thiery et al. rests on two hypotheses: (i) the mean density of
thermal cells does not fall as epsilon grows, (ii) cells that are thermal in a chain are so in
one with more cells at its ends, whence the number of thermal cells is superadditive.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any, Iterator

import numpy as np
from numpy.typing import NDArray

from bathlab.checks import (
    as_array,
    as_integer,
    as_names,
    as_real,
    refusal,
    require_kind,
    settle,
    shown,
)
from bathlab.conventions import Array, RealArray, Row
from bathlab.streams import stream
from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche.batches import thermal_cells
from bathlab.theory.avalanche.rules import CHOICES, FLAGS

#: The rules that move an open chain, but for ties and disorder.
VARIED = tuple(
    name for name in (*CHOICES, "gap_in_bath") if name not in ("ties", "disorder", "ring")
)
#: Pieces of a chain in sixths of its length: 2/3, the rest of it, both halves, the middle.
PIECES = ((0, 4), (4, 6), (0, 3), (3, 6), (1, 5))
#: Pieces that make up the chain.
PARTITIONS = ((0, 1), (2, 3))
#: Exhaustive searches take so many chains at a time.
AT_ONCE = 2**14


@dataclass(frozen=True)
class Hypotheses:
    """Open chains on which the hypotheses are tried, one by one.

    Parameters
    ----------
    chain
        length, a multiple of 6, K and rules; its epsilon is replaced by each of these:
    epsilons
        probabilities of a resonant bond.
    count
        chains in one realisation; chain i of realisation r is realisation r count + i of
        the chain.
    raised
        what epsilon is multiplied with for hypothesis (i).
    varied
        options of which all combinations are tried that differ for an open chain.
    search
        longest chain among all of whose bonds the shortest that breaks (ii) is sought; 0
        for no search.

    Raises
    ------
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=12, epsilon=0.1, K=1.0)
    >>> spec = bl.experiments.Hypotheses(chain, epsilons=(0.1, 0.2), count=50)
    >>> rows = bl.experiments.hypothesis_rows(spec, seed=1, realisation=0)
    >>> print([f"{row['density']:.3f}" for row in rows])
    ['0.260', '0.512']
    """

    chain: AvalancheChain
    epsilons: tuple[float, ...]
    count: int
    raised: float = 1.02
    varied: tuple[str, ...] = ()
    search: int = 0

    def __post_init__(self) -> None:
        require_kind("chain", self.chain, AvalancheChain, "Make one with bathlab.avalanche.")
        if self.chain.ring or self.chain.length % 6:
            given, wanted = shown(self.chain), "an open one whose length is a multiple of 6"
            raise refusal("chain", given, wanted, "Set ring=False and another length.")
        settle(
            self,
            count=as_integer("count", self.count, 1),
            raised=as_real("raised", self.raised, above=0),
            search=as_integer("search", self.search, 0, 22),
        )
        epsilons = as_array("epsilons", self.epsilons, above=0)
        if float(epsilons.max()) * max(self.raised, 1.0) > 1:
            given = shown(self.epsilons)
            raise refusal("epsilons", given, "at most 1 when raised", "Take smaller ones.")
        object.__setattr__(self, "epsilons", tuple(epsilons.tolist()))
        varied = tuple(as_names("varied", self.varied))
        if not set(varied) <= set(VARIED):
            known = f"names among {', '.join(VARIED)}"
            raise refusal("varied", shown(self.varied), known, "Name those.")
        object.__setattr__(self, "varied", varied)

    def rules(self) -> Iterator[AvalancheChain]:
        """The chain under each combination of the varied options, once."""
        known = set()
        allowed = [(False, True) if name in FLAGS else CHOICES[name] for name in self.varied]
        for values in itertools.product(*allowed):
            options: dict[str, Any] = dict(zip(self.varied, values))
            chain = distinct(replace(self.chain, **options))
            if chain.order == "random" != self.chain.order:
                continue  # a control, not one of the paper's readings
            if chain not in known:
                known.add(chain)
                yield chain


def distinct(chain: AvalancheChain) -> AvalancheChain:
    """The first chain that does as this one: options set to their first where none depends."""
    same: dict[str, Any] = {}
    if chain.fusion == "touching":
        same |= {"between": "active", "gap_in_bath": True}
    if chain.bath == "frozen":
        same |= {"gap_in_bath": True}
    if chain.reach in ("own", "fresh"):
        same |= {"treated": "halted"}
    return replace(chain, **same)


@dataclass(frozen=True)
class Drawn:
    """What N chains are drawn from: (N, bonds) numbers, (N, length) offsets or None, ties."""

    uniform: RealArray
    offsets: RealArray | None
    ties: RealArray | None

    def thermal(
        self, chain: AvalancheChain, epsilon: float, first: int = 0, last: int | None = None
    ) -> NDArray[np.bool_]:
        """Thermal cells of the piece from cell ``first`` to before ``last``, alone."""
        last = chain.length if last is None else last
        piece = replace(chain, length=last - first, epsilon=epsilon)
        bonds = slice(first, first + piece.bonds)
        decays = None
        if self.offsets is not None:
            decays = self.offsets[:, first:last] * (piece.decay * piece.width) + piece.decay
        ties = None if self.ties is None else self.ties[:, bonds]
        return thermal_cells(piece, self.uniform[:, bonds] < epsilon, decays, ties)


def drawn_chains(chain: AvalancheChain, seed: int, first: int, count: int) -> Drawn:
    """Chains ``first``, ``first + 1``, … of :meth:`AvalancheChain.sample`.

    Bonds of a chain of bonds are drawn, of which a chain of sites uses all but the last.
    """
    longest, which = replace(chain, cells="bonds"), range(first, first + count)
    offsets = None
    if chain.disorder != "none":
        offsets = np.stack([np.asarray(longest.offsets(seed, each)) for each in which])
    ties = None
    if "random" in (chain.ties, chain.order):
        ties = stream(seed, first, "avalanche ties of many").random((count, chain.length))
    return Drawn(np.stack([longest.uniform(seed, each) for each in which]), offsets, ties)


def hypothesis_rows(given: Hypotheses, seed: int, realisation: int) -> list[Row]:
    """Counts of chains on which a hypothesis fails, and mean densities, with the same bonds.

    Returns
    -------
    list of dict
        One row for each combination of rules and epsilon, its varied options by name, and:

        * ``chains``: how many. ``density``, ``density_raised``: mean share of thermal cells.
        * ``rise``: their difference. ``falls``, ``fall_cells``, ``fall_most``: chains with
          fewer thermal cells at the larger epsilon, by how many cells in all, and in one chain
          at most.
        * ``densities``: of the :data:`PIECES`. ``broken``, ``broken_cells``, ``broken_most``:
          chains in which cells of each piece are not thermal in the whole, cells, and in one at
          most; ``broken_any``: chains with a piece of that kind.
        * ``lower``, ``lower_cells``, ``lower_most``: chains with fewer thermal cells than the
          pieces of each of the :data:`PARTITIONS`; ``surplus``: mean thermal cells more than
          those pieces.
        * ``example``: bonds of the shortest chain that breaks (ii) by its last cell; empty if
          none up to ``search`` cells does.

    Raises
    ------
    ValueError
        If they are no hypotheses, or seed or realisation is no non-negative integer.

    Examples
    --------
    >>> import bathlab as bl
    >>> chain = bl.avalanche.AvalancheChain(length=12, epsilon=0.1, K=1.0)
    >>> spec = bl.experiments.Hypotheses(chain, epsilons=(0.2,), count=200)
    >>> [row] = bl.experiments.hypothesis_rows(spec, seed=1, realisation=0)
    >>> print(int(row["falls"]), "of", row["chains"])  # fewer thermal cells at a larger eps
    1 of 200
    >>> print(int(row["broken_any"]))  # a piece has cells that are thermal in it alone
    1
    """
    require_kind("given", given, Hypotheses, "Make them with bathlab.experiments.")
    seed, realisation = (
        as_integer("seed", seed, 0),
        as_integer("realisation", realisation, 0),
    )
    drawn = drawn_chains(given.chain, seed, realisation * given.count, given.count)
    return [
        {
            **{name: getattr(chain, name) for name in given.varied},
            "epsilon": epsilon,
            "chains": given.count,
            **_compared(drawn, chain, epsilon, given.raised),
            "example": shortest_break(replace(chain, epsilon=epsilon), given.search),
        }
        for chain in given.rules()
        for epsilon in given.epsilons
    ]


def _compared(drawn: Drawn, chain: AvalancheChain, epsilon: float, raised: float) -> Row:
    whole = drawn.thermal(chain, epsilon)
    higher = drawn.thermal(chain, epsilon * raised).sum(axis=1)
    cells, length = whole.sum(axis=1), chain.length
    ends = [(length * a // 6, length * b // 6) for a, b in PIECES]
    pieces = [drawn.thermal(chain, epsilon, *each) for each in ends]
    lost = np.stack(
        [np.sum(piece & ~whole[:, a:b], axis=1) for piece, (a, b) in zip(pieces, ends)]
    )
    alone = np.stack([piece.sum(axis=1) for piece in pieces])
    short = np.stack([alone[a] + alone[b] - cells for a, b in PARTITIONS])
    fall, broken, lower = (
        _failures(name, each)
        for name, each in (
            ("fall", (cells - higher)[np.newaxis]),
            ("broken", lost),
            ("lower", short),
        )
    )
    return {
        "density": float(cells.mean() / length),
        "density_raised": float(higher.mean() / length),
        "rise": float((higher - cells).mean() / length),
        "falls": float(fall["fall"][0]),
        "fall_cells": float(fall["fall_cells"][0]),
        "fall_most": float(fall["fall_most"][0]),
        "densities": alone.mean(axis=1) / np.array([b - a for a, b in ends]),
        **broken,
        "broken_any": int(np.sum(lost.any(axis=0))),
        **lower,
        "surplus": -short.mean(axis=1),
    }


def _failures(name: str, cells: Array) -> dict[str, Array]:
    """Of (M, N) cells that are missing, in each row: chains, cells, most in one chain."""
    missing = np.maximum(cells, 0)
    return {
        name: np.sum(missing > 0, axis=1).astype(float),
        f"{name}_cells": missing.sum(axis=1).astype(float),
        f"{name}_most": missing.max(axis=1).astype(float),
    }


def shortest_break(chain: AvalancheChain, longest: int) -> RealArray:
    """Bonds, 0 and 1, of a shortest open chain in which a cell that is thermal without the last
    cell is not with it; empty if there is none of up to ``longest`` cells.

    If a piece of a chain breaks hypothesis (ii), cells may be added to it one by one until the
    chain is whole, and one of them breaks it. So the shortest of all breaks it by its last
    cell, or by its first: mirror images are found with the ties mirrored.
    """
    for length in range(3, longest + 1):
        whole = replace(chain, length=length)
        piece = replace(chain, length=length - 1)
        for start in range(0, 2**whole.bonds, AT_ONCE):
            numbers = np.arange(start, min(start + AT_ONCE, 2**whole.bonds))
            bonds = (numbers[:, np.newaxis] >> np.arange(whole.bonds)) % 2 == 1
            lost = thermal_cells(piece, bonds[:, : piece.bonds])
            lost &= ~thermal_cells(whole, bonds)[:, : length - 1]
            broken = np.flatnonzero(lost.any(axis=1))
            if len(broken):
                return bonds[broken[0]].astype(float)
    return np.zeros(0)
