"""Windows of states, finer counts of pairs, and changed fields, against loops."""

import numpy as np
import pytest

import bathlab as bl
from bathlab.experiments import FieldChange, StateWindow, level_counts, scale_rows
from bathlab.experiments.level_counts import LEAST, RANKS
from bathlab.experiments.pair_counts import FREQUENCIES, SCALES, WINDOWS, level_pairs

BINS, FINE = len(SCALES) - 1, len(FREQUENCIES) - 1


def spin(circuit, site):
    """sigma_j in the whole space."""
    left, right = np.eye(2 ** (site - 1)), np.eye(2 ** (circuit.sites - site))
    return np.kron(np.kron(left, circuit.pauli(site)), right)


def apart(theta, n, m):
    return abs(np.angle(np.exp(1j * (theta[n] - theta[m]))))


def test_what_asks_for_levels_is_that_of_a_loop(monkeypatch):
    """At L = 6 no Omega is above ten mean spacings, so two are taken for far above."""
    monkeypatch.setattr(level_counts, "FAR_ABOVE", 2.0)
    model = bl.BrickworkCircuit(6, 0.1)
    (row,) = scale_rows(model, 3, 2)
    circuit = model.sample(3, 2)
    data = bl.diagonalise(circuit)
    joint, parts = np.zeros((FINE, BINS)), np.zeros((4, BINS))
    adjacent, ranks, pairs, strength = np.zeros(BINS), np.zeros(16), np.zeros(FINE), 0.0
    edge = 0.0
    for site in range(1, 7):
        z = np.abs(data.vectors.conj().T @ spin(circuit, site) @ data.vectors)
        for n in range(64):
            for m in range(n):
                omega = apart(data.quasienergies, n, m)
                scale = z[n, m] * omega
                fine = np.searchsorted(FREQUENCIES, omega) - 1
                bin_ = np.searchsorted(SCALES, scale) - 1
                joint[fine, bin_] += 1
                pairs[fine] += 1
                strength += z[n, m] ** 2
                distance = min(n - m, 64 - n + m)
                adjacent[bin_] += distance == 1
                if scale > 2.0 * 2 * np.pi / 64:
                    ranks[np.searchsorted(RANKS, distance, side="right") - 1] += 1
                if scale > LEAST:
                    for level in (n, m):
                        quarter = int((data.quasienergies[level] + np.pi) // (np.pi / 2))
                        parts[quarter, bin_] += 1
                if z[n, m] ** 2 > 0.5:
                    edge = max(edge, omega)
    assert np.array_equal(row["joint"].reshape(FINE, BINS), joint)
    assert np.array_equal(row["frequency_pairs"], pairs)
    assert row["strength"].sum() == pytest.approx(strength)
    assert row["strength_moved"].sum() == pytest.approx(strength)
    assert np.array_equal(row["adjacent"], adjacent) and row["adjacent_pairs"] == 6 * 64
    assert np.array_equal(row["ranks"], ranks) and ranks.sum() > 0 and ranks[0] == 0
    large = SCALES[:-1] >= LEAST * (1 - 1e-9)  # the edge of a bin
    assert np.array_equal(row["parts"].reshape(4, BINS)[:, large], parts[:, large])
    assert row["part_pairs"].sum() == 6 * 64 * 63
    assert row["resonant_edge"] == pytest.approx(edge)


@pytest.mark.parametrize("sites, states", [(8, 40), (10, 24)])
def test_a_window_has_the_pairs_of_its_arc_and_no_others(sites, states):
    """Against all states, round the end of the circle; L = 10 by the filter."""
    model = bl.BrickworkCircuit(sites, 0.04)
    window = StateWindow(model, states, quasienergy=3.1, below=1e-2)
    (row,) = scale_rows(window, 1, 0)
    circuit = model.sample(1, 0)
    data = bl.diagonalise(circuit)
    off = np.abs(np.angle(np.exp(1j * (data.quasienergies - 3.1))))
    inside = np.flatnonzero(off < np.pi * states / 2**sites)
    width = 2 * np.pi * states / 2**sites
    counts, pairs = np.zeros((6, BINS)), np.zeros(6)
    for site in range(1, sites + 1):
        vectors = data.vectors[:, inside]
        z = np.abs(vectors.conj().T @ spin(circuit, site) @ vectors)
        for a, n in enumerate(inside):
            for b, m in enumerate(inside[:a]):
                omega = apart(data.quasienergies, n, m)
                if omega < 1e-2:
                    place = np.searchsorted(WINDOWS, omega) - 1
                    pairs[place] += width / (width - omega)
                    bin_ = np.searchsorted(SCALES, z[a, b] * omega) - 1
                    counts[place, bin_] += width / (width - omega)
    assert row["found"] == len(inside)
    assert row["pairs"] == pytest.approx(pairs) and pairs[3:].sum() == 0 < pairs[2]
    reliable = SCALES[:-1] > 1e-10  # the filter's residual is 1e-13 in Omega
    found = row["scales"].reshape(6, BINS)
    assert found[:, reliable] == pytest.approx(counts[:, reliable])


def test_windows_all_round_the_circle_make_the_full_count():
    """Arcs with middles at random see each pair in the mean as often as all of the circle
    does; without weights those at larger |omega| are missed. 4000 arcs of 300 levels; the
    tolerance is five standard errors, a false alarm of 1e-6, fixed seed."""
    draw = np.random.default_rng(3)
    levels = np.sort(draw.uniform(-np.pi, np.pi, 300))
    whole = level_pairs(levels, below=0.1).by_frequency()
    width, sums, bare = 0.3, [], []
    for middle in draw.uniform(-np.pi, np.pi, 4000):
        off = np.sort(np.angle(np.exp(1j * (levels - middle))))
        inside = off[np.abs(off) < width / 2]
        pairs = level_pairs(inside, width, 0.1)
        sums.append(2 * np.pi / width * pairs.by_frequency())
        bare.append(2 * np.pi / width * level_pairs(inside, below=0.1).by_frequency())
    error = np.std(sums, axis=0) / np.sqrt(len(sums))
    assert np.all(np.abs(np.mean(sums, axis=0) - whole) <= 5 * error)
    assert np.any(np.abs(np.mean(bare, axis=0) - whole) > 20 * error)


def test_too_many_levels_in_an_arc_are_not_left_out_silently():
    """At J = 0 in fields that are all alike the levels stand in heaps."""
    model = bl.BrickworkCircuit(8, 0.0)
    sample = model.sample(1, 0)
    heap = model.from_fields(
        np.array([sample.u[0]] * 8), np.array([np.eye(2)] * 8, dtype=complex), 0.0
    )

    class Heaped(bl.BrickworkCircuit):
        def sample(self, seed, realisation=0):
            return heap

    with pytest.raises(ValueError, match="expected fewer than"):
        scale_rows(StateWindow(Heaped(8, 0.0), 4, below=1e-2), 1, 0)


def test_a_changed_field_does_what_its_derivative_says():
    """d omega/dh_k = (z_nn - z_mm)/2 of sigma_k and d|n> = 1/2 sum_p f_np z_pn |p>, f =
    i/(exp(i omega) - 1), by loops at L = 4; step 1e-6."""
    model = bl.BrickworkCircuit(4, 0.1)
    change = FieldChange(model, step=1e-6, least=1e-3, below=1.0)
    (row,) = scale_rows(change, 2, 1)
    circuit = model.sample(2, 1)
    data = bl.diagonalise(circuit)
    theta, V = data.quasienergies, data.vectors
    z = [V.conj().T @ spin(circuit, j) @ V for j in range(1, 5)]
    kept = {distance: ([], [], []) for distance in range(3)}
    for k in range(4):
        turn = np.zeros((16, 16), complex)  # d V = V turn
        for n in range(16):
            for p in range(16):
                if p != n:
                    f = 1j / (np.exp(1j * (theta[n] - theta[p])) - 1)
                    turn[p, n] = f * z[k][p, n] / 2
        for j in range(4):
            slope = turn.conj().T @ z[j] + z[j] @ turn
            of_omega, of_scale = [], []
            for n in range(16):
                for m in range(n + 1, 16):
                    signed = np.angle(np.exp(1j * (theta[n] - theta[m])))
                    if abs(signed) < 1.0 and abs(z[j][n, m] * signed) > 1e-3:
                        rate = (z[k][n, n] - z[k][m, m]).real / 2 / signed
                        of_omega.append(rate)
                        of_scale.append(rate + (slope[n, m] / z[j][n, m]).real)
            ranks = [np.argsort(np.argsort(x)) for x in (of_scale, of_omega)]
            into = kept[min(abs(k - j), 4 - abs(k - j))]
            into[0].append(np.corrcoef(*ranks)[0, 1])
            into[1].append(np.median(np.abs(of_scale)))
            into[2].append(np.median(np.abs(of_omega)))
    for place, name in enumerate(("scale_rank", "scale_change", "omega_change")):
        expected = [np.mean(kept[distance][place]) for distance in range(3)]
        assert row[name] == pytest.approx(expected, rel=1e-3, abs=1e-4)
    assert row["followed"] > 100


@pytest.mark.parametrize(
    "wrong, word",
    [
        (dict(below=0.02), "expected one of"),
        (dict(below=1e-1, states=3), "smaller"),
        (dict(states=1), "states"),
        (dict(states=129), "states"),
        (dict(quasienergy=np.nan), "quasienergy"),
        (dict(circuit=bl.LocalChainBath(4)), "circuit"),
    ],
)
def test_a_bad_window_is_refused(wrong, word):
    good = {"circuit": bl.BrickworkCircuit(8, 0.02), "states": 64}
    with pytest.raises(ValueError, match=word):
        StateWindow(**{**good, **wrong})


def test_bad_changes_are_refused():
    for wrong in ({"step": 0.0}, {"least": -1.0}, {"below": np.nan}):
        with pytest.raises(ValueError, match="expected"):
            FieldChange(bl.BrickworkCircuit(4, 0.1), **wrong)
