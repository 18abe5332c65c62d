"""How many steps a Lanczos run takes: before its first check, between checks, at most.

Without reorthogonalisation the number of steps until levels have converged grows with the
dimension n like n log n (measured, n = 512 to 16384), so a plan counts in units of n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Dimension at which plans are stated.
STATED_AT = 1024


@dataclass(frozen=True)
class Plan:
    """Numbers of Lanczos steps in units of the dimension n.

    Attributes
    ----------
    first
        steps before the first check at n = 1024 and below.
    per_octave
        how much more for each doubling of n above.
    more
        the extension when a check fails.
    most
        the run is given up once it is longer.
    """

    first: float
    per_octave: float
    more: float
    most: float

    def first_steps(self, n: int) -> int:
        """Steps that are enough for most systems of dimension ``n``."""
        octaves = max(0.0, np.log2(n / STATED_AT))
        return int(n * (self.first + self.per_octave * octaves)) + 1

    def more_steps(self, n: int) -> int:
        """Steps to add after a check that failed."""
        return int(self.more * n) + 1

    def limit(self, n: int) -> float:
        """Number of steps beyond which a run is given up."""
        return self.most * n


#: For the levels nearest an energy: here the middle of the spectrum has usually converged.
STATES_PLAN = Plan(first=2.8, per_octave=0.2, more=0.0625, most=12)
#: For all levels, without weights. One look has them all from 2.9 n on at n = 1024, 3.3 n at
#: 4096, 3.9 n at 16384 (6-spin random matrix and 9-spin chain with LIOMs); with pairs of levels
#: nearer to each other, as of weakly coupled LIOMs, up to 1 n later.
LEVELS_PLAN = Plan(first=2.95, per_octave=0.28, more=0.15, most=12)
#: For all levels and their weights. Just after each level has converged once, at 2.8 to 4 n,
#: ghosts begin to travel between levels; from 4.1 n on every level had two copies and nothing
#: was open in 98 % of runs (measured at n = 512 to 4096 on chains and random matrices, all
#: operators).
MEASURE_PLAN = Plan(first=4.25, per_octave=0.12, more=0.25, most=12)
