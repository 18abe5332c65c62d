"""What the study of chains says of rows that follow one law, and of others."""

import made_chains as made
import numpy as np
import pytest
from scripts import load_study, measured, one, said

import bathlab as bl
from bathlab.experiments.chain_laws import LAWS, law_fit, longest, spectrum, windowed
from bathlab.experiments.chain_thouless import PLATEAU, thouless
from bathlab.findings.chain_spectra import sum_rule
from bathlab.findings.chain_thouless import thouless_energies


@pytest.fixture(scope="module")
def script():
    return load_study("resonances_in_a_chain")


@pytest.fixture(scope="module")
def parameters(script):
    return script.PRESETS["default"].replace(few=(1.5, 2.5))


@pytest.fixture(scope="module")
def right(script, parameters):
    return said(script, made.everything(), parameters)


def part(S, W=1.75, L=12, N=30):
    return made.chains("random", (L,), (W,), N=N, S=S)


def fits(S, W=1.75):
    rows = part(S, W)
    density = spectrum(rows)
    used = windowed(rows, density, 1.7, 40.0)
    return {law: law_fit(density, W, law, used) for law in LAWS}


def test_each_law_is_told_from_the_others():
    """False alarms: a further term is beyond two errors in one of twenty fits."""
    found = fits(made.logarithmic)
    assert found["(111)"].holds and not found["1/omega"].holds
    assert found["(111)"].terms[0].mean == pytest.approx(80, rel=0.1)
    found = fits(made.pure)
    assert found["1/omega"].holds and not found["(111)"].holds
    assert found["1/omega"].terms[0].mean == pytest.approx(0.07**-2, rel=0.05)
    assert abs(found["power"].terms[0].mean) < 3 * found["power"].terms[0].error
    found = fits(made.power)
    assert found["power"].holds and not found["(111)"].holds and not found["1/omega"].holds
    assert found["power"].terms[0].mean == pytest.approx(0.3, abs=0.02)


def test_a_law_reaches_as_far_as_it_holds():
    def broken(W, omega):
        """1/omega down to W omega = 0.05, less below."""
        return made.pure(W, omega) * np.minimum(1, W * omega / 0.05) ** 0.5

    rows = part(broken)
    S = spectrum(rows)
    found = longest(S, 1.75, "1/omega", windowed(rows, S, 1.7, np.inf))
    assert found.window[0] < 2.5 and 12 < found.window[1] < 40
    rows = part(made.pure)
    S = spectrum(rows)
    used = windowed(rows, S, 1.7, np.inf)
    assert longest(S, 1.75, "1/omega", used).bins > 0.9 * len(used)
    assert longest(S, 1.75, "(111)", used) is None or longest(S, 1.75, "(111)", used).bins < 9


def test_few_chains_make_no_law():
    rows = part(made.logarithmic, N=4)
    S = spectrum(rows)
    assert law_fit(S, 1.75, "(111)", windowed(rows, S, 1.7, 40.0)) is None


def test_the_figure_is_that_of_the_law(right):
    assert one(right, "W = 1.75: L = 12: (111)").verdict.startswith("holds")
    assert one(right, "W = 1.75: L = 12: pure").verdict.startswith("rejected")
    assert one(right, "W = 1.75: L = 12: pure").value is None
    grows = one(right, "decades over which (111)")
    assert "grows by" in grows.verdict and grows.value > 2
    assert (
        one(right, "(111) and a power at all W = 1 to", "L = 12").verdict == "only (111) holds"
    )
    gradient = one(right, "W = 1.75: L = 12: gradient")
    assert gradient.value == pytest.approx(80, rel=0.1)


def test_the_sum_rule_is_checked(right):
    assert one(right, "integral of S").verdict == "agrees"
    assert sum_rule(part(made.pure).assign(sum_error=1e-6)).verdict == "off"


def test_growth_drift_and_collapse(script, parameters, right):
    thermal = one(right, "W = 0.5: d log(rho v-bar)/dL over (log 2)/2")
    assert thermal.value == pytest.approx(1, abs=0.03)
    assert one(right, "W = 12: d log(rho v-bar)").value < 0.05
    place = next(c for name, c in right.items() if name == "W*(L) of 1 - C, half-way")
    assert place.value == pytest.approx(1, abs=0.1) and ", as L" in place.verdict
    # Straight lines between the W that there are move it by some per cent.
    still = next(c for name, c in right.items() if name == "W*(L) of gap ratio, half-way")
    assert abs(still.value) < 0.1
    nu = one(right, "nu of gap ratio")
    assert nu.value == pytest.approx(1, abs=3 * max(nu.error, 0.05))
    assert "W_c = 3.0" in nu.note or "W_c = 2.9" in nu.note
    kept = one(right, "W = 1.5, L = 14: C of")
    assert kept.value == pytest.approx(1, abs=5 * kept.error + 1e-9)


def test_the_end_of_a_plateau_is_where_it_was_put():
    """Half of S at 0.05, 0.05 e^-W of chains that each have a factor; and a pure 1/omega."""

    def flat(W, omega):
        return 1 / (1 + (omega / (0.05 * np.exp(-W))) ** 2)

    for S, ends in ((flat, lambda W: 0.05 * np.exp(-W)), (made.pure, None)):
        for W in (0.5, 1.5):
            found = thouless(made.chains("random", (14,), (W,), N=20, S=S))
            place, spacing = found.of(PLATEAU), found.spacing
            assert place.error < 0.1
            wanted = ends(W) / spacing if ends else 2 / np.log(3)
            assert place.mean == pytest.approx(np.log(wanted), abs=0.1)
    claims = {c.claim: c for c in thouless_energies(
        made.chains("random", (12, 14), (0.5, 1.0, 1.5, 2.0, 3.0), N=20, S=flat)
    )}  # fmt: skip
    slope = one(claims, "d log omega_Th/dW by the plateau of S", "L = 14")
    assert slope.verdict.startswith("exponential") and abs(slope.value + 1) < 0.1


def test_all_models_are_in_one_table(right):
    for model in ("XXZ", "XXZ, quasi-periodic", "O(3)"):
        W = 4 if model == "O(3)" else 5
        line = right[f"{model}, L = 8, W = {W}: C less exp(-2 pi rho v-bar)"]
        kept, lost = (float(line.text.split(word)[1].split()[0].strip(";"))
                      for word in ("; C ", "e^-2pi rho v "))  # fmt: skip
        assert line.value == pytest.approx(kept - lost, abs=2e-3) and line.error > 0
        assert "1 - C half-way" in right[f"{model}, L = 8: W* by each estimate"].text


def test_wrong_rows_are_noticed(script, parameters):
    """Nothing grows; W* does not move with L; the curves lie apart by size."""

    def apart(W, L):
        return made.drifting(W + 0.2 * (L % 4), L)

    wrong = made.everything(S=made.pure, grown=0.0, thermal=apart, memory=made.drifting)
    found = said(script, wrong, parameters)
    assert one(found, "W = 1.75: L = 12: pure").verdict.startswith("holds")
    assert one(found, "W = 1.75: L = 12: (111)").verdict.startswith("rejected: no gradient")
    assert abs(one(found, "W = 0.5: d log(rho v-bar)/dL").value) < 0.03
    place = next(c for name, c in found.items() if name == "W*(L) of 1 - C, half-way")
    assert abs(place.value) < 0.1
    assert one(found, "nu of gap ratio").verdict.startswith("no collapse")
    assert one(found, "nu of gap ratio").value is None


def test_few_chains_that_are_measured_make_claims(script):
    """Too few for any law: no claim has a parameter of one, and no sum rule fails."""
    parameters = script.PRESETS["quick"].replace(
        realisations=(3, 3, 2), disorders=(0.5, 1.5, 2.5, 5.0), cosine_realisations=(2, 2, 1),
        vector_realisations=(3, 2),
    )  # fmt: skip
    found = said(script, measured(script, parameters), parameters)
    assert one(found, "integral of S").verdict == "agrees"
    assert not any("holds" in claim.verdict for claim in found.values())


def test_presets_build_and_strange_ones_are_refused(script):
    for parameters in script.PRESETS.values():
        text = bl.workbench.to_toml(parameters)
        assert bl.workbench.from_toml(script.Parameters, text) == parameters
        script.build(parameters)
    for strange in ({"few": (9.0,)}, {"states": (9,) * 5}, {"cosine_sites": (8,)}):
        with pytest.raises(ValueError):
            script.PRESETS["default"].replace(**strange)
