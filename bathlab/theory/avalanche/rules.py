"""The choices that the multi-scale scheme leaves, and the rules as compiled code takes them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_array
from bathlab.checks.refusals import refusal, shown
from bathlab.conventions import Array, RealArray
from bathlab.theory.avalanche.directed import LOG2
from bathlab.theory.avalanche.spots import (
    DECAYING,
    FRESH,
    FROM_ACTIVE,
    HALTED,
    INCREASED,
    NEAREST,
    OF_ACTIVE,
    OF_BOTH,
    OF_NONE,
    OWN,
    Rule,
)

#: Sums of decays fill so many bits at most, and s/2 is 2 to the power of so many parts.
MOST_BITS, UNIT_BITS = 61, 32
REACHES = {"active": FROM_ACTIVE, "nearest": NEAREST, "own": OWN, "fresh": FRESH}
BETWEEN = {"active": OF_ACTIVE, "spots": OF_NONE, "cores": OF_BOTH}
TREATED = {"halted": HALTED, "increased": INCREASED, "decaying": DECAYING}
CHOICES = {
    "cells": ("bonds", "sites"),
    "next_cell": ("l", "l+1"),
    "fusion": ("gap", "touching"),
    "between": tuple(BETWEEN),
    "reach": tuple(REACHES),
    "bath": ("grown", "frozen"),
    "treated": tuple(TREATED),
    "order": ("size", "core"),
    "ties": ("left", "right", "random"),
    "step": ("spot", "cell"),
    "disorder": ("none", "smooth", "random"),
}
FLAGS = ("ring", "gap_in_bath")
#: Options that are numbers.
NUMBERS = ("width", "correlation", "thermal_fraction")


def rule_of(chain: Any, decays: RealArray | None) -> Rule:
    """The rules of a chain as numbers; ``decays`` are 1/zeta_1 of its cells, None for one."""
    unit, weight, sums = exact_weights(chain.decay if decays is None else decays, chain.length)
    return Rule(
        length=int(chain.length),
        ring=bool(chain.ring),
        sites=chain.cells == "sites",
        own_cell=chain.next_cell == "l+1",
        across=chain.fusion == "gap",
        between=BETWEEN[chain.between],
        gap_in_bath=bool(chain.gap_in_bath),
        reach=REACHES[chain.reach],
        grown=chain.bath == "grown",
        treated=TREATED[chain.treated],
        by_core=chain.order == "core",
        whole=chain.step == "spot",
        unit=unit,
        weight=weight,
        sums=sums,
    )


def exact_weights(decay: Any, length: int) -> tuple[int, int, Array]:
    """The decay per cell as whole numbers: of how many parts s/2 is, the weight, and its sums.

    A cell through which no bath of this chain reaches, 2 length + 2 times s/2, counts as such.
    Of an array the weight is 0; of one number the sums are empty.
    """
    values = np.minimum(np.asarray(decay) * (2 / LOG2), 2.0 * length + 2)
    total = float(np.abs(values).sum()) if values.ndim else abs(float(values)) * length
    free = MOST_BITS - math.ceil(math.log2(total + 2.0 * length + 2))
    unit = 2 ** min(free, UNIT_BITS)
    parts = np.rint(values * unit).astype(np.int64)
    if parts.ndim == 0:
        return unit, int(parts), np.empty(0, np.int64)
    return unit, 0, np.concatenate([np.zeros(1, np.int64), np.cumsum(parts)])


def as_bonds(resonant: Any, count: int) -> Array:
    """``count`` truth values."""
    found = np.asarray(resonant) if isinstance(resonant, (list, tuple, np.ndarray)) else None
    if found is not None and found.dtype == bool and found.shape == (count,):
        return np.ascontiguousarray(found)
    values = as_array("resonant", resonant, shape=(count,))
    if not np.isin(values, (0, 1)).all():
        raise refusal("resonant", shown(resonant), "truth values", "Say which bonds are.")
    return np.ascontiguousarray(values == 1)
