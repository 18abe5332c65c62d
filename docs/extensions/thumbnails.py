"""A card for each study, with its figure made small."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from extensions.records import ROOT, studies, title

WIDTH = 480
OPENING = """# Gallery

Every study's figure; each leads to its question, its command and all its claims. Scripts of
single quantities, twenty lines each, are under [scripts](scripts/index).

::::{grid} 1 2 3 3
:gutter: 3

"""
CARD = """:::{{grid-item-card}} {title}
:link: results/{study}
:link-type: doc
:img-top: thumbnails/{study}.png
:img-alt: figure of {study}
:::

"""


def write(docs: Path) -> None:
    """docs/gallery.md and docs/thumbnails."""
    (docs / "thumbnails").mkdir(exist_ok=True)
    text = OPENING
    for study in studies():
        source, small = ROOT / f"figures/{study}.png", docs / f"thumbnails/{study}.png"
        if not small.exists() or small.stat().st_mtime < source.stat().st_mtime:
            shrunk(source).save(small, optimize=True)
        text += CARD.format(study=study, title=title(study))
    text += "::::\n"
    path = docs / "gallery.md"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def shrunk(path: Path) -> Image.Image:
    """The figure at the width of a card, of a colour palette, on white."""
    with Image.open(path) as picture:
        picture = picture.convert("RGB")
        picture.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
        return picture.quantize(128)
