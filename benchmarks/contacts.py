"""What another contact costs: processor time of a Lanczos step, one contact beside several.

    python benchmarks/contacts.py

LIOM i touches spin i mod k of the k last ones of the bath. Systems take turns in one process, a
dozen steps at a time, and the least time of each counts.
"""

from __future__ import annotations

import time
from typing import Any

import click
import numpy as np
import pandas as pd

import bathlab as bl
from bathlab.spectrum.krylov.lanczos import Lanczos

BATHS: dict[str, tuple[Any, int]] = {
    "3-spin random matrix": (bl.RandomMatrixBath(3, bandwidth=4.2), 11),
    "6-spin random matrix": (bl.RandomMatrixBath(6, bandwidth=4.2), 8),
    "6-spin random matrix, complex": (
        bl.RandomMatrixBath(6, bandwidth=4.2, symmetry="unitary"),
        7,
    ),
    "9-spin random matrix": (bl.RandomMatrixBath(9, bandwidth=4.2), 5),
    "9-spin chain": (bl.LocalChainBath(9), 5),
}
CONTACTS = (1, 2, 3)
#: What one more contact may cost.
LIMIT = 1.3
STEPS, TURNS = 10, 100


def system_with(bath: Any, lioms: int, contacts: int) -> Any:
    sites = [bath.spins - 1 - liom % contacts for liom in range(lioms)]
    return bl.couple(bath, bl.LiomChain(lioms, sites=sites)).sample(seed=1)


def step_times(bath: Any, lioms: int) -> list[float]:
    """Seconds of the processor per step, for each of ``CONTACTS``."""
    runs = []
    for contacts in CONTACTS:
        system = system_with(bath, lioms, contacts)
        runs.append(Lanczos(system, np.random.default_rng(0).standard_normal(system.dimension)))
        runs[-1].extend(STEPS)
    least = [np.inf] * len(runs)
    for turn in range(1, TURNS + 1):
        for place, run in enumerate(runs):
            started = time.process_time()
            run.extend((turn + 1) * STEPS)
            least[place] = min(least[place], (time.process_time() - started) / STEPS)
    return least


def rows(only: str = "") -> list[dict[str, Any]]:
    """A row for each bath: the first contact, and each further one relative to that before."""
    found = []
    for name, (bath, lioms) in BATHS.items():
        if only in name:
            times = step_times(bath, lioms)
            ratios = [after / before for before, after in zip(times, times[1:])]
            found.append(
                {
                    "work": f"a step of n={2 ** (bath.spins + lioms)}, {name}",
                    "seconds": f"{times[0]:.3g}",
                    "ratio": ", ".join(f"{ratio:.2f} x" for ratio in ratios),
                    "target": f"<= {LIMIT:g} x for one more contact",
                    "met": "yes" if max(ratios) <= LIMIT else "NO",
                }
            )
    return found


@click.command(help=__doc__.replace("\n\n", "\n\n\b\n", 1))
@click.option("--only", default="", help="Only baths whose name contains this.")
def main(only: str) -> None:
    print(pd.DataFrame(rows(only)).to_string(index=False))


if __name__ == "__main__":
    main()
