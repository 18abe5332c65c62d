"""Baths, LIOMs and the coupled system against numpy.kron and exact identities."""

import numpy as np
import pytest
import qutip
import twin
from scipy import sparse

import bathlab as bl

#: Sums of a few dozen terms of order one, in units of the largest entry.
ROUNDING = 1e-13

CORES = [
    bl.RandomMatrixBath(spins=3, bandwidth=4.2),
    bl.LocalChainBath(spins=4),
    bl.RandomMatrixBath(spins=1, bandwidth=2.25),
    bl.LocalChainBath(spins=1),
]


def given_core():
    rng = np.random.default_rng(7)
    H, contact, probe = (a + a.T for a in rng.standard_normal((3, 5, 5)))
    return bl.GivenBath(hamiltonian=H, contact=contact, probe=probe)


def test_chain_is_equation_24():
    bath = bl.LocalChainBath(spins=9, field=1.0, disorder=0.3, transverse=0.5, coupling=1.0)
    grain = bath.sample(seed=1, realisation=3)
    z = [np.trace(grain.hamiltonian @ twin.site(twin.Z, i, 9)) / 2**9 for i in range(9)]
    assert np.all(np.abs(np.array(z) - 1) <= 0.3) and np.std(z) > 0.05
    assert np.allclose(grain.hamiltonian, twin.chain(z, 0.5, 1.0), atol=ROUNDING)
    assert np.array_equal(grain.contact, twin.site(twin.X, 8, 9))
    assert np.array_equal(grain.probe, twin.site(twin.X, 3, 9))  # sigma^x_4
    H = grain.hamiltonian
    assert abs(np.trace(H)) < 2**9 * ROUNDING
    assert np.trace(H @ H) / 2**9 == pytest.approx(sum(h**2 + 0.25 for h in z) + 8, rel=1e-13)


def test_random_matrix_bath_takes_spacing_or_bandwidth():
    by_width = bl.RandomMatrixBath(spins=6, bandwidth=0.07 * 64).sample(1)
    by_spacing = bl.RandomMatrixBath(spins=6, level_spacing=0.07).sample(1)
    assert np.allclose(by_width.hamiltonian, by_spacing.hamiltonian, rtol=1e-15)
    assert np.array_equal(by_width.contact, twin.site(twin.X, 5, 6))
    assert np.array_equal(by_width.probe, twin.site(twin.X, 0, 6))


def test_couplings_and_fields_are_those_of_the_spec():
    lioms = bl.LiomChain(count=3, alpha=0.6, g1=0.3).sample(seed=5, realisation=2)
    assert np.allclose(lioms.couplings, [0.3, 0.18, 0.108], rtol=1e-15)
    assert np.all(np.abs(lioms.fields - 1) <= 0.5)


def test_traces():
    chain = bl.LiomChain(count=3, g1=0.4)
    system = bl.couple(CORES[1], chain).sample(seed=2)
    H, bath = system.hamiltonian.toarray(), CORES[1].sample(seed=2).hamiltonian
    lioms = chain.sample(2, 0)
    assert np.trace(H) == pytest.approx(8 * np.trace(bath), abs=1e-11)
    expected = (
        np.trace(bath @ bath) / len(bath)
        + lioms.fields @ lioms.fields
        + lioms.couplings @ lioms.couplings
    )
    assert np.trace(H @ H) / len(H) == pytest.approx(expected, rel=1e-13)


def test_spectrum_at_zero_coupling_is_the_sum_set():
    system = bl.couple(CORES[1], bl.LiomChain(count=2, g1=0.0)).sample(seed=3)
    bath, lioms = CORES[1].sample(seed=3), system.lioms
    signs = [lioms.fields @ s for s in ([1, 1], [1, -1], [-1, 1], [-1, -1])]
    expected = np.sort(np.add.outer(bath.energies, signs).ravel())
    assert np.allclose(bl.diagonalise(system).energies, expected, atol=ROUNDING * 10)


@pytest.mark.parametrize("core", [*CORES, given_core()], ids=lambda core: type(core).__name__)
def test_two_stages_equal_one(core):
    once = bl.couple(core, bl.LiomChain(count=3, g1=0.2, alpha=0.75)).sample(4, 1)
    inner = bl.EnlargedBath(core=core, lioms=bl.LiomChain(count=1, g1=0.2))
    outer = bl.EnlargedBath(core=inner, lioms=bl.LiomChain(count=1, g1=0.2 * 0.75))
    twice = bl.couple(outer, bl.LiomChain(count=1, g1=0.2 * 0.75**2)).sample(4, 1)
    assert np.allclose(once.hamiltonian.toarray(), twice.hamiltonian.toarray(), rtol=1e-15)
    assert twice.dims == once.dims
    grain = outer.sample(4, 1)
    assert grain.dimension == 4 * core.sample(4, 1).dimension
    # The enlarged bath's matrices, taken as a bath by themselves, give the same H again.
    by_hand = bl.GivenBath(grain.hamiltonian, grain.contact, grain.probe)
    last = bl.LiomChain.given(fields=once.lioms.fields[2:], couplings=once.lioms.couplings[2:])
    assert np.allclose(
        bl.couple(by_hand, last).sample(0).hamiltonian.toarray(),
        once.hamiltonian.toarray(),
        atol=ROUNDING * 10,
    )


def test_adding_a_liom_leaves_earlier_draws_alone():
    bath = bl.LocalChainBath(spins=5)
    small, large = (bl.couple(bath, bl.LiomChain(count=count)).sample(9, 4) for count in (2, 3))
    assert np.array_equal(small.lioms.fields, large.lioms.fields[:2])
    assert np.array_equal(small.bath.hamiltonian.toarray(), large.bath.hamiltonian.toarray())
    longer = bl.LocalChainBath(spins=6).sample(9, 4).hamiltonian
    fields = [np.trace(longer @ twin.site(twin.Z, i, 6)) / 64 for i in range(5)]
    shorter = small.bath.hamiltonian.toarray()
    assert np.allclose(
        fields, [np.trace(shorter @ twin.site(twin.Z, i, 5)) / 32 for i in range(5)], rtol=1e-14
    )


def test_specs_are_hashable_and_compare_by_value():
    bath = bl.EnlargedBath(bl.LocalChainBath(spins=3), bl.LiomChain(count=1))
    assert bath == bl.EnlargedBath(bl.LocalChainBath(spins=3), bl.LiomChain(count=1))
    assert len({bath, bl.LocalChainBath(spins=3), given_core(), given_core()}) == 3
    with pytest.raises(AttributeError):
        bath.core = None


def test_a_given_bath_in_any_form_gives_the_same_participation():
    grain = bl.LocalChainBath(spins=4).sample(1)
    matrices = (grain.hamiltonian, grain.contact, grain.probe)
    as_qobj = [qutip.Qobj(m, dims=[[2] * 4] * 2) for m in matrices]
    forms = [
        matrices,
        [sparse.csr_matrix(m) for m in matrices],
        [sparse.coo_array(m) for m in matrices],
        as_qobj,
        [q.to("CSR") for q in as_qobj],
    ]
    found = []
    for form in forms:
        system = bl.couple(bl.GivenBath(*form), bl.LiomChain(count=2)).sample(1)
        H, probe = system.hamiltonian, system.operator("probe")
        for same in (H, H.toarray(), sparse.csc_matrix(H), system.to_qobj(), system):
            state = bl.eigenstate_near(same)
            found.append(bl.log_ipr(bl.spectral_measure(same, probe, state)))
            measure = bl.spectral_measure(
                same, system.to_qobj("probe"), state, method="lanczos"
            )
            found.append(bl.log_ipr(measure))
    # The same levels and vectors to rounding; D amplifies it by 1/gap ~ 1e2.
    assert np.ptp(found) < 1e-11
    assert found[0] == pytest.approx(
        twin.participation(H.toarray(), probe.toarray()), abs=1e-11
    )


def test_qobj_has_the_tensor_dims():
    system = bl.couple(bl.LocalChainBath(spins=3), bl.LiomChain(count=2)).sample(1)
    H = system.to_qobj()
    assert H.dims == [[2] * 5] * 2 and H.isherm
    assert np.allclose(H.full(), system.hamiltonian.toarray(), atol=0)
    sx = qutip.tensor([qutip.qeye(2)] * 4 + [qutip.sigmax()])
    assert np.array_equal(system.to_qobj(2).full(), sx.full())
    core = bl.GivenBath(qutip.Qobj(np.eye(6), dims=[[3, 2]] * 2), np.eye(6), np.eye(6))
    assert bl.couple(core, bl.LiomChain(count=1)).sample(1).to_qobj().dims == [[3, 2, 2]] * 2
    assert (
        bl.couple(bl.GivenBath(np.eye(3), np.eye(3), np.eye(3)), bl.LiomChain(count=1))
        .sample(1)
        .to_qobj()
        .dims
        == [[3, 2]] * 2
    )


def test_a_coupled_system_can_be_a_given_bath():
    core = bl.couple(bl.LocalChainBath(spins=3), bl.LiomChain(count=1)).sample(1)
    bath = bl.GivenBath(core, core.operator("contact"), core.operator("probe"))
    assert bath.sample(1).system.dims == (2, 2, 2, 2)
    assert np.array_equal(bath.sample(1).hamiltonian, core.hamiltonian.toarray())


def test_a_given_bath_keeps_its_own_copy():
    H = np.diag([1.0, -1.0])
    bath = bl.GivenBath(H, twin.X, twin.X)
    before = hash(bath)
    H[0, 0] = 7.0
    assert bath.sample(1).hamiltonian[0, 0] == 1.0 and hash(bath) == before
    grain = bath.sample(1)
    grain.hamiltonian[0, 0] = grain.system.hamiltonian.data[0] = 7.0
    assert bath.sample(1).hamiltonian[0, 0] == 1.0 and hash(bath) == before


def test_a_complex_matrix_with_no_imaginary_part_is_real():
    bath = bl.GivenBath(np.diag([1.0, -1.0]).astype(complex), twin.X, twin.X)
    assert bath.sample(1).hamiltonian.dtype == np.float64


def counted(monkeypatch):
    """Dimensions of the matrices that are diagonalised from now on."""
    from bathlab.spectrum import backend

    solved, eigh = [], backend.scipy.linalg.eigh
    monkeypatch.setattr(
        backend.scipy.linalg,
        "eigh",
        lambda matrix, **options: solved.append(len(matrix)) or eigh(matrix, **options),
    )
    return solved


def test_lioms_attached_one_by_one_share_the_draw_and_solve_each_matrix_once(monkeypatch):
    bath, chain = bl.LocalChainBath(spins=4), bl.LiomChain(count=3, g1=0.3)
    at_once = bl.couple(bath, chain).sample(5, 2)
    solved = counted(monkeypatch)
    grain = bath.sample(5, 2)
    lioms = chain.sample(5, 2)
    for k in range(3):
        system = grain.attach(lioms[k : k + 1])
        state = bl.eigenstate_near(system)
        bl.spectral_measure(system, system.operator("probe"), state)
        bl.hybridisation(system, state, [-1.0, 1.0])
        grain.g_parameter(0.3)
        assert system.grain is grain and system.bath is grain.system.bath
        grain = system.as_grain()
    assert solved == [32, 16, 64, 128]
    assert np.array_equal(system.hamiltonian.toarray(), at_once.hamiltonian.toarray())
    assert np.array_equal(grain.energies, bl.diagonalise(at_once).energies)
    drawn_later = bath.sample(5, 2).attach(bl.LiomChain(1)).as_grain().attach(bl.LiomChain(1))
    assert drawn_later.lioms.fields[1] == lioms.fields[1]


def test_a_line_solves_each_matrix_once(monkeypatch):
    solved = counted(monkeypatch)
    chain = bl.LocalisedChain(bl.LocalChainBath(3), bl.LiomChain(3, alpha=1.0)).sample(1)
    for spin in (1, 2, 3):
        stage = chain.stage(spin)
        state = bl.eigenstate_near(stage)
        bl.hybridisation(stage, state, [-1.0, 1.0])
        assert chain.grain(spin).eigensystem is stage.eigensystem
    assert bl.diagonalise(chain) is stage.eigensystem
    assert solved == [16, 8, 32, 64]


def test_a_grain_that_was_not_drawn_takes_drawn_lioms_only():
    system = bl.model.CoupledSystem(
        given_core().matrices, bl.LiomChain(2).sample(1, 0), inside=1
    )
    lioms = bl.LiomChain(1).sample(1, 0, first=3)
    assert system.grain.attach(lioms).lioms.count == 2
    with pytest.raises(ValueError, match="expected drawn LIOMs"):
        system.as_grain().attach(bl.LiomChain(1))
