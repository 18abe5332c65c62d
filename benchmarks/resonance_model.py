"""How long values of the resonance model take, on one core, and a real chain's S(omega).

    python benchmarks/resonance_model.py            closed forms and the equation
    python benchmarks/resonance_model.py --chain 16 one state's S(omega) beside full spectra

10^4 values of F, S(omega) and C(t) at one point, and of C(t) at as many points; the equation of
loss and diffusion to r/lambda = 1000, with its error against four times as many cells. Seconds
of the processor, the least of five after a first call. 10^4 values are to take 0.1 s at most,
the equation 10 s at an error of 1e-4. With --chain SITES, on all cores: all weights of sigma^z
of one site in the middle eigenstate of an XXZ ring (W = 3, S^z = 0), level by level, and by
``scipy.linalg.eigh``, which is to take 20 times as long at 16 sites (5 GiB).
"""

from __future__ import annotations

import time
from typing import Any, Callable

import click
import numpy as np
import pandas as pd
import scipy.linalg

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


def chain(sites: int) -> None:
    """S(omega) of one eigenstate, in both ways."""
    small = bl.SpinChain(12).sample(1)  # compiles
    first = bl.eigenstate_near(small, 0.0, method="sparse")
    bl.spectral_measure(small, small.operator(0), first, method="lanczos")
    start = time.perf_counter()
    system = bl.SpinChain(sites, disorder=3.0).sample(1)
    state = bl.eigenstate_near(system, 0.0)
    operator = 2 * system.operator(0)
    found = bl.spectral_measure(system, operator, state, method="lanczos")
    ours = time.perf_counter() - start
    start = time.perf_counter()
    energies, vectors = scipy.linalg.eigh(
        system.matrix().toarray(), overwrite_a=True, check_finite=False
    )
    middle = vectors[:, np.argmin(np.abs(energies))]
    weights = (vectors.T @ (operator @ middle)) ** 2
    full = time.perf_counter() - start
    edges = np.linspace(energies[0], energies[-1], 1000)
    shares = [
        np.histogram(levels, edges, weights=each)[0]
        for levels, each in ((found.energies, found.weights), (energies, weights))
    ]
    apart = float(np.abs(shares[0] - shares[1]).max())
    print(f"S(omega) of a state, {sites} sites, n = {len(energies)}: {ours:.1f} s")
    print(f"scipy.linalg.eigh {full:.1f} s, {full / ours:.0f} times; bins {apart:.0e} apart")


@click.command(help=__doc__)
@click.option("--chain", "sites", type=int, help="Sites of a ring to compare on, alone.")
def main(sites: int | None) -> None:
    if sites is not None:
        return chain(sites)
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
