"""G, entanglement and Delta D of each LIOM when it is attached to a grain."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.participation import participation_row
from bathlab.checks import require_kind
from bathlab.conventions import Row
from bathlab.experiments.series import grown, solved
from bathlab.model.baths import RandomMatrixBath
from bathlab.model.coupled import CoupledSystem
from bathlab.model.lioms import LiomChain, require_chain, require_plain
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstate_near
from bathlab.spectrum.measure import spectral_measure


@dataclass(frozen=True)
class Attachment:
    """A grain and the chain whose LIOMs are attached to it one by one."""

    bath: RandomMatrixBath
    chain: LiomChain

    def __post_init__(self) -> None:
        require_kind(
            "bath", self.bath, RandomMatrixBath, "Make one, as bathlab.LocalChainBath(9)."
        )
        require_chain(self.chain)
        require_plain("chain", self.chain)


def crossover_rows(attachment: Attachment, seed: int, realisation: int) -> list[Row]:
    """G, entanglement and Delta D of each LIOM when it is attached, in the same disorder.

    ``entropy_alone`` is its entanglement at the bare grain, without those before it: the
    control.
    """
    require_kind("attachment", attachment, Attachment, "Make one with bathlab.experiments.")
    bath, chain = attachment.bath, attachment.chain
    rows: list[Row] = []
    before = math.nan
    core = bath.sample(seed, realisation)
    for count, system in enumerate(grown(core, chain)):
        # Of each but the last all levels are needed, for G of the next LIOM.
        whole = diagonalise(system) if count < chain.count else solved(system)
        state = eigenstate_near(whole, 0.0)
        found = participation_row(
            state, spectral_measure(whole, system.operator("probe"), state)
        )
        if count:
            liom = system.lioms[count - 1 :]
            g, field = float(liom.couplings[0]), float(liom.fields[0])
            entropy = entanglement_entropy(state, system.dims, -1)
            alone = entropy if count == 1 else _entropy(core.attach(liom))
            rows.append(
                {
                    "spins": bath.spins,
                    "bandwidth": bath.bandwidth,
                    "alpha": chain.alpha,
                    "liom": count,
                    "dimension": system.dimension,
                    "g": g,
                    "liom_field": field,
                    **{
                        name: system.grain.g_parameter(
                            g, field, estimator="smooth", moment=moment
                        )
                        for name, moment in (("G", 2.0), ("G_modulus", 1.0), ("G_typical", 0.0))
                    },
                    "entropy": entropy,
                    "entropy_alone": alone,
                    "delta_log_ipr": found["log_ipr"] - before,
                    **found,
                }
            )
        before = found["log_ipr"]
    return rows


def _entropy(system: CoupledSystem) -> float:
    """Entanglement of the last LIOM with all else in the eigenstate nearest E = 0."""
    return entanglement_entropy(eigenstate_near(system, 0.0), system.dims, -1)
