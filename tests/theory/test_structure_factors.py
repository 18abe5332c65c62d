"""Structure factors after a spin has been coupled: closed forms, exact identities, dense
twins."""

import math

import numpy as np
import pytest
import twin
from scipy.integrate import quad

import bathlab as bl
from bathlab.experiments.backreacted import CURVES

#: Wide enough for what is convolved on it.
OMEGA = np.linspace(-30, 30, 3001)
STEP = OMEGA[1] - OMEGA[0]


def gaussian(width, centre=0.0):
    return np.exp(-0.5 * ((OMEGA - centre) / width) ** 2) / width / math.sqrt(2 * math.pi)


def moment(curve, power):
    return float(np.sum(curve * OMEGA**power) * STEP)


def test_broadening_keeps_the_integral_and_adds_variances():
    v, k = gaussian(2.0), gaussian(0.5)
    after = bl.theory.broadened(OMEGA, v, k)
    assert moment(after, 0) == pytest.approx(1, abs=1e-12)
    assert moment(after, 2) == pytest.approx(4 + 2 * 0.25, abs=1e-10)
    assert np.allclose(after, gaussian(math.sqrt(4.5)), atol=1e-12)
    once = np.convolve(v, k, mode="same") * STEP  # a wrong prediction: k*v
    assert not np.allclose(after, once, atol=1e-3)
    assert moment(once, 2) == pytest.approx(4.25, abs=1e-6)


def test_a_narrow_k_changes_nothing():
    line = np.zeros_like(OMEGA)
    line[len(line) // 2] = 1 / STEP
    v = gaussian(2.0, centre=1.0)
    assert np.allclose(bl.theory.broadened(OMEGA, v, line), v, atol=1e-12)


@pytest.mark.parametrize(
    "field", [1.0, -1.0, 0.8037]
)  # the last between two points of the grid
def test_two_lorentzians_make_two_of_twice_the_width(field):
    """Eq. (20). The grid cuts 2w/(pi L) of the tails of each k: errors of that order times
    v'."""
    w = 0.1
    expected = (
        bl.analysis.lorentzian(OMEGA + 2 * field, 2 * w)
        + bl.analysis.lorentzian(OMEGA - 2 * field, 2 * w)
    ) / 2
    found = bl.theory.two_peaks(OMEGA, bl.analysis.lorentzian(OMEGA, w), field)
    tolerance = 2 * w / math.pi / 30 * expected.max() + 5e-4
    assert np.abs(found - expected).max() < 2 * tolerance
    for wrong in (w / 2, 2 * w):
        assert (
            np.abs(
                found - bl.theory.two_peaks(OMEGA, bl.analysis.lorentzian(OMEGA, wrong), field)
            ).max()
            > 0.3
        )


def test_peaks_have_their_weight_and_place_wherever_the_grid_falls():
    for field in (0.5, 0.5033, 0.5 + STEP / 4):
        peaks = bl.theory.two_peaks(OMEGA, gaussian(0.2), field)
        assert moment(peaks, 0) == pytest.approx(1, abs=1e-12)
        right = peaks * (OMEGA > 0) / np.sum(peaks[OMEGA > 0]) / STEP
        # On points of the grid between them a line is STEP^2/4 wider at most.
        assert 4 * field**2 + 2 * 0.04 <= moment(peaks, 2) + 1e-10
        assert moment(peaks, 2) <= 4 * field**2 + 0.08 + STEP**2 / 4 + 1e-10
        assert moment(right, 1) == pytest.approx(2 * field, abs=0.02)


def test_backreaction_keeps_the_integral_and_without_weight_is_broadening():
    v, k = gaussian(2.0), gaussian(0.1)
    assert np.allclose(
        bl.theory.backreaction(OMEGA, v, k, 1.0, 0.0, 0.1), bl.theory.broadened(OMEGA, v, k)
    )
    after = bl.theory.backreaction(OMEGA, v, k, 1.0, 0.05, 0.1)
    assert moment(after, 0) == pytest.approx(1, abs=1e-12)
    shape = bl.theory.backreaction_shape(OMEGA, v, k, 1.0, 0.1)
    assert np.allclose(after, bl.theory.broadened(OMEGA, v, k) + 0.05 * shape)
    # Each peak has the weight W and reaches 2w to either side of +-2h: k0 is cut at w.
    peaks = after - 0.9 * bl.theory.broadened(OMEGA, v, k)
    assert np.sum(peaks[OMEGA > 0]) * STEP == pytest.approx(0.05, abs=1e-12)
    assert np.abs(peaks[np.abs(np.abs(OMEGA) - 2) > 0.2 + 3 * STEP]).max() < 1e-12


def test_the_papers_weight_is_cut_at_the_field():
    assert bl.theory.backreaction_weight(0.5, 2.5, -1.0) == pytest.approx(0.04)
    assert bl.theory.backreaction_weight(0.5, 0.1, -1.0) == pytest.approx(0.25)


def test_a_damped_rotation_has_the_exact_second_moment():
    for halfwidth, field in ((0.05, 1.0), (0.4, 0.5)):

        def spectrum(x):
            return float(bl.theory.rotation_peaks(x, halfwidth, field))

        parts = [0.0, 2 * field - 1e-3, 2 * field + 1e-3, 10.0, math.inf]
        for power, expected in ((0, 1.0), (2, 4 * field**2)):
            total = 2 * sum(
                quad(lambda x: x**power * spectrum(x), a, b, limit=400)[0]
                for a, b in zip(parts, parts[1:])
            )
            assert total == pytest.approx(expected, rel=1e-6)
    narrow = bl.theory.rotation_peaks(OMEGA, 0.05, 3.0)
    near = np.abs(OMEGA - 6) < 0.2
    assert np.allclose(
        narrow[near],
        bl.theory.two_peaks(OMEGA, bl.analysis.lorentzian(OMEGA, 0.05), 3.0)[near],
        rtol=0.06,
    )  # 2w/h = 3 %, and tails that the grid cuts


def semicircle(radius, energy):
    """v of a random matrix at E_b = energy: the levels at E_b - omega."""
    inside = np.clip(1 - ((energy - OMEGA) / radius) ** 2, 0, None)
    return 2 / math.pi / radius * np.sqrt(inside)


def test_amplitude_and_shift_of_a_random_matrix():
    """Hilbert transform of a semicircle: 2x/R^2. The cut leaves out a stretch of length 2 cut,
    on which v changes by v' times that: an error of order cut/R."""
    g, field, radius, cut = 0.4, 1.0, 5.0, 0.03
    expected = 4 * g * field / radius**2
    for spin in (1, -1):
        found = bl.theory.backreaction_amplitude(
            OMEGA, semicircle(radius, -spin * field), g, field, cut
        )
        assert found == pytest.approx(-spin * expected, rel=0.02)
    even = bl.theory.backreaction_amplitude(OMEGA, semicircle(radius, 0.0), g, field, cut)
    assert even == pytest.approx(0, abs=1e-12)
    assert bl.theory.lamb_shift(OMEGA, semicircle(radius, 0.0), g, field, cut) == pytest.approx(
        8 * g**2 * field / radius**2, rel=0.02
    )


def test_no_edge_of_a_cut_is_decided_by_rounding():
    """A cut of a whole number of steps: points at its edge count by half, and a cut that is
    larger or smaller by rounding moves nothing by more."""
    omega = np.linspace(-8, 8, 161)  # steps of 0.1, not binary numbers
    v = np.exp(-((omega - 1.3) ** 2))
    exact = bl.theory.lamb_shift(omega, v, 0.1, 1.0, 0.3)
    between = [bl.theory.lamb_shift(omega, v, 0.1, 1.0, cut) for cut in (0.25, 0.35)]
    assert exact == pytest.approx(np.mean(between), rel=1e-12)
    assert abs(between[0] - between[1]) > 1e-3 * abs(exact)
    for shift in (-1e-13, 1e-13):
        moved = bl.theory.lamb_shift(omega, v, 0.1, 1.0, 0.3 + shift)
        assert moved == pytest.approx(exact, rel=1e-10)


def test_bad_grids_and_curves_are_refused():
    v = gaussian(1.0)
    for arguments, word in (
        ((OMEGA[:-1], v[:-1], v[:-1]), "odd number"),
        ((OMEGA + 0.3 * STEP, v, v), "equal spacing"),
        ((OMEGA**3, v, v), "equal spacing"),
        ((-OMEGA, v, v), "ascending"),
        ((OMEGA, v[:-2], v), "v = ndarray of shape"),
        ((OMEGA, v, v * math.nan), r"k\[0\] = nan"),
    ):
        with pytest.raises(ValueError, match=word):
            bl.theory.broadened(*arguments)
    for call, word in (
        (lambda: bl.theory.two_peaks(OMEGA, v, 16.0), "Widen the grid"),
        (lambda: bl.theory.backreaction(OMEGA, v, v, 1.0, 0.1, STEP / 3), "halfwidth"),
        (lambda: bl.theory.backreaction(OMEGA, v, v, 1.0, math.nan, 0.1), "weight"),
        (lambda: bl.theory.rotation_peaks(OMEGA, 0.0, 1.0), "halfwidth"),
        (lambda: bl.theory.lamb_shift(OMEGA, v, 0.1, 1.0, 0.0), "cut"),
        (lambda: bl.theory.backreaction_weight(0.5, 0.0, 1.0), "xi"),
        (lambda: bl.theory.backreaction_weight(0.5, 2.0, math.nan), "field"),
    ):
        with pytest.raises(ValueError, match=word):
            call()


def test_known_peaks_are_found_on_a_sloping_background():
    v, k = gaussian(2.0), gaussian(0.1)
    shape = bl.theory.backreaction_shape(OMEGA, v, k, 1.0, 0.1)
    slope = 0.02 + 0.01 * OMEGA + 0.03 * np.abs(OMEGA)
    assert bl.analysis.peak_weight(
        OMEGA, 0.07 * shape + slope, shape, 2.0, 0.8
    ) == pytest.approx(0.07)
    spin = bl.theory.two_peaks(OMEGA, k, 1.0)
    assert bl.analysis.peak_share(
        OMEGA, -0.2 * np.sign(OMEGA) * spin, spin, 2.0, 0.3
    ) == pytest.approx(-0.2)
    assert bl.analysis.peak_share(OMEGA, 0.2 * spin, spin, 2.0, 0.31) == pytest.approx(
        0, abs=1e-12
    )
    assert bl.analysis.peak_place(
        OMEGA, bl.theory.two_peaks(OMEGA, k, 1.05), 2.0, 0.5
    ) == pytest.approx(2.1, abs=1e-6)
    for call, word in (
        (lambda: bl.analysis.peak_weight(OMEGA, v, v, 2.0, 0.6 * STEP), "at least 5"),
        (lambda: bl.analysis.peak_weight(OMEGA, v, v[1:], 2.0, 1.0), "shape"),
        (lambda: bl.analysis.peak_share(OMEGA, v, 0 * v, 2.0, 1.0), "without weight"),
        (lambda: bl.analysis.peak_place(OMEGA, 0 * v, 2.0, 1.0), "without weight"),
    ):
        with pytest.raises(ValueError, match=word):
            call()


def test_power_laws_and_distances_of_curves():
    x = np.array([1.0, 2.0, 5.0])
    law = bl.statistics.power_law(x, 3 * x**1.5, 0.1 * x**1.5, 7)
    assert law.exponent.mean == pytest.approx(1.5) and law.prefactor.mean == pytest.approx(3)
    # Weights are all 30 in the logarithm: the slope's error is 1/(30 sqrt(sum (log x -
    # mean)^2)).
    logs = np.log(x)
    assert law.exponent.error == pytest.approx(
        1 / 30 / math.sqrt(np.sum((logs - logs.mean()) ** 2))
    )
    with pytest.raises(ValueError, match="above 0"):
        bl.statistics.power_law(x, -x, x, 3)
    rng = np.random.default_rng(1)
    curves = rng.standard_normal((50, 400))
    none = bl.statistics.curve_distance({"a": curves}, lambda have: have["a"], 0.1)
    # Sum of 400 |normal| of width 1/sqrt(50): relative spread sqrt(pi/2 - 1)/20 = 4 %, 4 of
    # these.
    assert none.found.mean == pytest.approx(none.noise, rel=0.16)
    shifted = bl.statistics.curve_distance(
        {"a": curves + 1, "b": curves}, lambda have: have["a"] - have["b"], 0.1
    )
    assert shifted.found.mean == pytest.approx(40) and shifted.noise == pytest.approx(
        0, abs=1e-12
    )
    with pytest.raises(ValueError, match="two or more"):
        bl.statistics.curve_distance({"a": curves[:1]}, lambda have: have["a"], 0.1)


def joint(bath, g, field):
    return bl.EnlargedBath(bath, bl.LiomChain(1, g1=g, field=field, disorder=0.0))


def test_cross_structure_factor_is_that_of_loops():
    grain = joint(bl.RandomMatrixBath(4, bandwidth=4.2), 0.4, 1.0).sample(2)
    edges = np.linspace(-12, 12, 49) + 0.013
    found = grain.structure_factor("contact", edges, 0.2, 3.0, other=1)
    energies, vectors = np.linalg.eigh(grain.hamiltonian)
    V = vectors.T @ grain.contact @ vectors
    T = vectors.T @ np.kron(np.eye(16), twin.X) @ vectors
    expected, members = np.zeros(48), 0
    for b in range(32):
        if abs(energies[b] - 0.2) > 1.5:
            continue
        members += 1
        for c in range(32):
            expected[np.searchsorted(edges, energies[b] - energies[c]) - 1] += V[b, c] * T[b, c]
    assert np.allclose(found, expected / members / 0.5, atol=1e-12)
    assert found.min() < 0 < found.max()
    inside = np.abs(energies - 0.2) <= 1.5
    assert found.sum() * 0.5 == pytest.approx(np.mean(np.diag(V @ T)[inside]), abs=1e-12)
    assert np.array_equal(
        grain.structure_factor("probe", edges, other="probe"),
        grain.structure_factor("probe", edges),
    )
    with pytest.raises(ValueError, match="other = .*expected"):
        bl.analysis.structure_factor(energies, V, edges, other=T[:4, :4])


def test_many_hybridisations_are_those_of_each():
    bath = bl.LocalChainBath(5)
    grain, edges = bath.sample(3), np.linspace(-20, 20, 81)
    system = bl.couple(bath, bl.LiomChain(1, g1=0.5)).sample(3)
    states = bl.eigenstates_near(bl.diagonalise(system), 0.0, 6)
    for given in (None, grain.eigensystem):
        for state, found in zip(
            states, bl.analysis.hybridisations(system, states, edges, given)
        ):
            alone = bl.hybridisation(system, state, edges)
            assert np.allclose(found.density, alone.density, atol=1e-12)
            assert found.second_moment == pytest.approx(0.25, abs=1e-12)
            assert found.halfwidth == pytest.approx(alone.halfwidth, rel=1e-9)
    with pytest.raises(ValueError, match="dimension 64 was given"):
        bl.analysis.hybridisations(system, states, edges, bl.diagonalise(system))


def test_the_spin_rotates_as_fast_as_ever():
    """<[H, tau^x]^2> = -4h^2 in every eigenstate, whatever g: eq. (8) has 2g^2 more."""
    grain = joint(bl.RandomMatrixBath(5, bandwidth=6.0), 0.7, 0.9).sample(1)
    elements, energies = grain.matrix_elements(1), grain.energies
    moments = np.sum(elements**2 * (energies[:, None] - energies) ** 2, axis=1)
    assert np.allclose(moments, 4 * 0.9**2, rtol=1e-12)


@pytest.fixture(scope="module")
def rows():
    from scripts import load_study

    script = load_study("structure_factors")
    case = script.build(script.Parameters(spins=7, realisations=(1, 1, 1))).cases[0]
    return script, [bl.experiments.backreaction_rows(case.spec, 1, r)[0] for r in range(16)]


def test_the_study_measures_what_the_twin_does(rows):
    script, (row, *_) = rows
    bath, step = bl.RandomMatrixBath(7, bandwidth=10.0), row["step"]
    grain = bath.sample(1, 0)
    H = twin.coupled(grain.hamiltonian, grain.contact, [1.0], [0.5])
    energies, vectors = np.linalg.eigh(H)
    inside = np.flatnonzero(np.abs(energies) <= 0.5)
    assert row["states"] == len(inside) and row["sum_rule"] < 1e-12
    # Cumulative sums: a difference on a bin's edge may round to either side.
    for which, operator in (
        ("contact", np.kron(grain.contact, np.eye(2))),
        ("probe", np.kron(grain.probe, np.eye(2))),
        ("spin", np.kron(np.eye(128), twin.X)),
    ):
        elements = vectors.T @ operator @ vectors
        for place in (-3.0, -0.7, 1.9):
            below = energies[inside, None] - energies <= place + step / 2
            expected = np.sum(elements[inside] ** 2 * below) / len(inside)
            bins = row["omega"] <= place + step / 4
            assert row[which][bins].sum() * step == pytest.approx(expected, abs=2e-3)
    levels, states = np.linalg.eigh(grain.hamiltonian)
    second = 0.0
    for n in inside:
        for b in range(128):
            for s, energy in enumerate((1.0, -1.0)):
                weight = (states[:, b] @ vectors[:, n].reshape(128, 2)[:, s]) ** 2
                second += weight * (levels[b] + energy - energies[n]) ** 2
    assert row["second_moment"] == pytest.approx(second / len(inside), abs=1e-10)
    assert second / len(inside) == pytest.approx(0.25, abs=1e-10)


def test_the_spin_has_its_peaks_and_the_contact_a_share_of_it(rows):
    """16 random matrices of 2^7 levels, g = 0.5, h = 1, R = 5."""
    script, found = rows
    mean = {name: np.mean([row[name] for row in found], axis=0) for name in ("omega", *CURVES)}
    step, shift = found[0]["step"], 8 * 0.25 / 25

    def off(prediction):
        return float(np.abs(mean["spin"] - prediction).sum() * step)

    omega, k = mean["omega"], mean["k"]
    width = np.mean([row["halfwidth"] for row in found])
    right = off(bl.theory.rotation_peaks(omega, width, 1 + shift / 2))
    paper = off(bl.theory.two_peaks(omega, k, 1.0))
    once = np.interp(omega - 2, omega, k) / 2 + np.interp(omega + 2, omega, k) / 2
    assert right < 0.15 < paper < 0.35 < off(once)  # k in the place of k*k
    shares, control = (
        np.array([row[name] for row in found]) for name in ("share", "share_probe")
    )
    error = shares.std(ddof=1) / 4
    # First order in g, and eigenstates of finite width: a fifth; the noise is four errors of
    # it.
    assert abs(shares.mean() + 4 * 0.5 / 25) < 0.25 * 4 * 0.5 / 25 + 4 * error
    assert shares.mean() < -10 * error
    assert abs(control.mean()) < 4 * control.std(ddof=1) / 4  # t_15: false alarm 1e-3
    # The paper's W = (g/xi)^2 would be far above; measured by shape it is not there.
    fitted = np.array([row["fitted"] for row in found])
    assert fitted.mean() + 6 * fitted.std(ddof=1) / 4 < (0.5 / 2.5) ** 2


def test_a_spin_is_told_from_the_lioms_that_the_bath_has_inside():
    bath = bl.EnlargedBath(bl.RandomMatrixBath(4, bandwidth=4.2), bl.LiomChain(2))
    edges = STEP * np.arange(-1000.5, 1001)
    seen = bl.experiments.attachment(bath, 0.3, 1.7, edges, 1.0, seed=1, realisation=2)
    omega = (edges[1:] + edges[:-1]) / 2
    for curves in (seen.after, seen.expected, {"k": seen.k}):
        for curve in curves.values():
            assert curve.sum() * STEP == pytest.approx(1, abs=1e-12)
    # 4h^2 to the rounding of frequencies to bins; the LIOMs' fields are below 1.5.
    assert seen.after["spin"] @ omega**2 * STEP == pytest.approx(4 * 1.7**2, abs=0.02)
    assert seen.second_moment == pytest.approx(0.09, abs=1e-12)
    with pytest.raises(ValueError, match="window"):
        bl.experiments.attachment(bath, 0.3, 1.7, edges, window=0.0)
