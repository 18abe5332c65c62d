"""
Crossover length
================

How many LIOMs a grain of ℓ_b spins thermalises if those it has thermalised strengthen it (eq.
16), and if they do not. The first diverges at α = 1/√2.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

alphas = np.linspace(0.2, 0.69, 100)
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
for spins, colour in ((4, "C0"), (8, "C1")):
    strengthened = [bl.crossover_length(spins, alpha) for alpha in alphas]
    naive = [bl.theory.naive_crossover_length(spins, alpha) for alpha in alphas]
    axes.plot(alphas, strengthened, colour, label=f"{spins} spins, eq. (16)")
    axes.plot(alphas, naive, colour, ls="--", label=f"{spins} spins, naive")
axes.axvline(2**-0.5, color="0.5", ls=":", label=r"$1/\sqrt{2}$")
axes.set(xlabel=r"$\alpha$", ylabel=r"$\ell_c$", ylim=(0, 40))
axes.legend(frameon=False)
