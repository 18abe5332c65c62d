"""Where the numerical work runs: on the host, or on a device through its array namespace.

The device is reached through five things only, gathered in :class:`Backend`, so any namespace
with the names that :mod:`bathlab.spectrum.krylov.device` uses will do. ``"cuda"`` is
cupy; without a device the tests put numpy, and a wrapper that refuses every hidden transfer, in
its place.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Callable

import numpy as np
import psutil
import scipy.linalg

from bathlab.checks import require_choice
from bathlab.conventions import Array, RealArray

#: LAPACK's evd workspace of 1 + 6n + 2n^2 doubles overflows a 32-bit integer from here on.
EVD_DIMENSION_LIMIT = 32766
#: Environment variable that names where full diagonalisations run if nothing else is said.
VARIABLE = "BATHLAB_BACKEND"


@dataclass(frozen=True, eq=False)
class Backend:
    """A place to compute, accepted wherever a backend is named.

    Attributes
    ----------
    name
        what messages call it. Only "cpu" stands for the compiled kernels and LAPACK of the
        host; all others take the path of :mod:`bathlab.spectrum.krylov.device`.
    xp
        array namespace: ``empty, zeros, zeros_like, take, vdot, sqrt, linalg.eigh``, and
        arrays with arithmetic, slices, ``reshape``, ``sum`` and ``real``.
    to_device, to_host
        copy an ndarray to an array of ``xp``, and back.
    free_memory
        bytes that new arrays of ``xp`` may take now.
    """

    name: str
    xp: Any
    to_device: Callable[[Array], Any]
    to_host: Callable[[Any], Array]
    free_memory: Callable[[], float]

    @property
    def is_host(self) -> bool:
        """Whether the compiled kernels and LAPACK of the host are meant."""
        return self.name == "cpu"

    def require_host(self, what: str) -> None:
        """Raise ValueError, naming ``what`` was asked for, unless this is the host."""
        if not self.is_host:
            raise ValueError(
                f"{what} with the backend {self.name!r} was given; expected the host, where "
                'factorisations run. Use method="dense" or "lanczos", or backend="cpu".'
            )

    def eigh(self, matrix: Array, driver: str = "evd") -> tuple[RealArray, Array]:
        """Levels and eigenvectors of a Hermitian matrix, all three on the host.

        ``driver`` is LAPACK's: "evd", or "evr", which takes half the time for complex matrices
        and leaves the vectors orthogonal to 1e-12 only.
        """
        if self.is_host:
            return scipy.linalg.eigh(matrix, driver=driver)
        energies, vectors = self.xp.linalg.eigh(self.to_device(matrix))
        return self.to_host(energies), self.to_host(vectors)


CPU = Backend(
    "cpu", np, np.asarray, np.asarray, lambda: float(psutil.virtual_memory().available)
)


def resolve(backend: str | Backend) -> Backend:
    """The backend called "cpu" or "cuda"; a :class:`Backend` is passed on as it is.

    Raises
    ------
    ValueError
        For another name, without cupy, or without a device.
    """
    if isinstance(backend, Backend):
        return backend
    require_choice("backend", backend, ("cpu", "cuda"))
    return CPU if backend == "cpu" else _cuda()


def usual() -> str:
    """Where full diagonalisations run if nothing else is said: ``BATHLAB_BACKEND``, or
    "cpu"."""
    return os.environ.get(VARIABLE) or "cpu"


def _cuda() -> Backend:
    """cupy and the current device."""
    try:
        import cupy
    except ImportError as error:
        raise ValueError(
            f'backend = "cuda" was given; expected the package cupy, which cannot be imported '
            f'({error}). Run pip install "bathlab[cuda]", or use backend="cpu".'
        ) from error
    try:
        count, reason = cupy.cuda.runtime.getDeviceCount(), "none is listed"
    except RuntimeError as error:  # what CUDA raises without a driver
        count, reason = 0, str(error)
    if not count:
        raise ValueError(
            f'backend = "cuda" was given; expected a CUDA device, and no device was found '
            f'({reason}). Check that nvidia-smi shows one, or use backend="cpu".'
        )

    def free_memory() -> float:
        free, _ = cupy.cuda.runtime.memGetInfo()
        # What cupy's pool has kept from arrays that are gone is free to the next ones.
        return float(free + cupy.get_default_memory_pool().free_bytes())

    return Backend("cuda", cupy, cupy.asarray, cupy.asnumpy, free_memory)
