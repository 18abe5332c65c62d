"""Is it a bath? Resonances, participation by the ETH, hybridisation with a known bath."""

import math

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.streams import goe


def test_the_stability_criterion_is_that_of_loops():
    grain = bl.LocalChainBath(6).sample(2)
    energies, vectors = np.linalg.eigh(grain.hamiltonian)
    centre, window = 0.4, 1.7
    levels = [a for a, E in enumerate(energies) if abs(E - centre) <= window / 2]
    total = squares = pairs = 0.0
    for a in levels:
        for b in levels:
            if a != b:
                element = abs(vectors[:, a] @ grain.contact @ vectors[:, b])
                total, squares, pairs = total + element, squares + element**2, pairs + 1
    found = bl.analysis.stability_criterion(
        grain.energies, grain.matrix_elements("contact"), centre, window
    )
    assert found.density == len(levels) / window
    assert found.mean_element == pytest.approx(total / len(levels) / (window * found.density))
    assert found.value == pytest.approx(total / len(levels) / window)
    assert found.shape == pytest.approx(total / pairs / math.sqrt(squares / pairs))


def test_the_stability_criterion_of_a_random_matrix_grows_as_the_root_of_its_dimension():
    """rho v-bar = rho sqrt(2/(pi n)), rho = 4 n/(pi B): twice as large for two spins more.

    60 and 15 matrices of 64 and 256 levels; the scatter of one is 8 % and 2.5 %, of the mean 1
    % and 0.6 %; 6 % are five of these. Constant or growing as n it would be 2 times off.
    """
    bandwidth, found = 8.0, {}
    for spins, count in ((6, 60), (8, 15)):
        values = []
        for index in range(count):
            system = bl.diagonalise(goe(2**spins, bandwidth, np.random.default_rng(index)))
            elements = bl.analysis.matrix_elements(system.vectors, twin.site(twin.X, 0, spins))
            values.append(bl.analysis.stability_criterion(system.energies, elements, 0.0, 2.0))
        n = 2**spins
        found[spins] = np.mean([one.value for one in values])
        # (n - 1)/n of the partners are others than a itself, on average.
        density = 4 * n / (math.pi * bandwidth) * (1 - (1 / 4) ** 2 / 6)  # mean over the window
        expected = (density - 1 / 2) * math.sqrt(2 / (math.pi * n))
        assert found[spins] == pytest.approx(expected, rel=0.06)
        assert np.mean([one.shape for one in values]) == pytest.approx(
            math.sqrt(2 / math.pi), rel=0.02
        )
    assert found[8] / found[6] == pytest.approx(2, rel=0.12)


def test_the_stability_criterion_of_free_spins_does_not_grow():
    """Without coupling sigma^x of a site connects each level to one other, 2 h away."""
    for spins in (4, 6, 8):
        fields = 1 + 0.3 * np.linspace(-1, 1, spins) ** 3
        system = bl.diagonalise(twin.chain(fields, 0.0, 0.0))
        elements = bl.analysis.matrix_elements(
            system.vectors, twin.site(twin.X, spins - 1, spins)
        )
        assert bl.analysis.stability_criterion(system.energies, elements, 0.0, 1.0).value == 0
        window = 4 * fields.sum()  # all levels
        whole = bl.analysis.stability_criterion(system.energies, elements, 0.0, window)
        assert whole.value == pytest.approx(1 / window)
        assert whole.shape == pytest.approx(1 / math.sqrt(2**spins - 1))
    lonely = bl.analysis.stability_criterion(np.array([0.0, 5.0]), np.eye(2), 0.0, 1.0)
    assert lonely.value == 0 and math.isnan(lonely.shape)
    with pytest.raises(ValueError, match="holds levels"):
        bl.analysis.stability_criterion(np.array([4.0, 5.0]), np.eye(2), 0.0, 1.0)


def test_the_eth_participation_of_a_semicircle():
    """A GOE has v(omega) = rho(-omega)/n: D = log(n/3) exactly; with rho constant 3 pi/8
    off."""
    n, radius = 512, 4.0
    edges = np.linspace(-5, 5, 2001)
    omega = (edges[1:] + edges[:-1]) / 2
    rho = 2 * n / (math.pi * radius**2) * np.sqrt(np.clip(radius**2 - omega**2, 0, None))
    v = rho[::-1] / n
    assert bl.analysis.eth_log_ipr(omega, v, rho) == pytest.approx(math.log(n / 3), abs=1e-3)
    unitary = bl.analysis.eth_log_ipr(omega, v, rho, fourth=2)
    assert unitary == pytest.approx(math.log(n / 2), abs=1e-3)
    constant = bl.analysis.eth_log_ipr(omega, v, np.full_like(rho, 2 * n / (math.pi * radius)))
    assert constant == pytest.approx(math.log(n / 3) + math.log(3 * math.pi / 8), abs=1e-3)
    noise = 0.1 * np.random.default_rng(1).standard_normal(omega.shape) * v
    noisy = bl.analysis.eth_log_ipr(omega, v + noise, rho, np.abs(0.1 * v))
    # Scatter of the sum of 1600 terms v^2/rho: 2 * 0.1/sqrt(1600) = 0.005; uncorrected 0.01.
    assert noisy == pytest.approx(math.log(n / 3), abs=0.02)
    for arguments, words in (
        ((omega[1:], v[1:], rho[1:]), "symmetric"),
        ((omega, v[1:], rho), "v = ndarray of shape"),
        ((omega, 0 * v, rho), "positive"),
    ):
        with pytest.raises(ValueError, match=words):
            bl.analysis.eth_log_ipr(*arguments)


def test_a_known_bath_need_not_be_diagonalised_again():
    bath, edges = bl.LocalChainBath(4), np.linspace(-3, 3, 31)
    system = bl.couple(bath, bl.LiomChain(1)).sample(1, 2)
    state = bl.eigenstate_near(system)
    first = bl.hybridisation(system, state, edges)
    again = bl.hybridisation(system, state, edges, bath.sample(1, 2).eigensystem)
    assert np.array_equal(first.density, again.density) and first.halfwidth == again.halfwidth
    with pytest.raises(
        ValueError, match="dimension 8 was given; expected that of the system, 16"
    ):
        bl.hybridisation(system, state, edges, bl.LocalChainBath(3).sample(1).eigensystem)
