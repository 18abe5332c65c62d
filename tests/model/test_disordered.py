"""A bath of one's own: the function, what is refused of it, and how a store knows it."""

import functools
import random
import re
import warnings

import cloudpickle
import numpy as np
import pytest
import twin
from scipy import sparse

import bathlab as bl
from bathlab.errors import FixedBath
from bathlab.model import BathMatrices, CoreBath, DisorderedBath, check_bath
from bathlab.streams import Purpose, stream


def ladder(seed, realisation, *, rungs=2, disorder=1.0):
    """Two legs of spins; random rungs. Its own kron, not the package's."""
    spins = 2 * rungs
    strength = disorder * stream(seed, realisation, "rungs").uniform(-1, 1, rungs)
    H = sum(0.7 * twin.site(twin.Z, i, spins) for i in range(spins))
    H = H + sum(0.4 * twin.site(twin.X, i, spins) for i in range(spins))
    for rung in range(rungs):
        left, right = 2 * rung, 2 * rung + 1
        H = H + (1 + strength[rung]) * twin.site(twin.X, left, spins) @ twin.site(
            twin.X, right, spins
        )
        if rung:
            H = H + twin.site(twin.X, left - 2, spins) @ twin.site(twin.X, left, spins)
    contact, probe = twin.site(twin.X, spins - 1, spins), twin.site(twin.X, 0, spins)
    return BathMatrices(H, contact, probe, (2,) * spins)


def three(seed, realisation, size=4):
    H = stream(seed, realisation, "H").standard_normal((size, size))
    return H + H.T, np.eye(size), np.diag(np.arange(size))


def test_a_bath_of_a_function_is_a_bath_like_any_other():
    bath = DisorderedBath(ladder, {"disorder": 0.5})
    expected = ladder(3, 7, disorder=0.5)
    grain = bath.sample(3, 7)
    assert np.array_equal(grain.hamiltonian, expected.hamiltonian)
    assert grain.system.dims == (2, 2, 2, 2)
    fields, couplings = [0.9, 1.2], [0.3, 0.2]
    lioms = bl.LiomChain.given(fields, couplings)
    system = bl.couple(bath, lioms).sample(3, 7)
    H = twin.coupled(expected.hamiltonian, expected.contact, fields, couplings)
    assert np.allclose(system.hamiltonian.toarray(), H, atol=1e-14)
    state = bl.eigenstate_near(system, 0.1)
    found = bl.log_ipr(bl.spectral_measure(system, system.operator("probe"), state))
    probe = np.kron(expected.probe, np.eye(4))
    assert found == pytest.approx(twin.participation(H, probe, 0.1), abs=1e-9)
    assert bl.EnlargedBath(bath, bl.LiomChain(1)).sample(1, 2).dimension == 32
    check_bath(bath)
    check_bath(bl.EnlargedBath(bath, bl.LiomChain(1)))


@pytest.mark.parametrize(
    "form",
    [
        lambda H, V, B: (H, V, B),
        lambda H, V, B: [sparse.coo_array(H), sparse.csc_matrix(V), B],
        lambda H, V, B: bl.GivenBath(H, V, B),
        lambda H, V, B: BathMatrices(H, V, B, (2, 2)),
    ],
)
def test_the_matrices_may_have_any_form(form):
    bath = DisorderedBath(lambda seed, k: form(*three(seed, k)))
    assert np.array_equal(bath.sample(2, 5).hamiltonian, three(2, 5)[0])
    check_bath(bath)


def test_a_draw_is_that_of_the_function_in_any_order_and_process():
    bath = DisorderedBath(three)
    there = cloudpickle.loads(cloudpickle.dumps(bath))
    for realisation in (4, 0, 4, 2):
        drawn = bath.sample(1, realisation).hamiltonian
        assert np.array_equal(drawn, three(1, realisation)[0])
        assert np.array_equal(there.sample(1, realisation).hamiltonian, drawn)


def test_the_function_is_called_with_plain_whole_numbers():
    called = []

    def noted(seed, realisation):
        called.append((type(seed), type(realisation)))
        return three(seed, realisation)

    DisorderedBath(noted).sample(np.int64(3), np.int32(1))
    assert set(called) == {(int, int)}
    for wrong in (("1", 0), (1, None), (-1, 0), (1, 0.5), (True, 0)):
        with pytest.raises(ValueError, match="expected an integer"):
            DisorderedBath(noted).sample(*wrong)
    assert len(called) == 2


CALLS = []


def counted(seed, k):
    CALLS.append(k)
    H, V, B = three(seed, k)
    return H + len(CALLS), V, B


def remembered(seed, k):
    """Pure in two calls running, but the result remembers all earlier realisations."""
    CALLS.append(k)
    H, V, B = three(seed, k)
    return H + len(set(CALLS)), V, B


def lower(seed, k):
    H, V, B = three(seed, k)
    return np.tril(H), V, B


def with_nan(seed, k):
    H, V, B = three(seed, k)
    return H, V, B * np.nan


WRONG = {
    "global numpy": (lambda s, k: (np.random.standard_normal() * np.eye(2),) * 3, "global"),
    "global numpy, seeded": (lambda s, k: (np.random.seed(k), three(s, k))[1], "global"),
    "global Python": (lambda s, k: (random.random() * np.eye(2),) * 3, "global"),
    "fresh entropy": (
        lambda s, k: (np.random.default_rng().random() * np.eye(2),) * 3,
        "one call to the next",
    ),
    "counts its calls": (counted, "one call to the next"),
    "not Hermitian": (lower, "hamiltonian.*Hermitian"),
    "not finite": (with_nan, "probe.*finite"),
    "two matrices": (lambda s, k: three(s, k)[:2], "a tuple of 2.*hamiltonian, contact, probe"),
    "one matrix": (lambda s, k: np.eye(3), "a ndarray.*hamiltonian, contact, probe"),
    "nothing": (lambda s, k: None, "a NoneType.*return hamiltonian"),
    "another contact": (lambda s, k: (np.eye(4), np.eye(3), np.eye(4)), r"contact.*\(3, 3\)"),
    "text": (lambda s, k: ("H", "V", "O"), "hamiltonian"),
    "dims of text": (lambda s, k: BathMatrices(*three(s, k), "4"), "dims"),
    "no dims": (lambda s, k: BathMatrices(*three(s, k), (4, -1)), "dims"),
    "dims": (lambda s, k: BathMatrices(*three(s, k), (2, 3)), r"dims = \(2, 3\).*for 4 states"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_pure_bath_is_refused_when_it_is_first_drawn(name):
    function, words = WRONG[name]
    with pytest.raises(ValueError, match=re.compile(words, re.DOTALL)) as caught:
        DisorderedBath(function).sample(1, 0)
    assert "seed = 1, realisation = 0" in str(caught.value)
    with pytest.raises(ValueError, match=re.compile(words, re.DOTALL)):
        check_bath(DisorderedBath(function))


def test_a_dimension_that_changes_is_refused():
    bath = DisorderedBath(lambda seed, k: three(seed, k, 3 + k % 2))
    bath.sample(1, 0), bath.sample(1, 2)
    with pytest.raises(ValueError, match=r"realisation = 3 .*\(4,\).*\(3,\)"):
        bath.sample(1, 3)
    with pytest.raises(ValueError, match="not the size"):
        check_bath(bath)


def test_a_memory_of_earlier_draws_is_found_by_the_closer_look():
    CALLS.clear()
    with pytest.raises(ValueError, match="drawn before"):
        check_bath(DisorderedBath(remembered))


def test_a_class_of_its_own_is_looked_at_too():
    class Skew(CoreBath):
        def draw(self, seed, realisation):
            H, V, B = three(seed, realisation)
            return BathMatrices(np.triu(H), V, B, (4,))

    with pytest.raises(ValueError, match="Skew at seed = 1.*Hermitian"):
        check_bath(Skew())
    check_bath(bl.LocalChainBath(3))
    check_bath(bl.RandomMatrixBath(2, bandwidth=1.0), seed=5, realisations=2)
    for wrong in (three, "bath", bl.LocalChainBath):
        with pytest.raises(ValueError, match="DisorderedBath"):
            check_bath(wrong)
    with pytest.raises(ValueError, match="realisations"):
        check_bath(bl.LocalChainBath(3), realisations=1)
    with pytest.raises(ValueError, match="seed"):
        check_bath(bl.LocalChainBath(3), seed="1")


@pytest.mark.parametrize(
    "function, arguments",
    [
        (three, {"sise": 4}),
        (lambda seed: None, {}),
        (lambda seed, realisation, field: None, {}),
        (three, {"seed": 3}),
        (three(1, 0), {}),
        ("three", {}),
        (three, [4]),
        (three, None),
    ],
)
def test_a_function_that_cannot_be_called_so_is_refused_when_the_bath_is_made(
    function, arguments
):
    with pytest.raises(ValueError, match="given.*expected"):
        DisorderedBath(function, arguments)


def test_complex_matrices_are_a_bath_too():
    def peierls(seed, realisation):
        phases = stream(seed, realisation, "phases").uniform(0, 2 * np.pi, 3)
        H = np.diag(np.exp(1j * phases), 1)
        return H + H.conj().T, np.eye(4), np.diag(np.arange(4))

    bath = DisorderedBath(peierls)
    check_bath(bath)
    levels = np.linalg.eigvalsh(peierls(1, 3)[0])
    assert np.allclose(bath.sample(1, 3).energies, levels, atol=1e-14)


def test_a_bath_without_disorder_says_so_once():
    H, V, B = three(1, 0)
    given = bl.GivenBath(H, V, B)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for realisation in range(5):
            given.sample(1, realisation)
            bl.couple(bl.LocalChainBath(2), bl.LiomChain(1)).sample(1, realisation)
    assert [warning.category for warning in caught] == [FixedBath]
    assert "DisorderedBath" in str(caught[0].message)
    with pytest.warns(FixedBath, match="GivenBath is the same"):
        check_bath(given)
    with pytest.warns(FixedBath, match="DisorderedBath is the same"):
        check_bath(DisorderedBath(lambda seed, realisation: (H, V, B)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_bath(bl.EnlargedBath(given, bl.LiomChain(1)))


def test_named_streams_are_independent_and_stay():
    def draw(*key):
        return stream(*key).standard_normal()

    draws = {draw(1, 2, name, index) for name in ("a", "b", "ab") for index in range(3)}
    draws |= {draw(1, 2, purpose, index) for purpose in Purpose for index in range(3)}
    draws |= {draw(seed, k, "a") for seed, k in ((2, 1), (1, 3), (2**100, 2))}
    assert len(draws) == 9 + 3 * len(Purpose) + 3
    # The first number of one stream, drawn when streams with names came: bits of stores.
    assert draw(1, 2, "rungs", 3) == -0.057911034240977564
    for wrong in ("", None, 3, 1.0, b"rungs"):
        with pytest.raises(ValueError, match="purpose.*expected"):
            stream(1, 2, wrong)


def described(bath):
    return bl.Case("c", bath, 1).described


def test_a_store_knows_a_bath_by_code_and_arguments():
    def made(text, **arguments):
        home = {"__name__": "mine", "np": np}
        exec(compile(text, f"<{text}>", "exec"), home)
        return described(DisorderedBath(home["draw"], arguments))

    first = made("def draw(seed, k, a=1): return np.eye(2) * 2, 0, 0", a=1)
    assert first["arguments"] == {"a": 1} and first["function"].startswith("mine.draw")
    assert made("def draw(seed, k, a=1): return np.eye(2) * 2, 0, 0", a=1) == first
    assert made("def draw(seed, k, a=1): return np.eye(2) * 3, 0, 0", a=1) != first
    assert made("def draw(seed, k, a=1): return np.eye(2) * 2, 0, 0", a=2) != first
    partial = DisorderedBath(functools.partial(three, size=3))
    assert described(partial) != described(DisorderedBath(three))
    assert described(partial) != described(DisorderedBath(functools.partial(three, size=5)))
    assert described(partial) == described(DisorderedBath(functools.partial(three, size=3)))


def test_equal_functions_and_arguments_make_equal_baths():
    bath = DisorderedBath(ladder, {"rungs": 1})
    assert bath == DisorderedBath(ladder, {"rungs": 1})
    assert hash(bath) == hash(DisorderedBath(ladder, {"rungs": 1}))
    assert bath != DisorderedBath(ladder) and bath != DisorderedBath(three)
    bath.sample(1)
    assert bath == DisorderedBath(ladder, {"rungs": 1})
