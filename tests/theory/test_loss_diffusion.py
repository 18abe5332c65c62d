"""States without a resonance by energy: grid, trajectories, a dense twin, and what is exact."""

import math

import numpy as np
import pytest
from scipy.linalg import expm

from bathlab import resonance_model

INF = math.inf
LossDiffusion = resonance_model.LossDiffusion
#: lambda p at r/lambda = 0.1, 1, 10, 100 as lambda -> infinity, of other calculations.
LIMIT = [0.8854, 0.1702, 0.01191, 8.08e-5]


def test_the_decay_for_large_lambda():
    law, at = LossDiffusion(3e5), 3e5 * np.array([0.1, 1, 10, 100, 1000])
    once, twice = law.solve(at), law.solve(at, 3200)
    assert once.strongest[:4] * 3e5 == pytest.approx(LIMIT, rel=1e-3)
    for name in ("surviving", "strongest", "slope"):
        assert getattr(once, name) == pytest.approx(getattr(twice, name), rel=7e-5), name
    widths = np.gradient(twice.energies)
    assert twice.densities @ widths == pytest.approx(twice.surviving, rel=1e-4)


@pytest.mark.parametrize(
    "given",
    [{}, {"xi": 20.0}, {"xi": -20.0}, {"kappa": 0.1}, {"power": 0.5}, {"sign": -1}],
    ids=str,
)
def test_the_grid_is_a_spectrum_of_energies_in_space(given):
    """Fourier modes of e, and loss and diffusion in turn: no y, no z and no cells."""
    law, at = LossDiffusion(5.0, **given), [0.5, 2.0, 8.0]
    x = np.linspace(-24, 24, 1920, endpoint=False)
    waves = (2 * np.pi * np.fft.fftfreq(1920, x[1] - x[0])) ** 2

    def lost(u):
        r = u * u  # so that q dr = 2 sqrt(r) q du is finite
        q = np.exp(-r / law.xi - (x + law.sign / 2) ** 2 / (4 * r + 2)) / math.sqrt(20)
        return 2 * q * np.exp(-x * x / (4 * r) * (1 / law.kappa - 1)) * (1 + r) ** -law.power

    f, twin, du = np.exp(-((x - law.sign / 2) ** 2) / 2), [], math.sqrt(8) / 800
    whole = f.sum()
    for k in range(800):
        f = f * np.exp(-lost((k + 0.25) * du) * du / 2)
        f = np.fft.ifft(np.exp(-waves * (2 * k + 1) * du * du) * np.fft.fft(f)).real
        f = f * np.exp(-lost((k + 0.75) * du) * du / 2)
        if k in (199, 399, 799):
            twin.append(f.sum() / whole)
    assert law.solve(at).surviving == pytest.approx(twin, rel=1e-4)


def test_either_state_of_the_probe_has_the_same_survival():
    up, down = (LossDiffusion(20.0, sign=sign).solve([1.0, 100.0]) for sign in (1, -1))
    assert up.surviving == pytest.approx(down.surviving, rel=1e-12)
    assert up.densities[0] == pytest.approx(down.densities[0][::-1], rel=1e-9)
    assert abs(up.densities[0] - down.densities[0]).max() > 0.05


@pytest.mark.parametrize("given", [{}, {"xi": 30.0}, {"kappa": 0.1}, {"power": 0.25}], ids=str)
def test_trajectories_agree_with_the_grid(given):
    """Means of 20 batches, four errors: of 12 numbers one fails by chance in 1e-3."""
    law, at = LossDiffusion(20.0, **given), np.array([2.0, 20.0, 200.0])
    found = law.sample(at, 200, 20, seed=3)
    error = found.std(axis=0, ddof=1) / math.sqrt(20)
    off = (found.mean(axis=0) - law.solve(at).surviving) / error
    assert np.all(abs(off) < 4.5), off
    wrong = LossDiffusion(24.0, **given).solve(at).surviving
    assert np.max(abs(found.mean(axis=0) - wrong) / error) > 6
    assert np.array_equal(law.sample(at[:1], 200, 2, seed=3)[:, 0], found[:2, 0])


def test_a_narrow_sink_is_that_of_the_laplace_transform():
    law = LossDiffusion(1e4, kappa=1e-4)
    assert law.narrow_length == pytest.approx(4 * 1e8 / math.pi)
    at = law.narrow_length * np.array([0.1, 1.0])
    found = law.solve(at).surviving
    assert found == pytest.approx(law.narrow(at), rel=5e-3)
    # Killing by local time, |N| sqrt r of a Brownian path: E exp(-|N| sqrt(2 r/l)).
    x = (np.arange(200000) + 0.5) / 200000 * 12
    normal = 2 / math.sqrt(2 * math.pi) * np.exp(-x * x / 2) * (x[1] - x[0])
    for r in (0.1, 1.0, 10.0):
        wanted = np.exp(-x * math.sqrt(2 * r)) @ normal
        assert law.narrow(r * law.narrow_length) == pytest.approx(wanted, rel=1e-8)
        assert law.narrow(r * law.narrow_length * math.pi) < 0.85 * wanted  # as printed


def test_slopes_at_large_ranges_are_eigenvalues():
    assert LossDiffusion(20.0, kappa=1e-4).adiabatic_slope(20 * 1e6) == pytest.approx(
        0.5, abs=0.03
    )
    halves = LossDiffusion(20.0, power=0.5)
    assert halves.solve([1e6]).slope == pytest.approx([halves.adiabatic_slope(1e6)], rel=1e-4)
    law, r = LossDiffusion(20.0), 20 * np.array([1e3, 1e5, 1e7])
    assert law.adiabatic_slope(r[0]) == pytest.approx(dense_slope(math.sqrt(1e3 / 4)), rel=1e-3)
    assert np.all(np.diff(law.adiabatic_slope(r)) > 0.6)


def dense_slope(strength):
    """In normalised Hermite functions; the sink is that of Gauss-Hermite points."""
    count = 120
    x, w = np.polynomial.hermite_e.hermegauss(200)
    table = np.polynomial.hermite_e.hermevander(x, count - 1) * np.sqrt(w)[:, None]
    table /= np.linalg.norm(table, axis=0)
    sink = table.T @ (strength * np.exp(-(x**2) / 2)[:, None] * table)
    return np.linalg.eigvalsh(sink + np.diag(np.arange(count) / 2))[0]


def test_diffusion_alone_keeps_the_number_and_the_normal_distribution():
    from bathlab.theory.resonance_model.energy_cells import EnergyCells, advance

    grid = EnergyCells.spread(200, 3.0)
    normal = np.exp(-(grid.y**2) / 2)
    assert abs(grid.applied(normal, 1.0, np.zeros(200))).max() < 1e-13
    f = np.exp(-((grid.y - 2) ** 2) / 2)
    operator = np.diag(grid.diagonal) + np.diag(grid.lower, -1) + np.diag(grid.upper, 1)
    moved = advance(grid, lambda z: (1.0, np.zeros(200)), f, 0.0, 0.5, 0.01)
    assert moved == pytest.approx(expm(0.5 * operator) @ f, abs=1e-5)
    assert grid.widths @ moved == pytest.approx(grid.widths @ f, rel=1e-13)


@pytest.mark.parametrize(
    "given",
    [{"kappa": 0.0}, {"kappa": 1.5}, {"sign": 0}, {"xi": 0.0}, {"power": -1}, {"lam": 0}],
)
def test_what_has_no_solution_is_refused(given):
    with pytest.raises(ValueError, match=next(iter(given))):
        LossDiffusion(**({"lam": 20.0} | given))
    with pytest.raises(ValueError, match="ranges"):
        LossDiffusion(20.0).solve([1.0, 0.5])
    with pytest.raises(ValueError, match="walkers"):
        LossDiffusion(20.0).sample([1.0], 1, 2, 3)


def test_growth_and_diffusion_start_from_two_over_zeta_c():
    """(80) solves the equation of (81); at r = -1/2 it holds 2/zeta_c, not the printed 2 sqrt
    2/zeta_c."""
    zeta, W, centre = 1 / math.log(2), 1.7, -0.4

    def density(e, r):
        s = W * np.sqrt(2 * r + 1)
        power = 2 * r / zeta - ((e - centre) / s) ** 2 / 2
        return 4 / (zeta * s * math.sqrt(2 * math.pi)) * np.exp(power)

    e, r, step = np.linspace(-6, 6, 25), 3.0, 1e-3
    growth = (density(e, r + step) - density(e, r - step)) / (2 * step)
    spread = (density(e + step, r) - 2 * density(e, r) + density(e - step, r)) / step**2
    wanted = W**2 * spread + 2 / zeta * density(e, r)
    # Differences are off by step^2 of a third derivative of order 1, rounding by 1e-16/step^2.
    assert growth == pytest.approx(wanted, rel=1e-4)
    near, r = np.linspace(-0.2, 0.2, 4001) + centre, -0.5 + 1e-4
    started = np.trapezoid(density(near, r), near)
    assert started == pytest.approx(2 / zeta, rel=1e-3)
    assert abs(started / (2 * math.sqrt(2) / zeta) - 1) > 0.2
