"""Chains beside their pieces, one by one, and the shortest that breaks hypothesis (ii)."""

import numpy as np
import pytest

from bathlab.experiments import Hypotheses, hypothesis_rows
from bathlab.experiments import hypotheses as module
from bathlab.theory.avalanche import AvalancheChain
from bathlab.theory.avalanche import rules as rule_module


def cells_of(outcome):
    found = np.zeros(outcome.length, bool)
    for first, last in outcome.spans:
        found[first : last + 1] = True
    return found


def piece_of(chain, seed, which, epsilon, first, last):
    """Thermal cells of a piece, followed alone."""
    uniform = AvalancheChain(chain.length, epsilon, chain.K).uniform(seed, which)
    kept = {name: getattr(chain, name) for name in ("cells", "treated", "disorder", "ties")}
    piece = AvalancheChain(last - first, epsilon, chain.K, **kept)
    decays = None
    if chain.disorder != "none":
        offsets = AvalancheChain(chain.length, 0.1, 1.0, disorder=chain.disorder)
        offset = offsets.offsets(seed, which)[first:last]
        decays = piece.decay * (1 + piece.width * offset)
    return cells_of(piece.follow(uniform[first : first + piece.bonds] < epsilon, decays))


@pytest.mark.parametrize(
    "rules",
    [{}, {"cells": "sites", "treated": "increased"}, {"disorder": "random", "ties": "right"}],
)
def test_counts_are_those_of_the_chains_one_by_one(rules):
    chain, epsilon, raised = AvalancheChain(24, 0.1, 1.0, **rules), 0.16, 1.3
    given = Hypotheses(chain, (epsilon,), 150, raised)
    (row,) = hypothesis_rows(given, 3, 2)
    falls, broken, lower, gain = [], [], [], []
    for which in range(300, 450):
        whole = AvalancheChain(24, epsilon, 1.0, **rules).sample(3, which)
        cells = cells_of(whole)
        higher = piece_of(chain, 3, which, epsilon * raised, 0, 24)
        falls.append(max(0, cells.sum() - higher.sum()))
        ends = [(4 * a, 4 * b) for a, b in module.PIECES]
        pieces = [piece_of(chain, 3, which, epsilon, *each) for each in ends]
        broken.append([(p & ~cells[a:b]).sum() for p, (a, b) in zip(pieces, ends)])
        gain.append(
            [cells.sum() - pieces[a].sum() - pieces[b].sum() for a, b in ((0, 1), (2, 3))]
        )
        lower.append([max(0, -each) for each in gain[-1]])
    for name, wanted in (("falls", falls), ("broken", broken), ("lower", lower)):
        prefix = name.removesuffix("s") if name == "falls" else name
        wanted = np.array(wanted)
        assert row[name] == pytest.approx((wanted > 0).sum(axis=0))
        assert row[f"{prefix}_cells"] == pytest.approx(wanted.sum(axis=0))
        assert row[f"{prefix}_most"] == pytest.approx(wanted.max(axis=0))
    assert row["broken_any"] == np.sum(np.any(np.array(broken) > 0, axis=1))
    assert row["surplus"] == pytest.approx(np.mean(gain, axis=0))
    assert (
        row["rise"] == pytest.approx(row["density_raised"] - row["density"]) and row["rise"] > 0
    )


def test_combinations_are_all_that_differ():
    """What an option is set to where nothing depends on it changes no chain."""
    given = Hypotheses(AvalancheChain(12, 0.14, 1.0), (0.14,), 1, varied=module.VARIED)
    rules = list(given.rules())
    assert len(rules) == len(set(rules)) == 1408
    generator, seen = np.random.default_rng(4), 0
    for _ in range(400):
        options = {
            name: str(generator.choice(rule_module.CHOICES[name]))
            for name in module.VARIED
            if name in rule_module.CHOICES
        }
        options |= {"order": str(generator.choice(("size", "core")))}
        chain = AvalancheChain(30, 0.2, 1.0, gap_in_bath=bool(generator.integers(2)), **options)
        same = module.distinct(chain)
        bonds = generator.random((5, chain.bonds)) < 0.2
        found = (module.thermal_cells(each, bonds) for each in (chain, same))
        assert np.array_equal(*found), chain
        seen += chain != same
    assert seen > 100


def test_the_shortest_chain_that_breaks_the_hypothesis():
    chain = AvalancheChain(12, 0.14, 1.0)
    bonds = module.shortest_break(chain, 12)
    assert "".join("-x"[int(each)] for each in bonds) == "---xx-xx-x"
    whole, piece = (
        AvalancheChain(n, 0.14, 1.0).follow(bonds[:n]).spans.tolist() for n in (10, 9)
    )
    assert piece == [[0, 8]] and whole == [[1, 9]]
    assert len(module.shortest_break(chain, 9)) == 0
    # By another way: no chain of up to eight cells breaks it, followed alone.
    for length in range(3, 9):
        long, short = (AvalancheChain(n, 0.14, 1.0) for n in (length, length - 1))
        for number in range(2**length):
            each = [number >> i & 1 for i in range(length)]
            assert not np.any(
                cells_of(short.follow(each[:-1])) & ~cells_of(long.follow(each))[:-1]
            )


@pytest.mark.parametrize(
    "given, named",
    [
        ({"chain": AvalancheChain(12, 0.1, 1.0, ring=True)}, "chain"),
        ({"chain": AvalancheChain(13, 0.1, 1.0)}, "chain"),
        ({"epsilons": (0.0,)}, "epsilons"),
        ({"epsilons": (0.99,)}, "epsilons"),
        ({"count": 0}, "count"),
        ({"raised": 0.0}, "raised"),
        ({"varied": ("ring",)}, "varied"),
        ({"search": 30}, "search"),
    ],
)
def test_what_is_out_of_range_is_refused(given, named):
    usual = {"chain": AvalancheChain(12, 0.1, 1.0), "epsilons": (0.1,), "count": 2}
    with pytest.raises(ValueError, match=named):
        Hypotheses(**(usual | given))
