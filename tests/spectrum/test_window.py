"""Lanczos that stops early: D is always inside the bracket, and nothing narrower would do."""

import numpy as np
import pytest
from scipy import sparse

import bathlab as bl
from bathlab.spectrum.krylov.ghosts import cluster_starts, group_starts, merged
from bathlab.spectrum.krylov.lanczos import Lanczos
from bathlab.spectrum.krylov.window import RESOLUTION, square_bounds
from bathlab.spectrum.tridiagonal.divide import tridiagonal_rows

#: What dense diagonalisation itself does not know of D; vectors of levels 1e-9 of the width
#: apart are mixed by eps/1e-9 in any solver.
DENSE_ERROR, DENSE_ERROR_NEAR = 1e-10, 3e-7

GOE, CHAIN = bl.RandomMatrixBath(5, bandwidth=4.2), bl.LocalChainBath(5)
ONE_SPIN = bl.RandomMatrixBath(1, bandwidth=2.25)
SYSTEMS = {
    "weak": bl.couple(GOE, bl.LiomChain(3, g1=1e-3)),
    "weaker": bl.couple(CHAIN, bl.LiomChain(3, g1=1e-4)),
    "falling": bl.couple(GOE, bl.LiomChain(3, alpha=0.1, g1=0.2)),
    "strong": bl.couple(GOE, bl.LiomChain(3, g1=0.5)),
    "g = 0": bl.couple(CHAIN, bl.LiomChain(3, g1=0.0)),
    "equal fields": bl.couple(GOE, bl.LiomChain(3, g1=1e-2, disorder=0.0)),
    "equal fields, weak": bl.couple(CHAIN, bl.LiomChain(3, g1=3e-4, disorder=0.0)),
    "one spin": bl.couple(ONE_SPIN, bl.LiomChain(7, alpha=0.5, g1=0.1)),
}


def bounds_at(run, steps):
    """Bounds after ``steps`` steps, and the same without the cross term, eps^2 alone."""
    run.extend(steps - len(run.diagonal))
    ritz, first, last = tridiagonal_rows(run.diagonal, run.offdiagonal[:-1])
    reach = run.offdiagonal[-1] * last
    starts = cluster_starts(ritz, np.abs(reach))
    bounds = square_bounds(ritz, first, reach, starts, RESOLUTION)
    return bounds, bounds.lower + (1 - bounds.captured) ** 2


def true_squares(levels, weights):
    starts = group_starts(levels, RESOLUTION * (levels[-1] - levels[0]))
    return float(np.sum(merged(levels, weights / weights.sum(), starts)[1] ** 2))


def peaked(rng, size):
    """Levels and weights of a Lorentzian with one heavy level: exact, nothing is
    diagonalised."""
    levels = np.sort(rng.standard_normal(size))
    weights = rng.standard_normal(size) ** 2 / ((levels - levels[size // 2]) ** 2 + 1e-4)
    weights[size // 2] = weights.sum() * 10 ** rng.uniform(-1, 5)
    return levels, weights


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("tolerance", [1e-9, 1e-3])
def test_dense_lies_inside_the_bracket(name, tolerance):
    error = DENSE_ERROR_NEAR if name == "equal fields, weak" else DENSE_ERROR
    for seed in (1, 2):
        system = SYSTEMS[name].sample(seed)
        H = bl.diagonalise(system)
        state = bl.eigenstate_near(H)
        for which in ("probe", 1, system.lioms.count):
            operator = system.operator(which)
            expected = bl.log_ipr(bl.spectral_measure(H, operator, state))
            found = bl.spectral_measure(
                system, operator, state, method="window", tolerance=tolerance
            )
            lower, upper = bl.analysis.log_ipr_bounds(found)
            assert lower - error <= expected <= upper + error
            assert lower <= bl.log_ipr(found) <= upper
            assert upper - lower <= max(tolerance, 2e-9)
            assert found.weights.sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("kind", ["peak", "flat", "pairs", "multiplets"])
def test_the_truth_is_inside_after_any_number_of_steps(kind):
    violations = 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        levels, weights = peaked(rng, 120)
        if kind == "flat":
            weights = rng.standard_normal(120) ** 2
        if kind == "pairs":  # from far above what counts as one level to nearly that
            levels[1::2] = levels[::2] + 10 ** rng.uniform(-8.5, -5, 60)
        if kind == "multiplets":
            levels = np.round(levels, 1) + 1e-6 * rng.standard_normal(120)
        truth = true_squares(np.sort(levels), weights[np.argsort(levels)])
        run = Lanczos(sparse.diags_array(levels).tocsr(), np.sqrt(weights))
        for steps in range(20, 700, 9):
            bounds, _ = bounds_at(run, steps)
            violations += not bounds.lower <= truth <= bounds.upper
            assert 0 <= bounds.lower <= bounds.upper <= 1 + 1e-13
    assert violations == 0


def test_without_the_cross_term_the_bracket_is_wrong():
    """While a second copy of a level appears, open weight belongs to a level already
    certified."""
    rng = np.random.default_rng(0)
    levels = np.sort(rng.standard_normal(120))
    levels[1::2] = levels[::2] + 10 ** rng.uniform(-8.5, -6, 60)
    weights = rng.standard_normal(120) ** 2
    truth = true_squares(np.sort(levels), weights[np.argsort(levels)])
    run = Lanczos(sparse.diags_array(levels).tocsr(), np.sqrt(weights))
    right, wrong = 0, 0
    for steps in range(100, 700, 9):
        bounds, without = bounds_at(run, steps)
        right += bounds.lower <= truth <= bounds.upper
        wrong += truth > without * (1 + 1e-6)
    assert right == 67 and wrong > 0


def test_weakly_coupled_lioms_stop_early_and_spread_operators_do_not():
    system = bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(4, g1=1e-4)).sample(
        3
    )
    state = bl.eigenstate_near(system)
    far, spread = system.operator(4), system.operator("probe")
    full = bl.spectral_measure(system, far, state, method="lanczos")
    early = bl.spectral_measure(system, far, state, tolerance=1e-6)
    assert (full.method, early.method) == ("lanczos", "window")
    assert early.steps < 0.5 * full.steps and 0.999 < early.captured < 1
    assert bl.log_ipr(early) == pytest.approx(bl.log_ipr(full), abs=1e-9)
    assert bl.analysis.log_ipr_bounds(full) == pytest.approx([bl.log_ipr(full)] * 2, abs=1e-9)
    whole = bl.spectral_measure(system, spread, state)
    assert whole.method == "lanczos" and whole.captured == 1 and whole.square_bounds is None


def test_a_complete_measure_has_a_bracket_of_no_width():
    system = SYSTEMS["weak"].sample(1)
    H = bl.diagonalise(system)
    measure = bl.spectral_measure(H, system.operator(1), bl.eigenstate_near(H))
    assert bl.analysis.log_ipr_bounds(measure) == (bl.log_ipr(measure),) * 2


def test_signs_and_norm():
    """The sign of the state changes no bit; O -> 2 O shifts D and its bracket by -4 log 2."""
    system = bl.couple(bl.RandomMatrixBath(6, bandwidth=4.2), bl.LiomChain(4, g1=1e-4)).sample(
        3
    )
    vector, operator = bl.eigenstate_near(system).vector, system.operator(4)
    values = [
        bl.analysis.log_ipr_bounds(
            bl.spectral_measure(system, scale * operator, sign * vector, tolerance=1e-4)
        )
        for scale, sign in ((1, 1), (1, -1), (2, 1))
    ]
    assert values[0] == values[1]
    assert values[2] == pytest.approx(np.array(values[0]) - 4 * np.log(2), abs=1e-12)


@pytest.mark.parametrize("tolerance", [0.0, -1.0, np.nan, "small"])
def test_bad_tolerances(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        bl.spectral_measure(np.eye(2), np.eye(2), np.eye(2)[0], tolerance=tolerance)
