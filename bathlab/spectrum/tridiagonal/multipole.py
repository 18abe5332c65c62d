"""Sums over poles, at many points at once, in time proportional to their number.

Points are handled by the NODES, in lanes; poles are summed one by one where they are near, and
as intervals where they are far: Chebyshev interpolation in the pole turns an interval of poles
into charges at its nodes, interpolation in the point turns the sum over distant intervals into
values at the nodes of the points' interval, and both are handed up and down a binary tree. This
is the fast multipole method in one dimension (Dutt, Gu & Rokhlin, SIAM J. Numer. Anal. 33
(1996) 1689), as Gu & Eisenstat, SIAM J. Matrix Anal. Appl. 16 (1995) 172 propose for divide and
conquer.

Nothing here may be reordered by the compiler: loops run over lanes, which are independent, so
they vectorise as they stand, here or in :mod:`bathlab.spectrum.tridiagonal.sums`. Hence these
loops give the same bits whatever the width of the vectors, and whether a process compiled them
or loaded them from the cache. Lanes live in one flat buffer with constant distances, which
spares the compiler the question whether arrays overlap.
"""

from __future__ import annotations

import numpy as np

from bathlab.conventions import RealArray
from bathlab.spectrum.tridiagonal.sums import (
    GROUPS,
    LANES,
    PLACE,
    SHIFT,
    SUMS,
    TINY,
    A,
    Poles,
    Values,
    interpolated_1,
    interpolated_2,
    interpolated_3,
    sums_of_all,
    sums_of_vectors,
    sums_skipped_1,
    sums_skipped_2,
    sums_skipped_3,
    sums_sought_1,
    sums_sought_2,
    sums_sought_3,
)
from bathlab.spectrum.tridiagonal.tree import (
    CHILD,
    FIRST_FAR,
    FIRST_NEAR,
    NEXT,
    NODES,
    SOURCE,
    START,
    STOP,
    Tree,
    compiled,
)

_ANGLES = np.pi * (np.arange(NODES) + 0.5) / NODES
_NODES = 0.5 + 0.5 * np.cos(_ANGLES)
_WEIGHTS = np.sin(_ANGLES) * (-1.0) ** np.arange(NODES)


def _antiderivatives() -> RealArray:
    """Row q, column m: the integral from 0 to node q of the cardinal function of node m."""
    cardinal = np.polynomial.chebyshev.chebvander(2 * _NODES - 1, NODES - 1) * 2.0 / NODES
    cardinal[:, 0] /= 2
    integral = np.polynomial.chebyshev.chebint(cardinal.T, lbnd=-1, scl=0.5)
    return np.ascontiguousarray(np.polynomial.chebyshev.chebval(2 * _NODES - 1, integral).T)


_INTEGRALS = _antiderivatives()


@compiled
def hidden(lanes: RealArray) -> int:
    """NODES, hidden from the compiler, which would unroll before it vectorises."""
    return min(NODES, lanes.size)


@compiled
def add_interpolated(lanes: RealArray, values: RealArray, groups: int) -> None:
    """Add what has these values at the nodes to the sums, at PLACE in units of the interval.

    For the first ``groups`` vectors of points.
    """
    if groups == 1:
        interpolated_1(Values(lanes, values, _NODES, _WEIGHTS))
    elif groups == 2:
        interpolated_2(Values(lanes, values, _NODES, _WEIGHTS))
    else:
        interpolated_3(Values(lanes, values, _NODES, _WEIGHTS))


@compiled
def sums_at_trials(
    lanes: RealArray,
    tree: Tree,
    leaf: int,
    poles: RealArray,
    rows: RealArray,
    field: RealArray,
    groups: int,
) -> None:
    """The sums without b at the points in the lanes, but for the poles on either side."""
    nodes, near, stop = tree.nodes, tree.near, tree.nodes[leaf, STOP]
    lanes[A : A + SUMS] = 0.0
    pair = nodes[leaf, FIRST_NEAR]
    while pair >= 0:
        source = near[pair, SOURCE]
        first, last = nodes[source, START], nodes[source, STOP]
        part = Poles(lanes, poles, rows, rows.shape[1], first, last)
        # Only the leaf itself and the pole above it are skipped anywhere.
        if last <= nodes[leaf, START] or first > stop:
            if groups == 1:
                sums_sought_1(part)
            elif groups == 2:
                sums_sought_2(part)
            else:
                sums_sought_3(part)
        elif groups == 1:
            sums_skipped_1(part)
        elif groups == 2:
            sums_skipped_2(part)
        else:
            sums_skipped_3(part)
        pair = near[pair, NEXT]
    if len(tree.far):
        add_interpolated(lanes, field[leaf], groups)


@compiled
def sums_for_vectors(
    lanes: RealArray, tree: Tree, leaf: int, poles: RealArray, rows: RealArray, field: RealArray
) -> None:
    """The sums over a t, b t and c t^2 at the points in the lanes."""
    nodes, near = tree.nodes, tree.near
    lanes[A : A + SUMS] = 0.0
    pair = nodes[leaf, FIRST_NEAR]
    while pair >= 0:
        source = near[pair, SOURCE]
        first, last = nodes[source, START], nodes[source, STOP]
        sums_of_vectors(Poles(lanes, poles, rows, rows.shape[1], first, last))
        pair = near[pair, NEXT]
    if len(tree.far):
        add_interpolated(lanes, field[leaf], GROUPS)


@compiled
def add_charge(charges: RealArray, place: float, a: float, b: float, c: float) -> None:
    """Spread weights a, b, c at a place, in units of the interval, over its nodes."""
    scratch, total = 3 * NODES, 0.0
    for k in range(hidden(charges)):
        distance = place - _NODES[k]
        charges[scratch + k] = _WEIGHTS[k] / (TINY if distance == 0.0 else distance)
    for k in range(scratch, scratch + NODES // 3):
        total += (charges[k] + charges[k + NODES // 3]) + charges[k + 2 * NODES // 3]
    a, b, c = a / total, b / total, c / total
    for k in range(NODES):
        charges[k] += a * charges[scratch + k]
        charges[NODES + k] += b * charges[scratch + k]
        charges[2 * NODES + k] += c * charges[scratch + k]


@compiled
def weight_charges(tree: Tree, poles: RealArray, rows: RealArray) -> RealArray:
    """Charges of the leaves for sums over poles with weights a, b, c in rows."""
    nodes, width, far = tree.nodes, tree.width, tree.far
    charges = np.zeros((len(nodes), 4 * NODES))
    for leaf in range(len(nodes) if len(far) else 0):
        if nodes[leaf, CHILD] == 0:
            start, stop = nodes[leaf, START], nodes[leaf, STOP]
            for i in range(start, stop):
                add_charge(
                    charges[leaf],
                    (poles[i] - poles[start]) / width[leaf],
                    rows[0, i],
                    rows[1, i],
                    rows[2, i],
                )
    return charges


@compiled
def ratio_charges(tree: Tree, poles: RealArray, roots: RealArray) -> RealArray:
    """Charges of the leaves for sums of log((root - x) / (pole - x)).

    That is the integral of t from pole to root: the difference of the charges which interpolate
    an antiderivative of t, put in terms of t. The sum then has only positive terms.
    """
    nodes, width, far = tree.nodes, tree.width, tree.far
    charges = np.zeros((len(nodes), 4 * NODES))
    for leaf in range(len(nodes) if len(far) else 0):
        if nodes[leaf, CHILD] == 0:
            start, stop = nodes[leaf, START], nodes[leaf, STOP]
            ends = np.zeros(4 * NODES)
            for i in range(start, stop):
                root = (roots[0, i] - poles[start]) + roots[1, i]
                add_charge(ends, root / width[leaf], 1.0, 0.0, 0.0)
                add_charge(ends, (poles[i] - poles[start]) / width[leaf], -1.0, 0.0, 0.0)
            for q in range(NODES):
                end = width[leaf] * ends[q]
                for k in range(NODES):
                    charges[leaf, k] += end * _INTEGRALS[q, k]
    return charges


@compiled
def far_field(tree: Tree, poles: RealArray, charges: RealArray) -> RealArray:
    """The five sums over all poles far from each node, at its nodes, from charges of leaves."""
    field = np.zeros((len(tree.nodes), SUMS))
    if len(tree.far):
        _upward(tree, poles, charges)
        _across(tree, poles, charges, field)
        _downward(tree, poles, field)
    return field


@compiled
def _upward(tree: Tree, poles: RealArray, charges: RealArray) -> None:
    """Charges of every parent from those of its children, the smallest intervals first."""
    nodes, width = tree.nodes, tree.width
    for parent in range(len(nodes) - 1, -1, -1):
        if nodes[parent, CHILD]:
            for child in range(nodes[parent, CHILD], nodes[parent, CHILD] + 2):
                distance = poles[nodes[child, START]] - poles[nodes[parent, START]]
                for k in range(NODES):
                    add_charge(
                        charges[parent],
                        (distance + width[child] * _NODES[k]) / width[parent],
                        charges[child, k],
                        charges[child, NODES + k],
                        charges[child, 2 * NODES + k],
                    )


@compiled
def _across(tree: Tree, poles: RealArray, charges: RealArray, field: RealArray) -> None:
    """The sums over the charges of all intervals far from each, at its nodes."""
    nodes, width, far = tree.nodes, tree.width, tree.far
    positions, lanes = np.empty(NODES), np.zeros(LANES)
    for target in range(len(nodes)):
        pair = nodes[target, FIRST_FAR]
        if pair < 0:
            continue
        lanes[SHIFT : SHIFT + NODES] = width[target] * _NODES
        lanes[A : A + SUMS] = 0.0
        while pair >= 0:
            source = far[pair, SOURCE]
            # Relative to the target: no digits are lost where poles are dense.
            distance = poles[nodes[source, START]] - poles[nodes[target, START]]
            for k in range(NODES):
                positions[k] = distance + width[source] * _NODES[k]
            sums_of_all(Poles(lanes, positions, charges[source], NODES, 0, NODES))
            pair = far[pair, NEXT]
        field[target] = lanes[A : A + SUMS]


@compiled
def _downward(tree: Tree, poles: RealArray, field: RealArray) -> None:
    """To the sums of every child those of its parent, interpolated, the widest first."""
    nodes, width, lanes = tree.nodes, tree.width, np.zeros(LANES)
    for parent in range(len(nodes)):
        if nodes[parent, CHILD]:
            for child in range(nodes[parent, CHILD], nodes[parent, CHILD] + 2):
                distance = poles[nodes[child, START]] - poles[nodes[parent, START]]
                places = (distance + width[child] * _NODES) / width[parent]
                lanes[PLACE : PLACE + NODES] = places
                lanes[A : A + SUMS] = field[child]
                add_interpolated(lanes, field[parent], GROUPS)
                field[child] = lanes[A : A + SUMS]
