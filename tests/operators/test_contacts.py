"""The table form of several contacts against numpy.kron."""

import numpy as np
import pytest
import twin
from recurrence import require_plain_steps
from remote import BACKENDS
from scipy import sparse

import bathlab as bl
from bathlab.model.lioms import liom_energies
from bathlab.operators.row_basis import row_basis
from bathlab.operators.table_forms import (
    COLUMN_COUNT,
    ROW_START,
    ROW_STOP,
    SECOND_COUNT,
    DenseContactsForm,
    PackedForm,
    SparseContactsForm,
)
from bathlab.operators.table_kernels import table_product

#: Rounding of a product with up to a hundred terms of size one, several times over.
ROUNDING = 1e-12
SPINS = 5


def hermitian(rows, generator, is_complex):
    real, imaginary = generator.standard_normal((2, rows, rows))
    matrix = real + 1j * imaginary if is_complex else real
    return (matrix + matrix.conj().T) / 2


def flips(*sites):
    return [twin.site(twin.X, site, SPINS) for site in sites]


def commuting(rows, generator, is_complex):
    """Three without structure; two of them have eigenvalues in common on some rows."""
    _, vectors = np.linalg.eigh(hermitian(rows, generator, is_complex))
    levels = np.array([np.arange(rows) % 2, np.arange(rows) % 3, np.arange(rows) // 4])
    return [(vectors * each) @ vectors.conj().T for each in levels]


CONTACTS = {
    "two spins": flips(0, 1),
    "four spins": flips(3, 0, 4, 1),
    "all spins": flips(*range(SPINS)),
    "spin and a sum": [*flips(2), sum(flips(0, 1)) + flips(1)[0] @ flips(2)[0]],
    "equal": flips(1, 1),
    "one is zero": [*flips(1), np.zeros((2**SPINS, 2**SPINS))],
    "y and x": [twin.site(twin.Y, 1, SPINS), *flips(3)],
}


def with_contacts(bath, contacts, fields, couplings):
    count = len(fields)
    H = np.kron(bath, np.eye(2**count)) + np.kron(
        np.eye(len(bath)), np.diag(liom_energies(fields))
    )
    for contact, strengths in zip(contacts, couplings):
        for i, g in enumerate(strengths):
            H = H + g * np.kron(contact, twin.site(twin.X, i, count))
    return H


def applied(form, x):
    y = np.zeros_like(form.enter(x))
    table_product(form.data, y, form.enter(x))
    return form.leave(y) + form.centre * x


def form_of(bath, contacts, fields, couplings, dims=()):
    basis = row_basis(bath, *contacts, dims=dims)
    return basis.form(liom_energies(fields), couplings[:, ::-1])


@pytest.mark.parametrize("count", [0, 2, 4])
@pytest.mark.parametrize("which", CONTACTS)
@pytest.mark.parametrize("storage", ["dense", "sparse"])
@pytest.mark.parametrize("is_complex", [False, True])
def test_the_product_is_that_of_the_twin(count, which, storage, is_complex):
    """Every LIOM touches every contact with strengths of its own."""
    generator, contacts = np.random.default_rng(count), CONTACTS[which]
    bath = hermitian(2**SPINS, generator, is_complex)
    if storage == "sparse":
        bath = bath * (np.abs(bath) > 2.0)
    fields = generator.standard_normal(count)
    couplings = generator.standard_normal((len(contacts), count))
    H = with_contacts(bath, contacts, fields, couplings)
    given = sparse.csr_array(bath) if storage == "sparse" else bath
    form = form_of(given, contacts, fields, couplings)
    x, y = generator.standard_normal((2, len(H)))
    x = x + 1j * y if form.complex else x
    assert np.allclose(applied(form, x), H @ x, atol=ROUNDING)
    assert np.allclose(form.leave(form.enter(x)), x, atol=ROUNDING)
    if not form.complex and not form.packed:
        z = x + 1j * y
        assert np.allclose(applied(form.for_complex(), z), H @ z, atol=ROUNDING)


@pytest.mark.parametrize("is_complex", [False, True])
def test_contacts_of_any_eigenvalues(is_complex):
    generator = np.random.default_rng(3)
    bath, contacts = (make(14, generator, is_complex) for make in (hermitian, commuting))
    fields, couplings = generator.standard_normal(4), generator.standard_normal((3, 4))
    H = with_contacts(bath, contacts, fields, couplings)
    x = generator.standard_normal(len(H)) + (1j if is_complex else 0.0)
    assert np.allclose(
        applied(form_of(bath, contacts, fields, couplings), x), H @ x, atol=ROUNDING
    )


def test_contacts_that_do_not_commute_have_no_basis():
    generator = np.random.default_rng(1)
    x, z = twin.site(twin.X, 1, SPINS), twin.site(twin.Z, 1, SPINS)
    for bath in (hermitian(32, generator, False), sparse.eye_array(32, format="csr")):
        assert row_basis(bath, x, z) is None and row_basis(bath, x, z @ z) is not None


def test_products_inside_common_spaces_are_left_out():
    """Two involutions have four of them, three eight, each of which is diagonal."""
    bath = hermitian(64, np.random.default_rng(1), False)
    for sites, share in (((0, 5), 3 / 4), ((0, 2, 5), 7 / 8), ((0, 1, 2, 3), 1)):
        contacts = [twin.site(twin.X, site, 6) for site in sites]
        data = row_basis(bath, *contacts).form(np.zeros(8), np.ones((len(sites), 3))).data
        rows = data.segments[:, ROW_STOP] - data.segments[:, ROW_START]
        terms = data.segments[:, COLUMN_COUNT] + data.segments[:, SECOND_COUNT]
        assert np.sum(rows * terms) == share * 64**2
        assert len(data.strengths) == 2 ** len(sites) * data.pitch


def test_a_chain_is_as_sparse_with_any_contacts():
    system = bl.couple(bl.LocalChainBath(8), bl.LiomChain(3, sites=[0, 3, 6])).sample(1)
    assert isinstance(system.table_form.data, SparseContactsForm)
    assert len(system.table_form.data.entries) == 8 * 2**8


def test_systems_take_the_form_that_they_have():
    grain = bl.RandomMatrixBath(3, bandwidth=4.2)
    chain = bl.LocalChainBath(8)

    def data(bath, **more):
        form = bl.couple(bath, bl.LiomChain(4, **more)).sample(1).table_form
        return None if form is None else type(form.data)

    assert data(grain, sites=[0, 1, 0, 1]) is DenseContactsForm
    zz = {"sites": [0, 1, 0, 1], "bath_interactions": [0.1, 0, 0, 0]}
    assert data(grain, **zz) is None and data(chain, **zz) is PackedForm


@pytest.mark.parametrize("bath", [bl.RandomMatrixBath(4, bandwidth=3), bl.LocalChainBath(8)])
@pytest.mark.parametrize("where", [None, *BACKENDS])
def test_steps_are_the_plain_recurrence(bath, where):
    """Compiled, and by arrays that refuse to leave a device."""
    system = bl.couple(bath, bl.LiomChain(5, sites=[0, 2, None, 2, 0])).sample(2)
    start = np.random.default_rng(0).standard_normal(system.dimension)
    backend = [] if where is None else [BACKENDS[where]()]
    require_plain_steps(system, system.hamiltonian, start, 12, 2, *backend)
