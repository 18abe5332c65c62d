"""The brickwork circuit against numpy.kron, and what is exact about it."""

from functools import cache

import numpy as np
import pytest
import qutip
import twin
from refusals import explained
from scipy import stats

import bathlab as bl
from bathlab.ensemble.description import describe
from bathlab.operators import System, as_system

EXACT = 1e-13
CIRCUITS = [
    bl.BrickworkCircuit(sites, coupling).sample(seed=3, realisation=1)
    for sites, coupling in ((4, 0.04), (6, 0.25), (8, 0.02), (10, 0.3))
]


def haar_fields(sites, seed=0):
    """Unitary matrices with determinants other than 1."""
    return stats.unitary_group(2, seed=seed).rvs(2 * sites).reshape(2, sites, 2, 2)


@pytest.fixture(params=CIRCUITS, ids=lambda circuit: f"{circuit.sites} sites")
def circuit(request):
    return request.param


@cache
def twin_of(circuit):
    """The dense twin of one of the circuits; ten sites take seconds."""
    return twin.brickwork(circuit.u, circuit.v, circuit.coupling)


@pytest.fixture
def expected(circuit):
    return twin_of(circuit)


def test_it_is_a_unitary_system(circuit):
    assert isinstance(circuit, System) and circuit.kind == "unitary" and circuit.has_matrix
    assert as_system(circuit, kind="unitary") is circuit
    assert circuit.dims == (2,) * circuit.sites and circuit.dtype == np.complex128
    with pytest.raises(ValueError, match="kind 'unitary' was given; expected a hermitian"):
        as_system(circuit)


def test_products_are_the_twins(circuit, expected):
    real, imaginary = np.random.default_rng(0).standard_normal((2, circuit.dimension, 19))
    block = real + 1j * imaginary
    for x in (
        block,
        block[:, 0],
        block[:, :1],
        block[:, 3:6],
        real,
        real[:, 0],
        block.T.copy().T,
    ):
        assert np.allclose(circuit @ x, expected @ x, rtol=0, atol=EXACT)
        assert np.allclose(circuit.adjoint() @ x, expected.conj().T @ x, rtol=0, atol=EXACT)
        assert np.allclose(circuit.H @ (circuit @ x), x, rtol=0, atol=EXACT)
    assert np.allclose(circuit.unitary(), expected, rtol=0, atol=EXACT)
    assert np.array_equal(circuit.matrix(), circuit.unitary())


def test_a_series_is_a_sum_of_powers(circuit, expected):
    coefficients = [0.5, 0.0, 1.0 - 2.0j, 0.25j]
    x = np.random.default_rng(1).standard_normal((circuit.dimension, 17))
    wanted = sum(
        c * np.linalg.matrix_power(expected, m) @ x for m, c in enumerate(coefficients)
    )
    assert np.allclose(circuit.series(coefficients, x), wanted, rtol=0, atol=10 * EXACT)
    assert np.allclose(System.series(circuit, coefficients, x), wanted, rtol=0, atol=10 * EXACT)


@pytest.mark.parametrize("circuit", CIRCUITS[:3], ids=lambda circuit: f"{circuit.sites} sites")
def test_the_swapped_order_of_the_layers_is_another_circuit(circuit):
    swapped = twin.brickwork(circuit.u, circuit.v, circuit.coupling, swapped=True)
    assert np.abs(swapped - twin_of(circuit)).max() > 0.01


@pytest.mark.parametrize("sites", [4, 6])
def test_local_operators_commute_with_the_uncoupled_circuit_in_the_right_order_alone(sites):
    circuit = bl.BrickworkCircuit(sites, 0.0).sample(5)
    W = circuit.unitary()
    swapped = twin.brickwork(circuit.u, circuit.v, 0.0, swapped=True)
    for site in range(1, sites + 1):
        sigma = circuit.local_operator(site).toarray()
        assert np.abs(W @ sigma - sigma @ W).max() < EXACT
        assert np.abs(swapped @ sigma - sigma @ swapped).max() > 0.01


def test_local_operators_are_spins_on_their_sites(circuit):
    for site in range(1, circuit.sites + 1):
        sigma = circuit.local_operator(site)
        assert np.array_equal(
            sigma.toarray(), twin.site(circuit.pauli(site), site - 1, circuit.sites)
        )
        assert np.allclose(np.linalg.eigvalsh(circuit.pauli(site)), [-1, 1], atol=EXACT)
        assert np.array_equal(circuit.operator(site).toarray(), sigma.toarray())
        assert as_system(sigma, "operator").kind == "hermitian"
        plain = circuit.operator(site, "z").toarray()
        assert np.array_equal(plain, twin.site(twin.Z, site - 1, circuit.sites))


@pytest.mark.parametrize("fields", ["drawn", "given"])
def test_fields_and_axes_make_the_products_on_the_sites(fields):
    given = bl.BrickworkCircuit.from_fields(*haar_fields(6), coupling=0.1)
    circuit = CIRCUITS[1] if fields == "drawn" else given
    assert np.all((circuit.fields > 0) & (circuit.fields < 2 * np.pi))
    for site in range(1, 7):
        u, v = circuit.u[site - 1], circuit.v[site - 1]
        product = v @ u if site % 2 == 0 else u @ v
        half = circuit.fields[site - 1] / 2
        rotation = np.cos(half) * np.eye(2) + 1j * np.sin(half) * circuit.pauli(site)
        phase = product[0, 0] / rotation[0, 0]
        assert abs(phase) == pytest.approx(1)
        assert fields == "given" or phase == pytest.approx(1)
        assert np.allclose(product, phase * rotation, atol=EXACT)


def test_drawn_fields_are_haar_random():
    """h has density sin^2(h/2)/pi and a uniform axis; the chance of a false alarm is 1e-3 for
    each of the five tests."""
    samples = [bl.BrickworkCircuit(20, 0.1).sample(7, r) for r in range(50)]
    fields = np.concatenate([sample.fields for sample in samples])
    axes = np.concatenate([sample.axes for sample in samples])
    assert stats.kstest(fields, lambda h: (h - np.sin(h)) / (2 * np.pi)).pvalue > 1e-3
    for k in range(3):
        assert stats.kstest(axes[:, k], stats.uniform(-1, 2).cdf).pvalue > 1e-3
    u = np.concatenate([sample.u for sample in samples])
    angles = 2 * np.arccos(np.clip(u.trace(axis1=1, axis2=2).real / 2, -1, 1))
    assert stats.kstest(angles, lambda h: (h - np.sin(h)) / (2 * np.pi)).pvalue > 1e-3
    assert stats.kstest(angles, stats.uniform(0, 2 * np.pi).cdf).pvalue < 1e-6  # a wrong law


def test_sampling_is_a_pure_function_and_each_site_has_its_stream():
    model = bl.BrickworkCircuit(6, 0.04)
    one, again, other = (model.sample(2, r) for r in (1, 1, 2))
    longer = bl.BrickworkCircuit(8, 0.2).sample(2, 1)
    assert np.array_equal(one.u, again.u) and np.array_equal(one.v, again.v)
    assert not np.isclose(one.u, other.u).any()
    assert np.array_equal(longer.u[:6], one.u) and np.array_equal(longer.v[:6], one.v)
    assert len({model, bl.BrickworkCircuit(6, 0.04), bl.BrickworkCircuit(6, 0.05)}) == 2
    assert one.sample(9, 9) is one
    assert one.digest == again.digest and len({one.digest, other.digest, longer.digest}) == 3
    assert describe(one) == describe(again)


@pytest.mark.parametrize("site", [1, 2, 6])
def test_a_shift_of_a_field_is_its_rotation_first_of_all(site):
    circuit = CIRCUITS[1]
    sigma = circuit.local_operator(site).toarray()
    W = circuit.unitary()
    for shift in (0.3, -1.1, 5.0):
        moved = circuit.shifted(site, shift)
        turned = np.cos(shift / 2) * W + 1j * np.sin(shift / 2) * W @ sigma
        assert np.allclose(moved.unitary(), turned, atol=EXACT)
        assert moved.fields[site - 1] == pytest.approx(circuit.fields[site - 1] + shift)
        assert np.array_equal(moved.axes, circuit.axes)
    # A given circuit of the same fields finds the field again, up to the sign of the axis.
    moved = circuit.shifted(site, 0.01)
    fresh = bl.BrickworkCircuit.from_fields(moved.u, moved.v, moved.coupling)
    assert np.allclose(fresh.fields, moved.fields) and np.allclose(fresh.axes, moved.axes)


@pytest.mark.parametrize("site", [1, 4])
def test_the_derivative_is_a_difference_quotient(site):
    circuit, step = CIRCUITS[1], 1e-5
    quotient = circuit.shifted(site, step).unitary() - circuit.shifted(site, -step).unitary()
    derivative = circuit.derivative(site) @ np.eye(circuit.dimension)
    assert np.allclose(derivative, quotient / (2 * step), atol=1e-9)


def test_as_a_qobj_it_keeps_its_dims():
    circuit = CIRCUITS[0]
    found = circuit.to_qobj()
    assert isinstance(found, qutip.Qobj) and found.dims == [[2] * 4] * 2
    assert np.array_equal(found.full(), circuit.unitary())


U, V = haar_fields(4)
BAD = {
    "odd": lambda: bl.BrickworkCircuit(7, 0.1),
    "two sites": lambda: bl.BrickworkCircuit(2, 0.1),
    "half a site": lambda: bl.BrickworkCircuit(4.5, 0.1),
    "true sites": lambda: bl.BrickworkCircuit(True, 0.1),
    "J above 1/2": lambda: bl.BrickworkCircuit(6, 0.51),
    "J below 0": lambda: bl.BrickworkCircuit(6, -0.1),
    "J nan": lambda: bl.BrickworkCircuit(6, float("nan")),
    "J text": lambda: bl.BrickworkCircuit(6, "0.1"),
    "J complex": lambda: bl.BrickworkCircuit.from_fields(U, V, 0.1j),
    "J given": lambda: bl.BrickworkCircuit.from_fields(U, V, 0.7),
    "not unitary": lambda: bl.BrickworkCircuit.from_fields(U, 1.01 * V, 0.1),
    "fields nan": lambda: bl.BrickworkCircuit.from_fields(U, V * np.nan, 0.1),
    "three by three": lambda: bl.BrickworkCircuit.from_fields(np.ones((4, 3, 3)), V, 0.1),
    "one matrix": lambda: bl.BrickworkCircuit.from_fields(np.eye(2), np.eye(2), 0.1),
    "text": lambda: bl.BrickworkCircuit.from_fields("fields", V, 0.1),
    "unequal": lambda: bl.BrickworkCircuit.from_fields(U[:2], V, 0.1),
    "five sites given": lambda: bl.BrickworkCircuit.from_fields(*haar_fields(5), 0.1),
    "no sites given": lambda: bl.BrickworkCircuit.from_fields(U[:0], V[:0], 0.1),
    "site 0": lambda: CIRCUITS[0].local_operator(0),
    "site 5 of 4": lambda: CIRCUITS[0].local_operator(5),
    "site -1": lambda: CIRCUITS[0].pauli(-1),
    "site 1.0": lambda: CIRCUITS[0].derivative(1.0),
    "a name": lambda: CIRCUITS[0].operator("probe"),
    "an axis": lambda: CIRCUITS[0].operator(1, axis="w"),
    "shift nan": lambda: CIRCUITS[0].shifted(1, float("nan")),
    "shift of site 9": lambda: CIRCUITS[0].shifted(9, 0.1),
    "negative seed": lambda: bl.BrickworkCircuit(4, 0.1).sample(-1),
    "W of 30 sites": lambda: bl.BrickworkCircuit(30, 0.1).sample(1).unitary(),
}
test_bad_input_is_explained = explained(BAD)


def test_a_matrix_that_does_not_fit_names_the_way_without():
    with pytest.raises(bl.errors.DoesNotFit, match="eigenstates_near"):
        bl.BrickworkCircuit(30, 0.1).sample(1).unitary()
