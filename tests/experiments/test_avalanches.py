"""Rows of one chain under the multi-scale scheme, against loops over its cells."""

import math

import numpy as np
import pytest

from bathlab.experiments import EpsilonSweep, avalanche_rows, epsilon_rows
from bathlab.experiments.avalanches import ORDERS, SIZES, WINDOWS
from bathlab.theory.avalanche import AvalancheChain

CHAINS = [
    AvalancheChain(60, 0.15, 1.0),
    AvalancheChain(61, 0.25, 2.0, cells="sites"),
    AvalancheChain(60, 0.2, 1.0, ring=True),
    AvalancheChain(2300, 0.15, 1.0, disorder="smooth"),
    AvalancheChain(50, 0.5, 1.0),
    AvalancheChain(40, 0.0, 1.0),
]


def owners(found):
    """The region of each cell, or -1."""
    cells = np.full(found.length, -1)
    for region, (first, last) in enumerate(found.spans):
        size = found.sizes[region]
        cells[[(first + i) % found.length for i in range(size)]] = region
    return cells


def cut_entropy(cells, cut):
    """log 2 times the cells of each region on the smaller side of one cut."""
    halves = [np.bincount(part[part >= 0], minlength=99) for part in (cells[:cut], cells[cut:])]
    size = max(map(len, halves))
    halves = [np.pad(half, (0, size - len(half))) for half in halves]
    return math.log(2) * np.minimum(*halves).sum()


def twin(chain, found):
    """The row from the owner of each cell."""
    cells, L = owners(found), chain.length
    counts = [int((cells == region).sum()) for region in range(len(found.spans))]
    half = L // 2
    outside = np.mean(cells < 0)
    row = {"thermal": float(outside == 0), "density": 1 - outside}
    if chain.disorder == "none":
        row["decay"] = chain.decay * outside if outside else 0.0
    middle = cells[half] if cells[half] == cells[half - 1] else -1
    row["middle"] = counts[middle] if middle >= 0 else 0
    row["entropy"] = cut_entropy(cells, half)
    row["largest"] = max(counts, default=0)
    if counts:
        inside = [
            order
            for (first, _, order) in found.cores
            if cells[first] == counts.index(row["largest"])
        ]
        row["largest_core"] = max(inside)
        starter = found.starters[counts.index(row["largest"])]
        row["starter_core"] = found.cores[starter, 2]
    row["square"] = sum(n * n for n in counts) / L
    row["sizes"] = np.zeros(len(SIZES) - 1)
    for n in counts:
        row["sizes"][max(i for i, size in enumerate(SIZES) if size <= n)] += 1
    orders = [int(order) for order in found.cores[:, 2]]
    row["runs"] = [orders.count(k) for k in range(1, ORDERS)]
    row["runs"].append(sum(order >= ORDERS for order in orders))
    if not chain.ring:
        row["mean_entropy"] = np.mean([cut_entropy(cells, cut) for cut in range(1, L)])
    for name in ("crossed", "crossed_squares", "couplings"):
        row[name] = []
    for width in (min(width, L) for width in WINDOWS):
        outside = [sum(cells[i * width : (i + 1) * width] < 0) for i in range(L // width)]
        row["crossed"].append(np.mean(outside))
        row["crossed_squares"].append(np.mean(np.square(outside)))
        one = [math.exp(-n * chain.decay) if n else 1.0 for n in outside]
        row["couplings"].append(np.mean(one))
    return row


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: f"{chain.length}, {chain.epsilon}")
def test_rows_are_those_of_the_cells(chain):
    for realisation in range(3 if chain.length > 100 else 15):
        (row,) = avalanche_rows(chain, 5, realisation)
        found = chain.sample(5, realisation)
        for name, value in twin(chain, found).items():
            assert row[name] == pytest.approx(value, rel=1e-12, abs=1e-12), name
        assert row["sizes"].sum() == row["regions"] == len(found.spans)
        assert row["runs"].sum() == row["spots"]
        assert row["fusions"].sum() == row["spots"] - row["regions"]
        assert row["rounds"] == found.rounds


def test_a_region_past_the_end_of_a_ring_is_one():
    """Seen in some of the rings above, else their twin would have shown nothing."""
    chain = CHAINS[2]
    wrapped = [chain.sample(5, n).spans for n in range(15)]
    assert any((spans[:, 1] < spans[:, 0]).any() for spans in wrapped)


def test_small_sizes_have_bins_of_their_own():
    assert SIZES[:100].tolist() == list(range(1, 101)) and SIZES[-1] > 2**29
    assert np.all(np.diff(SIZES) >= 1) and np.array_equal(SIZES, np.rint(SIZES))


def test_what_is_no_chain_is_refused():
    with pytest.raises(ValueError, match="AvalancheChain"):
        avalanche_rows(object(), 1, 0)


def test_a_sweep_is_the_chain_at_each_epsilon():
    sweep = EpsilonSweep(AvalancheChain(200, 0.3, 1.0, ring=True), (0.1, 0.2))
    rows = epsilon_rows(sweep, 2, 3)
    assert [row["epsilon"] for row in rows] == [0.1, 0.2]
    for row in rows:
        (one,) = avalanche_rows(AvalancheChain(200, row["epsilon"], 1.0, ring=True), 2, 3)
        assert all(np.array_equal(row[name], value) for name, value in one.items())
    assert rows[0]["density"] < rows[1]["density"]
    with pytest.raises(ValueError, match="epsilon"):
        EpsilonSweep(sweep.chain, (0.5, 1.5))
