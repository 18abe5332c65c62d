"""What all tests share."""

import numpy  # noqa: F401  (the limit holds for libraries that are loaded)
import pytest
import scipy.linalg  # noqa: F401
from hypothesis import HealthCheck, settings
from threadpoolctl import threadpool_limits

# On a busy machine a draw of nothing can take a second, which says nothing of the test.
settings.register_profile("busy", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("busy")


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """BLAS on one thread: small matrices gain nothing from two, and on a busy machine two wait
    for each other. Processes that a test starts decide for themselves."""
    with threadpool_limits(1):
        yield
