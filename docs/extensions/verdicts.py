"""Every claim of every study in one table, to be sorted and searched."""

from __future__ import annotations

from pathlib import Path

from bathlab.workbench.claims import as_table
from extensions.claim_tables import as_html, cells, plain
from extensions.records import runs

OPENING = """# Every claim and its verdict

{count} claims of {studies} studies, from the records beside their figures, of each study the
largest run. A click on a heading sorts, words in the field select. What became of each
statement of a paper is in the lists of
[De Roeck & Huveneers](claims/de-roeck-huveneers.md),
[Garratt, Roy & Chalker](claims/garratt-roy-chalker.md),
[Thiery et al.](claims/thiery-huveneers-mueller-de-roeck.md) and
[Crowley & Chandran](claims/crowley-chandran.md), whose numbers are those of the second column.

"""
HEADINGS = ("study", "id", "claim", "paper", "here", "N", "verdict")


def write(path: Path) -> None:
    """The page, as HTML in Markdown."""
    rows, names = [], set()
    for study, record in runs():
        names.add(study)
        for claim in record.claims:
            link = f'<a href="results/{study}.html">{study}</a>'
            ids = " ".join(claim.id) if isinstance(claim.id, (list, tuple)) else claim.id or ""
            _, found = cells(as_table([claim]).split("\n"))
            rows.append([link, *map(plain, (ids, *found))])
    text = OPENING.format(count=len(rows), studies=len(names)) + "\n".join(
        [
            "```{raw} html",
            '<label class="select">Select',
            '<input type="search" data-selects="verdicts"></label>',
            as_html(HEADINGS, rows, "verdicts"),
            "```",
            "",
        ]
    )
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
