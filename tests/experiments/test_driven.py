"""What is measured beside the thermalisation curve, and curves of other spins: twins."""

import math

import numpy as np
import pytest
import twin

import bathlab as bl
from bathlab.analysis import coupling_parts, product_state_near
from bathlab.experiments import (
    CatchUp,
    SkewedBath,
    SpinCurve,
    Sweep,
    curve_variant_rows,
    driven_rows,
    skewed_rows,
    thermalisation_rows,
)
from bathlab.experiments.skewed import with_third_moment
from bathlab.theory.random_matrices import GOE, GUE, goe_doubling

CHAIN = bl.LocalChainBath(5)
ENLARGED = bl.EnlargedBath(bl.LocalChainBath(4), bl.LiomChain(2))
Z, X = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])


def levels_of(matrix):
    energies, vectors = np.linalg.eigh(matrix)
    return energies, vectors


def log_iprs(vectors, probe):
    return -np.log(((vectors.T @ probe @ vectors) ** 4).sum(axis=0))


def entropy(vector, dims, site):
    table = np.moveaxis(vector.reshape(dims), site, 0).reshape(2, -1)
    weights = np.linalg.eigvalsh(table @ table.T)
    return -sum(w * math.log(w) for w in weights if w > 1e-14)


def test_every_reading_of_g_by_loops():
    grain = CHAIN.sample(1, 2)
    energies, vectors = levels_of(grain.hamiltonian)
    contact = vectors.T @ grain.contact @ vectors
    product = product_state_near(energies, 0.7)
    squares, flips, every = 0.0, 0, 0
    for level, energy in enumerate(energies):
        for spin in (1, -1):
            if abs(energy + 0.7 * spin - product.energy) <= 1.5:
                every += 1
                if spin == -product.spin:
                    flips += 1
                    squares += contact[product.level, level] ** 2
    found = coupling_parts(energies, contact[product.level] ** 2, product, 0.7, 1.5)
    assert found.flips == pytest.approx(squares / flips)
    assert found.every == pytest.approx(squares / every)
    assert (found.whole, found.partners) == (every / 3, flips / 3)
    for estimator, reading in (("counted", "bath_flips"), ("products", "whole_every")):
        wanted = grain.g_parameter(1.0, 0.7, window=1.5, estimator=estimator)
        assert found.readings[reading] == pytest.approx(wanted)


def test_the_curve_is_the_same_and_its_bath_is_looked_at():
    sweep = Sweep("x", ENLARGED, (0.2, 0.6), 1.0, 0.5, 1)
    found, plain = driven_rows(sweep, 1, 3), thermalisation_rows(sweep, 1, 3)
    assert all(new[name] == old[name] for new, old in zip(found, plain) for name in old)
    row, grain = found[1], ENLARGED.sample(1, 3)
    matrix, probe = grain.system.hamiltonian.toarray(), grain.operator("probe").toarray()
    energies, vectors = levels_of(matrix)
    totals = np.abs(np.add.outer(energies, row["spin_field"] * np.array([1, -1]))).ravel()
    near = np.argsort(totals)[:33] // 2
    D = log_iprs(vectors, probe)
    assert row["log_ipr_reference"] == pytest.approx(D[near[0]], abs=1e-9)
    assert row["log_ipr_others"] == pytest.approx(D[near[1:]].mean(), abs=1e-9)
    before = [
        np.mean([entropy(vectors[:, b], (2,) * 6, site) for site in (4, 5)]) for b in near
    ]
    assert row["entropy_before"] == pytest.approx(before[0], abs=1e-9)
    assert row["entropy_others"] == pytest.approx(np.mean(before[1:]), abs=1e-9)
    h = grain.system.lioms.fields
    cores = bl.LocalChainBath(4), bl.EnlargedBath(bl.LocalChainBath(4), bl.LiomChain(1))
    for k, (core, g) in enumerate(zip(cores, (0.2, 0.15))):
        assert row["G_lioms"][k] == pytest.approx(core.sample(1, 3).g_parameter(g, h[k]))
    assert row["G_lioms"][2] * row["g"] == pytest.approx(row["G"])
    whole = twin.coupled(
        matrix, grain.operator("contact").toarray(), [row["spin_field"]], [0.6]
    )
    energies, vectors = levels_of(whole)
    psi = vectors[:, np.abs(energies).argmin()]
    after = np.mean([entropy(psi, (2,) * 7, site) for site in (4, 5)])
    assert row["entropy_lioms"] == pytest.approx(after, abs=1e-9)


@pytest.mark.parametrize("field, transverse", [(1.0, 0.0), (0.0, 0.0), (1.0, 0.5)])
def test_curves_of_any_spin_by_kron(field, transverse):
    curve = SpinCurve("x", CHAIN, (0.1, 0.5), field, transverse, states=6)
    row = curve_variant_rows(curve, 1, 2)[1]
    grain = CHAIN.sample(1, 2)
    spin = field * Z + transverse * X
    matrix = np.kron(grain.hamiltonian, np.eye(2)) + np.kron(np.eye(32), spin)
    energies, vectors = levels_of(matrix + 0.5 * np.kron(grain.contact, X))
    near = np.argsort(np.abs(energies))[:6]
    D = log_iprs(vectors, np.kron(grain.probe, np.eye(2)))
    assert row["log_ipr"] == pytest.approx(D[near].mean(), abs=1e-8)
    along = [vectors[:, k] @ np.kron(np.eye(32), X) @ vectors[:, k] for k in near]
    assert row["tau_x"] == pytest.approx(np.mean(np.square(along)), abs=1e-8)
    own = math.hypot(field, transverse)
    share = field / own if own else 1.0
    assert row["G"] == pytest.approx(grain.g_parameter(0.5 * share, own))
    if field == 0:  # tau^x is conserved
        assert row["tau_x"] == pytest.approx(1.0)


def test_catching_up_is_the_driven_curve_of_the_same_system():
    """With as many states, in a field that is the one drawn there."""
    row = driven_rows(Sweep("x", ENLARGED, (0.3,), 1.0, 0.0, 1), 1, 4)[0]
    case = CatchUp("x", bl.LocalChainBath(4), bl.LiomChain(2), (0.3,), 1.0, states=33)
    found = curve_variant_rows(case, 1, 4)[0]
    pairs = {"G": "G", "first_before": "log_ipr_reference", "others_before": "log_ipr_others"}
    for name, other in {**pairs, "delta_first": "delta_log_ipr"}.items():
        assert found[name] == pytest.approx(row[other], abs=1e-8)
    both = (row["entropy_before"] + 32 * row["entropy_others"]) / 33
    assert found["entropy_before"] == pytest.approx(both, abs=1e-8)


def test_levels_move_to_another_third_moment_and_no_other():
    energies = CHAIN.sample(1, 0).energies
    x = (energies - energies.mean()) / energies.std()
    for third in (-0.2, 0.0, np.mean(x**3), 0.3):
        moved = with_third_moment(energies, third)
        y = (moved - energies.mean()) / energies.std()
        assert np.mean([y, y**2, y**3, y**4], axis=1) == pytest.approx(
            [0, 1, third, np.mean(x**4)], abs=1e-7
        )
        assert np.all(np.diff(moved) > 0)
    assert with_third_moment(energies, np.mean(x**3)) == pytest.approx(energies)
    with pytest.raises(ValueError, match="Take a nearer one"):
        with_third_moment(energies, 4.0)


def test_k_at_the_baths_own_third_moment_is_that_of_figure_seven():
    case = SkewedBath("x", CHAIN, (1.0, -1.0), True, 0.8, 1.0, states=1)
    row, mirrored = skewed_rows(case, 1, 5)
    system = bl.couple(CHAIN, bl.LiomChain(1, g1=0.8, disorder=0.0)).sample(1, 5)
    found = bl.hybridisation(system, bl.eigenstate_near(system), np.linspace(-4, 4, 129))
    assert row["k"] == pytest.approx(found.density, abs=1e-8)
    assert row["mean_omega"] == pytest.approx(found.first_moment, abs=1e-8)
    assert mirrored["third"] == pytest.approx(-row["third"])


@pytest.mark.parametrize("kind, of_a_vector", [(GOE, 10 / 3), (GUE, 3 / 2)], ids=["GOE", "GUE"])
def test_d_of_a_random_matrix_is_that_of_its_rows_and_their_diagonal(kind, of_a_vector):
    """sigma^x between eigenvectors: n (D - log(n/3)) = 7/3 of a GOE and 1 of a GUE, n (D -
    log(n/2)) there; a random vector has 10/3 and 3/2.

    Matrices of n = 32, 1000 real and 4000 complex, five standard errors: a false alarm of 6e-7;
    what is left out, of order 1/n^2, moves n times the excess by 0.2 and 0.1.
    """
    numbers, n, real = np.random.default_rng(3), 32, kind is GOE
    signs = np.repeat([1.0, -1.0], n // 2)
    means = []
    for _ in range(1000 if real else 4000):
        drawn = numbers.standard_normal((n, n))
        drawn = drawn if real else drawn + 1j * numbers.standard_normal((n, n))
        q = np.linalg.qr(drawn)[0]
        means.append(-np.log((abs((q.conj().T * signs) @ q) ** 4).sum(axis=0)).mean())
    excess = n * (np.mean(means) - math.log(n / kind.fourth))
    error = n * np.std(means) / math.sqrt(len(means))
    wanted = n * kind.participation_excess(n)
    assert abs(excess - wanted) < 5 * error + (0.2 if real else 0.1) < of_a_vector - wanted


def test_a_spin_adds_to_d_of_a_goe_what_its_dimension_says():
    n = 32
    doubled = goe_doubling(n)
    assert doubled == pytest.approx(math.log(2) - 7 / (6 * n), rel=1e-14)
