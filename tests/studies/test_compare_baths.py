"""Baths named in a file, compared: what they are made of, and the numbers against slow
twins."""

import dataclasses
import importlib.util
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import twin
from click.testing import CliRunner
from scipy import sparse

import bathlab as bl
from bathlab.experiments.comparison import Comparison, comparison_rows
from bathlab.experiments.thermalisation import Sweep
from bathlab.plotting.figures import curve_style
from bathlab.streams import goe

ROOT = Path(__file__).parents[2]
COUPLINGS = (0.1, 0.6)


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location(
        "compare_baths", ROOT / "studies/compare_baths.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def matrices(spins=5, seed=3):
    grain = bl.LocalChainBath(spins).sample(seed)
    return {"hamiltonian": grain.hamiltonian, "contact": grain.contact, "probe": grain.probe}


def test_a_choice_is_the_bath_it_names():
    Choice = bl.model.BathChoice
    assert Choice("chain", spins=8).bath() == bl.LocalChainBath(8)
    assert Choice(
        "chain", spins=8, field=0.9, disorder=0.1, transverse=0.2, coupling=0.3
    ).bath() == bl.LocalChainBath(8, 0.9, 0.1, 0.2, 0.3)
    assert Choice("random matrix", spins=6, bandwidth=4.2).bath() == bl.RandomMatrixBath(6, 4.2)
    assert Choice("random matrix", spins=6, level_spacing=0.1).bath() == bl.RandomMatrixBath(
        6, level_spacing=0.1
    )
    assert Choice(
        "chain", spins=7, lioms=2, alpha=0.6, g1=0.3, liom_field=0.8, liom_disorder=0.1
    ).bath() == bl.EnlargedBath(bl.LocalChainBath(7), bl.LiomChain(2, 0.6, 0.3, 0.8, 0.1))
    assert Choice("chain", spins=7, lioms=0).bath() == bl.LocalChainBath(7)


def test_labels_say_what_differs():
    for choice, label in (
        (bl.model.BathChoice("chain", spins=8), "8-chain"),
        (
            bl.model.BathChoice("chain", spins=8, coupling=0.1, field=1.0),
            "8-chain, coupling = 0.1",
        ),
        (bl.model.BathChoice("chain", spins=7, lioms=1), "7-chain + 1 LIOM"),
        (
            bl.model.BathChoice("random matrix", spins=6, bandwidth=4.2, lioms=2),
            "6-spin GOE + 2 LIOMs",
        ),
        (bl.model.BathChoice("given", file="data/mine.npz"), "mine"),
        (bl.model.BathChoice("given", file="data/mine.npz", name="my own"), "my own"),
    ):
        assert choice.label == label


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"kind": "chian", "spins": 3}, "kind = 'chian' was given.*'chain'"),
        ({"kind": "chain"}, "without spins"),
        ({"kind": "given"}, "without file"),
        (
            {"kind": "chain", "spins": 3, "bandwidth": 2.0},
            "bandwidth = 2.0.*'chain'.*transverse",
        ),
        ({"kind": "random matrix", "spins": 3, "coupling": 1.0}, "coupling = 1.0.*bandwidth"),
        ({"kind": "given", "file": "a.npz", "spins": 3}, "spins = 3"),
        ({"kind": "chain", "spins": 3, "g1": 0.2}, "g1 = 0.2.*lioms = NUMBER"),
        ({"kind": "chain", "spins": 3, "lioms": -1}, "lioms = -1"),
    ],
)
def test_keys_that_do_not_belong_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        bl.model.BathChoice(**arguments)


@pytest.mark.parametrize(
    "choice, words",
    [
        (bl.model.BathChoice("chain", spins=0), "spins = 0"),
        (bl.model.BathChoice("random matrix", spins=3), "exactly one"),
        (bl.model.BathChoice("chain", spins=3, lioms=1, alpha=-1.0), "alpha = -1"),
    ],
)
def test_values_out_of_range_are_refused_by_the_bath(choice, words):
    with pytest.raises(ValueError, match=words):
        choice.bath()


def test_a_bath_from_a_file_is_that_bath(tmp_path):
    own = matrices()
    np.savez(tmp_path / "mine.npz", **own)
    for name, matrix in own.items():
        sparse.save_npz(tmp_path / f"{name}.npz", sparse.csr_array(matrix))
    expected = bl.GivenBath(**own)
    assert bl.model.BathChoice("given", file=str(tmp_path / "mine.npz")).bath() == expected
    assert bl.model.BathChoice("given", file=str(tmp_path)).bath() == expected
    enlarged = bl.model.BathChoice("given", file=str(tmp_path), lioms=1).bath()
    assert enlarged == bl.EnlargedBath(expected, bl.LiomChain(1))


def test_bad_files_are_refused(tmp_path):
    own = matrices()
    (tmp_path / "text.npz").write_text("hello")
    np.save(tmp_path / "one.npy", own["hamiltonian"])
    np.savez(
        tmp_path / "typo.npz",
        hamiltonan=own["hamiltonian"],
        contact=own["contact"],
        probe=own["probe"],
    )
    np.savez(tmp_path / "size.npz", **own | {"contact": np.eye(3)})
    np.savez(tmp_path / "object.npz", **own | {"contact": np.array([{}])})
    np.savez(tmp_path / "skew.npz", **own | {"probe": np.triu(np.ones((32, 32)))})
    for name, words in (
        ("none.npz", "none.npz.*No such file"),
        ("text.npz", "numpy.savez"),
        ("one.npy", "numpy.savez"),
        ("typo.npz", "Is 'hamiltonan' meant"),
        ("size.npz", r"contact of shape \(3, 3\)"),
        ("object.npz", "Object array"),
        ("skew.npz", "Hermitian"),
        ("", "hamiltonian.npz"),
    ):
        with pytest.raises(ValueError, match=words):
            bl.model.BathChoice("given", file=str(tmp_path / name)).bath()


def test_the_list_of_baths_goes_to_toml_and_back(script):
    for parameters in script.PRESETS.values():
        assert (
            bl.workbench.from_toml(script.Parameters, bl.workbench.to_toml(parameters))
            == parameters
        )
    written = """
    realisations = [3, 4]
    [[baths]]
    kind = "chain"
    spins = 6
    lioms = 1
    alpha = 0.6
    [[baths]]
    kind = "given"
    file = "mine.npz"
    """
    parameters = bl.workbench.from_toml(script.Parameters, written)
    assert parameters.baths == (
        bl.model.BathChoice("chain", spins=6, lioms=1, alpha=0.6),
        bl.model.BathChoice("given", file="mine.npz"),
    )
    assert (
        bl.workbench.from_toml(script.Parameters, bl.workbench.to_toml(parameters))
        == parameters
    )
    assert parameters.couplings == script.Parameters().couplings


@pytest.mark.parametrize(
    "text, words",
    [
        (
            'baths = [{kind = "chain", spinz = 3}]',
            r"baths\.0\.spinz.*Did you mean baths\.0\.spins",
        ),
        (
            'baths = [{kind = "chain", spins = 3, file = "x"}]',
            r"baths\.0: file = 'x' was given",
        ),
        ("baths = [{spins = 3}]", r"baths\.0\.kind was not given"),
        ("baths = []", "at least one"),
        ('baths = [{kind = "chain", spins = 3}, {kind = "chain", spins = 3}]', "its own name"),
        ("realisations = [3, 4]", "4 baths and 2 numbers"),
    ],
)
def test_wrong_lists_are_refused(script, text, words):
    with pytest.raises(ValueError, match=words):
        bl.workbench.from_toml(script.Parameters, text)


def test_a_bath_too_large_is_refused_before_the_run(script):
    parameters = script.Parameters(
        (bl.model.BathChoice("random matrix", spins=24, bandwidth=1.0),)
    )
    with pytest.raises(bl.errors.DoesNotFit):
        script.build(parameters)


def test_realisations_are_one_for_all_or_one_each(script):
    baths = (bl.model.BathChoice("chain", spins=3), bl.model.BathChoice("chain", spins=4))
    for given, expected in (((7,), [7, 7]), ((7, 9), [7, 9])):
        cases = script.build(script.Parameters(baths, realisations=given)).cases
        assert [case.realisations for case in cases] == expected


def test_the_default_random_matrix_has_the_chains_second_moment(script):
    """tr H^2: R^2/4 of a GOE, N (1 + 0.3^2/3 + 0.5^2) + N - 1 of the chain (eq. 24)."""
    for parameters in script.PRESETS.values():
        chain, matrix, enlarged, free = parameters.baths
        moment = chain.spins * (1 + 0.03 + 0.25) + chain.spins - 1
        assert matrix.bandwidth**2 / 16 == pytest.approx(moment, rel=0.01)
        assert chain.spins == matrix.spins == free.spins == enlarged.spins + enlarged.lioms


def test_the_stability_criterion_is_that_of_loops():
    grain = bl.LocalChainBath(6).sample(2)
    energies, vectors = np.linalg.eigh(grain.hamiltonian)
    centre, window = 0.4, 1.7
    levels = [a for a, E in enumerate(energies) if abs(E - centre) <= window / 2]
    total = squares = pairs = 0.0
    for a in levels:
        for b in levels:
            if a != b:
                element = abs(vectors[:, a] @ grain.contact @ vectors[:, b])
                total, squares, pairs = total + element, squares + element**2, pairs + 1
    found = bl.analysis.stability_criterion(
        grain.energies, grain.matrix_elements("contact"), centre, window
    )
    assert found.density == len(levels) / window
    assert found.mean_element == pytest.approx(total / len(levels) / (window * found.density))
    assert found.value == pytest.approx(total / len(levels) / window)
    assert found.shape == pytest.approx(total / pairs / math.sqrt(squares / pairs))


def test_the_stability_criterion_of_a_random_matrix_grows_as_the_root_of_its_dimension():
    """rho v-bar = rho sqrt(2/(pi n)), rho = 4 n/(pi B): twice as large for two spins more.

    60 and 15 matrices of 64 and 256 levels; the scatter of one is 8 % and 2.5 %, of the mean 1
    % and 0.6 %; 6 % are five of these. Constant or growing as n it would be 2 times off.
    """
    bandwidth, found = 8.0, {}
    for spins, count in ((6, 60), (8, 15)):
        values = []
        for index in range(count):
            system = bl.diagonalise(goe(2**spins, bandwidth, np.random.default_rng(index)))
            elements = bl.analysis.matrix_elements(system.vectors, twin.site(twin.X, 0, spins))
            values.append(bl.analysis.stability_criterion(system.energies, elements, 0.0, 2.0))
        n = 2**spins
        found[spins] = np.mean([one.value for one in values])
        # (n - 1)/n of the partners are others than a itself, on average.
        density = 4 * n / (math.pi * bandwidth) * (1 - (1 / 4) ** 2 / 6)  # mean over the window
        expected = (density - 1 / 2) * math.sqrt(2 / (math.pi * n))
        assert found[spins] == pytest.approx(expected, rel=0.06)
        assert np.mean([one.shape for one in values]) == pytest.approx(
            math.sqrt(2 / math.pi), rel=0.02
        )
    assert found[8] / found[6] == pytest.approx(2, rel=0.12)


def test_the_stability_criterion_of_free_spins_does_not_grow():
    """Without coupling sigma^x of a site connects each level to one other, 2 h away."""
    for spins in (4, 6, 8):
        fields = 1 + 0.3 * np.linspace(-1, 1, spins) ** 3
        system = bl.diagonalise(twin.chain(fields, 0.0, 0.0))
        elements = bl.analysis.matrix_elements(
            system.vectors, twin.site(twin.X, spins - 1, spins)
        )
        assert bl.analysis.stability_criterion(system.energies, elements, 0.0, 1.0).value == 0
        window = 4 * fields.sum()  # all levels
        whole = bl.analysis.stability_criterion(system.energies, elements, 0.0, window)
        assert whole.value == pytest.approx(1 / window)
        assert whole.shape == pytest.approx(1 / math.sqrt(2**spins - 1))
    lonely = bl.analysis.stability_criterion(np.array([0.0, 5.0]), np.eye(2), 0.0, 1.0)
    assert lonely.value == 0 and math.isnan(lonely.shape)
    with pytest.raises(ValueError, match="holds levels"):
        bl.analysis.stability_criterion(np.array([4.0, 5.0]), np.eye(2), 0.0, 1.0)


def test_the_eth_participation_of_a_semicircle():
    """A GOE has v(omega) = rho(-omega)/n: D = log(n/3) exactly; with rho constant 3 pi/8
    off."""
    n, radius = 512, 4.0
    edges = np.linspace(-5, 5, 2001)
    omega = (edges[1:] + edges[:-1]) / 2
    rho = 2 * n / (math.pi * radius**2) * np.sqrt(np.clip(radius**2 - omega**2, 0, None))
    v = rho[::-1] / n
    assert bl.analysis.eth_log_ipr(omega, v, rho) == pytest.approx(math.log(n / 3), abs=1e-3)
    constant = bl.analysis.eth_log_ipr(omega, v, np.full_like(rho, 2 * n / (math.pi * radius)))
    assert constant == pytest.approx(math.log(n / 3) + math.log(3 * math.pi / 8), abs=1e-3)
    noise = 0.1 * np.random.default_rng(1).standard_normal(omega.shape) * v
    noisy = bl.analysis.eth_log_ipr(omega, v + noise, rho, np.abs(0.1 * v))
    # Scatter of the sum of 1600 terms v^2/rho: 2 * 0.1/sqrt(1600) = 0.005; uncorrected 0.01.
    assert noisy == pytest.approx(math.log(n / 3), abs=0.02)
    for arguments, words in (
        ((omega[1:], v[1:], rho[1:]), "symmetric"),
        ((omega, v[1:], rho), "shapes"),
        ((omega, 0 * v, rho), "positive"),
    ):
        with pytest.raises(ValueError, match=words):
            bl.analysis.eth_log_ipr(*arguments)


def test_the_ratio_of_means_and_its_error():
    rng = np.random.default_rng(5)
    errors = []
    for _ in range(400):
        below = rng.uniform(1, 3, 50)
        above = 1.5 * below + 0.3 * rng.standard_normal(50)
        found = bl.statistics.ratio(above, below, range(50))
        errors.append((found.mean - 1.5) / found.error)
    # The spread of 400 standard normals is known to 3.5 %; 50 samples add 2 %, of Student's t.
    assert np.std(errors) == pytest.approx(1, abs=0.15)
    assert found.mean == pytest.approx(above.mean() / below.mean())
    assert bl.statistics.ratio([2.0, 4.0], [1.0, 2.0], [0, 1]).error < 1e-12
    with pytest.raises(ValueError, match="mean 0"):
        bl.statistics.ratio([1.0, 1.0], [1.0, -1.0], [0, 1])


def test_a_known_bath_need_not_be_diagonalised_again():
    bath, edges = bl.LocalChainBath(4), np.linspace(-3, 3, 31)
    system = bl.couple(bath, bl.LiomChain(1)).sample(1, 2)
    state = bl.eigenstate_near(system)
    first = bl.hybridisation(system, state, edges)
    again = bl.hybridisation(system, state, edges, bath.sample(1, 2).eigensystem)
    assert np.array_equal(first.density, again.density) and first.halfwidth == again.halfwidth
    with pytest.raises(
        ValueError, match="dimension 8 was given; expected that of the system, 16"
    ):
        bl.hybridisation(system, state, edges, bl.LocalChainBath(3).sample(1).eigensystem)


@pytest.mark.parametrize(
    "bath",
    [
        bl.LocalChainBath(5),
        bl.EnlargedBath(bl.LocalChainBath(4), bl.LiomChain(1)),
        bl.RandomMatrixBath(5, bandwidth=13.0),
    ],
)
def test_a_comparison_is_that_of_the_twin(bath):
    g, window, seed, realisation = 0.8, 2.0, 1, 4
    sweep = Sweep("x", bath, COUPLINGS, 1.0, 0.5, 1)
    (row,) = comparison_rows(Comparison(sweep, g, window, 10.0, 3.0, 41), seed, realisation)
    grain = bath.sample(seed, realisation)
    H, contact, probe = grain.hamiltonian, grain.contact, grain.probe
    n = len(H)
    energies, vectors = np.linalg.eigh(H)
    V, W = (vectors.T @ operator @ vectors for operator in (contact, probe))
    middle = np.diff(energies[n // 4 : n - n // 4])
    assert row["gap_ratio"] == pytest.approx(
        np.mean([min(pair) / max(pair) for pair in zip(middle, middle[1:])])
    )
    inside = [b for b in range(n) if abs(energies[b]) <= window / 2]
    assert row["rho"] == len(inside) / window
    edges = np.linspace(-10, 10, 42)
    assert row["share"] == pytest.approx(
        np.histogram(energies, edges)[0] / n / np.diff(edges), abs=1e-12
    )
    for name, matrix in (("contact", V), ("probe", W)):
        below = [
            sum(
                matrix[b, c] ** 2
                for b in inside
                for c in range(n)
                if energies[b] - energies[c] <= edge
            )
            for edge in edges[1:-1]
        ]
        cumulative = np.cumsum(row[f"v_{name}"] * np.diff(edges))[:-1]
        left = sum(
            matrix[b, c] ** 2
            for b in inside
            for c in range(n)
            if energies[b] - energies[c] < edges[0]
        )
        assert cumulative == pytest.approx((np.array(below) - left) / len(inside), abs=1e-9)
        assert row[f"integral_{name}"] == pytest.approx(1, abs=1e-12)
        assert row[f"square_{name}"] == pytest.approx(1, abs=1e-12)
    one = np.argmin(np.abs(energies))
    assert row["log_ipr_bath"] == pytest.approx(-math.log(np.sum(W[one] ** 4)), abs=1e-9)
    assert row["golden_rule"] == pytest.approx(math.pi * g**2 * flip(energies, V, window))
    assert row["G_per_g"] == grain.g_parameter(1.0, 1.0)
    assert row["second_moment"] == pytest.approx(g**2, abs=1e-12)
    coupled_twin(row, grain, energies, vectors, g)
    swept_twin(row, sweep, grain, seed, realisation)


def flip(energies, V, window):
    """v(2h), h = 1, by loops: from E_b near -+1 up or down by 2."""
    values = []
    for sign in (1, -1):
        start = [b for b, E in enumerate(energies) if abs(E - sign) <= window / 2]
        values.append(
            sum(
                V[b, c] ** 2
                for b in start
                for c, E in enumerate(energies)
                if abs(energies[b] - E - 2 * sign) <= window / 2
            )
            / len(start)
            / window
        )
    return np.mean(values)


def coupled_twin(row, grain, energies, vectors, g):
    """k(omega) and its half-width of a spin with h = 1."""
    levels, states = np.linalg.eigh(twin.coupled(grain.hamiltonian, grain.contact, [1.0], [g]))
    nearest = np.argmin(np.abs(levels))
    assert row["energy"] == pytest.approx(levels[nearest], abs=1e-10)
    weights = (vectors.T @ states[:, nearest].reshape(-1, 2)) ** 2
    omega = energies[:, None] + np.array([1.0, -1.0]) - levels[nearest]
    counts, edges = np.histogram(omega, np.linspace(-3, 3, 42), weights=weights)
    assert row["k"] == pytest.approx(counts / np.diff(edges), abs=1e-9)
    within = weights[np.abs(omega) <= row["halfwidth"] + 1e-9].sum()
    short = weights[np.abs(omega) < row["halfwidth"] - 1e-9].sum()
    assert short < 0.5 <= within


def swept_twin(row, sweep, grain, seed, realisation):
    """Delta D of a spin with the field of its place."""
    first = grain.system.lioms.count + 1
    field = sweep.spin(1.0).sample(seed, realisation, first=first).fields
    assert row["spin_field"] == field[0] and tuple(row["g"]) == COUPLINGS
    probe = np.kron(grain.probe, np.eye(2))
    alone, *values = (
        twin.participation(twin.coupled(grain.hamiltonian, grain.contact, field, [g]), probe)
        for g in (0.0, *COUPLINGS)
    )
    assert row["delta_log_ipr"] == pytest.approx(np.array(values) - alone, abs=1e-9)
    assert row["G"] == pytest.approx([grain.g_parameter(g, field[0]) for g in COUPLINGS])


def test_several_states_are_averaged():
    sweep = Sweep("x", bl.LocalChainBath(5), COUPLINGS, 1.0, 0.5, 3)
    comparison = Comparison(sweep, 0.8, 2.0, 10.0, 3.0, 41)
    (row,) = comparison_rows(comparison, 1, 0)
    (single,) = comparison_rows(
        dataclasses.replace(comparison, sweep=dataclasses.replace(sweep, states=1)), 1, 0
    )
    assert not np.allclose(row["k"], single["k"])
    assert row["second_moment"] == pytest.approx(0.64, abs=1e-12)
    assert np.allclose(row["delta_log_ipr"], row["log_ipr"] - row["log_ipr_reference"])
    system = bl.couple(sweep.bath, bl.LiomChain(1, g1=0.8, disorder=0.0)).sample(1, 0)
    widths = [
        bl.hybridisation(system, state, [-1, 1]).halfwidth
        for state in bl.eigenstates_near(system, 0.0, 3)
    ]
    assert row["halfwidth"] == pytest.approx(np.mean(widths))


def test_the_styles_of_many_curves_differ():
    """Also in greyscale (marker and line) and where there are no markers (colour and line)."""
    styles = [curve_style(index) for index in range(18)]
    for names in (("marker", "linestyle"), ("color", "linestyle")):
        assert len({tuple(style[name] for name in names) for style in styles}) == 18


@pytest.fixture(scope="module")
def outcome(script, tmp_path_factory):
    """A chain, free fermions and a bath of the user's own, from a TOML file."""
    folder = tmp_path_factory.mktemp("compare")
    np.savez(folder / "mine.npz", **matrices())
    (folder / "my.toml").write_text(f"""
        couplings = [0.05, 0.1, 0.6, 0.9]
        realisations = [40, 40, 5]
        window = 2.0
        baths = [
            {{ kind = "chain", spins = 6 }},
            {{ kind = "chain", spins = 6, transverse = 0.0, name = "free" }},
            {{ kind = "given", file = '{folder / "mine.npz"}' }},
        ]
        """)
    result = CliRunner().invoke(
        script.main,
        [
            "--config",
            str(folder / "my.toml"),
            "--workers",
            "1",
            "--store",
            str(folder / "store"),
            "--figure",
            str(folder / "mine.png"),
        ],
    )
    assert result.exit_code == 0, result.output
    return folder, result.stdout


def test_ones_own_baths_from_a_file_are_compared(outcome, script):
    folder, shown = outcome
    assert (folder / "mine.png").read_bytes()[:4] == b"\x89PNG"
    data = pd.read_csv(folder / "mine.csv")
    assert data["bath"].unique().tolist() == ["6-chain", "free", "mine"]
    assert set(script.ABSCISSAE) <= set(data["quantity"])
    table = bl.load(folder / "store")
    kept = bl.workbench.from_toml(script.Parameters, (folder / "mine.toml").read_text())
    assert kept.baths[2] == bl.model.BathChoice("given", file=str(folder / "mine.npz"))
    # The file's bath is one sample, whatever the number of realisations of the spin's field.
    given = data[(data["bath"] == "mine") & (data["quantity"] == "gap_ratio")].iloc[0]
    assert given["realisations"] == 1 and math.isnan(given["error"])
    assert "mine: gap ratio" in shown and ", no error bar" in shown
    mine = table[table["bath"] == "mine"]
    assert mine["gap_ratio"].nunique() == 1 and mine["spin_field"].nunique() == 5


def test_what_is_no_bath_is_seen_to_be_none(outcome, script):
    """Free fermions: same rho, same G, but few elements carry the weight, and Delta D stays
    low."""
    table = bl.load(outcome[0] / "store")
    chain, free = (table[table["bath"] == name] for name in ("6-chain", "free"))
    for name, factor in (("rho", 1.2), ("G_per_g", 1.5)):
        assert 1 / factor < free[name].mean() / chain[name].mean() < factor
    # 40 realisations: standard errors of 0.01 (ratio), 0.005 (shape) and 0.04 (Delta D at g =
    # 0.1, where 80 others differ by 0.16).
    assert chain["gap_ratio"].mean() > 0.48 > 0.44 > free["gap_ratio"].mean()
    assert chain["shape"].mean() > 0.75 > 0.35 > free["shape"].mean()
    assert chain["rho_v_bar"].mean() > 1.8 * free["rho_v_bar"].mean()
    high, low = (np.stack(rows["delta_log_ipr"].to_list())[:, 1] for rows in (chain, free))
    assert high.mean() - low.mean() > 2 * math.hypot(high.std(), low.std()) / math.sqrt(40)
    parameters = bl.workbench.from_toml(
        script.Parameters, (outcome[0] / "mine.toml").read_text()
    )
    means = script.average(script.ordered(table, parameters))
    assert "off (not chaotic)" in str(script.claims(table, means, parameters))
