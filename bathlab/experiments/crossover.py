"""G, entanglement and Delta D of each LIOM when it is attached to a grain."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.participation import participation_row
from bathlab.conventions import Row
from bathlab.model.baths import EnlargedBath, RandomMatrixBath, couple
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.eigenstates import eigenstate_near
from bathlab.spectrum.measure import spectral_measure


@dataclass(frozen=True)
class Attachment:
    """A grain and the chain whose LIOMs are attached to it one by one."""

    bath: RandomMatrixBath
    chain: LiomChain


def crossover_rows(attachment: Attachment, seed: int, realisation: int) -> list[Row]:
    """G, entanglement and Delta D of each LIOM when it is attached, in the same disorder.

    ``entropy_alone`` is its entanglement at the bare grain, without those before it: the
    control.
    """
    bath, chain = attachment.bath, attachment.chain
    rows: list[Row] = []
    before = math.nan
    for count in range(chain.count + 1):
        system = couple(bath, replace(chain, count=count)).sample(seed, realisation)
        state = eigenstate_near(system, 0.0)
        found = participation_row(
            state, spectral_measure(system, system.operator("probe"), state)
        )
        if count:
            enlarged = EnlargedBath(bath, replace(chain, count=count - 1))
            grain = enlarged.sample(seed, realisation)
            g, field = (
                float(values[-1]) for values in (system.lioms.couplings, system.lioms.fields)
            )
            alone = couple(bath, LiomChain.given([field], [g])).sample(seed, realisation)
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
                        name: grain.g_parameter(g, field, estimator="smooth", moment=moment)
                        for name, moment in (("G", 2.0), ("G_modulus", 1.0), ("G_typical", 0.0))
                    },
                    "entropy": entanglement_entropy(state, system.dims, -1),
                    "entropy_alone": entanglement_entropy(
                        eigenstate_near(alone, 0.0), alone.dims, -1
                    ),
                    "delta_log_ipr": found["log_ipr"] - before,
                    **found,
                }
            )
        before = found["log_ipr"]
    return rows
