"""Many short chains of one length at once: which cells of each end up thermal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bathlab.checks import as_array
from bathlab.conventions import RealArray
from bathlab.operators.kept import kept
from bathlab.theory.avalanche.chain import AvalancheChain
from bathlab.theory.avalanche.evolution import bare_spots, evolve, runs
from bathlab.theory.avalanche.rules import as_bonds, rule_of
from bathlab.theory.avalanche.spots import ALIVE, FIRST, LAST, STATE, Places, Rule

#: Bonds of chains that are told apart by a whole number.
BITS = 62


def thermal_cells(
    chain: AvalancheChain,
    resonant: NDArray[np.bool_],
    decays: RealArray | None = None,
    ties: RealArray | None = None,
) -> NDArray[np.bool_]:
    """The thermal cells of N chains, each as :meth:`AvalancheChain.follow` has it.

    Parameters
    ----------
    chain
        the rules; ties, or a random order, are those of ``ties``, if there are any.
    resonant
        (N, bonds) truth values.
    decays
        (N, length) 1/zeta_1 of each cell; None for log(K/epsilon) everywhere.
    ties
        (N, bonds) numbers; of equal spots the one whose first bond has the least comes
        first. A piece of a chain has those of the whole.

    Returns
    -------
    ndarray
        (N, length) truth values.

    Raises
    ------
    ValueError
        If a shape is another, or a decay or a tie is not finite.
    """
    count = len(resonant)
    bonds = as_bonds(np.ravel(resonant), count * chain.bonds).reshape(count, chain.bonds)
    if decays is None and ties is None and chain.bonds <= BITS:
        # Chains with the same bonds are the same: short ones are followed once.
        keys = bonds @ (1 << np.arange(chain.bonds, dtype=np.int64))
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        return _followed(chain, bonds[first], None, None)[which]
    if decays is not None:
        decays = as_array("decays", decays, shape=(count, chain.length))
    if ties is not None:
        ties = as_array("ties", ties, shape=bonds.shape)
    return _followed(chain, bonds, decays, ties)


def _followed(
    chain: AvalancheChain,
    bonds: NDArray[np.bool_],
    decays: RealArray | None,
    ties: RealArray | None,
) -> NDArray[np.bool_]:
    rule, nothing = rule_of(chain, decays), np.zeros(0, np.int64)
    sums = np.zeros((len(bonds), 0), np.int64) if decays is None else rule.sums
    tie = np.zeros((0, chain.bonds)) if ties is None else np.ascontiguousarray(ties, np.float64)
    cells = np.zeros((len(bonds), chain.length), bool)
    follow_each(rule._replace(sums=nothing), bonds, sums, tie, chain.ties == "right", cells)
    return cells


@kept(error_model="numpy", nogil=True)
def follow_each(
    rule: Rule,
    bonds: NDArray[np.bool_],
    sums: Places,
    ties: RealArray,
    rightmost: bool,
    cells: NDArray[np.bool_],
) -> None:
    """Mark the thermal cells of each chain; ``sums`` has those of its decays, or is empty.

    Without ``ties`` the leftmost of equal spots comes first, or the ``rightmost``.
    """
    kinds, history = np.zeros(4, np.int64), np.empty((0, 6), np.int64)
    for i in range(len(bonds)):
        start, order = runs(bonds[i], rule.ring)
        ranks = np.empty(len(start), np.int64)
        if len(ties):
            by_rank = np.argsort(ties[i][start])
        else:
            by_rank = np.arange(len(start))
            for rank in range(len(start)):
                by_rank[rank] = len(start) - 1 - rank if rightmost else rank
        ranks[by_rank] = np.arange(len(start))
        own = Rule(
            rule.length,
            rule.ring,
            rule.sites,
            rule.own_cell,
            rule.across,
            rule.between,
            rule.gap_in_bath,
            rule.reach,
            rule.treated,
            rule.order,
            rule.whole,
            rule.bits,
            rule.gain,
            rule.weight,
            sums[i],
        )
        spots = bare_spots(own, start, order)
        evolve(own, spots, ranks, by_rank, kinds, history)
        for spot in range(len(spots)):
            if spots[spot, STATE] & ALIVE:
                for cell in range(spots[spot, FIRST], spots[spot, LAST] + 1):
                    cells[i, cell % rule.length] = True
