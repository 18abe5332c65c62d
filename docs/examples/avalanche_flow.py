"""
The mean-field avalanche
========================

1/ζ_k − log 2 as thermal spots of k bonds are put in, on both sides of the critical density of
resonances: it stays positive in a localised chain.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

K = 1.0
critical = bl.avalanche.critical_epsilon(K)
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
for factor, style in ((0.9, "-"), (0.999, "--"), (1.001, "-."), (1.05, ":")):
    flow = bl.avalanche.flow(factor * critical, K)
    orders = range(1, len(flow.excess) + 1)
    label = rf"{factor} $\epsilon_c$: {flow.verdict}"
    axes.plot(orders, flow.excess * np.log(2), style, label=label)
axes.axhline(0, color="k", lw=0.6)
axes.set(xlabel=r"$k$", ylabel=r"$1/\zeta_k - \log 2$", xlim=(1, 30))
axes.legend(frameon=False)
