"""
Resonances of a Floquet circuit
===============================

Ω = ``|z||ω|`` of all pairs of eigenstates of a brickwork circuit falls as a power that
gives decay length of its operators.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import bathlab as bl

plt.style.use("bathlab.plotting.bathlab")
sites, edges, rows = 6, np.geomspace(1e-5, 0.5, 36), []
centres, pairs = np.sqrt(edges[1:] * edges[:-1]), np.triu_indices(2**sites, 1)
for coupling in (0.02, 0.04):
    circuit = bl.BrickworkCircuit(sites=sites, coupling=coupling)
    for r in range(30):
        scales = bl.resonances(circuit.sample(seed=1, realisation=r), site=1).Omega[pairs]
        p = np.histogram(scales, edges)[0] / np.diff(edges) / len(scales)
        rows.append({"J": f"J = {coupling}", "realisation": r, "Omega": centres, "p": p})

means = bl.statistics.summarise_curves(pd.DataFrame(rows), ["J"], "Omega", ["p"])
axes = bl.plotting.densities(means, "Omega", "p", by="J")
for coupling in (0.02, 0.04):
    bl.plotting.upright_line(axes, 2 * np.pi * coupling, r"$2\pi J$")
axes.set(xscale="log", yscale="log", xlabel=r"$\Omega$", ylabel=r"$p(\Omega)$")
axes.legend(loc="lower left")
