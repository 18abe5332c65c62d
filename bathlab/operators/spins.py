"""Operators of single spins on the whole chain."""

from __future__ import annotations

from scipy import sparse

from bathlab.conventions import RealArray


def spin_operator(pauli: RealArray, site: int, spins: int) -> sparse.csr_array:
    """``pauli`` on ``site`` (0 is the leftmost factor) of ``spins`` spins, as CSR."""
    left = sparse.eye_array(2**site)
    right = sparse.eye_array(2 ** (spins - 1 - site))
    return sparse.csr_array(sparse.kron(sparse.kron(left, sparse.csr_array(pauli)), right))
