"""Means over triples of states by class against loops, and powers fitted to means."""

import numpy as np
import pytest

import bathlab as bl
from bathlab.experiments import FieldSweep, triple_rows
from bathlab.experiments.field_sweeps import CHANGES, DISTANCES, SHARES
from bathlab.experiments.triples import carriers, effective_number, power_of
from bathlab.statistics import power_law


def test_means_by_class_are_the_loops_over_triples():
    model = bl.BrickworkCircuit(4, 0.2)
    (row,) = triple_rows(model, 3, 1)
    sample = model.sample(3, 1)
    pairs, triples = {False: [], True: []}, np.zeros(4)
    for site in range(1, 5):
        found = bl.resonances(sample, site)
        Z, p = found.Z, found.polarisation
        crosses = ((p[:, None] - p) / 2) ** 2 + Z > 0.5
        for a in range(16):
            for b in set(range(16)) - {a}:
                pairs[crosses[a, b]].append(Z[a, b])
                for c in set(range(16)) - {a, b}:
                    kind = int(crosses[a, b]) + int(crosses[b, c]) + int(crosses[c, a])
                    triples[kind] += Z[a, b] * Z[b, c] * Z[c, a]
    triples /= 4 * 16 * 15 * 14
    everything = pairs[False] + pairs[True]
    assert row["pair"] == pytest.approx(np.mean(everything))
    assert np.allclose(row["pair_classes"], [np.mean(pairs[False]), np.mean(pairs[True])])
    assert row["pair_shares"][1] == pytest.approx(len(pairs[True]) / len(everything))
    assert np.allclose(row["triple_classes"], triples, rtol=1e-10, atol=0)
    means = [bl.resonances(sample, site).mean_triple() for site in range(1, 5)]
    assert row["triple"] == pytest.approx(np.mean(means))
    assert np.all(triples[:3] > 0)


def test_no_other_spec_is_measured():
    with pytest.raises(ValueError, match="BrickworkCircuit"):
        triple_rows(bl.LocalChainBath(4), 1, 0)


def test_how_many_realisations_carry_a_mean():
    assert effective_number(np.ones(7)) == pytest.approx(7) and carriers(np.ones(7)) == 4
    lone = np.array([1.0, 1e-9, 1e-9])
    assert effective_number(lone) == pytest.approx(1) and carriers(lone) == 1


def test_a_power_has_its_error_and_what_is_none_says_so():
    """Noise that all points share leaves the power exact, of their own noise it has the error.

    Over 60 fits the spread of deviations over errors is known to 10 %; it is 1 within 40 %.
    Errors of a fit to independent points, what the noise in common would make of it, are three
    times too large.
    """
    x, draw = np.array([1.0, 2.0, 4.0, 8.0]), np.random.default_rng(3)
    off, wrong = [], []
    for _ in range(60):
        shared = np.exp(0.5 * draw.normal(size=(24, 1)))
        samples = 3 * x**1.5 * shared * np.exp(0.15 * draw.normal(size=(24, 4)))
        law = power_of(x, samples)
        off.append((law.exponent.mean - 1.5) / law.exponent.error)
        error = samples.std(axis=0, ddof=1) / np.sqrt(24)
        alone = power_law(x, samples.mean(axis=0), error, 24).exponent
        wrong.append((alone.mean - 1.5) / alone.error)
    assert 0.6 < np.std(off) < 1.4 and abs(np.mean(off)) < 0.3
    assert np.std(wrong) < 0.5
    assert law.window == (1.0, 8.0) and law.bins == 4
    bent = power_of(x, (x + x**3) * np.exp(0.1 * draw.normal(size=(30, 4))))
    assert bent.chi2_dof > 4 and bent.window_error > 0.1
    with pytest.raises(ValueError, match="Run more"):
        power_of(x[:2], np.ones((5, 2)))


def test_scales_return_through_a_third_crossing_if_labels_are_exchanged():
    sweep = FieldSweep(bl.BrickworkCircuit(4, 0.02), 96)
    (row,) = triple_rows(sweep, 1, 0)
    again = triple_rows(sweep, 1, 0)[0]
    assert row["site"] == 1 and again["events"].tolist() == row["events"].tolist()
    assert row["kept"] > 0.95 > row["kept_plain"]
    assert row["returned"] > 0.7 > row["returned_plain"]
    assert row["exchanges"] > 0
    middles = (SHARES[1:] + SHARES[:-1]) / 2
    for name in ("drifts", "events"):
        mean = [row[name + kind] @ middles / row[name + kind].sum() for kind in ("", "_plain")]
        assert mean[0] < 0.75 * mean[1], name
    changes = row["changes"].reshape(len(DISTANCES) - 1, len(CHANGES) - 1)
    assert changes.sum() == row["changes"].sum() > 0
    with pytest.raises(ValueError, match="BrickworkCircuit"):
        FieldSweep(8)
