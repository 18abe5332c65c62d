"""How drawn LIOMs touch the matrices of a bath: H_SB = sum_k B_k (x) S_k."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np
from scipy import sparse

from bathlab.checks import refusal
from bathlab.conventions import SIGMA_X, SIGMA_Z, RealArray
from bathlab.model.drawn_lioms import Lioms
from bathlab.model.matrices import BathMatrices
from bathlab.operators.blocks import Labels, coupled_count, joint_count
from bathlab.operators.hermitian import Matrix
from bathlab.operators.spins import site_operator, spin_operator


@dataclass(frozen=True, eq=False)
class Coupler:
    """One operator of the bath with what it is coupled to: B (x) sum_i c_i tau_i.

    Attributes
    ----------
    site : the spin of the bath that B acts on; None for its contact.
    axis : "x" for flips tau^x_i of the LIOMs, "z" for tau^z_i.
    bath : B, (rows, rows).
    strengths : (n,) c_i, 0 for LIOMs that touch something else.
    lioms : sum_i c_i tau_i, (2^n, 2^n) CSR.
    """

    site: int | None
    axis: str
    bath: Matrix
    strengths: RealArray
    lioms: sparse.csr_array

    @property
    def square(self) -> float:
        """tr (B (x) S)^2 over tr 1 of the LIOMs."""
        return float(self.strengths @ self.strengths * (abs(self.bath) ** 2).sum())


def couplers_of(bath: BathMatrices, lioms: Lioms) -> tuple[Coupler, ...]:
    """The flips, contact by contact, then the zz terms. No LIOMs, no coupler.

    Raises
    ------
    ValueError
        If a site is no spin of the bath.
    """
    if not lioms.count:
        return ()
    if lioms.sites is None:
        return (_coupler(None, "x", bath.contact, lioms.couplings),)
    require_spins(lioms.sites, bath.dims)
    found = []
    along = (
        np.zeros(lioms.count) if lioms.bath_interactions is None else lioms.bath_interactions
    )
    for axis, strengths in (("x", lioms.couplings), ("z", along)):
        for site in dict.fromkeys(lioms.sites):
            here = np.where([at == site for at in lioms.sites], strengths, 0.0)
            if axis == "x" or here.any():
                matrix = bath.contact if site is None else site_operator(axis, site, bath.dims)
                found.append(_coupler(site, axis, matrix, here))
    return tuple(found)


def flip_sectors(labels: Labels, couplers: Sequence[Coupler]) -> int:
    """How many blocks H has by what H_B and the flips join; zz terms are diagonal.

    ``labels`` : (rows,) block of H_B of each state.
    """
    flips = [(each.bath, each.strengths) for each in couplers if each.axis == "x"]
    if not flips:
        return int(labels.max()) + 1
    return coupled_count(labels, *flips[0]) if len(flips) == 1 else joint_count(labels, flips)


def require_spins(sites: Sequence[int | None], dims: tuple[int, ...]) -> None:
    """Raise ValueError unless each site is a factor of dimension 2."""
    for liom, site in enumerate(sites):
        if site is None or site < len(dims) and dims[site] == 2:
            continue
        spins = [place for place, size in enumerate(dims) if size == 2]
        raise refusal(
            "sites",
            f"{site} for LIOM {liom + 1}",
            f"one of the spins {spins} of the bath"
            if spins
            else "a bath that is made of spins",
            f"The factors of the bath have the dimensions {dims}; a bath given as a Qobj, or "
            "as BathMatrices with dims, has those of its spins. None means its contact.",
        )


def _coupler(site: int | None, axis: str, matrix: Any, strengths: RealArray) -> Coupler:
    pauli = SIGMA_X if axis == "x" else SIGMA_Z
    count = len(strengths)
    terms = (strength * spin_operator(pauli, i, count) for i, strength in enumerate(strengths))
    lioms = sum(terms, start=sparse.csr_array((2**count,) * 2))
    return Coupler(site, axis, matrix, strengths, lioms)
