"""The quantum sun against its formulas, written out with numpy.kron, and its limits."""

import numpy as np
import pytest

import bathlab as bl
from bathlab.errors import DoesNotFit
from bathlab.model.quantum_sun import SUN_CONVENTIONS
from bathlab.streams import Purpose, stream

SX, SZ = np.array([[0.0, 1], [1, 0]]), np.diag([1.0, -1.0])


def on_spin(matrix, spin, spins):
    found = np.eye(1)
    for each in range(spins):
        found = np.kron(found, matrix if each == spin else np.eye(2))
    return found


def twin(name, spins, around, seed, realisation, alpha, g0, gamma, field, disorder, zeta):
    """H of each convention, its formulas typed out."""
    total, d = spins + around, 2**spins
    X = stream(seed, realisation, Purpose.RANDOM_MATRIX).standard_normal((d, d))
    R = gamma * (X + X.T) / 2 if name == "luitz" else gamma * (X + X.T) / np.sqrt(2 * (d + 1))
    S = 1.0 if name in ("pauli", "de-roeck") else 0.5
    H = np.kron(R, np.eye(2**around))
    for j in range(1, around + 1):
        moved = zeta * stream(seed, realisation, "distance of a sun", j).uniform(-1, 1)
        if name in ("shifted", "luitz"):
            u = j + moved
        elif name == "de-roeck" or j > 1:
            u = j - 1 + moved
        else:
            u = 0.0
        h = field + disorder * stream(seed, realisation, Purpose.LIOM_FIELD, j).uniform(-1, 1)
        contact = stream(seed, realisation, "contact of a sun", j).integers(spins)
        n = spins - 1 if name == "de-roeck" else contact
        pair = on_spin(S * SX, n, total) @ on_spin(S * SX, spins + j - 1, total)
        H = H + g0 * alpha**u * pair + h * on_spin(S * SZ, spins + j - 1, total)
    return H


@pytest.mark.parametrize("name", SUN_CONVENTIONS)
def test_each_convention_is_its_formula(name):
    numbers = {"alpha": 0.7, "g0": 0.8, "gamma": 1.3, "field": 0.9, "disorder": 0.4}
    sun = bl.QuantumSun(2, 4, jitter=0.3, convention=name, **numbers).sample(5, 3)
    wanted = twin(name, 2, 4, 5, 3, *numbers.values(), 0.3)
    assert np.abs(sun.hamiltonian.toarray() - wanted).max() < 1e-14
    levels = np.linalg.eigvalsh(wanted)
    assert np.abs(bl.levels(sun, method="lanczos").energies - levels).max() < 1e-12
    assert sun.dims == (2,) * 6 and sun.grain.system.dimension == 4
    others = [twin(other, 2, 4, 5, 3, *numbers.values(), 0.3) for other in SUN_CONVENTIONS]
    assert sum(np.abs(each - wanted).max() < 1e-3 for each in others) == 1


def test_the_first_coupling_is_exact_and_the_others_jitter():
    suns = [bl.QuantumSun(lioms=6).sample(1, r).lioms for r in range(40)]
    u = np.log([4 * each.couplings for each in suns]) / np.log(0.75)
    assert np.all(u[:, 0] == 0)
    off = u[:, 1:] - np.arange(1, 6)
    assert np.abs(off).max() < 0.2 and np.abs(off).max() > 0.18
    fields = 2 * np.array([each.fields for each in suns])
    assert 0.5 <= fields.min() < 0.55 and 1.45 < fields.max() <= 1.5
    # Each of three contacts 80 times in 240 on average, within five standard deviations.
    counts = np.bincount(np.concatenate([each.sites for each in suns]), minlength=3)
    assert len(counts) == 3 and np.all(np.abs(counts - 80) < 5 * np.sqrt(240 * 2 / 9))


def test_without_jitter_de_roeck_is_the_coupler_of_the_grain_paper():
    sun = bl.QuantumSun(3, 4, jitter=0.0, convention="de-roeck").sample(2, 1)
    bath = bl.RandomMatrixBath(3, bandwidth=4 * np.sqrt(8 / 9))
    other = bl.couple(bath, bl.LiomChain(4, alpha=0.75, g1=1.0)).sample(2, 1)
    assert np.abs((sun.hamiltonian - other.hamiltonian).toarray()).max() < 1e-14


def test_the_grain_has_the_norm_gamma():
    squares = [
        np.sum(bl.QuantumSun(3, 0, gamma=1.5).sample(1, r).bath.hamiltonian ** 2) / 8
        for r in range(200)
    ]
    # Of one grain tr H^2/d scatters by a quarter; five standard errors.
    assert np.mean(squares) == pytest.approx(1.5**2, abs=5 * np.std(squares) / np.sqrt(200))


def test_draws_do_not_depend_on_what_else_is_there():
    few, many = (bl.QuantumSun(lioms=n).sample(3, 2).lioms for n in (3, 5))
    assert few.same_as(many[:3])
    other = bl.QuantumSun(lioms=3, alpha=0.9, convention="pauli").sample(3, 2).lioms
    assert np.array_equal(2 * few.fields, other.fields) and few.sites == other.sites
    again = bl.QuantumSun(lioms=3).sample(3, 3).lioms
    assert not np.array_equal(few.fields, again.fields)


def test_levels_repel_at_large_alpha_alone():
    """Means of 24 suns of 256 levels, known to 0.004: five standard errors off the ends."""

    def ratio(alpha):
        suns = [
            bl.QuantumSun(3, 5, alpha, convention="shifted").sample(1, r) for r in range(24)
        ]
        return np.mean([bl.mean_gap_ratio(bl.levels(sun).energies) for sun in suns])

    assert ratio(1.0) == pytest.approx(0.52, abs=0.02)
    assert ratio(0.25) == pytest.approx(0.3863, abs=0.025)


@pytest.mark.parametrize("alpha", [0, -0.5, 1.01, np.nan, "0.7"])
def test_alpha_outside_its_range_is_refused(alpha):
    with pytest.raises(ValueError, match="alpha"):
        bl.QuantumSun(alpha=alpha)


def test_an_unknown_convention_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="suntajs-vidmar.*luitz.*de-roeck"):
        bl.QuantumSun(convention="paper")


def test_suns_that_do_not_fit_are_refused():
    with pytest.raises(DoesNotFit, match="grain_spins"):
        bl.QuantumSun(grain_spins=40).sample(1)
    with pytest.raises(DoesNotFit, match="LIOMs"):
        bl.QuantumSun(lioms=60).sample(1)
