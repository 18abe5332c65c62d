"""Sparse matrices whose indices lead out of them: refused, where scipy would crash."""

import numpy as np
import pytest
from scipy import sparse

import bathlab as bl
from bathlab.operators.hermitian import as_operator


def harmed(kind, part, place, value):
    matrix = sparse.csr_array(np.eye(6)).asformat(kind)
    if kind == "coo":
        array = matrix.coords[part]
    else:
        array = getattr(matrix, part).copy()
        setattr(matrix, part, array)
    array[place] = value
    return matrix


@pytest.mark.parametrize(
    "kind, part, place, value",
    [
        *[(kind, "indices", 2, 10**8) for kind in ("csr", "csc", "bsr")],
        *[(kind, "indices", 2, -1) for kind in ("csr", "csc")],
        *[(kind, "indptr", 3, 10**8) for kind in ("csr", "csc", "bsr")],
        *[("coo", axis, 1, value) for axis in (0, 1) for value in (6, -(10**8))],
    ],
)
def test_indices_that_lead_outside_are_refused(kind, part, place, value):
    matrix = harmed(kind, part, place, value)
    for call in (
        lambda: bl.GivenBath(matrix, np.eye(6), np.eye(6)),
        lambda: bl.GivenBath(np.eye(6), np.eye(6), matrix),
        lambda: bl.eigenstate_near(matrix),
        lambda: as_operator(matrix, 6, "V"),
    ):
        with pytest.raises(ValueError, match="indices are inside"):
            call()
