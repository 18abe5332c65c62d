"""How far does a grain thermalise its surroundings? The crossover length, measured.

LIOMs with couplings g_i = alpha^(i-1) g_1 are attached one by one to random matrices of 3 to 8
spins; each is thermalised as far as its entanglement with the rest, or what it adds to D(O_B),
reaches log 2. If thermalised LIOMs strengthen the bath, l_c grows by log 2/(2/zeta - log 2) per
spin of the grain and diverges at alpha = 1/sqrt 2 (De Roeck & Huveneers, eq. 16, a test that
their paper does not make); if not, by zeta log(2)/2, and it never diverges.

These slopes need no threshold: with a fit F(p l_b - q (i - 1)) to the measured means they are
p/q, and kappa = (log 2)/2 q/p is the decay of log G per LIOM, 1/zeta - eta log(2)/2 with eta =
1 in eq. (16) and 0 in the naive estimate. Eq. (16) takes the bandwidth as constant, but each
LIOM widens it, the more the narrower the grain; hence three bandwidths, and G measured on the
enlarged baths. As a control each LIOM is also attached to the bare grain, where eta must come
out as 0: what is missing there, since small grains know more than their G, calibrates kappa.

    python studies/crossover_length.py --preset quick
"""

import math
import sys
from typing import Any, Iterator

import pandas as pd
from matplotlib.figure import Figure

import bathlab as bl
from bathlab.experiments import crossover_rows
from bathlab.experiments.crossover import Attachment
from bathlab.plotting import crossover
from bathlab.statistics.criteria import Criterion
from bathlab.statistics.flows import Fits, calibrate, crossover_means, fit_flows
from bathlab.workbench import Claim, Outcome, Script, parameter

LOG2 = math.log(2)
#: A narrower window of values than the fits' own, to see whether it matters.
NARROW = (0.2, 0.8)
ENTANGLEMENT = Criterion("entanglement", "entropy", LOG2)
ALONE = Criterion("entanglement, alone (control)", "entropy_alone", LOG2)
GROWTH = Criterion("Delta D", "delta_log_ipr", LOG2)
COUPLING = Criterion("G", "G", 1.0, "exponential", 1.0)
MODULUS = Criterion("G from mean |V|", "G_modulus", 1.0, "exponential", 1.0)
TYPICAL = Criterion("G from typical |V|", "G_typical", 1.0, "exponential", 1.0)
CRITERIA = (ENTANGLEMENT, ALONE, GROWTH, COUPLING, MODULUS, TYPICAL)


class Parameters(bl.workbench.Parameters):
    """Grains, decays, and for each bandwidth a coupling that puts the crossover within
    reach."""

    spins: tuple[int, ...] = parameter((3, 4, 5, 6, 7, 8), "spins of each grain", ge=1)
    alphas: tuple[float, ...] = parameter(
        (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), "decays of the couplings from LIOM to LIOM", gt=0
    )
    bandwidth: tuple[float, ...] = parameter((10.0, 4.2, 20.0), "bandwidths of grains", gt=0)
    g1: tuple[float, ...] = parameter((0.5, 0.2, 1.0), "coupling of LIOM 1 at each bandwidth")
    total: int = parameter(10, "most spins, grain and LIOMs together", ge=3)
    most: int = parameter(6, "most LIOMs", ge=1)
    field: float = parameter(1.0, "mean field of the LIOMs")
    disorder: float = parameter(0.5, "their fields are field +- disorder", ge=0)
    realisations: tuple[int] = parameter((60,), "realisations of every case", ge=1)
    equally_many = ("bandwidth", "g1")

    def check(self) -> None:
        if len(self.spins) < 2 or self.total < max(self.spins) + 2:
            raise ValueError(
                f"Grains of {self.spins} spins with a total of {self.total} were given; "
                "expected two grains or more, and a total that leaves two LIOMs to the "
                "largest. Raise total, or take smaller grains."
            )


def cases(p: Parameters) -> Iterator[bl.Case]:
    for bandwidth, g1 in zip(p.bandwidth, p.g1):
        for spins in p.spins:
            count = min(p.most, p.total - spins)
            cost = count * 0.1 + 4.0 ** (spins + count - 10)
            for alpha in p.alphas:
                chain = bl.LiomChain(count, alpha, g1, p.field, p.disorder)
                spec = Attachment(bl.RandomMatrixBath(spins, bandwidth), chain)
                name = f"{spins} spins, xi = {bandwidth:g}, alpha = {alpha:g}"
                yield bl.Case(name, spec, p.realisations[0], cost, {"g1": g1})


def calibrated(rows: pd.DataFrame) -> Fits:
    return calibrate(fit_flows(rows, ENTANGLEMENT), fit_flows(rows, ALONE))


def average(table: pd.DataFrame, p: Parameters) -> pd.DataFrame:
    decays = {
        "kappa": calibrated,
        "kappa_delta_log_ipr": lambda rows: fit_flows(rows, GROWTH),
        "kappa_entropy_alone": lambda rows: fit_flows(rows, ALONE),
    }
    return crossover_means(table, (ENTANGLEMENT, GROWTH, COUPLING), decays)


def claims(found: Outcome[Parameters]) -> Iterator[Claim]:
    smallest = min(found.parameters.spins) + 1
    for bandwidth, rows in found.table.groupby("bandwidth", sort=False):
        xi = f"xi = {bandwidth:g}"
        yield from slopes(xi, rows)
        fits = calibrated(rows)
        yield from decays(xi, fits)
        yield from pooled(f"{xi}: %s, entanglement, calibrated", fits)
        for criterion in CRITERIA:
            yield from pooled(f"{xi}: %s, {criterion.name}", fit_flows(rows, criterion))
        narrow = fit_flows(rows, ENTANGLEMENT, window=NARROW)
        yield from pooled(f"{xi}: %s, entanglement, fit {NARROW[0]} to {NARROW[1]}", narrow)
        larger = fit_flows(rows, ENTANGLEMENT, smallest=smallest)
        yield from pooled(f"{xi}: %s, entanglement, from {smallest} spins", larger)


def slopes(xi: str, rows: pd.DataFrame) -> Iterator[Claim]:
    """d l_c/d l_b at each alpha, beside that of the control."""
    fits, control = fit_flows(rows, ENTANGLEMENT), fit_flows(rows, ALONE)
    alone = dict(zip(control.alphas, control.slope.value))
    for alpha, slope, error in zip(fits.alphas, fits.slope.value, fits.slope.error):
        strong, naive = (
            bl.crossover_length(1, alpha),
            bl.theory.naive_crossover_length(1, alpha),
        )
        text = f"{slope:.2f} +- {error:.2f}"
        if not 0 < 2 * error < slope:
            text = "diverges" if slope < 0 else f"{slope:.1f} +- {error:.1f}, may diverge"
        verdict = f"control {alone.get(alpha, math.nan):.2f}"
        said = f"{xi}, alpha = {alpha:g}: d l_c/d l_b, entanglement"
        paper = f"{strong:.2f} (16), {naive:.2f} naive"
        yield either(said, paper, slope, error, (strong,), fits, verdict=verdict, text=text)


def decays(xi: str, fits: Fits) -> Iterator[Claim]:
    """kappa at each alpha."""
    for alpha, kappa, error in zip(fits.alphas, fits.kappa.value, fits.kappa.error):
        naive = -math.log(alpha)
        said = f"{xi}, alpha = {alpha:g}: kappa, entanglement, calibrated"
        paper = f"{naive - LOG2 / 2:.3f} (16), {naive:.3f} naive"
        yield either(said, paper, kappa, error, (naive - LOG2 / 2, naive), fits)


def pooled(said: str, fits: Fits) -> Iterator[Claim]:
    """eta over all alpha, and the alpha at which l_c diverges."""
    for words, paper, one, expected in (
        ("strengthening eta", "1 (16), 0 naive", fits.eta, (1, 0)),
        ("l_c diverges at alpha", "0.707 (16), 1 naive", fits.critical, (math.sqrt(0.5), 1)),
    ):
        yield either(said % words, paper, one.value, one.error, expected, fits)


def either(
    said: str, paper: str, value: float, error: float, expected: Any, fits: Fits, **more: Any
) -> Claim:
    """A value beside eq. (16), and beside the naive estimate if that is expected too."""
    off = ", ".join(f"{(value - one) / error:+.1f}" for one in expected) + " sigma"
    shown = {"verdict": off, "text": f"{value:.3f} +- {error:.3f}", **more}
    numbers = {"expected": expected[0], "value": value, "error": error}
    chi2_dof, effect = fits.chi2_dof, value - expected[0]
    common = {"N": fits.realisations, "equation": "(16)", "chi2_dof": chi2_dof}
    return Claim(said, paper, effect=effect, **numbers, **common, **shown)


def draw(figure: Figure, found: Outcome[Parameters]) -> None:
    (grains, decays), (rates, collapse) = figure.subplots(2, 2)
    main = found.means[found.means["bandwidth"] == found.parameters.bandwidth[0]]
    crossover.grain_panel(grains, main)
    crossover.decay_panel(decays, main)
    crossover.rate_panel(rates, found.means)
    crossover.collapse_panel(collapse, found.means)


QUICK = {"spins": (3, 4, 5, 6), "alphas": (0.3, 0.5, 0.7, 0.9), "bandwidth": (10.0,)}
PRESETS = {
    "quick": Parameters(**QUICK, g1=(0.5,), total=8, most=4),
    "default": Parameters(),
    "paper": Parameters(total=12, most=8, realisations=(200,)),
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
    size=(9.6, 7.6),
)
build = study.build

if __name__ == "__main__":
    sys.exit(study())
