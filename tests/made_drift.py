"""Rows as those of drift_rows that follow the theory with a given a, or depart from it."""

import math

import numpy as np
import pandas as pd

from bathlab.experiments.drift import (
    ANGLES,
    CURVATURES,
    ELEMENTS,
    FIDELITIES,
    FIELDS,
    FREQUENCIES,
    SPACINGS,
    TIMES,
)
from bathlab.experiments.resonant import SCALES
from bathlab.theory import spin_amplitude

PAIRS = 1e6


def power_counts(draw, edges, exponent, lower, upper, total=PAIRS):
    """Counts of a density x^exponent between two ends, with the noise of independent values."""
    ends = np.clip(edges, lower, upper) ** (exponent + 1)
    shares = np.abs(np.diff(ends) / (upper ** (exponent + 1) - lower ** (exponent + 1)))
    return draw.poisson(total * shares).astype(float)


def element_counts(draw, amplitude, sites):
    """Z of the two-level law above 1e-4, of so many pairs."""
    s = np.sqrt(1 / np.clip(ELEMENTS, 1e-4, 1.0) - 1)
    return draw.poisson(-2 * PAIRS * amplitude * 2.0**-sites * np.diff(s)).astype(float)


def made_row(draw, coupling, sites, a, wrong):
    """One row; ``wrong`` names what is not as theory has it."""
    e, kinds = 2 * math.pi * coupling, sites // 2 + 2
    scales, elements = np.zeros((kinds, len(SCALES) - 1)), np.zeros((kinds, len(ELEMENTS) - 1))
    pairs = np.zeros(kinds)
    low = e * 1e-4
    scales[0] = power_counts(draw, SCALES, -1 - a, low, e)
    slow = 0.5 if "ranges" in wrong else 1.0
    for d in range(kinds - 1):
        median = e / 2 * 4.0 ** (-slow * d / a)
        scales[d + 1, np.searchsorted(SCALES, median) - 1] = pairs[d + 1] = 4.0**d
    size = spin_amplitude(a) * (2.0 if "amplitude" in wrong else 1.0)
    elements[0] = element_counts(draw, size, sites)
    b = 0.0 if "exponents" in wrong else a
    omega = np.sqrt(FREQUENCIES[:-1] * FREQUENCIES[1:])
    weights = {
        name: np.where(omega < e, omega**-p, 0) * np.diff(FREQUENCIES)
        for name, p in (("weights", b), ("weights_moved", 0.0))
    }
    h = draw.uniform(0, 2 * math.pi, 400 * sites)
    keep = draw.uniform(size=len(h)) < (0.5 if "fields" in wrong else np.sin(h / 2) ** 2)
    theta = draw.uniform(-math.pi, math.pi, 2**sites)
    if "phases" in wrong:
        theta += 0.3 * np.sin(theta)
    near = np.diff(SPACINGS) * 2.0 ** (1 - sites) * PAIRS / sites
    near[SPACINGS[1:] < 0.2] *= 1.0 if "spacings" in wrong else 1 - 3 * coupling
    thermal = 0.386 if "levels" in wrong else 0.5996
    chi, kappa = -(3 - b) / 2, -(2 - b)
    return {
        "coupling": coupling,
        "sites": sites,
        "fidelities": power_counts(draw, FIDELITIES, chi, e**-2, 1e12),
        "fidelities_moved": power_counts(draw, FIDELITIES, -1.5, e**-2, 1e12),
        "curvatures": power_counts(draw, CURVATURES, kappa, 1 / e, 1e6),
        "curvatures_moved": power_counts(draw, CURVATURES, -2.0, 1 / e, 1e6),
        **{name: value * draw.uniform(0.5, 1.5, len(value)) for name, value in weights.items()},
        "range_scales": scales.ravel(),
        "range_elements": elements.ravel(),
        "range_pairs": pairs,
        "range_weight": pairs * 4.0 ** -np.arange(-1, kinds - 1),
        "states": PAIRS,
        "pairs": PAIRS,
        "correlation": np.exp(-TIMES * e) + 0.5,
        "plateau": 0.5,
        "depolarisation": 1.5 * math.pi * coupling * (1 + 0.05 * draw.normal()),
        "largest": e * (2.0 if "edge" in wrong else 1.0) * (1 + 0.02 * draw.normal()),
        "spacings": draw.poisson(near).astype(float),
        "phases": np.histogram((theta + math.pi) % (2 * math.pi) - math.pi, ANGLES)[0] * 1.0,
        "fields": np.histogram(h[keep], FIELDS)[0] * 1.0,
        "gap_ratio": (thermal if coupling > 0.1 else 0.3863) + 0.01 * draw.normal(),
        "residual": 1e-15,
    }


def made(couplings, sites, a, realisations=30, wrong=(), seed=3):
    """A table of such rows; ``a`` of J."""
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        [
            made_row(draw, J, L, a(J), wrong) | {"realisation": r}
            for J in couplings
            for L in sites
            for r in range(realisations)
        ]
    )
