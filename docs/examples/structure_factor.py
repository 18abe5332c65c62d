"""
Structure factor of a chain
===========================

v(ω), where the contact of a grain has its matrix elements: between levels of the chain that
differ by ω. A LIOM of field h feels v(2h).
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

edges = np.linspace(-8, 8, 81)
chain = bl.LocalChainBath(spins=8)
grains = [chain.sample(seed=1, realisation=r) for r in range(10)]
curves = [grain.structure_factor("contact", edges, window=2.0) for grain in grains]

fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
axes.stairs(np.mean(curves, axis=0), edges, label="10 chains of 8 spins")
axes.axvline(2, color="0.4", ls=":", label="2h of a spin in a field h = 1")
axes.set(xlabel=r"$\omega$", ylabel=r"$v(\omega)$", ylim=(0, 0.28))
axes.legend(frameon=False)
