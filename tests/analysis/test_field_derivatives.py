"""What a field does to states and scales, by finite differences in a ring of four."""

import numpy as np
import pytest

import bathlab as bl

STEP = 1e-5
CIRCUIT = bl.BrickworkCircuit(4, 0.15).sample(6)
OFF = ~np.eye(16, dtype=bool)


def solved(site, shift):
    """Vectors and |z| 2|sin(omega/2)| at another field, each state with the place and the
    phase of the one that it comes from."""
    moved = CIRCUIT.shifted(site, shift)
    vectors = bl.diagonalise(moved).vectors
    overlap = bl.diagonalise(CIRCUIT).vectors.conj().T @ vectors
    order = np.abs(overlap).argmax(axis=1)
    assert sorted(order) == list(range(16))
    phases = np.exp(-1j * np.angle(overlap[np.arange(16), order]))
    scales = bl.resonances(moved, site).invariant[np.ix_(order, order)]
    return vectors[:, order] * phases, scales


@pytest.mark.parametrize("site", [1, 4])
def test_states_turn_into_each_other_as_eq_1_has_it_for_a_unitary(site):
    """With i/(e^{i omega} - 1) for W e^{i lambda sigma/2}; the printed i/(1 - e^{-i omega}) has
    the same modulus and another phase."""
    found, vectors = bl.resonances(CIRCUIT, site), bl.diagonalise(CIRCUIT).vectors
    quotient = (solved(site, STEP)[0] - solved(site, -STEP)[0]) / (2 * STEP)
    # Column n is the change of state n: half the sum over p of f_np z_pn |p>.
    factors = np.zeros((2, 16, 16), complex)
    factors[0][OFF] = 1j / (np.exp(1j * found.omega[OFF]) - 1)
    factors[1][OFF] = 1j / (1 - np.exp(-1j * found.omega[OFF]))
    exact, printed = (0.5 * vectors @ (f.T * found.z) for f in factors)
    assert np.allclose(quotient, exact, rtol=0, atol=1e-6)
    assert np.abs(quotient - printed).max() > 0.1
    assert np.allclose(np.abs(vectors.conj().T @ printed), np.abs(vectors.conj().T @ exact))


@pytest.mark.parametrize("site", [1, 4])
def test_third_levels_alone_change_a_scale_as_eq_C1_has_it(site):
    """Exact for a unitary: Omega = |z| 2|sin(omega/2)| with f = sin^2(omega_nm/2)
    (cot(omega_mp/2) + cot(omega_np/2)), of which the printed f is the limit of small omega."""
    found = bl.resonances(CIRCUIT, site)
    z, omega = found.z, found.omega
    quotient = (solved(site, STEP)[1] ** 2 - solved(site, -STEP)[1] ** 2) / (2 * STEP)
    exact, printed = np.zeros((2, 16, 16))
    for n, m, p in np.ndindex(16, 16, 16):
        if len({n, m, p}) == 3:
            triple = 2 * (z[n, p] * z[p, m] * z[m, n]).real
            cotangents = 1 / np.tan(omega[m, p] / 2) + 1 / np.tan(omega[n, p] / 2)
            exact[n, m] += np.sin(omega[n, m] / 2) ** 2 * cotangents * triple
            inverses = 1 / omega[m, p] + 1 / omega[n, p]
            printed[n, m] += omega[n, m] ** 2 / 2 * inverses * triple
    assert np.allclose(quotient[OFF], exact[OFF], rtol=0, atol=1e-6)
    assert np.abs(quotient - printed)[OFF].max() > 0.1
