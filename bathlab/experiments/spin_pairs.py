"""Two spins at the ends of an ergodic grain, E: supplement D of Thiery et al.

H = H_E + h_l tau^z_l + h_r tau^z_r + g_l V_l tau^x_l + g_r V_r tau^x_r. Each spin has a contact
of its own, so that nothing but the grain correlates them (Thiery, Huveneers, Mueller &
De Roeck, Phys. Rev. Lett. 121, 140601 (2018)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bathlab.analysis.flips import ProductState, g_parameter
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.checks import (
    as_array,
    as_flag,
    as_integer,
    as_real,
    as_text,
    require_choice,
    require_kind,
    settle,
)
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.pair_states import pair_means, pair_numbers
from bathlab.model.baths import Bath
from bathlab.model.coupled import CoupledSystem, Grain, drawn_grain
from bathlab.model.lioms import LiomChain, Lioms
from bathlab.model.matrices import BathMatrices
from bathlab.operators.hermitian import to_dense
from bathlab.operators.spins import site_operator
from bathlab.operators.system import MatrixSystem
from bathlab.spectrum.dense import diagonalise_hermitian
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.streams import goe, stream

#: What the spins touch: a GOE matrix each with tr V^2 = d on average, or sigma^x of the
#: grain's first (l) and last spin (r).
CONTACTS = ("random", "ends")
#: G is a mean over this many levels of the grain, those nearest E = 0.
REACH = 8


@dataclass(frozen=True)
class SpinPair:
    """Spins l and r at the two ends of a bath, and the G at which they are looked at.

    Parameters
    ----------
    label
        name of the bath in tables.
    bath
        the grain E, without LIOMs.
    strengths
        each G = g rho |<b|V|b'>|, the same for both spins in every realisation: g is
        chosen for it. Modulus and rho are those of :func:`bathlab.analysis.g_parameter`, E's
        levels per energy near E = 0 and the elements that a flip sees there.
    field, disorder
        h_l, h_r = field + U[-disorder, disorder], independent.
    states
        how many eigenstates are looked at, those nearest E = 0.
    contacts
        "random" or "ends", see :data:`CONTACTS`.
    moment
        of the modulus in G: 0 the typical one (geometric mean), 2 the rms.
    one_sided
        r is left uncoupled, a control.

    Raises
    ------
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> pair = bl.experiments.SpinPair("GOE", grain, (0.01, 1.0), 0.25, 0.1, states=8)
    >>> rows = bl.experiments.spin_pair_rows(pair, seed=1, realisation=0)
    >>> print([f"{row['participation']:.1f}" for row in rows])  # product states that mix
    ['0.1', '3.7']
    """

    label: str
    bath: Bath
    strengths: tuple[float, ...]
    field: float
    disorder: float
    states: int
    contacts: str = "random"
    moment: float = 0.0
    one_sided: bool = False

    def __post_init__(self) -> None:
        as_text("label", self.label)
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.RandomMatrixBath(6, 4.0).")
        require_choice("contacts", self.contacts, CONTACTS)
        strengths = as_array("strengths", self.strengths, above=0)
        object.__setattr__(self, "strengths", tuple(strengths.tolist()))
        settle(
            self,
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
            states=as_integer("states", self.states, 3),
            moment=as_real("moment", self.moment, minimum=0),
            one_sided=as_flag("one_sided", self.one_sided),
        )

    def fields(self, seed: int, realisation: int) -> RealArray:
        """h_l and h_r of one realisation."""
        spins = LiomChain(2, alpha=1.0, field=self.field, disorder=self.disorder)
        return spins.sample(seed, realisation).fields


def spin_pair_rows(pair: SpinPair, seed: int, realisation: int) -> list[Row]:
    """How correlated l and r are at each G, in one realisation of grain, contacts and fields.

    Returns
    -------
    list of dict
        One row for each G, means over the eigenstates: what
        :func:`bathlab.experiments.pair_states.pair_means` makes of them, and

        * ``ratio``: the G of eq. (2), the largest |g <b|V|b'> / Delta E| over l, r and all b',
          a median over the products |s_l, s_r, b> of ``REACH`` levels.
        * ``band``: the larger g over four standard deviations of E's levels, the full width of
          a semicircle.
        * ``gap_ratio`` of the levels, ``residual`` the largest of the eigenstates.

    Raises
    ------
    ValueError
        If the matrices do not fit, the bath has fewer than ``REACH`` levels, or a typical G is
        0, as of a contact most of whose elements vanish: take another moment then.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> pair = bl.experiments.SpinPair("GOE", grain, (0.01, 1.0), 0.25, 0.1, states=8)
    >>> for row in bl.experiments.spin_pair_rows(pair, seed=1, realisation=0):
    ...     print(f"G = {row['G']}: S = {row['entropy']:.2f}, I = {row['mutual']:.2f}")  # nats
    G = 0.01: S = 0.14, I = 0.00
    G = 1.0: S = 0.86, I = 0.08
    """
    require_kind("pair", pair, SpinPair, "Make one with bathlab.experiments.")
    grain = pair.bath.sample(seed, realisation)
    fields = pair.fields(seed, realisation)
    elements = _elements(pair, grain, seed, realisation)
    g = 1 / np.array([_strength(grain.energies, *end, pair) for end in zip(elements, fields)])
    products = [_largest(grain.energies, *end) for end in zip(elements, fields)]
    if pair.one_sided:
        g[1] = 0.0
    ratios = np.maximum(*np.ix_(*(each * unit for each, unit in zip(products, g))))
    free = joined(grain.energies, elements, fields, 0 * g)
    apart = to_dense(free.matrix())
    coupling = to_dense(joined(grain.energies, elements, fields, g).matrix()) - apart
    rows: list[Row] = []
    for G in pair.strengths:
        system = MatrixSystem.of_checked(apart + G * coupling, free.dims)
        found = eigenstates_near(diagonalise_hermitian(system), 0.0, pair.states)
        vectors = np.stack([state.vector for state in found], axis=-1)
        rows.append(
            {
                "bath": pair.label,
                "G": G,
                "ratio": float(G * np.median(ratios)),
                "band": float(G * g.max() / (4 * grain.energies.std())),
                **pair_means(pair_numbers(vectors.reshape(*free.dims, -1))),
                "gap_ratio": mean_gap_ratio(np.sort([state.energy for state in found])),
                "residual": max(state.residual for state in found),
            }
        )
    return rows


def two_grains(seed: int, realisation: int, *, spins: int, bandwidth: float) -> BathMatrices:
    """Two uncoupled GOE matrices of ``spins`` spins each as one bath, a control: a spin at
    either end knows nothing of the other."""
    dims, one = (2,) * (2 * spins), np.eye(2**spins)
    halves = [
        goe(2**spins, bandwidth, stream(seed, realisation, "two grains", half))
        for half in range(2)
    ]
    ends = [site_operator("x", site, dims) for site in (0, -1)]
    H = np.kron(halves[0], one) + np.kron(one, halves[1])
    return BathMatrices(H, contact=ends[1], probe=ends[0], dims=dims)


def joined(
    levels: RealArray, elements: list[Array], fields: RealArray, couplings: RealArray
) -> CoupledSystem:
    """The grain in its own eigenbasis with r, and that as the grain to which l is attached.

    All pairs are in the order l, r; the basis is b (x) r (x) l.
    """
    bare = BathMatrices(np.diag(levels), elements[1], elements[0], (len(levels),))
    right = drawn_grain(bare).attach(Lioms(fields[1:], couplings[1:]))
    contact = right.operator("probe")
    whole = BathMatrices(right.hamiltonian, contact, contact, right.dims)
    return drawn_grain(whole).attach(Lioms(fields[:1], couplings[:1]))


def _elements(pair: SpinPair, grain: Grain, seed: int, realisation: int) -> list[Array]:
    """V_l and V_r in the eigenbasis of the grain, where a GOE matrix is one again."""
    if pair.contacts == "ends":
        return [grain.matrix_elements(grain.site_operator(site)) for site in (0, -1)]
    return [
        goe(grain.dimension, 4.0, stream(seed, realisation, "contacts of a pair", end))
        for end in range(2)
    ]


def _near(levels: RealArray) -> Array:
    """Numbers of the levels nearest E = 0."""
    as_integer("levels of the bath", len(levels), REACH)
    return np.argsort(np.abs(levels), kind="stable")[:REACH]


def _strength(levels: RealArray, elements: Array, field: float, pair: SpinPair) -> float:
    """G at g = 1, the same moment over the products |b, s> of the levels in the middle."""
    found = []
    for level in _near(levels):
        weights = np.abs(elements[:, level]) ** 2
        for spin in (1, -1):
            product = ProductState(int(level), spin, float(levels[level] + spin * field))
            found.append(g_parameter(levels, weights, product, 1.0, field, moment=pair.moment))
    if pair.moment == 0:
        least = as_real("the least G of a product", min(found), above=0)
        return least * float(np.exp(np.mean(np.log(np.divide(found, least)))))
    mean = as_real("G of the products", np.mean(np.power(found, pair.moment)), above=0)
    return float(mean ** (1 / pair.moment))


def _largest(levels: RealArray, elements: Array, field: float) -> RealArray:
    """Largest |<b|V|b'>/Delta E| over b' of each of the products |b, s>, a flat array."""
    middle = _near(levels)
    changes = np.subtract.outer(levels, levels[middle])
    sizes = np.abs(elements[:, middle])
    flips = [np.max(sizes / np.abs(changes - 2 * spin * field), axis=0) for spin in (1, -1)]
    return np.ravel(flips)
