"""Every claim of every study in one table, to be sorted and searched."""

from __future__ import annotations

from html import escape
from pathlib import Path

from bathlab.workbench.claims import Claim, as_table
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


def cells(claim: Claim) -> list[str]:
    """Claim, paper, here, N and verdict, as the tables of the studies have them."""
    heading, line = as_table([claim]).split("\n")
    ends = [heading.index(name) + len(name) for name in ("claim", "paper", "here", "N")]
    starts = [0, *ends]
    return [line[a:b].strip() for a, b in zip(starts, [*ends, None], strict=True)]


def write(path: Path) -> None:
    """The page, as HTML in Markdown."""
    rows, names = [], set()
    for study, record in runs():
        names.add(study)
        for claim in record.claims:
            link = f'<a href="results/{study}.html">{study}</a>'
            ids = " ".join(claim.id) if isinstance(claim.id, (list, tuple)) else claim.id or ""
            found = [escape(each) for each in (ids, *cells(claim))]
            rows.append("<tr>" + "".join(f"<td>{c}</td>" for c in (link, *found)) + "</tr>")
    head = "".join(f'<th scope="col"><button>{name}</button></th>' for name in HEADINGS)
    text = OPENING.format(count=len(rows), studies=len(names)) + "\n".join(
        [
            "```{raw} html",
            '<label class="select">Select',
            '<input type="search" data-selects="verdicts"></label>',
            '<div class="wide"><table id="verdicts" class="table sortable">',
            f"<thead><tr>{head}</tr></thead>",
            "<tbody>",
            *rows,
            "</tbody></table></div>",
            "```",
            "",
        ]
    )
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
