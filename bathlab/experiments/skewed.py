"""k(omega) of a spin at a bath whose levels are moved so that tr H_B^3 alone changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.spreading import hybridisations
from bathlab.checks import as_array, as_flag, as_integer, as_real, as_text, require_kind, settle
from bathlab.conventions import RealArray, Row
from bathlab.experiments.hybridised import EDGES
from bathlab.model.baths import Bath
from bathlab.model.coupled import drawn_grain
from bathlab.model.lioms import Lioms
from bathlab.model.matrices import BathMatrices
from bathlab.spectrum.eigenstates import eigenstates_near

#: Newton steps to the moments, and how near they have to come.
STEPS, NEAR = 50, 1e-9


@dataclass(frozen=True)
class SkewedBath:
    """A spin at a bath, with several third moments tr H_B^3/(n sigma^3) in its place.

    ``thirds`` are those moments themselves or, if ``relative``, factors of the bath's own.

    Raises
    ------
    ValueError
        If it is no bath, or a number is out of range or not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.LocalChainBath(5)
    >>> spec = bl.experiments.SkewedBath("a", bath, (0.0, 1.0), True, 0.3, field=1.0, states=4)
    >>> rows = bl.experiments.skewed_rows(spec, seed=1, realisation=0)
    >>> print([f"{abs(row['third']):.3f}" for row in rows])  # of symmetric levels, and its own
    ['0.000', '0.183']
    """

    label: str
    bath: Bath
    thirds: tuple[float, ...]
    relative: bool
    g: float
    field: float
    states: int = 16

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        settle(
            self,
            thirds=tuple(as_array("thirds", self.thirds).tolist()),
            relative=as_flag("relative", self.relative),
            g=as_real("g", self.g),
            field=as_real("field", self.field),
            states=as_integer("states", self.states, 1),
        )


def skewed_rows(case: SkewedBath, seed: int, realisation: int) -> list[Row]:
    """k(omega) at every third moment, in one realisation: the same eigenvectors of the bath, so
    the same matrix elements of the contact, and levels that :func:`with_third_moment` moved.

    ``k`` is the mean over the eigenstates nearest E = 0 on the bins of figure 7, ``imbalance``
    its weight at omega > 0 less that at omega < 0, ``mean_omega`` the exact integral of omega
    k; ``third``, ``fourth``, ``fifth`` are moments of the moved levels in units of their width.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.LocalChainBath(5)
    >>> spec = bl.experiments.SkewedBath("a", bath, (0.0, 1.0), True, 0.3, field=1.0, states=4)
    >>> for row in bl.experiments.skewed_rows(spec, seed=1, realisation=0):
    ...     print(f"{row['fourth']:.3f}, {row['imbalance']:.2f}")  # only the third moment moves
    2.633, 0.04
    2.633, 0.49
    """
    require_kind("case", case, SkewedBath, "Make one with bathlab.experiments.")
    grain = case.bath.sample(seed, realisation)
    contact = grain.matrix_elements("contact")
    own = _moment(grain.energies, 3)
    spin = Lioms(np.array([case.field]), np.array([case.g]))
    rows: list[Row] = []
    for third in case.thirds:
        levels = with_third_moment(grain.energies, third * own if case.relative else third)
        moved = drawn_grain(BathMatrices(np.diag(levels), contact, contact, grain.system.dims))
        system = moved.attach(spin)
        states = eigenstates_near(system, 0.0, case.states)
        found = hybridisations(system, states, EDGES)
        k = np.mean([each.density for each in found], axis=0)
        centres = found[0].omega
        rows.append(
            {
                "bath": case.label,
                "given": third,
                "third": _moment(levels, 3),
                "fourth": _moment(levels, 4),
                "fifth": _moment(levels, 5),
                "omega": centres,
                "k": k,
                "imbalance": float(np.sign(centres) @ k * (EDGES[1] - EDGES[0])),
                "mean_omega": float(np.mean([each.first_moment for each in found])),
                "residual": max(float(state.residual) for state in states),
            }
        )
    return rows


def with_third_moment(energies: RealArray, third: float) -> RealArray:
    """Levels moved by a cubic function to another third moment, in the same order.

    Mean, variance and fourth moment stay: four moments for the four coefficients, by Newton's
    method from the identity.

    Parameters
    ----------
    energies
        (n,) levels, n >= 5, in ascending order and not all equal.
    third
        mean of ((E - mean)/sigma)^3 of the moved levels.

    Raises
    ------
    ValueError
        If a number is not finite, the levels do not ascend, or no cubic function that ascends
        on the levels has these moments: the third is too far from theirs.
    """
    energies = as_array("energies", energies, least=5, ascending=True)
    third = as_real("third", third)
    centre, width = energies.mean(), energies.std()
    powers = np.vander((energies - centre) / width, 4, increasing=True)
    wanted = np.array([0.0, 1.0, third, _moment(energies, 4)])
    orders = np.arange(1, 5)
    coefficients = np.array([0.0, 1.0, 0.0, 0.0])
    for _ in range(STEPS):
        moved = powers @ coefficients
        off = np.mean(moved[:, None] ** orders, axis=0) - wanted
        if np.abs(off).max() < NEAR:
            break
        slopes = orders[:, None] * (moved[:, None] ** (orders - 1)).T @ powers / len(moved)
        coefficients = coefficients - np.linalg.solve(slopes, off)
    if not (np.abs(off).max() < NEAR and np.all(np.diff(moved) > 0)):
        raise ValueError(
            f"third = {third:g} was given for levels with {_moment(energies, 3):g}; expected "
            "one that a cubic function of the levels reaches in their order. Take a nearer one."
        )
    return centre + width * moved


def _moment(levels: RealArray, order: int) -> float:
    return float(np.mean(((levels - levels.mean()) / levels.std()) ** order))
