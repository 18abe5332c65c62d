"""Kinds of baths that disobey the ETH, as a table of a TOML file names them."""

from __future__ import annotations

from typing import Literal

from bathlab.model.baths import Bath
from bathlab.model.structured import (
    IntegrableChainBath,
    RosenzweigPorterBath,
    UltrametricBath,
)
from bathlab.workbench.named_bath import NamedBath
from bathlab.workbench.parameters import parameter

WIDTH = "width of the semicircle with the same tr H^2"


class Ultrametric(NamedBath):
    """An ultrametric random matrix: :class:`bathlab.model.UltrametricBath`."""

    kind: Literal["ultrametric"] = "ultrametric"
    spins: int = parameter(..., "spins of the bath", ge=1)
    bandwidth: float = parameter(..., WIDTH, gt=0)
    decay: float = parameter(UltrametricBath.alpha, "alpha of its blocks", gt=0, le=1)
    grain: int = parameter(UltrametricBath.core, "spins of its smallest block", ge=1)

    def core(self) -> Bath:
        return UltrametricBath(self.spins, self.bandwidth, self.decay, self.grain)

    def core_label(self) -> str:
        return f"{self.spins}-spin ultrametric {self.decay:g}"


class RosenzweigPorter(NamedBath):
    """Random energies and a weak GOE: :class:`bathlab.model.RosenzweigPorterBath`."""

    kind: Literal["rosenzweig-porter"] = "rosenzweig-porter"
    spins: int = parameter(..., "spins of the bath", ge=1)
    bandwidth: float = parameter(..., WIDTH, gt=0)
    gamma: float = parameter(RosenzweigPorterBath.gamma, "power of n of its elements", ge=0)

    def core(self) -> Bath:
        return RosenzweigPorterBath(self.spins, self.bandwidth, self.gamma)

    def core_label(self) -> str:
        return f"{self.spins}-spin RP {self.gamma:g}"


class IntegrableChain(NamedBath):
    """The XXZ chain in boundary fields: :class:`bathlab.model.IntegrableChainBath`."""

    kind: Literal["integrable chain"] = "integrable chain"
    spins: int = parameter(..., "spins of the bath", ge=2)
    bandwidth: float = parameter(..., WIDTH, gt=0)
    anisotropy: float = parameter(IntegrableChainBath.anisotropy, "Delta")
    boundary: float = parameter(IntegrableChainBath.boundary, "the fields at its ends", gt=0)

    def core(self) -> Bath:
        return IntegrableChainBath(self.spins, self.bandwidth, self.anisotropy, self.boundary)

    def core_label(self) -> str:
        return f"integrable {self.spins}-chain"
