"""
Hybridisation function of a spin
================================

k(ω): over which energies the product states of a spin and a random matrix are spread in their
eigenstates. The golden rule gives its half-width, π g² v(2h).
"""

import numpy as np
import pandas as pd

import bathlab as bl

g, h, edges, rows = 0.8, 1.0, np.linspace(-2, 2, 81), []
model = bl.couple(bl.RandomMatrixBath(spins=8, bandwidth=10), bl.LiomChain(1, g1=g, disorder=0))
for realisation in range(30):
    system = model.sample(seed=1, realisation=realisation)
    state = bl.eigenstate_near(system, energy=0.0)
    k = bl.hybridisation(system, state, edges).density
    rows.append({"realisation": realisation, "omega": (edges[1:] + edges[:-1]) / 2, "k": k})
width = bl.theory.golden_rule_width(g, bl.theory.semicircle_structure_factor(2 * h, 10))

table = pd.DataFrame(rows).assign(bath="30 random matrices of 256 levels")
means = bl.statistics.summarise_curves(table, ["bath"], "omega", ["k"])
theory = {"golden rule": lambda omega: bl.analysis.lorentzian(omega, width)}
axes = bl.plotting.structure_factors(means, "omega", "k", by="bath", theory=theory)
axes.set(xlabel=r"$\omega$", ylabel=r"$k(\omega)$", ylim=(0, 1.9))
