"""Collect what the studies found into docs/results.md: each picture with its table of claims.

    python studies/results.py

Nothing in that page is typed by hand: titles and texts are those of the scripts, tables those
that the last committed run of each study wrote beside its picture.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
#: In the order of the paper's figures.
STUDIES = (
    "bath_growth",
    "interface_profile",
    "thermalisation_curve",
    "hybridisation_width",
    "hybridisation_chain",
    "structure_factors",
    "localised_chain",
    "compare_baths",
    "crossover_length",
)
OPENING = """# Results

Claims of De Roeck and Huveneers, [Phys. Rev. B 95, 155129
(2017)](https://doi.org/10.1103/PhysRevB.95.155129), beside what comes out here, with standard
errors over N realisations. Made by `python studies/results.py` from the tables of the studies.
"""


@dataclass(frozen=True)
class Dispute:
    """Where the paper is silent, inconsistent or contradicted, and the rows that say so."""

    title: str
    text: str
    rows: tuple[tuple[str, str], ...]  # study, words in the claim


DISPUTES = (
    Dispute(
        "G = 0.67 of the first LIOM",
        """\
The paper does not say how the density of states was measured. Counting bath levels gives a G
lower by sqrt(2). The paper's formula taken literally comes near: the sum in M runs over all
product states near |b, s>, also those that the spin flip does not reach, whose terms vanish; N
counts them too, and so does the density. No other reading tried does; the curves do not collapse
less well with another, since it multiplies every G by the same factor.""",
        (("thermalisation_curve", "G of the first LIOM"),),
    ),
    Dispute(
        "The sign in eq. (22)",
        """\
As printed, D of the first LIOM contains -2 log(g_1/xi). With w_1 = g_1^2/xi in D = log(4 rho w)
it is +2 log(g_1/xi); the printed sign would put D above the logarithm of the dimension. Real
Gaussian matrix elements add -log 3, <eta^4> being 3.""",
        (("interface_profile", "by eq. (22)"),),
    ),
    Dispute(
        "The slope of figure 4",
        """\
The profile falls as the paper reads it off its figure, which is not the theory's 2 log(1/alpha):
it is steeper near the grain and flattens where D comes down to a few states.""",
        (("interface_profile", "fall "), ("interface_profile", "the same against")),
    ),
    Dispute(
        "The factor 3 in the IPR",
        """\
The paper writes IPR = rho/int v^2. Real Gaussian matrix elements have <eta^4> = 3, which makes it
rho/(3 int v^2), with rho at the energy of the other state: so measured for a random matrix, and
nearly so for a chaotic chain.""",
        (
            ("compare_baths", "D(O_B) - log(n/3)"),
            ("compare_baths", "D(O_B) + log(3 int v^2/rho)"),
        ),
    ),
    Dispute(
        "What G does not see",
        """\
G = g rho sqrt(M) contains the mean square of the matrix elements, which a sum rule fixes. The
chain without transverse field, free fermions, has the same density of states, the same G and the
same golden rule as the chaotic chain, and does not thermalise the spin. Whether a bath is one
shows in its levels and in how evenly its matrix elements carry that mean square.""",
        (
            ("compare_baths", "gap ratio"),
            ("compare_baths", "mean over rms"),
            ("compare_baths", "distance from"),
        ),
    ),
    Dispute(
        "The factor pi in w = g^2 v(2h)",
        """\
The paper leaves the factor open. The golden rule's pi is right within the few per cent by which
the coupling is not weak.""",
        (("hybridisation_width", "w / (pi g^2"),),
    ),
    Dispute(
        "The weight of the backreaction, eq. (13)",
        """\
(g/max(xi, |h|))^2 is only a bound. The two terms of eq. (11) that make the peaks at +-2h multiply
the same amplitudes and cancel for an even v; what is left comes from the dependence of v on the
energy. For a random matrix it is a tenth of eq. (13) and has other exponents, for the chain it is
hardly to be seen.""",
        (
            ("structure_factors", "W of the contact, by correlation"),
            ("structure_factors", "scan of"),
            ("structure_factors", "W / (both terms"),
        ),
    ),
    Dispute(
        "The peaks of the added spin, eq. (8)",
        """\
The second moment of v' of the spin is 4 h^2 in every eigenstate, since [H, tau^x] does not
contain the coupling; eq. (8) adds 2 g^2 to it. A damped rotation with the Lamb shift of the
golden rule keeps the identity and is several times nearer to what is measured.""",
        (
            ("structure_factors", "spin: eq. (8)"),
            ("structure_factors", "damped rotation"),
            ("structure_factors", "growth of the second moment, spin"),
        ),
    ),
    Dispute(
        "The widths along a chain without LIOMs, eqs. (19) to (21)",
        """\
As printed, eq. (20) has the integral 2; eqs. (8) and (21) need 1. Its tails take the spectrum of
the spin before at the wrong frequency: off resonance, second-order perturbation theory at the
frequency itself ("tails resolved") is right spin by spin where eq. (20) scatters by factors of
ten. Neighbours with similar fields make the typical fall 2 log(h/g) less a constant of order one,
which the paper drops: alpha = g/h is optimistic, and a chain is localised at every size of the
bath only for g/h below about 0.38, not 0.71.""",
        (
            ("localised_chain", "fall of log w per spin"),
            ("localised_chain", "log w off resonance"),
            ("localised_chain", "over all fields"),
        ),
    ),
    Dispute(
        "Eq. (16) and what it leaves out",
        """\
Thermalised LIOMs strengthen the bath as eq. (16) has it, with the divergence at its place, for
grains whose band is wide compared with the fields of the LIOMs; the naive estimate is excluded.
Eq. (16) takes the bandwidth as constant: narrow grains lose density of states as LIOMs widen the
band, which G measured on the enlarged baths shows too, and they are strengthened by less.""",
        (
            ("crossover_length", "strengthening eta, entanglement, calibrated"),
            ("crossover_length", "l_c diverges at alpha, entanglement, calibrated"),
            ("crossover_length", "strengthening eta, entanglement, alone"),
            ("crossover_length", "strengthening eta, Delta D"),
            ("crossover_length", "strengthening eta, G "),
        ),
    ),
    Dispute(
        "How near the slope of figure 3 comes to log 2",
        """\
It rises with the number of LIOMs but has not reached log 2 at eight, and its steps alternate
between even and odd numbers, far beyond the errors, which the paper does not mention.""",
        (("bath_growth", "6-spin random matrix"),),
    ),
)


def page() -> str:
    """The text of docs/results.md."""
    disputes = "\n".join(found for found in map(dispute, DISPUTES) if found)
    return "\n".join(
        [
            OPENING,
            *(section(name) for name in STUDIES if table(name)),
            "## Where the paper and these results differ\n",
            disputes,
        ]
    )


def table(name: str, folder: str = "figures") -> tuple[str, str] | None:
    """The command and the claims that lie beside a picture, if it was made."""
    path = ROOT / folder / f"{name}.txt"
    if not path.exists():
        return None
    command, claims = path.read_text().split("\n\n", 1)
    return command, claims.rstrip()


def section(name: str) -> str:
    """Title and text of a study; picture, command and claims, and those at the paper's own
    N."""
    words = ast.get_docstring(ast.parse((ROOT / f"studies/{name}.py").read_text())) or ""
    title, *text, _ = words.split("\n\n")
    parts = [f"## {title.rstrip('.')}\n", *(f"{paragraph}\n" for paragraph in text)]
    for folder in ("figures", "figures/paper"):
        found = table(name, folder)
        if found:
            parts.append(
                f"![{name}](../{folder}/{name}.png)\n\n`{found[0]}`\n\n"
                f"```text\n{found[1]}\n```\n"
            )
    return "\n".join(parts)


def dispute(one: Dispute) -> str:
    """Text and rows, each from the largest run of its study; empty before all were made."""
    blocks = []
    for study in dict.fromkeys(study for study, _ in one.rows):
        found = table(study, "figures/paper") or table(study)
        if found is None:
            return ""
        header, *lines = found[1].splitlines()
        words = [word for name, word in one.rows if name == study]
        chosen = [line for line in lines if any(word in line for word in words)]
        if not chosen:
            raise ValueError(f"No claim of {study} contains any of {words}. Name another.")
        blocks.append("```text\n" + "\n".join([header, *chosen]) + "\n```\n")
    return "\n".join([f"### {one.title}\n", f"{one.text}\n", *blocks])


@click.command(help=__doc__)
def main() -> None:
    (ROOT / "docs/results.md").write_text(page())


if __name__ == "__main__":
    sys.exit(main())
