"""D of the contact and of every LIOM in one eigenstate of a grain with LIOMs."""

from __future__ import annotations

from dataclasses import dataclass

from bathlab.analysis.participation import participation_row
from bathlab.checks import require_kind
from bathlab.conventions import Row
from bathlab.model.baths import Bath
from bathlab.model.lioms import LiomChain, require_chain
from bathlab.spectrum.eigenstates import eigenstate_near
from bathlab.spectrum.measure import spectral_measure


@dataclass(frozen=True)
class Profile:
    """A grain with LIOMs.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath, chain = bl.RandomMatrixBath(5, bandwidth=4.0), bl.LiomChain(2, alpha=0.5, g1=0.4)
    >>> rows = bl.experiments.profile_rows(bl.experiments.Profile(bath, chain), 1, 0)
    >>> print([row["site"] for row in rows])  # the contact, and the LIOMs
    [0, 1, 2]
    """

    bath: Bath
    chain: LiomChain

    def __post_init__(self) -> None:
        require_kind("bath", self.bath, Bath, "Make one, as bathlab.LocalChainBath(9).")
        require_chain(self.chain)


def profile_rows(profile: Profile, seed: int, realisation: int) -> list[Row]:
    """D of the contact and of every LIOM in one eigenstate.

    Examples
    --------
    >>> import bathlab as bl
    >>> bath, chain = bl.RandomMatrixBath(6, bandwidth=4.0), bl.LiomChain(2, alpha=0.2, g1=0.4)
    >>> for row in bl.experiments.profile_rows(bl.experiments.Profile(bath, chain), 1, 0):
    ...     print(row["site"], f"{row['log_ipr']:.2f}")  # D falls from LIOM to LIOM
    0 4.37
    1 3.36
    2 1.10
    """
    require_kind("profile", profile, Profile, "Make one with bathlab.experiments.")
    system = profile.bath.sample(seed, realisation).attach(profile.chain)
    state = eigenstate_near(system, 0.0)
    rows: list[Row] = []
    for site in range(profile.chain.count + 1):
        operator = system.operator(site or "contact")
        found = spectral_measure(system, operator, state)
        rows.append(
            {
                "site": site,
                "dimension": system.dimension,
                **participation_row(state, found),
            }
        )
    return rows
