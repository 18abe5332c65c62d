"""
Gap ratio of a quantum sun
==========================

Levels of an ergodic system repel each other, with a mean ratio of neighbouring gaps of 0.531;
levels of a localised one do not, with 0.386. Couplings fall as α^j along the rays of the sun.
"""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import bathlab as bl

plt.style.use("bathlab.plotting.bathlab")
rows = []
for lioms in (3, 5):
    for alpha in np.linspace(0.4, 0.95, 7):
        sun = bl.QuantumSun(lioms=lioms, alpha=float(alpha))
        for r in range(16):
            ratio = bl.mean_gap_ratio(bl.levels(sun.sample(seed=1, realisation=r)).energies)
            row = {"sun": f"3 + {lioms} spins", "alpha": alpha, "realisation": r, "r": ratio}
            rows.append(row)

means = bl.summarise(pd.DataFrame(rows), ["sun", "alpha"], ["r"])
theory = {"GOE": 0.5307, "Poisson": 0.3863}
axes = bl.plotting.curves(means, "alpha", "r", by="sun", theory=theory)
bl.plotting.upright_line(axes, 2**-0.5, r"$1/\sqrt{2}$")
axes.set(xlabel=r"$\alpha$", ylabel="mean gap ratio")
axes.legend(loc="center right")
