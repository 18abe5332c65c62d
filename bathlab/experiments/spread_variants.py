"""Other perturbations than a spin at a bare bath: a second spin, a local term of the bath."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from bathlab.analysis.eth import ElementRows, flip_structure_factor, structure_factor
from bathlab.analysis.product_amplitudes import product_amplitudes
from bathlab.checks import (
    as_array,
    as_integer,
    as_real,
    as_text,
    refusal,
    require_kind,
    settle,
)
from bathlab.conventions import GAINED, Row
from bathlab.experiments.spread_states import spread_columns
from bathlab.model.baths import Bath, RandomMatrixBath
from bathlab.model.lioms import LiomChain
from bathlab.operators.spins import pauli
from bathlab.operators.system import MatrixSystem
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.theory.grain.free_spin import flip_density
from bathlab.theory.grain.golden_rule import golden_rule_width

#: What of v is averaged at 2h: much less than the spike's width.
RESOLUTION = 0.05
#: v of levels within this range of energy.
RANGE = 0.5


@dataclass(frozen=True)
class SecondSpin:
    """A spin at a random matrix that a first spin, of field ``field``, has joined already.

    Parameters
    ----------
    bath
        the bare random matrix, with a bandwidth.
    first
        coupling of the first spin, to the contact.
    field
        its field h_1.
    share
        c, what the second spin touches of the first where a spike is made.
    couplings
        those of the second spin, one after the other.
    few
        those of places that are looked at besides.
    elsewhere
        another field of the second spin, off the spike at 2 h_1.
    states
        how many eigenstates are looked at.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    bath: RandomMatrixBath
    first: float
    field: float
    share: float
    couplings: tuple[float, ...]
    few: tuple[float, ...]
    elsewhere: float
    states: int = 32

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, RandomMatrixBath, "Make one of 8 spins.")
        if self.bath.bandwidth is None:
            raise refusal("bath", "one without a bandwidth", "bandwidth=4.0", "Give it.")
        for name in ("couplings", "few"):
            values = as_array(name, getattr(self, name), above=0)
            object.__setattr__(self, name, tuple(values.tolist()))
        settle(
            self,
            first=as_real("first", self.first),
            field=as_real("field", self.field),
            share=as_real("share", self.share),
            elsewhere=as_real("elsewhere", self.elsewhere),
            states=as_integer("states", self.states, 1),
        )

    def smooth(self, field: float) -> float:
        """v(2 h_2) of a bath operator where the first spin has not widened it: its levels,
        E_b = h_2 s - h_1 s', lead to -h_2 s - h_1 s'."""
        radius = (self.bath.bandwidth or 0.0) / 2
        starts = [flip_density(field - s * self.field, radius) for s in (1, -1)]
        ends = [flip_density(field + s * self.field, radius) for s in (1, -1)]
        return float(np.dot(starts, ends) / np.sum(starts))


#: What the second spin touches, by the name of the place, and whether its field is h_1.
PLACES = {
    "spike": ("made", True),
    "probe": ("probe", True),
    "contact": ("contact", True),
    "off": ("made", False),
    "probe, off": ("probe", False),
}

#: The two that are compared at every coupling.
COMPARED = ("spike", "probe")


def second_spin_rows(spec: SecondSpin, seed: int, realisation: int) -> list[Row]:
    """k(omega) of the second spin, the first being of the bath: a row for each of its couplings
    and of ``PLACES``.

    It touches the "contact", as the first does; or the "probe", sigma^x of a spin of the grain
    that the first does not touch, whose v has no spike; or one that is "made", probe + c
    tau^x_1, which has those of tau^x_1, of weight c^2/2 each at +-2 h_1. ``v``: v(2h) of what
    it touches, with the resolution ``RESOLUTION``. Other columns are those of
    :func:`spread_columns`.
    """
    require_kind("spec", spec, SecondSpin, "Make one with bathlab.experiments.")
    bare = spec.bath.sample(seed, realisation)
    joined = LiomChain(count=1, g1=spec.first, field=spec.field, disorder=0.0)
    grain = bare.attach(joined).as_grain()
    operators = {which: grain.operator(which) for which in ("contact", "probe")}
    operators["made"] = operators["probe"] + spec.share * grain.operator(1)
    flip, one = pauli("x"), sparse.eye_array(grain.dimension)
    rows: list[Row] = []
    for place, (which, same) in PLACES.items():
        field = spec.field if same else spec.elsewhere
        elements = ElementRows(grain.eigensystem.vectors, operators[which])
        v = flip_structure_factor(grain.energies, elements, field, RANGE, RESOLUTION)
        free = sparse.kron(grain.system.matrix(), np.eye(2)) + sparse.kron(
            one, field * pauli("z")
        )
        for g in spec.couplings if place in COMPARED else spec.few:
            whole = MatrixSystem(
                sparse.csr_array(free + sparse.kron(g * operators[which], flip))
            )
            states = eigenstates_near(whole, 0.0, spec.states)
            found = product_amplitudes(grain.eigensystem, np.array([field, -field]), states)
            unit = golden_rule_width(g, spec.smooth(field))
            rows.append(
                {
                    "place": place,
                    "g": g,
                    "field": field,
                    "v": v,
                    **spread_columns(found, unit, g),
                    "residual": max(state.residual for state in states),
                }
            )
    return rows


@dataclass(frozen=True)
class LocalTerm:
    """A bath to which g' sigma^z of one of its spins is added.

    Parameters
    ----------
    label
        name of the bath in tables.
    bath
        H_0.
    site
        the spin, from 0.
    couplings
        g', one after the other.
    factor
        what v of sigma^z near omega = 0 is about, pi g'^2 times it being the unit.
    states
        how many eigenstates are looked at.
    resolution
        v(0) is over |omega| below this; None for the unit itself.

    Raises
    ------
    ValueError
        If one is out of its range.
    """

    label: str
    bath: Bath
    site: int
    couplings: tuple[float, ...]
    factor: float
    states: int = 32
    resolution: float | None = field(default=None, metadata=GAINED)

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        couplings = as_array("couplings", self.couplings, above=0)
        object.__setattr__(self, "couplings", tuple(couplings.tolist()))
        settle(
            self,
            site=as_integer("site", self.site, 0),
            factor=as_real("factor", self.factor, above=0),
            states=as_integer("states", self.states, 1),
        )
        if self.resolution is not None:
            settle(self, resolution=as_real("resolution", self.resolution, above=0))


def local_term_rows(spec: LocalTerm, seed: int, realisation: int) -> list[Row]:
    """k(omega) of eigenstates of H_0 + g' sigma^z over those of H_0, a row for each g'.

    ``golden``: pi g'^2 v(0)/unit with v of sigma^z without its diagonal. Other columns are
    those of :func:`spread_columns`.
    """
    require_kind("spec", spec, LocalTerm, "Make one with bathlab.experiments.")
    grain = spec.bath.sample(seed, realisation)
    term = grain.site_operator(spec.site, "z")
    elements = np.array(grain.matrix_elements(term))
    np.fill_diagonal(elements, 0.0)
    rows: list[Row] = []
    for g in spec.couplings:
        whole = MatrixSystem(grain.system.matrix() + g * term)
        states = eigenstates_near(whole, 0.0, spec.states)
        found = product_amplitudes(grain.eigensystem, np.zeros(1), states)
        unit = golden_rule_width(g, spec.factor)
        reach = spec.resolution or unit
        v = structure_factor(grain.energies, elements, [-reach, reach], 0.0, RANGE)
        rows.append(
            {
                "bath": spec.label,
                "g": g,
                **spread_columns(found, unit, g),
                "golden": golden_rule_width(g, float(v[0])) / unit,
                "residual": max(state.residual for state in states),
            }
        )
    return rows
