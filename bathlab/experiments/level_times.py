"""The spectral form factor of one chain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.spectral_correlations import spectral_form_factor
from bathlab.checks import require_kind
from bathlab.conventions import Row
from bathlab.experiments.chain_sites import ChainTimes
from bathlab.operators.hermitian import to_dense


@dataclass(frozen=True)
class LevelTimes(ChainTimes):
    """The levels of a chain, and times tau > 0 in units of t_H, ascending.

    Raises
    ------
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> spec = bl.experiments.LevelTimes(bl.SpinChain(10, disorder=1.0), times=(0.01, 1.0))
    >>> [row] = bl.experiments.chain_rows(spec, seed=1, realisation=0)
    >>> print(f"{row['gap_ratio']:.2f}")
    0.55
    >>> sizes = [abs(complex(*pair)) for pair in zip(row["real"], row["imaginary"])]
    >>> print([f"{size / sizes[0]:.3f}" for size in sizes])  # the form factor's sum falls
    ['1.000', '0.083', '0.051']
    """


def level_rows(spec: LevelTimes, seed: int, realisation: int) -> list[Row]:
    """One row: ``real`` and ``imaginary``, the sums of the form factor at tau = 0 and the
    times; ``weight``, to which their square goes; ``density``, levels per energy in the middle
    half of the spectrum; ``gap_ratio``.

    Raises
    ------
    ValueError
        If it is no such spec, or the matrix does not fit.
    """
    require_kind("spec", spec, LevelTimes, "Make one with bathlab.experiments.")
    H = to_dense(spec.sample(seed, realisation).matrix())
    energies = np.linalg.eigvalsh(H)
    found = spectral_form_factor(energies, (0.0, *spec.times))
    quarter = len(energies) // 4
    middle = energies[quarter : len(energies) - quarter]
    return [
        {
            "real": found.sums.real,
            "imaginary": found.sums.imag,
            "weight": found.weight,
            "density": (len(middle) - 1) / float(middle[-1] - middle[0]),
            "gap_ratio": mean_gap_ratio(energies),
        }
    ]
