"""The page in headless Chromium, every host blocked: marks, tables, hover, sizes, access."""

import base64
import importlib.util
import os
import shutil
import time
from pathlib import Path

import pytest

from bathlab.report import html_of, report_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
#: Where screenshots go, to be looked at; nowhere if it is not set.
KEPT = os.environ.get("BATHLAB_SCREENSHOTS", "")
#: A phone and a desk, in pixels.
WIDTHS = (390, 1300)
SECONDS = 30
#: Where there must be a browser, so that nothing is skipped unseen.
REQUIRED = os.environ.get("BATHLAB_BROWSER") == "required"


@pytest.fixture(scope="module")
def driver():
    """Chromium that finds no host."""
    selenium = pytest.importorskip("selenium", reason="selenium is not installed: extra test")
    if not BROWSER or not DRIVER:
        pytest.skip(
            "chromium or chromedriver is not installed: apt-get install chromium-driver"
        )
    assert selenium
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for word in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND",
    ):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def report(store):
    return report_of(store, target_error=0.05)


@pytest.fixture(scope="module")
def file(report, plain_store, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(html_of([report, report_of(plain_store)]), encoding="utf-8")
    return path


def show(driver, file, width=1300, scheme="light"):
    """The page at a width, its curves drawn."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [feature]})
    driver.get_log("browser"), driver.get_log("performance")
    driver.get(file.as_uri())
    until(driver, "return document.documentElement.dataset.drawn !== undefined")


def until(driver, script):
    """Wait until a script says yes."""
    end = time.monotonic() + SECONDS
    while not (found := driver.execute_script(script)):
        assert time.monotonic() < end, script
        time.sleep(0.05)
    return found


def marks(driver, key):
    """Points or bars of one picture."""
    return len(driver.find_elements("css selector", f"#{key} .points_marks path"))


def in_tables(driver, name):
    script = """return [...document.getElementById(arguments[0]).rows].map(
        (row) => [...row.cells].map((cell) => cell.textContent.trim()));"""
    return driver.execute_script(script, name)


def keep(driver, name):
    """A screenshot of the whole page."""
    height = driver.execute_script("return document.documentElement.scrollHeight")
    width = driver.execute_script("return document.documentElement.clientWidth")
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, 12000), "scale": 1}
    how = {"captureBeyondViewport": True, "clip": clip}
    picture = base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", how)["data"])
    assert len(picture) > 20_000
    if KEPT:
        Path(KEPT).mkdir(parents=True, exist_ok=True)
        (Path(KEPT) / f"{name}.png").write_bytes(picture)


def panels_of(report):
    """The panels of a report in the order in which the page draws them."""
    baths = [panel for bath in report.baths for panel in bath.panels]
    settling = [report.convergence] if report.convergence else []
    return [*report.panels, *baths, *settling]


def test_nothing_is_asked_of_the_network_and_the_console_is_silent(driver, file):
    show(driver, file)
    said = [entry for entry in driver.get_log("browser")]
    assert said == []
    asked = [
        entry["message"]
        for entry in driver.get_log("performance")
        if '"Network.requestWillBeSent"' in entry["message"]
    ]
    assert asked and all("file://" in each or "data:" in each for each in asked)
    assert all("http://" not in each and "https://" not in each for each in asked)


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


@pytest.fixture(scope="module")
def axe():
    """axe-core, the newest that a package here holds."""
    for name in ("axe_playwright_python", "axe_core_python"):
        if spec := importlib.util.find_spec(name):
            return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")
    pytest.skip("axe-core is not installed: pip install axe-core-python, of the extra test")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(driver, file, axe, scheme):
    show(driver, file, 1300, scheme)
    driver.execute_script(
        "for (const each of document.querySelectorAll('details')) each.open = true;"
    )
    until(driver, "return !document.querySelector('details:not([open])')")
    driver.execute_script(axe)
    found = driver.execute_async_script("axe.run().then(arguments[0])")
    grave = [
        (each["id"], each["impact"], [node["html"][:200] for node in each["nodes"][:3]])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert grave == []
    assert len(found["passes"]) > 20


def test_without_scripts_the_pictures_stay(driver, file, report):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver.get(file.as_uri())
        pictures = driver.find_elements("css selector", "#r0 .picture svg")
        assert len(pictures) == len(panels_of(report))
        assert all(each.size["height"] > 100 for each in pictures)
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_live_page_loads_itself_again(driver, report, tmp_path):
    path = tmp_path / "live.html"
    path.write_text(html_of([report], reload=2, made="before"), encoding="utf-8")
    show(driver, path)
    assert "before" in driver.find_element("css selector", ".made").text
    path.write_text(html_of([report], made="after"), encoding="utf-8")
    until(driver, "return document.querySelector('.made')?.textContent.includes('after')")
    until(driver, "return document.documentElement.dataset.drawn !== undefined")


def test_on_paper_all_is_open(driver, file):
    show(driver, file)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    printed = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert printed.startswith(b"%PDF") and len(printed) > 50_000
    assert driver.execute_script(
        "return [...document.querySelectorAll('details')].every((d) => d.open)"
    )
