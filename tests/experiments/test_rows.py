"""What studies measure, on small systems, against slow twins."""

import math

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.experiments.crossover import Alone, Attachment, crossover_rows
from bathlab.experiments.growth import Growth, growth_rows
from bathlab.experiments.hybridised import Spin, curve_rows
from bathlab.experiments.localised import (
    Line,
    apart,
    line_rows,
    measured_width,
    smoothed_width,
    steepness,
)
from bathlab.experiments.profile import Profile, profile_rows


def test_growth_is_that_of_the_twin():
    bath, chain = bl.RandomMatrixBath(4, bandwidth=4.2), bl.LiomChain(2)
    rows = growth_rows(Growth("x", bath, chain), 1, 5)
    grain = bath.sample(1, 5)
    for row in rows:
        lioms = bl.LiomChain(row["lioms"]).sample(1, 5)
        expected = twin.participation(
            twin.coupled(grain.hamiltonian, grain.contact, lioms.fields, lioms.couplings),
            np.kron(grain.probe, np.eye(2 ** row["lioms"])),
        )
        assert row["log_ipr"] == pytest.approx(expected, abs=1e-9)


def test_one_spin_with_no_level_at_zero_has_a_nearest_one():
    rows = growth_rows(
        Growth("x", bl.RandomMatrixBath(1, bandwidth=2.25), bl.LiomChain(3)), 1, 5
    )
    levels = bl.RandomMatrixBath(1, bandwidth=2.25).sample(1, 5).energies
    assert levels[0] > 0  # why this realisation was chosen
    assert rows[0]["energy"] == pytest.approx(levels[0])


def test_the_profile_holds_contact_and_every_liom():
    bath, chain = bl.RandomMatrixBath(4, bandwidth=4.2), bl.LiomChain(2)
    rows = profile_rows(Profile(bath, chain), 1, 0)
    grain, lioms = bath.sample(1, 0), chain.sample(1, 0)
    matrix = twin.coupled(grain.hamiltonian, grain.contact, lioms.fields, lioms.couplings)
    flip = np.array([[0.0, 1.0], [1.0, 0.0]])
    operators = [
        np.kron(grain.contact, np.eye(4)),
        np.kron(np.kron(np.eye(16), flip), np.eye(2)),
        np.kron(np.eye(32), flip),
    ]
    assert [row["log_ipr"] for row in rows] == pytest.approx(
        [twin.participation(matrix, operator) for operator in operators], abs=1e-9
    )


@pytest.mark.parametrize("zz", [0.0, 0.7])
def test_the_line_of_spins_is_that_of_the_twin(zz):
    """Widths by a loop over pairs of levels, entanglement by the singular values of the
    state."""
    bath, g = bl.RandomMatrixBath(5, bandwidth=6.0), 0.3
    rows = line_rows(Line(bath, 2, g, 1.0, 1, zz), 1, 4)
    fields, H = [row["field"] for row in rows], bath.sample(1, 4).hamiltonian
    flip = bath.sample(1, 4).contact
    along = np.zeros(flip.shape)
    for spin, (row, field) in enumerate(zip(rows, fields)):
        energies, vectors = np.linalg.eigh(H)
        factors, share = [], 0.2 / 2**spin
        for sign in (1, -1):
            total, starts = 0.0, np.flatnonzero(np.abs(energies - sign * field) <= 0.5)
            for a in starts:
                for b in range(len(energies)):
                    if abs(energies[a] - energies[b] - 2 * sign * field) <= share / 2:
                        total += (vectors[:, a] @ flip @ vectors[:, b]) ** 2
            factors.append(total / len(starts) / share)
        assert row["width"] == pytest.approx(math.pi * g**2 * np.mean(factors), rel=1e-9)
        H = (
            np.kron(H, twin.ONE)
            + field * np.kron(np.eye(len(H)), twin.Z)
            + g * np.kron(flip, twin.X)
            + zz * g * np.kron(along, twin.Z)
        )
        along = np.kron(np.eye(len(flip)), twin.Z)
        flip = np.kron(np.eye(len(flip)), twin.X)
        assert row["log_ipr"] == pytest.approx(twin.participation(H, flip), abs=1e-9)
        energies, vectors = np.linalg.eigh(H)
        state = vectors[:, np.argmin(np.abs(energies))].reshape(-1, 2)
        weights = np.linalg.svd(state, compute_uv=False) ** 2
        assert row["entropy"] == pytest.approx(-weights @ np.log(weights), abs=1e-9)


def test_a_smoothed_width_is_the_integral_over_the_range():
    """Against a fine uniform grid; a line far thinner than the range, half of its weight
    inside."""
    for law in ("lorentzian", "resolved"):

        def bath(omega):
            return bl.theory.semicircle_structure_factor(omega, 6.0)

        fields, g = np.array([0.5, -0.52]), 0.2
        grid = 2 * fields[-1] + np.linspace(-0.05, 0.05, 200_001)
        mean = np.mean(bl.theory.chain_structure_factor(grid, fields[:1], g, bath, law))
        assert smoothed_width(fields, g, bath, law, 0.1) == pytest.approx(
            math.pi * g**2 * mean, rel=5e-3
        )
        thin = smoothed_width(np.array([0.5, 0.51]), 1e-4, bath, law, 0.1)
        assert thin == pytest.approx(math.pi * 1e-8 * 0.5 / 0.1, rel=5e-3)


def test_the_slope_of_v_is_that_of_the_law():
    """One spin before, v_0 flat: by hand pi g^2 times the derivative of the damped peak."""
    fields, g = np.array([0.5, 0.3]), 0.2
    w, square, omega = math.pi * g**2 * 0.25, 1.0, 0.6

    def below(omega):
        return (square - omega**2) ** 2 + (4 * omega * w) ** 2

    slope = 2 * omega * (-2 * (square - omega**2) + 16 * w**2)
    exact = 4 * square * w / math.pi / below(omega) ** 2 * abs(slope)
    found = steepness(fields, g, lambda omega: np.full(np.shape(omega), 0.25))
    assert found == pytest.approx(math.pi * g**2 * exact, rel=1e-5)
    assert steepness(fields[:1], g, lambda omega: 0.1 * omega) == pytest.approx(
        math.pi * g**2 * 0.1
    )


def test_the_tails_resolved_in_frequency_are_those_of_the_levels():
    """Spin 2 behind 2^6 levels, g/h = 0.1, 30 fields: 0.3 a realisation of 36 pairs of
    levels."""
    spins = bl.LiomChain(2, alpha=1.0, g1=0.1, field=0.0, disorder=1.0)
    found = {"lorentzian": [], "resolved": []}
    for realisation in range(30):
        chain = bl.LocalisedChain(bl.RandomMatrixBath(6, bandwidth=6.0), spins).sample(
            1, realisation
        )
        if apart(chain.fields) > 0.2:
            here = measured_width(chain.grain(1), 0.1, chain.fields[1], 0.1)
            for law in found:
                there = smoothed_width(
                    chain.fields,
                    0.1,
                    lambda omega: bl.theory.semicircle_structure_factor(omega, 6.0),
                    law,
                    0.1,
                )
                found[law].append(math.log(here / there))
    assert len(found["resolved"]) > 20
    assert abs(np.mean(found["resolved"])) < 0.2 and np.std(found["resolved"]) < 0.4
    assert np.std(found["lorentzian"]) > 1  # the tails of eq. (20) are off by factors


def test_the_mirrored_chain_has_the_mirrored_curve():
    """J' -> -J' is H_B -> -H_B up to a rotation of every spin by pi about y."""
    (here,), (there,) = (
        curve_rows(Spin(bl.LocalChainBath(6, coupling=sign), 0.8, 1.0), 1, 3)
        for sign in (1.0, -1.0)
    )
    assert there["energy"] == pytest.approx(-here["energy"], abs=1e-12)
    assert np.allclose(there["k"], here["k"][::-1], atol=1e-10)
    assert here["trace_of_cube"] == pytest.approx(6 * 0.25 * 5)
    assert there["trace_of_cube"] == pytest.approx(-6 * 0.25 * 5)


def test_each_attached_liom_is_that_of_the_twin():
    bath, chain = bl.RandomMatrixBath(3, bandwidth=4.2), bl.LiomChain(2, alpha=0.6, g1=0.3)
    rows = crossover_rows(Attachment(bath, chain, share=1e-3), 1, 2)
    grain, lioms = bath.sample(1, 2), chain.sample(1, 2)
    expected = []
    for count in range(3):
        matrix = twin.coupled(
            grain.hamiltonian, grain.contact, lioms.fields[:count], lioms.couplings[:count]
        )
        levels, vectors = np.linalg.eigh(matrix)
        state = vectors[:, np.argmin(np.abs(levels))].reshape(-1, 2)
        weights = np.linalg.svd(state, compute_uv=False) ** 2
        expected.append(
            (
                twin.participation(matrix, np.kron(grain.probe, np.eye(2**count))),
                -weights @ np.log(weights),
            )
        )
    for row, (before, _), (after, entropy) in zip(rows, expected, expected[1:]):
        assert row["delta_log_ipr"] == pytest.approx(after - before, abs=1e-9)
        assert row["entropy"] == pytest.approx(entropy, abs=1e-9)
        assert row["liom_field"] == lioms.fields[row["liom"] - 1]
        levels, vectors = np.linalg.eigh(
            twin.coupled(grain.hamiltonian, grain.contact, [row["liom_field"]], [row["g"]])
        )
        weights = (
            np.linalg.svd(
                vectors[:, np.argmin(np.abs(levels))].reshape(-1, 2), compute_uv=False
            )
            ** 2
        )
        assert row["entropy_alone"] == pytest.approx(-weights @ np.log(weights), abs=1e-9)
    enlarged = bl.EnlargedBath(bath, bl.LiomChain(1, alpha=0.6, g1=0.3)).sample(1, 2)
    assert rows[0]["entropy_alone"] == rows[0]["entropy"]
    assert rows[1]["G"] == enlarged.g_parameter(0.18, lioms.fields[1], estimator="smooth")


def test_states_are_counted_whose_lioms_before_are_thermalised():
    """Entropies of every LIOM in every state of the middle, by loops; and G at unit coupling
    from the elements between the levels that a flip joins."""
    bath, chain = bl.RandomMatrixBath(5, bandwidth=8.0), bl.LiomChain(2, alpha=0.9, g1=0.5)
    row = crossover_rows(Attachment(bath, chain, 2, share=0.5), 1, 2)[0]
    grain, lioms = bath.sample(1, 2), chain.sample(1, 2)
    H = twin.coupled(grain.hamiltonian, grain.contact, lioms.fields, lioms.couplings)
    levels, vectors = np.linalg.eigh(H)
    entropies = []
    for state in np.argsort(np.abs(levels))[:64]:
        table = vectors[:, state].reshape(32, 2, 2)
        for axes in ((1, 0, 2), (2, 0, 1)):
            part = table.transpose(axes).reshape(2, -1)
            weights = np.linalg.eigvalsh(part @ part.T)
            entropies.append(-weights @ np.log(weights))
    first, last = np.array(entropies).reshape(64, 2).T
    known = first > 0.9 * np.log(2)
    assert 0 < known.sum() < 64 and row["states"] == 64
    assert row["thermal"] == known.mean()
    assert row["entropy_thermal"] == pytest.approx((known * last).mean(), abs=1e-9)
    assert row["all_thermal"] == np.mean(known & (last > 0.9 * np.log(2)))
    V = vectors.T @ np.kron(grain.contact, np.eye(4)) @ vectors
    squares = [
        V[b, c] ** 2
        for s in (1, -1)
        for b in np.flatnonzero(np.abs(levels + s) <= 0.5)
        for c in np.flatnonzero(np.abs(levels - levels[b] - 2 * s) <= 1)
    ]
    rho = [bl.analysis.smooth_density_of_states(levels, at, 1.0) for at in (0, 1, -1)]
    expected = np.sqrt(rho[0] * (rho[1] + rho[2]) / 2 * np.mean(squares))
    assert row["strength_after"] == pytest.approx(expected, rel=1e-9)


def test_the_control_is_a_liom_alone():
    bath, chain = bl.RandomMatrixBath(4, bandwidth=8.0), bl.LiomChain(1, g1=0.3)
    few, strong = crossover_rows(Alone(bath, chain, (1e-6, 0.3)), 1, 2)
    assert few["entropy"] < 1e-6 and abs(few["delta_log_ipr"]) < 0.7
    (row,) = crossover_rows(Attachment(bath, chain), 1, 2)
    assert strong["entropy"] == row["entropy"]
    assert strong["delta_log_ipr"] == row["delta_log_ipr"]
