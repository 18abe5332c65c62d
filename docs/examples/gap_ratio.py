"""
Gap ratio of a quantum sun
==========================

Levels of an ergodic system repel each other, with a mean ratio of neighbouring gaps of 0.531;
levels of a localised one do not, with 0.386. Couplings fall as α^j along the rays of the sun.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

alphas = np.linspace(0.4, 0.95, 7)
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
for lioms, marker in ((3, "s"), (5, "o")):
    mean, error = [], []
    for alpha in alphas:
        sun = bl.QuantumSun(lioms=lioms, alpha=alpha)
        spectra = [bl.levels(sun.sample(seed=1, realisation=r)).energies for r in range(16)]
        ratios = np.array([bl.mean_gap_ratio(levels) for levels in spectra])
        mean.append(ratios.mean())
        error.append(ratios.std(ddof=1) / np.sqrt(len(ratios)))
    axes.errorbar(alphas, mean, error, fmt=f"{marker}-", capsize=2, label=f"3 + {lioms} spins")
axes.axhline(0.5307, color="k", ls="--", label="GOE")
axes.axhline(0.3863, color="k", ls=":", label="Poisson")
axes.axvline(2**-0.5, color="0.7")
axes.set(xlabel=r"$\alpha$", ylabel="mean gap ratio")
axes.legend(frameon=False)
