"""What a bath without spins owes to the ETH: section II A of De Roeck & Huveneers, measured.

Before anything is coupled the paper takes the density of states rho to be flat at maximum
entropy, V_bb of the contact to be smooth and 0 there (eq. 2), v to be the Fourier transform of
<V(t)V> at times below rho, to fall as exp(-|omega|/xi) beyond the energy of a site, and as
omega^(d/2-1) at small omega. Chains (24) of 7 to 11 spins, whose sizes share no disorder, are
solved with all their levels; a random matrix, whose v has an edge, is set beside them.

    python studies/grain_elements.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments.bare_elements import bare_rows
from bathlab.experiments.bare_laws import CURVES, bare_chain, bare_matrix, bare_means
from bathlab.findings import grain_elements as said
from bathlab.plotting.elements import element_panels
from bathlab.statistics import long_form
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter


class Parameters(bl.workbench.Parameters):
    """Chains of several lengths, and a random matrix."""

    spins: tuple[int, ...] = parameter((7, 8, 9, 10, 11), "spins of chains", at_least=3, ge=5)
    realisations: tuple[int, ...] = parameter((400, 300, 200, 100, 30), "of each", ge=3)
    matrix_spins: int = parameter(9, "spins of the random matrix", ge=4)
    matrices: int = parameter(60, "realisations of it", ge=3)
    bandwidth: float = parameter(10.0, "its full bandwidth", "field", gt=0)
    window: float = parameter(1.0, "v is that of the levels in it, about 0", "field", gt=0)
    reach: float = parameter(16.0, "largest |omega| of v", "field", gt=1)
    equally_many = ("spins", "realisations")


def cases(p: Parameters) -> Iterator[bl.Case]:
    for spins, count in zip(p.spins, p.realisations):
        spec = bare_chain(spins, p.window, p.reach)
        # Seconds of a realisation, measured.
        yield bl.Case(f"{spins}-chain", spec, count, 0.2 * 4.5 ** (spins - 9))
    spec = bare_matrix(p.matrix_spins, p.bandwidth, p.window, p.reach)
    yield bl.Case(f"{p.matrix_spins}-spin GOE", spec, p.matrices, 0.2)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    p = found.parameters
    parts = {str(case): rows for case, rows in found.table.groupby("case", sort=False)}
    sizes = {spins: parts[f"{spins}-chain"] for spins in p.spins}
    for spins, rows in sizes.items():
        sigma = float(rows["sigma"].iloc[0])
        for claim in [
            *said.density(rows, spins),
            *said.diagonal(rows, spins),
            *said.decay(rows, sigma),
            *said.slow(rows),
            *said.fourier(rows),
        ]:
            yield claim.at(f"{spins}-chain")
    for over in (said.flatness, said.smoothness, said.fourier_growth):
        for claim in over(sizes):
            yield claim.at(f"chains of {min(p.spins)} to {max(p.spins)}")
    yield said.slow_drift(sizes).at(f"chains of {min(p.spins)} to {max(p.spins)}")
    name = f"{p.matrix_spins}-spin GOE"
    yield said.edge(parts[name], p.bandwidth, p.window).at(name)
    yield said.fluctuation(parts[name]).at(name)
    for claim in said.fourier(parts[name]):
        yield claim.at(name)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    counts = ", ".join(map(str, [*found.parameters.realisations, found.parameters.matrices]))
    element_panels(figure, found.means, f"mean and standard error of N = {counts} baths")


def data(found: Outcome[Parameters]) -> pd.DataFrame:
    numbers = dict.fromkeys(("at_zero", "slope", "left", "near", "rms_level"), "")
    return long_form(found.means, "case", numbers | CURVES)


PRESETS = {
    "quick": Parameters(spins=(6, 7, 8), realisations=(100, 60, 40), matrix_spins=7),
    "default": Parameters(),
    "paper": Parameters(
        spins=(7, 8, 9, 10, 11, 12, 13), realisations=(2000, 1000, 800, 400, 200, 40, 8)
    ),
}
study = Script(
    name="grain_elements",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=bare_rows,
    watch="near",
    average=lambda table, p: bare_means(table),
    claims=claims,
    draw=draw,
    data=data,
    curve=Curve("x", "value", error="error", by="case", panel="quantity"),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
