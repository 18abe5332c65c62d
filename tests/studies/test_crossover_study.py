"""What the claims on grains and their LIOMs would say of rows made by either theory."""

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from bathlab.experiments import crossover_gains
from bathlab.experiments import crossover_laws as laws
from bathlab.experiments.crossover_gains import Gains
from bathlab.experiments.crossover_laws import Setting
from bathlab.experiments.crossover_places import spread
from bathlab.findings import crossover_length as findings
from bathlab.findings import grain_crossings
from bathlab.plotting.crossover import gain_panel
from bathlab.statistics.estimates import Estimate
from bathlab.statistics.resampling import jackknife

LOG2 = math.log(2)
#: A spin of the grain is worth more than (log 2)/2, as small grains have it.
WORTH = 1.4


def rows(gain, count=40, seed=1):
    """Entropies as a function, not a logistic, of log g + gain, with scatter shared by all
    LIOMs of a realisation; ``gain(liom)`` in (log 2)/2."""
    draw, made = np.random.default_rng(seed), []

    def entropy(spins, log_g, noise):
        x = log_g + crossover_gains.UNIT * WORTH * (spins - 4) + 2
        return LOG2 * (0.5 + math.atan(x) / math.pi) + noise

    for realisation in range(count):
        common = 0.03 * draw.normal()
        for spins in (3, 4, 5):
            base = {"setting": "usual", "realisation": realisation, "spins": spins}
            for step in range(-8, 7):
                g = 0.3 * 2.0 ** (0.7 * step)
                value = entropy(spins, math.log(g), common + 0.02 * draw.normal())
                made.append(base | {"kind": "alone", "g": g, "entropy": value})
            for alpha in (0.5, 0.7, 0.85):
                for liom in range(1, 6):
                    log_g = math.log(0.3 * alpha ** (liom - 1))
                    values = [
                        entropy(
                            spins,
                            log_g + crossover_gains.UNIT * each,
                            common + 0.02 * draw.normal(),
                        )
                        for each in (gain(liom), 0.0)
                    ]
                    row = {"kind": "lioms", "alpha": alpha, "liom": liom, "thermal": 1.0}
                    row |= {"g": math.exp(log_g), "entropy": values[0]}
                    row |= {"entropy_thermal": values[0], "entropy_alone": values[1]}
                    made.append(base | row)
    table = pd.DataFrame(made)
    return table.assign(delta_log_ipr=table["entropy"])


@pytest.mark.parametrize("eta", [1.0, 0.0])
def test_rows_of_either_theory_give_its_eta_and_where_l_c_diverges(eta):
    setting = Setting(rows(lambda liom: eta * (liom - 1)))
    found = {claim.claim: claim for claim in findings.strengthenings(setting)}
    claim, control = (
        found[f"strengthening eta, {name}"] for name in ("S", "S alone (control)")
    )
    # Fixed seed; five standard errors, a false alarm of 6e-7 over seeds.
    assert abs(claim.value - eta) < 5 * claim.error < 0.3
    assert abs(control.value) < 5 * control.error and control.verdict == "agrees"
    place = found["l_c diverges at alpha, S"]
    assert abs(place.value - 2 ** (-eta / 2)) < 5 * place.error < 0.1
    spins = {claim.claim: claim for claim in findings.units(setting)}
    worth = next(each for name, each in spins.items() if name.startswith("a spin"))
    assert worth.value == pytest.approx(WORTH, abs=5 * worth.error)
    unit = spins["strengthening in spins of the grain, S"]
    assert unit.value == pytest.approx(eta / WORTH, abs=5 * unit.error + 0.02)


def test_gains_that_alternate_are_rejected_and_have_no_parameters():
    """A narrow band: the gain of every other LIOM is missing."""
    setting = Setting(rows(lambda liom: 2.0 * (liom // 2) * (liom % 2)))
    found = {claim.claim: claim for claim in findings.strengthenings(setting)}
    claim = found["strengthening eta, S"]
    assert claim.value is None and claim.verdict.startswith("rejected")
    gains = setting.gains(crossover_gains.ENTROPY)
    law = np.array([2.0 * (int(i) // 2) * (int(i) % 2) for i in gains.lioms])
    free = laws.strengthening(gains, law + 1e-9)
    assert free.holds and float(free.found.value) == pytest.approx(1, abs=5 * free.error)


def test_points_that_share_their_noise_do_not_reject_a_law():
    """chi^2 of independent points would be 30 per degree of freedom here."""
    draw = np.random.default_rng(2)
    common = draw.normal(size=(40, 1))
    samples = 2.0 * np.arange(1, 6) + common + 0.03 * draw.normal(size=(40, 5))
    found = jackknife(samples, lambda mean: mean)
    numbers = np.arange(2.0, 7.0)
    whole = Gains(*[numbers] * 4, found, samples, np.full(5, 40))
    fit = laws.strengthening(whole)
    assert fit.holds and float(fit.found.value) == pytest.approx(2, abs=5 * fit.error)


def test_several_estimates_do_not_make_a_smaller_error():
    found = {f"{name}": Estimate(0.7 + 0.02 * k, 0.01, 20) for k, name in enumerate("abcd")}
    assert spread(list(found.values())) == pytest.approx((0.73, 0.01, 0.03))
    claim = grain_crossings.together(found)
    assert claim.error == pytest.approx(math.hypot(0.01, 0.03)) and "(syst)" in claim.text
    # Of the naive estimate it would say so.
    far = grain_crossings.together({key: e + 0.27 for key, e in found.items()})
    assert far.verdict == "+9.3 of all errors from 1/sqrt 2, +0.0 from naive"


def test_crossings_of_rows_made_to_cross_are_found_and_others_are_not():
    draw, made = np.random.default_rng(3), []
    alphas = (0.55, 0.62, 0.69, 0.76, 0.83, 0.9, 0.97)
    for spins, steep in ((7, 1.0), (9, 2.0)):
        for alpha in alphas:
            for realisation in range(30):
                row = {"grain": "chain", "kind": "states", "spins": spins, "alpha": alpha}
                crossing, apart = (steep * (alpha - 0.75), 0.1 * steep + alpha)
                noise = 0.02 * draw.normal()
                row |= {"farthest": crossing + noise, "apart": apart + noise}
                made.append(row | {"realisation": realisation})
    table = pd.DataFrame(made).assign(gap_ratio=np.nan, weight=np.nan)
    (claim,) = grain_crossings.all_claims(table, alphas)
    assert claim.value == pytest.approx(0.75, abs=5 * claim.error) and "G42" in claim.id
    (none,) = grain_crossings.all_claims(table.assign(farthest=table["apart"]), alphas)
    assert none.value is None and "no crossing" in none.verdict


def test_too_few_rows_for_any_gain_still_have_a_figure():
    columns = ["setting", "liom", "free", "gain", "error"]
    axes = Figure().subplots()
    gain_panel(axes, pd.DataFrame(columns=columns))
    assert [each.get_text() for each in axes.texts] == ["eq. (16)", "naive"]
