"""
Resonances of a Floquet circuit
===============================

Ω = ``|z||ω|`` of all pairs of eigenstates of a brickwork circuit falls as a power that
gives decay length of its operators.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

sites, edges = 6, np.geomspace(1e-5, 0.5, 36)
centres, widths = np.sqrt(edges[1:] * edges[:-1]), np.diff(edges)
pairs = np.triu_indices(2**sites, 1)
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
for coupling, marker in ((0.02, "o"), (0.04, "s")):
    circuit = bl.BrickworkCircuit(sites=sites, coupling=coupling)
    draws = [circuit.sample(seed=1, realisation=r) for r in range(30)]
    scales = np.concatenate([bl.resonances(draw, site=1).Omega[pairs] for draw in draws])
    density = np.histogram(scales, edges)[0] / widths / len(scales)
    axes.loglog(centres, density, marker, ms=4, label=f"J = {coupling}")
    axes.axvline(2 * np.pi * coupling, color="0.6", ls=":")
axes.set(xlabel=r"$\Omega$", ylabel=r"$p(\Omega)$")
axes.legend(frameon=False, title=r"dotted: $2\pi J$")
