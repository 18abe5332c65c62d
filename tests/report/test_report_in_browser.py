"""The page in headless Chromium, every host blocked: marks, tables, hover, sizes, access."""

import base64
from dataclasses import replace

import pytest
from browser import WIDTHS, asked, grave, in_tables, keep, show, until

import bathlab as bl
from bathlab.report import html_of, report_of
from bathlab.report.command import follow

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def report(store):
    return report_of(store, target_error=0.05)


@pytest.fixture(scope="module")
def file(report, plain_store, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html_of([report, report_of(plain_store)]), encoding="utf-8")
    return path


def marks(driver, key):
    """Points or bars of one picture."""
    return len(driver.find_elements("css selector", f"#{key} .points_marks path"))


def panels_of(report):
    """The panels of a report in the order in which the page draws them."""
    baths = [panel for bath in report.baths for panel in bath.panels]
    return [*report.panels, *baths, *report.convergence]


def test_nothing_is_asked_of_the_network_and_the_console_is_silent(driver, file):
    show(driver, file)
    assert driver.get_log("browser") == []
    found = asked(driver)
    assert found and all(each.startswith(("file://", "data:")) for each in found)


def test_every_number_of_a_panel_is_a_mark(driver, file, report):
    show(driver, file)
    panels = panels_of(report)
    assert len(panels) >= 14
    for number, panel in enumerate(panels, 1):
        assert marks(driver, f"r0-chart{number}") == len(panel.points), panel.description
    assert marks(driver, "r0-chart1") == len(report.data.rows)


def test_tables_are_those_of_the_record(driver, file, report):
    show(driver, file)
    assert in_tables(driver, "r0-data")[1:] == [list(row) for row in report.data.rows]
    verdicts = [row[6] for row in in_tables(driver, "r0-claim-table")[1:]]
    assert verdicts == [claim.verdict for claim in report.claims]


def test_pointing_at_a_mark_tells_its_numbers(driver, file, report):
    from selenium.webdriver import ActionChains

    show(driver, file)
    mark = driver.find_elements("css selector", "#r0-chart1 .points_marks path")[4]
    driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", mark)
    ActionChains(driver).move_to_element(mark).perform()
    until(driver, "return document.querySelector('#vg-tooltip-element.visible')")
    said = driver.find_element("css selector", "#vg-tooltip-element").text
    point = report.panels[0].points[4]
    for name, value in point["tip"].items():
        assert f"{name} {value}" in said.replace("\n", " ").replace(":", ""), said
    assert "N" in point["tip"] and "standard error" in point["tip"]


def test_claims_are_sorted_by_keyboard(driver, file):
    from selenium.webdriver import Keys

    show(driver, file)
    button = driver.find_elements("css selector", "#r0-claim-table button.sort")[5]
    for direction, sign in (("ascending", 1), ("descending", -1)):
        button.send_keys(Keys.ENTER)
        head = driver.find_elements("css selector", "#r0-claim-table th")[5]
        assert head.get_attribute("aria-sort") == direction
        shown = [row[5] for row in in_tables(driver, "r0-claim-table")[1:]]
        values = [float(text) for text in shown if text]
        assert values == sorted(values, key=lambda x: sign * x)
        assert "" not in shown[: len(values)]
    outline = driver.execute_script(
        "return getComputedStyle(document.activeElement).outlineStyle"
    )
    assert outline == "solid"


def test_parameters_can_be_copied(driver, file, report):
    show(driver, file)
    driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite"]})
    button = driver.find_element("css selector", "button[data-of=r0-toml]")
    driver.execute_script("arguments[0].closest('details').open = true", button)
    button.click()
    until(driver, "return [...document.querySelectorAll('.said')].some((e) => e.textContent)")
    text = driver.execute_async_script(
        "navigator.clipboard.readText().then(arguments[0], (e) => arguments[0](String(e)))"
    )
    assert text.strip() == report.toml.strip()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_fits_a_phone_and_a_desk(driver, file, width, scheme):
    show(driver, file, width, scheme)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    wide = driver.execute_script(
        "return [...document.querySelectorAll('.picture svg')].filter((svg) => "
        "svg.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert wide == 0
    keep(driver, f"report-{width}-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(driver, file, scheme):
    show(driver, file, 1300, scheme)
    assert grave(driver) == []


def test_without_scripts_the_pictures_stay(driver, file, report):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(file.as_uri())
        pictures = driver.find_elements("css selector", "#r0 .picture svg")
        assert len(pictures) == len(panels_of(report))
        assert all(each.size["height"] > 100 for each in pictures)
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


#: Seconds between two loads of a live page: one that draws for longer is never seen drawn.
RELOAD = 8


def test_a_live_page_loads_itself_again(driver, report, tmp_path):
    path = tmp_path / "live.html"
    path.write_text(html_of([report], reload=RELOAD, made="before"), encoding="utf-8")
    show(driver, path)
    assert "before" in driver.find_element("css selector", ".made").text
    path.write_text(html_of([report], made="after"), encoding="utf-8")
    until(driver, "return document.querySelector('.made')?.textContent.includes('after')")
    until(driver, "return document.documentElement.dataset.drawn !== undefined")


def measured(spec, seed, realisation):
    return [{"value": float(realisation % 5)}]


def test_a_live_page_grows_with_its_store_and_stays_where_it_was_read(driver, tmp_path):
    """A reader opens a fold and scrolls while realisations come; the last page too is there."""
    place, target, seen = tmp_path / "store", tmp_path / "live.html", []
    standing = "return document.querySelector('.standing').textContent.trim()"
    where = "return [scrollY, document.querySelectorAll('details[open]').length]"
    drawn = "return document.documentElement.dataset.drawn"

    def more(count):
        study = bl.Study("grows", measured, (bl.Case("c", None, count),), watch="value")
        bl.run(study, place, progress=False)

    def gather():
        report = report_of(place)
        going = report.standing.done < 12
        now = replace(report.standing, running=going, wanted=12)
        return [replace(report, standing=now)]

    def read(seconds):
        if not seen:
            show(driver, target)
            driver.execute_script("document.querySelector('details').open = true;")
            driver.execute_script("scrollTo(0, 150);")
        else:
            until(
                driver, "return document.querySelector('.standing')?.textContent.includes('8')"
            )
            until(driver, drawn)
        seen.append((driver.execute_script(standing), *driver.execute_script(where)))
        more(12 if len(seen) > 1 else 8)

    more(4)
    follow(gather, target, RELOAD, lambda words: None, read)
    until(driver, "return !document.querySelector('meta[http-equiv=refresh]')")
    until(driver, drawn)
    seen.append((driver.execute_script(standing), *driver.execute_script(where)))
    assert [words[:2].strip() for words, *_ in seen] == ["4", "8", "12"]
    assert {tuple(kept) for _, *kept in seen} == {(150, 1)}


def test_on_paper_all_is_open(driver, file):
    show(driver, file)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    printed = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert printed.startswith(b"%PDF") and len(printed) > 50_000
    assert driver.execute_script(
        "return [...document.querySelectorAll('details')].every((d) => d.open)"
    )
