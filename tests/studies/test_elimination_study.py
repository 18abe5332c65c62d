"""What the study of eliminations says of its own rows, and of wrong rows."""

import pytest
from scripts import load_study, measured, one


@pytest.fixture(scope="module")
def script():
    return load_study("elimination")


@pytest.fixture(scope="module")
def parameters(script):
    return script.Parameters(
        sites=(4,), realisations=(40,), lengths=(6,), disorder=(20.0,), chains=30
    )


@pytest.fixture(scope="module")
def table(script, parameters):
    return measured(script, parameters)


def said(script, table, parameters):
    found = list(script.claims(script.study.outcome(table, parameters)))
    assert len({claim.claim for claim in found}) == len(found)
    assert {claim.id for claim in found} == {"A5", "A10"}
    return found


def test_its_rows_bear_out_the_orders_and_the_lioms(script, table, parameters):
    found = said(script, table, parameters)
    assert one(found, "in V' - [A, V_J]").value == pytest.approx(2, abs=0.01)
    assert one(found, "in V' = exp").verdict == "agrees"
    assert one(found, "||V_J||, G from 0 to 0.1").verdict == "usually"
    for words in ("[H, tau]", "tau^2"):
        assert one(found, words).verdict == "to rounding"
    decay = one(found, "<log ||tau_I||>", "from 1 to 4")
    assert decay.verdict.startswith("local") and 1.2 < decay.value < 2.6
    means = script.study.outcome(table, parameters).means
    assert set(means["kind"]) == {"elimination", "lioms"}


def test_wrong_rows_are_noticed(script, table, parameters):
    strength = table["strength"].astype(float)
    wrong = table.assign(
        remainder=table["remainder"] / strength**0.5,
        created=table["created"] + 2.0,
        commutator=1e-3,
        square=1e-6,
        log_part=-table["log_part"],
    )
    found = said(script, wrong, parameters)
    claim = one(found, "in V' - [A, V_J]")
    assert claim.verdict.startswith("-0.50") and claim.value == pytest.approx(1.5, abs=0.01)
    assert one(found, "in V' = exp").verdict != "agrees"
    assert one(found, "||V_J||, G from 0 to 0.1").verdict == "not usually"
    for words in ("[H, tau]", "tau^2"):
        assert one(found, words).verdict == "not a LIOM"
    assert one(found, "<log ||tau_I||>", "from 1 to 4").verdict == "not local"
