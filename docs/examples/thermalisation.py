"""
ΔD against G
============

How much a spin coupled to a chain raises the log-IPR of an operator inside it: log 2 once
G = gρ√M is about 1, and the spin is part of the bath.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

bath, couplings, draws = bl.LocalChainBath(spins=7), np.geomspace(0.01, 1, 7), range(24)


def log_ipr(system):
    state = bl.eigenstate_near(system, energy=0.0)
    return bl.log_ipr(bl.spectral_measure(system, system.operator("probe"), state))


grains = [bath.sample(seed=1, realisation=r) for r in draws]
G = [np.mean([grain.g_parameter(g=g, field=1.0) for grain in grains]) for g in couplings]
models = [bl.couple(bath, bl.LiomChain(1, g1=g)) for g in [0.0, *couplings]]
D = np.array([[log_ipr(model.sample(1, r)) for r in draws] for model in models])
gain = D[1:] - D[0]

fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
error = gain.std(axis=1, ddof=1) / np.sqrt(len(draws))
axes.errorbar(G, gain.mean(axis=1), error, fmt="o", capsize=2, label="7-spin chain, 24 draws")
axes.axhline(np.log(2), color="k", ls="--", label="log 2")
axes.set(xscale="log", xlabel=r"$G$", ylabel=r"$\Delta D$")
axes.legend(frameon=False)
