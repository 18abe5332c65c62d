"""All levels of random systems of every model, by products alone, against LAPACK."""

import numpy as np
import pytest

import bathlab as bl
from bathlab.operators import SpinSpace

#: Of the width; both engines are right to some 1e-14 of it.
ROUNDING = 1e-12
#: Realisations of each model: 200 systems in all.
DRAWS = 25


def lioms(draw, count):
    return bl.LiomChain(
        count, g1=float(draw.uniform(0.02, 1)), alpha=float(draw.uniform(0.3, 1))
    )


def coupled(bath, count):
    return lambda draw, seed: bl.couple(bath, lioms(draw, count)).sample(seed, 1)


def open_chain(draw, seed):
    """Random fields in a sector of a chain of spins one half, or one."""
    space = SpinSpace(8, 0.0) if seed % 2 else SpinSpace(5, 1.0, 1.0)
    pairs = [(i, i + 1) for i in range(space.sites - 1)]
    terms = [(1.0, 2 * letter, pair) for letter in "xyz" for pair in pairs]
    return space.system(terms + [(draw.normal(), "z", (i,)) for i in range(space.sites)])


MODELS = {
    "random matrix": coupled(bl.RandomMatrixBath(4, bandwidth=4.2), 3),
    "complex random matrix": coupled(
        bl.RandomMatrixBath(4, bandwidth=4.2, symmetry="unitary"), 3
    ),
    "chain": coupled(bl.LocalChainBath(5), 2),
    "enlarged": lambda draw, seed: bl.couple(
        bl.EnlargedBath(bl.RandomMatrixBath(4, bandwidth=4.2), lioms(draw, 2)), lioms(draw, 1)
    ).sample(seed, 1),
    "given": lambda draw, seed: bl.couple(
        bl.GivenBath(*(a + a.T for a in draw.standard_normal((3, 9, 9)))), lioms(draw, 4)
    ).sample(seed, 1),
    "spins in a line": lambda draw, seed: bl.LocalisedChain(
        bl.RandomMatrixBath(4, bandwidth=4.2), lioms(draw, 3)
    ).sample(seed, 1),
    "sector": open_chain,
    "circuit, Hermitian part": lambda draw, seed: _hermitian(
        bl.BrickworkCircuit(6, float(draw.uniform(0.02, 0.5))).sample(seed, 1)
    ),
}


def _hermitian(circuit):
    W = circuit.matrix()
    W = W.toarray() if hasattr(W, "toarray") else W
    return (W + W.conj().T) / 2


@pytest.mark.filterwarnings("ignore::bathlab.errors.FixedBath")
@pytest.mark.parametrize("model", MODELS)
def test_all_levels_of_random_systems(model):
    for seed in range(DRAWS):
        system = MODELS[model](np.random.default_rng(seed), seed)
        matrix = system if isinstance(system, np.ndarray) else system.matrix()
        dense = matrix.toarray() if hasattr(matrix, "toarray") else matrix
        energies = np.linalg.eigvalsh(dense)
        found = bl.levels(system, "lanczos")
        assert len(found.energies) == len(energies)
        off = np.abs(found.energies - energies).max()
        assert off <= ROUNDING * np.ptp(energies), (model, seed, off)
