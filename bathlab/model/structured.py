"""Baths that disobey the ETH each in its own way: hierarchical, fractal, integrable.

Their ``bandwidth`` is 4 sqrt(<tr H^2>/n) for n levels, that of a semicircle with the same
second moment, exactly so on average over realisations: with one number each of them, and a
:class:`~bathlab.model.RandomMatrixBath`, is equally wide. Contact and probe are sigma^x of the
last and of the first spin (the same for one spin).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from bathlab.checks import as_integer, as_real, refusal, settle
from bathlab.conventions import SIGMA_X, SIGMA_Z, Array, RealArray
from bathlab.model.baths import CoreBath
from bathlab.model.matrices import BathMatrices
from bathlab.operators.hermitian import Matrix
from bathlab.operators.memory import require_memory
from bathlab.operators.spins import spin_operator
from bathlab.streams import goe, stream


@dataclass(frozen=True)
class UltrametricBath(CoreBath):
    """An ultrametric random matrix: a random core, and spins that see it ever more weakly.

    H = s (H_0 + sum_k alpha^k H_k), k = 1 to K = ``spins`` - ``core``. H_k is block diagonal
    with 2^(K-k) independent GOE blocks of dimension d_k = 2^(core+k), each with
    <tr H_k^2> = d_k: block k holds the last core + k spins, for every state of the others. Two
    states that first differ in the spin of level k are connected by elements of mean square
    s^2 sum_{j>=k} alpha^(2j)/(d_j + 1). For large K the levels are localised below
    alpha = 1/sqrt2 and extended above it; alpha = 1 still has blocks. s sets the bandwidth.

    Parameters
    ----------
    spins
        number of spins, >= 1.
    bandwidth
        see the module; s = bandwidth/(4 sqrt(sum_{k>=0} alpha^(2k))).
    alpha
        in (0, 1].
    core
        spins of the smallest block, from 1 to ``spins``; all of them make a GOE.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    Source: the ensemble of Fyodorov, Ossipov & Rodriguez, J. Stat. Mech. (2009) L12001, in the
    form of Suntajs, Hopjan, De Roeck & Vidmar, arXiv:2308.07431, but for the norm, which is
    stated above.

    Examples
    --------
    >>> import bathlab as bl
    >>> for alpha in (0.3, 0.7, 1.0):
    ...     bath = bl.model.UltrametricBath(spins=8, bandwidth=8.0, alpha=alpha)
    ...     vectors = bath.sample(seed=1).eigensystem.vectors
    ...     spread = (1 / (vectors**4).sum(axis=0)).mean()
    ...     print(f"alpha = {alpha}: a level is spread over {spread:.0f} of 256 states")
    alpha = 0.3: a level is spread over 7 of 256 states
    alpha = 0.7: a level is spread over 47 of 256 states
    alpha = 1.0: a level is spread over 77 of 256 states
    """

    spins: int
    bandwidth: float
    alpha: float = 0.75
    core: int = 3

    def __post_init__(self) -> None:
        spins = as_integer("spins", self.spins, 1)
        settle(
            self,
            spins=spins,
            bandwidth=as_real("bandwidth", self.bandwidth, above=0),
            alpha=as_real("alpha", self.alpha, above=0),
            core=as_integer("core", self.core, 1, spins),
        )
        if self.alpha > 1:
            raise refusal("alpha", f"{self.alpha:g}", "at most 1", "Choose a weaker coupling.")

    def draw(self, seed: int, realisation: int) -> BathMatrices:
        _require_full_fits(self.spins, "An ultrametric matrix")
        levels = self.spins - self.core
        square = sum(self.alpha ** (2 * k) for k in range(levels + 1))
        matrix = np.zeros((2**self.spins, 2**self.spins))
        for k in range(levels + 1):
            numbers = stream(seed, realisation, "ultrametric blocks", k)
            width = self.bandwidth * self.alpha**k / math.sqrt(square)
            size = 2 ** (self.core + k)
            for start in range(0, len(matrix), size):
                block = slice(start, start + size)
                matrix[block, block] += _unit_goe(size, numbers) * (width / 4)
        return _between_end_spins(matrix, self.spins)


@dataclass(frozen=True)
class RosenzweigPorterBath(CoreBath):
    """A Rosenzweig-Porter matrix: random energies joined by a weak GOE matrix.

    H = s (diag(a) + n^(-gamma/2) M) with n = 2^spins, a_i Gaussian of variance 1, and M of the
    GOE with <M_ij^2> = 1 off and 2 on the diagonal. For large n a level is extended over all
    states for gamma < 1, fractal, over n^(2-gamma) of them, for 1 < gamma < 2, and localised
    for gamma > 2. For gamma > 1 the levels are distributed as the a_i. s sets the bandwidth.

    Parameters
    ----------
    spins
        number of spins, >= 1; the a_i are energies of their product states.
    bandwidth
        see the module; s = bandwidth/(4 sqrt(1 + (n + 1) n^-gamma)).
    gamma
        at least 0.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    Source: Kravtsov, Khaymovich, Cuevas & Amini, New J. Phys. 17, 122002 (2015).

    Examples
    --------
    >>> import bathlab as bl
    >>> for gamma in (0.5, 1.5, 2.5):
    ...     bath = bl.model.RosenzweigPorterBath(spins=8, bandwidth=8.0, gamma=gamma)
    ...     vectors = bath.sample(seed=1).eigensystem.vectors
    ...     spread = (1 / (vectors**4).sum(axis=0)).mean()
    ...     print(f"gamma = {gamma}: a level is spread over {spread:.0f} of 256 states")
    gamma = 0.5: a level is spread over 83 of 256 states
    gamma = 1.5: a level is spread over 12 of 256 states
    gamma = 2.5: a level is spread over 1 of 256 states
    """

    spins: int
    bandwidth: float
    gamma: float = 1.5

    def __post_init__(self) -> None:
        settle(
            self,
            spins=as_integer("spins", self.spins, 1),
            bandwidth=as_real("bandwidth", self.bandwidth, above=0),
            gamma=as_real("gamma", self.gamma, minimum=0),
        )

    def draw(self, seed: int, realisation: int) -> BathMatrices:
        _require_full_fits(self.spins, "A Rosenzweig-Porter matrix")
        n = 2**self.spins
        energies = stream(seed, realisation, "Rosenzweig-Porter energies").standard_normal(n)
        numbers = stream(seed, realisation, "Rosenzweig-Porter elements")
        joined = math.sqrt((n + 1) * float(n) ** -self.gamma)
        matrix = joined * _unit_goe(n, numbers)
        matrix[np.diag_indices(n)] += energies
        return _between_end_spins(
            matrix * (self.bandwidth / 4 / math.hypot(1, joined)), self.spins
        )


@dataclass(frozen=True)
class IntegrableChainBath(CoreBath):
    """An open XXZ chain in boundary fields of any direction: interacting, and integrable.

    H = s (sum_i (sigma^x_i sigma^x_i+1 + sigma^y_i sigma^y_i+1 + Delta sigma^z_i sigma^z_i+1)
    + sum_{i = first, last} b (sin(t_i) sigma^x_i + cos(t_i) sigma^z_i)), the two angles t_i
    uniform on the circle in each realisation, which are all its disorder. A transfer matrix
    commutes with it at every angle, with n conserved charges; none is a spin's, so that H shows
    a single sector. Its levels are uncorrelated. s sets the bandwidth in every realisation.

    Parameters
    ----------
    spins
        number of spins, >= 2.
    bandwidth
        see the module; s = bandwidth/(4 sqrt((2 + Delta^2)(spins - 1) + 2 b^2)).
    anisotropy
        Delta. Where it is cos(pi p/q) of integers p, q the chain has more symmetry.
    boundary
        b, above 0; without it S^z is conserved.

    Raises
    ------
    ValueError
        If a number is out of range.

    Notes
    -----
    Source: Sklyanin, J. Phys. A 21, 2375 (1988); boundary fields of any direction, de Vega &
    Gonzalez-Ruiz, J. Phys. A 26, L519 (1993).

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.model.IntegrableChainBath(spins=8, bandwidth=8.0).sample(seed=1)
    >>> ratio = bl.mean_gap_ratio(grain.energies)
    >>> print(f"{len(grain.sectors())} sector, mean gap ratio {ratio:.2f}: uncorrelated levels")
    1 sector, mean gap ratio 0.40: uncorrelated levels
    >>> print(f"4 sqrt(tr H^2/n) = {4 * (grain.energies**2).mean() ** 0.5:.4f}")
    4 sqrt(tr H^2/n) = 8.0000
    """

    spins: int
    bandwidth: float
    anisotropy: float = 0.7
    boundary: float = 1.0

    def __post_init__(self) -> None:
        settle(
            self,
            spins=as_integer("spins", self.spins, 2),
            bandwidth=as_real("bandwidth", self.bandwidth, above=0),
            anisotropy=as_real("anisotropy", self.anisotropy),
            boundary=as_real("boundary", self.boundary, above=0),
        )

    def draw(self, seed: int, realisation: int) -> BathMatrices:
        spins = self.spins
        require_memory(  # some n entries a row, thrice while summing
            40.0 * spins * 2.0 ** min(spins, 900),
            f"A chain of {spins} spins",
            "Take a shorter chain.",
        )
        x = [spin_operator(SIGMA_X, site, spins) for site in range(spins)]
        z = [spin_operator(SIGMA_Z, site, spins) for site in range(spins)]
        matrix = sparse.csr_array((2**spins, 2**spins))
        for one in range(spins - 1):
            flips, alike = x[one] @ x[one + 1], z[one] @ z[one + 1]
            # sigma^y sigma^y = -(sigma^x sigma^x)(sigma^z sigma^z)
            matrix = matrix + flips - flips @ alike + self.anisotropy * alike
        for index, site in enumerate((0, spins - 1)):
            angle = stream(seed, realisation, "boundary fields", index).uniform(0, math.tau)
            field = math.sin(angle) * x[site] + math.cos(angle) * z[site]
            matrix = matrix + self.boundary * field
        bonds, fields = (2 + self.anisotropy**2) * (spins - 1), 2 * self.boundary**2
        scale = self.bandwidth / 4 / math.sqrt(bonds + fields)
        matrix = sparse.csr_array(matrix * scale)
        matrix.eliminate_zeros()
        return _between_end_spins(matrix, spins)


def _unit_goe(dimension: int, numbers: np.random.Generator) -> RealArray:
    """A GOE matrix with <tr H^2> = dimension, elements of mean square 1/(dimension + 1)."""
    return goe(dimension, 4.0, numbers) / math.sqrt(1 + 1 / dimension)


def _between_end_spins(matrix: Matrix | Array, spins: int) -> BathMatrices:
    contact, probe = (spin_operator(SIGMA_X, site, spins) for site in (spins - 1, 0))
    return BathMatrices(matrix, contact, probe, (2,) * spins)


def _require_full_fits(spins: int, words: str) -> None:
    require_memory(
        3 * 8 * 4.0 ** min(spins, 450),
        f"{words} on {spins} spins",
        "Take fewer spins and attach LIOMs to them, which are held sparse.",
    )
