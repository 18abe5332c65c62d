"""
Structure factor of a chain
===========================

v(ω), where the contact of a grain has its matrix elements: between levels of the chain that
differ by ω. A LIOM of field h feels v(2h).
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import bathlab as bl

plt.style.use("bathlab.plotting.bathlab")
edges = np.linspace(-8, 8, 81)
chain, omega = bl.LocalChainBath(spins=8), (edges[1:] + edges[:-1]) / 2
rows = []
for r in range(10):
    v = chain.sample(seed=1, realisation=r).structure_factor("contact", edges, window=2.0)
    rows.append({"chain": "10 chains of 8 spins", "realisation": r, "omega": omega, "v": v})

means = bl.statistics.summarise_curves(pd.DataFrame(rows), ["chain"], "omega", ["v"])
axes = bl.plotting.structure_factors(means, "omega", "v", by="chain")
bl.plotting.upright_line(axes, 2.0, r"$2h$")
axes.set(xlabel=r"$\omega$", ylabel=r"$v(\omega)$", ylim=(0, 0.28))
axes.legend(loc="upper left")
