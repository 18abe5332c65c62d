"""Entanglement of any sites against qutip's partial trace and against loops over the basis."""

import itertools
import math

import numpy as np
import pytest

import bathlab as bl
from bathlab.analysis import reduced_density

DIMS = (3, 2, 4, 2)


def random_state(dims, seed, complex_entries=True):
    rng = np.random.default_rng(seed)
    vector = rng.standard_normal(math.prod(dims))
    if complex_entries:
        vector = vector + 1j * rng.standard_normal(len(vector))
    return vector / np.linalg.norm(vector)


def density_by_loops(vector, dims, sites):
    """rho_ab = sum over the states of the rest, entry by entry."""
    kept = list(itertools.product(*(range(dims[site]) for site in sites)))
    others = [site for site in range(len(dims)) if site not in sites]
    rest = list(itertools.product(*(range(dims[site]) for site in others)))

    def amplitude(inside, outside):
        index = dict(zip(sites, inside)) | dict(zip(others, outside))
        place = 0
        for site, size in enumerate(dims):
            place = place * size + index[site]
        return vector[place]

    rho = np.zeros((len(kept), len(kept)), dtype=complex)
    for (a, left), (b, right) in itertools.product(enumerate(kept), repeat=2):
        rho[a, b] = sum(
            amplitude(left, outside) * np.conj(amplitude(right, outside)) for outside in rest
        )
    return rho


@pytest.mark.parametrize("sites", [(0, 2), (3, 1), (1,), (2, 0, 3), (0, 1, 2, 3), ()])
def test_the_density_of_any_sites_is_that_of_loops(sites):
    vector = random_state(DIMS, 1)
    expected = density_by_loops(vector, DIMS, sites)
    assert np.allclose(reduced_density(vector, DIMS, sites), expected, atol=1e-14)


def test_the_density_of_sites_apart_is_qutips():
    import qutip

    vector = random_state(DIMS, 2)
    expected = qutip.Qobj(vector, dims=[list(DIMS), [1]]).ptrace([1, 3]).full()
    for sites in ((1, 3), [1, -1], np.array([-3, 3]), range(1, 4, 2)):
        assert np.allclose(reduced_density(vector, DIMS, sites), expected, atol=1e-14)


@pytest.mark.parametrize("order", [0.25, 0.5, 0.97, 1, 1.02, 2, 3.5, 40, math.inf])
@pytest.mark.parametrize("sites", [(0, 2), (1, 3), 2, (0, 1, 3)])
def test_an_entropy_of_any_order_is_that_of_the_eigenvalues(order, sites):
    vector = random_state(DIMS, 3)
    kept = [sites] if isinstance(sites, int) else sites
    weights = np.linalg.eigvalsh(density_by_loops(vector, DIMS, kept))
    weights = weights[weights > 1e-12]
    if order == 1:
        expected = -np.sum(weights * np.log(weights))
    elif math.isinf(order):
        expected = -np.log(weights.max())
    else:
        expected = np.log(np.sum(weights**order)) / (1 - order)
    found = bl.entanglement_entropy(vector, DIMS, sites, order)
    assert found == pytest.approx(expected, abs=1e-11)


def test_the_rest_is_as_entangled():
    vector = random_state((2,) * 9, 4, complex_entries=False)
    part, rest = (0, 3, 4, 8), (1, 2, 5, 6, 7)
    for order in (0, 0.5, 1, 2, math.inf):
        there, here = (
            bl.entanglement_entropy(vector, (2,) * 9, s, order) for s in (part, rest)
        )
        assert there == pytest.approx(here, abs=1e-12)


def test_the_order_0_counts_schmidt_weights_however_small():
    """Two weights, one of them 1e-20: below the rounding of a density matrix."""
    angle = 1e-10
    vector = np.array([math.cos(angle), 0.0, 0.0, math.sin(angle)])
    assert bl.entanglement_entropy(vector, (2, 2), 0, 0) == pytest.approx(math.log(2))
    assert bl.entanglement_entropy(vector, (2, 2), 0, 0.5) == pytest.approx(2e-10, rel=1e-6)
    product = np.kron([0.6, 0.8], random_state((2, 2, 2), 5))
    assert bl.entanglement_entropy(product, (2,) * 4, 0, 0) == pytest.approx(0, abs=1e-14)


def test_orders_near_1_are_sharp():
    """S_q = S_1 - (q - 1) Var(log w)/2: the difference quotient of a twin would be noise."""
    vector = random_state(DIMS, 6)
    weights = np.linalg.eigvalsh(density_by_loops(vector, DIMS, (0, 1)))
    weights = weights[weights > 1e-12]
    logs = -np.log(weights)
    mean = weights @ logs
    variance = weights @ (logs - mean) ** 2
    found = bl.entanglement_entropy(vector, DIMS, (0, 1), 1 + 1e-7)
    assert found - mean == pytest.approx(-variance / 2 * 1e-7, abs=1e-12)


def test_nothing_and_everything_are_not_entangled():
    vector = random_state(DIMS, 7)
    for sites in ((), range(4)):
        assert bl.entanglement_entropy(vector, DIMS, sites) == pytest.approx(0, abs=1e-13)


@pytest.mark.parametrize(
    "sites",
    [4, -5, (0, 0), (1, -3), True, (0, True), 1.0, "01", None, [[0, 1]], (0, None), {0: 1}],
)
def test_sites_that_are_none_or_twice_are_refused(sites):
    with pytest.raises(ValueError, match="sites = .*expected"):
        bl.entanglement_entropy(random_state(DIMS, 8), DIMS, sites)


@pytest.mark.parametrize("order", [-0.5, math.nan, True, "2", None, -math.inf])
def test_an_order_that_is_none_is_refused(order):
    with pytest.raises(ValueError, match="order = .*expected"):
        bl.entanglement_entropy(random_state(DIMS, 8), DIMS, 0, order)


def test_a_density_that_does_not_fit_is_refused():
    vector = np.zeros(2**22)
    vector[0] = 1.0
    with pytest.raises(bl.errors.DoesNotFit, match="fewer sites"):
        reduced_density(vector, (2,) * 22, range(20))
    assert bl.entanglement_entropy(vector, (2,) * 22, range(20)) == 0.0
