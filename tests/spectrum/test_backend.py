"""The device path on the host: through numpy, and through arrays that refuse to leave.

No device is needed: what this shows is the arithmetic of the path and
that nothing crosses between host and device behind its back.
"""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from remote import BACKENDS, NUMPY, Link
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

import bathlab as bl
from bathlab.spectrum.backend import CPU, resolve
from bathlab.spectrum.krylov import device, device_products
from bathlab.spectrum.krylov.lanczos import Lanczos

#: What the package promises of results on a device.
AGREEMENT = 1e-8


def _sparse_bath(spins, seed):
    """A sparse bath whose contact has four eigenvalues, spread over two sites."""
    matrix = bl.LocalChainBath(spins).sample(seed).hamiltonian
    x, z = np.array([[0, 1.0], [1, 0]]), np.diag([1.0, -1.0])
    pair = np.kron(x + 0.3 * z, np.eye(2)) + 0.5 * np.kron(np.eye(2), x + 0.2 * z)
    contact = sparse.kron(
        sparse.eye_array(2 ** (spins - 2)), sparse.csr_array(pair), format="csr"
    )
    return bl.GivenBath(matrix, contact, contact)


def _dense_bath(rows, seed):
    matrix, contact = np.random.default_rng(seed).standard_normal((2, rows, rows))
    return bl.GivenBath(
        matrix + matrix.T, contact + contact.T, np.diag(np.arange(1.0, rows + 1))
    )


def _uneven(n):
    """An arrow: rows of 2 entries and one of n."""
    matrix = np.diag(np.linspace(-2.0, 3.0, n) ** 3)
    matrix[0, 1:] = matrix[1:, 0] = np.linspace(0.5, 1.5, n - 1)
    return sparse.csr_array(matrix)


def _arrow_bath(n):
    contact = sparse.csr_array(sparse.diags_array(np.linspace(-1.0, 1.0, n)))
    return bl.GivenBath(_uneven(n), contact, sparse.eye_array(n) + _uneven(n) / n)


def _complex(n):
    matrix = np.random.default_rng(2).standard_normal((2, n, n)) / np.sqrt(n)
    return matrix[0] + matrix[0].T + 1j * (matrix[1] - matrix[1].T)


SYSTEMS = {
    "GOE": bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(3)),
    "chain": bl.couple(bl.LocalChainBath(8), bl.LiomChain(2)),
    "one spin": bl.couple(bl.RandomMatrixBath(1, bandwidth=2.25), bl.LiomChain(7)),
    "no LIOM": bl.couple(bl.LocalChainBath(8), bl.LiomChain(0)),
    "dense, any contact": bl.couple(_dense_bath(37, 4), bl.LiomChain(3)),
    "contact 1": bl.couple(
        bl.GivenBath(np.diag(np.arange(9.0)) + 0.3, np.eye(9), np.ones((9, 9))), bl.LiomChain(4)
    ),
    "arrow": bl.couple(_arrow_bath(60), bl.LiomChain(3)),
    "sparse, any contact": bl.couple(_sparse_bath(8, 4), bl.LiomChain(1)),
}
MATRICES = {
    "dense": _complex(80).real + np.diag(np.arange(80.0)),
    "complex": _complex(80),
    "complex CSR": sparse.csr_array(_complex(80)),
    "arrow": _uneven(90),
    "diagonal": sparse.csr_array(sparse.diags_array(np.arange(50.0))),
    "zero": sparse.csr_array((20, 20)),
}


@pytest.fixture(params=BACKENDS)
def backend(request):
    return BACKENDS[request.param]()


def runs(operator, backend, steps, start=None):
    """Lanczos on the host and on ``backend`` from one start vector."""
    if start is None:
        start = np.random.default_rng(1).standard_normal(operator.shape[0])
    both = Lanczos(operator, start), Lanczos(operator, start, backend)
    for run in both:
        run.extend(steps)
    return both


@pytest.mark.parametrize("name", SYSTEMS)
def test_results_are_those_of_the_host(name, backend):
    system = SYSTEMS[name].sample(seed=3)
    host, there = (
        bl.eigenstate_near(system, 0.1, "lanczos", backend=where) for where in ("cpu", backend)
    )
    assert there.energy == pytest.approx(host.energy, abs=1e-11)
    assert abs(host.vector @ there.vector) == pytest.approx(1, abs=1e-10)
    operator = system.operator("probe")
    full, krylov = (
        bl.spectral_measure(system, operator, host, "lanczos", backend=where)
        for where in ("cpu", backend)
    )
    assert krylov.method == "lanczos"
    assert bl.log_ipr(krylov) == pytest.approx(bl.log_ipr(full), abs=AGREEMENT)
    for one, other in ((full, krylov), (krylov, full)):
        seen = other.weights > 1e-9  # a fainter level may escape either run
        place = np.argmin(np.abs(one.energies[:, None] - other.energies[seen]), axis=0)
        assert np.allclose(one.energies[place], other.energies[seen], rtol=0, atol=1e-9)
        assert np.allclose(one.weights[place], other.weights[seen], rtol=0, atol=AGREEMENT)


@pytest.mark.parametrize("name", ["GOE", "one spin", "dense, any contact"])
def test_dense_results_are_those_of_the_host(name, backend):
    system = SYSTEMS[name].sample(seed=3)
    host, there = (bl.diagonalise(system, backend=where) for where in ("cpu", backend))
    assert type(there.energies) is type(there.vectors) is np.ndarray
    assert np.allclose(host.energies, there.energies, atol=1e-11)
    state = bl.eigenstates_near(system, 0.1, 2, "dense", backend=backend)[1]
    assert state.residual < 1e-10 and state.method == "dense"
    values = [
        bl.log_ipr(
            bl.spectral_measure(system, system.operator("probe"), state, "dense", backend=where)
        )
        for where in ("cpu", backend)
    ]
    assert values[0] == pytest.approx(values[1], abs=AGREEMENT)


def test_a_complex_matrix_is_diagonalised(backend):
    matrix = MATRICES["complex"]
    system = bl.diagonalise(matrix, backend=backend)
    assert np.allclose(matrix @ system.vectors, system.vectors * system.energies, atol=1e-12)


@pytest.mark.parametrize("name", MATRICES)
def test_matrices_without_a_table_form(name, backend):
    host, there = runs(MATRICES[name], backend, 15)
    scale = abs(MATRICES[name]).max()
    assert np.allclose(
        host.centre + host.diagonal, there.centre + there.diagonal, rtol=0, atol=1e-9 * scale
    )
    assert np.allclose(host.offdiagonal, there.offdiagonal, rtol=0, atol=1e-9 * scale)
    weights = np.random.default_rng(3).standard_normal((2, len(host.diagonal)))
    assert np.allclose(host.combine(weights), there.combine(weights), atol=1e-8)


def test_a_complex_start_leaves_the_table(backend):
    system = SYSTEMS["chain"].sample(seed=3)
    parts = np.random.default_rng(5).standard_normal((2, system.dimension))
    host, there = runs(system, backend, 20, parts[0] + 1j * parts[1])
    assert np.allclose(host.diagonal, there.diagonal, atol=1e-10)
    assert np.allclose(host.combine(np.eye(20)), there.combine(np.eye(20)), atol=1e-9)


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_replay_gives_the_lanczos_vectors_in_the_basis_of_H(name, backend):
    system = SYSTEMS[name].sample(seed=3)
    _, there = runs(system, backend, 12)
    vectors = there.combine(np.eye(12))
    assert np.allclose(vectors @ vectors.T, np.eye(12), atol=1e-9)
    matrix = vectors @ (system @ vectors.T)
    assert np.allclose(matrix.diagonal(), there.centre + there.diagonal, atol=1e-9)
    assert np.allclose(matrix.diagonal(1), there.offdiagonal[:-1], atol=1e-9)


def test_chunks_change_no_bit(monkeypatch):
    system = SYSTEMS["GOE"].sample(seed=3)
    start = np.random.default_rng(1).standard_normal(system.dimension)
    whole = Lanczos(system, start, NUMPY)
    whole.extend(60)
    monkeypatch.setattr(device, "CHUNK_STEPS", 7)
    parts = Lanczos(system, start, NUMPY)
    for steps in (1, 20, 39):
        parts.extend(steps)
    assert np.array_equal(whole.diagonal, parts.diagonal)
    assert np.array_equal(whole.offdiagonal, parts.offdiagonal)
    weights = np.random.default_rng(3).standard_normal((3, 60))
    assert np.array_equal(whole.combine(weights), parts.combine(weights))


@pytest.mark.parametrize("chunk", [1, 4, 1000])
def test_a_closed_krylov_space_ends_inside_a_chunk(chunk, backend, monkeypatch):
    monkeypatch.setattr(device, "CHUNK_STEPS", chunk)
    H = np.diag(np.repeat([-1.0, 0.5, 2.0, 2.5], 10))
    # Levels in pairs +-E make every alpha rounding, also the last one: a chunk of one step must
    # remember the coefficients before it to know its beta for rounding.
    paired = np.diag(np.repeat([-1.3, -0.4, 0.4, 1.3], 10))
    for operator in (H, sparse.csr_array(H), np.eye(40), paired):
        _, there = runs(operator, backend, 30, np.ones(40))
        levels = np.unique(operator.diagonal())
        assert there.complete and len(there.diagonal) == len(levels)
        ritz = np.linalg.eigvalsh(
            np.diag(there.diagonal)
            + np.diag(there.offdiagonal[:-1], 1)
            + np.diag(there.offdiagonal[:-1], -1)
        )
        assert np.allclose(there.centre + ritz, levels, atol=1e-12)
        vectors = there.combine(np.eye(len(levels)))
        assert np.allclose(vectors @ vectors.T, np.eye(len(levels)), atol=1e-12)
        there.extend(5)
        assert len(there.diagonal) == len(levels)


def test_the_host_waits_once_per_chunk_not_once_per_step(monkeypatch):
    monkeypatch.setattr(device, "CHUNK_STEPS", 50)
    for name in ("GOE", "chain"):
        link, system = Link(), SYSTEMS[name].sample(seed=3)
        _, there = runs(system, link.backend, 1)
        up, down = link.up, link.down
        there.extend(200)
        assert (link.up - up, link.down - down) == (4, 8)


def test_the_wrapper_refuses_what_a_device_would():
    remote = Link().backend.to_device(np.ones(3))
    for mixed in (
        lambda: np.ones(3) * remote,
        lambda: remote * np.ones(3),
        lambda: float(remote),
        lambda: np.asarray(remote),
        lambda: np.sqrt(remote),
        lambda: list(remote),
        lambda: remote[np.arange(2)],
        lambda: bool(remote),
    ):
        with pytest.raises(TypeError):
            mixed()


def test_uneven_rows_make_few_pieces():
    matrix = _uneven(600)
    pieces = device_products.pieces(matrix)
    assert len(pieces) < 12
    assert sum(piece.values.size for piece in pieces) < 4 * matrix.nnz
    even = device_products.pieces(
        sparse.csr_array(
            sparse.diags_array([np.ones(50), np.ones(50)], offsets=[-1, 1], shape=(51, 51))
        )
    )
    assert len(even) == 1 and even[0].rows is None


def test_the_memory_of_the_device_is_asked_before_any_work():
    link = Link(free=2.0**14)
    system = SYSTEMS["GOE"].sample(seed=3)
    state = bl.eigenstate_near(system)
    with pytest.raises(bl.errors.DoesNotFit, match="'remote'.*backend=\"cpu\""):
        bl.spectral_measure(
            system, system.operator("probe"), state, "lanczos", backend=link.backend
        )
    with pytest.raises(bl.errors.DoesNotFit, match="Full diagonalisation .* 'remote'"):
        bl.diagonalise(system, backend=link.backend)
    assert (link.up, link.down) == (0, 0)


def test_what_cannot_run_on_a_device_is_refused():
    system = SYSTEMS["chain"].sample(seed=3)
    with pytest.raises(ValueError, match="factorisations run"):
        bl.eigenstate_near(system, method="sparse", backend=NUMPY)
    free = LinearOperator(system.shape, matvec=lambda x: system @ x, dtype=np.float64)
    with pytest.raises(ValueError, match="product runs on the host"):
        bl.eigenstate_near(free, method="lanczos", backend=NUMPY)


CALLS = {
    "diagonalise": lambda backend: bl.diagonalise(None, backend=backend),
    "eigenstate_near": lambda backend: bl.eigenstate_near(None, backend=backend),
    "eigenstates_near": lambda backend: bl.eigenstates_near(None, backend=backend),
    "spectral_measure": lambda backend: bl.spectral_measure(None, None, None, backend=backend),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_missing_backend_is_told_before_any_work(call, monkeypatch):
    with pytest.raises(ValueError, match=r"backend = 'gpu' was given; expected one of \['cpu'"):
        call("gpu")
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(ValueError, match=r'pip install "bathlab\[cuda\]"'):
        call("cuda")

    def no_driver():
        raise RuntimeError("cudaErrorInsufficientDriver")

    for count, reason in ((no_driver, "InsufficientDriver"), (lambda: 0, "none is listed")):
        runtime = SimpleNamespace(getDeviceCount=count)
        monkeypatch.setitem(
            sys.modules, "cupy", SimpleNamespace(cuda=SimpleNamespace(runtime=runtime))
        )
        with pytest.raises(ValueError, match=f"no device was found .*{reason}.*nvidia-smi"):
            call("cuda")


def test_cuda_is_cupy_and_its_memory_that_of_the_device_and_the_pool(monkeypatch):
    runtime = SimpleNamespace(getDeviceCount=lambda: 1, memGetInfo=lambda: (1000, 4000))
    cupy = SimpleNamespace(
        cuda=SimpleNamespace(runtime=runtime),
        asarray=np.asarray,
        asnumpy=np.array,
        get_default_memory_pool=lambda: SimpleNamespace(free_bytes=lambda: 24),
    )
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    cuda = resolve("cuda")
    assert (cuda.name, cuda.xp, cuda.free_memory(), cuda.is_host) == (
        "cuda",
        cupy,
        1024.0,
        False,
    )


def test_the_host_needs_no_cupy(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    assert resolve("cpu") is CPU and CPU.is_host and CPU.free_memory() > 0
    assert bl.eigenstate_near(np.diag([1.0, 2.0, 3.0]), 2.0, backend="cpu").energy == 2.0


def test_the_environment_says_where_full_diagonalisations_run(monkeypatch):
    H = np.diag([1.0, 2.0])
    monkeypatch.setenv("BATHLAB_BACKEND", "elsewhere")
    with pytest.raises(ValueError, match="backend = 'elsewhere'"):
        bl.diagonalise(H)
    assert bl.diagonalise(H, backend="cpu").energies[1] == 2.0
    monkeypatch.setenv("BATHLAB_BACKEND", "")
    assert bl.diagonalise(H).energies[1] == 2.0
