"""Seeds that grow for ever, against closed forms and growth cell by cell."""

import itertools
import math

import numpy as np
import pytest
from scipy import ndimage

from bathlab import avalanche

S = math.log(2)


def grows(side, dimension, log_coupling, eta, size):
    """Whether a cube melts all of a lattice, one shell after the other."""
    at = np.indices((size,) * dimension) - size // 2
    outside = np.maximum(np.maximum(-at, at - side + 1).max(axis=0), 0)
    melted = outside == 0
    box = np.ones((3,) * dimension, bool)
    while not melted.all():
        shell = ndimage.binary_dilation(melted, box) & ~melted
        between = set((outside[shell] - 1).tolist())
        assert len(between) == 1
        bath = side**dimension + eta * (np.count_nonzero(melted) - side**dimension)
        if not S / 2 * bath > log_coupling(between.pop()):
            return False
        melted |= shell
    return True


def smallest(dimension, log_coupling, eta, size):
    sides = (
        side for side in itertools.count(1) if grows(side, dimension, log_coupling, eta, size)
    )
    return next(sides)


@pytest.mark.parametrize(
    "zeta, dimension, exponent, coupling, eta, size",
    [
        (0.05, 2, 1.0, "stretched", 1.0, 120),
        (0.03, 2, 1.0, "stretched", 0.7, 120),
        (0.004, 3, 1.0, "stretched", 1.0, 60),
        (0.01, 2, 0.7, "stretched", 1.0, 120),
        (0.05, 1, 0.5, "stretched", 1.0, 1500),
        (0.05, 1, 0.5, "stretched", 1.2, 1500),
        (2.0, 1, 20.0, "power", 1.0, 1500),
        (0.1, 2, 30.0, "power", 1.0, 120),
    ],
)
def test_seeds_are_those_of_growth_cell_by_cell(zeta, dimension, exponent, coupling, eta, size):
    laws = {
        "stretched": lambda r: (r / zeta) ** exponent,
        "power": lambda r: exponent * math.log(1 + r / zeta),
    }
    seed = avalanche.critical_seed(zeta, dimension, exponent, coupling, eta)
    side = seed.order ** (1 / dimension)
    assert 3 < side and 2 * seed.collar + side < size / 2
    found = smallest(dimension, laws[coupling], eta, size)
    # Whole shells step over the hardest place by half a cell at most.
    assert found - 1 <= side <= found + 0.3
    assert not grows(math.floor(0.9 * side), dimension, laws[coupling], eta, size)


@pytest.mark.parametrize("zeta", [1e-6, 0.05, 0.3, 1000.0])
def test_closed_forms(zeta):
    for d in (2, 3, 6):
        wanted = ((d - 1) / d) ** d * (S * d * zeta) ** (-d / (d - 1))
        assert avalanche.critical_seed(zeta, d).order == pytest.approx(wanted, rel=1e-9)
    for b, eta in itertools.product((0.2, 0.7), (1.0, 0.76)):
        wanted = 2 / S * (1 - b) * (b / (eta * S * zeta)) ** (b / (1 - b))
        found = avalanche.critical_seed(zeta, 1, b, strengthening=eta).order
        assert found == pytest.approx(wanted, rel=1e-9)
    x = 6 / (S * zeta)
    wanted = 2 / S * (6 * math.log(x) - 6 + S * zeta) if x > 1 else 0.0
    found = avalanche.critical_seed(zeta, 1, 6.0, "power").order
    assert found == pytest.approx(wanted, rel=1e-9)


def test_one_dimension_with_exponential_couplings_has_a_critical_length():
    for eta in (0.76, 1.0, 1.07):
        critical = 1 / (eta * S)
        below, above = (
            avalanche.critical_seed(critical * x, 1, strengthening=eta) for x in (0.999, 1.001)
        )
        assert below.order == below.cells == math.inf and above.order == 0 and above.cells == 1
        # It is the limit of slower couplings, which have a seed at any zeta.
        near = [avalanche.critical_seed(0.5 * critical, 1, b).order for b in (0.5, 0.8, 0.95)]
        assert near[0] < near[1] < near[2] < math.inf


def test_the_sample_that_has_a_seed():
    seed = avalanche.critical_seed(0.1, 2)
    assert seed.order == pytest.approx(1 / (16 * S**2 * 0.01)) and seed.cells == 14
    assert seed.log_length(0.1) == pytest.approx(7 * math.log(10))
    with pytest.raises(ValueError, match="epsilon"):
        seed.log_length(1.0)


def test_what_is_out_of_range_is_refused():
    for wrong in (
        {"zeta": 0.0},
        {"dimension": 0},
        {"dimension": 1.5},
        {"exponent": 1.1},
        {"exponent": 0.0},
        {"coupling": "powers"},
        {"strengthening": 3.0},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            avalanche.critical_seed(**({"zeta": 0.1, "dimension": 2} | wrong))
