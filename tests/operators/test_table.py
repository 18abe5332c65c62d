"""The table form and its compiled Lanczos steps against numpy.kron and plain recurrences."""

from dataclasses import replace

import numpy as np
import pytest
import twin
from recurrence import require_plain_steps
from scipy import sparse

import bathlab as bl
from bathlab.errors import NotConverged
from bathlab.model.coupled import CoupledSystem
from bathlab.model.lioms import liom_energies
from bathlab.operators.row_basis import row_basis
from bathlab.operators.table import TableForm, packed_form
from bathlab.operators.table_forms import (
    COLUMN_COUNT,
    ROW_START,
    ROW_STOP,
    ShiftedForm,
    aligned,
    packed,
    shifted,
)
from bathlab.operators.table_kernels import table_product
from bathlab.spectrum.krylov import two_pass as krylov
from bathlab.spectrum.krylov.lanczos import Lanczos, _PlainRecurrence
from bathlab.spectrum.krylov.plan import Plan
from bathlab.streams import goe

#: Rounding of a product with up to a hundred terms of size one, several times over.
ROUNDING = 1e-12


def symmetric(rows, generator):
    matrix = generator.standard_normal((rows, rows))
    return (matrix + matrix.T) / 2


def involution(rows, ups, generator):
    """A symmetric matrix with V^2 = 1 and ``ups`` eigenvalues +1."""
    vectors, _ = np.linalg.qr(generator.standard_normal((rows, rows)))
    signs = np.where(np.arange(rows) < ups, 1.0, -1.0)
    return (vectors * signs) @ vectors.T


def contacts(rows, generator):
    pair = sparse.kron(sparse.eye_array(rows // 2), sparse.csr_array(twin.X)).toarray()
    return {
        "balanced": involution(rows, rows // 2, generator),
        "unbalanced": involution(rows, 3, generator),
        "spin flips": pair,
        "identity": np.eye(rows),
        "zero": np.zeros((rows, rows)),
        "general": symmetric(rows, generator),
        "three levels": np.diag(np.arange(rows) % 3),
    }


@pytest.mark.parametrize("count", range(8))
@pytest.mark.parametrize("which", contacts(14, np.random.default_rng(0)))
@pytest.mark.parametrize("storage", ["dense", "sparse"])
def test_the_product_is_that_of_the_twin(count, which, storage):
    rows = 14  # neither a multiple of the tile's rows nor a power of two
    generator = np.random.default_rng(count)
    bath, contact = symmetric(rows, generator), contacts(rows, generator)[which]
    if storage == "sparse":
        bath = bath * (np.abs(bath) > 1.6)  # nearly empty: 5 or so entries off the diagonal
    fields, couplings = generator.standard_normal((2, count))
    H = twin.coupled(bath, contact, fields, couplings)
    given = sparse.csr_array(bath) if storage == "sparse" else bath
    form = row_basis(given, contact).form(liom_energies(fields), couplings[::-1])
    x = generator.standard_normal(len(H))
    y = np.zeros_like(form.enter(x))
    table_product(form.data, y, form.enter(x))
    assert np.allclose(form.leave(y) + form.centre * x, H @ x, atol=ROUNDING)
    assert np.allclose(form.leave(form.enter(x)), x, atol=ROUNDING)


def test_an_involution_leaves_half_of_the_products():
    generator = np.random.default_rng(1)
    basis = row_basis(symmetric(12, generator), involution(12, 6, generator))
    form = basis.form(np.zeros(8), np.ones(3))
    segments = form.data.segments
    rows = segments[:, ROW_STOP] - segments[:, ROW_START]
    assert np.sum(rows * segments[:, COLUMN_COUNT]) == 12**2 / 2


def test_a_contact_that_connects_everything_has_no_sparse_form():
    rows = 200
    ring = sparse.eye_array(rows, k=1) + sparse.eye_array(rows, k=-1)
    assert row_basis(sparse.eye_array(rows).tocsr(), ring.tocsr()) is None
    bath = bl.GivenBath(
        hamiltonian=sparse.diags_array(np.linspace(-1, 1, rows)), contact=ring, probe=ring
    )
    system = bl.couple(bath, bl.LiomChain(count=2)).sample(seed=1)
    assert system.table_form is None
    state = bl.eigenstate_near(system)  # by a factorisation instead
    energies = np.linalg.eigvalsh(system.hamiltonian.toarray())
    assert np.min(np.abs(energies - state.energy)) < 1e-11


@pytest.mark.parametrize("rows", [1, 2, 3, 8, 30, 61])
def test_a_packed_matrix_acts_as_itself(rows):
    generator = np.random.default_rng(rows)
    matrix = symmetric(rows, generator) * (np.abs(symmetric(rows, generator)) > 1.2)
    matrix = sparse.csr_array((matrix + matrix.T) / 2)
    form = TableForm((), 0.0, rows, 1, 1, packed(matrix))
    x = generator.standard_normal(rows)
    y = np.zeros_like(form.enter(x))
    table_product(form.data, y, form.enter(x))
    assert np.allclose(form.leave(y), matrix @ x, atol=ROUNDING)


def repeating(rows, generator):
    """Three values in all, along and off lines parallel to the diagonal, to both corners."""
    matrix = np.zeros((rows, rows))
    for distance in {d for d in (1, 2, rows // 3, rows - 1) if 0 < d < rows}:
        line = generator.choice([0.0, 1.5, -0.25], rows - distance)
        matrix += np.diag(line, distance) + np.diag(line, -distance)
    return matrix + np.diag(generator.standard_normal(rows))


@pytest.mark.parametrize("rows", [1, 2, 3, 8, 30, 61, 64])
def test_a_shifted_matrix_acts_as_itself(rows):
    """Whatever stands beyond the ends of the vector."""
    generator = np.random.default_rng(rows)
    for matrix in (repeating(rows, generator), symmetric(rows, generator)):
        form = TableForm((), 0.0, rows, 1, 1, shifted(sparse.csr_array(matrix)))
        x = form.enter(generator.standard_normal(rows))
        y, kept = np.zeros_like(x), x.copy()
        x.base[:] = np.nan
        x[:] = kept
        table_product(form.data, y, x)
        assert np.allclose(form.leave(y), matrix @ x[:rows], atol=ROUNDING)
        assert not y[rows:].any()


def test_a_chain_is_shifted_and_takes_the_steps_of_the_plain_recurrence():
    """Real, with complex vectors, and complex; a term for five entries where S^z is kept."""
    generator, matrix = np.random.default_rng(3), bl.SpinChain(10).sample(2).matrix()
    n, phases = matrix.shape[0], sparse.diags_array(1j ** (np.arange(matrix.shape[0]) // 32))
    start, other = generator.standard_normal((2, n))
    steps = 12
    for H, x in (
        (matrix, start),
        (matrix, start + 1j * other),
        (sparse.csr_array(phases @ matrix @ phases.conj()), start),
    ):
        form = packed_form(H, np.iscomplexobj(x))
        assert isinstance(form.data, ShiftedForm) and form.packed
        compiled = Lanczos(H, x)
        compiled.extend(steps)
        centred = H - compiled.centre * sparse.eye_array(n)
        plain = _PlainRecurrence(centred, x.astype(np.result_type(x, H)))
        diagonal, offdiagonal = np.empty(steps), np.empty(steps)
        plain.advance(diagonal, offdiagonal, 0, steps, np.empty((0, steps)))
        assert np.allclose(compiled.diagonal, diagonal, atol=1e-11)
        assert np.allclose(compiled.offdiagonal, offdiagonal, atol=1e-11)
    matrix = bl.SpinChain(12).sample(1).matrix()
    assert len(packed_form(matrix).data.masks) < 0.25 * matrix.nnz


def test_matrices_without_structure_are_not_packed():
    scattered = sparse.random_array((3000, 3000), density=0.002, rng=np.random.default_rng(0))
    scattered = sparse.csr_array(scattered + scattered.T)
    assert packed_form(scattered) is None
    system = bl.couple(bl.LocalChainBath(6), bl.LiomChain(3)).sample(seed=1)
    form = packed_form(system.hamiltonian)
    assert form is not None and form.packed


def test_a_chain_is_sparsest_with_every_spin_along_x():
    """One entry per sigma^z, the rest diagonal; and per LIOM."""
    system = bl.couple(bl.LocalChainBath(9), bl.LiomChain(3)).sample(seed=1)
    form = system.table_form
    assert len(form.rotation) == 9 and len(form.data.entries) == 9 * 2**9


def test_vectors_start_at_a_cache_line():
    for size in (1, 8, 100, 10**6):
        assert aligned(size).ctypes.data % 64 == 0
        assert len(aligned(size)) == size


SYSTEMS = [
    bl.couple(bl.RandomMatrixBath(5, bandwidth=3), bl.LiomChain(count)) for count in (1, 5)
]
SYSTEMS += [bl.couple(bl.LocalChainBath(8), bl.LiomChain(2))]


@pytest.mark.parametrize("model", SYSTEMS)
def test_compiled_steps_are_the_plain_recurrence(model):
    system = model.sample(seed=2)
    start = np.random.default_rng(0).standard_normal(system.dimension)
    require_plain_steps(system, system.hamiltonian, start, steps=15, count=3)


def test_steps_in_pieces_are_the_same_bits(monkeypatch):
    system = SYSTEMS[1].sample(seed=1)
    start = np.ones(system.dimension)
    whole, pieces = Lanczos(system, start), Lanczos(system, start)
    whole.extend(301)
    monkeypatch.setattr("bathlab.spectrum.krylov.lanczos.PIECE", 7 * system.dimension)
    for steps in (1, 2, 98, 200):
        pieces.extend(steps)
    assert np.array_equal(whole.diagonal, pieces.diagonal)
    assert np.array_equal(whole.offdiagonal, pieces.offdiagonal)


def test_a_replay_that_differs_is_refused():
    run = Lanczos(SYSTEMS[0].sample(seed=1), np.ones(64))
    run.extend(20)
    run.diagonal[7] = np.nextafter(run.diagonal[7], 1)
    with pytest.raises(ArithmeticError, match="differed"):
        run.combine(np.ones((1, 20)))


def test_a_closed_krylov_space_ends_the_run():
    system = bl.couple(bl.RandomMatrixBath(3, bandwidth=3), bl.LiomChain(3, g1=0)).sample(
        seed=1
    )
    energies, vectors = np.linalg.eigh(system.hamiltonian.toarray())
    few = [0, len(energies) // 2, -1]  # far apart, so that rounding is not blown up
    run = Lanczos(system, vectors[:, few].sum(axis=1))
    run.extend(50)
    assert run.complete and len(run.diagonal) == 3
    ritz = np.linalg.eigvalsh(
        np.diag(run.diagonal)
        + np.diag(run.offdiagonal[:-1], 1)
        + np.diag(run.offdiagonal[:-1], -1)
    )
    assert np.allclose(run.centre + ritz, energies[few], atol=1e-11)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "model",
    [
        bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(3)),
        bl.couple(bl.LocalChainBath(7), bl.LiomChain(3)),
        bl.couple(bl.LocalChainBath(6), bl.LiomChain(3, g1=0.001)),
    ],
)
def test_two_passes_find_the_nearest_level(model, seed):
    system = model.sample(seed)
    energies, vectors = np.linalg.eigh(system.hamiltonian.toarray())
    for target in (0.0, 0.31, energies[7], 0.99 * energies[0]):
        nearest = np.argmin(np.abs(energies - target))
        state = bl.eigenstate_near(system, target, method="lanczos")
        assert state.method == "lanczos"
        assert state.energy == pytest.approx(energies[nearest], abs=1e-11)
        assert abs(state.vector @ vectors[:, nearest]) == pytest.approx(1, abs=1e-9)
        assert state.residual < 1e-11


def test_several_states_from_one_replay():
    system = SYSTEMS[1].sample(seed=4)
    energies = np.linalg.eigvalsh(system.hamiltonian.toarray())
    states = bl.eigenstates_near(system, 0.1, count=4, method="lanczos")
    expected = energies[np.argsort(np.abs(energies - 0.1))[:4]]
    assert [state.energy for state in states] == pytest.approx(expected, abs=1e-11)
    vectors = np.array([state.vector for state in states])
    assert np.allclose(vectors @ vectors.T, np.eye(4), atol=1e-8)


def test_the_probability_of_a_missed_level_is_not_too_low(monkeypatch):
    """A start vector with a share eta of its usual weight on the nearest level: the residual of
    that level is larger by eta^(-1/2), which is what the stated probability rests on."""
    system = bl.couple(bl.RandomMatrixBath(5, bandwidth=3), bl.LiomChain(4)).sample(seed=1)
    _, vectors = np.linalg.eigh(system.hamiltonian.toarray())
    energies = np.linalg.eigvalsh(system.hamiltonian.toarray())
    nearest = np.argmin(np.abs(energies))
    start = np.random.default_rng(0).standard_normal(system.dimension)
    overlap = vectors[:, nearest] @ start
    residuals = []
    for factor in (1.0, 1e-4):
        run = Lanczos(system, start + (factor - 1) * overlap * vectors[:, nearest])
        run.extend(int(2.35 * system.dimension))  # beside full convergence, before rounding
        residuals.append(
            krylov._inverse_iteration(
                run, energies[nearest] - run.centre, 0.0, len(run.diagonal)
            )[1]
        )
    assert 1e3 < residuals[1] / residuals[0] < 1e5


def test_levels_that_do_not_settle_are_told(monkeypatch):
    system = SYSTEMS[1].sample(seed=1)
    short = Plan(first=0.5, per_octave=0, more=0.0625, most=1)
    monkeypatch.setattr(krylov, "STATES_PLAN", short)
    with pytest.raises(NotConverged, match="settled") as failure:
        bl.eigenstate_near(system, method="lanczos")
    assert np.all(np.abs(failure.value.estimate) < 0.1)
    assert bl.eigenstate_near(system).method == "shift-invert"  # "auto" has another way


@pytest.mark.parametrize(
    "change",
    [
        "shift",
        "scale up",
        "scale down",
        "equal fields, alpha = 1",
        "decoupled",
        "symmetric bath",
    ],
)
def test_hostile_systems(change):
    """Eigenstate and weights through the table form against the dense twin."""
    chain = bl.LiomChain(4, alpha=0.8, g1=0.3)
    grain = bl.RandomMatrixBath(5, bandwidth=3).sample(seed=2)
    H, V, probe = grain.hamiltonian, grain.contact, grain.probe
    if change == "shift":
        H = H + 1e6 * np.eye(32)
    if change.startswith("scale"):
        factor = 1e8 if change == "scale up" else 1e-8
        H = factor * H
        chain = bl.LiomChain(4, alpha=0.8, g1=0.3 * factor, field=factor, disorder=factor / 2)
    if change.startswith("equal"):
        chain = bl.LiomChain(4, alpha=1.0, g1=0.3, disorder=0.0)
    if change == "decoupled":
        chain = bl.LiomChain(4, g1=0.0)
    if change == "symmetric bath":  # an exact symmetry: two sectors that nothing couples
        H = np.kron(goe(16, 3.0, np.random.default_rng(3)), np.eye(2))
        H += np.kron(np.eye(16), 0.37 * twin.Z)
        V = np.kron(involution(16, 8, np.random.default_rng(1)), np.eye(2))
    system = bl.couple(bl.GivenBath(H, V, probe), chain).sample(seed=1)
    energies = np.linalg.eigvalsh(system.hamiltonian.toarray())
    scale = np.ptp(energies)
    target = energies.mean()
    state = bl.eigenstate_near(system, target, method="lanczos")
    nearest = np.abs(energies - target).min()
    assert abs(abs(state.energy - target) - nearest) < 1e-11 * scale + 1e-15 * abs(target)
    full = bl.spectral_measure(bl.diagonalise(system), system.operator("probe"), state)
    krylov_measure = bl.spectral_measure(
        system, system.operator("probe"), state, method="lanczos"
    )
    assert bl.log_ipr(krylov_measure) == pytest.approx(bl.log_ipr(full), abs=1e-8)


def test_the_form_is_a_frozen_description():
    form = SYSTEMS[0].sample(seed=1).table_form
    assert isinstance(form, TableForm) and form.rows == 32 and form.columns == 2
    with pytest.raises(AttributeError):
        form.columns = 3


@pytest.mark.parametrize("bath", [bl.RandomMatrixBath(5, bandwidth=3), bl.LocalChainBath(6)])
def test_one_basis_serves_all_lioms_of_a_bath(bath):
    drawn, products = bl.couple(bath, bl.LiomChain(1)).sample(seed=1).bath, []
    for count, g1 in ((1, 0.2), (1, 0.7), (4, 0.2)):
        lioms = bl.couple(bath, bl.LiomChain(count, g1=g1)).sample(seed=1).lioms
        shared, alone = CoupledSystem(drawn, lioms), CoupledSystem(replace(drawn), lioms)
        assert shared.table_form.rotation is drawn.row_basis.rotation
        x = np.random.default_rng(count).standard_normal(shared.dimension)
        for system in (shared, alone):
            form = system.table_form
            y = np.zeros_like(form.enter(x))
            table_product(form.data, y, form.enter(x))
            products.append(form.leave(y) + form.centre * x)
        assert np.array_equal(products[-1], products[-2])
        assert np.allclose(products[-1], shared @ x, atol=ROUNDING)
