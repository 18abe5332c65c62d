"""Ranks, densities, medians, neighbours and limits out of counts, against drawn pairs."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from bathlab.experiments import scale_laws
from bathlab.experiments import scale_relations as relations
from bathlab.experiments.level_counts import RANKS
from bathlab.experiments.pair_counts import FREQUENCIES, SCALES, WINDOWS
from bathlab.statistics import density_law

FINE, BINS = len(FREQUENCIES) - 1, len(SCALES) - 1


def row(omega, Omega, realisation=0, sites=8, kind="spectrum"):
    """The cells of one realisation with these pairs."""
    joint = np.histogram2d(omega, Omega, (FREQUENCIES, SCALES))[0]
    windows = (*WINDOWS[:-1], 4.0)
    fine = np.histogram(omega, FREQUENCIES)[0].astype(float)
    return {
        "realisation": realisation,
        "coupling": 0.02,
        "sites": sites,
        "kind": kind,
        "joint": joint.ravel(),
        "joint_moved": joint.ravel(),
        "frequency_pairs": fine,
        "strength": np.histogram(omega, FREQUENCIES, weights=(Omega / omega) ** 2)[0],
        "scales": np.histogram2d(omega, Omega, (windows, SCALES))[0].ravel(),
        "pairs": np.histogram(omega, windows)[0].astype(float),
    }


def table(draw_pairs, realisations=20, seed=2, **more):
    draw = np.random.default_rng(seed)
    return pd.DataFrame([row(*draw_pairs(draw), r, **more) for r in range(realisations)])


def test_ranks_are_those_of_the_pairs():
    """|omega| even in its logarithm, so that the weights of decades change nothing: against
    scipy's of all pairs, to 0.02 for bins of a fifth of a decade."""

    def pairs(draw):
        omega = 10 ** draw.uniform(-4, 0, 4000)
        return omega, np.minimum(omega, omega**0.4 * 10 ** draw.uniform(-8, -2, 4000))

    draw = np.random.default_rng(2)
    drawn = [np.concatenate(x) for x in zip(*(pairs(draw) for _ in range(20)))]
    found = relations.rank_correlations(table(pairs))
    for each, y in ((found.scale, drawn[1]), (found.element, drawn[1] / drawn[0])):
        assert each.mean == pytest.approx(spearmanr(drawn[0], y).statistic, abs=0.02)
        assert 0 < each.error < 0.02
    assert found.scale.mean > 0.2 and found.element.mean < -0.2
    inside = relations.rank_correlations(table(pairs), least=1e-7, most=1e-5)
    kept = (drawn[1] > 1e-7) & (drawn[1] < 1e-5)
    expected = spearmanr(drawn[0][kept], drawn[1][kept]).statistic
    assert inside.scale.mean == pytest.approx(expected, abs=0.03)


def test_decades_have_the_same_weight_however_many_pairs_they_have():
    """|omega| uniform: Omega that is |omega| to a power times noise has the same rank
    correlation as when |omega| is even in its logarithm; to 0.05."""

    def even(draw):
        omega = 10 ** draw.uniform(-4, 0, 4000)
        return omega, omega * 10 ** draw.uniform(-8, 0, 4000)

    def uniform(draw):
        omega = draw.uniform(0, 1, 100000)
        return omega, omega * 10 ** draw.uniform(-8, 0, 100000)

    means = [relations.rank_correlations(table(x, 10)).scale.mean for x in (even, uniform)]
    assert means[0] == pytest.approx(means[1], abs=0.05) and means[0] > 0.3


def test_density_of_omega_is_one_where_it_knows_nothing_and_repelled_where_it_does():
    """Omega from 1e-4 to 1e-2, |omega| uniform: 1 at every ratio. Then none below ten Omega.
    Fixed seed, five standard errors."""

    def free(draw):
        return draw.uniform(0, np.pi, 40000), 10 ** draw.uniform(-4, -2, 40000)

    def repelled(draw):
        omega, Omega = free(draw)
        kept = omega > 10 * Omega
        return omega[kept], Omega[kept]

    ratios, density = relations.density_by_ratio(table(free), 1e-4, 1e-2)
    assert ratios[0] == 1 and ratios[-1] == pytest.approx(100)
    assert np.all(np.abs(density.mean - 1) < 5 * density.error)
    assert density.error.max() < 0.2
    _, other = relations.density_by_ratio(table(repelled), 1e-4, 1e-2)
    assert np.all(other.mean[ratios < 6] == 0) and other.mean[-1] == pytest.approx(1, abs=0.05)


def test_strength_is_the_mean_of_Z_at_each_omega_whatever_its_density():
    """Z = |omega|^-0.4 1e-4 exactly, |omega| once even, once not; slope -0.4 to 0.01."""
    for power in (1, 2):

        def pairs(draw, power=power):
            omega = np.pi * draw.uniform(0, 1, 40000) ** (1 / power)
            return omega, omega * omega**-0.2 * 1e-2

        law = density_law(relations.strength_histogram(table(pairs)), 1e-3, 0.3)
        assert law.exponent.mean == pytest.approx(-0.4, abs=0.01)


def test_quantiles_are_those_of_the_pairs():
    def pairs(draw):
        return draw.uniform(0.1, 1, 4000), 10 ** draw.uniform(-9, -1, 4000)

    found = relations.scale_quantile(table(pairs), 0.1)
    assert found.value == pytest.approx(-8.2, abs=0.05) and 0 < found.error < 0.05
    assert relations.scale_quantile(table(pairs), 0.5, window=4).value == pytest.approx(
        -5, abs=0.1
    )


def test_counts_by_level_say_how_far_and_how_evenly():
    ranks = np.zeros(len(RANKS) - 1)
    ranks[[0, 4]] = 10, 30  # 10 neighbours, 30 from 9 to 16 apart
    parts = np.zeros((4, BINS))
    place = int(np.searchsorted(SCALES, 2e-3)) - 1
    parts[:, place] = 100, 100, 100, 140
    rows = [
        {
            "ranks": ranks * factor,
            "adjacent_pairs": 400.0 * factor,
            "parts": parts.ravel() * factor,
            "part_pairs": np.full(4, 1e4) * factor,
        }
        for factor in (1.0, 2.0, 1.0)
    ]
    far = relations.far_above(pd.DataFrame(rows))
    assert far.number.mean == pytest.approx(2 * 40 / 400)
    assert far.neighbours.mean == pytest.approx(0.25)
    assert 9 < far.distance.mean < 17
    shares = relations.share_by_part(pd.DataFrame(rows), 1e-3, 1e-2).value
    assert shares == pytest.approx(np.array([100, 100, 100, 140]) / 110)
    rows = [{**each, "ranks": 0 * ranks} for each in rows]
    assert relations.far_above(pd.DataFrame(rows)) is None


def of_sizes(exponent, sites=(8, 10, 12, 14), realisations=16, count=20000, seed=4):
    """Rows whose Omega have the exponent of their size between 1e-6 and 1; the last size is of
    windows of states."""
    found = []
    for length in sites:
        a = exponent(length)

        def pairs(draw, a=a):
            omega = draw.uniform(0, 1e-2, count)
            return omega, 1e-6 * draw.uniform(1e-6**a, 1, count) ** (-1 / a)

        kind = "window" if length == sites[-1] else "spectrum"
        found.append(table(pairs, realisations, seed + length, sites=length, kind=kind))
    return pd.concat(found, ignore_index=True)


def test_the_limit_is_that_of_a_line_in_one_over_L():
    """a = 0.5 - 1/L at all sizes: 0.5 within four errors, the false alarm 6e-5; the same rows
    with a bend are no line, and windows of states have no exponent of all pairs."""
    rows = of_sizes(lambda sites: 0.5 - 1 / sites)
    law = scale_laws.limit_law(rows, (1e-5, 1e-3), scale_laws.NEAR)
    a = scale_laws.exponent_of(law)
    assert law.bins == 4 and law.chi2_dof < 6
    assert abs(a.mean - 0.5) < 4 * a.error < 0.6
    whole = scale_laws.limit_law(rows, (1e-5, 1e-3))
    assert whole.bins == 3
    bent = of_sizes(lambda sites: 0.6 if sites == 10 else 0.3)
    assert scale_laws.limit_law(bent, (1e-5, 1e-3), scale_laws.NEAR).chi2_dof > 20
    assert scale_laws.limit_law(rows, (1e-5, 1e-2), scale_laws.NEAR) is None
    few = rows[rows["sites"] > 10]
    assert scale_laws.limit_law(few, (1e-5, 1e-3), scale_laws.NEAR) is None


def test_the_error_of_the_limit_knows_what_sizes_share():
    """The same pairs at all sizes: what one realisation does to all of them falls out of the
    slope, and the limit's error is that of one size, not of a line through independent ones."""
    one = of_sizes(lambda sites: 0.4, sites=(8,)).assign(kind="spectrum")
    rows = pd.concat([one.assign(sites=sites) for sites in (8, 10, 12)], ignore_index=True)
    law = scale_laws.limit_law(rows, (1e-5, 1e-3), scale_laws.NEAR)
    single = scale_laws.exponent_of(scale_laws.scale_law(one, (1e-5, 1e-3), scale_laws.NEAR))
    limit = scale_laws.exponent_of(law)
    assert limit.mean == pytest.approx(single.mean) and law.chi2_dof < 1e-9
    assert limit.error == pytest.approx(single.error)


def test_exponents_stand_by_size_set_and_window():
    rows = of_sizes(lambda sites: 0.4, sites=(8, 10), realisations=5)
    found = scale_laws.exponents(rows, [(1e-5, 1e-3), (1e-3, 4e-2)])
    points = set(zip(found["sites"], found["pairs"], found["lower"]))
    whole, near = scale_laws.SETS
    assert points == {(8, whole, 1e-5), (8, whole, 1e-3), (8, near, 1e-5), (10, near, 1e-5)}
    assert np.all(np.abs(found["a"] - 0.4) < 5 * found["a_error"])
