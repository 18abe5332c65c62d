"""
S(ω) of the resonance model
===========================

The spectral function of a probe spin in a chain, in the closed form of Crowley & Chandran: a
power of its phase at small frequencies, that of the transition at large ones.
"""

import matplotlib.pyplot as plt
import numpy as np

import bathlab as bl

omega = np.geomspace(1e-12, 0.99, 200)
fig, axes = plt.subplots(figsize=(5, 3.4), layout="constrained")
for xi, name, style in ((3, "3", "-"), (np.inf, "∞", "--"), (-10, "−10", ":")):
    model = bl.resonance_model.Floquet(xi=xi, lam=20)
    axes.loglog(omega, omega * model.spectral(omega), style, label=rf"$\xi$ = {name}")
axes.set(xlabel=r"$\omega/J$", ylabel=r"$\omega\, S(\omega)$")
axes.legend(frameon=False)
