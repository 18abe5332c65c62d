"""Progress of a filter, in products with one vector."""

from __future__ import annotations

import os

from tqdm import tqdm

from bathlab.spectrum.chebyshev.product import Report
from bathlab.spectrum.krylov.lanczos import QUIET, SILENT_SECONDS


class Bar:
    """A tqdm bar as a context whose value takes products."""

    def __init__(self, products: int) -> None:
        self._bar = tqdm(
            total=products,
            desc="Filter",
            unit="product",
            unit_scale=True,
            leave=False,
            delay=SILENT_SECONDS,
            disable=QUIET in os.environ or None,
        )

    def __enter__(self) -> Report:
        return self._bar.update

    def __exit__(self, *_: object) -> None:
        self._bar.close()
