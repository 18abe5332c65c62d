"""
Form factor of random matrices
==============================

K(τ) of unfolded levels, a mean over 40 matrices of the GOE, beside its law: a ramp up to the
Heisenberg time τ = 1, and 1 beyond.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

times = np.concatenate([[0.0], np.geomspace(0.05, 3, 40)])
bath = bl.RandomMatrixBath(spins=7, bandwidth=4)
spectra = [bl.levels(bath.sample(seed=1, realisation=r)).energies for r in range(40)]
K = bl.analysis.mean_form_factor([bl.spectral_form_factor(e, times) for e in spectra])

fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
axes.loglog(times[1:], K[1:], "o", ms=4, label="40 matrices of 128 levels")
axes.loglog(times[1:], bl.analysis.random_form_factor(times[1:]), "k--", label="GOE")
axes.set(xlabel=r"$\tau$", ylabel=r"$K(\tau)$")
axes.legend(frameon=False)
