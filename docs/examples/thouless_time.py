"""
Thouless time of a grain with LIOMs
===================================

When the form factor joins that of random matrices: the slower its last spin relaxes, the later.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

times = np.concatenate([[0.0], np.geomspace(1e-3, 2, 60)])
goe = bl.analysis.random_form_factor(times[1:])
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
for alpha, style in ((0.95, "-"), (0.8, "--")):
    sun = bl.QuantumSun(lioms=5, alpha=alpha)
    spectra = [bl.levels(sun.sample(seed=1, realisation=r)).energies for r in range(20)]
    K = bl.analysis.mean_form_factor([bl.spectral_form_factor(e, times) for e in spectra])
    # Neighbouring times scatter by as much as a mean of 20: five are taken together.
    smooth = np.exp(np.convolve(np.log(K[1:]), np.ones(5) / 5, "valid"))
    joined = bl.analysis.thouless_time(times[3:-2], smooth, criterion=0.2)
    axes.loglog(times[3:-2], smooth, style, label=rf"$\alpha$ = {alpha}: joins at {joined:.2g}")
axes.loglog(times[1:], goe, "k:", label="GOE")
axes.set(xlabel=r"$\tau$, in Heisenberg times", ylabel=r"$K(\tau)$")
axes.legend(frameon=False)
