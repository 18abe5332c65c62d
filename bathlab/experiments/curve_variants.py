"""The thermalisation curve of other spins: in any field, like a spin of the grain, or driven by
a bath whose LIOMs are well or badly thermalised. Each point is a mean over several states."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.eth import energy_scale
from bathlab.analysis.flips import product_state_near
from bathlab.analysis.g_parts import CouplingParts, coupling_parts
from bathlab.analysis.participation import log_ipr
from bathlab.checks import as_array, as_integer, as_real, as_text, require_kind, settle
from bathlab.conventions import SIGMA_X, SIGMA_Z, Array, Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.thermalisation import inner_entropy, nearest_levels
from bathlab.model.baths import Bath, CoreBath
from bathlab.model.coupled import Grain
from bathlab.model.lioms import Chain, Lioms, require_chain
from bathlab.operators.hermitian import to_dense
from bathlab.spectrum.dense import Eigensystem, diagonalise
from bathlab.spectrum.measure import spectral_measure


@dataclass(frozen=True)
class SpinCurve:
    """A spin h tau^z + J tau^x at the contact of a bath, g sigma^x_0 tau^x, at several g.

    With J = 0 it is a LIOM in a field h, with J != 0 like a spin of the chain of eq. (24).

    Raises
    ------
    ValueError
        If the bath holds LIOMs, a number is out of range or no finite number.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> curve = bl.experiments.SpinCurve("GOE", grain, couplings=(0.02, 0.4), field=0.5)
    >>> for row in bl.experiments.curve_variant_rows(curve, seed=1, realisation=0):
    ...     print(f"G = {row['G']:.2f}, Delta D = {row['delta_log_ipr']:.2f}")
    G = 0.04, Delta D = 0.04
    G = 0.74, Delta D = 0.82
    """

    label: str
    bath: CoreBath
    couplings: tuple[float, ...]
    field: float
    transverse: float = 0.0
    states: int = 16

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("bath", self.bath, CoreBath, "Make one, as bathlab.LocalChainBath(8).")
        settle(
            self,
            couplings=tuple(as_array("couplings", self.couplings).tolist()),
            field=as_real("field", self.field, minimum=0),
            transverse=as_real("transverse", self.transverse),
            states=as_integer("states", self.states, 1),
        )


def spin_curve_rows(curve: SpinCurve, seed: int, realisation: int) -> list[Row]:
    """Delta D(O_B), the mean over the eigenstates nearest E = 0, at every coupling.

    G is that of the flip: in its own basis the spin is a LIOM in a field e = sqrt(h^2 + J^2)
    with coupling g h/e (g where both are 0). ``G_partner`` has the density of the levels that
    the flip leads to in place of that at E = 0, ``tau_x`` is the mean of <tau^x>^2.
    """
    require_kind("curve", curve, SpinCurve, "Make one with bathlab.experiments.")
    grain = curve.bath.sample(seed, realisation)
    own = math.hypot(curve.field, curve.transverse)
    turned = curve.field / own if own else 1.0
    parts = _parts(grain, own)
    common = {
        "bath": curve.label,
        "energy_scale": energy_scale(grain.hamiltonian, grain.contact),
        "log_ipr_reference": float(
            np.mean(_log_iprs(grain.eigensystem, grain.probe, own, curve.states))
        ),
    }
    spin = curve.field * SIGMA_Z + curve.transverse * SIGMA_X
    bare = np.kron(to_dense(grain.hamiltonian), np.eye(2)) + np.kron(
        np.eye(grain.dimension), spin
    )
    touch = np.kron(to_dense(grain.contact), SIGMA_X)
    rows: list[Row] = []
    for g in curve.couplings:
        found = _coupled(bare + g * touch, grain, curve.states)
        element = g * turned * math.sqrt(parts.flips)
        rows.append(
            {
                **common,
                "g": g,
                "G": element * parts.bath,
                "G_partner": element * parts.partners,
                "delta_log_ipr": found["log_ipr"] - common["log_ipr_reference"],
                **found,
            }
        )
    return rows


def _parts(grain: Grain, field: float) -> CouplingParts:
    product = product_state_near(grain.energies, field)
    weights = np.abs(grain.element_rows("contact")[[product.level]][0]) ** 2
    return coupling_parts(grain.energies, weights, product, field)


def _log_iprs(levels: Eigensystem, probe: Array, field: float, count: int) -> list[float]:
    """D of the bath in the ``count`` product states nearest E = 0."""
    return [
        log_ipr(spectral_measure(levels, probe, levels.vectors[:, level]))
        for level in nearest_levels(levels.energies, field, count)
    ]


def _coupled(matrix: Array, grain: Grain, count: int) -> Row:
    """Means over the ``count`` eigenstates of bath and spin nearest E = 0."""
    levels = diagonalise(matrix)
    probe = np.kron(to_dense(grain.probe), np.eye(2))
    flip = np.kron(np.eye(grain.dimension), SIGMA_X)
    near = np.argsort(np.abs(levels.energies), kind="stable")[:count]
    vectors = levels.vectors[:, near]
    off = matrix @ vectors - vectors * levels.energies[near]
    along = np.einsum("ij,ij->j", vectors.conj(), flip @ vectors).real
    found = [log_ipr(spectral_measure(levels, probe, vector)) for vector in vectors.T]
    return {
        "log_ipr": float(np.mean(found)),
        "tau_x": float(np.mean(along**2)),
        "residual": float(np.linalg.norm(off, axis=0).max()),
    }


@dataclass(frozen=True)
class CatchUp:
    """A bath that holds LIOMs, thermalised well or badly, and one more, in a ``field`` that is
    not random, at several g.

    Raises
    ------
    ValueError
        If it is none of a bath, of a chain with a LIOM, of couplings, or a number is off.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain, lioms = bl.RandomMatrixBath(4, bandwidth=4.0), bl.LiomChain(1, g1=0.01)
    >>> spec = bl.experiments.CatchUp("weak", grain, lioms, (0.3,), field=0.5, states=4)
    >>> [row] = bl.experiments.curve_variant_rows(spec, seed=1, realisation=0)
    >>> print(f"{row['entropy_before']:.2f}, {row['entropy_after']:.2f}")  # of the LIOM inside
    0.06, 0.29
    """

    label: str
    core: Bath
    lioms: Chain
    couplings: tuple[float, ...]
    field: float = 1.0
    states: int = 16

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("core", self.core, Bath, "Make one, as bathlab.LocalChainBath(5).")
        require_chain(self.lioms)
        settle(
            self,
            couplings=tuple(as_array("couplings", self.couplings).tolist()),
            field=as_real("field", self.field),
            states=as_integer("states", self.states, 2),
        )
        as_integer("lioms.count", self.lioms.count, 1)


def catch_up_rows(case: CatchUp, seed: int, realisation: int) -> list[Row]:
    """What the next LIOM adds to D(O_B), beside how thermal those before it were and become.

    ``delta_log_ipr`` is the mean over the states nearest E = 0, ``delta_first`` that of the
    nearest alone, ``first_before`` its D before, ``others_before`` the mean D before of the
    others; ``entropy_before`` and ``entropy_after`` are the mean entropies of the LIOMs inside
    over all these states (nats).
    """
    require_kind("case", case, CatchUp, "Make one with bathlab.experiments.")
    grain = case.core.sample(seed, realisation).attach(case.lioms).as_grain()
    before = _before(grain, case.field, case.states)
    weak = grain.g_parameter(1.0, case.field)
    scale = energy_scale(grain.system.bath.hamiltonian, grain.system.bath.contact)
    rows: list[Row] = []
    for g in case.couplings:
        system = grain.attach(Lioms(np.array([case.field]), np.array([g])))
        levels, probe = diagonalise(system), to_dense(system.operator("probe"))
        near = np.argsort(np.abs(levels.energies), kind="stable")[: case.states]
        vectors = levels.vectors[:, near]
        off = system @ vectors - vectors * levels.energies[near]
        found = [log_ipr(spectral_measure(levels, probe, each)) for each in vectors.T]
        entropies = _entropies(system, vectors, system.inside)
        rows.append(
            {
                "bath": case.label,
                "energy_scale": scale,
                "g": g,
                "G": g * weak,
                "delta_log_ipr": float(np.mean(found)) - before["log_ipr_before"],
                "delta_first": found[0] - before["first_before"],
                "entropy_after": entropies,
                "residual": float(np.linalg.norm(off, axis=0).max()),
                **before,
            }
        )
    return rows


def _before(grain: Grain, field: float, count: int) -> dict[str, float]:
    found = _log_iprs(grain.eigensystem, grain.operator("probe"), field, count)
    near = nearest_levels(grain.energies, field, count)
    vectors = grain.eigensystem.vectors[:, near]
    return {
        "log_ipr_before": float(np.mean(found)),
        "first_before": found[0],
        "others_before": float(np.mean(found[1:])),
        "entropy_before": _entropies(grain.system, vectors, grain.system.lioms.count),
    }


def _entropies(system: Any, vectors: Array, lioms: int) -> float:
    found = [inner_entropy(vector, system, lioms)["entropy_lioms"] for vector in vectors.T]
    return float(np.mean(found))


MEASURES: Measures = {
    SpinCurve: (spin_curve_rows, "delta_log_ipr"),
    CatchUp: (catch_up_rows, "delta_log_ipr"),
}


def curve_variant_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of a :class:`SpinCurve` or of a :class:`CatchUp`.

    Raises
    ------
    ValueError
        If it is neither, or as its measure.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> for transverse in (0.0, 0.5):  # a LIOM, and a spin that is tilted
    ...     curve = bl.experiments.SpinCurve("GOE", grain, (0.2,), 0.5, transverse)
    ...     [row] = bl.experiments.curve_variant_rows(curve, seed=1, realisation=0)
    ...     print(f"{row['G']:.3f}, {row['delta_log_ipr']:.2f}")
    0.372, 0.74
    0.237, 0.66
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "SpinCurve(label, bath, (0.1,), 1)")
