"""What a spin does to the structure factors of its bath, in one realisation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.peaks import peak_place, peak_share, peak_weight
from bathlab.checks import as_flag, as_real, require_kind, settle
from bathlab.conventions import Row
from bathlab.experiments.attachments import Attachment, attachment
from bathlab.model.baths import Bath
from bathlab.theory.grain.structure_factors import (
    backreaction_amplitude,
    backreaction_shape,
    broadened,
    lamb_shift,
)

#: W from the shape of v' is fitted within so many w of +-2h; from the correlation, within 2w,
#: the half-width of the peaks.
FIT_REACH, SHARE_REACH = 8.0, 2.0
#: The place of the spin's peaks is that of the weight within so many w.
PLACE_REACH = 5.0


@dataclass(frozen=True)
class Coupling:
    """A spin on a bath; frequencies up to ``reach``; ``curves`` says whether rows keep them."""

    bath: Bath
    bandwidth: float
    g: float
    field: float
    window: float
    step: float
    reach: float
    curves: bool

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        settle(
            self,
            bandwidth=as_real("bandwidth", self.bandwidth, minimum=0),
            g=as_real("g", self.g),
            field=as_real("field", self.field),
            window=as_real("window", self.window, above=0),
            step=as_real("step", self.step, above=0),
            reach=as_real("reach", self.reach, above=0),
            curves=as_flag("curves", self.curves),
        )

    @property
    def omega(self) -> np.ndarray:
        """Bin centres, 0 in the middle."""
        half = math.ceil(self.reach / self.step)
        return self.step * np.arange(-half, half + 1)

    @property
    def edges(self) -> np.ndarray:
        """The edges of these bins."""
        return np.append(self.omega - self.step / 2, self.omega[-1] + self.step / 2)


def backreaction_rows(coupling: Coupling, seed: int, realisation: int) -> list[Row]:
    """v, k and v' of one realisation, and what they say of the backreaction.

    Examples
    --------
    >>> import bathlab as bl
    >>> from bathlab.experiments.backreaction import Coupling
    >>> bath = bl.RandomMatrixBath(6, bandwidth=4.0)
    >>> spin = Coupling(bath, 4.0, 0.3, 0.5, window=1.0, step=0.1, reach=6.0, curves=False)
    >>> [row] = bl.experiments.backreaction_rows(spin, seed=1, realisation=0)
    >>> print(f"{row['second_moment']:.3f}")  # of k: g^2
    0.090
    >>> # The spin's share in the contact, measured and by eq. (11).
    >>> print(f"{row['share']:.2f}, {row['share_theory']:.2f}")
    -0.11, -0.10
    """
    require_kind("coupling", coupling, Coupling, "Make one with bathlab.experiments.")
    g, h, omega, step = coupling.g, coupling.field, coupling.omega, coupling.step
    seen = attachment(coupling.bath, g, h, coupling.edges, coupling.window, seed, realisation)
    integrals = (
        np.array([seen.k, *seen.expected.values(), *seen.after.values()]).sum(axis=1) * step
    )
    contact, cut = seen.before["contact"], float(np.maximum(seen.halfwidth, step))
    lower, upper = (backreaction_amplitude(omega, contact[at], g, h, cut) for at in (0, 2))
    row: dict[str, Any] = {
        "bandwidth": coupling.bandwidth,
        "g": g,
        "field": h,
        "step": step,
        "states": seen.states,
        "residual": seen.residual,
        "halfwidth": seen.halfwidth,
        "second_moment": seen.second_moment,
        "sum_rule": float(np.abs(integrals - 1).max()),
        "xi": math.sqrt(float(contact[1] @ omega**2) * step),
        "place": peak_place(omega, seen.after["spin"], 2 * h, PLACE_REACH * seen.halfwidth),
        "shift_theory": lamb_shift(omega, seen.expected["contact"], g, h, cut),
        "share_theory": (lower - upper) / 2,
        **backreaction_found(coupling, seen, "contact"),
        **{
            f"{name}_probe": value
            for name, value in backreaction_found(coupling, seen, "probe").items()
        },
    }
    if coupling.curves:
        row |= {
            "omega": omega,
            "k": seen.k,
            "contact_at_zero": contact[1],
            **seen.after,
            **{f"{which}_before": v for which, v in seen.expected.items()},
        }
    return [row]


def backreaction_found(coupling: Coupling, seen: Attachment, which: str) -> dict[str, float]:
    """The share a of the spin in an operator of the bath; W by eq. (14) and by the spin's
    peaks."""
    omega, centre, least = coupling.omega, 2 * coupling.field, 3 * coupling.step
    v, k, spin = seen.expected[which], seen.k, seen.after["spin"]
    share = peak_share(
        omega, seen.cross[which], spin, centre, max(SHARE_REACH * seen.halfwidth, least)
    )
    smooth = broadened(omega, v, k)
    paper = backreaction_shape(omega, v, k, coupling.field, max(seen.halfwidth, coupling.step))
    reach = min(max(FIT_REACH * seen.halfwidth, least), centre)
    fitted, fitted_spin = (
        peak_weight(omega, seen.after[which] - smooth, shape, centre, reach)
        for shape in (paper, 2 * (spin - smooth))
    )
    return {"share": share, "fitted": fitted, "fitted_spin": fitted_spin}
