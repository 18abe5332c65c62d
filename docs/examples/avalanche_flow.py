"""
The mean-field avalanche
========================

1/ζ_k − log 2 as thermal spots of k bonds are put in, on both sides of the critical density of
resonances: it stays positive in a localised chain.
"""

import numpy as np
import pandas as pd

import bathlab as bl

K, curves = 1.0, []
for factor in (0.9, 0.999, 1.001, 1.05):
    flow = bl.avalanche.flow(factor * bl.avalanche.critical_epsilon(K), K)
    name = rf"{factor} $\epsilon_c$: {flow.verdict}"
    k = np.arange(1, len(flow.excess) + 1)
    curves.append({"density": name, "k": k, "excess": flow.excess * np.log(2)})

axes = bl.plotting.structure_factors(pd.DataFrame(curves), "k", "excess", by="density")
bl.plotting.reference_line(axes, 0.0, "")
axes.set(xlabel=r"$k$", ylabel=r"$1/\zeta_k - \log 2$", xlim=(1, 30))
