"""The proof by counting that no level is nearer: Sylvester's law of inertia, twice."""

from __future__ import annotations

import numpy as np

from bathlab.conventions import RealArray
from bathlab.errors import NotConverged, SingularShift
from bathlab.operators.system import System
from bathlab.spectrum.direct.choose import factorise
from bathlab.spectrum.direct.nearest import backward_error

#: A count of levels stands if its shifts keep this many estimated backward errors away from all
#: levels found: one random solve may see less than the norm of the error.
ROUNDING_SAFETY = 1000.0


def count_levels(system: System, energy: float, count: int, energies: RealArray) -> None:
    """Prove by inertia that ``energies`` hold the ``count`` levels of H nearest ``energy``.

    The levels between energy - w and energy + w are counted (Sylvester) and compared with the
    given ones, where w lies in the widest gap of their distances beyond the first ``count``.
    Rounding makes each count that of a matrix within the backward error of H; it is estimated
    and must be far below the gap, so it can only misplace levels at the ends, beyond the
    nearest.

    Raises
    ------
    NotConverged
        If the numbers differ, or the factors do not tell them reliably.
    """
    distance = np.sort(np.abs(energies - energy))
    gaps = np.diff(distance)[count - 1 :]
    within = count + int(np.argmax(gaps))
    width = (distance[within - 1] + distance[within]) / 2
    below, above = (
        levels_below(system, shift, float(gaps.max()))
        for shift in (energy - width, energy + width)
    )
    if above - below != within:
        raise NotConverged(
            f"{above - below} levels lie within {width:.6g} of {energy:g} "
            f"but {within} were found"
        )


def levels_below(system: System, shift: float, gap: float | None = None) -> int:
    """The number of levels below ``shift``, which lies in the middle of a ``gap``.

    Raises
    ------
    NotConverged
        If the shift is a level, the factors do not tell, or rounding reaches the gap.
    """
    try:
        with factorise(system, shift, "inertia") as factors:
            if factors.negative is None:
                raise NotConverged(
                    f"the levels below {shift:g} cannot be counted: {factors.name} does not "
                    "tell"
                )
            if gap is not None:
                rounding = ROUNDING_SAFETY * backward_error(system, factors)
                if not rounding < gap / 2:
                    raise NotConverged(
                        f"the levels below {shift:g} cannot be counted: the rounding of "
                        f"{factors.name}, {rounding:.1e}, reaches the gap {gap:.1e}"
                    )
            return factors.negative
    except SingularShift as error:
        raise NotConverged(str(error)) from None
