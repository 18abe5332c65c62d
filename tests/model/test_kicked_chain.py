"""The kicked chain and its probe against exponentials of numpy.kron."""

import numpy as np
import pytest
import scipy.linalg
import twin

import bathlab as bl
from bathlab.model import KickedChain
from bathlab.model.kicked_chain import heisenberg

CHAINS = {
    "ring": KickedChain(5, 7.0, 3.0),
    "two spins": KickedChain(2, 9.0, 4.0, 0.7),
    "no fields": KickedChain(4, 6.0, 0.0),
}
PAULIS = (twin.X, twin.Y, twin.Z)


def halves(system, sites):
    """J sum sigma . sigma and W sum v . sigma, in a space of so many spins."""
    L = system.chain.sites
    bonds = {tuple(sorted((n, (n + 1) % L))) for n in range(L)}
    H_J = sum(twin.site(p, n, sites) @ twin.site(p, m, sites) for n, m in bonds for p in PAULIS)
    H_W = sum(
        component * twin.site(p, n, sites)
        for n, field in enumerate(system.fields)
        for component, p in zip(field, PAULIS)
    )
    return system.chain.coupling * H_J, H_W


@pytest.mark.parametrize("name", CHAINS)
def test_a_period_is_the_fields_and_then_the_bonds(name):
    system = CHAINS[name].sample(2, 1)
    H_J, H_W = halves(system, system.chain.sites)
    T = 2 * np.pi / system.chain.frequency
    U = scipy.linalg.expm(-0.5j * T * H_J) @ scipy.linalg.expm(-0.5j * T * H_W)
    assert np.abs(system.matrix() - U).max() < 1e-13
    # The order matters.
    turned = scipy.linalg.expm(-0.5j * T * H_W) @ scipy.linalg.expm(-0.5j * T * H_J)
    assert name == "no fields" or np.abs(turned - U).max() > 1e-2
    found = bl.diagonalise(system)
    assert found.residual < 1e-12


def test_the_probe_is_kicked_once_a_period():
    system = CHAINS["ring"].sample(2, 1)
    H_J, H_W = halves(system, 6)
    T, h, J = 2 * np.pi / 7.0, 2.3, 0.9
    flip = twin.site(twin.X, 2, 6) @ twin.site(twin.X, 5, 6)
    free = scipy.linalg.expm(-0.5j * T * H_J) @ scipy.linalg.expm(-0.5j * T * H_W)
    U_0 = free @ scipy.linalg.expm(-0.5j * T * h * twin.site(twin.Z, 5, 6))
    U = scipy.linalg.expm(-1j * T * J * flip) @ U_0
    probed = system.probed(h, J, site=2)
    assert np.abs(probed.matrix() - U).max() < 1e-13 and probed.dims == (2,) * 6
    # Without coupling each state is one of the chain with a shifted phase.
    loose = bl.diagonalise(system.probed(h, 0.0)).quasienergies
    own = bl.diagonalise(system).quasienergies
    shifted = np.concatenate([own + T * h / 2, own - T * h / 2])
    both = (np.sort(np.angle(np.exp(1j * phases))) for phases in (loose, shifted))
    assert np.subtract(*both) == pytest.approx(0, abs=1e-11)


def test_fast_kicks_make_the_static_chain():
    chain = KickedChain(4, 4000.0, 3.0)
    static = bl.diagonalise(chain.static.sample(1, 0)).energies
    phases = bl.diagonalise(chain.sample(1, 0)).quasienergies
    assert np.sort(-phases / chain.period) == pytest.approx(static, abs=0.02)
    assert np.array_equal(chain.sample(1, 0).fields, chain.static.sample(1, 0).fields)


def test_bonds_are_exponentiated_once():
    assert heisenberg(5, 0.3) is heisenberg(5, 0.3)


def test_what_is_out_of_range_is_refused():
    with pytest.raises(ValueError, match="frequency"):
        KickedChain(4, 0.0)
    with pytest.raises(ValueError, match="which"):
        CHAINS["ring"].sample(1).probed(1.0, 1.0, site=5)
    with pytest.raises(ValueError, match="U_F of 20 sites"):
        KickedChain(20).sample(1)
