"""How drawn LIOMs touch the matrices of a bath: H_SB = sum_k B_k (x) S_k."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any, Sequence

import numpy as np
from scipy import sparse

from bathlab.checks import refusal
from bathlab.conventions import SIGMA_X, SIGMA_Z, RealArray
from bathlab.model.drawn_lioms import Lioms
from bathlab.model.liom_terms import spins_of
from bathlab.model.matrices import BathMatrices
from bathlab.operators.blocks import Labels, coupled_count, joint_count
from bathlab.operators.hermitian import Matrix
from bathlab.operators.spins import site_operator, spin_operator


@dataclass(frozen=True, eq=False)
class Coupler:
    """One operator of the bath with what it is coupled to: B (x) sum_i c_i tau_i.

    Attributes
    ----------
    site
        the spin of the bath that B acts on; None for its contact. A LIOM at several spins is
        in the couplers of each.
    axis
        "x" for flips tau^x_i of the LIOMs, "z" for tau^z_i.
    bath
        B, (rows, rows).
    strengths
        (n,) c_i, 0 for LIOMs that touch something else.
    lioms
        sum_i c_i tau_i, (2^n, 2^n) CSR.
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

    A site whose sigma^x is the contact of the bath is taken for that.

    Raises
    ------
    ValueError
        If a site is no spin of the bath, or LIOMs interact with some that are not there.
    """
    touching = [spins_of(site) for site in lioms.sites or ()]
    require_spins(touching, bath.dims)
    if lioms.nearer:
        raise refusal(
            "lioms",
            f"{lioms.count} that interact with {lioms.nearer} nearer to the grain",
            "these as well",
            "Attach them to the grain that holds the LIOMs before them, or give interactions "
            "of shape (n, n).",
        )
    if not lioms.count:
        return ()
    if lioms.sites is None:
        return (_coupler(None, "x", bath.contact, lioms.couplings),)
    touched, along = _touched(bath, touching), lioms.bath_interactions
    found = [
        _coupler(site, "x", matrix, _where(places, lioms.couplings))
        for site, (matrix, places) in touched.items()
    ]
    for site in dict.fromkeys(chain.from_iterable(touching)):
        if site is None or along is None:
            continue
        strengths = _where([site in spins for spins in touching], along)
        if strengths.any():
            matrix = site_operator("z", site, bath.dims)
            found.append(_coupler(site, "z", matrix, strengths))
    return tuple(found)


def _touched(
    bath: BathMatrices, sites: Sequence[tuple[int | None, ...]]
) -> dict[int | None, tuple[Matrix, list[bool]]]:
    """Each contact, in the order of the LIOMs, and which of them touch it."""
    operators: dict[int | None, Matrix] = {None: bath.contact}
    names: dict[int | None, int | None] = {None: None}
    for site in chain.from_iterable(sites):
        if site not in names and site is not None:
            flip = site_operator("x", site, bath.dims)
            names[site] = site if abs(flip - bath.contact).max() > 0 else None
            operators.setdefault(names[site], flip)
    own = [[names[site] for site in spins] for spins in sites]
    return {
        name: (operators[name], [name in each for each in own])
        for name in dict.fromkeys(chain.from_iterable(own))
    }


def _where(places: Sequence[bool], strengths: RealArray) -> RealArray:
    found: RealArray = np.where(places, strengths, 0.0)
    return found


def flip_sectors(labels: Labels, couplers: Sequence[Coupler]) -> int:
    """How many blocks H has by what H_B and the flips join; zz terms are diagonal.

    ``labels`` : (rows,) block of H_B of each state.
    """
    flips = [(each.bath, each.strengths) for each in couplers if each.axis == "x"]
    if not flips:
        return int(labels.max()) + 1
    return coupled_count(labels, *flips[0]) if len(flips) == 1 else joint_count(labels, flips)


def require_spins(touching: Sequence[tuple[int | None, ...]], dims: tuple[int, ...]) -> None:
    """Raise ValueError unless each site that a LIOM touches is a factor of dimension 2."""
    for liom, site in ((liom, site) for liom, spins in enumerate(touching) for site in spins):
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
