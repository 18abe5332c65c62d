"""Baths named in a file, compared: what the study reads, refuses, shows and says."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
import twin
from click.testing import CliRunner
from scripts import load_study

import bathlab as bl
from bathlab.errors import FixedBath
from bathlab.experiments import compared_baths, comparison_rows
from bathlab.plotting.figures import figure as new_figure
from bathlab.workbench.baths import Chain, Given, RandomMatrix


@pytest.fixture(scope="module")
def script():
    return load_study("compare_baths")


def matrices(spins=5, seed=3):
    grain = bl.LocalChainBath(spins).sample(seed)
    return {"hamiltonian": grain.hamiltonian, "contact": grain.contact, "probe": grain.probe}


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
        Chain(spins=6, lioms=1, alpha=0.6),
        Given(file="mine.npz"),
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
            r"baths\.0\.file.*expected one of",
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
    parameters = script.Parameters(baths=(RandomMatrix(spins=24, bandwidth=1.0),))
    with pytest.raises(bl.errors.DoesNotFit):
        script.build(parameters)


def test_realisations_are_one_for_all_or_one_each(script):
    baths = (Chain(spins=3), Chain(spins=4))
    for given, expected in (((7,), [7, 7]), ((7, 9), [7, 9])):
        cases = script.build(script.Parameters(baths=baths, realisations=given)).cases
        assert [case.realisations for case in cases] == expected


def test_the_default_random_matrix_has_the_chains_second_moment(script):
    """tr H^2: R^2/4 of a GOE, N (1 + 0.3^2/3 + 0.5^2) + N - 1 of the chain (eq. 24)."""
    for parameters in script.PRESETS.values():
        chain, matrix, enlarged, free = parameters.baths
        moment = chain.spins * (1 + 0.03 + 0.25) + chain.spins - 1
        assert matrix.bandwidth**2 / 16 == pytest.approx(moment, rel=0.01)
        assert chain.spins == matrix.spins == free.spins == enlarged.spins + enlarged.lioms


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
            {{ kind = "chain", spins = 7 }},
            {{ kind = "chain", spins = 7, transverse = 0.0, name = "free" }},
            {{ kind = "given", file = '{folder / "mine.npz"}' }},
        ]
        """)
    with pytest.warns(FixedBath, match="the LIOMs"):
        result = CliRunner().invoke(
            script.study.command,
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


@pytest.mark.slow
def test_ones_own_baths_from_a_file_are_compared(outcome, script):
    folder, shown = outcome
    assert (folder / "mine.png").read_bytes()[:4] == b"\x89PNG"
    data = pd.read_csv(folder / "mine.csv")
    assert data["bath"].unique().tolist() == ["7-chain", "free", "mine"]
    assert {"share", "v_contact", "k", "G", "delta_log_ipr"} <= set(data["quantity"])
    curve = data[(data["bath"] == "mine") & (data["quantity"] == "delta_log_ipr")]
    assert len(curve) == 4 and set(curve["abscissa"]) == {"G"}
    table = bl.load(folder / "store")
    kept = bl.workbench.from_toml(script.Parameters, (folder / "mine.toml").read_text())
    assert kept.baths[2] == Given(file=str(folder / "mine.npz"))
    # The file's bath is one sample, whatever the number of realisations of the spin's field.
    given = data[(data["bath"] == "mine") & (data["quantity"] == "gap_ratio")].iloc[0]
    assert given["realisations"] == 1 and math.isnan(given["error"])
    assert "mine: gap ratio" in shown and ", no error bar" in shown
    mine = table[table["bath"] == "mine"]
    assert mine["gap_ratio"].nunique() == 1 and mine["spin_field"].nunique() == 5


@pytest.mark.slow
def test_what_is_no_bath_is_seen_to_be_none(outcome, script):
    """Free fermions: same rho, same G, but few elements carry the weight, and Delta D stays
    low."""
    table = bl.load(outcome[0] / "store")
    chain, free = (table[table["bath"] == name] for name in ("7-chain", "free"))
    for name, factor in (("rho", 1.2), ("G_per_g", 1.5)):
        assert 1 / factor < free[name].mean() / chain[name].mean() < factor
    # 40 realisations: standard errors of 0.014 (ratio), 0.005 (shape) and 0.04 (Delta D at g =
    # 0.1, where 80 others differ by 0.16). The ratio within a parity is 0.45 for the 16 levels
    # of 6 free spins that count, 0.39 for 8 of them, 0.38 for 10; that of the chain 0.53.
    assert chain["gap_ratio"].mean() > 0.49 > free["gap_ratio"].mean()
    assert chain["shape"].mean() > 0.75 > 0.35 > free["shape"].mean()
    assert chain["rho_v_bar"].mean() > 1.8 * free["rho_v_bar"].mean()
    high, low = (np.stack(rows["delta_log_ipr"].to_list())[:, 1] for rows in (chain, free))
    assert high.mean() - low.mean() > 2 * math.hypot(high.std(), low.std()) / math.sqrt(40)
    parameters = bl.workbench.from_toml(
        script.Parameters, (outcome[0] / "mine.toml").read_text()
    )
    found = script.study.outcome(table, parameters)
    claims = {claim.claim: claim for claim in script.study.claims(found)}
    off = claims["free: distance from the other chaotic baths"]
    assert off.paper == "off (not chaotic)" and off.value > 0.1
    ratio = claims["free: gap ratio"]
    assert ratio.effect == pytest.approx(ratio.value - 0.5307) and ratio.error > 0
    assert "error" not in claims["mine: gap ratio"].record()
    own = {bath.label: bath for bath in compared_baths(table, found.means)}["mine"]
    assert len(own.rows) == 1 and len(own.swept) == 5


@pytest.mark.slow
def test_a_unitary_bath_is_held_against_its_class(script, tmp_path):
    """40 realisations of 32 gap ratios: an error of 0.007, a tenth of what lies between the
    classes. 5 of them have a rate of false alarms of 6e-7."""
    parameters = bl.workbench.from_toml(
        script.Parameters,
        """
        couplings = [0.1, 0.6]
        realisations = [40]
        baths = [
            { kind = "random matrix", spins = 6, bandwidth = 8.0 },
            { kind = "random matrix", spins = 6, bandwidth = 8.0, symmetry = "unitary" },
        ]
        """,
    )
    written = bl.workbench.to_toml(parameters)
    assert bl.workbench.from_toml(script.Parameters, written) == parameters
    table = bl.run(script.build(parameters), tmp_path, workers=1)
    found = script.study.outcome(table, parameters)
    claims = {claim.claim: claim for claim in script.study.claims(found)}
    real, unitary = (claims[f"6-spin {name}: gap ratio"] for name in ("GOE", "GUE"))
    assert real.paper == "0.5307 (GOE; Poisson 0.386)"
    assert unitary.paper == "0.5996 (GUE; 0.5307 GOE, Poisson 0.386)"
    assert abs(real.effect) < 5 * real.error and abs(unitary.effect) < 5 * unitary.error
    assert unitary.value - 0.5307 > 5 * unitary.error
    shape = claims["6-spin GUE: mean over rms |V_ab|, contact"]
    assert shape.value == pytest.approx(math.sqrt(math.pi) / 2, abs=0.02)
    assert shape.paper == "0.886 (Gaussian, ETH)"
    assert "6-spin GUE: D(O_B) - log(n/2)" in claims
    assert "6-spin GOE: D(O_B) - log(n/3)" in claims
    worst = claims["integral of v over <V^2>, contact and probe of every bath"]
    assert worst.verdict == "agrees"
    with new_figure(tmp_path / "unitary.png") as figure:
        script.study.panels(figure, found)


def test_a_bath_that_conserves_something_is_told_and_judged_in_each_sector(script, tmp_path):
    """A chain without transverse field, from a file: parity, of which its file says nothing."""
    grain = bl.LocalChainBath(6, transverse=0.0).sample(3)
    parity = np.prod([twin.site(twin.Z, i, 6).diagonal() for i in range(6)], axis=0)
    file = tmp_path / "mine.npz"
    np.savez(
        file, hamiltonian=grain.hamiltonian, contact=np.diag(parity), probe=grain.hamiltonian
    )
    given = Given(file=str(file))
    parameters = script.Parameters(baths=(given,), realisations=(1,), couplings=(0.3,))
    with pytest.warns(bl.errors.SeveralSectors, match="2 sectors, and in mine the gap ratio"):
        (case,) = script.build(parameters).cases
    middle = []
    for sign in (-1, 1):
        states = np.flatnonzero(parity == sign)
        levels = np.linalg.eigvalsh(grain.hamiltonian[np.ix_(states, states)])
        middle.append(levels[8:24])
    gaps = [np.diff(levels) for levels in middle]
    ratios = [min(pair) / max(pair) for d in gaps for pair in zip(d, d[1:])]
    one = Given(file=str(file), sector=1)
    assert one.label == "mine, sector 1" and one.bath().sample(1).dimension == 32
    with warnings.catch_warnings():
        warnings.simplefilter("error", bl.errors.SeveralSectors)
        (row,) = comparison_rows(case.spec, 1, 0)
        assert row["gap_ratio"] == pytest.approx(np.mean(ratios))
        script.build(script.Parameters(baths=(one,), realisations=(1,), couplings=(0.3,)))
        for preset in script.PRESETS.values():
            script.build(preset)  # whose free chain says itself what it conserves
