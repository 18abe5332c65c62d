"""Two spins at the ends of a grain: the measure beside numpy.kron and one dense eigh."""

import itertools
import math

import numpy as np
import pytest

import bathlab as bl
from bathlab.analysis import entanglement_entropy, reduced_density
from bathlab.conventions import SIGMA_X, SIGMA_Z
from bathlab.experiments import SpinPair, spin_pair_rows
from bathlab.experiments.pair_states import pair_means, pair_numbers
from bathlab.experiments.spin_pairs import _elements, joined, two_grains

GRAIN = bl.RandomMatrixBath(4, bandwidth=4.0)
ONE = np.eye(2)


def pair_of(bath=GRAIN, strengths=(0.1, 1.0), **options):
    return SpinPair("grain", bath, strengths, 0.15, 0.05, 8, **options)


def kron(*factors):
    found = np.eye(1)
    for factor in factors:
        found = np.kron(found, factor)
    return found


def twin(grain, contacts, fields, couplings, count):
    """What is measured, from the site basis, l (x) E (x) r, one state after the other."""
    H_E = grain.hamiltonian
    d = len(H_E)
    H = kron(ONE, H_E, ONE)
    H = (
        H
        + fields[0] * kron(SIGMA_Z, np.eye(d), ONE)
        + fields[1] * kron(ONE, np.eye(d), SIGMA_Z)
    )
    H = H + couplings[0] * kron(SIGMA_X, contacts[0], ONE)
    H = H + couplings[1] * kron(ONE, contacts[1], SIGMA_X)
    levels, vectors = np.linalg.eigh(H)
    own = np.linalg.eigh(H_E)[1]
    rows = []
    for number in np.argsort(np.abs(levels))[:count]:
        psi = vectors[:, number]

        def mean(left, right, psi=psi):
            return psi @ kron(left, np.eye(d), right) @ psi

        c = np.einsum("ib,lir->lbr", own, psi.reshape(2, d, 2))
        rho = reduced_density(psi, (2, d, 2), (0, 2))
        entropies = [entanglement_entropy(psi, (2, d, 2), sites) for sites in (0, 2, (0, 2))]
        rows.append(
            {
                "zz": mean(SIGMA_Z, SIGMA_Z) - mean(SIGMA_Z, ONE) * mean(ONE, SIGMA_Z),
                "xx": mean(SIGMA_X, SIGMA_X) - mean(SIGMA_X, ONE) * mean(ONE, SIGMA_X),
                "participation": 1 / sum(x**4 for x in c.ravel()),
                "overlap": max(x**2 for x in c.ravel()),
                "entropy": (entropies[0] + entropies[1]) / (2 * math.log(2)),
                "mutual": entropies[0] + entropies[1] - entropies[2],
                "deviation": np.linalg.norm(rho - np.eye(4) / 4),
            }
        )
    return pair_means({name: np.array([row[name] for row in rows]) for name in rows[0]})


def typical_strength(levels, elements, field):
    """G at g = 1: levels in a window of width 1 about 0, a geometric mean over partners."""
    density, logs = np.count_nonzero(np.abs(levels) <= 0.5), []
    for b in np.argsort(np.abs(levels))[:8]:
        for spin in (1, -1):
            near = np.abs(levels - levels[b] - 2 * spin * field) <= 1
            logs.append(np.log(density * np.exp(np.mean(np.log(np.abs(elements[near, b]))))))
    return math.exp(np.mean(logs))


def largest_ratio(levels, elements, fields, g):
    """The G of eq. (2), a median over product states."""
    middle = np.argsort(np.abs(levels))[:8]
    found = []
    for b, left, right in itertools.product(middle, (1, -1), (1, -1)):
        ratios = [
            g[end] * abs(elements[end][other, b]) / abs(levels[other] - levels[b] - 2 * s * h)
            for end, (s, h) in enumerate(zip((left, right), fields))
            for other in range(len(levels))
        ]
        found.append(max(ratios))
    return np.median(found)


@pytest.mark.parametrize("bath", [GRAIN, bl.LocalChainBath(4)])
def test_the_measure_is_that_of_kron_and_eigh(bath):
    pair = pair_of(bath, (0.05, 0.4), contacts="ends")
    rows = spin_pair_rows(pair, 3, 1)
    grain, fields = bath.sample(3, 1), pair.fields(3, 1)
    contacts = [kron(SIGMA_X, np.eye(8)), kron(np.eye(8), SIGMA_X)]
    levels, own = np.linalg.eigh(grain.hamiltonian)
    elements = [own.T @ contact @ own for contact in contacts]
    unit = [1 / typical_strength(levels, *end) for end in zip(elements, fields)]
    for row, G in zip(rows, pair.strengths):
        g = [G * each for each in unit]
        wanted = twin(grain, contacts, fields, g, 8)
        wanted["ratio"] = largest_ratio(levels, elements, fields, g)
        wanted["band"] = max(g) / (4 * levels.std())
        for name, value in wanted.items():
            assert row[name] == pytest.approx(value, abs=1e-8, rel=1e-8), name
    assert abs(rows[1]["zz"] - rows[0]["zz"]) > 1e-3


def test_random_contacts_are_independent_and_of_unit_size():
    pair, sums = pair_of(bl.RandomMatrixBath(6, bandwidth=4.0)), []
    for realisation in range(20):
        left, right = _elements(pair, pair.bath.sample(1, realisation), 1, realisation)
        sums.append([np.trace(left @ left), np.trace(right @ right), np.trace(left @ right)])
    found = np.mean(sums, axis=0) / 64
    # Relative standard errors of sums of 64 * 65 / 2 squares and products in 20 draws: 0.007.
    assert np.all(np.abs(found - [1, 1, 0]) < 0.03)


def test_nothing_depends_on_the_signs_of_eigenvectors():
    states = np.random.default_rng(1).standard_normal((8, 2, 2, 5))
    states /= np.sqrt(np.sum(states**2, axis=(0, 1, 2)))
    signs = np.array([1, -1, -1, 1, -1])
    one, other = pair_numbers(states), pair_numbers(states * signs)
    turned = pair_numbers(states * np.exp(1j * np.arange(5)))
    for name in one:
        np.testing.assert_allclose(other[name], one[name], rtol=1e-12)
        np.testing.assert_allclose(turned[name], one[name], rtol=1e-9, atol=1e-12)


def test_without_coupling_every_state_is_a_product():
    levels = GRAIN.sample(1, 0).energies
    elements = [GRAIN.sample(1, 0).matrix_elements("contact")] * 2
    system = joined(levels, elements, np.array([0.11, 0.17]), np.zeros(2))
    H = system.matrix().toarray()
    assert np.count_nonzero(H - np.diag(np.diag(H))) == 0
    numbers = pair_numbers(np.eye(64).reshape(16, 2, 2, 64))
    for name in ("zz", "xx", "entropy", "mutual"):
        assert np.abs(numbers[name]).max() < 1e-12, name
    assert np.all(numbers["participation"] == 1) and np.all(numbers["overlap"] == 1)
    np.testing.assert_allclose(numbers["deviation"], math.sqrt(3 / 4))


def test_spins_that_nothing_joins_are_not_correlated():
    halves = bl.model.DisorderedBath(two_grains, {"spins": 2, "bandwidth": 2.8})
    apart = pair_of(halves, contacts="ends", moment=2.0)
    for pair in (pair_of(one_sided=True), apart):
        for row in spin_pair_rows(pair, 2, 0):
            assert max(row["zz"], row["xx"]) < 1e-9
            assert row["entropy"] > 0.02
    assert all(row["zz"] > 0.01 for row in spin_pair_rows(pair_of(), 2, 0))


def test_a_singlet_is_as_correlated_as_can_be():
    states = np.zeros((3, 2, 2, 1))
    states[1, 0, 1], states[1, 1, 0] = math.sqrt(0.5), -math.sqrt(0.5)
    found = pair_numbers(states)
    assert found["zz"] == pytest.approx(-1) and found["xx"] == pytest.approx(-1)
    assert found["mutual"] == pytest.approx(2 * math.log(2))
    assert found["entropy"] == pytest.approx(1) and found["participation"] == pytest.approx(2)


@pytest.mark.parametrize(
    "change, named",
    [
        ({"contacts": "both"}, "contacts"),
        ({"strengths": (0.1, 0.0)}, "strengths"),
        ({"moment": -1.0}, "moment"),
        ({"bath": bl.RandomMatrixBath(2, bandwidth=1.0)}, "levels of the bath"),
    ],
)
def test_pairs_that_cannot_be_seen_are_refused(change, named):
    with pytest.raises(ValueError, match=named):
        spin_pair_rows(pair_of(**change), 1, 0)
