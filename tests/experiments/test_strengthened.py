"""Where chains turn thermal, and critical densities at a given zeta_1."""

from dataclasses import replace

import numpy as np
import pytest

from bathlab import avalanche
from bathlab.experiments import strengthened_rows
from bathlab.experiments.strengthened import (
    Turning,
    critical_density,
    critical_epsilon_without,
)
from bathlab.experiments.thresholds import STEPS

CHAIN = avalanche.AvalancheChain(400, 0.1, 1.0)


def test_a_chain_turns_thermal_where_it_says():
    for eta, realisation in ((1.0, 0), (0.5, 0), (1.0, 1)):
        chain = replace(CHAIN, strengthening=eta)
        (row,) = strengthened_rows(Turning(chain), 3, realisation)
        step = 2.0**-STEPS
        ends = [
            replace(chain, epsilon=row["turning"] + side * step).sample(3, realisation)
            for side in (-1, 0)
        ]
        assert [each.thermal for each in ends] == [False, True]
        assert row["density"] == pytest.approx(ends[0].density, abs=0.02)
    weaker, whole = (
        np.mean(
            [
                strengthened_rows(Turning(replace(CHAIN, strengthening=eta)), 1, r)[0][
                    "turning"
                ]
                for r in range(10)
            ]
        )
        for eta in (0.5, 1.0)
    )
    assert weaker > 1.1 * whole


def test_the_rows_of_a_chain_are_its_own():
    chain = replace(CHAIN, epsilon=0.16)
    found = chain.sample(2, 5)
    assert strengthened_rows(chain, 2, 5) == [
        {"thermal": float(found.thermal), "density": found.density}
    ]
    with pytest.raises(ValueError, match="spec"):
        strengthened_rows(0.1, 1, 0)


@pytest.mark.parametrize("K, eta", [(0.5, 1.0), (1.0, 0.8), (3.0, 1.07)])
def test_critical_densities_are_the_critical_points(K, eta):
    critical = avalanche.critical_epsilon(K, strengthening=eta)
    zeta = 1 / np.log(K / critical)
    assert critical_density(zeta, eta) == pytest.approx(critical, rel=1e-9)
    assert critical_density(1.01 / (eta * np.log(2)), eta) == 0
    assert critical_epsilon_without(K, 0.0, eta) == pytest.approx(critical, rel=1e-9)
    assert critical_epsilon_without(K, 1.0, eta) > 1.05 * critical
