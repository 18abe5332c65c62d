"""Rows of polarisations whose counts follow given densities, with little noise."""

import numpy as np
import pandas as pd

from bathlab.experiments.polarised import POWERS, SQUARES

CENTRES = np.sqrt(SQUARES[:-1] * SQUARES[1:])
WIDTHS = np.diff(SQUARES)


def power_counts(exponent, lower=1e-30, upper=1.0):
    """The integral of x^exponent over each bin between two of their edges."""
    inside = (SQUARES[:-1] > 0.99 * lower) & (SQUARES[1:] < 1.01 * upper)
    n = exponent + 1
    return np.where(inside, (SQUARES[1:] ** n - SQUARES[:-1] ** n) / n, 0.0)


def rows(sites, coupling, squares, D, count=20, noise=0.02, **cells):
    """One table of one size and coupling.

    ``squares`` is (2, b), the integral of p_Z over each bin by class, ``D`` (b,) that of p_D;
    other columns are those given, or those of a circuit with R^2 near 0 or 1.
    """
    draw = np.random.default_rng([sites, int(1e6 * coupling)])
    states = sites * 2.0**sites
    pairs = states * (2**sites - 1) / 2
    usual = {
        "pairs": pairs * np.array([0.5, 0.5]),
        "squares": pairs * np.ravel(squares),
        "squares_moved": pairs * np.ravel(squares),
        "depolarisations": states * D,
        "depolarisations_moved": states * D,
        "remainders": np.concatenate([pairs * np.histogram([x], SQUARES)[0] / 2 for x in
                                      (1.1 * coupling**2, 1.1 * coupling)]),
        "remainder_sums": pairs * np.array([0.5, 0.5]) * coupling,
        "invariants": pairs * np.repeat([0.5, 0.0, 0.5], [1, 48, 1]),
        "large": states * np.array([0.9, 0.1, 0.0, 0.0]),
        "lost": states * np.array([0.1, 0.095, 0.099]),
        "lost_moved": states * np.array([0.1, 0.08, 0.09]),
        "participation": 1.0 / POWERS,
        "largest": np.array([coupling**2, 0.99]),
    }  # fmt: skip
    numbers = {"depolarisation": 1.5 * np.pi * coupling, "partners": 0.05 * sites}
    found = []
    for realisation in range(count):
        row = {"sites": sites, "coupling": coupling, "realisation": realisation}
        # One circuit has more of everything than another, and each entry its own noise.
        for name, cell in (usual | numbers | cells).items():
            exact = np.asarray(cell, dtype=float)
            row[name] = (
                exact
                * (1 + noise * draw.normal())
                * (1 + noise * draw.normal(size=exact.shape))
            )
        row |= {"sum_rule": float(cells.get("sum_rule", 1e-14)), "residual": 1e-15}
        found.append(row)
    return pd.DataFrame(found)
