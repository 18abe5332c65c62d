"""Progress of long runs of products, with the time that is left."""

from __future__ import annotations

import os
from typing import Callable

from tqdm import tqdm

#: Progress is shown from here on, on a terminal.
SILENT_SECONDS = 3
#: Set in the environment of workers, whose bars would write over each other.
QUIET = "BATHLAB_QUIET"


class Bar:
    """A tqdm bar of ``total`` units as a context, whose value takes how many more are done."""

    def __init__(self, name: str, unit: str, total: int) -> None:
        self._bar = tqdm(
            total=total,
            desc=name,
            unit=unit,
            unit_scale=True,
            leave=False,
            delay=SILENT_SECONDS,
            disable=QUIET in os.environ or None,
        )

    def __enter__(self) -> Callable[[int], object]:
        return self._bar.update

    def __exit__(self, *_: object) -> None:
        self._bar.close()
