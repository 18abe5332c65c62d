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
    BY_CORE,
    BY_SIZE,
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
    SHUFFLED,
    Rule,
)

#: Sums of decays fill so many bits at most, and s/2 is 2 to the power of so many parts.
MOST_BITS, UNIT_BITS = 61, 32
REACHES = {"active": FROM_ACTIVE, "nearest": NEAREST, "own": OWN, "fresh": FRESH}
BETWEEN = {"active": OF_ACTIVE, "spots": OF_NONE, "cores": OF_BOTH}
TREATED = {"halted": HALTED, "increased": INCREASED, "decaying": DECAYING}
ORDERS = {"size": BY_SIZE, "core": BY_CORE, "random": SHUFFLED}
CHOICES = {
    "cells": ("bonds", "sites"),
    "next_cell": ("l", "l+1"),
    "fusion": ("gap", "touching"),
    "between": tuple(BETWEEN),
    "reach": tuple(REACHES),
    "bath": ("grown", "frozen"),
    "treated": tuple(TREATED),
    "order": tuple(ORDERS),
    "ties": ("left", "right", "random"),
    "step": ("spot", "cell"),
    "disorder": ("none", "smooth", "random"),
}
FLAGS = ("ring", "gap_in_bath")
#: Options that are numbers.
NUMBERS = ("width", "correlation", "thermal_fraction", "strengthening")


def rule_of(chain: Any, decays: RealArray | None) -> Rule:
    """The rules of a chain as numbers; ``decays`` are 1/zeta_1 of its cells, None for one."""
    eta = 0.0 if chain.bath == "frozen" else float(chain.strengthening)
    given = chain.decay if decays is None else decays
    bits, weight, sums = exact_weights(given, chain.length, eta)
    return Rule(
        length=int(chain.length),
        ring=bool(chain.ring),
        sites=chain.cells == "sites",
        own_cell=chain.next_cell == "l+1",
        across=chain.fusion == "gap",
        between=BETWEEN[chain.between],
        gap_in_bath=bool(chain.gap_in_bath),
        reach=REACHES[chain.reach],
        treated=TREATED[chain.treated],
        order=ORDERS[chain.order],
        whole=chain.step == "spot",
        bits=bits,
        gain=round(eta * 2**bits),
        weight=weight,
        sums=sums,
    )


def exact_weights(decay: Any, length: int, strengthening: float) -> tuple[int, int, Array]:
    """The decay per cell as whole numbers: s/2 is 2 to the power of the first, then the weight,
    and its sums.

    A cell through which no bath of this chain reaches, 2 length + 2 times s/2 or more where a
    melted cell counts for more than one, counts as such. Of an array the weight is 0; of one
    number the sums are empty. Several chains, the rows of an array, have the same parts.
    """
    most = 2.0 * max(strengthening, 1.0) * length + 2
    values = np.minimum(np.asarray(decay) * (2 / LOG2), most)
    totals = np.abs(values).sum(axis=-1) if values.ndim else np.abs(values) * length
    total = float(np.max(totals, initial=0.0))
    bits = min(MOST_BITS - math.ceil(math.log2(total + most)), UNIT_BITS)
    parts = np.rint(values * 2**bits).astype(np.int64)
    if parts.ndim == 0:
        return bits, int(parts), np.empty(0, np.int64)
    before = np.zeros((*parts.shape[:-1], 1), np.int64)
    return bits, 0, np.concatenate([before, np.cumsum(parts, axis=-1)], axis=-1)


def in_cells(rule: Rule, baths: Array) -> Array:
    """Baths in cells of a core: whole numbers where what melts adds whole ones."""
    if rule.gain % 2**rule.bits == 0:
        return np.asarray(baths >> rule.bits)
    return np.asarray(baths / 2**rule.bits)


def as_bonds(resonant: Any, count: int) -> Array:
    """``count`` truth values."""
    found = np.asarray(resonant) if isinstance(resonant, (list, tuple, np.ndarray)) else None
    if found is not None and found.dtype == bool and found.shape == (count,):
        return np.ascontiguousarray(found)
    values = as_array("resonant", resonant, shape=(count,))
    if not np.isin(values, (0, 1)).all():
        raise refusal("resonant", shown(resonant), "truth values", "Say which bonds are.")
    return np.ascontiguousarray(values == 1)
