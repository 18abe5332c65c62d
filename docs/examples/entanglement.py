"""
Entanglement along a row of LIOMs
=================================

The entropy of each LIOM with the rest, in an eigenstate in the middle of the spectrum: log 2
where the grain has thermalised it.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

grain = bl.RandomMatrixBath(spins=3, bandwidth=4.2)
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
for alpha, marker in ((0.9, "o"), (0.6, "s"), (0.35, "^")):
    model, entropies = bl.couple(grain, bl.LiomChain(6, g1=0.4, alpha=alpha)), []
    for realisation in range(12):
        system = model.sample(seed=1, realisation=realisation)
        state = bl.eigenstate_near(system, energy=0.0)
        sites = range(-6, 0)
        entropies.append([bl.entanglement_entropy(state, system.dims, s) for s in sites])
    error = np.std(entropies, axis=0, ddof=1) / np.sqrt(len(entropies))
    mean = np.mean(entropies, axis=0)
    axes.errorbar(range(1, 7), mean, error, fmt=f"{marker}-", label=rf"$\alpha$ = {alpha}")
axes.axhline(np.log(2), color="k", ls="--", label="log 2")
axes.set(xlabel="LIOM", ylabel="entropy (nats)", ylim=(0, 0.75))
axes.legend(frameon=False)
