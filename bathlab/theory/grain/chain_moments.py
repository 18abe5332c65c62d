"""Moments of the local chain that hold for every realisation of its fields."""

from __future__ import annotations

from bathlab.checks import as_integer, as_real


def chain_third_moment(spins: int, transverse: float, coupling: float) -> float:
    """tr H_B^3 / 2^N = 6 J^2 J' (N - 1) of the chain of DRH eq. (24).

    Of H_B = sum_i (h'_i sigma^z_i + J sigma^x_i) + J' sum_i sigma^x_i sigma^x_i+1 three terms
    have a trace if they are the bond i, i+1 and J sigma^x of both its ends, in any of 6 orders.

    Parameters
    ----------
    spins
        N.
    transverse, coupling
        J and J', in units of the field.

    Raises
    ------
    ValueError
        If spins < 1 or a number is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> bath = bl.LocalChainBath(4, transverse=0.5, coupling=1.0)
    >>> energies = bl.diagonalise(bath.sample(1)).energies
    >>> print(f"{np.mean(energies**3):.4f}, {bl.theory.chain_third_moment(4, 0.5, 1.0):.4f}")
    4.5000, 4.5000
    """
    spins = as_integer("spins", spins, 1, 2**53)
    transverse = as_real("transverse", transverse)
    coupling = as_real("coupling", coupling)
    return 6 * transverse**2 * coupling * (spins - 1)


def chain_second_moment(
    spins: int, field: float, disorder: float, transverse: float, coupling: float
) -> float:
    """Mean over disorder of tr H_B^2 / 2^N = N (<h'^2> + J^2) + (N - 1) J'^2, eq. (24).

    <h'^2> = field^2 + disorder^2/3 for h' = field + U[-disorder, disorder].

    Parameters
    ----------
    spins
        N.
    field, disorder, transverse, coupling
        as of :class:`bathlab.LocalChainBath`.

    Raises
    ------
    ValueError
        If spins < 1, disorder < 0 or a number is not finite.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> bath = bl.LocalChainBath(4, field=1.0, disorder=0.0, transverse=0.5, coupling=1.0)
    >>> energies = bl.diagonalise(bath.sample(1)).energies
    >>> moment = bl.theory.chain_second_moment(4, 1.0, 0.0, 0.5, 1.0)
    >>> print(f"{np.mean(energies**2):.4f}, {moment:.4f}")  # without disorder: exact
    8.0000, 8.0000
    """
    spins = as_integer("spins", spins, 1, 2**53)
    field, transverse = as_real("field", field), as_real("transverse", transverse)
    disorder = as_real("disorder", disorder, minimum=0)
    coupling = as_real("coupling", coupling)
    one_spin = field**2 + disorder**2 / 3 + transverse**2
    return spins * one_spin + (spins - 1) * coupling**2
