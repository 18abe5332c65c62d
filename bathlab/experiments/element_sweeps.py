"""What a spin's flip sees of a bath, moment by moment, and how well the bath thermalises it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from bathlab.analysis.levels import mean_gap_ratio, smooth_density_of_states
from bathlab.analysis.moments import element_moments
from bathlab.checks import as_real, require_kind, settle
from bathlab.conventions import Row
from bathlab.errors import SeveralSectors
from bathlab.experiments.comparison import by_sector, middle
from bathlab.experiments.thermalisation import Sweep, swept_row


@dataclass(frozen=True)
class ElementSweep:
    """One bath, the spin it drives, and the window in which the elements are looked at.

    Attributes
    ----------
    sweep
        bath and spin.
    window
        full width of the windows of energy and of frequency, in units of the field.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(6, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.3,), field=0.5, disorder=0.1, states=1)
    >>> spec = bl.experiments.ElementSweep(sweep, window=1.0)
    >>> [row] = bl.experiments.element_sweep_rows(spec, seed=1, realisation=0)
    >>> # Of Gaussian elements 0.80, and 0.53 for the geometric mean.
    >>> print(f"{row['mean'] / row['rms']:.2f}, {row['typical'] / row['rms']:.2f}")
    0.80, 0.53
    """

    sweep: Sweep
    window: float

    def __post_init__(self) -> None:
        require_kind("sweep", self.sweep, Sweep, "Make one with bathlab.experiments.Sweep.")
        settle(self, window=as_real("window", self.window, above=0))


def element_sweep_rows(elements: ElementSweep, seed: int, realisation: int) -> list[Row]:
    """One realisation in one row: moments of the contact, and Delta D over the couplings.

    Returns
    -------
    list of dict
        Columns: bath, dimension, gap_ratio of the middle half of each sector, rho smoothed at E
        = 0; those of :class:`bathlab.analysis.ElementMoments` of the contact at E = 0 and twice
        the field that was drawn; then those of ``swept_row``, arrays over g.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath = bl.RandomMatrixBath(6, bandwidth=4.0)
    >>> sweep = bl.experiments.Sweep("GOE", bath, (0.02, 0.3), 0.5, disorder=0.1, states=1)
    >>> spec = bl.experiments.ElementSweep(sweep, window=1.0)
    >>> [row] = bl.experiments.element_sweep_rows(spec, seed=1, realisation=0)
    >>> print(row["G"].round(2), row["delta_log_ipr"].round(2))  # arrays over g
    [0.04 0.65] [0.19 0.64]
    """
    require_kind("elements", elements, ElementSweep, "Make one with bathlab.experiments.")
    sweep = elements.sweep
    grain = sweep.bath.sample(seed, realisation)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SeveralSectors)  # the moments are of all pairs
        swept = swept_row(sweep, grain)
    energies, contact = grain.energies, grain.element_rows("contact")
    frequency = 2 * swept["spin_field"]
    moments = element_moments(energies, contact, frequency, 0.0, elements.window)
    return [
        {
            "bath": sweep.label,
            "dimension": grain.dimension,
            "gap_ratio": mean_gap_ratio([middle(levels) for levels in by_sector(grain)]),
            "rho": smooth_density_of_states(energies, 0.0, elements.window),
            **vars(moments),
            **swept,
        }
    ]
