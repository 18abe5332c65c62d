"""Amplitudes of eigenstates on uncoupled states, against how far these are in energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np

from bathlab.checks import as_array, as_edges, as_list, refusal, require_kind
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts
from bathlab.operators.eigensystem import Eigensystem
from bathlab.spectrum.eigenstates import Eigenstate


@dataclass(frozen=True, eq=False, repr=False)
class ProductAmplitudes(Facts):
    """<s, b|psi> of several eigenstates psi on the products of levels b and spin states s.

    Attributes
    ----------
    omega
        (states, spins, levels) E(s, b) - E.
    values
        (states, spins, levels), of the same order.
    """

    omega: RealArray
    values: Array

    @property
    def weights(self) -> RealArray:
        return np.abs(self.values) ** 2


def product_amplitudes(
    levels: Eigensystem, spin_energies: Any, states: Sequence[Eigenstate]
) -> ProductAmplitudes:
    """The amplitudes of eigenstates of levels with spins, in the basis levels (x) spins.

    Parameters
    ----------
    levels
        the uncoupled part, diagonalised.
    spin_energies
        (m,) energies of the spin states, [0] where there is no spin.
    states
        eigenstates of the whole.

    Raises
    ------
    ValueError
        If there is no state, or one does not fit the levels.
    """
    require_kind("levels", levels, Eigensystem, "Take grain.eigensystem.")
    energies = as_array("spin_energies", spin_energies, least=1)
    states = as_list("states", states, "eigenstates")
    wanted = levels.dimension * len(energies)
    for state in states:
        require_kind("A state", state, Eigenstate, "Take those of eigenstates_near.")
        if len(state.vector) != wanted:
            given = f"a state of dimension {len(state.vector)}"
            raise refusal("states", given, f"dimension {wanted}", "Solve the same system.")
    if not states:
        raise refusal("states", "[]", "one or more eigenstates", "Ask for more.")
    tables = np.stack([state.vector.reshape(levels.dimension, -1) for state in states], axis=1)
    found = levels.vectors.conj().T @ tables.reshape(levels.dimension, -1)
    values = found.reshape(levels.dimension, len(states), -1).transpose(1, 2, 0)
    places = np.array([state.energy for state in states])
    products = np.add.outer(energies, levels.energies)
    return ProductAmplitudes(products - places[:, None, None], values)


@dataclass(frozen=True, eq=False, repr=False)
class BinMoments(Facts):
    """Sums over the entries of each bin, (m,) arrays: how many there are, of the moduli, of
    their squares and of their fourth powers."""

    count: RealArray
    first: RealArray
    second: RealArray
    fourth: RealArray


def bin_moments(places: Any, values: Any, edges: Any) -> BinMoments:
    """Sums of moduli and powers of ``values`` by where they are.

    Of real Gaussian numbers of one variance in a bin, fourth count/second^2 = 3 and
    first/sqrt(count second) = sqrt(2/pi); a variance that changes within it makes the one
    larger and the other smaller.

    Parameters
    ----------
    places, values
        of one shape; values may be complex.
    edges
        (m+1,) ascending; what is outside is in no bin.

    Raises
    ------
    ValueError
        If shapes differ, a number is not finite, or the edges do not ascend.
    """
    places = as_array("places", places, ndim=None)
    values = np.abs(as_array("values", values, shape=places.shape, ndim=None, kind="complex"))
    edges, where, flat = as_edges(edges), places.ravel(), values.ravel()
    sums = [np.histogram(where, edges, weights=flat**power)[0] for power in (0, 1, 2, 4)]
    return BinMoments(*sums)
