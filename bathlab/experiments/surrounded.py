"""Grains with LIOMs of any couplings around them: which of them are thermal, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable

import numpy as np
from scipy import sparse

from bathlab.analysis.entanglement import spin_entropies
from bathlab.analysis.levels import mean_gap_ratio
from bathlab.analysis.participation import log_ipr
from bathlab.checks import (
    as_array,
    as_integer,
    as_list,
    as_names,
    as_real,
    refusal,
    require_kind,
    settle,
)
from bathlab.conventions import SIGMA_X, Row
from bathlab.model.baths import Bath
from bathlab.model.coupled import CoupledSystem, Grain
from bathlab.model.liom_terms import as_terms
from bathlab.model.lioms import NO_LIOMS, LiomChain, Lioms
from bathlab.operators.door import as_system
from bathlab.operators.hermitian import Operator
from bathlab.operators.spins import spin_operator
from bathlab.spectrum.choice import dense_first
from bathlab.spectrum.dense import diagonalise
from bathlab.spectrum.eigenstates import eigenstates_near
from bathlab.spectrum.every_level import levels
from bathlab.spectrum.measure import spectral_measure

LOG2 = float(np.log(2))
#: Laws of couplings, g_i/g_1 by the place i of a LIOM, by name.
COUPLING_LAWS: dict[str, Callable[[Any], Any]] = {
    "exp(-sqrt i)": lambda i: np.exp(1 - np.sqrt(i)),
    "1/i": lambda i: 1.0 / i,
    "2^-i": lambda i: 2.0 ** (1.0 - i),
}
#: What a row may have besides, by name.
MORE = ("G", "D")
#: Moments of the estimators of G: root mean square, mean modulus, typical.
MOMENTS = {"G": 2.0, "G_modulus": 1.0, "G_typical": 0.0}


@dataclass(frozen=True)
class Surrounded:
    """LIOMs that are attached to a grain in a given order.

    H = H_B + sum_i h_i tau^z_i + sum_i g_i V_i tau^x_i + sum_{i<j} J_{j-i} tau^z_i tau^z_j
    + sum_{i>1} g'_i V tau^x_1 ... tau^x_i, h_i = field + U[-disorder, disorder], each drawn by
    its place: cases of one seed share them, whatever their couplings.

    Parameters
    ----------
    bath
        the grain.
    couplings
        (n,) g_i of LIOMs in the order in which they are attached.
    stages
        ascending numbers of LIOMs with which the system is seen.
    sites
        (n,) spins of the bath that they touch; None: all its contact.
    interactions
        J_1, J_2, ... by distance, those beyond are 0; None: all are.
    strings
        g'_2, g'_3, ...; None: all are 0.
    states
        eigenstates nearest E = 0 that are averaged over.
    more
        "G" for that of the last LIOM of each stage, "D" for logarithms of the IPR.

    Raises
    ------
    ValueError
        If something is not of that kind, or a stage has more LIOMs than couplings.

    Examples
    --------
    >>> import bathlab as bl
    >>> grain = bl.RandomMatrixBath(5, bandwidth=4.0)
    >>> spec = bl.experiments.Surrounded(grain, (0.3, 0.4), (2,), field=0.5, disorder=0.1)
    >>> [row] = bl.experiments.condition_rows(spec, seed=1, realisation=0)
    >>> print(f"{row['scale']:.2f}")  # sqrt(0.3^2 + 0.4^2)
    0.50
    >>> print(row["entropies"].round(2), f"{row['core']:.2f}")  # LIOMs and grain, over log 2
    [0.98 0.97] 0.98
    """

    bath: Bath
    couplings: tuple[float, ...]
    stages: tuple[int, ...]
    field: float = 1.0
    disorder: float = 0.5
    sites: Any = None
    interactions: tuple[float, ...] | None = None
    strings: tuple[float, ...] | None = None
    states: int = 8
    more: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.RandomMatrixBath(4, 10.0).")
        given = {
            name: tuple(as_array(name, values).tolist())
            for name in ("couplings", "interactions", "strings")
            if (values := getattr(self, name)) is not None or name == "couplings"
        }
        count = len(given["couplings"])
        stages = as_array("stages", self.stages, kind="integer", minimum=1, ascending=True)
        if stages[-1] > count:
            raise refusal(
                "stages",
                f"one of {stages[-1]} LIOMs",
                f"at most the {count} of couplings",
                "Give more couplings.",
            )
        settle(
            self,
            **given,
            stages=tuple(stages.tolist()),
            field=as_real("field", self.field),
            disorder=as_real("disorder", self.disorder, minimum=0),
            sites=as_terms(count, self.sites, None, None).sites,
            states=as_integer("states", self.states, 1),
            more=_as_more(self.more),
        )

    def lioms(self, seed: int, realisation: int, count: int) -> Lioms:
        """The first ``count`` as they are drawn, without strings."""
        chain = LiomChain(count, 1.0, 0.0, self.field, self.disorder)
        drawn = chain.sample(seed, realisation)
        apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
        along = self.interactions or ()
        by_distance = np.zeros(max(count, len(along) + 1))
        by_distance[1 : len(along) + 1] = along
        return replace(
            drawn,
            couplings=np.array(self.couplings[:count]),
            sites=None if self.sites is None else self.sites[:count],
            interactions=by_distance[apart] if along else None,
        )


def _as_more(more: Any) -> tuple[str, ...]:
    names = tuple(as_names("more", more)) if len(as_list("more", more, "names")) else ()
    unknown = sorted(set(names) - set(MORE))
    if unknown:
        raise refusal("more", repr(unknown), f"some of {MORE}", "Choose of these.")
    return names


def surrounded_rows(spec: Surrounded, seed: int, realisation: int) -> list[Row]:
    """What is thermal at each stage.

    Returns
    -------
    list of dict
        Rows with ``stage``, the number of LIOMs; ``entropies``, (stage,) those of the LIOMs in
        units of log 2, and ``core``, the mean of those of the spins of the grain, means over
        eigenstates; ``gap_ratio`` of all levels; ``scale``, the root of sum g_i^2; with "G" as
        well ``G``, ``G_modulus``, ``G_typical`` of the last LIOM at the grain and the LIOMs
        before it; with "D" ``log_ipr`` of the probe and ``log_iprs`` (stage,) of sigma^x of the
        LIOMs.

    Raises
    ------
    ValueError
        If it is no such spec, or the system does not fit.
    """
    require_kind("spec", spec, Surrounded, "Make one with bathlab.experiments.")
    grain = spec.bath.sample(seed, realisation)
    # The grain of the last LIOM may have been solved at the stage before.
    systems = {0: grain.attach(NO_LIOMS)}
    rows: list[Row] = []
    for stage in spec.stages:
        lioms = spec.lioms(seed, realisation, stage)
        seen = [stage - 1, stage] if "G" in spec.more else [stage]
        for count in seen:
            if count not in systems:
                systems[count] = grain.attach(spec.lioms(seed, realisation, count))
        row = {
            "stage": stage,
            "scale": float(np.linalg.norm(lioms.couplings)),
            **_of_system(spec, systems[stage]),
        }
        if "G" in spec.more:
            row |= couplings_of(systems[stage - 1].as_grain(), lioms[stage - 1 :])
        rows.append(row)
    return rows


def couplings_of(grain: Grain, liom: Lioms) -> dict[str, float]:
    """G of one LIOM at a grain by each of :data:`MOMENTS`."""
    g, field = float(liom.couplings[0]), float(liom.fields[0])
    return {
        name: grain.g_parameter(g, field, estimator="smooth", moment=moment)
        for name, moment in MOMENTS.items()
    }


def _of_system(spec: Surrounded, system: CoupledSystem) -> dict[str, Any]:
    H = _with_strings(system, spec.strings or ())
    dense = "D" in spec.more or dense_first(as_system(H), False)
    whole = diagonalise(H) if dense else H
    energies = whole.energies if whole is not H else levels(H).energies
    # A few levels may all lie on one side of 0.
    target = float(np.clip(0.0, energies[0], energies[-1]))
    states = eigenstates_near(whole, target, min(spec.states, system.dimension))
    vectors = np.array([state.vector for state in states]).T
    each = [spin_entropies(vectors, system.dims, at) for at in range(len(system.dims))]
    entropies = np.array(each).mean(axis=1) / LOG2
    spins = len(system.dims) - system.lioms.count
    row: dict[str, Any] = {
        "entropies": entropies[spins:],
        "core": float(entropies[:spins].mean()),
        "gap_ratio": mean_gap_ratio(energies),
        "residual": max(state.residual for state in states),
    }
    if "D" in spec.more:
        seen: list[Any] = ["probe", *range(1, system.lioms.count + 1)]
        found = [_mean_log_ipr(whole, system.operator(which), states) for which in seen]
        row |= {"log_ipr": found[0], "log_iprs": np.array(found[1:])}
    return row


def _mean_log_ipr(whole: Any, operator: Operator, states: Any) -> float:
    return float(np.mean([log_ipr(spectral_measure(whole, operator, each)) for each in states]))


def _with_strings(system: CoupledSystem, strings: tuple[float, ...]) -> Any:
    """The system itself where there are none; else its matrix with them."""
    count = system.lioms.count
    used = strings[: count - 1]
    if not any(used):
        return system
    flips = spin_operator(SIGMA_X, 0, count)
    total = sparse.csr_array(flips.shape)
    for liom, strength in enumerate(used, start=1):
        flips = flips @ spin_operator(SIGMA_X, liom, count)
        total = total + strength * flips
    return sparse.csr_array(
        system.hamiltonian + sparse.kron(sparse.csr_array(system.bath.contact), total)
    )


def shell_couplings(g1: float, alpha: float, shells: tuple[int, ...]) -> tuple[float, ...]:
    """g_1 alpha^(l-1) for each of the LIOMs of shell l = 1, 2, ..."""
    counts = as_array("shells", shells, kind="integer", minimum=0)
    return tuple((g1 * alpha ** np.repeat(np.arange(len(counts)), counts)).tolist())


def shells_of(grain: int, total: int, unit_volume: float = 0.5) -> tuple[int, ...]:
    """LIOMs of each shell around a grain of ``grain`` spins in two dimensions, up to ``total``
    spins in all.

    Within the radius l_b + l are C (l_b + l)^2 of them, C l_b^2 being the grain, rounded
    (DRH before eq. 17); C is that of a sector, 1/2 of a radian.
    """
    radius = (as_integer("grain", grain, 1) / unit_volume) ** 0.5
    within = [grain]
    while (following := int(unit_volume * (radius + len(within)) ** 2 + 0.5)) <= total:
        within.append(following)
    return tuple(np.diff(within).tolist())
