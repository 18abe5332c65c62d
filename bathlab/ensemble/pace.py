"""How fast a run is and how long it will take, by a clock that never goes back."""

from __future__ import annotations

import math
import time
from collections import deque
from typing import Callable

#: So many of the latest realisations tell the pace: the first ones compile kernels.
LATEST = 50


class Pace:
    """Work done and work left, in units of cost.

    Parameters
    ----------
    held : float
        Cost of the realisations that the store has already; it counts as done, not as time.
    clock : callable, optional
        Seconds. Where it goes back, or stands, time stands too.
    """

    def __init__(self, held: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held, self._done, self._expected = held, 0.0, 0.0
        self._now = self._start = clock()
        self._count = 0
        self._latest = deque([(0.0, 0.0)], maxlen=LATEST)

    def expect(self, cost: float) -> None:
        """More work is to be done."""
        self._expected += cost

    def saw(self, cost: float) -> None:
        """A realisation of this cost has ended."""
        self._done += cost
        self._count += 1
        self._latest.append((self.elapsed, self._done))

    @property
    def elapsed(self) -> float:
        """Seconds since the start; they never grow fewer."""
        now = self._clock()
        self._now = max(self._now, now) if math.isfinite(now) else self._now
        return self._now - self._start

    @property
    def share(self) -> float:
        """Of all work how much is done, 0 to 1, with what was there before."""
        whole = self._held + max(self._expected, self._done)
        return (self._held + self._done) / whole if whole > 0 else 1.0

    @property
    def rate(self) -> float:
        """Realisations per second since the start; nan before any time has passed."""
        return self._count / self.elapsed if self.elapsed > 0 else math.nan

    @property
    def left(self) -> float:
        """Seconds that the rest takes at the latest pace: 0 or more, nan if not known yet."""
        rest = max(0.0, self._expected - self._done)
        (since, before), spent = self._latest[0], self.elapsed
        if rest == 0:
            return 0.0
        work, seconds = self._done - before, spent - since
        return rest * seconds / work if work > 0 and seconds > 0 else math.nan

    @property
    def words(self) -> str:
        """ "03:12<16:10", the time gone and the time left, as bars have it."""
        left = self.left
        return f"{clock_time(self.elapsed)}<{clock_time(left) if left == left else '?'}"


def clock_time(seconds: float) -> str:
    """Seconds as "mm:ss", "h:mm:ss" or, from two days on, "3 days"."""
    whole = int(min(max(0.0, seconds), 1e12))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours / 24:.0f} days"
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"
