"""The table of contents of all reports, and a page that shares the library beside it."""

import importlib.util
import shutil
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from browser import WIDTHS, asked, grave, in_tables, keep, show, until
from scripts import ROOT

from bathlab.workbench import Record

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def gallery(store, tmp_path_factory):
    """The pages of three records, one of them of a folder of its own."""
    spec = importlib.util.spec_from_file_location(
        "gallery_report", ROOT / "docs/gallery_report.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("gallery")
    for place in ("own/one", "own/two", "paper/one"):
        (folder / place).parent.mkdir(exist_ok=True)
        for ending in (".json", ".csv"):
            shutil.copy(store.parent / f"tiny{ending}", folder / f"{place}{ending}")
    module.FOLDERS = {folder / "own": "", folder / "paper": "paper-"}
    return module.write(folder / "site", baths=False)


def test_every_record_has_a_page_that_its_link_opens(driver, gallery, store):
    index, *pages = gallery
    show(driver, index, curves=False)
    links = driver.find_elements("css selector", "#reports a")
    found = [url2pathname(urlsplit(each.get_attribute("href")).path) for each in links]
    assert found == [str(page) for page in pages] and len(pages) == 3
    assert "its claims and parameters." in driver.find_element("css selector", ".question").text
    rows = in_tables(driver, "reports")[1:]
    claims = Record.read(store.parent / "tiny.json").claims
    assert [row[2] for row in rows] == [str(len(claims))] * 3
    assert rows[2][0].endswith("paper") and not rows[0][0].endswith("paper")
    links[0].click()
    until(driver, "return document.documentElement.dataset.drawn > 0")
    assert driver.current_url == pages[0].as_uri()
    assert driver.find_elements("css selector", "#r0-chart1 .points_marks path")


def test_the_table_of_contents_asks_for_nothing_and_a_page_for_what_lies_beside(
    driver, gallery
):
    index, page, *_ = gallery
    show(driver, index, curves=False)
    assert driver.get_log("browser") == []
    assert set(asked(driver)) <= {index.as_uri(), "data:,"}
    show(driver, page)
    assert driver.get_log("browser") == []
    found = set(asked(driver))
    assert (page.parent / "vega.js").as_uri() in found
    assert all(each.startswith(("file://", "data:")) for each in found)


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_a_phone_and_a_desk_and_axe_finds_nothing_serious(driver, gallery, width):
    show(driver, gallery[0], width, curves=False)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    # A table and a line of text: there is less to see than in a report.
    keep(driver, f"gallery-{width}", least=5_000)
    assert grave(driver, least=5) == []
