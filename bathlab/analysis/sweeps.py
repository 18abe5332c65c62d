"""All levels followed while the field on one site grows, and how scales change there.

Garratt, Roy & Chalker, appendix C. Labels are exchanged at the centres of avoided crossings, so
that a label keeps the sign of its polarisation z_nn. W exp(i h sigma/2) is -W at h = 2 pi:
there every state is what it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from bathlab.analysis.crossings import shifted_levels
from bathlab.analysis.level_pairs import Resonances
from bathlab.checks import as_integer, as_real, require_kind
from bathlab.conventions import Array, RealArray
from bathlab.facts import Facts
from bathlab.operators.memory import require_memory

#: A whole turn of a field.
TURN = 2 * np.pi
#: R^2 of the pairs that cross at J = 0 lies above, that of pairs that run in parallel below.
CROSSING = 0.5
#: Levels farther apart than this, in radians, are not at the centre of a crossing.
FARTHEST = 1.0


@dataclass(frozen=True, eq=False, repr=False)
class LevelSweep(Facts):
    """All n levels at fields h_j + shift.

    Attributes
    ----------
    shifts
        (k,) equally spaced, from 0.
    levels
        (k, n) quasienergies, ascending at each field.
    polarisations
        (k, n) z_nn, in the order of the levels.
    elements
        (k, n, n) |z_nm| in the same order.
    followed
        (k, n) where the state is that started as level n and goes on in what it overlaps
        with: a crossing that is narrower than a step is passed through, a wider one turns back.
    labels
        (k, n) the same with two labels exchanged at the centre of each avoided crossing.
    exchanges
        (e, 3) the place of the field and the two labels of each exchange.
    closing
        (n,) which level of the first field each level of the last one is.
    """

    shifts: RealArray
    levels: RealArray
    polarisations: RealArray
    elements: RealArray
    followed: Array
    labels: Array
    exchanges: Array
    closing: Array

    def polarisation(self, labels: Array) -> RealArray:
        """(k, n) z_nn along ``labels`` or ``followed``."""
        return np.take_along_axis(self.polarisations, labels, axis=1)

    def omega(self, labels: Array) -> RealArray:
        """(k, n, n) omega_nm along ``labels`` or ``followed``, in (-pi, pi]."""
        levels = np.take_along_axis(self.levels, labels, axis=1)
        return _wrapped(levels[:, :, np.newaxis] - levels[:, np.newaxis])

    def invariant(self, labels: Array) -> RealArray:
        """(k, n, n) |z_nm| 2 |sin(omega_nm/2)| along ``labels`` or ``followed``."""
        fields = np.arange(len(self.shifts))[:, np.newaxis, np.newaxis]
        z = self.elements[fields, labels[:, :, np.newaxis], labels[:, np.newaxis]]
        return 2 * z * np.abs(np.sin(self.omega(labels) / 2))

    def returned(self, labels: Array) -> Array:
        """(n,) whether a label ends in the state where it began, after a whole turn."""
        return np.asarray(self.closing[labels[-1]] == labels[0])


def sweep_levels(found: Resonances, steps: int, reach: float = TURN) -> LevelSweep:
    """Follow all levels while h_j grows by ``reach``, in equal steps.

    States of neighbouring fields are assigned to each other so that the sum of their overlaps
    is largest. Two labels are exchanged where |omega_nm| < ``FARTHEST`` has a minimum that is
    resolved, that is where d|omega_nm|/dh turns from negative to positive without a change of
    which level is the upper one, if y^2 + Z > 1/2 there.

    Parameters
    ----------
    found
        all pairs at the field as it is, from :func:`resonances`.
    steps
        at least 2; each is a diagonalisation.
    reach
        positive, at most a whole turn.

    Raises
    ------
    ValueError
        If there is but a window of states, fewer steps, another reach, or what is kept does
        not fit.

    Examples
    --------
    >>> import bathlab as bl
    >>> circuit = bl.BrickworkCircuit(sites=4, coupling=0.01).sample(seed=1)
    >>> sweep = bl.analysis.sweep_levels(bl.resonances(circuit, site=1), steps=60)
    >>> print(sweep.levels.shape, len(sweep.exchanges), "labels were exchanged")
    (61, 16) 8 labels were exchanged
    >>> back = sweep.returned(sweep.labels).sum(), sweep.returned(sweep.followed).sum()
    >>> print(f"after a whole turn {back[0]} of 16 labels are back, {back[1]} of the states")
    after a whole turn 16 of 16 labels are back, 5 of the states
    """
    require_kind("found", found, Resonances, "Take bathlab.analysis.resonances(circuit, site).")
    found.require_all("A sweep of all levels")
    steps, n = as_integer("steps", steps, 2), len(found.quasienergies)
    reach = as_real("reach", reach, above=0, below=np.nextafter(TURN, 7.0))
    require_memory(
        4 * 8.0 * min(steps, 10**18) * n**2,
        f"{steps} fields of {n} levels",
        "Take fewer steps.",
    )
    shifts = np.linspace(0, reach, steps + 1)
    levels, polarisations = np.empty((2, steps + 1, n))
    elements, onward = np.empty((steps + 1, n, n)), np.empty((steps + 1, n), dtype=np.int64)
    before = np.eye(n, dtype=np.complex128)
    for k, shift in enumerate(shifts):
        data = shifted_levels(found, float(shift))
        z = data.vectors.conj().T @ found.z @ data.vectors
        levels[k], polarisations[k] = data.quasienergies, z.diagonal().real
        elements[k] = np.abs(z)
        onward[k] = linear_sum_assignment(-(np.abs(before.conj().T @ data.vectors) ** 2))[1]
        before = data.vectors
    followed = onward.copy()
    for k in range(1, steps + 1):
        followed[k] = onward[k][followed[k - 1]]
    labels, exchanges = _exchanged(levels, polarisations, elements, onward)
    closing = np.abs(before).argmax(axis=0)
    return LevelSweep(
        shifts, levels, polarisations, elements, followed, labels, exchanges, closing
    )


def _exchanged(
    levels: RealArray, polarisations: RealArray, elements: RealArray, onward: Array
) -> tuple[Array, Array]:
    """Labels at each field, (k, n), and the exchanges, (e, 3)."""
    labels, exchanges = onward.copy(), list[tuple[int, int, int]]()
    for k in range(1, len(onward)):
        last, at = labels[k - 1], onward[k][labels[k - 1]]
        side, slope = _sides(levels[k - 1, last], polarisations[k - 1, last])
        now, rise = _sides(levels[k, at], polarisations[k, at])
        z = elements[k][np.ix_(at, at)]
        passed = (now == side) & (slope <= 0) & (rise > 0) & (rise**2 + z**2 > CROSSING)
        pairs = np.argwhere(np.triu(passed, 1))
        taken = set[int]()
        for n, m in pairs[np.argsort(-z[tuple(pairs.T)], kind="stable")].tolist():
            if not taken & {n, m}:  # a label is exchanged with one other at a time
                taken |= {n, m}
                at[[n, m]] = at[[m, n]]
                exchanges.append((k, n, m))
        labels[k] = at
    return labels, np.array(exchanges, dtype=np.int64).reshape(-1, 3)


def _sides(levels: RealArray, polarisations: RealArray) -> tuple[RealArray, RealArray]:
    """Sign of omega_nm, 0 where levels are far apart, and d|omega_nm|/dh."""
    omega = _wrapped(np.subtract.outer(levels, levels))
    side = np.sign(omega)
    slope = side * np.subtract.outer(polarisations, polarisations) / 2
    return np.where(np.abs(omega) < FARTHEST, side, 0.0), slope


def _wrapped(angles: RealArray) -> RealArray:
    """Angles modulo 2 pi, in (-pi, pi]."""
    return np.pi - np.mod(np.pi - angles, 2 * np.pi)


def scale_derivative(found: Resonances) -> RealArray:
    """d Omega_nm^2/dh_j of all pairs, Omega_nm = |z_nm| 2 |sin(omega_nm/2)|.

    Eq. (C1) in the form that is exact for a unitary: the sum over p other than n and m of
    f (z_np z_pm z_mn + c.c.), f = sin^2(omega_nm/2) [cot(omega_mp/2) + cot(omega_np/2)]. The
    paper's omega_nm^2 (1/omega_mp + 1/omega_np)/2 is its limit of small omega.

    Parameters
    ----------
    found
        all pairs, from :func:`resonances`, no two levels of one quasienergy.

    Returns
    -------
    ndarray
        (n, n) symmetric; zeros on the diagonal.

    Raises
    ------
    ValueError
        If there is but a window of states.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> circuit, step = bl.BrickworkCircuit(sites=4, coupling=0.1).sample(seed=1), 1e-5
    >>> slope = bl.analysis.scale_derivative(bl.resonances(circuit, site=1))
    >>> before, after = (circuit.shifted(1, shift) for shift in (-step, step))
    >>> squares = [bl.resonances(each, site=1).invariant ** 2 for each in (before, after)]
    >>> measured = (squares[1] - squares[0]) / (2 * step)
    >>> print(np.allclose(measured, slope, atol=1e-6), f"largest {np.abs(slope).max():.3f}")
    True largest 1.283
    """
    require_kind("found", found, Resonances, "Take bathlab.analysis.resonances(circuit, site).")
    found.require_all("The derivative of Omega^2")
    half = np.tan(found.omega / 2)
    np.fill_diagonal(half, np.inf)
    weighted = found.z / half  # z_np cot(omega_np/2), 0 for p = n
    own = found.z.diagonal()
    # cot(omega_mp/2) = -cot(omega_pm/2); what p = n and p = m add to the products is taken out.
    others = weighted @ found.z - found.z @ weighted
    others += weighted * np.subtract.outer(own, own)
    return np.asarray(2 * np.sin(found.omega / 2) ** 2 * (others * found.z.T).real)
