"""Baths that conserve something: G, D, restricted baths and warnings, against loops."""

import math
import warnings

import numpy as np
import pytest
import twin
from scipy import sparse

import bathlab as bl
from bathlab.errors import SeveralSectors

SPINS = 6


def xxz(fields, anisotropy=0.5, spins=SPINS):
    """sum_i h_i sigma^z_i + sum_i (sigma^+ sigma^- + h.c.) + anisotropy sigma^z sigma^z."""
    H = sum(h * twin.site(twin.Z, i, spins) for i, h in enumerate(fields))
    up = np.array([[0.0, 1.0], [0.0, 0.0]])
    for i in range(spins - 1):
        hop = twin.site(up, i, spins) @ twin.site(up.T, i + 1, spins)
        H = H + 2 * (hop + hop.T)
        H = H + anisotropy * twin.site(twin.Z, i, spins) @ twin.site(twin.Z, i + 1, spins)
    return H


FIELDS = np.random.default_rng(3).uniform(-1, 1, SPINS)
H = xxz(FIELDS)
X, Z = (twin.site(pauli, SPINS - 1, SPINS) for pauli in (twin.X, twin.Z))
PROBE = twin.site(twin.Z, 1, SPINS)
UP = np.array([format(state, f"0{SPINS}b").count("0") for state in range(2**SPINS)])


def levels_of(up):
    """Levels of one magnetisation, and their vectors in the whole space."""
    states = np.flatnonzero(UP == up)
    energies, inside = np.linalg.eigh(H[np.ix_(states, states)])
    vectors = np.zeros((len(UP), len(states)))
    vectors[states] = inside
    return energies, vectors


def g_by_loops(up, contact, joined, g, field, window, estimator):
    """G from the levels of one magnetisation to those of the magnetisations ``joined``."""
    energies, vectors = levels_of(up)
    _, b, s = min((abs(E + s * field), b, s) for b, E in enumerate(energies) for s in (1, -1))
    start = energies[b] + s * field
    squares, levels = [], []
    for other in joined:
        for E, vector in zip(*(part.T for part in levels_of(other))):
            levels.append(E)
            if abs(E - s * field - start) <= window:
                squares.append((vector @ contact @ vectors[:, b]) ** 2)
    inside = sum(abs(E) <= window / 2 for E in levels)
    if not squares or not inside:
        return 0.0
    if estimator == "products":
        idle = sum(abs(E + s * field - start) <= window for E in energies)
        terms = len(squares) + idle
        return g * terms / (2 * window) * math.sqrt(sum(squares) / terms)
    return g * inside / window * math.sqrt(np.mean(squares))


@pytest.mark.parametrize("estimator", ["counted", "products"])
@pytest.mark.parametrize("contact, steps", [(X, (-1, 1)), (Z, (0,))])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_g_of_a_sector_is_that_of_loops(contact, steps, form, estimator):
    grain = bl.GivenBath(form(H), form(contact), PROBE).sample(1)
    g, field, window, ups = 0.3, 0.8, 2.0, range(SPINS + 1)
    found = {
        UP[sector.states[0]]: grain.g_parameter(
            g, field, window, estimator, sector=sector.number
        )
        for sector in grain.sectors()
    }
    expected = {
        up: g_by_loops(
            up,
            contact,
            [up + step for step in steps if up + step in ups],
            g,
            field,
            window,
            estimator,
        )
        for up in ups
    }
    assert found == pytest.approx(expected, rel=1e-10)
    assert max(expected.values()) > 0
    near = {up: np.sum(np.abs(levels_of(up)[0]) <= window / 2) for up in ups}
    mean = sum(near[up] * expected[up] for up in ups) / sum(near.values())
    each = grain.g_parameter(g, field, window, estimator, sector="each")
    assert each == pytest.approx(mean, rel=1e-10)


def test_g_of_one_sector_is_g():
    grain = bl.RandomMatrixBath(5, bandwidth=4.2).sample(2)
    for estimator in ("counted", "smooth", "products"):
        whole = grain.g_parameter(0.2, 0.7, estimator=estimator)
        for sector in (0, "each"):
            found = grain.g_parameter(0.2, 0.7, estimator=estimator, sector=sector)
            assert found == pytest.approx(whole, rel=1e-9)


def test_spins_that_a_bath_did_not_thermalise_do_not_strengthen_it():
    """All levels as one credit them with sqrt(8); sector by sector G is that of the bath."""
    ratios = []
    for realisation in range(10):
        bare = bl.RandomMatrixBath(6, bandwidth=8.0)
        idle = bl.EnlargedBath(bare, bl.LiomChain(3, g1=0.0, field=0.2)).sample(1, realisation)
        found = idle.g_parameter(0.2, window=1.5, sector="each")
        ratios.append(found / bare.sample(1, realisation).g_parameter(0.2, window=1.5))
    # Levels in a window of 12: rho scatters by a few per cent from one of 8 sectors to another.
    assert np.mean(ratios) == pytest.approx(1, abs=0.15)


def test_g_of_all_levels_warns_once_and_counts_too_many():
    """sigma^x leads from one parity to the other, half of all levels: 1/sqrt(f) = sqrt(2)."""
    bath, ratios = bl.LocalChainBath(9, transverse=0.0), []
    for realisation in range(12):
        grain = bath.sample(1, realisation)
        with pytest.warns(SeveralSectors, match='2 sectors.*sector="each"'):
            whole = grain.g_parameter(1.0)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert grain.g_parameter(1.0) == whole
            ratios.append(whole / grain.g_parameter(1.0, sector="each"))
    # 70 levels in a window: ratios scatter by 10 %, their mean by 3 %; 4 of these.
    assert np.mean(ratios) == pytest.approx(math.sqrt(2), rel=0.12)


@pytest.mark.parametrize("wrong", [-1, 7, 1.5, True, "all", "3"])
def test_a_sector_that_is_not_there(wrong):
    bath = bl.GivenBath(H, Z, PROBE)
    for call in (
        lambda: bath.sample(1).g_parameter(0.2, sector=wrong),
        lambda: bl.GivenBath(H, Z, PROBE, sector=wrong),
    ):
        with pytest.raises(ValueError, match="sector = .*expected"):
            call()


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_a_bath_in_one_sector_is_the_block(form):
    whole = bl.GivenBath(form(H), form(Z), form(PROBE))
    (number,) = [s.number for s in whole.sectors() if UP[s.states[0]] == 3]
    states = np.flatnonzero(UP == 3)
    bath = bl.GivenBath(form(H), form(Z), form(PROBE), sector=number)
    model = bl.couple(bath, bl.LiomChain.given([0.9, 1.2], [0.3, 0.2]))
    block = np.ix_(states, states)
    expected = twin.coupled(H[block], Z[block], [0.9, 1.2], [0.3, 0.2])
    assert np.allclose(model.sample(1).hamiltonian.toarray(), expected, atol=1e-14)
    assert np.array_equal(bath.sample(1).probe, PROBE[block]) and bath.sample(1).dims == (20,)
    assert bath != whole and hash(bath) != hash(whole)
    assert bath == bl.GivenBath(H[block], Z[block], PROBE[block])
    with pytest.raises(ValueError, match="contact.*leads out"):
        bl.GivenBath(H, X, PROBE, sector=number)


def test_a_bath_in_a_sector_of_a_given_symmetry():
    even = xxz([0.4] * SPINS)
    mirror = np.zeros((2**SPINS,) * 2)
    texts = [format(state, f"0{SPINS}b") for state in range(2**SPINS)]
    mirror[[int(text[::-1], 2) for text in texts], range(2**SPINS)] = 1
    middle = twin.site(twin.Z, 2, SPINS) + twin.site(twin.Z, 3, SPINS)
    sectors = bl.GivenBath(even, middle, middle).sectors(mirror)
    largest = max(sectors, key=lambda sector: sector.dimension)
    grain = bl.GivenBath(even, middle, middle, sector=largest).sample(1)
    basis = largest.basis.toarray()
    assert np.allclose(grain.contact, basis.T @ middle @ basis, atol=1e-14)
    assert np.allclose(basis @ grain.hamiltonian, even @ basis, atol=1e-13)
    assert len(grain.sectors()) == 1
    with pytest.raises(ValueError, match="hamiltonian.*leads out"):
        bl.GivenBath(H, middle, middle, sector=largest)  # whose fields are not even


@pytest.mark.parametrize(
    "contact, couplings, conserved",
    [
        (Z, [0.3, 0.2], lambda up, spins: up),  # the LIOMs flip, and S^z of the bath stays
        (X, [0.3, 0.2], lambda up, spins: (up + spins) % 2),  # every flip moves one unit
        (X, [0.3, 0.0], lambda up, spins: (up + spins // 2) % 2 + 2 * (spins % 2)),
        (Z, [0.0, 0.0], lambda up, spins: (up, spins)),
    ],
)
def test_what_a_bath_with_lioms_conserves(contact, couplings, conserved):
    """Flips of both LIOMs, 0 to 3 as two bits: the conserved number is the parity of flips."""
    chain = bl.LiomChain.given([1.1, 0.7], couplings)
    system = bl.couple(bl.GivenBath(H, contact, PROBE), chain).sample(1)
    flips = {0: 0, 1: 1, 2: 1, 3: 0} if all(couplings) else {k: k for k in range(4)}
    labels = [conserved(up, flips[spins]) for up in UP for spins in range(4)]
    expected = [
        tuple(np.flatnonzero([label == one for label in labels]))
        for one in dict.fromkeys(labels)
    ]
    assert [tuple(sector.states) for sector in system.sectors()] == expected
    idle = 2 ** (2 - np.count_nonzero(couplings))
    assert system.sector_count * idle == len(expected)
    line = bl.LocalisedChain(bl.GivenBath(H, contact, PROBE), chain).sample(1)
    assert len(line.sectors()) == len(
        bl.operators.sectors_of(twin.line(H, contact, [1.1, 0.7], couplings))
    )


def test_d_warns_once_of_each_system():
    system = bl.couple(bl.GivenBath(H, Z, PROBE), bl.LiomChain(2)).sample(1)
    first, second = bl.eigenstates_near(system, 0.1, 2)
    probe = system.operator("probe")
    with pytest.warns(SeveralSectors, match="7 sectors.*log"):
        bl.spectral_measure(system, probe, first)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        bl.spectral_measure(system, probe, second)


@pytest.mark.parametrize(
    "model",
    [
        bl.couple(bl.LocalChainBath(5), bl.LiomChain(2)),
        bl.couple(bl.RandomMatrixBath(4, bandwidth=4.2), bl.LiomChain(2)),
        bl.couple(bl.LocalChainBath(5), bl.LiomChain(2, g1=0.0)),  # left uncoupled on purpose
        bl.couple(bl.GivenBath(H + X, X, PROBE), bl.LiomChain(2)),
        bl.LocalisedChain(bl.LocalChainBath(4), bl.LiomChain(2)),
    ],
)
def test_what_conserves_nothing_is_not_warned_of(model):
    system = model.sample(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        probe, state = system.operator("probe"), bl.eigenstate_near(system, 0.1)
        bl.spectral_measure(system, probe, state)
        if isinstance(system, bl.model.CoupledSystem):
            system.grain.g_parameter(0.2, window=3.0)
