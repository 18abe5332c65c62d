"""All eigenstates nearest an energy, or between two, from filtered block Krylov spaces."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bathlab.checks import refusal
from bathlab.conventions import RealArray
from bathlab.errors import NotConverged
from bathlab.operators.memory import GIB, require_memory
from bathlab.spectrum.chebyshev.density import density_of
from bathlab.spectrum.chebyshev.peak import CLEAR, LEAST_ORDER, Peak
from bathlab.spectrum.chebyshev.product import Report, Scaled
from bathlab.spectrum.chebyshev.space import WIDTH, Explored, Locked, Plan, explore
from bathlab.spectrum.krylov.blocks import columns_for, random_block
from bathlab.spectrum.krylov.progress import Bar

#: The window should hold the states asked for and, besides, as many as this times the square
#: root of their number and ``SPARE``, since levels scatter.
SCATTER, SPARE = 0.5, 2
#: So many times more settle in the first space, and a few: the search sees past the farthest
#: wanted state the sooner, the farther off the next one is.
EXTRA, EXTRA_FEW = 1.25, 3
#: Columns of a space before its first look, expected and at most, for each state and besides.
FIRST, EXPECTED, MOST = (3.2, 40), (3.6, 180), (5.0, 300)
#: A filter lets more pass than are wanted, so there must be so many levels for each state, and
#: so many in all.
LEVELS_PER_STATE, LEAST = 8, 64
#: Levels in the narrowest window that a filter is made for.
FEW = 4.0
#: The search clears this share more than the farthest state, for rounding.
MARGIN = 0.01
#: Widths that are tried, and spaces for each.
ATTEMPTS, SPACES = 8, 12
#: Where a search is not sure, the share of the level down to which it takes states in.
LOWER = 0.85
#: The next width where too many states are under the peak to settle.
NARROWER = 0.4
#: Beyond it, as with a penalty far above the levels, a filter takes longer than anything else.
HIGHEST_ORDER = 2_000_000
#: Steps of a block that are timed for a forecast.
TIMED = 48
SEED = 20


@dataclass(frozen=True, eq=False)
class Found:
    """Eigenpairs; all levels within ``reach`` of the target are among them.

    ``missed`` bounds the probability that one is not.
    """

    states: Locked
    reach: float
    missed: float


class Forecast(NamedTuple):
    """What a window takes: order of the filter, products with one vector, seconds at the rate
    of a few timed ones, GiB of vectors."""

    order: int
    products: float
    seconds: float
    gib: float


class _Run:
    """One window: what is locked, the random numbers, and the progress that is told."""

    def __init__(self, scaled: Scaled, energy: float) -> None:
        n = scaled.system.dimension
        self.scaled, self.energy = scaled, energy
        self.generator = np.random.default_rng(SEED)
        self.density = density_of(scaled, self.generator)
        self.locked = Locked(np.empty(0), np.empty((n, 0), scaled.system.dtype))

    def peak(self, distance: float) -> Peak:
        """A filter for the levels within ``distance`` of the energy."""
        ends = self.scaled.angle(self.energy + distance * np.array([-1.0, 1.0]))
        return _peak(float(self.scaled.angle(self.energy)), ends, self.energy)

    def level(self, peak: Peak, distance: float) -> float:
        """The least value of the filter within ``distance``, and some less."""
        return _least(self.scaled, peak, self.energy - distance, self.energy + distance)

    def explore(
        self, peak: Peak, level: float, wanted: int | None, plan: Plan, report: Report
    ) -> Explored:
        """One space more; what it finds is locked."""
        found = explore(
            self.scaled, peak, self.locked, level, wanted, plan, self.generator, report
        )
        if found.vectors.shape[1]:
            self.locked = self.locked.joined(self.scaled, found.vectors)
        return found

    def distances(self) -> RealArray:
        return np.sort(np.abs(self.locked.energies - self.energy))


def nearest_window(scaled: Scaled, energy: float, count: int) -> Found:
    """The ``count`` levels nearest ``energy`` and some more.

    Raises
    ------
    ValueError
        If so many are wanted that a filter is of no use.
    DoesNotFit
        If the vectors cannot fit.
    NotConverged
        If they do not settle.
    """
    _require_few(count, scaled)
    run = _Run(scaled, energy)
    wanted = count + SCATTER * count**0.5 + SPARE
    distance = run.density.distance(energy, wanted)
    plan, failure = _plan(count), ""
    with _bar(scaled, run.peak(distance), count) as report:
        for _ in range(ATTEMPTS):
            try:
                found = _within(run, distance, count, plan, report)
            except NotConverged as error:
                failure, distance = f": {error}", NARROWER * distance
                continue
            if found is not None:
                return found
            inside = int(np.sum(run.distances() <= distance))
            distance *= min(3.0, max(1.3, wanted / max(1, inside)))
    raise NotConverged(f"the levels nearest {energy:g} do not settle under a filter{failure}")


def _within(run: _Run, distance: float, count: int, plan: Plan, report: Report) -> Found | None:
    """By a filter for levels within about this distance; None if it is too narrow."""
    peak = run.peak(distance)
    floor = peak.floor()
    if len(run.locked.energies) < count:
        run.explore(peak, floor, _more(count), plan, report)
    if len(run.locked.energies) < count:
        return None
    clear = run.level(peak, float(run.distances()[count - 1]))
    if clear <= floor:
        return None
    missed = _cleared(run, peak, clear, floor, report)
    reach = float(run.distances()[count - 1])
    return Found(run.locked, reach, missed) if missed < 1 else None


def _cleared(run: _Run, peak: Peak, clear: float, floor: float, report: Report) -> float:
    """Search until nothing new has ``clear`` or more; the chance of a miss, 1 if unsure.

    Levels just below keep a search from being sure: they are taken in too.
    """
    plan, level = Plan(0, columns_for(MOST, len(run.locked.energies))), clear
    for _ in range(SPACES):
        found = run.explore(peak, level, None, plan, report)
        if found.vectors.shape[1]:
            level = clear
        elif found.missed < 1 or level <= floor:
            return found.missed
        else:
            level = max(floor, LOWER * level)
    return 1.0


def interval_window(scaled: Scaled, lower: float, upper: float) -> Found:
    """All levels between two energies, and some more; errors as for :func:`nearest_window`."""
    middle, distance = (lower + upper) / 2, (upper - lower) / 2
    run = _Run(scaled, middle)
    expected = int(np.ceil(run.density.within(middle, distance)))
    _require_few(expected, scaled)
    peak, plan = _interval_peak(run, distance), _plan(expected)
    floor, clear = peak.floor(), _least(scaled, peak, lower, upper)
    with _bar(scaled, peak, expected) as report:
        if clear > floor:
            run.explore(peak, floor, _more(expected), plan, report)
            missed = _cleared(run, peak, clear, floor, report)
            if missed < 1:
                return Found(run.locked, distance, missed)
    raise NotConverged(
        f"the levels between {lower:g} and {upper:g} do not settle under a filter"
    )


def _interval_peak(run: _Run, distance: float) -> Peak:
    """A filter with its peak in the middle of the interval in theta, or at that end of the
    spectrum to which it reaches."""
    scaled, middle = run.scaled, run.energy
    reaches = [middle - distance <= scaled.lower, middle + distance >= scaled.upper]
    # A filter far narrower than the levels are apart would cost products for nothing.
    distance = max(distance, run.density.distance(middle, FEW))
    ends = scaled.angle(middle + distance * np.array([-1.0, 1.0]))
    angle = float(ends.mean())
    if any(reaches):
        angle = np.pi if reaches[0] else 0.0
        ends = ends[1:] if reaches[0] else ends[:1]
    return _peak(angle, ends, middle)


def _peak(angle: float, ends: RealArray, energy: float) -> Peak:
    """A filter for levels between ``ends`` in theta, above its side lobes there."""
    peak = Peak.around(angle, float(np.abs(ends - angle).max()))
    if peak.order > HIGHEST_ORDER:
        raise NotConverged(
            f"a filter of order {peak.order} would be needed: the levels near {energy:g} are "
            "far denser than the width of the spectrum suggests"
        )
    while peak.order > LEAST_ORDER and peak.at(ends).min() < CLEAR * peak.floor():
        peak = Peak(angle, int(0.8 * peak.order))
    return peak


def _least(scaled: Scaled, peak: Peak, lower: float, upper: float) -> float:
    """The least value of the filter between two energies, and some less for rounding."""
    inside = np.clip(np.array([lower, upper]), scaled.lower, scaled.upper)
    return float(peak.at(scaled.angle(inside)).min()) * (1 - MARGIN)


def forecast(scaled: Scaled, energy: float, count: int) -> Forecast:
    """What the ``count`` levels nearest ``energy`` will take."""
    run = _Run(scaled, energy)
    distance = run.density.distance(energy, count + SCATTER * count**0.5 + SPARE)
    return _forecast(run, distance, count)


def _forecast(run: _Run, distance: float, count: int) -> Forecast:
    scaled, order = run.scaled, run.peak(distance).order
    block = random_block(
        scaled.system.dimension, WIDTH, scaled.system.dtype, np.random.default_rng(0)
    )
    scaled.series(np.ones(4), block)  # compiles
    started = time.perf_counter()
    scaled.series(np.zeros(TIMED), block)
    rate = (time.perf_counter() - started) / (TIMED * WIDTH)
    products = float(order * columns_for(EXPECTED, count))
    return Forecast(order, products, products * rate, _bytes(scaled, count) / GIB)


def _bar(scaled: Scaled, peak: Peak, count: int) -> Bar:
    """Progress towards the forecast number of products, with the time that is left."""
    _require_fits(scaled, count)
    return Bar("Filter", "product", peak.order * columns_for(EXPECTED, count))


def _more(count: int) -> int:
    return int(EXTRA * count) + EXTRA_FEW


def _plan(count: int) -> Plan:
    return Plan(columns_for(FIRST, count), columns_for(MOST, count))


def _bytes(scaled: Scaled, count: int) -> float:
    """The space, and locked vectors with their images and copies."""
    item, n = np.dtype(scaled.system.dtype).itemsize, scaled.system.dimension
    return float(item * n * (columns_for(MOST, count) + 6 * count + 8 * WIDTH))


def _require_fits(scaled: Scaled, count: int) -> None:
    require_memory(
        _bytes(scaled, count),
        f"A filtered space for {count} states at dimension {scaled.system.dimension}",
        "Ask for fewer states, in several windows.",
    )


def most_states(dimension: int) -> int:
    """How many states may be asked of a filter."""
    return dimension // LEVELS_PER_STATE if dimension >= LEAST else 0


def _require_few(count: int, scaled: Scaled) -> None:
    most = most_states(scaled.system.dimension)
    if count > most:
        raise refusal(
            'count with method = "filter"',
            f"{count}",
            f"at most {most} at dimension {scaled.system.dimension}, since a filter lets more "
            "pass than are wanted",
            'Use method="dense", or ask for fewer.',
        )
