"""What is said of ensembles that were drawn again with another seed."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def script():
    sys.path.insert(0, str(BENCHMARKS))
    import second_seed

    yield second_seed
    sys.path.remove(str(BENCHMARKS))


def test_the_page_is_that_of_the_table_and_the_table_that_of_the_figures(script):
    table = pd.read_csv(script.TABLE)
    assert script.as_page(table) in script.PAGE.read_text()
    assert table["study"].nunique() >= 3 and len(table) >= 15
    for one in script.ENSEMBLES:
        fresh = script.compared(one, pd.read_csv(script.ROOT / f"{one.figure}.csv"))
        kept = fresh.merge(table, on=["study", "where", "mean"], suffixes=("", "_table"))
        assert len(kept) and np.allclose(kept["kept"], kept["kept_table"], rtol=1e-5)
        assert np.all(fresh["sigmas"] == 0)  # the same seed is no second one
    errors = np.hypot(table["kept_error"], table["again_error"])
    assert np.allclose(table["sigmas"], (table["again"] - table["kept"]) / errors, atol=1e-3)
    assert np.all(table["again"] != table["kept"])


def test_far_means_and_their_rate_of_chance_are_told(script):
    table = pd.DataFrame({"sigmas": np.array([0.0, 1.0, -3.5, 2.0])})
    said = script.verdict(table)
    assert said.startswith("1 of 4 means lie more than 3 standard errors apart")
    assert "in 1 % of second seeds" in said  # 1 - (1 - 0.0027)^4
    assert "sum to 17.2, p = 0.00" in said
    assert script.verdict(table.assign(sigmas=0.5)).startswith("0 of 4")
