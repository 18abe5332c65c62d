"""The autocorrelation of a local operator at infinite temperature, in two ways.

C(t) = 2^-L Tr[sigma(t) sigma], sigma(t) = W^-t sigma W^t. For a brickwork circuit C(0) = 1 and
C(1) = cos^4(pi J), exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.analysis.level_pairs import ActsOnSites, Resonances
from bathlab.checks import as_array, as_integer, refusal, require_kind, shown
from bathlab.conventions import RealArray
from bathlab.operators.door import as_system
from bathlab.operators.memory import require_memory


def autocorrelator(found: Resonances, times: Any) -> RealArray:
    """C(t) = 2^-L sum over n, m of Z_nm exp(-i omega_nm t), at any times.

    Parameters
    ----------
    found
        all pairs of states, from :func:`resonances`.
    times
        (k,) real, in periods; between whole numbers the spectrum is continued, not W.

    Returns
    -------
    ndarray
        (k,) real; for late times it scatters about :func:`autocorrelator_plateau`.

    Raises
    ------
    ValueError
        If times are not finite numbers, or there is but a window of states.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> J = 0.1
    >>> found = bl.resonances(bl.BrickworkCircuit(sites=6, coupling=J).sample(seed=1), site=1)
    >>> C = bl.analysis.autocorrelator(found, [0, 1, 2, 1000])
    >>> print(C.round(4))
    [1.     0.8181 0.6738 0.4265]
    >>> print(f"C(1) = {C[1]:.4f}, cos^4(pi J) = {np.cos(np.pi * J) ** 4:.4f}")
    C(1) = 0.8181, cos^4(pi J) = 0.8181
    """
    at = as_array("times", times)
    _all_states(found)
    return _summed(found.quasienergies, found.Z, at)


def spectral_autocorrelator(energies: Any, weights: Any, times: Any) -> RealArray:
    """C(t) = 1/n sum over a, b of Z_ab cos((E_a - E_b) t), exact at any time.

    Parameters
    ----------
    energies
        (n,) all levels, in the order of the weights.
    weights
        (n, n) Z_ab = |<a|O|b>|^2, symmetric and not negative.
    times
        (k,) real, in the inverse of the energies' unit. Rounding of the levels turns phases
        by about 1e-16 times |E| t.

    Returns
    -------
    ndarray
        (k,) real, C(0) = Tr O^2/n.

    Raises
    ------
    ValueError
        If an entry is not finite, the weights are negative, not (n, n) or not symmetric.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> h, times = 0.5, np.array([0.0, 1.0, 2.0])
    >>> sigma_x = np.array([[0.0, 1.0], [1.0, 0.0]])  # of a spin in a field h: it precesses
    >>> C = bl.analysis.spectral_autocorrelator([-h, h], sigma_x**2, times)
    >>> print(C.round(4), np.cos(2 * h * times).round(4))
    [ 1.      0.5403 -0.4161] [ 1.      0.5403 -0.4161]
    """
    levels, at = as_array("energies", energies), as_array("times", times)
    Z = as_array("weights", weights, shape=(len(levels),) * 2, minimum=0)
    if not np.allclose(Z, Z.T, rtol=1e-8, atol=1e-12 * float(Z.max())):
        raise refusal("weights", "a matrix that is not symmetric", "|<a|O|b>|^2", "Check O.")
    return _summed(levels, Z, at)


def _summed(levels: RealArray, Z: RealArray, times: RealArray) -> RealArray:
    angles = np.multiply.outer(times, levels)
    # Z is symmetric, so the sum is real: two real products instead of a complex one.
    sums = [np.einsum("tn,tn->t", wave @ Z, wave) for wave in (np.cos(angles), np.sin(angles))]
    return np.asarray((sums[0] + sums[1]) / len(levels))


def autocorrelator_plateau(found: Resonances) -> float:
    """C at infinite time, 2^-L sum over n of z_nn^2, of a spectrum without degeneracy.

    Raises ValueError for a window of states.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> found = bl.resonances(bl.BrickworkCircuit(sites=6, coupling=0.1).sample(seed=1), site=1)
    >>> late = bl.analysis.autocorrelator(found, np.arange(10_000, 20_000))
    >>> plateau = bl.analysis.autocorrelator_plateau(found)
    >>> print(f"{late.mean():.2f} is the mean at late times, {plateau:.2f} the plateau")
    0.47 is the mean at late times, 0.47 the plateau
    """
    _all_states(found)
    return float(np.mean(found.polarisation**2))


def evolved_autocorrelator(
    circuit: Any, site: int, periods: int, vectors: int | None = None, seed: int = 0
) -> RealArray:
    """C(0), C(1), ..., C(periods) by direct evolution, without any eigenvector.

    Parameters
    ----------
    circuit
        a system of kind "unitary" with operators by site.
    site
        j.
    periods
        last time, >= 0.
    vectors
        number of Gaussian random vectors that stand for the trace, with an error of about
        (2^L vectors)^-1/2; None for the exact trace, which holds all of W^t.
    seed
        of the random vectors.

    Raises
    ------
    ValueError
        If a number is out of range, there is no such site, or what is held does not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> circuit = bl.BrickworkCircuit(sites=6, coupling=0.1).sample(seed=1)
    >>> C = bl.analysis.evolved_autocorrelator(circuit, site=1, periods=3)
    >>> print(C.round(4))
    [1.     0.8181 0.6738 0.6612]
    >>> print(bl.analysis.autocorrelator(bl.resonances(circuit, site=1), [0, 1, 2, 3]).round(4))
    [1.     0.8181 0.6738 0.6612]
    """
    system = as_system(circuit, "circuit", kind="unitary")
    require_kind("circuit", system, ActsOnSites, "Sample a BrickworkCircuit.")
    periods, n = as_integer("periods", periods, 0), system.dimension
    seed = as_integer("seed", seed, 0)
    require_memory(
        8.0 * min(periods, 10**18), f"periods = {shown(periods)}, a number each,", "Take fewer."
    )
    sigma = system.operator(site)
    if vectors is None:
        require_memory(
            5 * 16.0 * n**2, f"The trace at dimension {n}", "Take vectors=20, random ones."
        )
        plain = np.eye(n, dtype=np.complex128)
    else:
        count = as_integer("vectors", vectors, 1)
        held = 80.0 * n * min(count, 10**18)
        require_memory(held, f"vectors = {shown(count)} at dimension {n}", "Take fewer.")
        draws = np.random.default_rng(seed).standard_normal((2, n, count))
        plain = draws[0] + 1j * draws[1]
    turned, norm = sigma @ plain, float(np.vdot(plain, plain).real)
    values = []
    for period in range(periods + 1):
        if period:
            plain, turned = system @ plain, system @ turned
        values.append(float(np.vdot(plain, sigma @ turned).real) / norm)
    return np.array(values)


def _all_states(found: Resonances) -> None:
    require_kind("found", found, Resonances, "Take bathlab.analysis.resonances(circuit, site).")
    found.require_all("The autocorrelator")
