"""What all tests share."""

from pathlib import Path

import numpy  # noqa: F401  (the limit holds for libraries that are loaded)
import pytest
import scipy.linalg  # noqa: F401
from hypothesis import HealthCheck, settings
from threadpoolctl import threadpool_limits

# On a busy machine a draw of nothing can take a second, which says nothing of the test.
settings.register_profile("busy", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("busy")

TESTS = Path(__file__).parent
#: Files that take a minute or more, the longest first. Side by side, files are begun in this
#: order: one that began last would keep the other processors waiting at the end.
LONGEST = (
    "studies/test_grain_studies.py",
    "ensemble/test_faults.py",
    "spectrum/test_solvers.py",
    "workbench/test_users_files.py",
    "spectrum/test_tridiagonal.py",
    "packaging/test_shipping.py",
    "test_documents.py",
    "studies/test_thermalisation_study.py",
    "ensemble/test_runner.py",
    "studies/test_compare_baths.py",
    "ensemble/test_files_replaced.py",
    "ensemble/test_survival.py",
    "contracts/test_bad_arguments.py",
    "experiments/test_gauge.py",
    "report/test_report_in_browser.py",
)


def pytest_configure(config):
    if hasattr(config.option, "loadscopereorder"):  # xdist: the most tests first, else
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):
        places = {TESTS / name: place for place, name in enumerate(LONGEST)}
        items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """BLAS on one thread: small matrices gain nothing from two, and on a busy machine two wait
    for each other. Processes that a test starts decide for themselves."""
    with threadpool_limits(1):
        yield
