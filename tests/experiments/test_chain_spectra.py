"""Measures on full spectra of chains, against matrices of Kronecker products and loops."""

import itertools
from functools import reduce

import numpy as np
import pytest
from scipy.linalg import expm

import bathlab as bl
from bathlab.experiments import (
    LevelTimes,
    LightCone,
    Perturbed,
    Portrait,
    SiteMemory,
    chain_rows,
    light_cones,
    portraits,
    site_memory,
)
from bathlab.experiments import chain_cats as of_cats
from bathlab.experiments.chain_sites import own_spin
from bathlab.operators.hermitian import to_dense
from bathlab.operators.spins import pauli

PAULI = [np.eye(2), *(pauli(axis) for axis in "xyz")]
FIELDS = ("z", "all")
SPECS = {
    "memory": lambda chain: SiteMemory(chain, 5, (0.5, 20.0, 1e5)),
    "cone": lambda chain: LightCone(chain, 5, (0.0, 1.5, 200.0), 2),
    "levels": lambda chain: LevelTimes(chain, 5, (0.1, 1.0)),
    "portrait": lambda chain: Portrait(chain, 5),
    "cats": lambda chain: Perturbed(chain, 5),
}


@pytest.mark.parametrize("fields", FIELDS)
def test_memory_is_that_of_the_exponential_and_its_weights_sum_to_one(fields):
    spec = SiteMemory(bl.SpinChain(6, disorder=3.0, fields=fields), 4, (0.5, 9.0))
    system = spec.chain.sample(1, 6)
    H = to_dense(system.matrix())
    for row in site_memory.site_rows(spec, 1, 2):
        sigma = to_dense(own_spin(system, row["site"]))
        for t, value in zip(spec.times, row["memory"]):
            turned = expm(1j * H * t) @ sigma @ expm(-1j * H * t)
            assert value == pytest.approx(np.trace(turned @ sigma).real / len(H), abs=1e-12)
        assert row["sum_error"] < 1e-12
        assert row["late"] <= 1 - row["plateau"] and row["single"] <= row["resonant"]


@pytest.mark.parametrize("fields", FIELDS)
def test_the_cone_is_made_of_strings_of_pauli_matrices(fields):
    chain = bl.SpinChain(4, disorder=2.0, fields=fields, sector=None)
    row = light_cones.cone_rows(LightCone(chain, 0, (1.7,)), 0, 1)[0]
    system = chain.sample(0, 1)
    H, sigma = to_dense(system.matrix()), to_dense(own_spin(system, 0))
    turned = expm(1.7j * H) @ sigma @ expm(-1.7j * H)
    outside, far = np.zeros(2), (0, 1, 2, 1)
    for string in itertools.product(range(4), repeat=4):
        share = abs(np.trace(reduce(np.kron, [PAULI[i] for i in string]) @ turned) / 16) ** 2
        reach = max((far[site] for site, i in enumerate(string) if i), default=0)
        outside += [share if reach > r else 0.0 for r in (0, 1)]
    assert row["outside"] == pytest.approx(outside, abs=1e-12)
    assert row["reach"] == pytest.approx(outside.sum())


def test_spins_that_are_not_coupled_keep_to_themselves():
    for fields in FIELDS:
        chain = bl.SpinChain(4, disorder=2.0, fields=fields, coupling=0.0)
        for row in light_cones.cone_rows(LightCone(chain, 0, (0.0, 50.0)), 0, 1):
            assert np.abs(row["outside"]).max() < 1e-12
            assert np.abs(row["mutual"]).max() < 1e-10


@pytest.mark.parametrize("fields", FIELDS)
def test_a_portrait_against_loops(fields):
    chain = bl.SpinChain(6, disorder=3.0, fields=fields)
    row = portraits.portrait_rows(Portrait(chain), 2, 3)[0]
    system = chain.sample(2, 3)
    energies, vectors = np.linalg.eigh(to_dense(system.matrix()))
    n = len(energies)
    spins = [to_dense(own_spin(system, site)) for site in range(6)]
    middle = vectors[:, n // 4 : n - n // 4].T
    for r in (1, 2, 3):
        logs = []
        for i, state in itertools.product(range(6), middle):
            one, two = spins[i] @ state, spins[(i + r) % 6] @ state
            bra = state.conj()
            c = (one.conj() @ two - (bra @ one) * (bra @ two)).real
            logs.append(np.log(max(abs(c), portraits.FLOOR)))
        assert row["correlations"][r - 1] == pytest.approx(np.mean(logs), abs=1e-6)
    assert row["norm_error"] < 1e-12 and row["polarised"].sum() == pytest.approx(1)
    assert row["cat_ranges"].sum() <= row["resonant"] + 1e-12
    assert 0 < row["entropy_2"] <= row["entropy_1"] * 1.2 < 1.3


def test_entropies_of_the_whole_sector():
    one, two = portraits.random_entropies(bl.SpinChain(4))
    # Of the six states of two up spins, neighbours are uu, dd once each and ud, du twice.
    shares = np.array([1, 2, 2, 1]) / 6
    assert (one, two) == pytest.approx((np.log(2), -shares @ np.log(shares)))


def test_a_cat_is_found_with_its_range_and_undone_by_a_splitting():
    states = np.eye(8)
    z = np.array([[1 - 2 * ((n >> k) & 1) for n in range(8)] for k in range(3)], float)
    new = states.copy()
    new[:, [0, 2]] = np.column_stack([states[:, 0] + states[:, 2], states[:, 0] - states[:, 2]])
    new[:, [0, 2]] /= np.sqrt(2)
    found = of_cats.find_cats(states, new, z)
    assert found.states.tolist() == [0, 2] and found.ranges.tolist() == [1, 1]
    assert found.shares(3).tolist() == [0.0, 0.25]
    assert of_cats.survivors(found, states, new, new).all()
    assert not of_cats.survivors(found, states, new, states).any()
    whole = of_cats.find_cats(states, states, z)
    assert len(whole.states) == 0 and not of_cats.survivors(whole, states, new, new).any()


def test_fields_along_z_make_no_cats():
    with pytest.raises(ValueError, match="fields"):
        Perturbed(bl.SpinChain(6))
    with pytest.raises(ValueError, match="spec"):
        chain_rows(bl.SpinChain(6), 0, 0)


@pytest.mark.parametrize("kind", SPECS)
def test_rows_know_no_phases_of_eigenvectors(kind, monkeypatch):
    sites, fields = {"levels": (10, "z"), "cats": (4, "all")}.get(kind, (6, "z"))
    spec = SPECS[kind](bl.SpinChain(sites, disorder=4.0, fields=fields))
    real = chain_rows(spec, 1, 0)
    random = np.random.default_rng(0)

    def turned(matrix, solve=np.linalg.eigh):
        energies, vectors = solve(matrix)
        return energies, vectors * np.exp(2j * np.pi * random.random(len(energies)))

    def diagonalised(system):
        return bl.operators.Eigensystem(*turned(to_dense(system.matrix())), system.matrix())

    monkeypatch.setattr(of_cats, "_states", lambda H: turned(H)[1])
    for module in (site_memory, light_cones, portraits):
        monkeypatch.setattr(module, "diagonalise", diagonalised)
    for one, other in zip(real, chain_rows(spec, 1, 0)):
        assert one.keys() == other.keys()
        for name, value in one.items():
            assert np.allclose(value, other[name], rtol=1e-5, atol=1e-7), name


def test_sizes_have_rings_of_their_own():
    chain = bl.SpinChain(4)
    here = SiteMemory(chain, 7).sample(1, 2).fields
    assert np.array_equal(here, chain.sample(1, 9).fields)
    assert not np.array_equal(here, SiteMemory(chain).sample(1, 2).fields)
