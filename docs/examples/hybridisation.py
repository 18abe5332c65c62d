"""
Hybridisation function of a spin
================================

k(ω): over which energies the product states of a spin and a random matrix are spread in their
eigenstates. The golden rule gives its half-width, π g² v(2h).
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

g, h, edges = 0.8, 1.0, np.linspace(-2, 2, 81)
model = bl.couple(bl.RandomMatrixBath(spins=8, bandwidth=10), bl.LiomChain(1, g1=g, disorder=0))
curves = []
for realisation in range(30):
    system = model.sample(seed=1, realisation=realisation)
    state = bl.eigenstate_near(system, energy=0.0)
    curves.append(bl.hybridisation(system, state, edges).density)
width = bl.theory.golden_rule_width(g, bl.theory.semicircle_structure_factor(2 * h, 10))

centres = (edges[1:] + edges[:-1]) / 2
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
axes.stairs(np.mean(curves, axis=0), edges, label="30 random matrices of 256 levels")
axes.plot(centres, bl.analysis.lorentzian(centres, width), "k--", label="golden rule")
axes.set(xlabel=r"$\omega$", ylabel=r"$k(\omega)$", ylim=(0, 1.7))
axes.legend(frameon=False)
