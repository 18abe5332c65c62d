"""
Crossover length
================

How many LIOMs a grain of ℓ_b spins thermalises if those it has thermalised strengthen it (eq.
16), and if they do not. The first diverges at α = 1/√2.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

plt.style.use("bathlab.plotting.bathlab")
alphas = np.linspace(0.2, 0.69, 100)
fig, axes = plt.subplots()
for index, spins in enumerate((4, 8)):
    colour = bl.plotting.curve_style(index)["color"]
    strengthened = [bl.crossover_length(spins, alpha) for alpha in alphas]
    naive = [bl.theory.naive_crossover_length(spins, alpha) for alpha in alphas]
    axes.plot(alphas, strengthened, colour, label=f"{spins} spins, eq. (16)")
    axes.plot(alphas, naive, colour, ls="--", label=f"{spins} spins, naive")
bl.plotting.upright_line(axes, 2**-0.5, r"$1/\sqrt{2}$")
axes.set(xlabel=r"$\alpha$", ylabel=r"$\ell_c$", ylim=(0, 40))
axes.legend()
