"""A probe spin on a ring: the measure beside numpy.kron and loops over states."""

import itertools
import math

import numpy as np
import pytest
import scipy.linalg
import twin

import bathlab as bl
from bathlab.experiments.probe_cells import (
    CHANGES,
    POLARISED,
    RATIOS,
    SCALES,
    USUAL,
    WINDOWS,
    probe_row,
    probe_rows,
)
from bathlab.experiments.probe_energies import DISTANCES, LOCAL, _moments
from bathlab.experiments.probed import Probed, ProbedChain, weighed

STATIC = ProbedChain(bl.SpinChain(4, disorder=5.0, fields="all"), 5.0, 1.3)
KICKED = ProbedChain(bl.model.KickedChain(4, 12.0, 7.0), 7.0, 1.3)
SPECS = {"static": STATIC, "kicked": KICKED}
PAULIS = (twin.X, twin.Y, twin.Z)


def slow(spec, seed, realisation):
    """Levels and vectors of ring and of ring with probe, all matrices by kron."""
    ring, L = spec.chain, spec.chain.sites
    fields = ring.sample(seed, realisation).fields
    terms = [
        component * twin.site(PAULIS[axis], n, L + 1)
        for n, field in enumerate(fields)
        for axis, component in enumerate(field)
    ]
    bonds = [
        twin.site(each, n, L + 1) @ twin.site(each, (n + 1) % L, L + 1)
        for n in range(L)
        for each in PAULIS
    ]
    flip = spec.coupling * twin.site(twin.X, 0, L + 1) @ twin.site(twin.X, L, L + 1)
    split = spec.field / 2 * twin.site(twin.Z, L, L + 1)
    if isinstance(ring, bl.SpinChain):
        free = sum(terms) / 2 + ring.coupling * sum(bonds) / 2
        own = np.linalg.eigh(free[::2, ::2])
        return *own, *np.linalg.eigh(free + split + flip)
    T = ring.period
    fall = scipy.linalg.expm(-0.5j * T * ring.coupling * sum(bonds))
    free = fall @ scipy.linalg.expm(-0.5j * T * sum(terms))
    whole = scipy.linalg.expm(-1j * T * flip) @ free @ scipy.linalg.expm(-1j * T * split)
    found = []
    for unitary in (free[::2, ::2], whole):
        triangle, vectors = scipy.linalg.schur(unitary, output="complex")
        found += [-np.angle(np.diag(triangle)) / T, vectors]
    return found


def fold(spec, difference):
    if math.isinf(spec.period):
        return abs(difference)
    return min(abs(difference + k * spec.period) for k in range(-3, 4))


def place(value, edges):
    return sum(value >= edge for edge in edges)


def looped(spec, seed, realisation):
    """The same row, state by state."""
    E, own, levels, vectors = slow(spec, seed, realisation)
    n, L, J, h = len(E), spec.chain.sites, spec.coupling, spec.field
    z = vectors.conj().T @ twin.site(twin.Z, L, L + 1) @ vectors
    V = np.abs(own.conj().T @ twin.site(twin.X, 0, L) @ own)
    spins = np.array(
        [
            [
                [np.vdot(own[:, a], twin.site(p, k, L) @ own[:, a]).real for p in PAULIS]
                for a in range(n)
            ]
            for k in range(L)
        ]
    )

    def range_of(a, b, change):
        far = [
            min(k, L - k)
            for k in range(L)
            if np.linalg.norm(spins[k, a] - spins[k, b]) > change
        ]
        return max(far, default=-1)

    row = {
        "memory": np.mean(np.diag(z).real ** 2),
        "spectrum": np.zeros(len(SCALES) + 1),
        "polarised": np.zeros(len(POLARISED) + 1),
        "elements": np.zeros((len(WINDOWS), len(SCALES) + 1)),
        "strength": np.zeros(len(WINDOWS)),
        "still": np.zeros(len(WINDOWS)),
        "strongest": np.zeros(len(SCALES) + 1),
        "partners": 0.0,
        "free": 0.0,
        "pair_memory": 0.0,
        "pair_spectrum": np.zeros(len(SCALES) + 1),
        "range_strength": np.zeros((len(CHANGES), L // 2 + 2)),
        "range_partners": np.zeros(L // 2 + 2),
        "range_first": np.zeros(L // 2 + 2),
        "range_square": np.zeros(L // 2 + 2),
        "ratio_states": np.zeros(len(RATIOS) + 1),
        "ratio_memory": np.zeros(len(RATIOS) + 1),
        "distance_states": np.zeros(len(DISTANCES) + 1),
        "distance_count": np.zeros(len(DISTANCES) + 1),
    }
    for one, other in itertools.permutations(range(2 * n), 2):
        omega = fold(spec, levels[one] - levels[other]) / J
        row["spectrum"][place(omega, SCALES)] += abs(z[one, other]) ** 2 / (2 * n)
    for one in range(2 * n):
        row["polarised"][place(abs(z[one, one]), POLARISED)] += 1 / (2 * n)
    for a, b in itertools.product(range(n), repeat=2):
        row["range_square"][range_of(a, b, 1.0) + 1] += V[a, b] ** 2 / n
        for i, w in enumerate(WINDOWS):
            if a != b and fold(spec, E[a] - E[b]) / J < w:
                row["still"][i] += V[a, b] / (2 * w * n)
    for (s, sigma), a in itertools.product(enumerate((1, -1)), range(n)):
        partners = sorted(
            ((V[a, b], fold(spec, E[a] - E[b] + sigma * h) / J, b) for b in range(n)),
            reverse=True,
        )
        kept, share = 1.0, 1 / (2 * n)
        for v, apart, b in partners:
            turned = 4 * v**2 / (apart**2 + 4 * v**2)
            pitch = math.sqrt(apart**2 + 4 * v**2)
            row["pair_spectrum"][place(pitch, SCALES)] += turned * kept * share
            kept *= 1 - turned
            for i, w in enumerate(WINDOWS):
                if apart < w:
                    row["elements"][i, place(v, SCALES)] += share / (2 * w)
                    row["strength"][i] += v * share / (2 * w)
            if apart < WINDOWS[USUAL]:
                for i, change in enumerate(CHANGES):
                    far = range_of(a, b, change) + 1
                    row["range_strength"][i, far] += v * share / WINDOWS[USUAL]
        row["pair_memory"] += kept * share
        resonant = [(v, b) for v, apart, b in partners if apart < v]
        row["partners"] += len(resonant) * share
        row["free"] += (not resonant) * share
        for v, b in resonant:
            row["range_partners"][range_of(a, b, 1.0) + 1] += share
        for v, b in resonant[:1]:
            row["strongest"][place(v, SCALES)] += share
            row["range_first"][range_of(a, b, 1.0) + 1] += share
        state = np.kron(own[:, a], np.eye(2)[s])
        weights = np.abs(vectors.conj().T @ state) ** 2
        g = place(max(v / apart for v, apart, b in partners), RATIOS)
        row["ratio_states"][g] += share
        row["ratio_memory"][g] += sigma * weights @ np.diag(z).real * share
        reach = min(LOCAL, L // 2 - 1)
        near = [b for b in range(n) if range_of(a, b, CHANGES[1]) <= reach]
        away = abs(E[a] + sigma * h - np.mean(E[near])) / np.std(E[near])
        bin_ = place(away, DISTANCES)
        row["distance_states"][bin_] += share
        row["distance_count"][bin_] += sum(b in near for v, b in resonant) * share
    if math.isfinite(spec.period):
        del row["distance_states"], row["distance_count"]
    return row


@pytest.mark.parametrize("name", SPECS)
def test_the_measure_is_that_of_kron_and_loops(name):
    (row,) = probe_rows(SPECS[name], 3, 1)
    wanted = looped(SPECS[name], 3, 1)
    for column, value in wanted.items():
        value = np.ravel(value)
        assert np.ravel(row[column]) == pytest.approx(value, abs=1e-9), column
    assert row["free"] < 1 and row["partners"] > 0
    assert abs(row["memory"] - row["pair_memory"]) > 1e-4


def test_sums_are_what_they_must_be():
    for spec in SPECS.values():
        (row,) = probe_rows(spec, 5, 0)
        assert row["sum_rule"] < 1e-12
        assert row["pair_memory"] + row["pair_spectrum"].sum() == pytest.approx(1, abs=1e-12)
        assert row["free"] + row["strongest"].sum() == pytest.approx(1, abs=1e-12)
        assert row["range_first"].sum() == pytest.approx(1 - row["free"], abs=1e-12)
        assert row["range_partners"].sum() == pytest.approx(row["partners"], abs=1e-12)
        assert row["range_pairs"].sum() == pytest.approx(16)
        # A unitary and Hermitian V: the rows of |V_ab|^2 sum to 1.
        assert row["range_square"].sum() == pytest.approx(1, abs=1e-12)
        assert row["ratio_memory"].sum() == pytest.approx(row["memory"], abs=1e-12)
        first = row["range_strength"][: len(row["range_first"])].sum()
        assert first == pytest.approx(2 * row["strength"][USUAL], abs=1e-12)
        assert row["tone_states"] + row["calm_states"] == 32


def test_nothing_depends_on_the_phases_of_eigenvectors():
    random = np.random.default_rng(1)
    for spec in SPECS.values():
        found = spec.sample(2, 0)
        turned = Probed(
            spec,
            found.energies,
            found.own * np.exp(1j * random.uniform(0, 6, 16)),
            found.levels,
            found.vectors * np.exp(1j * random.uniform(0, 6, 32)),
        )
        one, other = probe_row(found), probe_row(turned)
        for name, value in one.items():
            assert other[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name


def test_two_levels_alone_turn_at_the_root_of_both():
    """Fields along x: sigma^x of site 0 is diagonal, and each |a up> has |a down> alone."""
    h, J = 1.7, 0.6
    spec = ProbedChain(bl.SpinChain(2, disorder=1.0, fields="all", coupling=0.0), h, J)
    fields = np.array([[1.3, 0.0, 0.0], [0.2, 0.5, -0.4]])
    H = bl.model.SpinChainSystem(spec.chain, fields).matrix().toarray()
    whole = np.kron(H, np.eye(2)) + h / 2 * twin.site(twin.Z, 2, 3)
    whole = whole + J * twin.site(twin.X, 0, 3) @ twin.site(twin.X, 2, 3)
    row = probe_row(Probed(spec, *np.linalg.eigh(H), *np.linalg.eigh(whole)))
    stays = h**2 / (h**2 + 4 * J**2)
    for name in ("memory", "pair_memory"):
        assert row[name] == pytest.approx(stays), name
    turns = np.zeros(len(SCALES) + 1)
    turns[place(math.hypot(h, 2 * J) / J, SCALES)] = 1 - stays
    for name in ("spectrum", "pair_spectrum"):
        assert row[name] == pytest.approx(turns, abs=1e-12), name


def test_rho_v_is_the_g_of_a_spin_by_the_mean_modulus():
    """G over all product states, all partners alike, state by state."""
    found = STATIC.sample(4, 0)
    J, h = STATIC.coupling, STATIC.field
    G = [
        bl.analysis.g_parameter(
            found.energies,
            found.elements[a] ** 2,
            bl.analysis.ProductState(a, s, E + s * h / 2),
            1.0,
            h / 2,
            window=WINDOWS[USUAL] * J,
            estimator="products",
            moment=1.0,
        )
        for s in (1, -1)
        for a, E in enumerate(found.energies)
    ]
    assert probe_row(found)["strength"][USUAL] == pytest.approx(J * np.mean(G), rel=1e-9)


def test_a_probe_without_partners_keeps_its_spin():
    ring = bl.SpinChain(4, disorder=5.0, fields="all")
    (row,) = probe_rows(ProbedChain(ring, 5.0, 1e-7), 1, 0)
    assert row["memory"] == pytest.approx(1, abs=1e-6) and row["free"] == 1


def test_what_lies_outside_the_bins_is_kept():
    edges = np.array([1.0, 2.0])
    assert weighed([0.5, 1.0, 1.5, 2.0, 9.0], 0.5, edges).tolist() == [0.5, 1.0, 1.0]


def test_other_specs_are_refused():
    with pytest.raises(ValueError, match="sector"):
        ProbedChain(bl.SpinChain(4), 1.0)
    with pytest.raises(ValueError, match="coupling"):
        ProbedChain(STATIC.chain, 1.0, 0.0)
    with pytest.raises(ValueError, match="spec"):
        probe_rows(STATIC.chain, 1, 0)


def test_local_energies_tell_levels_apart_up_to_their_range():
    """(62)-(65): for l-bits of any energies eps_a(r) - eps_b(r) = E_a - E_b if r_ab <= r, and
    not beyond."""
    sites, r = 7, 1
    states = np.array(list(itertools.product((0, 1), repeat=sites)))
    energies = np.random.default_rng(4).standard_normal(len(states)).cumsum()
    distance = np.minimum(np.arange(sites), sites - np.arange(sites))
    changed = states[:, None] != states[None]
    ranges = np.where(changed, distance, -1).max(axis=2)
    count, centre, _, _ = _moments(energies, ranges <= r)
    assert (count == 2 ** (2 * r + 1)).all()
    local = energies - centre
    wanted = np.subtract.outer(energies, energies)
    found = np.subtract.outer(local, local)
    assert found[ranges <= r] == pytest.approx(wanted[ranges <= r], abs=1e-12)
    assert (np.abs(found - wanted)[ranges > r] > 1e-3).mean() > 0.9
