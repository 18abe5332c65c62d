"""The report pages of all committed records, for the documentation site.

    python docs/gallery_report.py docs/_extra

writes ``report.html``, a table of contents, and ``reports/NAME.html``, a page for each record
in figures and figures/paper. The pages share one drawing library that lies beside them; like
every report they load nothing from elsewhere. A Sphinx ``conf.py`` calls :func:`write` and
names the folder in ``html_extra_path``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bathlab.report.contents import Report
from bathlab.report.gathering import records_in, report_of
from bathlab.report.page import html_of, index_of, library

ROOT = Path(__file__).parents[1]
#: Folders of records, and what their pages are called before the name.
FOLDERS = {ROOT / "figures": "", ROOT / "figures/paper": "paper-"}
#: The library beside the pages, the folder of the pages, and their table of contents.
LIBRARY, PAGES, INDEX = "vega.js", "reports", "report.html"


def write(folder: Path, baths: bool = True) -> list[Path]:
    """All pages into a folder, which is made; returns them, the table of contents first.

    Without ``baths`` none is drawn, which takes most of the time.
    """
    pages = folder / PAGES
    pages.mkdir(parents=True, exist_ok=True)
    (pages / LIBRARY).write_text(library(), encoding="utf-8")
    found: dict[str, Report] = {}
    for records, prefix in FOLDERS.items():
        for record in records_in(records):
            report = report_of(record, baths=baths)
            name = f"{PAGES}/{prefix}{record.stem}.html"
            (folder / name).write_text(html_of([report], scripts=LIBRARY), encoding="utf-8")
            found[name] = report
    (folder / INDEX).write_text(index_of(found), encoding="utf-8")
    return [folder / INDEX, *(folder / name for name in found)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where the pages go")
    parser.add_argument("--no-baths", action="store_true", help="draw no bath")
    asked = parser.parse_args()
    made = write(asked.folder, not asked.no_baths)
    size = sum(path.stat().st_size for path in asked.folder.rglob("*") if path.is_file())
    print(f"{made[0]}: {len(made) - 1} reports, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
