"""What becomes of the tasks of a run on an engine whose workers may die."""

from __future__ import annotations

from collections import Counter, deque
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Future,
    wait,
)
from typing import Any, Iterator, Sequence

import pyarrow as pa

from bathlab.ensemble.engines import Engine
from bathlab.ensemble.realisation import DEATHS, Failure, Task, realise_shipped, ship
from bathlab.ensemble.store.parts import unpack
from bathlab.ensemble.study import Study

#: How often to ask the engine whether anyone works at all, while nothing comes.
LOOK_SECONDS = 1.0


def outcomes(
    engine: Engine, study: Study, tasks: Sequence[Task]
) -> Iterator[tuple[Task, pa.Table | Failure]]:
    """What came of each task as it ends, in any order.

    When a worker dies, all tasks in flight are suspects; they go on one at a time, so that a
    task that kills its worker is found and no other is blamed for it.
    """
    queue, suspects = deque(tasks), deque[Task]()
    pending: dict[Future[Any], Task] = {}
    deaths: Counter[tuple[str, int]] = Counter()
    shipped = {case.name: ship(study, case) for case in study.cases}
    while queue or suspects or pending:
        try:
            source, most = (suspects, 1) if suspects else (queue, engine.capacity())
            while source and len(pending) < most:
                case, realisation = source[0]
                future = engine.submit(
                    realise_shipped, shipped[case.name], realisation, study.seed
                )
                pending[future] = source.popleft()  # not before: a broken engine takes no task
            ended = wait(pending, LOOK_SECONDS, return_when=FIRST_COMPLETED).done
            if not ended:
                engine.look()
            for future in ended:
                outcome = _outcome(future)
                yield pending.pop(future), outcome
        except BrokenExecutor as error:
            engine.restart()
            lost = list(pending.values())
            pending.clear()
            if len(lost) == 1 and _is_deadly(lost[0], deaths):
                yield lost.pop(), Failure.of_worker(error)
            suspects.extend(lost)


def _is_deadly(task: Task, deaths: Counter[tuple[str, int]]) -> bool:
    """Whether a worker that died alone with this task was the last that it is given."""
    case, realisation = task
    deaths[case.name, realisation] += 1
    return deaths[case.name, realisation] == DEATHS


def _outcome(future: Future[Any]) -> pa.Table | Failure:
    try:
        result = future.result()
        return result if isinstance(result, Failure) else unpack(result)
    except BrokenExecutor:
        raise
    except CancelledError:
        raise RuntimeError(
            "The cluster was lost. Rows that arrived are in the store; the same "
            "command goes on from there."
        ) from None
    except Exception as error:  # of the engine: a task that cannot be sent, ...
        return Failure.of(error)
