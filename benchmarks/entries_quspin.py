"""A spin matrix in a symmetry sector by QuSpin; run by spectra.py.

    python benchmarks/entries_quspin.py TASK

TASK is JSON: sites, symmetries and terms, as `bl.operators.SymmetricSpace` takes them, each of
S^+, S^- and S^z. Its own checks are off. Needs numpy, scipy and quspin alone.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np
from quspin.basis import spin_basis_1d
from quspin.operators import hamiltonian
from scipy.sparse.linalg import eigsh

QUIET = {"check_herm": False, "check_symm": False, "check_pcon": False}


def matrix(sites: int, symmetries: dict[str, int], terms: list[Any]) -> Any:
    blocks = {}
    if "momentum" in symmetries:  # its translation goes the other way
        blocks["kblock"] = -symmetries["momentum"] % sites
    for name, block in (("reflection", "pblock"), ("flip", "zblock")):
        if name in symmetries:
            blocks[block] = symmetries[name]
    basis = spin_basis_1d(sites, Nup=sites // 2, pauli=0, **blocks)
    lists: dict[str, list[Any]] = {}
    for coefficient, letters, places in terms:
        lists.setdefault(letters, []).append([coefficient, *places])
    real = 2 * symmetries.get("momentum", 0) % sites == 0
    kind = np.float64 if real else np.complex128
    return hamiltonian(list(lists.items()), [], basis=basis, dtype=kind, **QUIET).tocsr()


def main(task: dict[str, Any]) -> None:
    matrix(6, {}, [[1.0, "+-", [0, 1]], [1.0, "-+", [0, 1]]])
    started = time.process_time()
    found = matrix(task["sites"], task["symmetries"], task["terms"])
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    levels = eigsh(found, 2, which="SA", return_eigenvectors=False, tol=1e-12)
    told = {"seconds": seconds, "peak_gib": peak, "levels": levels.tolist()}
    print(json.dumps(told | {"dimension": found.shape[0], "entries": found.nnz}))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
