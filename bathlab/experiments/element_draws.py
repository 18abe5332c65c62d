"""Resonances of the Floquet model drawn one by one, to try what the model assumes of them.

Each state has partners at ranges r and quasienergy distances D, a Poisson process of density
rho(r) dr dD; the matrix element of each is v(r), or log-normal about it. J = 1.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bathlab.checks import require_kind
from bathlab.conventions import Array, RealArray, Row
from bathlab.streams import stream
from bathlab.theory.resonance_model.lengths import ZETA_C

#: Partners beyond so many matrix elements are not drawn; the memory has their mean effect.
FAR = 60.0


@dataclass(frozen=True)
class ElementDraws:
    """States of a chain with xi > 0.

    Parameters
    ----------
    xi, lam
        of the model, in sites.
    width
        standard deviation of log v at any range.
    growth
        half of what its square grows by with each site of range.
    states
        drawn in each realisation.
    """

    xi: float
    lam: float
    width: float = 0.0
    growth: float = 0.0
    states: int = 20000

    @property
    def decay(self) -> float:
        """k of the median, v(r) = exp(-k r)."""
        return 1 / self.xi + 2 / ZETA_C

    @property
    def count(self) -> float:
        """The mean number of resonances |D| < v of a state."""
        return math.exp(self.width**2 / 2) / self.lam / (1 / self.xi - self.growth)

    @property
    def theta(self) -> float:
        """Of rho(v) ~ v^(-2 + theta): growth s^2 - k s + 2/zeta_c = 0 at s = 1 - theta."""
        k, w = self.decay, self.growth
        if not w:
            return 1 - 2 / ZETA_C / k
        return 1 - (k - math.sqrt(k * k - 8 * w / ZETA_C)) / (2 * w)


def draw_rows(spec: ElementDraws, seed: int, realisation: int) -> list[Row]:
    """One row of sums over the states of a realisation.

    ``free``: without a resonance; ``deep``: with one of v(2 xi) at most, and ``tail``, the Hill
    estimate of theta of their strongest v. ``memory`` by exact pairs, of all partners and of
    the strongest; ``exact_tail``: theta by their tones. ``shift``: mean square of the relative
    shift of a tone by resonances one site and more beyond, over what (A12) has for its range;
    ``shifted_tail``: theta by shifted tones.
    """
    require_kind("spec", spec, ElementDraws, "Make one with bathlab.experiments.")
    generator = stream(seed, realisation, "partners")
    strongest = _strongest(spec, generator)
    deep = math.exp(-spec.decay * 2 * spec.xi)
    row: dict[str, Any] = asdict(spec) | {"free": float(np.mean(strongest == 0))}
    row["deep"] = float(np.mean((strongest > 0) & (strongest < deep)))
    row["tail"] = hill(strongest, deep)
    if spec.width == spec.growth == 0:
        row |= _exact_pairs(spec, generator, deep) | _shifts(spec, generator, strongest, deep)
    return [row]


def _partners(
    spec: ElementDraws, generator: np.random.Generator, times: float
) -> tuple[Array, RealArray]:
    """State and log v of each partner with |D| < times v: the size of v makes large ones as
    much more probable, so that log v is about its median plus its variance."""
    which = np.repeat(
        np.arange(spec.states), generator.poisson(spec.count * times, spec.states)
    )
    r = generator.exponential(1 / (1 / spec.xi - spec.growth), which.size)
    variance = spec.width**2 + 2 * spec.growth * r
    normal = generator.standard_normal(which.size)
    return which, -spec.decay * r + variance + np.sqrt(variance) * normal


def _strongest(spec: ElementDraws, generator: np.random.Generator) -> RealArray:
    """The largest v of each state's resonances, 0 without."""
    which, log_v = _partners(spec, generator, 1.0)
    found = np.zeros(spec.states)
    np.maximum.at(found, which, np.exp(log_v))
    return found


def _exact_pairs(
    spec: ElementDraws, generator: np.random.Generator, deep: float
) -> dict[str, float]:
    """What two levels at distance D do: weight 4 v^2/(D^2 + 4 v^2) turns with its root."""
    which, log_v = _partners(spec, generator, FAR)
    ratio = generator.uniform(0, FAR, which.size)
    weight = 4 / (ratio**2 + 4)
    tone = np.exp(log_v) * np.sqrt(ratio**2 + 4)
    kept = np.zeros(spec.states)
    np.add.at(kept, which, np.log1p(-weight))
    largest = np.zeros(spec.states)
    np.maximum.at(largest, which, weight)
    main = np.zeros(spec.states)
    first = weight == largest[which]
    main[which[first]] = tone[first]
    left_out = math.exp(-spec.count * (math.pi - 2 * math.atan(FAR / 2)))
    return {
        "memory": float(np.exp(kept).mean()) * left_out,
        "memory_of_strongest": float(1 - largest.mean()),
        "exact_tail": hill(main, deep, largest),
    }


def _shifts(
    spec: ElementDraws, generator: np.random.Generator, strongest: RealArray, deep: float
) -> dict[str, float]:
    """Second resonances: q' = sqrt(2) q, v' = v/sqrt(2), beyond r + 1, of either sign."""
    tone = strongest[strongest > 0]
    r = -np.log(tone) / spec.decay
    expected = math.sqrt(2) * spec.xi / spec.lam * np.exp(-(r + 1) / spec.xi)
    which = np.repeat(np.arange(tone.size), generator.poisson(expected))
    beyond = r[which] + 1 + generator.exponential(spec.xi, which.size)
    change = np.exp(-spec.decay * beyond) / math.sqrt(2) / tone[which]
    change *= generator.choice([-1.0, 1.0], which.size)
    total = np.zeros(tone.size)
    np.add.at(total, which, change)
    below = 16 * math.sqrt(2) * spec.lam * (4 / ZETA_C + 3 / spec.xi)
    printed = np.exp(-(3 + r) / spec.xi) / below
    return {
        "shift": float(np.mean(total**2) / np.mean(printed)),
        "shifted_tail": hill(tone * np.abs(1 + total), deep),
    }


def hill(values: RealArray, least: float, weights: RealArray | None = None) -> float:
    """The exponent a of a density v^(a - 1) below ``least``: 1/<log(least/v)>."""
    below = (values > 0) & (values < least)
    if not np.any(below):
        return math.nan
    depth = np.log(least / values[below])
    return float(1 / np.average(depth, weights=None if weights is None else weights[below]))
