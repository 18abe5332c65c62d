"""Random unitaries of spins, whose matrix elements know nothing of their levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import unitary_group

from bathlab.checks import as_integer, require_choice, settle
from bathlab.conventions import Array
from bathlab.operators.memory import require_memory
from bathlab.operators.spins import PAULI
from bathlab.operators.system import MatrixSystem
from bathlab.streams import stream

#: Levels on the circle, with the power beta of their repulsion, p_omega ~ |omega|^beta.
REPULSION = {"Poisson": 0, "COE": 1, "CUE": 2}


@dataclass(frozen=True)
class RandomUnitary:
    """A random unitary of L spins; :meth:`sample` draws one realisation.

    Its eigenvectors are Haar-random and independent of its levels: complex ones of the CUE and
    of independent phases, real ones of the COE. So the elements z_nm = <n|sigma_j|m> of sigma_j
    = sigma^z are those of 2P - 1, P a random projector on half of the space, with sum_m
    |z_nm|^2 = 1 as in a circuit, whatever the levels are.

    Parameters
    ----------
    sites
        L, at least 2; the dimension is n = 2^L.
    levels
        "Poisson" for n independent phases, uniform on the circle (beta = 0), "COE" for
        those of U^T U (beta = 1), "CUE" for those of U (beta = 2), U Haar-random.

    Raises
    ------
    ValueError
        If ``sites`` is below 2, or the levels are others.

    Examples
    --------
    >>> import bathlab as bl
    >>> for levels, ratio in (("Poisson", 0.39), ("COE", 0.53), ("CUE", 0.60)):
    ...     unitary = bl.model.RandomUnitary(sites=5, levels=levels)
    ...     spectra = [unitary.sample(1, realisation) for realisation in range(20)]
    ...     found = bl.mean_gap_ratio(spectra, periodic=True)
    ...     print(f"{levels:8}{found:.2f}, of large ones {ratio:.2f}")
    Poisson 0.39, of large ones 0.39
    COE     0.51, of large ones 0.53
    CUE     0.59, of large ones 0.60
    """

    sites: int
    levels: str

    def __post_init__(self) -> None:
        settle(self, sites=as_integer("sites", self.sites, 2))
        require_choice("levels", self.levels, tuple(REPULSION))

    @property
    def repulsion(self) -> int:
        """beta."""
        return REPULSION[self.levels]

    def sample(self, seed: int, realisation: int = 0) -> SpinUnitary:
        """The unitary of one realisation; the same arguments give the same bits.

        Raises
        ------
        ValueError
            If it does not fit.
        """
        needed = 5 * 16 * 4.0 ** min(self.sites, 450)
        require_memory(needed, f"A unitary of {self.sites} spins", "Take fewer sites.")
        generator = stream(seed, realisation, "random unitary", self.repulsion)
        haar = unitary_group.rvs(2**self.sites, random_state=generator)
        if self.levels == "COE":
            haar = haar.T @ haar
        elif self.levels == "Poisson":
            phases = np.exp(1j * generator.uniform(-np.pi, np.pi, len(haar)))
            haar = (haar * phases) @ haar.conj().T
        return SpinUnitary(haar, (2,) * self.sites, kind="unitary")


class SpinUnitary(MatrixSystem):
    """A unitary matrix of spins, with sigma^z as the local operator of each site."""

    @property
    def sites(self) -> int:
        """L."""
        return len(self.dims)

    def pauli(self, site: int) -> Array:
        """sigma_j on its own site, shape (2, 2): sigma^z, for j from 1 to L."""
        as_integer("site", site, 1, self.sites)
        return np.asarray(PAULI["z"], dtype=np.complex128)
