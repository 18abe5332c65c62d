"""LIOMs as they are drawn: fields h_i, couplings g_i to the grain, and what else they touch."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import reduce

import numpy as np

from bathlab.checks import as_array, refusal, require_kind, settle, shown
from bathlab.conventions import SIGMA_Z, RealArray
from bathlab.facts import Facts
from bathlab.model.liom_terms import Site, Sites, add_interactions, as_terms, joined, taken


@dataclass(frozen=True, eq=False, repr=False)
class Lioms(Facts):
    """LIOMs of one realisation, nearest to the grain first.

    H = sum_i (h_i + J'_i sigma^z_{site(i)}) tau^z_i + sum_i g_i V_i tau^x_i
    + sum_{i<j} J_ij tau^z_i tau^z_j, V_i = sigma^x of the spin ``sites[i]`` of the bath, the
    sum of those of several spins, or its contact.

    Parameters
    ----------
    fields, couplings
        (n,) h_i and g_i.
    sites
        (n,) spins of the bath's core, 0 the leftmost factor. A tuple as an entry: all of
        these spins, with g_i and J'_i each. None as an entry, or for all: the contact of the
        bath.
    interactions
        (n, n) symmetric J_ij, each pair once, with zeros on the diagonal. Or (n, m):
        the first m - n columns are J of these LIOMs with the m - n that are nearer to the
        grain, which it holds when these are attached to it.
    bath_interactions
        (n,) J'_i, for LIOMs that have a site.

    Raises
    ------
    ValueError
        If the numbers are not finite and real, there are not as many of each, a site is no
        integer >= 0, named twice for one LIOM or missing beside a J'_i, or the J_ij are not
        symmetric with a diagonal of zeros.

    Examples
    --------
    >>> import bathlab as bl
    >>> lioms = bl.model.Lioms(fields=[1.0, 0.6], couplings=[0.3, 0.1])
    >>> print(lioms.energies)  # of up-up, up-down, down-up, down-down
    [ 1.6  0.4 -0.4 -1.6]
    >>> system = bl.LocalChainBath(spins=3).sample(seed=1).attach(lioms)
    >>> print(system.dims)
    (2, 2, 2, 2, 2)
    """

    fields: RealArray
    couplings: RealArray
    sites: Sites = None
    interactions: RealArray | None = None
    bath_interactions: RealArray | None = None

    def __post_init__(self) -> None:
        fields = as_array("fields", self.fields, least=0)
        couplings = as_array("couplings", self.couplings, shape=fields.shape, least=0)
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "couplings", couplings)
        terms = as_terms(len(fields), self.sites, self.interactions, self.bath_interactions)
        settle(self, **terms._asdict())

    @property
    def count(self) -> int:
        return len(self.fields)

    @property
    def nearer(self) -> int:
        """How many LIOMs of the grain these interact with, beside each other."""
        return 0 if self.interactions is None else self.interactions.shape[1] - self.count

    @property
    def energies(self) -> RealArray:
        """sum_i h_i s_i + sum_{i<j} J_ij s_i s_j of all configurations, (2^n,), tau_1 slowest;
        without J_ij of LIOMs that are nearer."""
        own = self.interactions
        return liom_energies(self.fields, None if own is None else own[:, self.nearer :])

    def same_as(self, others: Lioms) -> bool:
        """Whether all numbers are the same bits."""
        names = [part.name for part in dataclasses.fields(self) if part.name != "sites"]
        pairs = [(getattr(self, name), getattr(others, name)) for name in names]
        same = all(np.array_equal(one, other) for one, other in pairs)
        return same and self.sites == others.sites

    def __getitem__(self, place: slice) -> Lioms:
        """Some of these LIOMs: ``lioms[2:4]`` are the third and the fourth."""
        if not isinstance(place, slice):
            raise refusal("place", shown(place), "a slice", "Write lioms[2:3] for the third.")
        along = self.bath_interactions
        return Lioms(
            self.fields[place],
            self.couplings[place],
            None if self.sites is None else self.sites[place],
            taken(self.interactions, place, self.count),
            None if along is None else along[place],
        )

    def followed_by(self, others: Lioms) -> Lioms:
        """These LIOMs and then ``others``, farther out.

        Raises
        ------
        ValueError
            If the others interact with another number of LIOMs than are before them.
        """
        require_kind("others", others, Lioms, "Draw them with sample.")
        return Lioms(
            np.concatenate([self.fields, others.fields]),
            np.concatenate([self.couplings, others.couplings]),
            self._places + others._places,
            joined(self.interactions, others.interactions, (self.count, others.count)),
            np.concatenate([self._along, others._along]),
        )

    @property
    def _places(self) -> tuple[Site, ...]:
        return (None,) * self.count if self.sites is None else self.sites

    @property
    def _along(self) -> RealArray:
        along = self.bath_interactions
        return np.zeros(self.count) if along is None else along


NO_LIOMS = Lioms(np.empty(0), np.empty(0))


def liom_energies(fields: RealArray, interactions: RealArray | None = None) -> RealArray:
    """sum_i h_i s_i + sum_{i<j} J_ij s_i s_j for every configuration of the LIOMs, shape
    (2^n,), tau_1 slowest."""
    energies = reduce(
        lambda totals, field: np.add.outer(totals, field * np.diag(SIGMA_Z)).ravel(),
        fields,
        np.zeros(1),
    )
    if interactions is not None:
        add_interactions(energies, interactions)
    return energies
