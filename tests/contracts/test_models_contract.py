"""What every model must do, one test for all of them: it samples a System that is its twin."""

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import qutip
import twin
from scipy import sparse

import bathlab as bl
from bathlab.operators import System, as_system
from bathlab.streams import Purpose, goe, gue, stream

SEED, REALISATION = 3, 2
#: Sums of a few dozen terms of order one, in units of the largest entry.
ROUNDING = 1e-13


@dataclass
class Twin:
    """Matrices by numpy.kron, and the operators by their names."""

    H: np.ndarray
    contact: np.ndarray
    probe: np.ndarray
    dims: tuple
    lioms: list = field(default_factory=list)
    named: dict = field(default_factory=dict)

    def operators(self):
        own = {"contact": self.contact, "probe": self.probe, **dict(enumerate(self.lioms, 1))}
        return self.named or own


def uniform(purpose, index):
    return stream(SEED, REALISATION, purpose, index).uniform(-1, 1)


def liom_fields(first, count):
    return [1.0 + 0.5 * uniform(Purpose.LIOM_FIELD, first + i) for i in range(count)]


def random_matrix(spins, width):
    H = goe(2**spins, width, stream(SEED, REALISATION, Purpose.RANDOM_MATRIX))
    x = twin.site(twin.X, spins - 1, spins), twin.site(twin.X, 0, spins)
    return Twin(H, *x, (2,) * spins)


def chain(spins, probe):
    fields = [1.0 + 0.3 * uniform(Purpose.BATH_FIELD, i) for i in range(spins)]
    x = twin.site(twin.X, spins - 1, spins), twin.site(twin.X, probe, spins)
    return Twin(twin.chain(fields, 0.5, 1.0), *x, (2,) * spins)


def given():
    generator = np.random.default_rng(7)
    H, contact, probe = (a + a.T for a in generator.standard_normal((3, 6, 6)))
    return Twin(H, contact, probe, (6,))


def given_complex():
    generator = np.random.default_rng(8)
    real, imaginary = generator.standard_normal((2, 3, 6, 6))
    H, contact, probe = (a + a.conj().T for a in real + 1j * imaginary)
    return Twin(H, contact, probe, (6,))


def unitary_matrix(spins, width):
    H = gue(2**spins, width, stream(SEED, REALISATION, Purpose.RANDOM_MATRIX, 1))
    return replace(random_matrix(spins, width), H=H)


def twisted(spins):
    """A chain with Dzyaloshinskii-Moriya interaction and fields along all axes."""
    fields = np.random.default_rng(9).standard_normal((3, spins))
    H = sum(
        fields[axis, i] * twin.site(pauli, i, spins)
        for axis, pauli in enumerate((twin.X, twin.Y, twin.Z))
        for i in range(spins)
    )
    for i in range(spins - 1):
        for left, right, strength in ((twin.X, twin.Y, 0.7), (twin.Y, twin.X, -0.7)):
            H = H + strength * twin.site(left, i, spins) @ twin.site(right, i + 1, spins)
        H = H + twin.site(twin.Z, i, spins) @ twin.site(twin.Z, i + 1, spins)
    x, y = twin.site(twin.X, 0, spins), twin.site(twin.Y, spins - 1, spins)
    return Twin(H, y, x, (2,) * spins)


def without_time_reversal(seed, realisation):
    """What a user's own function draws."""
    real, imaginary = stream(seed, realisation, "elements").standard_normal((2, 3, 6, 6))
    return tuple(a + a.conj().T for a in real + 1j * imaginary)


def drawn_complex():
    return Twin(*without_time_reversal(SEED, REALISATION), (6,))


def in_a_complex_field():
    """Only the contact is complex, so that H is with LIOMs alone."""
    return replace(chain(4, 2), contact=twin.site(twin.Y, 3, 4))


def coupled(core, fields, couplings):
    count, n = len(fields), len(core.H)
    one = np.eye(2**count)
    flips = [np.kron(np.eye(n), twin.site(twin.X, i, count)) for i in range(count)]
    return Twin(
        twin.coupled(core.H, core.contact, fields, couplings),
        np.kron(core.contact, one),
        np.kron(core.probe, one),
        core.dims + (2,) * count,
        [np.kron(flip, one) for flip in core.lioms] + flips,
    )


def line(core, fields, couplings):
    count = len(fields)
    found = coupled(core, fields, couplings)
    found.H = twin.line(core.H, core.contact, fields, couplings)
    found.named = {
        **{"contact": found.contact, "probe": found.probe, 0: found.contact},
        **dict(enumerate(found.lioms[len(found.lioms) - count :], 1)),
    }
    return found


@dataclass(frozen=True)
class OwnBath(bl.model.CoreBath):
    """A user's own: two levels of random distance."""

    scale: float

    def draw(self, seed, realisation):
        width = self.scale * stream(seed, realisation, Purpose.BATH_FIELD).uniform(1, 2)
        return bl.model.BathMatrices(width * twin.Z, twin.X, twin.Z, (2,))


def own():
    width = 0.7 * stream(SEED, REALISATION, Purpose.BATH_FIELD).uniform(1, 2)
    return Twin(width * twin.Z, twin.X, twin.Z, (2,))


CHAIN, GOE = bl.LocalChainBath(spins=4), bl.RandomMatrixBath(spins=3, bandwidth=4.2)
LIOMS = bl.LiomChain(count=3, alpha=0.6, g1=0.3)
STRENGTHS = [0.3, 0.18, 0.108]
GUE = bl.RandomMatrixBath(spins=3, bandwidth=4.2, symmetry="unitary")
GIVEN = given()
MATRICES = (GIVEN.H, GIVEN.contact, GIVEN.probe)


def own_matrices(found):
    return found.H, found.contact, found.probe


def as_spins(matrix):
    spins = len(matrix).bit_length() - 1
    return qutip.Qobj(matrix, dims=[[2] * spins] * 2)


TWISTED = bl.GivenBath(*map(as_spins, own_matrices(twisted(4))))
FIELD = bl.GivenBath(*map(as_spins, own_matrices(in_a_complex_field())))
ENLARGED = bl.EnlargedBath(CHAIN, bl.LiomChain(count=2, g1=0.3))
NESTED = bl.EnlargedBath(ENLARGED, bl.LiomChain(count=1, g1=0.1))


def enlarged():
    return coupled(chain(4, 2), liom_fields(1, 2), [0.3, 0.225])


def nested():
    return coupled(enlarged(), liom_fields(3, 1), [0.1])


def as_qobj(matrix):
    return qutip.Qobj(matrix, dims=[[3, 2]] * 2)


def refactored(dims):
    return Twin(*MATRICES, dims)


MODELS = {
    "random matrix": (GOE, lambda: random_matrix(3, 4.2)),
    "random matrix, spacing": (
        bl.RandomMatrixBath(spins=4, level_spacing=0.1),
        lambda: random_matrix(4, 1.6),
    ),
    "one random spin": (
        bl.RandomMatrixBath(spins=1, bandwidth=2.25),
        lambda: random_matrix(1, 2.25),
    ),
    "chain": (bl.LocalChainBath(spins=5), lambda: chain(5, 3)),
    "short chain": (CHAIN, lambda: chain(4, 2)),
    "chain of one": (bl.LocalChainBath(spins=1), lambda: chain(1, 0)),
    "own": (OwnBath(0.7), own),
    "enlarged": (ENLARGED, enlarged),
    "nested": (NESTED, nested),
    "given, ndarray": (bl.GivenBath(*MATRICES), given),
    "given, sparse": (bl.GivenBath(*map(sparse.coo_array, MATRICES)), given),
    "given, Qobj": (bl.GivenBath(*map(as_qobj, MATRICES)), lambda: refactored((3, 2))),
    "given, CSR Qobj": (
        bl.GivenBath(*[as_qobj(matrix).to("CSR") for matrix in MATRICES]),
        lambda: refactored((3, 2)),
    ),
    "given, a system": (
        bl.GivenBath(
            CHAIN.sample(SEED, REALISATION).system,
            *(CHAIN.sample(SEED, REALISATION).operator(name) for name in ("contact", "probe")),
        ),
        lambda: chain(4, 2),
    ),
    "unitary random matrix": (GUE, lambda: unitary_matrix(3, 4.2)),
    "given, complex": (bl.GivenBath(*own_matrices(given_complex())), given_complex),
    "given, complex sparse": (
        bl.GivenBath(*map(sparse.coo_array, own_matrices(given_complex()))),
        given_complex,
    ),
    "given, twisted": (TWISTED, lambda: twisted(4)),
    "coupled, unitary": (
        bl.couple(GUE, LIOMS),
        lambda: coupled(unitary_matrix(3, 4.2), liom_fields(1, 3), STRENGTHS),
    ),
    "coupled, twisted": (
        bl.couple(TWISTED, LIOMS),
        lambda: coupled(twisted(4), liom_fields(1, 3), STRENGTHS),
    ),
    "coupled, complex contact": (
        bl.couple(FIELD, LIOMS),
        lambda: coupled(in_a_complex_field(), liom_fields(1, 3), STRENGTHS),
    ),
    "disordered, complex": (
        bl.model.DisorderedBath(without_time_reversal),
        drawn_complex,
    ),
    "coupled, disordered, complex": (
        bl.couple(bl.model.DisorderedBath(without_time_reversal), LIOMS),
        lambda: coupled(drawn_complex(), liom_fields(1, 3), STRENGTHS),
    ),
    "enlarged, twisted": (
        bl.EnlargedBath(TWISTED, bl.LiomChain(count=2, g1=0.3)),
        lambda: coupled(twisted(4), liom_fields(1, 2), [0.3, 0.225]),
    ),
    "line, unitary": (
        bl.LocalisedChain(GUE, LIOMS),
        lambda: line(unitary_matrix(3, 4.2), liom_fields(1, 3), STRENGTHS),
    ),
    "line, complex contact": (
        bl.LocalisedChain(FIELD, LIOMS),
        lambda: line(in_a_complex_field(), liom_fields(1, 3), STRENGTHS),
    ),
    "coupled, none": (bl.couple(CHAIN, bl.LiomChain(count=0)), lambda: chain(4, 2)),
    "coupled chain": (
        bl.couple(CHAIN, LIOMS),
        lambda: coupled(chain(4, 2), liom_fields(1, 3), STRENGTHS),
    ),
    "coupled matrix": (
        bl.couple(GOE, LIOMS),
        lambda: coupled(random_matrix(3, 4.2), liom_fields(1, 3), STRENGTHS),
    ),
    "coupled, given": (
        bl.couple(bl.GivenBath(*MATRICES), bl.LiomChain.given([0.9, -1.1], [0.2, 0.4])),
        lambda: coupled(given(), [0.9, -1.1], [0.2, 0.4]),
    ),
    "coupled, nested": (
        bl.couple(NESTED, bl.LiomChain(count=1, g1=0.05)),
        lambda: coupled(nested(), liom_fields(4, 1), [0.05]),
    ),
    "line": (
        bl.LocalisedChain(GOE, LIOMS),
        lambda: line(random_matrix(3, 4.2), liom_fields(1, 3), STRENGTHS),
    ),
    "line of none": (
        bl.LocalisedChain(CHAIN, bl.LiomChain(count=0)),
        lambda: line(chain(4, 2), [], []),
    ),
    "line at an enlarged bath": (
        bl.LocalisedChain(ENLARGED, bl.LiomChain(count=2, g1=0.4, alpha=1.0)),
        lambda: line(enlarged(), liom_fields(3, 2), [0.4, 0.4]),
    ),
}


@pytest.fixture(params=MODELS)
def name(request):
    return request.param


@pytest.fixture
def system(name):
    return MODELS[name][0].sample(seed=SEED, realisation=REALISATION)


@pytest.fixture
def expected(name):
    return MODELS[name][1]()


def dense(matrix):
    return matrix.toarray() if sparse.issparse(matrix) else np.asarray(matrix)


def test_it_samples_a_system_of_its_dims(system, expected):
    assert isinstance(system, System) and as_system(system).dims == system.dims
    assert system.dims == expected.dims
    assert system.dimension == math.prod(system.dims) == len(expected.H)
    assert system.shape == expected.H.shape and system.dtype == expected.H.dtype
    assert system.kind == "hermitian" and system.has_matrix


def test_product_and_matrix_are_the_twin(system, expected):
    scale = np.abs(expected.H).max()
    assert np.allclose(dense(system.matrix()), expected.H, rtol=0, atol=ROUNDING * scale)
    assert np.allclose(dense(system.hamiltonian), expected.H, rtol=0, atol=ROUNDING * scale)
    real, imaginary = np.random.default_rng(0).standard_normal((2, system.dimension, 3))
    for x in (real, real[:, 0], real + 1j * imaginary, real[:, 1] - 1j * imaginary[:, 0]):
        for image in (system @ x, system.adjoint() @ x):
            assert np.allclose(image, expected.H @ x, rtol=0, atol=1e-12 * scale)


def test_operators_are_the_twins(system, expected):
    for which, matrix in expected.operators().items():
        found = dense(system.operator(which))
        assert np.array_equal(found, matrix) and np.array_equal(found, found.conj().T)
    for unknown in ("prob", -1, len(system.dims) + 1, None):
        with pytest.raises(ValueError, match="expected"):
            system.operator(unknown)


def test_sampling_is_a_pure_function_of_seed_and_realisation(name, system):
    model = MODELS[name][0]
    again, other = (model.sample(SEED, r).matrix() for r in (REALISATION, REALISATION + 1))
    assert np.array_equal(dense(again), dense(system.matrix()))
    fixed = name.startswith("given") or name == "coupled, given"
    assert np.array_equal(dense(other), dense(again)) == fixed
    for bad in ({"seed": -1}, {"seed": 0.5}, {"seed": 1, "realisation": -1}):
        with pytest.raises(ValueError, match="expected"):
            model.sample(**bad)


def test_its_table_form_is_the_twin(system, expected):
    lowest = np.linalg.eigvalsh(expected.H)[0]
    assert system.table_form is not None
    found = bl.eigenstate_near(system, lowest, method="lanczos")
    assert found.energy == pytest.approx(lowest, abs=1e-10)


def test_solvers_take_it(system, expected):
    levels, vectors = np.linalg.eigh(expected.H)
    scale = np.abs(levels).max()
    target = float(levels[len(levels) // 2])
    for method in ("auto", "dense", "sparse"):
        state = bl.eigenstate_near(system, target, method=method)
        assert state.energy == pytest.approx(target, abs=1e-11 * scale)
    probe = system.operator("probe")
    weights = np.abs(vectors.conj().T @ expected.probe @ state.vector) ** 2
    for method in ("dense", "lanczos"):
        measure = bl.spectral_measure(system, probe, state, method=method)
        assert bl.log_ipr(measure) == pytest.approx(-np.log(weights @ weights), abs=1e-8)
    assert bl.diagonalise(system) is system.eigensystem
    assert np.allclose(system.eigensystem.energies, levels, rtol=0, atol=1e-12 * scale)


def test_hybridisation_takes_it(system, expected):
    state = bl.eigenstate_near(system, 0.1, method="dense")
    found = bl.hybridisation(system, state, [-100.0, 100.0])
    assert found.density @ [200.0] == pytest.approx(1, abs=1e-10)
    assert found.sum_rule_error < 1e-10
