"""How to cite bathlab, in the words of CITATION.cff, which a wheel does not hold."""

from __future__ import annotations

#: The software, and the paper whose model it simulates; a test holds them to CITATION.cff.
TITLE = "bathlab: a laboratory for ergodic grains coupled to localised spins"
AUTHORS = "the bathlab developers"
PAPER = (
    "W. De Roeck and F. Huveneers, Stability and instability towards delocalization in "
    "many-body localization systems, Physical Review B 95 (15), 155129 (2017)"
)
DOI = "10.1103/PhysRevB.95.155129"


def citation(version: str) -> str:
    """What to write into a list of references: the software in this version, and the paper."""
    return f"{AUTHORS}, {TITLE}, version {version}.\n{PAPER}, doi:{DOI}."
