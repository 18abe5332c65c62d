"""How eigenstates spread over products, against loops and matrices made by hand."""

import math

import numpy as np
import pandas as pd
import pytest

import bathlab as bl
from bathlab.experiments import spread_sums as sums
from bathlab.experiments.flip_kernels import FlipKernel, kernel_rows
from bathlab.experiments.shaped_states import SHAPES, ShapedStates, shaped_rows
from bathlab.experiments.spread_kinds import spread_kind_rows
from bathlab.experiments.spread_states import CENTRES, EDGES, SpreadStates, spread_rows
from bathlab.experiments.spread_variants import (
    LocalTerm,
    SecondSpin,
    local_term_rows,
    second_spin_rows,
)
from bathlab.experiments.weak_spins import WeakSpin, weak_rows

BATH = bl.RandomMatrixBath(5, bandwidth=6.0)
X = np.array([[0.0, 1.0], [1.0, 0.0]])
Z = np.diag([1.0, -1.0])


def spread_by_hand(free, coupling, states):
    """k(omega) of H_0 + V on the bins EDGES, omega^2 summed, in energies; numpy alone."""
    levels, vectors = np.linalg.eigh(free)
    energies, found = np.linalg.eigh(free + coupling)
    near = np.argsort(np.abs(energies))[:states]
    weights = (vectors.T @ found[:, near]) ** 2
    return levels[:, None] - energies[near], weights


def test_rows_of_a_spin_are_those_by_hand():
    g, field, factor = 0.5, 0.8, 0.2
    row = spread_rows(SpreadStates("RM", BATH, ((g, field),), (factor,), 6), 1, 0)[0]
    grain = BATH.sample(1, 0)
    free = np.kron(grain.hamiltonian, np.eye(2)) + field * np.kron(np.eye(32), Z)
    omega, weights = spread_by_hand(free, g * np.kron(grain.contact, X), 6)
    unit = math.pi * g**2 * factor
    k = np.histogram(omega / unit, EDGES, weights=weights)[0] / np.diff(EDGES) / 6
    assert row["k"] == pytest.approx(k, abs=1e-9) and row["unit"] == pytest.approx(unit)
    assert row["second_moment"] == pytest.approx(1, abs=1e-12)  # exactly g^2
    assert row["beyond"][-1] == pytest.approx(
        weights[np.abs(omega) > 4 * unit].sum() / 6, abs=0.05
    )
    step = CENTRES[1] - CENTRES[0]
    assert 2 * row["bin_count"].sum() > 32 and row["k"].sum() * step < 1 + 1e-12
    # omega^2 k is what H_SB makes of psi: together it has the norm of g V tau^x psi.
    edges = np.diff(row["far"])[0]
    assert row["v_far"].sum() * edges == pytest.approx(1, abs=1e-9)


def test_a_second_spin_touches_what_is_said():
    """ "spike": probe + c tau^x of the first spin, by hand."""
    spec = SecondSpin(bl.RandomMatrixBath(4, bandwidth=5.0), 0.3, 1.0, 0.2, (0.5,), (0.5,), 0.6)
    rows = {row["place"]: row for row in second_spin_rows(spec, 1, 0)}
    grain = spec.bath.sample(1, 0)
    first = np.kron(grain.hamiltonian, np.eye(2)) + np.kron(np.eye(16), Z)
    first = first + 0.3 * np.kron(grain.contact, X)
    made = np.kron(grain.probe, np.eye(2)) + 0.2 * np.kron(np.eye(16), X)
    free = np.kron(first, np.eye(2)) + np.kron(np.eye(32), Z)
    omega, weights = spread_by_hand(free, 0.5 * np.kron(made, X), 32)
    moment = (weights * omega**2).sum() / 32 / 0.5**2
    assert rows["spike"]["second_moment"] == pytest.approx(moment)
    assert rows["probe"]["second_moment"] == pytest.approx(1, abs=1e-12)
    assert set(rows) == {"spike", "probe", "contact", "off", "probe, off"}


def test_a_local_term_and_its_golden_rule():
    spec = LocalTerm("RM", BATH, 2, (0.4,), 0.2, states=6)
    row = local_term_rows(spec, 1, 0)[0]
    grain = BATH.sample(1, 0)
    term = np.kron(np.kron(np.eye(4), Z), np.eye(4))
    omega, weights = spread_by_hand(grain.hamiltonian, 0.4 * term, 6)
    k = np.histogram(omega / row["unit"], EDGES, weights=weights)[0] / np.diff(EDGES) / 6
    assert row["k"] == pytest.approx(k, abs=1e-9)


def test_weak_spins_against_loops():
    spec = WeakSpin(BATH, (0.01, 0.3), 0.8, 4)
    weak, strong = weak_rows(spec, 1, 0)
    grain = BATH.sample(1, 0)
    levels, vectors = np.linalg.eigh(grain.hamiltonian)
    V = vectors.T @ grain.contact @ vectors
    products = sorted((abs(E + 0.8 * s), b, s) for b, E in enumerate(levels) for s in (1, -1))
    logs = []
    for _, b, s in products[:4]:
        X1 = sum(
            (weak["g"] * V[b, c] / (levels[b] - levels[c] + 1.6 * s)) ** 2 for c in range(32)
        )
        logs.append(math.log(X1 / (1 + X1)))
    assert weak["first_lost"] == pytest.approx(np.mean(logs))
    assert weak["lost"] == pytest.approx(weak["first_lost"], abs=0.05)
    assert weak["entropy"] == pytest.approx(weak["first_entropy"], abs=0.05)
    assert strong["mean_entropy"] > 3 * weak["mean_entropy"]


def test_the_kernel_against_loops():
    spec = FlipKernel("RM", BATH, (0.7,), (0.05, 0.3))
    row = kernel_rows(spec, 1, 0)[0]
    grain = BATH.sample(1, 0)
    levels, vectors = np.linalg.eigh(grain.hamiltonian)
    V = vectors.T @ grain.contact @ vectors
    for place, cutoff in enumerate(spec.cutoffs):
        sums_, cut = [], []
        for s in (1, -1):
            for b in np.flatnonzero(np.abs(levels - 0.7 * s) <= 0.25):
                delta = levels[b] - levels - 1.4 * s
                far = np.abs(delta) >= cutoff
                short = far & (np.abs(levels[b] - levels) <= 1.4)
                sums_.append(-s * (V[b][far] ** 2 / delta[far]).sum())
                cut.append(-s * (V[b][short] ** 2 / delta[short]).sum())
        assert row["kernel"][place] == pytest.approx(np.mean(sums_))
        assert row["rough"][place] == pytest.approx(np.mean(cut))


def test_made_up_shapes_hold_half_of_their_weight_within_w():
    omega = np.linspace(-400, 400, 800_001)
    for name, shape in SHAPES.items():
        k = shape(omega, 1.3)
        inside = np.abs(omega) <= (2.6 if "2w" in name else 1.3)
        assert np.trapezoid(k, omega) == pytest.approx(1, abs=5e-3)
        assert np.trapezoid(k[inside], omega[inside]) == pytest.approx(0.5, abs=5e-3)
    rows = shaped_rows(ShapedStates(BATH, 0.5, 0.8, 0.15, 6), 1, 0)
    D = {row["shape"]: row["probe"] for row in rows}
    grain = BATH.sample(1, 0)
    whole = np.kron(grain.hamiltonian, np.eye(2)) + 0.8 * np.kron(np.eye(32), Z)
    energies, found = np.linalg.eigh(whole + 0.5 * np.kron(grain.contact, X))
    elements = found.T @ np.kron(grain.probe, np.eye(2)) @ found
    near = np.argsort(np.abs(energies))[:6]
    expected = -np.log((elements[:, near] ** 4).sum(axis=0)).mean()
    assert D["eigenstates"] == pytest.approx(expected)


def test_sums_know_a_lorentzian_and_its_flat_top():
    """30 noisy Lorentzians of half-width 1.2: the fit, k(0)/k(w) = 2; a box is rejected."""
    draw = np.random.default_rng(1)

    def rows(shape):
        noise = 1 + 0.05 * draw.standard_normal((30, len(CENTRES)))
        return pd.DataFrame(
            {"x": [CENTRES] * 30, "k": list(shape * noise), "realisation": range(30)}
        )

    lorentzian = rows(1 / (math.pi * 1.2) / (1 + (CENTRES / 1.2) ** 2))
    fit = sums.width(lorentzian)
    assert abs(fit.value.mean - 1.2) < 5 * fit.value.error < 0.1 and fit.misfit.holds
    assert sums.flatness(lorentzian, 1.2).mean == pytest.approx(2, abs=0.08)
    box = rows(np.where(np.abs(CENTRES) < 2.4, 0.25 / 1.2, 1e-3))
    assert not sums.width(box).misfit.holds
    assert sums.flatness(box, 1.2).mean == pytest.approx(1, abs=0.03)


def test_other_specs_are_refused():
    with pytest.raises(ValueError, match="SpreadStates"):
        spread_kind_rows(BATH, 1, 0)
    with pytest.raises(ValueError, match="factors"):
        SpreadStates("RM", BATH, ((0.5, 1.0),), (0.1, 0.2))
