"""Baths without time reversal: what no phase moves, and the statistics of the unitary class."""

from dataclasses import replace

import numpy as np
import pytest
import twin
from scipy import sparse

import bathlab as bl
from bathlab.analysis.eth import ElementRows, energy_scale, matrix_elements, structure_factor
from bathlab.ensemble.description import describe, sha256
from bathlab.operators.eigensystem import Eigensystem
from bathlab.spectrum.krylov.lanczos import VECTORS

EDGES = np.linspace(-30, 30, 41)
LIOMS = bl.LiomChain(count=3, g1=0.3)
#: Agreement of D between the methods that the package promises.
D_AGREEMENT = 1e-8


def turned(bath, seed, storage, angles):
    """The bath in another gauge: U H U^dagger with U = diag(exp(i angles))."""
    grain = bath.sample(seed)
    phase = np.exp(1j * angles)
    matrices = (
        phase[:, None] * matrix * phase.conj()
        for matrix in (grain.hamiltonian, grain.contact, grain.probe)
    )
    return bl.GivenBath(*map(storage, matrices))


REAL = {
    "matrix": (bl.RandomMatrixBath(spins=5, bandwidth=4.2), np.array),
    "chain": (bl.LocalChainBath(spins=6), sparse.csr_array),
}


@pytest.fixture(params=REAL)
def pair(request):
    """A real bath and the same in a complex gauge, both with the same LIOMs."""
    bath, storage = REAL[request.param]
    angles = np.random.default_rng(5).uniform(-np.pi, np.pi, 2**bath.spins)
    lioms = LIOMS.sample(7, 0)
    rotated = turned(bath, 7, storage, angles).sample(7).attach(lioms)
    return bath.sample(7).attach(lioms), rotated


@pytest.mark.parametrize("method", ["dense", "lanczos", "window"])
@pytest.mark.parametrize("which", ["probe", "contact", 2])
def test_a_gauge_moves_no_weight(pair, method, which):
    found = []
    for system in pair:
        state = bl.eigenstate_near(system, 0.1, "lanczos" if method != "dense" else "dense")
        measure = bl.spectral_measure(system, system.operator(which), state, method)
        found.append((state.energy, bl.log_ipr(measure), measure.weights.sum()))
    assert pair[1].dtype == np.complex128
    assert found[0] == pytest.approx(found[1], abs=D_AGREEMENT)


def test_a_gauge_moves_no_hybridisation(pair):
    real, complex_one = (
        bl.hybridisation(system, bl.eigenstate_near(system, 0.1, "sparse"), EDGES)
        for system in pair
    )
    assert np.allclose(real.density, complex_one.density, atol=1e-9)
    for name in ("halfwidth", "first_moment", "second_moment"):
        values = [getattr(found, name) for found in (real, complex_one)]
        assert values[0] == pytest.approx(values[1], abs=1e-9)


def test_a_gauge_moves_no_eth_quantity(pair):
    real, complex_one = (system.grain for system in pair)
    assert np.allclose(real.energies, complex_one.energies, atol=1e-12)
    for which in ("contact", "probe"):
        values = [np.abs(grain.matrix_elements(which)) for grain in (real, complex_one)]
        assert np.allclose(*values, atol=1e-9)
        values = [
            grain.structure_factor(which, EDGES, window=3.0) for grain in (real, complex_one)
        ]
        assert np.allclose(*values, atol=1e-10)
    cross = [
        grain.structure_factor("contact", EDGES, window=3.0, other="probe")
        for grain in (real, complex_one)
    ]
    assert np.allclose(*cross, atol=1e-10)
    for options in ({}, {"estimator": "smooth"}, {"moment": 0.0}):
        values = [grain.g_parameter(0.2, **options) for grain in (real, complex_one)]
        assert values[0] == pytest.approx(values[1], rel=1e-9)
    scales = [
        energy_scale(grain.system.bath.hamiltonian, grain.system.bath.contact)
        for grain in (real, complex_one)
    ]
    assert scales[0] == pytest.approx(scales[1], rel=1e-12)
    criteria = [
        bl.analysis.stability_criterion(
            grain.energies, grain.matrix_elements("contact"), 0.0, 3.0
        )
        for grain in (real, complex_one)
    ]
    assert criteria[0].value == pytest.approx(criteria[1].value, rel=1e-9)


def test_a_gauge_of_a_factor_moves_no_entropy(pair):
    entropies = []
    for system in pair:
        vector = bl.eigenstate_near(system, 0.1).vector
        dims = (len(vector) // 8, 2, 2, 2)
        entropies.append([bl.entanglement_entropy(vector, dims, factor) for factor in (1, -1)])
    assert np.allclose(*entropies, atol=1e-9)


def test_phases_of_eigenvectors_move_nothing():
    bath = bl.RandomMatrixBath(spins=6, bandwidth=4.2, symmetry="unitary")
    grain = bath.sample(2)
    found = grain.eigensystem
    phases = np.exp(1j * np.random.default_rng(1).uniform(-np.pi, np.pi, found.dimension))
    other = Eigensystem(found.energies, found.vectors * phases, found.hamiltonian)
    probe = grain.operator("probe")
    for k in (10, 31):
        weights = [
            bl.spectral_measure(eigen, probe, eigen.vectors[:, k]).weights
            for eigen in (found, other)
        ]
        assert np.allclose(*weights, atol=1e-13)
    rows = [ElementRows(eigen.vectors, probe) for eigen in (found, other)]
    contact = [
        ElementRows(eigen.vectors, grain.operator("contact")) for eigen in (found, other)
    ]
    for elements, others in ((rows, (None, None)), (rows, contact)):
        v = [
            structure_factor(found.energies, some, EDGES, 0.0, 1.0, second)
            for some, second in zip(elements, others)
        ]
        assert np.allclose(*v, atol=1e-13)
    system = grain.attach(bl.LiomChain(count=2, g1=0.4))
    state = bl.eigenstate_near(system)
    k = [bl.hybridisation(system, state, EDGES, eigen).density for eigen in (found, other)]
    turned_state = replace(state, vector=state.vector * np.exp(0.7j))
    k.append(bl.hybridisation(system, turned_state, EDGES).density)
    assert np.allclose(k[0], k[1], atol=1e-13) and np.allclose(k[0], k[2], atol=1e-13)


def test_structure_factors_and_g_are_those_of_loops():
    grain = bl.RandomMatrixBath(spins=4, bandwidth=4.2, symmetry="unitary").sample(3)
    energies, vectors = np.linalg.eigh(grain.hamiltonian)
    V = vectors.conj().T @ grain.contact @ vectors
    assert np.allclose(np.abs(grain.matrix_elements("contact")), np.abs(V), atol=1e-12)
    inside = np.abs(energies) <= 0.5
    omega = np.subtract.outer(energies[inside], energies).ravel()
    counts, _ = np.histogram(omega, EDGES, weights=(np.abs(V[inside]) ** 2).ravel())
    expected = counts / np.diff(EDGES) / inside.sum()
    assert np.allclose(grain.structure_factor("contact", EDGES), expected, atol=1e-12)
    b, s = min(
        ((b, s) for b in range(16) for s in (1, -1)), key=lambda p: abs(energies[p[0]] + p[1])
    )
    partners = [c for c in range(16) if abs(energies[c] - energies[b] - 2 * s) <= 1]
    mean = np.mean([abs(V[c, b]) ** 2 for c in partners])
    rho = np.sum(np.abs(energies) <= 0.5)
    assert grain.g_parameter(0.2) == pytest.approx(0.2 * rho * np.sqrt(mean), rel=1e-10)
    rows = grain.element_rows("contact")[np.arange(16)]
    assert np.allclose(matrix_elements(vectors, grain.contact), V, atol=1e-12)
    assert np.allclose(np.abs(rows), np.abs(V), atol=1e-12)


@pytest.mark.parametrize("method", ["lanczos", "sparse"])
def test_two_passes_and_factorisations_find_the_nearest_level(method):
    bath = bl.RandomMatrixBath(6, bandwidth=4.2, symmetry="unitary")
    for seed in range(3):
        system = bl.couple(bath, LIOMS).sample(seed)
        energies, vectors = np.linalg.eigh(system.hamiltonian.toarray())
        for target in (0.0, 0.31, energies[7], 0.99 * energies[0]):
            nearest = np.argmin(np.abs(energies - target))
            state = bl.eigenstate_near(system, target, method)
            assert state.energy == pytest.approx(energies[nearest], abs=1e-11)
            overlap = abs(np.vdot(state.vector, vectors[:, nearest]))
            assert overlap == pytest.approx(1, abs=1e-9)
            assert state.residual < 1e-11 and state.nearest != "unchecked"


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_real_bath_is_asked_for_a_complex_operator_in_a_complex_state(count):
    system = bl.couple(bl.RandomMatrixBath(5, bandwidth=4.2), bl.LiomChain(count)).sample(4)
    H = system.hamiltonian.toarray()
    generator = np.random.default_rng(count)
    real, imaginary = generator.standard_normal((2, len(H)))
    psi = (real + 1j * imaginary) / np.linalg.norm(real + 1j * imaginary)
    probe = sparse.csr_array(np.kron(twin.site(twin.X + twin.Y, 2, 5), np.eye(2**count)))
    _, weights = twin.weights(H, probe.toarray(), psi)
    for method in ("dense", "lanczos"):
        measure = bl.spectral_measure(system, probe, psi, method)
        assert bl.log_ipr(measure) == pytest.approx(-np.log(weights @ weights), abs=D_AGREEMENT)


def test_a_real_bath_with_an_imaginary_contact_stays_real_by_itself():
    bath = bl.GivenBath(
        twin.site(twin.Z, 0, 2), twin.site(twin.Y, 1, 2), twin.site(twin.X, 0, 2)
    )
    grain = bath.sample(1)
    assert grain.hamiltonian.dtype == grain.system.dtype == np.float64
    assert bl.eigenstate_near(grain, 1.0).vector.dtype == np.float64
    system = grain.attach(bl.LiomChain(count=1))
    assert system.dtype == system.hamiltonian.dtype == np.complex128


def test_a_given_bath_is_told_by_its_imaginary_part():
    H, V = np.diag([1.0, -1.0]), twin.X
    plain, complex_one, other = (
        bl.GivenBath(H, contact, V) for contact in (V, V + twin.Y, V - twin.Y)
    )
    assert len({plain, complex_one, other, bl.GivenBath(H, V + twin.Y, V)}) == 3


def test_a_unitary_bath_is_another_spec_and_an_orthogonal_one_the_same_as_ever():
    real, unitary = (
        bl.RandomMatrixBath(4, bandwidth=4.2, symmetry=symmetry)
        for symmetry in ("orthogonal", "unitary")
    )
    assert real == bl.RandomMatrixBath(4, bandwidth=4.2) != unitary
    assert "symmetry" not in describe(real) and describe(unitary)["symmetry"] == "unitary"
    known = "ae2091b946f5e81b6c129eb0f021efd4add8f3eeae7310c077fa566762fa7d89"
    assert sha256(describe(real)) == known  # as before there were symmetries
    H = unitary.sample(1).hamiltonian
    assert H.dtype == np.complex128 and real.sample(1).hamiltonian.dtype == np.float64
    assert np.abs(np.corrcoef(H.real.ravel(), real.sample(1).hamiltonian.ravel())[0, 1]) < 0.3


def test_a_complex_bath_needs_twice_the_memory(monkeypatch):
    asked = []
    for module in ("bathlab.model.coupled", "bathlab.spectrum.krylov.lanczos"):
        monkeypatch.setattr(
            f"{module}.require_memory", lambda needed, *words: asked.append(needed)
        )
    needs = []
    for symmetry in ("orthogonal", "unitary"):
        asked.clear()
        bath = bl.RandomMatrixBath(5, bandwidth=4.2, symmetry=symmetry)
        system = bath.sample(1).attach(LIOMS)
        state = bl.eigenstate_near(system, method="lanczos")
        bl.spectral_measure(system, system.operator("probe"), state, "lanczos")
        needs.append(list(asked))
    real, unitary = np.array(needs)
    vectors = np.array([VECTORS + 2, VECTORS])  # two more for the state that is summed
    assert len(real) == 3 and unitary[0] == 2 * real[0]
    assert np.array_equal(unitary[1:] - real[1:], 8 * system.dimension * vectors)


# One ratio scatters by 0.25 and is hardly correlated with the next: the mean of 6400 by 0.0032,
# a fifteenth of the distance between the classes. |z| > 5 has a rate of false alarms of 6e-7.
GUE_RATIO, GOE_RATIO, SCATTER = 0.5996, 0.5307, 0.25


def ratio_off(symmetry, expected):
    """(mean - expected) in standard errors, of 100 matrices of 7 spins, middle half."""
    bath = bl.RandomMatrixBath(7, bandwidth=4.2, symmetry=symmetry)
    ratios = [bl.mean_gap_ratio(bath.sample(11, r).energies[32:-32]) for r in range(100)]
    return (np.mean(ratios) - expected) / (SCATTER / np.sqrt(100 * 62))


def test_level_repulsion_is_that_of_the_unitary_class():
    assert abs(ratio_off("unitary", GUE_RATIO)) < 5
    assert ratio_off("orthogonal", GUE_RATIO) < -5  # the wrong sampler is found out
    assert abs(ratio_off("orthogonal", GOE_RATIO)) < 5


def test_a_featureless_unitary_bath_has_log_half_n():
    """<|eta|^4> = 2 instead of 3. D scatters by 1/sqrt(n) = 0.09: 0.03 is over 4 errors."""
    bath = bl.RandomMatrixBath(7, bandwidth=4.2, symmetry="unitary")
    values = []
    for r in range(200):
        grain = bath.sample(5, r)
        vector = grain.eigensystem.vectors[:, 64]
        values.append(bl.log_ipr(bl.spectral_measure(grain.eigensystem, grain.probe, vector)))
    assert np.mean(values) == pytest.approx(np.log(128 / 2) + 3 / (2 * 128), abs=0.03)
    assert abs(np.mean(values) - np.log(128 / 3)) > 0.3
