"""Studies from the command line, in miniature: picture, data, claims, and what they measure."""

import math

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scripts import load_study

import bathlab as bl

#: Parameters that make the quick preset a matter of seconds.
SMALL = {
    "avalanche_conditions": [
        "total=8",
        "realisations=[6, 4, 4, 4, 4]",
        "shelled=[2]",
        "law_grains=[2, 4]",
        "counts=[1, 2]",
    ],
    "avalanche_variants": [
        "realisations=[4, 4, 4, 10, 4, 4]",
        "sizes=[4, 5, 6]",
        "widths=[5.0, 20.0]",
        "modes=[4, 8]",
        "lioms=4",
        "grain=3",
        "chain=6",
    ],
    "bath_growth": ["lioms=4", "realisations=[12, 40]"],
    "interface_profile": ["lioms=4", "realisations=[6]"],
    "interface_rates": [
        "spins=4",
        "lioms=[2, 3, 4]",
        "realisations=[5, 5, 5]",
        "most=5",
        "few=5",
        "decaying=3",
        "others=5",
        "varied=5",
        "grains=[3, 5]",
        "singles=10",
    ],
    "hybridisation_width": [
        "spins=[5, 6, 7]",
        "spacing=0.16",
        "couplings=[0.57]",
        "realisations=[30, 30, 20]",
    ],
    "one_curve": [
        "spins=5",
        "lioms=2",
        "states=2",
        "couplings=[0.05, 0.3, 0.7]",
        "inner=[0.2, 0.8]",
        "realisations=[6, 6]",
    ],
    "bath_skewness": ["spins=5", "random_spins=5", "states=2", "realisations=[6, 6]"],
    "hybridisation_chain": ["spins=6", "realisations=[20]"],
    "compare_baths": [
        "baths.0.spins=5",
        "baths.1.spins=5",
        "baths.2.spins=4",
        "baths.2.lioms=1",
        "baths.3.spins=5",
        "couplings=[0.05, 0.3, 0.6]",
        "window=2",
        "realisations=[12]",
    ],
    "crossover_length": [
        "spins=[3, 4, 5]",
        "alphas=[0.5, 0.8]",
        "few=[0.5, 0.8]",
        "totals=[6, 7]",
        "realisations=[10, 10]",
        "varied=10",
        "alone=10",
        "few_spins=[3, 4]",
        "chains=[3]",
    ],
    "localised_chain": [
        "count=2",
        "couplings=[0.1, 0.3]",
        "realisations=[8, 8]",
        "zz_realisations=6",
    ],
    "circuit_drift": ["couplings=[0.02, 0.25]", "few=[0.02]", "realisations=[6, 5]"],
    "resonant_scales": [
        "realisations=[30, 8]",
        "window_sites=[8]",
        "windows=[5]",
        "states=32",
        "changes=[5]",
    ],
    "avoided_crossing": ["sites=[4]", "realisations=[6]", "drawn=4"],
    "three_level": [
        "sites=[4, 6]",
        "realisations=[30, 12]",
        "swept_sites=4",
        "steps=64",
        "sweeps=6",
    ],
    "susceptibilities": ["realisations=[16, 6]", "unitaries=20"],
    "structure_factors": [
        "spins=6",
        "couplings=[0.8]",
        "fields=[0.71]",
        "bandwidths=[7.0]",
        "realisations=[12, 12, 12]",
    ],
}


@pytest.fixture(scope="module", params=SMALL)
def outcome(request, tmp_path_factory):
    """Module of the study, folder of its files, what it printed."""
    name, folder = request.param, tmp_path_factory.mktemp(request.param)
    script = load_study(name)
    command = script.study.command
    settings = [word for setting in SMALL[name] for word in ("--set", setting)]
    result = CliRunner().invoke(
        command,
        [
            "--preset",
            "quick",
            "--workers",
            "1",
            *settings,
            "--store",
            str(folder / "store"),
            "--figure",
            str(folder / "picture.png"),
        ],
    )
    assert result.exit_code == 0, result.output
    return script, folder, result.stdout


@pytest.mark.slow
def test_a_study_leaves_picture_data_claims_and_parameters(outcome):
    script, folder, shown = outcome
    assert (folder / "picture.png").read_bytes()[:4] == b"\x89PNG"
    assert (folder / "picture.pdf").read_bytes()[:4] == b"%PDF"
    assert len(pd.read_csv(folder / "picture.csv")) >= 4
    parameters = bl.workbench.from_toml(
        script.Parameters, (folder / "picture.toml").read_text()
    )
    wanted = {case.name: case.realisations for case in script.build(parameters).cases}
    table = bl.load(folder / "store")
    assert table.groupby("case")["realisation"].nunique().to_dict() == wanted
    if "residual" in table:  # not where all levels are known
        assert table["residual"].max() < 1e-10
    for word in ("claim", "paper", "here", "N", "verdict"):
        assert word in shown
    command, claims = (folder / "picture.txt").read_text().split("\n\n")
    # No file but the study is needed: what differs from the preset is in the command.
    assert "--preset quick --set " in command and "--config" not in command
    assert claims.strip() in shown


@pytest.mark.parametrize("name", SMALL)
def test_presets_build(name):
    script = load_study(name)
    assert set(script.PRESETS) == {"quick", "default", "paper"}
    for parameters in script.PRESETS.values():
        assert (
            bl.workbench.from_toml(
                type(script.PRESETS["default"]), bl.workbench.to_toml(parameters)
            )
            == parameters
        )
        script.build(parameters)
    assert script.PRESETS["default"] == script.Parameters()


def test_the_golden_rule_fixes_the_prefactor():
    """GOE of 2^8 levels, g = 0.8: w = pi g^2 v(2h) with v of the semicircle, and not a pi less.

    60 realisations; the median half-width has an error of 2 %; finite g^2/xi shifts it by as
    much.
    """
    bath = bl.RandomMatrixBath(8, bandwidth=10.0)
    model = bl.couple(bath, bl.LiomChain(1, g1=0.8, disorder=0.0))
    widths = []
    for realisation in range(60):
        system = model.sample(1, realisation)
        state = bl.eigenstate_near(system, 0.0)
        widths.append(bl.hybridisation(system, state, [-1, 1]).halfwidth)
    found = bl.estimate(widths, range(60))
    semicircle = 2 / (math.pi * 25) * math.sqrt(25 - 1)  # density at E = 1, share of the levels
    expected = bl.theory.golden_rule_width(0.8, semicircle)
    assert abs(found.mean - expected) < 5 * found.error + 0.02 * expected
    for wrong in (expected / math.pi, expected / 2, expected * 2):
        assert abs(found.mean - wrong) > 5 * found.error + 0.02 * wrong
    with pytest.raises(ValueError, match="structure_factor"):
        bl.theory.golden_rule_width(0.2, -1.0)


def test_slopes_are_those_of_each_realisation():
    rng = np.random.default_rng(2)
    table = pd.DataFrame(
        [
            {"realisation": r, "x": x, "y": offset + (0.5 + 0.1 * tilt) * x}
            for r, (offset, tilt) in enumerate(rng.standard_normal((50, 2)))
            for x in range(4)
        ]
    )
    found = bl.statistics.slope(table, "x", "y")
    each = table[table["x"] == 1]["y"].to_numpy() - table[table["x"] == 0]["y"].to_numpy()
    assert found.mean == pytest.approx(each.mean())
    assert found.error == pytest.approx(each.std(ddof=1) / math.sqrt(50))
    with pytest.raises(ValueError, match="two or more"):
        bl.statistics.slope(table[table["x"] == 0], "x", "y")
