"""What the study of evolutions says of rows that are right, and of wrong rows."""

import numpy as np
import pytest
from scripts import load_study, measured, one, said

from bathlab.experiments.core_patterns import BOXES, CLASSES

SMALL = {
    "ratios": (0.9, 1.0),
    "below": (1.0,),
    "traced": 1500,
    "length": 200000,
    "realisations": (4, 4),
}


@pytest.fixture(scope="module")
def script():
    return load_study("avalanche_evolution")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["quick"].replace(**SMALL)


@pytest.fixture(scope="module")
def rows(script, parameters):
    return measured(script, parameters)


def test_what_chains_say(script, parameters, rows):
    found = said(script, rows, parameters)
    at = "default, eps/eps_c = 1: "
    new = found[at + "share of fusions after which a border is newly resonant"]
    none = one(found, at, "nothing is newly resonant")
    assert 0.7 < new.value < 1 and new.value + none.value == pytest.approx(1)
    assert one(found, at, "nothing is resonant").value < none.value
    assert one(found, at, "across a thermal cell").verdict == "exact"
    assert one(found, "no halted decay", "across a thermal cell").verdict == "exact"
    assert one(found, "next cell l+1", "never do anything").value > 0.95
    apart = one(found, "eps/eps_c = 1: box dimension")
    assert apart.verdict == "as at random within 0.05"
    assert one(found, "eps/eps_c = 1: largest order").verdict == "low orders act as one"
    assert all(claim.id for claim in found.values())


def test_a_coupling_that_decays_in_thermal_cells_is_noticed(script, parameters, rows):
    found = said(script, rows.assign(decayed=rows["crossed"] * 0.5), parameters)
    for reading in ("default, eps/eps_c = 1", "no halted decay"):
        assert one(found, reading, "across a thermal cell").verdict == "another rule"


def test_a_fractal_is_noticed(script, parameters, rows):
    """Boxes that go as r^-0.7 in the place of those of the chains."""
    law = np.tile(BOXES ** (-0.7), (len(CLASSES), 1))
    wrong = [law.ravel() * (1 + 1e-3 * each) for each in rows["realisation"]]
    found = said(script, rows.assign(boxes=wrong), parameters)
    assert one(found, "eps/eps_c = 1: box dimension").verdict == "fractal"


def test_one_large_core_is_noticed(script, parameters, rows):
    found = said(script, rows.assign(largest=rows["cells"] * 0.7), parameters)
    assert one(found, "eps/eps_c = 1: largest order").verdict == "one large core"


def test_cores_as_dense_as_in_short_regions_grow_with_their_size(script, parameters, rows):
    dense = rows.assign(cores=rows["cells"] * 0.2, spots=0.1)
    found = said(script, dense, parameters)
    for words in ("in the cores of", "beyond as many"):
        claim = one(found, "eps/eps_c = 1: power of its size", words)
        assert claim.value == pytest.approx(1)


def test_presets_build(script):
    assert set(script.PRESETS) == {"quick", "default", "paper"}
    for parameters in script.PRESETS.values():
        assert script.build(parameters).cases


@pytest.mark.parametrize("wrong", [{"ratios": (0.9, 1.1)}, {"traced": 200000}])
def test_parameters_that_leave_nothing_to_compare_are_refused(parameters, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        parameters.replace(**wrong)
