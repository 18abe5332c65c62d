"""Windows of eigenstates from a Chebyshev filter against LAPACK; a missed level is noticed."""

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import LinearOperator
from test_every_level import copies, random_chain

import bathlab as bl
from bathlab.errors import DoesNotFit, NotConverged
from bathlab.operators.door import as_system
from bathlab.spectrum.chebyshev import space, windows
from bathlab.spectrum.chebyshev.density import density_of
from bathlab.spectrum.chebyshev.peak import Peak
from bathlab.spectrum.chebyshev.product import Scaled
from bathlab.spectrum.krylov.blocks import random_block
from bathlab.spectrum.states import lanczos, shift_invert

SYSTEMS = {
    "real": lambda: random_chain(9),
    "complex": lambda: random_chain(9, kind=complex),
    "six of each": lambda: copies(random_chain(7), 6),
    "constant": lambda: random_chain(9) + 1e5 * sparse.eye_array(512, format="csr"),
    "clustered": lambda: sparse.block_diag(
        [random_chain(8), random_chain(8) + 1e-9 * sparse.eye_array(256)], format="csr"
    ),
}


def energies_of(H):
    return np.linalg.eigvalsh(H.toarray())


def agree(states, energies, target, count):
    """The states are the ``count`` levels of ``energies`` nearest the target, orthonormal."""
    expected = np.sort(np.abs(energies - target))[:count]
    tolerance = 1e-12 * np.ptp(energies) + 8 * np.spacing(np.abs(energies).max())
    found = np.array([abs(state.energy - target) for state in states])
    assert found.shape == expected.shape
    assert np.abs(np.sort(found) - expected).max(initial=0.0) < tolerance
    vectors = np.array([state.vector for state in states])
    assert np.abs(vectors @ vectors.conj().T - np.eye(count)).max() < 1e-9
    assert {state.nearest for state in states} == {"completeness"}
    assert 0 < max(state.missed for state in states) <= 1e-10
    assert {state.method for state in states} == {"filter"}


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("count", [1, 20])
def test_the_nearest_states_are_those_of_lapack(name, count):
    H = sparse.csr_array(SYSTEMS[name]())
    energies = energies_of(H)
    target = float(np.median(energies)) + 0.013
    states = bl.eigenstates_near(H, target, count, method="filter")
    agree(states, energies, target, count)
    if name == "six of each" and count == 20:
        assert {state.multiplicity for state in states[:12]} == {6}


@pytest.mark.parametrize("end", [0, -1])
def test_states_at_an_end_of_the_spectrum(end):
    H = random_chain(9)
    energies = energies_of(H)
    target = float(energies[end])
    agree(bl.eigenstates_near(H, target, 6, method="filter"), energies, target, 6)


@pytest.mark.parametrize(
    "ends", [(-0.6, 0.3), (-0.02, 0.02), (-1e3, -6.5), (6.5, 1e3), (900.0, 1e3)]
)
def test_an_interval_has_all_its_states(ends):
    H = random_chain(9)
    energies = energies_of(H)
    inside = energies[(energies > ends[0]) & (energies < ends[1])]
    states = bl.eigenstates_between(H, *ends, method="filter")
    found = np.array([state.energy for state in states])
    assert found.shape == inside.shape
    assert np.abs(found - inside).max(initial=0.0) < 1e-12 * np.ptp(energies)
    assert {state.nearest for state in states} <= {"completeness"}


def free(H):
    return LinearOperator(H.shape, matvec=lambda x: H @ x, dtype=H.dtype)


def test_products_alone_are_enough():
    H = random_chain(8, kind=complex)
    energies = energies_of(H)
    states = bl.eigenstates_near(free(H), 0.1, 5, method="filter")
    agree(states, energies, 0.1, 5)
    inside = energies[(energies > -0.2) & (energies < 0.2)]
    between = bl.eigenstates_between(free(H), -0.2, 0.2)
    assert np.allclose([state.energy for state in between], inside, atol=1e-12)


@pytest.mark.parametrize("lost", [1, 5, 9])
def test_a_level_that_was_lost_is_found_by_the_search(monkeypatch, lost):
    """The first space loses a level on its way out; the next one finds it."""
    H, calls, plain = random_chain(9), [], windows.explore

    def losing(*arguments):
        found = plain(*arguments)
        calls.append(found.vectors.shape[1])
        if len(calls) == 1:
            return found._replace(vectors=np.delete(found.vectors, -lost, axis=1))
        return found

    monkeypatch.setattr(windows, "explore", losing)
    states = bl.eigenstates_near(H, 0.0, 12, method="filter")
    assert calls[1] >= 1 and calls[-1] == 0
    agree(states, energies_of(H), 0.0, 12)


def test_the_bound_holds_for_a_level_hidden_from_the_start_block():
    """A missed level leaves at most the bound in X: one that X has is seen before that."""
    H = random_chain(9)
    scaled = Scaled.of(as_system(H))
    energies, vectors = np.linalg.eigh(H.toarray())
    inside = np.abs(energies) < 0.2
    peak = Peak.around(float(scaled.angle(0.0)), 0.2 / scaled.half)
    level = float(peak.at(scaled.angle(np.array([-0.2, 0.2]))).min())
    values = peak.at(scaled.angle(energies))
    missing = np.flatnonzero(inside)[3]
    inside[missing] = False
    generator = np.random.default_rng(3)
    block = random_block(len(energies), space.WIDTH, np.dtype(float), generator)
    block -= np.outer(vectors[:, missing], vectors[:, missing] @ block) * (1 - 1e-5)
    block -= vectors[:, inside] @ (vectors[:, inside].T @ block)
    filtered = (vectors * values) @ vectors.T
    start, triangle = np.linalg.qr(block)
    norm = np.linalg.norm(triangle, 2)
    overlap = np.linalg.norm(vectors[:, missing] @ block)
    grown = space.BlockSpace(start, 400, vectors[:, inside], 2)
    blind = 0
    while True:
        image = grown.next_block(lambda x: filtered @ x)
        top = grown.ritz()[0][-1]
        if top >= level:
            break
        degree = grown.size // space.WIDTH - 1
        bound = space._overlap(norm, level, top, peak.lowest(), degree)
        assert overlap <= bound
        blind += 1
        grown.append(image)
    assert blind >= 4


def test_the_filter_is_its_series_and_its_side_lobes_are_below_the_floor():
    H = random_chain(7)
    scaled = Scaled.of(as_system(H))
    for target in (0.1, float(energies_of(H)[0])):
        peak = Peak.around(float(scaled.angle(target)), 0.05)
        energies, vectors = np.linalg.eigh(H.toarray())
        values = peak.at(scaled.angle(energies))
        k = np.arange(peak.order + 1)
        series = np.cos(np.outer(scaled.angle(energies), k)) @ peak.coefficients()
        assert np.abs(values - series).max() < 1e-11
        applied = scaled.series(peak.coefficients(), np.eye(128)[:, :6])
        assert np.abs(applied - (vectors * values) @ vectors[:6].T).max() < 1e-11
        far = np.abs(scaled.angle(energies) - peak.angle) > 4 / peak.order
        assert values[far].max() < peak.floor() < 0.5
        assert values.min() > peak.lowest()


def hermitian(kind, alike, size=37):
    """Random rows of 0 to a few entries, off the diagonal all of one size if ``alike``."""
    generator = np.random.default_rng(4)
    upper = np.triu(generator.random((size, size)) < 0.1, 1).astype(kind)
    if not alike:
        upper = upper * generator.standard_normal((size, size))
    if kind is complex:
        upper = upper * (0.6 + 0.8j)
    H = upper + upper.conj().T
    H[5], H[:, 5] = 0, 0
    return H + np.diag(generator.standard_normal(size))


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("alike", [True, False, None])
@pytest.mark.parametrize("terms", [2, 3, 4, 5, 9])
def test_the_compiled_series_is_that_of_full_matrices(kind, alike, terms):
    """Terms in threes and rests of one and two; equal entries, others, and none at all."""
    H = hermitian(kind, alike) if alike is not None else np.diag(np.arange(37.0)).astype(kind)
    scaled = Scaled(as_system(sparse.csr_array(H)), *np.linalg.eigvalsh(H)[[0, -1]])
    x = random_block(37, 11, scaled.dtype, np.random.default_rng(5))
    coefficients = np.random.default_rng(6).standard_normal(terms)
    energies, vectors = np.linalg.eigh(H)
    values = np.cos(np.outer(scaled.angle(energies), np.arange(terms))) @ coefficients
    right = (vectors * values) @ (vectors.conj().T @ x)
    assert scaled.form.stride == (0 if alike and kind is float else 1)
    found = scaled.series(coefficients, x)
    assert np.abs(found - right).max() < 1e-13 * np.abs(right).max()


def test_threads_share_rows_without_a_change_of_bits(monkeypatch):
    from bathlab.spectrum.chebyshev import product

    H = random_chain(9, kind=complex)
    scaled, x = Scaled.of(as_system(H)), np.random.default_rng(1).standard_normal((512, 5))
    coefficients = np.random.default_rng(2).standard_normal(31)
    one = scaled.series(coefficients, x)
    monkeypatch.setattr(product, "THREAD_WORK", 0)
    monkeypatch.setattr(product.numba, "get_num_threads", lambda: 3)
    assert np.array_equal(one, scaled.series(coefficients, x))


def test_levels_are_estimated_where_they_are():
    H = random_chain(9)
    density = density_of(Scaled.of(as_system(H)), np.random.default_rng(0))
    energies = energies_of(H)
    for centre, distance in ((0.0, 1.0), (2.0, 1.5), (-4.0, 1.0)):
        right = np.sum(np.abs(energies - centre) < distance)
        assert density.within(centre, distance) == pytest.approx(right, rel=0.25)
    assert density.within(0.0, density.distance(0.0, 40.0)) == pytest.approx(40.0)


def no_factors(*_):
    raise DoesNotFit("no factors")


def test_auto_takes_it_where_factors_do_not_fit(monkeypatch):
    H = random_chain(9)
    monkeypatch.setattr(shift_invert, "factorise", no_factors)
    agree(bl.eigenstates_near(H, 0.0, 8), energies_of(H), 0.0, 8)
    with pytest.raises(DoesNotFit, match="no factors"):
        bl.eigenstates_near(H, 0.0, 8, method="sparse")
    with pytest.raises(DoesNotFit, match="no factors"):
        bl.eigenstates_near(H, 0.0, 8, prove=True)
    with pytest.raises(DoesNotFit, match="no factors"):
        bl.eigenstates_near(H, 0.0, 100)


def test_auto_takes_it_without_a_matrix_if_lanczos_fails(monkeypatch):
    def unsure(*_):
        raise NotConverged("unsure")

    H = random_chain(8)
    monkeypatch.setattr(lanczos, "lanczos_states", unsure)
    agree(bl.eigenstates_near(free(H), 0.0, 5), energies_of(H), 0.0, 5)
    with pytest.raises(NotConverged, match="unsure"):
        bl.eigenstates_near(free(H), 0.0, 1)


def test_a_proof_may_be_asked_for():
    H = random_chain(9)
    states = bl.eigenstates_near(H, 0.0, 6, method="filter", prove=True)
    assert {state.nearest for state in states} == {"inertia"}


def test_what_cannot_be_had_is_refused(monkeypatch):
    H = random_chain(9)
    with pytest.raises(ValueError, match="count with method.*100.*at most 64"):
        bl.eigenstates_near(H, 0.0, 100, method="filter")
    with monkeypatch.context() as patched, pytest.raises(NotConverged, match="filter of order"):
        patched.setattr(windows, "HIGHEST_ORDER", 20)
        bl.eigenstates_near(H, 0.0, 1, method="filter")
    monkeypatch.setattr(windows, "_bytes", lambda *_: 1e18)
    with pytest.raises(DoesNotFit, match="filtered space for 5 states"):
        bl.eigenstates_near(H, 0.0, 5, method="filter")


def test_a_forecast_tells_products_and_memory():
    found = windows.forecast(Scaled.of(as_system(random_chain(9))), 0.0, 10)
    assert found.products == found.order * 216 and found.seconds > 0 and found.gib > 0
