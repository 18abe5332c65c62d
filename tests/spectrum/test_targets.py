"""The middle of the spectrum and infinite temperature, against all levels of numpy."""

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import aslinearoperator

import bathlab as bl
from bathlab.spectrum import target_energy

SMALL = bl.couple(bl.LocalChainBath(5), bl.LiomChain(2)).sample(3)
LARGE = bl.couple(bl.RandomMatrixBath(4, bandwidth=4.0), bl.LiomChain(5)).sample(3)
LINE = bl.LocalisedChain(bl.RandomMatrixBath(5, bandwidth=4.0), 4).sample(2)
GRAIN = bl.LocalChainBath(9).sample(1)


def lopsided(n=500):
    """A random symmetric matrix with one far level and a mean of its own."""
    rng = np.random.default_rng(4)
    H = rng.standard_normal((n, n))
    H = (H + H.T) / np.sqrt(8 * n) + 0.3 * np.eye(n)
    H[0, 0] += 7.0
    return H


def hermitian(n=450):
    rng = np.random.default_rng(5)
    H = rng.standard_normal((n, n)) + 1j * rng.standard_normal((n, n))
    return (H + H.conj().T) / n + np.diag(np.linspace(0, 2, n))


CASES = {
    "small system": SMALL,
    "large system": LARGE,
    "line": LINE,
    "grain": GRAIN,
    "array": lopsided(),
    "sparse": sparse.csr_array(lopsided(600)),
    "small array": lopsided(5),
    "one level": np.array([[2.5]]),
    "complex": hermitian(),
}


def levels_of(H):
    matrix = H.matrix() if isinstance(H, bl.operators.System) else H
    return np.linalg.eigvalsh(matrix.toarray() if sparse.issparse(matrix) else matrix)


@pytest.mark.parametrize("name", CASES)
def test_both_are_those_of_all_levels(name):
    levels = levels_of(CASES[name])
    middle, mean = (levels[0] + levels[-1]) / 2, levels.mean()
    for H in (CASES[name], bl.diagonalise(CASES[name])):
        assert target_energy(H, "middle") == pytest.approx(middle, abs=1e-12)
        assert target_energy(H, "infinite temperature") == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize("target", ["middle", "infinite temperature"])
@pytest.mark.parametrize("method", ["dense", "sparse", "lanczos"])
def test_the_state_nearest_a_named_energy_is_that_of_the_twin(target, method):
    H = sparse.csr_array(lopsided())
    levels, vectors = np.linalg.eigh(H.toarray())
    energy = (levels[0] + levels[-1]) / 2 if target == "middle" else levels.mean()
    nearest = np.argmin(np.abs(levels - energy))
    state = bl.eigenstate_near(H, target, method)
    assert state.energy == pytest.approx(levels[nearest], abs=1e-10)
    assert abs(state.vector @ vectors[:, nearest]) == pytest.approx(1, abs=1e-6)


def test_several_states_and_a_system_by_products_alone():
    levels = levels_of(LARGE)
    middle = (levels[0] + levels[-1]) / 2
    wanted = levels[np.argsort(np.abs(levels - middle))[:3]]
    found = [state.energy for state in bl.eigenstates_near(LARGE, "middle", 3)]
    assert np.allclose(found, wanted, atol=1e-10)
    product = aslinearoperator(sparse.csr_array(lopsided()))
    ends = np.linalg.eigvalsh(lopsided())[[0, -1]]
    assert target_energy(product, "middle") == pytest.approx(ends.mean(), abs=1e-12)
    small = aslinearoperator(lopsided(20))
    trace = np.trace(lopsided(20)) / 20
    assert target_energy(small, "infinite temperature") == pytest.approx(trace, abs=1e-13)
    with pytest.raises(ValueError, match="trace"):
        target_energy(product, "infinite temperature")


def test_the_trace_of_a_system_is_had_without_its_matrix(monkeypatch):
    expected = levels_of(LARGE).mean()
    monkeypatch.setattr(type(LARGE), "matrix", lambda self: pytest.fail("built"))
    drawn = bl.couple(bl.RandomMatrixBath(4, bandwidth=4.0), bl.LiomChain(5)).sample(3)
    assert target_energy(drawn, "infinite temperature") == pytest.approx(expected, abs=1e-13)


def test_a_grain_takes_them_too():
    middle = target_energy(GRAIN, "middle")
    assert GRAIN.density_of_states("middle", 2.0) == GRAIN.density_of_states(middle, 2.0)
    edges = np.linspace(-2, 2, 9)
    assert np.array_equal(
        GRAIN.structure_factor("contact", edges, "middle"),
        GRAIN.structure_factor("contact", edges, middle),
    )


@pytest.mark.parametrize(
    "wrong", ["Middle", "", "center", np.nan, np.inf, None, True, [0.0, 1]]
)
def test_what_is_no_energy_is_refused(wrong):
    with pytest.raises(ValueError, match="energy"):
        bl.eigenstate_near(SMALL, wrong)
    with pytest.raises(ValueError, match="energy"):
        target_energy(SMALL, wrong)


def test_a_number_is_passed_on():
    for number in (0.25, np.float32(0.25), 1, np.int64(-2)):
        found = target_energy(SMALL, number)
        assert type(found) is float and found == number
