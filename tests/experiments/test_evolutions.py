"""Pictures of chains, counts of fusions, and boxes with a core, by loops."""

import numpy as np
import pytest

from bathlab.experiments import Evolution, evolution_rows
from bathlab.experiments.core_patterns import BOXES, CLASSES, _rearranged, pattern_row
from bathlab.experiments.evolutions import PICTURE, fusion_counts, picture_of
from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche.tracing import trace

CHAIN = AvalancheChain(400, 0.17, 1.0)


def test_spots_of_a_picture_are_apart_and_become_the_regions():
    found = CHAIN.sample(1, 0, history=True)
    picture = dict(zip(PICTURE, picture_of(found)))
    history = found.history["scale"]
    for scale in [0, *np.unique(history), np.inf]:
        here = picture["since"] <= min(scale, 1e9)
        here &= picture["until"] > min(scale, 1e9)
        spots = sorted(zip(picture["first"][here], picture["last"][here]))
        assert all(a[1] < b[0] for a, b in zip(spots, spots[1:])), scale
        assert len(spots) >= len(found.spans)
    assert spots == [tuple(span) for span in found.spans.tolist()]
    assert picture["rest"][~np.isfinite(picture["until"])].all()
    bare = picture["since"] == 0
    assert bare.sum() == len(found.cores)


def test_counts_are_those_of_the_acts():
    acts = trace(CHAIN, 1, 0)
    row = fusion_counts(acts)
    fused = [each for each in acts if each.fused]
    assert row["fusions"].sum() == len(fused) > 10
    assert row["resonant"].sum() == sum(any(each.after) for each in fused)
    assert row["borders"].sum() == sum(bool(x) for each in fused for x in each.after)
    new = [any(a and not b for a, b in zip(each.after, each.before)) for each in fused]
    assert row["renewed"].sum() == sum(new) < row["resonant"].sum()
    assert (row["renewed"] <= row["resonant"]).all()
    assert row["decayed"] == 0 < row["crossed"]
    assert row["rested"] < row["began"] <= len(CHAIN.sample(1, 0).cores)


def test_boxes_are_those_by_loops():
    chain = AvalancheChain(20000, 0.155, 1.0)
    found = chain.sample(1, 0)
    row = pattern_row(found, 1, 0)
    boxes = np.zeros((len(CLASSES), len(BOXES)))
    cores = np.zeros(len(CLASSES))
    for span, size in enumerate(found.sizes):
        kind = sum(size >= CLASSES) - 1
        if kind < 0:
            continue
        inside = found.cores[found.core_span == span, 0] - found.spans[span, 0]
        cores[kind] += len(inside)
        boxes[kind] += [len(set(inside // box)) for box in BOXES]
    assert row["boxes"].reshape(boxes.shape).tolist() == boxes.tolist()
    assert row["cores"].tolist() == cores.tolist() and cores.sum() > 100
    moved = row["boxes_random"].reshape(boxes.shape)
    assert moved[:, 0].tolist() == cores.tolist()


def test_rearranged_cores_keep_their_gaps():
    """Cores of orders 1, 2, 3 in nine cells, 3! orders and four places for the one cell that is
    free: 24 ways, 100 times each in 2400 draws, 60 times or less for 1e-4 of seeds."""
    source, span = np.random.default_rng(1), np.zeros(3, int)
    seen = {}
    for _ in range(2400):
        starts = _rearranged(np.array([1, 2, 3]), span, np.array([9]), source)
        key = tuple(starts.tolist())
        seen[key] = seen.get(key, 0) + 1
        assert starts[0] >= 0 and (np.diff(starts) >= 2).all() and starts[-1] <= 8
    assert len(seen) >= 16 and min(seen.values()) > 60


def test_only_what_is_traced_has_counts_and_only_the_first_a_picture():
    long = evolution_rows(Evolution(CHAIN), 1, 0)[0]
    traced = [evolution_rows(Evolution(CHAIN, True), 1, each)[0] for each in (0, 1)]
    assert long["fusions"].sum() == 0 == len(long["first"])
    assert len(traced[0]["first"]) > 0 == len(traced[1]["first"])
    assert set(long) == set(traced[0])
    with pytest.raises(ValueError, match="chain"):
        Evolution(3)
