"""What a run does, for whoever listens to the logger "bathlab"; nobody does by default."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Mapping

from bathlab.ensemble.realisation import Failure, Task
from bathlab.ensemble.study import Study

LOG = logging.getLogger("bathlab")
# Without it Python itself prints what is of level WARNING.
LOG.addHandler(logging.NullHandler())


@contextmanager
def told(study: Study, path: Path) -> Iterator[None]:
    """Say when a run begins on its store, and how it ends."""
    start = time.monotonic()
    LOG.info("%s: run on %s, %d cases, seed %d", study.name, path, len(study.cases), study.seed)
    try:
        yield
    except BaseException as error:
        LOG.warning(
            "%s: stopped by %s after %.1f s; what was finished is in %s",
            *(study.name, type(error).__name__, time.monotonic() - start, path),
        )
        raise
    LOG.info("%s: rows written to %s, %.1f s", study.name, path, time.monotonic() - start)


def planned(study: Study, there: int, tasks: int) -> None:
    """What the store holds and what is to be computed."""
    how = "resume" if there else "start"
    LOG.info("%s: %s, %d realisations there, %d to compute", study.name, how, there, tasks)


def failed(study: Study, task: Task, failure: Failure) -> None:
    """A realisation has failed."""
    case, realisation = task
    LOG.warning(
        "%s: realisation %d of case %r failed: %s: %s",
        *(study.name, realisation, case.name, failure.error, failure.message),
    )


def looked_at(
    study: Study, target: float, errors: Mapping[str, float], more: Mapping[str, int] | None
) -> None:
    """The errors at a checkpoint of a target error, and what follows from them."""
    worst = max(errors, key=lambda name: errors[name])
    follows = "stopped" if more is None else f"goes on to {max(more.values())} realisations"
    LOG.info(
        "%s: error of %r is %.3g at most, in case %r; target error %g: %s",
        *(study.name, study.watch, errors[worst], worst, target, follows),
    )
