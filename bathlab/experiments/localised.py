"""Spins in a line behind a grain: the width of each at the bath of all before it."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.eth import flip_structure_factor
from bathlab.analysis.levels import smooth_density_of_states
from bathlab.analysis.participation import participation_row
from bathlab.analysis.spreading import hybridisations
from bathlab.checks import as_integer, as_real, require_kind, settle
from bathlab.conventions import GAINED, RealArray, Row
from bathlab.model.baths import RandomMatrixBath
from bathlab.model.coupled import CoupledSystem, Grain
from bathlab.model.line import LocalisedChain
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import spectral_measure
from bathlab.theory.grain.golden_rule import golden_rule_width
from bathlab.theory.grain.localised_chain import (
    LAWS,
    Spectrum,
    chain_structure_factor,
    chain_widths,
    semicircle_structure_factor,
)

#: v_0(2h) is averaged over this range of frequency, and over levels in this range of energy.
#: Each spin doubles the levels, and the range of frequency is halved.
FREQUENCIES, ENERGIES = 0.2, 1.0
#: Points of the average of the theories, on a grid that is finer around each line.
POINTS = 200
#: The slope of v is taken over this share of the width before, over which v varies.
STEP = 1e-3


@dataclass(frozen=True)
class Line:
    """A bath, ``count`` spins in a line behind it with g = ``ratio`` h and J_z = ``zz`` g, and
    states to look at.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(4, bandwidth=4.0)
    >>> line = bl.experiments.Line(bath, count=2, ratio=0.3, disorder=1.0, states=2)
    >>> rows = bl.experiments.line_rows(line, seed=1, realisation=0)
    >>> print([(row["spin"], f"{row['width'] * row['density']:.2f}") for row in rows])  # w rho
    [(1, '0.99'), (2, '0.11')]
    """

    bath: RandomMatrixBath
    count: int
    ratio: float
    disorder: float
    states: int
    zz: float = dataclasses.field(default=0.0, metadata=GAINED)

    def __post_init__(self) -> None:
        require_kind(
            "bath", self.bath, RandomMatrixBath, "Make one, as bathlab.LocalChainBath(9)."
        )
        settle(
            self,
            count=as_integer("count", self.count, 1),
            ratio=as_real("ratio", self.ratio, above=0),
            disorder=as_real("disorder", self.disorder, above=0),
            states=as_integer("states", self.states, 1),
            zz=as_real("zz", self.zz),
        )

    @property
    def g(self) -> float:
        return self.ratio * self.disorder

    @property
    def chain(self) -> LocalisedChain:
        return LocalisedChain(
            self.bath,
            LiomChain(self.count, alpha=1.0, g1=self.g, field=0.0, disorder=self.disorder),
            self.zz * self.g,
        )

    def structure_factor(self, omega: RealArray) -> RealArray:
        """v_0 of the contact."""
        return semicircle_structure_factor(omega, self.bath.bandwidth or 0.0)


def line_rows(line: Line, seed: int, realisation: int) -> list[Row]:
    """One row per spin: its width at the bath of all before it, measured and by both laws,
    which know no J_z; how steep v is there, how entangled it then is, and D of its sigma^x.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(4, bandwidth=4.0)
    >>> line = bl.experiments.Line(bath, count=2, ratio=0.3, disorder=1.0, states=2)
    >>> for row in bl.experiments.line_rows(line, seed=1, realisation=0):
    ...     print(f"w = {row['width']:.4f}, by eq. (20) {row['lorentzian']:.4f}")
    w = 0.1223, by eq. (20) 0.0783
    w = 0.0066, by eq. (20) 0.0036
    """
    require_kind("line", line, Line, "Make one with bathlab.experiments.")
    chain = line.chain.sample(seed, realisation)
    rows: list[Row] = []
    for spin, field in enumerate(chain.fields, start=1):
        known, resolution = chain.fields[:spin], FREQUENCIES / 2 ** (spin - 1)
        rows.append(
            {
                "spins": line.bath.spins,
                "ratio": line.ratio,
                "zz": line.zz,
                "spin": spin,
                "field": float(field),
                "width": measured_width(chain.grain(spin - 1), line.g, field, resolution),
                **{
                    law: smoothed_width(known, line.g, line.structure_factor, law, resolution)
                    for law in LAWS
                },
                "steepness": steepness(known, line.g, line.structure_factor),
                "apart": apart(known),
                "resolution": resolution,
                **attached(chain.stage(spin), line.states),
            }
        )
    return rows


def attached(stage: CoupledSystem, count: int) -> Row:
    """What the last spin is like in the eigenstates nearest E = 0 of the stage that it ends."""
    levels = diagonalise(stage)
    states = eigenstates_near(levels, 0.0, count)
    entropies = [entanglement_entropy(state, stage.dims, -1) for state in states]
    halfwidths = [one.halfwidth for one in hybridisations(stage, states, [-1.0, 1.0])]
    found = spectral_measure(levels, stage.operator(1), states[0])
    return {
        "density": smooth_density_of_states(levels.energies, 0.0, ENERGIES),
        "halfwidth": float(np.mean(halfwidths)),
        "halfwidths": np.array(halfwidths),
        "entropy": float(np.mean(entropies)),
        "entropies": np.array(entropies),
        **participation_row(states[0], found),
    }


def measured_width(grain: Grain, g: float, field: float, resolution: float) -> float:
    """pi g^2 v(2h) at E = 0 with the v of this grain: a flip leads from E_b = -+h to +-h."""
    return golden_rule_width(
        g,
        flip_structure_factor(
            grain.energies, grain.element_rows("contact"), field, ENERGIES, resolution
        ),
    )


def smoothed_width(
    fields: RealArray, g: float, bath: Spectrum, law: str, resolution: float
) -> float:
    """The same of a theory: pi g^2 v_{i-1} averaged over the range of the measured v."""
    ends = 2 * fields[-1] + np.array([-0.5, 0.5]) * resolution
    near = np.geomspace(1e-12, 1.0, POINTS) * resolution
    lines = np.concatenate([2 * fields[:-1], -2 * fields[:-1], ends[:1]])
    grid = np.unique(np.clip(np.add.outer(lines, np.concatenate([-near, near])).ravel(), *ends))
    values = chain_structure_factor(grid, fields[:-1], g, bath, law)
    return golden_rule_width(g, float(np.trapezoid(values, grid)) / resolution)


def steepness(fields: RealArray, g: float, bath: Spectrum) -> float:
    """pi g^2 |dv_{i-1}/domega| at 2h_i, by the law that resolves tails: w over the range in
    which v varies, which the golden rule needs small (DRH, end of III D, there without pi)."""
    before, at = fields[:-1], 2 * float(fields[-1])
    width = chain_widths(before, g, bath, "resolved")[-1] if len(before) else 1.0
    ends = at + STEP * min(width, 1.0) * np.array([-1.0, 1.0])
    low, high = chain_structure_factor(ends, before, g, bath, "resolved")
    return golden_rule_width(g, abs(float(high - low)) / float(ends[1] - ends[0]))


def apart(fields: RealArray) -> float:
    """Distance in frequency of the last spin's line from the nearest of those before; or
    inf."""
    others = np.abs(np.abs(fields[:-1]) - np.abs(fields[-1]))
    return float(2 * np.min(others, initial=math.inf))
