"""Rows of spin chains against dense matrices of numpy.kron and loops over pairs."""

import math

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.analysis import pair_spectrum, structure_factor
from bathlab.experiments import ChainStates, chain_state_rows
from bathlab.experiments.chain_states import CLOSE, ELEMENTS, FREQUENCIES

CHAINS = {
    "sector": bl.SpinChain(6, disorder=1.5),
    "cosine": bl.SpinChain(6, disorder=2.0, law="cosine"),
    "all directions": bl.SpinChain(4, disorder=2.0, fields="all"),
}


def dense(chain):
    """Levels and vectors in the full space, H made of kron."""
    sample, L = chain.sample(3, 1), chain.sites
    spins = [[twin.site(P, i, L) / 2 for i in range(L)] for P in (twin.X, twin.Y, twin.Z)]
    scale, fields = 1.0, np.zeros((L, 3))
    if chain.fields == "all":
        scale, fields = 2.0, sample.fields
    else:
        fields[:, 2] = sample.fields
    H = sum(scale * S[i] @ S[(i + 1) % L] for S in spins for i in range(L))
    H = H + sum(fields[i, k] * spins[k][i] for i in range(L) for k in range(3))
    states = sample.space.states
    energies, vectors = np.linalg.eigh(H[np.ix_(states, states)])
    whole = np.zeros((2**L, len(states)), vectors.dtype)
    whole[states] = vectors
    return energies, whole


def entropy(vector, kept):
    weights = np.linalg.svd(vector.reshape(2**kept, -1), compute_uv=False) ** 2
    weights = weights[weights > 1e-30]
    return -float(weights @ np.log(weights))


@pytest.mark.parametrize("name", CHAINS)
def test_rows_are_those_of_loops(name):
    chain = CHAINS[name]
    energies, vectors = dense(chain)
    n, L, m = len(energies), chain.sites, len(FREQUENCIES) - 1
    rows = range(3 * n // 8, 5 * n // 8)
    squares, moduli, pairs, close, plateau, logs = np.zeros(m), np.zeros(m), 0, [], [], []
    sites = range(0, L, 2)
    for site in sites:
        V = vectors.conj().T @ twin.site(twin.Z, site, L) @ vectors
        for a in rows:
            plateau.append(V[a, a].real ** 2)
            chi = 0.0
            for b in range(n):
                if a == b:
                    continue
                omega, size = abs(energies[a] - energies[b]), abs(V[a, b])
                squares += np.histogram([omega], FREQUENCIES, weights=[size**2])[0] / len(sites)
                moduli += np.histogram([omega], FREQUENCIES, weights=[size])[0] / len(sites)
                pairs += site == 0
                chi += size**2 / omega**2
                if omega < CLOSE:
                    close.append(size)
            logs.append(math.log(chi))
    (row,) = chain_state_rows(ChainStates(chain), 3, 1)
    assert row["squares"] == pytest.approx(squares, abs=1e-12)
    assert row["moduli"] == pytest.approx(moduli, abs=1e-12)
    assert row["pairs"].sum() == pairs and row["close"] == len(close)
    assert np.array_equal(row["elements"], np.histogram(close, ELEMENTS)[0])
    assert row["plateau"] == pytest.approx(np.mean(plateau))
    assert row["log_fidelity"] == pytest.approx(np.mean(logs))
    for part, kept in (("one", 1), ("two", 2), ("half", L // 2)):
        wanted = np.mean([entropy(vectors[:, a], kept) for a in rows])
        assert row[f"entropy_{part}"] == pytest.approx(wanted)
    assert row["gap_ratio"] == pytest.approx(bl.mean_gap_ratio(energies[list(rows)]))
    assert abs(row["sum_error"]) < 1e-13
    S = row["squares"] / row["exposure"]
    assert 2 * S @ np.diff(FREQUENCIES) + row["plateau"] == pytest.approx(1, abs=1e-12)


def test_a_window_has_the_spectrum_of_all_levels():
    """Of the same states, S is that of all levels where it is not cut off; without the exposure
    it would be lower by half on average."""
    chain, edges = bl.SpinChain(10, disorder=1.0), [0.0, 0.05, 0.1, 0.2, 0.4]
    sample = chain.sample(1)
    data, sigma = bl.diagonalise(sample), sample.operator(0).diagonal()
    V = data.vectors.T @ (sigma[:, None] * data.vectors)
    whole = pair_spectrum(data.energies, np.arange(60, 190), [V[60:190]], edges)
    part = slice(60, 190)
    window = pair_spectrum(data.energies[part], range(130), [V[part, part]], edges, whole=False)
    assert window.squares / window.exposure == pytest.approx(
        whole.squares / whole.exposure, rel=0.06
    )
    assert np.all(window.exposure < whole.exposure)
    assert (window.squares / whole.exposure)[-1] < 0.95 * (whole.squares / whole.exposure)[-1]
    assert np.all(window.squares <= whole.squares + 1e-12)


def test_it_is_the_structure_factor_of_both_signs():
    sample = bl.SpinChain(8, disorder=1.0).sample(2)
    data, sigma = bl.diagonalise(sample), sample.operator(3).diagonal()
    V = data.vectors.T @ (sigma[:, None] * data.vectors)
    rows = np.flatnonzero(np.abs(data.energies) <= 0.5)
    edges = np.array([0.05, 0.3, 1.0, 4.0])
    found = pair_spectrum(data.energies, rows, [V[rows]], edges)
    right = structure_factor(data.energies, V, edges, 0.0, 1.0)
    left = structure_factor(data.energies, V, -edges[::-1], 0.0, 1.0)[::-1]
    assert found.squares / found.exposure == pytest.approx((right + left) / 2)


def test_rows_of_a_window_are_near_those_of_all_levels():
    chain = bl.SpinChain(10, disorder=1.0)
    (near,), (whole,) = (chain_state_rows(ChainStates(chain, k), 1, 0) for k in (60, 0))
    for name in ("plateau", "entropy_one", "entropy_half", "spacing"):
        assert near[name] == pytest.approx(whole[name], rel=0.1)
    assert near["sum_error"] < 1e-12 and "log_fidelity" not in near


def test_spins_may_be_looked_at_along_their_fields():
    """By numpy.kron, of a ring whose fields point anywhere."""
    chain = bl.SpinChain(4, disorder=6.0, fields="all")
    (row,) = chain_state_rows(ChainStates(chain, axis="own"), 2, 0)
    sample = chain.sample(2)
    _, vectors = np.linalg.eigh(sample.matrix().toarray())
    kept = []
    for site in (0, 2):
        axis = sample.fields[site] / np.linalg.norm(sample.fields[site])
        pauli = (twin.X, twin.Y, twin.Z)
        spin = sum(share * twin.site(each, site, 4) for share, each in zip(axis, pauli))
        kept += [abs(vectors[:, a].conj() @ spin @ vectors[:, a]) ** 2 for a in range(6, 10)]
    assert row["plateau"] == pytest.approx(np.mean(kept)) and row["sum_error"] < 1e-13
    with pytest.raises(ValueError, match="axis"):
        ChainStates(chain, axis="x")


def test_what_is_no_chain_is_refused():
    with pytest.raises(ValueError, match="SpinChain"):
        ChainStates(bl.LocalChainBath(4))
    with pytest.raises(ValueError, match="states"):
        ChainStates(bl.SpinChain(6), 15)
    with pytest.raises(ValueError, match="ChainStates|spec"):
        chain_state_rows(bl.SpinChain(6), 1, 0)
    with pytest.raises(ValueError, match="ascending"):
        pair_spectrum([1.0, 0.0], [0], [np.eye(2)[:1]], [0.0, 1.0])
    with pytest.raises(ValueError, match="rows"):
        pair_spectrum([0.0, 1.0], [2], [np.eye(2)[:1]], [0.0, 1.0])
    with pytest.raises(ValueError, match="elements"):
        pair_spectrum([0.0, 1.0], [1], [], [0.0, 1.0])
