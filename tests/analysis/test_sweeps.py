"""Levels followed round a whole turn of a field, and what a field makes of a scale."""

import numpy as np
import pytest
from refusals import explained
from twin import two_levels

import bathlab as bl
from bathlab.analysis import scale_derivative, sweep_levels, track_crossing


@pytest.fixture(scope="module")
def sweep():
    found = bl.resonances(bl.BrickworkCircuit(6, 0.01).sample(1), 1)
    return sweep_levels(found, 128)


@pytest.mark.parametrize("coupling", [0.04, 0.25])
def test_the_derivative_of_a_scale_is_a_finite_difference_and_the_loop(coupling):
    """Eq. (C1): exact with sin^2 and cot; the limit of small omega is another number."""
    circuit, site, step = bl.BrickworkCircuit(4, coupling).sample(2), 2, 1e-5
    found = bl.resonances(circuit, site)
    n, z, omega = 16, found.z, found.omega
    slow, small = np.zeros((2, n, n))
    for a in range(n):
        for b in set(range(n)) - {a}:
            for p in set(range(n)) - {a, b}:
                triple = 2 * (z[a, p] * z[p, b] * z[b, a]).real
                cot = 1 / np.tan(omega[b, p] / 2) + 1 / np.tan(omega[a, p] / 2)
                slow[a, b] += np.sin(omega[a, b] / 2) ** 2 * cot * triple
                small[a, b] += (
                    omega[a, b] ** 2 * (1 / omega[b, p] + 1 / omega[a, p]) / 2 * triple
                )
    fast = scale_derivative(found)
    assert np.allclose(fast, slow, rtol=1e-9, atol=1e-12) and np.array_equal(
        fast.diagonal(), np.zeros(n)
    )
    assert np.allclose(fast, fast.T, atol=1e-13)
    below, above = (bl.resonances(circuit.shifted(site, s), site) for s in (-step, step))
    measured = (above.invariant**2 - below.invariant**2) / (2 * step)
    # Levels near the cut may change places with those at its other end.
    settled = np.abs(found.quasienergies) < 3.0
    inner = np.ix_(settled, settled)
    scale = np.abs(measured[inner]).max()
    assert np.count_nonzero(settled) > 10
    assert np.allclose(fast[inner], measured[inner], rtol=1e-5, atol=1e-7 * scale)
    assert np.abs(small - measured)[inner].max() > 1e-3 * scale


def test_the_derivative_of_a_state_is_a_finite_difference():
    """Eq. (1), for W exp(i h sigma/2): i/(exp(i omega_np) - 1), of the same modulus as the
    printed i/(1 - exp(-i omega_np)), which belongs to exp(i h sigma/2) W."""
    circuit, site, step = bl.BrickworkCircuit(4, 0.2).sample(5), 3, 1e-6
    found, V = bl.resonances(circuit, site), bl.diagonalise(circuit).vectors
    theta = found.quasienergies
    away = ~np.eye(16, dtype=bool)
    turn = np.exp(1j * np.subtract.outer(theta, theta), where=away, out=np.full((16, 16), 2j))
    ours, printed = 1j / (turn - 1), 1j / (1 - 1 / turn)
    ends = []
    for shift in (-step, step):
        moved = bl.diagonalise(circuit.shifted(site, shift)).vectors
        overlaps = V.conj().T @ moved
        order = np.abs(overlaps).argmax(axis=1)
        own = overlaps[np.arange(16), order]
        ends.append(moved[:, order] * (own.conj() / np.abs(own)))  # <n|dn> = 0
    measured = (ends[1] - ends[0]) / (2 * step)
    for factor, right in ((ours, True), (printed, False)):
        # Column n is the sum over p of |p> z_pn factor_np/2.
        expected = V @ np.where(away, found.z * factor.T / 2, 0.0)
        assert np.allclose(measured, expected, atol=1e-5 * np.abs(measured).max()) == right


def test_two_levels_alone_keep_their_scale():
    assert np.abs(scale_derivative(two_levels(0.3, 0.4))).max() < 1e-14


def test_a_spin_alone_exchanges_its_labels_once_and_comes_back():
    """The gap of 0.3 is wider than a step: followed, each state ends as the other one."""
    found = two_levels(gap=0.3, place=1.0)
    sweep = sweep_levels(found, 64)
    assert len(sweep.exchanges) == 1
    k, *pair = sweep.exchanges[0]
    assert sorted(pair) == [0, 1] and abs(sweep.shifts[k] - 1.0) < 0.1
    assert sweep.returned(sweep.labels).all() and not sweep.returned(sweep.followed).any()
    for labels, kept in ((sweep.labels, True), (sweep.followed, False)):
        signs = np.sign(sweep.polarisation(labels))
        assert np.all(signs[[0, -1]] == signs[0]) == kept
    assert np.allclose(sweep.invariant(sweep.labels)[:, 0, 1], 2 * np.sin(0.15), atol=1e-12)
    narrow = sweep_levels(two_levels(gap=1e-4, place=1.0), 64)
    assert len(narrow.exchanges) == 0 and narrow.returned(narrow.followed).all()


def test_labels_of_a_circuit_keep_the_sign_of_their_polarisation(sweep):
    """Appendix C: with exchanges nearly all do, without about half. And each label of one sign
    meets each of the other once, since omega winds once round."""
    kept = {}
    for name in ("labels", "followed"):
        values = sweep.polarisation(getattr(sweep, name))
        kept[name] = np.mean(np.sign(values) == np.sign(values[0]))
    assert kept["labels"] > 0.99 and 0.3 < kept["followed"] < 0.7
    assert sweep.returned(sweep.labels).mean() > 0.9
    assert not sweep.returned(sweep.followed).any()
    upper = sweep.polarisation(sweep.labels)[0] > 0
    steps = np.diff(sweep.omega(sweep.labels)[:, upper][:, :, ~upper], axis=0)
    turns = (np.mod(steps + np.pi, 2 * np.pi) - np.pi).sum(axis=0) / (2 * np.pi)
    assert np.mean(np.abs(turns - 1) < 0.1) > 0.9


def test_a_sweep_is_made_of_the_levels_at_each_field(sweep):
    circuit = bl.BrickworkCircuit(6, 0.01).sample(1)
    for k in (5, 77):
        there = bl.resonances(circuit.shifted(1, sweep.shifts[k]), 1)
        assert np.allclose(sweep.levels[k], there.quasienergies, atol=1e-12)
        assert np.allclose(sweep.polarisations[k], there.polarisation, atol=1e-9)
        order = np.argsort(sweep.labels[k])
        scales = sweep.invariant(sweep.labels)[k][np.ix_(order, order)]
        assert np.allclose(scales, there.invariant, atol=1e-9)


def test_no_gap_closes_in_a_whole_turn():
    """C8: each pair that crosses at J = 0 is followed to its smallest distance, which is what
    Omega = R omega* says, and never 0. At J = 0 it is 0 to rounding."""
    for coupling in (0.04, 0.0):
        found = bl.resonances(bl.BrickworkCircuit(4, coupling).sample(3), 1)
        upper = found.polarisation > 0
        ratios, gaps = [], []
        for n in np.flatnonzero(upper)[:4]:
            for m in np.flatnonzero(~upper)[:4]:
                forward = np.mod(-found.omega[n, m], 2 * np.pi)  # omega grows by 1 a radian
                shifts = forward + np.array([-0.06, -0.02, 0.0, 0.02, 0.06])
                track = track_crossing(found, n, m, shifts, refinements=8)
                gaps.append(track.omega.min())
                if coupling:
                    at = track.closest
                    expected = np.median(track.invariant / track.radius)
                    ratios.append(track.omega[at] / expected)
        if coupling:
            assert min(gaps) > 1e-9 and np.median(np.abs(np.log(ratios))) < 0.1
        else:
            assert max(gaps) < 1e-8


BAD = {
    "one step": lambda: sweep_levels(two_levels(0.3, 0.4), 1),
    "a window": lambda: sweep_levels(
        bl.resonances(
            bl.BrickworkCircuit(4, 0.1).sample(1),
            1,
            bl.eigenstates_near(bl.BrickworkCircuit(4, 0.1).sample(1), 0.0, 3),
        ),
        8,
    ),
    "too many steps": lambda: sweep_levels(two_levels(0.3, 0.4), 10**15),
    "no pairs": lambda: scale_derivative(np.eye(4)),
}


test_bad_input_is_explained = explained(BAD)
