"""Closed forms of the chain against its matrices."""

import numpy as np
import pytest

import bathlab as bl


@pytest.mark.parametrize("spins, transverse, coupling", [(1, 0.5, 1.0), (4, 0.7, -0.9)])
def test_the_third_moment_is_that_of_every_realisation(spins, transverse, coupling):
    bath = bl.LocalChainBath(spins, transverse=transverse, coupling=coupling)
    exact = bl.theory.chain_third_moment(spins, transverse, coupling)
    for realisation in range(3):
        matrix = bath.sample(1, realisation).hamiltonian
        moment = np.trace(np.linalg.matrix_power(np.asarray(matrix), 3)) / 2**spins
        assert moment == pytest.approx(exact, abs=1e-12)


def test_numbers_that_are_none_are_refused():
    for arguments, words in (((0, 0.5, 1.0), "spins = 0"), ((3, np.nan, 1.0), "transverse")):
        with pytest.raises(ValueError, match=words):
            bl.theory.chain_third_moment(*arguments)
