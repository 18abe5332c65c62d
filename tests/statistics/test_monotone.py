"""Free rising functions, and blocks of realisations."""

import numpy as np
import pandas as pd
import pytest

from bathlab.statistics.blocks import block_means, jackknife_blocks
from bathlab.statistics.monotone import monotone_curve


def test_a_rising_function_and_its_inverse_are_found_again():
    x = np.linspace(-3, 3, 25)
    curve = monotone_curve(x, np.tanh(x))
    at = np.linspace(-2, 2, 40)
    assert curve(at) == pytest.approx(np.tanh(at), abs=2e-3)
    assert curve.inverse(np.tanh(at)) == pytest.approx(at, abs=2e-2)
    assert np.isnan(curve.inverse(np.array([np.nan]))[0])
    assert curve.inverse(2.0) > 3 and curve(9.0) == pytest.approx(np.tanh(3), abs=1e-12)


def test_what_falls_is_averaged_and_what_lies_beyond_the_top_is_left_out():
    curve = monotone_curve([0.0, 1, 2, 3, 4, 5], [0.0, 0.4, 0.2, 0.6, 0.9, 0.5])
    assert curve.x.tolist() == [0, 1.5, 3, 4]
    assert curve.y == pytest.approx([0, 0.3, 0.6, 0.9])
    for wrong in ([0.5, 0.5, 0.5], [0.9, 0.5, 0.1], [0.1, np.nan, 0.3]):
        with pytest.raises(ValueError, match="expected"):
            monotone_curve([0.0, 1.0, 2.0], wrong)


def test_blocks_know_that_points_share_disorder():
    """The error of a difference of two columns of the same noise is that of their own noise:
    as of independent ones it would be fourteen times as large."""
    draw = np.random.default_rng(3)
    shared, own = draw.normal(size=200), 0.1 * draw.normal(size=(2, 200))
    rows = pd.DataFrame({"realisation": range(200), "point": 1, "y": shared + own[0]})
    # The second point has half of the realisations.
    more = pd.DataFrame({"realisation": range(100), "point": 2, "y": (shared + own[1])[:100]})
    blocks = block_means(pd.concat([rows, more]), ["point"], ["y"], 20)
    assert blocks.means.shape == (20, 2, 1) and blocks.counts.tolist() == [200, 100]
    same = block_means(rows.assign(z=shared), ["point"], ["y", "z"], 20)
    gap, drawn = jackknife_blocks([same], lambda mean: mean[0, 0] - mean[0, 1])
    # Twenty blocks know an error to 16 %: 60 % off is a false alarm of 2e-4.
    assert gap.error == pytest.approx(0.1 / np.sqrt(200), rel=0.6)
    assert drawn(100).std() == pytest.approx(gap.error, rel=0.4)
    lacking = pd.concat([rows, more[more["realisation"] % 20 > 0]])
    assert len(block_means(lacking, ["point"], ["y"], 20).points) == 1
