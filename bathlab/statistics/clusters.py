"""Values of independent clusters: the means that everything else rests on.

Sums are exactly rounded (``math.fsum``): a mean does not depend on the order of its values.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from bathlab.checks import as_array, as_labels, refusal, shown
from bathlab.conventions import Array, RealArray


def stacked(values: Any, name: str = "values") -> RealArray:
    """(N,) numbers, or (N, points) curves, which a table keeps as a column of arrays.

    Raises
    ------
    ValueError
        If there is no value, one is no finite real number, or curves differ in length.
    """
    if getattr(getattr(values, "dtype", None), "kind", "") == "O":
        values = list(values)
    if isinstance(values, (list, tuple)) and any(map(_is_curve, values)):
        curves = [as_array(f"{name}[{place}]", curve) for place, curve in enumerate(values)]
        if len({len(curve) for curve in curves}) > 1:
            raise ValueError(
                f"{name} of different lengths {sorted({len(curve) for curve in curves})} were "
                "given; expected curves of one length. Estimate each group of equal abscissae "
                "on its own."
            )
        return np.stack(curves)
    return as_array(name, values, ndim=None)


def _is_curve(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or bool(getattr(value, "shape", ()))


def cluster_means(values: Any, clusters: Any, name: str = "values") -> tuple[Array, RealArray]:
    """The labels of all clusters, ascending, and the mean value (or curve) of each.

    Raises
    ------
    ValueError
        If the lengths differ, there is no value, one is no finite real number or a label is
        missing, or curves have different lengths.
    """
    values = stacked(values, name)
    if values.ndim not in (1, 2):
        raise refusal(
            name, shown(values), "(N,) numbers or (N, m) curves", "Pass one a realisation."
        )
    names, labels = np.unique(as_labels("clusters", clusters, len(values)), return_inverse=True)
    if len(names) == len(values):
        return names, values[np.argsort(labels)]
    each = [exact_mean(values[labels == label]) for label in range(len(names))]
    return names, np.array(each)


def exact_mean(values: RealArray) -> Any:
    """The exactly rounded mean over the first axis."""
    if values.ndim == 1:
        return math.fsum(values) / len(values)
    return np.array([math.fsum(column) for column in values.T]) / len(values)
