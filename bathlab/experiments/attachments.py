"""What coupling one spin to a bath does: v before, k, and v' after, on the same disorder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np

from bathlab.analysis.eth import structure_factor
from bathlab.analysis.spreading import hybridisations
from bathlab.checks import as_edges, as_real, require_kind
from bathlab.conventions import RealArray
from bathlab.model.baths import Bath
from bathlab.model.coupled import Grain
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.eigenstates import eigenstates_near

#: The operators of the bath that are looked at.
OPERATORS = ("contact", "probe")


@dataclass(frozen=True, eq=False)
class Attachment:
    """Curves and numbers of one realisation; made by :func:`attachment`.

    All curves have shape (m,), on the bins of omega, per unit energy.

    Attributes
    ----------
    before
        "contact" and "probe" to their v in the bath at E_b = -h, 0 and h, shape (3, m).
    after
        "contact", "probe" and "spin" (its sigma^x) to their v' at E = 0.
    cross
        "contact" and "probe" to their cross structure factor with the spin's sigma^x at E =
        0.
    k
        hybridisation function, averaged over the eigenstates in the window.
    halfwidth, second_moment
        of k, of each eigenstate by itself, averaged.
    states
        number of eigenstates in the window.
    residual
        the largest of theirs.
    """

    before: Mapping[str, RealArray]
    after: Mapping[str, RealArray]
    cross: Mapping[str, RealArray]
    k: RealArray
    halfwidth: float
    second_moment: float
    states: int
    residual: float

    @property
    def expected(self) -> Mapping[str, RealArray]:
        """v of the bath as eq. (6) takes it: an eigenstate at E = 0 is made of E_b = -s h, s =
        +-1.

        The mean of both energies (De Roeck & Huveneers neglect that v depends on the energy).
        """
        return {which: (curves[0] + curves[2]) / 2 for which, curves in self.before.items()}


def attachment(
    bath: Bath,
    g: float,
    field: float,
    edges: Any,
    window: float = 1.0,
    seed: int = 1,
    realisation: int = 0,
) -> Attachment:
    """Couple a spin of the given coupling and field to a bath, and measure before and after.

    Parameters
    ----------
    bath
        any bath.
    g, field
        coupling and field h of the spin.
    edges
        (m+1,) ascending bin edges of omega.
    window
        full width of the energy window about 0 (and +-h for the bath) of all averages.
    seed, realisation
        of the bath's disorder.

    Raises
    ------
    ValueError
        If a number is not finite, a window holds no level, or the system is too large to
        diagonalise.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> bath, edges = bl.RandomMatrixBath(6, bandwidth=4.0), np.linspace(-6, 6, 61)
    >>> seen = bl.experiments.attachment(bath, g=0.3, field=0.5, edges=edges)
    >>> print(f"{seen.after['spin'].sum() * 0.2:.3f}")  # <(sigma^x)^2>
    1.000
    >>> print(f"{seen.second_moment:.3f}")  # of k: g^2
    0.090
    """
    require_kind("bath", bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
    g, field = as_real("g", g), as_real("field", field)
    edges, window = as_edges(edges), as_real("window", window, above=0)
    grain = bath.sample(seed, realisation)
    joint = grain.attach(LiomChain.given(fields=[field], couplings=[g])).as_grain()
    return attached(grain, joint, field, edges, window)


def attached(
    grain: Grain, joint: Grain, field: float, edges: RealArray, window: float
) -> Attachment:
    """:func:`attachment` of a drawn bath, and of the same with the spin; checked before."""
    own = grain.system.lioms.count + 1  # the number of the spin among the LIOMs
    bare = {which: grain.element_rows(which) for which in OPERATORS}
    names: dict[str, str | int] = {"contact": "contact", "probe": "probe", "spin": own}
    seen = {which: joint.element_rows(name) for which, name in names.items()}
    before = {
        which: np.array(
            [
                structure_factor(grain.energies, rows, edges, energy, window)
                for energy in (-field, 0.0, field)
            ]
        )
        for which, rows in bare.items()
    }
    after, cross = (
        {
            which: structure_factor(joint.energies, seen[which], edges, 0.0, window, other)
            for which in chosen
        }
        for chosen, other in ((names, None), (OPERATORS, seen["spin"]))
    )
    count = int(np.count_nonzero(np.abs(joint.energies) <= window / 2))
    states = eigenstates_near(joint.eigensystem, 0.0, count)
    spread = hybridisations(joint.system, states, edges)
    return Attachment(
        before,
        after,
        cross,
        np.mean([one.density for one in spread], axis=0),
        float(np.mean([one.halfwidth for one in spread])),
        float(np.mean([one.second_moment for one in spread])),
        count,
        float(np.max([state.residual for state in states])),  # NaN is the largest
    )
