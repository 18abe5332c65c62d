"""What the study of triples and relabelled levels says of right rows, and of wrong ones."""

import numpy as np
import pandas as pd
import pytest
from scripts import load_study

from bathlab.experiments.field_sweeps import CHANGES, DISTANCES, SHARES

COUPLINGS, SITES = (0.005, 0.01, 0.02, 0.04), (6, 8)


@pytest.fixture(scope="module")
def script():
    return load_study("three_level")


def circuits(power=2.0, base=4.0, rare=0.0):
    """Rows of <ZZZ> = J^power base^-L and <Z> = J 2^-L; ``rare`` scatters the former."""
    draw, rows = np.random.default_rng(4), []
    for realisation in range(40):
        noise = np.exp(0.1 * draw.normal(size=2))
        event = np.exp(rare * draw.normal())
        for coupling in COUPLINGS:
            for sites in SITES:
                pair = noise[0] * coupling * 2.0**-sites
                triple = noise[1] * event * coupling**power * base**-sites
                classes = np.array([2 * pair * coupling, 2 * pair])
                parts = triple * np.array([0.01, 0.09, 0.9, 0.0])
                cells = {"pair": pair, "pair_classes": classes, "triple": triple}
                cells |= {"triple_classes": parts, "sites": sites, "coupling": coupling}
                rows.append(cells | {"realisation": realisation, "kind": "circuit"})
    return pd.DataFrame(rows)


def sweeps(drift, plain, kept=0.99):
    """Rows of sweeps with so large a share of net change, with labels exchanged or not."""
    draw, rows = np.random.default_rng(5), []
    for realisation in range(20):
        row = {"coupling": 0.02, "sites": 6, "realisation": realisation, "kind": "sweep"}
        for kind, share, sign in (("", drift, kept), ("_plain", plain, 0.5)):
            for name in ("drifts", "events"):
                values = share * draw.uniform(0.5, 1.5, size=300)
                row[name + kind] = np.histogram(values, SHARES)[0].astype(float)
            changes = draw.normal(scale=0.1, size=(len(DISTANCES) - 1, 50))
            counts = [np.histogram(each, CHANGES)[0].astype(float) for each in changes]
            row |= {f"changes{kind}": np.concatenate(counts)}
            noise = 0.01 * draw.normal(size=4)
            row |= {f"kept{kind}": sign + noise[0], f"returned{kind}": sign - 0.1 + noise[1]}
            row |= {f"net{kind}": share + noise[2], f"gross{kind}": 3 + noise[3]}
        rows.append(row)
    return pd.DataFrame(rows)


def said(script, *tables):
    table = pd.concat(tables, ignore_index=True)
    p = script.Parameters(
        sites=SITES, couplings=COUPLINGS, realisations=(40, 40), swept_couplings=(0.02,)
    )
    return {claim.claim: claim for claim in script.claims(script.study.outcome(table, p))}


def test_rows_of_appendix_C_agree_with_it(script):
    found = said(script, circuits(), sweeps(0.05, 0.4))
    for sites in SITES:
        for name, power in (("<Z>", 1), ("<Z> of pairs in parallel", 2), ("<ZZZ>", 2)):
            claim = found[f"L = {sites}: power of J of {name} on [0.005, 0.04]"]
            assert claim.verdict == "agrees" and claim.id == "C80"
            assert claim.value == pytest.approx(power, abs=1e-6)
    for name, power in (("<Z>", -1), ("<ZZZ>", -2)):
        claim = found[f"J = 0.02: log2 of {name}, a site more, L = 6 to 8"]
        assert claim.value == pytest.approx(power, abs=1e-6) and claim.expected == power
    kept = found["J = 0.02, L = 6: share of labels and fields at which z_nn has its first sign"]
    assert kept.id == "C77" and kept.value == pytest.approx(0.99, abs=0.01)
    assert "0.50" in kept.verdict
    (drift,) = [c for n, c in found.items() if "|net|/gross" in n and "as it is" in n]
    assert drift.id == "C79" and 0.04 < drift.value < 0.06
    assert float(drift.verdict.split()[0]) < 0.2
    within = [c for c in found.values() if "within a factor 2" in c.claim]
    assert len(within) == 6 and min(c.value for c in within) > 0.95
    (above,) = [c for n, c in found.items() if "over 3/4" in n and "L = 8" in n]
    # 0.9 J^2 4^-L over 3/4 (2 J 2^-L)^2 2 J^2 2^-L.
    assert float(above.text.split(" +-")[0]) == pytest.approx(0.15 * 256 / 0.005**2, rel=0.1)
    assert "power -2.00 of J" in above.verdict


def test_wrong_rows_are_told_from_the_theory(script):
    """The product of means, J^4 8^-L, and labels whose scales drift as without exchange."""
    found = said(script, circuits(power=4.0, base=8.0), sweeps(0.4, 0.4, kept=0.6))
    power = found["L = 8: power of J of <ZZZ> on [0.005, 0.04]"]
    assert power.value == pytest.approx(4, abs=1e-6) and "of all errors" in power.verdict
    size = found["J = 0.02: log2 of <ZZZ>, a site more, L = 6 to 8"]
    assert size.value == pytest.approx(-3, abs=1e-6) and size.verdict != "agrees"
    (above,) = [c for n, c in found.items() if "over 3/4" in n and "L = 8" in n]
    assert "power 0.00 of J" in above.verdict or "power -0.00 of J" in above.verdict
    drift = [c for n, c in found.items() if "median of |net|/gross" in n]
    assert len(drift) == 2 and min(float(c.verdict.split()[0]) for c in drift) > 0.9
    kept = [c for c in found.values() if "first sign" in c.claim]
    assert kept[0].verdict.startswith("-0.399")


def test_rare_realisations_are_said_to_carry_a_mean(script):
    texts = {}
    for rare in (0.0, 3.0):
        found = said(script, circuits(rare=rare), sweeps(0.05, 0.4))
        (claim,) = [c for n, c in found.items() if "hold half" in n and "L = 8" in n]
        texts[rare] = int(claim.text.split()[0])
    assert texts[3.0] <= 3 < 15 <= texts[0.0]
