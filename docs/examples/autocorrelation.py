"""
Autocorrelation of a LIOM
=========================

⟨τ(t)τ⟩ of the first LIOM at a grain, exact at all times from one spectral measure: it decays
and settles where the eigenstate keeps its memory.
"""

import matplotlib.pyplot as plt
import numpy as np
import scipy.sparse as sp

import bathlab as bl

times = np.geomspace(0.3, 3e3, 80)
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
for g1, style in ((0.05, ":"), (0.15, "--"), (0.4, "-")):
    model, curves = bl.couple(bl.RandomMatrixBath(6, 4.2), bl.LiomChain(1, g1=g1)), []
    for realisation in range(12):
        system = model.sample(seed=1, realisation=realisation)
        state = bl.eigenstate_near(system, energy=0.0)
        tau = sp.kron(sp.eye_array(system.dimension // 2), sp.diags_array([1.0, -1.0]))
        measure = bl.spectral_measure(system, tau.tocsr(), state)
        curves.append(measure.autocorrelation(times).real)
    axes.semilogx(times, np.mean(curves, axis=0), style, label=f"g = {g1}")
axes.set(xlabel=r"$t$", ylabel=r"$\langle\tau^z(t)\tau^z\rangle$")
axes.legend(frameon=False)
