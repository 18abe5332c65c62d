"""Leaves out of the site what no page of it loads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

#: MathJax as one file, which loads parts beside it where they are needed: the one of the pages.
LOADED = "tex-chtml.js"


def unused(static: Path) -> list[Path]:
    """Files that no page loads: MathJax put together in other ways, maps of minified code."""
    bundles = [*static.glob("mathjax/tex-*.js"), *static.glob("mathjax/mml-*.js")]
    other = [path for path in bundles if path.name != LOADED]
    return [*other, *static.glob("mathjax/node-main.js"), *static.rglob("*.map")]


def setup(app: Any) -> dict[str, bool]:
    """Once all is written."""

    def remove(app: Any, error: Exception | None) -> None:
        if error is None and app.builder.format == "html":
            for path in unused(Path(app.outdir) / "_static"):
                path.unlink()

    app.connect("build-finished", remove)
    return {"parallel_read_safe": True}
