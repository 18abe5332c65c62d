"""Intervals of poles in a binary tree: which are far from each other, and which are near."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numba
import numpy as np
from numpy.typing import NDArray

from bathlab.conventions import RealArray

compiled = numba.njit(error_model="numpy", fastmath=False)

Indices: TypeAlias = NDArray[np.int64]
Pairs: TypeAlias = list[tuple[int, int]]
#: Columns of :attr:`Tree.nodes` and of :attr:`Tree.far` and :attr:`Tree.near`.
START, STOP, CHILD, FIRST_FAR, FIRST_NEAR = range(5)
NEXT, SOURCE = range(2)


class Tree(NamedTuple):
    """A binary tree of intervals of poles, and which of them are far from each other.

    Attributes
    ----------
    nodes
        (m, 5) poles ``START:STOP``, the first of two children (``CHILD``, 0: a leaf), and
        the first far and near pair with this node as target (-1: none). Parents come first.
    width
        (m,) widths of the intervals.
    far, near
        (pairs, 2) the next pair of the same target (-1: none), and the source.
    """

    nodes: Indices
    width: RealArray
    far: Indices
    near: Indices


#: Nodes of an interval, also the points handled together and the most poles in a leaf. A whole
#: number of vector registers of any width.
NODES = 24
#: Intervals are far if this many widths of the wider one apart. The other's points are then
#: outside the Bernstein ellipse of parameter 2.5 + sqrt(5.25); its -24th power is 5e-17.
SEPARATION = 0.75
#: Up to here summing all poles one by one is faster: 24 leaves take a third longer that way.
FEW_LEAVES = 12


@compiled
def build_tree(poles: RealArray, gaps: RealArray) -> Tree:
    """Intervals of equally many poles, each with the gap above its last pole."""
    size = gaps.size
    leaves = (size + NODES - 1) // NODES
    nodes, width = np.zeros((2 * leaves - 1, 5), np.int64), np.empty(2 * leaves - 1)
    nodes[0, STOP], last = leaves, 1
    for node in range(len(nodes)):
        low, high = nodes[node, START], nodes[node, STOP]
        if high - low > 1:
            nodes[node, CHILD] = last
            nodes[last, START], nodes[last + 1, STOP] = low, high
            nodes[last, STOP] = nodes[last + 1, START] = (low + high) // 2
            last += 2
        low, high = low * size // leaves, high * size // leaves
        nodes[node, START], nodes[node, STOP] = low, high
        width[node] = poles[high - 1] - poles[low] + gaps[high - 1]
    if leaves > FEW_LEAVES:
        far, near = _pairs(poles, nodes, width)
    else:
        far, near = [(0, 0) for _ in range(0)], [(0, 0) for _ in range(0)]
        for node in range(len(nodes)):
            if nodes[node, CHILD] == 0:
                near.append((node, 0))  # the root has all poles
    first_far, first_near = nodes[:, FIRST_FAR], nodes[:, FIRST_NEAR]
    return Tree(nodes, width, _chain(far, first_far), _chain(near, first_near))


@compiled
def _pairs(poles: RealArray, nodes: Indices, width: RealArray) -> tuple[Pairs, Pairs]:
    """Pairs of far nodes and of near leaves, which together cover all pairs of poles once."""
    open_pairs = [(0, 0)]
    far, near = [(0, 0) for _ in range(0)], [(0, 0) for _ in range(0)]
    while len(open_pairs):
        t, s = open_pairs.pop()
        t_leaf, s_leaf = nodes[t, CHILD] == 0, nodes[s, CHILD] == 0
        t_low, s_low = poles[nodes[t, START]], poles[nodes[s, START]]
        gap = max((s_low - t_low) - width[t], (t_low - s_low) - width[s])
        if gap >= SEPARATION * max(width[t], width[s]):
            far.append((t, s))
        elif t_leaf and s_leaf:
            near.append((t, s))
        else:
            for child in range(2):
                if s_leaf or (not t_leaf and width[t] >= width[s]):
                    open_pairs.append((nodes[t, CHILD] + child, s))
                else:
                    open_pairs.append((t, nodes[s, CHILD] + child))
    return far, near


@compiled
def _chain(pairs: Pairs, heads: Indices) -> Indices:
    """The pairs linked by target; the first one of each target goes into heads."""
    chain = np.empty((len(pairs), 2), np.int64)
    heads[:] = -1
    for pair in range(len(pairs)):
        target, source = pairs[pair]
        chain[pair, NEXT], chain[pair, SOURCE] = heads[target], source
        heads[target] = pair
    return chain
