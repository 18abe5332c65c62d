"""What turns docstrings and claims into pages of the site."""

from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from extensions.claim_tables import plain, with_tables
from extensions.docstrings import escaped, examples_apart
from extensions.leaner import unused
from extensions.reference import documented, page

from bathlab.workbench import Record

ROOT = Path(__file__).parents[1]


class Cells(HTMLParser):
    """The cells of the tables of a page, row by row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def test_moduli_products_and_trailing_underscores_are_text():
    text = "|z| over 2 * x_ of ``|a*b|``\n\n* a bullet\n* another"
    assert escaped(text, "") == (
        "\\|z\\| over 2 \\* x\\_ of ``|a*b|``\n\n* a bullet\n* another"
    )


@pytest.mark.parametrize(
    "role, module, link",
    [
        (":func:`bathlab.load`", "", ":func:`bathlab.load <bathlab.ensemble.load>`"),
        (":func:`status`", "bathlab.ensemble.standing", "<bathlab.ensemble.status>"),
        (":func:`~bathlab.log_ipr`", "", ":func:`log_ipr <bathlab.analysis.log_ipr>`"),
        (":class:`FailedRealisations`", "bathlab.ensemble.runner", "bathlab.errors."),
        (":data:`FREQUENCIES`", "bathlab.experiments.drift", "``FREQUENCIES``"),
        (":func:`nowhere.to_be_found`", "", "``nowhere.to_be_found``"),
    ],
)
def test_roles_lead_to_the_page_of_an_object_or_are_literals(role, module, link):
    assert link in escaped(role, module)


def test_examples_are_left_as_they_are():
    lines = ["Words |z|.", "", ">>> 2 * x_", "4", "", "More * words."]
    assert [run for _, run in examples_apart(lines)] == [lines[:2], lines[2:4], lines[4:]]
    assert [example for example, _ in examples_apart(lines)] == [False, True, False]


def test_every_public_object_has_one_page():
    found = documented()
    assert len(found) > 350
    assert len({id(value) for value in found.values()}) == len(found)
    assert ".. autoclass:: Study" in page(
        "bathlab.ensemble.Study", found["bathlab.ensemble.Study"]
    )


def test_claims_of_a_page_are_the_cells_of_its_tables():
    record = Record.read(ROOT / "figures/thermalisation_curve.json")
    page = (ROOT / "docs/results/thermalisation_curve.md").read_text(encoding="utf-8")
    found = Cells(with_tables(page))
    words = [[plain(claim.claim), plain(claim.verdict)] for claim in record.claims]
    first = found.rows[1 : 1 + len(words)]
    assert [[escape(row[0]), escape(row[-1])] for row in first] == words
    assert found.rows[0] == ["claim", "paper", "here", "N", "verdict"]
    assert {len(row) for row in found.rows} == {5}
    assert "```text" not in with_tables(page) and "```text\nx\n```" == with_tables(
        "```text\nx\n```"
    )


def test_only_what_no_page_loads_is_left_out(tmp_path):
    (tmp_path / "mathjax/output").mkdir(parents=True)
    kept = ["tex-chtml.js", "output/svg.js", "core.js"]
    for name in [*kept, "tex-svg-full.js", "mml-chtml.js", "output/chtml.js.map"]:
        (tmp_path / "mathjax" / name).write_text("")
    assert {path.name for path in unused(tmp_path)} == {
        "tex-svg-full.js",
        "mml-chtml.js",
        "chtml.js.map",
    }
