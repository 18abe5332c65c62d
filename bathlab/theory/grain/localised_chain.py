"""Localised physical spins without LIOMs (De Roeck & Huveneers, "DRH", section III D).

H = H_B + sum_i h_i sigma^z_i + g sum_i sigma^x_{i-1} sigma^x_i, sigma^x_0 the contact of the
bath:
each spin sees the bath through the one before it. The golden rule gives the width of spin i,

    w_i = pi g^2 v_{i-1}(2 h_i)                                                             (19)

(the paper leaves out the pi, see :func:`bathlab.theory.golden_rule_width`), v_{i-1} the
structure factor of sigma^x_{i-1}. Two laws make v_i of it, both with integral v_i =
<(sigma^x_i)^2> = 1:

* "lorentzian", the paper's eq. (20): peaks at +-2 h_i of half-width 2 w_i. Printed are two
  Lorentzians of integral 1 each; as (8) has them, and as (21) needs, they have 1/2 each.
* "resolved": v_i(w) = (16 h_i^2/pi) w_i(w)/((4 h_i^2 - w^2)^2 + (4 w w_i(w))^2) with
  w_i(w) = pi g^2 v_{i-1}(w), the noise spectrum of an oscillator of frequency 2 h_i and damping
  4 w_i(w), which is what second-order perturbation theory gives off resonance. There the two
  ways to absorb w, flip before or after the neighbour's, interfere, and what counts is the
  spectrum of the neighbour at w. The tails of (20) take it at 2 h_i instead, where it is
  another.
  At h_i = 0 sigma^x_i is conserved and v_i is a delta peak at w = 0, which this law knows and
  (20) does not.
"""

from __future__ import annotations

import math
from typing import Any, Callable, Sequence

import numpy as np

from bathlab.checks import as_array, as_real, refusal, require_callable, require_choice
from bathlab.conventions import RealArray

LAWS = ("lorentzian", "resolved")

#: Mean of log(w_i/w_{i-1}) - 2 log(g/h) for h_i uniform on [-h, h], as g -> 0, for
#: "lorentzian":
#: of log((x^2 + y^2)/2) - 2 log|x^2 - y^2| over the unit square. For "resolved", where the
#: product over the spins before i has 2 log|x| instead of the first term, it is 4 - 4 log 2.
ENHANCEMENT = {"lorentzian": 3 + math.pi / 2 - 4 * math.log(2), "resolved": 4 - 4 * math.log(2)}

Spectrum = Callable[[RealArray], RealArray]


def spin_structure_factor(
    omega: Any, field: Any, width: Any, law: str = "lorentzian"
) -> RealArray:
    """v(omega) of sigma^x of a spin that its surroundings hybridise within ``width``.

    Parameters
    ----------
    omega
        frequencies.
    field
        h of the spin.
    width
        w >= 0, may be infinite; for "resolved" w(omega), so as a rule an array.
    law
        "lorentzian" (DRH eq. 20, normalised to 1) or "resolved", see the module. All three
        numbers are broadcast.

    Returns
    -------
    ndarray
        In units of 1/energy; infinite on the line of a spin of width 0.

    Raises
    ------
    ValueError
        For an unknown law, numbers that are not finite, widths that are negative or nan, or
        shapes that do not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-50, 50, 20001)
    >>> v = bl.theory.spin_structure_factor(omega, 0.5, 0.05, law="resolved")
    >>> print(f"{v.sum() * 0.005:.3f}")  # <(sigma^x)^2>
    1.000
    >>> print(f"{(omega**2 * v).sum() * 0.005:.3f}")  # (2h)^2, but for the tails beyond 50
    0.997
    """
    require_choice("law", law, LAWS)
    omega = as_array("omega", omega, ndim=None, least=0)
    field = as_array("field", field, ndim=None, least=0)
    width = as_array("width", width, ndim=None, least=0, minimum=0, infinite=True)
    omega, field, width = _broadcast(omega=omega, field=field, width=width)
    if law == "lorentzian":
        return (
            sum(
                (_peak(1.0, (omega + sign * 2 * field) ** 2, 4.0, width) for sign in (1, -1)),
                start=np.zeros(omega.shape),
            )
            / math.pi
        )
    square = 4 * field**2
    return _peak(4 * square, (square - omega**2) ** 2, 16 * omega**2, width) / math.pi


def _broadcast(**arrays: RealArray) -> Sequence[RealArray]:
    """The arrays, brought to one shape."""
    try:
        return np.broadcast_arrays(*arrays.values())
    except ValueError:
        raise refusal(
            " and ".join(arrays),
            f"arrays of shapes {[array.shape for array in arrays.values()]}",
            "shapes that can be broadcast to one",
            "Give as many of each, or one for all.",
        ) from None


def _peak(height: Any, distance: RealArray, damping: Any, width: RealArray) -> RealArray:
    """height/(distance/width + damping width) and its limits for widths 0 and infinity."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        total = np.where(distance == 0, 0.0, distance / width) + np.where(
            np.equal(damping, 0), 0.0, damping * width
        )
        return np.where(total == 0, math.inf, height / total)


def chain_structure_factor(
    omega: Any, fields: Any, g: float, bath: Spectrum, law: str = "lorentzian"
) -> RealArray:
    """v_n(omega) of sigma^x of the last of n spins in a line behind a bath; v_0 if n = 0.

    Parameters
    ----------
    omega
        frequencies, shape (m,), or (..., m) to go with many chains.
    fields
        (n,), or (..., n) for many chains at once; nearest to the bath first.
    g
        coupling between neighbours, and of the first spin to the contact.
    bath
        v_0, the structure factor of the contact: an array of frequencies to one of values.
    law
        "lorentzian" (DRH eqs. 19 and 20) or "resolved", see the module.

    Returns
    -------
    ndarray
        (..., m) array in units of 1/energy; its integral is 1 for "lorentzian", and for
        "resolved" as far as v_0 is flat within the width of each line. Infinite on a line of
        width 0.

    Raises
    ------
    ValueError
        For fields that are not finite, a g that is not, an unknown law, or a negative v_0.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> from functools import partial
    >>> bath = partial(bl.theory.semicircle_structure_factor, bandwidth=4.0)
    >>> omega = np.linspace(-100, 100, 100001)
    >>> v = bl.theory.chain_structure_factor(omega, [0.5, 0.8], 0.2, bath)
    >>> print(f"{v.sum() * 0.002:.3f}, a peak at {abs(omega[np.argmax(v)]):.2f}")  # 1, 2 h
    1.000, a peak at 1.60
    """
    fields, omega = as_fields(fields), as_array("omega", omega, ndim=None, least=0)
    require_callable("bath", bath, "frequencies, v_0")
    g = as_real("g", g)
    require_choice("law", law, LAWS)
    if fields.shape[-1] == 0:
        return as_spectrum(bath(omega))
    before, field = fields[..., :-1], fields[..., -1:]
    seen = 2 * field if law == "lorentzian" else omega
    factor = chain_structure_factor(seen, before, g, bath, law)
    return spin_structure_factor(omega, field, _rate(g, factor), law)


def _rate(g: float, factor: RealArray) -> RealArray:
    """pi g^2 v, 0 for g = 0 also where v is infinite."""
    return math.pi * g**2 * factor if g else np.zeros(factor.shape)


def chain_widths(fields: Any, g: float, bath: Spectrum, law: str = "lorentzian") -> RealArray:
    """w_i = pi g^2 v_{i-1}(2 h_i) of every spin in a line behind a bath (DRH eq. 19).

    Half-width at half maximum of the hybridisation function of spin i, attached to the bath and
    the spins before it. Arguments and errors as for :func:`chain_structure_factor`; shape of
    the result that of ``fields``. Resonances, where 2 h_i falls on a peak of v_{i-1}, come out
    as w_i ~ g^2/(4 w_{i-1}), which may be far outside the golden rule's range w_i << w_{i-1}.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> from functools import partial
    >>> bath = partial(bl.theory.semicircle_structure_factor, bandwidth=4.0)
    >>> widths = bl.theory.chain_widths([0.5, 0.8, 0.2], 0.1, bath)
    >>> print(f"{widths[0]:.5f}, {np.pi * 0.1**2 * bath(1.0):.5f}")  # pi g^2 v(2h)
    0.00968, 0.00968
    >>> print(np.log10(widths).round(1))  # the third spin hybridises within some 1e-6
    [-2.  -3.5 -5.6]
    """
    fields = as_fields(fields)
    widths = [
        _rate(
            g, chain_structure_factor(2 * fields[..., i : i + 1], fields[..., :i], g, bath, law)
        )
        for i in range(fields.shape[-1])
    ]
    return np.concatenate(widths, axis=-1) if widths else np.zeros(fields.shape)


def typical_decay(g: float, disorder: float, law: str = "lorentzian") -> float:
    """Mean of log(w_i/w_{i-1}) along the chain for weak coupling, g << h = ``disorder``.

    2 log(g/h) + c: c = 3 + pi/2 - 4 log 2 = 1.80 ("lorentzian") or 4 - 4 log 2 = 1.23
    ("resolved") comes from neighbours whose fields are nearer than h; the paper's estimate
    drops it as of order one. exp of half of this is the alpha that
    :func:`bathlab.crossover_length` takes, so that the chain is localised only below g/h = 0.29
    or 0.38, not 0.71.

    Raises
    ------
    ValueError
        If g or the disorder is not positive, or the law is unknown.

    Examples
    --------
    >>> import bathlab as bl
    >>> import math
    >>> g, disorder = 0.1, 1.0
    >>> decay = bl.theory.typical_decay(g, disorder, law="resolved")
    >>> print(f"{decay:.3f}")  # 2 log(g/h) + 4 - 4 log 2
    -3.378
    >>> print(f"{bl.crossover_length(6, math.exp(decay / 2)):.2f}")  # how far 6 spins reach
    1.55
    """
    g = as_real("g", g, above=0)
    disorder = as_real("disorder", disorder, above=0)
    require_choice("law", law, LAWS)
    return 2 * math.log(g / disorder) + ENHANCEMENT[law]


def hybridised_spins(widths: Any, densities: Any) -> Any:
    """How many spins hybridise, attached one by one: those before the first with w_i rho_i < 1.

    Parameters
    ----------
    widths
        (..., n) w_i.
    densities
        (..., n) rho_i, levels per energy with i spins attached, 2^i rho_0 for one.

    Returns
    -------
    int or ndarray
        (...) integers from 0 to n. With w_i = xi (g/h)^(2i) and rho_i = 2^(l_b + i)/xi it is
        the crossover length (16) for alpha = g/h, rounded down.

    Raises
    ------
    ValueError
        If the shapes differ, or a number is negative or nan.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> spins = np.arange(1, 9)
    >>> widths, densities = 0.5 ** (2 * spins), 2.0 ** (4 + spins)  # g/h = 0.5, l_b = 4
    >>> print(bl.theory.hybridised_spins(widths, densities), bl.crossover_length(4, 0.5))
    4 4.0
    """
    widths = as_array("widths", widths, ndim=None, minimum=0, infinite=True, least=0)
    require_axis("widths", widths)
    densities = as_array(
        "densities", densities, shape=widths.shape, minimum=0, infinite=True, least=0
    )
    return np.cumprod(widths * densities >= 1, axis=-1).sum(axis=-1)


def as_spectrum(values: Any) -> RealArray:
    """The values of v_0 as a float array; ValueError unless finite and not negative."""
    return as_array("v_0", values, ndim=None, minimum=0, least=0)


def as_fields(fields: Any) -> RealArray:
    """``fields`` as a float array with the spins along its last axis."""
    values = as_array("fields", fields, ndim=None, least=0)
    require_axis("fields", values)
    return values


def require_axis(name: str, values: RealArray) -> None:
    """Raise ValueError for a single number, where one for each spin is meant."""
    if values.ndim == 0:
        raise refusal(
            name,
            str(values),
            "shape (..., n)",
            "Give one per spin, the nearest to the bath first.",
        )


def semicircle_structure_factor(omega: Any, bandwidth: float) -> RealArray:
    """v_0(omega) of a contact of a random matrix at E = 0, whose levels fill a semicircle.

    The contact of a random matrix connects all levels alike, so v_0 is the density of the
    levels it leads to, as a share. Of a spin with field h = omega/2 whose flip conserves E = 0
    they lie at +-omega/2: v_0 = (2/(pi R^2)) sqrt(R^2 - omega^2/4), R = ``bandwidth``/2, 0
    outside. A density in the levels, so that its integral over omega is 2.

    Raises
    ------
    ValueError
        If the bandwidth is not positive.

    Examples
    --------
    >>> import bathlab as bl
    >>> for omega in (0.0, 2.0, 4.0):  # from 2/(pi R) to 0 at the edge 2R
    ...     print(f"{bl.theory.semicircle_structure_factor(omega, bandwidth=4.0):.4f}")
    0.3183
    0.2757
    0.0000
    """
    bandwidth = as_real("bandwidth", bandwidth, above=0)
    square = (bandwidth / 2) ** 2
    inside = np.maximum(square - as_array("omega", omega, ndim=None, least=0) ** 2 / 4, 0.0)
    return 2 / (math.pi * square) * np.sqrt(inside)
