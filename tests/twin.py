"""The slow twin of everything: numpy.kron, dense eigh, loops. Obviously right, never fast."""

from functools import reduce

import numpy as np
from scipy import sparse

import bathlab as bl
from bathlab.analysis import Resonances

X = np.array([[0.0, 1.0], [1.0, 0.0]])
Y = np.array([[0.0, -1.0j], [1.0j, 0.0]])
Z = np.diag([1.0, -1.0])
ONE = np.eye(2)


def site(pauli, index, spins):
    """``pauli`` on factor ``index`` (from 0, leftmost first) of ``spins`` spins."""
    factors = [ONE] * spins
    factors[index] = pauli
    return reduce(np.kron, factors, np.eye(1))


def pair(one, index, other, place, spins):
    """``one`` on factor ``index`` and ``other`` on another, ``place``."""
    factors = [ONE] * spins
    factors[index], factors[place] = one, other
    return reduce(np.kron, factors, np.eye(1))


def spin_matrix(letter, spin):
    """S^x, S^y, S^z, S^+ or S^- of one spin s, m descending."""
    levels = round(2 * spin) + 1
    m = spin - np.arange(levels)
    up = np.diag(np.sqrt(spin * (spin + 1) - m[1:] * (m[1:] + 1)), 1)
    return {"z": np.diag(m), "+": up, "-": up.T, "x": (up + up.T) / 2, "y": (up - up.T) / 2j}[
        letter
    ]


def spin_terms(terms, sites, spin):
    """sum of coefficient times spin operators at sites, in the full space, factor by factor."""
    total = 0
    for coefficient, letters, places in terms:
        product = np.eye(1)
        for site in range(sites):
            here = np.eye(round(2 * spin) + 1)
            if site in places:
                here = spin_matrix(letters[list(places).index(site)], spin)
            product = np.kron(product, here)
        total = total + coefficient * product
    return total


def chain(fields, transverse, coupling):
    """Eq. (24)."""
    spins = len(fields)
    H = sum(
        field * site(Z, i, spins) + transverse * site(X, i, spins)
        for i, field in enumerate(fields)
    )
    for i in range(spins - 1):
        H = H + coupling * pair(X, i, X, i + 1, spins)
    return H


def coupled(bath, contact, fields, couplings):
    """Eq. (15), bath first."""
    count = len(fields)
    H = np.kron(bath, np.eye(2**count))
    for i in range(count):
        H = H + fields[i] * np.kron(np.eye(len(bath)), site(Z, i, count))
        H = H + couplings[i] * np.kron(contact, site(X, i, count))
    return H


def touching(bath, contact, lioms, spins):
    """:class:`bathlab.model.Lioms` with sites and zz terms, at a bath of so many spins."""
    count, sites, along = lioms.count, lioms.sites, lioms.bath_interactions
    sites = [s if isinstance(s, tuple) else (s,) for s in sites or [None] * count]
    contacts = [sum(contact if s is None else site(X, s, spins) for s in at) for at in sites]
    H = np.kron(bath, np.eye(2**count))
    for i in range(count):
        z = site(Z, i, count)
        H = H + lioms.fields[i] * np.kron(np.eye(len(bath)), z)
        H = H + lioms.couplings[i] * np.kron(contacts[i], site(X, i, count))
        if along is not None and along[i]:
            H = H + along[i] * np.kron(sum(site(Z, s, spins) for s in sites[i]), z)
        for j in range(i) if lioms.interactions is not None else []:
            both = pair(Z, i, Z, j, count)
            H = H + lioms.interactions[i, j] * np.kron(np.eye(len(bath)), both)
    return H


def weights(H, operator, vector):
    """Levels and |<psi'|O|psi>|^2 by dense diagonalisation."""
    energies, vectors = np.linalg.eigh(H)
    return energies, np.abs(vectors.conj().T @ (operator @ vector)) ** 2


def participation(H, operator, energy=0.0):
    """D(O) in the eigenstate nearest to ``energy``."""
    energies, vectors = np.linalg.eigh(H)
    vector = vectors[:, np.argmin(np.abs(energies - energy))]
    return -np.log(np.sum(np.abs(vectors.conj().T @ operator @ vector) ** 4))


def line(bath, contact, fields, couplings):
    """Eq. (18), bath first."""
    count = len(fields)
    H = np.kron(bath, np.eye(2**count))
    for i in range(count):
        H = H + fields[i] * np.kron(np.eye(len(bath)), site(Z, i, count))
        flip = site(X, i, count)
        if i == 0:
            H = H + couplings[0] * np.kron(contact, flip)
        else:
            before = site(X, i - 1, count)
            H = H + couplings[i] * np.kron(np.eye(len(bath)), before @ flip)
    return H


def brickwork(u, v, coupling, swapped=False):
    """One period of the Floquet circuit, even bonds first; ``swapped``: odd bonds first."""
    sites = len(u)
    W = np.eye(2**sites, dtype=complex)
    for first in (1, 2) if swapped else (2, 1):
        for left in range(first - 1, sites, 2):
            right = (left + 1) % sites
            swap = sum(pair(P, left, P.conj().T, right, sites) for P in MATRIX_UNITS)
            angle = np.pi * coupling
            mixing = np.cos(angle) * np.eye(2**sites) + 1j * np.sin(angle) * swap
            turned = sparse.csr_array(pair(u[left], left, v[right], right, sites)) @ W
            W = sparse.csr_array(mixing) @ turned  # few of 2^sites entries in a row are there
    return W


#: |a><b| of one spin; the swap of two is the sum of each with its adjoint.
MATRIX_UNITS = [np.outer(a, b) for a in ONE for b in ONE]


def two_levels(gap, place):
    """A spin with an exact crossing at ``place`` in its field, ``gap`` wide."""
    sigma, x = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])
    turn = np.cos(gap / 2) * np.eye(2) + 1j * np.sin(gap / 2) * x
    shift = np.cos(place / 2) * np.eye(2) - 1j * np.sin(place / 2) * sigma
    found = bl.diagonalise(bl.operators.as_system(turn @ shift, kind="unitary"))
    z = found.vectors.conj().T @ sigma @ found.vectors
    return Resonances(found.quasienergies, z)
