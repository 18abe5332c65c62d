"""The rows of every study are the same for a bath in a complex gauge."""

import re

import numpy as np
import pytest
from scipy import sparse
from test_solved_once import SMALL, small_study

from bathlab.model import BathMatrices, LocalChainBath, RandomMatrixBath
from bathlab.model.coupled import Grain

#: Residuals and what is estimated from them differ; so does which of two ways is quicker.
OF_THE_SOLVER = ("residual", "error", "drift", "steps", "missed", "method")

#: These curves go to times at which rounding of the levels leaves a phase to so much.
LATE = {("liom_dynamics", "x"): 1e-5, ("liom_dynamics", "z"): 1e-5}

#: Entropy of single spins of a grain, which phases of its basis states entangle.
INSIDE = {("avalanche_conditions", "core")}


def phases_of(seed, dimension):
    angles = np.random.default_rng(seed).uniform(-np.pi, np.pi, dimension)
    return sparse.diags_array(np.exp(1j * angles))


def in_another_gauge(draw):
    """A draw with each basis state multiplied by a phase: H, V and O become complex."""

    def turned_draw(bath, seed, realisation):
        drawn = draw(bath, seed, realisation)
        phases = phases_of(seed, drawn.dimension)
        return BathMatrices(
            *(
                phases @ matrix @ phases.conj()
                for matrix in (drawn.hamiltonian, drawn.contact, drawn.probe)
            ),
            drawn.dims,
        )

    return turned_draw


def along_with_it(site_operator, seed):
    """Operators of a grain's spins in the gauge in which the grain was drawn."""

    def turned(grain, site, axis="x"):
        operator = site_operator(grain, site, axis)
        if not np.iscomplexobj(grain.hamiltonian):
            return operator
        phases = phases_of(seed, grain.dimension)
        return phases @ operator @ phases.conj()

    return turned


def require_same(row, other, study, name):
    assert row.keys() == other.keys()
    for column, value in row.items():
        if any(word in column for word in OF_THE_SOLVER) or (study, column) in INSIDE:
            continue
        if isinstance(value, str):
            assert value == other[column]
        else:
            least = LATE.get((study, column), 1e-7)
            alike = np.allclose(value, other[column], rtol=1e-6, atol=least, equal_nan=True)
            assert alike, (name, column)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_rows_know_no_gauge(name, monkeypatch):
    study = small_study(name)
    # Levels of free fermions come in pairs +-E: which is nearest to 0 is up to rounding. So is
    # how a spin that nothing touches (r) is correlated with another, whose logarithm is a row.
    # A LIOM with a site touches its sigma^x: in the other gauge that is another system. Random
    # amplitudes of "lemma" and "shape" are real between vectors of either gauge.
    other_system = "LIOMs at several|zz to the bath|^chain , .*m = 2"
    left_out = re.compile(f"^free|^r free|{other_system}|lemma|^shape")
    cases = [case for case in study.cases if not left_out.search(case.name)]
    real = [study.measure(case.spec, study.seed, 1) for case in cases]
    for kind in (LocalChainBath, RandomMatrixBath):
        monkeypatch.setattr(kind, "draw", in_another_gauge(kind.draw))
    turned = along_with_it(Grain.site_operator, study.seed)
    monkeypatch.setattr(Grain, "site_operator", turned)
    for case, rows in zip(cases, real):
        turned = study.measure(case.spec, study.seed, 1)
        assert len(turned) == len(rows) > 0
        for row, other in zip(rows, turned):
            require_same(row, other, study.name, case.name)


def test_the_gauge_makes_everything_complex(monkeypatch):
    monkeypatch.setattr(RandomMatrixBath, "draw", in_another_gauge(RandomMatrixBath.draw))
    grain = RandomMatrixBath(3, bandwidth=4.2).sample(1)
    found = (grain.hamiltonian, grain.contact, grain.probe, grain.eigensystem.vectors)
    assert all(map(np.iscomplexobj, found))
