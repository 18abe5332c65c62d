"""Bad input: a ValueError that says what was given, expected and what to do, before any
work."""

import numpy as np
import pytest
import qutip
from refusals import explained, refused
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

import bathlab as bl

H = np.diag([0.0, 1.0, 2.0, 3.0]) + 0.1 * np.ones((4, 4))
V = np.eye(4)
CHAIN = bl.LocalChainBath(spins=3)
SYSTEM = bl.couple(CHAIN, bl.LiomChain(count=1)).sample(1)
STATE = bl.eigenstate_near(SYSTEM)
SKEW = np.triu(np.ones((4, 4)))
IMAGINARY = H + 1j * (SKEW - SKEW.T)

CASES = {
    "both widths": lambda: bl.RandomMatrixBath(6, bandwidth=1.0, level_spacing=1.0),
    "neither width": lambda: bl.RandomMatrixBath(6),
    "bandwidth 0": lambda: bl.RandomMatrixBath(6, bandwidth=0.0),
    "spacing nan": lambda: bl.RandomMatrixBath(6, level_spacing=float("nan")),
    "no spins": lambda: bl.RandomMatrixBath(0, bandwidth=1.0),
    "no sites": lambda: bl.LocalChainBath(spins=0),
    "half a spin": lambda: bl.LocalChainBath(spins=2.5),
    "true spins": lambda: bl.LocalChainBath(spins=True),
    "negative disorder": lambda: bl.LocalChainBath(spins=3, disorder=-0.1),
    "infinite field": lambda: bl.LocalChainBath(spins=3, field=float("inf")),
    "alpha 0": lambda: bl.LiomChain(count=2, alpha=0.0),
    "alpha < 0": lambda: bl.LiomChain(count=2, alpha=-0.5),
    "g1 nan": lambda: bl.LiomChain(count=2, g1=float("nan")),
    "g1 text": lambda: bl.LiomChain(count=2, g1="0.2"),
    "negative count": lambda: bl.LiomChain(count=-1),
    "negative LIOM disorder": lambda: bl.LiomChain(count=1, disorder=-1),
    "unequal lists": lambda: bl.LiomChain.given(fields=[1.0], couplings=[0.1, 0.2]),
    "given nan": lambda: bl.LiomChain.given(fields=[float("nan")], couplings=[0.1]),
    "core no bath": lambda: bl.EnlargedBath(core=H, lioms=bl.LiomChain(1)),
    "chain no chain": lambda: bl.couple(CHAIN, [0.1, 0.2]),
    "bath name": lambda: bl.couple("goe", bl.LiomChain(1)),
    "contact shape": lambda: bl.GivenBath(H, np.eye(3), V),
    "probe shape": lambda: bl.GivenBath(H, V, np.eye(5)),
    "probe not square": lambda: bl.GivenBath(H, V, np.ones((4, 3))),
    "contact not Hermitian": lambda: bl.GivenBath(H, SKEW, V),
    "probe symmetric, not Hermitian": lambda: bl.GivenBath(H, V, 1j * V),
    "H complex, not Hermitian": lambda: bl.GivenBath(H + 1e-3j * V, V, V),
    "H Qobj, not Hermitian": lambda: bl.GivenBath(qutip.sigmap(), qutip.sigmax(), np.eye(2)),
    "symmetry": lambda: bl.RandomMatrixBath(3, bandwidth=1.0, symmetry="symplectic"),
    "symmetry None": lambda: bl.RandomMatrixBath(3, bandwidth=1.0, symmetry=None),
    "H not Hermitian": lambda: bl.GivenBath(sparse.csr_array(SKEW), V, V),
    "H not square": lambda: bl.GivenBath(np.ones((4, 3)), V, V),
    "H nan": lambda: bl.GivenBath(H * np.nan, V, V),
    "H text": lambda: bl.GivenBath("H", V, V),
    "H empty": lambda: bl.eigenstate_near(np.ones((0, 0))),
    "H a vector": lambda: bl.eigenstate_near(np.ones(4)),
    "H a ket": lambda: bl.eigenstate_near(qutip.basis(2, 0)),
    "H a skew product": lambda: bl.spectral_measure(
        LinearOperator((4, 4), matvec=lambda x: SKEW @ x), V, np.ones(4)
    ),
    "diagonalise not Hermitian": lambda: bl.diagonalise(SKEW),
    "energy above": lambda: bl.eigenstate_near(H, energy=9.0),
    "energy below, sparse": lambda: bl.eigenstate_near(
        sparse.diags_array(np.arange(500.0)), energy=-50.0, method="sparse"
    ),
    "energy nan": lambda: bl.eigenstate_near(H, energy=float("nan")),
    "count 0": lambda: bl.eigenstates_near(H, 1.0, count=0),
    "count too large": lambda: bl.eigenstates_near(H, 1.0, count=5),
    "state method": lambda: bl.eigenstate_near(H, 1.0, method="magic"),
    "measure method": lambda: bl.spectral_measure(SYSTEM, np.eye(16), STATE, method="magic"),
    "operator too small": lambda: bl.spectral_measure(SYSTEM, np.eye(8), STATE),
    "operator not Hermitian": lambda: bl.spectral_measure(
        SYSTEM, np.triu(np.ones((16, 16))), STATE
    ),
    "operator kills the state": lambda: bl.spectral_measure(SYSTEM, np.zeros((16, 16)), STATE),
    "state too short": lambda: bl.spectral_measure(SYSTEM, np.eye(16), np.ones(8)),
    "unknown operator": lambda: SYSTEM.operator("prob"),
    "LIOM 0": lambda: SYSTEM.operator(0),
    "LIOM 2 of 1": lambda: SYSTEM.operator(2),
    "too many LIOMs": lambda: bl.couple(CHAIN, bl.LiomChain(count=60)).sample(1),
    "far too many LIOMs": lambda: bl.couple(CHAIN, bl.LiomChain(count=10**6)).sample(1),
    "too long a chain": lambda: bl.LocalChainBath(spins=40).sample(1),
    "too large a matrix": lambda: bl.RandomMatrixBath(spins=1000, bandwidth=1.0).sample(1),
    "a class for a chain": lambda: bl.couple(CHAIN, bl.LiomChain),
    "couplings overflow": lambda: bl.LiomChain(count=5, alpha=1e300),
    "state nan": lambda: bl.spectral_measure(SYSTEM, np.eye(16), np.full(16, np.nan)),
    "store a file": lambda: bl.run(bl.Study("s", len, (bl.Case("a", 1, 1),)), __file__),
    "negative seed": lambda: CHAIN.sample(seed=-1),
    "negative realisation": lambda: CHAIN.sample(seed=1, realisation=-1),
    "empty window": lambda: CHAIN.sample(1).density_of_states(energy=100.0),
    "window 0": lambda: CHAIN.sample(1).density_of_states(window=0.0),
    "estimator": lambda: CHAIN.sample(1).g_parameter(0.2, estimator="best"),
    "g nan": lambda: CHAIN.sample(1).g_parameter(float("nan")),
    "edges descend": lambda: CHAIN.sample(1).structure_factor("contact", [1.0, 0.0]),
    "one edge": lambda: bl.hybridisation(SYSTEM, STATE, [1.0]),
    "state of another system": lambda: bl.hybridisation(
        SYSTEM, bl.eigenstate_near(H, 1.0), [0.0, 1.0]
    ),
    "two levels": lambda: bl.mean_gap_ratio([0.0, 1.0]),
    "wide phases": lambda: bl.mean_gap_ratio([0.0, 4.0, 8.0], periodic=True),
    "levels of a matrix": lambda: bl.analysis.density_of_states(H),
    "crossover alpha": lambda: bl.crossover_length(6, 0.0),
    "crossover spins": lambda: bl.crossover_length(0, 0.5),
    "no case": lambda: bl.Study("empty", len, ()),
    "same names": lambda: bl.Study("twice", len, (bl.Case("a", 1, 1), bl.Case("a", 2, 1))),
    "no realisations": lambda: bl.Case("a", 1, 0),
    "lengths": lambda: bl.estimate([1.0, 2.0], [0]),
    "no values": lambda: bl.estimate([], []),
}
test_bad_input_is_explained = explained(CASES)


@pytest.mark.parametrize("message", [None, "g = nan.", "g = nan was given; expected a number"])
def test_what_is_taken_or_refused_without_a_word_of_help_is_no_explanation(message):
    def call():
        if message:
            raise ValueError(message)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        refused(call)


@pytest.mark.parametrize("workers", [0, -1, 1.5])
def test_workers(tmp_path, workers):
    study = bl.Study("never", lambda *_: pytest.fail("work was started"), (bl.Case("a", 1, 1),))
    with pytest.raises(ValueError, match="workers"):
        bl.run(study, tmp_path / "s", workers=workers)
    assert not (tmp_path / "s").exists()
