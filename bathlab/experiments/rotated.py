"""A coupling attached to a spot that a random unitary diagonalises (Thiery et al., page 2)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigvalsh
from scipy.stats import ortho_group, unitary_group

from bathlab.checks import as_integer, require_choice, require_kind, settle
from bathlab.conventions import SIGMA_X, Row
from bathlab.operators.memory import require_memory
from bathlab.operators.spins import spin_operator
from bathlab.streams import stream

#: Haar measures, and <|x|^4>/<|x|^2>^2 of the Gaussian elements that they lead to.
GROUPS = {"real": (ortho_group, 3.0), "complex": (unitary_group, 2.0)}


@dataclass(frozen=True)
class Rotation:
    """A random rotation of a spot of ``spins`` spins, "real" or "complex".

    Raises
    ------
    ValueError
        If there is no spin, or the group is neither.
    """

    spins: int
    group: str

    def __post_init__(self) -> None:
        settle(self, spins=as_integer("spins", self.spins, 1))
        require_choice("group", self.group, tuple(GROUPS))


def mean_square(size: int, group: str) -> float:
    """Haar average of |<n|U V U^+|m>|^2, n != m, for tr V = 0 and tr V^2 = d."""
    if group == "complex":
        return size / (size**2 - 1)
    return size / ((size - 1) * (size + 2))


def rotation_rows(rotation: Rotation, seed: int, realisation: int) -> list[Row]:
    """sigma^x of the last spin, of norm 1, in the basis that the rotation makes.

    Returns
    -------
    list of dict
        One row: ``norm_change``, | ||U V U^+|| - 1 |; ``square``, the mean square of the
        elements off the diagonal over its Haar average; ``rms_norm``, ||V||/(sqrt(d) m), m
        their rms; ``kurtosis``, <|x|^4>/<|x|^2>^2, of which ``gaussian`` elements have 3 or 2.

    Raises
    ------
    ValueError
        If it is no rotation, or does not fit.
    """
    require_kind("rotation", rotation, Rotation, "Make one, as Rotation(6, 'real').")
    size = 2**rotation.spins
    needed = 6 * 16 * 4.0 ** min(rotation.spins, 450)
    require_memory(needed, f"A rotation of {rotation.spins} spins", "Take fewer.")
    group, gaussian = GROUPS[rotation.group]
    numbers = stream(seed, realisation, "rotation of a spot", len(rotation.group))
    turn = group.rvs(size, random_state=numbers)
    coupling = spin_operator(SIGMA_X, rotation.spins - 1, rotation.spins)
    turned = turn @ (coupling @ turn.conj().T)
    squares = np.abs(turned[np.triu_indices(size, 1)]) ** 2
    mean = float(np.mean(squares))
    return [
        {
            "norm_change": float(abs(np.abs(eigvalsh(turned)).max() - 1)),
            "square": mean / mean_square(size, rotation.group),
            "rms_norm": 1 / math.sqrt(size * mean),
            "kurtosis": float(np.mean(squares**2)) / mean**2,
            "gaussian": gaussian,
        }
    ]
