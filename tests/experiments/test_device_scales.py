"""Counts of Omega made on a device are those of the host."""

import numpy as np
import pytest
from remote import BACKENDS, Link

import bathlab as bl
from bathlab.experiments import scale_rows
from bathlab.experiments.device_scales import device_scale_rows
from bathlab.spectrum.unitary import device


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("coupling", [0.04, 0.25])
def test_the_rows_are_those_of_the_host(name, coupling, monkeypatch):
    monkeypatch.setattr(device, "PIECE", 1000)
    circuit = bl.BrickworkCircuit(6, coupling)
    (expected,), (found,) = (
        scale_rows(circuit, 3, 1),
        device_scale_rows(circuit, 3, 1, BACKENDS[name]()),
    )
    assert found.keys() == expected.keys()
    for key in expected.keys() - {"residual"}:
        assert np.allclose(found[key], expected[key], rtol=1e-10, atol=1e-12), key
    assert found["residual"] < 2e-14
    other = device_scale_rows(circuit, 3, 2, BACKENDS[name]())[0]
    assert not np.array_equal(other["joint"], expected["joint"])


def test_the_environment_says_where_pairs_are_counted(monkeypatch):
    monkeypatch.setenv("BATHLAB_BACKEND", "elsewhere")
    with pytest.raises(ValueError, match="backend = 'elsewhere'"):
        scale_rows(bl.BrickworkCircuit(4, 0.1), 1, 0)


def test_only_counts_and_large_pairs_come_back():
    link = Link()
    device_scale_rows(bl.BrickworkCircuit(6, 0.04), 3, 1, link.backend)
    assert max(link.fetched) < 64**2
    # W, and the unit matrices that its eigen-data are held against.
    assert sum(size >= 64**2 for size in link.sent) == 3


def test_bad_input_is_explained():
    with pytest.raises(ValueError, match="expected an object of the class Brick"):
        device_scale_rows(6, 1, 0, BACKENDS["numpy"]())
    with pytest.raises(ValueError, match="expected one of \\['cpu'"):
        device_scale_rows(bl.BrickworkCircuit(4, 0.1), 1, 0, "gpu")
