"""
Thouless time of a grain with LIOMs
===================================

When the form factor joins that of random matrices: the slower its last spin relaxes, the later.
"""

import numpy as np
import pandas as pd

import bathlab as bl

times, rows = np.concatenate([[0.0], np.geomspace(1e-3, 2, 60)]), []
for alpha in (0.95, 0.8):
    sun = bl.QuantumSun(lioms=5, alpha=alpha)
    spectra = [bl.levels(sun.sample(seed=1, realisation=r)).energies for r in range(20)]
    K = bl.analysis.mean_form_factor([bl.spectral_form_factor(e, times) for e in spectra])
    # Neighbouring times scatter by as much as a mean of 20: five are taken together.
    smooth = np.exp(np.convolve(np.log(K[1:]), np.ones(5) / 5, "valid"))
    joined = bl.analysis.thouless_time(times[3:-2], smooth, criterion=0.2)
    name = rf"$\alpha$ = {alpha}: joins at {joined:.2g}"
    rows.append({"sun": name, "tau": times[3:-2], "K": smooth})

goe = {"GOE": bl.analysis.random_form_factor}
axes = bl.plotting.structure_factors(pd.DataFrame(rows), "tau", "K", by="sun", theory=goe)
axes.set(xscale="log", yscale="log", xlabel=r"$\tau$, in Heisenberg times", ylabel=r"$K(\tau)$")
