"""C and rho v-bar of Floquet models beside loops over eigenvectors of scipy."""

from itertools import product

import numpy as np
import pytest
import scipy.linalg
import twin

import bathlab as bl
from bathlab.experiments.floquet_states import WINDOWS, FloquetStates, floquet_state_rows
from bathlab.model import KickedChain


def spins(system, sites):
    """sigma along its own field of every second site, by numpy.kron."""
    for site in range(0, sites, 2):
        if hasattr(system, "axes"):
            axis = system.axes[site]
        else:
            axis = system.fields[site] / np.linalg.norm(system.fields[site])
        pauli = (twin.X, twin.Y, twin.Z)
        yield sum(share * twin.site(each, site, sites) for share, each in zip(axis, pauli))


@pytest.mark.parametrize("model", [KickedChain(4, 9.0, 5.0, 0.7), bl.BrickworkCircuit(4, 0.1)])
def test_rows_are_those_of_loops(model):
    spec = FloquetStates(model, 3)
    (row,) = floquet_state_rows(spec, 2, 1)
    system = model.sample(2, 4)
    triangle, vectors = scipy.linalg.schur(system.matrix(), output="complex")
    phases, n = np.angle(np.diag(triangle)), len(triangle)
    kept, sums = [], np.zeros(2)
    for operator in spins(system, 4):
        V = vectors.conj().T @ operator @ vectors
        for a, b in product(range(n), repeat=2):
            if a == b:
                kept.append(abs(V[a, a]) ** 2)
                continue
            apart = abs(np.angle(np.exp(1j * (phases[a] - phases[b]))))
            sums += [abs(V[a, b]) * (apart < w * 2 * np.pi / n) for w in WINDOWS]
    angle = 0.7 * 2 * np.pi / 9 if isinstance(model, KickedChain) else np.pi * 0.1
    widths = 2 * np.array(WINDOWS) * 2 * np.pi / n
    assert spec.coupling == pytest.approx(angle)
    assert row["plateau"] == pytest.approx(np.mean(kept))
    assert row["rho_v"] == pytest.approx(angle * sums / (2 * n) / widths)
    gaps = bl.mean_gap_ratio(np.sort(np.mod(phases, 2 * np.pi)), periodic=True)
    assert row["gap_ratio"] == pytest.approx(gaps)


def test_without_coupling_all_is_kept():
    (row,) = floquet_state_rows(FloquetStates(bl.BrickworkCircuit(4, 0.0)), 1, 0)
    assert row["plateau"] == pytest.approx(1) and np.all(row["rho_v"] == 0)


def test_what_is_no_such_model_is_refused():
    with pytest.raises(ValueError, match="model"):
        FloquetStates(bl.SpinChain(4))
    with pytest.raises(ValueError, match="spec"):
        floquet_state_rows(bl.BrickworkCircuit(4, 0.1), 1, 0)
