"""The proof by counting that no level is nearer: Sylvester's law of inertia, twice."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Sequence

import numpy as np

from bathlab.conventions import RealArray
from bathlab.errors import NotConverged, SingularShift
from bathlab.operators.system import System
from bathlab.spectrum.direct.base import Factorisation
from bathlab.spectrum.direct.choose import factorise
from bathlab.spectrum.direct.nearest import backward_error

#: A count of levels stands if its shifts keep this many estimated backward errors away from all
#: levels found: one random solve may see less than the norm of the error.
ROUNDING_SAFETY = 1000.0


def count_levels(
    system: System,
    energy: float,
    count: int,
    energies: RealArray,
    factors: Factorisation | None = None,
) -> None:
    """Prove by inertia that ``energies`` hold the ``count`` levels of H nearest ``energy``.

    The levels between energy - w and energy + w are counted (Sylvester) and compared with the
    given ones, where w lies in the widest gap of their distances beyond the first ``count``.
    Rounding makes each count that of a matrix within the backward error of H; it is estimated
    and must be far below the gap, so it can only misplace levels at the ends, beyond the
    nearest.

    Open ``factors`` of H - another shift are moved to the two, or closed if they cannot be, to
    make room.

    Raises
    ------
    NotConverged
        If the numbers differ, or the factors do not tell them reliably.
    """
    distance = np.sort(np.abs(energies - energy))
    gaps = np.diff(distance)[count - 1 :]
    within = count + int(np.argmax(gaps))
    width = (distance[within - 1] + distance[within]) / 2
    ends = (energy - width, energy + width)
    below, above = levels_below(system, ends, float(gaps.max()), factors)
    if above - below != within:
        raise NotConverged(
            f"{above - below} levels lie within {width:.6g} of {energy:g} "
            f"but {within} were found"
        )


def levels_below(
    system: System,
    shifts: Sequence[float],
    gap: float | None = None,
    factors: Factorisation | None = None,
) -> list[int]:
    """The numbers of levels below each of the ``shifts``, which lie in the middle of a ``gap``.

    ``factors`` as for :func:`count_levels`.

    Raises
    ------
    NotConverged
        If a shift is a level, the factors do not tell, or rounding reaches the gap.
    """
    found = []
    with ExitStack() as stack:
        for shift in shifts:
            try:
                if factors is None or not factors.move(shift):
                    if factors is not None:
                        factors.close()
                    factors = stack.enter_context(factorise(system, shift, "inertia"))
            except SingularShift as error:
                raise NotConverged(str(error)) from None
            found.append(_told_below(system, factors, gap))
    return found


def _told_below(system: System, factors: Factorisation, gap: float | None) -> int:
    """The levels below the shift of ``factors``, if they tell it and rounding is small."""
    unable = f"the levels below {factors.shift:g} cannot be counted"
    if factors.negative is None:
        raise NotConverged(f"{unable}: {factors.name} does not tell")
    if gap is not None:
        rounding = ROUNDING_SAFETY * backward_error(system, factors)
        if not rounding < gap / 2:
            raise NotConverged(
                f"{unable}: the rounding of {factors.name}, {rounding:.1e}, reaches the gap "
                f"{gap:.1e}"
            )
    return factors.negative
