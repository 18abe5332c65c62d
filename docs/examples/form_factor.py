"""
Form factor of random matrices
==============================

K(τ) of unfolded levels, a mean over 40 matrices of the GOE, beside its law: a ramp up to the
Heisenberg time τ = 1, and 1 beyond.
"""

import numpy as np
import pandas as pd

import bathlab as bl

times = np.concatenate([[0.0], np.geomspace(0.05, 3, 40)])
bath = bl.RandomMatrixBath(spins=7, bandwidth=4)
spectra = [bl.levels(bath.sample(seed=1, realisation=r)).energies for r in range(40)]
K = bl.analysis.mean_form_factor([bl.spectral_form_factor(e, times) for e in spectra])

points = pd.DataFrame({"tau": times[1:], "K": K[1:], "of": "40 matrices of 128 levels"})
theory = {"GOE": bl.analysis.random_form_factor}
axes = bl.plotting.collapse(points, "tau", "K", by="of", theory=theory)  # one curve, unjoined
axes.set(xscale="log", yscale="log", xlabel=r"$\tau$", ylabel=r"$K(\tau)$")
