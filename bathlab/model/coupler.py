"""A bath and LIOMs, put together: what is sampled is the coupled system."""

from __future__ import annotations

from dataclasses import dataclass

from bathlab.model.baths import Bath, require_parts
from bathlab.model.coupled import CoupledSystem
from bathlab.model.lioms import Chain


@dataclass(frozen=True)
class CoupledModel:
    """A bath with LIOMs to be attached; made by :func:`couple`.

    Examples
    --------
    >>> import bathlab as bl
    >>> model = bl.model.CoupledModel(bl.LocalChainBath(spins=4), bl.LiomChain(count=2))
    >>> one, again, other = model.sample(1), model.sample(1), model.sample(1, realisation=1)
    >>> print(one.dimension, one.lioms.fields.round(3), other.lioms.fields.round(3))
    64 [0.507 1.028] [1.199 0.766]
    >>> print(abs(one.hamiltonian - again.hamiltonian).max() == 0)
    True
    """

    bath: Bath
    chain: Chain

    def __post_init__(self) -> None:
        require_parts(self.bath, self.chain)

    def sample(self, seed: int, realisation: int = 0) -> CoupledSystem:
        """The coupled system of one realisation; the same arguments give the same bits."""
        return self.bath.sample(seed, realisation).attach(self.chain)


def couple(bath: Bath, chain: Chain) -> CoupledModel:
    """Attach LIOMs to a bath: H = H_B + sum_i h_i tau^z_i + sum_i g_i V tau^x_i.

    Parameters
    ----------
    bath
        a :class:`bathlab.RandomMatrixBath`, :class:`bathlab.LocalChainBath`,
        :class:`bathlab.EnlargedBath` or :class:`bathlab.GivenBath`, or a bath of your own.
    chain
        the LIOMs, a :class:`bathlab.LiomChain` or ``LiomChain.given(...)``.

    Returns
    -------
    CoupledModel
        of which ``.sample(seed, realisation)`` draws a system.

    Raises
    ------
    ValueError
        If an argument is not a bath or not a chain of LIOMs.

    Examples
    --------
    >>> import bathlab as bl
    >>> lioms = bl.LiomChain(count=3, alpha=0.5, g1=0.4)
    >>> system = bl.couple(bl.LocalChainBath(spins=5), lioms).sample(seed=1)
    >>> print(system.dims, system.lioms.couplings.round(3))
    (2, 2, 2, 2, 2, 2, 2, 2) [0.4 0.2 0.1]
    >>> state = bl.eigenstate_near(system, energy=0.0)
    >>> measure = bl.spectral_measure(system, system.operator("probe"), state)
    >>> print(f"E = {state.energy:.4f}, D(O_B) = {bl.log_ipr(measure):.3f}")
    E = -0.0347, D(O_B) = 3.811
    """
    return CoupledModel(bath, chain)
