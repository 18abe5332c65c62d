"""LIOMs attached one by one to a grain, and each alone at it: how far each is thermalised."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Mapping, Protocol

import numpy as np

from bathlab.analysis.entanglement import spin_entropies
from bathlab.analysis.flips import flip_strengths
from bathlab.checks import as_array, as_integer, as_real, refusal, require_kind, settle
from bathlab.conventions import Array, RealArray, Row
from bathlab.experiments.by_kind import Measures, rows_by_kind
from bathlab.experiments.series import grown
from bathlab.model.baths import LocalChainBath, RandomMatrixBath
from bathlab.model.coupled import CoupledSystem, Grain
from bathlab.model.lioms import LiomChain, Lioms, require_chain, require_plain
from bathlab.operators.eigensystem import Eigensystem
from bathlab.spectrum.dense import diagonalise_hermitian
from bathlab.spectrum.eigenstates import eigenstates_near

#: Systems up to this dimension are diagonalised; of larger ones a few states are found.
DENSE = 512
#: Share of the levels, those nearest E = 0, whose states are averaged over; of larger systems
#: so many.
SHARE, FEW = 0.125, 6
#: A LIOM counts as thermalised in a state where its entropy is above this share of log 2.
THERMAL = 0.9
#: G at unit coupling and mean field, by the moment of the elements it is taken from.
STRENGTHS = {"strength": 2.0, "strength_modulus": 1.0, "strength_typical": 0.0}


@dataclass(frozen=True)
class Attachment:
    """A grain and the chain whose LIOMs are attached to it one by one.

    Parameters
    ----------
    first
        LIOMs before this one have no rows, though they are attached.
    share
        of the levels, of which the states nearest E = 0 are averaged over; one state at
        least.
    """

    bath: RandomMatrixBath | LocalChainBath
    chain: LiomChain
    first: int = 1
    share: float = SHARE

    def __post_init__(self) -> None:
        require_grain(self.bath)
        require_chain(self.chain)
        require_plain("chain", self.chain)
        settle(
            self,
            first=as_integer("first", self.first, 1, max(1, self.chain.count)),
            share=as_real("share", self.share, above=0, below=1),
        )


@dataclass(frozen=True)
class Alone:
    """A grain with LIOM 1 of a chain alone, at other couplings than its own: the control.

    Parameters
    ----------
    couplings
        ascending, above 0.
    """

    bath: RandomMatrixBath | LocalChainBath
    chain: LiomChain
    couplings: tuple[float, ...]
    share: float = SHARE

    def __post_init__(self) -> None:
        require_grain(self.bath)
        require_chain(self.chain)
        require_plain("chain", self.chain)
        found = as_array("couplings", self.couplings, above=0, ascending=True).tolist()
        share = as_real("share", self.share, above=0, below=1)
        settle(self, couplings=tuple(found), share=share)
        if not self.chain.count:
            raise refusal("chain", "one of no LIOM", "one LIOM at least", "Raise its count.")


def require_grain(bath: Any) -> None:
    """Raise ValueError unless this is a bath without LIOMs whose spins are counted."""
    kinds = (RandomMatrixBath, LocalChainBath)
    require_kind("bath", bath, kinds, "Make one, as bathlab.LocalChainBath(9).")


@dataclass(frozen=True, eq=False)
class Seen:
    """States of a system near E = 0; ``whole`` is None where not all levels are known, and
    ``field`` the mean one of the LIOMs."""

    system: CoupledSystem
    field: float
    vectors: Array
    whole: Eigensystem | None

    @property
    def log_ipr(self) -> float | None:
        """Mean D of the probe over the states, where all levels are known."""
        if self.whole is None:
            return None
        image = self.system.operator("probe") @ self.vectors
        weights = np.abs(self.whole.vectors.conj().T @ image) ** 2
        return float(np.mean(-np.log((weights**2).sum(axis=0))))

    def strengths(self, ending: str = "") -> Mapping[str, float]:
        """G at unit coupling that one more LIOM in the mean field would have, by moment."""
        return {f"{name}{ending}": found for name, found in self._strengths.items()}

    @cached_property
    def _strengths(self) -> Mapping[str, float]:
        if self.whole is None:
            return {}
        contact, moments = self.system.operator("contact"), list(STRENGTHS.values())
        found = flip_strengths(self.whole, contact, self.field, moments)
        return dict(zip(STRENGTHS, found.tolist()))

    def entropies(self) -> RealArray:
        """(LIOMs, states) in units of log 2."""
        dims, cores = self.system.dims, len(self.system.bath.dims)
        sites = range(cores, len(dims))
        found = [spin_entropies(self.vectors, dims, site) for site in sites]
        return np.reshape(found, (len(sites), -1)) / math.log(2)


class Near(Protocol):
    """What says which states are seen: a share of the levels, and the field of the LIOMs."""

    @property
    def share(self) -> float: ...

    @property
    def chain(self) -> LiomChain: ...


def seen(system: CoupledSystem, spec: Near) -> Seen:
    """The states nearest E = 0, from all levels as far as :data:`DENSE`."""
    count, field = max(1, round(spec.share * system.dimension)), spec.chain.field
    if system.dimension <= DENSE:
        whole = diagonalise_hermitian(system)
        near = np.sort(np.argsort(np.abs(whole.energies), kind="stable")[:count])
        return Seen(system, field, whole.vectors[:, near], whole)
    states = eigenstates_near(system, 0.0, min(count, FEW))
    return Seen(system, field, np.array([state.vector for state in states]).T, None)


def attachment_rows(attachment: Attachment, seed: int, realisation: int) -> list[Row]:
    """How far each LIOM is thermalised when it is attached, all in the same disorder.

    Returns
    -------
    list of dict
        Rows with ``liom``, its coupling ``g`` and ``liom_field``, and of states near E = 0

        * ``entropy``, in nats, of LIOM ``liom``, the last one; ``thermal``, the share of states
          in which all before it are thermalised, and ``entropy_thermal``, the sum over these of
          its entropy, over the number of all states;
        * ``all_thermal``, the share of states in which it is thermalised as well;
        * ``entropy_alone``, its entropy at the bare grain without those before it: a control;
        * ``delta_log_ipr``, what it adds to D(O_B), as far as all levels are known;
        * ``G``, eq. (4) in its field; ``strength``, ``strength_modulus``, ``strength_typical``,
          G of a LIOM with g = 1 in the mean field, at the bath before it is attached, and the
          same with ``_after`` at that which it is part of: by rms, mean modulus and geometric
          mean of the elements.

    Raises
    ------
    ValueError
        If it is no attachment, or the systems do not fit.
    """
    require_kind("attachment", attachment, Attachment, "Make one with bathlab.experiments.")
    core = attachment.bath.sample(seed, realisation)
    rows, before = [], None
    for count, system in enumerate(grown(core, attachment.chain)):
        here = seen(system, attachment)
        if count >= attachment.first:
            assert before is not None
            rows.append(_of_liom(attachment, core, before, here))
        before = here
    return rows


def _of_liom(spec: Attachment, core: Grain, before: Seen, here: Seen) -> Row:
    system, count = here.system, here.system.lioms.count
    liom = system.lioms[count - 1 :]
    g, field = float(liom.couplings[0]), float(liom.fields[0])
    entropies = here.entropies()
    known = np.all(entropies[:-1] > THERMAL, axis=0)
    alone = here if count == 1 else seen(core.attach(liom), spec)
    row: dict[str, Any] = {
        **_of_grain(spec.bath, spec.chain),
        "liom": count,
        "dimension": system.dimension,
        "alpha": spec.chain.alpha,
        "g": g,
        "liom_field": field,
        "entropy": float(entropies[-1].mean()) * math.log(2),
        "thermal": float(known.mean()),
        "entropy_thermal": float((known * entropies[-1]).mean()) * math.log(2),
        "all_thermal": float(np.mean(known & (entropies[-1] > THERMAL))),
        "entropy_alone": float(alone.entropies()[0].mean()) * math.log(2),
        **before.strengths(),
        **here.strengths("_after"),
        "states": here.vectors.shape[1],
    }
    if before.whole is not None:
        row["G"] = system.grain.g_parameter(g, field, estimator="smooth")
    if (after := here.log_ipr) is not None:
        row["delta_log_ipr"] = after - (before.log_ipr or 0.0)
    return row


def alone_rows(alone: Alone, seed: int, realisation: int) -> list[Row]:
    """``entropy`` and ``delta_log_ipr`` of LIOM 1 alone at a grain, a row for each coupling.

    Raises
    ------
    ValueError
        If it is no such spec, or the systems do not fit.
    """
    require_kind("alone", alone, Alone, "Make one with bathlab.experiments.")
    core = alone.bath.sample(seed, realisation)
    lioms = alone.chain.sample(seed, realisation)[:1]
    bare = seen(core.system, alone).log_ipr
    return [
        {**_of_grain(alone.bath, alone.chain), "g": g, **_alone(core, lioms, g, alone, bare)}
        for g in alone.couplings
    ]


def _alone(core: Grain, lioms: Lioms, g: float, spec: Alone, bare: float | None) -> Row:
    here = seen(core.attach(Lioms(lioms.fields, np.array([g]))), spec)
    row: dict[str, Any] = {"entropy": float(here.entropies()[0].mean()) * math.log(2)}
    if bare is not None and (after := here.log_ipr) is not None:
        row["delta_log_ipr"] = after - bare
    return row


def _of_grain(bath: RandomMatrixBath | LocalChainBath, chain: LiomChain) -> Row:
    return {"spins": bath.spins, "field": chain.field, "disorder": chain.disorder}


MEASURES: Measures = {
    Attachment: (attachment_rows, "entropy"),
    Alone: (alone_rows, "entropy"),
}


def crossover_rows(spec: Any, seed: int, realisation: int) -> list[Row]:
    """The rows of the measure of ``spec`` in :data:`MEASURES`; ``watched`` is a copy of one of
    their columns.

    Raises
    ------
    ValueError
        If it is none of these, or as its measure.

    Examples
    --------
    >>> import bathlab as bl
    >>> from bathlab.experiments.crossover import Attachment
    >>> grain, chain = bl.RandomMatrixBath(4, bandwidth=4.0), bl.LiomChain(3, alpha=0.4, g1=0.4)
    >>> for row in bl.experiments.crossover_rows(Attachment(grain, chain), 1, 0):
    ...     print(row["liom"], f"G = {row['G']:.2f}, S = {row['entropy']:.2f}")
    1 G = 0.47, S = 0.62
    2 G = 0.24, S = 0.53
    3 G = 0.09, S = 0.43
    """
    return rows_by_kind(MEASURES, spec, seed, realisation, "Attachment(bath, chain)")
