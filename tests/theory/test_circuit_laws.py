"""The laws of the circuit's resonances, against integrals and the numbers of the paper."""

import numpy as np
import pytest

from bathlab import theory


def test_the_density_of_scales_is_normalised():
    for a, sites in [(0.39, 14), (0.61, 8)]:
        x = np.geomspace(theory.least_scale(a, sites), 2 ** (-1 / a), 200_001)
        p = theory.scale_density(x, a, sites)
        whole = np.trapezoid(p * x, np.log(x))
        # p is 2^-L at its end: what lies beyond e^(-1/zeta) is 2^(1 - L) of all.
        assert whole == pytest.approx(1 - 2 * 2.0**-sites, rel=1e-6)


def test_the_amplitude_is_that_of_uniform_omega():
    # p_Z of Z = (Omega/omega)^2 by integration of (5) over Omega, omega uniform on (0, pi).
    a, Z = 0.39, 0.1
    x = np.geomspace(1e-12, 2 ** (-1 / a), 400_001)
    x = x[x / np.sqrt(Z) < np.pi]
    jacobian = x / (2 * Z**1.5) / np.pi
    found = np.trapezoid(theory.scale_density(x, a, 1) * 2 * jacobian * x, np.log(x))
    assert found * Z**1.5 == pytest.approx(theory.spin_amplitude(a), rel=1e-3)
    assert theory.spin_amplitude(0.39) == pytest.approx(0.034, abs=5e-4)
    assert theory.spin_amplitude(0.61) == pytest.approx(0.16, abs=5e-3)


def test_exponents_are_those_of_the_paper():
    assert theory.fidelity_exponent(0.39) == pytest.approx(-1.305)
    assert theory.fidelity_exponent(0.61) == -1.25
    assert theory.curvature_exponent(0.39) == pytest.approx(-1.61)
    assert theory.curvature_exponent(0.8) == pytest.approx(-4 / 3)
    assert theory.participation_threshold(0.4) == pytest.approx(0.2)
    assert theory.largest_scale(0.02) == pytest.approx(0.1257, abs=1e-4)


def test_a_at_other_couplings_follows_from_those_of_the_paper():
    assert theory.ratio_at(0.02) == (0.39, 0.01)
    assert theory.ratio_at(0.0200001)[0] == pytest.approx(0.39, abs=0.02)
    assert theory.ratio_at(0.0400001)[0] == pytest.approx(0.61, abs=0.01)
    assert theory.ratio_at(0.0625)[0] == theory.ratio_at(0.25)[0] == 0.99


@pytest.mark.parametrize("power, law", [(4, "fidelity_origin"), (3, "curvature_origin")])
def test_pairs_at_one_term_are_those_of_a_sum_over_scales(power, law):
    """Omega by (5) and omega uniform above it, on a grid: Z of those in a decade of x or k."""
    a, step = 0.39, 0.01
    x = np.exp(np.arange(np.log(1e-9), 0, step))
    Omega, omega = np.meshgrid(x, x, indexing="ij")
    term, Z = Omega**2 / omega**power, (Omega / omega) ** 2
    inside = (omega > Omega) & (term > 1e3) & (term < 1e4)
    edges = np.geomspace(1e-3, 1e-1, 7)
    counts = np.histogram(Z[inside], edges, weights=(Omega**-a * omega)[inside])[0]
    centres, density = np.sqrt(edges[1:] * edges[:-1]), counts / np.diff(edges)
    slope = np.polyfit(np.log(centres), np.log(density), 1)[0]
    assert slope == pytest.approx(getattr(theory, law)(a), abs=0.02)
