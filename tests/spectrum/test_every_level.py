"""All levels against LAPACK, with their multiplicities, and what is said if some are not."""

import re

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import aslinearoperator

import bathlab as bl
from bathlab.errors import NotConverged
from bathlab.operators.traces import Traces, traces_of
from bathlab.spectrum.krylov.lanczos import random_start
from bathlab.spectrum.staircase import base, looks, multiplicity

#: Of the width: LAPACK and Lanczos agree to some 1e-14 of it at these n.
ROUNDING = 1e-12


def random_chain(spins, seed=1, kind=float):
    """A spin chain with random fields along x and z, and along y if it is to be complex."""
    draw = np.random.default_rng(seed)
    x, z = sparse.csr_array([[0, 1.0], [1, 0]]), sparse.csr_array([[1.0, 0], [0, -1]])
    y = sparse.csr_array([[0, -1j], [1j, 0]])

    def on(matrix, site):
        left, right = (sparse.eye_array(2**k) for k in (site, spins - site - 1))
        return sparse.kron(sparse.kron(left, matrix), right)

    H = sum(on(z, i) @ on(z, i + 1) for i in range(spins - 1))
    for matrix in (x, z, y) if kind is complex else (x, z):
        H = H + sum(draw.normal() * on(matrix, i) for i in range(spins))
    return sparse.csr_array(H)


def copies(matrix, count):
    """Every level ``count`` times, in a basis that does not show it."""
    return sparse.csr_array(sparse.kron(matrix, sparse.eye_array(count)))


def clean_ring(spins):
    """The Heisenberg ring, whose levels are multiplets, some of both momenta."""
    H = sparse.csr_array((2**spins, 2**spins))
    for i in range(spins):
        for pauli in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]):
            term = np.array([[1]])
            for site in range(spins):
                here = pauli if site in (i, (i + 1) % spins) else np.eye(2)
                term = sparse.kron(term, sparse.csr_array(np.array(here)))
            H = H + term / 4
    return sparse.csr_array(H.real)


SYSTEMS = {
    "random matrix with LIOMs": lambda: bl.couple(
        bl.RandomMatrixBath(5, bandwidth=4.2), bl.LiomChain(4, g1=0.3, alpha=0.7)
    ).sample(1, 0),
    "complex random matrix": lambda: bl.couple(
        bl.RandomMatrixBath(4, bandwidth=4.2, symmetry="unitary"),
        bl.LiomChain(5, g1=0.3, alpha=0.7),
    ).sample(1, 0),
    "spin chain with LIOMs": lambda: bl.couple(
        bl.LocalChainBath(7), bl.LiomChain(2, g1=0.2, alpha=0.6)
    ).sample(2, 0),
    "weakly coupled": lambda: bl.couple(
        bl.RandomMatrixBath(5, bandwidth=4.2), bl.LiomChain(4, g1=1e-7, alpha=0.7)
    ).sample(3, 0),
    "sparse": lambda: random_chain(9),
    "complex sparse": lambda: random_chain(8, kind=complex),
    "full": lambda: random_chain(6).toarray(),
    "constant": lambda: random_chain(9) + 1e6 * sparse.eye_array(512, format="csr"),
    "far level": lambda: (
        random_chain(9) + sparse.diags_array(np.where(np.arange(512) == 7, 1e6, 0.0))
    ),
    "twice": lambda: copies(random_chain(8), 2),
    "twice, complex": lambda: copies(random_chain(8, kind=complex), 2),
    "four times": lambda: copies(random_chain(7), 4),
    "multiplets": lambda: clean_ring(9),
    "one state": lambda: np.array([[0.3]]),
    "two states": lambda: np.array([[0.3, 0.1], [0.1, 0.0]]),
    "three states, two levels": lambda: np.diag([0.3, 0.3, -1.0]),
    "zero": lambda: np.zeros((4, 4)),
}


@pytest.fixture(scope="module", params=SYSTEMS)
def solved(request):
    """A system, its levels by LAPACK less the constant in it, and that."""
    H = SYSTEMS[request.param]()
    matrix = H.matrix() if hasattr(H, "matrix") else H
    dense = matrix.toarray() if sparse.issparse(matrix) else matrix
    constant = 1e6 if request.param == "constant" else 0.0
    return H, np.linalg.eigvalsh(dense - constant * np.eye(len(dense))), constant


@pytest.mark.parametrize("method", ["auto", "dense"])
def test_all_levels_are_there(solved, method):
    H, energies, constant = solved
    found = bl.levels(H, method)
    width, stored = np.ptp(energies), np.spacing(constant)
    assert found.energies.shape == energies.shape
    tolerance = ROUNDING * width + 4 * stored
    assert np.abs(found.energies - constant - energies).max() <= tolerance
    assert found.trace_error <= base.TRACE_TOLERANCE * len(energies) + (constant > 0) * 1e-6


@pytest.mark.parametrize("name", ["sparse", "complex sparse", "twice", "two states"])
def test_products_alone_are_enough(name):
    matrix = sparse.csr_array(SYSTEMS[name]())
    energies = np.linalg.eigvalsh(matrix.toarray())
    found = bl.levels(aslinearoperator(matrix))
    assert found.method == "lanczos"
    assert np.abs(found.energies - energies).max() <= ROUNDING * np.ptp(energies)


def test_multiplicities_are_told():
    base_levels = np.linalg.eigvalsh(random_chain(8).toarray())
    found, counts = bl.levels(copies(random_chain(8), 2)).distinct()
    assert np.array_equal(counts, np.full(256, 2))
    assert np.abs(found - base_levels).max() < ROUNDING * np.ptp(base_levels)


@pytest.mark.parametrize("share", [0.0, 1e-9])
def test_a_level_that_the_first_start_does_not_see(share):
    """Its weight is lost in the rounding of the others; no level is taken twice for it."""
    n = 256
    start = random_start(bl.operators.as_system(np.eye(n)))
    start /= np.linalg.norm(start)
    draw = np.random.default_rng(5)
    hidden = draw.standard_normal(n)
    hidden -= (hidden @ start) * start
    hidden = hidden / np.linalg.norm(hidden) + share * start
    basis, _ = np.linalg.qr(np.column_stack([hidden, draw.standard_normal((n, n - 1))]))
    levels = np.sort(draw.standard_normal(n))
    H = basis * np.roll(levels, n // 2) @ basis.T
    found = bl.levels((H + H.T) / 2, method="lanczos")
    np.testing.assert_allclose(found.energies, levels, rtol=0, atol=ROUNDING * np.ptp(levels))


@pytest.mark.parametrize("alpha, realisation", [(0.4, 37), (0.5, 65)])
def test_close_pairs_that_come_late_are_not_taken_for_copies(alpha, realisation):
    """Looks without a new level end before these pairs are told apart."""
    sun = bl.QuantumSun(lioms=7, alpha=alpha).sample(7, realisation)
    levels = np.linalg.eigvalsh(sun.hamiltonian.toarray())
    found = bl.levels(sun, method="lanczos")
    np.testing.assert_allclose(found.energies, levels, rtol=0, atol=ROUNDING * np.ptp(levels))


def test_what_is_unresolved_is_told_with_its_place():
    """Three levels, each of which more copies are there than directions are taken."""
    energies = np.repeat([-1.0, 0.5, 2.0], [40, 8, 6])
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((54, 54)))[0]
    H = turn * energies @ turn.T
    with pytest.raises(
        NotConverged, match="12 of 54 levels were found.*the 42 others"
    ) as raised:
        bl.levels((H + H.T) / 2, "lanczos")
    mean = (36 * -1.0 + 4 * 0.5 + 2 * 2.0) / 42
    told = re.search(r"lie at (\S+) in the mean", str(raised.value))
    assert float(told[1]) == pytest.approx(mean, abs=1e-9)
    assert len(raised.value.estimate.energies) == 12
    assert np.abs(bl.levels((H + H.T) / 2).energies - energies).max() < 1e-13


@pytest.mark.parametrize("wrong", ["missing", "twice", "moved", "traces"])
def test_the_traces_catch_what_is_wrong(wrong):
    H = random_chain(9)
    energies, traces = np.linalg.eigvalsh(H.toarray()), traces_of(bl.operators.as_system(H))
    assert base.checked(energies, traces, "dense").trace_error < 1e-12
    if wrong == "missing":
        energies = np.delete(energies, 100)
    elif wrong == "twice":  # in place of its neighbour
        energies[100] = energies[101]
    elif wrong == "moved":
        energies[100] += 1e-9
    else:
        traces = Traces(traces.dimension, traces.mean, traces.square * (1 + 1e-9))
    with pytest.raises(NotConverged) as raised:
        base.checked(energies, traces, "dense")
    assert raised.value.estimate.energies is energies


def found(*levels, reach=1e-13):
    return looks.Found(np.array(levels), np.full(len(levels), reach))


def test_looks_are_united():
    """What one look lacks comes from the other; copies stay one, and a pair two."""
    one, other = found(0.0, 0.5, 0.7, 1.0), found(0.0, 0.3, 0.5 + 1e-13, 1.0)
    expected = [0, 0.3, 0.5, 0.7, 1.0]
    assert looks.united(one, other).levels == pytest.approx(expected, abs=1e-12)
    pair, blurred = found(0.0, 0.5, 0.5 + 1e-12, 1.0), found(0.0, 0.5 + 3e-9, 1.0, reach=1e-8)
    for first, second in ((one, pair), (pair, one)):
        assert len(looks.united(first, second).levels) == 5
    for first, second in ((pair, blurred), (blurred, pair)):
        assert np.array_equal(looks.united(first, second).levels, pair.levels)
    for first, second in ((one, blurred), (blurred, one)):
        assert np.array_equal(looks.united(first, second).levels, one.levels)


@pytest.mark.parametrize(
    ("distance", "residuals", "count"),
    [
        (1e-6, (1e-9, 1e-3), 20),  # a copy on its way beside its level
        (1e-9, (1e-8, 1e-8), 19),  # level and copy, or two levels: nobody knows
        (1e-9, (1e-13, 1e-13), 21),  # two levels
        (1e-13, (1e-5, 1e-5), 20),  # a copy that has arrived
        (1e-6, (1e-4, 1e-4), 19),  # nothing has converged
    ],
)
def test_ritz_values_that_are_levels(distance, residuals, count):
    """Twenty levels, and one more Ritz value beside the tenth."""
    ritz = np.sort(np.append(np.arange(20.0), 10 + distance)) / 20
    reach = np.full(21, 1e-14)
    reach[10:12] = residuals
    assert len(looks.converged(ritz, np.ones(21), reach).levels) == count


def test_directions_tell_copies_from_neighbours(monkeypatch):
    """Without a second direction every level would count once: 256 of 512."""
    monkeypatch.setattr(multiplicity, "MOST_DIRECTIONS", 1)
    with pytest.raises(NotConverged, match="256 of 512"):
        bl.levels(copies(random_chain(8), 2), "lanczos")


@pytest.mark.parametrize("name", ["random matrix with LIOMs", "complex random matrix"])
def test_moments_of_parts_are_those_of_the_matrix(name):
    H = SYSTEMS[name]()
    parts, matrix = traces_of(H), H.matrix().toarray()
    centred = matrix - np.trace(matrix).real / len(matrix) * np.eye(len(matrix))
    assert parts.mean == pytest.approx(np.trace(matrix).real / len(matrix), abs=1e-14)
    assert parts.square == pytest.approx(np.linalg.norm(centred) ** 2, rel=1e-13)
    of_products = traces_of(bl.operators.as_system(aslinearoperator(H.matrix())))
    assert of_products == pytest.approx(parts, rel=1e-12)


def test_a_circuit_gives_its_quasienergies():
    circuit = bl.BrickworkCircuit(6, 0.1).sample(1, 0)
    found = bl.levels(circuit)
    assert np.array_equal(found.energies, bl.diagonalise(circuit).energies)
    assert np.isnan(found.trace_error)
