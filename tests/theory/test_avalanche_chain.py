"""The multi-scale scheme on chains: its twin, exact limits, and what must not change."""

import itertools
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest
from scheme_twin import Scheme

import bathlab as bl
from bathlab.streams import stream
from bathlab.theory.avalanche import AvalancheChain, simulate_chain
from bathlab.theory.avalanche import rules as module

S = math.log(2)
FLAG = (False, True)
VARIED = {
    "ring": FLAG,
    "gap_in_bath": FLAG,
    **{
        name: module.CHOICES[name]
        for name in module.CHOICES
        if name not in ("ties", "disorder")
    },
}
#: All rules; ties and disorder are drawn. What only gaps have does not matter without them.
COMBINATIONS = [
    rules
    for values in itertools.product(*VARIED.values())
    for rules in [dict(zip(VARIED, values))]
    if rules["fusion"] == "gap" or (rules["between"] == "active" and rules["gap_in_bath"])
]


def drawn_chain(generator, rules):
    return AvalancheChain(
        int(generator.integers(2, 41)),
        float(generator.uniform(0.02, 0.35)),
        float(generator.choice([0.3, 1.0, 1.0, 2.0])),
        ties=str(generator.choice(module.CHOICES["ties"])),
        disorder=str(generator.choice(module.CHOICES["disorder"])),
        width=0.8,
        correlation=3,
        strengthening=float(generator.choice([0.0, 0.76, 1.0, 1.0, 1.07, 2.0])),
        **rules,
    )


def by_hand(chain, seed, count):
    bonds = stream(seed, 0, "avalanche bonds").random(chain.bonds) < chain.epsilon
    rule = module.rule_of(chain, chain._decays(seed, 0))
    weights = np.diff(rule.sums) if len(rule.sums) else [rule.weight] * chain.length
    ranks, _ = chain._ranks(count, seed, 0)
    unit = 2**rule.bits
    gain = 0 if chain.bath == "frozen" else round(Fraction(chain.strengthening) * unit)
    weights = [int(each) for each in weights]
    return Scheme(chain, bonds.tolist(), weights, unit, gain, ranks).run()


def moves(outcome):
    """The history in the order and with the cells of the twin."""
    held = dict(outcome.history)
    held["first"], held["last"] = (held[each] % outcome.length for each in ("first", "last"))
    return list(zip(*(column.tolist() for column in held.values())))


def assert_is_the_twin(chain, seed):
    found = chain.sample(seed, history=True)
    twin = by_hand(chain, seed, len(found.cores))
    assert moves(found) == twin.history, chain
    assert found.fusions == twin.kinds, chain
    spots = sorted(twin.spots, key=lambda spot: spot.cells[0])
    if len(spots) == 1 and len(spots[0].cells) == chain.length:
        spots[0].cells.sort()
    assert found.spans.tolist() == [[spot.cells[0], spot.cells[-1]] for spot in spots], chain
    assert found.sizes.tolist() == [len(spot.cells) for spot in spots]
    baths = [twin.bath(spot) / twin.unit for spot in spots]
    assert found.baths.tolist() == baths
    assert found.starters.tolist() == [spot.core for spot in spots]
    weights = np.full(chain.length, chain.decay)
    drawn = chain._decays(seed, 0)
    weights = weights if drawn is None else drawn.copy()
    for spot, bath in zip(spots, baths):
        inside = {"halted": 0.0, "increased": -S / 2}.get(chain.treated)
        if inside is not None:
            weights[spot.cells] = 0.0
            weights[spot.cells[0]] = bath * inside
    mean = weights.mean()
    if abs(mean) > 1e-6:
        assert found.zeta == pytest.approx(1 / mean if mean > 0 else math.inf, rel=1e-6)


def test_chains_of_drawn_rules_are_the_twin():
    generator = np.random.default_rng(1)
    for which in generator.choice(len(COMBINATIONS), 500, replace=False):
        chain = drawn_chain(generator, COMBINATIONS[which])
        assert_is_the_twin(chain, int(generator.integers(10**9)))


@pytest.mark.slow
def test_every_combination_of_rules_is_the_twin():
    generator = np.random.default_rng(2)
    assert len(COMBINATIONS) == 8064
    for rules in COMBINATIONS:
        assert_is_the_twin(drawn_chain(generator, rules), int(generator.integers(10**9)))


def planted(chain, first, order, **more):
    bonds = np.zeros(chain.bonds, bool)
    bonds[first : first + order] = True
    return chain.follow(bonds, **more)


@pytest.mark.parametrize("cells, extra", [("bonds", 0), ("sites", 1)])
@pytest.mark.parametrize("next_cell", ["l", "l+1"])
def test_a_lone_core_has_the_collar_of_the_mean_field(cells, extra, next_cell):
    chain = AvalancheChain(2000, 0.12, 1.0, cells=cells, next_cell=next_cell)
    alpha = math.log(1 / 0.12)
    for order in range(1, 25):
        bath = order + extra - (next_cell == "l+1") * 2 * alpha / S
        collar = max(math.ceil(bath * S / 2 / (alpha - S)), 0)
        found = planted(chain, 1000, order)
        assert found.spans.tolist() == [[1000 - collar, 1000 + order + extra - 1 + collar]]
        if not extra and next_cell == "l":
            assert collar == math.ceil(order * bl.avalanche.flow(0.12, 1.0).collar[0])


def test_what_is_not_more_is_not_resonant():
    """1/zeta_1 = 2 s exactly: two bonds and one cell to each side weigh as much as four."""
    found = planted(AvalancheChain(100, 0.25, 1.0), 50, 2)
    assert found.spans.tolist() == [[49, 52]]


def test_a_seed_grows_for_ever_if_zeta_is_beyond_its_bound():
    for critical, first, ring in ((S, 500, True), (S / 2, 0, False)):
        for factor, order in itertools.product((1 - 1e-6, 1.0, 1 + 1e-6, 1.13), (1, 5, 20)):
            chain = AvalancheChain(3000, math.exp(-critical * factor), 1.0, ring=ring)
            sides = 2 if ring else 1
            ends = order / (2 * chain.decay / S - sides) if factor > 1 else math.inf
            found = planted(chain, first, order)
            assert found.thermal == (factor <= 1 or ends * sides + order > 2990)
            if factor == 1.13:
                assert found.sizes.tolist() == [order + sides * math.ceil(ends)]


def test_a_seed_of_weaker_cells_grows_for_ever_beyond_a_longer_zeta():
    """1/zeta = eta s, and the collar of the mean field on the other side."""
    for eta, order in itertools.product((0.76, 1.07, 2.0), (1, 5, 20)):
        for factor in (1 - 1e-6, 1.13):
            epsilon = math.exp(-S * eta * factor)
            chain = AvalancheChain(3000, epsilon, 1.0, ring=True, strengthening=eta)
            found = planted(chain, 500, order)
            assert found.thermal == (factor < 1)
            if factor > 1:
                collar = math.ceil(order / (2 * eta * (factor - 1)))
                assert found.sizes.tolist() == [order + 2 * collar]
                assert found.baths[0] == pytest.approx(order + 2 * eta * collar)


def test_no_strengthening_is_a_frozen_bath():
    for treated, gap in itertools.product(("halted", "increased"), FLAG):
        rules = {"treated": treated, "gap_in_bath": gap}
        one = AvalancheChain(5000, 0.2, 1.0, bath="frozen", **rules).sample(1)
        other = AvalancheChain(5000, 0.2, 1.0, strengthening=0.0, **rules).sample(1)
        assert np.array_equal(one.spans, other.spans) and one.zeta == other.zeta
        assert np.array_equal(one.baths, other.baths) and one.baths.dtype == np.int64
        grown = AvalancheChain(5000, 0.2, 1.0, **rules).sample(1)
        assert grown.density > one.density


def test_a_frozen_bath_knows_no_critical_length():
    for decay in (0.5 * S, S, 1.1 * S):
        chain = AvalancheChain(3000, math.exp(-decay), 1.0, bath="frozen")
        for order in (1, 5, 20):
            collar = math.ceil(order * S / 2 / decay - 1e-9)
            assert planted(chain, 1000, order).sizes.tolist() == [order + 2 * collar]


@pytest.mark.parametrize("ring", FLAG)
@pytest.mark.parametrize("cells", ["bonds", "sites"])
def test_none_and_all(cells, ring):
    empty = simulate_chain(100, 0.0, 1.0, cells=cells, ring=ring)
    assert not empty.thermal and empty.spans.shape == (0, 2) and empty.cores.shape == (0, 3)
    assert empty.density == 0 and empty.zeta == 0 and empty.core_span.shape == (0,)
    full = simulate_chain(100, 1.0, 1.0, cells=cells, ring=ring)
    assert full.thermal and full.spans.tolist() == [[0, 99]] and full.density == 1
    assert full.rounds == 0 and full.zeta == math.inf


def test_thermal_cells_stay_thermal():
    for ring, treated in itertools.product(FLAG, module.CHOICES["treated"]):
        chain = AvalancheChain(300, 0.15, 1.0, ring=ring, treated=treated, step="cell")
        found = chain.sample(4, history=True)
        regions = [set(range(first, last + 1)) for first, last in found.cores[:, :2]]
        for first, last in zip(found.history["first"], found.history["last"]):
            now = {cell % 300 for cell in range(first, last + 1)}
            touched = [each for each in regions if each & now]
            assert touched and all(each <= now for each in touched)
            regions = [each for each in regions if not each & now] + [now]
        assert sum(map(len, regions)) == found.sizes.sum()


def test_the_mirror_image_of_a_chain_has_that_of_its_spans():
    for seed, step in itertools.product(range(30), ("spot", "cell")):
        bonds = np.random.default_rng(seed).random(200) < 0.15
        left, right = (
            AvalancheChain(200, 0.15, 1.0, ties=t, step=step) for t in ("left", "right")
        )
        spans = right.follow(bonds[::-1]).spans
        assert np.array_equal(left.follow(bonds).spans, 199 - spans[::-1, ::-1])


def test_a_turned_ring_has_turned_spans(monkeypatch):
    """With what tells equal spots apart turned with them."""
    generator = np.random.default_rng(6)
    for shift in (1, 50, 77, 199):
        bonds, tie = generator.random(200) < 0.14, generator.random(200)
        chain = AvalancheChain(200, 0.14, 1.0, ring=True)
        regions = []
        for turn in (0, shift):
            turned, ties = np.roll(bonds, turn), np.roll(tie, turn)
            starts = np.flatnonzero(turned & ~np.roll(turned, 1))
            by_rank = np.argsort(ties[starts])
            ranks = np.argsort(by_rank)
            monkeypatch.setattr(AvalancheChain, "_ranks", lambda *_: (ranks, by_rank))
            spans = (chain.follow(turned).spans - turn) % 200
            regions.append(sorted(spans.tolist()))
        assert regions[0] == regions[1] and len(regions[0]) > 3


def test_the_order_of_equal_spots_that_do_not_meet_changes_nothing():
    bonds = np.zeros(1000, bool)
    bonds[::50] = bonds[1::100] = True
    rules = itertools.product(module.CHOICES["ties"], module.CHOICES["step"])
    found = [AvalancheChain(1000, 0.05, 1.0, ties=t, step=s).follow(bonds) for t, s in rules]
    assert all(np.array_equal(each.spans, found[0].spans) for each in found)
    assert len(found[0].spans) == 20 and sum(found[0].fusions.values()) == 0


def test_a_random_order_knows_no_size():
    """Two lone cores, 4 and 3 bonds, at K/epsilon = 8: whichever comes first, of 64 orders."""
    bonds = np.zeros(200, bool)
    bonds[50:54] = bonds[100:103] = True
    found = {order: set() for order in module.CHOICES["order"]}
    for order, cores in found.items():
        chain = AvalancheChain(200, 0.125, 1.0, order=order)
        for seed in range(64):  # false alarms 2^-63
            cores.add(tuple(chain.follow(bonds, seed=seed, history=True).history["core"]))
    assert found == {"size": {(1, 0)}, "core": {(1, 0)}, "random": {(0, 1), (1, 0)}}


def test_draws_are_shared_by_lengths_and_probabilities():
    short, long = (simulate_chain(n, 0.07, 1.0, 3).cores for n in (1000, 5000))
    assert np.array_equal(short[:-1], long[: len(short) - 1])
    densities = []
    for epsilon in (0.05, 0.1, 0.14, 0.15, 0.16, 0.17):
        chain = AvalancheChain(3000, epsilon, 1.0)
        found = [chain.sample(5, realisation) for realisation in range(20)]
        assert [each.spans.tolist() for each in found] == [
            chain.sample(5, realisation).spans.tolist() for realisation in range(20)
        ]
        densities.append(np.mean([each.density for each in found]))
    assert np.all(np.diff(densities) > 0)


def test_the_cores_of_a_region_lie_in_it():
    for ring in FLAG:
        found = simulate_chain(5000, 0.13, 1.0, 8, ring=ring)
        cells = [
            {cell % 5000 for cell in range(first, first + size)}
            for first, size in zip(found.spans[:, 0], found.sizes)
        ]
        assert len(cells) > 100
        for (first, last, order), span in zip(found.cores, found.core_span):
            assert {first, last} <= cells[span] and (last - first) % 5000 + 1 == order
        assert np.array_equal(found.core_span[found.starters], np.arange(len(cells)))
        assert sum(found.fusions.values()) == len(found.cores) - len(cells)


def test_disorder_is_that_of_its_kind():
    smooth, rough = (
        AvalancheChain(
            5000, 0.1, 1.0, disorder=d, width=0.3, correlation=20, ring=True
        )._decays(1, 0)
        for d in ("smooth", "random")
    )
    mean = math.log(10)
    for decays in (smooth, rough):
        assert np.abs(decays / mean - 1).max() <= 0.3 + 1e-12
        # Means of 250 and 5000 uniform numbers: five standard deviations, 6e-7 of false alarms.
        assert abs(decays.mean() / mean - 1) < 5 * 0.3 / math.sqrt(3 * 250)
    steps = np.abs(np.diff(np.append(smooth, smooth[0]))) / mean
    assert steps.max() <= 0.6 / 20 + 1e-12 < np.abs(np.diff(rough)).max() / mean


def test_part_of_a_chain_may_count_as_thermal():
    found = simulate_chain(1000, 0.15, 1.0, 1)
    part = found.sizes.max() / 1000
    for fraction, thermal in ((part, True), (part + 1e-3, False)):
        assert simulate_chain(1000, 0.15, 1.0, 1, thermal_fraction=fraction).thermal == thermal


def test_it_is_a_spec_of_a_study():
    chain = AvalancheChain(np.int64(50), np.float32(0.25), 1, ring=np.bool_(True))
    assert (
        pickle.loads(pickle.dumps(chain)) == chain == AvalancheChain(50, 0.25, 1.0, ring=True)
    )
    other = AvalancheChain(50, 0.25, 1.0)
    assert bl.Case("one", chain, 1).identity != bl.Case("one", other, 1).identity


def test_what_is_out_of_range_is_refused(monkeypatch):
    for wrong in (
        {"length": 1},
        {"length": 2**40},
        {"epsilon": 1.5},
        {"epsilon": math.nan},
        {"K": 0.0},
        {"K": math.inf},
        {"seed": -1},
        {"realisation": 0.5},
        {"cells": "bond"},
        {"treated": 0},
        {"width": 1.0},
        {"correlation": 0},
        {"thermal_fraction": 0.0},
        {"strengthening": -0.1},
        {"strengthening": 2.1},
        {"cell": "bonds"},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            simulate_chain(**({"length": 20, "epsilon": 0.1, "K": 1.0} | wrong))
    chain = AvalancheChain(20, 0.1, 1.0)
    for wrong in (np.zeros(19), np.full(20, 2), np.full(20, math.nan), "x", None):
        with pytest.raises(ValueError, match="resonant"):
            chain.follow(wrong)
    with pytest.raises(ValueError, match="decay"):
        chain.follow(np.zeros(20), decay=np.full(20, math.nan))
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("free", (), {"available": 1e8}))
    with pytest.raises(bl.errors.DoesNotFit, match="GiB"):
        simulate_chain(10**8, 0.1, 1.0)


def test_no_gap_between_regions_is_resonant_any_more():
    """Whichever of the two came to rest last."""
    for seed, between in itertools.product(range(20), ("spots", "cores")):
        chain = AvalancheChain(400, 0.1, 1.0, between=between, reach="nearest")
        found = chain.sample(seed)
        gaps = found.spans[1:, 0] - found.spans[:-1, 1] - 1
        assert np.all(gaps > 0)
        if between == "spots":
            together = found.baths[1:] + found.baths[:-1]
            assert np.all(S / 2 * together <= gaps * chain.decay)


def test_across_what_rests_decay_is_halted_and_starts_at_no_new_core():
    """By hand: K/epsilon = 8, a cell weighs six cells of bath."""
    bonds = np.zeros(60, bool)
    bonds[20:32] = bonds[36] = True
    # The lone bond rests on 35 to 37 with n = 3. The twelve melt two cells to each side, n = 16
    # at l = 2, and fuse across cell 34: 16 + 3 > 6 (2 + 1). Then n = 20, l = 2 to the left and
    # 3 to the right, not 1 from the lone bond. One more to the right, two to the left, n = 23.
    active = AvalancheChain(60, 0.125, 1.0).follow(bonds)
    assert active.spans.tolist() == [[16, 38]] and active.baths.tolist() == [23]
    assert active.fusions["gap, treated"] == 1
    nearest = AvalancheChain(60, 0.125, 1.0, reach="nearest").follow(bonds)
    assert nearest.spans.tolist() == [[15, 41]] and nearest.baths.tolist() == [27]
