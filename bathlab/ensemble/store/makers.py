"""The table of what made the rows of a store."""

from __future__ import annotations

import os

import pandas as pd

from bathlab.checks import as_path
from bathlab.ensemble.store.contents import as_frame
from bathlab.ensemble.store.parts import KEYS, PROVENANCE
from bathlab.ensemble.store.provenance import folded, told_columns
from bathlab.ensemble.store.reader import Store, find_store
from bathlab.errors import NoRows


def provenance(path: str | os.PathLike[str]) -> pd.DataFrame:
    """What made the rows of a store: code and versions, by the names in its tables.

    Parameters
    ----------
    path : str or path
        Folder of a store, or one that holds exactly one.

    Returns
    -------
    pandas.DataFrame
        A row for each value of the column ``provenance`` of :func:`bathlab.load`, its index:
        ``code_digest`` and ``code_version`` of the measure, the version of each library that
        decides the last bits (``version_numpy``, ..., "" where a row tells none), and how many
        ``realisations`` it made. The first half of a name stands for the code, the second for
        the versions.

    Raises
    ------
    ValueError
        If there is no store or no row, or more than one store.
    DamagedStore
        (a ValueError) If a part is damaged or belongs to another study.

    Examples
    --------
    >>> import tempfile
    >>> import bathlab as bl
    >>> def measure(spec, seed, realisation):
    ...     return {"x": spec + realisation}
    >>> study = bl.Study("doubles", measure, (bl.Case("one", 1.0, 3),))
    >>> store = f"{tempfile.mkdtemp()}/doubles"
    >>> table = bl.run(study, store, progress=False)
    >>> list(table)
    ['case', 'realisation', 'seed', 'x', 'provenance']
    >>> made = bl.ensemble.provenance(store)
    >>> made.loc[table["provenance"].iloc[0], "realisations"]
    np.int64(3)
    """
    store = Store(find_store(as_path(path)))
    rows = as_frame(store.sound().tables)
    if rows.empty:
        raise NoRows(f"The store {store.path} holds no rows; expected some. Run its study.")
    told = told_columns(rows)
    names = folded(rows, told).rename(PROVENANCE)
    found = rows[told].fillna("").groupby(names, sort=False).first()
    each = rows[KEYS].drop_duplicates().index
    return found.assign(realisations=names.loc[each].value_counts())
