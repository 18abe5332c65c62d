"""Does one LIOM thermalise? How strongly a spin is entangled with a bath of few spins.

Everything here may be changed: what is asked (this text, shown by --help), the parameters, the
cases, what is measured of each realisation, what is claimed and drawn.

    python NAME.py --preset quick
    python NAME.py --help
    bathlab plot results/NAME/quick
"""

import math
import sys
from dataclasses import dataclass
from typing import Iterator

from matplotlib.figure import Figure

import bathlab as bl
from bathlab.conventions import Row
from bathlab.plotting import curves, reference_line
from bathlab.workbench import Claim, Outcome, Parameters, Script, parameter
from bathlab.workbench.claims import compare


class Settings(Parameters):
    """Each field has a default, a description, a unit if it has one, and a range.

    The seed is there already; ``realisations`` has one number for each case.
    """

    spins: int = parameter(5, "spins of the bath", ge=1)
    couplings: tuple[float, ...] = parameter((0.1, 0.3, 0.9), "couplings of the spin", gt=0)
    field: float = parameter(1.0, "field of the spin", "mean field of the LIOMs", gt=0)
    realisations: tuple[int] = parameter((200,), "realisations of each coupling", ge=1)


@dataclass(frozen=True)
class Spin:
    """What the measure is told of a case: frozen, since rows are known by it."""

    bath: bl.LocalChainBath
    liom: bl.LiomChain


def cases(p: Settings) -> Iterator[bl.Case]:
    """One case for each coupling. The parameters that are single numbers become columns of the
    table by themselves; what differs from case to case is named here."""
    for g in p.couplings:
        liom = bl.LiomChain(count=1, g1=g, field=p.field)
        spec = Spin(bl.LocalChainBath(p.spins), liom)
        yield bl.Case(f"g = {g:g}", spec, p.realisations[0], columns={"g": g})


def measure(spin: Spin, seed: int, realisation: int) -> list[Row]:
    """The rows of one realisation: numbers, text, or arrays of one dimension."""
    system = bl.couple(spin.bath, spin.liom).sample(seed, realisation)
    state = bl.eigenstate_near(system, energy=0.0)
    entropy = bl.entanglement_entropy(state, system.dims, -1)
    return [{"entropy": entropy, "energy": state.energy, "residual": state.residual}]


def claims(found: Outcome[Settings]) -> Iterator[Claim]:
    """What theory says, and what comes out."""
    strongest = found.table[found.table["g"] == max(found.parameters.couplings)]
    here = bl.estimate(strongest["entropy"], strongest["realisation"])
    yield compare("entanglement at the strongest coupling", "log 2", math.log(2), here)


def draw(figure: Figure, found: Outcome[Settings]) -> None:
    """The picture; the means are written beside it as CSV."""
    axes = figure.subplots()
    curves(found.means.assign(name="one LIOM"), "g", "entropy", by="name", axes=axes)
    reference_line(axes, math.log(2), "log 2")
    axes.set(xscale="log", xlabel="coupling g", ylabel="entanglement (nats)")


PRESETS = {"quick": Settings(realisations=(30,)), "default": Settings()}

study = Script(
    name="NAME",
    question=__doc__ or "",
    presets=PRESETS,
    cases=cases,
    measure=measure,
    watch="entropy",
    by=["g"],
    claims=claims,
    draw=draw,
)

if __name__ == "__main__":
    sys.exit(study())
