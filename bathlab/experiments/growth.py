"""D(O_B) of a bath with LIOMs coupled to it one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.participation import participation_row
from bathlab.checks import as_text, require_kind
from bathlab.conventions import Row
from bathlab.experiments.series import grown
from bathlab.model.baths import Bath
from bathlab.model.coupled import CoupledSystem
from bathlab.model.lioms import LiomChain, require_chain
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstate_near
from bathlab.spectrum.measure import spectral_measure

#: Up to this dimension E = 0 may be outside the spectrum: the single spin, with a LIOM or two.
FEW_LEVELS = 16


@dataclass(frozen=True)
class Growth:
    """A bath and the chain whose LIOMs are coupled to it one by one.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath, chain = bl.RandomMatrixBath(4, bandwidth=4.0), bl.LiomChain(2, g1=0.4, alpha=1.0)
    >>> rows = bl.experiments.growth_rows(bl.experiments.Growth("GOE", bath, chain), 1, 0)
    >>> print([row["dimension"] for row in rows])  # doubles with each LIOM
    [16, 32, 64]
    """

    label: str
    bath: Bath
    chain: LiomChain

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        require_chain(self.chain)


def growth_rows(growth: Growth, seed: int, realisation: int) -> list[Row]:
    """D(O_B) with 0, 1, 2, ... LIOMs, in one realisation of bath and fields.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath, chain = bl.RandomMatrixBath(5, bandwidth=4.0), bl.LiomChain(2, g1=0.4, alpha=1.0)
    >>> rows = bl.experiments.growth_rows(bl.experiments.Growth("GOE", bath, chain), 1, 0)
    >>> print([round(row["log_ipr"], 2) for row in rows])  # log 2 = 0.69 at each, on average
    [2.39, 3.12, 3.78]
    """
    require_kind("growth", growth, Growth, "Make one with bathlab.experiments.")
    rows: list[Row] = []
    for count, system in enumerate(grown(growth.bath.sample(seed, realisation), growth.chain)):
        state = eigenstate_near(system, inside(system))
        found = spectral_measure(system, system.operator("probe"), state)
        rows.append(
            {
                "bath": growth.label,
                "lioms": count,
                "dimension": system.dimension,
                **participation_row(state, found),
            }
        )
    return rows


def inside(system: CoupledSystem) -> float:
    """E = 0, or the nearest level where a few levels may all lie on one side of it."""
    if system.dimension > FEW_LEVELS:
        return 0.0
    levels = diagonalise(system).energies
    return float(np.clip(0.0, levels[0], levels[-1]))
