"""How far does a grain thermalise its surroundings? The crossover length, measured.

LIOMs with couplings g_i = alpha^(i-1) g_1 are attached one by one to grains of 3 to 8 spins;
each is thermalised as far as its entanglement with the rest, or what it adds to D(O_B), reaches
log 2. If a thermalised LIOM counts as a spin of the bath, log G gains eta log(2)/2 from each,
eta = 1, l_c grows by log 2/(2/zeta - log 2) per spin of the grain and diverges at alpha =
1/sqrt 2 (De Roeck & Huveneers, eq. 16, a test that their paper does not make); if not, eta = 0.

No form of a curve is assumed. The control, one LIOM alone at the same grain, gives entropy
against coupling, a monotone spline; a LIOM that has others before it gained the logarithm of
the coupling that it would need alone over its own. That is eta in units of (log 2)/2; in units
of a spin of the grain it is what the control of a larger grain needs. Beside it G of the
enlarged baths by three estimators, and eta among states in which all LIOMs before are
thermalised. Bandwidth xi, g_1 and the fields are varied one at a time, and a local chain is
another grain; in a narrow band steps alternate, by kinematics that is counted.

    python studies/crossover_length.py --preset quick
"""

import sys
from typing import Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import crossover_places as places
from bathlab.experiments import crossover_rows
from bathlab.experiments.crossover import Alone, Attachment
from bathlab.findings import crossover_length as said
from bathlab.plotting import crossover
from bathlab.workbench import Claim, Curve, Outcome, Script, parameter

#: Couplings of the control in units of g_1.
CONTROL = tuple(2.0 ** (0.7 * step) for step in range(-7, 4))
#: Grains of as many spins have as few realisations of the control as of large systems.
LARGE = 8


class Parameters(bl.workbench.Parameters):
    """Grains and decays; the first of bandwidth, g1, field and disorder are those of most
    cases, the others change one of them."""

    spins: tuple[int, ...] = parameter(
        (3, 4, 5, 6, 7, 8), "spins of each grain", ge=1, at_least=2
    )
    alphas: tuple[float, ...] = parameter(
        (0.4, 0.5, 0.6, 0.7, 0.85), "decays of the couplings from LIOM to LIOM", gt=0
    )
    few: tuple[float, ...] = parameter(
        (0.5, 0.7, 0.85), "of large systems and of changed parameters", gt=0, at_least=2
    )
    totals: tuple[int, ...] = parameter(
        (8, 10, 12), "most spins, grain and LIOMs together, of each number of realisations"
    )
    realisations: tuple[int, ...] = parameter(
        (200, 40, 20), "realisations to each total; blocks of them are left out", ge=2
    )
    varied: int = parameter(60, "realisations of changed parameters", ge=2)
    alone: int = parameter(100, "realisations of the control", ge=2)
    few_spins: tuple[int, ...] = parameter(
        (3, 4, 5, 6), "spins of the grains whose parameters are changed", ge=1, at_least=2
    )
    chains: tuple[int, ...] = parameter((4, 5, 6), "spins of local chains as grains", ge=2)
    bandwidth: tuple[float, ...] = parameter(
        (10.0, 20.0, 4.2, 10.0, 10.0, 4.2), "bandwidths of random matrices", gt=0
    )
    g1: tuple[float, ...] = parameter(
        (0.3, 0.3, 0.3, 0.15, 0.3, 0.3), "coupling of LIOM 1 at each", gt=0
    )
    field: tuple[float, ...] = parameter((1.0, 1.0, 1.0, 1.0, 2.0, 1.0), "mean field at each")
    disorder: tuple[float, ...] = parameter(
        (0.5, 0.5, 0.5, 0.5, 0.5, 1.0), "fields are field +- disorder at each", ge=0
    )
    equally_many = ("bandwidth", "g1", "field", "disorder")

    def check(self) -> None:
        if len(self.totals) != len(self.realisations) or sorted(self.totals) != list(
            self.totals
        ):
            raise ValueError(
                f"totals = {self.totals} with realisations = {self.realisations} were given; "
                "expected ascending totals, and as many of each. Give one for each."
            )

    @property
    def settings(self) -> list[tuple[float, float, float, float]]:
        return list(zip(self.bandwidth, self.g1, self.field, self.disorder))


def cases(p: Parameters) -> Iterator[bl.Case]:
    largest = max(p.spins)
    for spins in p.spins:
        stages = [(1, p.totals[0], p.alphas, p.realisations[0])]
        for stage in range(1, len(p.totals)):
            if stage == 1 or spins == largest:
                first = 1 + max(0, p.totals[stage - 1] - spins)
                stages.append((first, p.totals[stage], p.few, p.realisations[stage]))
        yield from grain(p, 0, bl.RandomMatrixBath(spins, p.bandwidth[0]), stages)
    stages = [(1, p.totals[0], p.few, p.varied)]
    for place in range(1, len(p.bandwidth)):
        for spins in p.few_spins:
            yield from grain(p, place, bl.RandomMatrixBath(spins, p.bandwidth[place]), stages)
    for spins in p.chains:
        yield from grain(p, 0, bl.LocalChainBath(spins), stages)


def grain(
    p: Parameters,
    place: int,
    bath: bl.RandomMatrixBath | bl.LocalChainBath,
    stages: list[tuple[int, int, tuple[float, ...], int]],
) -> Iterator[bl.Case]:
    """The control of a grain, and its LIOMs in stages of first LIOM, total, alphas and N."""
    _, g1, field, disorder = p.settings[place]
    random = isinstance(bath, bl.RandomMatrixBath)
    setting = name_of(p, place) if random else "chain"
    columns = {"setting": setting, "g1": g1}
    if random:
        columns["bandwidth"] = p.bandwidth[place]
    spec = Alone(
        bath,
        bl.LiomChain(1, p.alphas[0], g1, field, disorder),
        tuple(g1 * each for each in CONTROL),
    )
    name, cost = f"{setting}, {bath.spins} spins", 0.05 + 0.3 * 8.0 ** (bath.spins - 8)
    count = p.alone if bath.spins < LARGE else p.realisations[1]
    yield bl.Case(f"{name}, alone", spec, count, cost, {**columns, "kind": "alone"})
    for first, total, alphas, count in stages:
        lioms = total - bath.spins
        if lioms < first:
            continue
        cost = 0.06 * 2.0 ** (1.2 * (total - 8))
        for alpha in alphas:
            chain = bl.LiomChain(lioms, alpha, g1, field, disorder)
            words = f"{name}, alpha = {alpha:g}, LIOMs {first} to {lioms}"
            spec_of = Attachment(bath, chain, first)
            yield bl.Case(words, spec_of, count, cost, {**columns, "kind": "lioms"})


def name_of(p: Parameters, place: int) -> str:
    """What is changed in a setting."""
    names = ("xi", "g_1", "h", "fields +-")
    here, usual = p.settings[place], p.settings[0]
    changed = [
        f"{name} = {value:g}"
        for name, value, other in zip(names, here, usual)
        if value != other
    ]
    return ", ".join(changed) or "usual"


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    return places.crossover_table(said.settings_of(table))


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    yield from said.all_claims(found.table)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    p, (upper, lower) = found.parameters, figure.subplots(2, 2)
    settings = said.settings_of(found.table)
    usual = found.means[found.means["setting"] == said.USUAL]
    crossover.control_panel(upper[0], usual, p.few[len(p.few) // 2])
    crossover.gain_panel(upper[1], places.gain_table(settings))
    crossover.grain_panel(lower[0], usual)
    crossover.estimate_panel(lower[1], places.place_table(places.named_places(settings)))
    totals = ", ".join(f"{n} to {t} spins" for n, t in zip(p.realisations, p.totals))
    figure.supxlabel(
        f"usual: $\\xi$ = {p.bandwidth[0]:g}, $g_1$ = {p.g1[0]:g}, $h$ = {p.field[0]:g} "
        f"$\\pm$ {p.disorder[0]:g}; N = {totals}, {p.varied} of the others; "
        "bars: blocks of realisations left out",
        fontsize="small",
    )


PRESETS = {
    "quick": Parameters(
        spins=(3, 4, 5),
        alphas=(0.5, 0.7, 0.9),
        few=(0.5, 0.9),
        totals=(7, 8),
        realisations=(20, 20),
        varied=20,
        alone=20,
        few_spins=(3, 4),
        chains=(4,),
    ),
    "default": Parameters(),
    "paper": Parameters(
        spins=(3, 4, 5, 6, 7, 8, 10),
        few=(0.4, 0.5, 0.6, 0.7, 0.85),
        totals=(9, 11, 13),
        realisations=(1000, 200, 60),
        varied=400,
        alone=400,
        few_spins=(3, 4, 5, 6, 7),
        chains=(4, 5, 6, 7),
    ),
}
study = Script(
    name="crossover_length",
    question=__doc__,
    presets=PRESETS,
    cases=cases,
    measure=crossover_rows,
    watch="entropy",
    average=average,
    claims=claims,
    draw=draw,
    curve=(
        Curve(
            "liom",
            "entropy",
            by=("alpha", "spins"),
            where={"setting": "usual", "kind": "lioms"},
        ),
        Curve(
            "G",
            "delta_log_ipr",
            by="alpha",
            log_x=True,
            where={"setting": "usual", "kind": "lioms"},
        ),
    ),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
