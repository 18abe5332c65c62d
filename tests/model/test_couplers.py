"""LIOMs with sites of their own, interactions and zz terms, against numpy.kron."""

import numpy as np
import pytest
import scipy.stats
import twin

import bathlab as bl
from bathlab.ensemble.description import describe
from bathlab.model import Lioms
from bathlab.operators.hermitian import to_dense

#: Sums of a few dozen terms of order one.
ROUNDING = 1e-12

BATHS = {
    "random matrix": bl.RandomMatrixBath(3, bandwidth=4.2),
    "unitary": bl.RandomMatrixBath(3, bandwidth=4.2, symmetry="unitary"),
    "chain": bl.LocalChainBath(4),
    "parity": bl.LocalChainBath(4, transverse=0.0),
}


def exchange(count):
    J = np.random.default_rng(5).standard_normal((count, count))
    return np.triu(J, 1) + np.triu(J, 1).T


ZZ = {"sites": [None, 0, 2, 0], "bath_interactions": [0.0, 0.3, -0.2, 0.0]}
CHAINS = {
    "one site": bl.LiomChain(4, sites=[1] * 4),
    "two sites": bl.LiomChain(4, sites=[0, 2, 2, 0], interactions=exchange(4)),
    "contact and sites": bl.LiomChain(4, sites=[None, 0, None, 1]),
    "zz": bl.LiomChain(4, **ZZ, interactions=exchange(4)),
    "several": bl.LiomChain(4, sites=[(0, 1), None, (2, 1), 0], interactions=exchange(4)),
    "zz of several": bl.LiomChain(
        3, sites=[(2, 0), 1, (0, 1, 2)], bath_interactions=[0.2, 0, 0.3]
    ),
    "uncoupled": bl.LiomChain.given([1.0, 0.9, 1.2], [0.3, 0.0, 0.2], [0, 0, 1]),
}


def whole(bath, system):
    parts = [to_dense(each) for each in (system.bath.hamiltonian, system.bath.contact)]
    return twin.touching(*parts, system.lioms, bath.spins)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("bath", BATHS)
def test_a_coupled_system_is_the_twin(bath, chain):
    bath, chain = BATHS[bath], CHAINS[chain]
    system = bl.couple(bath, chain).sample(2, 1)
    H = whole(bath, system)
    assert np.allclose(system.hamiltonian.toarray(), H, atol=ROUNDING)
    assert np.allclose(system.to_qobj().full(), H, atol=ROUNDING)
    assert system.dtype == H.dtype
    x = np.random.default_rng(0).standard_normal(len(H))
    assert np.allclose(system @ x, H @ x, atol=ROUNDING)
    centred = H - np.trace(H) / len(H) * np.eye(len(H))
    moments = np.trace(H).real / len(H), np.linalg.norm(centred) ** 2
    assert np.allclose(system.level_moments(), moments, atol=1e-9)
    assert system.mean_level() == pytest.approx(moments[0], abs=ROUNDING)
    energies = np.linalg.eigvalsh(H)
    assert np.allclose(bl.levels(system).energies, energies, atol=1e-10)
    state = bl.eigenstate_near(system, 0.2)
    assert np.abs(energies - state.energy).min() < 1e-10


@pytest.mark.parametrize("chain", CHAINS)
def test_sectors_are_those_of_the_matrix(chain):
    """Up to those of LIOMs that are not coupled, which make none."""
    for bath in (BATHS["parity"], bl.LocalChainBath(3, transverse=0.0, coupling=0.0)):
        system = bl.couple(bath, CHAINS[chain]).sample(1)
        free = int(np.count_nonzero(system.lioms.couplings == 0))
        assert system.sector_count * 2**free == len(bl.operators.sectors_of(system))


@pytest.mark.parametrize("chain", CHAINS)
def test_two_stages_are_one(chain):
    bath, chain = BATHS["chain"], CHAINS[chain]
    once = bl.couple(bath, chain).sample(2, 1)
    stage = bath.sample(2, 1)
    for first in range(chain.count):
        stage = stage.attach(once.lioms[first : first + 1]).as_grain()
    assert stage.system.lioms.same_as(once.lioms)
    assert abs(stage.hamiltonian - once.hamiltonian).max() == 0
    halves = bath.sample(2, 1).attach(once.lioms[:2]).as_grain().attach(once.lioms[2:])
    assert halves.grain.system.lioms.same_as(once.lioms[:2])
    assert once.lioms[:1].followed_by(once.lioms[1:]).same_as(once.lioms)


def test_an_enlarged_bath_keeps_sites_of_its_core():
    core, J = BATHS["chain"], exchange(3)
    inner = bl.LiomChain(2, sites=[0, 3], interactions=J[:2, :2])
    outer = bl.LiomChain.given([1.1], [0.1], sites=[1], interactions=J[2:])
    nested = bl.couple(bl.EnlargedBath(core, inner), outer).sample(3)
    fields = [*inner.sample(3, 0).fields, 1.1]
    flat = bl.LiomChain.given(fields, [0.2, 0.15, 0.1], [0, 3, 1], J)
    assert np.allclose(
        nested.hamiltonian.toarray(), bl.couple(core, flat).sample(3).hamiltonian.toarray()
    )


def test_the_site_of_the_contact_is_the_contact():
    for bath, site in ((BATHS["random matrix"], 2), (BATHS["chain"], 3)):
        plain = bl.couple(bath, bl.LiomChain(4)).sample(1)
        named = bl.couple(bath, bl.LiomChain(4, sites=[site] * 4)).sample(1)
        assert np.array_equal(plain.hamiltonian.toarray(), named.hamiltonian.toarray())
        assert np.array_equal(bl.levels(plain).energies, bl.levels(named).energies)


def test_levels_do_not_see_a_turn_of_one_liom():
    """tau^z_i -> -tau^z_i, and tau^x_i -> -tau^x_i: signs of h_i with J_ij, and of g_i."""
    bath, J = BATHS["random matrix"], exchange(3)
    fields, couplings, sites = np.array([1.0, 0.8, 1.2]), np.array([0.4, 0.3, 0.2]), [0, 1, 1]
    along, turn = np.array([0.1, 0.2, -0.3]), np.array([1.0, -1.0, 1.0])

    def energies(*numbers):
        chain = bl.LiomChain.given(*numbers)
        return bl.levels(bl.couple(bath, chain).sample(4)).energies

    one = energies(fields, couplings, sites, J, along)
    turned = energies(fields * turn, couplings, sites, J * np.outer(turn, turn), along * turn)
    assert np.allclose(one, turned, atol=1e-11)
    assert np.allclose(one, energies(fields, couplings * turn, sites, J, along), atol=1e-11)
    assert not np.allclose(one, energies(fields * turn, couplings, sites, J, along), atol=1e-3)


@pytest.mark.parametrize("chain", ["two sites", "zz"])
@pytest.mark.parametrize("bath", ["random matrix", "chain"])
def test_measures_by_lanczos_are_those_of_all_levels(bath, chain):
    bath, chain = BATHS[bath], CHAINS[chain]
    system = bl.couple(bath, chain).sample(2, 1)
    energies, vectors = np.linalg.eigh(whole(bath, system))
    at = int(np.argmin(np.abs(energies)))
    probe = system.operator("probe")
    found = bl.spectral_measure(system, probe, vectors[:, at], method="lanczos")
    weights = np.abs(vectors.T @ (probe @ vectors[:, at])) ** 2
    assert bl.log_ipr(found) == pytest.approx(-np.log(np.sum(weights**2)), abs=1e-8)


def test_hybridisation_counts_what_joins_two_stages():
    system = bl.couple(BATHS["chain"], CHAINS["zz"]).sample(2, 1)
    staged = BATHS["chain"].sample(2, 1).attach(system.lioms[:2]).as_grain()
    staged = staged.attach(system.lioms[2:])
    state = bl.eigenstate_near(staged, 0.0)
    found = bl.hybridisation(staged, state, np.linspace(-20, 20, 41))
    part, energies = staged.uncoupled()
    H0 = np.kron(part.matrix().toarray(), np.eye(4)) + np.kron(
        np.eye(part.dimension), np.diag(energies)
    )
    coupling = (staged.hamiltonian.toarray() - H0) @ state.vector
    assert found.second_moment == pytest.approx(coupling @ coupling, rel=1e-9)


def test_specs_are_written_down_as_before_and_hashed():
    assert set(describe(bl.LiomChain(2))) == {
        "type",
        "count",
        "alpha",
        "g1",
        "field",
        "disorder",
    }
    assert bl.LiomChain(2, sites=[None, None]) == bl.LiomChain(2)
    assert bl.LiomChain(2, interactions=np.zeros((2, 2))) == bl.LiomChain(2)
    one = bl.LiomChain(2, sites=np.array([0, 1]), interactions=[[0, 1], [1, 0]])
    assert one == bl.LiomChain(2, sites=(0, 1), interactions=exchange(2) * 0 + 1 - np.eye(2))
    assert hash(one) == hash(bl.LiomChain(2, sites=(0, 1), interactions=1 - np.eye(2)))
    assert describe(one) != describe(bl.LiomChain(2, sites=(0, 1)))
    assert bl.LiomChain(2, sites=[(1, 0), [2]]) == bl.LiomChain(2, sites=((0, 1), 2))
    assert hash(bl.LiomChain(2, sites=[[1, 0], 2])) == hash(bl.LiomChain(2, sites=((0, 1), 2)))


def test_jitter_moves_distances_and_nothing_else():
    """u_j - (j - 1) fills [-0.2, 0.2] evenly; false alarms 1e-6."""
    plain, random = bl.LiomChain(400), bl.LiomChain(400, jitter=0.2)
    fixed, drawn = plain.sample(3, 1), random.sample(3, 1)
    assert np.array_equal(fixed.fields, drawn.fields)
    assert np.array_equal(fixed.couplings, plain.couplings)
    assert np.array_equal(random.couplings, plain.couplings)
    moved = np.log(drawn.couplings / fixed.couplings) / np.log(random.alpha)
    assert scipy.stats.kstest(moved / 0.4 + 0.5, "uniform").pvalue > 1e-6
    assert scipy.stats.kstest(moved / 0.2 + 0.5, "uniform").pvalue < 1e-6  # of jitter 0.1
    later = bl.LiomChain(2, jitter=0.2).sample(3, 1, first=3)
    assert np.array_equal(later.fields, drawn.fields[2:4])
    assert np.allclose(later.couplings, drawn.couplings[2:4] / random.alpha**2, rtol=1e-12)
    fields = [drawn.fields, random.sample(3, 2).fields]
    apart = np.corrcoef([moved, *fields])[0, 1:]
    assert np.abs(apart).max() < 5 / np.sqrt(400)
    assert "jitter" not in describe(plain) and "jitter" in describe(random)


def test_lioms_on_both_sides_of_a_grain():
    """One chain at the first spin, attached to the grain; then one at its last."""
    grain, spins = BATHS["random matrix"], 3
    left = bl.LiomChain(2, alpha=0.5, sites=[0, 0])
    right = bl.LiomChain(2, g1=0.3, sites=[spins - 1] * 2)
    system = bl.couple(bl.EnlargedBath(grain, left), right).sample(4)
    assert np.allclose(system.lioms.couplings, [0.2, 0.1, 0.3, 0.225])
    assert len(set(system.lioms.fields)) == 4
    assert np.allclose(system.hamiltonian.toarray(), whole(grain, system), atol=ROUNDING)
    energies = np.linalg.eigvalsh(system.hamiltonian.toarray())
    assert np.allclose(bl.levels(system, "lanczos").energies, energies, atol=1e-10)


@pytest.mark.parametrize("sites", [[1, 1, 2, 2], [1, 2, (1, 2), 1]], ids=["one", "both"])
def test_lioms_between_two_grains(sites):
    left, right = (bl.RandomMatrixBath(2, bandwidth=4.2).sample(1, k) for k in (0, 1))
    one = np.eye(4)
    H = np.kron(left.hamiltonian, one) + np.kron(one, right.hamiltonian)
    places = [bl.operators.site_operator("x", site, (2,) * 4) for site in (1, 0)]
    both = bl.model.BathMatrices(H, *places, dims=(2,) * 4)
    bath = bl.model.DisorderedBath(lambda seed, realisation: both)
    J = exchange(4)
    system = bl.couple(bath, bl.LiomChain(4, sites=sites, interactions=J)).sample(1)
    expected = twin.touching(H, None, system.lioms, 4)
    assert np.allclose(system.hamiltonian.toarray(), expected, atol=ROUNDING)
    energies = bl.levels(system, "lanczos").energies
    assert np.allclose(energies, np.linalg.eigvalsh(expected), atol=1e-10)


REFUSED = {
    "outside": ({"sites": [0, 4]}, "one of the spins"),
    "too few": ({"sites": [0]}, "sites"),
    "skew": ({"interactions": [[0, 1], [2, 0]]}, "symmetric"),
    "diagonal": ({"interactions": [[1, 0], [0, 0]]}, "diagonal"),
    "too small": ({"interactions": [[0.0], [0.0]]}, "interactions"),
    "more than the grain holds": ({"interactions": [[1, 0, 1], [0, 1, 0]]}, "nearer"),
    "several outside": ({"sites": [0, (1, 4)]}, "4 for LIOM 2"),
    "twice": ({"sites": [(1, 1), 0]}, "different spins"),
    "none of several": ({"sites": [(), 0]}, r"sites\[0\]"),
    "contact among several": ({"sites": [(None, 1), 0]}, r"sites\[0\]"),
    "half of several": ({"sites": [(0.5, 1), 0]}, r"sites\[0\]"),
    "no site": ({"bath_interactions": [0.1, 0]}, "sites="),
    "site of one alone": ({"bath_interactions": [0.1, 1], "sites": [1, None]}, "sites="),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused(case):
    more, words = REFUSED[case]
    with pytest.raises(ValueError, match=words):
        bl.couple(BATHS["chain"], bl.LiomChain(2, **more)).sample(1)
    with pytest.raises(ValueError, match=words):
        bl.couple(BATHS["chain"], bl.LiomChain.given([1, 1], [1, 1], **more)).sample(1)


def test_a_bath_without_spins_has_no_sites():
    H = BATHS["chain"].sample(1).hamiltonian
    with pytest.raises(ValueError, match="made of spins"):
        bl.couple(bl.GivenBath(H, H, H), bl.LiomChain(1, sites=[0])).sample(1)


def test_what_knows_one_contact_refuses_others():
    for more in ({"sites": [0, 1]}, {"interactions": exchange(2)}):
        chain = bl.LiomChain(2, **more)
        with pytest.raises(ValueError, match="one contact"):
            bl.LocalisedChain(BATHS["chain"], chain)
        with pytest.raises(ValueError, match="one contact"):
            bl.model.ChainSystem(BATHS["chain"].sample(1).system, chain.sample(1, 0))
        with pytest.raises(ValueError, match="one contact"):
            bl.experiments.Surroundings(BATHS["random matrix"], chain)
    with pytest.raises(ValueError, match="jitter"):
        bl.experiments.Surroundings(BATHS["random matrix"], bl.LiomChain(2, jitter=0.1))


def test_slices_with_a_step_lose_interactions():
    lioms = Lioms(np.ones(4), np.ones(4), interactions=exchange(4))
    with pytest.raises(ValueError, match="step"):
        lioms[::2]
    with pytest.raises(ValueError, match="behind 2"):
        BATHS["chain"].sample(1).attach(lioms[:2]).as_grain().attach(lioms[3:])
    with pytest.raises(ValueError, match="nearer"):
        BATHS["chain"].sample(1).attach(lioms[2:])
