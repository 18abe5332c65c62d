"""The table form of complex matrices and of complex vectors against numpy.kron."""

import numpy as np
import pytest
import twin
from recurrence import require_plain_steps
from scipy import sparse

from bathlab.model.lioms import liom_energies
from bathlab.operators import System
from bathlab.operators.hermitian import on_parts
from bathlab.operators.row_basis import row_basis
from bathlab.operators.table import TableForm, packed_form
from bathlab.operators.table_forms import COLUMN_COUNT, ROW_START, ROW_STOP
from bathlab.operators.table_kernels import table_product

#: Rounding of a product with up to a hundred terms of size one, several times over.
ROUNDING = 1e-12
ROWS = 14


def hermitian(rows, generator):
    matrix = generator.standard_normal((2, rows, rows))
    matrix = matrix[0] + 1j * matrix[1]
    return (matrix + matrix.conj().T) / 2


def involution(rows, ups, generator):
    """A complex V with V^2 = 1 and ``ups`` eigenvalues +1."""
    _, vectors = np.linalg.eigh(hermitian(rows, generator))
    signs = np.where(np.arange(rows) < ups, 1.0, -1.0)
    return (vectors * signs) @ vectors.conj().T


def contacts(generator):
    pairs = np.eye(ROWS // 2)
    return {
        "sigma^y": np.kron(pairs, twin.Y),
        "sigma^x": np.kron(pairs, twin.X),
        "balanced": involution(ROWS, ROWS // 2, generator),
        "unbalanced": involution(ROWS, 3, generator),
        "general": hermitian(ROWS, generator),
        "identity": np.eye(ROWS),
    }


CONTACTS = contacts(np.random.default_rng(0))


def vectors(n, generator):
    """A real and a complex one."""
    real, other, imaginary = generator.standard_normal((3, n))
    return real, other + 1j * imaginary


class WithForm(System):
    """A matrix with a form of its own."""

    has_matrix = True

    def __init__(self, matrix, form):
        self._matrix, self._form = matrix, form
        super().__init__(matrix.shape[:1], matrix.dtype)

    def matrix(self):
        return self._matrix

    def _matvec(self, x):
        return self._matrix @ x

    @property
    def table_form(self):
        return self._form


def applied(form, x):
    y = np.zeros_like(form.enter(x))
    table_product(form.data, y, form.enter(x))
    return form.leave(y) + form.centre * x


@pytest.mark.parametrize("count", range(8))
@pytest.mark.parametrize("which", CONTACTS)
@pytest.mark.parametrize("storage", ["dense", "sparse"])
@pytest.mark.parametrize("complex_part", ["bath", "contact", "both"])
def test_the_product_is_that_of_the_twin(count, which, storage, complex_part):
    generator = np.random.default_rng(count)
    bath, contact = hermitian(ROWS, generator), CONTACTS[which]
    if complex_part == "bath" and np.any(contact.real):
        contact = contact.real
    if complex_part == "contact" and np.any(contact.imag):
        bath = bath.real
    if storage == "sparse":
        bath = bath * (np.abs(bath) > 1.8)
    fields, couplings = generator.standard_normal((2, count))
    H = twin.coupled(bath, contact, fields, couplings)
    given = sparse.csr_array(bath) if storage == "sparse" else bath
    form = row_basis(given, contact).form(liom_energies(fields), couplings[::-1])
    assert form.complex
    for x in vectors(len(H), generator):
        assert np.allclose(applied(form, x), H @ x, atol=ROUNDING)
        assert np.allclose(form.leave(form.enter(x)), x, atol=ROUNDING)


@pytest.mark.parametrize(
    ("storage", "count"), [*(("dense", k) for k in range(6)), ("sparse", 3), ("sparse", 5)]
)
def test_a_real_matrix_takes_complex_vectors(count, storage):
    generator = np.random.default_rng(count)
    bath, contact = hermitian(ROWS, generator).real, CONTACTS["general"].real
    if storage == "sparse":
        bath = bath * (np.abs(bath) > 1.3)
    fields, couplings = generator.standard_normal((2, count))
    H = twin.coupled(bath, contact, fields, couplings)
    given = sparse.csr_array(bath) if storage == "sparse" else bath
    form = row_basis(given, contact).form(liom_energies(fields), couplings[::-1])
    assert not form.complex
    form = form.for_complex()
    for x in vectors(len(H), generator):
        assert np.allclose(applied(form, x), H @ x, atol=ROUNDING)
        assert np.allclose(form.leave(form.enter(x)), x, atol=ROUNDING)


def test_the_parts_of_a_vector_see_a_real_matrix():
    generator = np.random.default_rng(3)
    matrix = hermitian(9, generator)
    x = vectors(9, generator)[1]
    for given in (matrix, sparse.csr_array(matrix)):
        parts = on_parts(given)
        assert np.allclose(parts @ x.view(float), (matrix @ x).view(float), atol=ROUNDING)
    dense = on_parts(matrix)
    assert np.array_equal(dense, dense.T) and np.array_equal(dense, parts.toarray())


def test_an_involution_leaves_half_of_the_products():
    generator = np.random.default_rng(1)
    basis = row_basis(hermitian(12, generator), involution(12, 6, generator))
    segments = basis.form(np.zeros(8), np.ones(3)).data.segments
    rows = segments[:, ROW_STOP] - segments[:, ROW_START]
    assert np.sum(rows * segments[:, COLUMN_COUNT]) == (2 * 12) ** 2 / 2


@pytest.mark.parametrize("rows", [1, 2, 3, 8, 30, 61])
@pytest.mark.parametrize("complex_H", [True, False])
def test_a_packed_matrix_acts_as_itself(rows, complex_H):
    generator = np.random.default_rng(rows)
    band = np.abs(np.subtract.outer(range(rows), range(rows))) < 6
    matrix = hermitian(rows, generator) * band
    matrix = sparse.csr_array(matrix if complex_H else matrix.real)
    form = packed_form(matrix, True)
    x = vectors(rows, generator)[1]
    assert isinstance(form, TableForm) and form.complex
    assert np.allclose(applied(form, x), matrix @ x, atol=ROUNDING)


def test_sigma_y_and_its_products_are_packed():
    spins = 8
    chain = sum(
        twin.site(twin.Y, i, spins) @ twin.site(twin.Z, i + 1, spins) for i in range(spins - 1)
    )
    form = packed_form(sparse.csr_array(chain + twin.site(twin.X, 3, spins)))
    assert form is not None and form.packed and form.complex


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("complex_H", [True, False])
def test_compiled_steps_are_the_plain_recurrence(count, complex_H):
    generator = np.random.default_rng(2)
    bath, contact = hermitian(16, generator), involution(16, 8, generator)
    if not complex_H:
        bath, contact = bath.real, contact.real
    fields, couplings = generator.standard_normal((2, count))
    H = twin.coupled(bath, contact, fields, couplings)
    form = row_basis(bath, contact).form(liom_energies(fields), couplings[::-1])
    start = vectors(len(H), generator)[1]
    require_plain_steps(WithForm(H, form), H, start, steps=15, count=3)
