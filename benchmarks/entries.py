"""Spin matrices in symmetry sectors, as spectra.py makes them beside QuSpin's."""

from __future__ import annotations

import resource
import time
from typing import Any

import numpy as np
from scipy.sparse.linalg import eigsh

import bathlab as bl

#: L and symmetries of matrices.
CASES: list[tuple[int, dict[str, int]]] = [
    (16, {}),
    (18, {}),
    (20, {}),
    (20, {"momentum": 1}),
    (20, {"momentum": 0, "reflection": 1, "flip": 1}),
    (24, {"momentum": 1}),
    (24, {"momentum": 0, "reflection": 1, "flip": 1}),
]


def ring_terms(sites: int, disorder: float = 3.0, seed: int = 1) -> list[Any]:
    """The Heisenberg ring in random fields."""
    fields = np.random.default_rng(seed).uniform(-disorder, disorder, sites)
    pairs = [(i, (i + 1) % sites) for i in range(sites)]
    terms: list[Any] = [(0.5, letters, pair) for letters in ("+-", "-+") for pair in pairs]
    terms += [(1.0, "zz", pair) for pair in pairs]
    return terms + [(float(field), "z", (i,)) for i, field in enumerate(fields)]


def task(sites: int, symmetries: dict[str, int]) -> dict[str, Any]:
    """The clean ring with J2 = J1 / 2 where there are symmetries, else that in fields."""
    terms = [
        (J * weight, letters, (i, (i + step) % sites))
        for step, J in ((1, 1.0), (2, 0.5))
        for weight, letters in ((0.5, "+-"), (0.5, "-+"), (1.0, "zz"))
        for i in range(sites)
    ]
    terms = terms if symmetries else ring_terms(sites)
    return {"kind": "entries", "sites": sites, "symmetries": symmetries, "terms": terms}


def matrix(task: dict[str, Any]) -> Any:
    """With states and orbits found anew."""
    space, symmetries = bl.operators.SpinSpace(task["sites"]), task["symmetries"]
    if symmetries:
        space = bl.operators.SymmetricSpace(space, **symmetries)
    return space.matrix(task["terms"])


def work(given: dict[str, Any]) -> dict[str, Any]:
    """Seconds of this processor for the matrix, and its lowest two levels."""
    matrix(task(6, given["symmetries"]))
    started = time.process_time()
    found = matrix(given)
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    levels = eigsh(found, 2, which="SA", return_eigenvectors=False, tol=1e-12).tolist()
    told = {"seconds": seconds, "peak_gib": peak, "levels": levels}
    return told | {"dimension": found.shape[0], "entries": found.nnz}
