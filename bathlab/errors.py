"""Every exception and warning of this package, with its cause and what to do."""

from __future__ import annotations

import sys
import warnings
from typing import Any


def warn(warning: Warning | str) -> None:
    """Warn at the line outside this package that led here, however deep the cause is."""
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").split(".")[0] == "bathlab":
        frame, level = frame.f_back, level + 1
    warnings.warn(warning, stacklevel=level)


class NotConverged(ArithmeticError):
    """A solver missed its tolerance. ``estimate`` holds what it reached."""

    def __init__(self, message: str, estimate: Any = None) -> None:
        super().__init__(message)
        self.estimate = estimate


class DoesNotFit(ValueError):
    """The predicted memory exceeds what the machine has free."""


class SingularShift(ArithmeticError):
    """The shift is a level to the last bit: H - shift has no inverse."""


class EngineMissing(ImportError):
    """A library that the engine needs is not installed."""


class EngineFailed(ArithmeticError):
    """The engine gave up for a reason of its own."""


class Damaged(ValueError):
    """Not the bytes that were written."""


class DamagedStore(ValueError):
    """Some parts of a store are not what was written, or belong elsewhere."""


class UnlikeCopies(ValueError):
    """Two stores hold different rows of the same realisation."""


class NewerStore(ValueError):
    """A newer version of this package wrote the store."""


class StoreInUse(ValueError):
    """Another process adds rows to the store."""


class StoreNotWritable(ValueError):
    """The store cannot be written: read-only, full, or not permitted."""


class OtherKind(ValueError):
    """A column of a realisation is of another kind than that of the others."""


class OtherCode(ValueError):
    """The measure is not the one that made the rows of the store."""


class NoRows(ValueError, RuntimeError):
    """Every realisation that was asked for raised."""


class NotNearest(UserWarning):
    """A method that was named could not exclude that levels nearer to the target exist."""


class PhaseUnknown(UserWarning):
    """A time is so late that the rounding of the levels decides the phases."""


class MixedCode(UserWarning):
    """A mean is taken over rows that different code made."""


class FailedRealisations(UserWarning):
    """Some realisations raised; ``table``, what there is, lacks them.

    A warning, unless a measure raised what would have ended the process: then it is raised.
    """

    def __init__(self, message: str, table: Any = None) -> None:
        super().__init__(message)
        self.table = table


class KernelsNotKept(UserWarning):
    """Compiled kernels cannot be kept on the disk: each process compiles them."""


class TargetMissed(UserWarning):
    """The error asked for was not reached with the realisations that were allowed."""


class TooFewRealisations(UserWarning):
    """An estimate rests on so few realisations that its error bar is a guess."""


class FixedBath(UserWarning):
    """A bath is the same in every realisation: there is no disorder but that of the LIOMs."""


class UnlikeWorkers(UserWarning):
    """Workers of a cluster are not as they should be, but will do."""


class SeveralSectors(UserWarning):
    """H conserves something, and what was asked for mixes its sectors."""
