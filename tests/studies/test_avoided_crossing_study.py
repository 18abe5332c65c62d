"""What the study of avoided crossings says of rows that obey two-level laws, and of others."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study, one

from bathlab.experiments.field_sweeps import DISTANCES
from bathlab.experiments.tracked import COLUMNS, FACTORS
from bathlab.experiments.two_levels import APART, EQUATIONS, RESIDUALS, THIRD

COUPLINGS = (0.01, 0.02, 0.04)


@pytest.fixture(scope="module")
def script():
    return load_study("avoided_crossing")


def made(over=1.0, rising=1.0, spread=0.02, power=1.0, residual=-3.0, edge=1.0):
    """Rows of L = 6 and 8: smallest |omega| is ``over`` times Omega/R, Omega varies by
    10^``spread``, 1 - R^2 is J^``power``, (2) leaves out 10^``residual`` |omega|."""
    draw, rows = np.random.default_rng(3), []
    residuals = left_out(draw, residual)
    for sites in (6, 8):
        for coupling in COUPLINGS:
            for realisation in range(15):
                k = 30
                pairs = {name: np.abs(1e-3 * draw.normal(size=k)) for name in COLUMNS}
                pairs["omega"] = 10 ** draw.uniform(-2.5, np.log10(2.5), k)
                pairs["gap_expected"] = 10 ** draw.uniform(-6, -2, k)
                pairs["gap"] = over * pairs["gap_expected"] * np.exp(0.02 * draw.normal(size=k))
                pairs |= {name: np.ones(k) for name in ("radius", "radius_there", "top")}
                pairs["rising"] = np.full(k, rising)
                pairs["y_off_printed"] = np.full(k, 1.4)
                pairs["z_exact"] = np.exp(0.02 * draw.normal(size=k))
                pairs["z_small"] = 1.2 * pairs["z_exact"]
                pairs["place_expected"] = pairs["place"] + 2e-3 * (pairs["omega"] > 0.1)
                row = {"sites": sites, "coupling": coupling, "realisation": realisation}
                row |= {"kind": "pairs", "case": f"{coupling} {sites}", **pairs}
                row["chosen"] = np.histogram(pairs["omega"], DISTANCES)[0] + 0.0
                changes = np.clip(spread * draw.normal(size=(6, 50)), -2.9, 2.9)
                counts = [np.histogram(each, FACTORS)[0] + 0.0 for each in changes]
                row["changes"] = np.concatenate(counts)
                row |= residuals
                row["short"] = np.array([3 * coupling**power, coupling]) * draw.uniform(
                    0.9, 1.1
                )
                row["resonant_edge"] = edge ** (sites - 6) * coupling * draw.uniform(4, 6)
                rows.append(row)
    return pd.DataFrame(rows)


def left_out(draw, residual):
    """Residuals that grow as |omega| and as the Z of a third level."""
    shape = (len(APART) - 1, len(THIRD) - 1, len(RESIDUALS) - 1)
    cells = {name: np.zeros(shape) for name in EQUATIONS}
    for name in EQUATIONS:
        for w, omega in enumerate(APART[:-1]):
            for t in range(shape[1]):
                logs = residual + np.log10(omega) + t + 0.1 * draw.normal(size=20)
                cells[name][w, t] = np.histogram(np.clip(logs, -5.9, 3.9), RESIDUALS)[0]
    return {name: cell.ravel() for name, cell in cells.items()}


def said(script, table):
    p = script.Parameters(sites=(6, 8), couplings=COUPLINGS, realisations=(15, 15))
    return {claim.claim: claim for claim in script.claims(script.study.outcome(table, p))}


AT = "J = 0.02, L = 6:"


def test_rows_of_two_levels_agree_with_their_laws(script):
    found = said(script, made())
    over = one(found, AT, "smallest |omega| / (Omega/R)")
    assert over.value == pytest.approx(1, abs=0.01) and "1.00 from 0.1" in over.verdict
    assert set(over.id.split()) == {"C8", "C16", "C17"}
    assert one(found, AT, "reach a crossing").value > 0.95
    assert one(found, AT, "smallest |omega| of all").verdict == "no gap closes"
    assert one(found, AT, "factor 2").value == pytest.approx(1)
    assert one(found, AT, "sign of h - h*").value == 1
    assert "1.4" in one(found, AT, "deviation of y").verdict
    far = one(found, AT, "|omega| > 1")
    assert far.value == pytest.approx(1, abs=0.05) and far.verdict.startswith("1.19")
    law = one(found, "L = 8: power of J of <1 - R^2>")
    assert law.value == pytest.approx(1, abs=0.02) and law.verdict == "agrees"
    assert "3.0" in law.note
    edge = one(found, "J = 0.02: log2")
    assert edge.value == pytest.approx(0, abs=0.05) and "from -1" in edge.verdict
    third = one(found, AT, "dy/dh, by the largest Z")
    assert third.id == "C14" and float(third.verdict.split()[0]) == pytest.approx(1000, rel=0.3)


def test_wrong_rows_are_told_from_them(script):
    """Scales that drift, gaps that are others, a sign that is the printed one, 1 - R^2 ~ J^2,
    an edge that falls as the spacing does."""
    found = said(script, made(over=1.5, rising=0.0, spread=1.0, power=2.0, edge=0.5))
    over = one(found, AT, "smallest |omega| / (Omega/R)")
    assert over.value == pytest.approx(1.5, abs=0.02) and "1.00 from" not in over.verdict
    assert "0.00 from" in over.verdict
    assert one(found, AT, "factor 2").value < 0.4
    assert one(found, AT, "sign of h - h*").verdict == "0 %"
    law = one(found, "L = 8: power of J of <1 - R^2>")
    assert law.value == pytest.approx(2, abs=0.05) and "of all errors" in law.verdict
    edge = one(found, "J = 0.02: log2")
    assert edge.value == pytest.approx(-1, abs=0.05)
    assert abs(float(edge.verdict.split()[0])) < 3


def test_a_gap_that_closes_and_rows_without_pairs_are_said(script):
    closed = made()
    closed["gap"] = [0 * cell for cell in closed["gap"]]
    assert one(said(script, closed), AT, "smallest |omega| of all").verdict != "no gap closes"
    empty = made()
    for name in COLUMNS:
        empty[name] = [cell[:0] for cell in empty[name]]
    found = said(script, empty)
    assert one(found, AT, "pairs at their crossings").verdict == "too few pairs"
    assert one(found, AT, "factor 2").value == pytest.approx(1)
