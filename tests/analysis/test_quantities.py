"""Analysers against loops, exact identities and known random-matrix values."""

import math

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.analysis.eth import energy_scale
from bathlab.statistics.collapse import Curve, collapse_distance
from bathlab.streams import goe


def test_participation_of_a_featureless_goe_is_a_third_of_its_dimension():
    # IPR of a real Gaussian vector of n components is (n+2)/3. D fluctuates per state by
    # sqrt(8/3/n)*O(1) = 0.04 at n = 1024, over 10 states by 0.015; log 3 = 1.10 is 70 of these.
    system = bl.diagonalise(goe(1024, 2.0, np.random.default_rng(1)))
    operator = twin.site(twin.X, 3, 10)
    found = [
        bl.log_ipr(bl.spectral_measure(system, operator, state))
        for state in bl.eigenstates_near(system, 0.0, 10)
    ]
    assert np.mean(found) == pytest.approx(math.log(1024 / 3), abs=0.05)


def test_participation_is_that_of_the_twin():
    system = bl.couple(bl.LocalChainBath(spins=5), bl.LiomChain(count=2)).sample(1)
    H, probe = system.hamiltonian.toarray(), system.operator("probe").toarray()
    measure = bl.spectral_measure(system, probe, bl.eigenstate_near(system))
    assert bl.log_ipr(measure) == pytest.approx(twin.participation(H, probe), abs=1e-11)


def test_density_of_states_counts_levels():
    levels = np.linspace(-5, 5, 1001)
    assert bl.analysis.density_of_states(levels, energy=1.0, window=2.0) == pytest.approx(
        100, rel=0.01
    )
    assert bl.analysis.smooth_density_of_states(
        levels, energy=1.0, window=2.0
    ) == pytest.approx(100, rel=1e-3)
    grain = bl.LocalChainBath(spins=6).sample(1)
    inside = np.sum(np.abs(np.linalg.eigvalsh(grain.hamiltonian) - 0.5) <= 0.4)
    assert grain.density_of_states(energy=0.5, window=0.8) == inside / 0.8


@pytest.mark.parametrize(
    "bath",
    [
        bl.LocalChainBath(spins=6),
        bl.RandomMatrixBath(spins=6, bandwidth=4.2),
        bl.EnlargedBath(bl.LocalChainBath(4), bl.LiomChain(2)),
    ],
)
def test_structure_factor_is_the_histogram_of_matrix_elements(bath):
    grain = bath.sample(seed=2)
    edges = np.linspace(-40, 40, 161)
    v = grain.structure_factor("contact", edges, energy=0.3, window=2.0)
    # sigma^x squares to one: the integral over all omega is <V^2> = 1 exactly.
    assert v @ np.diff(edges) == pytest.approx(1, abs=1e-12)
    energies, vectors = np.linalg.eigh(grain.hamiltonian)
    elements = vectors.T @ grain.contact @ vectors
    assert np.allclose(np.abs(grain.matrix_elements("contact")), np.abs(elements), atol=1e-11)
    expected, members = np.zeros(160), 0
    for b in range(len(energies)):
        if abs(energies[b] - 0.3) > 1.0:
            continue
        members += 1
        for c in range(len(energies)):
            k = np.searchsorted(edges, energies[b] - energies[c], side="right") - 1
            expected[k] += elements[b, c] ** 2
    # A difference on a bin edge may round to either side; elements of such pairs are small.
    assert np.abs(np.cumsum(v - expected / members / 0.5)).max() * 0.5 < 1e-3


def test_g_parameter_is_that_of_loops():
    grain = bl.LocalChainBath(spins=6).sample(3)
    g, field, window = 0.2, 0.9, 0.8
    energies, vectors = np.linalg.eigh(grain.hamiltonian)
    pairs = [(abs(E + s * field), b, s) for b, E in enumerate(energies) for s in (1, -1)]
    _, b, s = min(pairs)
    total, terms, products = 0.0, 0, 0
    for c in range(64):
        for other in (1, -1):
            if abs(energies[c] + other * field - energies[b] - s * field) <= window:
                products += 1
                if other == -s:
                    total += (vectors[:, b] @ grain.contact @ vectors[:, c]) ** 2
                    terms += 1
    rho = np.sum(np.abs(energies) <= window / 2) / window
    expected = g * rho * math.sqrt(total / terms)
    assert grain.g_parameter(g=g, field=field, window=window) == pytest.approx(
        expected, rel=1e-10
    )
    assert grain.g_parameter(g=2 * g, field=field, window=window) == pytest.approx(
        2 * expected, rel=1e-10
    )
    assert grain.g_parameter(
        g=g, field=field, window=window, estimator="products"
    ) == pytest.approx(g * products / (2 * window) * math.sqrt(total / products), rel=1e-10)
    smooth = grain.g_parameter(g=g, field=field, window=window, estimator="smooth")
    assert smooth == pytest.approx(expected, rel=0.5) and smooth != expected


def test_unthermalised_lioms_only_rescale_g():
    """Three uncoupled LIOMs multiply rho by 8 and divide M by 8: G by sqrt(8) (DRH, fig. 5)."""
    ratios = []
    for realisation in range(12):
        bare = bl.RandomMatrixBath(spins=6, bandwidth=8.0)
        idle = bl.EnlargedBath(bare, bl.LiomChain(count=3, g1=0.0))
        ratios.append(
            idle.sample(1, realisation).g_parameter(0.2, window=1.5)
            / bare.sample(1, realisation).g_parameter(0.2, window=1.5)
        )
    # The semicircle's density is not flat over the LIOM energies of +-3: a few per cent lower.
    assert np.mean(ratios) == pytest.approx(math.sqrt(8), rel=0.15)


def test_energy_scale_of_a_spin_is_its_field():
    assert energy_scale(1.7 * twin.Z, twin.X) == pytest.approx(1.7, rel=1e-14)
    grain = bl.LocalChainBath(spins=5, disorder=0.0, field=0.8).sample(1)
    assert energy_scale(grain.hamiltonian, grain.contact) == pytest.approx(0.8, rel=1e-13)
    sparse_core = grain.system.bath
    assert energy_scale(sparse_core.hamiltonian, sparse_core.contact) == pytest.approx(0.8)


def test_gap_ratios():
    # Standard errors: 0.25/sqrt(6000) = 0.003 and 0.28/sqrt(20000) = 0.002; 4 of each.
    rng = np.random.default_rng(1)
    central = [np.linalg.eigvalsh(goe(400, 2.0, rng))[100:300] for _ in range(30)]
    assert np.mean([bl.mean_gap_ratio(E) for E in central]) == pytest.approx(0.5307, abs=0.013)
    assert bl.mean_gap_ratio(rng.uniform(size=20000)) == pytest.approx(
        2 * math.log(2) - 1, abs=0.008
    )
    assert bl.mean_gap_ratio([0, 1, 3, 3.5]) == pytest.approx((0.5 + 0.25) / 2)
    # On the circle: gaps 1, 2 and 2 pi - 3, each next to both others.
    across = 2 * math.pi - 3
    assert bl.mean_gap_ratio([0, 1, 3], periodic=True) == pytest.approx(
        np.mean([1 / 2, 2 / across, 1 / across])
    )
    assert bl.mean_gap_ratio([1, 1, 1, 2]) == pytest.approx(0)


@pytest.mark.parametrize(
    "bath", [bl.LocalChainBath(spins=6), bl.RandomMatrixBath(spins=6, bandwidth=4.2)]
)
@pytest.mark.parametrize("count", [1, 3])
def test_hybridisation_obeys_its_sum_rules(bath, count):
    system = bl.couple(bath, bl.LiomChain(count=count, g1=0.6)).sample(1)
    state = bl.eigenstate_near(system)
    edges = np.linspace(-30, 30, 121)
    k = bl.hybridisation(system, state, edges)
    assert k.density @ np.diff(edges) == pytest.approx(1, abs=1e-12)
    free = bl.couple(bath, bl.LiomChain(count=count, g1=0.0)).sample(1)
    interaction = system.hamiltonian.toarray() - free.hamiltonian.toarray()
    pushed = interaction @ state.vector
    assert k.first_moment == pytest.approx(-state.vector @ pushed, abs=1e-11)
    assert k.second_moment == pytest.approx(pushed @ pushed, abs=1e-11)
    if count == 1:
        assert k.second_moment == pytest.approx(0.36, abs=1e-11)  # (sigma^x tau^x)^2 = 1
    # Half of the weight lies within the half-width, up to the one product state on its edge.
    vectors = np.linalg.eigh(bath.sample(1).hamiltonian)[1]
    weights = ((vectors.T @ state.vector.reshape(64, -1)) ** 2).ravel()
    fine = np.array([-1, 1]) * k.halfwidth * (1 + 1e-9)
    inside = bl.hybridisation(system, state, fine).density[0] * np.diff(fine)[0]
    assert 0.5 <= inside <= 0.5 + weights.max()
    flipped = bl.hybridisation(
        system, bl.spectrum.Eigenstate(state.energy, -state.vector, 0.0, ""), edges
    )
    assert np.array_equal(flipped.density, k.density)


def test_hybridisation_with_an_enlarged_bath_is_that_of_the_last_spin():
    bath = bl.EnlargedBath(bl.RandomMatrixBath(5, bandwidth=4.2), bl.LiomChain(2, g1=0.4))
    system = bl.couple(bath, bl.LiomChain(1, g1=0.1)).sample(1)
    k = bl.hybridisation(system, bl.eigenstate_near(system), np.linspace(-6, 6, 61))
    assert k.second_moment == pytest.approx(0.01, abs=1e-12)


def test_crossover_length():
    zeta = -1 / math.log(0.6)
    assert bl.crossover_length(bath_spins=6, alpha=0.6) == pytest.approx(
        6 * math.log(2) / (2 / zeta - math.log(2))
    )
    assert bl.crossover_length(6, 0.75) == math.inf == bl.crossover_length(6, math.sqrt(0.5))
    assert bl.crossover_length(6, 0.7) > 100


def test_collapse_distance_sees_a_shift_and_only_that():
    rng = np.random.default_rng(3)
    x = np.geomspace(0.01, 10, 25)
    curves = [
        Curve(scale * x, np.tanh(scale * x) + 0.02 * rng.standard_normal(25), np.full(25, 0.02))
        for scale in (1.0, 1.3, 0.8)
    ]
    near = collapse_distance(curves[0], curves[1:])
    assert near.sigmas < 1.6 and near.rms < 0.04
    shifted = collapse_distance(
        Curve(2 * curves[0].x, curves[0].y, curves[0].error), curves[1:]
    )
    assert shifted.sigmas > 4 and shifted.rms > 0.08
    raised = collapse_distance(Curve(x, curves[0].y + 0.1, curves[0].error), curves[1:])
    assert raised.bias == pytest.approx(near.bias + 0.1, abs=1e-12)
    with pytest.raises(ValueError, match="overlap"):
        collapse_distance(Curve(x * 1e6, curves[0].y, curves[0].error), curves[1:])


@pytest.mark.slow
def test_a_strongly_coupled_spin_doubles_the_effective_dimension():
    """Delta D -> log 2 for G >> 1, within three standard errors (rate of false alarm 0.3 %); a
    random-matrix bath on 8 spins."""
    bath, values = bl.RandomMatrixBath(spins=8, bandwidth=8.0), []
    for realisation in range(40):
        for coupling in (0.0, 0.01, 1.0):
            system = bl.couple(bath, bl.LiomChain(count=1, g1=coupling)).sample(1, realisation)
            state = bl.eigenstate_near(system)
            measure = bl.spectral_measure(system, system.operator("probe"), state)
            values.append(bl.log_ipr(measure))
    alone, weak, strong = np.reshape(values, (40, 3)).T
    changes = np.array([strong - alone, weak - alone])
    error = np.std(changes, axis=1, ddof=1) / math.sqrt(40)
    off = np.abs(changes.mean(axis=1) - math.log(2))
    assert np.all(error < 0.03) and off[0] < 3 * error[0] and off[1] > 10 * error[1]


def test_entanglement_of_a_spin():
    """A Bell pair, a product, a random state against qutip's partial trace, and Page's mean."""
    import qutip

    bell = np.array([1.0, 0.0, 0.0, 1.0]) / math.sqrt(2)
    assert bl.entanglement_entropy(bell, (2, 2), 0) == pytest.approx(math.log(2))
    assert bl.entanglement_entropy(np.kron([0.6, 0.8], bell), (2, 2, 2), 0) == pytest.approx(
        0, abs=1e-14
    )
    rng = np.random.default_rng(1)
    vector = rng.standard_normal(24) + 1j * rng.standard_normal(24)
    vector /= np.linalg.norm(vector)
    ket = qutip.Qobj(vector, dims=[[3, 2, 4], [1]])
    for factor in (0, 1, 2, -1):
        expected = ket.ptrace(factor % 3)
        assert np.allclose(
            bl.analysis.reduced_density(vector, (3, 2, 4), factor), expected.full()
        )
        assert bl.entanglement_entropy(vector, (3, 2, 4), factor) == pytest.approx(
            qutip.entropy_vn(expected), abs=1e-12
        )
    entropies = []
    for _ in range(200):
        vector = rng.standard_normal(64)
        vector /= np.linalg.norm(vector)
        entropies.append(bl.entanglement_entropy(vector, (2, 32), 0))
    # Real random states: log 2 - 3/(2 n) + ... for n = 64; the spread is of that size.
    assert np.mean(entropies) == pytest.approx(math.log(2) - 3 / 128, abs=0.008)


def test_a_liom_without_coupling_is_not_entangled():
    system = bl.couple(
        bl.RandomMatrixBath(4, bandwidth=4.2),
        bl.LiomChain.given(fields=[1.0, 0.7], couplings=[0.3, 0.0]),
    ).sample(1, 0)
    state = bl.eigenstate_near(system, 0.1)
    assert bl.entanglement_entropy(state, system.dims, -1) == pytest.approx(0, abs=1e-10)
    assert bl.entanglement_entropy(state, system.dims, -2) > 0.01
    flipped = -state.vector
    assert bl.entanglement_entropy(flipped, system.dims, -2) == pytest.approx(
        bl.entanglement_entropy(state, system.dims, -2), abs=1e-14
    )
    for arguments in ((state.vector[:-1], system.dims, 0), (state, system.dims, 6)):
        with pytest.raises(ValueError, match="expected"):
            bl.entanglement_entropy(*arguments)


@pytest.mark.slow
def test_lower_moments_of_g_tell_whether_all_partners_take_part():
    """A GOE has mean |V| = sqrt(2/pi) and typical |V| = exp(-(log 2 + gamma)/2) of the root
    mean square; an unthermalised LIOM leaves G as it is and makes the typical element
    vanish."""
    bath = bl.RandomMatrixBath(7, bandwidth=4.2)
    idle = bl.EnlargedBath(bath, bl.LiomChain(1, g1=1e-9, disorder=0.0, field=0.01))

    def ratios(of):
        grains = [of.sample(1, realisation) for realisation in range(200)]
        g = np.array(
            [
                [grain.g_parameter(0.2, estimator="smooth", moment=q) for q in (2, 1, 0)]
                for grain in grains
            ]
        )
        return (g[:, 1:] / g[:, :1]).mean(axis=0)

    gaussian = [math.sqrt(2 / math.pi), math.exp(-(math.log(2) + np.euler_gamma) / 2)]
    # About 60 partners: each ratio scatters by 5 to 10 %, its mean over 200 by 0.7 % at most;
    # 5 standard errors, and the bias 1/partners.
    assert ratios(bath) == pytest.approx(gaussian, rel=0.05)
    mean, typical = ratios(idle)
    # Half of the partners have no element: the mean modulus falls by sqrt(2).
    assert mean == pytest.approx(gaussian[0] / math.sqrt(2), rel=0.05)
    assert typical < 1e-3 * gaussian[1]


def test_sum_rules_of_k_are_asserted_for_every_state():
    model = bl.couple(bl.LocalChainBath(5), bl.LiomChain(2, g1=0.4))
    system, other = model.sample(1, 0), model.sample(1, 1)
    edges = np.linspace(-4, 4, 41)
    for state in bl.eigenstates_near(system, 0.0, 5):
        assert bl.hybridisation(system, state, edges).sum_rule_error < 1e-13
    with pytest.raises(ValueError, match="sum rules"):
        bl.hybridisation(other, bl.eigenstate_near(system), edges)
    foreign = bl.LocalChainBath(5).sample(1, 1).eigensystem
    with pytest.raises(ValueError, match="its own bath"):
        bl.hybridisation(system, bl.eigenstate_near(system), edges, foreign)
