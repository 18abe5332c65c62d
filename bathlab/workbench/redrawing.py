"""A figure drawn again from the files beside it, without rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, cast

import pandas as pd

from bathlab.plotting.figures import figure as new_figure
from bathlab.workbench.configuration import make
from bathlab.workbench.design import Design, Outcome, P, gathered
from bathlab.workbench.record import UNREADABLE, Record


@dataclass(frozen=True)
class Recorded(Generic[P]):
    """What is left of an outcome beside its figure: the means, not the rows."""

    name: str
    parameters: P
    means: pd.DataFrame

    @property
    def table(self) -> pd.DataFrame:
        """No rows.

        Raises
        ------
        ValueError
            Always.
        """
        raise ValueError(
            f"Of {self.name} only means are kept beside the figure, and its figure is made of "
            "rows; expected a store. Run the study again and `bathlab plot STORE`."
        )


def recorded(design: Design[P], path: Path) -> Recorded[P]:
    """Parameters and means of a record, as its JSON and its CSV have them.

    Raises
    ------
    ValueError
        If one of the files is not there or holds something else, if it is a sweep's, or if the
        CSV is not made of the means.
    """
    record, table = Record.read(path.with_suffix(".json")), path.with_suffix(".csv")
    if record.sweep or design.data is not None:
        what = "a sweep" if record.sweep else "a study that keeps no means"
        raise ValueError(
            f"{path} is the record of {what}; expected one whose CSV holds its means. "
            "Draw it from its store: `bathlab plot STORE`."
        )
    try:
        means = pd.read_csv(table, low_memory=False)
    except UNREADABLE as error:
        raise ValueError(
            f"{table} is no table ({error!r}); expected the one that was written with the "
            "figure. Run the study again."
        ) from error
    parameters = make(design.kind, dict(record.parameters), str(path.with_suffix(".json")))
    return Recorded(design.name, parameters, gathered(means, design.cells))


def redraw(design: Design[Any], path: Path, picture: Path) -> None:
    """Draw the figure of a record again; its data, claims and parameters stay as they are.

    Raises
    ------
    ValueError
        As :func:`recorded`, or if the figure is made of rows.
    """
    found = recorded(design, path)
    with new_figure(picture, *(design.size or ())) as figure:
        design.panels(figure, cast(Outcome[Any], found))
