"""The order of elimination against elimination by hand."""

import numpy as np
import pytest
from scipy import sparse

from bathlab.operators.spin_space import SpinSpace
from bathlab.spectrum.direct import dissection


def ring(sites):
    terms = [("+-", 0.5), ("-+", 0.5), ("zz", 1.0)]
    pairs = [(i, (i + 1) % sites) for i in range(sites)]
    return SpinSpace(sites).matrix([(c, word, pair) for word, c in terms for pair in pairs])


def grid(side):
    line = sparse.diags_array([np.ones(side - 1)] * 2, offsets=[-1, 1])
    return sparse.csr_array(sparse.kronsum(line, line))


MATRICES = {
    "ring": lambda: ring(12),
    "grid": lambda: grid(30),
    "diagonal": lambda: sparse.csr_array(sparse.diags_array(np.arange(900.0))),
    "two grids": lambda: sparse.block_diag([grid(20), grid(21)], format="csr"),
    "one": lambda: sparse.csr_array([[2.0]]),
}


@pytest.mark.parametrize("name", MATRICES)
def test_the_fill_is_that_of_elimination_by_hand(name, monkeypatch):
    monkeypatch.setattr(dissection, "LEAF", 40)
    matrix = sparse.csr_array(MATRICES[name]())
    order, fill = dissection.elimination(matrix)
    assert np.array_equal(np.sort(order), np.arange(matrix.shape[0]))
    pattern = (matrix.toarray() != 0)[np.ix_(order, order)]
    np.fill_diagonal(pattern, True)
    for k in range(len(pattern)):
        below = k + 1 + np.flatnonzero(pattern[k + 1 :, k])
        pattern[np.ix_(below, below)] = True
    assert fill == np.tril(pattern).sum()


@pytest.mark.parametrize("name", ["ring", "grid"])
def test_a_separator_leaves_no_edge_between_the_sides(name):
    graph = dissection._graph(MATRICES[name]())
    left, separator = dissection._split(graph)
    kept = np.ones(len(left), dtype=bool)
    kept[separator] = False
    assert not graph[left & kept][:, ~left & kept].nnz
    assert 0.3 < np.mean(left[kept]) < 0.7 and np.mean(kept) > 0.6
    spared = np.delete(separator, 0)
    kept[:] = True
    kept[spared] = False
    assert graph[left & kept][:, ~left & kept].nnz, "a smaller one would do"


def test_a_ring_fills_less_by_dissection():
    matrix = ring(14)
    graph = dissection._graph(matrix)
    by_degree = dissection._fill(graph.indptr, graph.indices, dissection._by_degree(graph))
    assert dissection.elimination(matrix).fill < 0.75 * by_degree
