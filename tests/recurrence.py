"""The steps of a Lanczos run beside those of numpy."""

import numpy as np
from scipy import sparse

from bathlab.spectrum.krylov.lanczos import Lanczos, _PlainRecurrence


def require_plain_steps(system, H, start, steps, count, *backend):
    """For a system of the matrix ``H``.

    Only the first steps: rounding grows exponentially between any two Lanczos runs.
    """
    run = Lanczos(system, start, *backend)
    run.extend(steps)
    centred = sparse.csr_array(H) - run.centre * sparse.eye_array(len(start))
    plain = _PlainRecurrence(centred, start, count=count)
    diagonal, offdiagonal = np.empty(steps), np.empty(steps)
    coefficients = np.random.default_rng(1).standard_normal((count, steps))
    plain.advance(diagonal, offdiagonal, 0, steps, coefficients)
    assert np.allclose(run.diagonal, diagonal, atol=1e-11)
    assert np.allclose(run.offdiagonal, offdiagonal, atol=1e-11)
    assert np.allclose(run.combine(coefficients), plain.combinations(), atol=1e-11)
