"""Records beside figures, and what is rendered of them: tables, pages of results."""

import dataclasses
import math
import re
import tomllib

import nested
import pytest
import render
from scripts import ROOT

import bathlab as bl
from bathlab.statistics import Distance, Estimate
from bathlab.workbench import Claim, Claims, Record, catalogue
from bathlab.workbench.claims import apart, as_table, collapse, compare, state
from bathlab.workbench.request import stored

COMMITTED = sorted((ROOT / "figures").rglob("*.json"))


def test_the_pages_of_results_and_of_the_studies_are_renderings():
    for name, text in render.pages().items():
        assert (ROOT / name).read_text() == text, name
    page = (ROOT / "docs/studies.md").read_text()
    assert render.marked(page) == page
    changed = page.replace("0.712 +- 0.007", "0.713 +- 0.007")
    assert changed != page and render.marked(changed) == page


def test_several_tables_of_one_record_stand_on_a_page_of_their_own():
    name = "docs/grain_crossings.md"
    page = (ROOT / name).read_text()
    assert page.count("<!-- claims of figures/avalanche_conditions, ") == 5
    emptied = re.sub(r"(?<=```text\n).*?(?=\n```)", "", page, flags=re.DOTALL)
    assert emptied != page and render.marked(emptied, name) == page
    with pytest.raises(ValueError, match="has 0 tables of figures/avalanche_conditions, laws"):
        render.marked(page.replace("conditions, laws", "conditions, lows"), name)


def test_pages_with_two_runs_say_whether_they_are_independent():
    both = sorted(path.stem for path in (ROOT / "figures/paper").glob("*.json"))
    assert "bath_growth" in both
    for name in both:
        (said,) = render.of_both(name)
        assert (
            "seed 1" in said
            and said in render.study_page(name)
            and said in render.section(name)
        )
    assert render.of_both("localised_chain") == []
    small, large = (
        Record.read(ROOT / f"figures/{folder}hybridisation_width.json")
        for folder in ("", "paper/")
    )
    assert "both have: 10, of 10 in the first and 10 in the second" in nested.nested(
        "hybridisation_width", small, large
    )
    wider = dataclasses.replace(large, parameters={**large.parameters, "bandwidth": 9.0})
    assert "both have: 4, of 10 in the first and 10 in the second" in nested.nested(
        "hybridisation_width", small, wider
    )
    other = dataclasses.replace(large, parameters={**large.parameters, "seed": 2})
    assert "Seeds 1 and 2: what the two runs say is independent" in (
        nested.nested("hybridisation_width", small, other)
    )


def test_the_page_has_every_study():
    plan = tomllib.loads((ROOT / "docs/results.toml").read_text())
    assert sorted(plan["studies"]) == catalogue.names()


def test_every_figure_of_a_study_has_its_record():
    pictures = {path for path in (ROOT / "figures").rglob("*.png")}
    records = {path.with_suffix(".png") for path in COMMITTED}
    assert pictures - records == {ROOT / "figures/engine_scaling.png"} and records < pictures


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_committed_record_is_that_of_its_files(path, tmp_path):
    found = Record.read(path)
    assert found.study == path.stem and found.command.startswith(f"python studies/{path.stem}")
    assert path.with_suffix(".txt").read_text() == found.text
    given = tomllib.loads(path.with_suffix(".toml").read_text())
    assert found.parameters == given
    found.write(tmp_path / "copy.json")
    assert (tmp_path / "copy.json").read_text() == path.read_text()
    for claim in found.claims:
        if claim.expected is not None and claim.value is not None:
            assert claim.effect == pytest.approx(claim.value - claim.expected, abs=1e-9)
        if claim.verdict.endswith("sigma") and claim.error and "," not in claim.verdict:
            off = float(claim.verdict.removesuffix(" sigma"))
            assert off * claim.effect > 0


def test_an_estimate_that_is_nan_is_no_value():
    one = compare("slope", "1", 1.0, Estimate(math.nan, math.nan, 5), id="C18")
    assert (one.value, one.effect, one.verdict, one.here) == (None, None, "no value", "")
    assert Claim.of_record(one.record()) == one and one.id == "C18" and one.N == 5


def test_verdict_and_effect_follow_from_the_numbers():
    found = Estimate(0.64, 0.01, 50)
    one = compare("slope", "log 2", math.log(2), found, equation="(16)")
    assert one.verdict == "-5.3 sigma" and one.effect == pytest.approx(0.64 - math.log(2))
    assert one.here == "0.640 +- 0.010" and one.N == 50
    assert compare("slope", "0.65", 0.65, found).verdict == "agrees"
    assert compare("slope", "0.65", 0.65, Estimate(0.64, math.nan, 1)).verdict.endswith(
        "no error bar"
    )
    assert apart("slope", "> 0", 0.0, "0", found).verdict == "+64.0 sigma from 0"
    assert state("slope", "-", found, verdict="steep").record() == {
        "claim": "slope", "paper": "-", "value": 0.64, "error": 0.01, "N": 50,
        "verdict": "steep",
    }  # fmt: skip


def test_a_curve_without_error_bars_is_neither_off_nor_collapses():
    for sigmas, verdict in ((2.9, "collapses"), (3.1, "off"), (math.nan, "no error bar")):
        found = collapse("a: distance", "collapses", Distance(0.05, sigmas, -0.01, 7))
        assert found.verdict == verdict and found.effect == 0.05
        assert (found.here, found.N, found.of) == (
            f"0.050 nats, {sigmas:.1f} sigma",
            7,
            "points",
        )


def test_a_claim_goes_to_a_record_and_back():
    claims = [
        compare(
            "a", "1", 1.0, Estimate(1.01, 0.02, 9), digits=4, chi2_dof=1.3, note="window 2"
        ),
        Claim("b", "collapses", text="0.02 nats", N=9, of="points", verdict="collapses"),
        state("c", "-", Estimate(1.0, math.nan, 1), verdict="one"),
    ]
    for claim in claims:
        again = Claim.of_record(claim.record())
        if claim.error is not None and math.isnan(claim.error):
            claim = dataclasses.replace(claim, error=None)
        assert again == claim
    header, *rows = as_table(claims).splitlines()
    assert header.split() == ["claim", "paper", "here", "N", "verdict"]
    assert rows[0].split() == ["a", "1", "1.0100", "+-", "0.0200", "9", "agrees"]
    assert "9 points" in rows[1]


def test_what_is_no_record_is_refused(tmp_path):
    with pytest.raises(ValueError, match="holds no record of a study.*Run the study again"):
        Record.read(tmp_path / "none.json")
    (tmp_path / "other.json").write_text('{"claims": [{"what": 1}]}')
    with pytest.raises(ValueError, match="holds no record"):
        Record.read(tmp_path / "other.json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[1]",
        b'{"claims": 3}',
        b'{"claims": [{"x": 1}]}',
    ],
)
def test_records_and_requests_of_strangers_are_refused_by_name(tmp_path, content):
    (tmp_path / "request.json").write_bytes(content)
    with pytest.raises(ValueError, match="request.json holds no record"):
        Record.read(tmp_path / "request.json")
    with pytest.raises(ValueError, match="does not say how it was asked for"):
        stored(tmp_path)


def test_a_request_whose_values_are_of_another_kind_is_refused(tmp_path):
    (tmp_path / "request.json").write_text(
        '{"script": ["x"], "parameters": {}, "sweep": {}, "figure": "", "command": ""}'
    )
    with pytest.raises(ValueError, match="script = .*expected request.json"):
        stored(tmp_path)


def test_curves_keep_their_abscissa():
    import numpy as np
    import pandas as pd

    omega = np.linspace(-1, 1, 7) / 3
    rows = [
        {"case": "a", "realisation": r, "omega": omega, "k": np.arange(7.0) + r}
        for r in range(8)
    ]
    table = pd.DataFrame(rows)
    (mean,) = bl.statistics.summarise_curves(table, ["case"], "omega", ["k"]).to_dict("records")
    assert mean["omega"].tobytes() == omega.tobytes()
    assert np.allclose(mean["k"], np.arange(7.0) + 3.5) and "omega_error" not in mean
    table.at[3, "omega"] = omega + 1e-9
    with pytest.raises(ValueError, match="different omega were given; expected one abscissa"):
        bl.statistics.summarise_curves(table, ["case"], "omega", ["k"])


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: str(path.relative_to(ROOT)))
def test_committed_parameters_are_those_of_the_preset(path):
    module = catalogue.load_module(path.stem)
    preset = Record.read(path).command.split("--preset ")[1]
    kind = type(module.PRESETS["default"])
    text = path.with_suffix(".toml").read_text()
    assert bl.workbench.from_toml(kind, text) == module.PRESETS[preset]


def test_claims_are_shown_as_their_table_and_escaped():
    found = bl.estimate([0.6, 0.7, 0.8], [0, 1, 2])
    claims = Claims(
        compare(f"{name} < b", "log 2", 0.69, found, note="<b>", of="rings") for name in "ac"
    )
    assert repr(claims) == as_table(claims) and len(claims) == 2
    text = claims._repr_html_()
    assert text.count("<tr>") == 3 and "a &lt; b" in text and "a < b" not in text
    assert "0.700 +- 0.058" in repr(claims[0]) and "&lt;b&gt;" in claims[0]._repr_html_()
    assert repr(Claims()) == "no claims"
    record = Record("s", "run <s>", "0.1", {}, tuple(claims))
    assert text in record._repr_html_() and "run &lt;s&gt;" in record._repr_html_()


@pytest.mark.parametrize("claims", [[1], "ab", {"a": 1}, 3, None])
def test_what_are_no_claims_is_refused(claims):
    with pytest.raises(ValueError, match="claims"):
        Claims(claims)
