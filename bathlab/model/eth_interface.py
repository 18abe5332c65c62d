"""A drawn bath seen through the ETH: what an analyser may ask of it, whatever the bath is."""

from __future__ import annotations

from typing import Any

import numpy as np

from bathlab.analysis.eth import ElementRows, matrix_elements, structure_factor
from bathlab.analysis.flips import g_parameter, product_state_near
from bathlab.analysis.levels import density_of_states
from bathlab.conventions import Array, RealArray
from bathlab.model.sector_coupling import SpinOnSector, sector_g
from bathlab.operators.door import as_system
from bathlab.operators.eigensystem import Eigensystem
from bathlab.operators.hermitian import Matrix, adjoint, require_dimension, to_dense
from bathlab.operators.sectors import HasSectors, warn_of_sectors
from bathlab.operators.system import SystemView
from bathlab.spectrum.dense import diagonalise_hermitian, require_dense_fits
from bathlab.spectrum.targets import target_energy

#: What is wrong with G of all levels as of one sector, and what to do.
G_OF_SECTORS = (
    "G counts the levels of all, also those that the contact does not reach",
    'Pass sector="each", or the number of one of grain.sectors().',
)


class EthInterface(HasSectors, SystemView):
    """A bath with a contact and a probe, and its ETH data (De Roeck & Huveneers, eq. 1).

    Everything spectral comes from one full diagonalisation, done when first asked for.
    """

    @property
    def hamiltonian(self) -> Array:
        """H_B, (dim, dim) ndarray."""
        require_dense_fits(self.system)
        return np.array(to_dense(self.system.matrix()))  # the caller's own

    @property
    def contact(self) -> Array:
        """V, the operator the LIOMs touch, (dim, dim) ndarray."""
        require_dense_fits(self.system)
        return to_dense(self.operator("contact"))

    @property
    def probe(self) -> Array:
        """O_B, the operator whose participation is watched, (dim, dim) ndarray."""
        require_dense_fits(self.system)
        return to_dense(self.operator("probe"))

    @property
    def eigensystem(self) -> Eigensystem:
        """All levels and eigenvectors; solved when first asked for.

        Raises
        ------
        ValueError
            If the dense form does not fit; the message names the sparse path.
        """
        return diagonalise_hermitian(self.system)

    @property
    def energies(self) -> RealArray:
        """Levels E_b, ascending, shape (dim,)."""
        return self.eigensystem.energies

    def matrix_elements(self, which: Any) -> Array:
        """<b|O|b'> in the basis of the levels, shape (dim, dim).

        ``which`` is "contact", "probe", the number of a LIOM of the bath, or any Hermitian
        operator on it, as ``grain.site_operator(2, "z")``.
        """
        return matrix_elements(self.eigensystem.vectors, self._observable(which))

    def element_rows(self, which: Any) -> ElementRows:
        """The same, of which only the rows that are asked for are formed."""
        return ElementRows(self.eigensystem.vectors, self._observable(which))

    def _observable(self, which: Any) -> Matrix:
        if isinstance(which, (str, int)):
            return self.operator(which)
        if isinstance(which, np.integer):
            return self.operator(int(which))
        observable = as_system(which, "operator")
        require_dimension(observable, self.dimension, "operator")
        return observable.matrix()

    def density_of_states(self, energy: float | str = 0.0, window: float = 1.0) -> float:
        """Levels per unit energy in a window of full width ``window`` about ``energy``, a
        number or a name as :func:`bathlab.spectrum.target_energy` has it."""
        return density_of_states(self.energies, target_energy(self.eigensystem, energy), window)

    def structure_factor(
        self,
        which: Any,
        edges: Any,
        energy: float | str = 0.0,
        window: float = 1.0,
        other: Any = None,
    ) -> RealArray:
        """v(omega) of an operator on bins, or with ``other`` the cross structure factor of two;
        see :func:`bathlab.analysis.structure_factor`, and :meth:`matrix_elements` for what an
        operator may be, and :func:`bathlab.spectrum.target_energy` for ``energy``."""
        target = target_energy(self.eigensystem, energy)
        second = None if other is None else self.element_rows(other)
        return structure_factor(
            self.energies, self.element_rows(which), edges, target, window, second
        )

    def g_parameter(
        self,
        g: float,
        field: float = 1.0,
        window: float = 1.0,
        estimator: str = "counted",
        moment: float = 2.0,
        sector: int | str | None = None,
    ) -> float:
        """G of a spin with coupling g and field, at E = 0.

        Arguments as of :func:`bathlab.analysis.g_parameter`, and

        Parameters
        ----------
        sector
            for a bath that conserves something. A number: the bath level b is the nearest
            in that one of :meth:`sectors`, and rho and M are over the levels that the contact
            reaches from there; 0 where it reaches none. "each": the mean of that over all
            sectors, weighted by their levels within window/2 of E = 0. None: all levels as of
            one sector, with a :class:`~bathlab.errors.SeveralSectors` warning if there are
            more, since G is then 1/sqrt(f) too large, f the share of levels that are reached.

        Raises
        ------
        ValueError
            As :func:`bathlab.analysis.g_parameter`, and for a sector that is not there.
        """
        if sector is not None:
            spin = SpinOnSector(g, field, window, estimator, moment)
            return sector_g(self.sectors(), self.operator("contact"), sector, spin)
        warn_of_sectors(self.system, *G_OF_SECTORS)
        energies, vectors = self.eigensystem.energies, self.eigensystem.vectors
        product = product_state_near(energies, field)
        image = self.operator("contact") @ vectors[:, product.level]
        weights = np.abs(adjoint(vectors) @ image) ** 2
        return g_parameter(energies, weights, product, g, field, window, estimator, moment)
