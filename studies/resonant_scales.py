"""How the resonant scales of a Floquet circuit are distributed: figure 2 of Garratt et al.

Omega = |z||omega| of pairs of states n < m and all sites j, z = <n|sigma_j|m>, in the brickwork
circuit of Garratt, Roy & Chalker, Phys. Rev. B 104, 184203 (2021). Eq. (5) says that p_Omega =
a 2^-L Omega^-(1+a), a = zeta/zeta_c, between Omega_0 = 2^(-L/a) and an upper edge near 2 pi J;
slope and amplitude are one number. Given omega, p_Omega should be the same at any |omega| above
Omega. The paper has a = 0.39(1) and 0.61(4) at L = 14 and states no window and no set of pairs:
here each window of Omega has its exponent, of all pairs and of those with |omega| < 0.01, which
windows of eigenstates have at larger L too. Beside the statistical error stands half the range
when a third of the window is left out at either end. In the control the z of each site are in
random order over the pairs.

    python studies/resonant_scales.py --preset quick
"""

import sys
from itertools import product
from typing import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import FieldChange, StateWindow, scale_laws, scale_rows
from bathlab.experiments.scale_laws import FIELDS, SPECTRUM, WHOLE, WINDOW
from bathlab.experiments.scales import scale_means
from bathlab.findings import resonant_scales as said
from bathlab.findings import scale_relations as related
from bathlab.plotting import scales as panels
from bathlab.theory.circuit_laws import PAPER
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: p_{Omega|omega} of two couplings at two sizes; which panel has which, the text does not say.
PANELS = ("C27", "C28", "C29", "C30")
#: What the windows of |omega| are called, in the order of the counts.
NAMES = (
    r"$|\omega| < 10^{-4}$",
    r"$10^{-4} < |\omega| < 10^{-3}$",
    r"$10^{-3} < |\omega| < 10^{-2}$",
    r"$10^{-2} < |\omega| < 0.1$",
    r"$0.1 < |\omega| < 1$",
)


class Parameters(bl.workbench.Parameters):
    """The paper's couplings, in the sizes whose full spectra take seconds."""

    sites: tuple[int, ...] = parameter((6, 8, 10), "sizes L of the ring", at_least=2, ge=4)
    couplings: tuple[float, ...] = parameter((0.02, 0.04), "J", at_least=1, gt=0, le=0.5)
    lower: tuple[float, ...] = parameter(
        (1e-3, 1e-4), "lower ends of the fits", at_least=1, gt=0
    )
    upper: tuple[float, ...] = parameter((4e-2, 4e-3), "upper ends of the fits", gt=0)
    realisations: tuple[int, ...] = parameter((400, 150, 50), "circuits of each size", ge=1)
    window_sites: tuple[int, ...] = parameter((12,), "sizes of windows of states", ge=4)
    windows: tuple[int, ...] = parameter((8,), "windows of each of these sizes", ge=1)
    states: int = parameter(256, "states expected in a window", ge=2)
    changed_sites: tuple[int, ...] = parameter((6, 8), "sizes where fields change", ge=4)
    changes: tuple[int, ...] = parameter((30, 12), "circuits of each of these sizes", ge=1)
    equally_many = ("sites", "realisations")

    def check(self) -> None:
        pairs = (("lower", "upper"), ("window_sites", "windows"), ("changed_sites", "changes"))
        for one, other in pairs:
            counts = [len(getattr(self, name)) for name in (one, other)]
            if len(set(counts)) > 1:
                raise ValueError(
                    f"{counts[0]} of {one} and {counts[1]} of {other} were given; expected one "
                    "of each. Give as many of both."
                )

    @property
    def fits(self) -> list[tuple[float, float]]:
        """The windows of Omega of the fits."""
        return list(zip(self.lower, self.upper))


def cases(p: Parameters) -> Iterator[bl.Case]:
    # Times of one realisation, measured: the pairs of all sites, then the eigenvectors.
    kinds = (
        (SPECTRUM, "L", p.sites, p.realisations, lambda L: 0.02 * 4.6 ** (L / 2 - 3)),
        (WINDOW, "window at L", p.window_sites, p.windows, lambda L: 4 * 3.5 ** (L / 2 - 6)),
        (FIELDS, "fields changed at L", p.changed_sites, p.changes, lambda L: 8 ** (L / 2 - 4)),
    )
    for coupling, (kind, words, sizes, counts, cost) in product(p.couplings, kinds):
        for sites, count in zip(sizes, counts):
            circuit = bl.BrickworkCircuit(sites, coupling)
            specs = {
                SPECTRUM: lambda: circuit,
                WINDOW: lambda: StateWindow(circuit, p.states),
                FIELDS: lambda: FieldChange(circuit),
            }
            columns = {"sites": sites, "coupling": coupling, "kind": kind}
            name = f"J = {coupling:g}, {words} = {sites}"
            yield bl.Case(name, specs[kind](), count, cost(sites), columns)


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    """The curves, then the exponents."""
    curves = scale_means(table[table["kind"] == SPECTRUM], WHOLE, NAMES)
    fitted = scale_laws.exponents(table[table["kind"] != FIELDS], p.fits)
    return pd.concat([curves, fitted], ignore_index=True)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p, figures = found.parameters, iter(PANELS)
    for coupling in p.couplings:
        table = found.table[found.table["coupling"] == coupling]
        for (sites, kind), part in table.groupby(["sites", "kind"]):
            for claim in of_rows(str(kind), part, coupling, int(str(sites)), p):
                yield claim.at(f"J = {coupling:g}, L = {sites}")
        spectra = table[table["kind"] == SPECTRUM]
        for sites in sorted(p.sites)[-2:]:
            part = spectra[spectra["sites"] == sites]
            for claim in said.collapse_claims(part, sites, p.fits[0], next(figures, "")):
                yield claim.at(f"J = {coupling:g}, L = {sites}")
        for claim in (
            *said.growth_claims(spectra, coupling),
            *said.limit_claims(table, coupling, p.fits),
        ):
            yield claim.at(f"J = {coupling:g}")


def of_rows(
    kind: str, part: pd.DataFrame, coupling: float, sites: int, p: Parameters
) -> Iterator[Claim]:
    """What the rows of one size tell, of all states, windows of them, or changed fields."""
    if kind == FIELDS:
        yield from related.change_claims(part)
        return
    yield from said.law_claims(part, coupling, sites, p.fits)
    if kind == SPECTRUM:
        yield from said.edge_claims(part, coupling)
    if kind == SPECTRUM and sites in sorted(p.sites)[-2:]:
        yield from related.rank_claims(part)
        yield from related.frequency_claims(part, coupling)
        yield from related.level_claims(part, p.fits[-1])
        yield related.median_claim(part)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p = found.parameters
    is_fit = found.means["a"].notna()
    means, fitted = found.means[~is_fit], found.means[is_fit]
    axes = figure.subplots(2, 2 * len(p.couplings), squeeze=False)
    for column, coupling in enumerate(p.couplings):
        rows = means[means["coupling"] == coupling]
        of_coupling = fitted[fitted["coupling"] == coupling]
        whole = of_coupling[of_coupling["pairs"] == WHOLE]
        first = whole[whole["lower"] == p.lower[0]].sort_values("sites")["a"]
        a = first.iloc[-1] if len(first) else np.nan
        top, right = axes[0, column], axes[0, len(p.couplings) + column]
        panels.scale_panel(top, rows[rows["pairs"] == WHOLE], coupling, a)
        panels.exponent_panel(right, of_coupling, PAPER.get(coupling))
        for each in (top, right):
            each.set_title(f"J = {coupling:g}", fontsize="medium")
        for place, sites in enumerate(sorted(p.sites)[-2:]):
            below = axes[1, 2 * column + place]
            here = (rows["sites"] == sites) & (rows["pairs"] != WHOLE)
            panels.conditional_panel(below, rows[here])
            below.set_title(f"J = {coupling:g}, L = {sites}", fontsize="medium")
    axes[0, 0].set_ylabel(r"$2^L\, p_\Omega$")
    axes[1, 0].set_ylabel(r"$p_{\Omega|\omega}$")
    axes[0, len(p.couplings)].set_ylabel(r"$\zeta/\zeta_c$")
    panels.legends(axes)


PRESETS = {
    "quick": Parameters(
        sites=(6, 8),
        realisations=(120, 50),
        window_sites=(10,),
        windows=(6,),
        states=64,
        changed_sites=(6,),
        changes=(6,),
    ),
    "default": Parameters(),
    "paper": Parameters(
        lower=(1e-3, 1e-4, 1e-5),
        upper=(4e-2, 4e-3, 4e-4),
        sites=(8, 10, 12, 14),
        realisations=(150, 50, 24, 4),
        window_sites=(12, 14, 16),
        windows=(8, 12, 1),
    ),
}
study = Script(
    name="resonant_scales",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=scale_rows,
    watch="log_scale",
    average=average,
    claims=claims,
    draw=draw,
    cells=("Omega", "p", "p_error", "p_moved", "p_moved_error"),
    curve=Curve(
        "Omega",
        "p",
        by=("coupling", "sites"),
        log_x=True,
        log_y=True,
        x_title="Ω",
        y_title="p(Ω)",
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
