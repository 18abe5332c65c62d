"""Two spins in eigenstates of what they are attached to: how correlated they are."""

from __future__ import annotations

import math

import numpy as np

from bathlab.conventions import SIGMA_X, SIGMA_Z, Array, RealArray

#: A spin with a smaller share of log 2 as its entropy is free, with a larger than 1 minus that
#: melted.
FREE = 0.1
#: Smaller correlators are those of rounding.
ROUNDING = 1e-16


def pair_numbers(states: Array) -> dict[str, RealArray]:
    """What each of k states says of the spins l and r.

    Parameters
    ----------
    states
        (d, 2, 2, k) components of normalised states: bath level b, spin r, spin l.

    Returns
    -------
    dict[str, ndarray]
        (k,) arrays by name.

        * ``zz``, ``xx``: <O_l O_r> - <O_l><O_r> of sigma^z and sigma^x.
        * ``participation``: 1/sum |c|^4 over the products |s_l, s_r, b>; ``overlap``: the
          largest |c|^2.
        * ``entropy``: of one spin, the mean of both, in units of log 2. ``mutual``: S_l + S_r -
          S_lr in nats, 0 iff rho_lr is a product.
        * ``deviation``: sqrt(tr (rho_lr - 1/4)^2): 0 for the mixed product, sqrt(3/4) for a
          pure state.
    """
    weights = np.abs(states) ** 2
    rho = np.einsum("brlk,bsmk->krlsm", states, states.conj())
    left, right = np.einsum("krlrm->klm", rho), np.einsum("krlsl->krs", rho)
    whole = rho.reshape(-1, 4, 4)
    entropies = [_entropy(each) for each in (left, right, whole)]
    squares = np.sum(np.abs(whole) ** 2, axis=(1, 2))
    found = {
        name: _mean(whole, np.kron(spin, spin)) - _mean(left, spin) * _mean(right, spin)
        for name, spin in (("zz", SIGMA_Z), ("xx", SIGMA_X))
    }
    return {
        **found,
        "participation": 1 / np.sum(weights**2, axis=(0, 1, 2)),
        "overlap": weights.max(axis=(0, 1, 2)),
        "entropy": (entropies[0] + entropies[1]) / (2 * math.log(2)),
        "mutual": entropies[0] + entropies[1] - entropies[2],
        "deviation": np.sqrt(np.maximum(squares - 1 / 4, 0.0)),
    }


def pair_means(numbers: dict[str, RealArray]) -> dict[str, float]:
    """Means over eigenstates of what :func:`pair_numbers` found.

    ``zz``, ``xx``: mean |Cor|; ``zz_log`` of log |Cor_zz|, whose exponential is the typical
    one; ``zz_signed`` of Cor_zz itself. ``participation`` is of its logarithm. ``product`` is
    the share of states with an overlap above 1/2; ``free`` and ``melted`` are those with an
    entropy below ``FREE`` and above 1 - ``FREE``. The others are means as they are.
    """
    zz, entropy = numbers["zz"], numbers["entropy"]
    means = {
        "zz": np.abs(zz),
        "xx": np.abs(numbers["xx"]),
        "zz_log": np.log(np.maximum(np.abs(zz), ROUNDING)),
        "zz_signed": zz,
        "participation": np.log(numbers["participation"]),
        "product": numbers["overlap"] > 1 / 2,
        "entropy": entropy,
        "free": entropy < FREE,
        "melted": entropy > 1 - FREE,
        "mutual": numbers["mutual"],
        "deviation": numbers["deviation"],
    }
    return {name: float(np.mean(values)) for name, values in means.items()}


def _mean(rho: Array, operator: Array) -> RealArray:
    """tr rho O of each of (k, n, n) density matrices."""
    return np.asarray(np.einsum("kab,ba->k", rho, operator).real)


def _entropy(rho: Array) -> RealArray:
    """-tr rho log rho of each of (k, n, n) density matrices."""
    weights = np.clip(np.linalg.eigvalsh(rho), np.finfo(float).tiny, None)
    return np.asarray(-np.sum(weights * np.log(weights), axis=-1))
