"""
S(ω) of the resonance model
===========================

The spectral function of a probe spin in a chain, in the closed form of Crowley & Chandran: a
power of its phase at small frequencies, that of the transition at large ones.
"""

import numpy as np
import pandas as pd

import bathlab as bl

omega, rows = np.geomspace(1e-12, 0.99, 200), []
for xi, name in ((3, "3"), (np.inf, "∞"), (-10, "−10")):
    model = bl.resonance_model.Floquet(xi=xi, lam=20)
    S = omega * model.spectral(omega)
    rows.append({"xi": rf"$\xi$ = {name}", "omega": omega, "S": S})

axes = bl.plotting.structure_factors(pd.DataFrame(rows), "omega", "S", by="xi")
labels = {"xlabel": r"$\omega/J$", "ylabel": r"$\omega\, S(\omega)$"}
axes.set(xscale="log", yscale="log", **labels)
