"""Ultrametric, Rosenzweig-Porter and integrable baths: against loops, in law, and in limits.

Gap ratios are means over the middle half of the levels; of d levels their standard deviation is
about 0.27/sqrt(d/2), that of correlated levels less. All seeds are fixed.
"""

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.model import IntegrableChainBath, RosenzweigPorterBath, UltrametricBath
from bathlab.streams import stream
from bathlab.theory.random_matrices import GOE, POISSON_RATIO

BATHS = [
    UltrametricBath(6, 8.0, alpha=0.8, core=2),
    UltrametricBath(4, 8.0, core=4),
    UltrametricBath(1, 8.0, core=1),
    RosenzweigPorterBath(6, 8.0, gamma=1.5),
    RosenzweigPorterBath(1, 8.0),
    IntegrableChainBath(6, 8.0, anisotropy=0.7, boundary=1.0),
]


def hamiltonians(bath, count, seed=1):
    drawn = [bath.draw(seed, r).hamiltonian for r in range(count)]
    return np.array(
        [matrix if isinstance(matrix, np.ndarray) else matrix.toarray() for matrix in drawn]
    )


def gap_ratio(matrices):
    n = matrices.shape[-1]
    middle = np.linalg.eigvalsh(matrices)[:, n // 4 : n - n // 4]
    return np.mean([bl.mean_gap_ratio(levels) for levels in middle])


@pytest.mark.parametrize("bath", BATHS, ids=repr)
def test_they_are_pure_and_as_wide_as_they_say(bath):
    """<tr H^2>/n of 100 draws within 5 of its standard errors: a false alarm in 2e6."""
    bl.model.check_bath(bath)
    grain = bath.sample(3, 1)
    assert np.array_equal(grain.contact, twin.site(twin.X, bath.spins - 1, bath.spins))
    assert np.array_equal(grain.probe, twin.site(twin.X, 0, bath.spins))
    assert grain.system.dims == (2,) * bath.spins
    count = 5 if isinstance(bath, IntegrableChainBath) else 100
    squares = np.einsum("rij,rij->r", *[hamiltonians(bath, count)] * 2) / 2**bath.spins
    error = squares.std() / np.sqrt(count)
    assert abs(squares.mean() - 4.0) < 5 * error + 1e-12
    if isinstance(bath, IntegrableChainBath):
        assert error < 1e-12
    elif bath.spins == 6:  # a norm that is 10 % off is seen
        assert abs(1.21 * squares.mean() - 4.0) > 5 * error


def test_an_ultrametric_element_knows_where_two_states_part():
    """Every element from its own draws by loops; and mean squares by level, within 5 errors of
    100 draws: a false alarm in 6e5."""
    bath = UltrametricBath(spins=4, bandwidth=8.0, alpha=0.6, core=2)
    scale = 2 / np.sqrt(1 + 0.36 + 0.36**2)
    wanted = np.zeros((16, 16))
    for k, size in ((0, 4), (1, 8), (2, 16)):
        numbers = stream(5, 2, "ultrametric blocks", k)
        for block in range(16 // size):
            entries = numbers.standard_normal((size, size))
            for i in range(size):
                for j in range(size):
                    value = (entries[i, j] + entries[j, i]) / np.sqrt(2 * (size + 1))
                    wanted[block * size + i, block * size + j] += scale * 0.6**k * value
    assert np.allclose(bath.sample(5, 2).hamiltonian, wanted, atol=1e-13)
    squares = np.mean(hamiltonians(bath, 100) ** 2, axis=0)
    i, j = np.tril_indices(16, -1)
    parted = np.array([max(int(p).bit_length() - bath.core, 0) for p in i ^ j])
    for level in range(3):
        sizes = [(k, 2 ** (2 + k)) for k in range(level, 3)]
        law = scale**2 * sum(0.36**k / (size + 1) for k, size in sizes)
        found = squares[i, j][parted == level]
        assert abs(found.mean() / law - 1) < 5 * np.sqrt(2 / 100 / len(found))


def test_rosenzweig_porter_is_energies_and_weak_elements():
    """Off the diagonal n^-gamma of the square on it; 100 draws of 32 levels, 5 errors."""
    bath = RosenzweigPorterBath(spins=5, bandwidth=8.0, gamma=1.5)
    matrices = hamiltonians(bath, 100)
    square = 4 / (1 + 33 * 32**-1.5)
    diagonal = np.var(np.diagonal(matrices, axis1=1, axis2=2))
    lower = np.mean(matrices[:, *np.tril_indices(32, -1)] ** 2)
    assert diagonal / square / (1 + 2 * 32**-1.5) == pytest.approx(1, abs=5 * np.sqrt(2 / 3200))
    assert lower / square * 32**1.5 == pytest.approx(1, abs=5 * np.sqrt(2 / 100 / 496))


def test_the_integrable_chain_is_its_terms():
    bath = IntegrableChainBath(spins=5, bandwidth=8.0, anisotropy=0.7, boundary=1.3)
    H = bath.sample(3, 1).hamiltonian
    scale = 2 / np.sqrt((2 + 0.49) * 4 + 2 * 1.69)
    wanted = 0.0
    for i in range(4):
        for pauli, strength in ((twin.X, 1.0), (twin.Y, 1.0), (twin.Z, 0.7)):
            wanted = wanted + strength * twin.pair(pauli, i, pauli, i + 1, 5)
    for index, place in enumerate((0, 4)):
        angle = stream(3, 1, "boundary fields", index).uniform(0, 2 * np.pi)
        wanted = wanted + 1.3 * np.sin(angle) * twin.site(twin.X, place, 5)
        wanted = wanted + 1.3 * np.cos(angle) * twin.site(twin.Z, place, 5)
    assert np.allclose(H, scale * wanted, atol=1e-13)
    assert bath.sample(3, 1).sector_count == 1


@pytest.mark.parametrize(
    "bath, law, count",
    [
        (UltrametricBath(7, 8.0, core=7), GOE.gap_ratio, 40),
        (UltrametricBath(7, 8.0, alpha=1.0, core=1), GOE.gap_ratio, 40),
        (UltrametricBath(7, 8.0, alpha=0.1, core=1), POISSON_RATIO, 40),
        (RosenzweigPorterBath(7, 8.0, gamma=0.0), GOE.gap_ratio, 40),
        (RosenzweigPorterBath(7, 8.0, gamma=4.0), POISSON_RATIO, 40),
        (IntegrableChainBath(8, 8.0), POISSON_RATIO, 24),
    ],
    ids=repr,
)
def test_gap_ratios_in_their_limits(bath, law, count):
    """Within 4 standard errors (a false alarm in 16 000 each), far from the other law."""
    matrices = hamiltonians(bath, count)
    error = 0.27 / np.sqrt(count * matrices.shape[-1] / 2)
    found = gap_ratio(matrices)
    assert abs(found - law) < 4 * error
    other = GOE.gap_ratio + POISSON_RATIO - law
    assert abs(found - other) > 4 * error


def test_a_field_in_its_middle_takes_the_integrability_of_a_chain():
    """What the ratio of the last limit is due to: the same chain with one more field."""
    matrices = hamiltonians(IntegrableChainBath(8, 8.0), 24)
    found = gap_ratio(matrices + 0.5 * twin.site(twin.Z, 3, 8) + 0.3 * twin.site(twin.X, 3, 8))
    assert found > GOE.gap_ratio - 0.03 > POISSON_RATIO + 0.1


def test_what_is_out_of_range_is_refused():
    for make, words in (
        (lambda: UltrametricBath(4, 1.0, alpha=1.5), "alpha"),
        (lambda: UltrametricBath(4, 1.0, core=5), "core"),
        (lambda: UltrametricBath(4, 0.0), "bandwidth"),
        (lambda: RosenzweigPorterBath(4, 1.0, gamma=-1.0), "gamma"),
        (lambda: IntegrableChainBath(1, 1.0), "spins"),
        (lambda: IntegrableChainBath(4, 1.0, boundary=0.0), "boundary"),
    ):
        with pytest.raises(ValueError, match=words):
            make()
    for bath in (UltrametricBath(30, 1.0), RosenzweigPorterBath(30, 1.0)):
        with pytest.raises(bl.errors.DoesNotFit, match="30 spins"):
            bath.sample(1)
