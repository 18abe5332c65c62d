"""Tables of sweeps as labelled arrays: an xarray.Dataset, a dimension for each parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from bathlab.checks import as_names, refusal, require_distinct, require_kind, select, shown
from bathlab.errors import EngineMissing
from bathlab.workbench.parameters import Parameters, fields, unit
from bathlab.workbench.sweeps import in_words

if TYPE_CHECKING:
    import xarray

#: Columns that tell realisations apart, dimensions wherever they are in the table.
KEYS = ("case", "realisation")


def to_xarray(
    table: pd.DataFrame,
    over: Sequence[str],
    columns: Sequence[str] | None = None,
    parameters: Parameters | None = None,
) -> xarray.Dataset:
    """A tidy table as an xarray.Dataset, with the swept parameters as coordinates.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each point: rows of :func:`bathlab.load` of a sweep, or their means.
    over : sequence of str
        Columns that become dimensions: the swept parameters, and what else tells the rows of a
        realisation apart. ``case`` and ``realisation`` are dimensions where the table has them,
        each case under the name that it has without the point of the sweep.
    columns : sequence of str, optional
        Columns that become variables; by default those of numbers and curves.
    parameters : Parameters, optional
        Of the study: their descriptions and units become ``description`` and ``units`` of the
        variables and coordinates of the same names.

    Returns
    -------
    xarray.Dataset
        Points that the table lacks are nan. A column of curves of one length has one dimension
        more, NAME_bin.

    Raises
    ------
    EngineMissing
        (an ImportError) If xarray is not installed.
    ValueError
        If a column is missing or is no numbers, a value of a dimension is missing, several rows
        are of one point, or curves differ in length.

    Examples
    --------
    >>> import pandas as pd
    >>> import bathlab as bl
    >>> table = pd.DataFrame(
    ...     {"alpha": [0.3, 0.3, 0.5, 0.5], "g": [0.1, 0.2, 0.1, 0.2], "D": [1, 2, 3, 4]}
    ... )
    >>> found = bl.workbench.to_xarray(table, over=["alpha", "g"])
    >>> float(found["D"].sel(alpha=0.5, g=0.2))
    4.0
    """
    require_kind("table", table, pd.DataFrame, "Load one with bathlab.load.")
    if parameters is not None:
        require_kind("parameters", parameters, Parameters, "Take those of the study.")
    over = as_names("over", over)
    dims = [*over, *(name for name in KEYS if name in table and name not in over)]
    require_distinct("over", dims)
    if not dims or table.empty:
        raise refusal("over", shown(over), "columns of a table with rows", "Name some.")
    xarray = _installed()
    chosen = _variables(table, dims) if columns is None else as_names("columns", columns)
    require_distinct("over and columns", [*dims, *chosen])
    rows = _with_bare_cases(select(table, [*dims, *chosen]), table)
    _require_points(rows, dims)
    indexed = [pd.Index(rows[name].unique(), name=name) for name in dims]
    places = tuple(index.get_indexer(rows[index.name]) for index in indexed)
    shape = tuple(map(len, indexed))
    data = {name: _spread(rows, name, places, dims, shape) for name in chosen}
    found = xarray.Dataset(data, {index.name: index.to_numpy() for index in indexed})
    return _described(found.sortby(over), parameters)


def _installed() -> Any:
    try:
        import xarray
    except ImportError:
        raise EngineMissing(
            "xarray is not installed; expected it for labelled arrays. "
            'Run pip install "bathlab[notebook]".'
        ) from None
    return xarray


def _variables(table: pd.DataFrame, dims: Sequence[str]) -> list[str]:
    """The columns of numbers and of curves that are no dimensions."""

    def holds_numbers(name: str) -> bool:
        kind = table[name].dtype.kind if hasattr(table[name].dtype, "kind") else "O"
        return kind in "fiu" or all(np.ndim(cell) == 1 for cell in table[name])

    free = [name for name in map(str, table) if name not in dims and name != "seed"]
    return [name for name in free if holds_numbers(name)]


def _with_bare_cases(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Cases of a sweep, "chain, alpha = 0.3", under their own names."""
    if "case" not in rows:
        return rows
    return rows.assign(case=[_bare(row["case"], row) for row in table.to_dict("records")])


def _bare(case: Any, row: Mapping[Any, Any]) -> Any:
    """The name of a case without the point of its sweep, which is in the columns of its row."""
    head, comma, tail = str(case).rpartition(", ")
    name = tail.partition(" = ")[0]
    swept = comma and name in row and tail == in_words({name: row[name]})
    return _bare(head, row) if swept else case


def _require_points(rows: pd.DataFrame, dims: Sequence[str]) -> None:
    """Raise ValueError unless each row is of one point of its own."""
    for name in dims:
        if rows[name].isna().any():
            raise refusal(
                "over", f"{name!r} with missing values", "a value in each row", "Drop them."
            )
    twice = rows.duplicated(list(dims))
    if twice.any():
        first = rows[twice].iloc[0]
        point = in_words({name: first[name] for name in dims})
        raise ValueError(
            f"over = {list(dims)} was given, and several rows have {point}; expected one row "
            "for each point. Add the column that tells them apart, or average them with "
            "bathlab.summarise."
        )


def _spread(
    rows: pd.DataFrame,
    name: str,
    places: tuple[Any, ...],
    dims: Sequence[str],
    shape: tuple[int, ...],
) -> tuple[list[str], np.ndarray[Any, Any]]:
    """A column over the grid; nan where the table has no row."""
    cells = [np.asarray(cell) for cell in rows[name]]
    sizes = {cell.shape for cell in cells}
    if len(sizes) != 1 or any(cell.dtype.kind not in "fiub" for cell in cells):
        given = f"{name!r}, of {shown(rows[name].iloc[0])}"
        if len(sizes) > 1:
            given = f"{name!r}, with curves of {len(sizes)} lengths"
        raise refusal(
            "columns", given, "numbers, or curves of one length", f"Leave out {name}."
        )
    values = np.array(cells, dtype=np.float64)
    whole = np.full((*shape, *values.shape[1:]), np.nan)
    whole[places] = values
    return [*dims, *([f"{name}_bin"] if values.ndim > 1 else [])], whole


def _described(found: Any, parameters: Parameters | None) -> Any:
    """Units and descriptions of what is called like a parameter."""
    if parameters is not None:
        for name, field in fields(type(parameters)).items():
            if name in found.variables:
                told: Iterable[tuple[str, str | None]] = (
                    ("description", field.description),
                    ("units", unit(field)),
                )
                found[name].attrs.update({key: value for key, value in told if value})
    return found
