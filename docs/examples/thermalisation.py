"""
ΔD against G
============

How much a spin coupled to a chain raises the log-IPR of an operator inside it: log 2 once
G = gρ√M is about 1, and the spin is part of the bath.
"""

import numpy as np
import pandas as pd

import bathlab as bl

bath, rows = bl.LocalChainBath(spins=7), []


def log_ipr(system):
    state = bl.eigenstate_near(system, energy=0.0)
    return bl.log_ipr(bl.spectral_measure(system, system.operator("probe"), state))


for r in range(24):
    grain = bath.sample(seed=1, realisation=r)
    alone = log_ipr(bl.couple(bath, bl.LiomChain(1, g1=0.0)).sample(1, r))
    for g in np.geomspace(0.01, 1, 7):
        gain = log_ipr(bl.couple(bath, bl.LiomChain(1, g1=float(g))).sample(1, r)) - alone
        row = {"g": g, "realisation": r, "G": grain.g_parameter(g=g, field=1.0), "gain": gain}
        rows.append(row | {"bath": "7-spin chain"})

means = bl.summarise(pd.DataFrame(rows), ["bath", "g"], ["G", "gain"])
axes = bl.plotting.curves(means, "G", "gain", by="bath", theory={"log 2": float(np.log(2))})
axes.set(xscale="log", xlabel=r"$G$", ylabel=r"$\Delta D$", ylim=(None, 0.9))
