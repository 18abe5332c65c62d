"""
Entanglement along a row of LIOMs
=================================

The entropy of each LIOM with the rest, in an eigenstate in the middle of the spectrum: log 2
where the grain has thermalised it.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import bathlab as bl

plt.style.use("bathlab.plotting.bathlab")
grain, rows = bl.RandomMatrixBath(spins=3, bandwidth=4.2), []
for alpha in (0.9, 0.6, 0.35):
    model = bl.couple(grain, bl.LiomChain(6, g1=0.4, alpha=alpha))
    for realisation in range(12):
        system = model.sample(seed=1, realisation=realisation)
        state = bl.eigenstate_near(system, energy=0.0)
        for liom in range(1, 7):
            entropy = bl.entanglement_entropy(state, system.dims, liom - 7)
            row = {"alpha": rf"$\alpha$ = {alpha}", "liom": liom, "entropy": entropy}
            rows.append(row | {"realisation": realisation})

means = bl.summarise(pd.DataFrame(rows), ["alpha", "liom"], ["entropy"])
theory = {"log 2": float(np.log(2))}
axes = bl.plotting.curves(means, "liom", "entropy", by="alpha", theory=theory)
axes.set(xlabel="LIOM", ylabel="entropy (nats)", ylim=(0, 0.95))
axes.legend(loc="upper right", ncols=2)
