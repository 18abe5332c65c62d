"""What a run is to make: its parameters, where its rows and its picture are, and the command
that makes it again; kept in the store, so that the picture can be drawn again."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Mapping

from bathlab.checks import as_real
from bathlab.workbench.configuration import make, plain
from bathlab.workbench.design import Design, P
from bathlab.workbench.flags import Flags
from bathlab.workbench.places import grid_name, parameters_beside, usual_figure
from bathlab.workbench.repeating import command_of, script_of

#: The file of a store that says how it was asked for.
FILE = "request.json"
#: What a store keeps of a request, and as what.
KEPT = {"script": str, "parameters": dict, "sweep": dict, "figure": str, "command": str}
#: What it keeps of how far a run is to go; older stores do not say.
TARGET = "target_error"


@dataclass(frozen=True)
class Request(Generic[P]):
    """What a run is to make, and the command that makes it again.

    Attributes
    ----------
    script
        the study, by name or file.
    parameters, sweep
        what is run.
    store, figure
        where rows and picture go.
    record
        where the parameters go, beside the picture.
    command
        makes the same data again, in any folder if the study comes with the package.
    target_error
        the standard error that the run is to reach, if it was given one.
    """

    script: str
    parameters: P
    sweep: Mapping[str, list[Any]]
    store: Path
    figure: Path
    record: Path
    command: str
    target_error: float | None = None

    def keep(self) -> None:
        """Write the request into its store; a store that cannot be written goes without."""
        content = {
            "script": self.script,
            "parameters": plain(self.parameters),
            "sweep": dict(self.sweep),
            "figure": str(self.figure),
            "command": self.command,
            TARGET: self.target_error,
        }
        with suppress(OSError):
            text = json.dumps(content, indent=1) + "\n"
            (self.store / FILE).write_text(text, encoding="utf-8")


def request(design: Design[P], flags: Flags[P]) -> Request[P]:
    """What the flags ask for, with the usual places for what they do not name.

    Raises
    ------
    ValueError
        If a file of the user's would be written over.
    """
    grid = grid_name(design.presets, flags.preset, flags.parameters, flags.sweep)
    store = flags.store or Path("results") / design.name / grid
    figure = flags.figure or usual_figure(design.name, grid, flags.parameters, flags.sweep)
    return Request(
        script_of(design),
        flags.parameters,
        flags.sweep,
        store,
        figure,
        parameters_beside(figure, flags.config),
        command_of(design, flags),
        flags.how["target_error"],
    )


def stored(store: Path) -> dict[str, Any]:
    """The request that a store keeps.

    Raises
    ------
    ValueError
        If it keeps none.
    """
    try:
        content: dict[str, Any] = json.loads((store / FILE).read_text(encoding="utf-8"))
        for name, kind in KEPT.items():
            if not isinstance(content[name], kind):
                raise TypeError(f"{name} = {content[name]!r}")
        content[TARGET] = _target(content.get(TARGET))
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(
            f"{store} does not say how it was asked for ({error!r}); expected {FILE} there, "
            "which a study writes. Run the study's command with --store, which computes "
            "nothing again."
        ) from error
    return content


def restored(design: Design[P], store: Path, figure: Path | None) -> Request[P]:
    """The request that a store keeps, of a study. Raises as :func:`stored`."""
    content = stored(store)
    drawn = figure or Path(content["figure"])
    return Request(
        content["script"],
        make(design.kind, content["parameters"], str(store / FILE)),
        content["sweep"],
        store,
        drawn,
        parameters_beside(drawn, None),
        content["command"],
        content[TARGET],
    )


def _target(kept: Any) -> float | None:
    """The target of a request; ValueError if it is neither missing nor positive."""
    return None if kept is None else as_real(TARGET, kept, above=0)
