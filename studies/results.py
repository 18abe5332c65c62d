"""Collect what the studies found into docs/results.md: each picture with its table of claims.

    python studies/results.py

Nothing in that page is typed by hand: titles and texts are those of the scripts, tables those that
the last committed run of each study wrote beside its picture.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parents[1]
#: In the order of the paper's figures.
STUDIES = ("bath_growth", "interface_profile", "thermalisation_curve", "hybridisation_width",
           "hybridisation_chain", "structure_factors")
OPENING = """# Results

Claims of De Roeck and Huveneers, [Phys. Rev. B 95, 155129
(2017)](https://doi.org/10.1103/PhysRevB.95.155129), beside what comes out here, with standard
errors over N realisations. Made by `python studies/results.py` from the tables of the studies.
"""


def page() -> str:
    """The text of docs/results.md."""
    return "\n".join([OPENING, *(section(name) for name in STUDIES
                                 if (ROOT / f"figures/{name}.txt").exists())])


def section(name: str) -> str:
    """Title, text, picture, command and claims of one study."""
    words = ast.get_docstring(ast.parse((ROOT / f"studies/{name}.py").read_text())) or ""
    title, text, *_ = words.split("\n\n")
    command, claims = (ROOT / f"figures/{name}.txt").read_text().split("\n\n", 1)
    return (f"## {title.rstrip('.')}\n\n{text}\n\n![{name}](../figures/{name}.png)\n\n"
            f"`{command}`\n\n```text\n{claims.rstrip()}\n```\n")


@click.command(help=__doc__)
def main() -> None:
    (ROOT / "docs/results.md").write_text(page())


if __name__ == "__main__":
    sys.exit(main())
