"""The changelog and how to contribute, which lie at the root: with links of the site."""

from __future__ import annotations

import re
from pathlib import Path

PAGES = {"CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
LINK = re.compile(r"\[([^]]*)\]\((?!https?:|#)([^)]+)\)")


def of_the_site(text: str, docs: Path) -> str:
    """Links to pages as seen from docs/, others as words: code is no part of the site."""

    def link(found: re.Match[str]) -> str:
        target = PAGES.get(found[2], found[2].removeprefix("docs/"))
        page = target.partition("#")[0]
        shown = page in PAGES.values() or (page.endswith(".md") and (docs / page).exists())
        return f"[{found[1]}]({target})" if shown else f"`{found[1]}`"

    return LINK.sub(link, text)


def write(docs: Path) -> None:
    """docs/changelog.md and docs/contributing.md."""
    for source, name in PAGES.items():
        text = of_the_site((docs.parent / source).read_text(encoding="utf-8"), docs)
        path = docs / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
