"""The study of figure 5 from the command line, in miniature, and what it claims."""

import importlib.util
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scripts import ROOT, about, load_study, one, said

import bathlab as bl
from bathlab.experiments import thermalisation
from bathlab.statistics import curves_of, distances_from_others, shared_curves

LOG2 = math.log(2)
HAS_DASK = importlib.util.find_spec("distributed") is not None


@pytest.fixture(scope="module")
def script():
    return load_study("thermalisation_curve")


@pytest.fixture(scope="module")
def miniature(script):
    """Grains of 6 spins and 2 LIOMs: dense, in seconds, yet the curves already separate."""
    with pytest.MonkeyPatch.context() as patch:
        small = script.Parameters(
            spins=6,
            lioms=2,
            bandwidth=7.4,
            couplings=script.logarithmic(0.01, 1, 6),
            realisations=(20, 20, 20),
            equal=2,
        )
        patch.setitem(script.PRESETS, "quick", small)
        yield script


def invoke(script, folder, *arguments):
    return CliRunner().invoke(
        script.study.command,
        [
            "--preset",
            "quick",
            "--workers",
            "1",
            "--store",
            str(folder / "store"),
            "--figure",
            str(folder / "curve.png"),
            *arguments,
        ],
    )


@pytest.fixture(scope="module")
def outcome(miniature, tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    result = invoke(miniature, folder, "--realisations", "20")
    assert result.exit_code == 0, result.output
    return folder, result.stdout


@pytest.mark.slow
def test_it_leaves_the_curve_on_disk_and_on_screen(outcome):
    folder, shown = outcome
    assert (folder / "curve.png").read_bytes()[:4] == b"\x89PNG"
    assert (folder / "curve.pdf").read_bytes()[:4] == b"%PDF"
    means = pd.read_csv(folder / "curve.csv")
    assert means["bath"].unique().tolist() == [
        "6-chain + 2 LIOMs",
        "6-chain",
        "6-spin GOE",
        "6-spin GOE, tr H^2 of the chain",
        "6-chain, rho x 4 (wrong)",
    ]
    assert means[["G_error", "delta_log_ipr_error"]].gt(0).all(axis=None)
    table = (folder / "curve.txt").read_text()
    assert table.startswith("python studies/thermalisation_curve.py --preset quick  (bathlab ")
    assert table.split("\n\n")[1].rstrip() in shown
    for words in (
        "claim",
        "paper",
        "here",
        "verdict",
        "0.67",
        "log 2, GOE: log 2 - 7/(6n) =",
        "sigma",
        "% of log 2",
    ):
        assert words in shown


@pytest.mark.slow
def test_its_rows_are_complete(outcome):
    table = bl.load(outcome[0] / "store")
    assert {"bath", "g", "G", "delta_log_ipr", "realisation"} <= set(table.columns)
    assert len(table) == 3 * 6 * 20 + 6 * 2
    assert np.allclose(table["delta_log_ipr"], table["log_ipr"] - table["log_ipr_reference"])
    # The same disorder for every coupling: G is proportional to g within a realisation.
    ratio = table["G"] / table["g"]
    spread = ratio.groupby([table["bath"], table["realisation"]]).agg(np.ptp)
    assert spread.max() < 1e-12
    assert table["residual"].max() < 1e-10 and table["sum_error"].max() < 1e-10


@pytest.mark.slow
def test_one_row_is_that_of_the_twin(outcome):
    import twin

    table = bl.load(outcome[0] / "store")
    row = table[(table["bath"] == "6-chain + 2 LIOMs") & (table["realisation"] == 3)].iloc[2]
    bath = bl.EnlargedBath(bl.LocalChainBath(6), bl.LiomChain(2)).sample(1, 3)
    field = bl.LiomChain(1).sample(1, 3, first=3).fields
    assert field[0] == row["spin_field"]
    values = [
        twin.participation(
            twin.coupled(bath.hamiltonian, bath.contact, field, [g]),
            np.kron(bath.probe, np.eye(2)),
        )
        for g in (row["g"], 0.0)
    ]
    assert row["delta_log_ipr"] == pytest.approx(values[0] - values[1], abs=1e-9)


@pytest.mark.parametrize("preset, folder", [("default", "figures"), ("paper", "figures/paper")])
def test_the_contrast_curve_is_seen_to_fail(script, preset, folder):
    """In the committed runs: three curves collapse, the wrongly scaled one does not."""
    means = pd.read_csv(ROOT / folder / "thermalisation_curve.csv")
    parameters = script.PRESETS[preset]
    curves = curves_of(means[~means["proximity"]], "bath", "G", "delta_log_ipr")
    distances = distances_from_others(curves, parameters.labels)
    contrast = distances.pop(parameters.contrast)
    assert set(parameters.labels) <= set(distances) <= {*parameters.labels, parameters.as_wide}
    assert contrast.rms > 1.5 * max(distance.rms for distance in distances.values())
    assert contrast.sigmas > 1.5 * max(distance.sigmas for distance in distances.values())
    assert contrast.bias < 0  # too large a G for the same Delta D


@pytest.mark.slow
def test_running_again_computes_nothing(outcome, miniature, monkeypatch):
    monkeypatch.setattr(bl.model.Grain, "g_parameter", None)  # any work would fail
    result = invoke(miniature, outcome[0], "--realisations", "20")
    assert result.exit_code == 0, result.output
    assert result.stdout == outcome[1]


@pytest.mark.slow
def test_several_states_per_realisation(miniature, tmp_path):
    with pytest.warns(bl.errors.TooFewRealisations):
        result = invoke(miniature, tmp_path, "--realisations", "2", "--set", "states=3")
    assert result.exit_code == 0, result.output
    table = bl.load(tmp_path / "store")
    assert table.groupby(["bath", "g", "realisation"])["state"].nunique().eq(3).all()
    means = pd.read_csv(tmp_path / "curve.csv")
    assert means["realisations"].eq(2).all()
    first = table[(table["bath"] == "6-chain") & (table["g"] == 0.01)]
    two = first.groupby("realisation")["delta_log_ipr"].mean()
    row = means[(means["bath"] == "6-chain") & (means["g"] == 0.01)].iloc[0]
    assert row["delta_log_ipr_error"] == pytest.approx(abs(two[0] - two[1]) / 2, rel=1e-5)


@pytest.mark.slow
def test_another_seed_in_the_same_store_is_refused(miniature, outcome):
    result = invoke(miniature, outcome[0], "--seed", "2")
    assert result.exit_code == 1
    assert "seed is 1 there and 2 here" in result.output and "--store" in result.output


def test_parameters_come_from_preset_file_settings_and_flags(script, tmp_path):
    def printed(*arguments):
        result = CliRunner().invoke(script.study.command, [*arguments, "--print-config"])
        assert result.exit_code == 0, result.output
        return bl.workbench.from_toml(script.Parameters, result.output)

    assert printed() == script.PRESETS["default"] == script.Parameters()
    assert printed("--preset", "paper") == script.PRESETS["paper"]
    file = tmp_path / "study.toml"
    file.write_text("alpha = 0.6\nspins = 8\n")
    found = printed(
        "--preset",
        "quick",
        "--config",
        str(file),
        "--set",
        "alpha=0.7",
        "--realisations",
        "5",
        "--seed",
        "3",
    )
    expected = script.PRESETS["quick"].replace(
        alpha=0.7, spins=8, realisations=(5, 5, 5), seed=3
    )
    assert found == expected
    file.write_text(bl.workbench.to_toml(found))
    assert printed("--config", str(file)) == expected


@pytest.mark.slow
def test_the_rows_go_to_a_folder_that_says_what_changed(miniature, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments, folder in (
        ([], "quick"),
        (["--seed", "2"], "quick-seed=2"),
        (["--set", "alpha=0.7"], "quick-alpha=0.7"),
    ):
        with pytest.warns(bl.errors.TooFewRealisations):
            result = CliRunner().invoke(
                miniature.study.command,
                ["--preset", "quick", "--workers", "1", "--realisations", "1", *arguments],
            )
        assert result.exit_code == 0, result.output
        assert f"results/thermalisation_curve/{folder}   figure" in result.output
        assert Path(f"results/thermalisation_curve/{folder}/study.json").exists()
    # The picture of the first is not written over by that of another alpha.
    assert "alpha = 0.75" in Path("figures/thermalisation_curve.toml").read_text()
    toml = Path("figures/quick-alpha=0.7/thermalisation_curve.toml")
    assert "--preset quick --set alpha=0.7 " in toml.with_suffix(".txt").read_text()
    parameters = bl.workbench.from_toml(miniature.Parameters, toml.read_text())
    assert parameters.alpha == 0.7 and parameters.realisations == (1, 1, 1)


def test_bad_flags_and_parameters(script, tmp_path):
    for arguments in (
        ["--preset", "huge"],
        ["--workers", "0"],
        ["--realisations", "0"],
        ["--target-error", "0"],
        ["--config", str(tmp_path / "none.toml")],
    ):
        result = CliRunner().invoke(script.study.command, arguments)
        assert result.exit_code == 2 and "Invalid value" in result.output
    file = tmp_path / "study.toml"
    file.write_text("alhpa = 0.6")
    for arguments, words in (
        (["--config", str(file)], f"key alhpa was given in {file}; expected one of"),
        (["--set", "alhpa=0.6"], "Did you mean alpha?"),
        (["--set", "alpha"], "KEY=VALUE"),
        (["--set", "alpha=big"], "alpha = 'big' was given"),
        (["--set", "alpha=-0.5"], "alpha = -0.5 was given"),
        (["--set", "spins=0"], "spins = 0 was given"),
        (["--set", "realisations=[1, 2]"], "realisations"),
        (["--cluster", "nonsense"], "no Dask scheduler" if HAS_DASK else "bathlab[cluster]"),
    ):
        result = CliRunner().invoke(
            script.study.command, [*arguments, "--store", str(tmp_path / "s")]
        )
        assert result.exit_code == 1 and words in result.output, result.output
    shown = CliRunner().invoke(script.study.command, ["--help"]).output
    for flag in (
        "--preset",
        "--realisations",
        "--workers",
        "--seed",
        "--store",
        "--figure",
        "--config",
        "--set",
        "--target-error",
        "--cluster",
        "--retry-failed",
        "--print-config",
        "figure 5",
    ):
        assert flag in shown


@pytest.mark.slow
def test_failures_are_told_and_tell_in_the_exit_status(miniature, tmp_path, monkeypatch):
    usual = thermalisation.participations

    def fails(system, count):
        if system.draw.realisation == 1 and system.lioms.couplings[-1] > 0.5:
            raise ArithmeticError("no convergence")
        return usual(system, count)

    monkeypatch.setattr(thermalisation, "participations", fails)
    with pytest.warns(bl.errors.TooFewRealisations):
        result = invoke(miniature, tmp_path, "--realisations", "3")
    assert result.exit_code == 1 and (tmp_path / "curve.png").exists()
    assert "4 realisation(s) raised" in result.output and "--retry-failed" in result.output
    monkeypatch.undo()
    with pytest.warns(bl.errors.TooFewRealisations):
        result = invoke(miniature, tmp_path, "--realisations", "3", "--retry-failed")
    assert result.exit_code == 0, result.output


@pytest.mark.slow
def test_the_target_error_is_reached_from_the_command_line(miniature, tmp_path):
    result = invoke(miniature, tmp_path, "--realisations", "1", "--target-error", "0.1")
    assert result.exit_code == 0, result.output
    means = pd.read_csv(tmp_path / "curve.csv")
    assert means["delta_log_ipr_error"].max() <= 0.1
    assert "--target-error 0.1" in (tmp_path / "curve.txt").read_text()


def test_presets_are_the_papers(script):
    cases = {case.name: case for case in script.build(script.PRESETS["paper"]).cases}
    assert [case.realisations for case in cases.values()] == [200, 1000, 100, 40]
    enlarged = cases["9-chain + 3 LIOMs"].spec.bath
    assert enlarged == bl.EnlargedBath(bl.LocalChainBath(spins=9), bl.LiomChain(count=3))
    assert cases["9-spin GOE"].spec.bath.bandwidth == pytest.approx(0.018 * 512)
    default = script.build(script.PRESETS["default"])
    assert [case.identity for case in default.cases] == [
        case.identity for case in cases.values()
    ]
    couplings = cases["9-chain"].spec.couplings
    assert np.allclose(np.diff(np.log(couplings)), math.log(1500) / 11, atol=0.01)


@pytest.fixture(scope="module")
def rows(script):
    """Rows of two small baths, with what the claims look at, made by a law."""
    numbers, labels = np.random.default_rng(1), ("9-chain + 3 LIOMs", "9-chain", "9-spin GOE")
    made = []
    for label, factor, count in zip(labels, (7.0, 2.4, 3.2), (12, 60, 40)):
        for realisation in range(count):
            scatter, before, others = numbers.normal(0, 0.1, 3)
            for g in script.Parameters().couplings:
                G = factor * g
                delta = LOG2 * G / (G + 0.03) + scatter
                made.append(
                    {
                        "bath": label,
                        "realisation": realisation,
                        "g": g,
                        "G": G,
                        "G_smooth": G,
                        "G_products": math.sqrt(2) * G,
                        "energy_scale": 0.9,
                        "delta_log_ipr": delta,
                        "log_ipr": 5 + before + delta,
                        "log_ipr_reference": 5 + before,
                        "log_ipr_others": 5 + before + 0.1 * others,
                        "rho": 46.0,
                        "readings": np.tile([2.4, 1.7, 4.8, 3.4], 3),
                        "entropy_before": 0.6 if "LIOMs" in label else math.nan,
                        "entropy_others": 0.6 + 0.1 * scatter if "LIOMs" in label else math.nan,
                        "entropy_lioms": 0.65 if "LIOMs" in label else math.nan,
                        "G_lioms": np.array([0.5, 0.53, 0.56, 7.04])
                        if "LIOMs" in label
                        else None,
                    }
                )
    return pd.DataFrame(made)


def test_what_is_said_of_one_law_and_of_wrong_rows(script, rows, monkeypatch):
    """Curves of one law collapse, one that is lower by 0.2 log 2 does not; the wrongly scaled
    chain does not in either case. Scatter is shared by the points of a realisation."""
    monkeypatch.setattr(shared_curves, "RESAMPLINGS", 199)
    p = script.Parameters()
    found = said(script, rows, p)
    assert all(claim.id for claim in found.values())
    for label in p.labels:
        claim = one(found, f"{label}: distance from the others")
        assert abs(claim.value) < 4 * claim.error
    claim = one(found, f"{p.contrast}: distance")
    assert claim.value < -4 * claim.error and claim.verdict.startswith("-")
    low = rows["bath"] == "9-spin GOE"
    moved = rows["log_ipr"].where(~low, rows["log_ipr"] - 0.2 * LOG2)
    found = said(script, rows.assign(log_ipr=moved), p)
    claim = one(found, "9-spin GOE: distance from the others")
    assert claim.value == pytest.approx(-20, abs=5) and claim.verdict.startswith("-")


def test_every_reading_of_g_is_said_and_growth_is_that_of_the_rows(script, rows):
    p = script.Parameters()
    found = said(script, rows, p)
    values = [claim.value for claim in about(found, "G of the first LIOM")]
    roots = 0.2 * 2.4 / 46 / 0.018, 0.2 * 1.7 / 46 / 0.018
    assert values == pytest.approx([0.48, 0.34, 0.96, 0.68, 0.48, *roots])
    growth = one(found, "growth of G per LIOM")
    assert growth.value == pytest.approx((7.04 * 0.2 * 0.75**3 / 0.5) ** (1 / 3))
    assert growth.expected == pytest.approx(0.75 * math.sqrt(2))
    assert one(found, "entropy that the LIOMs inside gain").value == pytest.approx(
        0.05, abs=0.02
    )
    share = one(found, "Delta D over log 2 of the first LIOM")
    assert share.verdict == "hardly in the transition"
    half = rows.assign(delta_log_ipr=rows["delta_log_ipr"] / 2)
    share = one(said(script, half, p), "Delta D over log 2 of the first LIOM")
    assert share.verdict == "in the transition"
