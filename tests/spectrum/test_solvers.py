"""Eigenstates and spectral measures: both methods against the slow twin, hostile matrices."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

import bathlab as bl
from bathlab.operators import memory
from bathlab.spectrum import backend
from bathlab.spectrum.krylov import weights
from bathlab.spectrum.krylov.ghosts import Look, settled_by
from bathlab.spectrum.krylov.lanczos import Lanczos, spectral_interval
from bathlab.spectrum.states import base, shift_invert
from bathlab.streams import goe

#: The engine chooses Pardiso where it is installed.
pytestmark = pytest.mark.extras
#: Agreement of D between dense and Lanczos that the package promises.
D_AGREEMENT = 1e-8

SYSTEMS = {
    "chain + 4": bl.couple(bl.LocalChainBath(spins=7), bl.LiomChain(count=4)),
    "GOE + 4": bl.couple(bl.RandomMatrixBath(spins=6, bandwidth=4.2), bl.LiomChain(count=4)),
    "GOE + 4 weak": bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(4, g1=0.01)),
    "GOE + 1": bl.couple(bl.RandomMatrixBath(spins=9, bandwidth=9.2), bl.LiomChain(count=1)),
    "one spin + 8": bl.couple(bl.RandomMatrixBath(1, bandwidth=2.25), bl.LiomChain(8)),
    "g = 0": bl.couple(bl.LocalChainBath(spins=6), bl.LiomChain(count=4, g1=0.0)),
    "equal fields": bl.couple(bl.LocalChainBath(6), bl.LiomChain(4, alpha=1.0, disorder=0.0)),
    "g = 0, equal fields": bl.couple(
        bl.LocalChainBath(spins=6), bl.LiomChain(count=4, g1=0.0, disorder=0.0)
    ),
}


def log_ipr(H, operator, state, method):
    return bl.log_ipr(bl.spectral_measure(H, operator, state, method=method))


@pytest.fixture(scope="module", params=SYSTEMS)
def system(request):
    return SYSTEMS[request.param].sample(seed=3)


def test_both_methods_give_the_same_participation(system):
    H, state = bl.diagonalise(system), bl.eigenstate_near(system)
    assert state.residual < 1e-10
    nearest = H.energies[np.argmin(np.abs(H.energies))]
    assert state.energy == pytest.approx(nearest, abs=1e-11)
    operators = ["probe", "contact", 1, system.lioms.count]
    for which in operators:
        operator = system.operator(which)
        full = bl.spectral_measure(H, operator, state)
        krylov = bl.spectral_measure(system, operator, state, method="lanczos")
        assert (full.method, krylov.method) == ("dense", "lanczos")
        assert bl.log_ipr(full) == pytest.approx(bl.log_ipr(krylov), abs=D_AGREEMENT)
        for measure in (full, krylov):
            assert measure.weights.sum() == pytest.approx(1, abs=1e-12)  # (sigma^x)^2 = 1
            assert len(measure.energies) <= system.dimension
            assert np.all(np.diff(measure.energies) > 0)
        # Level by level, not only in the sum: each Lanczos level is one of H.
        place = np.argmin(np.abs(full.energies[:, None] - krylov.energies), axis=0)
        assert len(set(place)) == len(place)
        expected = np.zeros_like(full.weights)
        expected[place] = krylov.weights
        assert np.allclose(expected, full.weights, atol=1e-9)


def test_the_automatic_choice_follows_size_and_structure():
    small, large = (
        bl.couple(bl.LocalChainBath(spins), bl.LiomChain(3)).sample(1) for spins in (4, 7)
    )
    for system, same in (
        (small, small),
        (large, large),
        (large, large.hamiltonian),
        (large, large.hamiltonian.toarray()),
    ):
        state = bl.eigenstate_near(same)
        measure = bl.spectral_measure(same, system.operator("probe"), state)
        quick = system is large and not isinstance(same, np.ndarray)
        assert measure.method == ("lanczos" if quick else "dense")
        iterative = "lanczos" if same is large else "shift-invert"
        assert state.method == (iterative if system is large else "dense")


def test_a_large_random_matrix_with_few_lioms_is_a_full_matrix():
    narrow = bl.couple(bl.RandomMatrixBath(spins=9, bandwidth=9.2), bl.LiomChain(1)).sample(1)
    state = bl.eigenstate_near(narrow)
    assert state.method == "shift-invert"
    assert bl.spectral_measure(narrow, narrow.operator("probe"), state).method == "dense"
    # Packed, a chain with few LIOMs is not full.
    chain = bl.couple(bl.LocalChainBath(spins=9), bl.LiomChain(1)).sample(1)
    assert bl.eigenstate_near(chain).method == "lanczos"


def test_a_measure_has_the_exact_moments(system):
    state = bl.eigenstate_near(system)
    image = system.operator("probe") @ state.vector
    measure = bl.spectral_measure(system, system.operator("probe"), state, method="lanczos")
    vector, scale = image, 1.0
    radius = np.abs(measure.energies).max()
    for power in range(5):
        exact = image @ vector
        assert measure.weights @ measure.energies**power == pytest.approx(
            exact, abs=1e-11 * max(scale, radius**power)
        )
        vector = system @ vector
        scale *= radius


@pytest.mark.parametrize(
    "change",
    [
        lambda H: 1e8 * H,
        lambda H: 1e-8 * H,
        lambda H: H + 1e6 * sparse.eye_array(H.shape[0]),
        lambda H: sparse.block_diag(
            [H, H], format="csr"
        ),  # an exact symmetry: all levels twice
    ],
    ids=["x 1e8", "x 1e-8", "+ 1e6", "doubled"],
)
def test_scaled_shifted_and_doubled_systems(change):
    system = bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(3)).sample(2)
    H = change(system.hamiltonian)
    copies = H.shape[0] // system.dimension
    operator = sparse.kron(sparse.eye_array(copies), system.operator("probe"))
    state = bl.eigenstate_near(system)
    vector = np.tile(state.vector, copies) / np.sqrt(copies)
    expected = log_ipr(system, system.operator("probe"), state, "dense")
    # Adding 1e6 leaves 1e-10 of each entry: the perturbation rotates D at first order.
    tolerance = (
        1e-7 if H.diagonal()[0] > 1e5 and abs(H.diagonal()[0] - 1e6) < 1e3 else D_AGREEMENT
    )
    for method in ("dense", "lanczos"):
        assert log_ipr(H, operator, vector, method) == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("method", ["dense", "lanczos"])
def test_tiny_systems(n, method):
    H = np.diag(np.arange(n, dtype=float)) + 0.3 * (np.ones((n, n)) - np.eye(n))
    operator = np.ones((n, n))
    levels, vectors = np.linalg.eigh(H)
    state = bl.eigenstate_near(H, levels[0])
    expected = np.abs(vectors.T @ operator @ vectors[:, 0]) ** 2
    measure = bl.spectral_measure(H, operator, state, method=method)
    assert measure.weights.sum() == pytest.approx(expected.sum(), rel=1e-12)
    assert bl.log_ipr(measure) == pytest.approx(-np.log(expected @ expected), abs=1e-10)


@pytest.mark.parametrize("method", ["dense", "lanczos"])
def test_an_operator_diagonal_in_the_eigenbasis_has_no_participation(method):
    system = bl.couple(bl.LocalChainBath(6), bl.LiomChain(3)).sample(1)
    state = bl.eigenstate_near(system)
    for operator in (
        sparse.eye_array(system.dimension),
        sparse.eye_array(system.dimension) * -1.0,
    ):
        assert log_ipr(system, operator, state, method) == pytest.approx(0, abs=D_AGREEMENT)
    assert log_ipr(
        np.eye(30),
        system.operator("probe")[:30, :30].toarray() + np.eye(30),
        np.eye(30)[0],
        method,
    ) == pytest.approx(-2 * np.log(1), abs=1e-12)


def test_degenerate_levels_do_not_depend_on_the_basis_inside_them():
    rng = np.random.default_rng(5)
    levels = np.repeat(rng.standard_normal(40), 3)
    basis = np.linalg.qr(rng.standard_normal((120, 120)))[0]
    H = basis @ np.diag(levels) @ basis.T
    H = (H + H.T) / 2
    operator, vector = goe(120, 2.0, rng), basis[:, 0]
    image = operator @ vector
    expected = np.sort(
        [np.sum((basis[:, 3 * k : 3 * k + 3].T @ image) ** 2) for k in range(40)]
    )
    for method in ("dense", "lanczos"):
        measure = bl.spectral_measure(H, operator, vector, method=method)
        assert len(measure.weights) == 40
        assert np.allclose(np.sort(measure.weights), expected, atol=1e-12)


def test_clustered_levels_are_kept_apart():
    gaps = np.where(np.arange(300) % 3, 1e-5, 1.0)  # triplets 1e-7 of the width apart
    H = np.diag(np.cumsum(gaps))
    vector = np.random.default_rng(1).standard_normal(300)
    vector /= np.linalg.norm(vector)
    for method in ("dense", "lanczos"):
        measure = bl.spectral_measure(H, np.eye(300), vector, method=method)
        assert len(measure.weights) == 300
        assert np.allclose(measure.weights, vector**2, atol=1e-9)


@pytest.mark.parametrize(
    "bath, count, alpha, g1, seed, mixing",
    [
        # Gaps of 6e-13 of the width, where any solver mixes vectors by 4e-4.
        (bl.RandomMatrixBath(1, bandwidth=2.25), 8, 0.75, 4e-4, 150311, 1e-5),
        (bl.RandomMatrixBath(1, bandwidth=2.25), 9, 0.75, 1e-3, 983487, 3e-7),
        (bl.LocalChainBath(6), 4, 0.75, 2.5e-4, 224153, 3e-7),
        (bl.RandomMatrixBath(6, bandwidth=4.2), 4, 0.3, 4e-3, 929538, 3e-7),
    ],
)
def test_nearly_degenerate_levels_are_resolved(bath, count, alpha, g1, seed, mixing):
    """Equal fields and weak coupling split multiplets by less than a residual seen too
    early."""
    system = bl.couple(bath, bl.LiomChain(count, alpha, g1, disorder=0.0)).sample(seed)
    H, state = bl.diagonalise(system), bl.eigenstate_near(system, method="sparse")
    assert abs(state.energy) == pytest.approx(np.abs(H.energies).min(), abs=1e-10)
    for which in ("probe", 1):
        values = [
            log_ipr(same, system.operator(which), state, method)
            for same, method in ((H, "dense"), (system, "lanczos"))
        ]
        # Dense vectors mix by eps/splitting = 1e-8 where levels are 1e-8 of the width apart.
        assert values[0] == pytest.approx(values[1], abs=mixing)


@cache
def exact(name, seed):
    """System, state and D of its probe from all levels, which take seconds."""
    system = SYSTEMS[name].sample(seed)
    state = bl.eigenstate_near(system)
    return (
        system,
        state,
        log_ipr(bl.diagonalise(system), system.operator("probe"), state, "dense"),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["GOE + 4", "chain + 4"])
@pytest.mark.parametrize("steps", [3.4, 3.6, 3.8])
def test_levels_blurred_by_a_settling_copy_are_taken_from_another_look(
    name, steps, monkeypatch
):
    """After so many steps most runs have something open, and the bare sum is wrong by 1e-4."""
    monkeypatch.setattr(weights, "MEASURE_PLAN", replace(weights.MEASURE_PLAN, first=steps))
    errors, bare = [], []
    for seed in range(4):
        system, state, expected = exact(name, seed)
        operator = system.operator("probe")
        found = bl.spectral_measure(system, operator, state, method="lanczos")
        errors.append(abs(bl.log_ipr(found) - expected))
        run = Lanczos(system, operator @ state.vector)
        run.extend(int(steps * system.dimension))
        seen = weights.levels_after(run, len(run.diagonal), system.dimension)
        bare.append(abs(-np.log(seen.weights @ seen.weights) - expected))
    assert max(errors) < D_AGREEMENT < max(bare)


def test_looks_that_disagree_settle_nothing():
    levels = np.arange(10.0)
    seen = Look(levels, np.full(10, 0.1), np.array([1e-3]), np.array([3]), np.array([4]))
    clean = Look(levels, np.full(10, 0.1), np.empty(0), np.empty(0, int), np.empty(0, int))
    assert settled_by(seen, [clean]).drift == 0
    heavier = Look(
        levels, np.where(levels == 3, 0.2, 0.1), clean.opened, clean.first, clean.last
    )
    moved = Look(levels + 0.01, clean.weights, clean.opened, clean.first, clean.last)
    assert settled_by(seen, [heavier, moved, seen]).drift == seen.drift
    # Another level between them, seen by the second look only, is taken over.
    more = Look(
        np.insert(levels, 4, 3.4),
        np.insert(np.full(10, 0.1), 4, 0.04),
        clean.opened,
        clean.first,
        clean.last,
    )
    more.weights[3] = 0.06
    settled = settled_by(seen, [more])
    assert np.array_equal(settled.levels, more.levels) and settled.drift == 0


def test_a_failed_iteration_is_rescued_only_when_the_choice_was_ours(monkeypatch):
    system = bl.couple(bl.LocalChainBath(6), bl.LiomChain(3)).sample(1)
    expected = log_ipr(system, system.operator("probe"), bl.eigenstate_near(system), "dense")
    monkeypatch.setattr(shift_invert, "ATTEMPTS", ())
    monkeypatch.setattr(weights, "DRIFT_TOLERANCE", -1.0)
    monkeypatch.setattr(weights, "MEASURE_PLAN", replace(weights.MEASURE_PLAN, most=1))
    with pytest.raises(bl.errors.NotConverged):
        bl.eigenstate_near(system, method="sparse")
    state = bl.eigenstate_near(system)
    with pytest.raises(bl.errors.NotConverged) as failure:
        bl.spectral_measure(system, system.operator("probe"), state, method="lanczos")
    assert bl.log_ipr(failure.value.estimate) == pytest.approx(expected, abs=1e-3)
    found = bl.spectral_measure(system, system.operator("probe"), state)
    assert found.method == "dense" and bl.log_ipr(found) == pytest.approx(expected, abs=1e-9)


def test_signs_of_eigenvectors_change_nothing():
    system = SYSTEMS["GOE + 1"].sample(seed=1)
    H, state = bl.diagonalise(system), bl.eigenstate_near(system)
    flips = np.random.default_rng(0).choice([-1.0, 1.0], H.dimension)
    flipped = bl.spectrum.Eigensystem(H.energies, H.vectors * flips, H.hamiltonian)
    operator = system.operator("probe")
    values = [
        log_ipr(H, operator, state, "auto"),
        log_ipr(flipped, operator, -state.vector, "auto"),
    ]
    assert values[0] == values[1]
    values = [
        log_ipr(system, operator, vector, "lanczos") for vector in (state.vector, -state.vector)
    ]
    assert values[0] == values[1]


def test_a_target_on_a_level_is_found():
    H = sparse.diags_array(np.arange(-600.0, 600.0))
    state = bl.eigenstate_near(H, 0.0, method="sparse")
    assert state.energy == pytest.approx(0, abs=1e-9)


def test_a_matrix_free_operator_needs_no_matrix_for_its_measure():
    system = SYSTEMS["GOE + 4"].sample(seed=1)
    free = LinearOperator(system.shape, matvec=lambda x: system @ x, dtype=np.float64)
    state = bl.eigenstate_near(system)
    operator = system.operator("probe")
    expected = log_ipr(system, operator, state, "lanczos")
    assert log_ipr(free, operator, state, "lanczos") == pytest.approx(expected, abs=D_AGREEMENT)
    again = bl.eigenstate_near(free)
    assert again.method == "lanczos"
    assert again.energy == pytest.approx(state.energy, abs=1e-12)
    assert abs(again.vector @ state.vector) == pytest.approx(1, abs=1e-10)


@pytest.mark.parametrize("seed, energy", [(3, 0.1), (16, 1.0), (20, 0.1), (26, -0.5)])
def test_ghosts_on_one_side_do_not_hide_the_levels_beyond_them(seed, energy):
    """Copies of the nearest level once filled the search on its side of the target."""
    line = bl.LocalisedChain(bl.LocalChainBath(4), bl.LiomChain(2, alpha=1.0, g1=0.4))
    system = line.sample(seed)
    levels = np.linalg.eigvalsh(system.hamiltonian.toarray())
    states = bl.eigenstates_near(system, energy, 3, method="lanczos")
    expected = np.sort(np.abs(levels - energy))[:3]
    assert np.allclose([abs(state.energy - energy) for state in states], expected, atol=1e-10)


def test_spectral_interval_holds_the_target_range():
    for name in SYSTEMS:
        system = SYSTEMS[name].sample(seed=3)
        levels = np.linalg.eigvalsh(system.hamiltonian.toarray())
        lower, upper = spectral_interval(system)
        width = levels[-1] - levels[0]
        assert abs(lower - levels[0]) < 0.01 * width and abs(upper - levels[-1]) < 0.01 * width


def test_a_large_residual_is_not_passed_on(monkeypatch):
    monkeypatch.setattr(base, "RESIDUAL_TOLERANCE", 1e-30)
    for method in ("dense", "sparse"):
        with pytest.raises(bl.errors.NotConverged) as failure:
            bl.eigenstate_near(SYSTEMS["GOE + 4"].sample(1), method=method)
        assert failure.value.estimate.vector.shape == (1024,)


def test_a_violated_sum_rule_is_not_passed_on():
    system = bl.diagonalise(bl.LocalChainBath(5).sample(1).hamiltonian)
    broken = bl.spectrum.Eigensystem(
        system.energies, system.vectors * 1.001, system.hamiltonian
    )
    with pytest.raises(bl.errors.NotConverged, match="sum rules") as failure:
        bl.spectral_measure(broken, np.eye(32), np.eye(32)[0])
    assert failure.value.estimate.sum_error == pytest.approx(0.002, rel=0.01)


def test_memory_is_refused_before_any_work(monkeypatch):
    system = SYSTEMS["GOE + 4"].sample(1)

    class Small:
        available = 2**20

    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: Small)
    monkeypatch.setattr(backend.scipy.linalg, "eigh", None)  # any call would fail otherwise
    with pytest.raises(bl.errors.DoesNotFit, match='method="lanczos"'):
        bl.diagonalise(system)
    with pytest.raises(bl.errors.DoesNotFit, match="factorisation"):
        bl.eigenstate_near(system, method="sparse")
    with pytest.raises(bl.errors.DoesNotFit, match="fewer spins"):
        bl.RandomMatrixBath(spins=10, bandwidth=1.0).sample(1)
    with pytest.raises(bl.errors.DoesNotFit):
        bl.EnlargedBath(bl.LocalChainBath(6), bl.LiomChain(count=6)).sample(1).energies


def test_the_workspace_overflow_of_lapack_is_out_of_reach():
    huge = sparse.eye_array(32767, format="csr")
    with pytest.raises(ValueError, match="32766"):
        bl.diagonalise(huge)


def test_a_copy_of_a_level_is_told_by_its_vector():
    """Lanczos may take one beyond the usual spread of copies for a level of its own."""
    from bathlab.spectrum.krylov.two_pass import _distinct

    rows = np.linalg.qr(np.random.default_rng(1).standard_normal((6, 6)))[0][:3]
    near = rows[0] + 1e-8 * rows[1]
    assert _distinct(np.array([rows[0], near, rows[1], -rows[0], rows[2]])) == [0, 2, 4]
    assert _distinct(rows * np.exp(1j)) == [0, 1, 2]
