"""D of single states of a sun, against full diagonalisation by hand."""

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.experiments import FadingDepth, FadingSun, depth_rows, fading_depths, fading_rows
from bathlab.experiments.fading import MOST_SPINS

#: Of D, which the engine knows to 1e-9 (DRIFT_TOLERANCE); degenerate levels there are none.
TOLERANCE = 1e-8


@pytest.mark.parametrize(
    ("lioms", "alpha", "solved"), [(5, 1.0, 1024), (6, 0.75, 1024), (6, 0.75, 0), (6, 1.0, 0)]
)
def test_depths_are_those_of_a_full_diagonalisation(monkeypatch, lioms, alpha, solved):
    """By all levels and, where ``solved`` is 0 and n = 512, by Lanczos."""
    monkeypatch.setattr(fading_depths, "SOLVED", solved)
    sun = bl.QuantumSun(grain_spins=3, lioms=lioms, alpha=alpha)
    rows = depth_rows(FadingDepth(sun, 2), 3, 4)
    n = 2**sun.spins
    H = sun.sample(3, 4 * MOST_SPINS + sun.spins).hamiltonian.toarray()
    energies, vectors = np.linalg.eigh(H)
    nearest = np.argsort(np.abs(energies - np.trace(H) / n))[:2]
    assert [row["state"] for row in rows] == [0, 1]
    for row, state in zip(rows, nearest, strict=True):
        assert row["n"] == n and row["residual"] < 1e-8
        assert row["energy"] == pytest.approx(energies[state], abs=1e-9)
        for axis, pauli in (("z", twin.Z), ("x", twin.X)):
            elements = vectors.T @ (
                twin.site(pauli, sun.spins - 1, sun.spins) @ vectors[:, state]
            )
            depth = -np.log(np.sum(elements**4))
            assert row[f"{axis}_depth"] == pytest.approx(depth, abs=TOLERANCE)


def test_the_suns_are_those_of_windows():
    sun = bl.QuantumSun(3, 3, 0.8)
    (window,) = fading_rows(FadingSun(sun, 4), 1, 2)
    rows = fading_depths.far_spin_rows(FadingDepth(sun, 4), 1, 2)
    assert np.mean([row["z_depth"] for row in rows]) == pytest.approx(window["z_participation"])
    watched = {"watched": window["z_diagonal"]}
    assert fading_depths.far_spin_rows(FadingSun(sun, 4), 1, 2) == [window | watched]
    # A run shows how far it is by a column that rows of either kind have.
    assert all(row["watched"] == row["z_depth"] for row in rows)


def test_only_the_axes_that_are_asked_for_and_bad_ones_refused():
    sun = bl.QuantumSun(2, 2)
    (row,) = depth_rows(FadingDepth(sun, axes=("z",)), 1, 0)
    assert np.isnan(row["x_depth"]) and row["z_depth"] > 0
    for bad, words in (
        ({"axes": ("y",)}, "axes"),
        ({"axes": ()}, "axes"),
        ({"states": 0}, "states"),
    ):
        with pytest.raises(ValueError, match=words):
            FadingDepth(sun, **bad)
    with pytest.raises(ValueError, match="lioms"):
        FadingDepth(bl.QuantumSun(2, 0))
    with pytest.raises(ValueError, match="spec"):
        fading_depths.far_spin_rows(sun, 1, 0)
