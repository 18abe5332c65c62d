"""Weights of known peaks at +-centre in measured structure factors."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.checks import as_array, as_real

#: A weight and, on each side, a constant and a slope are fitted.
UNKNOWNS = 5
#: Steps to the place of a peak; each leaves at most about half of the distance.
PLACE_STEPS = 40


def peak_weight(omega: Any, excess: Any, shape: Any, centre: float, reach: float) -> float:
    """How many times ``shape`` is in ``excess``, near +-centre, on a background that may slope.

    Least squares of excess = W shape + a straight line on each side, over the bins with
    ||omega| - centre| <= reach. What a theory leaves over on a larger scale is taken up by the
    lines, so W is that of the peak alone. Linear in ``excess``.

    Parameters
    ----------
    omega
        (m,) bin centres.
    excess
        (m,) measured v' less what is known without the peaks.
    shape
        (m,) what W = 1 adds, as :func:`bathlab.theory.backreaction_shape`.
    centre, reach
        where to look; positive.

    Raises
    ------
    ValueError
        If the shapes differ, or the bins there are fewer than the unknowns or do not tell W.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-4.0, 4.0, 401)
    >>> peaks = sum(bl.analysis.lorentzian(omega - centre, 0.05) for centre in (-2.0, 2.0))
    >>> excess = 0.03 * peaks + 0.1 + 0.02 * np.abs(omega)  # on a background that slopes
    >>> W = bl.analysis.peak_weight(omega, excess, peaks, centre=2.0, reach=0.5)
    >>> print(f"{W:.4f}")
    0.0300
    """
    centre, reach = as_real("centre", centre, above=0), as_real("reach", reach, above=0)
    omega, excess, shape, near = _near(centre, reach, omega=omega, excess=excess, shape=shape)
    side, offset = np.sign(omega[near]), np.abs(omega[near]) - centre
    left, right = side < 0, side > 0
    design = np.column_stack([shape[near], left, right, left * offset, right * offset])
    rank = np.linalg.matrix_rank(design) if len(design) else 0
    if rank < UNKNOWNS:
        raise ValueError(
            f"{len(design)} bins within {reach:g} of +-{centre:g} were given, of rank "
            f"{rank}; expected at least {UNKNOWNS}, on both sides, and a shape that "
            "is not a straight line there. Widen the reach or take finer bins."
        )
    return float(np.linalg.lstsq(design, excess[near], rcond=None)[0][0])


def peak_share(omega: Any, cross: Any, spectrum: Any, centre: float, reach: float) -> float:
    """The a of V = a sign(omega) T + noise near +-centre, from the cross structure factor.

    Where the matrix elements of an operator V follow those of T, which has its peaks there,
    their cross structure factor is a sign(omega) times that of T. Signs are not lost as in a
    squared matrix element, so a small a is seen where its square is not: peaks of weight a^2/2
    each in the structure factor of V. Least squares over ||omega| - centre| <= reach.

    Parameters
    ----------
    omega
        (m,) bin centres.
    cross
        (m,) :func:`bathlab.analysis.structure_factor` of V with ``other`` = T.
    spectrum
        (m,) that of T.
    centre, reach
        where to look; positive.

    Raises
    ------
    ValueError
        If the shapes differ, or T has no weight there.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-4.0, 4.0, 401)
    >>> of_T = sum(bl.analysis.lorentzian(omega - centre, 0.05) for centre in (-2.0, 2.0))
    >>> noise = 0.2 * np.random.default_rng(1).standard_normal(401)
    >>> cross = 0.1 * np.sign(omega) * of_T + noise  # V = 0.1 sign(omega) T + ...
    >>> print(f"{bl.analysis.peak_share(omega, cross, of_T, centre=2.0, reach=0.5):.2f}")
    0.10
    """
    centre, reach = as_real("centre", centre, above=0), as_real("reach", reach, above=0)
    curves = {"omega": omega, "cross": cross, "spectrum": spectrum}
    omega, cross, spectrum, near = _near(centre, reach, **curves)
    total = float(np.sum(spectrum[near] ** 2))
    if not total > 0:
        raise ValueError(
            f"A spectrum without weight within {reach:g} of +-{centre:g} was given; "
            "expected its peaks there. Move the centre or widen the reach."
        )
    return float(np.sum((np.sign(omega) * cross * spectrum)[near])) / total


def peak_place(omega: Any, spectrum: Any, centre: float, reach: float) -> float:
    """Where the peaks near +-centre are: the |omega| about which the weight nearby is balanced.

    The mean of |omega| under a triangular window of half-width ``reach`` about itself.

    Parameters
    ----------
    omega
        (m,) bin centres.
    spectrum
        (m,) with a peak on each side.
    centre, reach
        where to begin, and how far to look; positive.

    Raises
    ------
    ValueError
        If the shapes differ, or there is no weight.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> omega = np.linspace(-4.0, 4.0, 801)
    >>> spectrum = sum(bl.analysis.lorentzian(omega - centre, 0.1) for centre in (-2.13, 2.13))
    >>> place = bl.analysis.peak_place(omega, spectrum, centre=2.0, reach=0.5)  # 2 h, unshifted
    >>> print(f"{place:.2f}")
    2.13
    """
    centre, reach = as_real("centre", centre, above=0), as_real("reach", reach, above=0)
    omega, spectrum, _ = _near(centre, reach, omega=omega, spectrum=spectrum)
    place, distance = centre, np.abs(omega)
    for _ in range(PLACE_STEPS):
        weights = np.clip(1 - np.abs(distance - place) / reach, 0, None) * spectrum
        if not weights.sum() > 0:
            raise ValueError(
                f"A spectrum without weight within {reach:g} of +-{place:g} was "
                "given; expected its peaks there. Move the centre."
            )
        place = float(weights @ distance / weights.sum())
    return place


def _near(centre: float, reach: float, **curves: Any) -> tuple[Any, ...]:
    """omega and the curves as arrays of one length, and which bins are near +-centre."""
    omega = as_array("omega", curves.pop("omega"))
    arrays = [as_array(name, curve, shape=omega.shape) for name, curve in curves.items()]
    return omega, *arrays, np.abs(np.abs(omega) - centre) <= reach
