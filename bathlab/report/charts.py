"""A panel as a Vega-Lite specification: plain data, drawn by any program that reads it."""

from __future__ import annotations

import csv
import io
from typing import Any

from bathlab.report.contents import Panel

#: Colours that hold on white and on black, and in grey by their lightness; shapes tell as well.
COLOURS = (
    "#1f77b4",
    "#d55e00",
    "#2a9d6f",
    "#b65fa8",
    "#8c6d00",
    "#5b7fc7",
    "#c44e52",
    "#777777",
)
SHAPES = ("circle", "square", "diamond", "triangle-up", "cross", "triangle-down")
#: Width of what is drawn without a browser, height, in pixels.
WIDTH, HEIGHT = 640, 300
#: The page's colour of text, so that one picture serves light and dark.
INK, GRID = "currentColor", "#88888844"
CONFIG = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "view": {"stroke": GRID},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": INK,
        "tickColor": INK,
        "gridColor": GRID,
        "labelFontSize": 12,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    },
    "legend": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 12,
        "labelLimit": 300,
        "orient": "top",
        "columns": 2,
        "symbolSize": 80,
    },
    "text": {"fill": INK},
}
#: What of a point is a number, and is parsed as one.
NUMBERS = {name: "number" for name in ("x", "y", "x2", "low", "high")}
#: The name that the points have in the picture, by which a test counts them.
POINTS = "points"


def specification(panel: Panel) -> dict[str, Any]:
    """The panel in Vega-Lite.

    Parameters
    ----------
    panel : Panel
        What is drawn.

    Returns
    -------
    dict
        A specification that needs nothing from outside of it.
    """
    layers = _bars(panel) if panel.kind == "bars" else _curves(panel)
    if panel.level is not None:
        layers += _level(panel)
    return {
        "description": panel.description,
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": _as_csv(panel), "format": {"type": "csv", "parse": NUMBERS}},
        "layer": layers,
        "config": CONFIG,
    }


def _as_csv(panel: Panel) -> str:
    """The points as CSV, a third as long as a list of records."""
    tips = _tips(panel)
    numbers = [name for name in NUMBERS if any(name in point for point in panel.points)]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*numbers, "curve", *map(_field, range(len(tips)))])
    for point in panel.points:
        values = (point.get(name) for name in numbers)
        told = (point["tip"].get(name, "") for name in tips)
        shown = ("" if value is None else f"{value:.6g}" for value in values)
        writer.writerow([*shown, point["curve"], *told])
    return text.getvalue()


def _curves(panel: Panel) -> list[dict[str, Any]]:
    curves = panel.curves
    x, y = _axis("x", panel.x_title, panel.log_x), _axis("y", panel.y_title, panel.log_y)
    if not panel.log_x and all(float(point["x"]).is_integer() for point in panel.points):
        x["axis"] = {"tickMinStep": 1}  # between whole numbers, of spins say, there is nothing
    shared: dict[str, Any] = {"x": x, "y": y}
    if len(curves) > 1:
        shared["color"] = _scale(curves, COLOURS)
    hue: dict[str, Any] = {} if len(curves) > 1 else {"color": COLOURS[0]}
    layers: list[dict[str, Any]] = []
    if any(point["low"] is not None for point in panel.points):
        ends = {"y": {**y, "field": "low"}, "y2": {"field": "high"}}
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "rule", "strokeWidth": 1.2, "aria": False, **hue},
                "encoding": {**shared, **ends},
            }
        )
    thin: dict[str, Any] = {
        "type": "line",
        "strokeWidth": 1,
        "opacity": 0.6,
        "aria": False,
        **hue,
    }
    if panel.kind == "lines":
        thin |= {"strokeWidth": 2, "opacity": 1}
    layers.append({"mark": thin, "encoding": shared})
    dots: dict[str, Any] = {
        "type": "point",
        "filled": True,
        "size": 55,
        "opacity": 1,
        "aria": False,
        **hue,
    }
    if panel.kind == "lines":
        dots |= {"size": 12}
    if len(curves) > 1:
        shared = {**shared, "shape": _scale(curves, SHAPES)}
    layers.append(
        {"name": POINTS, "mark": dots, "encoding": {**shared, "tooltip": _tooltip(panel)}}
    )
    return layers


def _bars(panel: Panel) -> list[dict[str, Any]]:
    x, y = _axis("x", panel.x_title, False), _axis("y", panel.y_title, False)
    encoding: dict[str, Any] = {
        "x": {**x, "bin": {"binned": True}},
        "x2": {"field": "x2"},
        "y": {**y, "stack": True, "scale": {"zero": True}},
        "tooltip": _tooltip(panel),
    }
    mark: dict[str, Any] = {"type": "bar", "aria": False, "stroke": INK, "strokeWidth": 0.4}
    if len(panel.curves) > 1:
        encoding["color"] = _scale(panel.curves, COLOURS)
    else:
        mark |= {"color": COLOURS[0]}
    return [{"name": POINTS, "mark": mark, "encoding": encoding}]


def _level(panel: Panel) -> list[dict[str, Any]]:
    at = {"y": {"datum": panel.level}}
    line = {"type": "rule", "strokeDash": [6, 4], "color": INK, "aria": False}
    words = {
        "type": "text",
        "text": panel.level_title,
        "align": "right",
        "baseline": "bottom",
        "dx": -4,
        "dy": -3,
        "aria": False,
    }
    once: dict[str, Any] = {"values": [{}]}  # and not over every point
    return [
        {"data": once, "mark": line, "encoding": at},
        {"data": once, "mark": words, "encoding": {**at, "x": {"value": "width"}}},
    ]


def _axis(field: str, title: str, log: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {"field": field, "type": "quantitative", "title": title}
    axis["scale"] = {"type": "log", "nice": False, "padding": 12} if log else {"zero": False}
    if log:
        overlap = {"labelOverlap": "greedy", "labelSeparation": 6}
        axis["axis"] = {"tickCount": 6, "format": "~g", **overlap}
    return axis


def _scale(curves: list[str], of: tuple[str, ...]) -> dict[str, Any]:
    """One colour or shape for each curve, in their order."""
    values = [of[number % len(of)] for number in range(len(curves))]
    return {
        "field": "curve",
        "type": "nominal",
        "title": None,
        "scale": {"domain": curves, "range": values},
    }


def _tooltip(panel: Panel) -> list[dict[str, str]]:
    tips = [
        {"field": _field(place), "title": name, "type": "nominal"}
        for place, name in enumerate(_tips(panel))
    ]
    curve = [{"field": "curve", "title": "curve", "type": "nominal"}]
    return (curve if len(panel.curves) > 1 else []) + tips


def _tips(panel: Panel) -> list[str]:
    return list(dict.fromkeys(name for point in panel.points for name in point["tip"]))


def _field(place: int) -> str:
    """The field of a line of the tip: its name may hold signs that mean something in one."""
    return f"t{place}"
