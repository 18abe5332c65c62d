"""Factorisations of H - E, the search for missed levels, and the proof by counting."""

import os
import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

import bathlab as bl
from bathlab.operators import memory
from bathlab.spectrum.direct import nearest
from bathlab.spectrum.direct.choose import factorise
from bathlab.spectrum.direct.ldl import DenseFactorisation
from bathlab.spectrum.direct.superlu import SuperLUFactorisation
from bathlab.spectrum.states.counting import count_levels
from bathlab.streams import goe

#: The engine chooses Pardiso where it is installed.
pytestmark = pytest.mark.extras
CHAIN = bl.couple(bl.LocalChainBath(spins=6), bl.LiomChain(count=3)).sample(seed=4)
GRAIN = bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(count=4)).sample(seed=4)


def pardiso(matrix, shift):
    module = pytest.importorskip("bathlab.spectrum.direct.pardiso")
    pytest.importorskip("pypardiso")
    return module.PardisoFactorisation(sparse.csr_array(matrix), shift)


ENGINES = {
    "Pardiso": pardiso,
    "SuperLU": lambda matrix, shift: SuperLUFactorisation(matrix, shift, "inertia"),
    "dense": lambda matrix, shift: DenseFactorisation(matrix.toarray(), shift),
}


@pytest.fixture
def hidden(monkeypatch):
    """pypardiso as if it were not installed."""
    monkeypatch.setitem(sys.modules, "pypardiso", None)
    module = sys.modules.get("bathlab.spectrum.direct.pardiso")
    if module is not None:
        module._library.cache_clear()
    yield
    module = sys.modules.get("bathlab.spectrum.direct.pardiso")
    if module is not None:
        module._library.cache_clear()


def test_the_kind_of_factors_follows_the_matrix(hidden):
    assert factorise(CHAIN, 0.1).name == "SuperLU"
    assert factorise(CHAIN.hamiltonian.toarray(), 0.1).name == "dense"
    assert factorise(sparse.csr_array(CHAIN.hamiltonian * (1 + 0j)), 0.1).name == "SuperLU"
    state = bl.eigenstate_near(GRAIN, method="sparse", prove=True)
    levels = np.linalg.eigvalsh(GRAIN.hamiltonian.toarray())
    assert abs(state.energy) == pytest.approx(np.abs(levels).min(), abs=1e-12)
    assert state.nearest == "inertia" and state.missed == 0


def test_pardiso_is_used_where_it_is_installed():
    pytest.importorskip("pypardiso")
    assert factorise(CHAIN, 0.1).name == "Pardiso"
    assert factorise(CHAIN, 0.1, "safe").name == "SuperLU"


def test_a_failing_library_is_told_and_replaced(monkeypatch):
    pytest.importorskip("pypardiso")
    from bathlab.spectrum.direct import pardiso as module

    monkeypatch.setattr(module, "_call", lambda *_: -3)
    with pytest.warns(RuntimeWarning, match="reordering failed"):
        assert factorise(CHAIN, 0.1).name == "SuperLU"


def test_memory_is_foreseen_and_given_back(monkeypatch):
    psutil = pytest.importorskip("psutil")
    matrix = (
        bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(5)).sample(1).hamiltonian
    )
    pardiso(matrix, 0.0).close()
    before = psutil.Process().memory_info().rss
    with pardiso(matrix, 0.0) as factors:
        foreseen = factors.memory
    for _ in range(20):  # leaked factors would pile up
        pardiso(matrix, 0.0).close()
    assert psutil.Process().memory_info().rss - before < 3 * foreseen
    assert 8 * 0.1 * matrix.shape[0] ** 2 < foreseen < 8 * 0.6 * matrix.shape[0] ** 2

    class Small:
        available = foreseen / 2

    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: Small)
    with pytest.raises(bl.errors.DoesNotFit, match="lanczos"):
        pardiso(matrix, 0.0)


def test_a_target_on_a_level_is_found_and_proven():
    H = sparse.csr_array(sparse.diags_array(np.arange(-300.0, 300.0)))
    state = bl.eigenstate_near(H, 7.0, method="sparse", prove=True)
    assert (state.energy, state.nearest) == (pytest.approx(7, abs=1e-12), "inertia")


@pytest.mark.slow
def test_the_nearest_is_never_missed():
    """Hundreds of small systems and targets against all levels."""
    generator = np.random.default_rng(3)
    baths = [
        bl.LocalChainBath(5),
        bl.LocalChainBath(6),
        bl.RandomMatrixBath(4, bandwidth=4.2),
        bl.RandomMatrixBath(1, bandwidth=2.25),
    ]
    searched = 0
    for seed in range(60):
        bath = baths[seed % 4]
        lioms = bl.LiomChain(
            6 - min(bath.spins, 4) + seed % 2, alpha=generator.uniform(0.5, 0.9)
        )
        system = bl.couple(bath, lioms).sample(seed)
        levels = np.linalg.eigvalsh(system.hamiltonian.toarray())
        for energy in generator.choice(levels, 4) + generator.normal(0, 0.03, 4):
            if not levels[0] <= energy <= levels[-1]:
                continue
            count = int(generator.integers(1, 4))
            states = bl.eigenstates_near(system, energy, count, method="sparse")
            expected = np.sort(np.abs(levels - energy))[:count]
            assert np.allclose(
                [abs(state.energy - energy) for state in states], expected, rtol=0, atol=1e-11
            )
            searched += states[0].nearest == "completeness"
    assert searched > 200


@pytest.mark.parametrize("engine", ENGINES)
def test_a_wrong_candidate_is_rejected(engine):
    """Without the nearest state among those found, the search and the count must both
    object."""
    levels, vectors = np.linalg.eigh(CHAIN.hamiltonian.toarray())
    for energy in (0.0, 0.7, -1.3):
        order = np.argsort(np.abs(levels - energy))
        with ENGINES[engine](CHAIN.hamiltonian, energy) as factors:
            for seed in range(4):
                generator = np.random.default_rng(seed)
                for kept, right in (
                    (order[:4], True),
                    (order[1:5], False),
                    (order[[0, 2, 3, 4]], False),
                ):
                    reach = np.abs(levels[kept] - energy)[1] * 1.001
                    cleared, images = nearest.search(
                        factors, vectors[:, kept], reach, generator
                    )
                    assert (cleared >= reach) == right
                    if not right:  # the images point at what was missed
                        missed = vectors[:, order[0 if kept[0] != order[0] else 1]]
                        overlap = np.linalg.norm(missed @ np.linalg.qr(images)[0])
                        assert overlap > 0.99
        count_levels(CHAIN, energy, 1, levels[order[:4]])
        for wrong in (order[1:5], order[[0, 2, 3, 4]]):
            with pytest.raises(bl.errors.NotConverged, match="were found"):
                count_levels(CHAIN, energy, 2, levels[wrong])


def test_a_missed_level_is_found_by_the_search(monkeypatch):
    """A first space that holds a wrong state goes on from the search's images to the right
    one."""
    levels, vectors = np.linalg.eigh(GRAIN.hamiltonian.toarray())
    order = np.argsort(np.abs(levels))
    settle, calls = nearest._InverseSpace.settle, []

    def forgetful(space, block, wanted, generator):
        calls.append(wanted)
        if len(calls) == 1:
            space._append(vectors[:, order[1:5]])
            return vectors[:, order[1:5]].copy()
        return settle(space, block, wanted, generator)

    monkeypatch.setattr(nearest._InverseSpace, "settle", forgetful)
    state = bl.eigenstate_near(GRAIN, method="sparse")
    assert len(calls) == 2 and state.nearest == "completeness"
    assert state.energy == pytest.approx(levels[order[0]], abs=1e-12)


def test_a_degenerate_level_is_unchecked_or_complete_but_right():
    H = sparse.block_diag([CHAIN.hamiltonian] * 3, format="csr")
    levels = np.linalg.eigvalsh(CHAIN.hamiltonian.toarray())
    states = bl.eigenstates_near(H, 0.0, 3, method="sparse")
    assert np.allclose(
        [state.energy for state in states], levels[np.argmin(np.abs(levels))], atol=1e-12
    )
    vectors = np.array([state.vector for state in states])
    assert np.allclose(vectors @ vectors.T, np.eye(3), atol=1e-9)


def test_every_state_says_how_it_is_known():
    assert bl.eigenstate_near(bl.diagonalise(CHAIN)).nearest == "all levels"
    assert bl.eigenstate_near(CHAIN, method="dense").missed == 0
    found = bl.eigenstate_near(CHAIN, method="sparse")
    assert found.nearest == "completeness" and 0 < found.missed < 1e-12
    proven = bl.eigenstate_near(CHAIN, method="sparse", prove=True)
    assert (proven.nearest, proven.missed) == ("inertia", 0) and proven.energy == found.energy


def test_complex_and_filled_matrices_are_proven_too():
    generator = np.random.default_rng(8)
    H = goe(450, 1.0, generator) + 1j * np.triu(generator.standard_normal((450, 450)), 1) / 20
    H = (H + H.conj().T) / 2
    thin = sparse.csr_array(
        np.where(np.abs(np.subtract.outer(range(450), range(450))) < 9, H, 0)
    )
    for matrix in (H, H.real, thin):
        full = matrix.toarray() if sparse.issparse(matrix) else matrix
        levels = np.linalg.eigvalsh(full)
        state = bl.eigenstate_near(matrix, 0.1, prove=True)
        assert state.energy == pytest.approx(levels[np.argmin(np.abs(levels - 0.1))], abs=1e-12)
        assert state.nearest == "inertia"


CODE = """
import hashlib, sys
import bathlab as bl
from threadpoolctl import threadpool_limits
with threadpool_limits(1):
    s = bl.couple(bl.LocalChainBath(spins=7), bl.LiomChain(count=4)).sample(2)
    state = bl.eigenstate_near(s.hamiltonian, method="sparse")
sys.stdout.write(hashlib.sha256(state.vector.tobytes()).hexdigest())
"""


THREADS = """
import bathlab as bl
from bathlab.spectrum.direct.pardiso import PardisoFactorisation
s = bl.couple(bl.LocalChainBath(spins=%d), bl.LiomChain(count=4)).sample(2)
factors = PardisoFactorisation(s.matrix(), 0.1)
b = s.matrix() @ ([1.0] * s.dimension) - 0.1
assert abs(factors.solve(b) - 1).max() < 1e-6, factors.solve(b)
"""


@pytest.mark.slow
@pytest.mark.parametrize("spins", [7, 9])
def test_factors_are_right_on_as_many_threads_as_there_are(spins):
    """2048 rows, on one thread, and 8192; with no limit set in the environment."""
    pytest.importorskip("pypardiso")
    free = {key: value for key, value in os.environ.items() if "NUM_THREADS" not in key}
    code = [sys.executable, "-c", THREADS % spins]
    subprocess.run(code, env=free, check=True)


@pytest.mark.slow
def test_the_same_bits_in_every_process():
    bits = {
        subprocess.run(
            [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(bits) == 1 and len(bits.pop()) == 64


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_factors_work_after_a_fork():
    expected = bl.eigenstate_near(GRAIN, method="sparse").energy
    child = os.fork()
    if child == 0:  # pragma: no cover
        same = abs(bl.eigenstate_near(GRAIN, method="sparse").energy - expected) < 1e-12
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_without_a_forecast_the_message_names_the_alternatives(hidden, monkeypatch):
    class Small:
        available = 2**20

    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: Small)
    with pytest.raises(bl.errors.DoesNotFit, match='pypardiso.*method="lanczos"'):
        factorise(GRAIN, 0.0)
