"""The thermalisation curve of one realisation, as the studies that show one measure it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.eth import energy_scale
from bathlab.analysis.participation import participation_row
from bathlab.conventions import Row
from bathlab.model.baths import Bath, couple
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import spectral_measure

#: Columns of G, and the estimator of :func:`bathlab.analysis.g_parameter` behind each.
G_COLUMNS = {"G": "counted", "G_smooth": "smooth", "G_products": "products"}


def logarithmic(lowest: float, highest: float, points: int) -> tuple[float, ...]:
    """Couplings equally spaced in log g, rounded so that they read well."""
    return tuple(float(f"{g:.3g}") for g in np.geomspace(lowest, highest, points))


@dataclass(frozen=True)
class Sweep:
    """One curve: a bath, the couplings and field of the spin it drives, eigenstates of each."""

    label: str
    bath: Bath
    couplings: tuple[float, ...]
    field: float
    disorder: float
    states: int

    def spin(self, g: float) -> LiomChain:
        """The spin under study at coupling g."""
        return LiomChain(count=1, g1=g, field=self.field, disorder=self.disorder)


def thermalisation_rows(sweep: Sweep, seed: int, realisation: int) -> list[Row]:
    """G and Delta D = D(O_B)|g - D(O_B)|g=0 at every coupling, in one realisation.

    One row per coupling and eigenstate, Delta D in nats. G is that of the drawn field, with rho
    counted ("G"), smoothed ("G_smooth") and over all product states ("G_products"); the row
    also holds the contact's own energy scale and the solver's report (De Roeck & Huveneers,
    Phys. Rev.
    B 95, 155129 (2017), section V B).
    """
    grain = sweep.bath.sample(seed, realisation)
    swallowed = grain.system.lioms.count
    field = float(sweep.spin(1.0).sample(seed, realisation, first=swallowed + 1).fields[0])
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
    reference = participations(sweep, 0.0, seed, realisation)
    rows: list[Row] = []
    for g in sweep.couplings:
        coupled = participations(sweep, g, seed, realisation)
        for index, (with_spin, without) in enumerate(zip(coupled, reference)):
            rows.append(
                {
                    **common,
                    "g": g,
                    "state": index,
                    **{name: g * value for name, value in per_coupling.items()},
                    "delta_log_ipr": with_spin["log_ipr"] - without["log_ipr"],
                    **with_spin,
                    "log_ipr_reference": without["log_ipr"],
                }
            )
    return rows


def participations(sweep: Sweep, g: float, seed: int, realisation: int) -> list[Row]:
    """D(O_B) in the eigenstates nearest E = 0 of the bath with one spin at coupling g."""
    system = couple(sweep.bath, sweep.spin(g)).sample(seed, realisation)
    probe = system.operator("probe")
    return [
        participation_row(state, spectral_measure(system, probe, state))
        for state in eigenstates_near(system, 0.0, sweep.states)
    ]
