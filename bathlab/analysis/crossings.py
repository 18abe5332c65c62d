"""Two levels followed while the field on one site varies: an avoided crossing, and its laws.

Garratt, Roy & Chalker, appendix B, in the form that is exact for two levels of a unitary:

    cos(omega/2) = cos(omega*/2) cos(R (h - h*)/2),    |z| = R sin(omega*/2)/sin(omega/2),

R^2 = y^2 + Z constant, y = (z_nn - z_mm)/2 = d omega/dh; for small omega omega^2 = R^2 (h -
h*)^2 + omega*^2 and |z| omega = R omega* (B2, B3). All that is needed are the quasienergies and
z at h = 0: in their basis W exp(i h sigma/2) is diag(exp(i theta)) (cos(h/2) + i sin(h/2) z).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import least_squares

from bathlab.analysis.level_pairs import Resonances
from bathlab.checks import as_array, as_integer, as_real, require_kind
from bathlab.conventions import Array, RealArray
from bathlab.errors import NotConverged
from bathlab.facts import Facts
from bathlab.operators.door import as_system
from bathlab.operators.eigensystem import UnitaryEigensystem
from bathlab.spectrum.dense import diagonalise

#: Share of the pair's old states in its new ones below which a step is halved: a third level
#: has come in between. What is narrower than the smallest step is passed through.
LEAST_SHARE = 0.75
#: So many times at most.
HALVINGS = 12
#: Points closer than this leave nothing to look for in between.
NARROWEST = 1e-9
#: More are refused: a few find the vertex, and each is a diagonalisation.
MOST_REFINEMENTS = 100


class TwoLevels(NamedTuple):
    """An avoided crossing of two levels: closest at h = ``place``, ``gap`` apart, slope R."""

    place: float
    gap: float
    radius: float

    def omega(self, shifts: Any) -> RealArray:
        """|omega| at fields h = ``shifts``, by the law above."""
        turn = self.radius * (np.asarray(shifts) - self.place) / 2
        cosine, sine = np.cos(self.gap / 2), np.sin(self.gap / 2)
        # By both, since the cosine of a small distance does not tell it.
        return 2 * np.arctan2(np.hypot(sine, cosine * np.sin(turn)), cosine * np.cos(turn))


@dataclass(frozen=True, eq=False, repr=False)
class AvoidedCrossing(Facts):
    """A pair of levels at fields h_j + shift.

    Attributes
    ----------
    shifts
        (k,) ascending.
    omega
        (k,) positive distance of the two levels.
    y
        (k,) half the difference of their polarisations, upper less lower: d omega/dh.
    z
        (k,) |z_nm|.
    levels
        (k, 2) their quasienergies, the lower first.
    polarisations
        (k, 2) z_nn of both.
    share
        (k,) of the pair's states at the point before that its new states hold; 1 where no
        third level interferes.
    """

    shifts: RealArray
    omega: RealArray
    y: RealArray
    z: RealArray
    levels: RealArray
    polarisations: RealArray
    share: RealArray

    @property
    def radius(self) -> RealArray:
        """(k,) R = (y^2 + |z|^2)^1/2, constant for two levels."""
        return np.hypot(self.y, self.z)

    @property
    def invariant(self) -> RealArray:
        """(k,) |z| 2 sin(omega/2), constant for two levels: 2 R sin(omega*/2)."""
        return 2 * self.z * np.sin(self.omega / 2)

    @property
    def closest(self) -> int:
        """Which of the shifts has the smallest omega."""
        return int(np.argmin(self.omega))

    def fit(self) -> TwoLevels:
        """The two-level law that is nearest to the measured log omega (least squares)."""
        at = self.closest
        start = predicted_crossing(self.omega[at], self.y[at], self.z[at])
        first = [start.place + self.shifts[at], np.log(start.gap), np.log(start.radius)]
        bounds = np.array([[-np.inf, np.log(1e-18), np.log(1e-9)], [np.inf, np.log(4), 0.1]])
        first = np.clip(first, bounds[0] + 1e-3, bounds[1] - 1e-3)

        def off(parameters: Array) -> RealArray:
            law = TwoLevels(parameters[0], *np.exp(parameters[1:]))
            return np.log(law.omega(self.shifts) / self.omega)

        found = least_squares(off, first, x_scale="jac", bounds=tuple(bounds))
        return TwoLevels(float(found.x[0]), *(float(x) for x in np.exp(found.x[1:])))


def predicted_crossing(omega: float, y: float, z: float) -> TwoLevels:
    """Where and how near two levels would come, were they alone: from one point h = 0.

    ``omega`` > 0, ``y`` = d omega/dh and |z| = ``z`` > 0. From |omega| of about 0.1 on third
    levels often shift the place by more than the gap: follow the pair, and look. Raises
    ValueError for numbers out of range.

    Examples
    --------
    >>> import bathlab as bl
    >>> law = bl.analysis.predicted_crossing(omega=0.05, y=-0.8, z=0.1)
    >>> print(f"closest at h = {law.place:.4f}, {law.gap:.5f} apart, slope {law.radius:.4f}")
    closest at h = 0.0615, 0.00620 apart, slope 0.8062
    >>> print(law.omega([0.0, law.place]).round(5))
    [0.05   0.0062]
    """
    omega, y = as_real("omega", omega, above=0, below=2 * np.pi), as_real("y", y)
    z = as_real("z", z, above=0)
    radius = float(np.hypot(y, z))
    gap = 2 * np.arcsin(min(1.0, z * np.sin(omega / 2) / radius))
    # tan(R (h - h*)/2) of the law and of its derivative, at h = 0.
    turn = np.arctan2(y * np.sin(omega / 2), radius * np.cos(omega / 2))
    return TwoLevels(float(-2 * turn / radius), float(gap), radius)


def track_crossing(
    found: Resonances, n: int, m: int, shifts: Any, refinements: int = 2
) -> AvoidedCrossing:
    """States n and m followed while their field h_j varies.

    The pair at each field is that which holds most of the pair before. So crossings with third
    levels that are narrower than a step are passed through, labels exchanged; steps are halved
    where the pair would be lost.

    Parameters
    ----------
    found
        all pairs at the field as it is, from :func:`resonances`.
    n, m
        two different states, from 0.
    shifts
        (k,) ascending changes of h_j; 0 need not be among them.
    refinements
        so often the vertex of omega^2, a parabola of the field (B2), is put between
        the points next to the closest one and followed as well.

    Raises
    ------
    ValueError
        If the shifts do not ascend, there are no such states, or but a window of them.
    NotConverged
        If another pair has taken the place of this one even within the smallest step.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> circuit = bl.BrickworkCircuit(sites=6, coupling=0.05).sample(seed=1)
    >>> found = bl.resonances(circuit, site=1)
    >>> n, m = 18, 19  # neighbours in the spectrum whose polarisations differ
    >>> y = (found.polarisation[m] - found.polarisation[n]) / 2
    >>> law = bl.analysis.predicted_crossing(found.omega[m, n], y, abs(found.z[n, m]))
    >>> pair = bl.analysis.track_crossing(found, n, m, shifts=np.linspace(-0.04, 0.0, 9))
    >>> place, gap = pair.shifts[pair.closest], pair.omega[pair.closest]
    >>> print(f"closest at {place:.4f}, {gap:.5f} apart")
    closest at -0.0180, 0.00232 apart
    >>> print(f"expected   {law.place:.4f}, {law.gap:.5f}, were they alone")
    expected   -0.0189, 0.00234, were they alone
    """
    require_kind("found", found, Resonances, "Take bathlab.analysis.resonances(circuit, site).")
    found.require_all("An avoided crossing")
    size = len(found.quasienergies)
    n, m = (as_integer(name, k, 0, size - 1) for name, k in (("n", n), ("m", m)))
    if n == m:
        raise ValueError(f"n = m = {n} was given; expected two states. Choose another m.")
    at = as_array("shifts", shifts, ascending=True)
    start = _Pair(0.0, *_oriented(found, n, m), 1.0)
    points = _followed(found, start, at[at >= 0]) + _followed(found, start, at[at < 0][::-1])
    for _ in range(as_integer("refinements", refinements, 0, MOST_REFINEMENTS)):
        points.sort(key=lambda point: point.shift)
        vertex = _vertex(points)
        if vertex is not None:
            near = min(points, key=lambda point: abs(point.shift - vertex))
            points.append(_step(found, near, vertex, HALVINGS))
    return _crossing(found, sorted(points, key=lambda point: point.shift))


def shifted_levels(found: Resonances, shift: float) -> UnitaryEigensystem:
    """All levels at the field h = ``shift``, their vectors in the basis of h = 0."""
    turned = 1j * np.sin(shift / 2) * found.z
    turned[np.diag_indices_from(turned)] += np.cos(shift / 2)
    turned *= np.exp(1j * found.quasienergies)[:, np.newaxis]
    data = diagonalise(as_system(turned, "W", kind="unitary"))
    assert isinstance(data, UnitaryEigensystem)
    return data


class _Pair(NamedTuple):
    """Two states at one field: (n, 2) vectors in the basis of h = 0, the lower level first."""

    shift: float
    vectors: Array
    levels: RealArray
    share: float


def _oriented(found: Resonances, n: int, m: int) -> tuple[Array, RealArray]:
    """States n and m with the lower one, as seen on the circle, first."""
    if found.omega[m, n] < 0:
        n, m = m, n
    vectors = np.zeros((len(found.quasienergies), 2), dtype=np.complex128)
    vectors[n, 0] = vectors[m, 1] = 1
    return vectors, found.quasienergies[[n, m]]


def _followed(found: Resonances, start: _Pair, shifts: RealArray) -> list[_Pair]:
    points, last = [], start
    for shift in shifts:
        last = _step(found, last, float(shift), HALVINGS)
        points.append(last)
    return points


def _step(
    found: Resonances,
    last: _Pair,
    shift: float,
    halvings: int,
    solved: UnitaryEigensystem | None = None,
) -> _Pair:
    """The pair at ``shift``, by way of the middle where too much of it would be lost; the
    levels there, if they are ``solved`` for."""
    if shift == last.shift:
        return last
    data = shifted_levels(found, shift) if solved is None else solved
    weights = (np.abs(data.vectors.conj().T @ last.vectors) ** 2).sum(axis=1)
    chosen = np.argsort(-weights, kind="stable")[:2]
    share = float(weights[chosen].sum()) / 2
    if share < LEAST_SHARE:
        if halvings == 0:
            raise NotConverged(
                f"The pair is lost at shift {shift:.6g}: its states hold {share:.2f} of what "
                f"they were; expected {LEAST_SHARE}. Take other states, or shifts nearer to 0."
            )
        middle = _step(found, last, (last.shift + shift) / 2, halvings - 1)
        return _step(found, middle, shift, halvings - 1, data)
    one, two = data.energies[chosen]
    # Two levels never cross: which is the upper one is continuous.
    before = last.levels[1] - last.levels[0]
    ahead, behind = (np.mod(d, 2 * np.pi) for d in (two - one, one - two))
    gap = np.mod(before, 2 * np.pi)
    if abs(behind - gap) < abs(ahead - gap):
        chosen = chosen[::-1]
    return _Pair(shift, data.vectors[:, chosen], data.energies[chosen], share)


def _vertex(points: list[_Pair]) -> float | None:
    """Where the parabola through omega^2 at the closest point and its neighbours ends."""
    squares = [np.mod(p.levels[1] - p.levels[0], 2 * np.pi) ** 2 for p in points]
    at = int(np.argmin(squares))
    if not 0 < at < len(points) - 1:
        return None
    left, place, right = (points[k].shift for k in (at - 1, at, at + 1))
    if right - left < NARROWEST * max(1.0, abs(left), abs(right)):
        return None
    rise = (squares[at] - squares[at - 1]) / (place - left)
    bend = ((squares[at + 1] - squares[at]) / (right - place) - rise) / (right - left)
    vertex = (left + place) / 2 - rise / (2 * bend) if bend > 0 else place
    inside = left < vertex < right and vertex != place
    return float(vertex) if inside else None


def _crossing(found: Resonances, points: list[_Pair]) -> AvoidedCrossing:
    vectors = np.array([point.vectors for point in points])
    elements = vectors.conj().transpose(0, 2, 1) @ found.z @ vectors
    polarisations = np.diagonal(elements, axis1=1, axis2=2).real
    levels = np.array([point.levels for point in points])
    return AvoidedCrossing(
        np.array([point.shift for point in points]),
        np.mod(levels[:, 1] - levels[:, 0], 2 * np.pi),
        (polarisations[:, 1] - polarisations[:, 0]) / 2,
        np.abs(elements[:, 0, 1]),
        levels,
        polarisations,
        np.array([point.share for point in points]),
    )
