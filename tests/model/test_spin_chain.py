"""Random spin chains against products by numpy.kron."""

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.streams import Purpose, stream


def slow(system):
    """H in the full space, from the drawn fields."""
    chain, L = system.chain, system.chain.sites
    spins = {
        axis: [twin.site(matrix, i, L) / 2 for i in range(L)]
        for axis, matrix in zip("xyz", (twin.X, twin.Y, twin.Z))
    }
    bonds = [(i, (i + 1) % L) for i in range(L if chain.periodic else L - 1)]
    if chain.fields == "z":
        strength = {"x": 1, "y": 1, "z": chain.anisotropy}
        H = sum(
            chain.coupling * strength[a] * spins[a][i] @ spins[a][j]
            for a in "xyz"
            for i, j in bonds
        )
        return H + sum(h * z for h, z in zip(system.fields, spins["z"]))
    H = sum(chain.coupling / 2 * 4 * spins[a][i] @ spins[a][j] for a in "xyz" for i, j in bonds)
    return H + sum(
        component / 2 * 2 * spins[a][site]
        for site, field in enumerate(system.fields)
        for a, component in zip("xyz", field)
    )


CHAINS = {
    "ring": bl.SpinChain(6),
    "open, anisotropic": bl.SpinChain(
        5, anisotropy=0.4, disorder=1.5, sector=0.5, periodic=False, coupling=-0.7
    ),
    "all states": bl.SpinChain(5, sector=None),
    "all directions": bl.SpinChain(5, disorder=2.0, sector=None, fields="all"),
}


@pytest.mark.parametrize("name", CHAINS)
def test_it_is_the_twin(name):
    system = CHAINS[name].sample(3, 2)
    full, states = slow(system), system.space.states
    matrix = system.matrix().toarray()
    assert np.abs(matrix - full[np.ix_(states, states)]).max() < 1e-14
    assert np.iscomplexobj(matrix) == (name == "all directions")
    for site in range(system.chain.sites):
        z = twin.site(twin.Z, site, system.chain.sites)[np.ix_(states, states)]
        assert np.array_equal(system.operator(site).toarray(), z)
    if system.chain.sector is None:
        assert system.dims == (2,) * 5
        y = twin.site(twin.Y, 1, 5)
        assert np.abs(system.operator(1, "y").toarray() - y).max() < 1e-15
    energies = np.linalg.eigvalsh(full[np.ix_(states, states)])
    assert np.abs(bl.levels(system).energies - energies).max() < 1e-13
    state = bl.eigenstate_near(system, 0.1)
    assert state.residual < 1e-12


def test_it_is_the_chain_of_quspin():
    """Levels, half-chain entropies and one spectral function."""
    operators = pytest.importorskip("quspin.operators")
    basis = pytest.importorskip("quspin.basis")
    L, delta = 10, 0.6
    system = bl.SpinChain(L, anisotropy=delta, disorder=2.0, sector=1.0).sample(5)
    bonds = [[i, (i + 1) % L] for i in range(L)]
    lists = [[word, [[0.5, *bond] for bond in bonds]] for word in ("+-", "-+")]
    lists += [["zz", [[delta, *bond] for bond in bonds]]]
    lists += [["z", [[h, i] for i, h in enumerate(system.fields)]]]
    quiet = {"check_herm": False, "check_symm": False, "check_pcon": False}
    states = basis.spin_basis_1d(L, Nup=L // 2 + 1, pauli=0)
    H, sigma = (
        operators.hamiltonian(each, [], basis=states, dtype=np.float64, **quiet)
        for each in (lists, [["z", [[2.0, 3]]]])
    )
    energies, vectors = H.eigh()
    assert np.abs(bl.levels(system).energies - energies).max() < 1e-13
    for number in (0, 80, 209):
        state = bl.eigenstate_near(system, energies[number] + 1e-9)
        ours = bl.entanglement_entropy(system.space.embed(state.vector), (2,) * L, range(5))
        theirs = states.ent_entropy(vectors[:, number], sub_sys_A=range(5), density=False)
        assert ours == pytest.approx(float(theirs["Sent_A"]), abs=1e-11)
        measure = bl.spectral_measure(system, system.operator(3), state)
        elements = (vectors.T @ (sigma.tocsr() @ vectors[:, number])) ** 2
        places = np.abs(measure.energies[:, None] - energies).argmin(axis=1)
        found = np.zeros(len(energies))
        found[places] = measure.weights
        assert np.abs(found - elements).max() < 1e-11


def test_fields_are_those_of_their_sites():
    short, long = (bl.SpinChain(L, disorder=2.5).sample(1, 4).fields for L in (6, 8))
    assert np.array_equal(short, long[:6])
    assert short[3] == 2.5 * stream(1, 4, Purpose.SPIN_FIELD, 3).uniform(-1, 1)
    weak = bl.SpinChain(6, disorder=0.5).sample(1, 4).fields
    assert weak == pytest.approx(short / 5)


def test_a_cosine_turns_by_the_golden_mean():
    """h_i+1 + h_i-1 = 2 cos(2 pi b) h_i, and the phase is uniform: <h^2> = W^2/2 to five
    standard errors."""
    chain = bl.SpinChain(8, disorder=2.0, law="cosine")
    fields = np.array([chain.sample(1, r).fields for r in range(200)])
    turn = 2 * np.cos(np.pi * (np.sqrt(5) - 1))
    assert fields[:, 2:] + fields[:, :-2] == pytest.approx(turn * fields[:, 1:-1])
    assert np.abs(fields).max() <= 2
    first = fields[:, 0] ** 2
    assert abs(first.mean() - 2) < 5 * first.std() / np.sqrt(200)
    longer = bl.SpinChain(10, disorder=2.0, law="cosine").sample(1, 7).fields
    assert np.array_equal(fields[7], longer[:8])
    with pytest.raises(ValueError, match="law"):
        bl.SpinChain(6, law="normal")
    with pytest.raises(ValueError, match="law"):
        bl.SpinChain(6, fields="all", law="cosine")


def test_fields_are_drawn_as_they_should_be():
    """1200 values; second moments to five standard errors (false alarm 6e-7 each)."""
    uniform = np.concatenate([bl.SpinChain(6).sample(1, r).fields for r in range(200)])
    assert np.abs(uniform).max() <= 3 < np.abs(uniform).max() + 0.05
    assert abs(np.mean(uniform**2) - 3) < 5 * np.std(uniform**2) / np.sqrt(1200)
    chain = bl.SpinChain(6, disorder=2.0, fields="all")
    squares = np.concatenate(
        [(chain.sample(1, r).fields ** 2).sum(axis=1) / 4 for r in range(200)]
    )
    off = abs(squares.mean() - 1) / (squares.std() / np.sqrt(1200))
    assert off < 5
    wrong = 3 * squares  # components of unit variance
    assert abs(wrong.mean() - 1) / (wrong.std() / np.sqrt(1200)) > 5


WRONG = {
    "sector": (lambda: bl.SpinChain(5), "sector = 0"),
    "disorder": (lambda: bl.SpinChain(6, disorder=-1), "disorder = -1"),
    "fields": (lambda: bl.SpinChain(6, fields="x"), "fields = 'x'"),
    "anisotropy": (lambda: bl.SpinChain(6, 0.5, fields="all"), "anisotropy = 0.5"),
    "axis": (lambda: bl.SpinChain(6).sample(1).operator(0, "x"), "conserves S"),
    "site": (lambda: bl.SpinChain(6).sample(1).operator(6), "which = 6"),
    "too large": (lambda: bl.SpinChain(36).sample(1), "GiB"),
}


@pytest.mark.parametrize("name", WRONG)
def test_bad_input_is_explained(name):
    make, words = WRONG[name]
    with pytest.raises(ValueError, match=words):
        make()
