"""Pairs of states of a circuit: what is exact, and what finite differences say."""

import numpy as np
import pytest
from refusals import explained
from twin import two_levels

import bathlab as bl
from bathlab.analysis import (
    autocorrelator,
    autocorrelator_plateau,
    evolved_autocorrelator,
    pair_ranges,
    predicted_crossing,
    spin_elements,
    track_crossing,
)

CIRCUITS = [bl.BrickworkCircuit(*spec).sample(2) for spec in ((4, 0.3), (6, 0.04), (6, 0.25))]


@pytest.fixture(params=CIRCUITS, ids=lambda c: f"L = {c.sites}, J = {c.coupling}")
def circuit(request):
    return request.param


@pytest.fixture(params=[1, 4])
def site(request):
    return request.param


@pytest.fixture
def found(circuit, site):
    return bl.resonances(circuit, site)


def test_elements_and_all_that_follows_from_them_are_the_loops(circuit, site, found):
    data = bl.diagonalise(circuit)
    sigma, n = circuit.local_operator(site).toarray(), circuit.dimension
    z = data.vectors.conj().T @ sigma @ data.vectors
    theta = data.quasienergies
    assert np.array_equal(found.quasienergies, theta)
    assert np.allclose(found.z, z, rtol=0, atol=1e-14)
    assert np.array_equal(found.z, found.z.conj().T)
    omega = np.angle(np.exp(1j * np.subtract.outer(theta, theta)))
    assert np.allclose(found.omega, omega, atol=1e-14)
    assert np.allclose(found.Z, np.abs(z) ** 2, atol=1e-14)
    assert np.allclose(found.Omega, np.abs(z * omega), atol=1e-14)
    chord = 2 * np.sin(omega / 2)
    assert np.allclose(found.invariant, np.abs(z * chord), atol=1e-14)
    fidelity, curvature = np.zeros(n), np.zeros(n)
    for a in range(n):
        for b in set(range(n)) - {a}:
            fidelity[a] += np.abs(z[a, b]) ** 2 / chord[a, b] ** 2
            curvature[a] += np.abs(z[a, b]) ** 2 / np.tan(omega[a, b] / 2) / 2
    assert np.allclose(found.fidelity, fidelity, rtol=1e-8)
    assert np.allclose(found.curvature, curvature, rtol=1e-8, atol=1e-8)


def test_eigen_data_do_as_the_circuit(circuit, site, found):
    again = bl.resonances(bl.diagonalise(circuit), site)
    assert np.array_equal(again.z, found.z)


def test_sum_rules(circuit, found):
    n = circuit.dimension
    assert np.allclose(found.Z.sum(axis=1), 1, rtol=0, atol=1e-13)
    assert np.allclose(found.depolarisation, 1 - found.polarisation**2, rtol=0, atol=1e-13)
    pairs = found.Z[~np.eye(n, dtype=bool)]
    assert pairs.mean() == pytest.approx(found.depolarisation.mean() / (n - 1), abs=1e-15)


def test_means_over_pairs_and_triples_are_the_loops():
    found = bl.resonances(CIRCUITS[0], 2)
    n, Z = 16, found.Z
    pairs = [Z[a, b] for a in range(n) for b in range(n) if a != b]
    triples = [
        Z[a, b] * Z[b, c] * Z[c, a]
        for a in range(n)
        for b in range(n)
        for c in range(n)
        if len({a, b, c}) == 3
    ]
    assert found.mean_pair() == pytest.approx(np.mean(pairs))
    assert found.mean_triple() == pytest.approx(np.mean(triples))
    expected = [sum(Z[a, b] ** 0.6 for b in range(n) if b != a) for a in range(n)]
    assert np.allclose(found.participation(0.6), expected)
    assert np.allclose(found.participation(1.0), found.depolarisation)


def test_a_window_of_states_has_the_pairs_of_the_whole():
    circuit, whole = CIRCUITS[2], bl.resonances(CIRCUITS[2], 4)
    states = bl.eigenstates_near(circuit, 1.0, 6)
    found = bl.resonances(circuit, 4, states)
    places = [int(np.argmin(np.abs(whole.quasienergies - s.energy))) for s in states]
    rows = np.ix_(places, places)
    assert np.allclose(found.Z, whole.Z[rows], atol=1e-9)
    assert np.allclose(found.omega, whole.omega[rows], atol=1e-12)
    assert np.allclose(found.Omega, whole.Omega[rows], atol=1e-9)
    assert np.allclose(found.depolarisation, whole.depolarisation[places], atol=1e-9)
    for what in ("fidelity", "curvature"):
        with pytest.raises(ValueError, match="expected all states"):
            getattr(found, what)


def test_a_rearrangement_moves_elements_and_nothing_else():
    found = bl.resonances(CIRCUITS[0], 2)
    upper = np.triu_indices(16, 1)
    order = np.random.default_rng(1).permutation(120)
    moved = found.rearranged(order)
    assert np.array_equal(moved.z, moved.z.conj().T)
    assert np.array_equal(moved.polarisation, found.polarisation)
    assert np.array_equal(moved.z[upper], found.z[upper][order])
    assert np.array_equal(moved.omega, found.omega)
    assert moved.mean_pair() == pytest.approx(found.mean_pair())
    assert np.array_equal(found.rearranged(np.arange(120)).z, found.z)
    assert not np.allclose(moved.fidelity, found.fidelity)


def test_the_range_of_a_pair_is_that_of_its_farthest_flip():
    """Uncoupled spins: states are sets of signs."""
    circuit = bl.BrickworkCircuit(6, 0.0).sample(4)
    signs = np.array([bl.resonances(circuit, site).polarisation for site in range(1, 7)])
    for site in (1, 4):
        found = pair_ranges(signs, site)
        for n in range(0, 64, 7):
            for m in range(64):
                flipped = [k for k in range(1, 7) if signs[k - 1, n] * signs[k - 1, m] < 0]
                rings = [min(abs(k - site), 6 - abs(k - site)) for k in flipped]
                assert found[n, m] == max(rings, default=-1)
    assert np.all(pair_ranges(signs, 1, change=2.1) == -1)
    # Vectors along any axis are as far apart as numbers.
    vectors = signs[:, :, None] * np.array([0.6, 0.0, -0.8])
    assert np.array_equal(pair_ranges(vectors, 4), pair_ranges(signs, 4))


def test_uncoupled_spins_are_fully_polarised_and_their_phases_are_sums_of_fields():
    circuit = bl.BrickworkCircuit(6, 0.0).sample(4)
    signs = np.array([bl.resonances(circuit, site).polarisation for site in range(1, 7)])
    assert np.allclose(np.abs(signs), 1, atol=1e-12)
    sums = np.exp(0.5j * (circuit.fields @ signs))
    assert np.allclose(sums, np.exp(1j * bl.diagonalise(circuit).quasienergies), atol=1e-12)
    assert np.all(bl.resonances(circuit, 1).depolarisation < 1e-24)


def test_levels_of_uncoupled_spins_know_nothing_of_each_other():
    """Gap ratio 2 log 2 - 1, of independent levels; within four errors (6e-5), far from the
    0.53 and more of levels that repel."""
    signs = np.array(np.meshgrid(*[(-1, 1)] * 8)).reshape(8, -1)
    fields = [bl.BrickworkCircuit(8, 0.0).sample(3, r).fields for r in range(200)]
    phases = (np.angle(np.exp(0.5j * (h @ signs))) for h in fields)
    ratios = [bl.mean_gap_ratio(theta, periodic=True) for theta in phases]
    found = bl.estimate(ratios, np.arange(200))
    assert found.error < 0.01
    assert found.mean == pytest.approx(2 * np.log(2) - 1, abs=4 * found.error)


def test_slopes_and_curvatures_are_finite_differences(circuit, site, found):
    step = 1e-5
    below, above = (bl.resonances(circuit.shifted(site, s), site) for s in (-step, step))
    slope = (above.quasienergies - below.quasienergies) / (2 * step)
    # Levels near the cut may change places with those at its other end.
    settled = (np.abs(found.quasienergies) < 3.0) & (found.fidelity < 1e3)
    assert np.allclose(slope[settled], found.polarisation[settled] / 2, atol=1e-6)
    bend = (above.polarisation - below.polarisation) / (2 * step)
    assert np.count_nonzero(settled) > 10
    assert np.allclose(bend[settled], found.curvature[settled], rtol=1e-3, atol=1e-3)
    # The form for small omega, Z/omega, is another one.
    off = ~np.eye(len(found.z), dtype=bool)
    small = np.sum(
        np.divide(found.Z, found.omega, where=off, out=np.zeros_like(found.Z)), axis=1
    )
    off_by = np.abs(small - found.curvature)[settled].max()
    assert off_by > (0.01 if circuit.coupling > 0.2 else 1e-4)


def test_the_fidelity_is_a_finite_difference(circuit, site, found):
    step = 1e-4
    moved = bl.diagonalise(circuit.shifted(site, step))
    overlap = bl.diagonalise(circuit).vectors.conj().T @ moved.vectors
    lost = np.sum(np.abs(overlap) ** 2, axis=1) - np.abs(np.diagonal(overlap)) ** 2
    settled = (np.abs(found.quasienergies) < 3.0) & (found.fidelity < 1e3)
    assert np.allclose(4 * lost[settled] / step**2, found.fidelity[settled], rtol=0.05)


def test_pairs_are_rows_of_one_product(circuit):
    """A quarter of the work, the same elements: also for states that are some of all."""
    some = bl.diagonalise(circuit).vectors[:, 3:9]
    sigma = circuit.local_operator(2)
    found = spin_elements(some, circuit.pauli(2), 2)
    assert np.allclose(found, some.conj().T @ (sigma @ some), atol=1e-14)


def test_the_autocorrelation_is_that_of_direct_evolution(circuit, site, found):
    evolved = evolved_autocorrelator(circuit, site, 12)
    assert np.allclose(autocorrelator(found, np.arange(13)), evolved, rtol=0, atol=1e-12)
    assert evolved[0] == pytest.approx(1, abs=1e-13)
    assert evolved[1] == pytest.approx(np.cos(np.pi * circuit.coupling) ** 4, abs=1e-13)
    late = autocorrelator(found, 1e4 + 7.3 * np.arange(4000))
    assert late.mean() == pytest.approx(autocorrelator_plateau(found), abs=0.02)


def test_random_vectors_stand_for_the_trace():
    """Error (2^L vectors)^-1/2 = 0.018; false alarms beyond five of them, 6e-7 each."""
    exact = evolved_autocorrelator(CIRCUITS[2], 1, 6)
    found = evolved_autocorrelator(CIRCUITS[2], 1, 6, vectors=50, seed=3)
    assert np.allclose(found, exact, atol=5 * (64 * 50) ** -0.5)
    assert not np.array_equal(found, exact)


def test_the_mean_depolarisation_grows_as_three_half_pi_J():
    """To first order in J. Realisations are independent; four standard errors."""
    coupling, values = 0.01, []
    for realisation in range(150):
        circuit = bl.BrickworkCircuit(4, coupling).sample(11, realisation)
        sites = [bl.resonances(circuit, site).depolarisation for site in range(1, 5)]
        values.append(np.mean(sites))
    found = bl.estimate(values, np.arange(150))
    assert found.error < 0.2 * found.mean
    assert found.mean == pytest.approx(1.5 * np.pi * coupling, abs=4 * found.error)


def test_two_levels_alone_obey_their_law_exactly():
    found = two_levels(gap=0.03, place=0.4)
    shifts = np.linspace(-0.5, 1.5, 41)
    track = track_crossing(found, 0, 1, shifts)
    assert np.allclose(track.radius, 1, atol=1e-12)
    assert np.allclose(track.invariant, 2 * np.sin(0.015), atol=1e-12)
    law = track.fit()
    assert law.place == pytest.approx(0.4, abs=1e-9)
    assert law.gap == pytest.approx(0.03, abs=1e-9) and law.radius == pytest.approx(1, abs=1e-9)
    assert np.allclose(law.omega(track.shifts), track.omega, atol=1e-9)
    for at in (3, 20, 30):
        guess = predicted_crossing(track.omega[at], track.y[at], track.z[at])
        assert guess.place + track.shifts[at] == pytest.approx(0.4, abs=1e-9)
        assert guess.gap == pytest.approx(0.03, abs=1e-9)
    # y has the sign of the distance from the crossing, and is the slope of omega.
    aside = np.abs(track.shifts - 0.4) > 1e-6
    assert np.all((track.y * (track.shifts - 0.4))[aside] > 0)
    slope = np.gradient(track.omega, track.shifts)
    assert np.allclose(slope[2:10], track.y[2:10], atol=1e-3)
    # The refinements have put points at the vertex.
    assert track.omega.min() == pytest.approx(0.03, rel=1e-3) and len(track.shifts) > 41


def test_a_pair_in_a_circuit_passes_its_crossing_and_keeps_its_scale():
    circuit = bl.BrickworkCircuit(6, 0.02).sample(5)
    found = bl.resonances(circuit, 3)
    opposite = found.polarisation[:, None] * found.polarisation < -0.5
    near = opposite & (np.abs(found.omega) < 0.1) & (found.Omega > 1e-5) & (found.omega > 0)
    n, m = np.argwhere(near)[0]
    guess = predicted_crossing(
        found.omega[n, m], found.polarisation[[n, m]] @ [0.5, -0.5], abs(found.z[n, m])
    )
    last = 2 * guess.place
    track = track_crossing(found, n, m, np.sort(np.linspace(0, last, 41)))
    law = track.fit()
    assert law.gap == pytest.approx(guess.gap, rel=0.3)
    assert track.omega.min() == pytest.approx(law.gap, rel=0.05)
    assert np.abs(np.log(law.omega(track.shifts) / track.omega)).max() < 0.1
    assert np.ptp(track.radius) < 0.1
    assert track.invariant.max() / track.invariant.min() < 1.5
    at = track.closest
    assert track.z[at] / track.radius[at] > 0.9
    assert np.all(track.polarisations[0] * track.polarisations[-1] < 0)  # they have exchanged
    # Straight from the circuit: the levels at the last field are its quasienergies.
    levels = bl.diagonalise(circuit.shifted(3, last)).quasienergies
    for level in track.levels[-1 if last > 0 else 0]:
        assert np.abs(np.exp(1j * levels) - np.exp(1j * level)).min() < 1e-12


BAD = {
    "site 0": lambda: bl.resonances(CIRCUITS[0], 0),
    "site 5 of 4": lambda: bl.resonances(CIRCUITS[0], 5),
    "no circuit": lambda: bl.resonances(np.eye(4), 1),
    "no local operators": lambda: bl.resonances(
        bl.operators.as_system(np.diag([1.0, -1.0]), kind="unitary"), 1
    ),
    "sixteen sites": lambda: bl.resonances(bl.BrickworkCircuit(16, 0.1).sample(1), 1),
    "states of another": lambda: bl.resonances(
        CIRCUITS[0], 1, bl.eigenstates_near(CIRCUITS[1], 0.0, 2)
    ),
    "power 0": lambda: bl.resonances(CIRCUITS[0], 1).participation(0.0),
    "no permutation": lambda: bl.resonances(CIRCUITS[0], 1).rearranged([0] * 120),
    "too short a permutation": lambda: bl.resonances(CIRCUITS[0], 1).rearranged([0, 1]),
    "ranges of one row": lambda: pair_ranges([1.0, -1.0], 1),
    "ranges of two components": lambda: pair_ranges(np.ones((4, 3, 2)), 1),
    "range of site 3 of 2": lambda: pair_ranges(np.ones((2, 4)), 3),
    "no change": lambda: pair_ranges(np.ones((2, 4)), 1, change=0.0),
    "times nan": lambda: autocorrelator(bl.resonances(CIRCUITS[0], 1), [np.nan]),
    "periods -1": lambda: evolved_autocorrelator(CIRCUITS[0], 1, -1),
    "no vectors": lambda: evolved_autocorrelator(CIRCUITS[0], 1, 2, vectors=0),
    "trace of 18 sites": lambda: evolved_autocorrelator(
        bl.BrickworkCircuit(18, 0.1).sample(1), 1, 2
    ),
    "the same state": lambda: track_crossing(bl.resonances(CIRCUITS[0], 1), 2, 2, [0.1]),
    "state 16 of 16": lambda: track_crossing(bl.resonances(CIRCUITS[0], 1), 2, 16, [0.1]),
    "shifts descend": lambda: track_crossing(bl.resonances(CIRCUITS[0], 1), 2, 3, [0.1, 0.0]),
}
test_bad_input_is_explained = explained(BAD)
