"""How long values of the resonance model take, on one core.

    python benchmarks/resonance_model.py

10^4 values of F, S(omega) and C(t) at one point, and of C(t) at as many points; the equation of
loss and diffusion to r/lambda = 1000, with its error against four times as many cells. Seconds
of the processor, the least of five after a first call. 10^4 values are to take 0.1 s at most,
the equation 10 s at an error of 1e-4.
"""

from __future__ import annotations

import time
from typing import Any, Callable

import numpy as np
import pandas as pd

import bathlab as bl

COUNT = 10**4


def seconds(work: Callable[[], Any], times: int = 5) -> float:
    """The least of several, after a first."""
    work()
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def main() -> None:
    rm, rows = bl.resonance_model, []
    r, omega = np.linspace(0.01, 30, COUNT), np.geomspace(1e-9, 0.99, COUNT)
    t, spread = np.geomspace(1e-3, 1e12, COUNT), np.linspace(5, 40, COUNT)
    for law in (rm.Floquet, rm.Hamiltonian):
        for xi in (10.0, np.inf, -10.0):
            model, many = law(xi, 20.0, 40), law(xi, spread, 40)
            rows.append(
                {
                    "law": law.__name__,
                    "xi": xi,
                    "F": seconds(lambda: model.surviving(r)),
                    "S": seconds(lambda: model.spectral(omega)),
                    "C, one point": seconds(lambda: model.correlator(t)),
                    "C, as many points": seconds(lambda: many.correlator(t), 1),
                }
            )
    print(f"seconds for {COUNT} values")
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.3g}".format))
    print("loss and diffusion to r/lambda = 1000")
    for kappa in (1.0, 0.1):
        law, at = rm.LossDiffusion(1000.0, kappa=kappa), [1e4, 1e6]
        off = law.solve(at).surviving / law.solve(at, 6400).surviving - 1
        took = seconds(lambda: law.solve(at), 2)
        print(f"kappa = {kappa:g}: {took:.2f} s, relative error of F {abs(off).max():.1e}")


if __name__ == "__main__":
    main()
