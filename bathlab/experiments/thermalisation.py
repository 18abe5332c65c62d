"""The thermalisation curve of one realisation, as the studies that show one measure it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bathlab.analysis.entanglement import entanglement_entropy
from bathlab.analysis.eth import energy_scale
from bathlab.analysis.participation import log_ipr, participation_row
from bathlab.checks import as_array, as_integer, as_real, as_text, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.series import solved
from bathlab.model.baths import Bath
from bathlab.model.coupled import CoupledSystem, Grain
from bathlab.model.lioms import LiomChain, Lioms
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import spectral_measure

#: Columns of G, and the estimator of :func:`bathlab.analysis.g_parameter` behind each.
G_COLUMNS = {"G": "counted", "G_smooth": "smooth", "G_products": "products"}


def logarithmic(lowest: float, highest: float, points: int) -> tuple[float, ...]:
    """Couplings equally spaced in log g, rounded so that they read well."""
    return tuple(float(f"{g:.3g}") for g in np.geomspace(lowest, highest, points))


@dataclass(frozen=True)
class Sweep:
    """One curve: a bath, the couplings and field of the spin it drives, eigenstates of each.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(4, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.1, 0.3), field=0.5, disorder=0.1, states=2)
    >>> rows = bl.experiments.thermalisation_rows(sweep, seed=1, realisation=0)
    >>> print([(row["g"], row["state"]) for row in rows])
    [(0.1, 0), (0.1, 1), (0.3, 0), (0.3, 1)]
    """

    label: str
    bath: Bath
    couplings: tuple[float, ...]
    field: float
    disorder: float
    states: int

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        values = as_array("couplings", self.couplings).tolist()
        if not isinstance(self.couplings, tuple):
            object.__setattr__(self, "couplings", tuple(values))
        settle(
            self,
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
            states=as_integer("states", self.states, 1),
        )

    def spin(self, g: float) -> LiomChain:
        """The spin under study at coupling g."""
        return LiomChain(count=1, g1=g, field=self.field, disorder=self.disorder)


def thermalisation_rows(sweep: Sweep, seed: int, realisation: int) -> list[Row]:
    """G and Delta D = D(O_B)|g - D(O_B)|g=0 at every coupling, in one realisation.

    One row per coupling and eigenstate, Delta D in nats. G is that of the drawn field, with rho
    counted ("G"), smoothed ("G_smooth") and over all product states ("G_products"); the row
    also holds the contact's own energy scale and the solver's report (De Roeck & Huveneers,
    Phys. Rev. B 95, 155129 (2017), section V B).

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(6, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.01, 0.4), 0.5, disorder=0.1, states=1)
    >>> for row in bl.experiments.thermalisation_rows(sweep, seed=1, realisation=0):
    ...     print(f"G = {row['G']:.2f}, Delta D = {row['delta_log_ipr']:.2f}")  # log 2 = 0.69
    G = 0.02, Delta D = 0.07
    G = 0.86, Delta D = 0.68
    """
    require_kind("sweep", sweep, Sweep, "Make one with bathlab.experiments.")
    return swept_rows(sweep, sweep.bath.sample(seed, realisation))


def swept_rows(sweep: Sweep, grain: Grain) -> list[Row]:
    """:func:`thermalisation_rows` of a bath that has been drawn."""
    spin = grain.attach(sweep.spin(1.0)).lioms[-1:]
    field = float(spin.fields[0])
    per_coupling = {
        column: grain.g_parameter(1.0, field, estimator=estimator)
        for column, estimator in G_COLUMNS.items()
    }
    core = grain.system.bath
    common = {
        "bath": sweep.label,
        "spin_field": field,
        "energy_scale": energy_scale(core.hamiltonian, core.contact),
    }
    reference = uncoupled_log_iprs(grain, field, sweep.states)
    rows: list[Row] = []
    for g in sweep.couplings:
        system = grain.attach(Lioms(spin.fields, np.array([g])))
        coupled = participations(system, sweep.states)
        for index, (with_spin, without) in enumerate(zip(coupled, reference)):
            rows.append(
                {
                    **common,
                    "g": g,
                    "state": index,
                    **{name: g * value for name, value in per_coupling.items()},
                    "delta_log_ipr": with_spin["log_ipr"] - without,
                    **with_spin,
                    "log_ipr_reference": without,
                }
            )
    return rows


def swept_row(sweep: Sweep, grain: Grain) -> Row:
    """The thermalisation curve, as arrays over the couplings, with the solver's worst
    report."""
    rows = pd.DataFrame(swept_rows(sweep, grain))
    curves = rows.groupby("g", sort=False, as_index=False)[
        ["g", *G_COLUMNS, "delta_log_ipr", "log_ipr", "log_ipr_reference"]
    ].mean()
    worst = rows[["residual", "sum_error", "moment_error", "drift"]].max()
    return {
        **{str(name): curves[name].to_numpy() for name in curves},
        **{f"sweep_{name}": float(value) for name, value in worst.items()},
        "measure_methods": "+".join(sorted(set(rows["measure_method"]))),
        **{name: float(rows[name].iloc[0]) for name in ("spin_field", "energy_scale")},
    }


def participations(system: CoupledSystem, count: int) -> list[Row]:
    """D(O_B) in the ``count`` eigenstates nearest E = 0, and the mean entropy there of the
    LIOMs that the bath holds, if any."""
    whole, probe = solved(system), system.operator("probe")
    return [
        {
            **participation_row(state, spectral_measure(whole, probe, state)),
            **inner_entropy(state.vector, system, system.inside),
        }
        for state in eigenstates_near(whole, 0.0, count)
    ]


def inner_entropy(vector: Array, system: CoupledSystem, lioms: int) -> Row:
    """``entropy_lioms``, the mean entropy (nats) of the first ``lioms`` LIOMs; {} for none."""
    first = len(system.bath.dims)
    entropies = [
        entanglement_entropy(vector, system.dims, site) for site in range(first, first + lioms)
    ]
    return {"entropy_lioms": float(np.mean(entropies))} if entropies else {}


def uncoupled_log_iprs(grain: Grain, field: float, count: int) -> list[float]:
    """D(O_B) in the ``count`` states nearest E = 0 of grain and free spin, the nearest first.

    At g = 0 these are products |b, s>, and O_B leads from b to levels of the grain alone.
    """
    levels, probe = grain.eigensystem, grain.operator("probe")
    return [
        log_ipr(spectral_measure(levels, probe, levels.vectors[:, level]))
        for level in nearest_levels(grain.energies, field, count)
    ]


def nearest_levels(energies: RealArray, field: float, count: int) -> Array:
    """The b of the ``count`` products |b, s> nearest E = 0, the nearest first."""
    totals = np.abs(np.add.outer(energies, field * np.array([1.0, -1.0]))).ravel()
    return np.argsort(totals, kind="stable")[:count] // 2
