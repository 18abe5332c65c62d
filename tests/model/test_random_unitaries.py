"""Random unitaries of three classes: levels, elements, and what is refused."""

import numpy as np
import pytest

import bathlab as bl
from bathlab.model import RandomUnitary

#: Mean gap ratios, and <|tr W|^2> at dimension 16: n, 2n/(n + 1), 1.
CLASSES = {"Poisson": (0.3863, 16.0), "COE": (0.5307, 32 / 17), "CUE": (0.5996, 1.0)}


def traces(levels, count=600):
    model = RandomUnitary(4, levels)
    return np.array([np.trace(model.sample(5, r).matrix()) for r in range(count)])


@pytest.mark.parametrize("levels", CLASSES)
def test_levels_are_those_of_the_class(levels):
    """Five standard errors each, false alarms of 6e-7."""
    ratio, form = CLASSES[levels]
    found = [bl.mean_gap_ratio(RandomUnitary(6, levels).sample(5, r)) for r in range(40)]
    assert abs(np.mean(found) - ratio) < 5 * np.std(found) / np.sqrt(40) < 0.04
    here = np.abs(traces(levels)) ** 2
    assert abs(here.mean() - form) < 5 * here.std() / np.sqrt(len(here)) < 0.3 * form


def test_a_factor_of_qr_is_not_haar():
    """Its R should have a positive diagonal: LAPACK's has not."""
    draw = np.random.default_rng(5)
    gaussian = draw.standard_normal((600, 16, 16)) + 1j * draw.standard_normal((600, 16, 16))
    here = np.abs(np.trace(np.linalg.qr(gaussian)[0], axis1=1, axis2=2)) ** 2
    assert abs(here.mean() - 1) > 5 * here.std() / np.sqrt(600)


@pytest.mark.parametrize("levels", CLASSES)
def test_elements_are_those_of_a_projector_whatever_omega_is(levels):
    """Sum rule exactly; Z at small and large omega alike, within five standard errors."""
    near, far = [], []
    for realisation in range(40):
        found = bl.resonances(RandomUnitary(5, levels).sample(2, realisation), 2)
        assert np.allclose(found.Z.sum(axis=1), 1, rtol=0, atol=1e-12)
        upper = np.triu_indices(32, 1)
        omega, Z = np.abs(found.omega[upper]), found.Z[upper]
        near.append(Z[omega < 0.4].mean())
        far.append(Z[omega >= 0.4].mean())
        turn = found.z[0, 1] * found.z[1, 2] * found.z[2, 0]  # no phase of a state is in it
        assert (abs(turn.imag) < 1e-12) == (levels == "COE")
    apart = np.subtract(near, far)
    assert abs(apart.mean()) < 5 * apart.std() / np.sqrt(40) < 0.2 * np.mean(far)


def test_samples_are_pure_and_of_the_sites():
    model = RandomUnitary(3, "COE")
    one, same, other = (model.sample(1, r).matrix() for r in (0, 0, 1))
    assert np.array_equal(one, same) and not np.allclose(one, other)
    assert np.allclose(one, one.T) and (model.sample(1).sites, model.repulsion) == (3, 1)
    with pytest.raises(ValueError, match="site"):
        model.sample(1).pauli(4)
    for wrong in ({"sites": 1, "levels": "CUE"}, {"sites": 4, "levels": "GUE"}):
        with pytest.raises(ValueError, match="expected"):
            RandomUnitary(**wrong)
    with pytest.raises(ValueError, match="fewer sites"):
        RandomUnitary(40, "CUE").sample(1)
