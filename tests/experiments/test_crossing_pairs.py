"""Avoided crossings of a circuit against loops and against its levels at other fields."""

import numpy as np
import pytest
from twin import two_levels

import bathlab as bl
from bathlab.experiments import CrossingPicture, crossing_rows
from bathlab.experiments.field_sweeps import DISTANCES
from bathlab.experiments.tracked import COLUMNS, FACTORS, PER_BIN
from bathlab.experiments.two_levels import APART, EQUATIONS, RESIDUALS, THIRD, two_level_row

MODEL = bl.BrickworkCircuit(4, 0.02)


@pytest.fixture(scope="module")
def row():
    return crossing_rows(MODEL, 2, 1)[0]


def spacings(circuit):
    levels = bl.diagonalise(circuit).quasienergies
    return np.diff(np.append(levels, levels[0] + 2 * np.pi))


def test_the_smallest_distance_is_that_of_two_levels_at_that_field(row):
    """And not of those a hundredth farther on, where the gap is narrow."""
    assert row["site"] == 2 and len(row["omega"]) > 5
    assert np.all(row["chosen"] <= PER_BIN) and np.all(row["chosen"] <= row["ahead"])
    assert {len(row[name]) for name in COLUMNS} == {len(row["omega"])}
    circuit = MODEL.sample(2, 1)
    narrow = 0
    for gap, place in zip(row["gap"], row["place"]):
        there = circuit.shifted(2, place)
        assert np.abs(spacings(there) - gap).min() < max(1e-2 * gap, 1e-7)
        if gap < 3e-3:
            narrow += 1
            assert np.abs(spacings(circuit.shifted(2, place + 1e-2)) - gap).min() > gap
    assert narrow > 0


def test_tracked_pairs_obey_two_level_laws(row):
    off = np.abs(np.log(row["gap"] / row["gap_expected"]))
    assert np.median(off) < 0.1 and np.median(row["top"]) > 0.99
    assert np.median(np.abs(row["radius_there"] - row["radius"])) < 0.05
    assert np.median(row["omega_off"]) < 0.01 and np.mean(row["rising"]) > 0.9
    # y = R^2 (h - h*)/omega, not R (h* - h)/omega as it is printed.
    assert np.median(row["y_off"]) < 0.02 and np.median(row["y_off_printed"]) > 1
    far = row["omega"] > 1
    exact, small = (np.abs(np.log(row[name][far])) for name in ("z_exact", "z_small"))
    assert np.median(small) > np.median(exact) and row["omega"].min() > DISTANCES[0]
    counts = row["changes"].reshape(len(DISTANCES) - 1, len(FACTORS) - 1)
    middle = np.abs(FACTORS[1:] + FACTORS[:-1]) / 2 < 0.3
    assert counts[:, middle].sum() > 0.7 * counts.sum() > 0


def test_what_the_two_level_equations_leave_out_is_a_finite_difference():
    """In another way: levels of the circuit at other fields, in their order, by loops."""
    circuit, site, step = MODEL.sample(2, 1), 2, 1e-6
    found = bl.resonances(circuit, site)
    below, above = (bl.resonances(circuit.shifted(site, s), site) for s in (-step, step))
    values = {name: [] for name in EQUATIONS}
    p, z = found.polarisation, np.abs(found.z)
    for n in range(16):
        for m in range(n + 1, 16):
            y = (p[n] - p[m]) / 2
            if y**2 + z[n, m] ** 2 <= 0.5 or z[n, m] < 1e-5:
                continue
            half = 0.5 / np.tan(found.omega[n, m] / 2)
            rate = (np.abs(above.z[n, m]) - np.abs(below.z[n, m])) / (2 * step)
            slopes = (above.polarisation - below.polarisation) / (2 * step)
            bend = (slopes[n] - slopes[m]) / 2
            others = [q for q in range(16) if q not in (n, m)]
            third = max(found.Z[[n, m]][:, others].ravel())
            at = [abs(found.omega[n, m]), third]
            off = bend - z[n, m] ** 2 * half
            values["residual_z"].append([*at, abs(rate / (z[n, m] * y * half) + 1)])
            values["residual_y"].append([*at, abs(off)])
            if z[n, m] ** 2 > 0.1:
                values["resonant_y"].append([*at, abs(off / (z[n, m] ** 2 * half))])
    row = two_level_row(found)
    for name, samples in values.items():
        samples = np.array(samples).reshape(-1, 3)
        samples[:, 2] = np.clip(np.log10(samples[:, 2]), RESIDUALS[0], 3.999)
        counts = np.histogramdd(samples, [APART, THIRD, RESIDUALS])[0]
        # A residual at an edge of its bin may fall on either side.
        assert np.abs(row[name] - counts.ravel()).sum() <= 4
        assert np.array_equal(row[name].reshape(counts.shape).sum(axis=2), counts.sum(axis=2))
    assert row["residual_z"].sum() > 20


def test_two_levels_alone_leave_nothing_out():
    row = two_level_row(two_levels(gap=0.3, place=0.4))
    for name in EQUATIONS:
        counts = row[name].reshape(-1, len(RESIDUALS) - 1)
        assert counts.sum() == 1 and counts[:, RESIDUALS[1:] < -4].sum() == 1


def test_radii_by_class_are_the_loops(row):
    crossing, parallel, edge = [], [], 0.0
    for site in range(1, 5):
        found = bl.resonances(MODEL.sample(2, 1), site)
        for n in range(16):
            for m in range(n):
                y = (found.polarisation[n] - found.polarisation[m]) / 2
                square = y**2 + found.Z[n, m]
                (crossing if square > 0.5 else parallel).append(square)
                if found.Z[n, m] > 0.5:
                    edge = max(edge, abs(found.omega[n, m]))
    assert np.allclose(row["short"], [1 - np.mean(crossing), np.mean(parallel)])
    assert np.allclose(row["short_median"], [1 - np.median(crossing), np.median(parallel)])
    assert row["resonant_edge"] == pytest.approx(edge)


def test_a_picture_has_a_crossing_in_its_middle_and_the_levels_without_coupling():
    model = bl.BrickworkCircuit(6, 0.02)
    (row,) = crossing_rows(CrossingPicture(model, reach=0.8, steps=40), 1, 0)
    omega, z = row["pair_omega"], row["pair_z"]
    at = int(omega.argmin())
    assert 10 < at < 35 and 0.01 < omega[at] < 0.11 and z[at] > 0.9
    assert row["pair_y"][0] < -0.5 and row["pair_y"][-1] > 0.5
    alone = bl.BrickworkCircuit(6, 0.0).sample(1, 0).shifted(row["site"], row["shifts"][20])
    levels = np.exp(1j * bl.diagonalise(alone).quasienergies)
    drawn = np.exp(1j * row["uncoupled"].reshape(41, 64)[20])
    assert np.abs(np.subtract.outer(drawn, levels)).min(axis=1).max() < 1e-9


def test_bad_specs_are_refused():
    for call in (
        lambda: crossing_rows(bl.LocalChainBath(4), 1, 0),
        lambda: CrossingPicture(8),
        lambda: CrossingPicture(MODEL, reach=7.0),
        lambda: CrossingPicture(MODEL, steps=1),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()


def test_where_no_crossing_can_be_drawn_it_is_said():
    with pytest.raises(bl.errors.NotConverged, match="stronger coupling"):
        crossing_rows(CrossingPicture(bl.BrickworkCircuit(4, 0.0)), 1, 0)
