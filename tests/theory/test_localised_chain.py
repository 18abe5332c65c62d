"""The chain of physical spins without LIOMs: recursion, model and what the study measures of
it."""

import math

import numpy as np
import pytest
import twin
from refusals import explained

import bathlab as bl

#: Sums of a few dozen terms of order one, in units of the largest entry.
ROUNDING = 1e-13
LAWS = ("lorentzian", "resolved")


def flat(omega):
    """A bath that takes every frequency alike."""
    return np.full(np.shape(omega), 0.25)


def spins(count, g=0.2, disorder=1.0):
    return bl.LiomChain(count, alpha=1.0, g1=g, field=0.0, disorder=disorder)


# The model


def test_each_stage_ends_with_its_spin():
    chain = bl.LocalisedChain(
        bl.LocalChainBath(4), bl.LiomChain(3, alpha=0.7, g1=0.3, field=0.0, disorder=2.0)
    ).sample(3, 1)
    assert chain.count == 3 and np.all(np.abs(chain.fields) <= 2)
    for i in range(1, 4):
        assert chain.stage(i).dims == chain.grain(i).system.dims
        assert np.array_equal(chain.grain(i).contact, chain.stage(i).operator(1).toarray())
    last = chain.stage(3)
    assert np.array_equal(last.hamiltonian.toarray(), chain.hamiltonian.toarray())
    assert np.array_equal(last.operator("contact").toarray(), chain.operator(2).toarray())


def test_a_chain_of_one_is_a_liom():
    bath = bl.LocalChainBath(4)
    chain = bl.LocalisedChain(bath, spins(1)).sample(2, 5)
    given = bl.LiomChain.given(fields=[chain.fields[0]], couplings=[0.2])
    same = bl.couple(bath, given).sample(2, 5)
    assert np.array_equal(chain.hamiltonian.toarray(), same.hamiltonian.toarray())
    grain = chain.grain(0)
    assert np.array_equal(grain.hamiltonian, bath.sample(2, 5).hamiltonian)


def test_more_spins_leave_earlier_fields_alone():
    bath = bl.RandomMatrixBath(3, bandwidth=4.0)
    short, long = (bl.LocalisedChain(bath, spins(count)).sample(4, 7) for count in (2, 4))
    assert np.array_equal(short.fields, long.fields[:2])
    assert np.array_equal(short.hamiltonian.toarray(), long.grain(2).hamiltonian)
    other = bl.LocalisedChain(bath, spins(2)).sample(4, 8)
    assert not np.array_equal(short.fields, other.fields)


def test_without_coupling_the_levels_are_sums():
    chain = bl.LocalisedChain(bl.LocalChainBath(3), spins(2, g=0.0)).sample(1)
    one, two = chain.fields
    levels = np.add.outer(
        bl.LocalChainBath(3).sample(1).energies, [one + two, one - two, -one + two, -one - two]
    )
    assert np.allclose(
        bl.diagonalise(chain.hamiltonian).energies, np.sort(levels.ravel()), atol=10 * ROUNDING
    )
    state = bl.eigenstate_near(chain.hamiltonian)
    assert bl.entanglement_entropy(state, chain.dims, -1) < 1e-12


def test_the_line_hangs_on_what_an_enlarged_bath_calls_its_contact():
    core = bl.EnlargedBath(bl.LocalChainBath(3), bl.LiomChain(1, g1=0.4))
    chain = bl.LocalisedChain(core, spins(2)).sample(1, 2)
    grain = core.sample(1, 2)
    H = twin.line(grain.hamiltonian, grain.contact, chain.fields, [0.2, 0.2])
    assert np.allclose(chain.hamiltonian.toarray(), H, atol=10 * ROUNDING)
    assert np.array_equal(chain.operator(0).toarray(), np.kron(grain.contact, np.eye(4)))
    assert len(chain.dims) == 6
    inside = bl.LiomChain(1, g1=0.4).sample(1, 2)
    assert chain.fields[0] != inside.fields[0] - 1  # its own random stream


@pytest.mark.parametrize("method", ["sparse", "lanczos"])
def test_states_and_measures_of_a_long_chain(method):
    """Without full diagonalisation: the matrix, or the product of the last stage."""
    chain = bl.LocalisedChain(bl.LocalChainBath(5), spins(4, g=0.4)).sample(1)
    H = chain.hamiltonian if method == "sparse" else chain.stage(4)
    state = bl.eigenstate_near(H, 0.0, method)
    exact = bl.eigenstate_near(chain.hamiltonian, 0.0, "dense")
    assert state.energy == pytest.approx(exact.energy, abs=1e-11)
    assert bl.entanglement_entropy(state, chain.dims, -1) == pytest.approx(
        bl.entanglement_entropy(exact, chain.dims, -1), abs=1e-8
    )
    found = bl.log_ipr(bl.spectral_measure(H, chain.operator(2), state, "lanczos"))
    assert found == pytest.approx(
        twin.participation(chain.hamiltonian.toarray(), chain.operator(2).toarray()), abs=1e-7
    )


# The recursion


def test_one_step_by_hand():
    """g = 0.1, h = (0.5, 0.2), v_0 = 1/4: w_1 = pi 0.01/4, then eqs. (20) and (19)."""
    first = math.pi * 0.01 / 4
    lorentzian = first / math.pi * (1 / (0.6**2 + 4 * first**2) + 1 / (1.4**2 + 4 * first**2))
    assert bl.theory.chain_widths([0.5, 0.2], 0.1, flat) == pytest.approx(
        [first, math.pi * 0.01 * lorentzian], rel=1e-14
    )
    # Resolved: 16 h^2 w/pi over the squared distance of the squares, and the damping.
    resolved = 4 * first / math.pi / ((1 - 0.16) ** 2 + (4 * 0.4 * first) ** 2)
    assert bl.theory.chain_widths([0.5, 0.2], 0.1, flat, "resolved") == pytest.approx(
        [first, math.pi * 0.01 * resolved], rel=1e-14
    )


def test_the_prefactor_is_the_golden_rule_s():
    fields = [0.3, -0.8, 0.1]
    for law in LAWS:
        for i in range(3):
            factor = bl.theory.chain_structure_factor(
                [2 * fields[i]], fields[:i], 0.2, flat, law
            )[0]
            assert bl.theory.chain_widths(fields, 0.2, flat, law)[i] == pytest.approx(
                bl.theory.golden_rule_width(0.2, factor), rel=1e-14
            )


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("field, width", [(0.7, 0.1), (-0.2, 0.5), (0.3, 1e-3)])
def test_the_peaks_have_unit_weight_and_half_of_it_each(law, field, width):
    """(20) as printed has weight 2; <(sigma^x)^2> = 1 leaves 1/2 for each of two peaks."""
    angle = np.linspace(0, math.pi / 2, 2_000_001)[:-1]
    omega = abs(2 * field) + 2 * width * np.tan(angle)  # equal shares of a Lorentzian
    inside = abs(2 * field) - 2 * width * np.tan(angle)
    total = 0.0
    for branch, sign in ((omega, 1), (inside[inside > 0], -1)):
        values = bl.theory.spin_structure_factor(branch, field, width, law)
        total += 2 * sign * np.trapezoid(values, branch)
    # The tail that the last angle cuts off, and the first steps to omega = 0.
    assert total == pytest.approx(1, abs=2e-3)
    if width < 0.1 * abs(field):
        peak, half = (
            bl.theory.spin_structure_factor(abs(2 * field) + x, field, width, law)
            for x in (0, 2 * width)
        )
        assert peak == pytest.approx(1 / (4 * math.pi * width), rel=1e-4)
        assert half == pytest.approx(peak / 2, rel=0.02)  # half-width 2w, to order w/h


def test_far_from_resonance_the_constant_is_that_of_equation_21():
    """One term of (20): w_i = pi g^2 (w/pi)/Delta^2, Delta = 2h_i -+ 2h_{i-1}.

    With Delta = h, as the paper takes, and without the golden rule's pi this is (21) as
    printed, g^2 w/(pi h^2); from (20) as printed it would be twice that.
    """
    g, first, second = 1e-4, 0.2, 0.7
    widths = bl.theory.chain_widths([first, second], g, flat)
    both = sum(1 / (2 * second + sign * 2 * first) ** 2 for sign in (1, -1))
    assert widths[1] / (g**2 * widths[0]) == pytest.approx(both, rel=1e-6)
    largest = 1 / (2 * second - 2 * first) ** 2
    assert widths[1] / (g**2 * widths[0]) / largest == pytest.approx(
        1 + (1.0 / 1.8) ** 2, rel=1e-6
    )


@pytest.mark.parametrize("law", LAWS)
def test_resonances_and_vanishing_fields(law):
    for second in (0.3, -0.3):
        widths = bl.theory.chain_widths([0.3, second], 0.01, flat, law)
        assert widths[1] == pytest.approx(0.01**2 / (4 * widths[0]), rel=1e-4)
    assert np.all(bl.theory.chain_widths([0.3, 0.3], 0.0, flat, law) == 0)
    found = bl.theory.chain_widths([0.0, 0.4, 0.0, 0.2], 0.1, flat, law)
    if law == "lorentzian":
        assert np.all(found > 0) and np.all(np.isfinite(found))
    else:  # sigma^x of a spin without field is conserved: delta peak at 0, nothing passes
        assert found[0] > 0 and found[1] == found[3] == 0 and found[2] == math.inf


@pytest.mark.parametrize("law", LAWS)
def test_widths_of_zero_and_infinity_are_limits(law):
    for omega in (0.0, 0.3, 0.6, 1.0):
        for limit, near in ((0.0, 1e-200), (math.inf, 1e200)):
            exact, close = (
                bl.theory.spin_structure_factor(omega, 0.3, width, law)
                for width in (limit, near)
            )
            assert exact == pytest.approx(close, abs=1e-100) or (
                exact == math.inf and close > 1e100
            )


def test_the_resolved_law_is_that_of_the_free_modes():
    """Alone, the chain is one of free fermions: with Jordan-Wigner Majoranas a_j, b_j of spin j

    H = -i sum_jk a_j M_jk b_k, M = diag(h) - g (one below the diagonal), and sigma^x_1 = a_1.
    Mode k of M = U s V^T flips with frequency 2 s_k and reaches the bath with g U_1k, so that
    its width is pi g^2 U_1k^2 v_0(2 s_k): for weak coupling that of the outermost spin, which
    the tails of (20) miss.
    """
    g = 3e-3
    for fields in ([0.9, 0.2, -0.6, 0.45], [0.3, -0.8, 0.55, 0.1]):
        left, singular, _ = np.linalg.svd(np.diag(fields) - g * np.eye(4, k=-1))
        mode = np.argmax(np.abs(left[-1]))
        assert singular[mode] == pytest.approx(abs(fields[-1]), rel=1e-3)
        exact = bl.theory.golden_rule_width(g * left[0, mode], 0.25)
        resolved, paper = (
            bl.theory.chain_widths(fields, g, flat, law)[-1]
            for law in ("resolved", "lorentzian")
        )
        assert resolved == pytest.approx(exact, rel=1e-3)  # corrections of order (g/Delta)^2
        assert abs(math.log(paper / exact)) > 0.5


def test_many_chains_at_once_are_one_by_one():
    fields = np.random.default_rng(1).uniform(-1, 1, (3, 2, 4))
    for law in LAWS:
        together = bl.theory.chain_widths(fields, 0.2, flat, law)
        assert together.shape == fields.shape
        for index in np.ndindex(3, 2):
            assert np.allclose(
                together[index],
                bl.theory.chain_widths(fields[index], 0.2, flat, law),
                rtol=1e-13,
            )
    assert bl.theory.chain_widths([], 0.2, flat).shape == (0,)


@pytest.mark.parametrize("law", LAWS)
def test_the_typical_decay_is_the_mean_over_fields(law):
    """At g/h = 1e-4 resonances do not yet matter. False alarm 6e-5 (four standard errors)."""
    fields = np.random.default_rng(2).uniform(-2, 2, (20_000, 4))
    logs = np.log(bl.theory.chain_widths(fields, 2e-4, flat, law))
    falls = logs[:, -1] - logs[:, -2]
    error = falls.std() / math.sqrt(len(falls))
    found = bl.theory.typical_decay(2e-4, 2.0, law)
    assert abs(falls.mean() - found) < 4 * error < 0.2
    assert abs(falls.mean() - 2 * math.log(1e-4)) > 4 * error  # the paper's, up to a constant
    # Where the chain no longer localises according to (16).
    critical = math.sqrt(0.5) * math.exp(-found / 2) * 1e-4
    assert critical == pytest.approx({"lorentzian": 0.288, "resolved": 0.383}[law], abs=1e-3)


def test_the_breakdown_of_the_paper_s_widths_is_equation_16():
    count = np.arange(1, 41)
    for bath_spins in (4, 6, 9):
        for alpha in (0.1, 0.3, 0.5, 0.65):
            widths, densities = 2.2 * alpha ** (2 * count), 2.0 ** (bath_spins + count) / 2.2
            length = bl.crossover_length(bath_spins, alpha)
            assert bl.theory.hybridised_spins(widths, densities) == min(40, math.floor(length))


def test_spins_beyond_the_first_that_fails_do_not_count():
    assert bl.theory.hybridised_spins(
        [[2.0, 0.1, 5.0], [0.5, 9.0, 9.0], [1.0, 1.0, 1.0]], np.ones((3, 3))
    ).tolist() == [1, 0, 3]


def test_the_structure_factor_of_a_random_matrix_is_its_semicircle():
    """2^9 levels, 8 realisations: 0.5 % of statistical error on these bins, 3 % allowed."""
    omega = np.array([0.0, 1.0, 2.0])
    found = []
    for realisation in range(8):
        grain = bl.RandomMatrixBath(9, bandwidth=6.0).sample(1, realisation)
        found.append(
            [
                grain.structure_factor("contact", w + np.array([-0.25, 0.25]), w / 2, 0.5)[0]
                for w in omega
            ]
        )
    assert np.mean(found, axis=0) == pytest.approx(
        bl.theory.semicircle_structure_factor(omega, 6.0), rel=0.03
    )
    assert (
        bl.theory.semicircle_structure_factor(6.0, 6.0)
        == 0
        == bl.theory.semicircle_structure_factor(9, 6.0)
    )


# Bad input

CASES = {
    "no bath": lambda: bl.LocalisedChain(np.eye(4), spins(1)),
    "no spins": lambda: bl.LocalisedChain(bl.LocalChainBath(3), [0.1, 0.2]),
    "stage 0": lambda: bl.LocalisedChain(bl.LocalChainBath(3), spins(1)).sample(1).stage(0),
    "stage 2 of 1": lambda: (
        bl.LocalisedChain(bl.LocalChainBath(3), spins(1)).sample(1).stage(2)
    ),
    "operator -1": lambda: (
        bl.LocalisedChain(bl.LocalChainBath(3), spins(1)).sample(1).operator(-1)
    ),
    "grain half": lambda: (
        bl.LocalisedChain(bl.LocalChainBath(3), spins(1)).sample(1).grain(0.5)
    ),
    "too many": lambda: bl.LocalisedChain(bl.LocalChainBath(3), spins(60)).sample(1),
    "one field": lambda: bl.theory.chain_widths(0.3, 0.2, flat),
    "field nan": lambda: bl.theory.chain_widths([0.3, math.nan], 0.2, flat),
    "g infinite": lambda: bl.theory.chain_widths([0.3], math.inf, flat),
    "law": lambda: bl.theory.chain_widths([0.3], 0.2, flat, "gaussian"),
    "law of peaks": lambda: bl.theory.spin_structure_factor(0.0, 0.3, 0.1, "gaussian"),
    "negative width": lambda: bl.theory.spin_structure_factor(0.0, 0.3, -0.1),
    "negative v_0": lambda: bl.theory.chain_widths(
        [0.3, 0.4], 0.2, lambda omega: 0 * omega - 1
    ),
    "negative v_0 of one": lambda: bl.theory.chain_widths(
        [0.3], 0.2, lambda omega: 0 * omega - 1
    ),
    "decay at g = 0": lambda: bl.theory.typical_decay(0.0, 1.0),
    "decay without disorder": lambda: bl.theory.typical_decay(0.1, 0.0),
    "decay law": lambda: bl.theory.typical_decay(0.1, 1.0, "gaussian"),
    "shapes": lambda: bl.theory.hybridised_spins([1.0, 2.0], [1.0]),
    "widths nan": lambda: bl.theory.hybridised_spins([math.nan], [1.0]),
    "no bandwidth": lambda: bl.theory.semicircle_structure_factor(0.0, 0.0),
}
test_bad_input_is_explained = explained(CASES)
