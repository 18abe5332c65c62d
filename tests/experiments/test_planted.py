"""Planted seeds, cell by cell, beside a loop that knows nothing of the scheme's tables."""

import math

import numpy as np
import pytest
from scheme_twin import Scheme

from bathlab.experiments import PlantedSpot, planted_rows
from bathlab.theory.avalanche import AvalancheChain

ALPHA = (0.375, 0.5, 0.75, 1.0, 1.125, 1.5, 3.0)


def melted_by_hand(bath, alpha, sides, own, room, grown):
    """Cells on a side: one more while s n/2 > (l + own) alpha, all in units of s."""
    cells = 0
    while cells < room and (bath + sides * cells * grown) / 2 > (cells + own) * alpha:
        cells += 1
    return cells


@pytest.mark.parametrize("place", ["middle", "ring", "end"])
@pytest.mark.parametrize("cells, next_cell", [("bonds", "l"), ("sites", "l+1")])
def test_collars_are_those_of_a_loop(place, cells, next_cell):
    chain = AvalancheChain(200, 0.1, 1.0, cells=cells, next_cell=next_cell)
    planted = PlantedSpot(chain, place, (1, 2, 20), ALPHA, (200,))
    sides, own = (1 if place == "end" else 2), next_cell == "l+1"
    for row in planted_rows(planted, 1, 0):
        room = 1 + (200 - row["bath"]) // sides
        for column, grown in (("collar", True), ("frozen", False)):
            wanted = [
                melted_by_hand(row["bath"], each, sides, own, room, grown) for each in ALPHA
            ]
            wanted = [math.inf if sides * x + row["bath"] >= 200 else x for x in wanted]
            assert row[column].tolist() == wanted
        halted = np.isfinite(row["collar"])
        assert np.array_equal(row["steps"][halted], row["collar"][halted])
        n = row["bath"] + sides * row["collar"][halted]
        border = n / 2 - (row["collar"][halted] + own) * np.array(ALPHA)[halted]
        assert row["border"][halted] == pytest.approx(border)
        assert np.isnan(row["border"][~halted]).all()


def test_a_threshold_is_where_the_last_cell_is_no_longer_melted():
    planted = PlantedSpot(AvalancheChain(50, 0.1, 1.0), "middle", (1, 4), (1.5,), (50, 101))
    for row in planted_rows(planted, 1, 0):
        for length, found, width in zip(row["length"], row["threshold"], row["bracket"]):
            length += (length - row["bath"]) % 2
            exact = 1 + row["bath"] / (length - row["bath"] - 2)
            assert -1e-9 < exact - found < width + 1e-9 and 0 < width < 1e-10
            assert planted.melt(row["order"], found, int(length)).thermal
            assert not planted.melt(row["order"], found + 1e-8, int(length)).thermal


def test_of_two_seeds_the_smaller_rests_and_its_cells_are_free():
    """Gaps at which the twin makes one spot of both."""
    planted = PlantedSpot(AvalancheChain(60, 0.1, 1.0), "middle", (4,), (1.5,), (60,))
    (row,) = planted_rows(planted, 1, 0)
    for partner, reach, cores in zip(row["partner"], row["reach"], row["reach_cores"]):
        for between, wanted in (("active", reach), ("cores", cores)):
            met = []
            for gap in range(1, 24):
                outcome = planted.meet((int(partner), 4), gap, between=between)
                length = outcome.length
                bonds = np.zeros(length, bool)
                for first, last, _ in outcome.cores:
                    bonds[first : last + 1] = True
                chain = AvalancheChain(length, 0.1, 1.0, between=between)
                weights = [3 * 2**32] * length
                twin = Scheme(chain, bonds.tolist(), weights, 2**32, 2**32, [0, 1]).run()
                met.append(len(twin.spots) == 1)
            assert sum(met) == wanted and met == sorted(met, reverse=True)
    assert (row["reach"] > row["reach_cores"]).any() and (row["rested"] == 1).all()
    assert row["rested_cell"].min() < 0.5


@pytest.mark.parametrize(
    "given, named",
    [
        ({"place": "left"}, "place"),
        ({"orders": (0,)}, "orders"),
        ({"orders": (1.5,)}, "orders"),
        ({"decays": (0.0,)}, "decays"),
        ({"lengths": (5,)}, "lengths"),
        ({"paired": -1.0}, "paired"),
        ({"chain": 1}, "chain"),
    ],
)
def test_seeds_that_do_not_fit_are_refused(given, named):
    usual = {"chain": AvalancheChain(60, 0.1, 1.0), "place": "end", "orders": (1,)}
    usual |= {"decays": (1.0,), "lengths": (60,)}
    with pytest.raises(ValueError, match=named):
        PlantedSpot(**(usual | given))
