"""Structure factors after a spin has been coupled to a bath (De Roeck & Huveneers, "DRH").

All functions of omega live on one grid: bin centres of equal spacing, symmetric about a centre
at zero (so an odd number of them), as ``numpy.linspace(-L, L, 2 * n + 1)``. Densities are per
unit energy. Convolutions are not cut between their factors, but what leaves the grid at the end
is lost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.signal import fftconvolve

from bathlab.checks import as_array, as_real, refusal, shown
from bathlab.conventions import RealArray

#: Largest deviation of a grid from equal spacing about zero, in units of its spacing: rounding.
GRID_TOLERANCE = 1e-6


def broadened(omega: Any, v: Any, k: Any) -> RealArray:
    """v' = k * v * k of an operator of the bath, a convolution (DRH eq. 6).

    Parameters
    ----------
    omega
        (m,) grid, see the module.
    v
        (m,) structure factor in the bath, at the bath's energies -s h from which the
        eigenstates of the coupled system are made (the paper takes v to be the same at all
        energies).
    k
        (m,) hybridisation function.

    Returns
    -------
    ndarray
        (m,) array. Its integral is the product of those of v, k and k, its variance their sum,
        if the grid holds all of it.

    Raises
    ------
    ValueError
        If the grid is not of that kind, or a curve does not fit it.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-10, 10, 1001)
    >>> v, k = (np.exp(-(omega**2) / 2 / s**2) / s / np.sqrt(2 * np.pi) for s in (1.0, 0.5))
    >>> found = bl.theory.broadened(omega, v, k)
    >>> print(f"{found.sum() * 0.02:.4f}, {(omega**2 * found).sum() * 0.02:.4f}")  # 1 + 2 0.5^2
    1.0000, 1.5000
    """
    step, (v, k) = _on_grid(omega, v=v, k=k)
    return _convolution(step, k, v, k)


def two_peaks(omega: Any, k: Any, field: float) -> RealArray:
    """v' = (k*k)(omega + 2h)/2 + (k*k)(omega - 2h)/2 of sigma^x of the added spin (DRH eq. 8).

    That is eq. (6) for the free spin's v, a line at each of +-2h. A line between two points of
    the grid is shared by them so that its weight and place are kept.

    Raises
    ------
    ValueError
        As :func:`broadened`, or if the grid does not reach +-2h.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-20, 20, 2001)
    >>> v = bl.theory.two_peaks(omega, bl.analysis.lorentzian(omega, 0.1), field=1.0)
    >>> print(f"{v[1100]:.2f}, {1 / (2 * np.pi * 0.2):.2f}")  # 2h: half a peak of 2w
    0.80, 0.80
    """
    return broadened(omega, _lines(omega, field), k)


def rotation_peaks(omega: Any, halfwidth: float, field: float) -> RealArray:
    """The same v' without the assumption that the amplitudes of all states are independent.

    A spin that rotates at 2h about the z axis while a bath flips it about the x axis obeys
    x'' + 4w x' + (2h)^2 x = 0 for x = <tau^x>, where 4w = 4 pi g^2 v is the rate at which tau^y
    decays (a flat v; the Bloch equations). Its spectrum (4w/pi) (2h)^2 / ((omega^2 - 4h^2)^2 +
    (4w omega)^2) has two peaks of half-width 2w for w << h, like eq. (8), but tails that fall
    as omega^-4: its second moment is 4h^2, as it must be since [H, tau^x] = 2ih tau^y, where
    eq. (8) has 4h^2 + 2g^2.

    Parameters
    ----------
    omega
        (m,) frequencies, any.
    halfwidth, field
        w of k and h, both positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-50, 50, 20001)
    >>> v = bl.theory.rotation_peaks(omega, halfwidth=0.05, field=0.5)
    >>> print(f"{v.sum() * 0.005:.3f}")
    1.000
    >>> print(f"{(omega**2 * v).sum() * 0.005:.3f}")  # (2h)^2, but for the tails beyond 50
    0.997
    """
    halfwidth = as_real("halfwidth", halfwidth, above=0)
    field = as_real("field", field, above=0)
    omega = as_array("omega", omega, ndim=None)
    turn, rate = (2 * field) ** 2, 4 * halfwidth
    return np.asarray(rate * turn / np.pi / ((omega**2 - turn) ** 2 + (rate * omega) ** 2))


def backreaction(
    omega: Any, v: Any, k: Any, field: float, weight: float, halfwidth: float
) -> RealArray:
    """v' = (1 - 2W) k*v*k + W k0*[delta(.+2h) + delta(.-2h)]*k0 of the contact (DRH eq. 14).

    k0 is k cut at |omega| <= ``halfwidth`` **and brought to integral 1**: the paper's factor
    1 - 2W keeps the integral of v' only then, and its appendix B uses that the integral of k0
    is about 1, while a Lorentzian cut at its half-width keeps one half.

    Parameters
    ----------
    omega, v, k
        as for :func:`broadened`.
    field
        h of the spin.
    weight
        W, of each of the two peaks; the paper says (g/max(xi, |h|))^2 up to a factor.
    halfwidth
        w, where k is cut; at least half a step of the grid.

    Raises
    ------
    ValueError
        As :func:`two_peaks`, or if the weight is not finite or the half-width too small.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-8, 8, 801)
    >>> v = bl.theory.semicircle_structure_factor(2 * omega, 4.0)  # seen from mid-band
    >>> k = bl.analysis.lorentzian(omega, 0.05)
    >>> weight = bl.theory.backreaction_weight(g=0.3, xi=2.0, field=0.5)
    >>> after = bl.theory.backreaction(omega, v, k, 0.5, weight, halfwidth=0.05)
    >>> ratio = after / bl.theory.broadened(omega, v, k)
    >>> print(f"{ratio[400]:.2f} at 0, {ratio[450]:.2f} at 2h")
    0.96 at 0, 1.85 at 2h
    """
    weight = as_real("weight", weight)
    return broadened(omega, v, k) + weight * backreaction_shape(omega, v, k, field, halfwidth)


def backreaction_weight(g: float, xi: float, field: float) -> float:
    """W = (g/max(xi, |h|))^2, the paper's weight of each peak up to a factor (DRH eq. 13).

    Parameters
    ----------
    g, field
        coupling and field of the spin.
    xi
        half-width of v, positive.

    Raises
    ------
    ValueError
        If a number is not finite or xi not positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> for field in (0.5, 4.0):  # (g/xi)^2, then (g/h)^2
    ...     print(f"{bl.theory.backreaction_weight(g=0.2, xi=2.0, field=field):.4f}")
    0.0100
    0.0025
    """
    g = as_real("g", g)
    field = as_real("field", field)
    xi = as_real("xi", xi, above=0)
    return float(g / max(xi, abs(field))) ** 2


def backreaction_shape(omega: Any, v: Any, k: Any, field: float, halfwidth: float) -> RealArray:
    """What W multiplies in :func:`backreaction`; its integral is 0.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-8, 8, 801)
    >>> v = bl.theory.semicircle_structure_factor(2 * omega, 4.0)  # seen from mid-band
    >>> k = bl.analysis.lorentzian(omega, 0.05)
    >>> shape = bl.theory.backreaction_shape(omega, v, k, field=0.5, halfwidth=0.05)
    >>> print(f"{abs(omega[np.argmax(shape)]):.2f}")  # 2h
    1.00
    >>> print(f"{abs(shape.sum() * 0.02):.2f}")  # 0, but for the tails of k beyond the grid
    0.02
    """
    step, (k,) = _on_grid(omega, k=k)
    halfwidth = as_real("halfwidth", halfwidth, minimum=step / 2)
    core = k * _within(np.asarray(omega), halfwidth, step)
    core /= core.sum() * step
    return 2 * (two_peaks(omega, core, field) - broadened(omega, v, k))


def backreaction_amplitude(omega: Any, v: Any, g: float, field: float, cut: float) -> float:
    """How much of the flipped spin the contact shows: <psi|V|psi'> = a <psi|tau^x|psi'> +
    noise.

    The sum of the second and third term of DRH eq. (11), to first order in g and for b = b'
    (their K_0, appendix B): a = g P int v(omega) [1/(omega - 2h) + 1/(omega + 2h)] d omega,
    where omega = E_b - E_b~ and P leaves out what lies within ``cut`` of the poles. Both terms
    multiply the same random amplitudes, so they add before they are squared. For a v that is
    even they cancel. With v taken at E_b = -sh it is odd in part: a depends on the sign s of
    the spin, and its half difference between s = 1 and s = -1 makes peaks at +-2h of weight W =
    a^2/2 each. A random matrix of bandwidth 2R has a = -s 4 g h/R^2.

    Parameters
    ----------
    omega, v
        grid and structure factor of the contact **at the energy E_b = -h or +h**.
    g, field
        coupling and field of the spin.
    cut
        the paper cuts at w, the half-width of k; at least half a step of the grid. A bin
        across the cut counts by the share of it that lies beyond.

    Raises
    ------
    ValueError
        As :func:`broadened`, or if a number is not finite or the cut too small.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> g, field, radius = 0.1, 0.3, 2.0
    >>> omega = np.linspace(-8, 8, 16001)
    >>> # Seen from E_b = -h, of a semicircle over all levels.
    >>> v = bl.theory.semicircle_structure_factor(2 * (omega + field), 2 * radius)
    >>> a = bl.theory.backreaction_amplitude(omega, v, g, field, cut=0.0015)
    >>> print(f"{a:.4f}, {-4 * g * field / radius**2:.4f}")
    -0.0300, -0.0300
    """
    g, field = as_real("g", g), as_real("field", field)
    return g * (_principal(omega, v, 2 * field, cut) + _principal(omega, v, -2 * field, cut))


def lamb_shift(omega: Any, v: Any, g: float, field: float, cut: float) -> float:
    """How far the bath moves the spin's frequency: the peaks lie at +-(2h + shift).

    Second order in g: |b, +1> is moved by g^2 P int v(omega)/(omega + 2h) d omega, |b, -1> by
    the same with -2h, where omega = E_b - E_b~. Not in the paper, whose k is that of both spin
    states together. A random matrix of bandwidth 2R has 8 g^2 h/R^2, from v at E_b = 0.

    Arguments and errors as for :func:`backreaction_amplitude`.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> g, field, radius = 0.1, 0.3, 2.0
    >>> omega = np.linspace(-8, 8, 16001)
    >>> v = bl.theory.semicircle_structure_factor(2 * omega, 2 * radius)  # seen from mid-band
    >>> shift = bl.theory.lamb_shift(omega, v, g, field, cut=0.0015)
    >>> print(f"{shift:.4f}, {8 * g**2 * field / radius**2:.4f}")
    0.0060, 0.0060
    """
    g, field = as_real("g", g), as_real("field", field)
    return g**2 * (_principal(omega, v, -2 * field, cut) - _principal(omega, v, 2 * field, cut))


def _principal(omega: Any, v: Any, pole: float, cut: float) -> float:
    """P int v(omega)/(omega - pole), without the stretch within ``cut`` of the pole."""
    step, (v,) = _on_grid(omega, v=v)
    cut = as_real("cut", cut, minimum=step / 2)
    distance = np.asarray(omega, dtype=np.float64) - pole
    share = 1 - _within(distance, cut, step)
    far = share > GRID_TOLERANCE
    return step * float(np.sum(share[far] * v[far] / distance[far]))


def _within(distance: RealArray, cut: float, step: float) -> RealArray:
    """The share of each bin within ``cut``, so that no edge is decided by rounding."""
    return np.asarray(np.clip((cut - np.abs(distance)) / step + 0.5, 0, 1))


def _lines(omega: Any, field: float) -> RealArray:
    """A line of weight 1/2 at each of +-2h."""
    step, _ = _on_grid(omega)
    omega = np.asarray(omega, dtype=np.float64)
    field = as_real("field", field)
    if not 2 * abs(field) <= omega[-1]:
        raise ValueError(
            f"field = {field:g} was given; expected a grid that reaches its lines at "
            f"+-{2 * abs(field):g}, but it ends at {omega[-1]:g}. Widen the grid."
        )
    shares = sum(
        np.clip(1 - np.abs(omega - place) / step, 0, 1) for place in (2 * field, -2 * field)
    )
    return np.asarray(shares / (2 * step))


def _convolution(step: float, *curves: RealArray) -> RealArray:
    total = curves[0]
    for curve in curves[1:]:
        total = fftconvolve(total, curve) * step
    margin = (len(total) - len(curves[0])) // 2
    return np.asarray(total[margin : len(total) - margin])


def _on_grid(omega: Any, **curves: Any) -> tuple[float, list[RealArray]]:
    """The spacing of the grid and the curves as arrays, or a ValueError."""
    grid = as_array("omega", omega, ascending=True)
    if len(grid) < 3 or len(grid) % 2 == 0 or not grid[-1] > 0:
        raise refusal(
            "omega",
            shown(grid),
            "an odd number of ascending frequencies, at least 3, with 0 in the middle",
            "Use numpy.linspace(-L, L, 2 * n + 1) as the centres of bins.",
        )
    half = len(grid) // 2
    step = float(grid[-1]) / half
    off = np.abs(grid - step * np.arange(-half, half + 1)).max()
    if off > GRID_TOLERANCE * step:
        raise ValueError(
            f"A grid omega up to {off / step:.3g} steps off equal spacing about 0 was "
            "given; expected one that is centred and uniform. Use "
            "numpy.linspace(-L, L, 2 * n + 1) as the centres of bins."
        )
    return step, [as_array(name, curve, shape=grid.shape) for name, curve in curves.items()]
