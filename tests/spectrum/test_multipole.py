"""Sums over poles by the tree, against the same sums term by term."""

from __future__ import annotations

import numpy as np
import pytest

from bathlab.conventions import RealArray
from bathlab.spectrum.tridiagonal import multipole
from bathlab.spectrum.tridiagonal.tree import NODES, Indices, Tree, build_tree

#: Rounding of some hundred terms and of their interpolation, relative to the absolute sum.
TOLERANCE = 1e-14
SIZE = 2000

POLES = {
    "even": np.linspace(-1, 1, SIZE),
    "random": np.sort(np.random.default_rng(0).normal(size=SIZE)),
    # Wide leaves next to narrow ones, down to the rounding of the poles.
    "graded": np.logspace(-14, 0, SIZE),
    "dense amid sparse": np.sort(
        np.append(np.linspace(-1, 1, SIZE // 2), np.linspace(0.3, 0.3 + 1e-9, SIZE // 2))
    ),
}


def tree_of(poles: RealArray) -> tuple[Tree, RealArray]:
    gaps = np.append(np.diff(poles), poles[-1] - poles[-2])
    return build_tree(np.append(poles, poles[-1] + gaps[-1]), gaps), gaps


def chained(first: int, chain: Indices) -> list[int]:
    sources = []
    while first >= 0:
        sources.append(int(chain[first, 1]))
        first = chain[first, 0]
    return sources


@pytest.mark.parametrize("name", POLES)
@pytest.mark.parametrize("size", [1, 2, NODES, NODES + 1, 300, SIZE])
def test_each_pair_of_poles_is_far_or_near_exactly_once(name: str, size: int) -> None:
    poles = POLES[name][:size] if size > 1 else np.zeros(1)
    tree = tree_of(poles)[0] if size > 1 else build_tree(np.array([0.0, 1.0]), np.ones(1))
    nodes, _, far, near = tree
    covered = np.zeros((size, size), dtype=int)
    for start, stop, _, first_far, first_near in nodes:
        for source in chained(first_far, far) + chained(first_near, near):
            covered[start:stop, nodes[source, 0] : nodes[source, 1]] += 1
    assert np.all(covered == 1)
    leaves = nodes[nodes[:, 2] == 0]
    assert np.max(leaves[:, 1] - leaves[:, 0]) <= NODES
    # Linear in the number of poles, but for the few widths a graded spectrum can have.
    assert len(far) + len(near) <= 40 * len(nodes)


def far_poles(tree: Tree, leaf: int, size: int) -> RealArray:
    """1 for the poles that are not near a leaf, 0 for others."""
    mask = np.ones(size)
    for source in chained(tree[0][leaf, 4], tree[3]):
        mask[tree[0][source, 0] : tree[0][source, 1]] = 0
    return mask


@pytest.mark.slow
@pytest.mark.parametrize("name", POLES)
def test_far_sums_are_those_of_the_single_poles(name: str) -> None:
    poles = POLES[name]
    tree, _ = tree_of(poles)
    rows = np.random.default_rng(1).normal(size=(3, SIZE + 1))
    rows[2] = rows[2] ** 2
    padded = np.append(poles, 9.0)
    field = multipole.far_field(tree, padded, multipole.weight_charges(tree, padded, rows))
    nodes, width = tree[:2]
    leaves = np.flatnonzero(nodes[:, 2] == 0)
    for leaf in leaves[::7]:
        mask, start = far_poles(tree, leaf, SIZE), nodes[leaf, 0]
        points = width[leaf] * multipole._NODES
        t = mask / ((poles - poles[start])[:, None] - points).T
        first, last, weight = rows[:, :SIZE]
        terms = [first * t, last * t, weight * t**2, weight * t**3]
        for mine, term in zip(field[leaf].reshape(5, NODES), terms):
            error = np.abs(mine - term.sum(axis=1))
            assert np.all(error <= TOLERANCE * np.abs(term).sum(axis=1))


@pytest.mark.parametrize("name", POLES)
def test_far_ratios_are_those_of_the_single_poles(name: str) -> None:
    poles = POLES[name]
    tree, gaps = tree_of(poles)
    shifts = gaps * np.random.default_rng(2).random(SIZE)
    padded, roots = np.append(poles, 9.0), np.array([poles, shifts])
    field = multipole.far_field(tree, padded, multipole.ratio_charges(tree, padded, roots))
    nodes, width = tree[:2]
    leaves = np.flatnonzero(nodes[:, 2] == 0)
    for leaf in leaves[::7]:
        mask, start = far_poles(tree, leaf, SIZE), nodes[leaf, 0]
        distance = ((poles - poles[start])[:, None] - width[leaf] * multipole._NODES).T
        term = mask * np.log1p(np.where(mask, shifts / distance, 0.0))
        error = np.abs(field[leaf][:NODES] - term.sum(axis=1))
        assert np.all(error <= TOLERANCE * np.maximum(1.0, np.abs(term).sum(axis=1)))
