"""What a solver raises when it misses its tolerance."""

from __future__ import annotations

from typing import Any


class NotConverged(ArithmeticError):
    """A solver missed its tolerance. ``estimate`` holds what it reached."""

    def __init__(self, message: str, estimate: Any = None) -> None:
        super().__init__(message)
        self.estimate = estimate
