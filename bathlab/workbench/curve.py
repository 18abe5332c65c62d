"""Which columns of a study's averaged table make the curve that its report draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from bathlab.checks import as_flag, as_names, as_real, as_text, require_mapping, settle

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
    by : str or tuple of str
        Columns that tell curves apart; if empty, there is one.
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
    title : str
        The heading of the picture.
    where : mapping
        Column to the one value of the rows that are drawn; all rows, if empty.

    Raises
    ------
    ValueError
        If a name is no text, or the level no number.

    Examples
    --------
    >>> import bathlab as bl
    >>> import numpy as np
    >>> curve = bl.workbench.Curve(
    ...     x="G", y="Delta_D", by="bath", log_x=True, level=np.log(2), level_title="log 2"
    ... )
    >>> print(curve.columns, f"{curve.level:.4f}")
    ['G', 'Delta_D', 'bath'] 0.6931
    """

    x: str
    y: str
    error: str = ""
    by: str | tuple[str, ...] = ""
    panel: str = ""
    log_x: bool = False
    log_y: bool = False
    x_title: str = ""
    y_title: str = ""
    level: float | None = None
    level_title: str = ""
    title: str = ""
    where: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for name in ("x", "y"):
            as_text(name, getattr(self, name))
        for name in ("error", "panel", "x_title", "y_title", "level_title", "title"):
            if getattr(self, name) != "":
                as_text(name, getattr(self, name))
        if not isinstance(self.by, str) or self.by:
            by = as_names("by", [self.by] if isinstance(self.by, str) else self.by)
            object.__setattr__(self, "by", tuple(by))
        object.__setattr__(self, "where", dict(require_mapping("where", self.where)))
        level = None if self.level is None else as_real("level", self.level)
        log_x, log_y = as_flag("log_x", self.log_x), as_flag("log_y", self.log_y)
        settle(self, level=level, log_x=log_x, log_y=log_y)

    @property
    def columns(self) -> list[str]:
        """The columns that the data must have."""
        named = (self.x, self.y, self.error, *self.by, self.panel, *self.where)
        return [name for name in named if name != ""]
