"""Everything about one realisation of one bath, in one row; curves are arrays."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from bathlab.analysis.eth import flip_structure_factor, structure_factor
from bathlab.analysis.levels import (
    density_of_states,
    mean_gap_ratio,
    smooth_density_of_states,
)
from bathlab.analysis.participation import log_ipr
from bathlab.analysis.spreading import hybridisation_row, hybridisations
from bathlab.analysis.stability import stability_criterion
from bathlab.checks import as_integer, as_real, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.errors import SeveralSectors
from bathlab.experiments.thermalisation import Sweep, swept_row
from bathlab.model.coupled import Grain
from bathlab.model.lioms import LiomChain
from bathlab.spectrum.dense import diagonalise_hermitian
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.measure import spectral_measure
from bathlab.theory.grain.golden_rule import golden_rule_width

OPERATORS = ("contact", "probe")
#: Share of the levels, in the middle of the spectrum, whose gap ratio is taken.
CENTRAL = 0.5


@dataclass(frozen=True)
class Comparison:
    """One bath, how it is looked at, and the sweep of the spin that it drives.

    Attributes
    ----------
    sweep
        bath and spin; ``sweep.field`` is also the spin's field for k(omega), without
        disorder.
    g
        coupling of the spin for k(omega).
    window
        full width of the window about E = 0 of rho, v and the stability criterion.
    energy_range, shift_range, bins
        rho and v are binned over +-energy_range, k over
        +-shift_range, in ``bins`` bins each.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(4, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.2,), field=0.5, disorder=0.1, states=1)
    >>> spec = bl.experiments.Comparison(sweep, 0.2, 2.0, 3.0, shift_range=3.0, bins=24)
    >>> [row] = bl.experiments.comparison_rows(spec, seed=1, realisation=0)
    >>> print(f"{row['k'].sum() * 6 / 24:.3f}")  # k is normalised
    1.000
    """

    sweep: Sweep
    g: float
    window: float
    energy_range: float
    shift_range: float
    bins: int

    def __post_init__(self) -> None:
        require_kind("sweep", self.sweep, Sweep, "Make one with bathlab.experiments.Sweep.")
        settle(
            self,
            g=as_real("g", self.g),
            window=as_real("window", self.window, above=0),
            energy_range=as_real("energy_range", self.energy_range, above=0),
            shift_range=as_real("shift_range", self.shift_range, above=0),
            bins=as_integer("bins", self.bins, 1),
        )


def comparison_rows(comparison: Comparison, seed: int, realisation: int) -> list[Row]:
    """One realisation of the bath in one row: levels, matrix elements, k(omega), Delta D(G).

    Returns
    -------
    list of dict
        Columns: gap_ratio of the middle half of the levels of each sector, all ratios alike;
        rho (counted) and rho_smooth at E = 0; share, the levels per unit energy over their
        number, on ``energies``; v_contact and v_probe on the same bins, with integral_ and
        square_, the whole integral and <V^2>, which are equal; rho_v_bar and shape of the
        stability criterion; golden_rule, pi g^2 v(2h); G_per_g and its variants for a spin with
        g = 1; log_ipr_bath, D(O_B) without a spin; omega, k, halfwidth and what else
        ``hybridisation_row`` keeps; then, as arrays over g, the columns of ``swept_row``. All
        but the gap ratio are of all levels, whatever the bath conserves.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.2,), field=0.5, disorder=0.1, states=1)
    >>> spec = bl.experiments.Comparison(sweep, 0.2, 2.0, 3.0, 3.0, bins=24)
    >>> [row] = bl.experiments.comparison_rows(spec, seed=1, realisation=0)
    >>> print(f"{row['second_moment']:.3f}")  # of k: g^2
    0.040
    >>> print(f"{row['shape']:.2f}")  # mean over rms of elements, 0.80 for Gaussian ones
    0.79
    >>> print(f"{row['delta_log_ipr'][0]:.2f}")  # log 2 = 0.69 for a spin that is thermalised
    0.74
    """
    require_kind("comparison", comparison, Comparison, "Make one with bathlab.experiments.")
    grain = comparison.sweep.bath.sample(seed, realisation)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SeveralSectors)  # the study has told of them
        return [
            {
                "bath": comparison.sweep.label,
                "dimension": grain.dimension,
                **_levels(grain, comparison),
                **_elements(grain, comparison),
                **_alone(grain, comparison),
                **_hybridised(grain, comparison),
                **swept_row(comparison.sweep, grain),
            }
        ]


def _levels(grain: Grain, comparison: Comparison) -> Row:
    """Gap ratio of the middle of each sector, rho at E = 0, share of levels per unit
    energy."""
    energies, edges = grain.energies, _bins(comparison.energy_range, comparison.bins)
    counts, _ = np.histogram(energies, edges)
    return {
        "gap_ratio": mean_gap_ratio([middle(levels) for levels in by_sector(grain)]),
        "rho": density_of_states(energies, 0.0, comparison.window),
        "rho_smooth": smooth_density_of_states(energies, 0.0, comparison.window),
        "energies": _centres(edges),
        "share": counts / np.diff(edges) / len(energies),
    }


def _elements(grain: Grain, comparison: Comparison) -> Row:
    """v of contact and probe with its sum rule, resonances and golden rule of the contact."""
    window, energies = comparison.window, grain.energies
    edges = _bins(comparison.energy_range, comparison.bins)
    found: dict[str, Any] = {}
    everything = np.array([-1, 1]) * (1 + np.ptp(energies))
    inside = np.abs(energies) <= window / 2
    for name in OPERATORS:
        rows = grain.element_rows(name)
        found[f"v_{name}"] = structure_factor(energies, rows, edges, 0.0, window)
        whole = structure_factor(energies, rows, everything, 0.0, window)[0]
        images = rows.images[:, inside]
        found[f"integral_{name}"] = whole * np.ptp(everything)
        found[f"square_{name}"] = float(np.sum(np.abs(images) ** 2) / np.count_nonzero(inside))
        if name == "contact":
            resonances = stability_criterion(energies, rows, 0.0, window)
            flip = flip_structure_factor(energies, rows, comparison.sweep.field, window)
    return {
        **found,
        "rho_v_bar": resonances.value,
        "shape": resonances.shape,
        "golden_rule": golden_rule_width(comparison.g, flip),
    }


def _alone(grain: Grain, comparison: Comparison) -> Row:
    """G of a spin with g = 1, and D(O_B) of the bath without one."""
    field, eigen = comparison.sweep.field, grain.eigensystem
    probe = grain.system.operator("probe")
    values = [
        log_ipr(spectral_measure(eigen, probe, state))
        for state in eigenstates_near(eigen, 0.0, comparison.sweep.states)
    ]
    return {
        "G_per_g": grain.g_parameter(1.0, field),
        "G_per_g_smooth": grain.g_parameter(1.0, field, estimator="smooth"),
        "G_per_g_modulus": grain.g_parameter(1.0, field, moment=1.0),
        "log_ipr_bath": float(np.mean(values)),
    }


def _hybridised(grain: Grain, comparison: Comparison) -> Row:
    """k(omega) of a spin with coupling g and the same field in every realisation."""
    sweep = comparison.sweep
    spin = LiomChain(count=1, g1=comparison.g, field=sweep.field, disorder=0.0)
    system = grain.attach(spin)
    states = eigenstates_near(system, 0.0, sweep.states)
    edges = _bins(comparison.shift_range, comparison.bins)
    rows = [
        hybridisation_row(state, found)
        for state, found in zip(states, hybridisations(system, states, edges))
    ]
    return {
        **rows[0],
        **{
            name: float(np.max([row[name] for row in rows]))
            for name in ("residual", "sum_rule_error")
        },
        **{
            name: np.mean([row[name] for row in rows], axis=0)
            for name in ("k", "halfwidth", "first_moment", "second_moment")
        },
    }


def by_sector(grain: Grain) -> list[RealArray]:
    """The levels of each sector; all levels, if H shows one only."""
    if grain.sector_count == 1:
        return [grain.energies]
    return [diagonalise_hermitian(sector).energies for sector in grain.sectors()]


def middle(levels: RealArray) -> RealArray:
    outside = round(len(levels) * (1 - CENTRAL) / 2)
    return levels[outside : len(levels) - outside]


def _bins(reach: float, count: int) -> RealArray:
    return np.linspace(-reach, reach, count + 1)


def _centres(edges: RealArray) -> RealArray:
    return (edges[1:] + edges[:-1]) / 2
