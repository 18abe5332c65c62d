"""An order of the rows that keeps factors sparse: minimum degree or nested dissection.

A separator, numbered last, splits the graph of a matrix in two, and so on within the parts
(George, SIAM J. Numer. Anal. 10 (1973) 345). Where to cut is told by a smooth coordinate, the
distance from one end of the graph less that from the other, averaged over neighbours time and
again on its way to the second eigenvector of the Laplacian (Pothen, Simon & Liou, SIAM J.
Matrix Anal. Appl. 11 (1990) 430); the separator is the smallest cover of the edges cut (Liu,
ACM Trans. Math. Softw. 15 (1989) 198). Small parts go by minimum degree, and so does all where
that fills less, as for baths with LIOMs.

For the random-field Heisenberg ring of 16 spins in its sector a factor has 6.6e6 entries, and
9.6e6 by minimum degree; of 18 spins 7.6e7 and 1.9e8. METIS, with Pardiso, leaves 6.0e6 at 16.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.sparse.linalg import spilu

from bathlab.conventions import RealArray

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

#: A part of so many rows, or of this share of all, is not split further: finding a separator
#: takes longer than it saves.
LEAF, LEAF_SHARE = 400, 1 / 256
#: Averages over neighbours that smooth the coordinate; more gain nothing.
ROUNDS = 30


class Elimination(NamedTuple):
    """The rows in the order in which they go, and the entries of one triangular factor."""

    order: Index
    fill: int


def elimination(matrix: sparse.csr_array) -> Elimination:
    """The better of minimum degree and nested dissection for a symmetric pattern."""
    graph = _graph(matrix)
    orders = [_by_degree(graph)]
    if graph.shape[0] > LEAF:
        orders.append(_dissected(graph))
    counted = [
        Elimination(order, _fill(graph.indptr, graph.indices, order)) for order in orders
    ]
    return min(counted, key=lambda one: one.fill)


def _dissected(graph: sparse.csr_array) -> Index:
    n = graph.shape[0]
    leaf, order = max(LEAF, int(n * LEAF_SHARE)), np.empty(n, dtype=np.intp)
    parts = [(np.arange(n), graph, n)]
    while parts:
        rows, part, end = parts.pop()
        if len(rows) <= leaf:
            order[end - len(rows) : end] = rows[_by_degree(part)]
            continue
        left, separator = _split(part)
        kept = np.ones(len(rows), dtype=bool)
        kept[separator] = False
        order[end - len(separator) : end] = rows[separator]
        end -= len(separator)
        for side in (np.flatnonzero(left & kept), np.flatnonzero(~left & kept)):
            parts.append((rows[side], part[side][:, side], end))
            end -= len(side)
    return order


def _graph(matrix: sparse.csr_array) -> sparse.csr_array:
    """Ones where the matrix has entries off its diagonal."""
    entries = matrix.tocoo()
    off = entries.row != entries.col
    places = (entries.row[off], entries.col[off])
    return sparse.csr_array((np.ones(len(places[0])), places), shape=matrix.shape)


def _by_degree(graph: sparse.csr_array) -> Index:
    """Minimum degree, which SuperLU finds on its way to factors, of which none are kept."""
    if not graph.shape[0]:
        return np.empty(0, dtype=np.intp)
    matrix = graph + sparse.diags_array(np.diff(graph.indptr) + 1.0)
    way = {"permc_spec": "MMD_AT_PLUS_A", "options": {"SymmetricMode": True}}
    dropped = spilu(matrix.tocsc(), drop_tol=1.0, fill_factor=1.0, diag_pivot_thresh=0.0, **way)
    order: Index = np.argsort(dropped.perm_c)
    return order


def _split(graph: sparse.csr_array) -> tuple[Flags, Index]:
    """Whether each row is left of the cut, and the rows that separate both sides."""
    count, label = csgraph.connected_components(graph, directed=False)
    n = graph.shape[0]
    if count > 1:
        sizes = np.cumsum(np.bincount(label))
        cut = min(int(np.searchsorted(sizes, n / 2)), count - 2)
        return label <= cut, np.empty(0, dtype=np.intp)
    left = np.zeros(n, dtype=bool)
    left[np.argsort(_coordinate(graph), kind="stable")[: n // 2]] = True
    return left, _cover(graph, left)


def _coordinate(graph: sparse.csr_array) -> RealArray:
    """A smooth function from one end of a connected graph to the other."""
    first = csgraph.breadth_first_order(graph, 0, directed=False)[0][-1]
    last = csgraph.breadth_first_order(graph, first, directed=False)[0][-1]
    distances = csgraph.dijkstra(graph, directed=False, indices=[first, last], unweighted=True)
    degree = np.diff(graph.indptr).astype(float)
    x: RealArray = distances[0] - distances[1]
    for _ in range(ROUNDS):
        x = x - degree @ x / degree.sum()
        x = (x + graph @ x / degree) / 2
    return x


def _cover(graph: sparse.csr_array, left: Flags) -> Index:
    """The fewest rows that touch every edge between the two sides (Koenig's theorem)."""
    rows, columns = np.flatnonzero(left), np.flatnonzero(~left)
    edges = graph[rows][:, columns]
    mate = csgraph.maximum_bipartite_matching(edges, perm_type="column")
    partner = np.full(len(columns), -1)
    partner[mate[mate >= 0]] = np.flatnonzero(mate >= 0)
    # What alternating paths reach from rows without a mate: such columns, and the other rows.
    fresh = (mate < 0) & (np.diff(edges.indptr) > 0)
    row_seen, column_seen = fresh.copy(), np.zeros(len(columns), dtype=bool)
    backwards = edges.T.tocsr()
    while fresh.any():
        column_seen |= backwards @ fresh.astype(float) > 0
        fresh = np.zeros(len(rows), dtype=bool)
        fresh[partner[column_seen]] = True
        fresh &= ~row_seen
        row_seen |= fresh
    return np.concatenate([rows[(mate >= 0) & ~row_seen], columns[column_seen]])


@numba.njit(cache=True)
def _fill(starts: Index, columns: Index, order: Index) -> int:  # pragma: no cover - compiled
    """By the elimination tree: row k of the factor is what its entries reach below k (Liu,
    SIAM J. Matrix Anal. Appl. 11 (1990) 134)."""
    n = len(order)
    place = np.empty(n, np.int64)
    for k in range(n):
        place[order[k]] = k
    parent, root, mark = np.full(n, -1), np.full(n, -1), np.full(n, -1)
    total = n
    for k in range(n):
        row = order[k]
        for entry in range(starts[row], starts[row + 1]):
            i = place[columns[entry]]
            while i != -1 and i < k:
                above = root[i]
                root[i] = k
                if above == -1:
                    parent[i] = k
                i = above
        mark[k] = k
        for entry in range(starts[row], starts[row + 1]):
            i = place[columns[entry]]
            while i < k and mark[i] != k:
                mark[i] = k
                total += 1
                i = parent[i]
    return total
