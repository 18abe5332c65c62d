"""The hybridisation function k(omega) of one spin coupled to a bath."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.eth import flip_structure_factor
from bathlab.analysis.spreading import hybridisation, hybridisation_row
from bathlab.checks import as_real, as_text, require_kind, settle
from bathlab.conventions import Row
from bathlab.model.baths import Bath, RandomMatrixBath
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.eigenstates import eigenstate_near
from bathlab.theory.grain.golden_rule import golden_rule_width

#: Bins of omega for k of a spin at a bath.
EDGES = np.linspace(-4, 4, 129)
#: Bins of omega xi / g^2, in which w is about 4.
SCALED_EDGES = np.linspace(-40, 40, 121)
#: v(2h) is averaged over this range of energy and of frequency.
RANGE = 1.0


@dataclass(frozen=True)
class Spin:
    """One spin coupled to a bath.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.Spin(bl.LocalChainBath(5), g=0.3, field=1.0)
    >>> [row] = bl.experiments.curve_rows(spec, seed=1, realisation=0)
    >>> print(f"{row['second_moment']:.3f}")  # of k: g^2
    0.090
    """

    bath: Bath
    g: float
    field: float

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        settle(self, g=as_real("g", self.g), field=as_real("field", self.field))


def curve_rows(spin: Spin, seed: int, realisation: int) -> list[Row]:
    """k(omega) of the eigenstate nearest E = 0, and tr H_B^3 of its bath.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.LocalChainBath(5, transverse=0.5, coupling=1.0)
    >>> [row] = bl.experiments.curve_rows(bl.experiments.Spin(bath, g=0.3, field=1.0), 1, 0)
    >>> print(f"{row['trace_of_cube']:.3f}, {bl.theory.chain_third_moment(5, 0.5, 1.0):.3f}")
    6.000, 6.000
    >>> step = row["omega"][1] - row["omega"][0]
    >>> print(f"{row['k'].sum() * step:.3f}")  # k is normalised
    1.000
    """
    require_kind("spin", spin, Spin, "Make one with bathlab.experiments.")
    chain = LiomChain(count=1, g1=spin.g, field=spin.field, disorder=0.0)
    system = spin.bath.sample(seed, realisation).attach(chain)
    state = eigenstate_near(system, 0.0)
    found = hybridisation(system, state, EDGES)
    cube = system.bath.hamiltonian @ system.bath.hamiltonian @ system.bath.hamiltonian
    return [
        {
            **hybridisation_row(state, found),
            "trace_of_cube": float(cube.trace().real) / system.bath.dimension,
        }
    ]


@dataclass(frozen=True)
class Coupling:
    """A spin coupled to a random matrix.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> spin = bl.experiments.Coupling("xi", bath, bandwidth=4.0, g=0.3, field=0.5)
    >>> [row] = bl.experiments.width_rows(spin, seed=1, realisation=0)
    >>> print(f"{row['halfwidth']:.3f}, golden rule {row['golden_rule']:.3f}")
    0.074, golden rule 0.069
    """

    group: str
    bath: RandomMatrixBath
    bandwidth: float
    g: float
    field: float

    def __post_init__(self) -> None:
        as_text("group", self.group)
        require_kind(
            "bath", self.bath, RandomMatrixBath, "Make one, as bathlab.LocalChainBath(9)."
        )
        settle(
            self,
            bandwidth=as_real("bandwidth", self.bandwidth, above=0),
            g=as_real("g", self.g),
            field=as_real("field", self.field),
        )


def width_rows(coupling: Coupling, seed: int, realisation: int) -> list[Row]:
    """k(omega) of the eigenstate nearest E = 0, and what the golden rule makes of v.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(6, bandwidth=4.0)
    >>> for g in (0.1, 0.4):
    ...     spin = bl.experiments.Coupling("g", bath, bandwidth=4.0, g=g, field=0.5)
    ...     [row] = bl.experiments.width_rows(spin, seed=1, realisation=0)
    ...     print(f"{row['golden_rule']:.4f}, {row['second_moment']:.3f}")  # pi g^2 v(2h), g^2
    0.0091, 0.010
    0.1456, 0.160
    """
    require_kind("coupling", coupling, Coupling, "Make one with bathlab.experiments.")
    spin = LiomChain(count=1, g1=coupling.g, field=coupling.field, disorder=0.0)
    grain = coupling.bath.sample(seed, realisation)
    system = grain.attach(spin)
    state = eigenstate_near(system, 0.0)
    edges = SCALED_EDGES * coupling.g**2 / coupling.bandwidth
    found = hybridisation(system, state, edges)
    factor = flip_structure_factor(
        grain.energies, grain.element_rows("contact"), coupling.field, RANGE
    )
    return [
        {
            "set": coupling.group,
            "dimension": system.bath.dimension,
            "bandwidth": coupling.bandwidth,
            "g": coupling.g,
            **hybridisation_row(state, found),
            "golden_rule": golden_rule_width(coupling.g, factor),
        }
    ]
