"""The rows of every study are the same for a bath in a complex gauge."""

import dataclasses
from dataclasses import dataclass, fields, is_dataclass

import numpy as np
import pytest
from scipy import sparse
from test_solved_once import SMALL, small_study

from bathlab.model import BathMatrices
from bathlab.model.baths import CoreBath

#: Residuals and what is estimated from them differ; so does which of two ways is quicker.
OF_THE_SOLVER = ("residual", "error", "drift", "steps", "missed", "method")


@dataclass(frozen=True)
class Turned(CoreBath):
    """Another bath with each basis state multiplied by a phase: H, V and O become complex."""

    bath: CoreBath

    def __getattr__(self, name):
        return getattr(self.bath, name)

    def draw(self, seed, realisation):
        drawn = self.bath.draw(seed, realisation)
        angles = np.random.default_rng(seed).uniform(-np.pi, np.pi, drawn.dimension)
        phases = sparse.diags_array(np.exp(1j * angles))

        def turned(matrix):
            return phases @ matrix @ phases.conj()

        return BathMatrices(
            turned(drawn.hamiltonian), turned(drawn.contact), turned(drawn.probe), drawn.dims
        )


def turned(spec):
    """A spec in which every bath without LIOMs is in another gauge."""
    if isinstance(spec, CoreBath):
        return Turned(spec)
    if not is_dataclass(spec):
        return spec
    inside = {
        field.name: turned(value)
        for field in fields(spec)
        if field.init and is_dataclass(value := getattr(spec, field.name))
    }
    return dataclasses.replace(spec, **inside)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_rows_know_no_gauge(name):
    study = small_study(name)
    # Levels of free fermions come in pairs +-E: which is nearest to 0 is up to rounding.
    for case in [case for case in study.cases if not case.name.startswith("free")]:
        real, complex_rows = (
            study.measure(spec, study.seed, 1) for spec in (case.spec, turned(case.spec))
        )
        assert len(real) == len(complex_rows)
        for row, other in zip(real, complex_rows):
            assert row.keys() == other.keys()
            for column, value in row.items():
                if any(word in column for word in OF_THE_SOLVER):
                    continue
                if isinstance(value, str):
                    assert value == other[column]
                else:
                    assert np.allclose(value, other[column], rtol=1e-6, atol=1e-7), (
                        case.name,
                        column,
                        np.max(np.abs(np.asarray(value) - other[column])),
                    )
