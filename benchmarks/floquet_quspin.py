"""All eigen-data of a Floquet circuit by QuSpin's Floquet class; run by floquet.py.

    python benchmarks/floquet_quspin.py FIELDS.npz FOUND.npz

QuSpin builds W = exp(-i H_4) ... exp(-i H_1) of four steps, each with the exact generator of a
layer: even bonds' fields and swaps, then odd ones'. Needs numpy, scipy and quspin alone.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np
import scipy.linalg
from quspin.operators import hamiltonian
from quspin.tools.Floquet import Floquet
from scipy import sparse


def on(matrix: Any, site: int, sites: int) -> Any:
    """``matrix`` on ``site`` (from 0) and, if it is 4 x 4, on the one to its right."""
    width = 1 if len(matrix) == 2 else 2
    left, right = sparse.eye(2**site), sparse.eye(2 ** (sites - site - width))
    return sparse.kron(sparse.kron(left, sparse.csr_matrix(matrix)), right, format="csr")


def swap(left: int, right: int, sites: int) -> Any:
    """The exchange of two sites, as a sum of products of Pauli matrices."""
    paulis = ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])
    products = [on(np.array(p), left, sites) @ on(np.array(p), right, sites) for p in paulis]
    return (sparse.eye(2**sites, format="csr") + sum(products)) / 2


def layers(u: Any, v: Any, coupling: float) -> list[Any]:
    """The Hermitian generators, in the order in which they act."""
    sites, found = len(u), []
    for first in (1, 0):
        bonds = [(left, (left + 1) % sites) for left in range(first, sites, 2)]
        fields = sum(
            on(1j * scipy.linalg.logm(matrix), site, sites)
            for left, right in bonds
            for matrix, site in ((u[left], left), (v[right], right))
        )
        swaps = sum(-np.pi * coupling * swap(left, right, sites) for left, right in bonds)
        found += [fields, swaps]
    return found


def main(given: str, made: str) -> None:
    with np.load(given) as data:
        generators = layers(data["u"], data["v"], float(data["coupling"]))
    quiet = {"check_herm": False, "check_symm": False, "check_pcon": False}
    steps = [hamiltonian([H], [], dtype=np.complex128, **quiet) for H in generators]
    clock, processor = time.perf_counter(), time.process_time()
    found = Floquet({"H_list": steps, "dt_list": np.ones(4)}, UF=True, VF=True, thetaF=True)
    seconds, cpu = time.perf_counter() - clock, time.process_time() - processor
    # thetaF are the eigenvalues of W themselves.
    angles = np.angle(found.thetaF)
    np.savez(made, seconds=seconds, cpu=cpu, quasienergies=angles, vectors=found.VF)


if __name__ == "__main__":
    main(*sys.argv[1:])
