"""
Autocorrelation of a LIOM
=========================

⟨τ(t)τ⟩ of the first LIOM at a grain, exact at all times from one spectral measure: it decays
and settles where the eigenstate keeps its memory.
"""

import numpy as np
import pandas as pd
import scipy.sparse as sp

import bathlab as bl

times, rows = np.geomspace(0.3, 3e3, 80), []
for g1 in (0.05, 0.15, 0.4):
    model = bl.couple(bl.RandomMatrixBath(6, 4.2), bl.LiomChain(1, g1=g1))
    for realisation in range(12):
        system = model.sample(seed=1, realisation=realisation)
        state = bl.eigenstate_near(system, energy=0.0)
        tau = sp.kron(sp.eye_array(system.dimension // 2), sp.diags_array([1.0, -1.0]))
        measure = bl.spectral_measure(system, tau.tocsr(), state)
        C = measure.autocorrelation(times).real
        rows.append({"g": f"g = {g1}", "realisation": realisation, "t": times, "C": C})

means = bl.statistics.summarise_curves(pd.DataFrame(rows), ["g"], "t", ["C"])
axes = bl.plotting.structure_factors(means, "t", "C", by="g")
axes.set(xscale="log", xlabel=r"$t$", ylabel=r"$\langle\tau^z(t)\tau^z\rangle$")
