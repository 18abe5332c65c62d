"""Which columns of a study's averaged table make the curve that its report draws."""

from __future__ import annotations

from dataclasses import dataclass

from bathlab.checks import as_flag, as_real, as_text, settle

#: Behind the name of a mean, its standard error, as ``bathlab.summarise`` names it.
ERROR = "_error"


@dataclass(frozen=True)
class Curve:
    """The columns of the data beside a figure that a report draws.

    Attributes
    ----------
    x, y : str
        Columns of abscissa and ordinate.
    error : str
        Column of the standard error of ``y``; if empty ``y_error``, where there is one.
    by : str
        Column that tells curves apart; if empty, there is one.
    panel : str
        Column whose values have a panel each; if empty, there is one panel.
    log_x, log_y : bool
        Whether an axis is logarithmic.
    x_title, y_title : str
        What is written at the axes; the columns' names, if empty.
    level : float or None
        Height of a line for what theory says.
    level_title : str
        What is written at that line.

    Raises
    ------
    ValueError
        If a name is no text, or the level no number.
    """

    x: str
    y: str
    error: str = ""
    by: str = ""
    panel: str = ""
    log_x: bool = False
    log_y: bool = False
    x_title: str = ""
    y_title: str = ""
    level: float | None = None
    level_title: str = ""

    def __post_init__(self) -> None:
        for name in ("x", "y"):
            as_text(name, getattr(self, name))
        for name in ("error", "by", "panel", "x_title", "y_title", "level_title"):
            if getattr(self, name) != "":
                as_text(name, getattr(self, name))
        level = None if self.level is None else as_real("level", self.level)
        log_x, log_y = as_flag("log_x", self.log_x), as_flag("log_y", self.log_y)
        settle(self, level=level, log_x=log_x, log_y=log_y)

    @property
    def columns(self) -> list[str]:
        """The columns that the data must have."""
        return [
            name for name in (self.x, self.y, self.error, self.by, self.panel) if name != ""
        ]
