"""sigma^x, sigma^y and sigma^z of sites, LIOMs and spins in a line, against numpy.kron."""

import numpy as np
import pytest
import twin

import bathlab as bl

Y = np.array([[0, -1j], [1j, 0]])
PAULI = {"x": twin.X, "y": Y, "z": twin.Z}
SYSTEM = bl.couple(bl.LocalChainBath(3), bl.LiomChain(2)).sample(4)
LINE = bl.LocalisedChain(bl.LocalChainBath(2), 3).sample(4)


@pytest.mark.parametrize("axis", "xyz")
def test_the_spins_of_a_system_are_those_of_the_twin(axis):
    for liom in (1, 2):
        expected = twin.site(PAULI[axis], 2 + liom, 5)
        assert np.array_equal(SYSTEM.operator(liom, axis).toarray(), expected)
        assert np.array_equal(SYSTEM.to_qobj(liom, axis).full(), expected)
    for site in range(-5, 5):
        expected = twin.site(PAULI[axis], site % 5, 5)
        assert np.array_equal(SYSTEM.site_operator(site, axis).toarray(), expected)


@pytest.mark.parametrize("axis", "xyz")
def test_the_spins_of_a_line_and_of_a_grain_are_those_of_the_twin(axis):
    for spin in (1, 2, 3):
        expected = twin.site(PAULI[axis], 1 + spin, 5)
        assert np.array_equal(LINE.operator(spin, axis).toarray(), expected)
    grain = bl.EnlargedBath(bl.LocalChainBath(2), bl.LiomChain(2)).sample(1)
    for site in range(4):
        expected = twin.site(PAULI[axis], site, 4)
        assert np.array_equal(grain.site_operator(site, axis).toarray(), expected)
    assert np.array_equal(grain.operator(2, axis).toarray(), twin.site(PAULI[axis], 3, 4))


def test_a_factor_that_is_no_spin_stays_between_others():
    import qutip

    parts = qutip.tensor(qutip.num(3), qutip.sigmaz(), qutip.qeye(2))
    probe = qutip.tensor(qutip.qeye(3), qutip.qeye(2), qutip.sigmax())
    system = bl.couple(bl.GivenBath(parts, probe, probe), bl.LiomChain(1)).sample(1)
    expected = np.kron(np.eye(3), np.kron(Y, np.eye(4)))
    assert np.array_equal(system.site_operator(1, "y").toarray(), expected)
    with pytest.raises(ValueError, match=r"dimension 3.*spin"):
        system.site_operator(0, "z")


@pytest.mark.parametrize("wrong", [True, 5, -6, 1.0, "z3", None])
def test_a_site_or_liom_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="site = .*expected"):
        SYSTEM.site_operator(wrong)
    with pytest.raises(ValueError, match="expected"):
        SYSTEM.operator(wrong, "z")
    with pytest.raises(ValueError, match="expected"):
        LINE.operator(wrong, "z")


@pytest.mark.parametrize(
    "system", [SYSTEM, LINE, SYSTEM.grain], ids=["system", "line", "grain"]
)
def test_an_axis_is_one_of_three_and_of_a_spin(system):
    for axis in ("w", "xy", "", 1, None, "Z"):
        with pytest.raises(ValueError, match="axis"):
            system.site_operator(0, axis)
        with pytest.raises(ValueError, match="axis"):
            system.operator("probe", axis)
    with pytest.raises(ValueError, match="site_operator"):
        system.operator("contact", "z")


def test_the_matrix_elements_of_any_operator_of_a_grain():
    grain = bl.LocalChainBath(4).sample(2)
    levels, vectors = np.linalg.eigh(grain.hamiltonian)
    edges = np.linspace(-1, 1, 3) * (1 + np.ptp(levels))
    for axis in "xyz":
        expected = vectors.T @ twin.site(PAULI[axis], 1, 4) @ vectors
        operator = grain.site_operator(1, axis)
        assert np.allclose(abs(grain.matrix_elements(operator)), abs(expected), atol=1e-12)
        whole = grain.structure_factor(operator, edges, window=1e3) @ np.diff(edges)
        assert whole == pytest.approx(1, abs=1e-12)
    with pytest.raises(ValueError, match=r"expected \(16, 16\)"):
        grain.matrix_elements(np.eye(3))


def test_a_number_of_spins_is_the_line_of_the_paper():
    bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    line = bl.LiomChain(3, alpha=1.0, g1=0.2, field=0.0, disorder=1.0)
    for count in (3, np.int64(3)):
        assert bl.LocalisedChain(bath, count) == bl.LocalisedChain(bath, line)
    assert bl.LocalisedChain(bath, 0).sample(1).dimension == 8
    drawn = bl.LocalisedChain(bath, 3).sample(1)
    H = twin.line(
        bath.sample(1).hamiltonian, bath.sample(1).contact, drawn.fields, (0.2, 0.2, 0.2)
    )
    assert np.allclose(drawn.hamiltonian.toarray(), H, atol=1e-14)
    assert np.abs(drawn.fields).max() <= 1
    found = bl.eigenstate_near(drawn, 0.3).energy
    levels = np.linalg.eigvalsh(H)
    assert found == pytest.approx(levels[np.argmin(abs(levels - 0.3))], abs=1e-11)
    for wrong in (True, -1, 2.0, "2"):
        with pytest.raises(ValueError, match="expected"):
            bl.LocalisedChain(bath, wrong)


@pytest.mark.parametrize("method", ["dense", "lanczos"])
@pytest.mark.parametrize("axis", "yz")
def test_the_measure_of_any_spin_is_that_of_the_twin(axis, method):
    system = bl.couple(bl.LocalChainBath(5), bl.LiomChain(3)).sample(2)
    H = system.hamiltonian.toarray()
    state = bl.eigenstate_near(system, 0.2)
    for operator in (system.operator(2, axis), system.site_operator(1, axis)):
        _, weights = twin.weights(H, operator.toarray(), state.vector)
        measure = bl.spectral_measure(system, operator, state, method)
        assert measure.weights.sum() == pytest.approx(1, abs=1e-10)
        assert bl.log_ipr(measure) == pytest.approx(-np.log((weights**2).sum()), abs=1e-7)


def test_sigma_y_in_a_real_state_needs_no_complex_arithmetic(monkeypatch):
    from bathlab.spectrum.measures import lanczos

    starts, run = [], lanczos.lanczos_weights

    def noted(system, start, *more):
        starts.append(start)
        return run(system, start, *more)

    monkeypatch.setattr(lanczos, "lanczos_weights", noted)
    system = bl.couple(bl.LocalChainBath(5), bl.LiomChain(3)).sample(2)
    state = bl.eigenstate_near(system, 0.2)
    bl.spectral_measure(system, system.operator(1, "y"), state, "lanczos")
    assert starts[0].dtype == np.float64
